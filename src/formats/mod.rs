//! The log formats, each behind the one [`Format`] trait, and the detection that runs per entry: mixed files work.
//!
//! A format never panics and never stops the file: it fills a row or says why not.

pub mod avi;
pub mod haproxy;
pub mod nevisproxy;
pub mod paloalto;
mod request_line;
pub mod web;
mod wrapped;

use crate::record::{Field, Key, Reason, Reject, Row, Sink, Span, plain};
use crate::text::{Clock, Since, syslog};
use haproxy::custom::CustomFormat;
use std::any::Any;
use std::fmt;
use std::rc::Rc;

/// What a parser may remember from entry to entry, and what it is told about the source.
#[derive(Debug)]
pub struct Context {
    /// Remembers the last date it converted: consecutive lines mostly share it.
    pub clock: Clock,
    /// Remembers the prefix of the last traffic line: only its stamp changes from line to line.
    pub prefix: syslog::Last,
    /// The months that stamps without a year lie in.
    pub since: Since,
    /// Seconds east of UTC for stamps that have no zone, where the source tells; of formats that ask for it.
    pub zone: Option<i32>,
    /// The source has a summary of each transaction (nevisProxy's NProxyOp): its other lines do not count as requests.
    pub summaries: bool,
    /// A number alone behind an access line is how long the request took, in microseconds (Apache's `%D`).
    pub micros: bool,
    /// What the first line of the source says about the others.
    pub told: Option<Rc<Told>>,
    /// The only format to read with, where somebody says so.
    pub only: Option<FormatIndex>,
    /// The `log-format` of HAProxy's configuration, where somebody gives it.
    pub custom: Option<Rc<CustomFormat>>,
}

impl Context {
    /// `since`: a year, or the months that stamps without one lie in.
    pub fn new(since: impl Into<Since>) -> Self {
        let (clock, prefix) = (Clock::default(), syslog::Last::default());
        let since = since.into();
        Self { clock, prefix, since, zone: None, summaries: false, micros: false, told: None, only: None, custom: None }
    }

    /// As somebody says: every stamp without zone is of this one, and whatever the entries look like, they are of this
    /// format.
    pub fn set(&mut self, zone: Option<i32>, only: Option<FormatIndex>) {
        if let Some(seconds) = zone {
            self.zone = zone;
            self.clock.set_zone(seconds);
        }
        self.only = only;
    }
}

/// What a format made of the first line of a source: the columns of a table, for example. Only the piece at the start of
/// the source sees that line, the pieces behind it are told.
pub struct Told {
    pub format: FormatIndex,
    /// The line itself, without its end.
    pub header: Box<[u8]>,
    what: Box<dyn Any>,
}

impl Told {
    /// What the format that asks made of the line; `None` where another format did.
    pub fn what<T: 'static>(&self) -> Option<&T> {
        self.what.downcast_ref()
    }
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Told").field("format", &FORMATS[self.format].id()).finish_non_exhaustive()
    }
}

/// What the first line of a source, without its end, tells about the others.
pub fn told_by(header: &[u8]) -> Option<Told> {
    let (format, what) =
        FORMATS.iter().enumerate().find_map(|(index, format)| Some((index, format.header(header)?)))?;
    Some(Told { format, header: header.into(), what })
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

    /// What the first line of a source tells about the others; `None` where it is no such line of this format. Whatever
    /// it is comes back to `parse` in [`Context::told`].
    fn header(&self, _line: &[u8]) -> Option<Box<dyn Any>> {
        None
    }

    /// What the entry has beyond the table of fields: (name, text). Asked only for an expanded log.
    fn extras(&self, _entry: &[u8]) -> Vec<(String, String)> {
        Vec::new()
    }

    /// The same in a source whose first line told something.
    fn extras_told(&self, entry: &[u8], _told: &Told) -> Vec<(String, String)> {
        self.extras(entry)
    }

    /// Calls `each` with the values of a key that has no column, dots between the keys that lead to it. Asked only by
    /// searches, of entries of a layout that [`keyed`] names.
    fn each_value(&self, entry: &[u8], told: Option<&Told>, key: Key, each: &mut dyn FnMut(&str)) {
        let extras = told.map_or_else(|| self.extras(entry), |told| self.extras_told(entry, told));
        each_extra(&extras, key, each);
    }

    /// For people: how the layout was recognised ("haproxy-tcp" → "three timers, two-character termination state").
    fn why(&self, layout: &str) -> &'static str;
}

/// Every format, the most specific first.
pub static FORMATS: &[&dyn Format] =
    &[&nevisproxy::NevisProxy, &haproxy::HaProxy, &paloalto::PaloAlto, &avi::Avi, &web::Web];

