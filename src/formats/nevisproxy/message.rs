//! What a trace line says: the steps of a request (NavajoOp, IsiwebOp), its summary (NProxyOp), time of a filter
//! (NPPerfMeter), and free text of every other group.
//!
//! ```text
//! NavajoOp   >>>>> 'GET /shop' rmIP='::1' trID='…'                        the request came
//! NavajoOp   >>> Accept: */*                                              its header
//! NavajoOp   >>>>>>>>>>>>>>>>>> (filter 'LuaFilter')                      a filter, then the servlet begins
//! IsiwebOp   ====> 'GET /be HTTP/1.1' invS='Shop' inetA='be:443' trId='…' a call to the backend, ==> its header
//! IsiwebOp   <==== 'GET /be HTTP/1.1' … sC='200' dTB='103' …              its answer, <== its header
//! NavajoOp   <<<<<<<<<<<<<<<<< (remoteIP '::1' filter 'LuaFilter' dT='9') the filter is done
//! NavajoOp   <<<<< 'GET /shop' invS='…' sC='200' … (cR=1)                 the answer was sent, <<< its header
//! NProxyOp   reqF="GET /shop HTTP/1.1" … sCB=200 … trID=…                 all of it on one line
//! ```
//!
//! How many arrows stand there differs between versions; few, five and many are what they mean.

use super::header::Header;
use super::keys::{self, Key, Pair, Pairs};
use super::request;
use crate::formats::Context;
use crate::record::{Field, Row};
use crate::text::{Cursor, Span, number};

/// Layouts: the value of `format`.
pub(super) const SUMMARY: &str = "nevisproxy-summary";
pub(super) const REQUEST: &str = "nevisproxy-request";
pub(super) const BACKEND: &str = "nevisproxy-backend";
pub(super) const TRACE: &str = "nevisproxy-trace";

/// Reads the message of `line`, whose header says when it was written.
pub(super) fn read(header: &Header, line: &[u8], time: Option<i64>, context: &Context, row: &mut Row) {
    let group = header.group.of(line);
    let cursor = Cursor::new(line, header.message);
    let known = match group {
        b"NProxyOp" => summary(cursor, time, row),
        b"NavajoOp" => navajo(cursor, time, context, row),
        b"IsiwebOp" => isiweb(cursor, row),
        _ if group.starts_with(b"NPPerfMete") => filter_time(cursor, row),
        _ => false,
    };
    if !known {
        set_kind("trace", TRACE, row);
        row.text(Field::Message, Span::new(cursor.at, line.trim_ascii_end().len()));
        free_text(header.level, cursor, row);
    }
}

fn set_kind(log_type: &'static str, layout: &'static str, row: &mut Row) {
    row.word(Field::LogType, log_type.as_bytes());
    row.word(Field::Format, layout.as_bytes());
}

fn step(name: &str, span: Span, row: &mut Row) {
    row.owned(Field::Operation, name.as_bytes(), span);
}

/// The summary of a transaction.
fn summary(cursor: Cursor, time: Option<i64>, row: &mut Row) -> bool {
    let pairs = Pairs::new(cursor.text, cursor.at);
    if pairs.is_empty() {
        return false;
    }
    set_kind("request", SUMMARY, row);
    step("summary", Span::NONE, row);
    if !set_pairs(pairs, cursor.text, row) {
        row.flag(Field::Truncated, true);
    }
    set_times(time, row);
    true
}

/// Sets the fields of a summary. A whole one has the id at its end; what a cut touched is not what was written, so of a
/// cut one the last pair is left out. False where it was cut.
fn set_pairs(pairs: impl Iterator<Item = Pair>, text: &[u8], row: &mut Row) -> bool {
    let (mut whole, mut held): (bool, Option<Pair>) = (false, None);
    for pair in pairs {
        if let Some(before) = held.replace(pair) {
            keys::set(&before, false, text, row);
        }
        if pair.key == Key::Transaction {
            // The id stands in the header, too: a shorter one was cut.
            let own = pair.value.of(text);
            whole = row.get_text(Field::TransactionId, text).is_none_or(|id| id == own || !id.starts_with(own));
        }
    }
    if let Some(last) = held.filter(|_| whole) {
        keys::set(&last, false, text, row);
    }
    whole
}

