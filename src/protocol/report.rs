//! What halog reports, as tables: the logs shown by the values of a field, percentiles of timers, queues, silence.

use super::CellValue;
use serde::{Deserialize, Serialize};

/// A table to be made of the logs shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub kind: ReportKind,
    /// Groups and queues: the field whose values the rows are, by index.
    pub by: u16,
    /// What the rows are ordered by; percentiles stand in their own order.
    pub sort: Figure,
    pub descending: bool,
    /// Rows at most.
    pub limit: u32,
    /// Silences: the shortest, µs.
    pub silence: i64,
    /// Silences: logs at the moment that ends one, at the least.
    pub least: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReportKind {
    /// A row for each value of a field.
    #[default]
    Groups,
    /// A row for each percentile of `halog -pct`.
    Timers,
    /// A row for each value of a field in logs that waited in a queue.
    Queues,
    /// A row for each time without logs, as `halog -ad -ac`.
    Silences,
}

/// A column. Durations and moments are in µs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Figure {
    #[default]
    Logs,
    Significant,
    /// Logs marked as errors.
    Errors,
    /// Requests that left a phase unreached: what halog calls an error.
    Unfinished,
    /// Means, and 95th percentiles, of phases and of the whole.
    Connect,
    ConnectP95,
    App,
    AppP95,
    Total,
    TotalP95,
    /// Time of all logs together.
    Spent,
    Bytes,
    /// Logs that had others before them in the queue of the server, or of the backend; and how many, at the most; and when
    /// that was for the first time.
    ServerQueued,
    ServerPeak,
    ServerPeakAt,
    BackendQueued,
    BackendPeak,
    BackendPeakAt,
    Queue,
    QueueP95,
    /// In thousandths.
    Percentile,
    Client,
    Data,
    /// Last log before a silence, first after it, and the time between.
    From,
    To,
    Silence,
}

/// A report over all the logs shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    pub id: u64,
    pub generation: u64,
    /// True while files are still being read.
    pub so_far: bool,
    /// Logs that are counted.
    pub logs: u64,
    /// Logs left out: of groups and queues of servers, those that were sent from one server to another; of percentiles,
    /// those with a phase unreached.
    pub apart: u64,
    /// Logs that are no requests or sessions: what the balancer says of itself, steps of requests, unparsed lines.
    pub others: u64,
    /// Logs without a value of the field.
    pub without: u64,
    /// Rows in all; the first of them follow.
    pub found: u64,
    /// Fields that the names of rows are of, by index.
    pub fields: Vec<u16>,
    pub columns: Vec<Figure>,
    /// Of each row, one after the other, in the order of the fields.
    pub names: Vec<Option<CellValue>>,
    /// The same in the order of the columns; [`i64::MIN`] where there is none.
    pub numbers: Vec<i64>,
}
