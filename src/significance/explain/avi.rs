//! An Avi entry in plain words: its significance events, who answered, where the time went, what to check next.

use crate::{
    protocol::{Explanation, Letter},
    record::{Field, Kind},
    show::duration,
    significance::{
        Facts,
        avi_events::{Event, events},
    },
};
use std::borrow::Cow;

pub fn explain(facts: &impl Facts) -> Explanation {
    let entry = Entry::new(facts);
    let main = entry.main_event();
    let mut sentences = Vec::new();
    if let Some(event) = main {
        sentences.push(meaning(event).to_string());
    }
    sentences.extend(entry.who_answered());
    sentences.extend(entry.inspections());
    sentences.extend(entry.icap_code());
    sentences.extend(entry.slowest());
    Explanation {
        badge: entry.badge(),
        title: main.map_or_else(|| entry.plain_title(), title),
        paragraph: sentences.join(" "),
        letters: entry.letters(),
        next: entry.next_steps(main.is_none()),
    }
}

/// Who made the response that the client got.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Server,
    /// The server answered with this code, the balancer sent another.
    Changed(i64),
    Cache,
    /// A server was chosen, but sent nothing.
    SilentServer,
    Balancer,
    /// Nothing was answered, or the entry does not say by whom: it was cut, or written with selected fields only.
    Unknown,
}

struct Entry<'f, F> {
    facts: &'f F,
    code: Option<i64>,
    answer: Answer,
    /// The log's `Category: event` texts.
    items: Vec<&'f str>,
}

impl<'f, F: Facts> Entry<'f, F> {
    fn new(facts: &'f F) -> Self {
        let code = facts.int(Field::ResponseCode).filter(|code| *code > 0);
        let server_code = facts.int(Field::ServerResponseCode).filter(|code| *code > 0);
        let items = facts.text(Field::Significance).unwrap_or_default().split(|byte| *byte == Kind::LIST_SEPARATOR);
        let items: Vec<_> =
            items.filter_map(|item| str::from_utf8(item).ok()).filter(|item| !item.is_empty()).collect();
        let failed = items.iter().any(|item| events().by_text(item).is_some_and(|event| event.failed));
        let had_server = facts.int(Field::ServerPort).is_some() || facts.text(Field::ServerIp).is_some();
        let answer = match (code, server_code) {
            (None, _) => Answer::Unknown,
            (Some(sent), Some(own)) if sent == own => Answer::Server,
            (Some(_), Some(own)) => Answer::Changed(own),
            _ if facts.int(Field::CacheHit) == Some(1) => Answer::Cache,
            _ if had_server && (is_whole(facts) || failed) => Answer::SilentServer,
            _ if is_whole(facts) => Answer::Balancer,
            _ => Answer::Unknown,
        };
        Self { facts, code, answer, items }
    }

