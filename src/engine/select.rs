//! Which rows are looked at: search, sources, period, brush and significance switch as sets of rows.

use super::requests::{asks_for_requests, requests, steps};
use crate::protocol::Significance;
use crate::protocol::shard::Select;
use crate::query;
use crate::record::Field;
use crate::significance::Mark;
use crate::store::{Bitmap, PAGE, Packed, Table};
use crate::text::few::Few;
use futures::channel::oneshot;
use std::rc::Rc;

/// Type of an entry that is the header line of a table.
const HEADER: &[u8] = b"header";

/// The sets that follow from one [`Select`].
#[derive(Debug)]
pub struct Selection {
    /// Search and visible sources.
    pub found: Bitmap,
    /// … and period.
    pub matching: Bitmap,
    /// … and brush.
    pub brushed: Bitmap,
    /// … and significance: the rows of the table and the tiles.
    pub selected: Bitmap,
    /// `matching` and significance: the rows of the histogram.
    pub drawn: Bitmap,
    pub significant: Bitmap,
    /// Rows of the visible sources.
    pub visible: Bitmap,
    /// `selected` without the steps of requests.
    pub requests: Bitmap,
    /// … and without sessions that were still open when they were logged: sums and percentiles leave them out.
    pub settled: Bitmap,
    /// Rows that would be selected, were the search not for requests: their steps.
    pub left_out: u64,
}

/// Rows whose text, or whose significance texts, hold a free word; grows with the table.
#[derive(Debug, Default)]
pub struct Scan {
    /// Chunks of the table whose scan has begun.
    pub begun: usize,
    /// How many of them are being scanned.
    pub under_way: usize,
    /// Who wants the word waits until these are dropped.
    pub waiting: Vec<oneshot::Sender<()>>,
    pub hits: Bitmap,
}

/// Remembers the last selections: scrolling and refining ask for the same rows over and over.
#[derive(Debug, Default)]
pub struct Selector {
    recent: Vec<(Select, usize, Rc<Selection>)>,
    /// By search text: the rows it finds among those evaluated so far.
    searches: Vec<(String, i64, Bitmap)>,
    pub scans: Few<Vec<u8>, Scan>,
    /// Rows whose flag is set, among those looked at so far.
    flags: Few<Field, Bitmap>,
}

const RECENT: usize = 3;

impl Selector {
    /// Forget everything: a source went, or the meaning of a column changed.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The rows of a selection. Free words must have been scanned before. `Err`: the search text is wrong.
    pub fn select(&mut self, table: &Table, select: &Select) -> Result<Rc<Selection>, String> {
        let known = self.recent.iter().find(|(of, rows, _)| of == select && *rows == table.rows());
        if let Some((_, _, selection)) = known {
            return Ok(selection.clone());
        }
        let selection = Rc::new(self.compute(table, select)?);
        self.recent.insert(0, (select.clone(), table.rows(), selection.clone()));
        self.recent.truncate(RECENT);
        Ok(selection)
    }

    /// The same without the newest time where the search does not count from it: what lasts while files are read.
    pub fn lasting(&self, select: &Select) -> Select {
        let relative = compile(&select.query).is_ok_and(|checked| checked.is_relative());
        Select { newest: if relative { select.newest } else { 0 }, ..select.clone() }
    }

    fn compute(&mut self, table: &Table, select: &Select) -> Result<Selection, String> {
        let rows = table.rows();
        let mut visible = table.rows_of(|source| !select.hidden.contains(&source));
        // The header line of a table names what its logs are about and is none itself.
        visible.and_not(&named(table, Field::LogType, HEADER));
        let mut found = self.search(table, &select.query, select.newest)?;
        found.and(&visible);
        let asks = !select.query.is_empty() && compile(&select.query).is_ok_and(|search| asks_for_requests(&search));
        let steps = asks.then(|| steps(table)).flatten().map(|mut steps| {
            steps.and(&found);
            found.and_not(&steps);
            steps
        });
        let significant = self.flags(table, Field::Significant);
        let times = table.column(Field::StartTime).map(|column| &column.packed);
        let within = |from: &Bitmap, range: Option<crate::protocol::Range>| match range {
            Some(range) => in_range(times, from, range.from, range.to),
            None => from.clone(),
        };
        let matching = within(&found, select.period);
        let brushed = within(&matching, select.brush);
        let switched = |from: &Bitmap| {
            let mut rows = from.clone();
            match select.significance {
                Significance::All => {}
                Significance::Significant => rows.and(&significant),
                Significance::NonSignificant => rows.and_not(&significant),
            }
            rows
        };
        let (selected, drawn) = (switched(&brushed), switched(&matching));
        debug_assert_eq!(selected.len(), rows);
        let left_out = steps.map(|steps| switched(&within(&within(&steps, select.period), select.brush)).count());
        let left_out = left_out.unwrap_or(0);
        let requests = requests(table, &selected);
        let mut settled = requests.clone();
        settled.and_not(&self.flags(table, Field::Interim));
        Ok(Selection { found, matching, brushed, selected, drawn, significant, visible, requests, settled, left_out })
    }

