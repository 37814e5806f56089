//! The pieces that TCP and HTTP lines share: timers, byte count, termination state, connection counters, queues.
//!
//! A value that touches the end of the entry and is not the last field may have lost its end, so it is not kept: the
//! line is cut ([`Stop::Cut`]).

use crate::record::{Field, Reason, Reject, Row, Sink, Span};
use crate::text::Cursor;

/// A layout of traffic lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Tcp,
    Http,
    Https,
    Clf,
    TcpClf,
}

impl Layout {
    /// Values of the fields `log_type` and `format`.
    fn names(self) -> (&'static [u8], &'static [u8]) {
        match self {
            Layout::Tcp => (b"tcp", b"haproxy-tcp"),
            Layout::Http => (b"http", b"haproxy-http"),
            Layout::Https => (b"http", b"haproxy-https"),
            Layout::Clf => (b"http", b"haproxy-clf"),
            Layout::TcpClf => (b"tcp", b"haproxy-clf"),
        }
    }

    pub(super) fn format(self) -> &'static [u8] {
        self.names().1
    }

    pub(super) fn set(self, row: &mut impl Sink) {
        let (log_type, format) = self.names();
        row.word(Field::LogType, log_type);
        row.word(Field::Format, format);
    }
}

/// Why reading stopped before the last field.
#[derive(Debug)]
pub(super) enum Stop {
    /// The line ends here; what was read is kept.
    Cut(Layout),
    Bad(Reject),
}

impl Stop {
    pub(super) fn bad(reason: Reason, at: usize) -> Stop {
        Stop::Bad(Reject::at(reason, at))
    }

    /// A cut where the line ends, else `reason`.
    pub(super) fn here(cursor: &Cursor, reason: Reason) -> Stop {
        if cursor.at_end() { Stop::Cut(Layout::Tcp) } else { Stop::bad(reason, cursor.at) }
    }

    /// The same stop, where the fault began earlier.
    pub(super) fn or_at(self, at: usize) -> Stop {
        match self {
            Stop::Bad(reject) => Stop::bad(reject.reason, at),
            cut => cut,
        }
    }

    /// The same stop, in an HTTP line.
    pub(super) fn in_http(self) -> Stop {
        self.in_layout(Layout::Http)
    }

    /// The same stop, in a line in common log format.
    pub(super) fn in_clf(self) -> Stop {
        self.in_layout(Layout::Clf)
    }

    fn in_layout(self, layout: Layout) -> Stop {
        match self {
            Stop::Cut(_) => Stop::Cut(layout),
            bad => bad,
        }
    }
}

/// `-` stands for nothing.
pub(super) fn unless_dash(span: Span, text: &[u8]) -> Span {
    if span.of(text) == b"-" { Span::NONE } else { span }
}

/// One blank between two fields.
#[inline]
pub(super) fn blank(cursor: &mut Cursor, reason: Reason) -> Result<(), Stop> {
    if cursor.eat(b' ') { Ok(()) } else { Err(Stop::here(cursor, reason)) }
}

/// A number that another field follows.
#[inline]
pub(super) fn number(cursor: &mut Cursor, reason: Reason) -> Result<(i64, Span), Stop> {
    let start = cursor.at;
    let value = cursor.number();
    ended(cursor, start, value, reason)
}

/// A count of bytes that another field follows: 64 bits.
pub(super) fn count(cursor: &mut Cursor, reason: Reason) -> Result<(i64, Span), Stop> {
    let start = cursor.at;
    let value = cursor.count();
    ended(cursor, start, value, reason)
}

#[inline]
fn ended(cursor: &Cursor, start: usize, value: Option<i64>, reason: Reason) -> Result<(i64, Span), Stop> {
    match value {
        Some(value) if !cursor.at_end() => Ok((value, Span::new(start, cursor.at))),
        Some(_) => Err(Stop::Cut(Layout::Tcp)),
        None if cursor.rest() == b"-" => Err(Stop::Cut(Layout::Tcp)),
        None => Err(Stop::here(cursor, reason)),
    }
}

/// Three timers (TCP: Tw/Tc/Tt) or five (HTTP: TR/Tw/Tc/Tr/Ta), in milliseconds; -1 where the phase was not reached.
#[derive(Debug)]
pub(super) struct Timers {
    pub(super) values: [i64; 5],
    pub(super) spans: [Span; 5],
    pub(super) count: usize,
    /// `+` before the last one: logged while the session was still open.
    pub(super) open: bool,
}

impl Timers {
    /// `Ok(None)` where the token here is something else.
    #[inline]
    pub(super) fn read(cursor: &mut Cursor) -> Result<Option<Timers>, Stop> {
        let mut timers = Timers { values: [-1; 5], spans: [Span::NONE; 5], count: 0, open: false };
        loop {
            timers.open = cursor.eat(b'+');
            let start = cursor.at;
            let Some(value) = cursor.number().filter(|_| timers.count < 5) else {
                return if cursor.at_end() || cursor.rest() == b"-" { Err(timers.cut()) } else { Ok(None) };
            };
            if cursor.at_end() {
                return Err(timers.cut());
            }
            timers.values[timers.count] = value;
            timers.spans[timers.count] = Span::new(start, cursor.at);
            timers.count += 1;
            if cursor.eat(b' ') {
                return Ok(Some(timers));
            }
            if !cursor.eat(b'/') {
                return Ok(None);
            }
        }
    }

