//! Bytes eight at a time: the steps that run for every token of every line.
//!
//! Lines are made of short tokens. A loop over bytes pays a mispredicted branch at the end of each, and wasm has no
//! `memcmp`: the compiler's is such a loop. A word of eight bytes says where a token ends, or whether two are equal, in
//! a few operations without a branch. It halves the time of a TCP line.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The eight bytes from `at` on, the first in the lowest place; `None` within eight bytes of the end.
#[inline(always)]
pub fn word(text: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*text.get(at..)?.first_chunk()?))
}

/// The same, with zeros in the place of bytes behind the end; `None` where nothing is left, or the text is shorter than
/// a word.
#[inline]
pub fn word_or_rest(text: &[u8], at: usize) -> Option<u64> {
    if let Some(word) = word(text, at) {
        return Some(word);
    }
    let missing = at + 8 - text.len();
    let last = u64::from_le_bytes(*text.last_chunk()?);
    (missing < 8).then(|| last >> (8 * missing))
}

/// Bit 7 of the first byte of `word` that equals `byte`; 0 where none does. Bits above it mean nothing.
#[inline(always)]
fn first_equal(word: u64, byte: u8) -> u64 {
    let zero = word ^ (ONES * byte as u64);
    zero.wrapping_sub(ONES) & !zero & HIGH
}

/// Bit 7 of each byte of `word` that is zero.
#[inline(always)]
pub fn zeros(word: u64) -> u64 {
    !((word & !HIGH).wrapping_add(!HIGH) | word) & HIGH
}

/// Where `byte` stands next, from `at` on, or the end of the text. For tokens of a few bytes; longer text is `memchr`'s.
#[inline(always)]
pub fn find(text: &[u8], mut at: usize, byte: u8) -> usize {
    // Most end within two words.
    for _ in 0..2 {
        let Some(word) = word(text, at) else { break };
        let found = first_equal(word, byte);
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    find_further(text, at, byte)
}

#[inline(never)]
fn find_further(text: &[u8], mut at: usize, byte: u8) -> usize {
    while let Some(word) = word(text, at) {
        let found = first_equal(word, byte);
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while at < text.len() && text[at] != byte {
        at += 1;
    }
    at.min(text.len())
}

/// Where `byte` stands last among the eight bytes before `end`; `None` also where the text is shorter.
#[inline(always)]
pub fn find_back(text: &[u8], end: usize, byte: u8) -> Option<usize> {
    let start = end.checked_sub(8)?;
    let found = zeros(word(text, start)? ^ (ONES * byte as u64));
    (found != 0).then(|| start + 7 - found.leading_zeros() as usize / 8)
}

/// Bytes of `word` from its first that are digits, 0 to 8.
#[inline(always)]
pub fn digits_in(word: u64) -> u32 {
    let value = word ^ (ONES * b'0' as u64);
    // A byte above 9 carries into its bit 7 when 0x76 is added; one above 0x7f has it already.
    let other = (((value & !HIGH) + ONES * 0x76) | value) & HIGH;
    other.trailing_zeros() / 8
}

/// The number that the first `count` bytes of `word`, all digits, say; `count` is 1 to 8.
#[inline(always)]
pub fn number_in(word: u64, count: u32) -> u32 {
    // Leading zeros are moved in, then pairs, fours and eights are added up.
    let digits = (word ^ (ONES * b'0' as u64)) << (64 - 8 * count);
    let pairs = (digits * 10 + (digits >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    (fours * 10_000 + (fours >> 32)) as u32
}

/// Equality.
#[inline]
pub fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let Some(last) = a.len().checked_sub(8) else {
        return a.iter().zip(b).all(|(a, b)| a == b);
    };
    // The last eight bytes may overlap those before; they are told apart most often.
    if word(a, last) != word(b, last) {
        return false;
    }
    let mut at = 0;
    while at < last {
        if word(a, at) != word(b, at) {
            return false;
        }
        at += 8;
    }
    true
}

/// `word` with `0` for every digit.
#[inline]
fn without_digits(word: u64) -> u64 {
    let value = word ^ (ONES * b'0' as u64);
    let digits = !(((value & !HIGH) + ONES * 0x76) | value) & HIGH;
    let mask = (digits >> 7) * 0xff;
    word & !mask | mask & (ONES * b'0' as u64)
}

/// Equality, where any digit equals any other. Both have the same length.
#[inline]
pub fn same_but_digits(a: &[u8], b: &[u8]) -> bool {
    let (Some(last), Some(other)) = (a.last_chunk::<8>(), b.last_chunk::<8>()) else {
        return a.iter().zip(b).all(|(a, b)| a == b || a.is_ascii_digit() && b.is_ascii_digit());
    };
    let alike =
        |a: &[u8; 8], b: &[u8; 8]| without_digits(u64::from_le_bytes(*a)) == without_digits(u64::from_le_bytes(*b));
    alike(last, other) && a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0).all(|(a, b)| alike(a, b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn words_say_what_bytes_say(text in prop::collection::vec(prop_oneof![0x2eu8..0x3c, any::<u8>()], 0..40), at in 0usize..44, byte in 0x2eu8..0x3c) {
            let rest = text.get(at..).unwrap_or_default();
            let plain = rest.iter().position(|b| *b == byte).map_or(text.len(), |found| at + found);
            prop_assert_eq!(find(&text, at, byte), plain);
            if (8..=text.len()).contains(&at) {
                let last = text[at - 8..at].iter().rposition(|b| *b == byte);
                prop_assert_eq!(find_back(&text, at, byte), last.map(|last| at - 8 + last));
            }
            if text.len() >= 8 && at < text.len() {
                let mut bytes = [0; 8];
                let len = rest.len().min(8);
                bytes[..len].copy_from_slice(&rest[..len]);
                prop_assert_eq!(word_or_rest(&text, at), Some(u64::from_le_bytes(bytes)));
            }
            if let Some(word) = word(&text, at) {
                let digits = rest[..8].iter().take_while(|b| b.is_ascii_digit()).count();
                prop_assert_eq!(digits_in(word) as usize, digits);
                if digits > 0 {
                    let value: u32 = std::str::from_utf8(&rest[..digits]).unwrap().parse().unwrap();
                    prop_assert_eq!(number_in(word, digits as u32), value);
                }
            }
        }

        #[test]
        fn equal_is_equal(text in prop::collection::vec(prop_oneof![0x2eu8..0x3c, any::<u8>()], 0..40), at in 0usize..40, flip in 1u8..0x22) {
            prop_assert!(same(&text, &text.clone()));
            let mut other = text.clone();
            if let Some(byte) = other.get_mut(at) {
                *byte ^= flip;
                prop_assert!(!same(&text, &other));
            }
            let plain = text.iter().zip(&other).all(|(a, b)| a == b || a.is_ascii_digit() && b.is_ascii_digit());
            prop_assert_eq!(same_but_digits(&text, &other), plain);
            prop_assert!(text.is_empty() || !same(&text, &text[1..]));
        }
    }
}
