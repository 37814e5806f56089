//! Access logs in the common and combined formats and what is usually put before and behind them.
//!
//! ```text
//! 198.51.100.7 - frank [18/Nov/2026:10:22:00 +0100] "GET /a?b=c HTTP/1.1" 200 2326 "https://shop.example/" "Mozilla/5.0 …" 1042
//! shop.example:443 198.51.100.7 - - [18/Nov/2026:10:22:00 +0100] "GET / HTTP/1.1" 200 2326 "-" "curl/8.5.0"
//! [18/Nov/2026:10:22:00 +0100] 198.51.100.7 TLSv1.3 TLS_AES_256_GCM_SHA384 "GET / HTTP/1.1" 2326
//! ```
//!
//! The date in brackets is searched, as anything may stand before it; the request in quotes follows it.

use super::{Context, Extras, head, quoted, tail};
use crate::formats::{haproxy, request_line};
use crate::record::{Field, Reason, Reject, Row, Span};
use crate::text::{Cursor, number, zone};

/// What the layout of a line is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Common,
    Combined,
    Vhost,
    /// `ssl_request_log`
    Ssl,
    Ingress,
    Traefik,
}

impl Layout {
    fn set(self, row: &mut Row) {
        let format: &'static [u8] = match self {
            Layout::Common => b"web-common",
            Layout::Combined => b"web-combined",
            Layout::Vhost => b"web-vhost",
            Layout::Ssl => b"web-ssl",
            Layout::Ingress => b"web-ingress",
            Layout::Traefik => b"web-traefik",
        };
        row.word(Field::LogType, b"access");
        row.word(Field::Format, format);
    }
}

/// Where the `[` and the `]` of the date stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) open: usize,
    pub(super) close: usize,
}

/// Finds the date of an access log: a request in quotes follows it, or it is the first word and one follows later.
pub(super) fn find(text: &[u8], begin: usize) -> Option<Date> {
    memchr::memchr_iter(b'[', text.get(begin..)?).take(8).map(|found| begin + found).find_map(|open| {
        let close = open + 1 + shape(&text[open + 1..])?;
        let after = text.get(close + 1..).unwrap_or_default();
        let first = open == begin || text[begin..open].ends_with(b": ");
        let request = after.starts_with(b" \"") || first && memchr::memmem::find(after, b" \"").is_some();
        (request || after.is_empty()).then_some(Date { open, close })
    })
}

/// Length of `18/Nov/2026:10:22:00 +0100` (Python's own server: a blank for the first colon) or
/// `2026-11-18 10:22:00.123456`, where the `]` follows.
fn shape(text: &[u8]) -> Option<usize> {
    let t: &[u8; 20] = text.first_chunk()?;
    let clf = t[2] == b'/' && t[6] == b'/' && matches!(t[11], b':' | b' ') && t[14] == b':' && t[17] == b':';
    let iso = t[4] == b'-' && t[7] == b'-' && matches!(t[10], b'T' | b' ') && t[13] == b':' && t[16] == b':';
    let close = memchr::memchr(b']', &text[..text.len().min(40)])?;
    let stamp = text[..close].iter().all(|byte| byte.is_ascii_alphanumeric() || b"/:+-., ".contains(byte));
    // HAProxy's date has no zone but milliseconds (`[18/Nov/2026:10:22:00.725]`), and no request follows it.
    ((clf || iso) && stamp).then_some(close)
}

/// The stamp in microseconds UTC; without a zone it has that of its source.
fn time(stamp: &[u8], context: &mut Context) -> Option<i64> {
    if stamp.get(4) == Some(&b'-') {
        let (time, zone, len) = context.clock.iso(stamp)?;
        let behind = stamp[len..].trim_ascii();
        let offset = match (zone, behind) {
            (Some(_), _) => 0,
            (None, b"") => context.zone.unwrap_or(0),
            (None, zone) => zone::seconds(zone)?,
        };
        return Some(time - i64::from(offset) * 1_000_000);
    }
    let mut second: [u8; 20] = *stamp.first_chunk()?;
    second[11] = b':';
    let behind = &stamp[20..];
    let digits = behind.iter().skip(1).take_while(|byte| byte.is_ascii_digit()).count();
    let fraction = if behind.first() == Some(&b'.') { digits + 1 } else { 0 };
    let micros = match fraction {
        0 => 0,
        // `.725` as the part of a second that it is.
        len => {
            let value = i64::from(number::digits(behind.get(1..len.min(7))?)?);
            value * 10i64.pow(7 - len.min(7) as u32)
        }
    };
    let offset = match behind[fraction..].trim_ascii() {
        b"" => context.zone.unwrap_or(0),
        zone => zone::seconds(zone)?,
    };
    Some(context.clock.clf(&second)? + micros - i64::from(offset) * 1_000_000)
}

