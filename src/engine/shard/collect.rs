//! Totals, histogram, tiles: one shard's part of a summary.

use super::{Shard, row_mark};
use crate::engine::input::Input;
use crate::engine::order::Keys;
use crate::engine::select::{Selection, errors, flags};
use crate::protocol::Marker;
use crate::protocol::shard::{Bins, Counts, Measure, Order, Partial};
use crate::record::{Field, Kind};
use crate::stats::{self, Sketches};
use crate::store::{Bitmap, Table};

/// Events that belong on the time axis: what changed, not what a single connection met.
const AXIS: &[&[u8]] = &[b"server", b"no server", b"proxy", b"drain"];
/// Server events on the time axis, at most.
const MARKERS: usize = 200;
/// Exact counts of values inside ranges; the ranges of one measure stand together, ascending and apart.
pub(super) fn refine(table: &Table, selection: &Selection, ranges: &[(Measure, i64, i64)]) -> Vec<Vec<(i64, u64)>> {
    let settled = without_interim(table, &selection.selected);
    let of_measure = |part: &[(Measure, i64, i64)]| {
        let spans: Vec<_> = part.iter().map(|(_, low, high)| (*low, *high)).collect();
        stats::exact_counts_of(table, &settled, part[0].0, &spans)
    };
    ranges.chunk_by(|a, b| a.0 == b.0).flat_map(of_measure).collect()
}

/// Sums and percentiles leave out sessions that were still open when they were logged.
fn without_interim(table: &Table, rows: &Bitmap) -> Bitmap {
    let mut rows = rows.clone();
    rows.and_not(&flags(table, Field::Interim));
    rows
}

impl<I: Input> Shard<I> {
    pub(super) fn count(&mut self, field: Field, selection: &Selection) -> Counts {
        let new = self.new_texts(field as u16);
        match self.table.column(field) {
            Some(column) if column.dictionary.is_some() => {
                let counts = stats::count_codes(column, &selection.selected, &selection.significant);
                Counts::Codes { new, counts }
            }
            Some(column) => {
                Counts::Numbers(stats::count_numbers(&column.packed, &selection.selected, &selection.significant))
            }
            None if field.kind().is_text() => Counts::Codes { new, counts: Vec::new() },
            None => Counts::Numbers(Vec::new()),
        }
    }

    pub(super) fn collect(&mut self, selection: &Selection, bins: Bins) -> Partial {
        let times = self.table.column(Field::StartTime).map(|column| &column.packed);
        let order = Order { field: Field::StartTime as u16, descending: false, ranks: Vec::new() };
        let (low, high, present, _) = Keys::new(&self.table, &order).span(&selection.found);
        let mut significant = selection.brushed.clone();
        significant.and(&selection.significant);
        let settled = without_interim(&self.table, &selection.selected);
        let mut partial = Partial {
            loaded: selection.visible.count(),
            matching: selection.matching.count(),
            all: selection.brushed.count(),
            significant: significant.count(),
            total: selection.selected.count(),
            without_time: selection.found.count() - present,
            interim: selection.selected.count() - settled.count(),
            extent: (present > 0).then_some((low, high)),
            bins: times.map_or_else(
                || vec![crate::protocol::Bin::default(); bins.count as usize],
                |times| stats::count_bins(times, &selection.drawn, &selection.significant, bins),
            ),
            markers: self.markers(&selection.drawn),
            unparsed: self.unparsed(&selection.visible),
            culprits: self.culprits(&selection.selected),
            ..Partial::default()
        };
        let tiles = crate::engine::hub::TILES.iter().copied().filter(|field| self.table.column(*field).is_some());
        let (sketched, counted): (Vec<Field>, Vec<Field>) =
            tiles.partition(|field| matches!(field.kind(), Kind::Duration | Kind::Bytes));
        let mut sketches = Sketches::new(&self.table, &settled);
        partial.sketches = sketches.phases();
        let of_field = |field: &Field| (Measure::Field(*field as u16), sketches.field(*field).clone());
        partial.sketches.extend(sketched.iter().map(of_field));
        partial.counts = counted.iter().map(|field| (*field as u16, self.count(*field, selection))).collect();
        partial
    }

    /// Server events among the rows drawn.
    fn markers(&self, rows: &Bitmap) -> Vec<Marker> {
        let kinds = self.table.column(Field::EventKind);
        let Some(kinds) = kinds.filter(|c| c.dictionary.as_ref().is_some_and(|texts| !texts.is_empty())) else {
            return Vec::new();
        };
        let axis = |kind: &[u8]| AXIS.iter().any(|begin| kind.starts_with(begin));
        let mut markers = Vec::new();
        for page in 0..self.table.pages() {
            if kinds.packed.bounds(page).is_none() {
                continue;
            }
            crate::store::each_row(rows.page(page), |row| {
                let row = page * crate::store::PAGE + row;
                let Some(kind) = kinds.text(row).filter(|kind| axis(kind)) else { return };
                let time = self.table.column(Field::StartTime).and_then(|column| column.packed.get(row));
                let message = self.table.column(Field::Message).and_then(|column| column.text(row)).unwrap_or(kind);
                if let Some(time) = time.filter(|_| markers.len() < MARKERS) {
                    let text = String::from_utf8_lossy(message).into_owned();
                    markers.push(Marker { time, text, mark: row_mark(self.table.mark(row)) });
                }
            });
        }
        markers
    }

    /// Rows that no parser understood, by reason.
    fn unparsed(&self, visible: &Bitmap) -> Vec<(String, u64)> {
        let Some(column) = self.table.column(Field::Reject) else { return Vec::new() };
        let Some(texts) = &column.dictionary else { return Vec::new() };
        let counts = stats::count_codes(column, visible, &Bitmap::new(visible.len()));
        let name = |code: u32| String::from_utf8_lossy(texts.get(code)).into_owned();
        counts.into_iter().map(|(code, rows, _)| (name(code), u64::from(rows))).collect()
    }

    /// Which server the errors of each kind came from.
    fn culprits(&self, rows: &Bitmap) -> Vec<(String, String, u64)> {
        let (Some(why), Some(server)) = (self.table.column(Field::Significance), self.table.column(Field::ServerName))
        else {
            return Vec::new();
        };
        let mut rows = rows.clone();
        rows.and(&errors(&self.table));
        let mut counts: std::collections::HashMap<(i64, i64), u64> = std::collections::HashMap::new();
        for row in rows.iter() {
            if let (Some(why), Some(server)) = (why.packed.get(row), server.packed.get(row)) {
                *counts.entry((why, server)).or_default() += 1;
            }
        }
        let text = |column: &crate::store::Column, code: i64| {
            let text = column.dictionary.as_ref().map(|texts| texts.get(code as u32));
            String::from_utf8_lossy(text.unwrap_or_default()).into_owned()
        };
        let mut all: Vec<_> =
            counts.into_iter().map(|((w, s), count)| (text(why, w), text(server, s), count)).collect();
        all.sort();
        all
    }
}
