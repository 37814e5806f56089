//! HAProxy's log lines: TCP, HTTP and HTTPS traffic, connection errors and what the process says about itself.
//!
//! Any collector may have put anything before HAProxy's text, so a line is not read from its first byte. The client and
//! the accept date are searched (`10.0.1.2:33313 [06/Feb/2009:12:12:51.443] `): no other log writes them that way.
//! What stands before them is the syslog prefix, what follows is read field by field:
//!
//! ```text
//! Feb  6 12:12:56 lb1 haproxy[14387]: 10.0.1.2:33313 [06/Feb/2009:12:12:51.443] fnt bck/srv1 0/0/5007 212 -- 0/0/0/0/3 0/0
//! ```
//!
//! This is the hot path: spans into the entry, no allocation, no copy.

mod alias;
mod captures;
mod clf;
mod compile;
pub mod custom;
mod directive;
mod events;
mod http;
mod json;
mod parts;
mod plain;
mod request;
mod session;
mod tcp;
mod walk;

use super::{Context, Format, wrapped};
use crate::record::{Field, Reason, Reject, Row, Sink, Span};
use crate::text::syslog::{self, Prefix};
use crate::text::{Cursor, bytes, number};
use parts::{Stop, Timers};
pub use plain::{COMMON as PLAIN_COMMON, FIELDS as PLAIN_FIELDS, read as read_plain};

/// The value of the field `format` where a `log-format` that was given read the entry.
pub const CUSTOM: &[u8] = b"haproxy-custom";

/// The family of HAProxy's formats.
pub struct HaProxy;

/// rsyslog's words before the number of equal messages that it left out.
const REPEATED: &[u8] = b"message repeated ";

/// How far the traffic anchor is searched when a line is only looked at: prefixes are shorter.
const LOOK: usize = 4096;

impl Format for HaProxy {
    fn id(&self) -> &'static str {
        "haproxy"
    }

    fn name(&self) -> &'static str {
        "HAProxy"
    }

    fn claims(&self, entry: &[u8]) -> bool {
        let look = &entry[..entry.len().min(LOOK)];
        let ours = |text: &[u8]| is_traffic(text) || events::claims(text);
        ours(look) || wrapped::holds(look, &ours) == Some(true)
    }

    fn parse(&self, entry: &[u8], context: &mut Context, row: &mut Row) -> Result<(), Reject> {
        match context.custom.clone() {
            Some(custom) => custom.parse_or(entry, context, row, read_built_in),
            None => read_built_in(entry, context, row),
        }
    }

    fn extras(&self, entry: &[u8]) -> Vec<(String, String)> {
        if json::claims(entry) { json::extras(entry) } else { Vec::new() }
    }

    fn why(&self, layout: &str) -> &'static str {
        match layout {
            "haproxy-json" => "JSON with a termination state, timers, or frontend, backend and server",
            "haproxy-custom" => "the log-format that was given",
            "haproxy-tcp" => "client, accept date, three timers and a termination state of two characters",
            "haproxy-http" => "client, date, five timers, status, a termination state of four characters, request",
            "haproxy-https" => "the HTTP layout with the TLS fields of option httpslog after the request",
            "haproxy-clf" => "the common log format, two empty quotes, and HAProxy's fields behind them",
            "haproxy-error" => "client, accept date, frontend and listener, then what went wrong with the connection",
            "haproxy-event" => "text that HAProxy writes about itself, its proxies and servers",
            _ => "",
        }
    }
}

/// Reads an entry of the formats that need no configuration.
fn read_built_in(entry: &[u8], context: &mut Context, row: &mut Row) -> Result<(), Reject> {
    match wrapped::read(entry, context, row, &mut read) {
        Some(Ok(())) => Ok(()),
        Some(Err(reject)) => {
            // A session as JSON may have a key of that name.
            row.clear();
            json::read_any(entry, 0, context, row).map_err(|_| reject)
        }
        None => read(entry, 0, context, row),
    }
}

/// Where client and accept date stand.
#[derive(Clone, Copy)]
struct Anchor {
    /// First byte of the client; the prefix ends here.
    client: usize,
    /// The `[` of the date.
    date: usize,
}

/// Bytes of `[06/Feb/2009:12:12:51.443]`.
const DATE: usize = 26;

/// True where a line has what a web server's has and HAProxy's two empty quotes: its option httplog clf.
pub fn is_clf(text: &[u8]) -> bool {
    clf::find(text, 0).is_some()
}

