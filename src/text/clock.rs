//! Time stamps of logs to microseconds since the epoch.
//!
//! Logs repeat the same day over and over, so the clock remembers the last day it converted.

use super::{bytes, number::digits};

/// Converts stamps; remembers the last day.
#[derive(Debug, Default)]
pub struct Clock {
    /// `18/Nov/2026` as two words that overlap, and its first microsecond.
    clf_day: Option<((u64, u64), i64)>,
    /// `12:12:51` as a word, and its microsecond of the day.
    clf_second: Option<(u64, i64)>,
    /// The day of `2026-11-18`.
    iso_day: Option<((u64, u64), i64)>,
    /// Microseconds that the source's clock is ahead of UTC, where somebody says so of stamps that have no zone.
    ahead: i64,
}

const MICROS: i64 = 1_000_000;

/// The twelve months that stamps without a year lie in, by their first moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    year: i32,
    micros: i64,
}

impl Since {
    pub fn moment(micros: i64) -> Self {
        use chrono::Datelike;
        Self { year: chrono::DateTime::from_timestamp_micros(micros).map_or(1970, |time| time.year()), micros }
    }

    /// The only moment that lies in these months, of those that a stamp is in each year.
    pub fn place(self, mut in_year: impl FnMut(i32) -> Option<i64>) -> Option<i64> {
        in_year(self.year).filter(|time| *time >= self.micros).or_else(|| in_year(self.year + 1))
    }
}

/// A year from its first day to its last.
impl From<i32> for Since {
    fn from(year: i32) -> Self {
        Self { year, micros: days(year, 1, 1).unwrap_or(0) * 86_400 * MICROS }
    }
}

/// Days since 1970-01-01 of a date of the Gregorian calendar (chrono's, so leap years are not ours to get wrong).
fn days(year: i32, month: u32, day: u32) -> Option<i64> {
    let date = chrono::NaiveDate::from_ymd_opt(year, month, day)?;
    Some(date.signed_duration_since(chrono::NaiveDate::default()).num_days())
}

fn micros(year: i32, month: u32, day: u32, hour: u32, minute: u32, second: u32) -> Option<i64> {
    // A leap second (60) is written by some daemons; it counts as the next second.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = days(year, month, day)? * 86_400 + i64::from(hour * 3600 + minute * 60 + second);
    Some(seconds * MICROS)
}

/// `12:12:51` as microseconds of the day.
#[inline(always)]
fn time_of_day(time: u64) -> Option<i64> {
    const COLONS: u64 = 0x0000_ff00_00ff_0000;
    if time & COLONS != u64::from_le_bytes(*b"00:00:00") & COLONS {
        return None;
    }
    // The colons become zeros, and every pair of digits a number.
    let digits = time & !COLONS | 0x0000_3000_0030_0000;
    if bytes::digits_in(digits) != 8 {
        return None;
    }
    let pair = |at: u32| ((digits >> at & 15) * 10 + (digits >> (at + 8) & 15)) as i64;
    let (hour, minute, second) = (pair(0), pair(24), pair(48));
    (hour <= 23 && minute <= 59 && second <= 60).then_some((hour * 3600 + minute * 60 + second) * MICROS)
}

/// `Jan` … `Dec` as 1 … 12.
pub(crate) fn month(name: &[u8]) -> Option<u32> {
    const NAMES: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    NAMES.chunks_exact(3).position(|n| n == name).map(|i| i as u32 + 1)
}

impl Clock {
    /// Stamps without zone are of one `seconds` east of UTC.
    pub fn set_zone(&mut self, seconds: i32) {
        self.ahead = i64::from(seconds) * MICROS;
    }

    /// A time that was read as if it were UTC, from a stamp that has no zone.
    #[inline]
    pub fn utc(&self, local: i64) -> i64 {
        local - self.ahead
    }

    /// The same of what [`Clock::iso`] read.
    pub fn utc_unless_zoned(&self, time: i64, zone: Option<i32>) -> i64 {
        if zone.is_some() { time } else { self.utc(time) }
    }

