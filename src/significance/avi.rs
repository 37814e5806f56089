//! What makes an Avi entry significant: the log's own word (`adf`), else the limits behind Avi's own rules.

use super::{Facts, Limits, Mark, Verdict, avi_events::events};
use crate::record::{Field, Kind};

/// Judges one entry. Where the log carries `adf` that decides, and its `significance` says why; else (selected
/// columns, bare ICAP messages) codes, times and the ICAP action do.
pub fn judge(facts: &dyn Facts, limits: &Limits, verdict: &mut Verdict) {
    let mut code = facts.int(Field::ResponseCode);
    match facts.int(Field::Significant) {
        Some(adf) => verdict.significant = adf != 0,
        None => {
            code = code.filter(|code| !limits.excluded.has(*code));
            fall_back(facts, limits, code, verdict);
        }
    }
    if !verdict.significant {
        return;
    }
    let failed = code.is_some_and(|code| code >= 500)
        || facts.int(Field::CriticalError) == Some(1)
        || facts.text(Field::IcapAction) == Some(b"ICAP_FAILED")
        || facts.text(Field::Significance).is_some_and(a_server_failed);
    verdict.mark = if failed { Mark::Error } else { Mark::Warning };
}

fn a_server_failed(significance: &[u8]) -> bool {
    let mut items = significance.split(|byte| *byte == Kind::LIST_SEPARATOR);
    items.any(|item| str::from_utf8(item).is_ok_and(|item| events().by_text(item).is_some_and(|event| event.failed)))
}

fn fall_back(facts: &dyn Facts, limits: &Limits, code: Option<i64>, verdict: &mut Verdict) {
    let own = facts.text(Field::Significance).is_some();
    let above = |field, limit| facts.int(field).is_some_and(|time| time > limit);
    let icap = facts.text(Field::IcapAction);
    let rules = [
        (matches!(code, Some(400..500)), "Request ended abnormally: response code 4xx"),
        (matches!(code, Some(500..)), "Request ended abnormally: response code 5xx"),
        (
            facts.int(Field::TotalTime).is_some_and(|time| time >= limits.total_time),
            "Request abnormal event: high total time",
        ),
        (limits.is_late(facts), "Request abnormal event: high app response time"),
        (above(Field::ClientRtt, limits.client_rtt), "Connection abnormal event: client high rtt"),
        (above(Field::ServerRtt, limits.server_rtt), "Connection abnormal event: server high rtt"),
        (icap == Some(b"ICAP_BLOCKED"), "ICAP Error: blocked"),
        (icap == Some(b"ICAP_MODIFIED"), "ICAP Error: modified"),
        (icap == Some(b"ICAP_FAILED"), "ICAP Error: failed"),
    ];
    let matched = rules.iter().filter(|(applies, _)| *applies).map(|(_, reason)| *reason);
    verdict.reasons.extend(matched);
    verdict.significant = own || !verdict.reasons.is_empty();
    if own {
        // The log says why, even without saying that.
        verdict.reasons.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        formats::{Context, Format, avi::Avi},
        record::Row,
        significance::{RowFacts, judge},
    };

    fn verdict(entry: &str) -> Verdict {
        let (mut row, mut verdict) = (Row::new(), Verdict::default());
        Avi.parse(entry.as_bytes(), &mut Context::new(2026), &mut row).expect("an entry");
        judge(&RowFacts { row: &row, entry: entry.as_bytes() }, &Limits::default(), &mut verdict);
        verdict
    }

    #[test]
    fn the_logs_own_word_decides() {
        let fine = verdict(r#"{"adf":false,"client_rtt":3000,"uri_path":"/","response_code":404}"#);
        assert!(!fine.significant && fine.mark == Mark::Fine);
        let refused = r#""significance":"Connection setup failed: server refused connection""#;
        let own = verdict(&format!(r#"{{"adf":true,"uri_path":"/","response_code":200,{refused}}}"#));
        assert!(own.significant && own.reasons.is_empty());
        assert_eq!(own.mark, Mark::Error);
        let waf = verdict(r#"{"adf":1,"uri_path":"/","response_code":403,"significant_log":["ADF_WAF_MATCH"]}"#);
        assert_eq!((waf.significant, waf.mark), (true, Mark::Warning));
    }

    #[test]
    fn without_it_codes_and_times_decide() {
        let slow = verdict(r#"{"uri_path":"/","client_rtt":1001,"response_code":404,"total_time":"5000"}"#);
        assert_eq!(
            slow.reasons,
            [
                "Request ended abnormally: response code 4xx",
                "Request abnormal event: high total time",
                "Connection abnormal event: client high rtt"
            ]
        );
        assert_eq!(slow.mark, Mark::Warning);
        assert_eq!(verdict(r#"{"icap_log":{"action":"ICAP_FAILED"}}"#).mark, Mark::Error);
        assert!(!verdict(r#"{"icap_log":{"action":"ICAP_PASSED"}}"#).significant);
    }
}