    /// Rows whose flag is set. Each question asks that of all rows, and what was found stays found.
    fn flags(&mut self, table: &Table, field: Field) -> Bitmap {
        let set = self.flags.entry(field, Bitmap::default);
        let from = set.len() / PAGE;
        set.resize(table.rows());
        add_between(set, from, table.column(field).map(|column| &column.packed), 1, 1);
        set.clone()
    }

    /// Rows that a search finds. What was found before stays found: only new pages are evaluated.
    fn search(&mut self, table: &Table, text: &str, newest: i64) -> Result<Bitmap, String> {
        let rows = table.rows();
        if text.trim().is_empty() {
            return Ok(Bitmap::full(rows));
        }
        let mut checked = compile(text)?;
        let newest_matters = if checked.is_relative() { newest } else { 0 };
        checked.resolve(newest);
        let old = self.searches.iter().position(|(of, at, _)| of == text && *at == newest_matters);
        let mut found = old.map_or_else(Bitmap::default, |at| self.searches.remove(at).2);
        // The last page evaluated may have been half full.
        let from = found.len() / PAGE;
        found.resize(rows);
        let scans = &self.scans;
        let hits = |name: &[u8]| scans.get(&name.to_vec()).map(|scan| &scan.hits);
        query::evaluate(&checked, table, &hits, from, &mut found);
        self.searches.insert(0, (text.to_owned(), newest_matters, found.clone()));
        self.searches.truncate(RECENT);
        Ok(found)
    }
}

/// A search that the page has checked; its faults as one sentence should it be wrong all the same.
pub fn compile(text: &str) -> Result<query::Checked, String> {
    query::compile(text)
        .map_err(|faults| faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join(" "))
}

/// Rows whose flag is set.
pub fn flags(table: &Table, field: Field) -> Bitmap {
    between(table, field, 1, 1)
}

/// Rows whose text is this word.
pub fn named(table: &Table, field: Field, word: &[u8]) -> Bitmap {
    match table.column(field).and_then(|column| column.dictionary.as_ref()?.find(word)) {
        Some(code) => between(table, field, i64::from(code), i64::from(code)),
        None => Bitmap::new(table.rows()),
    }
}

/// Rows marked as errors.
pub fn errors(table: &Table) -> Bitmap {
    let mut set = Bitmap::new(table.rows());
    add_between(&mut set, 0, Some(table.marks()), Mark::Error as i64, Mark::Error as i64);
    set
}

/// Rows whose number lies in `low..=high`.
pub fn between(table: &Table, field: Field, low: i64, high: i64) -> Bitmap {
    let mut set = Bitmap::new(table.rows());
    add_between(&mut set, 0, table.column(field).map(|column| &column.packed), low, high);
    set
}

/// Finds the rows of the pages from `from` on.
fn add_between(set: &mut Bitmap, from: usize, column: Option<&Packed>, low: i64, high: i64) {
    let Some(column) = column else { return };
    for page in from..set.len().div_ceil(PAGE) {
        let words = set.page_mut(page);
        let count = words.len();
        words.copy_from_slice(&column.rows_between(page, low, high)[..count]);
    }
    set.resize(set.len());
}

/// Those of `rows` with a time in `from..to`.
fn in_range(times: Option<&Packed>, rows: &Bitmap, from: i64, to: i64) -> Bitmap {
    let mut set = Bitmap::new(rows.len());
    let Some(times) = times else { return set };
    for page in 0..rows.len().div_ceil(PAGE) {
        let inside = times.rows_between(page, from, to - 1);
        for (out, (word, inside)) in set.page_mut(page).iter_mut().zip(rows.page(page).iter().zip(inside)) {
            *out = word & inside;
        }
    }
    set
}
