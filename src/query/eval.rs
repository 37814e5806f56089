//! A checked search over columns: which rows it finds.
//!
//! Each leaf is answered page by page: from the page's bounds where they decide it, else from its numbers. A text leaf
//! asks its question once for each distinct text, never once for each row.

use super::Checked;
use super::predicate::{NumberPredicate, NumberRange};
use crate::record::Field;
use crate::store::{ABSENT, ALL_ROWS, Bitmap, Column, NO_ROWS, PAGE, Packed, PageRows, Table};

/// Rows whose raw text holds a word, or passes the test of a key, as far as they have been scanned; asked by the name under
/// which the scan is kept.
pub type Hits<'a> = dyn Fn(&[u8]) -> Option<&'a Bitmap> + 'a;

/// Sets the bits of `found` from page `from_page` on; earlier pages keep theirs. Times relative to the newest entry
/// must have been resolved.
pub fn evaluate<'a>(checked: &Checked, table: &'a Table, hits: &'a Hits<'a>, from_page: usize, found: &mut Bitmap) {
    let mut leaves = Leaves { table, hits, values: Box::new([ABSENT; PAGE]) };
    let compiled = leaves.compile(checked);
    for page in from_page..table.pages() {
        let words = found.page(page).len();
        let bits = leaves.page(&compiled, page);
        found.page_mut(page).copy_from_slice(&bits[..words]);
    }
    let rows = found.len();
    found.resize(rows);
}

/// Texts that pass are looked for as ranges of codes while there are no more than so many; else each row asks for its own.
const RANGES: usize = 4;

struct Leaves<'a> {
    table: &'a Table,
    hits: &'a Hits<'a>,
    values: Box<[i64; PAGE]>,
}

