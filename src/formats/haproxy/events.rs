//! Lines that are not traffic: what HAProxy says about its servers and proxies, connections that failed before there
//! was a session, and `Connect from …`, which is written where no log format is set.
//!
//! ```text
//! Nov 18 10:24:11 edge1 haproxy[2201]: Server be_checkout/chk-03 is DOWN, reason: Layer7 timeout, check duration: 2001ms. …
//! Nov 18 10:24:12 edge1 haproxy[2201]: backend be_checkout has no server available!
//! Nov 18 10:24:13 edge1 haproxy[2201]: 198.51.100.9:4311 [18/Nov/2026:10:24:13.120] fe_https/tls1: SSL handshake failure
//! Nov 18 10:24:14 edge1 haproxy[2201]: Connect from 198.51.100.9:4312 to 192.0.2.1:25 (fe_smtp/TCP)
//! ```
//!
//! Other programs write to the same files: a line is only taken where its text is HAProxy's, or its tag is and it reads
//! like a message. These lines are rare, so they are read with nom.

use super::{Context, json, request, set_client, set_prefix};
use crate::record::{Field, Reason, Reject, Row, Span};
use crate::text::Cursor;
use crate::text::number::digits;
use crate::text::syslog::{self, Prefix};
use nom::branch::alt;
use nom::bytes::complete::{tag, take_till1, take_until1, take_while1};
use nom::character::complete::{char, digit1, space1};
use nom::combinator::{opt, rest, success, value};
use nom::sequence::{delimited, preceded, separated_pair, terminated};
use nom::{IResult, Parser};

type Parsed<'a, T> = IResult<&'a [u8], T>;

/// What an event says; empty where it names nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Event<'a> {
    kind: &'static str,
    frontend: &'a [u8],
    backend: &'a [u8],
    server: &'a [u8],
    /// `address:port` of the client, and where it connected to.
    client: &'a [u8],
    destination: &'a [u8],
}

