//! The Apache access log of nevisProxy: the combined format with the ids of transaction and session behind it.
//!
//! ```text
//! 192.0.2.29 - - [18/Nov/2026:13:02:29 +0100] "GET /css/a.css HTTP/1.1" 200 3547 "https://shop.example/" "Mozilla/5.0 …"
//!     shop.example 34358 triID=0a1ed41d-4324-1e0a1dd4-19a966acd46-00000005 clID=43131e0a1dd4Uvp4sHE2…
//! ```
//!
//! The log format is the administrator's: what stands between the user agent and the ids differs, and any value of
//! NProxyOp can stand there as `key=value`. A line without either id is a plain access log, which is another format.

use super::keys::{self, Key, Pairs};
use super::request;
use crate::formats::Context;
use crate::record::{Field, Reason, Reject, Row};
use crate::text::{Cursor, Span, number};

/// The keys without which a line is a plain access log, as far as they are alike, and what may stand before that.
const TELLING: [(&[u8], &[&[u8]]); 2] = [(b"ID=", &[b" tri", b" tr", b" cl"]), (b"Id=", &[b" tr"])];
/// Where the ids are looked for: at the end.
const TAIL: usize = 2048;

/// True where the line has the date of an access log and one of the ids.
pub(super) fn claims(line: &[u8]) -> bool {
    has_ids(line) && find_date(line).is_some()
}

pub(super) fn has_ids(line: &[u8]) -> bool {
    let tail = &line[line.len().saturating_sub(TAIL)..];
    TELLING.iter().any(|(end, begins)| {
        let mut found = memchr::memmem::find_iter(tail, end);
        found.any(|at| begins.iter().any(|begin| tail[..at].ends_with(begin)))
    })
}

/// The `[` of `[18/Nov/2026:13:02:29 +0100] "`.
fn find_date(line: &[u8]) -> Option<usize> {
    let look = &line[..line.len().min(TAIL)];
    memchr::memchr_iter(b'[', look).find(|at| {
        let d: Option<&[u8; 28]> = look[*at..].first_chunk();
        d.is_some_and(|d| {
            d[3] == b'/'
                && d[7] == b'/'
                && d[12] == b':'
                && d[21] == b' '
                && d[27] == b']'
                && matches!(d[22], b'+' | b'-')
        })
    })
}

/// Reads one line.
pub(super) fn read(line: &[u8], context: &mut Context, row: &mut Row) -> Result<(), Reject> {
    let unknown = Reject::at(Reason::UnknownFormat, 0);
    if !claims(line) {
        return Err(unknown);
    }
    let date = find_date(line).ok_or(unknown)?;
    row.word(Field::LogType, b"access");
    row.word(Field::Format, b"nevisproxy-access");

    let mut cursor = Cursor::new(&line[..date], 0);
    set_text(Field::ClientIp, cursor.token(), line, row);
    cursor.skip_blanks();
    cursor.token();
    cursor.skip_blanks();
    // A user may be a name with blanks.
    let user = cursor.rest().trim_ascii_end().len();
    set_text(Field::UserId, Span::new(cursor.at, cursor.at + user), line, row);

    let stamp = Span::new(date + 1, date + 27);
    let start = time(stamp.of(line), context).ok_or(Reject::at(Reason::BadTime, date + 1))?;
    row.int(Field::StartTime, start, stamp);

    let mut cursor = Cursor::new(line, date + 28);
    cursor.skip_blanks();
    let request = quoted(&mut cursor).ok_or(Reject::at(Reason::BadRequest, cursor.at))?;
    if !keys::is_absent(request.of(line)) {
        request::set_front(request, line, row);
    }
    for field in [Field::ResponseCode, Field::ResponseLength] {
        cursor.skip_blanks();
        let token = cursor.token();
        match number::int(token.of(line)) {
            Some(value) => row.int(field, value, token),
            None if token.of(line) == b"-" => {}
            None => return Err(Reject::at(Reason::BadNumber, token.start as usize)),
        }
    }
    read_tail(cursor, row);
    if let Some(total) = row.get_int(Field::TotalTime) {
        row.int(Field::EndTime, start.saturating_add(total), Span::NONE);
    }
    Ok(())
}

/// What stands behind the length: referer and user agent in quotes, the server's name, the time in microseconds, then
/// pairs in any order.
fn read_tail(mut cursor: Cursor, row: &mut Row) {
    let line = cursor.text;
    let mut quotes = [Field::Referer, Field::UserAgent].into_iter();
    let pairs = loop {
        cursor.skip_blanks();
        let here = cursor.at;
        let pairs = Pairs::new(line, here);
        if cursor.at_end() || pairs.start() == here {
            break pairs;
        }
        if cursor.peek() == Some(b'"') {
            let Some(value) = quoted(&mut cursor) else { break pairs };
            if let Some(field) = quotes.next() {
                set_text(field, value, line, row);
            }
            continue;
        }
        let token = cursor.token();
        let bytes = token.of(line);
        if let Some(micros) = number::int(bytes).filter(|micros| *micros >= 0) {
            row.int(Field::TotalTime, micros, token);
        } else if bytes.contains(&b'.') && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b".-_:".contains(b)) {
            row.text(Field::VirtualService, token);
        }
    };
    for pair in pairs {
        // What Apache itself measured is finer than what is handed to it.
        let known = pair.key == Key::Time(Field::TotalTime) && row.cell(Field::TotalTime).is_some();
        if !known {
            keys::set(&pair, false, line, row);
        }
    }
}

fn set_text(field: Field, span: Span, line: &[u8], row: &mut Row) {
    if !keys::is_absent(span.of(line)) {
        row.text(field, span);
    }
}

/// A text in quotes, `\"` inside it; steps over it.
fn quoted(cursor: &mut Cursor) -> Option<Span> {
    let start = cursor.at + 1;
    if !cursor.eat(b'"') {
        return None;
    }
    loop {
        cursor.until(b'"');
        let end = cursor.at;
        if !cursor.eat(b'"') {
            return None;
        }
        let slashes = cursor.text[start..end].iter().rev().take_while(|byte| **byte == b'\\').count();
        if slashes % 2 == 0 {
            return Some(Span::new(start, end));
        }
    }
}

/// `18/Nov/2026:13:02:29 +0100` in microseconds UTC.
fn time(stamp: &[u8], context: &mut Context) -> Option<i64> {
    let local = context.clock.clf(&stamp[..20])?;
    let (hours, minutes) = number::digits(&stamp[22..24]).zip(number::digits(&stamp[24..26]))?;
    let offset = i64::from(hours * 3600 + minutes * 60) * 1_000_000;
    Some(if stamp[21] == b'-' { local + offset } else { local - offset })
}
