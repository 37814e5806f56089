//! A session put together from pieces that come in any order, as custom formats and JSON have them. It becomes the same
//! row as a line of the built-in formats.

use super::alias::{Date, Sum, Take};
use super::parts;
use super::{Context, request, set_client};
use crate::record::{Field, Row, Span};
use crate::text::{number, zone};

/// What is known so far of the values that depend on each other.
#[derive(Default)]
pub(super) struct Session {
    /// Seconds east of UTC for dates that do not say it, where the header does; else that of the clock.
    zone: Option<i32>,
    /// Microseconds, where it stands, and whether it has milliseconds of its own.
    accepted: Option<(i64, Span, bool)>,
    requested: Option<(i64, Span, bool)>,
    millis: i64,
    /// Milliseconds of %Ta and %Tt.
    active: Option<(i64, Span)>,
    whole: Option<(i64, Span)>,
    open: bool,
    http: bool,
    has_data: bool,
}

impl Session {
    pub(super) fn new(zone: Option<i32>) -> Self {
        Self { zone, ..Self::default() }
    }

    /// Sets the value of one piece. What does not fit its kind is left out.
    pub(super) fn take(&mut self, take: Take, span: Span, text: &[u8], context: &mut Context, row: &mut Row) {
        let bytes = span.of(text);
        if matches!(bytes, b"" | b"-") {
            return;
        }
        match take {
            Take::Text(field) => {
                let none = matches!(field, Field::SslVersion | Field::SslCipher) && bytes == b"(NONE)";
                if !none {
                    request::set_decoded(field, span, text, row);
                    self.http |= matches!(field, Field::Method | Field::UriPath);
                }
            }
            Take::Int(field) => {
                if let Some((value, _)) = int(bytes) {
                    let flag = field.kind() == crate::record::Kind::Bool;
                    row.int(field, if flag { value.clamp(0, 1) } else { value }, span);
                    self.http |= field == Field::ResponseCode;
                }
            }
            Take::Length(field) => {
                if let Some((value, plus)) = signed(bytes).filter(|(value, _)| *value >= 0) {
                    row.int(field, value, signless(span, plus));
                    self.open |= plus;
                }
            }
            Take::Retries => {
                if let Some((value, plus)) = int(bytes) {
                    row.int(Field::Retries, value, signless(span, plus));
                    row.flag(Field::Redispatched, plus);
                }
            }
            Take::Timer(field) => {
                if let Some((value, _)) = int(bytes) {
                    self.has_data |= field == Field::DataTransferTime;
                    self.http |= field == Field::AppResponseTime;
                    if let Some(value) = millis(value) {
                        row.int(field, value, span);
                    }
                }
            }
            Take::Total(sum) => {
                if let Some((value, plus)) = int(bytes) {
                    self.open |= plus;
                    let total = Some((value, signless(span, plus)));
                    match sum {
                        Sum::Active => self.active = total,
                        Sum::Whole => self.whole = total,
                    }
                }
            }
            Take::Frontend => {
                let tls = bytes.ends_with(b"~");
                row.text(Field::VirtualService, Span { len: span.len - u32::from(tls), ..span });
                row.flag(Field::Tls, tls);
            }
            Take::Client => {
                // What is no address and port is left out.
                let _ = set_client(text, span, row);
            }
            Take::State => {
                if parts::is_state(bytes) {
                    row.text(Field::TerminationState, span);
                    // Two more characters for the cookies: only HTTP has them.
                    self.http |= bytes.len() == 4;
                }
            }
            Take::Date(Date::Epoch) => {
                let seconds = int(bytes).map(|(value, _)| value).filter(|seconds| (0..1 << 36).contains(seconds));
                self.accepted = seconds.map(|seconds| (seconds * 1_000_000, span, false));
            }
            Take::Date(date) => {
                let read = stamp(bytes, self.zone, context).map(|(time, whole)| (time, span, !whole));
                match date {
                    Date::Request => self.requested = self.requested.or(read),
                    _ => self.accepted = self.accepted.or(read),
                }
            }
            Take::Millis => self.millis = int(bytes).map_or(0, |(value, _)| value.clamp(0, 999)),
            Take::Request => {
                self.http = true;
                request::set_request(span, false, text, row);
            }
            Take::Target => {
                self.http = true;
                crate::formats::request_line::set_target(span, text, row, request::set_decoded);
            }
            Take::HttpVersion => {
                let version = bytes.strip_prefix(b"HTTP/").unwrap_or(bytes).len();
                row.text(Field::HttpVersion, Span::new(span.start as usize + bytes.len() - version, span_end(span)));
            }
            Take::Block(_) | Take::List | Take::Other => {}
        }
    }

