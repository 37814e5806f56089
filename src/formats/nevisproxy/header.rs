//! What stands before the message of a trace line: stamp, program, trace group, ids, level.
//!
//! ```text
//! 2026 11 18 09:14:02.118 isi3web    NavajoOp   02314.139697183344384.0a156446-090a-660a1504-19a966acd46-000010d5 6-INFO  :  …
//! 0417 Nov 18 09:14:02 8.2505.0.0 NProxyOp 22037.139733629540096.2006d991bc853619bdd6b1cad7a82dc8.198f0ba83ebe5cf0 6-INFO : …
//! 09:14:02.118 4.6.13.0 IW4HttpConn 03241.139830376855296 5-NOTICE:     …
//! ```
//!
//! The stamp has one of three layouts (BC.Tracer.TimeFormat), a line counter may stand before it, the program name is
//! the version where none is set, and the transaction id is absent on threads that serve no request. The group is cut to
//! ten bytes. Columns are padded or not. A syslog header may stand before all of it where the log is piped on.

use super::id::{self, Difference};
use crate::formats::Context;
use crate::record::{Field, Row};
use crate::text::{Clock, Cursor, Since, Span, number, syslog};

/// How the stamp is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `2026 11 18 09:14:02.118`
    Detailed,
    /// `Nov 18 09:14:02`: no year.
    Ctime,
    /// `09:14:02.118`: no date.
    Time,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    /// The stamp of a collector, where it may have a zone.
    outer: Span,
    host: Span,
    counter: Span,
    style: Style,
    pub(super) stamp: Span,
    program: Span,
    pub(super) group: Span,
    process: Span,
    thread: Span,
    pub(super) transaction: Span,
    pub(super) level: u8,
    level_span: Span,
    /// Where the message begins.
    pub(super) message: usize,
}

/// Headers are shorter; what is read to tell whether a line has one.
pub(super) const LOOK: usize = 512;

impl Header {
    /// Reads the header of a line, if it has one.
    pub(super) fn find(line: &[u8]) -> Option<Header> {
        let line = &line[..line.len().min(LOOK)];
        if !has_level(line) {
            return None;
        }
        Self::read(line, 0).or_else(|| {
            let (prefix, bodies) = syslog::header(line, 0);
            bodies.into_iter().filter(|body| *body > 0).find_map(|body| {
                // A word that belongs to the message is no host.
                let host = if body < bodies[1] { Span::NONE } else { prefix.host };
                let outer = if prefix.style == syslog::Style::Iso { prefix.stamp } else { Span::NONE };
                Some(Header { outer, host, ..Self::read(line, body)? })
            })
        })
    }

    fn read(line: &[u8], begin: usize) -> Option<Header> {
        let mut cursor = Cursor::new(line, begin);
        let mut counter = Span::NONE;
        let (style, len) = match stamp(cursor.rest()) {
            Some(stamp) => stamp,
            None => {
                counter = cursor.token();
                if counter.len != 4 || number::digits(counter.of(line)).is_none() {
                    return None;
                }
                cursor.skip_blanks();
                stamp(cursor.rest())?
            }
        };
        let stamp = Span::new(cursor.at, cursor.at + len);
        cursor.at += len;
        let program = word(&mut cursor)?;

        // A group that somebody named may hold blanks: it ends where the ids begin.
        let mut group = word(&mut cursor)?;
        let (process, thread, mut transaction) = loop {
            let token = word(&mut cursor)?;
            if let Some(ids) = ids(line, token) {
                break ids;
            }
            group = Span::new(group.start as usize, (token.start + token.len) as usize);
            // `Nov 18 09:14:02 proxy01 navajo[1521]: 2026 11 18 …`: that was a syslog header.
            if group.len > 40 || group.of(line).contains(&b':') {
                return None;
            }
        };
        // So may an id that was taken from a header of the request.
        let (level, level_span) = loop {
            let token = word(&mut cursor)?;
            let colon = token.of(line).ends_with(b":");
            let name = Span { len: token.len - u32::from(colon), ..token };
            if let Some(level) = level(name.of(line)) {
                cursor.skip_blanks();
                if colon || cursor.eat(b':') {
                    break (level, name);
                }
            }
            if transaction.len == 0 {
                return None;
            }
            transaction = Span::new(transaction.start as usize, (token.start + token.len) as usize);
        };
        cursor.skip_blanks();
        let (outer, host) = (Span::NONE, Span::NONE);
        let message = cursor.at;
        Some(Header {
            outer,
            host,
            counter,
            style,
            stamp,
            program,
            group,
            process,
            thread,
            transaction,
            level,
            level_span,
            message,
        })
    }

