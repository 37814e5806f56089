//! How far reading has come.

use super::{Settings, SourceId};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Changes with the sources, and with what is known of their logs.
    pub generation: u64,
    /// How much of it the page did not ask for: what logs do not say was looked up when they were read.
    pub looked_up: u64,
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
    /// Logs; header lines of tables are none, and are counted apart.
    pub rows: u64,
    pub headers: u64,
    pub unparsed: u64,
    /// For people: "HAProxy HTTP", or "Text lines" where no known format matches.
    pub format: String,
    /// Why: "5,120 of 5,123 logs: five timers, four-character termination state".
    pub why: String,
    /// Messages that stay: "edge1.log.gz ends early. 112,586 logs before the break are shown."
    pub notes: Vec<String>,
    /// A bit for each family of formats that any log of it has, in the order that settings number them.
    pub families: u32,
    pub visible: bool,
    pub settings: Settings,
    pub stamps: Stamps,
    /// First and last start time.
    pub times: Option<(i64, i64)>,
}

/// What the stamps of a source lack, and what is taken for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamps {
    /// Seconds east of UTC; `None` where no stamp that was looked at lacks its zone.
    pub zone: Option<(i32, Origin)>,
    /// Year of the first stamp without one; `None` where no stamp that was looked at lacks its year.
    pub year: Option<(i32, Origin)>,
}

/// Why something is taken for what the stamps lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// UTC, and the year of the file's last change.
    Assumed,
    /// Other entries of the source tell: ids that hold the moment, stamps with a year.
    Told,
    /// It was set.
    Set,
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