/// The line was written when the answer had been sent: the request began so much earlier.
fn set_times(time: Option<i64>, row: &mut Row) {
    if let Some((end, total)) = time.zip(row.get_int(Field::TotalTime)) {
        let stamp = row.cell(Field::StartTime).map_or(Span::NONE, |cell| cell.span);
        row.int(Field::StartTime, end - total, stamp);
        row.int(Field::EndTime, end, Span::NONE);
    }
}

fn arrows(cursor: &mut Cursor, byte: u8) -> usize {
    let start = cursor.at;
    while cursor.eat(byte) {}
    cursor.at - start
}

fn navajo(mut cursor: Cursor, time: Option<i64>, context: &Context, row: &mut Row) -> bool {
    let start = cursor.at;
    let inward = arrows(&mut cursor, b'>');
    let outward = if inward == 0 { arrows(&mut cursor, b'<') } else { 0 };
    let span = Span::new(start, cursor.at);
    cursor.skip_blanks();
    match (inward, outward) {
        (6.., _) | (_, 6..) => {
            if !stage(cursor, inward > 0, span, row) {
                return false;
            }
            row.text(Field::Message, Span::new(start, cursor.text.trim_ascii_end().len()));
            set_kind("trace", TRACE, row);
        }
        (4 | 5, _) => {
            step("request", span, row);
            quoted_request(&mut cursor, true, row);
            quoted_pairs(cursor, false, row);
            set_kind("trace", REQUEST, row);
        }
        (_, 4 | 5) => {
            step("answer", span, row);
            quoted_request(&mut cursor, true, row);
            quoted_pairs(cursor, false, row);
            set_times(time, row);
            // One transaction counts once: its summary is the request where the source has summaries.
            set_kind(if context.summaries { "trace" } else { "request" }, REQUEST, row);
        }
        (1..=3, _) => {
            step("request header", span, row);
            header_line(cursor, Some(true), row);
            set_kind("trace", TRACE, row);
        }
        (_, 1..=3) => {
            step("answer header", span, row);
            header_line(cursor, Some(false), row);
            set_kind("trace", TRACE, row);
        }
        _ => return false,
    }
    true
}

fn isiweb(mut cursor: Cursor, row: &mut Row) -> bool {
    let start = cursor.at;
    let answer = cursor.eat(b'<');
    let lines = arrows(&mut cursor, b'=');
    if lines < 2 || !(answer || cursor.eat(b'>')) {
        return braces(Cursor { at: start, ..cursor }, row);
    }
    let span = Span::new(start, cursor.at);
    cursor.skip_blanks();
    if lines >= 4 {
        step(if answer { "backend answer" } else { "backend request" }, span, row);
        quoted_request(&mut cursor, false, row);
        row.text(Field::Message, Span::new(start, cursor.text[..cursor.at].trim_ascii_end().len()));
        quoted_pairs(cursor, true, row);
        set_kind("trace", BACKEND, row);
    } else {
        step(if answer { "backend answer header" } else { "backend request header" }, span, row);
        header_line(cursor, None, row);
        set_kind("trace", TRACE, row);
    }
    true
}

/// `RequestTracer_1_0::bc_init (self=0x7f0e) {` and `}`: each a line of its own.
fn braces(cursor: Cursor, row: &mut Row) -> bool {
    let message = cursor.rest().trim_ascii_end();
    let (opens, closes) = (message.ends_with(b"{"), message == b"}");
    if opens || closes {
        step(if opens { "function entered" } else { "function left" }, Span::NONE, row);
        row.text(Field::Message, Span::new(cursor.at, cursor.at + message.len()));
        set_kind("trace", TRACE, row);
    }
    opens || closes
}

/// `'GET /a?b'`: a URI may hold quotes, so it ends where the first key begins.
fn quoted_request(cursor: &mut Cursor, front: bool, row: &mut Row) {
    if cursor.peek() != Some(b'\'') {
        return;
    }
    let end = Pairs::new(cursor.text, cursor.at).start();
    let value = cursor.text[cursor.at + 1..end.max(cursor.at + 1)].trim_ascii_end();
    let closed = value.ends_with(b"'");
    let span = Span::new(cursor.at + 1, cursor.at + 1 + value.len() - usize::from(closed));
    // Cut within the request line: nothing follows.
    if closed {
        if front { request::set_front(span, cursor.text, row) } else { request::set_backend(span, cursor.text, row) }
    }
    cursor.at = end;
}