    /// Sets what a cut line has of its request.
    pub(super) fn take_cut(&mut self, span: Span, text: &[u8], row: &mut Row) {
        self.http = true;
        request::set_request(span, true, text, row);
    }

    /// Sets what depends on several pieces. `format` is the name of the layout.
    pub(super) fn finish(self, format: &[u8], row: &mut Row) {
        let date = self.requested.or(self.accepted);
        let start = date.map(|(time, span, own)| (time + if own { 0 } else { self.millis * 1000 }, span));
        if let Some((start, span)) = start {
            row.int(Field::StartTime, start, span);
        }
        let http = self.http;
        let total = self.active.or(self.whole);
        if let Some((value, span)) = total.and_then(|(value, span)| Some((millis(value)?, span))) {
            row.int(Field::TotalTime, value, span);
            if let Some((start, _)) = start.filter(|_| !self.open) {
                row.int(Field::EndTime, start + value, Span::NONE);
            }
            let parts: &[Field] = match http {
                true => &[Field::RequestTime, Field::QueueTime, Field::ConnectTime, Field::AppResponseTime],
                false => &[Field::QueueTime, Field::ConnectTime],
            };
            let sum: Option<i64> = parts.iter().map(|field| row.get_int(*field)).sum();
            if let Some(sum) = sum.filter(|_| !self.has_data) {
                row.int(Field::DataTransferTime, (value - sum).max(0), Span::NONE);
            }
        }
        if self.open {
            row.flag(Field::Interim, true);
        }
        let tcp = !http && row.cell(Field::Method).is_none();
        row.owned(Field::LogType, if tcp { b"tcp" } else { b"http" }, Span::NONE);
        row.owned(Field::Format, format, Span::NONE);
    }
}

fn span_end(span: Span) -> usize {
    span.start as usize + span.len as usize
}

fn signless(span: Span, plus: bool) -> Span {
    Span { start: span.start + u32::from(plus), len: span.len - u32::from(plus) }
}

/// A number and whether `+` stood before it.
fn signed(bytes: &[u8]) -> Option<(i64, bool)> {
    let digits = bytes.strip_prefix(b"+");
    Some((number::int(digits.unwrap_or(bytes))?, digits.is_some()))
}

/// The same, small enough to become microseconds.
fn int(bytes: &[u8]) -> Option<(i64, bool)> {
    signed(bytes).filter(|(value, _)| value.unsigned_abs() < 1_000_000_000_000_000)
}

/// Milliseconds to microseconds; -1 is absent.
fn millis(value: i64) -> Option<i64> {
    (value >= 0).then(|| value * 1000)
}

/// `06/Feb/2009:12:12:51.443`, `06/Feb/2009:12:12:51 +0100`, or ISO 8601; with whether it has whole seconds only.
fn stamp(bytes: &[u8], zone: Option<i32>, context: &mut Context) -> Option<(i64, bool)> {
    // Since the epoch, in seconds, milliseconds or microseconds.
    if let Some(number) = number::int(bytes) {
        let factor = match bytes.len() {
            10 => 1_000_000,
            13 => 1000,
            16 => 1,
            _ => return None,
        };
        return Some((number * factor, bytes.len() == 10));
    }
    if let Some((time, own, _)) = context.clock.iso(bytes) {
        let time = if own.is_some() { time } else { in_zone(time, zone, context) };
        return Some((time, !bytes.contains(&b'.')));
    }
    let blank = memchr::memchr(b' ', bytes);
    let (local, zone) = match blank {
        Some(blank) => (&bytes[..blank], Some(zone::seconds(bytes[blank + 1..].trim_ascii())?)),
        None => (bytes, zone),
    };
    let time = context.clock.clf(local)?;
    Some((in_zone(time, zone, context), local.len() == 20))
}

/// In UTC what was read as if it were.
fn in_zone(time: i64, zone: Option<i32>, context: &Context) -> i64 {
    zone.map_or_else(|| context.clock.utc(time), |seconds| time - i64::from(seconds) * 1_000_000)
}
