//! What makes an entry of a web server significant: its status, how long it took, a second try of another server, and in
//! error logs the level.
//!
//! Texts are "Category: event", with the words of the other families where the event is the same.

use super::{Facts, Limits, Mark, Verdict};
use crate::record::Field;

const CODE_4XX: &str = "Request ended abnormally: response code 4xx";
const CODE_5XX: &str = "Request ended abnormally: response code 5xx";
const RETRIED: &str = "Connection setup failed: another server was tried";

/// Codes that say more than their class: (code, text). 444 to 499 are nginx's own and are never sent.
const CODES: &[(i64, &str)] = &[
    (408, "Connection closed abnormally: timed out waiting for HTTP request from client"),
    (444, "Connection not allowed: closed without an answer by a rule"),
    (494, "Request ended abnormally: request headers too large"),
    (495, "Connection closed abnormally: certificate not accepted"),
    (496, "Connection closed abnormally: client sent no certificate"),
    (497, "Request ended abnormally: plain HTTP sent to an HTTPS port"),
    (499, "Request ended abnormally: client aborted while waiting for the response"),
    (502, "Server connectivity failed: no valid answer from the server behind"),
    (504, "Server timed out: no response headers in time"),
];

/// What the message of an error log says: (any of these words, text). The first rule that fits counts.
const MESSAGES: &[(&[&[u8]], &str)] = &[
    (&[b"ModSecurity"], "WAF match: a rule of ModSecurity matched"),
    (&[b"limiting requests", b"limiting connections"], "Request ended abnormally: limit of requests or connections"),
    (&[b"no live upstreams"], "Server connectivity failed: no server available"),
    (&[b"upstream timed out", b"The timeout specified has expired"], "Server timed out: no response headers in time"),
    (&[b"Connection refused", b"AH00957"], "Connection setup failed: server refused connection"),
    (&[b"prematurely closed", b"AH01102"], "Server closed the connection: before its response headers were complete"),
    (
        &[b"SSL_do_handshake", b"SSL handshake", b"SSL Library Error"],
        "Connection closed abnormally: connection dropped due to SSL handshake failure",
    ),
    (
        &[
            b"MaxRequestWorkers",
            b"MaxClients",
            b"worker_connections",
            b"Too many open files",
            b"Cannot allocate memory",
            b"No space left",
        ],
        "Resources exhausted: workers, files, memory or disk",
    ),
    (&[b"too large body", b"AH00588"], "Request ended abnormally: request body too large"),
    (
        &[b"client denied by server configuration", b"access forbidden by rule", b"AH01630"],
        "Connection not allowed: refused by a rule",
    ),
    (&[b"user ", b"password"], "Authentication failed: see the message"),
    (&[b"Permission denied"], "File access failed: permission denied"),
    (&[b"File does not exist", b"No such file or directory", b"is not found"], "File access failed: not found"),
];
const SERVER_ERROR: &str = "Web server error: see the message";
const SERVER_WARNING: &str = "Web server warning: see the message";

/// Adds the rules that match to `verdict`, which is empty.
pub fn judge(facts: &dyn Facts, limits: &Limits, verdict: &mut Verdict) {
    if let Some(level) = facts.text(Field::Severity).filter(|_| facts.text(Field::LogType) == Some(b"error")) {
        let (mark, other) = match level {
            b"emerg" | b"alert" | b"crit" | b"error" => (Mark::Error, SERVER_ERROR),
            b"warn" => (Mark::Warning, SERVER_WARNING),
            _ => return,
        };
        let message = facts.text(Field::Message).unwrap_or_default();
        verdict.add(mark, rule(message).unwrap_or(other));
        return;
    }
    if let Some(code) = limits.code(facts) {
        let own = CODES.iter().find(|rule| rule.0 == code).map(|rule| rule.1);
        let class = match code {
            400..=499 => Some((Mark::Warning, CODE_4XX)),
            500.. => Some((Mark::Error, CODE_5XX)),
            _ => None,
        };
        if let Some((mark, text)) = class {
            if let Some(own) = own {
                verdict.add(mark, own);
            }
            verdict.add(mark, text);
        }
    }
    if facts.int(Field::ServersTried).is_some_and(|tried| tried > 1) {
        verdict.add(Mark::Warning, RETRIED);
    }
    limits.judge_times(facts, verdict);
}

/// The text of the first rule that a message fits.
pub(super) fn rule(message: &[u8]) -> Option<&'static str> {
    let says = |words: &&[u8]| memchr::memmem::find(message, words).is_some();
    MESSAGES.iter().find(|rule| rule.0.iter().any(says)).map(|rule| rule.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{Context, parse_entry};
    use crate::record::Row;
    use crate::significance::{RowFacts, SLOW, judge};

    fn verdict(line: &str) -> Verdict {
        let mut row = Row::new();
        parse_entry(line.as_bytes(), &mut None, &mut Context::new(2026), &mut row).expect(line);
        let mut verdict = Verdict::default();
        judge(&RowFacts { row: &row, entry: line.as_bytes() }, &Limits::default(), &mut verdict);
        verdict
    }

    #[test]
    fn rules_match_what_failed_and_nothing_else() {
        let access = |status: &str, tail: &str| {
            format!(
                "192.0.2.7 - - [18/Nov/2026:10:22:00 +0000] \"GET / HTTP/1.1\" {status} 12 \"-\" \"curl/8.5.0\"{tail}"
            )
        };
        let apache = |level: &str, message: &str| {
            format!("[Wed Nov 18 10:22:00.123456 2026] [core:{level}] [pid 812:tid 139] {message}")
        };
        let cases: &[(String, Mark, &[&str])] = &[
            (access("200", ""), Mark::Fine, &[]),
            (access("304", " D=4999999"), Mark::Fine, &[]),
            (access("200", " D=5000000"), Mark::Warning, &[SLOW]),
            (access("404", ""), Mark::Warning, &[CODE_4XX]),
            (access("499", " 7.001"), Mark::Warning, &[CODES[6].1, CODE_4XX, SLOW]),
            (access("503", ""), Mark::Error, &[CODE_5XX]),
            (access("200", " urt=\"0.001, 0.002\" ua=\"10.0.0.1:80, 10.0.0.2:80\""), Mark::Warning, &[RETRIED]),
            (apache("notice", "AH00094: Command line"), Mark::Fine, &[]),
            (apache("warn", "AH01374: Options"), Mark::Warning, &[SERVER_WARNING]),
            (apache("error", "AH00126: Invalid URI"), Mark::Error, &[SERVER_ERROR]),
            (apache("error", "File does not exist: /srv/a"), Mark::Error, &["File access failed: not found"]),
        ];
        for (line, mark, reasons) in cases {
            let verdict = verdict(line);
            assert_eq!((verdict.mark, &verdict.reasons[..]), (*mark, *reasons), "{line}");
        }
    }

    #[test]
    fn every_text_is_a_category_and_an_event() {
        for text in CODES.iter().map(|rule| rule.1).chain(MESSAGES.iter().map(|rule| rule.1)) {
            assert!(text.split_once(": ").is_some_and(|(category, event)| !category.is_empty() && !event.is_empty()));
            assert!(text.len() <= 90, "{text}");
        }
    }
}
