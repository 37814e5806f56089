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
use super::compile::{self, Step};
pub use super::compile::{CompileError, HTTP, HTTP_CLF, HTTPS, TCP, TCP_CLF};
use super::session::Session;
use super::walk::Walk;
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

/// Steps of a cut line that must have their value: client, port and date of the usual formats.
const ENOUGH: usize = 6;

impl CustomFormat {
    /// Compiles a format string, a `log-format` line, or a piece of a configuration that holds one.
    pub fn compile(directive: &str) -> Result<Self, CompileError> {
        let found = compile::find(directive)?;
        let (mut steps, json) = compile::compile(&found.format)?;
        for step in &mut steps {
            if let Step::Value { take, name, .. } = step
                && let Some(field) = captured(name, &found.captures)
            {
                *take = Take::Text(field);
            }
        }
        Ok(Self { steps, json, captures: found.captures })
    }

    /// Fills `row` from one entry, whatever a collector put before it.
    pub fn parse(&self, entry: &[u8], context: &mut Context, row: &mut Row) -> Result<(), Reject> {
        self.read(entry, context, row, &mut Vec::new())
    }

    /// Values that have no field, under the names of the directive.
    pub fn extras(&self, entry: &[u8]) -> Vec<(String, String)> {
        let mut extras = Vec::new();
        let _ = self.read(entry, &mut Context::new(1970), &mut Row::new(), &mut extras);
        extras
    }

    fn read(
        &self,
        entry: &[u8],
        context: &mut Context,
        row: &mut Row,
        extras: &mut Vec<(String, String)>,
    ) -> Result<(), Reject> {
        let own = matches!(self.steps.first(), Some(Step::Literal(text)) if text.starts_with(b"{"));
        if !own && self.json.is_none() {
            // What a collector put into JSON.
            let line = |text: &[u8], begin: usize, context: &mut Context, row: &mut Row| {
                self.read_line(text, begin, context, row, extras)
            };
            if let Some(read) = wrapped::read(entry, context, row, line) {
                return read;
            }
        }
        self.read_line(entry, 0, context, row, extras)
    }

    fn read_line(
        &self,
        entry: &[u8],
        from: usize,
        context: &mut Context,
        row: &mut Row,
        extras: &mut Vec<(String, String)>,
    ) -> Result<(), Reject> {
        if let Some(keys) = &self.json {
            let take = |name: &str| keys.iter().find(|(key, _)| key == name).map(|(_, take)| *take);
            return json::read(entry, from, take, b"haproxy-custom", context, row, extras);
        }
        let (header, bodies) = syslog::header(entry, from);
        // `message repeated 3 times: [ … ]`
        let entry = if header.repeated { entry.strip_suffix(b"]").unwrap_or(entry) } else { entry };
        let mut best: Option<(usize, Walk)> = None;
        let first = from + super::glued(&entry[from..]);
        let has_header = header.process.len > 0 || header.stamp.len > 0;
        let likely = if has_header { [bodies[0], bodies[1], first] } else { [first, bodies[0], bodies[1]] };
        for begin in likely.into_iter().chain(tags(entry, from)) {
            let begin = begin.min(entry.len());
            let mut walk = Walk::new(&self.steps, entry);
            if walk.step(0, begin) {
                (walk.whole, walk.reached) = (true, self.steps.len());
                best = Some((begin, walk));
                break;
            }
            // A good part of a line, up to its end: it was cut.
            let enough = ENOUGH.min(self.steps.len() / 2);
            if walk.reached >= enough && best.as_ref().is_none_or(|best| best.1.reached < walk.reached) {
                best = Some((begin, walk));
            }
        }
        let Some((begin, walk)) = best else { return Err(Reject::at(Reason::UnknownFormat, 0)) };
        let prefix = syslog::before(entry, from, begin);
        set_prefix(entry, &prefix, row);
        let session = Session::new(prefix.zone(entry));
        self.set(session, &walk, entry, context, row, extras);
        if !walk.whole {
            row.flag(Field::Truncated, true);
        }
        Ok(())
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
            let Step::Value { take, name, .. } = step else { continue };
            let mut span = spans[nth];
            match take {
                Take::Request if !walk.whole && nth + 1 == walk.reached => {
                    session.take_cut(span, entry, row);
                }
                Take::Block(field) => self.set_block(*field, span, entry, row),
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
        session.finish(b"haproxy-custom", row);
    }

    /// `{shop.example|curl/8.5}`: by name where the configuration told, else by what it can only be.
    fn set_block(&self, field: Field, block: Span, entry: &[u8], row: &mut Row) {
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
            if let Some(field) = alias::header(name, of_response) {
                request::set_decoded(field, Span::new(at, at + capture.len()), entry, row);
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
