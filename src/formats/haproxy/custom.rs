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

use super::alias::{self, Take};
pub use super::compile::CompileError;
use super::compile::{self, Step};
use super::directive::{self, Placed};
pub use super::directive::{HTTP, HTTP_CLF, HTTPS, TCP, TCP_CLF};
use super::session::Session;
use super::walk::{self, Walk};
use super::{Context, http, json, request, set_prefix, wrapped};
use crate::record::{Field, Reason, Reject, Row, Span};
use crate::text::syslog;

/// A compiled directive.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomFormat {
    steps: Vec<Step>,
    /// Every value is a member of one object: keys and what they are.
    json: Option<Vec<(String, Take)>>,
    /// Names of captured headers by position, from the same configuration.
    captures: [Vec<String>; 2],
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
        let found = directive::find(directive)?;
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
        let mut captures = found.captures;
        for (given, names) in [requests, responses].into_iter().zip(&mut captures) {
            let given: Vec<_> = given.split(['|', ',']).map(|name| name.trim().to_owned()).collect();
            if given.iter().any(|name| !name.is_empty()) {
                *names = given;
            }
        }
        for step in &mut steps {
            if let Step::Value { take, name, .. } = step
                && let Some(field) = captured(name, &captures)
            {
                *take = Take::Text(field);
            }
        }
        Ok(Self { steps, json, captures })
    }

    /// Fills `row` from one entry, whatever a collector put before it.
    pub fn parse(&self, entry: &[u8], context: &mut Context, row: &mut Row) -> Result<(), Reject> {
        self.read(entry, context, row, &mut Notes::default())
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
        let is_whole = |row: &Row| row.get_int(Field::Truncated) != Some(1);
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
        let mut notes = Notes::default();
        let _ = self.read(entry, &mut Context::new(1970), &mut Row::new(), &mut notes);
        notes.extras
    }

    /// Why the format does not read the entry as a whole; `None` where it does.
    pub fn miss(&self, entry: &[u8]) -> Option<Miss> {
        let mut notes = Notes::default();
        let read = self.read(entry, &mut Context::new(1970), &mut Row::new(), &mut notes);
        let other = || Miss { at: 0, expected: "one of the keys of the format".to_owned() };
        notes.miss.or_else(|| read.is_err().then(other))
    }

    fn read(&self, entry: &[u8], context: &mut Context, row: &mut Row, notes: &mut Notes) -> Result<(), Reject> {
        let own = matches!(self.steps.first(), Some(Step::Literal(text)) if text.starts_with(b"{"));
        if !own && self.json.is_none() {
            // What a collector put into JSON.
            let line = |text: &[u8], begin: usize, context: &mut Context, row: &mut Row| {
                self.read_line(text, begin, context, row, notes)
            };
            if let Some(read) = wrapped::read(entry, context, row, line) {
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
                Take::Block(field) => self.set_block(*field, span, entry, row, extras),
                Take::List => self.set_list(span, entry, row),
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

    /// `{shop.example|curl/8.5}`: by name where the configuration told, else by what it can only be.
    fn set_block(&self, field: Field, block: Span, entry: &[u8], row: &mut Row, extras: &mut Vec<(String, String)>) {
        if block.len == 0 {
            return;
        }
        if block.of(entry).iter().any(|byte| *byte != b'|') {
            request::set_decoded(field, block, entry, row);
        }
        let of_response = field == Field::CapturedResponseHeaders;
        let names = &self.captures[usize::from(of_response)];
        if names.is_empty() {
            let more = entry.get(block.start as usize + block.len as usize + 1..).unwrap_or_default();
            request::set_known(!of_response, !of_response && more.starts_with(b" {"), block, entry, row);
            return;
        }
        let mut at = block.start as usize;
        for (capture, name) in block.of(entry).split(|byte| *byte == b'|').zip(names) {
            match alias::header(name, of_response) {
                Some(field) => request::set_decoded(field, Span::new(at, at + capture.len()), entry, row),
                None if name.is_empty() || capture.is_empty() => {}
                None => extras.push((name.clone(), String::from_utf8_lossy(&request::decoded(capture)).into_owned())),
            }
            at += capture.len() + 1;
        }
    }

    /// `"shop.example" "curl/8.5"`
    fn set_list(&self, list: Span, entry: &[u8], row: &mut Row) {
        super::clf::read_captured(
            &mut crate::text::Cursor::new(&entry[..(list.start + list.len) as usize], list.start as usize),
            row,
        );
    }
}

/// The field of `[capture.req.hdr(1)]`, where the configuration names what is captured.
fn captured(name: &str, captures: &[Vec<String>; 2]) -> Option<Field> {
    let (side, rest) = match name.strip_prefix("[capture.req.hdr(") {
        Some(rest) => (0, rest),
        None => (1, name.strip_prefix("[capture.res.hdr(")?),
    };
    let position: usize = rest.split(')').next()?.trim().parse().ok()?;
    alias::header(captures[side].get(position)?, side == 1)
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
