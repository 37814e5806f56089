//! Pseudonyms: the same for the same value, whoever asks, and nobody works out the value without the secret.

use super::Keyed;
use super::address;
use super::decode::Plain;
use super::fields::What;
use crate::protocol::Hidden;
use crate::text::net::parse_ip;
use std::net::Ipv6Addr;

/// What stands in place of a credential.
pub const MASK: &str = "***";

/// Values that say nothing of anybody.
const NOBODY: [&str; 11] = ["", "-", "*", "null", "n/a", "none", "unknown", "any", "localhost", "true", "false"];

/// True for what stands where there is no value, small letters: `-`, `<NULL>`, `unknown`.
pub fn is_nobody(plain: &[u8]) -> bool {
    NOBODY.iter().any(|one| one.as_bytes() == plain) || matches!(plain, [b'<', .., b'>'])
}

/// `shop.example.com`: what a host's name looks like in the midst of anything, small letters.
pub fn is_host(plain: &[u8]) -> bool {
    let mut labels = plain.rsplit(|byte| *byte == b'.');
    let last = labels.next().unwrap_or_default();
    let is_label = |label: &[u8]| {
        !label.is_empty() && label.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    last.len() > 1
        && last[0].is_ascii_alphabetic()
        && is_label(last)
        && plain.len() > last.len()
        && labels.all(is_label)
}

/// A value as it stands in a log, and what stands for it: `None` where it may stay.
pub fn replaced(keyed: &Keyed, what: What, value: &[u8]) -> Option<(Hidden, String)> {
    let plain = Plain::new(value).bytes;
    if is_nobody(plain.trim_ascii()) {
        return None;
    }
    let host = || Some((Hidden::Host, host(keyed, &plain)));
    match what {
        What::Address | What::Server => match with_zone(keyed, &plain) {
            Some(address) => Some((Hidden::Address, address)),
            None if is_host(port(&plain).0) => host(),
            None => None,
        },
        What::Host => host(),
        What::User => Some((Hidden::User, hashed(keyed, "user-", &plain))),
        What::Session => Some((Hidden::Session, hashed(keyed, "session-", &plain))),
        What::Id => Some((Hidden::Id, id(keyed, value)?)),
        What::Cookie => Some((Hidden::Credential, cookie(value))),
        What::Headers | What::Query | What::Text | What::Kept => None,
    }
}

fn hashed(keyed: &Keyed, kind: &str, plain: &[u8]) -> String {
    // 48 bits: among a million values it is unlikely that two have the same.
    format!("{kind}{:012x}", keyed.hash(kind.as_bytes()[0], plain) >> 16)
}

/// An address without anything around it.
pub fn address(keyed: &Keyed, plain: &[u8]) -> Option<String> {
    let key = parse_ip(plain)?;
    let v6 = address::v6(keyed, Ipv6Addr::from_bits(key.0));
    Some(match v6.to_ipv4_mapped().filter(|_| !plain.contains(&b':')) {
        Some(v4) => v4.to_string(),
        None => v6.to_string(),
    })
}

/// `[2001:db8::1]`, `fe80::1%eth0`.
fn with_zone(keyed: &Keyed, plain: &[u8]) -> Option<String> {
    let (inner, bracket) = match plain {
        [b'[', inner @ .., b']'] => (inner, true),
        _ => (plain, false),
    };
    let (bare, zone) = inner.split_at(inner.iter().position(|byte| *byte == b'%').unwrap_or(inner.len()));
    let address = format!("{}{}", address(keyed, bare)?, String::from_utf8_lossy(zone));
    Some(if bracket { format!("[{address}]") } else { address })
}

/// `shop.example:8080`: the name, and the port with its colon.
pub fn port(plain: &[u8]) -> (&[u8], &[u8]) {
    let digits = plain.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    match plain.len().checked_sub(digits + 1).filter(|colon| plain[*colon] == b':' && (1..=5).contains(&digits)) {
        Some(colon) => plain.split_at(colon),
        None => (plain, b""),
    }
}

/// Hosts of one domain have pseudonyms of one domain: each label is hashed with all behind it, and the last one, which says
/// little and is an everyday word, is `example`.
pub fn host(keyed: &Keyed, plain: &[u8]) -> String {
    if let Some(address) = with_zone(keyed, plain) {
        return address;
    }
    let (name, port) = port(plain);
    let mut pseudonym = with_zone(keyed, name).unwrap_or_default();
    if pseudonym.is_empty() {
        let mut rest = name.strip_suffix(b".").unwrap_or(name);
        let is_domain = is_host(rest);
        while let Some(dot) = rest.iter().position(|byte| *byte == b'.').filter(|_| is_domain) {
            pseudonym.push_str(&hashed(keyed, "host-", rest));
            pseudonym.push('.');
            rest = &rest[dot + 1..];
        }
        pseudonym.push_str(&if is_domain { "example".to_owned() } else { hashed(keyed, "host-", rest) });
    }
    pseudonym.push_str(&String::from_utf8_lossy(port));
    pseudonym
}

/// `0a0c1422-05f1-0c0a0a14-1a1edb85186-000010d5`: eight hex digits between others are how identifiers hold an address of
/// version 4, so they are replaced as one. What else they hold, a moment for one, stays. `None` where there is nothing so.
fn id(keyed: &Keyed, value: &[u8]) -> Option<String> {
    let mut pseudonym = value.to_vec();
    for part in pseudonym.split_mut(|byte| !byte.is_ascii_alphanumeric()) {
        let number = std::str::from_utf8(part).ok().filter(|part| part.len() == 8);
        let Some(number) = number.and_then(|part| u32::from_str_radix(part, 16).ok()) else { continue };
        let is_capital = part.iter().any(u8::is_ascii_uppercase);
        let digits = format!("{:08x}", address::v4(keyed, number.into()).to_bits());
        part.copy_from_slice(if is_capital { digits.to_ascii_uppercase() } else { digits }.as_bytes());
    }
    (pseudonym != value).then(|| String::from_utf8_lossy(&pseudonym).into_owned())
}

/// `SID=abc`: whose cookie it is says its value.
fn cookie(value: &[u8]) -> String {
    let name = value.iter().position(|byte| *byte == b'=').map_or(0, |equals| equals + 1);
    format!("{}{MASK}", String::from_utf8_lossy(&value[..name]))
}