    /// `06/Feb/2009:12:12:51` with an optional fraction `.443` (any number of digits up to 9): HAProxy's and the
    /// common log format's date, without zone. Returns microseconds as if the stamp were UTC.
    #[inline]
    pub fn clf(&mut self, stamp: &[u8]) -> Option<i64> {
        let day = (bytes::word(stamp, 0)?, bytes::word(stamp, 3)?);
        let first = match self.clf_day {
            Some((known, first)) if known == day => first,
            _ => {
                let date: &[u8; 11] = stamp.first_chunk()?;
                if date[2] != b'/' || date[6] != b'/' {
                    return None;
                }
                days(digits(&date[7..])? as i32, month(&date[3..6])?, digits(&date[..2])?)? * 86_400 * MICROS
            }
        };
        self.clf_day = Some((day, first));
        if stamp.get(11) != Some(&b':') {
            return None;
        }
        let second = bytes::word(stamp, 12)?;
        let time = match self.clf_second {
            Some((known, time)) if known == second => time,
            _ => time_of_day(second)?,
        };
        self.clf_second = Some((second, time));
        Some(first + time + fraction(&stamp[20..])?)
    }

    /// RFC 3339 / ISO 8601 as syslog and Avi write it: `2026-11-21T02:01:30.181080+00:00`, `…Z`, a blank instead of
    /// `T`, any fraction, zone optional. Returns (microseconds UTC, zone offset in seconds if the stamp had one, length
    /// in bytes of the stamp).
    pub fn iso(&mut self, text: &[u8]) -> Option<(i64, Option<i32>, usize)> {
        let second: &[u8; 19] = text.first_chunk()?;
        let day = (bytes::word(second, 0)?, bytes::word(second, 2)?);
        let first = match self.iso_day {
            Some((known, first)) if known == day => first,
            _ if second[4] != b'-' || second[7] != b'-' => return None,
            _ => {
                let days = days(digits(&second[..4])? as i32, digits(&second[5..7])?, digits(&second[8..10])?)?;
                days * 86_400 * MICROS
            }
        };
        self.iso_day = Some((day, first));
        if !matches!(second[10], b'T' | b't' | b' ') {
            return None;
        }
        let base = first + time_of_day(bytes::word(second, 11)?)?;
        let mut at = 19;
        let mut part = 0;
        if matches!(text.get(at), Some(b'.' | b',')) {
            let len = text[at + 1..].iter().take_while(|b| b.is_ascii_digit()).count();
            part = fraction(&text[at..at + 1 + len])?;
            at += 1 + len;
        }
        let offset = match text.get(at) {
            Some(b'Z' | b'z') => {
                at += 1;
                Some(0)
            }
            Some(sign @ (b'+' | b'-')) => {
                let hours = digits(text.get(at + 1..at + 3)?)?;
                let colon = usize::from(text.get(at + 3) == Some(&b':'));
                let minutes = text.get(at + 3 + colon..at + 5 + colon).and_then(digits);
                at += if minutes.is_some() { 5 + colon } else { 3 };
                let seconds = (hours * 3600 + minutes.unwrap_or(0) * 60) as i32;
                Some(if *sign == b'-' { -seconds } else { seconds })
            }
            _ => None,
        };
        Some((base + part - i64::from(offset.unwrap_or(0)) * MICROS, offset, at))
    }

    /// RFC 3164: `Feb  6 12:12:56`, `Feb 6 …`, `Feb 06 …`; the year is not in the stamp. Returns (microseconds as if
    /// UTC, length in bytes).
    pub fn rfc3164(&mut self, text: &[u8], since: Since) -> Option<(i64, usize)> {
        let month = month(text.get(..3)?)?;
        let mut at = 3 + text[3..].iter().take_while(|b| **b == b' ').count();
        let day_len = text.get(at..)?.iter().take_while(|b| b.is_ascii_digit()).count();
        if at == 3 || day_len == 0 || day_len > 2 {
            return None;
        }
        let day = digits(&text[at..at + day_len])?;
        at += day_len;
        if text.get(at) != Some(&b' ') {
            return None;
        }
        let time: &[u8; 8] = text.get(at + 1..)?.first_chunk()?;
        if time[2] != b':' || time[5] != b':' {
            return None;
        }
        let [hour, minute, second] = [digits(&time[..2])?, digits(&time[3..5])?, digits(&time[6..8])?];
        let value = since.place(|year| micros(year, month, day, hour, minute, second))?;
        Some((value, at + 9))
    }
}

