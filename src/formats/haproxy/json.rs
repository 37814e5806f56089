//! Sessions as JSON, one object a line: `%{+json}o` since HAProxy 3.0, and what people write by hand since 1.5:
//!
//! ```text
//! {"ci":"10.0.1.2","cp":33313,"t":"18/Nov/2026:10:24:14.443","ft":"fe~","b":"be","s":"srv1","Tw":0,"Tc":0,"Tt":7,"ts":"--"}
//! {"time_local":"18/Nov/2026:10:24:14.443","client":"10.0.1.2:33313","status":"404","request":"GET /a?x="1" HTTP/1.1"}
//! ```
//!
//! Written by hand it is no JSON wherever a value holds a quote: a string ends where the next key or the end follows.

use super::alias::{self, Take};
use super::session::Session;
use super::{Context, set_prefix, wrapped};
use crate::record::{Field, Reason, Reject, Row, Span};
use crate::text::{Cursor, syslog};

/// More members than any log has; what follows them is not read.
const MOST: usize = 200;

/// One member: its key, where its value stands, and whether it has its end.
struct Member<'a> {
    key: &'a str,
    value: Span,
    closed: bool,
}

/// The members of the object that begins at `at`, those of objects within it too.
struct Members<'a> {
    cursor: Cursor<'a>,
    left: usize,
}

impl<'a> Members<'a> {
    fn new(text: &'a [u8], at: usize) -> Self {
        Self { cursor: Cursor::new(text, at), left: MOST }
    }

    /// The string behind the quote that was stepped over: it ends at a quote that the next key or an end follows.
    fn string(&mut self) -> (Span, bool) {
        let (text, start) = (self.cursor.text, self.cursor.at);
        let mut at = start;
        while let Some(found) = memchr::memchr2(b'"', b'\\', text.get(at..).unwrap_or_default()) {
            at += found;
            if text[at] == b'"' && ends(&text[at + 1..]) {
                self.cursor.at = at + 1;
                return (Span::new(start, at), true);
            }
            at += if text[at] == b'"' { 1 } else { 2 };
        }
        self.cursor.at = text.len();
        (Span::new(start, text.len()), false)
    }
}

/// True where a member may end: `,"key":`, `}`, or nothing more.
fn ends(rest: &[u8]) -> bool {
    match rest.trim_ascii_start() {
        [] | [b'}' | b']', ..] => true,
        [b',', rest @ ..] => {
            let [b'"', rest @ ..] = rest.trim_ascii_start() else { return false };
            let key = rest.iter().take(80).position(|byte| *byte == b'"');
            key.is_some_and(|end| rest[end + 1..].trim_ascii_start().first() == Some(&b':'))
        }
        _ => false,
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = Member<'a>;

    fn next(&mut self) -> Option<Member<'a>> {
        while self.left > 0 {
            self.left -= 1;
            self.cursor.until(b'"');
            if !self.cursor.eat(b'"') {
                return None;
            }
            let key = self.cursor.until(b'"');
            if !self.cursor.eat(b'"') {
                return None;
            }
            self.cursor.skip_blanks();
            if !self.cursor.eat(b':') {
                continue;
            }
            self.cursor.skip_blanks();
            let (value, closed) = match self.cursor.peek() {
                Some(b'"') => {
                    self.cursor.at += 1;
                    self.string()
                }
                Some(b'{') => continue,
                _ => {
                    let start = self.cursor.at;
                    let rest = self.cursor.rest();
                    let len = rest.iter().position(|byte| matches!(byte, b',' | b'}' | b']'));
                    self.cursor.at += len.unwrap_or(rest.len());
                    let word = rest[..self.cursor.at - start].trim_ascii_end();
                    let end = start + if word == b"null" { 0 } else { word.len() };
                    (Span::new(start, end), len.is_some())
                }
            };
            let Ok(key) = str::from_utf8(key.of(self.cursor.text)) else { continue };
            return Some(Member { key, value, closed });
        }
        None
    }
}

/// True where an object of the line has the keys of a session.
pub(super) fn claims(entry: &[u8]) -> bool {
    memchr::memmem::find(entry, b"{\"").is_some_and(|at| is_telling(entry, at))
}

