//! The page of every column that is being written, before it is packed.
//!
//! The pages of all columns stand side by side in one block: where a cell goes is known when the parser is compiled, and
//! writing it is one instruction, not a way over three pointers: up to a tenth of the time of a HAProxy line, the more the
//! less of the processor's cache is free.

use super::{ABSENT, PAGE, Packed};
use crate::record::Field;
use std::ops::Range;

/// Where what every row has stands: behind the fields.
pub const OFFSET: usize = Field::COUNT;
pub const LINE: usize = Field::COUNT + 1;
pub const MARK: usize = Field::COUNT + 2;
const SLOTS: usize = Field::COUNT + 3;

/// A set of columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slots([u64; SLOTS.div_ceil(64)]);

impl Slots {
    #[inline(always)]
    pub const fn insert(&mut self, slot: usize) {
        self.0[slot / 64] |= 1 << (slot % 64);
    }

    #[inline]
    pub fn has(&self, slot: usize) -> bool {
        self.0[slot / 64] >> (slot % 64) & 1 == 1
    }

    #[inline(always)]
    pub fn add(&mut self, others: &Slots) {
        for (word, other) in self.0.iter_mut().zip(&others.0) {
            *word |= other;
        }
    }

    /// The columns of these fields, and those that every row has.
    pub const fn of(fields: &[Field]) -> Slots {
        let mut slots = Slots([0; SLOTS.div_ceil(64)]);
        slots.insert(OFFSET);
        slots.insert(MARK);
        slots.and(fields)
    }

    /// These and the columns of `fields`.
    pub const fn and(mut self, fields: &[Field]) -> Slots {
        let mut nth = 0;
        while nth < fields.len() {
            self.insert(fields[nth] as usize);
            nth += 1;
        }
        self
    }

    /// Visits each, in order.
    #[inline(always)]
    fn each(&self, mut visit: impl FnMut(usize)) {
        for (nth, word) in self.0.iter().enumerate() {
            let mut left = *word;
            while left != 0 {
                visit(nth * 64 + left.trailing_zeros() as usize);
                left &= left - 1;
            }
        }
    }
}

/// A page, and a line of the processor's cache more: the cells of one row would all fall into the same few places of it.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
struct Cells {
    rows: [i64; PAGE],
    _gap: [i64; 8],
}

/// What is not set is [`ABSENT`].
#[derive(Debug)]
pub struct Stage {
    cells: Box<[Cells; SLOTS]>,
    /// Columns that may have cells.
    used: Slots,
    /// Columns whose rows all have one number, which is not written 1,024 times.
    whole: Vec<(usize, i64)>,
}

impl Default for Stage {
    fn default() -> Self {
        let empty = Cells { rows: [ABSENT; PAGE], _gap: [0; 8] };
        // Made on the heap at once: it is larger than a stack.
        let cells = vec![empty; SLOTS].into_boxed_slice();
        let cells = cells.try_into().unwrap_or_else(|_| unreachable!("as many as asked for"));
        Self { cells, used: Slots::default(), whole: Vec::new() }
    }
}

impl Stage {
    /// Sets row `at`. It counts once [`Stage::keep`] is told the column.
    #[inline(always)]
    pub fn put(&mut self, slot: usize, at: usize, number: i64) {
        self.cells[slot].rows[at % PAGE] = number;
    }

    #[inline(always)]
    pub fn get(&self, slot: usize, at: usize) -> i64 {
        self.cells[slot].rows[at % PAGE]
    }

    /// Cells of these columns may have been set.
    #[inline(always)]
    pub fn keep(&mut self, slots: &Slots) {
        self.used.add(slots);
    }

    /// Takes the cells of row `at` out of these columns.
    pub fn take(&mut self, slots: &Slots, at: usize) -> Vec<(usize, i64)> {
        let mut taken = Vec::with_capacity(32);
        slots.each(|slot| {
            let number = std::mem::replace(&mut self.cells[slot].rows[at % PAGE], ABSENT);
            if number != ABSENT {
                taken.push((slot, number));
            }
        });
        taken
    }

    /// Visits the columns that have a cell.
    pub fn each_filled(&self, mut visit: impl FnMut(usize)) {
        // Eight at a time, without a branch for each.
        let any = |rows: &[i64]| rows.iter().fold(false, |any, number| any | (*number != ABSENT));
        self.used.each(|slot| {
            if self.cells[slot].rows.chunks(8).any(any) {
                visit(slot);
            }
        });
    }

    /// Sets rows to one number.
    pub fn put_run(&mut self, slot: usize, rows: Range<usize>, number: i64) {
        if rows == (0..PAGE) && !self.used.has(slot) {
            self.whole.push((slot, number));
        } else {
            self.cells[slot].rows[rows].fill(number);
            self.used.insert(slot);
        }
    }

    /// Packs the full page of a column and empties it.
    pub fn seal(&mut self, slot: usize, into: &mut Packed) {
        if self.used.has(slot) {
            let rows = &mut self.cells[slot].rows;
            into.push(rows);
            rows.fill(ABSENT);
        } else {
            let whole = self.whole.iter().find(|whole| whole.0 == slot);
            into.push_one(whole.map_or(ABSENT, |whole| whole.1));
        }
    }

    /// All columns were sealed.
    pub fn begin(&mut self) {
        self.used = Slots::default();
        self.whole.clear();
    }

    /// Shows the page as it is to who reads the column.
    pub fn show(&self, slot: usize, column: &mut Packed) {
        column.show(self.used.has(slot).then(|| &self.cells[slot].rows));
    }
}