    /// The line ends among the timers; more than three say that it is HTTP.
    fn cut(&self) -> Stop {
        Stop::Cut(if self.count > 2 { Layout::Http } else { Layout::Tcp })
    }

    /// Sets a timer as a duration; -1 is absent, never 0.
    #[inline(always)]
    pub(super) fn set(&self, index: usize, field: Field, row: &mut impl Sink) {
        if self.values[index] >= 0 {
            row.int(field, self.values[index] * 1000, self.spans[index]);
        }
    }

    /// Sets what the last timer says: total time, end, and whether the session was still open.
    #[inline(always)]
    pub(super) fn set_total(&self, index: usize, start: i64, row: &mut impl Sink) {
        let total = self.values[index];
        if total < 0 {
            return;
        }
        row.int(Field::TotalTime, total * 1000, self.spans[index]);
        if self.open {
            row.flag(Field::Interim, true);
        } else {
            row.int(Field::EndTime, start + total * 1000, Span::NONE);
        }
    }

    /// What the other timers leave of the last one, where all phases were reached. It is clamped: a TCP Tw is mostly
    /// one too high (`1/0/0`).
    #[inline(always)]
    pub(super) fn set_rest(&self, row: &mut impl Sink) {
        let (parts, total) = (&self.values[..self.count - 1], self.values[self.count - 1]);
        if total >= 0 && parts.iter().all(|part| *part >= 0) {
            let rest = total - parts.iter().sum::<i64>();
            row.int(Field::DataTransferTime, rest.max(0) * 1000, Span::NONE);
        }
    }
}

/// `212`, or `+212` while the session is open.
pub(super) fn length(cursor: &mut Cursor, row: &mut Row) -> Result<(), Stop> {
    let open = cursor.eat(b'+');
    let (value, span) = count(cursor, Reason::BadNumber)?;
    row.int(Field::ResponseLength, value, span);
    if open && row.cell(Field::Interim).is_none() {
        row.flag(Field::Interim, true);
    }
    blank(cursor, Reason::BadNumber)
}

/// True for `--`, `cD`, `sHNN`: who ended the session, in which phase, and with four characters the cookies.
#[inline(always)]
pub(super) fn is_state(token: &[u8]) -> bool {
    let [who, phase, cookies @ ..] = token else { return false };
    let by = matches!(who, b'-' | b'C' | b'c' | b'S' | b's' | b'P' | b'L' | b'R' | b'I' | b'D' | b'U' | b'K');
    let of = matches!(phase, b'-' | b'R' | b'Q' | b'C' | b'H' | b'D' | b'L' | b'T');
    let cookie = |byte: &u8| matches!(byte, b'-' | b'0'..=b'9' | b'A'..=b'Z');
    by && of && matches!(cookies.len(), 0 | 2) && cookies.iter().all(cookie)
}

/// The termination state and the blank after it.
pub(super) fn state(cursor: &mut Cursor, row: &mut Row) -> Result<(), Stop> {
    let start = cursor.at;
    let token = cursor.token();
    if is_state(token.of(cursor.text)) {
        row.text(Field::TerminationState, token);
        blank(cursor, Reason::BadTermination)
    } else if cursor.at_end() && token.len < 4 {
        Err(Stop::Cut(Layout::Tcp))
    } else {
        Err(Stop::bad(Reason::BadTermination, start))
    }
}

/// `1/1/0/0/0 0/0`: connections on process, frontend, backend, server; retries, `+` after a redispatch; queues.
pub(super) fn counters(cursor: &mut Cursor, row: &mut Row) -> Result<(), Stop> {
    const FIELDS: [Field; 4] = [Field::Actconn, Field::Feconn, Field::Beconn, Field::SrvConn];
    for field in FIELDS {
        let (value, span) = number(cursor, Reason::BadCounters)?;
        row.int(field, value, span);
        if !cursor.eat(b'/') {
            return Err(Stop::here(cursor, Reason::BadCounters));
        }
    }
    let redispatched = cursor.eat(b'+');
    let (retries, span) = number(cursor, Reason::BadCounters)?;
    row.int(Field::Retries, retries, span);
    row.flag(Field::Redispatched, redispatched);
    blank(cursor, Reason::BadCounters)?;

    let (queue, span) = number(cursor, Reason::BadCounters)?;
    row.int(Field::SrvQueue, queue, span);
    if !cursor.eat(b'/') {
        return Err(Stop::here(cursor, Reason::BadCounters));
    }
    let start = cursor.at;
    let queue = cursor.number().ok_or_else(|| Stop::here(cursor, Reason::BadCounters))?;
    row.int(Field::BackendQueue, queue, Span::new(start, cursor.at));
    match cursor.peek() {
        None | Some(b' ') => Ok(()),
        _ => Err(Stop::bad(Reason::BadCounters, cursor.at)),
    }
}
