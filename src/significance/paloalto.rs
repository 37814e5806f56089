//! What makes an entry of a Palo Alto firewall significant: a session blocked or ended by threat, policy or resources,
//! a threat that was stopped or let through, an event that the firewall itself calls severe.
//!
//! Also what the parser derives from several columns: the final action and the names of the session flags.

use super::{Facts, Mark, Verdict};
use crate::record::Field;

/// Bits of the column `flags`: (bit, name, meaning).
pub const FLAGS: &[(u32, &str, &str)] = &[
    (0x8000_0000, "packet capture", "the session has a packet capture"),
    (0x4000_0000, "multipath", "the client may use several paths to the destination"),
    (0x2000_0000, "WildFire sample", "a file was sent to WildFire for analysis"),
    (0x1000_0000, "credential submission", "the user submitted corporate credentials"),
    (0x0800_0000, "source on allow list", "the source is on an allow list and exempt from reconnaissance protection"),
    (0x0200_0000, "IPv6", "an IPv6 session"),
    (DECRYPTED, "decrypted", "the firewall decrypted the TLS session"),
    (0x0080_0000, "denied by URL filter", "URL filtering denied the session"),
    (0x0040_0000, "NAT", "addresses were translated"),
    (0x0020_0000, "captive portal", "the user was learned by the captive portal"),
    (0x0010_0000, "non-standard port", "the application runs on a port that is not its own"),
    (0x0008_0000, "X-Forwarded-For in user", "the source user column holds the X-Forwarded-For address"),
    (0x0004_0000, "proxy transaction", "a transaction inside an HTTP proxy session"),
    (0x0002_0000, "policy-based forwarding to server", "packets to the server were routed by a forwarding policy"),
    (0x0001_0000, "policy-based forwarding to client", "packets to the client were routed by a forwarding policy"),
    (0x0000_8000, "container page", "a page that the user opened, not a part that the browser fetched for it"),
    (0x0000_2000, "implicit dependency", "allowed only because another application depends on it"),
    (0x0000_0800, "symmetric return", "the answers went back by the interface that the session came in by"),
    (0x0000_0400, "decrypt mirror", "a copy of the decrypted traffic left by a mirror port"),
    (0x0000_0100, "tunnel inspected", "the payload of the outer tunnel was inspected"),
];

/// The flag of a TLS session that the firewall decrypted.
pub const DECRYPTED: u32 = 0x0100_0000;

/// True where an action, an application or an end reason says that the session did not get through.
///
/// `of_session`: of a log about sessions. There a reset of one side counts as allowed, as in the table that firewall
/// teams use; in a threat log every action that stops traffic blocks.
pub fn is_blocked(of_session: bool, action: Option<&[u8]>, app: Option<&[u8]>, reason: Option<&[u8]>) -> bool {
    let stopped = match action {
        Some(b"deny" | b"drop" | b"drop-icmp" | b"reset-both") => true,
        Some(
            b"reset-client" | b"reset-server" | b"drop-all" | b"drop-all-packets" | b"block-url" | b"block-ip"
            | b"random-drop" | b"sinkhole" | b"block-continue" | b"block-override" | b"override-lockout",
        ) => !of_session,
        _ => false,
    };
    stopped || app == Some(b"not-applicable") || reason.is_some_and(ends_by_firewall)
}

fn ends_by_firewall(reason: &[u8]) -> bool {
    REASONS.iter().any(|rule| rule.0 == reason)
}

/// End reasons by which the firewall itself ended a session: (reason, mark, text).
const REASONS: &[(&[u8], Mark, &str)] = &[
    (b"threat", Mark::Error, "Session ended by the firewall: threat found"),
    (b"policy-deny", Mark::Warning, "Session ended by the firewall: denied by a rule"),
    (b"decrypt-cert-validation", Mark::Warning, "Session ended by the firewall: certificate not accepted"),
    (b"decrypt-unsupport-param", Mark::Warning, "Session ended by the firewall: TLS parameters not supported"),
    (b"decrypt-error", Mark::Error, "Session ended by the firewall: decryption failed"),
    (b"resources-unavailable", Mark::Error, "Session ended by the firewall: resources exhausted"),
];

