//! What explains a selection: every field, ranked by how much it differs between two groups of logs.

use super::CellValue;
use serde::{Deserialize, Serialize};

/// Which two groups of logs are compared. Sources that are hidden are in neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Compare {
    /// The brushed part of the period, with the other logs of the period that match search and switch.
    #[default]
    Selection,
    /// Significant logs with the others, of those that match search, period and brush.
    Significant,
    /// What the search finds with what it does not, of the logs in period and brush under the switch.
    Search,
}

/// All fields of two groups of logs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Differences {
    pub id: u64,
    pub generation: u64,
    /// True while files are still being read.
    pub so_far: bool,
    /// Logs of the group, and of the rest.
    pub logs: [u64; 2],
    /// All of `logs` are requests, and `left_out` are not.
    pub requests: bool,
    /// Steps of requests that were left out, because requests are compared.
    pub left_out: u64,
    /// Logs that each side must have for anything to be told.
    pub least: u64,
    /// Fields that differ by 6 % and more, most first; behind them those that tell how much went on at the time.
    pub fields: Vec<Difference>,
    /// Fields that differ by less, most first.
    pub slight: Vec<u16>,
    /// Fields whose difference, if there is one, chance explains.
    pub alike: Vec<u16>,
    /// Fields that have data and were left out because the comparison itself is made of them.
    pub made_of: Vec<u16>,
    /// Fields that have too many different texts to be compared.
    pub too_many: Vec<u16>,
}

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Index in the table of fields.
    pub field: u16,
    /// It counts what went on at the time, and says nothing of the log itself.
    pub load: bool,
    /// 0 to 1. Values: half the summed absolute difference of shares. Numbers: the largest distance of the cumulative curves.
    pub size: f64,
    /// Logs on both sides that shares are of: for numbers those that have one.
    pub base: [u64; 2],
    pub detail: Differing,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Differing {
    /// At most four values and their logs on both sides, those that contribute most first. No value: logs without the field.
    Values(Vec<(Option<CellValue>, [u64; 2])>),
    /// Exact percentiles (nearest rank) on both sides.
    Numbers { p50: [i64; 2], p95: [i64; 2] },
}
