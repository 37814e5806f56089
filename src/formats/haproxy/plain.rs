//! The plain traffic line: nothing cut, no `+`, no field that a customised format put in between. Nearly every line is
//! one, and is read here from number to number without a question asked twice. Whatever is not plain is left to the
//! careful reader, which says the same of a plain line (a property test holds the two together) and takes twice as long.

use super::parts::{self, Layout, Timers};
use super::{request, tcp};
use crate::record::{Field, Row, Span};
use crate::text::{Cursor, bytes};

/// Reads what follows the accept date, from the blank at `at` on. `None`: not plain; some fields may have been set.
#[inline]
pub(super) fn read(text: &[u8], at: usize, start: i64, row: &mut Row) -> Option<()> {
    if text.get(at) != Some(&b' ') {
        return None;
    }
    let mut line = Plain { text, at: at + 1 };
    let frontend = line.token()?;
    let tls = text[line.at - 2] == b'~';
    row.text(Field::VirtualService, Span { len: frontend.len - u32::from(tls), ..frontend });
    row.flag(Field::Tls, tls);
    let begin = line.at;
    let server = line.token()?;
    let end = begin + server.len as usize;
    let slash = bytes::find(&text[..end], begin, b'/');
    if slash == end {
        return None;
    }
    row.text(Field::PoolName, parts::unless_dash(Span::new(begin, slash), text));
    row.text(Field::ServerName, parts::unless_dash(Span::new(slash + 1, end), text));

    let mut timers = Timers { values: [-1; 5], spans: [Span::NONE; 5], count: 3, open: false };
    line.timer(0, b'/', &mut timers)?;
    line.timer(1, b'/', &mut timers)?;
    if line.timer(2, b' ', &mut timers).is_some() {
        tcp::set_timers(&timers, start, row);
        line.length(row)?;
        line.state(2, row)?;
        line.counters(row)?;
        Layout::Tcp.set(row);
        return Some(());
    }
    timers.count = 5;
    line.timer(2, b'/', &mut timers)?;
    line.timer(3, b'/', &mut timers)?;
    line.timer(4, b' ', &mut timers)?;
    super::http::set_timers(&timers, start, row);
    let (status, span) = line.number(b' ')?;
    row.int(Field::ResponseCode, status, span);
    line.length(row)?;
    if bytes::word(text, line.at)? as u32 != u32::from_le_bytes(*b"- - ") {
        return None;
    }
    line.at += 4;
    line.state(4, row)?;
    line.counters(row)?;
    if text.get(line.at) != Some(&b' ') {
        return None;
    }
    let mut cursor = Cursor::new(text, line.at + 1);
    request::read_captures(&mut cursor, row).ok()?;
    request::read(&mut cursor, row).ok()?.set(row);
    Some(())
}

struct Plain<'a> {
    text: &'a [u8],
    at: usize,
}

impl Plain<'_> {
    /// A token and the blank after it.
    #[inline]
    fn token(&mut self) -> Option<Span> {
        let (start, end) = (self.at, bytes::find(self.text, self.at, b' '));
        self.at = end + 1;
        (start < end && end < self.text.len()).then_some(Span::new(start, end))
    }

    /// A number of up to seven digits or `-1`, and `end` after it; no step where that does not stand here.
    #[inline(always)]
    fn number(&mut self, end: u8) -> Option<(i64, Span)> {
        let start = self.at;
        // Timers that are 0, counters of a quiet machine: one digit is the most frequent number.
        if let Some([digit @ b'0'..=b'9', after]) = self.text.get(start..).and_then(|rest| rest.first_chunk())
            && *after == end
        {
            self.at += 2;
            return Some((i64::from(digit - b'0'), Span::new(start, start + 1)));
        }
        let word = bytes::word_or_rest(self.text, start)?;
        let count = bytes::digits_in(word);
        let (value, count) = match count {
            1..=7 => (i64::from(bytes::number_in(word, count)), count),
            0 if word & 0xffff == u64::from(u16::from_le_bytes(*b"-1")) => (-1, 2),
            _ => return None,
        };
        if (word >> (8 * count)) as u8 != end {
            return None;
        }
        self.at += count as usize + 1;
        Some((value, Span::new(start, self.at - 1)))
    }

    #[inline]
    fn timer(&mut self, nth: usize, end: u8, timers: &mut Timers) -> Option<()> {
        (timers.values[nth], timers.spans[nth]) = self.number(end)?;
        Some(())
    }

    #[inline]
    fn length(&mut self, row: &mut Row) -> Option<()> {
        let (value, span) = self.number(b' ')?;
        row.int(Field::ResponseLength, value, span);
        Some(())
    }

    /// A termination state of `len` characters, and the blank after it.
    #[inline]
    fn state(&mut self, len: usize, row: &mut Row) -> Option<()> {
        let end = self.at + len;
        if !parts::is_state(self.text.get(self.at..end)?) || self.text.get(end) != Some(&b' ') {
            return None;
        }
        row.text(Field::TerminationState, Span::new(self.at, end));
        self.at = end + 1;
        Some(())
    }

    /// `1/1/0/0/0 0/0`; ends at the blank or the end after it.
    #[inline]
    fn counters(&mut self, row: &mut Row) -> Option<()> {
        for field in [Field::Actconn, Field::Feconn, Field::Beconn, Field::SrvConn] {
            let (value, span) = self.number(b'/')?;
            row.int(field, value, span);
        }
        let (value, span) = self.number(b' ')?;
        row.int(Field::Retries, value, span);
        row.flag(Field::Redispatched, false);
        let (value, span) = self.number(b'/')?;
        row.int(Field::SrvQueue, value, span);
        // What is behind the text counts as 0 here: the end of the line.
        let (value, span) = self.number(b' ').or_else(|| self.number(0).filter(|_| self.at > self.text.len()))?;
        row.int(Field::BackendQueue, value, span);
        self.at -= 1;
        Some(())
    }
}
