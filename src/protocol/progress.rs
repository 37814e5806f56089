//! How far reading has come.

use super::SourceId;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    pub generation: u64,
    /// In the order they were added.
    pub sources: Vec<SourceProgress>,
    /// Nothing is being read any more.
    pub done: bool,
    /// Rows over all sources, hidden ones included.
    pub rows: u64,
    pub wasm_bytes: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceProgress {
    pub id: SourceId,
    pub name: String,
    pub state: SourceState,
    /// Bytes of the file read, and to read.
    pub read: u64,
    pub size: u64,
    /// Bytes of text parsed: more than `read` where the file is compressed.
    pub text: u64,
    pub rows: u64,
    pub unparsed: u64,
    /// For people: "HAProxy HTTP", or "Text lines" where no known format matches.
    pub format: String,
    /// Why: "5,120 of 5,123 logs: five timers, four-character termination state".
    pub why: String,
    /// Messages that stay: "edge1.log.gz ends early. 112,586 logs before the break are shown."
    pub notes: Vec<String>,
    pub visible: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SourceState {
    #[default]
    Waiting,
    Reading,
    Done,
    /// Stopped by the user; what was read stays.
    Stopped,
    /// Could not be read to its end; `notes` says why. What was read stays.
    Failed,
}
