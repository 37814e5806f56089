//! Error logs of Apache and nginx.
//!
//! ```text
//! [Wed Oct 11 14:32:52 2000] [error] [client 127.0.0.1] client denied by server configuration: /export/home/live/ap/htdocs/test
//! [Fri Sep 09 10:42:29.902022 2011] [core:error] [pid 35708:tid 4328636416] [client 198.51.100.7:51211] AH00126: Invalid URI …, referer: …
//! 2026/11/18 10:22:00 [error] 31#31: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 198.51.100.7,
//!     server: shop.example, request: "GET / HTTP/1.1", upstream: "http://10.0.0.1:80/", host: "shop.example", referrer: "…"
//! ```

use super::{Context, Extras, head, quoted, upstream};
use crate::formats::request_line;
use crate::record::{Field, Reason, Reject, Row, Span};
use crate::text::{Cursor, number, syslog};

/// How far client and code are searched in a message.
const LOOK: usize = 200;

/// Where the line's own text begins, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Apache(usize),
    Nginx(usize),
}

pub(super) fn claims(entry: &[u8]) -> bool {
    find(entry, 0).is_some()
}

fn find(text: &[u8], begin: usize) -> Option<Found> {
    memchr::memchr_iter(b'[', text.get(begin..)?).take(8).map(|found| begin + found).find_map(|open| {
        if apache_stamp(&text[open..]).is_some() {
            return Some(Found::Apache(open));
        }
        let start = open.checked_sub(20).filter(|start| *start >= begin)?;
        is_nginx(&text[start..]).then_some(Found::Nginx(start))
    })
}

/// Reads one line, from `begin` to the end of `text`.
pub(super) fn read(
    text: &[u8],
    begin: usize,
    context: &mut Context,
    row: &mut Row,
    extras: &mut Extras,
) -> Result<(), Reject> {
    let found = find(text, begin).ok_or(Reject::at(Reason::UnknownFormat, begin))?;
    let (Found::Apache(start) | Found::Nginx(start)) = found;
    let prefix = syslog::before(text, begin, start);
    row.text(Field::ServiceEngine, prefix.host);
    row.text(Field::ProcessName, prefix.process);
    row.word(Field::LogType, b"error");
    match found {
        Found::Apache(_) => read_apache(text, start, context, row, extras),
        Found::Nginx(_) => read_nginx(text, start, context, row, extras),
    }
}

/// Error logs write local time without its zone: that of the source, in microseconds.
fn zone(context: &Context) -> i64 {
    i64::from(context.zone.unwrap_or(0)) * 1_000_000
}

/// `[Wed Oct 11 14:32:52.123456 2000]`: its length, if it stands here.
fn apache_stamp(text: &[u8]) -> Option<usize> {
    const DAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
    let named = DAYS.contains(&text.get(1..4)?) && text.get(4) == Some(&b' ');
    let close = memchr::memchr(b']', &text[..text.len().min(40)]).filter(|_| named)?;
    matches!(&text[close - 5..=close], [b' ', year @ .., b']'] if year.iter().all(u8::is_ascii_digit))
        .then_some(close + 1)
}

/// `2026/11/18 10:22:00 [error] 31#31: `
fn is_nginx(text: &[u8]) -> bool {
    let Some(stamp) = text.first_chunk::<21>() else { return false };
    let shape = stamp.iter().enumerate().all(|(at, byte)| match at {
        4 | 7 => *byte == b'/',
        10 | 19 => *byte == b' ',
        13 | 16 => *byte == b':',
        20 => *byte == b'[',
        _ => byte.is_ascii_digit(),
    });
    let mut cursor = Cursor::new(text, 21);
    let level = cursor.until(b']');
    shape
        && level.of(text).iter().all(u8::is_ascii_lowercase)
        && cursor.eat_all(b"] ")
        && cursor.number().is_some()
        && cursor.eat(b'#')
}