/// The format whose entries, where they are of this layout, may have a value of the key.
pub fn keyed(layout: &[u8], key: Key) -> Option<&'static dyn Format> {
    let of =
        |format: &&&dyn Format| layout.strip_prefix(format.id().as_bytes()).is_some_and(|rest| rest.starts_with(b"-"));
    let is_avi = layout.starts_with(b"avi-") && layout != b"avi-header";
    FORMATS.iter().find(of).copied().filter(|_| is_avi || key.as_extra().is_some())
}

/// Calls `each` with what an entry of this layout has under the key; `custom` is the log-format of its source.
pub fn each_value(
    (layout, entry): (&[u8], &[u8]),
    told: Option<&Told>,
    custom: Option<&CustomFormat>,
    key: Key,
    each: &mut dyn FnMut(&str),
) {
    match (keyed(layout, key), custom) {
        (Some(_), Some(custom)) if layout == haproxy::CUSTOM => each_extra(&custom.extras(entry), key, each),
        (Some(format), _) => format.each_value(entry, told, key, each),
        _ => {}
    }
}

fn each_extra(extras: &[(String, String)], key: Key, each: &mut dyn FnMut(&str)) {
    let wanted = key.as_extra();
    extras.iter().filter(|(name, _)| Some(&*plain(name)) == wanted).for_each(|(_, value)| each(value));
}

/// Index into [`FORMATS`].
pub type FormatIndex = usize;

/// The format whose messages may have several lines.
pub const NEVISPROXY: FormatIndex = 0;
const HAPROXY: FormatIndex = 1;

/// An entry that was read from number to number, without a question asked twice.
#[derive(Clone, Copy, Debug)]
pub struct Plain {
    /// The value of the field `format`.
    pub layout: &'static [u8],
    /// The value of the field `start_time`.
    pub start: i64,
    /// Where the termination state stands.
    pub state: Span,
}

/// All fields that [`read_plain`] and the verdict on what it read may set: those of one entry, and those that many in a row
/// have in common.
pub const PLAIN_FIELDS: (&[Field], &[Field]) = (haproxy::PLAIN_FIELDS, haproxy::PLAIN_COMMON);

/// Reads the entry `text[..end]`, where the one before it was of `format` and this is as plain as nearly all are. `None`
/// where it is not, or the format has no such reader: then what was set is to be dropped and [`parse_entry`] asked, which
/// says the same of plain entries. Of the text behind the entry the first bytes are looked at, not read.
#[inline]
pub fn read_plain(
    format: FormatIndex,
    text: &[u8],
    end: usize,
    context: &mut Context,
    sink: &mut impl Sink,
) -> Option<Plain> {
    match format {
        HAPROXY => haproxy::read_plain(text, end, context, sink),
        _ => None,
    }
}

/// Whether [`read_plain`] reads anything of a format: a row that is opened in vain costs as much as a field of it.
#[inline]
pub fn reads_plain(format: FormatIndex, context: &Context) -> bool {
    // With a format of its own, a log that looks like a usual one may mean something else.
    format == HAPROXY && context.custom.is_none()
}

/// Parses one entry: first with the format that read the entry before it, then with every format that claims it.
/// Where several fail, the reject that got furthest is reported.
pub fn parse_entry(
    entry: &[u8],
    last: &mut Option<FormatIndex>,
    context: &mut Context,
    row: &mut Row,
) -> Result<FormatIndex, Reject> {
    if let Some(only) = context.only {
        row.clear();
        let result = FORMATS[only].parse(entry, context, row);
        return match result {
            Ok(()) => Ok(*last.insert(only)),
            Err(reject) => {
                row.clear();
                Err(reject)
            }
        };
    }
    let mut furthest: Option<Reject> = None;
    let told = context.told.as_ref().map(|told| told.format);
    let custom = context.custom.as_ref().map(|_| HAPROXY);
    let trusted = |index: FormatIndex| [*last, told, custom].contains(&Some(index));
    let last_one = last.filter(|last| Some(*last) != custom);
    let first = custom.into_iter().chain(last_one).chain(told.filter(|told| ![custom, *last].contains(&Some(*told))));
    let candidates = first.chain((0..FORMATS.len()).filter(|index| !trusted(*index)));
    for index in candidates {
        let format = FORMATS[index];
        if !trusted(index) && !format.claims(entry) {
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

/// What an entry that `index` read into `row` has beyond the table of fields.
pub fn extras(index: FormatIndex, entry: &[u8], context: &Context, row: &Row) -> Vec<(String, String)> {
    let layout = row.get_text(Field::Format, entry);
    match (&context.custom, &context.told) {
        (Some(custom), _) if layout == Some(haproxy::CUSTOM) => custom.extras(entry),
        (_, Some(told)) => FORMATS[index].extras_told(entry, told),
        _ => FORMATS[index].extras(entry),
    }
}
