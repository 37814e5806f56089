//! The plain traffic line: nothing cut, no `+`, no field that a customised format put in between. Nearly every line is
//! one, and is read here from number to number without a question asked twice. Whatever is not plain is left to the
//! careful reader, which says the same of a plain line (a property test holds the two together) and takes twice as long.

use super::parts::{self, Layout, Timers};
use super::{Anchor, DATE, is_date, request, set_head, set_prefix, tcp};
use crate::formats::{Context, Plain};
use crate::record::{Field, Sink, Span};
use crate::text::{Cursor, bytes};

/// Fields that plain lines have in common with those before them.
pub const COMMON: &[Field] = &[
    Field::Severity,
    Field::ServiceEngine,
    Field::ProcessName,
    Field::ProcessId,
    Field::LogType,
    Field::Format,
    Field::Redispatched,
];

/// All other fields that a plain line may have, with those of the verdict.
pub const FIELDS: &[Field] = &[
    Field::StartTime,
    Field::EndTime,
    Field::ClientIp,
    Field::ClientPort,
    Field::VirtualService,
    Field::Tls,
    Field::PoolName,
    Field::ServerName,
    Field::RequestTime,
    Field::QueueTime,
    Field::ConnectTime,
    Field::AppResponseTime,
    Field::DataTransferTime,
    Field::TotalTime,
    Field::Interim,
    Field::ResponseCode,
    Field::ResponseLength,
    Field::TerminationState,
    Field::Actconn,
    Field::Feconn,
    Field::Beconn,
    Field::SrvConn,
    Field::Retries,
    Field::SrvQueue,
    Field::BackendQueue,
    Field::CapturedRequestHeaders,
    Field::CapturedResponseHeaders,
    Field::UserAgent,
    Field::ResponseContentType,
    Field::Host,
    Field::Uri,
    Field::Method,
    Field::HttpVersion,
    Field::UriPath,
    Field::UriQuery,
    Field::SniHostname,
    Field::SslVersion,
    Field::SslCipher,
    Field::Significant,
    Field::Significance,
];

/// Reads the line `text[..end]` that has the prefix of the one before it. What follows it is looked at where that saves a
/// question: a word of eight bytes may begin in the line. `None`: not plain; some fields may have been set.
#[inline(always)]
pub fn read(text: &[u8], end: usize, context: &mut Context, sink: &mut impl Sink) -> Option<Plain> {
    let (prefix, client) = context.prefix.starts(text.get(..end)?)?;
    let blank = bytes::find(text, client, b' ');
    let anchor = Anchor { client, date: blank + 1 };
    if !is_date(text.get(anchor.date..)?.first_chunk()?) || text[client] == b'<' {
        return None;
    }
    let start = set_head(text, anchor, &prefix, context, sink).ok()?;
    let (layout, state) = read_session(text, end, anchor.date + DATE, start, sink)?;
    // A key for each prefix and layout.
    sink.common(context.prefix.id << 3 | layout as u32, |sink| {
        set_prefix(text, &prefix, sink);
        layout.set(sink);
        sink.flag(Field::Redispatched, false);
    });
    Some(Plain { layout: layout.format(), start, state })
}

/// Reads what follows the accept date, from the blank at `at` on.
#[inline(always)]
fn read_session(text: &[u8], end: usize, at: usize, start: i64, sink: &mut impl Sink) -> Option<(Layout, Span)> {
    if text.get(at) != Some(&b' ') {
        return None;
    }
    let mut line = Line { text, end, at: at + 1 };
    let frontend = line.token()?;
    let server = line.token()?;
    // A few of these come over and over.
    let (begin, until) = (server.start as usize, line.at - 1);
    sink.parts(Span::new(frontend.start as usize, until), |sink| {
        let tls = text[begin - 2] == b'~';
        sink.text(Field::VirtualService, Span { len: frontend.len - u32::from(tls), ..frontend });
        sink.flag(Field::Tls, tls);
        let slash = bytes::find(&text[..until], begin, b'/');
        sink.text(Field::PoolName, parts::unless_dash(Span::new(begin, slash), text));
        sink.text(Field::ServerName, parts::unless_dash(Span::new(slash + 1, until), text));
        (slash < until).then_some(())
    })?;

    let mut timers = Timers { values: [-1; 5], spans: [Span::NONE; 5], count: 3, open: false };
    line.timer(0, b'/', &mut timers)?;
    line.timer(1, b'/', &mut timers)?;
    if line.timer(2, b' ', &mut timers).is_some() {
        tcp::set_timers(&timers, start, sink);
        line.length(sink)?;
        let state = line.state(2, sink)?;
        line.counters(sink)?;
        return Some((Layout::Tcp, state));
    }
    timers.count = 5;
    line.timer(2, b'/', &mut timers)?;
    line.timer(3, b'/', &mut timers)?;
    line.timer(4, b' ', &mut timers)?;
    super::http::set_timers(&timers, start, sink);
    let (status, span) = line.number(b' ')?;
    sink.int(Field::ResponseCode, status, span);
    line.length(sink)?;
    if bytes::word(text, line.at)? as u32 != u32::from_le_bytes(*b"- - ") {
        return None;
    }
    line.at += 4;
    let state = line.state(4, sink)?;
    line.counters(sink)?;
    if line.at >= end {
        return None;
    }
    let mut cursor = Cursor::new(&text[..end], line.at + 1);
    request::read_captures(&mut cursor, sink).ok()?;
    Some((request::read(&mut cursor, sink).ok()?, state))
}