fn read_apache(
    text: &[u8],
    start: usize,
    context: &mut Context,
    row: &mut Row,
    extras: &mut Extras,
) -> Result<(), Reject> {
    row.word(Field::Format, b"web-apache-error");
    let bad = Reject::at(Reason::BadTime, start + 1);
    let len = apache_stamp(&text[start..]).ok_or(bad)?;
    // `Wed Oct 11 14:32:52.123456 2000`
    let inner = Span::new(start + 1, start + len - 1);
    let stamp = inner.of(text);
    let year = number::digits(&stamp[stamp.len() - 4..]).ok_or(bad)?;
    let (second, used) = context.clock.rfc3164(&stamp[4..], (year as i32).into()).ok_or(bad)?;
    let digits = stamp[4 + used..].strip_prefix(b".").unwrap_or_default();
    let digits = &digits[..digits.iter().take_while(|byte| byte.is_ascii_digit()).count().min(6)];
    let part = number::digits(digits).map_or(0, |part| i64::from(part) * 10i64.pow(6 - digits.len() as u32));
    row.int(Field::StartTime, second + part - zone(context), inner);

    // Since 2.4, which counts microseconds, the client has its port.
    let set_client = if digits.is_empty() { head::set_client } else { head::set_client_with_port };

    let mut cursor = Cursor::new(text, start + len);
    cursor.skip_blanks();
    while cursor.peek() == Some(b'[') {
        let before = cursor;
        cursor.at += 1;
        let group = cursor.until(b']');
        if !cursor.eat(b']') {
            row.flag(Field::Truncated, true);
            return Ok(());
        }
        if !read_group(group, set_client, text, row, extras) {
            // A message may begin with a bracket.
            cursor = before;
            break;
        }
        cursor.skip_blanks();
    }
    // What the system said stands before the client: `(13)Permission denied: [client 198.51.100.7:51211] AH00035: …`.
    let look = &text[cursor.at..text.len().min(cursor.at + LOOK)];
    if let Some(found) = memchr::memmem::find(look, b"[client ").filter(|_| row.cell(Field::ClientIp).is_none()) {
        let mut client = Cursor::new(text, cursor.at + found + 8);
        set_client(client.until(b']'), text, row);
    }
    set_code(look, cursor.at, row);
    let mut end = text.len();
    if let Some(found) = memchr::memmem::rfind(&text[cursor.at..], b", referer: ") {
        end = cursor.at + found;
        quoted::set(Field::Referer, Span::new(end + 11, text.len()), text, row);
    }
    let message = Span::new(cursor.at, end);
    read_modsecurity(message, text, row);
    quoted::set(Field::Message, message, text, row);
    Ok(())
}

type SetClient = fn(Span, &[u8], &mut Row);

/// `core:error`, `error`, `pid 35708:tid 4328636416`, `client 198.51.100.7:51211`; false where it is none of these.
fn read_group(group: Span, set_client: SetClient, text: &[u8], row: &mut Row, extras: &mut Extras) -> bool {
    const LEVELS: [&[u8]; 8] = [b"emerg", b"alert", b"crit", b"error", b"warn", b"notice", b"info", b"debug"];
    let bytes = group.of(text);
    let start = group.start as usize;
    let end = start + bytes.len();
    let colon = memchr::memchr(b':', bytes);
    let level = start + colon.map_or(0, |colon| colon + 1);
    let word = &text[level..end];
    if row.cell(Field::Severity).is_none() && (LEVELS.contains(&word) || word.starts_with(b"trace") && word.len() == 6)
    {
        row.text(Field::Severity, Span::new(level, end));
        row.text(Field::Module, Span::new(start, level.saturating_sub(1).max(start)));
    } else if bytes.starts_with(b"pid ") || bytes.starts_with(b"tid ") {
        let mut cursor = Cursor::new(text, start);
        while cursor.at < end {
            let field = if cursor.rest().starts_with(b"pid ") { Field::ProcessId } else { Field::ThreadId };
            cursor.at += 4;
            let at = cursor.at;
            let Some(id) = cursor.number().filter(|_| cursor.at <= end) else { break };
            row.int(field, id, Span::new(at, cursor.at));
            cursor.eat(b':');
        }
    } else if bytes.starts_with(b"client ") || bytes.starts_with(b"remote ") {
        set_client(Span::new(start + 7, end), text, row);
    } else if bytes.starts_with(b"vhost ") || bytes.starts_with(b"host ") {
        row.text(Field::VirtualService, Span::new(start + memchr::memchr(b' ', bytes).unwrap_or(0) + 1, end));
    } else if row.cell(Field::Severity).is_some() && colon.is_none() && bytes.len() == 11 && !bytes.contains(&b' ') {
        // `%L`, which the access log may hold too.
        row.text(Field::RequestId, group);
    } else {
        let known = bytes.split(|byte| *byte == b' ').next().unwrap_or_default();
        if !matches!(known, b"unique_id" | b"request" | b"conn" | b"rid") {
            return false;
        }
        extras.add(&String::from_utf8_lossy(known), bytes[known.len()..].trim_ascii());
    }
    true
}

