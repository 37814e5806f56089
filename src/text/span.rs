//! A range of bytes of an entry: how tokens and cells say where they stand.

/// A range of bytes of the entry. A length of 0 means "stands nowhere": derived from other fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub start: u32,
    pub len: u32,
}

impl Span {
    pub const NONE: Span = Span { start: 0, len: 0 };

    pub fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, len: end.saturating_sub(start) as u32 }
    }

    pub fn of<'a>(&self, entry: &'a [u8]) -> &'a [u8] {
        let start = self.start as usize;
        entry.get(start..start + self.len as usize).unwrap_or_default()
    }
}
