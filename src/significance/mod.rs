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

use crate::protocol::{Codes, Rules, Sessions};
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

/// The rules that the user may change, as a verdict asks for them: no limit is one that no time reaches.
#[derive(Clone, Debug)]
pub struct Limits {
    sessions: Sessions,
    total_time: i64,
    app_response: i64,
    client_rtt: i64,
    server_rtt: i64,
    excluded: Codes,
}

impl From<&Rules> for Limits {
    fn from(rules: &Rules) -> Self {
        let limit = |time: Option<i64>| time.unwrap_or(i64::MAX);
        Self {
            sessions: rules.sessions,
            total_time: limit(rules.total_time),
            app_response: limit(rules.app_response),
            client_rtt: limit(rules.client_rtt),
            server_rtt: limit(rules.server_rtt),
            excluded: rules.excluded.clone(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::from(&Rules::default())
    }
}

/// Of every family whose entries have the time.
const SLOW: &str = "Slow: total time over the limit";
const LATE: &str = "Slow: app response over the limit";

impl Limits {
    /// The response code, where it may be a reason and is not excluded.
    #[inline(always)]
    fn code(&self, facts: &(impl Facts + ?Sized)) -> Option<i64> {
        facts.int(Field::ResponseCode).filter(|code| !(0..400).contains(code) && !self.excluded.has(*code))
    }

    /// The server took its time. What is off is not even looked up.
    #[inline(always)]
    fn is_late(&self, facts: &(impl Facts + ?Sized)) -> bool {
        let limit = self.app_response;
        limit != i64::MAX && facts.int(Field::AppResponseTime).is_some_and(|time| time >= limit)
    }

    /// Adds what took too long.
    #[inline(always)]
    fn judge_times(&self, facts: &(impl Facts + ?Sized), verdict: &mut Verdict) {
        if facts.int(Field::TotalTime).is_some_and(|time| time >= self.total_time) {
            verdict.add(Mark::Warning, SLOW);
        }
        if self.is_late(facts) {
            verdict.add(Mark::Warning, LATE);
        }
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
/// nothing. Compiled once for entries that were just read and for columns.
pub fn judge(facts: &dyn Facts, limits: &Limits, verdict: &mut Verdict) {
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