/// Sets the pairs of a line whose values are in quotes: a whole one ends with a quote or a bracket.
fn quoted_pairs(cursor: Cursor, back: bool, row: &mut Row) {
    let whole = matches!(cursor.text.trim_ascii_end().last(), Some(b'\'' | b')'));
    let mut held: Option<Pair> = None;
    for pair in Pairs::new(cursor.text, cursor.at) {
        if let Some(before) = held.replace(pair) {
            keys::set(&before, back, cursor.text, row);
        }
    }
    if let Some(last) = held.filter(|_| whole) {
        keys::set(&last, back, cursor.text, row);
    }
    if !whole || held.is_none() {
        row.flag(Field::Truncated, true);
    }
}

/// `(filter 'X')`, `(servlet 'Y')`, `(remoteIP '::1' filter 'X' dT='109')`.
fn stage(mut cursor: Cursor, enters: bool, span: Span, row: &mut Row) -> bool {
    if !cursor.eat(b'(') {
        return false;
    }
    loop {
        cursor.skip_blanks();
        let word = name(&mut cursor);
        cursor.eat(b'=');
        cursor.skip_blanks();
        if word.len == 0 || !cursor.eat(b'\'') {
            return row.cell(Field::Operation).is_some();
        }
        let value = cursor.until(b'\'');
        if !cursor.eat(b'\'') {
            row.flag(Field::Truncated, true);
            return row.cell(Field::Operation).is_some();
        }
        match word.of(cursor.text) {
            b"filter" => {
                step(if enters { "filter entered" } else { "filter left" }, span, row);
                row.text(Field::Filter, value);
            }
            b"servlet" => {
                step(if enters { "servlet entered" } else { "servlet left" }, span, row);
                row.text(Field::Servlet, value);
            }
            b"remoteIP" => row.text(Field::ClientIp, value),
            b"dT" => set_filter_time(value, cursor.text, row),
            _ => {}
        }
    }
}

fn name(cursor: &mut Cursor) -> Span {
    let start = cursor.at;
    while cursor.peek().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
        cursor.at += 1;
    }
    Span::new(start, cursor.at)
}

fn set_filter_time(value: Span, text: &[u8], row: &mut Row) {
    if let Some(millis) = number::int(value.of(text)).filter(|millis| (0..1_000_000_000_000).contains(millis)) {
        row.int(Field::FilterTime, millis * 1000, value);
    }
}

/// `Name: value`. Headers of the client's request and of the answer to it that have fields fill them.
fn header_line(cursor: Cursor, of_request: Option<bool>, row: &mut Row) {
    let line = Span::new(cursor.at, cursor.text.trim_ascii_end().len());
    row.text(Field::Message, line);
    let Some(colon) = memchr::memchr(b':', line.of(cursor.text)).filter(|colon| *colon > 0) else { return };
    let name = Span::new(cursor.at, cursor.at + colon);
    row.text(Field::HeaderName, name);
    let mut value = Cursor::new(cursor.text, cursor.at + colon + 1);
    value.skip_blanks();
    let value = Span::new(value.at, (line.start + line.len) as usize);
    let known = match of_request {
        Some(true) => REQUEST_HEADERS,
        Some(false) => ANSWER_HEADERS,
        None => &[],
    };
    if let Some((_, field)) = known.iter().find(|(known, _)| name.of(cursor.text).eq_ignore_ascii_case(known)) {
        row.text(*field, value);
    }
}

const REQUEST_HEADERS: &[(&[u8], Field)] = &[
    (b"Host", Field::Host),
    (b"User-Agent", Field::UserAgent),
    (b"Referer", Field::Referer),
    (b"X-Forwarded-For", Field::Xff),
    (b"Content-Type", Field::RequestContentType),
];
const ANSWER_HEADERS: &[(&[u8], Field)] =
    &[(b"Content-Type", Field::ResponseContentType), (b"Location", Field::RedirectedUri), (b"ETag", Field::Etag)];

