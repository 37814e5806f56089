//! What makes an HAProxy entry significant: one table of rules over termination state, status, retries and times, one
//! over events.
//!
//! Texts are "Category: event". Where Avi has the same pair its words are used, so that logs of both read alike.
//! HAProxy itself calls a session failed where it was redispatched, retried, answered with 5xx, or where the first
//! character of its termination state is neither `-` nor `L` (`option log-separate-errors`); status 4xx and slowness
//! are ours. Which of that counts is in [`Limits`].

use super::{Facts, Limits, Mark, Verdict};
use crate::protocol::Sessions;
use crate::record::Field;

/// Termination states: (who, phase, mark, text). The first rule that fits counts; `*` fits every phase.
const STATES: &[(u8, u8, Mark, &str)] = &[
    (b'C', b'R', Mark::Warning, "Connection closed abnormally: client aborted before its request was complete"),
    (b'C', b'Q', Mark::Warning, "Request ended abnormally: client aborted in the queue"),
    (b'C', b'C', Mark::Warning, "Connection setup failed: client aborted connection setup"),
    (b'C', b'H', Mark::Warning, "Request ended abnormally: client aborted while waiting for the response"),
    (b'C', b'T', Mark::Warning, "Request ended abnormally: client aborted in the tarpit"),
    (b'C', b'*', Mark::Warning, "Connection closed abnormally: client aborted connection"),
    (b'c', b'R', Mark::Warning, "Connection closed abnormally: timed out waiting for HTTP request from client"),
    (b'c', b'Q', Mark::Warning, "Client timed out: in the queue"),
    (b'c', b'C', Mark::Warning, "Client timed out: while connecting to the server"),
    (b'c', b'H', Mark::Warning, "Client timed out: request body not sent in time"),
    (b'c', b'*', Mark::Warning, "Connection closed abnormally: client connection timed out"),
    (b'S', b'C', Mark::Error, "Connection setup failed: server refused connection"),
    (b'S', b'H', Mark::Error, "Server closed the connection: before its response headers were complete"),
    (b'S', b'*', Mark::Error, "Connection closed abnormally: server aborted connection"),
    (b's', b'Q', Mark::Error, "Queue timed out: no server became free in time"),
    (b's', b'C', Mark::Error, "Connection setup failed: server conn setup timed out"),
    (b's', b'H', Mark::Error, "Server timed out: no response headers in time"),
    (b's', b'*', Mark::Error, "Connection closed abnormally: server connection timed out"),
    (b'P', b'R', Mark::Warning, "Request ended abnormally: invalid or denied request"),
    (b'P', b'T', Mark::Warning, "Request ended abnormally: tarpitted"),
    (b'P', b'H', Mark::Error, "Request ended abnormally: invalid or blocked server response"),
    (b'P', b'D', Mark::Error, "Request ended abnormally: invalid data in transfer"),
    (b'P', b'C', Mark::Error, "Connection setup failed: limit of the HAProxy process reached"),
    (b'P', b'*', Mark::Warning, "Request ended abnormally: refused by HAProxy"),
    (b'R', b'*', Mark::Error, "Resources exhausted: memory, sockets or source ports"),
    (b'I', b'*', Mark::Error, "Internal error: found by HAProxy itself"),
    (b'D', b'*', Mark::Error, "Connection closed abnormally: server went down"),
    (b'U', b'*', Mark::Warning, "Connection closed abnormally: an active server came back"),
    (b'K', b'*', Mark::Warning, "Connection closed abnormally: killed by an administrator"),
];

const NO_SERVER: &str = "Request ended abnormally: no available servers";
const NOT_ALLOWED: &str = "Connection not allowed: refused by a rule";
const NO_RESPONSE: &str = "Request ended abnormally: no response sent";
const CODE_4XX: &str = "Request ended abnormally: response code 4xx";
const CODE_5XX: &str = "Request ended abnormally: response code 5xx";
const RETRIED: &str = "Connection setup failed: server connection retried";
const REDISPATCHED: &str = "Connection setup failed: redispatched to another server";