/// A tree ready to run: texts are sets of codes.
enum Compiled<'a> {
    All,
    And(Vec<Compiled<'a>>),
    Or(Vec<Compiled<'a>>),
    Not(Box<Compiled<'a>>),
    Hits(Option<&'a Bitmap>),
    /// Numbers in one of the ranges; `negated`: all other rows.
    Ranges {
        column: Option<&'a Packed>,
        ranges: Vec<(i64, i64)>,
        negated: bool,
    },
    Codes {
        column: Option<&'a Packed>,
        passes: Vec<bool>,
        without: bool,
    },
    /// Line numbers are no column: they follow from each chunk's place in its source.
    Line(NumberPredicate),
}

impl<'a> Leaves<'a> {
    fn compile(&self, checked: &Checked) -> Compiled<'a> {
        let column = |field: Field| self.table.column(field).map(|column| &column.packed);
        let parts = |parts: &[Checked]| parts.iter().map(|part| self.compile(part)).collect();
        match checked {
            Checked::All => Compiled::All,
            Checked::And(all) => Compiled::And(parts(all)),
            Checked::Or(any) => Compiled::Or(parts(any)),
            Checked::Not(part) => Compiled::Not(Box::new(self.compile(part))),
            Checked::Text(needle) => {
                let reasons = self.codes(Field::Significance, false, |texts| {
                    texts.map(|text| needle.is_contained_in(text)).collect()
                });
                Compiled::Or(vec![Compiled::Hits((self.hits)(needle.as_bytes())), reasons])
            }
            Checked::Key(test) => Compiled::Hits((self.hits)(&test.scan_name())),
            Checked::Number { field: Field::Line, test } => Compiled::Line(test.clone()),
            // Every entry has one.
            Checked::Exists { field: Field::Line, exists: true } => Compiled::All,
            Checked::Exists { field: Field::Line, exists: false } => Compiled::Or(Vec::new()),
            Checked::Number { field, test } => {
                Compiled::Ranges { column: column(*field), ranges: test.spans(), negated: test.negated }
            }
            Checked::Word { field, test } => {
                self.codes(*field, test.holds_without_value(), |texts| test.match_all(texts))
            }
            Checked::Ip { field, test } => {
                self.codes(*field, test.holds_without_value(), |texts| test.match_all(texts))
            }
            Checked::Exists { field, exists } => Compiled::Ranges {
                column: column(*field),
                ranges: vec![(NumberRange::LOWEST, i64::MAX)],
                negated: !exists,
            },
        }
    }

    /// `test`: which of the texts pass.
    fn codes(
        &self,
        field: Field,
        without: bool,
        test: impl Fn(&mut dyn Iterator<Item = &'a [u8]>) -> Vec<bool>,
    ) -> Compiled<'a> {
        let column: Option<&'a Column> = self.table.column(field);
        let texts = column.and_then(|column| column.dictionary.as_ref());
        let passes = texts.map_or(Vec::new(), |texts| test(&mut texts.iter_from(0)));
        let column = column.map(|column| &column.packed);
        // Rows without a value are among those that pass, or the codes that fail are looked for.
        match runs(&passes, !without) {
            Some(ranges) => Compiled::Ranges { column, ranges, negated: without },
            None => Compiled::Codes { column, passes, without },
        }
    }

    fn page(&mut self, compiled: &Compiled<'a>, page: usize) -> PageRows {
        match compiled {
            Compiled::All => ALL_ROWS,
            Compiled::And(parts) => {
                let mut bits = ALL_ROWS;
                for part in parts {
                    if bits == NO_ROWS {
                        break;
                    }
                    let other = self.page(part, page);
                    bits.iter_mut().zip(other).for_each(|(a, b)| *a &= b);
                }
                bits
            }
            Compiled::Or(parts) => {
                let mut bits = NO_ROWS;
                for part in parts {
                    let other = self.page(part, page);
                    bits.iter_mut().zip(other).for_each(|(a, b)| *a |= b);
                }
                bits
            }
            Compiled::Not(part) => self.page(part, page).map(|word| !word),
            Compiled::Hits(hits) => {
                let mut bits = NO_ROWS;
                let words = hits.map_or(&[][..], |hits| hits.page(page));
                bits[..words.len()].copy_from_slice(words);
                bits
            }
            Compiled::Line(test) => {
                let mut bits = NO_ROWS;
                for row in page * PAGE..(page * PAGE + PAGE).min(self.table.rows()) {
                    let passes =
                        self.table.line(row).map_or(test.holds_without_value(), |line| test.matches(line as i64));
                    bits[row % PAGE / 64] |= u64::from(passes) << (row % 64);
                }
                bits
            }
            Compiled::Ranges { column, ranges, negated } => {
                let mut bits = NO_ROWS;
                for (low, high) in ranges {
                    let inside = column.map_or(NO_ROWS, |column| column.rows_between(page, *low, *high));
                    bits.iter_mut().zip(inside).for_each(|(a, b)| *a |= b);
                }
                if *negated { bits.map(|word| !word) } else { bits }
            }
            Compiled::Codes { column, passes, without } => {
                let Some(column) = column else { return if *without { ALL_ROWS } else { NO_ROWS } };
                column.unpack(page, &mut self.values);
                let passes = |value: i64| match value {
                    ABSENT => *without,
                    code => passes.get(code as usize).copied().unwrap_or(false),
                };
                let mut bits = NO_ROWS;
                for (word, values) in bits.iter_mut().zip(self.values.as_chunks::<64>().0) {
                    *word = values.iter().rev().fold(0, |word, value| word << 1 | u64::from(passes(*value)));
                }
                bits
            }
        }
    }
}

/// The codes that pass, or fail, as ranges; `None` where they are too many.
fn runs(passes: &[bool], wanted: bool) -> Option<Vec<(i64, i64)>> {
    let mut runs = Vec::new();
    let mut first = 0;
    for run in passes.chunk_by(|a, b| a == b) {
        let next = first + run.len() as i64;
        if run[0] == wanted {
            runs.push((first, next - 1));
        }
        first = next;
        if runs.len() > RANGES {
            return None;
        }
    }
    Some(runs)
}
