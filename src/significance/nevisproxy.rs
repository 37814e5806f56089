//! What makes a nevisProxy entry significant: a level of ERROR or worse; of a request, its status, its time and the
//! events that mean failure.
//!
//! The steps of a request repeat what its summary says: only the line that counts as the request is significant by it. A step
//! that says the request failed is marked all the same, so that it does not look as if all was well.

use super::{Facts, Limits, Mark, Verdict};
use crate::record::{Field, Kind};

/// Levels of ERROR or worse.
const LEVELS: &[(&[u8], &str)] = &[
    (b"error", "Trace message: level ERROR"),
    (b"critical", "Trace message: level CRITICAL"),
    (b"alert", "Trace message: level ALERT"),
    (b"emergency", "Trace message: level EMERGENCY"),
];

/// Events that mean a failure (nevisProxy's list of events).
const EVENTS: &[(&[u8], &str)] = &[
    (b"AU01", "Authentication failed: client certificate missing"),
    (b"AU07", "Authentication failed: not accepted by the authentication service"),
    (b"AU14", "Authentication failed: insecure connection forbidden"),
    (b"AU16", "Authentication failed: SecToken timed out"),
    (b"AS07", "Step-up failed: not accepted by the authentication service"),
    (b"AS08", "Access denied: user has a forbidden role"),
    (b"AS09", "Access denied: user lacks the required role"),
    (b"GW01", "Request ended abnormally: request aborted"),
    (b"GW02", "Connection closed abnormally: client aborted connection"),
];

const CODE_4XX: &str = "Request ended abnormally: response code 4xx";
const CODE_5XX: &str = "Request ended abnormally: response code 5xx";

/// Adds the rules that match to `verdict`, which is empty.
pub fn judge(facts: &dyn Facts, limits: &Limits, verdict: &mut Verdict) {
    let severity = facts.text(Field::Severity).unwrap_or_default();
    if let Some((_, text)) = LEVELS.iter().find(|(level, _)| *level == severity) {
        verdict.add(Mark::Error, text);
    }
    if facts.text(Field::LogType) == Some(b"trace") {
        let code = facts.int(Field::ResponseCode).or(facts.int(Field::ServerResponseCode));
        let code = code.filter(|code| !limits.excluded.has(*code));
        let mark = match code {
            Some(400..=499) => Mark::Warning,
            Some(500..) => Mark::Error,
            _ => Mark::Fine,
        };
        verdict.mark = verdict.mark.max(mark);
        return;
    }
    match limits.code(facts) {
        Some(400..=499) => verdict.add(Mark::Warning, CODE_4XX),
        Some(500..) => verdict.add(Mark::Error, CODE_5XX),
        _ => {}
    }
    for event in facts.text(Field::Events).unwrap_or_default().split(|byte| *byte == Kind::LIST_SEPARATOR) {
        if let Some((_, text)) = EVENTS.iter().find(|(code, _)| *code == event) {
            verdict.add(Mark::Warning, text);
        }
    }
    limits.judge_times(facts, verdict);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{Context, parse_entry};
    use crate::record::Row;
    use crate::significance::{RowFacts, SLOW, judge};

    fn verdict(rest: &str, summaries: bool) -> Verdict {
        let line = format!("2026 11 18 09:14:02.118 isi3web {rest}");
        let mut context = Context { summaries, ..Context::new(2026) };
        let mut row = Row::new();
        parse_entry(line.as_bytes(), &mut None, &mut context, &mut row).expect(rest);
        let mut verdict = Verdict::default();
        judge(&RowFacts { row: &row, entry: line.as_bytes() }, &Limits::default(), &mut verdict);
        verdict
    }

    #[test]
    fn requests_are_judged_and_their_steps_are_not() {
        let answer = |rest: &str| format!("NavajoOp 7.8.id 6-INFO : <<<<< 'GET /' {rest} trID='id' (cR=1)");
        let cases: &[(String, &[&str])] = &[
            (answer("sC='200' dTF='9' Event='AU05,SC01'"), &[]),
            (answer("sC='404' dTF='9'"), &[CODE_4XX]),
            (answer("sC='502' dTF='5000'"), &[CODE_5XX, SLOW]),
            (answer("sC='200' dTF='9' Event='GW01,IW01,GW02'"), &[EVENTS[7].1, EVENTS[8].1]),
            ("IsiwebOp 7.8.id 6-INFO : <==== 'GET / HTTP/1.1' sC='500' dTB='6000'".into(), &[]),
            ("NPAuthFilt 7.8.id 3-ERROR : no answer".into(), &[LEVELS[0].1]),
            ("NavajoReso 7.8 0-EMERGE : no memory".into(), &[LEVELS[3].1]),
            ("NavajoReso 7.8 5-NOTICE: memory".into(), &[]),
        ];
        for (line, reasons) in cases {
            assert_eq!(&verdict(line, false).reasons[..], *reasons, "{line}");
        }
        let step = verdict(&answer("sC='502' dTF='5000'"), true);
        assert_eq!((step.significant, step.mark), (false, Mark::Error), "its summary is the request");
    }
}
