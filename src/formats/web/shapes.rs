//! What a piece of a log line can be by its looks: a time, an identifier, a cipher, a host.

use super::{head, upstream};
use crate::text::number;

/// `0.042`, or a list of them: at least one number with its decimals, and nothing else.
pub(super) fn is_seconds(text: &[u8]) -> bool {
    let point = memchr::memchr(b'.', text).is_some_and(|point| text.len() - point > 3);
    point && upstream::micros(text).is_some()
}

/// `12ms`, `0 s`, `250us`, `1.5s`: a time with its unit, in microseconds.
pub(super) fn duration(text: &[u8]) -> Option<i64> {
    let end = text.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let unit = match text[end..].trim_ascii() {
        b"us" | b"usec" => 1,
        b"ms" | b"msec" => 1_000,
        b"s" | b"sec" => 1_000_000,
        _ => return None,
    };
    let whole = memchr::memchr(b'.', &text[..end]).unwrap_or(end);
    let mut value = number::int(&text[..whole])?.checked_mul(unit)?;
    let mut part = unit;
    for digit in text[..end].get(whole + 1..).unwrap_or_default() {
        part /= 10;
        value += i64::from(digit.checked_sub(b'0').filter(|digit| *digit <= 9)?) * part;
    }
    Some(value)
}

/// `0/1042`, also `**0/1042**`.
pub(super) fn pair(text: &[u8]) -> Option<(i64, i64)> {
    let stars = |byte: &u8| *byte == b'*';
    let start = text.iter().take_while(|byte| stars(byte)).count();
    let end = text.len() - text[start..].iter().rev().take_while(|byte| stars(byte)).count();
    let slash = memchr::memchr(b'/', &text[start..end])?;
    let parts = (number::int(&text[start..start + slash])?, number::int(&text[start + slash + 1..end])?);
    (parts.1 >= 0).then_some(parts)
}

/// 32 hexadecimal digits (nginx's `$request_id`), a UUID, or what mod_unique_id makes: 24 or more letters and digits.
pub(super) fn is_id(text: &[u8]) -> bool {
    let hex = text.iter().filter(|byte| byte.is_ascii_hexdigit()).count();
    let dashes = text.iter().filter(|byte| **byte == b'-').count();
    let unique = matches!(text.len(), 24 | 27)
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'@' | b'-' | b'_'))
        && text.iter().any(u8::is_ascii_uppercase)
        && text.iter().any(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    hex == 32 && (text.len() == 32 || dashes == 4 && text.len() == 36) || unique
}

pub(super) fn is_cipher(text: &[u8]) -> bool {
    const STARTS: [&[u8]; 6] = [b"TLS_", b"ECDHE-", b"DHE-", b"AES128-", b"AES256-", b"RSA-"];
    STARTS.iter().any(|start| text.starts_with(start))
}

/// nginx's `$upstream_cache_status`, and what Apache and Varnish say alike.
pub(super) fn is_cache(text: &[u8]) -> bool {
    const WORDS: [&[u8]; 7] = [b"HIT", b"MISS", b"BYPASS", b"EXPIRED", b"STALE", b"UPDATING", b"REVALIDATED"];
    WORDS.contains(&text)
}

/// `shop.example`, `shop.example:8443`, `localhost`
pub(super) fn is_host(text: &[u8]) -> bool {
    let name = head::split_port(text).map_or(text, |(colon, _)| &text[..colon]);
    let top = name.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    let label = |label: &[u8]| {
        !label.is_empty() && label.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    name == b"localhost"
        || name.contains(&b'.')
            && top.len() >= 2
            && top.iter().all(u8::is_ascii_alphabetic)
            && name.split(|byte| *byte == b'.').all(label)
}