fn event(kind: &'static str) -> Event<'static> {
    Event { kind, ..Event::default() }
}

/// True where the line is an event by its text or its tag, or would be traffic but for a cut.
pub(super) fn claims(entry: &[u8]) -> bool {
    find(entry, 0).is_some() || reject(entry, 0).column > 0 || json::claims(entry)
}

/// The event of a line, with its prefix and where its message begins.
fn find(text: &[u8], begin: usize) -> Option<(Prefix, usize, Event<'_>)> {
    // Without any header a word such as `reason:` would be taken for a tag.
    if let Some((_, event)) = text.get(begin..).and_then(|message| recognise(message).ok()) {
        return Some((Prefix::default(), begin, event));
    }
    let (prefix, bodies) = syslog::header(text, begin);
    for body in bodies {
        if let Some(event) = text.get(body..).and_then(|message| recognise(message).ok()) {
            // A word that belongs to the message is no host.
            let host = if body < bodies[1] { Span::NONE } else { prefix.host };
            return Some((Prefix { host, ..prefix }, body, event.1));
        }
    }
    let body = bodies[0];
    (is_haproxy(prefix.process.of(text)) && is_prose(&text[body..])).then_some((prefix, body, event("message")))
}

/// Reads a line that has no client and accept date.
pub(super) fn read(text: &[u8], begin: usize, context: &mut Context, row: &mut Row) -> Result<(), Reject> {
    let Some((prefix, body, event)) = find(text, begin) else {
        // Behind a syslog header a session may stand as JSON.
        return json::read_any(text, begin, context, row).map_err(|_| reject(text, begin));
    };
    set_prefix(text, &prefix, row);
    if let Some(time) = prefix.time(text, &mut context.clock, context.since) {
        row.int(Field::StartTime, time, prefix.stamp);
    } else if let Some((time, stamp)) = stderr_time(&text[body..], context) {
        row.int(Field::StartTime, time, Span::new(body + stamp.0, body + stamp.1));
    }
    if let Some(level) = level(&text[body..]) {
        row.word(Field::Severity, level);
    }
    let end = if prefix.repeated { text.strip_suffix(b"]").unwrap_or(text).len() } else { text.len() };
    set(text, Span::new(body, end), &event, row);
    Ok(())
}

fn set(text: &[u8], message: Span, event: &Event, row: &mut Row) {
    row.word(Field::LogType, b"event");
    row.word(Field::Format, b"haproxy-event");
    row.word(Field::EventKind, event.kind.as_bytes());
    row.text(Field::Message, message);
    row.text(Field::VirtualService, span_in(text, event.frontend));
    row.text(Field::PoolName, span_in(text, event.backend));
    row.text(Field::ServerName, span_in(text, event.server));
    if !event.client.is_empty() {
        // What is no address and port (`unknown source`) is left out.
        let _ = set_client(text, span_in(text, event.client), row);
    }
    if let Some(colon) = memchr::memrchr(b':', event.destination) {
        let span = span_in(text, event.destination);
        let port = Span::new(span.start as usize + colon + 1, span.start as usize + span.len as usize);
        row.text(Field::VsIp, Span::new(span.start as usize, span.start as usize + colon));
        if let Some(number) = crate::text::number::int(port.of(text)) {
            row.int(Field::VsPort, number, port);
        }
    }
}

/// Where `part`, a piece of `text`, stands in it.
fn span_in(text: &[u8], part: &[u8]) -> Span {
    match (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize) {
        Some(start) if !part.is_empty() && start + part.len() <= text.len() => Span::new(start, start + part.len()),
        _ => Span::NONE,
    }
}

/// `fe_https/tls1: SSL handshake failure` after client and date, and the line of the documented `error-log-format`:
/// `fe_https~ 1/1 34/000000000A00010B/0/0/0 -/TLSv1.3/(NONE)`. False, without a step, where it is a session.
pub(super) fn read_error(cursor: &mut Cursor, row: &mut Row) -> bool {
    let text = cursor.text;
    let Some(body) = text.get(cursor.at..).and_then(|rest| rest.strip_prefix(b" ")) else { return false };
    let first = body.iter().position(|byte| *byte == b' ').map_or(body, |blank| &body[..blank]);
    if let Some(listener) = first.strip_suffix(b":")
        && let Some(slash) = memchr::memchr(b'/', listener)
    {
        let message = body[first.len()..].trim_ascii_start();
        row.text(Field::VirtualService, span_in(text, &listener[..slash]));
        return set_error(span_in(text, message), row);
    }
    let mut fields = Cursor::new(body, first.len());
    let (mut tokens, start) = ([Span::NONE; 2], fields.at + 1);
    for token in &mut tokens {
        fields.eat(b' ');
        *token = fields.token();
    }
    let [connections, errors] = tokens.map(|token| token.of(body));
    let second = errors.split(|byte| *byte == b'/').nth(1).unwrap_or_default();
    let is_error = memchr::memchr_iter(b'/', connections).count() == 1
        && memchr::memchr_iter(b'/', errors).count() == 4
        && second.len() == 16
        && second.iter().all(u8::is_ascii_hexdigit);
    if !is_error {
        return false;
    }
    let tls = first.ends_with(b"~");
    row.text(Field::VirtualService, span_in(text, first.strip_suffix(b"~").unwrap_or(first)));
    row.flag(Field::Tls, tls);
    let at = span_in(text, body).start as usize;
    if fields.eat(b' ') {
        request::set_tls(&mut Cursor::new(text, at + fields.at), row);
    }
    set_error(Span::new(at + start, text.len()), row)
}

fn set_error(message: Span, row: &mut Row) -> bool {
    row.word(Field::LogType, b"event");
    row.word(Field::Format, b"haproxy-error");
    row.word(Field::EventKind, b"connection error");
    row.text(Field::Message, message);
    true
}

/// Why a line without client and date is none of ours, or could be but for a cut.
fn reject(text: &[u8], begin: usize) -> Reject {
    let (prefix, bodies) = syslog::header(text, begin);
    let body = &text[bodies[0].min(text.len())..];
    let cut = memchr::memmem::rfind(body, b" [").is_some_and(|at| {
        let client = body[..at].split(|byte| *byte == b' ').next_back().unwrap_or_default();
        let date = &body[at + 2..];
        client.contains(&b':')
            && date.len() < 25
            && date.iter().enumerate().all(|(i, b)| match i {
                2 | 6 => *b == b'/',
                3..=5 => b.is_ascii_alphabetic(),
                _ => b.is_ascii_digit() || matches!(b, b':' | b'.'),
            })
    });
    match text.len() {
        length if cut => Reject::at(Reason::CutShort, length),
        length if length == begin => Reject::at(Reason::Empty, 0),
        _ if is_haproxy(prefix.process.of(text)) => Reject::at(Reason::UnknownFormat, bodies[0]),
        _ => Reject::at(Reason::UnknownFormat, begin),
    }
}

/// `haproxy`, `hapee-lb`, `haproxy-ingress`
fn is_haproxy(process: &[u8]) -> bool {
    [&b"haproxy"[..], b"hapee", b"HAProxy"].iter().any(|name| memchr::memmem::find(process, name).is_some())
}

/// A message for people begins with a word; traffic in a custom log format holds numbers between slashes, quotes or
/// JSON.
fn is_prose(message: &[u8]) -> bool {
    let word = message.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let numbers = message.windows(3).any(|w| w[1] == b'/' && w[0].is_ascii_digit() && w[2].is_ascii_digit());
    word > 0 && matches!(message.get(word), Some(b' ' | b':' | b'(')) && !numbers && !message.contains(&b'"')
}

/// `[WARNING]  (4711) : …`: the level of a copy on stderr.
fn level(message: &[u8]) -> Option<&'static [u8]> {
    const LEVELS: [(&[u8], &[u8]); 5] = [
        (b"[ALERT]", b"alert"),
        (b"[WARNING]", b"warning"),
        (b"[NOTICE]", b"notice"),
        (b"[INFO]", b"info"),
        (b"[DIAG]", b"debug"),
    ];
    LEVELS.iter().find(|(label, _)| message.starts_with(label)).map(|(_, level)| *level)
}

