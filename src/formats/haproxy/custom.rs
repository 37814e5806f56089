//! A `log-format` directive as a parser: the directive is compiled to steps, and a line is read by walking them.
//!
//! ```text
//! log-format "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq"
//! log-format '{"client":"%ci","status":%ST,"request":"%r"}'
//! log-format "%{+json}o %(client)ci %(status)ST"
//! ```
//!
//! A value ends where the text of the directive goes on. That text may occur within the value (an IPv6 address holds
//! colons, a cookie blanks), so the walk goes back to the next place where it occurs, a limited number of times.

use super::alias::Take;
use super::captures::Captures;
pub use super::compile::CompileError;
use super::compile::{self, Step};
use super::directive::{self, Found, Placed};
pub use super::directive::{HTTP, HTTP_CLF, HTTPS, TCP, TCP_CLF};
use super::session::Session;
use super::walk::{self, Walk};
use super::{Context, http, json, set_prefix, wrapped};
use crate::record::{Field, Reason, Reject, Row, Span};
use crate::text::syslog;

/// What was pasted, compiled: a layout for each frontend that has one of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomFormat {
    layouts: Vec<Layout>,
}

/// A compiled directive.
#[derive(Debug, Clone, PartialEq)]
struct Layout {
    /// The frontend that writes it; empty where none is known.
    frontend: String,
    steps: Vec<Step>,
    /// Every value is a member of one object: keys and what they are.
    json: Option<Vec<(String, Take)>>,
    captures: Captures,
}

/// Why an entry is not of the format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// Byte of the entry, or of the line that a collector put into it.
    pub at: usize,
    /// What stands there by the format, for people.
    pub expected: String,
}

/// What reading finds beside the fields.
#[derive(Default)]
struct Notes {
    /// Values that have no field, under the names of the directive.
    extras: Vec<(String, String)>,
    miss: Option<Miss>,
}

/// Steps of a cut line that must have their value: client, port and date of the usual formats.
const ENOUGH: usize = 6;

impl CustomFormat {
    /// Compiles a format string, a `log-format` line, or a piece of a configuration that holds one.
    pub fn compile(directive: &str) -> Result<Self, CompileError> {
        Self::with_captures(directive, "", "")
    }

    /// The same, with names of captured request and response headers, by position: `Host|User-Agent`. They count before
    /// those of the configuration.
    pub fn with_captures(directive: &str, requests: &str, responses: &str) -> Result<Self, CompileError> {
        let given = [requests, responses];
        let layouts = directive::find(directive)?.into_iter().map(|found| Layout::compile(found, given));
        Ok(Self { layouts: layouts.collect::<Result<_, _>>()? })
    }

    /// Fills `row` from one entry, whatever a collector put before it.
    pub fn parse(&self, entry: &[u8], context: &mut Context, row: &mut Row) -> Result<(), Reject> {
        self.pick(entry, context, row).0
    }

    /// Reads an entry with the layout that is its own: it reads the line whole, and its frontend has the name that
    /// stands there; else the first that reads it whole, else the first that reads it.
    fn pick(&self, entry: &[u8], context: &mut Context, row: &mut Row) -> (Result<(), Reject>, &Layout) {
        let first = &self.layouts[0];
        let (mut best, mut known) = (None, 0);
        for layout in &self.layouts {
            row.clear();
            let read = layout.read(entry, context, row, &mut Notes::default());
            if self.layouts.len() == 1 {
                return (read, layout);
            }
            let of_it = row.get_text(Field::VirtualService, entry) == Some(layout.frontend.as_bytes());
            let rank = u8::from(read.is_ok()) + u8::from(read.is_ok() && is_whole(row)) * (1 + u8::from(of_it));
            if rank == 3 {
                return (read, layout);
            }
            if rank > known {
                (best, known) = (Some(layout), rank);
            }
        }
        row.clear();
        let layout = best.unwrap_or(first);
        (layout.read(entry, context, row, &mut Notes::default()), layout)
    }

    /// The same for a log of which HAProxy wrote other lines too: about servers, and what other frontends wrote in
    /// formats of its own. `other` reads those.
    pub(super) fn parse_or(
        &self,
        entry: &[u8],
        context: &mut Context,
        row: &mut Row,
        other: fn(&[u8], &mut Context, &mut Row) -> Result<(), Reject>,
    ) -> Result<(), Reject> {
        let own = self.parse(entry, context, row);
        if own.is_ok() && is_whole(row) {
            return own;
        }
        row.clear();
        let whole = other(entry, context, row).is_ok() && is_whole(row);
        if whole {
            return Ok(());
        }
        row.clear();
        match own {
            Ok(()) => self.parse(entry, context, row),
            Err(reject) => other(entry, context, row).map_err(|_| reject),
        }
    }

