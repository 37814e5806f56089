//! Messages of several lines: certificates, dumps of requests and responses. Only the first line has a header.
//!
//! ```text
//! 2026 11 18 09:14:02.118 isi3web OpenSSLHan 02314.139697183344384 7-DBG_LO: peer certificate:
//! Certificate:
//!     Data:
//!         Version: 3 (0x2)
//! ```
//!
//! A line goes on with the message before it where it could not be the beginning of anything: better a line too many in
//! the table than an entry of another log hidden in a message. What is asked here depends on the text alone, so that any
//! piece of a file gives the same answer.

use super::header::{self, Header};
use crate::formats::FORMATS;
use crate::text::number::digits;

/// Bytes of a line that count.
pub const LOOK: usize = 1024;
/// A line that begins this many bytes after the header does not go on with its message.
pub const REACH: usize = 64 << 10;

/// True where a message that may go on begins: a trace line, and nothing else.
pub fn begins(line: &[u8]) -> bool {
    let others = || FORMATS.iter().filter(|format| format.id() != "nevisproxy");
    Header::find(line).is_some() && !others().any(|format| format.claims(line))
}

/// True where `line` cannot begin an entry: no stamp, no header, nothing that a format knows.
pub fn continues(line: &[u8]) -> bool {
    let line = &line[..line.len().min(LOOK)];
    !header::has_level(line) && !looks_dated(line) && !FORMATS.iter().any(|format| format.claims(line))
}

/// True where the line begins like one of a log, though no format may read the rest.
fn looks_dated(line: &[u8]) -> bool {
    match line.first() {
        // A syslog priority.
        Some(b'<') if line.get(1).is_some_and(u8::is_ascii_digit) => true,
        // `[Wed Nov 18 09:14:02 2026] [error]`, `2026-11-18 09:14:02`, `2026 13 18 09:14:02`, `Nov 18 09:14:02`,
        // `192.0.2.7 - - [18/Nov/2026:09:14:02 +0100]`: all have the time of day near their beginning.
        Some(b'[' | b'0'..=b'9' | b'A'..=b'Z') => has_time(&line[..line.len().min(64)]),
        _ => false,
    }
}

/// `09:14:02`, after a blank, a `T` or a colon, or at the start; after no word with a colon, as in `Date: …`.
fn has_time(text: &[u8]) -> bool {
    let is_time = |at: usize| {
        text.get(at..at + 8).is_some_and(|t| {
            t[2] == b':' && t[5] == b':' && [&t[..2], &t[3..5], &t[6..8]].into_iter().all(|two| digits(two).is_some())
        })
    };
    let begins = |at: usize| at == 0 || matches!(text[at - 1], b' ' | b'T' | b't' | b':');
    let after_name = |at: usize| memchr::memmem::find(&text[..at], b": ").is_some();
    (0..text.len()).any(|at| begins(at) && is_time(at) && !after_name(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &[u8] =
        b"2026 11 18 09:14:02.118 isi3web OpenSSLHan 02314.139697183344384 7-DBG_LO: peer certificate:";

    #[test]
    fn what_has_no_header_goes_on() {
        let lines = [
            "-----BEGIN CERTIFICATE-----",
            "MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ",
            "            Not Before: Nov 18 09:14:02 2026 GMT",
            "Not After : Nov 18 09:14:02 2027 GMT",
            "0000 - 16 03 01 02 00 01 00 01-fc 03 03 5c 1e 09 7b 3a   ...........\\..{:",
            "0010 16 03 01 02 00",
            "GET /shop HTTP/1.1",
            "Date: Wed, 18 Nov 2026 08:14:02 GMT",
            "{\"cart\":[1,2]}",
            "    at ch.example.Filter.doFilter(Filter.java:42)",
            "}",
            "Zürich, 5 Uhr",
        ];
        for line in lines {
            assert!(continues(line.as_bytes()), "{line}");
            assert!(!begins(line.as_bytes()));
        }
    }

    #[test]
    fn what_may_be_an_entry_does_not() {
        assert!(begins(TRACE) && !continues(TRACE));
        let lines = [
            "2026 13 18 09:14:02.118 isi3web OpenSSLHan damaged",
            "0417 2026 11 18 09:14:02.118 isi3web NavajoOp cut",
            "2026-11-18 09:14:02,118 WARN another log",
            "2026-11-18T09:14:02Z another log",
            "[Wed Nov 18 09:14:02.118 2026] [ssl:error] AH02042",
            "Nov 18 09:14:02 lb01 haproxy[7]: 192.0.2.7:4711 [18/Nov/2026:09:14:02.118] fe be/s 0/0/1 5 -- 1/1/0/0/0 0/0",
            "Nov 18 09:14:02 lb01 sshd[7]: hello",
            "09:14:02.118 4.6.13.0 cut",
            "<134>1 cut",
            "192.0.2.7 - - [18/Nov/2026:09:14:02 +0100] \"GET / HTTP/1.1\" 200 5",
            "{\"adf\":true,\"virtualservice\":\"vs-1\",\"client_ip\":\"192.0.2.7\"}",
            "x 6-INFO : the rest of a header",
        ];
        for line in lines {
            assert!(!continues(line.as_bytes()), "{line}");
        }
    }
}