/// True where a client and date stand in the way that HAProxy writes them.
fn is_traffic(text: &[u8]) -> bool {
    find_anchor(text, 0).is_some() || clf::find(text, 0).is_some()
}

/// Finds the client and accept date in `text`, from `begin` on.
#[inline]
fn find_anchor(text: &[u8], begin: usize) -> Option<Anchor> {
    for found in memchr::memchr_iter(b'[', &text[begin..]) {
        let date = begin + found;
        if !is_date(text[date..].first_chunk()?) || date == begin || text[date - 1] != b' ' {
            continue;
        }
        let mut client = date - 1;
        while client > begin && text[client - 1] != b' ' {
            client -= 1;
        }
        return Some(Anchor { client: client + glued(&text[client..date]), date });
    }
    None
}

fn is_date(d: &[u8; DATE]) -> bool {
    d[0] == b'[' && d[3] == b'/' && d[7] == b'/' && d[12] == b':' && d[21] == b'.' && d[25] == b']'
}

/// Length of the `<134>` that stands before the client without a blank (log … format priority).
fn glued(token: &[u8]) -> usize {
    let is_priority = token.first() == Some(&b'<');
    let end = token.iter().take(6).position(|byte| *byte == b'>').filter(|_| is_priority);
    end.map_or(0, |end| end + 1)
}

/// Reads one line, from `begin` to the end of `text`.
fn read(text: &[u8], begin: usize, context: &mut Context, row: &mut Row) -> Result<(), Reject> {
    // The journal's export format: one field a line.
    let begin = if text[begin..].starts_with(b"MESSAGE=") { begin + 8 } else { begin };
    let Some(anchor) = find_anchor(text, begin) else {
        return match clf::find(text, begin) {
            Some(date) => clf::read(text, begin, date, context, row),
            None => events::read(text, begin, context, row),
        };
    };
    let prefix = syslog::before(text, begin, anchor.client);
    if !prefix.repeated {
        context.prefix.remember(text, begin, anchor.client, &prefix);
    }
    // `message repeated 3 times: [ 10.0.1.2:33313 … 0/0]`
    let text = if prefix.repeated { text.strip_suffix(b"]").unwrap_or(text) } else { text };
    read_traffic(text, anchor, &prefix, context, row)
}

fn read_traffic(
    text: &[u8],
    anchor: Anchor,
    prefix: &Prefix,
    context: &mut Context,
    row: &mut Row,
) -> Result<(), Reject> {
    set_prefix(text, prefix, row);
    let start = set_head(text, anchor, prefix, context, row)?;
    let mut cursor = Cursor::new(text, anchor.date + DATE);
    if events::read_error(&mut cursor, row) {
        return Ok(());
    }
    match read_session(&mut cursor, start, row) {
        Ok(()) => Ok(()),
        // Everything before the cut was set; what the cut touched was not.
        Err(Stop::Cut(layout)) => {
            layout.set(row);
            row.flag(Field::Truncated, true);
            Ok(())
        }
        Err(Stop::Bad(reject)) => Err(reject),
    }
}

/// Sets client and accept date, and returns that: µs.
#[inline]
fn set_head(
    text: &[u8],
    anchor: Anchor,
    prefix: &Prefix,
    context: &mut Context,
    row: &mut impl Sink,
) -> Result<i64, Reject> {
    set_client(text, Span::new(anchor.client, anchor.date - 1), row)?;
    let date = Span::new(anchor.date + 1, anchor.date + DATE - 1);
    let local = context.clock.clf(date.of(text)).ok_or(Reject::at(Reason::BadTime, anchor.date + 1))?;
    let zone = prefix.zone(text);
    let start = zone.map_or_else(|| context.clock.utc(local), |seconds| local - i64::from(seconds) * 1_000_000);
    row.int(Field::StartTime, start, date);
    Ok(start)
}

