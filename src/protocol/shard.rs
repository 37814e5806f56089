//! What the hub asks a shard, and the mergeable parts that come back.
//!
//! Texts cross once: a shard sends each dictionary's new texts along with the first counts that use them, and the hub
//! maps the shard's codes to its own from then on.

pub use super::numbers::{Counted, Run};
use super::{Bin, Compare, Marker, Range, Report, RowText, Settings, Significance, Slot, SourceId};
use serde::{Deserialize, Serialize};

/// Of rows that do not count any more: their source was forgotten. No source has this number.
pub const FORGOTTEN: SourceId = SourceId::MAX;

/// How the text of a source is cut into entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cut {
    /// An entry is a line with the blank lines after it.
    Lines,
    /// An entry is an element of a JSON document.
    Document,
    /// An entry is a record of a table with a header line (CSV): a line, or several where a cell holds line ends.
    Records,
}

/// Where the text of a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// In the file at the piece's own range; `exact`: begins and ends between entries. Otherwise the piece owns the
    /// entries that begin inside the range, and the shard reads on to the end of the last one.
    File { exact: bool },
    /// Beside the message; the shard keeps it, for there is no file to read it back from.
    Beside,
}

/// What the first lines of a source tell about all of it, so that every piece of it is read in the same way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Stamps without a year lie in the twelve months from this moment on, µs.
    pub since: i64,
    /// Seconds east of UTC for stamps without zone.
    pub zone: Option<i32>,
    /// There are summaries of transactions: only they are requests.
    pub summaries: bool,
    /// A number alone behind an access line is a time in microseconds.
    pub micros: bool,
    /// What is not to be found out.
    pub settings: Settings,
}

/// A part of a source for one shard to parse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    pub source: SourceId,
    /// How often the source was read before: what comes of an earlier reading is not wanted any more.
    pub reading: u32,
    /// Number within the source, from 0.
    pub sequence: u32,
    /// Byte range in the text of the source.
    pub start: u64,
    pub end: u64,
    pub place: Place,
    pub cut: Cut,
    /// For a document or records: where each entry ends, counted from `start`. Empty for lines.
    pub ends: Vec<u32>,
    pub known: Known,
    /// The first line of the source, where it says something about the lines after it; else empty.
    pub header: Vec<u8>,
}

/// Which rows: search, period, brush and significance switch over the visible sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Select {
    pub query: String,
    /// Sources that do not count.
    pub hidden: Vec<SourceId>,
    /// Newest start time loaded: relative times in a search (`-15m`) count from it.
    pub newest: i64,
    pub period: Option<Range>,
    pub brush: Option<Range>,
    pub significance: Significance,
}

/// The order of rows: a number column ascending or descending, or the rank of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub field: u16,
    pub descending: bool,
    /// For text: rank of each of the shard's codes among all texts of the field; empty for numbers.
    pub ranks: Vec<u32>,
}

/// Key of a row in an [`Order`]; rows without a value have [`i64::MAX`] and come last either way.
pub type Key = i64;

/// A row's place in an order: key, then source, then place in the source. No two rows are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    pub key: Key,
    pub source: SourceId,
    pub offset: u64,
}

