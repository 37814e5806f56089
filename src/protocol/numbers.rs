//! The numbers by which logs are counted where they are written, from shard to hub.

use super::SourceId;
use serde::{Deserialize, Serialize};

/// Consecutive numbers that logs have, and when the first and the last of them was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub first: i64,
    pub last: i64,
    pub times: (i64, i64),
    /// Where the first stands.
    pub source: SourceId,
}

/// How the counter of a process went on in a piece of a source; numbers go on where it began anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    pub source: SourceId,
    pub process: i64,
    pub sequence: u32,
    pub first: i64,
    /// The highest.
    pub last: i64,
    /// None where they are no sequence.
    pub runs: Vec<Run>,
}