/// Reads one line, from `begin` to the end of `text`, whose date was found.
pub(super) fn read(
    text: &[u8],
    begin: usize,
    date: Date,
    context: &mut Context,
    row: &mut Row,
    extras: &mut Extras,
) -> Result<(), Reject> {
    // A line that was put into quotes as a whole: its first quote has no partner before the date.
    let quoted_whole = text.get(begin) == Some(&b'"') && quoted::quotes(&text[begin + 1..date.open]).next().is_none();
    let begin = begin + usize::from(quoted_whole);
    let text = if quoted_whole { text.strip_suffix(b"\"").unwrap_or(text) } else { text };

    let bad_time = Reject::at(Reason::BadTime, date.open + 1);
    let stamp = Span::new(date.open + 1, date.close);
    let stamped = time(stamp.of(text), context).ok_or(bad_time)?;
    let mut layout = Layout::Common;
    if head::read(text, begin, date.open, row, extras) {
        layout = Layout::Vhost;
    }
    let mut cursor = Cursor::new(text, date.close + 1);
    cursor.eat(b' ');
    if cursor.peek() != Some(b'"') && !cursor.at_end() {
        layout = Layout::Ssl;
        head::read_behind(&mut cursor, row);
    }
    let mut line = Line { layout, stamp, stamped, cut: false, micros: context.micros };
    line.read_request(&mut cursor, row)?;
    line.read_numbers(&mut cursor, row)?;
    if !line.cut {
        line.read_rest(&mut cursor, row, extras)?;
    }
    // A tail that says how long it took sets the time itself.
    if row.cell(Field::StartTime).is_none() {
        row.int(Field::StartTime, stamped, stamp);
    }
    line.layout.set(row);
    if line.cut {
        row.flag(Field::Truncated, true);
    }
    Ok(())
}

/// What is known of the line so far.
pub(super) struct Line {
    pub(super) layout: Layout,
    pub(super) stamp: Span,
    pub(super) stamped: i64,
    /// The line ends within a field.
    pub(super) cut: bool,
    /// A number alone behind the line is a time in microseconds.
    pub(super) micros: bool,
}

impl Line {
    /// The request: its closing quote is the first one that a status follows.
    fn read_request(&mut self, cursor: &mut Cursor, row: &mut Row) -> Result<(), Reject> {
        let text = cursor.text;
        if !cursor.eat(b'"') {
            self.cut = cursor.at_end();
            return if self.cut { Ok(()) } else { Err(Reject::at(Reason::BadRequest, cursor.at)) };
        }
        let start = cursor.at;
        let status = |at: &usize| {
            let word = text[at + 1..].strip_prefix(b" ").map(|rest| rest.split(|byte| *byte == b' ').next());
            let word = word.flatten().unwrap_or_default();
            word == b"-" || !word.is_empty() && word.iter().all(u8::is_ascii_digit)
        };
        let mut quotes = quoted::quotes(cursor.rest()).map(|at| start + at);
        let first = quotes.next();
        let whole = first.filter(status).or_else(|| quotes.find(status));
        // Without a status the line is cut: within the request or right behind it.
        let end = whole.or(first.filter(|at| text[at + 1..].trim_ascii().is_empty()));
        self.cut = whole.is_none();
        if self.cut && first.is_some() && end.is_none() {
            return Err(Reject::at(Reason::BadRequest, start - 1));
        }
        let request = Span::new(start, end.unwrap_or(text.len()));
        cursor.at = end.map_or(text.len(), |end| end + 1);
        set_request(request, end.is_none(), text, row);
        Ok(())
    }

