//! Totals, histogram, tiles: one shard's part of a summary.

use super::{Shard, row_mark};
use crate::engine::TILES;
use crate::engine::input::Input;
use crate::engine::order::Keys;
use crate::engine::requests::OF_REQUESTS;
use crate::engine::select::{Selection, flags};
use crate::protocol::shard::{Bins, Counts, Measure, Order, Partial, Select};
use crate::protocol::{Marker, SourceId};
use crate::record::{Field, Kind};
use crate::significance::Mark;
use crate::stats::{self, Counter, Places, Sketches};
use crate::store::{ABSENT, Bitmap, PAGE, Table, each_row};
use crate::text::few::Few;
use crate::text::sort;
use std::ops::Range;

/// Events that belong on the time axis: what changed, not what a single connection met.
const AXIS: &[&[u8]] = &[b"server", b"no server", b"proxy", b"drain"];
/// Server events on the time axis, at most.
const MARKERS: usize = 200;
/// Values of one measure in ranges that are ascending and apart: (measure, first, last).
pub(super) type Ranges = [(Measure, i64, i64)];

/// Exact counts of values inside ranges; the ranges of one measure stand together. `kept`: what is known of the pages before
/// some page.
pub(super) fn refine(
    table: &Table,
    settled: &Bitmap,
    ranges: &Ranges,
    kept: Option<(&Sketches, usize)>,
) -> Vec<Vec<(i64, u64)>> {
    let of_measure = |part: &Ranges| {
        let spans: Vec<_> = part.iter().map(|(_, low, high)| (*low, *high)).collect();
        let of_pages = |from| stats::exact_counts_of(table, from..table.pages(), settled, part[0].0, &spans);
        match kept.and_then(|(sketches, pages)| Some((sketches.exact(part[0].0, &spans)?, pages))) {
            Some((known, pages)) => stats::merge_all(known, of_pages(pages)),
            None => of_pages(0),
        }
    };
    ranges.chunk_by(|a, b| a.0 == b.0).flat_map(of_measure).collect()
}

/// How many logs a source has, from part to part of its time.
pub(super) fn pace(table: &Table, source: SourceId, bins: Bins) -> Vec<u64> {
    bars(table, &table.rows_of(|one| one == source), bins)
}

/// How many of the rows fall in each bar.
pub(super) fn bars(table: &Table, rows: &Bitmap, bins: Bins) -> Vec<u64> {
    let Some(times) = table.column(Field::StartTime) else { return vec![0; bins.count as usize] };
    let counts = stats::count_bins(&times.packed, rows, &Bitmap::new(rows.len()), bins);
    counts.into_iter().map(|bin| bin.other.into()).collect()
}

/// Sums and percentiles leave out sessions that were still open when they were logged.
pub(super) fn without_interim(table: &Table, rows: &Bitmap) -> Bitmap {
    let mut rows = rows.clone();
    rows.and_not(&flags(table, Field::Interim));
    rows
}

impl<I: Input> Shard<I> {
    /// What the full pages of a selection add up to, if it is the last one.
    fn collected_of(&self, select: &Select) -> Option<&Sums> {
        let key = self.selector.lasting(select);
        self.collected.as_ref().filter(|(of, _)| *of == key).map(|(_, sums)| sums)
    }

    /// Exact counts of values of a selection inside ranges.
    pub(super) fn refine(&self, select: &Select, selection: &Selection, ranges: &Ranges) -> Vec<Vec<(i64, u64)>> {
        let kept = self.collected_of(select).map(|sums| (&sums.sketches, sums.pages));
        refine(&self.table, &selection.settled, ranges, kept)
    }

    /// Counts of one field's values, and the rows that they are counted over. What a tile has counted of the same selection is
    /// not counted again.
    pub(super) fn count(&mut self, field: Field, select: &Select, selection: &Selection) -> (u64, Counts) {
        let new = self.new_texts(field as u16);
        let of_tile = self.collected_of(select).and_then(|sums| Some((sums.counters.get(&field)?.clone(), sums.pages)));
        let (mut counter, counted) = of_tile.unwrap_or_else(|| (Counter::new(field.kind().is_text()), 0));
        let rows = if OF_REQUESTS.contains(&field) { &selection.requests } else { &selection.selected };
        if let Some(column) = self.table.column(field) {
            counter.add(column, counted..self.table.pages(), rows, &selection.significant);
        }
        (rows.count(), counter.counts(new))
    }

