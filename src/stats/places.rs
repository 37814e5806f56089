//! Pairs of numbers, numbered in the order of first sight. The one hash table of all that count by numbers: each type that the
//! standard library's table holds would cost kilobytes of code.

use rustc_hash::FxBuildHasher;
use std::collections::HashMap;

/// The place of each pair in a list that its owner keeps.
#[derive(Clone, Debug, Default)]
pub struct Places(HashMap<[i64; 2], u32, FxBuildHasher>);

impl Places {
    /// Where the pair stands; a new one behind the `known` others.
    #[inline(never)]
    pub fn place(&mut self, pair: [i64; 2], known: usize) -> usize {
        *self.0.entry(pair).or_insert(known as u32) as usize
    }
}