    /// Sets what the header says.
    pub(super) fn set(&self, line: &[u8], context: &mut Context, row: &mut Row) -> Option<i64> {
        let time = self.time(line, context);
        if let Some(time) = time {
            row.int(Field::StartTime, time, self.stamp);
        }
        row.text(Field::ServiceEngine, self.host);
        for (field, span) in
            [(Field::LineCounter, self.counter), (Field::ProcessId, self.process), (Field::ThreadId, self.thread)]
        {
            if let Some(value) = number::int(span.of(line)) {
                row.int(field, value, span);
            }
        }
        row.text(Field::ProcessName, self.program);
        row.text(Field::TraceGroup, self.group);
        row.text(Field::TransactionId, self.transaction);
        row.owned(Field::Severity, severity(self.level), self.level_span);
        time
    }

    /// About when the line was written, in UTC: the moment in the id, else the stamp of a collector that has a zone.
    fn moment(&self, line: &[u8], clock: &mut Clock) -> Option<i64> {
        let outer = || clock.iso(self.outer.of(line)).filter(|(_, zone, _)| zone.is_some()).map(|(micros, ..)| micros);
        id::moment(self.transaction.of(line)).or_else(outer)
    }

    /// The stamp in microseconds UTC. Stamps have no zone: the id or the collector says it, else what is known of the
    /// source, else they count as UTC.
    fn time(&self, line: &[u8], context: &mut Context) -> Option<i64> {
        let moment = self.moment(line, &mut context.clock);
        let known = context.zone.map(|seconds| i64::from(seconds) * 1_000_000);
        let local = self.local(line, moment, &mut context.clock, context.since)?;
        let own = moment.and_then(|moment| Difference::new(local - moment));
        let zone = match (own, known) {
            (Some(own), _) if own.is_sure() => own.zone,
            (_, Some(known)) => known,
            (own, None) => own.map_or(0, |own| own.zone),
        };
        Some(local - zone)
    }

    /// Local time minus the moment that is known in UTC, where both are there.
    pub(super) fn difference(&self, line: &[u8], clock: &mut Clock) -> Option<Difference> {
        let moment = self.moment(line, clock)?;
        // The moment has the year.
        Difference::new(self.local(line, Some(moment), clock, 1970.into())? - moment)
    }

    /// The stamp as if it were UTC. What it lacks, year or date, is taken from the moment in the id.
    fn local(&self, line: &[u8], moment: Option<i64>, clock: &mut Clock, since: Since) -> Option<i64> {
        const DAY: i64 = 86_400_000_000;
        let stamp = self.stamp.of(line);
        match self.style {
            Style::Detailed => {
                let mut iso: [u8; 23] = *stamp.first_chunk()?;
                (iso[4], iso[7], iso[10]) = (b'-', b'-', b'T');
                clock.iso(&iso).map(|(micros, ..)| micros)
            }
            Style::Ctime => {
                let mut within = |since| clock.rfc3164(stamp, since).map(|(micros, _)| micros);
                let Some(moment) = moment else { return within(since) };
                let year = year_of(moment);
                // At the turn of the year local time and UTC may differ in the year.
                (year - 1..=year + 1).filter_map(|year| within(year.into())).min_by_key(|local| (local - moment).abs())
            }
            Style::Time => {
                let moment = moment?;
                let [h, m, s, ms] = [&stamp[..2], &stamp[3..5], &stamp[6..8], &stamp[9..12]].map(number::digits);
                let millis = ((i64::from(h?) * 60 + i64::from(m?)) * 60 + i64::from(s?)) * 1000 + i64::from(ms?);
                let difference = (millis * 1000 - moment.rem_euclid(DAY)).rem_euclid(DAY);
                Some(moment + if difference > DAY / 2 { difference - DAY } else { difference })
            }
        }
    }
}

fn year_of(micros: i64) -> i32 {
    use chrono::Datelike;
    chrono::DateTime::from_timestamp_micros(micros).map_or(1970, |time| time.year())
}

/// The next word, after blanks; `None` at the end.
fn word(cursor: &mut Cursor) -> Option<Span> {
    cursor.skip_blanks();
    Some(cursor.token()).filter(|word| word.len > 0)
}