/// `[ALERT] 321/102415 (4711) : …` (up to 2.3): day of the year, counted from 0, and time of day, without year. With
/// where it stands.
fn stderr_time(message: &[u8], context: &mut Context) -> Option<(i64, (usize, usize))> {
    level(message)?;
    let start = message.iter().position(u8::is_ascii_digit)?;
    let stamp = message.get(start..start + 10).filter(|stamp| message[start - 1] == b' ' && stamp[3] == b'/')?;
    let day = digits(&stamp[..3]).filter(|day| *day < 366)?;
    let [h, hh, m, mm, s, ss] = stamp[4..].first_chunk().copied()?;
    let new_year = [b"Jan  1 ", &[h, hh, b':', m, mm, b':', s, ss][..]].concat();
    let in_year = |year: i32| {
        let (time, _) = context.clock.rfc3164(&new_year, year.into())?;
        Some(time + i64::from(day) * 86_400_000_000)
    };
    let local = context.since.place(in_year)?;
    Some((context.clock.utc(local), (start, start + 10)))
}

/// Reads the message of an event.
fn recognise(message: &[u8]) -> Parsed<'_, Event<'_>> {
    alt((on_stderr, server, proxy, backend, health_check, connect, dump)).parse(message)
}

/// `[WARNING]  (4711) : Server …`, `[ALERT] 325/020130 (4711) : …`; any text follows, of which some is known.
fn on_stderr(message: &[u8]) -> Parsed<'_, Event<'_>> {
    let label = delimited(char('['), take_while1(|byte: u8| byte.is_ascii_uppercase()), tag("]"));
    let date = terminated(separated_pair(digit1, char('/'), digit1), space1);
    let pid = delimited(char('('), digit1, tag(") : "));
    let (inner, _) = (label, space1, opt(date), pid).parse(message)?;
    let known = alt((server, proxy, backend, health_check, connect, dump)).parse(inner);
    Ok(known.unwrap_or((inner, event("message"))))
}

/// `be_checkout/chk-03`
fn name(input: &[u8]) -> Parsed<'_, (&[u8], &[u8])> {
    separated_pair(
        take_till1(|byte| byte == b'/' || byte == b' '),
        char('/'),
        take_till1(|byte| b" ,.:".contains(&byte)),
    )
    .parse(input)
}

/// What a server does, by the words after its name.
const SERVER: &[(&str, &str)] = &[
    ("is DOWN", "server down"),
    ("is UP", "server up"),
    ("is going DOWN for maintenance (No IP", "server down"),
    ("is going DOWN for maintenance", "server maintenance"),
    ("was DOWN and now enters maintenance", "server maintenance"),
    ("is going UP", "server up"),
    ("enters drain state", "drain"),
    ("is stopping", "server stopping"),
    ("is not stopping", "server up"),
    ("changed its IP from", "server address changed"),
    ("changed its FQDN from", "server address changed"),
];