    /// Totals, bars and tiles of a selection, which `select` asked for. What full pages add up to is kept: while files are
    /// read the same is asked again and again, and only the rows that came since are counted.
    pub(super) fn collect(&mut self, select: &Select, selection: &Selection, bins: Bins) -> Partial {
        let times = self.table.column(Field::StartTime).map(|column| &column.packed);
        let order = Order { field: Field::StartTime as u16, descending: false, ranks: Vec::new() };
        let (low, high, present, _) = Keys::new(&self.table, &order).span(&selection.found);
        let mut significant = selection.brushed.clone();
        significant.and(&selection.significant);
        let Selection { requests, settled, .. } = selection;
        let mut significant_steps = significant.clone();
        significant_steps.and(&selection.selected);
        significant_steps.and_not(requests);
        let mut partial = Partial {
            loaded: selection.visible.count(),
            matching: selection.matching.count(),
            all: selection.brushed.count(),
            significant: significant.count(),
            total: selection.selected.count(),
            without_time: selection.found.count() - present,
            interim: requests.count() - settled.count(),
            steps: selection.selected.count() - requests.count(),
            significant_steps: significant_steps.count(),
            left_out: selection.left_out,
            fields: self.table.fields().map(|field| field as u16).collect(),
            extent: (present > 0).then_some((low, high)),
            bins: times.map_or_else(
                || vec![crate::protocol::Bin::default(); bins.count as usize],
                |times| stats::count_bins(times, &selection.drawn, &selection.significant, bins),
            ),
            markers: self.markers(&selection.drawn),
            unparsed: self.unparsed(&selection.visible),
            ..Partial::default()
        };
        let key = self.selector.lasting(select);
        let mut sums = self.collected.take().filter(|(of, _)| *of == key).map(|(_, sums)| sums).unwrap_or_default();
        let full = self.table.rows() / PAGE;
        sums.add(&self.table, full, selection);
        let mut all = sums.clone();
        self.collected = Some((key, sums));
        all.add(&self.table, self.table.pages(), selection);
        partial.sketches = all.sketches.phases();
        let of_field = |field: Field| (Measure::Field(field as u16), all.sketches.field(field));
        partial.sketches.extend(tiles(&self.table).filter(|field| is_sketched(*field)).map(of_field));
        partial.culprits = all.culprits(&self.table);
        for (field, counter) in all.counters {
            partial.counts.push((field as u16, counter.counts(self.new_texts(field as u16))));
        }
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
        let mut counter = Counter::new(true);
        counter.add(column, 0..self.table.pages(), visible, &Bitmap::new(visible.len()));
        let Counts::Codes { counts, .. } = counter.counts(Vec::new()) else { return Vec::new() };
        let name = |code: u32| String::from_utf8_lossy(texts.get(code)).into_owned();
        counts.into_iter().map(|(code, rows, _)| (name(code), u64::from(rows))).collect()
    }
}

/// Pages of which all columns are counted before the next.
const TOGETHER: usize = 32;

/// What the first pages of a selection add up to.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    pages: usize,
    counters: Few<Field, Counter>,
    sketches: Sketches,
    /// Errors by significance and server.
    places: Places,
    culprits: Vec<([i64; 2], u64)>,
}

impl Sums {
    /// Adds the pages up to `end` that are not yet in it: all columns of some pages before the next, as pages that were
    /// written together lie together in memory.
    fn add(&mut self, table: &Table, end: usize, selection: &Selection) {
        while self.pages < end {
            let next = end.min(self.pages + TOGETHER);
            self.add_pages(table, self.pages..next, selection);
            self.pages = next;
        }
    }

    fn add_pages(&mut self, table: &Table, pages: Range<usize>, selection: &Selection) {
        self.sketches.add(table, pages.clone(), &selection.settled, tiles(table).filter(|field| is_sketched(*field)));
        for field in tiles(table).filter(|field| !is_sketched(*field)) {
            let Some(column) = table.column(field) else { continue };
            let counter = self.counters.entry(field, || Counter::new(field.kind().is_text()));
            let rows = if OF_REQUESTS.contains(&field) { &selection.requests } else { &selection.selected };
            counter.add(column, pages.clone(), rows, &selection.significant);
        }
        self.add_culprits(table, pages, &selection.selected);
    }

    fn add_culprits(&mut self, table: &Table, pages: Range<usize>, rows: &Bitmap) {
        let Some(why) = table.column(Field::Significance) else { return };
        let server = table.column(Field::ServerName);
        let mut marks = [ABSENT; PAGE];
        for page in pages {
            let reached = table.marks().bounds(page).is_some_and(|(_, worst)| worst >= Mark::Error as i64);
            if !reached {
                continue;
            }
            table.marks().unpack_rows(page, rows.page(page), &mut marks);
            each_row(rows.page(page), |at| {
                let row = page * PAGE + at;
                if marks[at] == Mark::Error as i64
                    && let Some(why) = why.packed.get(row)
                {
                    let server = server.and_then(|server| server.packed.get(row)).unwrap_or(ABSENT);
                    let place = self.places.place([why, server], self.culprits.len());
                    if place == self.culprits.len() {
                        self.culprits.push(([why, server], 0));
                    }
                    self.culprits[place].1 += 1;
                }
            });
        }
    }

    /// Which server the errors of each kind came from.
    fn culprits(&self, table: &Table) -> Vec<(String, String, u64)> {
        let text = |field: Field, code: i64| {
            let texts = table.column(field).and_then(|column| column.dictionary.as_ref());
            let text = texts.filter(|_| code != ABSENT).map(|texts| texts.get(code as u32));
            String::from_utf8_lossy(text.unwrap_or_default()).into_owned()
        };
        let named = |([why, server], count): &([i64; 2], u64)| {
            (text(Field::Significance, *why), text(Field::ServerName, *server), *count)
        };
        let mut all: Vec<_> = self.culprits.iter().map(named).collect();
        sort::by(&mut all, Ord::cmp);
        all
    }
}

/// The tiles whose fields any row has.
fn tiles(table: &Table) -> impl Iterator<Item = Field> {
    TILES.iter().copied().filter(|field| table.column(*field).is_some())
}

/// Durations and sizes are summed up by their distribution, everything else by its values.
fn is_sketched(field: Field) -> bool {
    matches!(field.kind(), Kind::Duration | Kind::Bytes)
}