/// Style and length of the stamp at the start of `text`. Only numbers that can be a time are one: what looks like a
/// header is one for certain.
fn stamp(text: &[u8]) -> Option<(Style, usize)> {
    match text.first()? {
        b'A'..=b'Z' => {
            let (_, len) = Clock::default().rfc3164(text.get(..text.len().min(20))?, 2024.into())?;
            (text.get(len) == Some(&b' ')).then_some((Style::Ctime, len))
        }
        b'0'..=b'9' => {
            let (style, len, time) = match text.get(2)? {
                b':' => (Style::Time, 12, 0),
                _ => (Style::Detailed, 23, 11),
            };
            let stamp = text.get(..len)?;
            let t = &stamp[time..];
            let shape = t[2] == b':' && t[5] == b':' && matches!(t[8], b'.' | b',') && text.get(len) == Some(&b' ');
            let below =
                |at: usize, end: usize| number::digits(&t[at..at + 2]).is_some_and(|value| (value as usize) < end);
            if !shape || !below(0, 24) || !below(3, 60) || !below(6, 61) || number::digits(&t[9..12]).is_none() {
                return None;
            }
            if style == Style::Detailed {
                let mut iso: [u8; 19] = *stamp.first_chunk()?;
                if [iso[4], iso[7], iso[10]] != [b' '; 3] {
                    return None;
                }
                (iso[4], iso[7], iso[10]) = (b'-', b'-', b'T');
                Clock::default().iso(&iso)?;
            }
            Some((style, len))
        }
        _ => None,
    }
}

/// `02314.139697183344384[.transaction]`: split at the first two dots only, for an id may hold dots of its own.
fn ids(line: &[u8], token: Span) -> Option<(Span, Span, Span)> {
    let bytes = token.of(line);
    let number = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let start = token.start as usize;
    let process = number(0);
    if process == 0 || bytes.get(process) != Some(&b'.') {
        return None;
    }
    let thread = process + 1 + number(process + 1);
    let rest = match bytes.get(thread) {
        _ if thread == process + 1 => return None,
        Some(b'.') => thread + 1,
        None => thread,
        Some(_) => return None,
    };
    let span = |from: usize, to: usize| Span::new(start + from, start + to);
    Some((span(0, process), span(process + 1, thread), span(rest, bytes.len())))
}

/// `6-INFO`, `7-DBG_LO`: the number counts, the word is cut.
fn level(name: &[u8]) -> Option<u8> {
    let dash = name.iter().take(3).position(|byte| *byte == b'-')?;
    let word = &name[dash + 1..];
    let is_word = word.len() >= 3 && word.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    number::digits(&name[..dash]).filter(|level| is_word && *level <= 10).map(|level| level as u8)
}

/// Quickly says no: a level somewhere is the one thing every header has.
pub(super) fn has_level(line: &[u8]) -> bool {
    let line = &line[..line.len().min(LOOK)];
    memchr::memchr_iter(b'-', line).any(|dash| {
        dash >= 2
            && line[dash - 1].is_ascii_digit()
            && matches!(line[dash - 2], b' ' | b'1')
            && line.get(dash + 1).is_some_and(u8::is_ascii_uppercase)
            && line.get(dash + 2).is_some_and(u8::is_ascii_uppercase)
    })
}

/// Names of the levels, as the field `severity` has them. There is no 4.
pub(super) fn severity(level: u8) -> &'static [u8] {
    match level {
        0 => b"emergency",
        1 => b"alert",
        2 => b"critical",
        3 | 4 => b"error",
        5 => b"notice",
        6 => b"info",
        7 => b"debug_low",
        8 => b"debug_med",
        9 => b"debug_high",
        _ => b"debug_max",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_collector_puts_before_a_line_is_stepped_over() {
        let line = "2026 11 18 09:14:02.118 8.2505.0.0 NavajoSess 01521.140139697183355 6-INFO : 17 sessions";
        for (before, host) in [
            ("", ""),
            ("2026-11-18T08:14:02.118345678Z stdout F ", ""),
            ("proxy-1  | ", ""),
            ("<134>Nov 18 09:14:02 proxy01 navajo: ", "proxy01"),
            ("<134>1 2026-11-18T08:14:02.118+00:00 proxy01 navajo 1521 - - ", "proxy01"),
            ("Nov 18 09:14:02 proxy01 navajo[1521]: ", "proxy01"),
        ] {
            let text = format!("{before}{line}");
            let header = Header::find(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(&text[header.message..], "17 sessions", "{text}");
            assert_eq!(header.stamp.of(text.as_bytes()), b"2026 11 18 09:14:02.118");
            assert_eq!(header.host.of(text.as_bytes()), host.as_bytes(), "{text}");
            // 09:14:02.118 is one hour east of a stamp in UTC; a collector without zone tells nothing.
            let zoned = before.contains("T08:14");
            let time = header.time(text.as_bytes(), &mut Context::new(2026));
            assert_eq!(time, Some(1_794_993_242_118_000 - i64::from(zoned) * 3_600_000_000), "{text}");
        }
    }
}
