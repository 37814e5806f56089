//! One field's values over all rows: numbers, or codes of a dictionary.

use super::{Dictionary, Packed};
use crate::record::Value;

/// Values of one field; a text column has a dictionary, and its numbers are codes.
#[derive(Debug, Default)]
pub struct Column {
    pub packed: Packed,
    pub dictionary: Option<Dictionary>,
}

impl Column {
    pub fn new(text: bool) -> Self {
        Self { packed: Packed::default(), dictionary: text.then(Dictionary::default) }
    }

    /// Appends the value of row `row`; rows in between have none.
    #[inline]
    pub fn push(&mut self, row: usize, value: Value<'_>) {
        if self.packed.len() < row {
            self.packed.pad(row);
        }
        match (value, &mut self.dictionary) {
            (Value::Int(value), None) => self.packed.push(value),
            (Value::Text(text), Some(dictionary)) => {
                let code = dictionary.intern(text);
                self.packed.push(i64::from(code));
            }
            // A parser that sets text on a number or the reverse is a defect that Row's assertions catch in tests.
            _ => self.packed.push(super::ABSENT),
        }
    }

    pub fn text(&self, row: usize) -> Option<&[u8]> {
        let code = self.packed.get(row)?;
        Some(self.dictionary.as_ref()?.get(code as u32))
    }

    pub fn bytes(&self) -> usize {
        self.packed.bytes() + self.dictionary.as_ref().map_or(0, Dictionary::bytes)
    }
}
