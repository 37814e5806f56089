//! What the hub answers.

use super::{Differences, LogDetail, Phases, Preview, Progress, Range, Reported, SourceId, Transaction};
use serde::{Deserialize, Serialize};

/// Hub to page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum FromHub {
    /// Started, with this many shards.
    Ready {
        formats: Vec<String>,
        shards: u32,
    },
    /// State of all sources; sent when something changed, at most about ten times a second.
    Progress(Progress),
    Summary(Box<Summary>),
    Rows(Rows),
    Values(Values),
    Explained(Box<Differences>),
    Reported(Box<Reported>),
    /// The rows of the asked places, in their order.
    Found {
        id: u64,
        rows: Vec<Option<RowId>>,
    },
    Detail {
        id: u64,
        detail: Option<Box<LogDetail>>,
    },
    Transaction {
        id: u64,
        transaction: Box<Transaction>,
    },
    /// Logs of each view in each bar.
    Bars {
        id: u64,
        bars: Vec<Vec<u64>>,
    },
    Located(Located),
    Preview(Preview),
    Exported(super::Exported),
    Stats {
        id: u64,
        stats: Stats,
    },
    /// Something went wrong that the user must know; `id` of the request it answers, if any.
    Failed {
        id: Option<u64>,
        message: String,
    },
}

/// The value of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CellValue {
    /// Numbers, times (µs since the epoch), durations (µs), booleans.
    Int(i64),
    Text(String),
}

/// Names one row for as long as its source is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RowId {
    pub shard: u16,
    pub row: u32,
}

/// How a row is marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowMark {
    #[default]
    Fine,
    Warning,
    Error,
}

/// Totals, histogram and tiles of one snapshot: all numbers agree with each other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub id: u64,
    /// Changes with sources and settings, not with growth.
    pub generation: u64,
    /// True while files are still being read: the numbers are "so far".
    pub so_far: bool,
    /// All rows of the visible sources.
    pub loaded: u64,
    /// Rows that match search and period, whatever the significance switch and the brush say.
    pub matching: u64,
    /// Rows that match search, period and brush, by significance: the three numbers on the switch.
    pub counts: SwitchCounts,
    /// Rows in the table: `counts` under the switch.
    pub total: u64,
    /// First and last start time among the rows that match the search (whole period, not the brush).
    pub extent: Option<(i64, i64)>,
    pub without_time: u64,
    /// Interim entries among `total`: left out of sums and percentiles.
    pub interim: u64,
    /// Requests among `total`, where the others are steps of requests; none where there are no steps, or still other logs.
    pub requests: Option<u64>,
    /// Steps of requests that were found and left out: the search is for requests, and they repeat what those say.
    pub left_out: u64,
    pub histogram: Histogram,
    /// One per field with data, in the order of the design.
    pub tiles: Vec<Tile>,
    pub end_to_end: EndToEnd,
    /// Fields that any loaded row has, ascending, whatever is searched for.
    pub fields: Vec<u16>,
    /// What stands out: at most four sentences.
    pub stands_out: Vec<Sentence>,
    pub unparsed: Unparsed,
    /// Silences of the visible sources in which logs were to be expected, whatever is searched for; once all is read.
    pub gaps: Vec<Gap>,
}

/// Logs of a source are missing here, or probably.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    pub source: SourceId,
    pub range: Range,
    /// Logs that were to be expected, by those before and behind it; or that are missing.
    pub expected: u64,
    pub sign: GapSign,
}

/// What tells that logs are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GapSign {
    /// A silence; the longest other one near it is not longer than this, µs.
    Silence(i64),
    /// By the numbers of its logs, of which this is the first that is missing.
    Number(i64),
    /// By the counter before its logs: the first that is missing.
    Counter(u16),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchCounts {
    pub all: u64,
    pub significant: u64,
}

/// Counts over time of the rows that match search, significance and period (not the brush).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histogram {
    /// Start of the first bar, µs; a multiple of `step`.
    pub start: i64,
    /// Width of a bar, µs; 0 where there is nothing to draw.
    pub step: i64,
    pub bins: Vec<Bin>,
    /// Server events, to be marked on the axis; at most 200.
    pub markers: Vec<Marker>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bin {
    pub significant: u32,
    pub other: u32,
}