/// Hub to shard.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Ask {
    /// A source to come; its file is beside the message.
    Open {
        source: SourceId,
        reading: u32,
        name: String,
    },
    /// Read the file beside the message and answer about it, with a table of its own that is dropped afterwards.
    Rehearse {
        size: u64,
    },
    /// Never speak of this source again.
    Forget {
        source: SourceId,
    },
    Parse(Piece),
    /// Judge all rows again, and those to come, by these rules ([`super::RulesText`]).
    Judge(String),
    /// Fill in what logs do not say, by these IP groups.
    LookUp(String),
    /// What only the pieces before this one tell: lines before it, and the time its first entries inherit.
    Settle {
        source: SourceId,
        reading: u32,
        sequence: u32,
        lines_before: u64,
        time: Option<i64>,
    },
    /// Totals, histogram, tiles.
    Collect {
        select: Select,
        bins: Bins,
    },
    /// How many of the rows drawn fall in each bar.
    Bars {
        select: Select,
        bins: Bins,
    },
    /// Exact counts of the values inside these ranges (field or phase, low, high inclusive).
    Refine {
        select: Select,
        ranges: Vec<(Measure, i64, i64)>,
    },
    /// Counts of one field's values.
    Count {
        select: Select,
        field: u16,
    },
    /// Values and numbers of these fields in two groups of rows.
    Compare {
        select: Select,
        compare: Compare,
        fields: Vec<u16>,
        /// Steps of requests count like requests.
        lines: bool,
    },
    /// Exact counts of the numbers inside these ranges, for the group or for the rest.
    RefineSide {
        select: Select,
        compare: Compare,
        rest: bool,
        ranges: Vec<(Measure, i64, i64)>,
    },
    /// A part of a report: what each group adds up to, or of the groups that are named the distributions, or exact counts
    /// of the numbers in these classes of them.
    Report {
        select: Select,
        report: Report,
        keys: Vec<i64>,
        classes: Vec<(u32, u32)>,
    },
    /// Dictionary texts the hub has not seen, so that it can rank them.
    Texts {
        field: u16,
    },
    /// Smallest and largest key, and how many rows have one.
    Span {
        select: Select,
        order: Order,
        errors: bool,
    },
    /// How many rows fall in each of `buckets` equal parts of `low..=high`; `errors`: of those marked as error only.
    Buckets {
        select: Select,
        order: Order,
        low: Key,
        high: Key,
        buckets: u32,
        errors: bool,
    },
    /// How many rows come before a position.
    Before {
        select: Select,
        order: Order,
        position: Position,
        errors: bool,
    },
    /// Rows with exactly this key by piece of their source: how ties are split.
    Pieces {
        select: Select,
        order: Order,
        key: Key,
        errors: bool,
    },
    /// The first rows in the order, or the first behind a position.
    Head {
        select: Select,
        order: Order,
        after: Option<Position>,
        count: u32,
        errors: bool,
    },
    /// Positions of the rows with a key in `low..=high`, all of them or those of one piece.
    Gather {
        select: Select,
        order: Order,
        low: Key,
        high: Key,
        piece: Option<(SourceId, u32)>,
        errors: bool,
    },
    /// What the table shows of these rows.
    Fetch {
        rows: Vec<u32>,
        columns: Vec<u16>,
        text: RowText,
    },
    /// The rows of the entries that begin at these bytes of sources.
    Find(Vec<(SourceId, u64)>),
    Detail {
        row: u32,
    },
    /// These rows as they are taken away. As many as fit one message, from the first on.
    Export {
        rows: Vec<u32>,
        spec: super::ExportSpec,
    },
    /// The transaction id of a row.
    TransactionOf {
        row: u32,
    },
    /// The first rows, by time, that have this transaction id.
    Transaction {
        name: Vec<u8>,
        hidden: Vec<SourceId>,
        count: u32,
    },
    /// Position of a row in an order, if the selection has it.
    Place {
        select: Select,
        order: Order,
        row: u32,
    },
    /// Counts over time of each of these sources, one after the other, whatever is searched for.
    Paces {
        sources: Vec<(SourceId, Bins)>,
    },
    /// Runs of the numbers by which devices count their logs, of all but these sources.
    Sequences {
        hidden: Vec<SourceId>,
    },
    Memory,
}

/// The bars of the histogram.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bins {
    pub start: i64,
    pub step: i64,
    pub count: u32,
}

/// Something that is measured: a number field, or a slot of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Measure {
    Field(u16),
    Slot(Slot),
    Total,
}