/// `[Backup ]Server be/s1 is DOWN, reason: …`, `be/s1 changed its IP from 192.0.2.1 to 192.0.2.2 by …`
fn server(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let (input, label) = opt(alt((tag("Server "), tag("Backup Server "), tag("Backup server ")))).parse(input)?;
    let (words, (backend, server)) = terminated(name, char(' ')).parse(input)?;
    let known = SERVER.iter().find(|(start, _)| words.starts_with(start.as_bytes()));
    match known {
        Some((_, kind)) if label.is_some() || *kind == "server address changed" => {
            Ok((words, Event { backend, server, ..event(kind) }))
        }
        None if label.is_some() && memchr::memmem::find(words, b"drain").is_some() => {
            Ok((words, Event { backend, server, ..event("drain") }))
        }
        _ => Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Alt))),
    }
}

/// `Proxy fe_https started.`, `Stopping frontend fe_https in 0 ms.`, `Paused proxy fe_https.`
fn proxy(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let section = alt((tag("proxy "), tag("frontend "), tag("backend "), tag("listener ")));
    let verb = alt((
        value("proxy stopping", tag("Stopping ")),
        value("proxy paused", alt((tag("Pausing "), tag("Paused ")))),
        value("proxy resumed", alt((tag("Enabling "), tag("Resumed ")))),
    ));
    let first = (verb, section, take_till1(|byte| byte == b' '));
    let state = alt((value("proxy started", tag(" started.")), value("proxy stopped", tag(" stopped"))));
    let last =
        preceded(tag("Proxy "), (take_till1(|byte| byte == b' '), state)).map(|(name, kind)| (kind, &b""[..], name));
    let (left, (kind, section, name)) = alt((first, last)).parse(input)?;
    let name: &[u8] = name.strip_suffix(b".").unwrap_or(name);
    let named = if section == b"backend " {
        Event { backend: name, ..event(kind) }
    } else {
        Event { frontend: name, ..event(kind) }
    };
    Ok((left, named))
}

/// `backend be_checkout has no server available!`, `Connect() failed for backend be_checkout: …`
fn backend(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let empty = delimited(tag("backend "), take_until1(" has no server"), tag(" has no server available!"));
    let failed = preceded(tag("Connect() failed for backend "), take_till1(|byte| byte == b':'));
    let empty = empty.map(|name: &[u8]| ("no server available", name.trim_ascii()));
    let (left, (kind, name)) = alt((empty, failed.map(|name| ("connect failed", name)))).parse(input)?;
    let bare = name.strip_prefix(b"'").and_then(|name| name.strip_suffix(b"'")).unwrap_or(name);
    Ok((left, Event { backend: bare, ..event(kind) }))
}

/// `Health check for backup server be/s1 failed, reason: Layer4 timeout, …`
fn health_check(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let outcome = alt((value("health check", tag(" succeeded")), value("health check failed", tag(" failed"))));
    let (left, (_, _, _, (backend, server), kind)) =
        (tag("Health check for "), opt(tag("backup ")), tag("server "), name, outcome).parse(input)?;
    Ok((left, Event { backend, server, ..event(kind) }))
}

/// `Connect from 198.51.100.9:4312 to 192.0.2.1:25 (fe_smtp/TCP)`, `Connect to unix:2 (fe_smtp/TCP)`,
/// `Connect from unknown source to listener 3 (fe_smtp/TCP)`
fn connect(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let from = preceded(tag("Connect from "), take_until1(" to "));
    let (input, client) = alt((from, preceded(tag("Connect"), success(&b""[..])))).parse(input)?;
    let (input, destination) = preceded(tag(" to "), take_until1(" (")).parse(input)?;
    let mode = alt((tag("/TCP)"), tag("/HTTP)")));
    let (left, frontend) = delimited(tag(" ("), take_till1(|byte| byte == b'/'), mode).parse(input)?;
    let unix = destination.starts_with(b"unix:");
    let client = if unix { destination } else { client };
    let destination = if unix { b"" } else { destination };
    Ok((left, Event { frontend, client, destination, ..event("connect") }))
}

/// `SIGHUP: Server be/s1 is UP. Conn: 0 act, 0 pend, 0 tot.`, `SPOE: [agent] <EVENT:on-frontend-tcp-request> …`
fn dump(input: &[u8]) -> Parsed<'_, Event<'_>> {
    let kind =
        alt((value("state dump", alt((tag("SIGHUP received"), tag("SIGHUP: ")))), value("spoe", tag("SPOE: ["))));
    (kind, rest).map(|(kind, _)| event(kind)).parse(input)
}