/// Reads what follows the accept date.
fn read_session(cursor: &mut Cursor, start: i64, row: &mut Row) -> Result<(), Stop> {
    // A line that is cut before its timers could be TCP or HTTP. It counts as TCP, which is cut at any place; HTTP
    // lines are long and lose their end.
    parts::blank(cursor, Reason::CutShort)?;
    let frontend = cursor.token();
    parts::blank(cursor, Reason::CutShort)?;
    let tls = frontend.of(cursor.text).ends_with(b"~");
    row.text(Field::VirtualService, Span { len: frontend.len - u32::from(tls), ..frontend });
    row.flag(Field::Tls, tls);

    let at = cursor.at;
    let server = cursor.token();
    // Names may hold colons (`be_tcp:ns:route/pod:x:svc:https:10.142.10.10:9200`) but no slash.
    let slash = match memchr::memchr(b'/', server.of(cursor.text)) {
        Some(slash) => at + slash,
        None => return Err(Stop::here(cursor, Reason::BadServer).or_at(at)),
    };
    row.text(Field::PoolName, parts::unless_dash(Span::new(at, slash), cursor.text));
    parts::blank(cursor, Reason::BadServer)?;
    row.text(Field::ServerName, parts::unless_dash(Span::new(slash + 1, at + server.len as usize), cursor.text));

    let timers = read_timers(cursor)?;
    match timers.count {
        3 => tcp::read(cursor, &timers, start, row),
        5 => http::read(cursor, &timers, start, row),
        _ => Err(Stop::bad(Reason::BadTimers, timers.spans[0].start as usize)),
    }
}

/// The timers, after up to four tokens that a customised format put before them:
/// `www~ app/node2 site.example.net 0/0/0/18/18 200 …`.
fn read_timers(cursor: &mut Cursor) -> Result<Timers, Stop> {
    let first = cursor.at;
    for _ in 0..=4 {
        let before = cursor.at;
        if let Some(timers) = Timers::read(cursor)? {
            return Ok(timers);
        }
        cursor.at = before;
        cursor.token();
        if !cursor.eat(b' ') {
            break;
        }
    }
    Err(Stop::bad(Reason::BadTimers, first))
}

/// What the syslog prefix says about the sender.
fn set_prefix(text: &[u8], prefix: &Prefix, row: &mut impl Sink) {
    if let Some(severity) = prefix.severity_name() {
        row.word(Field::Severity, severity);
    }
    row.text(Field::ServiceEngine, prefix.host);
    row.text(Field::ProcessName, prefix.process);
    if let Some(pid) = number::int(prefix.pid.of(text)) {
        row.int(Field::ProcessId, pid, prefix.pid);
    }
    if prefix.repeated
        && let Some(said) = memchr::memmem::find(text, REPEATED)
    {
        let mut count = Cursor::new(text, said + REPEATED.len());
        let start = count.at;
        if let Some(times) = count.number().filter(|times| *times > 0) {
            row.int(Field::RepeatCount, times, Span::new(start, count.at));
        }
    }
}

/// `10.0.1.2:33313`, `::1:32848` (IPv6 has no brackets: the last colon counts), `unix:3`, `-:22222`, `-`, `unknown`,
/// and masked addresses, which stay text.
fn set_client(text: &[u8], client: Span, row: &mut impl Sink) -> Result<(), Reject> {
    let token = client.of(text);
    let (start, end) = (client.start as usize, client.start as usize + token.len());
    // `10.0.1.2:33313`, which nearly every client is.
    if let Some(colon) = bytes::find_back(text, end, b':').filter(|colon| *colon > start && token[0].is_ascii_digit())
        && let Some(word) = bytes::word(text, colon + 1)
        && let count @ 1.. = bytes::digits_in(word)
        && colon + 1 + count as usize == end
        && let port @ 0..=65_535 = bytes::number_in(word, count)
    {
        row.text(Field::ClientIp, Span::new(start, colon));
        row.int(Field::ClientPort, i64::from(port), Span::new(colon + 1, end));
        return Ok(());
    }
    if matches!(token, b"-" | b"unknown") {
        return Ok(());
    }
    if token.starts_with(b"unix:") {
        row.text(Field::ClientIp, client);
        return Ok(());
    }
    let bad = Reject::at(Reason::BadClient, start);
    let colon = token.iter().rposition(|byte| *byte == b':').ok_or(bad)?;
    if &token[colon + 1..] == b"-" {
        // `-:-`: HAProxy's own HTTP client has neither.
        row.text(Field::ClientIp, parts::unless_dash(Span::new(start, start + colon), text));
        return Ok(());
    }
    let port = number::int(&token[colon + 1..]).filter(|port| (0..=65_535).contains(port)).ok_or(bad)?;
    let address = match &token[..colon] {
        [b'[', .., b']'] => Span::new(start + 1, start + colon - 1),
        _ => Span::new(start, start + colon),
    };
    row.text(Field::ClientIp, parts::unless_dash(address, text));
    row.int(Field::ClientPort, port, Span::new(start + colon + 1, end));
    Ok(())
}
