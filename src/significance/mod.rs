//! What makes an entry significant and why, in plain words: one table per family.
//!
//! Significance is a function of columns, never of text, so that it can be judged again when the user changes a limit.

mod avi;
pub mod avi_events;
mod explain;
mod haproxy;
mod nevisproxy;
pub mod paloalto;
mod web;

pub use explain::explain;

use crate::record::{Field, Row};

/// How an entry is marked in the table: by the reason, not by the response code alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    #[default]
    Fine,
    /// 4xx, client abort, denied, slow.
    Warning,
    /// 5xx, server or queue time-out, server closed.
    Error,
}

/// Where the fields of an entry are read from: a row being parsed, or the columns.
pub trait Facts {
    fn int(&self, field: Field) -> Option<i64>;
    fn text(&self, field: Field) -> Option<&[u8]>;
}

/// A row together with the entry it was parsed from.
pub struct RowFacts<'a> {
    pub row: &'a Row,
    pub entry: &'a [u8],
}

impl Facts for RowFacts<'_> {
    fn int(&self, field: Field) -> Option<i64> {
        self.row.get_int(field)
    }

    fn text(&self, field: Field) -> Option<&[u8]> {
        self.row.get_text(field, self.entry)
    }
}

/// Thresholds that the user may change. Durations in microseconds.
#[derive(Clone, Debug)]
pub struct Limits {
    pub total_time: i64,
    pub client_rtt: i64,
    pub server_rtt: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { total_time: 5_000_000, client_rtt: 1_000_000, server_rtt: 500_000 }
    }
}

/// The verdict on one entry; reused from entry to entry.
#[derive(Debug, Default)]
pub struct Verdict {
    pub significant: bool,
    pub mark: Mark,
    /// "Category: event" texts of the rules that matched; empty where the log itself says why (Avi's `significance`).
    pub reasons: Vec<&'static str>,
}

impl Verdict {
    /// Empties the verdict for the next entry; keeps its memory.
    pub fn clear(&mut self) {
        self.significant = false;
        self.mark = Mark::Fine;
        self.reasons.clear();
    }

    /// Adds a rule that matched.
    fn add(&mut self, mark: Mark, text: &'static str) {
        self.significant = true;
        self.mark = self.mark.max(mark);
        self.reasons.push(text);
    }
}

/// The family of a layout: `haproxy` of `haproxy-tcp`.
fn family(layout: &[u8]) -> &[u8] {
    layout.split(|byte| *byte == b'-').next().unwrap_or_default()
}

/// Judges one entry by the rules of its family. Runs for every row at load, so a rule reads few fields and allocates
/// nothing.
pub fn judge(facts: &impl Facts, limits: &Limits, verdict: &mut Verdict) {
    verdict.clear();
    match facts.text(Field::Format).map(family) {
        Some(b"avi") => avi::judge(facts, limits, verdict),
        Some(b"haproxy") => haproxy::judge(facts, limits, verdict),
        Some(b"nevisproxy") => nevisproxy::judge(facts, limits, verdict),
        Some(b"paloalto") => paloalto::judge(facts, verdict),
        Some(b"web") => web::judge(facts, limits, verdict),
        _ => {}
    }
}

/// The same for an entry of HAProxy's.
#[inline]
pub fn judge_haproxy(facts: &impl Facts, limits: &Limits, verdict: &mut Verdict) {
    verdict.clear();
    haproxy::judge(facts, limits, verdict);
}