/// Shard to hub.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Reply {
    Done,
    /// No row is left, and codes begin anew.
    Emptied,
    Parsed(Parsed),
    Collected(Box<Partial>),
    Refined(Vec<Vec<(i64, u64)>>),
    /// Rows of the selection, and the counts of the field's values among them.
    Counted {
        rows: u64,
        counts: Counts,
    },
    Compared(Box<Compared>),
    /// Logs that are counted, left out, and no requests; then numbers as the report has them (`stats::groups`, `stats::silence`).
    Reported {
        logs: u64,
        apart: u64,
        others: u64,
        numbers: Vec<i64>,
        sketches: Vec<Sketch>,
    },
    Texts(Vec<Vec<u8>>),
    Numbers(Vec<u64>),
    Span {
        low: Key,
        high: Key,
        present: u64,
        absent: u64,
    },
    /// (source, piece, rows)
    Pieces(Vec<(SourceId, u32, u64)>),
    /// Rows that were asked about, and (position, row) of the first.
    Head(u64, Vec<(Position, u32)>),
    /// (position, row)
    Gathered(Vec<(Position, u32)>),
    /// Rows as the table shows them; which shard they are of, the hub knows.
    Fetched(Vec<super::RowView>),
    /// For each place its row, if it is here.
    Places(Vec<Option<u32>>),
    Detail(Option<Box<super::LogDetail>>),
    Exported(super::export::ExportedRows),
    Name(Option<Vec<u8>>),
    /// (who counts, the runs), and counters that begin anew after their last number.
    Sequences(Vec<(Vec<u8>, Vec<Run>)>, Vec<Counted>),
    Memory {
        wasm_bytes: u64,
        kept_text: u64,
        rows: u64,
        table_bytes: u64,
        columns: Vec<(u16, u64)>,
    },
    Failed(String),
}

/// What came of a piece.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parsed {
    /// Text the piece turned out to own: from `start` to `end` of the source.
    pub start: u64,
    pub end: u64,
    pub rows: u64,
    pub unparsed: u64,
    /// Lines in that text.
    pub lines: u64,
    /// (layout, rows) in order of first sight; the layout is the value of the field `format`.
    pub layouts: Vec<(String, u64)>,
    pub times: Option<(i64, i64)>,
    /// Time of the last entry that has one: the next piece's first entries may inherit it.
    pub last_time: Option<i64>,
    /// Memory of the shard after this piece.
    pub wasm_bytes: u64,
}

/// Counts of one field's values in one shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Counts {
    /// New texts of the dictionary, and (code, rows, significant rows).
    Codes { new: Vec<Vec<u8>>, counts: Vec<(u32, u32, u32)> },
    /// (number, rows, significant rows), ascending.
    Numbers(Vec<(i64, u32, u32)>),
}

/// A mergeable summary of numbers: exact totals, and counts in classes narrow enough to draw and to refine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch {
    pub count: u64,
    pub sum: i64,
    pub min: i64,
    pub max: i64,
    /// Some number is no whole thousand. Durations in µs are mostly whole milliseconds, and then a narrow class has but one
    /// number.
    pub fine: bool,
    /// (class, count), ascending.
    pub classes: Vec<(u32, u64)>,
}

/// One shard's part of a summary.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    pub loaded: u64,
    pub matching: u64,
    pub all: u64,
    pub significant: u64,
    pub total: u64,
    pub without_time: u64,
    pub interim: u64,
    /// Rows of the selection that are steps of a request, and so no request themselves.
    pub steps: u64,
    /// Significant rows among those steps.
    pub significant_steps: u64,
    /// Rows that were found and left out, because a search for requests does not mean their steps.
    pub left_out: u64,
    /// Fields that any row has.
    pub fields: Vec<u16>,
    pub extent: Option<(i64, i64)>,
    pub bins: Vec<Bin>,
    pub markers: Vec<Marker>,
    /// (field, counts) for the fields whose values are counted.
    pub counts: Vec<(u16, Counts)>,
    pub sketches: Vec<(Measure, Sketch)>,
    /// (reason id, rows) over all visible sources.
    pub unparsed: Vec<(String, u64)>,
    /// Significance and server together, among errors: (significance texts, server, rows).
    pub culprits: Vec<(String, String, u64)>,
}

/// One shard's part of a comparison of two groups of rows; pairs are of the group and of the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    pub rows: [u64; 2],
    /// Without the steps of requests that an entry of its own stands for.
    pub requests: [u64; 2],
    /// Fields whose values are counted. Counts are of rows on both sides, and "significant" those of the group.
    pub counts: Vec<(u16, Counts)>,
    pub sketches: Vec<(u16, [Sketch; 2])>,
    /// Fields with more texts than can be told.
    pub too_many: Vec<u16>,
}
