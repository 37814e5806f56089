//! Distinct texts of one column, each kept once and known by a code.

use crate::text::bytes::same;
use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Slots of the cache in front of the hash table.
const RECENT: usize = 1024;
/// Texts are kept in blocks that never move; an entry is at most 1 MiB, so a text always fits a block.
const BLOCK: usize = 1 << 20;

/// Texts by code; codes count from 0 in order of first sight.
pub struct Dictionary {
    blocks: Vec<Vec<u8>>,
    /// (block, start, length) of each text.
    places: Vec<(u32, u32, u32)>,
    codes: HashTable<u32>,
    /// Logs repeat a few values over and over: a hit here saves hashing the text. Keyed by length and the text's first
    /// and last eight bytes, which is all of a text up to sixteen.
    recent: Box<[Recent]>,
}

#[derive(Clone, Copy, Default)]
struct Recent {
    head: u64,
    tail: u64,
    len: u32,
    code: u32,
}

impl Default for Dictionary {
    fn default() -> Self {
        let recent = vec![Recent { len: u32::MAX, ..Recent::default() }; RECENT].into_boxed_slice();
        Self { blocks: Vec::new(), places: Vec::new(), codes: HashTable::new(), recent }
    }
}

impl std::fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dictionary({} texts)", self.len())
    }
}

/// The first and the last eight bytes; they overlap in a text of fewer than sixteen.
#[inline]
fn ends(text: &[u8]) -> (u64, u64) {
    match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(head), Some(tail)) => (u64::from_le_bytes(*head), u64::from_le_bytes(*tail)),
        _ => match (text.first_chunk::<4>(), text.last_chunk::<4>(), text) {
            (Some(head), Some(tail), _) => (u64::from(u32::from_le_bytes(*head)), u64::from(u32::from_le_bytes(*tail))),
            (.., [a, .., b]) => (u64::from(*a) << 16 | u64::from(text[text.len() / 2]) << 8 | u64::from(*b), 0),
            (.., [a]) => (u64::from(*a), 0),
            _ => (0, 0),
        },
    }
}

fn hash(text: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text);
    hasher.finish()
}

impl Dictionary {
    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    #[inline]
    pub fn get(&self, code: u32) -> &[u8] {
        let (block, start, len) = self.places[code as usize];
        &self.blocks[block as usize][start as usize..(start + len) as usize]
    }

    /// The code of a text, given to it now if it is new.
    #[inline]
    pub fn intern(&mut self, text: &[u8]) -> u32 {
        let (head, tail) = ends(text);
        let len = text.len() as u32;
        let mix = (head ^ tail.rotate_left(29) ^ u64::from(len)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let slot = (mix >> 54) as usize;
        let recent = self.recent[slot];
        if recent.len == len
            && recent.head == head
            && recent.tail == tail
            && (len <= 16 || same(self.get(recent.code), text))
        {
            return recent.code;
        }
        let code = self.find_or_add(text);
        self.recent[slot] = Recent { head, tail, len, code };
        code
    }

    fn find_or_add(&mut self, text: &[u8]) -> u32 {
        let hash_of = hash(text);
        if let Some(code) = self.codes.find(hash_of, |code| same(self.get(*code), text)) {
            return *code;
        }
        let code = self.places.len() as u32;
        if self.blocks.last().is_none_or(|block| block.capacity() - block.len() < text.len()) {
            // Small at first: most dictionaries stay tiny.
            let wanted = if self.blocks.is_empty() { 1024 } else { (self.blocks.len() * 16384).min(BLOCK) };
            self.blocks.push(Vec::with_capacity(wanted.max(text.len())));
        }
        let block = self.blocks.len() - 1;
        let start = self.blocks[block].len();
        self.blocks[block].extend_from_slice(text);
        self.places.push((block as u32, start as u32, text.len() as u32));
        let (blocks, places) = (&self.blocks, &self.places);
        self.codes.insert_unique(hash_of, code, |code| {
            let (block, start, len) = places[*code as usize];
            hash(&blocks[block as usize][start as usize..(start + len) as usize])
        });
        code
    }

    /// The code of a text, if it has one.
    pub fn find(&self, text: &[u8]) -> Option<u32> {
        self.codes.find(hash(text), |code| self.get(*code) == text).copied()
    }

    /// All texts in order of their codes, from `first` on.
    pub fn iter_from(&self, first: usize) -> impl Iterator<Item = &[u8]> {
        (first..self.len()).map(|code| self.get(code as u32))
    }

    pub fn bytes(&self) -> usize {
        let text: usize = self.blocks.iter().map(Vec::capacity).sum();
        text + self.places.capacity() * 12 + self.codes.allocation_size() + self.recent.len() * size_of::<Recent>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equal_texts_have_equal_codes_and_come_back(texts in prop::collection::vec("[ab]{0,20}", 1..300)) {
            let mut dictionary = Dictionary::default();
            let codes: Vec<u32> = texts.iter().map(|text| dictionary.intern(text.as_bytes())).collect();
            for (text, code) in texts.iter().zip(&codes) {
                prop_assert_eq!(dictionary.get(*code), text.as_bytes());
                prop_assert_eq!(dictionary.find(text.as_bytes()), Some(*code));
            }
            let distinct: std::collections::HashSet<_> = texts.iter().collect();
            prop_assert_eq!(distinct.len(), dictionary.len());
        }
    }

    #[test]
    fn long_texts_that_differ_only_in_the_middle_are_told_apart() {
        let mut dictionary = Dictionary::default();
        let a = dictionary.intern(b"aaaaaaaaXaaaaaaaa");
        let b = dictionary.intern(b"aaaaaaaaYaaaaaaaa");
        assert_ne!(a, b);
        assert_eq!(dictionary.intern(b"aaaaaaaaXaaaaaaaa"), a);
    }
}