/// `AH00126: …`, also behind the reason of the system: `(13)Permission denied: AH00132: …`.
fn set_code(message: &[u8], at: usize, row: &mut Row) {
    let code = memchr::memmem::find_iter(message, b"AH").find(|found| {
        let digits = message[found + 2..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let begins = *found == 0 || matches!(message[..*found], [.., b':' | b']', b' ']);
        begins && digits == 5 && message.get(found + 7) == Some(&b':')
    });
    if let Some(code) = code {
        row.text(Field::ErrorCode, Span::new(at + code, at + code + 7));
    }
}

/// `ModSecurity: Warning. … [id "942100"] [msg "SQL Injection Attack"] [hostname "shop.example"] [uri "/a"] [unique_id "…"]`
fn read_modsecurity(message: Span, text: &[u8], row: &mut Row) {
    if memchr::memmem::find(message.of(text), b"ModSecurity: ").is_none() {
        return;
    }
    let (start, end) = (message.start as usize, message.start as usize + message.len as usize);
    let mut tags: Vec<&[u8]> = Vec::new();
    for open in memchr::memmem::find_iter(message.of(text), b" [").map(|found| start + found + 2).take(64) {
        let mut cursor = Cursor::new(&text[..end], open);
        let name = cursor.until(b' ').of(text);
        if !cursor.eat_all(b" \"") {
            continue;
        }
        let value = cursor.until(b'"');
        match name {
            b"id" => row.list(Field::WafRule, [value.of(text)], value),
            b"tag" => tags.push(value.of(text)),
            b"hostname" => row.text(Field::Host, value),
            b"uri" => quoted::set(Field::Uri, value, text, row),
            b"unique_id" => row.text(Field::RequestId, value),
            _ => {}
        }
    }
    row.list(Field::WafTag, tags, Span::NONE);
    let denied = memchr::memmem::find(message.of(text), b"Access denied").is_some();
    row.owned(Field::WafStatus, if denied { b"REJECTED" } else { b"FLAGGED" }, Span::NONE);
}

fn read_nginx(
    text: &[u8],
    start: usize,
    context: &mut Context,
    row: &mut Row,
    extras: &mut Extras,
) -> Result<(), Reject> {
    row.word(Field::Format, b"web-nginx-error");
    let stamp = Span::new(start, start + 19);
    let mut iso: [u8; 19] = *stamp.of(text).first_chunk().ok_or(Reject::at(Reason::CutShort, text.len()))?;
    (iso[4], iso[7]) = (b'-', b'-');
    let (time, ..) = context.clock.iso(&iso).ok_or(Reject::at(Reason::BadTime, start))?;
    row.int(Field::StartTime, time - zone(context), stamp);

    let mut cursor = Cursor::new(text, start + 21);
    row.text(Field::Severity, cursor.until(b']'));
    cursor.eat_all(b"] ");
    for field in [Field::ProcessId, Field::ThreadId] {
        let at = cursor.at;
        if let Some(id) = cursor.number() {
            row.int(field, id, Span::new(at, cursor.at));
        }
        cursor.at += usize::from(matches!(cursor.peek(), Some(b'#' | b':')));
    }
    cursor.skip_blanks();
    if cursor.eat(b'*') {
        extras.add("connection", cursor.token().of(text));
        cursor.skip_blanks();
    }
    let body = cursor.at;
    let client = memchr::memmem::find(&text[body..], b", client: ").map(|found| body + found);
    let server = memchr::memmem::find(&text[body..], b", server: ").map(|found| body + found);
    let end = client.or(server).unwrap_or(text.len());
    read_modsecurity(Span::new(body, end), text, row);
    quoted::set(Field::Message, Span::new(body, end), text, row);
    read_pairs(&mut Cursor::new(text, end), row, extras);
    Ok(())
}

/// `, client: 198.51.100.7, server: shop.example, request: "GET / HTTP/1.1", upstream: "http://10.0.0.1:80/"`
fn read_pairs(cursor: &mut Cursor, row: &mut Row, extras: &mut Extras) {
    let text = cursor.text;
    for _ in 0..16 {
        if !cursor.eat_all(b", ") {
            return;
        }
        let name = cursor.until(b':').of(text);
        if !cursor.eat_all(b": ") {
            return;
        }
        let (value, closed) = match cursor.peek() {
            Some(b'"') => {
                cursor.at += 1;
                let start = cursor.at;
                // The value ends where the next name or the end follows.
                let end = quoted::quotes(&text[start..])
                    .map(|at| start + at)
                    .find(|at| matches!(&text[at + 1..], [] | [b',', b' ', b'a'..=b'z', ..]));
                cursor.at = end.map_or(text.len(), |end| end + 1);
                (Span::new(start, end.unwrap_or(text.len())), end.is_some())
            }
            _ => {
                let start = cursor.at;
                let len = memchr::memmem::find(cursor.rest(), b", ").unwrap_or(cursor.rest().len());
                cursor.at += len;
                (Span::new(start, cursor.at), true)
            }
        };
        if !closed {
            row.flag(Field::Truncated, true);
        }
        match name {
            b"client" => head::set_client(value, text, row),
            b"server" => row.text(Field::VirtualService, value),
            b"request" => request_line::set(value, !closed, text, row, quoted::set),
            b"upstream" => upstream::set_address(value, text, row),
            b"host" => row.text(Field::Host, value),
            b"referrer" => quoted::set(Field::Referer, value, text, row),
            b"login" => row.text(Field::UserId, value),
            _ => extras.add(&String::from_utf8_lossy(name), value.of(text)),
        }
    }
}