/// A server event on the time axis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    pub time: i64,
    pub text: String,
    pub mark: RowMark,
}

/// One field over the rows shown. Counts are over all of them, never a sample; tiles about requests leave out the steps of a
/// request that an entry of its own stands for (nevisProxy's `trace` lines).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tile {
    /// Index in the table of fields.
    pub field: u16,
    /// Rows that have the field and count for it. The values' counts sum to this (for lists: to at least this).
    pub logs: u64,
    /// Rows that shares are of: all, or without the steps of requests, which an entry of its own stands for.
    pub base: u64,
    /// Distinct values.
    pub unique: u64,
    /// Most frequent values, most frequent first.
    pub top: Vec<TopValue>,
    /// For durations, sizes and counts.
    pub distribution: Option<Distribution>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopValue {
    pub value: CellValue,
    pub count: u64,
    /// How many of them are significant.
    pub significant: u64,
}

/// Exact figures over the rows shown, interim entries and steps of requests left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    pub count: u64,
    pub sum: i64,
    pub min: i64,
    pub max: i64,
    /// Nearest rank: the smallest value that at least this share of the rows does not exceed.
    pub p50: i64,
    pub p90: i64,
    pub p95: i64,
    pub p99: i64,
    /// (lower bound, count) of consecutive classes, empty ones left out; for drawing.
    pub classes: Vec<(i64, u64)>,
}

/// Where the time went, over the rows shown that have a duration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EndToEnd {
    /// In wire order; phases that no row has are left out.
    pub phases: Vec<PhaseSummary>,
    pub total: Distribution,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PhaseSummary {
    pub slot: super::Slot,
    pub distribution: Distribution,
}

/// One line of "What stands out": words and, among them, values that filter on click.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    pub mark: RowMark,
    /// Text pieces; where the second is present, the piece is a value of that field (index) and can be clicked.
    pub pieces: Vec<(String, Option<(u16, CellValue)>)>,
}

/// Entries that no parser understood, over all visible sources.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unparsed {
    pub count: u64,
    /// (reason id, text, advice, count), most frequent first.
    pub reasons: Vec<(String, String, String, u64)>,
}

/// A window of the sorted rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rows {
    pub id: u64,
    pub generation: u64,
    /// Rows in the whole view.
    pub total: u64,
    pub first: u64,
    pub rows: Vec<RowView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowView {
    pub id: RowId,
    pub source: SourceId,
    /// Where the entry begins in the text of its source, bytes.
    pub offset: u64,
    /// Line number of the entry's first byte, from 1; 0 while the lines before it are not yet counted.
    pub line: u64,
    pub time: Option<i64>,
    pub mark: RowMark,
    /// `http`, `tcp`, `event`, `unparsed` …
    pub log_type: String,
    /// In the order of the requested columns.
    pub cells: Vec<Option<CellValue>>,
    pub phases: Phases,
    /// Raw text, where asked for; cut at 2,000 bytes.
    pub text: Option<String>,
    /// Start time as it stands in the log, where asked for.
    pub stamp: Option<String>,
}

/// All values of one field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Values {
    pub id: u64,
    pub field: u16,
    /// Rows in the view: shares are of this.
    pub total: u64,
    /// Rows that have the field.
    pub logs: u64,
    /// Distinct values that match `contains`.
    pub unique: u64,
    pub values: Vec<TopValue>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Located {
    pub id: u64,
    /// Position in the sorted view; `None` where there is no such row.
    pub position: Option<u64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    pub rows: u64,
    pub text_bytes: u64,
    /// Sum of the workers' wasm memories.
    pub wasm_bytes: u64,
    /// Part of it that holds text of sources that cannot be read back (inflated, pasted).
    pub kept_text_bytes: u64,
    /// Part of it that holds the rows, with their places in the text.
    pub table_bytes: u64,
    /// What each field has of that.
    pub columns: Vec<(u16, u64)>,
    pub shards: u32,
    pub extent: Option<Range>,
}
