//! A set of rows, one bit each.

use super::PAGE;

const WORDS: usize = PAGE / 64;

/// A set of rows `0..len`; bits past `len` are 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bitmap {
    words: Vec<u64>,
    len: usize,
}

impl Bitmap {
    pub fn new(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], len }
    }

    /// All rows `0..len`.
    pub fn full(len: usize) -> Self {
        let mut bitmap = Self { words: vec![u64::MAX; len.div_ceil(64)], len };
        bitmap.trim();
        bitmap
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Grows (new rows are not in the set) or shrinks to `len` rows.
    pub fn resize(&mut self, len: usize) {
        self.words.resize(len.div_ceil(64), 0);
        self.len = len;
        self.trim();
    }

    fn trim(&mut self) {
        let used = self.len % 64;
        if let Some(last) = self.words.last_mut().filter(|_| used > 0) {
            *last &= (1 << used) - 1;
        }
    }

    #[inline]
    pub fn set(&mut self, row: usize) {
        self.words[row / 64] |= 1 << (row % 64);
    }

    #[inline]
    pub fn contains(&self, row: usize) -> bool {
        self.words.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    pub fn count(&self) -> u64 {
        ones(&self.words)
    }

    /// The words of page `page`; shorter at the end of the rows.
    #[inline]
    pub fn page(&self, page: usize) -> &[u64] {
        let start = (page * WORDS).min(self.words.len());
        &self.words[start..(start + WORDS).min(self.words.len())]
    }

    pub fn page_mut(&mut self, page: usize) -> &mut [u64] {
        let start = (page * WORDS).min(self.words.len());
        let end = (start + WORDS).min(self.words.len());
        &mut self.words[start..end]
    }

    #[inline(never)]
    pub fn and(&mut self, other: &Bitmap) {
        self.zip(other, |a, b| a & b);
    }

    #[inline(never)]
    pub fn and_not(&mut self, other: &Bitmap) {
        self.zip(other, |a, b| a & !b);
    }

    #[inline(never)]
    pub fn or(&mut self, other: &Bitmap) {
        self.zip(other, |a, b| a | b);
    }

    pub fn not(&mut self) {
        self.words.iter_mut().for_each(|word| *word = !*word);
        self.trim();
    }

    fn zip(&mut self, other: &Bitmap, apply: impl Fn(u64, u64) -> u64) {
        debug_assert_eq!(self.len, other.len);
        for (a, b) in self.words.iter_mut().zip(&other.words) {
            *a = apply(*a, *b);
        }
    }

    /// Rows of the set in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(i, word)| Ones(*word).map(move |bit| i * 64 + bit))
    }
}

/// How many bits of the words are set.
pub fn ones(words: &[u64]) -> u64 {
    words.iter().map(|word| u64::from(word.count_ones())).sum()
}

/// The positions of the set bits of words, ascending: how a page's rows are walked.
pub fn each_row(words: &[u64], mut visit: impl FnMut(usize)) {
    for (i, &word) in words.iter().enumerate() {
        if word == u64::MAX {
            for bit in 0..64 {
                visit(i * 64 + bit);
            }
        } else {
            Ones(word).for_each(|bit| visit(i * 64 + bit));
        }
    }
}

struct Ones(u64);

impl Iterator for Ones {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        if self.0 == 0 {
            return None;
        }
        let bit = self.0.trailing_zeros() as usize;
        self.0 &= self.0 - 1;
        Some(bit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_operations_agree_with_their_definition() {
        let mut a = Bitmap::new(130);
        let mut b = Bitmap::new(130);
        (0..130).step_by(3).for_each(|row| a.set(row));
        (0..130).step_by(5).for_each(|row| b.set(row));
        let mut and = a.clone();
        and.and(&b);
        assert_eq!(and.iter().collect::<Vec<_>>(), (0..130).step_by(15).collect::<Vec<_>>());
        let mut not = a.clone();
        not.not();
        assert_eq!(not.count() + a.count(), 130);
        let mut rows = Vec::new();
        each_row(Bitmap::full(130).page(0), |row| rows.push(row));
        assert_eq!(rows, (0..130).collect::<Vec<_>>());
    }
}
