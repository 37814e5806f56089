//! Pseudonyms of addresses that keep the network: two addresses that share their first *n* bits, no more, have pseudonyms
//! that share their first *n* bits, no more.
//!
//! That is so where each bit is flipped, or not, by a keyed hash of the bits before it (J. Xu et al., "Prefix-preserving IP
//! address anonymization", 2002). Ranges with a meaning stay themselves, and with them the way there: no bit is flipped while
//! what was read so far may still become such a range. So a private address has a private pseudonym, a public one a public,
//! and no two addresses have the same. The price: of a public address that lies close to such a range the bits that it
//! shares with the range are seen.

use super::Keyed;
use std::net::{Ipv4Addr, Ipv6Addr};

/// (first address, bits): private, carrier's, loopback, link-local, multicast; and addresses that stay as they are.
const KEPT_V4: [(u32, u32); 11] = [
    (0, 32),
    (0x0a00_0000, 8),
    (0x6440_0000, 10),
    (0x7f00_0000, 8),
    (0x7f00_0001, 32),
    (0xa9fe_0000, 16),
    (0xac10_0000, 12),
    (0xc0a8_0000, 16),
    (0xe000_0000, 4),
    (0xf000_0000, 4),
    (0xffff_ffff, 32),
];
/// `::`, `::1`, what maps version 4, unique local, link-local, multicast.
const KEPT_V6: [(u128, u32); 6] =
    [(0, 128), (1, 128), (0xffff << 32, 96), (0xfc << 120, 7), (0xfe80 << 112, 10), (0xff << 120, 8)];

/// Bits that one hash decides about: a tree of so many levels has a node for each of its bits.
const LEVELS: u32 = 4;

pub fn v4(keyed: &Keyed, address: Ipv4Addr) -> Ipv4Addr {
    let kept = KEPT_V4.map(|(first, bits)| (u128::from(first), bits));
    Ipv4Addr::from_bits(pseudonym(keyed, u128::from(address.to_bits()), 32, &kept) as u32)
}

pub fn v6(keyed: &Keyed, address: Ipv6Addr) -> Ipv6Addr {
    match address.to_ipv4_mapped() {
        Some(mapped) => v4(keyed, mapped).to_ipv6_mapped(),
        None => Ipv6Addr::from_bits(pseudonym(keyed, address.to_bits(), 128, &KEPT_V6)),
    }
}

fn pseudonym(keyed: &Keyed, address: u128, width: u32, kept: &[(u128, u32)]) -> u128 {
    let (mut flips, mut hash, mut node) = (0, 0, 1);
    for depth in 0..width {
        // The first bits of the address, with a one before them that tells how many they are.
        let before = |value: u128| if depth == 0 { 0 } else { value >> (width - depth) };
        if depth % LEVELS == 0 {
            let prefix = before(address).to_be_bytes();
            hash = keyed.hash(b'a', &[&[width as u8, depth as u8], prefix.as_slice()].concat());
            node = 1;
        }
        let bit = address >> (width - 1 - depth) & 1;
        let leads_to = |(first, bits): &(u128, u32)| *bits > depth && before(*first) == before(address);
        let flip = u128::from(hash >> node & 1);
        flips = flips << 1 | if kept.iter().any(leads_to) { 0 } else { flip };
        node = node << 1 | bit as u32;
    }
    address ^ flips
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keyed() -> Keyed {
        Keyed::new(&[7; 16])
    }

    fn is_special_v4(address: Ipv4Addr) -> Option<usize> {
        let ranges =
            KEPT_V4.iter().position(|(first, bits)| *bits < 32 && (address.to_bits() ^ first) >> (32 - bits) == 0);
        ranges.or_else(|| KEPT_V4.iter().position(|(first, bits)| *bits == 32 && address.to_bits() == *first))
    }

    /// Addresses near each other and near the ranges that stay, as often as any others.
    fn any_v4() -> impl Strategy<Value = u32> {
        let near = (0..KEPT_V4.len(), 0u32..33, any::<u32>())
            .prop_map(|(at, bits, random)| KEPT_V4[at].0 ^ random.checked_shr(bits).unwrap_or(0));
        prop_oneof![any::<u32>(), near]
    }

    proptest! {
        #[test]
        fn two_addresses_share_as_many_bits_as_before(a in any_v4(), b in any_v4(), cut in 0u32..33) {
            let b = a ^ b.checked_shr(cut).unwrap_or(0);
            let of = |address: u32| v4(&keyed(), Ipv4Addr::from_bits(address)).to_bits();
            prop_assert_eq!((of(a) ^ of(b)).leading_zeros(), (a ^ b).leading_zeros());
        }

        #[test]
        fn two_addresses_of_version_6_share_as_many_bits_as_before(a: u128, b: u128, cut in 0u32..129) {
            let b = a ^ b.checked_shr(cut).unwrap_or(0);
            let of = |address: u128| v6(&keyed(), Ipv6Addr::from_bits(address)).to_bits();
            prop_assert_eq!((of(a) ^ of(b)).leading_zeros(), (a ^ b).leading_zeros());
        }

        #[test]
        fn what_an_address_means_stays(a in any_v4()) {
            let address = Ipv4Addr::from_bits(a);
            prop_assert_eq!(is_special_v4(v4(&keyed(), address)), is_special_v4(address));
        }

        #[test]
        fn a_mapped_address_maps_as_its_own(a in any_v4()) {
            let address = Ipv4Addr::from_bits(a);
            prop_assert_eq!(v6(&keyed(), address.to_ipv6_mapped()).to_ipv4_mapped(), Some(v4(&keyed(), address)));
        }
    }

    #[test]
    fn addresses_that_are_the_same_everywhere_stay() {
        for same in ["127.0.0.1", "0.0.0.0", "255.255.255.255"] {
            assert_eq!(v4(&keyed(), same.parse().unwrap()).to_string(), same);
        }
        for same in ["::", "::1"] {
            assert_eq!(v6(&keyed(), same.parse().unwrap()).to_string(), same);
        }
        for (of, prefix) in [("fe80::1:2", "fe80"), ("fd12:3456::1", "fd"), ("ff02::5", "ff")] {
            assert!(v6(&keyed(), of.parse().unwrap()).to_string().starts_with(&prefix[..2]), "{of}");
        }
    }

    #[test]
    fn a_network_has_as_many_addresses_as_before_and_another_secret_another_network() {
        let of = |keyed: &Keyed| -> Vec<u32> {
            (0..1 << 16).map(|low| v4(keyed, Ipv4Addr::from_bits(0xcb00_0000 + low)).to_bits()).collect()
        };
        let (one, other) = (of(&keyed()), of(&Keyed::new(&[8; 16])));
        let mut sorted = one.clone();
        sorted.sort_unstable();
        assert!(sorted.windows(2).all(|pair| pair[0] + 1 == pair[1]), "each exactly once");
        assert!(one.iter().zip(&other).filter(|(a, b)| a == b).count() < 10);
    }
}
