//! `option httplog` and `option httpslog`:
//!
//! ```text
//! 10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0
//!     {shop.example} {} "GET /index.html HTTP/1.1" 0/0000000000000000/0/0/0 shop.example/TLSv1.3/TLS_AES_256_GCM_SHA384
//! ```
//!
//! HAProxy 1.5 and 1.6 print other timers at the same places (Tq for TR, Tt for Ta); the line does not tell which.

use super::parts::{self, Layout, Stop, Timers};
use super::request;
use crate::record::{Field, Reason, Row, Sink, Span};
use crate::text::Cursor;

/// Reads what follows the five timers.
pub(super) fn read(cursor: &mut Cursor, timers: &Timers, start: i64, row: &mut Row) -> Result<(), Stop> {
    set_timers(timers, start, row);
    read_rest(cursor, row).map_err(Stop::in_http)
}

#[inline]
pub(super) fn set_timers(timers: &Timers, start: i64, row: &mut impl Sink) {
    timers.set(0, Field::RequestTime, row);
    timers.set(1, Field::QueueTime, row);
    timers.set(2, Field::ConnectTime, row);
    timers.set(3, Field::AppResponseTime, row);
    timers.set_total(4, start, row);
    timers.set_rest(row);
}

fn read_rest(cursor: &mut Cursor, row: &mut Row) -> Result<(), Stop> {
    let (status, span) = parts::number(cursor, Reason::BadNumber)?;
    row.int(Field::ResponseCode, status, span);
    parts::blank(cursor, Reason::BadNumber)?;
    parts::length(cursor, row)?;
    read_cookies(cursor, row)?;
    parts::state(cursor, row)?;
    parts::counters(cursor, row)?;
    parts::blank(cursor, Reason::BadRequest)?;
    request::read_captures(cursor, row)?;
    let layout = request::read(cursor, row)?;
    layout.set(row);
    Ok(())
}

/// The captured cookies of request and response: `- -`, `SID=abc -`. HAProxy does not escape them and values may hold
/// blanks and quotes (`- SID=a b c"d`), so they are what stands before the termination state and its counters.
fn read_cookies(cursor: &mut Cursor, row: &mut Row) -> Result<(), Stop> {
    if cursor.eat_all(b"- - ") {
        return Ok(());
    }
    let begin = cursor.at;
    let Some(state) = find_state(cursor.text, begin) else {
        let cut = memchr::memmem::find(cursor.rest(), b" \"").is_none();
        return Err(if cut { Stop::Cut(Layout::Http) } else { Stop::bad(Reason::BadTermination, begin) });
    };
    cursor.at = state;
    let Some(cookies) = cursor.text.get(begin..state - 1) else { return Ok(()) };
    let split = split_cookies(cookies);
    row.text(Field::CapturedRequestCookie, parts::unless_dash(Span::new(begin, begin + split), cursor.text));
    let second = Span::new((begin + split + 1).min(state - 1), state - 1);
    row.text(Field::CapturedResponseCookie, parts::unless_dash(second, cursor.text));
    Ok(())
}

/// Where ` sHNN 1/1/0/0/0 0/0` begins, after its blank.
fn find_state(text: &[u8], begin: usize) -> Option<usize> {
    memchr::memchr_iter(b' ', &text[begin..]).map(|blank| begin + blank + 1).find(|at| {
        let mut cursor = Cursor::new(text, *at);
        let state = cursor.token();
        let mut slashes = 0;
        let counters = cursor.eat(b' ')
            && cursor.token().of(text).iter().all(|byte| match byte {
                b'/' => {
                    slashes += 1;
                    true
                }
                byte => byte.is_ascii_digit() || *byte == b'+',
            });
        state.len == 4 && parts::is_state(state.of(text)) && counters && slashes == 4
    })
}

/// The blank between the two cookies. Both are captures of one name, so the second begins like the first; else it is
/// the last blank, or the one beside a `-`.
pub(super) fn split_cookies(cookies: &[u8]) -> usize {
    if cookies.starts_with(b"- ") {
        return 1;
    }
    if let Some(equals) = memchr::memchr(b'=', cookies) {
        let name = &cookies[..=equals];
        let again = memchr::memmem::rfind_iter(cookies, name).find(|at| *at > 0 && cookies[at - 1] == b' ');
        if let Some(again) = again {
            return again - 1;
        }
    }
    memchr::memrchr(b' ', cookies).unwrap_or(cookies.len())
}