    /// Status and size: ` 200 2326`, ` 408 -`; `ssl_request_log` has the size alone.
    fn read_numbers(&mut self, cursor: &mut Cursor, row: &mut Row) -> Result<(), Reject> {
        if self.cut {
            return Ok(());
        }
        let mut numbers = [None; 2];
        for number in &mut numbers {
            if !cursor.eat(b' ') {
                break;
            }
            let start = cursor.at;
            let dash = cursor.peek() == Some(b'-') && matches!(cursor.text.get(start + 1), None | Some(b' '));
            if dash {
                cursor.at += 1;
            }
            let value = if dash { None } else { cursor.count().filter(|value| *value >= 0) };
            if !dash && value.is_none() {
                self.cut = cursor.at_end();
                cursor.at = start - 1;
                break;
            }
            *number = Some((value, Span::new(start, cursor.at)));
            if !matches!(cursor.peek(), None | Some(b' ' | b'\t')) {
                return Err(Reject::at(Reason::BadNumber, start));
            }
        }
        let [mut status, mut size] = numbers;
        if self.layout == Layout::Ssl && size.is_none() {
            std::mem::swap(&mut status, &mut size);
        } else if status.is_none() || size.is_none() {
            self.cut |= cursor.at_end();
            if !self.cut && status.is_none() {
                return Err(Reject::at(Reason::BadNumber, cursor.at));
            }
        }
        // Of a status that touches the end, digits may be missing.
        if let Some((Some(status), span)) = status
            && !(size.is_none() && span.len < 3)
        {
            row.int(Field::ResponseCode, status, span);
        }
        if let Some((size, span)) = size {
            // `-` is how %b writes 0.
            row.int(Field::ResponseLength, size.unwrap_or(0), span);
        }
        Ok(())
    }

    /// Referer and user agent, then the tail.
    fn read_rest(&mut self, cursor: &mut Cursor, row: &mut Row, extras: &mut Extras) -> Result<(), Reject> {
        let text = cursor.text;
        let begin = cursor.at;
        if cursor.rest().strip_prefix(b" \"\" \"\"").is_some_and(is_haproxy) && haproxy::is_clf(text) {
            return Err(Reject::at(Reason::UnknownFormat, 0));
        }
        // Traefik writes `-` without quotes.
        let dash = cursor.rest().starts_with(b" - \"");
        if dash {
            cursor.at += 2;
        }
        if cursor.rest().starts_with(b" \"") {
            cursor.at += 1;
            let first = if dash { Span::NONE } else { self.quoted(cursor) };
            let second = dash || cursor.rest().starts_with(b" \"");
            if second {
                cursor.eat(b' ');
                let agent = self.quoted(cursor);
                quoted::set(Field::Referer, quoted::unless_none(first, text), text, row);
                quoted::set(Field::UserAgent, quoted::unless_none(agent, text), text, row);
                if self.layout == Layout::Common {
                    self.layout = Layout::Combined;
                }
            } else if first.of(text).starts_with(b"http") || self.cut {
                quoted::set(Field::Referer, first, text, row);
            } else if cursor.at_end() {
                quoted::set(Field::UserAgent, quoted::unless_none(first, text), text, row);
            } else {
                cursor.at = begin;
            }
        }
        if cursor.at_end() { Ok(()) } else { tail::read(cursor, self, row, extras) }
    }

    fn quoted(&mut self, cursor: &mut Cursor) -> Span {
        let Some(quoted) = quoted::eat(cursor) else { return Span::NONE };
        self.cut |= !quoted.closed;
        quoted.inner
    }
}

/// ` 47318 725 "fe"`, cut anywhere: HAProxy's fields behind two empty quotes.
fn is_haproxy(rest: &[u8]) -> bool {
    let mut words = rest.split(|byte| *byte == b' ').skip(1);
    let number = |word: Option<&[u8]>| word.is_none_or(|word| word.iter().all(u8::is_ascii_digit));
    !rest.is_empty()
        && number(words.next())
        && number(words.next())
        && words.next().is_none_or(|word| matches!(word, [] | [b'"', ..]))
}

/// The request as it was logged; `-` and nothing where none came, `\x16\x03\x01` where TLS met a plain port.
fn set_request(request: Span, cut: bool, text: &[u8], row: &mut Row) {
    let bytes = request.of(text);
    let method = bytes.split(|byte| *byte == b' ').next().unwrap_or_default();
    let named = method.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if matches!(bytes, b"" | b"-") {
        return;
    }
    if !named {
        quoted::set(Field::Uri, request, text, row);
    } else if method.len() == bytes.len() && method.iter().all(u8::is_ascii_uppercase) {
        row.text(Field::Method, request);
    } else {
        request_line::set(request, cut, text, row, quoted::set);
    }
}
