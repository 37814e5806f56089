//! What stands before the message of a syslog line, whoever wrote or relayed it: severity, stamp, host, process.
//!
//! Collectors put so many things before a message that listing them all is hopeless. Where the message begins is
//! therefore the format's to say ([`before`]) or guessed ([`header`]), and the prefix is read for what is known of it:
//!
//! ```text
//! <134>Nov 21 02:01:30 lb01 haproxy[11994]: MSG                            RFC 3164, with or without host
//! <134>1 2026-11-21T02:01:30.181080+00:00 lb01 haproxy 11994 - - MSG       RFC 5424
//! 2026-11-21T02:01:30.181080+00:00 lb01 haproxy[11994]: MSG                rsyslog's files
//! Nov 21 02:01:31 relay Nov 21 02:01:30 lb01 haproxy[11994]: MSG           relayed: the last stamp is the sender's
//! haproxy_1  | <134>Nov 21 02:01:30 haproxy[11994]: MSG                    docker compose
//! ```

use super::{Clock, Cursor, Since, bytes, clock::month, number::digits};
use crate::text::Span;

/// How a stamp is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    #[default]
    None,
    /// `Nov 21 02:01:30`: no year, no zone.
    Rfc3164,
    /// `Nov 21 2026 02:01:30` or `2026 Nov 21 02:01:30`: no zone.
    WithYear,
    /// `2026-11-21T02:01:30.181080+00:00`, zone optional.
    Iso,
}

/// What is known of the prefix; spans of length 0 for what it does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prefix {
    /// The severity of `<PRI>`, 0 … 7.
    pub severity: Option<u8>,
    pub style: Style,
    pub stamp: Span,
    pub host: Span,
    pub process: Span,
    pub pid: Span,
    /// The stamp is a container runtime's: its zone is not the sender's.
    pub foreign_stamp: bool,
    /// rsyslog's `message repeated 3 times: [ … ]` stands around the message.
    pub repeated: bool,
}

/// The prefix of the entry before, to be used again where the next entry begins alike.
#[derive(Clone, Debug, Default)]
pub struct Last {
    bytes: Vec<u8>,
    prefix: Prefix,
    /// How many were remembered before it.
    pub id: u32,
}

impl Last {
    /// Remembers `text[..end]`, read as `prefix`; one that does not stand at the start of the entry is forgotten.
    pub fn remember(&mut self, text: &[u8], begin: usize, end: usize, prefix: &Prefix) {
        self.bytes.clear();
        self.prefix = Prefix::default();
        self.id += 1;
        if begin == 0 {
            self.bytes.extend_from_slice(&text[..end]);
            self.prefix = *prefix;
        }
    }

    /// The prefix, and where it ends, if `text` begins with the one remembered but for the digits of its stamp.
    #[inline]
    pub fn starts(&mut self, text: &[u8]) -> Option<(Prefix, usize)> {
        let len = self.bytes.len();
        let begin = text.get(..len)?;
        // Many lines are of one second.
        if bytes::same(begin, &self.bytes) && len > 0 {
            return Some((self.prefix, len));
        }
        let (stamp, end) =
            (self.prefix.stamp.start as usize, (self.prefix.stamp.start + self.prefix.stamp.len) as usize);
        let alike = bytes::same(&begin[end..], &self.bytes[end..])
            && bytes::same(&begin[..stamp], &self.bytes[..stamp])
            && bytes::same_but_digits(&begin[stamp..end], &self.bytes[stamp..end]);
        if !alike {
            return None;
        }
        self.bytes.copy_from_slice(begin);
        (len > 0).then_some((self.prefix, len))
    }
}

/// Names of the severities 0 … 7.
pub const SEVERITIES: [&[u8]; 8] = [b"emerg", b"alert", b"crit", b"err", b"warning", b"notice", b"info", b"debug"];

