//! Codes of IPv4 addresses, which logs are full of and of which no few come over and over.
//!
//! An address of up to fifteen digits and dots is a number of four bits for each: it is compared at once and never as a
//! text, and its slot is a third of what the text's key takes, so that twenty thousand of them stay near the
//! processor: a tenth of the time of a HAProxy line.

use crate::text::bytes::word;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = ONES << 7;
/// What is behind a shorter address counts as this.
const ZEROS: u64 = ONES * b'0' as u64;

/// An address as a number, which no other text has. `None` for what is no address, or stands at the end of the entry.
#[inline(always)]
pub fn key(entry: &[u8], start: usize, len: usize) -> Option<u64> {
    if !matches!(len, 7..=15) {
        return None;
    }
    let (first, second) = (word(entry, start)?, word(entry, start + 8)?);
    let (first, second) = match len {
        7 => (first & (u64::MAX >> 8) | ZEROS << 56, ZEROS),
        8 => (first, ZEROS),
        _ => (first, second & (u64::MAX >> (8 * (16 - len))) | ZEROS << (8 * (len - 8))),
    };
    let (first, second) = (first ^ ZEROS, second ^ ZEROS);
    if (strange(first) | strange(second)) != 0 {
        return None;
    }
    Some(nibbles(first) | nibbles(second) << 32 | (len as u64) << 60)
}

/// Bit 7 of each byte that is neither 0 to 9 nor a dot less `0`.
#[inline(always)]
fn strange(word: u64) -> u64 {
    let over = ((word & !HIGH) + ONES * 0x76) | word;
    let dot = word ^ (ONES * (b'.' ^ b'0') as u64);
    over & (((dot & !HIGH) + ONES * 0x7f) | dot) & HIGH
}

/// The low half of each byte, side by side.
#[inline(always)]
fn nibbles(word: u64) -> u64 {
    let word = word & (ONES * 0x0f);
    let word = (word | word >> 4) & 0x00ff_00ff_00ff_00ff;
    let word = (word | word >> 8) & 0x0000_ffff_0000_ffff;
    (word | word >> 16) & 0xffff_ffff
}

/// Codes by key: a slot is free or the next one is tried. At most half of them are taken.
#[derive(Default)]
pub struct Addresses {
    /// Low and high half of the key, and the code. No key is 0.
    slots: Box<[[u32; 3]]>,
    taken: usize,
}

impl Addresses {
    const FIRST: usize = 64;

    #[inline(always)]
    fn place(key: u64, slots: usize) -> usize {
        (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & (slots - 1)
    }

    #[inline(always)]
    pub fn find(&self, key: u64) -> Option<u32> {
        let [low, high] = [key as u32, (key >> 32) as u32];
        let mut at = Self::place(key, self.slots.len().max(1));
        loop {
            let slot = self.slots.get(at)?;
            if slot[0] == low && slot[1] == high {
                return Some(slot[2]);
            }
            if slot[1] == 0 {
                return None;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    /// Adds a key that is not in it.
    pub fn insert(&mut self, key: u64, code: u32) {
        if self.taken * 2 >= self.slots.len() {
            let slots = (self.slots.len() * 2).max(Self::FIRST);
            let old = std::mem::replace(&mut self.slots, vec![[0; 3]; slots].into_boxed_slice());
            old.iter().filter(|slot| slot[1] != 0).for_each(|slot| self.put(*slot));
        }
        self.taken += 1;
        self.put([key as u32, (key >> 32) as u32, code]);
    }

    fn put(&mut self, new: [u32; 3]) {
        let mut at = Self::place(u64::from(new[1]) << 32 | u64::from(new[0]), self.slots.len());
        while self.slots[at][1] != 0 {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = new;
    }

    /// Addresses in it.
    pub fn len(&self) -> usize {
        self.taken
    }

    pub fn bytes(&self) -> usize {
        self.slots.len() * size_of::<[u32; 3]>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn only_digits_and_dots_have_a_key_and_each_text_its_own(
            texts in prop::collection::vec("[0-9./ :a]{6,16}|[0-9.]{7,15}", 1..60)
        ) {
            let mut known = std::collections::HashMap::new();
            let mut addresses = Addresses::default();
            for (code, text) in texts.iter().enumerate() {
                let entry = format!("{text} and what follows");
                let plain = (7..=15).contains(&text.len()) && text.bytes().all(|b| b == b'.' || b.is_ascii_digit());
                let key = key(entry.as_bytes(), 0, text.len());
                prop_assert_eq!(key.is_some(), plain, "{}", text);
                if let Some(key) = key {
                    prop_assert_eq!(addresses.find(key), known.get(text).copied());
                    if known.insert(text, code as u32).is_none() {
                        addresses.insert(key, code as u32);
                    } else {
                        known.insert(text, addresses.find(key).unwrap());
                    }
                }
            }
        }
    }
}
