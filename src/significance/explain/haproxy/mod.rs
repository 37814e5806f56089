//! HAProxy entries in plain words: what the termination state says, with this entry's own names and times.

mod pairs;
mod words;

use crate::protocol::{Explanation, Letter};
use crate::record::Field;
use crate::show;
use crate::significance::Facts;
use pairs::{PAIRS, Pair, TCP_PAIRS};

/// Explains one entry.
pub(super) fn explain(facts: &impl Facts) -> Explanation {
    let entry = Entry { facts };
    match entry.text(Field::EventKind) {
        Some(kind) => entry.event(&kind),
        None => entry.session(),
    }
}

struct Entry<'f, F> {
    facts: &'f F,
}

impl<F: Facts> Entry<'_, F> {
    fn text(&self, field: Field) -> Option<String> {
        self.facts.text(field).map(|text| String::from_utf8_lossy(text).into_owned())
    }

    fn int(&self, field: Field) -> Option<i64> {
        self.facts.int(field)
    }

    fn is_tcp(&self) -> bool {
        self.facts.text(Field::LogType) == Some(b"tcp")
    }

    /// What ended the session, as HAProxy names it.
    fn state(&self) -> &[u8] {
        self.facts.text(Field::TerminationState).unwrap_or_default()
    }

    fn has_server(&self) -> bool {
        self.facts.text(Field::ServerName).is_some_and(|name| !name.starts_with(b"<NOSRV"))
    }

    fn session(&self) -> Explanation {
        let state = self.state();
        let pair = self.pair();
        let code = self.int(Field::ResponseCode);
        let (title, text, next) = match pair {
            // A server that is none was never asked.
            Some(pair) if pair.state == *b"SC" && !self.has_server() => (
                "No server was available",
                "No server of {backend} could take this: all are down, or none is configured{so}.",
                &["Look for \"server down\" events before this moment, and at the servers of this backend."][..],
            ),
            Some(pair) => (pair.title, pair.text, pair.next),
            None => self.plain(),
        };
        let failed = pair.is_some_and(|pair| pair.state[0] != b'L');
        let badge = match code {
            _ if failed => String::from_utf8_lossy(state).into_owned(),
            Some(code) => code.to_string(),
            None if state.is_empty() => "cut".into(),
            None => String::from_utf8_lossy(state).into_owned(),
        };
        let mut sentences = vec![self.fill(text)];
        if pair.is_none() {
            sentences.extend(self.longest());
        }
        sentences.extend(self.remarks());
        Explanation {
            badge,
            title: self.fill(title),
            paragraph: sentences.join(" "),
            letters: self.letters(),
            next: next.iter().map(|step| self.fill(step)).collect(),
        }
    }

    /// The words for the termination state; none where it says nothing.
    fn pair(&self) -> Option<&'static Pair> {
        let [who, phase, ..] = *self.state() else { return None };
        let fits = |pair: &&Pair| pair.state[0] == who && (pair.state[1] == phase || pair.state[1] == b'*');
        let of_tcp = TCP_PAIRS.iter().find(fits).filter(|_| self.is_tcp());
        of_tcp.or_else(|| PAIRS.iter().find(fits))
    }

    /// Where the session ended normally, or was cut before its state.
    fn plain(&self) -> (&'static str, &'static str, &'static [&'static str]) {
        if self.state().is_empty() {
            let text = "The line ends before the termination state; what stands before was read.";
            return ("The line was cut", text, &["Raise the length of log lines: \"log … len 8192\"."]);
        }
        if self.is_tcp() {
            return (
                "Closed normally",
                "{frontend} passed the connection to {server}; it lasted {total} and {bytes} went to the client.",
                &[],
            );
        }
        match self.int(Field::ResponseCode) {
            Some(500..) => (
                "The server answered {status}",
                "{server} itself answered {status} after {waited}; HAProxy only passed it on.",
                &["Look at the log of {server} for that moment."],
            ),
            Some(400..) => {
                ("The server answered {status}", "{server} itself answered {status}; HAProxy only passed it on.", &[])
            }
            _ => (
                "Answered normally",
                "{server} answered {status}; all in all it took {total} and {bytes} went to the client.",
                &[],
            ),
        }
    }

    /// What else this entry tells.
    fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        let retries = self.int(Field::Retries).unwrap_or(0).max(0) as u64;
        if self.int(Field::Redispatched) == Some(1) {
            let times = show::count(retries, "retry", "retries");
            remarks.push(format!(
                "After {times} on another server it was sent to {}: they are not the fault of the server named here.",
                self.server()
            ));
        } else if retries > 0 {
            remarks.push(format!(
                "HAProxy tried to connect {} in all: a short outage, lost packets or a full backlog.",
                show::count(retries + 1, "time", "times")
            ));
        }
        if self.facts.text(Field::Uri) == Some(b"<BADREQ>") {
            remarks.push("No request could be read (<BADREQ>).".into());
        }
        let connect = self.int(Field::ConnectTime).unwrap_or(0);
        if [3, 6, 12].iter().any(|s| (s * 1_000_000..s * 1_000_000 + 300_000).contains(&connect)) {
            remarks.push(format!(
                "Connecting took {}: about such times pass when a first packet is lost and sent again.",
                show::duration(connect)
            ));
        }
        let queue = self.int(Field::QueueTime).unwrap_or(0);
        let ahead = self.int(Field::SrvQueue).unwrap_or(0) + self.int(Field::BackendQueue).unwrap_or(0);
        if self.is_tcp() && queue >= 10_000 && ahead == 0 && self.state().get(1) != Some(&b'Q') {
            remarks.push("Nothing was ahead in a queue: with TLS, the PROXY protocol or an inspection delay the queue time (Tw) holds the time they took.".into());
        } else if ahead > 0 {
            remarks.push(format!(
                "{} ahead of it in the queue.",
                show::count(ahead as u64, "request was", "requests were")
            ));
        }
        if self.int(Field::Interim) == Some(1) {
            remarks
                .push("It was logged while the session was still open (+): the final time and size are larger.".into());
        }
        remarks
    }

    fn letters(&self) -> Vec<Letter> {
        let mut letters = Vec::new();
        let mut say = |code: &str, meaning: &str| letters.push(Letter { code: code.into(), meaning: meaning.into() });
        let state = self.state();
        let letter = |at: usize| char::from(state[at]).to_string();
        match state {
            [b'-', b'-', ..] => say("--", "ended normally, nothing left to send"),
            [who, phase, ..] => {
                say(&letter(0), words::who(*who));
                // `K-`: the phase says how a session ended, which this one did not by itself.
                let phase = if *phase == b'-' { "in no particular phase" } else { words::phase(*phase) };
                say(&letter(1), phase);
            }
            _ => {}
        }
        if let Some(pair) = state.get(2..4) {
            let code = String::from_utf8_lossy(pair);
            match words::cookies(pair) {
                Some(meaning) => say(&code, meaning),
                None => {
                    say(&letter(2), words::client_cookie(pair[0]));
                    say(&letter(3), words::server_cookie(pair[1]));
                }
            }
        }
        if self.facts.text(Field::ServerName) == Some(b"<NOSRV>") {
            say("<NOSRV>", "no server was chosen");
        }
        if let Some((code, meaning)) = self.not_reached() {
            say(code, meaning);
        }
        if self.int(Field::ResponseCode) == Some(-1) {
            say("-1", "no response was sent, so there is no status");
        }
        if self.int(Field::Interim) == Some(1) {
            say("+", "logged while the session was still open");
        }
        match (self.int(Field::Redispatched), self.int(Field::Retries)) {
            (Some(1), Some(retries)) => say(&format!("+{retries}"), "sent to another server after these retries"),
            (_, Some(retries @ 1..)) => say(&format!("rc {retries}"), "retries to connect to the server"),
            _ => {}
        }
        letters
    }

    /// The first timer of -1, which is absent: the later ones follow from it. Of a cut line nothing can be said.
    fn not_reached(&self) -> Option<(&'static str, &'static str)> {
        if self.state().is_empty() || self.int(Field::TotalTime).is_none() {
            return None;
        }
        // The tarpit and old versions print no TR though the request was read: `-1/303/-1/-1/302 500 … PT--`.
        let was_read = self.facts.text(Field::Uri).is_some_and(|uri| uri != b"<BADREQ>");
        let timers = [
            (Field::RequestTime, "TR -1", "the client never completed its request"),
            (
                Field::QueueTime,
                "Tw -1",
                "it was never given to a server: denied, answered by HAProxy, or no server there",
            ),
            (Field::ConnectTime, "Tc -1", "no connection to a server came about"),
            (Field::AppResponseTime, "Tr -1", "the server's response headers never came"),
        ];
        let logged = if self.is_tcp() { &timers[1..3] } else { &timers[usize::from(was_read)..] };
        logged.iter().find(|timer| self.int(timer.0).is_none()).map(|timer| (timer.1, timer.2))
    }

    /// Where most of a long time went.
    fn longest(&self) -> Option<String> {
        let total = self.int(Field::TotalTime).filter(|total| *total >= 1_000_000)?;
        let phases = [
            (Field::RequestTime, "waiting for the client's request"),
            (Field::QueueTime, "in the queue"),
            (Field::ConnectTime, "connecting to the server"),
            (Field::AppResponseTime, "waiting for the server's response headers"),
            (Field::DataTransferTime, if self.is_tcp() { "in the open session" } else { "transferring the response" }),
        ];
        let (time, what) = phases.iter().filter_map(|phase| Some((self.int(phase.0)?, phase.1))).max()?;
        (time * 2 > total && !(self.is_tcp() && what == phases[4].1))
            .then(|| format!("Most of that, {}, went by {what}.", show::duration(time)))
    }

    fn event(&self, kind: &str) -> Explanation {
        let message = self.text(Field::Message).unwrap_or_default();
        let Some((_, badge, title, text, next)) = words::EVENTS.iter().find(|event| event.0 == kind) else {
            let badge = self.text(Field::Severity).unwrap_or_else(|| "event".into());
            return Explanation {
                badge,
                title: "Message of HAProxy".into(),
                paragraph: message,
                ..Explanation::default()
            };
        };
        let says = if message.is_empty() { message } else { format!("HAProxy says: {message}") };
        let (text, next) = match kind {
            "connection error" => words::connection_error(&says),
            _ => (*text, *next),
        };
        Explanation {
            badge: (*badge).into(),
            title: self.fill(title),
            paragraph: [self.fill(text), says].join(" ").trim().to_owned(),
            letters: Vec::new(),
            next: next.iter().map(|step| self.fill(step)).collect(),
        }
    }

    fn server(&self) -> String {
        match self.text(Field::ServerName).as_deref() {
            Some("<STATS>") => "the statistics page".into(),
            Some("<CACHE>") => "HAProxy's cache".into(),
            Some("<PROMEX>") => "HAProxy's Prometheus exporter".into(),
            // A name in angle brackets that HAProxy does not use itself is somebody's placeholder: it stays.
            Some("<NOSRV>") | None => "the server".into(),
            Some(name) => name.into(),
        }
    }

    /// The time in the phase in which the session ended: what the timers before it leave of the whole.
    fn waited(&self) -> Option<i64> {
        let total = self.int(Field::TotalTime)?;
        let parts = [Field::RequestTime, Field::QueueTime, Field::ConnectTime];
        let before: i64 = parts.iter().filter_map(|field| self.int(*field)).sum();
        Some((total - before).max(0))
    }

    /// What HAProxy did about it.
    fn so(&self) -> String {
        match self.int(Field::ResponseCode) {
            Some(code) if code > 0 => format!(", so HAProxy answered {code} itself"),
            Some(_) => ", and no response was sent".into(),
            None if self.is_tcp() => ", so HAProxy closed the connection".into(),
            None => String::new(),
        }
    }

    /// Puts this entry's values into a text.
    fn fill(&self, text: &str) -> String {
        let duration = |value: Option<i64>| value.map_or_else(|| "an unknown time".into(), show::duration);
        let mut filled = String::with_capacity(text.len() + 32);
        let mut rest = text;
        while let Some((before, (name, after))) = rest.split_once('{').and_then(|(b, a)| Some((b, a.split_once('}')?)))
        {
            filled.push_str(before);
            let value = match name {
                "server" => self.server(),
                "backend" => self.text(Field::PoolName).unwrap_or_else(|| "the backend".into()),
                "frontend" => self.text(Field::VirtualService).unwrap_or_else(|| "the frontend".into()),
                "client" => self.text(Field::ClientIp).unwrap_or_else(|| "a client".into()),
                "status" => match self.int(Field::ResponseCode) {
                    Some(code) if code > 0 => code.to_string(),
                    _ => "nothing".into(),
                },
                "bytes" => self.int(Field::ResponseLength).map_or_else(|| "an unknown size".into(), show::bytes),
                "total" => duration(self.int(Field::TotalTime)),
                "queue" => duration(self.int(Field::QueueTime)),
                "waited" => duration(self.waited()),
                "so" => self.so(),
                // Braces of a message are its own.
                other => format!("{{{other}}}"),
            };
            let begins = filled.is_empty() || filled.ends_with(". ");
            let stand_in = value.starts_with("the ") && begins;
            filled.push_str(if stand_in { "T" } else { "" });
            filled.push_str(&value[usize::from(stand_in)..]);
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{Context, parse_entry};
    use crate::record::Row;
    use crate::significance::RowFacts;

    fn explained(line: &str) -> Explanation {
        let mut row = Row::new();
        parse_entry(line.as_bytes(), &mut None, &mut Context::new(2026), &mut row).expect(line);
        crate::significance::explain::explain(&RowFacts { row: &row, entry: line.as_bytes() })
    }

    fn letters(explanation: &Explanation) -> String {
        explanation.letters.iter().map(|l| format!("{}: {}\n", l.code, l.meaning)).collect()
    }

    #[test]
    fn a_server_that_did_not_answer() {
        let line = "198.51.100.34:22337 [18/Nov/2026:10:21:28.376] fe_https~ be_checkout/chk-03 21/982/1/-1/31008 504 221 \
                    - - sH-- 398/398/61/22/0 14/0 \"POST /api/v2/checkout/confirm HTTP/2.0\"";
        let explanation = explained(line);
        assert_eq!(explanation.badge, "sH--");
        assert_eq!(explanation.title, "The server did not answer in time");
        assert!(explanation.paragraph.starts_with(
            "chk-03 accepted the connection but sent no response headers for 30.0 s (timeout server), so HAProxy answered \
             504 itself."
        ));
        assert_eq!(
            letters(&explanation),
            "s: server-side time-out\nH: while waiting for response headers\n--: no persistence cookie\n\
             Tr -1: the server's response headers never came\n"
        );
        assert!(!explanation.next.is_empty());
    }

    #[test]
    fn a_fine_row_says_little() {
        let explanation =
            explained("198.51.100.34:1 [18/Nov/2026:10:21:26.767] fe be/db-01 1/0/812 48211 -- 4/1/1/1/0 0/0");
        assert_eq!((explanation.badge.as_str(), explanation.title.as_str()), ("--", "Closed normally"));
        assert_eq!(
            explanation.paragraph,
            "fe passed the connection to db-01; it lasted 812 ms and 47.1 KB went to the client."
        );
        assert!(explanation.next.is_empty());
    }

    #[test]
    fn every_documented_state_and_event_has_an_explanation_of_its_own() {
        use std::collections::HashSet;
        for (pairs, count) in [(PAIRS, 39), (TCP_PAIRS, 5)] {
            let states: HashSet<_> = pairs.iter().map(|pair| pair.state).collect();
            let texts: HashSet<_> = pairs.iter().map(|pair| pair.text).collect();
            assert_eq!((pairs.len(), states.len(), texts.len()), (count, count, count));
        }
        let names: HashSet<_> = words::EVENTS.iter().map(|event| event.0).collect();
        let texts: HashSet<_> = words::EVENTS.iter().map(|event| (event.2, event.3)).collect();
        assert_eq!((names.len(), texts.len()), (words::EVENTS.len(), words::EVENTS.len()));
    }

    #[test]
    fn every_state_and_event_has_words_with_no_place_left_open() {
        let mut seen = std::collections::HashSet::new();
        for who in *b"-CcSsPLRIDUK" {
            for phase in *b"-RQCHDLT" {
                let state = format!("{}{}", who as char, phase as char);
                let tcp = format!("192.0.2.1:1 [18/Nov/2026:10:21:26.767] fe be/s1 1/-1/812 9 {state} 4/1/1/1/2 0/0");
                let http = format!(
                    "192.0.2.1:1 [18/Nov/2026:10:21:26.767] fe be/s1 1/0/-1/-1/812 -1 9 - - {state}DI 4/1/1/1/+2 0/1 \"GET / HTTP/1.1\""
                );
                for line in [tcp, http] {
                    let explanation = explained(&line);
                    let text = format!("{explanation:?}");
                    assert!(!explanation.paragraph.contains('{') && !explanation.title.is_empty(), "{text}");
                    assert!(!text.contains("unknown") && !text.contains("not a known letter"), "{text}");
                    seen.insert(explanation.title);
                }
            }
        }
        assert!(seen.len() > 35, "{}", seen.len());
        for event in words::EVENTS {
            let entry = Entry { facts: &RowFacts { row: &Row::new(), entry: b"" } };
            let explanation = entry.event(event.0);
            assert!(!(explanation.title.contains('{') || explanation.paragraph.contains('{')), "{explanation:?}");
        }
    }
}
