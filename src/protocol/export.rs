//! Logs to take away: what is wanted, and one part of it after the other.

use super::shard::Position;
use serde::{Deserialize, Serialize};

/// How a log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ExportFormat {
    /// RFC 4180, with a head line.
    #[default]
    Csv,
    /// One object a line.
    JsonLines,
    /// The entry byte for byte as it was logged.
    Raw,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportSpec {
    pub format: ExportFormat,
    /// Fields by their index, in this order. [`ExportFormat::Raw`] has none.
    pub columns: Vec<u16>,
    /// The entry as it was logged stands beside them, as the last column `raw`.
    pub raw: bool,
    /// CSV: a text that a spreadsheet would take for a formula gets a `'` before it.
    pub safe: bool,
}

/// Some of the rows of a view, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    pub id: u64,
    pub generation: u64,
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    pub rows: u64,
    /// Rows of the whole view.
    pub total: u64,
    /// Texts that got a `'`.
    pub guarded: u64,
    /// Where the next part begins; `None`: this was the last.
    pub next: Option<Position>,
    /// With the first part: fields that any loaded log has, by index.
    pub fields: Vec<u16>,
}
