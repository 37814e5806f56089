//! `option httplog clf` and, since 3.1, `option tcplog clf`: HAProxy's fields behind those of the common log format.
//!
//! ```text
//! 198.51.100.35 - - [18/Nov/2026:10:22:00 +0000] "GET /a HTTP/1.1" 200 1088 "" "" 47318 725 "fe" "be" "web-1"
//!     0 0 0 44 51 --NI 1 1 0 0 0 0 0 "" "" "shop.example.com"
//! ```
//!
//! The line begins as an access log of a web server does; the two empty quotes and the numbers after them tell it apart.
//! The date has whole seconds, the milliseconds stand behind the port.

use super::parts::{self, Layout, Stop};
use super::{Context, request, set_prefix};
use crate::record::{Field, Reason, Reject, Row, Span};
use crate::text::{Cursor, number, syslog};
use memchr::memmem;

/// Where the date's bracket stands, if the line could be of this layout.
pub(super) fn find(text: &[u8], begin: usize) -> Option<usize> {
    let date = begin + memmem::find(&text[begin..], b" - - [")? + 5;
    let d: &[u8; 30] = text.get(date..)?.first_chunk()?;
    let shape = d[3] == b'/' && d[7] == b'/' && d[12] == b':' && d[21] == b' ' && d[27..] == *b"] \"";
    (shape && memmem::find(&text[date..], b" \"\" \"\" ").is_some()).then_some(date)
}

