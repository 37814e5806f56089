//! The only serialisable types: what page, hub and shards say to each other.
//!
//! On the wire a message is one byte array ([`encode`], [`decode`]) and, beside it, what cannot be bytes (a `File`).
//! Every request has an id; the page drops an answer whose id is no longer the newest of its kind, so that a late
//! answer never overwrites a newer one.

mod answer;
mod detail;
mod difference;
mod export;
mod numbers;
mod preview;
mod progress;
mod report;
mod request;
mod rules;
pub mod shard;
mod transaction;

pub use answer::{
    Bin, CellValue, Distribution, EndToEnd, FromHub, Gap, GapSign, Histogram, Located, Marker, PhaseSummary, RowId,
    RowMark, RowView, Rows, Sentence, Stats, Summary, SwitchCounts, Tile, TopValue, Unparsed, Values,
};
pub use detail::{DetailField, Explanation, HeaderBlock, Letter, LogDetail, Message, Part, Phases, Slot};
pub use difference::{Compare, Difference, Differences, Differing};
pub use export::{Change, ExportFormat, ExportSpec, Exported, ExportedRows, Hidden, RowEnd, Secret};
pub use preview::{Mistake, Preview, PreviewLine, PreviewMiss};
pub use progress::{Origin, Progress, SourceProgress, SourceState, Stamps};
pub use report::{Figure, Report, ReportKind, Reported};
pub use request::{LogFormat, Range, RowText, Seek, Settings, Significance, Sort, SourceId, SourceInfo, ToHub, View};
pub use rules::{Codes, Rules, RulesText, Sessions};
pub use transaction::{Step, StepKind, Transaction};

use serde::{Serialize, de::DeserializeOwned};

/// A message as bytes.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    postcard::to_allocvec(message).expect("protocol types always serialise")
}

/// A message from bytes; `Err` only where they are none.
#[inline(never)]
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    postcard::from_bytes(bytes).map_err(|error| format!("unreadable message: {error}"))
}
