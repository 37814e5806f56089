//! What the page asks the hub.

use serde::{Deserialize, Serialize};

/// A source as the page numbers it: 0 for A, 1 for B … Never reused within a session.
pub type SourceId = u32;

/// A half-open span of time `from..to`, microseconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    pub from: i64,
    pub to: i64,
}

impl Range {
    pub fn contains(&self, time: i64) -> bool {
        self.from <= time && time < self.to
    }
}

/// The three-way switch above the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Significance {
    #[default]
    All,
    Significant,
    NonSignificant,
}

/// Order of the table. The field is its index in the table of fields. Entries without the field come last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    pub field: u16,
    pub descending: bool,
}

/// What is being looked at: everything on the page follows from this and from the loaded sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Search text without errors; empty for all.
    pub query: String,
    pub significance: Significance,
    /// The zoomed period: what the histogram spans. `None`: from the first entry to the last.
    pub period: Option<Range>,
    /// The brushed part of the period. Table, tiles and totals follow it; the histogram does not.
    pub brush: Option<Range>,
    pub sort: Sort,
}

/// A file, or pasted text, as the page hands it over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceInfo {
    pub id: SourceId,
    /// File name with its folder, where one was dropped.
    pub name: String,
    pub size: u64,
    /// Modification time, microseconds since the epoch: gives the year to stamps that have none.
    pub modified: i64,
}

/// How a source is to be read, where that is not to be found out from it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Every entry is of this family, by its place among those that [`super::FromHub::Ready`] names. `None`: each entry is
    /// looked at.
    pub format: Option<u8>,
    /// Seconds east of UTC for stamps that have no zone.
    pub zone: Option<i32>,
    /// Microseconds added to every time: the clock of the writer was slow by so much.
    pub offset: i64,
    /// Year of the first stamp that has none; those after it lie in the twelve months that follow.
    pub year: Option<i32>,
    /// What HAProxy's configuration says its lines look like. Lines that look otherwise are read as they would be without.
    pub log_format: Option<LogFormat>,
}

/// A `log-format` of HAProxy, as somebody gave it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogFormat {
    /// The format string, its line of a configuration, or a part of one that has it.
    pub text: String,
    /// Names of captured headers of requests, by position: `Host|User-Agent`.
    pub request: String,
    /// The same of responses.
    pub response: String,
}

/// Where to go in the sorted rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seek {
    /// First row at or after this time (only where the order is by start time).
    Time(i64),
    /// Next or previous row marked as error, from this position on (exclusive).
    NextError(u64),
    PreviousError(u64),
    /// This row, if the view has it.
    Row(super::RowId),
}

/// Which rows come with their raw text. Each text is a read of the file, which takes the browser longer than all else of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowText {
    None,
    /// Those that no parser understands: there is nothing else to show of them.
    Unparsed,
    /// The same, and of all others their time as it stands in the log.
    Stamps,
    All,
}

/// Page to hub. Files travel beside the message, in the order of `sources`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ToHub {
    /// Open these; each has a `File` (or `Blob`) beside the message.
    Add { sources: Vec<SourceInfo> },
    /// Read these files as one that is opened would be, and forget them. A browser compiles well only what has run for a
    /// while: what is dropped later is read at full speed from its first byte on.
    Rehearse,
    /// Forget a source and its rows.
    Remove { source: SourceId },
    /// Forget the rows of a source and read it again in this way.
    Reread { source: SourceId, settings: Settings },
    /// How the first lines of a source would be read in this way.
    Preview { id: u64, source: SourceId, settings: Settings },
    /// From now on these rules ([`super::RulesText`]) say what is significant, also of the logs already read.
    Judge { rules: String },
    /// From now on fill in what logs do not say: browser and system by the user agent, country by the address, and which of
    /// these IP groups (a line for each, `networks = name`) it belongs to.
    LookUp { groups: String },
    /// Leave a source out of every count, or take it in again.
    Show { source: SourceId, visible: bool },
    /// Stop reading this source (`None`: all) and keep what is read.
    Stop { source: Option<SourceId> },
    /// Totals, histogram and tiles of one snapshot.
    Summary { id: u64, view: View, histogram_bins: u32, top: u32 },
    /// The parts of the bars of a histogram: logs of each view over time, in the bars that begin at `start`, µs.
    Bars { id: u64, views: Vec<View>, start: i64, step: i64, count: u32 },
    /// Rows `first .. first + count` of the sorted view. `columns` are field indices.
    Rows { id: u64, view: View, first: u64, count: u32, columns: Vec<u16>, text: RowText },
    /// All values of one field, most frequent first; `contains` narrows them (no case).
    Values { id: u64, view: View, field: u16, contains: String, limit: u32 },
    /// Every field by how much it differs between two groups of logs.
    Explain { id: u64, view: View, compare: super::Compare },
    /// A table of what halog reports.
    Report { id: u64, view: View, report: super::Report },
    /// The rows of the entries that begin at these bytes of sources.
    Find { id: u64, places: Vec<(SourceId, u64)> },
    /// One entry in depth.
    Detail { id: u64, row: super::RowId },
    /// All lines that share the transaction id of this row, put together.
    Transaction { id: u64, row: super::RowId },
    /// Position of a row in the sorted view.
    Locate { id: u64, view: View, seek: Seek },
    /// Rows of the view to take away, in its order, from `after` on (`None`: from the first); at most `count`.
    Export { id: u64, view: View, spec: super::ExportSpec, after: Option<super::shard::Position>, count: u32 },
    /// Memory and rows, for the status bar and the benchmarks.
    Stats { id: u64 },
}
