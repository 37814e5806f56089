//! One transaction of nevisProxy: what its lines tell of it, put together.

use super::{Phases, RowId, RowMark, SourceId};
use serde::{Deserialize, Serialize};

/// The lines that share an id, as a nested list of steps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Transaction {
    /// The id; empty where the line that was asked about has none.
    pub name: String,
    /// Lines with this id in the visible sources, and how many of them, the first by time, were looked at.
    pub total: u64,
    pub lines: u64,
    /// Sources that these lines are from, ascending.
    pub sources: Vec<SourceId>,
    /// Of these lines: headers, functions and debug messages, which are no steps.
    pub aside: u64,
    /// What the times are drawn within, µs since the epoch; equal where no line has a time.
    pub from: i64,
    pub to: i64,
    /// What was to be expected and is not there, a sentence each. Empty: the transaction is whole.
    pub missing: Vec<String>,
    /// What else is to be said of it.
    pub notes: Vec<String>,
    /// Each step before those inside it. The first is the request.
    pub steps: Vec<Step>,
}

/// What a step is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum StepKind {
    #[default]
    Request,
    Filter,
    Servlet,
    Backend,
    /// A line that some part of the proxy, or another program, wrote meanwhile.
    Message,
}

/// One step. Times in µs; `None`: the lines do not tell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub kind: StepKind,
    /// How many steps it is inside of.
    pub depth: u16,
    /// Filter, servlet, server, trace group; of the request what was asked for.
    pub name: String,
    /// What more there is to say: status, the request to the backend, the message.
    pub detail: String,
    /// The line that tells most about it.
    pub row: Option<RowId>,
    /// Where that line stands; line 0 while it is not yet known.
    pub source: SourceId,
    pub line: u64,
    pub mark: RowMark,
    /// When it began, µs since the epoch.
    pub start: Option<i64>,
    /// With all inside it.
    pub inclusive: Option<i64>,
    /// Without the steps inside it.
    pub exclusive: Option<i64>,
    /// Its end, or its beginning, is not among the lines.
    pub incomplete: bool,
    /// Of a call to a backend.
    pub phases: Phases,
}
