//! One parsed entry on its way into the columns: a list of cells that point into the entry's own bytes.
//!
//! A row is reused for every entry, so that parsing allocates nothing. Each cell remembers where its bytes stand, which
//! is what the raw view marks.

use super::{Field, Kind, Span};

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Numbers, times (µs since the epoch), durations (µs) and booleans (0, 1).
    Int(i64),
    Text(&'a [u8]),
}

#[derive(Clone, Copy, Debug)]
enum Stored {
    Int(i64),
    InEntry,
    InScratch { start: u32, len: u32 },
    Word(&'static [u8]),
}

/// One field of one entry.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    pub field: Field,
    /// Where the field stands in the entry.
    pub span: Span,
    stored: Stored,
}

impl Cell {
    /// The value is text that stands in the entry at `span`.
    #[inline(always)]
    pub fn in_entry(&self) -> bool {
        matches!(self.stored, Stored::InEntry)
    }

    /// The number, where the value is one.
    #[inline(always)]
    pub fn as_int(&self) -> Option<i64> {
        match self.stored {
            Stored::Int(value) => Some(value),
            _ => None,
        }
    }

    /// The word, where the value was set by [`Row::word`]: it is the same in memory from row to row.
    #[inline(always)]
    pub fn as_word(&self) -> Option<&'static [u8]> {
        match self.stored {
            Stored::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// More cells never come from one entry: the table of fields is not much longer, and each is set once or twice.
const MOST: usize = 255;

/// The cells of one entry, in the order they were set. A field set twice keeps both cells; the last one counts.
#[derive(Debug)]
pub struct Row {
    cells: Box<[Cell; MOST]>,
    len: u8,
    scratch: Vec<u8>,
    /// For each field the position of its last cell, from 1; 0 where it was not set.
    at: [u8; Field::COUNT],
}

impl Default for Row {
    fn default() -> Self {
        let none = Cell { field: Field::StartTime, span: Span::NONE, stored: Stored::Int(0) };
        let cells = Box::new([none; MOST]);
        Self { cells, len: 0, scratch: Vec::new(), at: [0; Field::COUNT] }
    }
}

impl Row {
    pub fn new() -> Self {
        Self::default()
    }

    /// Empties the row for the next entry; keeps its memory.
    pub fn clear(&mut self) {
        // Few fields of the many are set: undoing them is less than wiping all.
        for cell in &self.cells[..self.len as usize] {
            self.at[cell.field as usize] = 0;
        }
        self.len = 0;
        self.scratch.clear();
    }

    /// Called, not copied to each of the hundreds of places that set a field: the browser inlines it where that pays.
    #[inline(never)]
    fn push(&mut self, cell: Cell) {
        let len = self.len as usize;
        if let Some(place) = self.cells.get_mut(len) {
            *place = cell;
            self.len += 1;
            self.at[cell.field as usize] = self.len;
        }
    }

    /// A number that stands in the entry at `span` (or [`Span::NONE`] where it is derived).
    #[inline]
    pub fn int(&mut self, field: Field, value: i64, span: Span) {
        debug_assert!(field.kind().is_number(), "{field:?} is not a number");
        self.push(Cell { field, span, stored: Stored::Int(value) });
    }

    #[inline]
    pub fn flag(&mut self, field: Field, value: bool) {
        self.int(field, i64::from(value), Span::NONE);
    }

    /// Text that stands in the entry exactly as it is to be read. Empty text is no value.
    #[inline]
    pub fn text(&mut self, field: Field, span: Span) {
        debug_assert!(!field.kind().is_number(), "{field:?} is a number");
        if span.len > 0 {
            self.push(Cell { field, span, stored: Stored::InEntry });
        }
    }

    /// Text that does not stand in the entry as it is to be read: unescaped, joined, or a constant. `span` says where
    /// its source stands. Empty text is no value.
    pub fn owned(&mut self, field: Field, value: &[u8], span: Span) {
        debug_assert!(!field.kind().is_number(), "{field:?} is a number");
        if value.is_empty() {
            return;
        }
        let start = self.scratch.len() as u32;
        self.scratch.extend_from_slice(value);
        self.push(Cell { field, span, stored: Stored::InScratch { start, len: value.len() as u32 } });
    }

    /// A word of ours that the entry stands for (its layout, the name of a severity).
    #[inline]
    pub fn word(&mut self, field: Field, word: &'static [u8]) {
        debug_assert!(!field.kind().is_number(), "{field:?} is a number");
        self.push(Cell { field, span: Span::NONE, stored: Stored::Word(word) });
    }

    /// A list value: the elements joined by [`Kind::LIST_SEPARATOR`].
    pub fn list<'v>(&mut self, field: Field, values: impl IntoIterator<Item = &'v [u8]>, span: Span) {
        debug_assert!(field.kind() == Kind::List);
        let start = self.scratch.len();
        for value in values {
            if self.scratch.len() > start {
                self.scratch.push(Kind::LIST_SEPARATOR);
            }
            self.scratch.extend_from_slice(value);
        }
        let len = self.scratch.len() - start;
        if len > 0 {
            self.push(Cell { field, span, stored: Stored::InScratch { start: start as u32, len: len as u32 } });
        }
    }

    /// Moves every time by `micros`.
    pub fn shift_times(&mut self, micros: i64) {
        for cell in &mut self.cells[..self.len as usize] {
            if let Stored::Int(value) = &mut cell.stored
                && cell.field.kind() == Kind::Time
            {
                *value = value.saturating_add(micros);
            }
        }
    }

    pub fn cells(&self) -> &[Cell] {
        &self.cells[..self.len as usize]
    }

    /// The value of a cell of this row, given the entry it was parsed from.
    #[inline]
    pub fn value<'a>(&'a self, cell: &Cell, entry: &'a [u8]) -> Value<'a> {
        match cell.stored {
            Stored::Int(value) => Value::Int(value),
            Stored::InEntry => Value::Text(cell.span.of(entry)),
            Stored::Word(word) => Value::Text(word),
            Stored::InScratch { start, len } => Value::Text(&self.scratch[start as usize..(start + len) as usize]),
        }
    }

    /// The last cell of a field, if it was set.
    #[inline]
    pub fn cell(&self, field: Field) -> Option<&Cell> {
        match self.at[field as usize] {
            0 => None,
            position => self.cells.get(position as usize - 1),
        }
    }

    #[inline]
    pub fn get<'a>(&'a self, field: Field, entry: &'a [u8]) -> Option<Value<'a>> {
        self.cell(field).map(|cell| self.value(cell, entry))
    }

    #[inline]
    pub fn get_int(&self, field: Field) -> Option<i64> {
        self.cell(field).and_then(Cell::as_int)
    }

    #[inline]
    pub fn get_text<'a>(&'a self, field: Field, entry: &'a [u8]) -> Option<&'a [u8]> {
        match self.get(field, entry)? {
            Value::Text(text) => Some(text),
            Value::Int(_) => None,
        }
    }
}