/// `FilterTimeMeter_1_0::_cleanup: (MyFilter) time spent: 299 msecs`
fn filter_time(cursor: Cursor, row: &mut Row) -> bool {
    const SPENT: &[u8] = b") time spent: ";
    let Some(spent) = memchr::memmem::find(cursor.rest(), SPENT).map(|found| cursor.at + found) else { return false };
    let Some(open) = memchr::memrchr(b'(', &cursor.text[cursor.at..spent]) else { return false };
    let mut time = Cursor::new(cursor.text, spent + SPENT.len());
    let start = time.at;
    let Some(_) = time.number() else { return false };
    step("filter time", Span::NONE, row);
    row.text(Field::Message, Span::new(cursor.at, cursor.text.trim_ascii_end().len()));
    row.text(Field::Filter, Span::new(cursor.at + open + 1, spent));
    set_filter_time(Span::new(start, time.at), cursor.text, row);
    set_kind("trace", TRACE, row);
    true
}

/// What free text of any group may hold: an error code, the client of a mirrored Apache message, known beginnings.
fn free_text(level: u8, cursor: Cursor, row: &mut Row) {
    let message = cursor.rest();
    let kind = [(&b"DEPRECATED:"[..], "deprecated"), (b"SSLKEY:", "TLS secret")];
    if let Some((_, kind)) = kind.iter().find(|(begin, _)| message.starts_with(begin)) {
        row.word(Field::EventKind, kind.as_bytes());
    }
    if level <= 5 {
        set_code(cursor, row);
    }
    if let Some(client) = memchr::memmem::find(message, b"[client ") {
        set_client(Span::new(cursor.at + client + 8, cursor.text.len()), cursor.text, row);
    }
}

/// `[NVSV,0070]`, `[NVST, 0020]`, `CONF-0001`.
fn set_code(cursor: Cursor, row: &mut Row) {
    let text = cursor.text;
    let is_number = |at: usize| text.get(at..at + 4).is_some_and(|digits| digits.iter().all(u8::is_ascii_digit));
    for mark in memchr::memchr2_iter(b',', b'-', cursor.rest()).map(|found| cursor.at + found) {
        let start = mark - text[cursor.at..mark].iter().rev().take_while(|byte| byte.is_ascii_uppercase()).count();
        if !(3..=5).contains(&(mark - start)) {
            continue;
        }
        if text[mark] == b'-' && is_number(mark + 1) && (start == cursor.at || !text[start - 1].is_ascii_alphanumeric())
        {
            row.text(Field::ErrorCode, Span::new(start, mark + 5));
            return;
        }
        let blank = usize::from(text.get(mark + 1) == Some(&b' '));
        let digits = mark + 1 + blank;
        if start > cursor.at && text[start - 1] == b'[' && is_number(digits) && text.get(digits + 4) == Some(&b']') {
            // Both spellings are one value.
            let mut code = [0; 10];
            let len = mark - start + 5;
            code[..mark - start].copy_from_slice(&text[start..mark]);
            code[mark - start] = b'-';
            code[mark - start + 1..len].copy_from_slice(&text[digits..digits + 4]);
            row.owned(Field::ErrorCode, &code[..len], Span::new(start, digits + 4));
            return;
        }
    }
}

/// `192.0.2.7:55123]`, `2001:db8::7]`
fn set_client(rest: Span, text: &[u8], row: &mut Row) {
    let Some(end) = memchr::memchr(b']', rest.of(text)).filter(|end| *end < 64) else { return };
    let start = rest.start as usize;
    let address = &text[start..start + end];
    let colon = memchr::memrchr(b':', address);
    let port = colon.and_then(|colon| number::int(&address[colon + 1..]));
    // An IPv6 address without port has colons of its own.
    let alone = crate::text::net::parse_ip(address).is_some();
    let (name, port) = match colon.zip(port).filter(|_| !alone) {
        Some((colon, port)) => (&address[..colon], Some((port, Span::new(start + colon + 1, start + end)))),
        None => (address, None),
    };
    let bracket = usize::from(name.first() == Some(&b'['));
    if crate::text::net::parse_ip(name).is_none() {
        return;
    }
    row.text(Field::ClientIp, Span::new(start + bracket, start + name.len() - bracket));
    if let Some((port, span)) = port.filter(|(port, _)| (0..=65_535).contains(port)) {
        row.int(Field::ClientPort, port, span);
    }
}
