//! Where a parser puts the fields it reads: into a [`Row`], or straight into columns, which takes half the time.

use super::{Field, Row, Span};

/// Takes the fields of one entry. Set twice, the last value counts.
pub trait Sink {
    /// A number that stands in the entry at `span` (or [`Span::NONE`] where it is derived).
    fn int(&mut self, field: Field, value: i64, span: Span);

    /// Text that stands in the entry exactly as it is to be read. Empty text is no value.
    fn text(&mut self, field: Field, span: Span);

    /// Text that does not stand in the entry as it is to be read; its source stands at `span`. Empty text is no value.
    fn owned(&mut self, field: Field, value: &[u8], span: Span);

    /// A word of ours that the entry stands for (its layout, the name of a severity).
    fn word(&mut self, field: Field, word: &'static [u8]);

    #[inline(always)]
    fn flag(&mut self, field: Field, value: bool) {
        self.int(field, i64::from(value), Span::NONE);
    }

    /// Fields that consecutive entries have in common. `set` sets them; with the same `key` it would set the same again,
    /// and a sink that remembers need not ask.
    fn common(&mut self, key: u32, set: impl FnOnce(&mut Self)) {
        let _ = key;
        set(self);
    }

    /// Text that is no field itself, of which fields are parts: `set` sets them, or finds that the text is not as it should
    /// be. The same text would set the same again, and a sink that remembers need not ask.
    fn parts(&mut self, whole: Span, set: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        let _ = whole;
        set(self)
    }

    /// Text that stands in the entry, of which other fields are parts: `set` sets these. The same text would set the
    /// same again, and a sink that remembers need not ask.
    fn divided(&mut self, field: Field, span: Span, set: impl FnOnce(&mut Self)) {
        self.text(field, span);
        set(self);
    }
}

impl Sink for Row {
    #[inline]
    fn int(&mut self, field: Field, value: i64, span: Span) {
        Row::int(self, field, value, span);
    }

    #[inline]
    fn text(&mut self, field: Field, span: Span) {
        Row::text(self, field, span);
    }

    fn owned(&mut self, field: Field, value: &[u8], span: Span) {
        Row::owned(self, field, value, span);
    }

    #[inline]
    fn word(&mut self, field: Field, word: &'static [u8]) {
        Row::word(self, field, word);
    }
}