/// Reads one line whose date stands at `date`.
pub(super) fn read(text: &[u8], begin: usize, date: usize, context: &mut Context, row: &mut Row) -> Result<(), Reject> {
    let client = text[begin..date - 5].iter().rposition(|byte| *byte == b' ').map_or(begin, |blank| begin + blank + 1);
    set_prefix(text, &syslog::before(text, begin, client), row);
    row.text(Field::ClientIp, parts::unless_dash(Span::new(client, date - 5), text));
    let bad = Reject::at(Reason::BadTime, date + 1);
    let local = context.clock.clf(&text[date + 1..date + 21]).ok_or(bad)?;
    let zone = &text[date + 22..date + 27];
    let (hours, minutes) = number::digits(&zone[1..3]).zip(number::digits(&zone[3..])).ok_or(bad)?;
    let offset = i64::from(hours * 3600 + minutes * 60) * if zone[0] == b'-' { -1 } else { 1 };
    let start = local - offset * 1_000_000;

    let mut cursor = Cursor::new(text, date + 29);
    match read_fields(&mut cursor, Span::new(date + 1, date + 27), start, row) {
        Err(Stop::Bad(reject)) => Err(reject),
        Err(Stop::Cut(_)) => {
            if row.cell(Field::StartTime).is_none() {
                row.int(Field::StartTime, start, Span::new(date + 1, date + 27));
            }
            let is_tcp = text[date + 29..].starts_with(b"\"TCP \"");
            if is_tcp { Layout::TcpClf } else { Layout::Clf }.set(row);
            row.flag(Field::Truncated, true);
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// A quoted field and the blank after it.
pub(super) fn quoted(cursor: &mut Cursor) -> Result<Span, Stop> {
    let start = cursor.at + 1;
    if !cursor.eat(b'"') {
        return Err(Stop::here(cursor, Reason::UnknownFormat).in_clf());
    }
    let inner = cursor.until(b'"');
    if !cursor.eat(b'"') {
        return Err(Stop::Cut(Layout::Clf));
    }
    cursor.eat(b' ');
    debug_assert_eq!(inner.start as usize, start);
    Ok(inner)
}

/// A number and the blank after it, and whether a `+` stands before it.
fn numbered(cursor: &mut Cursor, reason: Reason) -> Result<(i64, Span, bool), Stop> {
    let plus = cursor.eat(b'+');
    let (value, span) = parts::number(cursor, reason).map_err(Stop::in_clf)?;
    parts::blank(cursor, reason).map_err(Stop::in_clf)?;
    Ok((value, span, plus))
}

/// The same of a count of bytes.
fn counted(cursor: &mut Cursor) -> Result<(i64, Span, bool), Stop> {
    let plus = cursor.eat(b'+');
    let (value, span) = parts::count(cursor, Reason::BadNumber).map_err(Stop::in_clf)?;
    parts::blank(cursor, Reason::BadNumber).map_err(Stop::in_clf)?;
    Ok((value, span, plus))
}

fn read_fields(cursor: &mut Cursor, date: Span, second: i64, row: &mut Row) -> Result<(), Stop> {
    let text = cursor.text;
    let requested = quoted(cursor)?;
    let is_tcp = requested.of(text) == b"TCP ";
    let (status, status_span, _) = numbered(cursor, Reason::UnknownFormat)?;
    let (bytes, bytes_span, mut open) = counted(cursor)?;
    let (referer, agent) = (quoted(cursor)?, quoted(cursor)?);
    if referer.len + agent.len > 0 {
        return Err(Stop::bad(Reason::UnknownFormat, 0));
    }
    let (port, port_span, _) = numbered(cursor, Reason::UnknownFormat)?;
    let (millis, ..) = numbered(cursor, Reason::BadTime)?;
    let start = second + millis.clamp(0, 999) * 1000;
    row.int(Field::StartTime, start, date);
    row.int(Field::ClientPort, port, port_span);
    row.int(Field::ResponseLength, bytes, bytes_span);
    if !is_tcp {
        row.int(Field::ResponseCode, status, status_span);
        request::set_request(requested, false, text, row);
    }
    for field in [Field::VirtualService, Field::PoolName, Field::ServerName] {
        let name = quoted(cursor)?;
        let tls = field == Field::VirtualService && name.of(text).ends_with(b"~");
        row.text(field, parts::unless_dash(Span { len: name.len - u32::from(tls), ..name }, text));
        if field == Field::VirtualService {
            row.flag(Field::Tls, tls);
        }
    }

    // HTTP: TR Tw Tc Tr Ta. TCP: Th Tw Tc Tt, then the bytes of the client.
    let fields: &[Field] = match is_tcp {
        true => &[Field::RequestTime, Field::QueueTime, Field::ConnectTime],
        false => &[Field::RequestTime, Field::QueueTime, Field::ConnectTime, Field::AppResponseTime],
    };
    let (mut before, mut reached) = (0, true);
    for (nth, field) in fields.iter().enumerate() {
        let (value, span, _) = numbered(cursor, Reason::BadTimers)?;
        reached &= value >= 0;
        // The handshake of a TCP session is part of its printed queue time.
        before += if is_tcp && nth == 0 { 0 } else { value.max(0) };
        if value >= 0 && !(is_tcp && nth == 0) {
            row.int(*field, value * 1000, span);
        }
    }
    let (total, span, plus) = numbered(cursor, Reason::BadTimers)?;
    open |= plus;
    if total >= 0 {
        row.int(Field::TotalTime, total * 1000, span);
        match open {
            true => row.flag(Field::Interim, true),
            false => row.int(Field::EndTime, start + total * 1000, Span::NONE),
        }
        if reached {
            row.int(Field::DataTransferTime, (total - before).max(0) * 1000, Span::NONE);
        }
    }
    if is_tcp {
        let (sent, span, _) = counted(cursor)?;
        row.int(Field::RequestLength, sent, span);
    }

    let at = cursor.at;
    let state = cursor.token();
    if !parts::is_state(state.of(text)) {
        return Err(Stop::here(cursor, Reason::BadTermination).or_at(at).in_clf());
    }
    row.text(Field::TerminationState, Span { len: if is_tcp { 2 } else { state.len }, ..state });
    parts::blank(cursor, Reason::BadTermination).map_err(Stop::in_clf)?;
    const COUNTERS: [Field; 6] =
        [Field::Actconn, Field::Feconn, Field::Beconn, Field::SrvConn, Field::Retries, Field::SrvQueue];
    for field in COUNTERS {
        let (value, span, plus) = numbered(cursor, Reason::BadCounters)?;
        row.int(field, value, span);
        if field == Field::Retries {
            row.flag(Field::Redispatched, plus);
        }
    }
    let start = cursor.at;
    let queue = cursor.number().ok_or_else(|| Stop::here(cursor, Reason::BadCounters).in_clf())?;
    row.int(Field::BackendQueue, queue, Span::new(start, cursor.at));
    let layout = if is_tcp { Layout::TcpClf } else { Layout::Clf };
    layout.set(row);
    read_captures(cursor, row);
    Ok(())
}

/// The cookies, then every captured header in quotes of its own; which side one belongs to is not said.
fn read_captures(cursor: &mut Cursor, row: &mut Row) {
    let text = cursor.text;
    for field in [Field::CapturedRequestCookie, Field::CapturedResponseCookie] {
        cursor.eat(b' ');
        let Ok(cookie) = quoted(cursor) else { return };
        row.text(field, parts::unless_dash(cookie, text));
    }
    read_captured(cursor, row);
}

/// `"shop.example" "curl/8.5"`
pub(super) fn read_captured(cursor: &mut Cursor, row: &mut Row) {
    let text = cursor.text;
    let mut hosts = 0;
    let mut host = Span::NONE;
    while let Ok(capture) = quoted(cursor) {
        if request::is_host(capture.of(text)) {
            (hosts, host) = (hosts + 1, capture);
        } else if capture.of(text).starts_with(b"Mozilla/") {
            request::set_decoded(Field::UserAgent, capture, text, row);
        }
    }
    if hosts == 1 {
        row.text(Field::Host, host);
    }
}
