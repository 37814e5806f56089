//! The row that is being written: a parser's fields go straight into the columns.

use super::stage::Slots;
use super::{ABSENT, PAGE, Table};
use crate::record::{Field, Kind, Sink, Span};
use crate::significance::{Facts, Mark};

/// Columns that a parser may set.
#[derive(Debug)]
pub struct Columns {
    /// For one row.
    own: Slots,
    /// For one row, or for many in a row.
    all: Slots,
}

impl Columns {
    /// The fields of one row, and those set within [`Sink::common`].
    pub const fn of((own, common): (&[Field], &[Field])) -> Self {
        let own = Slots::of(own);
        Self { own, all: own.and(common) }
    }
}

/// One row of a table before it counts. It must be closed or abandoned.
pub struct Open<'a> {
    table: &'a mut Table,
    entry: &'a [u8],
    /// Row of the open page.
    at: usize,
    /// The row has a set of cells in common with others.
    common: bool,
    columns: &'static Columns,
}

impl<'a> Open<'a> {
    #[inline]
    pub(super) fn new(table: &'a mut Table, entry: &'a [u8], columns: &'static Columns) -> Self {
        let at = table.rows() % PAGE;
        Self { table, entry, at, common: false, columns }
    }

    #[inline(always)]
    fn put(&mut self, field: Field, number: i64) {
        debug_assert!(self.columns.all.has(field as usize), "{field:?} is not among the fields of a plain entry");
        self.table.stage.put(field as usize, self.at, number);
    }

    #[inline(always)]
    fn code(&mut self, field: Field, span: Span) -> u32 {
        self.table.column_or_new(field).intern(self.entry, span)
    }

    /// Items of a list.
    pub fn list(&mut self, field: Field, items: &[&'static str]) {
        match items {
            // Most have one, which is not copied.
            [item] => self.owned(field, item.as_bytes(), Span::NONE),
            _ => {
                let items: Vec<&[u8]> = items.iter().map(|item| item.as_bytes()).collect();
                self.owned(field, &items.join(&Kind::LIST_SEPARATOR), Span::NONE);
            }
        }
    }

    /// The row counts: its entry begins at byte `offset` of the source, on line `line` of the chunk.
    #[inline(always)]
    pub fn close(self, offset: u64, line: u64, mark: Mark) {
        if !self.common {
            self.table.end_common();
        }
        self.table.close(&self.columns.own, offset, line, mark);
    }

    /// The row never was.
    #[cold]
    pub fn abandon(self) {
        self.table.stage.take(&self.columns.all, self.at);
    }

    /// The cells that `set` would set.
    #[inline(never)]
    fn record<T>(&mut self, set: impl FnOnce(&mut Self) -> T) -> (Vec<(Field, i64)>, T) {
        let (all, at) = (&self.columns.all, self.at);
        let before = self.table.stage.take(all, at);
        let result = set(self);
        let cells = self.table.stage.take(all, at);
        before.into_iter().for_each(|(slot, number)| self.table.stage.put(slot, at, number));
        (cells.into_iter().filter_map(|(slot, number)| Some((Field::from_index(slot)?, number))).collect(), result)
    }
}

impl Sink for Open<'_> {
    #[inline(always)]
    fn int(&mut self, field: Field, value: i64, _: Span) {
        self.put(field, value);
    }

    #[inline(always)]
    fn text(&mut self, field: Field, span: Span) {
        if span.len > 0 {
            let code = self.code(field, span);
            self.put(field, i64::from(code));
        }
    }

    fn owned(&mut self, field: Field, value: &[u8], _: Span) {
        if !value.is_empty() {
            let code = self.table.column_or_new(field).intern(value, Span::new(0, value.len()));
            self.put(field, i64::from(code));
        }
    }

    fn word(&mut self, field: Field, word: &'static [u8]) {
        self.owned(field, word, Span::NONE);
    }

    #[inline(always)]
    fn common(&mut self, key: u32, set: impl FnOnce(&mut Self)) {
        if !self.table.common.is(key) {
            let cells = if self.table.common.knows(key) { None } else { Some(self.record(set).0) };
            self.table.begin_common(key, cells);
        }
        self.common = true;
    }

    #[inline(always)]
    fn divided(&mut self, field: Field, span: Span, set: impl FnOnce(&mut Self)) {
        if span.len == 0 {
            return;
        }
        let code = self.code(field, span);
        self.put(field, i64::from(code));
        if !self.table.column_or_new(field).knows_parts(code) {
            let parts = self.record(set).0;
            self.table.column_or_new(field).learn_parts(code, &parts);
        }
        for nth in self.table.column_or_new(field).parts(code) {
            let (field, number) = self.table.column_or_new(field).part(nth);
            self.put(field, number);
        }
    }

    #[inline(always)]
    fn parts(&mut self, whole: Span, set: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        let code = self.table.groups.intern(self.entry, whole);
        if !self.table.groups.knows_parts(code) {
            let (parts, found) = self.record(set);
            found?;
            self.table.groups.learn_parts(code, &parts);
        }
        for nth in self.table.groups.parts(code) {
            let (field, number) = self.table.groups.part(nth);
            self.put(field, number);
        }
        Some(())
    }
}

impl Facts for Open<'_> {
    #[inline(always)]
    fn int(&self, field: Field) -> Option<i64> {
        let number = self.table.stage.get(field as usize, self.at);
        if number == ABSENT { self.table.common.get(field) } else { Some(number) }
    }

    fn text(&self, field: Field) -> Option<&[u8]> {
        let code = Facts::int(self, field)?;
        Some(self.table.column(field)?.dictionary.as_ref()?.get(code as u32))
    }
}
