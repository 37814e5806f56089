//! Numbers that consecutive rows have in common are not written row by row: a run is, when it ends or its page is full.

use super::PAGE;
use super::stage::Stage;
use crate::record::Field;

/// A number that rows of the open page have, from row `from` of it on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Run {
    number: i64,
    from: usize,
}

impl Run {
    pub fn new(number: i64, from: usize) -> Self {
        Self { number, from }
    }

    /// Rows from `at` of the open page on have `number`.
    #[inline]
    pub fn set(&mut self, number: i64, at: usize, stage: &mut Stage, slot: usize) {
        if number != self.number {
            self.write(at, stage, slot);
            self.number = number;
        }
    }

    /// Writes the rows before `end`, which may be the end of the page.
    pub fn write(&mut self, end: usize, stage: &mut Stage, slot: usize) {
        if self.from < end {
            stage.put_run(slot, self.from..end, self.number);
        }
        self.from = end % PAGE;
    }
}

/// Sets of cells that rows may have in common, known by a key, and the run of rows that has one of them.
#[derive(Debug, Default)]
pub struct Common {
    known: Vec<(u32, Vec<(Field, i64)>)>,
    /// Place in `known`.
    current: Option<usize>,
    /// First row of the run in the open page.
    from: usize,
}

impl Common {
    /// Sets known at a time: lines of a few processes and layouts come by turns.
    const MOST: usize = 8;

    #[inline]
    pub fn is(&self, key: u32) -> bool {
        self.current.is_some_and(|current| self.known[current].0 == key)
    }

    pub fn knows(&self, key: u32) -> bool {
        self.known.iter().any(|known| known.0 == key)
    }

    pub fn learn(&mut self, key: u32, cells: Vec<(Field, i64)>) {
        if self.known.len() == Self::MOST {
            self.known.clear();
        }
        self.known.push((key, cells));
    }

    /// Rows from `at` on have the set of `key`. The run before is ended.
    pub fn begin(&mut self, key: u32, at: usize) {
        self.current = self.known.iter().position(|known| known.0 == key);
        self.from = at;
    }

    /// Row `at` and those after it have no set.
    #[inline]
    pub fn end(&mut self, at: usize, stage: &mut Stage) {
        if self.current.is_some() {
            self.write(at, stage);
            self.current = None;
        }
    }

    /// Writes the rows before `end`, which may be the end of the page.
    pub fn write(&mut self, end: usize, stage: &mut Stage) {
        let Some(current) = self.current else { return };
        for (field, number) in self.known[current].1.iter().filter(|_| self.from < end) {
            stage.put_run(*field as usize, self.from..end, *number);
        }
        self.from = end % PAGE;
    }

    /// The number of a field in the current set.
    pub fn get(&self, field: Field) -> Option<i64> {
        let cells = &self.known[self.current?].1;
        cells.iter().find(|cell| cell.0 == field).map(|cell| cell.1)
    }
}