/// A termination state, two of HAProxy's timers, or frontend, backend and server: no other log has them. (Avi's has two
/// keys for its pool, and a server.)
fn is_telling(text: &[u8], at: usize) -> bool {
    let (mut timers, mut names) = (0, [false; 3]);
    Members::new(text, at).any(|member| {
        match alias::key(member.key) {
            Some(Take::State) if super::parts::is_state(member.value.of(text)) => return true,
            Some(Take::Timer(_) | Take::Total(_)) if alias::is_timer(member.key) => timers += 1,
            Some(Take::Frontend) => names[0] = true,
            Some(Take::Text(Field::PoolName)) => names[1] = true,
            Some(Take::Text(Field::ServerName)) => names[2] = true,
            _ => {}
        }
        timers >= 2 || names == [true; 3]
    })
}

/// Reads a line of which no directive is known.
pub(super) fn read_any(text: &[u8], begin: usize, context: &mut Context, row: &mut Row) -> Result<(), Reject> {
    let object = memchr::memmem::find(&text[begin..], b"{\"").map(|at| begin + at);
    match object.filter(|at| is_telling(text, *at)) {
        Some(_) => read(text, begin, alias::key, b"haproxy-json", context, row, &mut Vec::new()),
        None => Err(Reject::at(Reason::UnknownFormat, begin)),
    }
}

/// Values of the members that have no field.
pub(super) fn extras(entry: &[u8]) -> Vec<(String, String)> {
    let mut extras = Vec::new();
    let context = &mut Context::new(1970);
    let _ = read(entry, 0, alias::key, b"haproxy-json", context, &mut Row::new(), &mut extras);
    extras
}

/// Reads the object of a line; `take` says what the value of a key is.
pub(super) fn read(
    text: &[u8],
    begin: usize,
    take: impl Fn(&str) -> Option<Take>,
    format: &[u8],
    context: &mut Context,
    row: &mut Row,
    extras: &mut Vec<(String, String)>,
) -> Result<(), Reject> {
    let unknown = Reject::at(Reason::UnknownFormat, begin);
    let object = begin + memchr::memchr(b'{', &text[begin..]).ok_or(unknown)?;
    let prefix = syslog::before(text, begin, object);
    set_prefix(text, &prefix, row);
    let mut session = Session::new(prefix.zone(text));
    let (mut known, mut cut) = (0, true);
    for member in Members::new(text, object) {
        cut = !member.closed;
        match take(member.key).filter(|take| *take != Take::Other) {
            // Of what the line's end cut, only a request is worth its beginning.
            Some(_) if cut => {}
            Some(take) => {
                known += 1;
                set(&mut session, take, member.value, text, context, row);
            }
            None => {
                let value = wrapped::unescape(member.value.of(text));
                extras.push((member.key.to_owned(), String::from_utf8_lossy(&value).into_owned()));
            }
        }
    }
    if known == 0 {
        return Err(unknown);
    }
    session.finish(format, row);
    if row.cell(Field::StartTime).is_none()
        && let Some(time) = prefix.time(text, &mut context.clock, context.since)
    {
        row.int(Field::StartTime, time, prefix.stamp);
    }
    if cut || !text.trim_ascii_end().ends_with(b"}") {
        row.flag(Field::Truncated, true);
    }
    Ok(())
}

/// Sets a value; one with escapes is read from a copy without them.
pub(super) fn set(session: &mut Session, take: Take, value: Span, text: &[u8], context: &mut Context, row: &mut Row) {
    if memchr::memchr(b'\\', value.of(text)).is_none() {
        session.take(take, value, text, context, row);
        return;
    }
    let plain = wrapped::unescape(value.of(text));
    let mut inner = Row::new();
    session.take(take, Span::new(0, plain.len()), &plain, context, &mut inner);
    wrapped::copy(&inner, &plain, value, row);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_of_another_balancer_is_not_claimed() {
        // Both keys of a pool and a server, but no frontend.
        let avi = br#"{"adf":true,"virtualservice":"virtualservice-1","pool":"pool-2","pool_name":"orders","server_name":"api-02"}"#;
        assert!(!claims(avi));
        assert!(claims(br#"{"frontend":"fe","pool_name":"orders","server_name":"api-02"}"#));
    }
}
