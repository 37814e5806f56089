//! From a place in the text to the row whose entry holds it.

use super::{Chunk, PAGE, Packed};

/// The entries of one chunk, asked for in the order of their bytes: a page of offsets is unpacked once, not a number for
/// each question.
pub struct Entries<'a> {
    chunk: &'a Chunk,
    offsets: &'a Packed,
    /// The page that `starts` holds.
    page: usize,
    starts: Box<[i64; PAGE]>,
}

impl<'a> Entries<'a> {
    pub(super) fn new(chunk: &'a Chunk, offsets: &'a Packed) -> Self {
        let page = chunk.first_row / PAGE;
        let mut starts = Box::new([0; PAGE]);
        offsets.unpack(page, &mut starts);
        Self { chunk, offsets, page, starts }
    }

    fn starts_by(&self, row: usize, offset: u64) -> bool {
        self.offsets.get(row).is_some_and(|start| start as u64 <= offset)
    }

    /// The row whose entry holds byte `offset` of the source, and where that entry ends. Offsets inside the chunk, none
    /// before the last one.
    pub fn at(&mut self, offset: u64) -> (usize, u64) {
        let end = self.chunk.first_row + self.chunk.rows;
        let mut page = self.page;
        while (page + 1) * PAGE < end && self.starts_by((page + 1) * PAGE, offset) {
            page += 1;
        }
        if page != self.page {
            self.page = page;
            self.offsets.unpack(page, &mut self.starts);
        }
        let first = self.chunk.first_row.max(page * PAGE);
        let starts = &self.starts[first % PAGE..=(end - 1).min(page * PAGE + PAGE - 1) % PAGE];
        let after = starts.partition_point(|start| *start as u64 <= offset).max(1);
        let row = first + after - 1;
        let next = match starts.get(after) {
            Some(start) => *start as u64,
            None if row + 1 < end => self.offsets.get(row + 1).map_or(self.chunk.end, |start| start as u64),
            None => self.chunk.end,
        };
        (row, next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::shard::Cut;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_byte_has_the_entry_that_begins_last_before_it(
            lengths in prop::collection::vec(1u64..9, 1..400),
            repeat in 1usize..12,
            before in 0usize..1500,
            steps in prop::collection::vec(0u64..4000, 1..60),
        ) {
            let start = 77;
            let lengths: Vec<u64> = lengths.iter().copied().cycle().take(lengths.len() * repeat).collect();
            let mut starts = vec![start];
            lengths.iter().for_each(|len| starts.push(starts[starts.len() - 1] + len));
            let end = starts.pop().unwrap_or(start);
            // Rows of another source stand before these, in the same page too.
            let offsets: Packed = (0..before).map(|row| row as i64 * 1000).chain(starts.iter().map(|s| *s as i64)).collect();
            let rows = starts.len();
            let chunk =
                Chunk { source: 1, cut: Cut::Lines, sequence: 0, first_row: before, rows, start, end, lines_before: None };
            let mut entries = Entries::new(&chunk, &offsets);
            let mut offset = start;
            for step in steps {
                offset += step;
                if offset >= end {
                    break;
                }
                let nth = starts.partition_point(|start| *start <= offset) - 1;
                let next = starts.get(nth + 1).copied().unwrap_or(end);
                prop_assert_eq!(entries.at(offset), (before + nth, next));
            }
        }
    }
}
