//! The log formats, each behind the one [`Format`] trait, and the detection that runs per entry: mixed files work.
//!
//! A format never panics and never stops the file: it fills a row or says why not.

pub mod avi;
pub mod haproxy;
pub mod nevisproxy;
pub mod paloalto;
mod request_line;
pub mod web;

use crate::record::{Reason, Reject, Row};
use crate::text::Clock;

/// What a parser may remember from entry to entry, and what it is told about the source.
#[derive(Debug)]
pub struct Context {
    /// Remembers the last date it converted: consecutive lines mostly share it.
    pub clock: Clock,
    /// Year for stamps that have none: that of the last dated entry, else of the file's modification date.
    pub year: i32,
    /// Seconds east of UTC for stamps that have no zone, where the source tells.
    pub zone: Option<i32>,
    /// The source has a summary of each transaction (nevisProxy's NProxyOp): its other lines do not count as requests.
    pub summaries: bool,
}

impl Context {
    pub fn new(year: i32) -> Self {
        Self { clock: Clock::default(), year, zone: None, summaries: false }
    }
}

/// One family of log lines. Add a format: its file or folder here, one line in [`FORMATS`], a golden folder with one
/// good and one damaged file, a row in the README.
pub trait Format: Sync {
    /// Stable short name of the family (`haproxy`, `avi`); the row's `format` field says the exact layout.
    fn id(&self) -> &'static str;

    /// For people.
    fn name(&self) -> &'static str;

    /// A cheap look: could this entry be of this format? Reads a bounded prefix; may say yes wrongly, never no wrongly.
    fn claims(&self, entry: &[u8]) -> bool;

    /// Fills `row` from one entry (without its line end). On `Err` whatever was already set is dropped.
    ///
    /// Sets at least `log_type` and `format`, and `start_time` where the entry has a time.
    fn parse(&self, entry: &[u8], context: &mut Context, row: &mut Row) -> Result<(), Reject>;

    /// What the entry has beyond the table of fields: (name, text). Asked only for an expanded log.
    fn extras(&self, _entry: &[u8]) -> Vec<(String, String)> {
        Vec::new()
    }

    /// For people: how the layout was recognised ("haproxy-tcp" → "three timers, two-character termination state").
    fn why(&self, layout: &str) -> &'static str;
}

/// Every format, the most specific first.
pub static FORMATS: &[&dyn Format] =
    &[&nevisproxy::NevisProxy, &haproxy::HaProxy, &paloalto::PaloAlto, &avi::Avi, &web::Web];

/// Index into [`FORMATS`].
pub type FormatIndex = usize;

/// The format whose messages may have several lines.
pub const NEVISPROXY: FormatIndex = 0;

/// Parses one entry: first with the format that read the entry before it, then with every format that claims it.
/// Where several fail, the reject that got furthest is reported.
pub fn parse_entry(
    entry: &[u8],
    last: &mut Option<FormatIndex>,
    context: &mut Context,
    row: &mut Row,
) -> Result<FormatIndex, Reject> {
    let mut furthest: Option<Reject> = None;
    let candidates = last.iter().copied().chain((0..FORMATS.len()).filter(|i| Some(*i) != *last));
    for (nth, index) in candidates.enumerate() {
        let format = FORMATS[index];
        let trusted = nth == 0 && last.is_some();
        if !trusted && !format.claims(entry) {
            continue;
        }
        row.clear();
        match format.parse(entry, context, row) {
            Ok(()) => {
                *last = Some(index);
                return Ok(index);
            }
            Err(reject) if furthest.is_none_or(|f| reject.column > f.column) => furthest = Some(reject),
            Err(_) => {}
        }
    }
    row.clear();
    Err(furthest.unwrap_or(Reject::at(Reason::UnknownFormat, 0)))
}
