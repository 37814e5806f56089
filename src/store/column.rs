//! One field's values over all rows: numbers, or codes of a dictionary.

use super::{ABSENT, Dictionary, Packed};
use crate::record::{Cell, Field, Row, Span, Value};

/// Values of one field; a text column has a dictionary, and its numbers are codes.
#[derive(Debug, Default)]
pub struct Column {
    pub packed: Packed,
    pub dictionary: Option<Dictionary>,
    /// Where in memory the last of our own words stood, and its code: the next row's is mostly the same.
    word: Option<(usize, u32)>,
    parts: Parts,
}

/// Cells that are parts of a text, by its code: an address a thousand times requested is cut into path and query once.
#[derive(Debug, Default)]
struct Parts {
    /// Where the cells of each code begin, from 1, and how many; 0 where they are not known.
    places: Vec<(u32, u32)>,
    cells: Vec<(Field, u32)>,
}

impl Column {
    /// The column of a field, which `pages` full pages without a value go before.
    #[cold]
    pub(super) fn of(field: Field, pages: usize) -> Box<Self> {
        Box::new(Self::after(pages, field.kind().is_text()))
    }

    /// A column that `pages` full pages without a value go before.
    pub fn after(pages: usize, text: bool) -> Self {
        Self { packed: Packed::after(pages), dictionary: text.then(Dictionary::default), ..Self::default() }
    }

    /// The number of a cell: its code where it is a text.
    #[inline(always)]
    pub fn number(&mut self, cell: &Cell, row: &Row, entry: &[u8]) -> i64 {
        // A parser that sets text on a number or the reverse is a defect that Row's assertions catch in tests.
        let Some(dictionary) = &mut self.dictionary else { return cell.as_int().unwrap_or(ABSENT) };
        i64::from(match (cell.as_word(), &mut self.word) {
            (None, _) if cell.in_entry() => self.intern(entry, cell.span),
            (None, _) => match row.value(cell, entry) {
                Value::Text(text) => dictionary.intern(text),
                Value::Int(_) => return ABSENT,
            },
            (Some(word), Some((last, code))) if *last == word.as_ptr() as usize => *code,
            (Some(word), last) => {
                let code = dictionary.intern(word);
                *last = Some((word.as_ptr() as usize, code));
                code
            }
        })
    }

    /// The code of a text of an entry. One function for all who ask: it is long, and as fast called.
    #[inline(never)]
    pub(super) fn intern(&mut self, entry: &[u8], span: Span) -> u32 {
        match &mut self.dictionary {
            Some(dictionary) => dictionary.intern_part(entry, span.start as usize, span.len as usize),
            None => 0,
        }
    }

    #[inline(always)]
    pub(super) fn knows_parts(&self, code: u32) -> bool {
        self.parts.places.get(code as usize).is_some_and(|place| place.0 > 0)
    }

    pub(super) fn learn_parts(&mut self, code: u32, cells: &[(Field, i64)]) {
        let Parts { places, cells: known } = &mut self.parts;
        if places.len() <= code as usize {
            places.resize(code as usize + 1, (0, 0));
        }
        places[code as usize] = (known.len() as u32 + 1, cells.len() as u32);
        known.extend(cells.iter().map(|(field, number)| (*field, *number as u32)));
    }

    /// Numbers of the parts of the text with that code.
    #[inline(always)]
    pub(super) fn parts(&self, code: u32) -> std::ops::Range<u32> {
        let (first, count) = self.parts.places[code as usize];
        first - 1..first - 1 + count
    }

    /// Field of a part, and its number there: a code where the field is a text.
    #[inline(always)]
    pub(super) fn part(&self, nth: u32) -> (Field, i64) {
        let (field, number) = self.parts.cells[nth as usize];
        (field, i64::from(number))
    }

    pub fn text(&self, row: usize) -> Option<&[u8]> {
        let code = self.packed.get(row)?;
        Some(self.dictionary.as_ref()?.get(code as u32))
    }

    pub fn bytes(&self) -> usize {
        let parts = self.parts.places.capacity() * 8 + self.parts.cells.capacity() * 8;
        self.packed.bytes() + self.dictionary.as_ref().map_or(0, Dictionary::bytes) + parts
    }
}