impl Prefix {
    pub fn severity_name(&self) -> Option<&'static [u8]> {
        SEVERITIES.get(usize::from(self.severity?)).copied()
    }

    /// The stamp in microseconds. Without zone it is in that of the clock, without year it lies in the months from `since` on.
    pub fn time(&self, entry: &[u8], clock: &mut Clock, since: Since) -> Option<i64> {
        let stamp = self.stamp.of(entry);
        match self.style {
            Style::None => None,
            Style::Iso => clock.iso(stamp).map(|(time, zone, _)| clock.utc_unless_zoned(time, zone)),
            Style::Rfc3164 => clock.rfc3164(stamp, since).map(|(time, _)| clock.utc(time)),
            Style::WithYear => {
                // Written the RFC 3164 way, the year taken out: `Feb  6 12:14:14`.
                let (day, time) = stamp.split_at(stamp.len().checked_sub(9)?);
                let (year, day) = match day.first()?.is_ascii_digit() {
                    true => (&day[..4], day.get(5..)?),
                    false => (day.get(day.len().checked_sub(4)?..)?, day[..day.len() - 4].trim_ascii_end()),
                };
                let mut plain = [b' '; 15];
                plain.get_mut(..day.len())?.copy_from_slice(day);
                plain.get_mut(day.len()..day.len() + 9)?.copy_from_slice(time);
                clock.rfc3164(&plain, (digits(year)? as i32).into()).map(|(time, _)| clock.utc(time))
            }
        }
    }

    /// Seconds east of UTC, where the sender's own stamp says so.
    #[inline]
    pub fn zone(&self, entry: &[u8]) -> Option<i32> {
        if self.style != Style::Iso || self.foreign_stamp {
            return None;
        }
        let stamp = self.stamp.of(entry);
        let zone = stamp.get(19 + stamp.get(19..)?.iter().position(|b| matches!(b, b'Z' | b'z' | b'+' | b'-'))?..)?;
        let (sign, rest) = zone.split_first()?;
        if !matches!(sign, b'+' | b'-') {
            return Some(0);
        }
        let minutes = match rest.len() {
            5 => digits(&rest[3..]),
            4 => digits(&rest[2..]),
            _ => Some(0),
        };
        let seconds = (digits(rest.get(..2)?)? * 3600 + minutes? * 60) as i32;
        Some(if *sign == b'-' { -seconds } else { seconds })
    }
}

/// `12:14:14`
fn is_time(text: &[u8]) -> bool {
    matches!(text, [_, _, b':', _, _, b':', _, _, ..])
}