/// `.443` as microseconds; an empty slice is 0.
#[inline(always)]
fn fraction(text: &[u8]) -> Option<i64> {
    match text {
        [b'.', a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9'] => {
            let digit = |byte: &u8| i64::from(byte - b'0');
            Some(digit(a) * 100_000 + digit(b) * 10_000 + digit(c) * 1_000)
        }
        _ => any_fraction(text),
    }
}

#[inline(never)]
fn any_fraction(text: &[u8]) -> Option<i64> {
    match text {
        [] => Some(0),
        [b'.' | b',', rest @ ..] if !rest.is_empty() && rest.len() <= 9 => {
            let value = i64::from(digits(rest)?);
            let scale = 6 - rest.len() as i32;
            Some(if scale >= 0 { value * 10i64.pow(scale as u32) } else { value / 10i64.pow(-scale as u32) })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_of_the_same_moment_agree() {
        let mut clock = Clock::default();
        let expected = 1_233_922_371_443_000;
        assert_eq!(clock.clf(b"06/Feb/2009:12:12:51.443"), Some(expected));
        assert_eq!(clock.clf(b"06/Feb/2009:12:12:51"), Some(expected - 443_000));
        assert_eq!(clock.iso(b"2009-02-06T12:12:51.443Z x"), Some((expected, Some(0), 24)));
        assert_eq!(clock.iso(b"2009-02-06T13:12:51.443000+01:00"), Some((expected, Some(3600), 32)));
        assert_eq!(clock.rfc3164(b"Feb  6 12:12:51 host", 2009.into()), Some((expected - 443_000, 15)));
        assert_eq!(clock.rfc3164(b"Feb 6 12:12:51", 2009.into()), Some((expected - 443_000, 14)));
    }

    #[test]
    fn a_stamp_without_a_year_lies_in_the_twelve_months() {
        let mut clock = Clock::default();
        // 2028 is a leap year.
        let since = Since::moment(clock.iso(b"2027-11-06T12:12:51Z").unwrap().0);
        for (stamp, dated) in [
            (&b"Nov  6 12:12:51"[..], &b"2027-11-06T12:12:51"[..]),
            (b"Nov  6 12:12:50", b"2028-11-06T12:12:50"),
            (b"Dec 31 23:59:59", b"2027-12-31T23:59:59"),
            (b"Jan  1 00:00:00", b"2028-01-01T00:00:00"),
            (b"Feb 29 00:00:00", b"2028-02-29T00:00:00"),
        ] {
            let time = clock.iso(dated).map(|(time, ..)| time);
            assert_eq!(clock.rfc3164(stamp, since).map(|(time, _)| time), time);
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        let mut clock = Clock::default();
        for bad in [&b""[..], b"31/Feb/2009:12:12:51.443", b"06/Feb/2009:25:12:51", b"06/Feb/2009:12:12:51.", b"x"] {
            assert_eq!(clock.clf(bad), None);
        }
        assert_eq!(clock.clf(b"\0\0\0\0\0\0\0\0\0\0\0:12:12:51"), None);
        // Cut at every place, after a whole one was seen.
        assert!(clock.clf(b"06/Feb/2009:12:12:51.443").is_some());
        for end in 0..20 {
            assert_eq!(clock.clf(&b"06/Feb/2009:12:12:51"[..end]), None);
            assert_eq!(clock.iso(&b"2009-02-06T12:12:51"[..end.min(18)]), None);
        }
        assert_eq!(clock.iso(b"2009-13-06T12:12:51Z"), None);
        assert_eq!(clock.rfc3164(b"Feb  6 12:12", 2009.into()), None);
    }
}