/// Actions of a rule on a session.
const ACTIONS: &[(&[u8], Mark, &str)] = &[
    (b"deny", Mark::Warning, "Session blocked: denied by a rule"),
    (b"drop", Mark::Warning, "Session blocked: dropped by a rule"),
    (b"drop-icmp", Mark::Warning, "Session blocked: dropped by a rule, ICMP unreachable sent"),
    (b"reset-both", Mark::Warning, "Session blocked: reset on both sides"),
    (b"reset-client", Mark::Warning, "Session reset by the firewall: reset sent to the client"),
    (b"reset-server", Mark::Warning, "Session reset by the firewall: reset sent to the server"),
];

const NO_RULE: &str = "Session blocked: no rule allows the port or service";

/// Kinds of threat logs: (subtype, text where stopped, text where let through).
const THREATS: &[(&[u8], &str, &str)] = &[
    (b"url", "URL blocked: by its category", "URL let through: severe category"),
    (b"virus", "Threat blocked: virus", "Threat let through: virus"),
    (b"ml-virus", "Threat blocked: virus", "Threat let through: virus"),
    (b"wildfire-virus", "Threat blocked: virus", "Threat let through: virus"),
    (b"spyware", "Threat blocked: spyware", "Threat let through: spyware"),
    (b"vulnerability", "Threat blocked: exploit of a vulnerability", "Threat let through: exploit of a vulnerability"),
    (b"wildfire", "Threat blocked: WildFire verdict", "Threat let through: WildFire verdict"),
    (b"file", "File blocked: by its type", "File let through: severe type"),
    (b"data", "Data blocked: pattern matched", "Data let through: pattern matched"),
    (b"flood", "Attack blocked: flood", "Attack let through: flood"),
    (b"scan", "Attack blocked: scan", "Attack let through: scan"),
    (b"packet", "Attack blocked: malformed packets", "Attack let through: malformed packets"),
];
const OTHER_THREAT: (&str, &str) = ("Threat blocked: see its name", "Threat let through: see its name");

/// Adds the rules that match to `verdict`, which is empty.
pub fn judge(facts: &dyn Facts, verdict: &mut Verdict) {
    match facts.text(Field::LogType) {
        Some(b"threat" | b"url") => judge_threat(facts, verdict),
        Some(b"system" | b"correlation") => {
            if let Some(mark) = severity(facts).filter(|mark| *mark > Mark::Fine) {
                verdict
                    .add(mark, if mark == Mark::Error { "Firewall event: severe" } else { "Firewall event: medium" });
            }
        }
        Some(b"config") => {
            if matches!(facts.text(Field::Result), Some(b"Failed" | b"Unauthorized")) {
                verdict.add(Mark::Warning, "Configuration: change not made");
            }
        }
        Some(b"globalprotect") => {
            if facts.text(Field::Result) == Some(b"failure") {
                verdict.add(Mark::Warning, "GlobalProtect: connection failed");
            }
        }
        Some(b"authentication") => {
            let failed = |event: &[u8]| event.windows(4).any(|part| part.eq_ignore_ascii_case(b"fail"));
            if facts.text(Field::EventKind).is_some_and(failed) {
                verdict.add(Mark::Warning, "Authentication: failed");
            }
        }
        Some(b"decryption") => {
            if facts.text(Field::Message).is_some() {
                verdict.add(Mark::Warning, "Decryption: TLS error");
            }
        }
        _ => judge_session(facts, verdict),
    }
}

fn judge_session(facts: &dyn Facts, verdict: &mut Verdict) {
    let action = facts.text(Field::Action).unwrap_or_default();
    let reason = facts.text(Field::SessionEndReason).unwrap_or_default();
    let by_action = ACTIONS.iter().find(|rule| rule.0 == action);
    if let Some(&(_, mark, text)) = by_action {
        verdict.add(mark, text);
    }
    if facts.text(Field::Application) == Some(b"not-applicable") {
        verdict.add(Mark::Warning, NO_RULE);
    }
    // A denied session ends by `policy-deny`: one thing is said once.
    if let Some(&(_, mark, text)) = REASONS.iter().find(|rule| rule.0 == reason)
        && !(reason == b"policy-deny" && by_action.is_some())
    {
        verdict.add(mark, text);
    }
}

/// The firewall's own word on how grave something is.
fn severity(facts: &dyn Facts) -> Option<Mark> {
    Some(match facts.text(Field::Severity)? {
        b"critical" | b"high" => Mark::Error,
        b"medium" => Mark::Warning,
        _ => Mark::Fine,
    })
}