    /// Values that have no field, under the names of the directive.
    pub fn extras(&self, entry: &[u8]) -> Vec<(String, String)> {
        self.notes(entry).1.extras
    }

    /// Why the format does not read the entry as a whole; `None` where it does.
    pub fn miss(&self, entry: &[u8]) -> Option<Miss> {
        let (read, notes) = self.notes(entry);
        let other = || Miss { at: 0, expected: "one of the keys of the format".to_owned() };
        notes.miss.or_else(|| read.is_err().then(other))
    }

    fn notes(&self, entry: &[u8]) -> (Result<(), Reject>, Notes) {
        let (context, row, mut notes) = (&mut Context::new(1970), &mut Row::new(), Notes::default());
        let layout = self.pick(entry, context, row).1;
        row.clear();
        (layout.read(entry, context, row, &mut notes), notes)
    }
}

fn is_whole(row: &Row) -> bool {
    row.get_int(Field::Truncated) != Some(1)
}

impl Layout {
    /// `given`: names of captured request and response headers.
    fn compile(found: Found, given: [&str; 2]) -> Result<Self, CompileError> {
        let placed = |text: &Placed| {
            compile::compile(&text.text).map_err(|error| CompileError { at: text.place(error.at), ..error })
        };
        let (mut steps, json) = match &found.data {
            // What follows structured data of which no format is known is a text.
            Some(_) if found.format.text.is_empty() => (vec![compile::message()], None),
            _ => placed(&found.format)?,
        };
        if let (Some(data), None) = (&found.data, &json) {
            let mut data = placed(data)?.0;
            data.push(Step::Blank);
            steps.splice(0..0, data);
        }
        if steps.len() > compile::STEPS {
            return Err(compile::too_many());
        }
        let captures = Captures::new(found.captures, given);
        for step in &mut steps {
            if let Step::Value { take, name, .. } = step
                && let Some(field) = captures.field(name)
            {
                *take = Take::Text(field);
            }
        }
        Ok(Self { frontend: found.frontend, steps, json, captures })
    }

    fn read(&self, entry: &[u8], context: &mut Context, row: &mut Row, notes: &mut Notes) -> Result<(), Reject> {
        let own = matches!(self.steps.first(), Some(Step::Literal(text)) if text.starts_with(b"{"));
        if !own && self.json.is_none() {
            // What a collector put into JSON.
            let mut line = |text: &[u8], begin: usize, context: &mut Context, row: &mut Row| {
                self.read_line(text, begin, context, row, notes)
            };
            if let Some(read) = wrapped::read(entry, context, row, &mut line) {
                return read;
            }
        }
        self.read_line(entry, 0, context, row, notes)
    }

    fn read_line(
        &self,
        entry: &[u8],
        from: usize,
        context: &mut Context,
        row: &mut Row,
        notes: &mut Notes,
    ) -> Result<(), Reject> {
        if let Some(keys) = &self.json {
            let take = |name: &str| keys.iter().find(|(key, _)| key == name).map(|(_, take)| *take);
            return json::read(entry, from, take, super::CUSTOM, context, row, &mut notes.extras);
        }
        let (header, bodies) = syslog::header(entry, from);
        // `message repeated 3 times: [ … ]`
        let entry = if header.repeated { entry.strip_suffix(b"]").unwrap_or(entry) } else { entry };
        let mut best: Option<(usize, Walk)> = None;
        let first = from + super::glued(&entry[from..]);
        let has_header = header.process.len > 0 || header.stamp.len > 0;
        let likely = if has_header { [bodies[0], bodies[1], first] } else { [first, bodies[0], bodies[1]] };
        let mut furthest: Option<walk::Furthest> = None;
        for begin in likely.into_iter().chain(self.data(entry, from)).chain(tags(entry, from)) {
            let begin = begin.min(entry.len());
            let mut walk = Walk::new(&self.steps, entry);
            if walk.step(0, begin) {
                (walk.whole, walk.reached) = (true, self.steps.len());
                best = Some((begin, walk));
                break;
            }
            // Where none comes further, the likeliest place tells.
            furthest = furthest.filter(|known| known.step >= walk.furthest.step).or(Some(walk.furthest));
            // A good part of a line, up to its end: it was cut.
            let enough = ENOUGH.min(self.steps.len() / 2);
            if walk.reached >= enough && best.as_ref().is_none_or(|best| best.1.reached < walk.reached) {
                best = Some((begin, walk));
            }
        }
        let furthest = furthest.unwrap_or_default();
        if best.as_ref().is_none_or(|(_, walk)| !walk.whole) {
            notes.miss = Some(Miss { at: furthest.at, expected: walk::expected(&self.steps, furthest.step) });
        }
        let Some((begin, walk)) = best else { return Err(Reject::at(Reason::LogFormat, furthest.at)) };
        let prefix = syslog::before(entry, from, begin);
        set_prefix(entry, &prefix, row);
        let session = Session::new(prefix.zone(entry));
        self.set(session, &walk, entry, context, row, &mut notes.extras);
        if !walk.whole {
            row.flag(Field::Truncated, true);
        }
        Ok(())
    }

