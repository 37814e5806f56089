//! Distinct texts of one column, each kept once and known by a code.

use super::address::{self, Addresses};
use crate::text::bytes::{same, word};
use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Slots of the cache in front of the hash table: at first, and at most.
const RECENT: (usize, usize) = (128, 1 << 15);
/// Texts are kept in blocks that never move; an entry is at most 1 MiB, so a text always fits a block.
const BLOCK: usize = 1 << 20;

/// Texts by code; codes count from 0 in order of first sight.
pub struct Dictionary {
    blocks: Vec<Vec<u8>>,
    /// (block, start, length) of each text.
    places: Vec<(u32, u32, u32)>,
    /// (hash, code)
    codes: HashTable<(u32, u32)>,
    /// Logs repeat a few values over and over: a hit here saves hashing the text. Keyed by length and by the text's first
    /// sixteen and last eight bytes, which is all of a text up to 24. It grows with the texts: a hit among twenty thousand
    /// clients touches one line of the processor's cache, the hash table four.
    recent: Box<[Recent]>,
    addresses: Addresses,
}

/// One line of the processor's cache holds two.
#[derive(Clone, Copy)]
#[repr(align(32))]
struct Recent {
    head: u64,
    middle: u64,
    tail: u64,
    len: u32,
    code: u32,
}

impl Recent {
    /// No text is that long.
    const NONE: Recent = Recent { head: 0, middle: 0, tail: 0, len: u32::MAX, code: 0 };
    /// Texts up to this length are known by their key alone.
    const WHOLE: usize = 24;

    /// The key of `entry[start..start + len]`, a text of up to eight being all in the first word.
    #[inline(always)]
    fn of(entry: &[u8], start: usize, len: usize) -> Self {
        let Some(first) = word(entry, start) else { return Self::of_last(entry, start, len) };
        let at = |at: usize| word(entry, at).unwrap_or(0);
        let (head, middle, tail) = match len {
            0 => (0, 0, 0),
            1..=8 => (first & u64::MAX >> (64 - 8 * len), 0, 0),
            9..=16 => (first, 0, at(start + len - 8)),
            _ => (first, at(start + 8), at(start + len - 8)),
        };
        Self { head, middle, tail, len: len as u32, code: 0 }
    }

    /// The same within eight bytes of the end.
    #[cold]
    fn of_last(entry: &[u8], start: usize, len: usize) -> Self {
        let head = entry[start..start + len].iter().rev().fold(0, |all, b| all << 8 | u64::from(*b));
        Self { head, middle: 0, tail: 0, len: len as u32, code: 0 }
    }

    #[inline(always)]
    fn is_like(&self, other: &Recent) -> bool {
        let differs = (self.head ^ other.head) | (self.middle ^ other.middle) | (self.tail ^ other.tail);
        differs == 0 && self.len == other.len
    }

    /// Its place among `slots`, a power of two.
    #[inline(always)]
    fn slot(&self, slots: usize) -> usize {
        let text = self.head ^ self.middle.rotate_left(11) ^ self.tail.rotate_left(29) ^ u64::from(self.len);
        (text.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize & (slots - 1)
    }
}

impl Default for Dictionary {
    fn default() -> Self {
        let recent = vec![Recent::NONE; RECENT.0].into_boxed_slice();
        Self {
            blocks: Vec::new(),
            places: Vec::new(),
            codes: HashTable::new(),
            recent,
            addresses: Addresses::default(),
        }
    }
}

impl std::fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dictionary({} texts)", self.len())
    }
}

fn hash(text: &[u8]) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(text);
    // In wasm no more than 32 bits come out.
    hasher.finish() as u32
}

/// The table takes its tag from the high and its place from the low bits of 64.
fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

impl Dictionary {
    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    #[inline(always)]
    pub fn get(&self, code: u32) -> &[u8] {
        let (block, start, len) = self.places[code as usize];
        &self.blocks[block as usize][start as usize..(start + len) as usize]
    }

    /// The code of a text, given to it now if it is new.
    #[inline]
    pub fn intern(&mut self, text: &[u8]) -> u32 {
        self.intern_part(text, 0, text.len())
    }

    /// The same of `entry[start..start + len]`, without a branch on the length of short texts.
    #[inline(always)]
    pub fn intern_part(&mut self, entry: &[u8], start: usize, len: usize) -> u32 {
        if let Some(key) = address::key(entry, start, len) {
            return match self.addresses.find(key) {
                Some(code) => code,
                None => self.add_address(&entry[start..start + len], key),
            };
        }
        let wanted = Recent::of(entry, start, len);
        let recent = &self.recent[wanted.slot(self.recent.len())];
        if recent.is_like(&wanted) && (len <= Recent::WHOLE || same(self.get(recent.code), &entry[start..start + len]))
        {
            return recent.code;
        }
        self.intern_other(&entry[start..start + len], wanted)
    }

    #[cold]
    fn add_address(&mut self, text: &[u8], key: u64) -> u32 {
        let code = self.find_or_add(text);
        self.addresses.insert(key, code);
        code
    }

    #[inline(never)]
    fn intern_other(&mut self, text: &[u8], mut wanted: Recent) -> u32 {
        let slot = wanted.slot(self.recent.len());
        // Values that share a slot would miss each time: each has the three beside it as well.
        for way in 0..4 {
            let recent = self.recent[slot ^ way];
            if recent.is_like(&wanted) && (text.len() <= Recent::WHOLE || same(self.get(recent.code), text)) {
                return recent.code;
            }
        }
        let code = self.find_or_add(text);
        let texts = self.len() - self.addresses.len();
        if texts > self.recent.len() / 2 && self.recent.len() < RECENT.1 {
            self.grow_recent();
        }
        wanted.code = code;
        let slot = wanted.slot(self.recent.len());
        for way in 0..4 {
            // A `swap` is a call and a loop.
            wanted = std::mem::replace(&mut self.recent[slot ^ way], wanted);
        }
        code
    }

    #[inline(never)]
    fn find_or_add(&mut self, text: &[u8]) -> u32 {
        let hash_of = hash(text);
        let equal = |(hash, code): &(u32, u32)| *hash == hash_of && same(self.get(*code), text);
        if let Some((_, code)) = self.codes.find(spread(hash_of), equal) {
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
        self.codes.insert_unique(spread(hash_of), (hash_of, code), |(hash, _)| spread(*hash));
        code
    }

    #[cold]
    fn grow_recent(&mut self) {
        let slots = self.recent.len() * 4;
        let old = std::mem::replace(&mut self.recent, vec![Recent::NONE; slots].into_boxed_slice());
        for recent in old.into_iter().filter(|recent| recent.len != u32::MAX) {
            self.recent[recent.slot(slots)] = recent;
        }
    }

    /// The code of a text, if it has one.
    pub fn find(&self, text: &[u8]) -> Option<u32> {
        let hash = hash(text);
        let found = self.codes.find(spread(hash), |(of, code)| *of == hash && self.get(*code) == text);
        found.map(|(_, code)| *code)
    }

    /// All texts in order of their codes, from `first` on.
    pub fn iter_from(&self, first: usize) -> impl Iterator<Item = &[u8]> {
        (first..self.len()).map(|code| self.get(code as u32))
    }

    pub fn bytes(&self) -> usize {
        let text: usize = self.blocks.iter().map(Vec::capacity).sum();
        text + self.places.capacity() * 12
            + self.codes.allocation_size()
            + self.recent.len() * size_of::<Recent>()
            + self.addresses.bytes()
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