/// Events that mean a failure: the value of `event_kind`, mark, text.
const EVENTS: &[(&[u8], Mark, &str)] = &[
    (b"server down", Mark::Error, "Server connectivity failed: server is down"),
    (b"no server available", Mark::Error, "Server connectivity failed: no server available"),
    (b"connect failed", Mark::Error, "Server connectivity failed: connection setup failed"),
    (b"health check failed", Mark::Warning, "Server connectivity failed: health check failed"),
];

/// Connection errors, by words of their message: HAProxy adds messages with every version, so it is free text.
const CONNECTION_ERRORS: &[(&[&[u8]], Mark, &str)] = &[
    (&[b"PROXY protocol", b"NetScaler"], Mark::Warning, "Connection setup failed: no valid PROXY or NetScaler header"),
    (&[b"certificate", b"CA chain"], Mark::Warning, "Connection closed abnormally: certificate not accepted"),
    (&[b"SSL", b"TLS"], Mark::Warning, "Connection closed abnormally: connection dropped due to SSL handshake failure"),
    (&[b"SOCKS4"], Mark::Error, "Connection setup failed: SOCKS4 proxy refused"),
    (
        &[b"maxconn", b"Too many", b"Out of", b"exhausted", b"in use", b"Can't bind"],
        Mark::Error,
        "Resources exhausted: memory, sockets or source ports",
    ),
];
const CONNECTION_ERROR: &str = "Connection setup failed: connection error";

/// Text of any other event whose severity is emerg, alert or crit.
const ALERT: &str = "HAProxy alert: see the message";

/// Adds the rules that match to `verdict`, which is empty.
pub fn judge(facts: &(impl Facts + ?Sized), limits: &Limits, verdict: &mut Verdict) {
    // A line that was cut before its state is judged by what it has.
    let state = facts.text(Field::TerminationState).unwrap_or_default();
    if state.is_empty() && judge_event(facts, verdict) {
        return;
    }
    let is_tcp = state.len() == 2;
    // A TCP session that moved data and then fell silent ran into its idle time-out: harmless, however long it took.
    let idle = is_tcp
        && state == b"cD"
        && limits.sessions != Sessions::Raised
        && facts.int(Field::ResponseLength).is_some_and(|bytes| bytes > 0);

    if let [who, phase, ..] = state
        && !matches!(who, b'-' | b'L')
        && !idle
        && limits.sessions != Sessions::Halog
    {
        let rule = STATES.iter().find(|rule| rule.0 == *who && (rule.1 == *phase || rule.1 == b'*'));
        if let Some(&(_, _, mark, text)) = rule {
            verdict.add(
                mark,
                match state {
                    [b'S', b'C', ..] if facts.text(Field::ServerName) == Some(b"<NOSRV>") => NO_SERVER,
                    b"PR" => NOT_ALLOWED,
                    _ => text,
                },
            );
        }
    }
    if !is_tcp {
        match limits.code(facts) {
            Some(400..=499) => verdict.add(Mark::Warning, CODE_4XX),
            Some(500..) => verdict.add(Mark::Error, CODE_5XX),
            Some(-1) => verdict.add(Mark::Warning, NO_RESPONSE),
            _ => {}
        }
    }
    if facts.int(Field::Redispatched) == Some(1) {
        if limits.sessions != Sessions::Halog {
            verdict.add(Mark::Warning, REDISPATCHED);
        }
    } else if facts.int(Field::Retries).is_some_and(|retries| retries > 0)
        && match limits.sessions {
            Sessions::Ended => true,
            Sessions::Raised => !state.starts_with(b"L"),
            Sessions::Halog => false,
        }
    {
        verdict.add(Mark::Warning, RETRIED);
    }
    if !idle {
        limits.judge_times(facts, verdict);
    }
}