    /// Places where structured data may begin: what is before it is the header.
    fn data<'e>(&'e self, entry: &'e [u8], from: usize) -> impl Iterator<Item = usize> + 'e {
        let first = match self.steps.first() {
            Some(Step::Literal(text)) if text.starts_with(b"[") => Some(&text[..]),
            _ => None,
        };
        let look = &entry[from..entry.len().min(from + 512)];
        first.into_iter().flat_map(move |text| memchr::memmem::find_iter(look, text).map(move |at| from + at).take(4))
    }

    /// Sets the values of a walk.
    fn set(
        &self,
        mut session: Session,
        walk: &Walk,
        entry: &[u8],
        context: &mut Context,
        row: &mut Row,
        extras: &mut Vec<(String, String)>,
    ) {
        let spans = if walk.whole { &walk.spans } else { &walk.cut };
        for (nth, step) in self.steps.iter().enumerate().take(walk.reached) {
            let Step::Value { take, name, escaped, .. } = step else { continue };
            let mut span = spans[nth];
            if *escaped && memchr::memchr(b'\\', span.of(entry)).is_some() {
                json::set(&mut session, *take, span, entry, context, row);
                continue;
            }
            match take {
                Take::Request if !walk.whole && nth + 1 == walk.reached => {
                    session.take_cut(span, entry, row);
                }
                Take::Block(field) => {
                    self.captures.set_block(*field, span, self.is_alone(spans, entry), entry, row, extras)
                }
                Take::List => self.captures.set_list(span, name == "hsl", entry, row, extras),
                Take::Other if span.len > 0 && span.of(entry) != b"-" => {
                    extras.push((name.clone(), String::from_utf8_lossy(span.of(entry)).into_owned()));
                }
                Take::Text(Field::CapturedRequestCookie | Field::CapturedResponseCookie) => {
                    span = cookie(&self.steps, spans, nth, entry);
                    row.text(text_field(*take), super::parts::unless_dash(span, entry));
                }
                _ => session.take(*take, span, entry, context, row),
            }
        }
        session.finish(super::CUSTOM, row);
    }

    /// True where the line has one block of captured headers, be it of the request or of the response.
    fn is_alone(&self, spans: &[Span], entry: &[u8]) -> bool {
        let is_block = |step: &Step| matches!(step, Step::Value { take: Take::Block(_), .. });
        let stands = |span: &Span| entry.get((span.start as usize).wrapping_sub(1)) == Some(&b'{');
        self.steps.iter().zip(spans).filter(|(step, span)| is_block(step) && stands(span)).count() < 2
    }
}

fn text_field(take: Take) -> Field {
    match take {
        Take::Text(field) => field,
        _ => Field::Message,
    }
}

/// A cookie may hold blanks: of two that stand side by side the border is found as in the built-in format.
fn cookie(steps: &[Step], spans: &[Span], nth: usize, entry: &[u8]) -> Span {
    let is = |at: usize, field: Field| matches!(steps.get(at), Some(Step::Value { take: Take::Text(known), quoted: false, .. }) if *known == field);
    let (first, second) = match steps[nth] {
        _ if is(nth, Field::CapturedRequestCookie) && is(nth + 2, Field::CapturedResponseCookie) => (nth, nth + 2),
        _ if nth > 1 && is(nth, Field::CapturedResponseCookie) && is(nth - 2, Field::CapturedRequestCookie) => {
            (nth - 2, nth)
        }
        _ => return spans[nth],
    };
    let begin = spans[first].start as usize;
    let end = spans[second].start as usize + spans[second].len as usize;
    let Some(both) = entry.get(begin..end).filter(|_| spans[second].start as usize > begin) else { return spans[nth] };
    let split = http::split_cookies(both);
    if nth == first { Span::new(begin, begin + split) } else { Span::new((begin + split + 1).min(end), end) }
}

/// Places behind a syslog tag, where the message may begin.
fn tags(entry: &[u8], from: usize) -> impl Iterator<Item = usize> + '_ {
    let look = &entry[from..entry.len().min(from + 512)];
    memchr::memmem::find_iter(look, b": ").map(move |at| from + at + 2).take(4)
}
