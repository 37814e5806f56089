//! Addresses and networks as one ordered number.
//!
//! Version 4 addresses stand where IPv6 maps them (`::ffff:a.b.c.d`), so that an address is itself whichever way it was
//! written, and one order holds all.

use std::net::Ipv6Addr;

const MAPPED: u128 = 0xffff << 32;

/// An address as a number that sorts as addresses do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IpKey(pub u128);

impl IpKey {
    pub const LOWEST: IpKey = IpKey(0);
    pub const HIGHEST: IpKey = IpKey(u128::MAX);

    /// True for version 4, mapped ones too.
    pub fn is_v4(self) -> bool {
        self.0 >> 32 == MAPPED >> 32
    }
}

/// All of `text` as an address: `10.0.0.1`, `2001:db8::1`, `[::1]`, `::ffff:10.0.0.1`, `fe80::1%eth0`.
pub fn parse_ip(text: &[u8]) -> Option<IpKey> {
    if let Some(v4) = parse_v4(text) {
        return Some(IpKey(MAPPED | u128::from(v4)));
    }
    let text = match text {
        [b'[', inner @ .., b']'] => inner,
        _ => text,
    };
    if !text.contains(&b':') {
        return None;
    }
    let text = std::str::from_utf8(text).ok()?;
    let address = text.split_once('%').map_or(text, |(address, _zone)| address);
    address.parse::<Ipv6Addr>().ok().map(|address| IpKey(u128::from(address)))
}

/// `a.b.c.d`, each up to three digits and at most 255.
fn parse_v4(text: &[u8]) -> Option<u32> {
    if !(7..=15).contains(&text.len()) {
        return None;
    }
    let mut value = 0u32;
    let mut parts = 0;
    for part in text.split(|byte| *byte == b'.') {
        parts += 1;
        if part.len() > 3 || parts > 4 {
            return None;
        }
        let number = super::number::digits(part).filter(|number| *number <= 255)?;
        value = value << 8 | number;
    }
    (parts == 4).then_some(value)
}

/// Addresses with a common beginning: `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    pub first: IpKey,
    pub last: IpKey,
}

impl Network {
    /// `address/bits`; bits of the address behind the prefix do not matter.
    pub fn parse(text: &[u8]) -> Option<Network> {
        let slash = text.iter().position(|byte| *byte == b'/')?;
        let address = parse_ip(&text[..slash])?;
        let bits = super::number::digits(&text[slash + 1..])?;
        let written_as_v4 = !text[..slash].contains(&b':');
        let free = (if written_as_v4 { 32u32 } else { 128 }).checked_sub(bits)?;
        let inside = if free == 128 { u128::MAX } else { (1u128 << free) - 1 };
        Some(Network { first: IpKey(address.0 & !inside), last: IpKey(address.0 | inside) })
    }

    pub fn contains(&self, address: IpKey) -> bool {
        self.first <= address && address <= self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_itself_however_it_is_written() {
        let v4 = parse_ip(b"10.0.0.1").unwrap();
        assert_eq!(parse_ip(b"::ffff:10.0.0.1"), Some(v4));
        assert_eq!(parse_ip(b"::ffff:a00:1"), Some(v4));
        assert!(v4.is_v4() && !parse_ip(b"::1").unwrap().is_v4());
        assert_eq!(parse_ip(b"[2001:DB8:0::1]"), parse_ip(b"2001:db8::1"));
        assert_eq!(parse_ip(b"fe80::1%eth0"), parse_ip(b"fe80::1"));
    }

    #[test]
    fn order_is_that_of_numbers_not_of_letters() {
        assert!(parse_ip(b"9.0.0.1") < parse_ip(b"10.0.0.1"));
        assert!(parse_ip(b"10.0.0.9") < parse_ip(b"10.0.0.10"));
        assert!(parse_ip(b"::1") < parse_ip(b"2001:db8::"));
    }

    #[test]
    fn what_is_no_address_is_none() {
        for bad in ["", "X.X.X.23", "10.0.0", "10.0.0.256", "10.0.0.1.1", "1.2.3.4:80", "a", ":::", "10.30.", "....."] {
            assert_eq!(parse_ip(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn a_network_holds_its_addresses() {
        let holds = |network: &str, ip: &str| {
            Network::parse(network.as_bytes()).unwrap().contains(parse_ip(ip.as_bytes()).unwrap())
        };
        assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("10.1.2.3/32", "10.1.2.3") && !holds("10.1.2.3/32", "10.1.2.4"));
        assert!(holds("0.0.0.0/0", "1.2.3.4") && !holds("0.0.0.0/0", "2001:db8::1"));
        assert!(holds("2001:db8::/32", "2001:db8:ffff::1") && holds("::/0", "1.2.3.4"));
        for bad in ["10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "x/8", "::/129", "10.0.0.0/-1"] {
            assert_eq!(Network::parse(bad.as_bytes()), None, "{bad}");
        }
    }
}
