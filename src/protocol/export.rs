//! Logs to take away: what is wanted, and one part of it after the other.

use super::shard::Position;
use serde::{Deserialize, Serialize};
use std::fmt;

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
    /// Addresses, hosts, users and sessions have pseudonyms, credentials are masked.
    pub anonymise: Option<Secret>,
}

/// What pseudonyms are made with. Who has it finds by trying what stands behind them, so the page draws it at random for
/// each tab, and nothing writes it down.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret(pub [u8; 16]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// What a pseudonym stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Hidden {
    Address,
    Host,
    User,
    Session,
    /// An identifier with an address in it.
    Id,
    Credential,
}

/// A value that was replaced in row `row` of those written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub row: u32,
    pub hidden: Hidden,
    pub from: String,
    pub to: String,
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
    /// Entries whose text was written though no parser understands it.
    pub unread: u64,
    /// With the first part of an anonymised export: what was replaced, the first few values of each kind.
    pub changes: Vec<Change>,
    /// Where the next part begins; `None`: this was the last.
    pub next: Option<Position>,
    /// With the first part: fields that any loaded log has, by index.
    pub fields: Vec<u16>,
}

/// Where a row ends in the bytes, and what there was up to there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowEnd {
    pub bytes: u32,
    /// Texts that a spreadsheet would have taken for a formula.
    pub guarded: u32,
    /// Entries whose text was anonymised though no parser understands it.
    pub unread: u32,
}

/// Rows as they are taken away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedRows {
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    pub ends: Vec<RowEnd>,
    /// Fields that any row of the shard has, by index.
    pub fields: Vec<u16>,
    /// What was replaced, the first few values of each kind.
    pub changes: Vec<Change>,
}
