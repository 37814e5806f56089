//! One field's values over all rows: numbers, or codes of a dictionary.

use super::{ABSENT, Dictionary, Packed};
use crate::record::{Cell, Row, Value};

/// Values of one field; a text column has a dictionary, and its numbers are codes.
#[derive(Debug, Default)]
pub struct Column {
    pub packed: Packed,
    pub dictionary: Option<Dictionary>,
    /// Where in memory the last of our own words stood, and its code: the next row's is mostly the same.
    word: Option<(usize, u32)>,
}

impl Column {
    /// A column that `pages` full pages without a value go before.
    pub fn after(pages: usize, text: bool) -> Self {
        Self { packed: Packed::after(pages), dictionary: text.then(Dictionary::default), word: None }
    }

    /// Sets row `at` of the open page to the value of `cell`; set twice, the last one counts.
    #[inline]
    pub fn put(&mut self, at: usize, cell: &Cell, row: &Row, entry: &[u8]) {
        let number = match (row.value(cell, entry), &mut self.dictionary) {
            (Value::Int(number), None) => number,
            (Value::Text(text), Some(dictionary)) => i64::from(match cell.as_word() {
                None => match cell.in_entry() {
                    true => dictionary.intern_part(entry, cell.span.start as usize, text.len()),
                    false => dictionary.intern(text),
                },
                Some(word) => {
                    let place = word.as_ptr() as usize;
                    match self.word {
                        Some((last, code)) if last == place => code,
                        _ => {
                            let code = dictionary.intern(word);
                            self.word = Some((place, code));
                            code
                        }
                    }
                }
            }),
            // A parser that sets text on a number or the reverse is a defect that Row's assertions catch in tests.
            _ => ABSENT,
        };
        self.packed.put(at, number);
    }

    pub fn text(&self, row: usize) -> Option<&[u8]> {
        let code = self.packed.get(row)?;
        Some(self.dictionary.as_ref()?.get(code as u32))
    }

    pub fn bytes(&self) -> usize {
        self.packed.bytes() + self.dictionary.as_ref().map_or(0, Dictionary::bytes)
    }
}