    fn text(&self, field: Field) -> Option<Cow<'f, str>> {
        self.facts.text(field).map(String::from_utf8_lossy)
    }

    fn badge(&self) -> String {
        if let Some(code) = self.code {
            return code.to_string();
        }
        let word = self.text(Field::IcapAction).or_else(|| self.text(Field::LogType)).unwrap_or_default();
        word.strip_prefix("ICAP_").unwrap_or(&word).to_ascii_uppercase()
    }

    /// The event that says most: a failure before an oddity. The mere response code says nothing that the badge does
    /// not.
    fn main_event(&self) -> Option<&'static Event> {
        // Of equals the first: the log's own order.
        let known = self.items.iter().rev().filter_map(|item| events().by_text(item));
        known
            .filter(|event| !event.event.starts_with("response code"))
            .max_by_key(|event| (event.failed, event.event != "high total time"))
    }

    fn server(&self) -> String {
        let address = self.text(Field::ServerIp).map(|ip| match self.facts.int(Field::ServerPort) {
            Some(port) if ip.contains(':') => format!("[{ip}]:{port}"),
            Some(port) => format!("{ip}:{port}"),
            None => ip.into_owned(),
        });
        match (self.text(Field::ServerName), address) {
            (Some(name), Some(address)) if !address.starts_with(&*name) => format!("the server {name} ({address})"),
            (_, Some(address)) => format!("the server {address}"),
            (Some(name), None) => format!("the server {name}"),
            (None, None) => "the server".to_string(),
        }
    }

    fn plain_title(&self) -> String {
        match (self.code, self.answer) {
            (None, _) => match self.facts.text(Field::IcapAction) {
                Some(b"ICAP_BLOCKED") => "The ICAP server blocked the content".to_string(),
                Some(b"ICAP_MODIFIED") => "The ICAP server changed the content".to_string(),
                Some(b"ICAP_FAILED") => "The ICAP scan failed".to_string(),
                Some(b"ICAP_PASSED") => "The ICAP server let the content pass".to_string(),
                Some(b"ICAP_DISABLED") => "The content was not scanned: ICAP is off".to_string(),
                _ if self.facts.text(Field::Format) == Some(b"avi-header") => {
                    "The header line of the table".to_string()
                }
                _ if self.facts.text(Field::Format) == Some(b"avi-l4") => "A connection".to_string(),
                _ if self.facts.int(Field::Truncated) == Some(1) => "The entry is cut before its response".to_string(),
                _ => "The entry names no response".to_string(),
            },
            (Some(code), Answer::Server) => format!("The server answered {code}"),
            (Some(code), Answer::Cache) => format!("The balancer's cache answered {code}"),
            (Some(code), Answer::Unknown) => format!("The client was sent {code}"),
            (Some(code), _) => format!("The balancer answered {code}"),
        }
    }

    fn who_answered(&self) -> Option<String> {
        let sent = self.code.unwrap_or_default();
        Some(match self.answer {
            Answer::Server => format!("The {sent} came from {}.", self.server()),
            Answer::Changed(own) => {
                format!("{} answered {own}; the balancer sent {sent} to the client.", sentence_case(&self.server()))
            }
            Answer::Cache => format!("The {sent} came from the balancer's cache; no server was asked."),
            Answer::SilentServer => {
                format!("{} sent no response: the balancer made the {sent} itself.", sentence_case(&self.server()))
            }
            Answer::Balancer => format!("No server was involved: the balancer made the {sent} itself."),
            Answer::Unknown if self.code.is_none() => return None,
            Answer::Unknown => format!(
                "The entry names no response of a server: unless its fields are only a selection, the balancer made the {sent} \
                 itself."
            ),
        })
    }

    /// What WAF, ICAP and the choice of a server did.
    fn inspections(&self) -> Vec<String> {
        let mut found = Vec::new();
        let tried = self.facts.int(Field::ServersTried).unwrap_or(0);
        if tried > 1 {
            found.push(format!("{tried} servers were tried."));
        }
        if let Some(status) = self.text(Field::WafStatus).filter(|status| matches!(&**status, "FLAGGED" | "REJECTED")) {
            let rules = self.text(Field::WafRule).unwrap_or_default().replace('\u{1f}', ", ");
            let rules = if rules.is_empty() { String::new() } else { format!(" by rule {rules}") };
            found.push(format!("The WAF {} the request{rules}.", status.to_lowercase()));
        }
        let did = match self.facts.text(Field::IcapAction) {
            Some(b"ICAP_BLOCKED") => "blocked",
            Some(b"ICAP_MODIFIED") => "changed",
            Some(b"ICAP_FAILED") => "could not scan",
            _ => return found,
        };
        let server = self.text(Field::IcapServer).map(|server| format!(" {server}")).unwrap_or_default();
        let why = [Field::IcapReason, Field::IcapThreat].map(|field| self.text(field));
        let why: Vec<_> = why.into_iter().flatten().collect();
        let why = if why.is_empty() { String::new() } else { format!(": {}", why.join(", ")) };
        found.push(format!("The ICAP server{server} {did} the content{why}."));
        found
    }

    /// The ICAP server's status: 200 alone does not say whether it changed the content or blocked it.
    fn icap_code(&self) -> Option<String> {
        let code = self.facts.int(Field::IcapResponseCode)?;
        let page = self.facts.int(Field::IcapHttpCode).filter(|code| *code > 0);
        let text = match (code, self.facts.text(Field::IcapAction), page) {
            (100, ..) => "it wants the rest of the body after the preview".to_string(),
            (204, ..) => "nothing had to be changed".to_string(),
            (200 | 206, Some(b"ICAP_BLOCKED"), Some(page)) => {
                format!("it sent a page of its own with status {page} instead")
            }
            (200 | 206, Some(b"ICAP_BLOCKED"), None) => "it sent a page of its own instead".to_string(),
            (200 | 206, Some(b"ICAP_MODIFIED"), _) => "it sent the content back changed".to_string(),
            (200 | 206, ..) => "it sent the content back".to_string(),
            (404, ..) => "it has no such service: compare the path in the ICAP profile".to_string(),
            (405, ..) => "the service does not take this kind of scan".to_string(),
            (408, ..) => "the balancer sent too little in time".to_string(),
            (400..500, ..) => "it refused the balancer's ICAP request".to_string(),
            (503, ..) => "it is overloaded".to_string(),
            (505, ..) => "it does not speak this version of ICAP".to_string(),
            (500.., ..) => "it failed itself".to_string(),
            _ => return None,
        };
        let said = self.text(Field::IcapResponseDesc).filter(|_| self.text(Field::IcapReason).is_none());
        let said = said.map(|said| format!(" It says: {said}.")).unwrap_or_default();
        let after = match (code, self.facts.text(Field::IcapAction)) {
            (400.., Some(b"ICAP_PASSED")) => " The fail action of the profile let the content pass unscanned.",
            (400.., Some(b"ICAP_BLOCKED" | b"ICAP_FAILED")) => " What then happens is the profile's fail action.",
            _ => "",
        };
        Some(format!("ICAP status {code}: {text}.{said}{after}"))
    }

    /// The part that took most of the time, where one did.
    fn slowest(&self) -> Option<String> {
        let total = self.facts.int(Field::TotalTime).filter(|total| *total >= NOTABLE)?;
        let parts = [
            (Field::ClientRtt, "the round trip to the client"),
            (Field::ServerRtt, "the round trip to the server"),
            (Field::AppResponseTime, "the application's response"),
            (Field::DataTransferTime, "transferring the data"),
            (Field::IcapLatency, "the ICAP scan"),
        ];
        let times = parts.iter().filter_map(|(field, name)| Some((self.facts.int(*field)?, name)));
        let (time, name) = times.max_by_key(|(time, _)| *time)?;
        (time * 2 > total).then(|| format!("Most of the {} went into {name} ({}).", duration(total), duration(time)))
    }

    fn letters(&self) -> Vec<Letter> {
        let letter = |item: &&str| {
            let meaning = events().by_text(item).map(meaning).or_else(|| category_meaning(item));
            Letter { code: item.to_string(), meaning: meaning.unwrap_or(NOT_DOCUMENTED).to_string() }
        };
        self.items.iter().map(letter).collect()
    }

    /// `only_code`: no event says more than the response code.
    fn next_steps(&self, only_code: bool) -> Vec<String> {
        let mut next: Vec<String> = Vec::new();
        let mut add = |step: String| {
            if !next.contains(&step) {
                next.push(step);
            }
        };
        let pool = self.text(Field::PoolName).map_or("the pool".into(), |name| format!("pool {name}"));
        let engine = self.text(Field::ServiceEngine).unwrap_or("the service engine".into());
        for item in &self.items {
            let (category, event) = item.split_once(": ").unwrap_or((item, ""));
            match (category, event) {
                (_, "no available servers") => {
                    add(format!("Look at the health monitors and connection limits of the servers of {pool}."));
                }
                (_, "request failed to select pool") => {
                    add("Check the pools of the virtual service and its rules.".into())
                }
                ("Connection setup failed", event) if event.starts_with("server") => {
                    add(format!("Check that {} listens and that {engine} can reach it.", self.server()));
                }
                (_, "server aborted connection" | "server connection timed out") | ("Upstream Error", _) => {
                    add(format!("Look at the log of {} at this time.", self.server()));
                }
                (_, "high app response time") | (_, "HTTP Server took longer than configured threshold to respond") => {
                    add("Compare with other requests to this URL path and this server: is it one of them, or all?"
                        .into());
                }
                ("Server certificate verification failed" | "Client certificate verification failed", _) => {
                    add("Check validity, chain and revocation list against the PKI profile.".into());
                }
                ("SSL Error", _) => {
                    add("Compare versions and ciphers of the SSL profile with what the client offers.".into())
                }
                ("WAF Match", _) => {
                    add("Read the matched rule and value in waf_log; make an exception only where the match is wrong."
                        .into());
                }
                ("Datascript Error" | "Datascript error", _) | (_, "Datascript failed to execute") => {
                    add("Read the DataScript's own log and error trace, among all fields of this entry.".into());
                }
                (_, "client high rtt" | "client high retransmits" | "client timeout caused retransmits") => {
                    add("Compare with other clients of this location: a slow line concerns one, a bad network many."
                        .into());
                }
                _ => {}
            }
        }
        match (self.facts.text(Field::IcapAction), self.text(Field::IcapReason)) {
            (Some(b"ICAP_FAILED"), _) => add(format!("Check the path from {engine} to the ICAP servers.")),
            (Some(b"ICAP_BLOCKED"), None) => {
                add("Read X-Response-Desc in the headers of icap_log and the ICAP server's own rules.".into());
            }
            _ => {}
        }
        match (self.code, self.answer) {
            (Some(400..), Answer::Balancer) if only_code => {
                add("Look at policies, authentication and DataScripts of the virtual service: one of them answered."
                    .into());
            }
            (Some(500..), Answer::Server | Answer::Changed(_)) => {
                add(format!("Look at the log of {} at this time.", self.server()));
            }
            (Some(500..), Answer::SilentServer) => {
                add(format!("Check that {} is up and answers within the time-outs of {pool}.", self.server()));
            }
            _ => {}
        }
        next
    }
}