struct Line<'a> {
    text: &'a [u8],
    end: usize,
    at: usize,
}

impl Line<'_> {
    /// A token and the blank after it.
    #[inline(always)]
    fn token(&mut self) -> Option<Span> {
        let (start, end) = (self.at, bytes::find(self.text, self.at, b' '));
        self.at = end + 1;
        (start < end && end < self.end).then_some(Span::new(start, end))
    }

    /// A number of up to seven digits or `-1`, and `end` after it; no step where that does not stand here.
    #[inline(always)]
    fn number(&mut self, end: u8) -> Option<(i64, Span)> {
        let word = bytes::word(self.text, self.at)?;
        // Timers that are 0, counters of a quiet machine: one digit is the most frequent number.
        let digit = (word as u8).wrapping_sub(b'0');
        if (word >> 8) as u8 == end && digit < 10 {
            return Some((i64::from(digit), self.step(1)));
        }
        let count = bytes::digits_in(word);
        if !matches!(count, 1..=7) || (word >> (8 * count)) as u8 != end {
            return self.negative(end);
        }
        Some((i64::from(bytes::number_in(word, count)), self.step(count as usize)))
    }

    /// Over a number of `len` bytes and the byte after it.
    #[inline(always)]
    fn step(&mut self, len: usize) -> Span {
        let start = self.at;
        self.at += len + 1;
        Span::new(start, start + len)
    }

    #[cold]
    fn negative(&mut self, end: u8) -> Option<(i64, Span)> {
        self.text[self.at..].starts_with(&[b'-', b'1', end]).then(|| (-1, self.step(2)))
    }

    #[inline(always)]
    fn timer(&mut self, nth: usize, end: u8, timers: &mut Timers) -> Option<()> {
        (timers.values[nth], timers.spans[nth]) = self.number(end)?;
        Some(())
    }

    #[inline(always)]
    fn length(&mut self, sink: &mut impl Sink) -> Option<()> {
        let (value, span) = self.number(b' ')?;
        sink.int(Field::ResponseLength, value, span);
        Some(())
    }

    /// A termination state of `len` characters, and the blank after it.
    #[inline(always)]
    fn state(&mut self, len: usize, sink: &mut impl Sink) -> Option<Span> {
        let end = self.at + len;
        if !parts::is_state(self.text.get(self.at..end)?) || self.text.get(end) != Some(&b' ') {
            return None;
        }
        let state = Span::new(self.at, end);
        sink.text(Field::TerminationState, state);
        self.at = end + 1;
        Some(state)
    }

    /// `1/1/0/0/0 0/0`; ends at the blank or the end of the line after it.
    #[inline(always)]
    fn counters(&mut self, sink: &mut impl Sink) -> Option<()> {
        for field in &[Field::Actconn, Field::Feconn, Field::Beconn, Field::SrvConn] {
            let (value, span) = self.number(b'/')?;
            sink.int(*field, value, span);
        }
        let (value, span) = self.number(b' ')?;
        sink.int(Field::Retries, value, span);
        let (value, span) = self.number(b'/')?;
        sink.int(Field::SrvQueue, value, span);
        let word = bytes::word(self.text, self.at)?;
        let count @ 1..=7 = bytes::digits_in(word) else { return None };
        let span = self.step(count as usize);
        self.at -= 1;
        sink.int(Field::BackendQueue, i64::from(bytes::number_in(word, count)), span);
        (self.at == self.end || self.at < self.end && self.text[self.at] == b' ').then_some(())
    }
}