/// False where the entry is no event.
fn judge_event(facts: &(impl Facts + ?Sized), verdict: &mut Verdict) -> bool {
    let Some(kind) = facts.text(Field::EventKind) else { return false };
    if kind == b"connection error" {
        let message = facts.text(Field::Message).unwrap_or_default();
        let says = |words: &&[u8]| memchr::memmem::find(message, words).is_some();
        let rule = CONNECTION_ERRORS.iter().find(|rule| rule.0.iter().any(says));
        let (mark, text) = rule.map_or((Mark::Warning, CONNECTION_ERROR), |rule| (rule.1, rule.2));
        verdict.add(mark, text);
    } else if let Some(&(_, mark, text)) = EVENTS.iter().find(|rule| rule.0 == kind) {
        verdict.add(mark, text);
    } else if matches!(facts.text(Field::Severity), Some(b"emerg" | b"alert" | b"crit")) {
        verdict.add(Mark::Error, ALERT);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{Context, parse_entry};
    use crate::record::Row;
    use crate::significance::{RowFacts, SLOW, judge};

    fn verdict(rest: &str) -> Verdict {
        let line = format!("198.51.100.34:50211 [18/Nov/2026:10:21:26.767] fe {rest}");
        let mut row = Row::new();
        parse_entry(line.as_bytes(), &mut None, &mut Context::new(2026), &mut row).expect(rest);
        let mut verdict = Verdict::default();
        judge(&RowFacts { row: &row, entry: line.as_bytes() }, &Limits::default(), &mut verdict);
        verdict
    }

    #[test]
    fn rules_match_what_failed_and_nothing_else() {
        let http = |timers: &str, status: &str, state: &str, retries: &str| {
            format!("be/s1 {timers} {status} 17 - - {state} 1/1/1/1/{retries} 0/0 \"GET / HTTP/1.1\"")
        };
        let cases: &[(String, Mark, &[&str])] = &[
            ("be/s1 1/0/812 48211 -- 1/1/1/1/0 0/0".into(), Mark::Fine, &[]),
            ("be/s1 1/0/60001 48211 cD 1/1/1/1/0 0/0".into(), Mark::Fine, &[]),
            (
                "be/s1 1/0/60001 0 cD 1/1/1/1/0 0/0".into(),
                Mark::Warning,
                &["Connection closed abnormally: client connection timed out", SLOW],
            ),
            ("be/s1 1/0/5000 9 -- 1/1/1/1/0 0/0".into(), Mark::Warning, &[SLOW]),
            ("be/s1 1/0/7 9 -- 1/1/1/1/2 0/0".into(), Mark::Warning, &[RETRIED]),
            ("be/s1 1/0/7 9 -- 1/1/1/1/+3 0/0".into(), Mark::Warning, &[REDISPATCHED]),
            ("be/<NOSRV> -1/-1/0 0 SC 1/1/0/0/0 0/0".into(), Mark::Error, &[NO_SERVER]),
            ("fe/<NOSRV> -1/-1/0 0 PR 1/1/0/0/0 0/0".into(), Mark::Warning, &[NOT_ALLOWED]),
            (http("0/0/0/1/1", "200", "--VN", "0"), Mark::Fine, &[]),
            (http("0/0/-1/-1/1", "302", "LR--", "0"), Mark::Fine, &[]),
            (http("0/0/0/1/1", "404", "----", "0"), Mark::Warning, &[CODE_4XX]),
            (
                http("0/0/0/-1/31008", "504", "sH--", "0"),
                Mark::Error,
                &["Server timed out: no response headers in time", CODE_5XX, SLOW],
            ),
            (
                http("0/0/0/-1/8", "-1", "CHVN", "0"),
                Mark::Warning,
                &["Request ended abnormally: client aborted while waiting for the response", NO_RESPONSE],
            ),
        ];
        for (line, mark, reasons) in cases {
            let verdict = verdict(line);
            assert_eq!((verdict.mark, &verdict.reasons[..]), (*mark, *reasons), "{line}");
            assert_eq!(verdict.significant, !reasons.is_empty());
        }
    }

    #[test]
    fn every_text_is_a_category_and_an_event() {
        for text in STATES.iter().map(|rule| rule.3).chain(EVENTS.iter().map(|rule| rule.2)) {
            assert!(text.split_once(": ").is_some_and(|(category, event)| !category.is_empty() && !event.is_empty()));
            assert!(text.len() <= 90, "{text}");
        }
    }
}