/// Shorter requests have no slow part worth a word.
const NOTABLE: i64 = 100_000;

/// Of events that are newer than the list.
const NOT_DOCUMENTED: &str = "Not documented: only its name is known.";

fn category_meaning(item: &str) -> Option<&'static str> {
    events().category(item).map(|category| category.meaning)
}

fn title(event: &Event) -> String {
    match event.category.name {
        // "blocked", "failed"
        "ICAP Error" => format!("ICAP: {}", event.event),
        _ => sentence_case(event.event),
    }
}

fn meaning(event: &'static Event) -> &'static str {
    if event.meaning.is_empty() { event.category.meaning } else { event.meaning }
}

/// What every whole application log has; without it absent fields mean nothing.
fn is_whole(facts: &impl Facts) -> bool {
    let has = |field| facts.int(field).is_some();
    !has(Field::Truncated) && has(Field::LogId) && has(Field::VcpuId) && has(Field::ClientRtt)
}

fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| std::iter::once(first.to_ascii_uppercase()).chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use crate::{
        formats::{Context, Format, avi::Avi},
        protocol::Explanation,
        record::Row,
        significance::{RowFacts, explain},
    };

    /// An entry with what every entry has, and `more`.
    fn explained(more: &str) -> Explanation {
        let entry = format!(
            r#"{{"adf":true,"log_id":1,"vcpu_id":0,"client_rtt":20,"uri_path":"/","pool_name":"shop-pool",{more}}}"#
        );
        let mut row = Row::new();
        Avi.parse(entry.as_bytes(), &mut Context::new(2026), &mut row).expect("an entry");
        explain(&RowFacts { row: &row, entry: entry.as_bytes() })
    }

    #[test]
    fn a_balancer_without_servers_answers_itself() {
        let found = explained(
            r#""response_code":503,"servers_tried":2,
            "significant_log":["ADF_RESPONSE_CODE_5XX","ADF_LOAD_BALANCING_FAILED"]"#,
        );
        assert_eq!((&*found.badge, &*found.title), ("503", "No available servers"));
        assert_eq!(
            found.paragraph,
            "No server of the pool could take the request: all are down, or at their connection limit. No server was \
             involved: the balancer made the 503 itself. 2 servers were tried."
        );
        assert_eq!(found.letters.len(), 2);
        assert_eq!(found.next, ["Look at the health monitors and connection limits of the servers of pool shop-pool."]);
    }

    #[test]
    fn who_answered_and_what_was_slow_is_said() {
        let server = r#""server_ip":"10.8.0.21","server_dest_port":8080,"server_name":"api-1","server_rtt":2"#;
        let slow = explained(&format!(
            r#""response_code":200,"server_response_code":200,{server},"app_response_time":6100,"total_time":6150,
            "significance":"Request abnormal event: high app response time""#
        ));
        assert_eq!(slow.title, "High app response time");
        assert!(slow.paragraph.contains("The 200 came from the server api-1 (10.8.0.21:8080)."));
        assert!(slow.paragraph.ends_with("Most of the 6.15 s went into the application's response (6.10 s)."));
        let silent = explained(&format!(
            r#""response_code":504,{server},"significance":"Request ended abnormally: response code 5xx""#
        ));
        assert_eq!(silent.title, "The balancer answered 504");
        assert!(silent.paragraph.starts_with("The server api-1 (10.8.0.21:8080) sent no response"));
        let changed = explained(&format!(r#""response_code":302,"server_response_code":401,{server}"#));
        assert!(changed.paragraph.contains("answered 401; the balancer sent 302"));
    }

    #[test]
    fn what_the_entry_does_not_say_is_not_claimed() {
        let entry = br#"{"adf":true,"uri_path":"/","response_code":404}"#;
        let mut row = Row::new();
        Avi.parse(entry, &mut Context::new(2026), &mut row).expect("an entry");
        let found = explain(&RowFacts { row: &row, entry });
        assert_eq!(
            (&*found.title, &*found.paragraph),
            (
                "The client was sent 404",
                "The entry names no response of a server: unless its fields are only a selection, the balancer made the 404 itself."
            )
        );
    }

    #[test]
    fn every_icap_action_and_status_has_words_of_its_own() {
        let scan = |action: &str, code: u32, page: &str| {
            let log = format!(
                r#""icap_log":{{"action":"{action}","request_logs":[{{"action":"{action}","icap_response_code":{code}{page}}}]}}"#
            );
            let Explanation { title, paragraph, .. } = explained(&log);
            format!("{title}. {paragraph}")
        };
        let actions = ["ICAP_BLOCKED", "ICAP_MODIFIED", "ICAP_FAILED", "ICAP_PASSED", "ICAP_DISABLED"];
        let told: std::collections::HashSet<_> = actions.iter().map(|action| scan(action, 0, "")).collect();
        assert_eq!(told.len(), actions.len(), "{told:?}");
        let codes = [100, 200, 204, 400, 404, 405, 408, 500, 503, 505];
        let told: std::collections::HashSet<_> =
            codes.iter().map(|code| scan("ICAP_PASSED", *code, "").replace(&code.to_string(), "")).collect();
        assert_eq!(told.len(), codes.len(), "{told:?}");
        let page = scan("ICAP_BLOCKED", 200, r#","http_response_code":403"#);
        assert!(
            page != scan("ICAP_BLOCKED", 200, "") && scan("ICAP_MODIFIED", 200, "") != scan("ICAP_PASSED", 200, "")
        );
    }

    #[test]
    fn newer_events_are_marked() {
        let found = explained(r#""response_code":403,"significant_log":["ADF_OAUTH_INVALID_SCOPE"]"#);
        assert_eq!(found.letters[0].code, "OAuth: invalid scope");
        assert!(found.letters[0].meaning.starts_with("Not documented"));
    }

    #[test]
    fn an_icap_status_means_nothing_without_its_action() {
        let scan = |action: &str, code: u16, page: &str| {
            let icap = format!(r#""action":"{action}","icap_response_code":{code}{page}"#);
            explained(&format!(r#""icap_log":{{"action":"{action}","request_logs":[{{{icap}}}]}}"#)).paragraph
        };
        let blocked = scan("ICAP_BLOCKED", 200, r#","http_response_code":403"#);
        assert!(blocked.contains("ICAP status 200: it sent a page of its own with status 403 instead."), "{blocked}");
        let changed = scan("ICAP_MODIFIED", 200, "");
        assert!(changed.contains("ICAP status 200: it sent the content back changed."), "{changed}");
        assert!(scan("ICAP_PASSED", 204, "").contains("ICAP status 204: nothing had to be changed."));
        assert!(scan("ICAP_PASSED", 503, "").contains("it is overloaded. The fail action of the profile let"));
    }

    #[test]
    fn waf_and_icap_say_why() {
        let found = explained(
            r#""response_code":403,"significance":"WAF Match: WAF matched the transaction, ICAP Error: blocked",
            "waf_log":{"status":"REJECTED","rule_logs":[{"rule_id":"941100"}]},
            "icap_log":{"action":"ICAP_BLOCKED","request_logs":[{"action":"ICAP_BLOCKED","latency":"17"}]}"#,
        );
        assert_eq!(found.title, "WAF matched the transaction");
        assert!(found.paragraph.contains("The WAF rejected the request by rule 941100."));
        assert!(found.next.iter().any(|step| step.contains("X-Response-Desc")));
    }
}
