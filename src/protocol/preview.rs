//! How the first lines of a source would be read.

use super::CellValue;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    pub id: u64,
    /// Why there is nothing to preview: the log-format has a mistake.
    pub mistake: Option<Mistake>,
    /// Lines looked at, and how many of them the log-format reads.
    pub lines: u64,
    pub matching: u64,
    /// What most lines that match have and no HTTP or TCP session has: values of the log-format stand in another order.
    pub doubt: String,
    /// The first of them, and the first that do not match.
    pub shown: Vec<PreviewLine>,
}

/// A mistake in a log-format: what, where, what to do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mistake {
    pub message: String,
    pub advice: String,
    /// Line and column in what was pasted, both from 1; the column counts characters.
    pub line: u32,
    pub column: u32,
}

/// A line as it would be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewLine {
    /// Number of the line, from 1.
    pub line: u64,
    /// The line; cut where it is very long.
    pub text: String,
    /// (index of the field, value) in the order of the table of fields.
    pub fields: Vec<(u16, CellValue)>,
    /// What has no field, by its name in the log-format.
    pub extras: Vec<(String, String)>,
    /// Why the log-format does not read the line; then `fields` are what is found without it.
    pub miss: Option<PreviewMiss>,
}

/// Where a line differs from the log-format.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewMiss {
    /// Column from 1, in characters.
    pub column: u32,
    /// What stands there by the log-format: "%b with “/” behind it".
    pub expected: String,
    /// What reads the line instead: "HAProxy event"; empty where nothing does.
    pub read_as: String,
}