fn judge_threat(facts: &dyn Facts, verdict: &mut Verdict) {
    let subtype = facts.text(Field::Subtype).unwrap_or_default();
    let texts = THREATS.iter().find(|rule| rule.0 == subtype).map_or(OTHER_THREAT, |rule| (rule.1, rule.2));
    let severity = severity(facts).unwrap_or_default();
    if facts.text(Field::FinalAction) == Some(b"Blocked") {
        verdict.add(severity.max(Mark::Warning), texts.0);
    } else if severity > Mark::Fine {
        verdict.add(severity, texts.1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{Context, parse_entry};
    use crate::record::Row;
    use crate::significance::{Limits, RowFacts, judge};

    fn verdict(line: &str) -> (Verdict, String) {
        let (mut row, mut verdict) = (Row::new(), Verdict::default());
        parse_entry(line.as_bytes(), &mut None, &mut Context::new(2026), &mut row).expect(line);
        judge(&RowFacts { row: &row, entry: line.as_bytes() }, &Limits::default(), &mut verdict);
        let final_action = row.get_text(Field::FinalAction, line.as_bytes()).unwrap_or_default();
        (verdict, String::from_utf8_lossy(final_action).into_owned())
    }

    fn traffic(app: &str, action: &str, reason: &str) -> String {
        format!(
            "1,2026/11/18 10:21:27,0128,TRAFFIC,end,2049,2026/11/18 10:21:27,192.0.2.15,203.0.113.10,0.0.0.0,0.0.0.0,\
             web,,,{app},vsys1,trust,untrust,eth1,eth2,default,,22751,1,55113,443,0,0,0x0,tcp,{action},7734,1758,5976,\
             36,2026/11/18 10:20:51,6,any,0,77,0x0,US,US,0,16,20,{reason}"
        )
    }

    #[test]
    fn the_final_action_is_the_documents_table() {
        let cases: &[([&str; 4], Mark, &[&str])] = &[
            (["ssl", "allow", "tcp-fin", "Allowed"], Mark::Fine, &[]),
            (["ssl", "allow", "aged-out", "Allowed"], Mark::Fine, &[]),
            (["incomplete", "allow", "tcp-rst-from-server", "Allowed"], Mark::Fine, &[]),
            (["ssl", "deny", "policy-deny", "Blocked"], Mark::Warning, &["Session blocked: denied by a rule"]),
            (
                ["not-applicable", "drop", "policy-deny", "Blocked"],
                Mark::Warning,
                &["Session blocked: dropped by a rule", NO_RULE],
            ),
            (["ssl", "allow", "threat", "Blocked"], Mark::Error, &["Session ended by the firewall: threat found"]),
            (
                ["ssl", "allow", "policy-deny", "Blocked"],
                Mark::Warning,
                &["Session ended by the firewall: denied by a rule"],
            ),
            (
                ["ssl", "reset-client", "aged-out", "Allowed"],
                Mark::Warning,
                &["Session reset by the firewall: reset sent to the client"],
            ),
            (["ssl", "reset both", "n/a", "Blocked"], Mark::Warning, &["Session blocked: reset on both sides"]),
            (
                ["ssl", "allow", "resources-unavailable", "Blocked"],
                Mark::Error,
                &["Session ended by the firewall: resources exhausted"],
            ),
        ];
        for ([app, action, reason, final_action], mark, reasons) in cases {
            let (verdict, found) = verdict(&traffic(app, action, reason));
            assert_eq!((found.as_str(), verdict.mark, &verdict.reasons[..]), (*final_action, *mark, *reasons));
        }
    }

    #[test]
    fn every_text_is_a_category_and_an_event() {
        let rules = REASONS.iter().chain(ACTIONS).map(|rule| rule.2);
        let threats = THREATS.iter().flat_map(|rule| [rule.1, rule.2]);
        for text in rules.chain(threats).chain([NO_RULE, OTHER_THREAT.0, OTHER_THREAT.1]) {
            assert!(text.split_once(": ").is_some_and(|(category, event)| !category.is_empty() && !event.is_empty()));
            assert!(text.len() <= 90, "{text}");
        }
    }

    #[test]
    fn no_flag_has_the_bit_or_name_of_another() {
        assert_eq!(FLAGS.len(), 20);
        for (nth, flag) in FLAGS.iter().enumerate() {
            assert_eq!(flag.0.count_ones(), 1);
            assert!(FLAGS[..nth].iter().all(|before| before.0 != flag.0 && before.1 != flag.1), "{}", flag.1);
        }
    }
}
