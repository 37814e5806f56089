//! Rows fetched from the engine in windows, kept for as long as they are near and belong to what is looked at.

use super::grid::Grid;
use crate::protocol::{CellValue, RowText, RowView};
use crate::record::Field;
use crate::text::few::Few;
use leptos::prelude::*;
use std::sync::Arc;

/// Rows of a window.
const SPAN: u64 = 64;
/// Windows kept on each side of the ones on screen.
const NEAR: u64 = 12;

/// Consecutive rows of one answer.
#[derive(Debug)]
pub struct Window {
    fields: Arc<[Field]>,
    epoch: u32,
    /// How often sources had been read again.
    rereads: u32,
    rows: Vec<RowView>,
}

/// A row and the names of its cells.
#[derive(Clone, Debug)]
pub struct Entry {
    window: Arc<Window>,
    index: usize,
}

impl Entry {
    /// Each of the rows of an answer, asked for with these fields.
    pub fn all(fields: Arc<[Field]>, rows: Vec<RowView>) -> Vec<Entry> {
        let count = rows.len();
        let window = Arc::new(Window { fields, epoch: 0, rereads: 0, rows });
        (0..count).map(|index| Entry { window: window.clone(), index }).collect()
    }

    pub fn row(&self) -> &RowView {
        &self.window.rows[self.index]
    }

    /// Differs where the row was asked for with other fields, or was read in another way: then it has other cells to show.
    pub fn asked(&self) -> u64 {
        self.window
            .fields
            .iter()
            .fold(u64::from(self.window.rereads) * 2 + u64::from(self.row().stamp.is_some()), |all, field| {
                (all ^ *field as u64).wrapping_mul(0x100_0000_01b3)
            })
    }

    pub fn cell(&self, field: Field) -> Option<&CellValue> {
        let at = self.window.fields.iter().position(|other| *other == field)?;
        self.row().cells.get(at)?.as_ref()
    }

    pub fn text(&self, field: Field) -> Option<&str> {
        match self.cell(field)? {
            CellValue::Text(text) => Some(text),
            CellValue::Int(_) => None,
        }
    }

    pub fn int(&self, field: Field) -> Option<i64> {
        match self.cell(field)? {
            CellValue::Int(value) => Some(*value),
            CellValue::Text(_) => None,
        }
    }
}

#[derive(Debug, Default)]
pub struct Rows {
    windows: Few<u64, Arc<Window>>,
    /// Counts what made the rows stale: another view, other sources, growth, other columns.
    epoch: u32,
    /// The epoch of the newest answer.
    answered: Option<u32>,
    busy: bool,
    failures: u32,
}

impl Rows {
    pub fn get(&self, position: u64) -> Option<Entry> {
        let window = self.windows.get(&(position / SPAN))?.clone();
        let index = (position % SPAN) as usize;
        (index < window.rows.len()).then_some(Entry { window, index })
    }

    fn is_fresh(&self, window: u64) -> bool {
        self.windows.get(&window).is_some_and(|window| window.epoch == self.epoch)
    }

    /// What to ask for next: first window and their number.
    fn missing(&self, from: u64, to: u64, last: u64) -> Option<(u64, u64)> {
        if self.answered != Some(self.epoch) {
            return Some((from, to - from + 1));
        }
        let gap = |from: u64, to: u64| {
            let first = (from..=to).find(|window| !self.is_fresh(*window))?;
            let end = (first..=to).rev().find(|window| !self.is_fresh(*window))?;
            Some((first, end - first + 1))
        };
        let ahead = || (to < last).then(|| gap(to + 1, (to + 2).min(last))).flatten();
        let behind = || (from > 0).then(|| gap(from.saturating_sub(2), from - 1)).flatten();
        gap(from, to.min(last)).or_else(ahead).or_else(behind)
    }

    /// `asked` tells the epoch in which the rows were asked for. While a file is read it is often over when they come; they
    /// are shown all the same, and asked for again.
    fn keep(&mut self, asked: Asked, first: u64, rows: Vec<RowView>, near: (u64, u64)) {
        let Asked { epoch, rereads, fields } = asked;
        let (from, to) = near;
        if self.answered != Some(epoch) {
            self.windows.clear();
        }
        self.answered = Some(epoch);
        self.failures = 0;
        self.windows.retain(|(window, _)| *window + NEAR >= from && *window <= to + NEAR);
        let mut rows = rows.into_iter().peekable();
        let mut window = first / SPAN;
        while rows.peek().is_some() {
            let part = rows.by_ref().take(SPAN as usize).collect();
            self.windows.insert(window, Arc::new(Window { fields: fields.clone(), epoch, rereads, rows: part }));
            window += 1;
        }
    }
}

/// How rows were asked for.
struct Asked {
    epoch: u32,
    rereads: u32,
    fields: Arc<[Field]>,
}

/// What is shown is stale: ask again, and show the old rows until then.
pub fn stale(grid: Grid) {
    grid.rows.update_value(|rows| {
        rows.epoch += 1;
        rows.failures = 0;
    });
    pump(grid);
}

/// Asks for what is missing, one request at a time.
pub fn pump(grid: Grid) {
    if grid.app.progress.with_untracked(|progress| progress.sources.is_empty()) {
        return;
    }
    let total = grid.layout.with_untracked(|layout| layout.total);
    let (from, to) = wanted(grid);
    let last = total.saturating_sub(1) / SPAN;
    let Some((first, count)) = grid.rows.with_value(|rows| match rows.busy {
        true => None,
        false => rows.missing(from, to, last),
    }) else {
        return;
    };
    grid.rows.update_value(|rows| rows.busy = true);
    let epoch = grid.rows.with_value(|rows| rows.epoch);
    let rereads = grid.app.rereads.get_untracked();
    leptos::task::spawn_local(async move {
        let fields: Arc<[Field]> = grid.fields.get_untracked().into();
        let text = if grid.stamps.get_untracked() { RowText::Stamps } else { RowText::Unparsed };
        let answer = grid.app.rows(first * SPAN, (count * SPAN) as u32, &fields, text).await;
        // The table may have gone while the answer was on its way.
        let Some(current) = grid.rows.try_update_value(|rows| {
            rows.busy = false;
            rows.epoch
        }) else {
            return;
        };
        match answer {
            Some(answer) => {
                let near = (first, first + count);
                grid.rows
                    .update_value(|rows| rows.keep(Asked { epoch, rereads, fields }, answer.first, answer.rows, near));
                grid.arrived(answer.total);
            }
            None if current == epoch => {
                // A dead worker must not be asked in a tight circle.
                let failures = grid.rows.try_update_value(|rows| {
                    rows.failures += 1;
                    rows.failures
                });
                if failures.is_none_or(|failures| failures > 20) {
                    return;
                }
                let again = move || {
                    if grid.rows.try_with_value(|_| ()).is_some() {
                        pump(grid);
                    }
                };
                return set_timeout(again, std::time::Duration::from_millis(100));
            }
            None => {}
        }
        pump(grid);
    });
}

/// The windows on screen, or those that will be once the view has changed.
fn wanted(grid: Grid) -> (u64, u64) {
    let (first, last) = grid.on_screen();
    (first / SPAN, last / SPAN)
}