/// Length of the stamp that stands at the start of `text`, if one does.
fn stamp(text: &[u8]) -> Option<(Style, usize)> {
    match text.first()? {
        b'A'..=b'Z' => {
            month(text.get(..3)?)?;
            let mut cursor = Cursor::new(text, 3);
            cursor.skip_blanks();
            let day = cursor.token();
            if day.start == 3 || day.len == 0 || day.len > 2 || digits(day.of(text)).is_none() {
                return None;
            }
            cursor.skip_blanks();
            if is_time(cursor.rest()) {
                return Some((Style::Rfc3164, cursor.at + 8));
            }
            // `Feb  6 2013 12:14:14`.
            let year = cursor.token();
            let whole = digits(year.of(text)).is_some() && year.len == 4 && cursor.eat(b' ') && is_time(cursor.rest());
            whole.then_some((Style::WithYear, cursor.at + 8))
        }
        b'0'..=b'9' => {
            digits(text.get(..4)?)?;
            match text.get(4)? {
                b' ' => {
                    let (style, len) = stamp(&text[5..]).filter(|_| text.get(5).is_some_and(u8::is_ascii_uppercase))?;
                    (style == Style::Rfc3164).then_some((Style::WithYear, 5 + len))
                }
                b'-' => {
                    let day = matches!(text.get(..11)?, [_, _, _, _, b'-', _, _, b'-', _, _, b'T' | b't' | b' ']);
                    if !day || !is_time(&text[11..]) {
                        return None;
                    }
                    let tail = text[19..].iter().take_while(|b| b.is_ascii_digit() || b".,+-:Zz".contains(b)).count();
                    // `2018-02-06 12:14:14: text`: a colon that ends the stamp is not of it.
                    let colon = text[19..19 + tail].iter().rev().take_while(|b| matches!(b, b':' | b',')).count();
                    Some((Style::Iso, 19 + tail - colon))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// `<134>`: the priority, and the length of it.
fn pri(text: &[u8]) -> Option<(u8, usize)> {
    if text.first() != Some(&b'<') {
        return None;
    }
    let mut cursor = Cursor::new(text, 1);
    let value = cursor.number().filter(|value| (0..=191).contains(value))?;
    cursor.eat(b'>').then_some(((value & 7) as u8, cursor.at))
}

/// Reads the prefix `entry[begin..end]`, knowing where the message begins.
pub fn before(entry: &[u8], begin: usize, end: usize) -> Prefix {
    let mut prefix = Prefix::default();
    let text = &entry[..end.min(entry.len())];
    let mut at = begin.min(text.len());
    if let Some((severity, len)) = pri(&text[at..]) {
        prefix.severity = Some(severity);
        at += len;
    }
    if text[at..].starts_with(b"1 ") && read_5424(&mut prefix, text, at + 2).is_some() {
        return prefix;
    }
    if let Some((style, len)) = stamp(&text[at..]) {
        (prefix.style, prefix.stamp) = (style, Span::new(at, at + len));
        at += len;
        // The plain case, which is nearly every line: `host process[pid]: ` follows.
        if text.ends_with(b"]: ") && memchr::memchr_iter(b' ', &text[at..]).count() <= 3 {
            read_tag(&mut prefix, text, at);
            return prefix;
        }
    }
    match walk(&mut prefix, text, at, usize::MAX) {
        Walked::Message(_) => {}
        Walked::Words { layer, .. } => read_tag(&mut prefix, text, layer),
    }
    prefix
}

/// Reads the prefix of an entry whose message is not recognised by itself. Returns it with the positions where the
/// message may begin, the likeliest first.
pub fn header(entry: &[u8], begin: usize) -> (Prefix, [usize; 2]) {
    let mut prefix = Prefix::default();
    match walk(&mut prefix, entry, begin.min(entry.len()), 4) {
        Walked::Message(body) => (prefix, [body; 2]),
        Walked::Words { layer, tag_end: Some(end) } => {
            read_tag(&mut prefix, &entry[..end], layer);
            let mut body = Cursor::new(entry, end);
            body.skip_blanks();
            let inner = Cursor::new(entry, body.at).rest();
            if inner.starts_with(b"message repeated ")
                && let Some(open) = memchr::memmem::find(inner, b"times: [")
            {
                prefix.repeated = true;
                body.at += open + 8;
                body.skip_blanks();
            }
            (prefix, [body.at; 2])
        }
        Walked::Words { layer, tag_end: None } => {
            let mut body = Cursor::new(entry, layer);
            body.skip_blanks();
            let first = body.at;
            // `Feb  6 12:14:14 lb01 haproxy 123 - - MSG`
            if prefix.style != Style::None {
                let mut fields = prefix;
                if let Some(message) = read_fields(&mut fields, entry, first).filter(|_| fields.pid.len > 0) {
                    return (fields, [message; 2]);
                }
            }
            let host = body.token();
            body.skip_blanks();
            if prefix.style != Style::None {
                prefix.host = dashless(host, entry);
            }
            (prefix, [first, body.at])
        }
    }
}

/// Where [`walk`] ended.
enum Walked {
    /// An RFC 5424 header was read; the message begins here.
    Message(usize),
    /// Plain words follow the last layer; the word with a colon ends at `tag_end`.
    Words { layer: usize, tag_end: Option<usize> },
}

/// Steps over the layers of a prefix: priorities, stamps, what container runtimes add. Stops at the end of `text`, at
/// a word that ends in a colon, or after `patience` words that belong to no layer.
fn walk(prefix: &mut Prefix, text: &[u8], begin: usize, patience: usize) -> Walked {
    let (mut at, mut layer, mut words) = (begin, begin, 0);
    while at < text.len() && words <= patience {
        if let Some((severity, len)) = pri(&text[at..]) {
            prefix.severity = Some(severity);
            at += len;
            layer = at;
            words = 0;
            if text[at..].starts_with(b"1 ")
                && let Some(body) = read_5424(prefix, text, at + 2)
            {
                return Walked::Message(body);
            }
            continue;
        }
        if let Some((style, len)) = stamp(&text[at..]) {
            (prefix.style, prefix.stamp, prefix.foreign_stamp) = (style, Span::new(at, at + len), false);
            at += len;
            layer = at;
            words = 0;
            continue;
        }
        let word = Cursor::new(text, at).token();
        at += word.len as usize + 1;
        match word.of(text) {
            b"" => {}
            // `2026-11-21T02:01:30.181080300Z stdout F `
            b"stdout" | b"stderr" => (prefix.foreign_stamp, layer) = (true, at),
            b"F" | b"P" if prefix.foreign_stamp => layer = at,
            // `haproxy_1  | `
            b"|" => (layer, words) = (at, 0),
            // `[pod/haproxy-7d9f/haproxy] `
            word if word.starts_with(b"[pod/") => layer = at,
            b"repeated" => prefix.repeated = true,
            word if word.len() > 1 && word.ends_with(b":") => {
                if patience < usize::MAX {
                    return Walked::Words { layer, tag_end: Some(at - 1) };
                }
            }
            _ => words += 1,
        }
    }
    Walked::Words { layer: layer.min(text.len()), tag_end: None }
}

/// `host process[pid]: ` between `at` and the end of `text`, each part optional.
fn read_tag(prefix: &mut Prefix, text: &[u8], at: usize) {
    let mut text = text;
    if prefix.repeated
        && let Some(found) = memchr::memmem::find(&text[at..], b"message repeated")
    {
        text = &text[..at + found];
    }
    let start = at + text[at..].iter().take_while(|byte| **byte == b' ').count();
    let tail = text[start..].iter().rev().take_while(|byte| matches!(byte, b' ' | b':')).count();
    let end = text.len() - tail;
    if start >= end {
        return;
    }
    let colon = text.get(end) == Some(&b':');
    if !colon && memchr::memchr_iter(b' ', &text[start..end]).count() >= 3 && read_fields(prefix, text, start).is_some()
    {
        return;
    }
    let mut name_end = end;
    if text[end - 1] == b']'
        && let Some(open) = memchr::memrchr(b'[', &text[start..end])
        && digits(&text[start + open + 1..end - 1]).is_some()
    {
        prefix.pid = Span::new(start + open + 1, end - 1);
        name_end = start + open;
    }
    if prefix.style == Style::None {
        prefix.process = dashless(Span::new(start, name_end), text);
        return;
    }
    // A tag may hold blanks (`edge proxy[13278]:`), a host may not.
    match memchr::memchr(b' ', &text[start..name_end]) {
        Some(blank) => {
            prefix.host = dashless(Span::new(start, start + blank), text);
            prefix.process = dashless(Span::new(start + blank + 1, name_end), text);
        }
        // The only word after a stamp, without colon and process id, is a host.
        None if !colon && prefix.pid.len == 0 => prefix.host = dashless(Span::new(start, name_end), text),
        None => prefix.process = dashless(Span::new(start, name_end), text),
    }
}

/// RFC 5424 from its stamp on. Returns where the message begins.
fn read_5424(prefix: &mut Prefix, text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let len = match stamp(rest) {
        Some((Style::Iso, len)) => {
            (prefix.style, prefix.stamp) = (Style::Iso, Span::new(at, at + len));
            len
        }
        _ if rest.starts_with(b"- ") => 1,
        _ => return None,
    };
    read_fields(prefix, text, at + len + 1)
}

/// `lb01 haproxy 11994 - - `: the rest of an RFC 5424 header. Returns where the message begins.
fn read_fields(prefix: &mut Prefix, text: &[u8], at: usize) -> Option<usize> {
    let mut cursor = Cursor::new(text, at);
    let mut fields = [Span::NONE; 4];
    for field in &mut fields {
        *field = cursor.token();
        if field.len == 0 || !cursor.eat(b' ') {
            return None;
        }
    }
    if !cursor.eat(b'-') {
        // `[id key="value"][id2 …]`, `"`, `]` and `\` escaped by a backslash.
        while cursor.eat(b'[') {
            let mut quoted = false;
            loop {
                let byte = cursor.peek()?;
                cursor.at += 1;
                match byte {
                    b'\\' if quoted => cursor.at += 1,
                    b'"' => quoted = !quoted,
                    b']' if !quoted => break,
                    _ => {}
                }
            }
        }
        if text.get(cursor.at.checked_sub(1)?) != Some(&b']') {
            return None;
        }
    }
    cursor.skip_blanks();
    cursor.eat_all(b"\xef\xbb\xbf");
    let [host, process, pid, _] = fields;
    prefix.host = dashless(host, text);
    prefix.process = dashless(process, text);
    prefix.pid = if digits(pid.of(text)).is_some() { pid } else { Span::NONE };
    Some(cursor.at)
}

/// `-` stands for nothing.
fn dashless(span: Span, text: &[u8]) -> Span {
    if span.of(text) == b"-" { Span::NONE } else { span }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts<'a>(prefix: &Prefix, line: &'a str) -> [&'a str; 4] {
        [prefix.stamp, prefix.host, prefix.process, prefix.pid]
            .map(|span| std::str::from_utf8(span.of(line.as_bytes())).unwrap())
    }

    #[test]
    fn every_prefix_gives_what_it_knows() {
        let iso = "2026-11-21T02:01:30.181080+00:00";
        let expected = [
            ("<134>Nov 21 02:01:30 haproxy[11994]: ", ["Nov 21 02:01:30", "", "haproxy", "11994"]),
            ("<134>Nov 21 02:01:30 lb01 haproxy[11994]: ", ["Nov 21 02:01:30", "lb01", "haproxy", "11994"]),
            ("<134>1 2026-11-21T02:01:30.181080+00:00 lb01 haproxy 11994 - - ", [iso, "lb01", "haproxy", "11994"]),
            (
                "<134>1 2026-11-21T02:01:30.181080+00:00 lb01 haproxy 11994 - [x@1 k=\"a ] \\\" b\"] \u{feff}",
                [iso, "lb01", "haproxy", "11994"],
            ),
            ("<134>", ["", "", "", ""]),
            ("<6>2026-11-21T02:01:30.181080+00:00 ", [iso, "", "", ""]),
            ("2026-11-21T02:01:30.181080+00:00 ", [iso, "", "", ""]),
            ("", ["", "", "", ""]),
            ("Feb 6 12:14:14 a/b/syslog haproxy: ", ["Feb 6 12:14:14", "a/b/syslog", "haproxy", ""]),
            ("2013 Feb  6 12:14:14 lb haproxy[1]: ", ["2013 Feb  6 12:14:14", "lb", "haproxy", "1"]),
            ("Feb  6 2013 12:14:14 lb haproxy[1]: ", ["Feb  6 2013 12:14:14", "lb", "haproxy", "1"]),
            ("Feb  6 12:14:14 - haproxy 123 - - ", ["Feb  6 12:14:14", "", "haproxy", "123"]),
            ("Feb  6 12:14:14 lb edge proxy[13278]: ", ["Feb  6 12:14:14", "lb", "edge proxy", "13278"]),
            ("Feb  6 12:14:15 relay Feb  6 12:14:14 lb docker/x[1]: ", ["Feb  6 12:14:14", "lb", "docker/x", "1"]),
            ("Feb  6 12:14:15 relay <134>Feb  6 12:14:14 lb haproxy[1]: ", ["Feb  6 12:14:14", "lb", "haproxy", "1"]),
            ("123 <134>Feb  6 12:14:14 lb haproxy[1]: ", ["Feb  6 12:14:14", "lb", "haproxy", "1"]),
            ("haproxy_1  | <134>Feb  6 12:14:14 haproxy[8]: ", ["Feb  6 12:14:14", "", "haproxy", "8"]),
            ("[pod/x/y] <134>Feb  6 12:14:14 haproxy[8]: ", ["Feb  6 12:14:14", "", "haproxy", "8"]),
            ("2026-11-21T02:01:30.181080300Z stdout F ", ["2026-11-21T02:01:30.181080300Z", "", "", ""]),
            ("Feb  6 12:14:14 lb haproxy[1]: message repeated 3 times: [ ", ["Feb  6 12:14:14", "lb", "haproxy", "1"]),
            ("haproxy[14387]: ", ["", "", "haproxy", "14387"]),
        ];
        for (line, parts_expected) in expected {
            let prefix = before(line.as_bytes(), 0, line.len());
            assert_eq!(parts(&prefix, line), parts_expected, "{line}");
            // The message found from the front, too.
            if line.ends_with(": ") || line.ends_with("- ") {
                let whole = format!("{line}Proxy a started.");
                let (prefix, bodies) = header(whole.as_bytes(), 0);
                assert_eq!(&whole[bodies[0]..], "Proxy a started.", "{line}");
                assert_eq!(parts(&prefix, line), parts_expected, "{line}");
            }
        }
    }

    #[test]
    fn stamps_become_times_and_zones() {
        let mut clock = Clock::default();
        let mut time =
            |line: &str| before(line.as_bytes(), 0, line.len()).time(line.as_bytes(), &mut clock, 2013.into());
        let expected = Some(1_360_152_854_000_000);
        assert_eq!(time("Feb  6 12:14:14 lb haproxy[1]: "), expected);
        assert_eq!(time("2013 Feb  6 12:14:14 lb haproxy[1]: "), expected);
        assert_eq!(time("Feb 06 2013 12:14:14 lb haproxy[1]: "), expected);
        assert_eq!(time("2013-02-06T13:14:14+01:00 lb haproxy[1]: "), expected);
        let zone = |line: &str| before(line.as_bytes(), 0, line.len()).zone(line.as_bytes());
        assert_eq!(zone("2013-02-06T13:14:14+01:00 lb haproxy[1]: "), Some(3600));
        assert_eq!(zone("2013-02-06T13:14:14.123-0530 lb haproxy[1]: "), Some(-19_800));
        assert_eq!(zone("2013-02-06T13:14:14Z "), Some(0));
        assert_eq!(zone("2013-02-06T13:14:14+01:00 stdout F "), None);
        assert_eq!(zone("Feb  6 12:14:14 lb haproxy[1]: "), None);
    }
}
