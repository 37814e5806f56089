//! The messages inside an Avi log that are summed up in fields: `icap_log` and `waf_log`.

use super::{
    entry::{boolean, int, text},
    json::{self, Body},
};
use crate::record::{Field, Kind, Row};
use std::borrow::Cow;

/// The scans of a request: `{"action": "ICAP_BLOCKED", "request_logs": [{"icap_method": "ICAP_METHOD_REQMOD",
/// "icap_response_code": 200, "latency": "1275", "reason": "Infected", …}]}`. Several scans (request and response) add
/// their time; everything else is that of the scan that went worst. Releases before 21.1 write reason and threat in
/// the scan itself, later ones in `opswat_log`.
pub fn icap(row: &mut Row, body: &Body, message: &str) {
    let mut action = None;
    let mut worst: Option<(u8, Scan)> = None;
    let mut latency: Option<i64> = None;
    json::pairs(message, false, |key, value| match key {
        "action" => action = Some(value),
        "request_logs" => json::elements(value, |scan| {
            let scan = Scan::read(scan);
            if let Some(ms) = scan.latency {
                latency = Some(latency.unwrap_or(0).saturating_add(ms));
            }
            let badness = scan.badness();
            if worst.as_ref().is_none_or(|(other, _)| badness > *other) {
                worst = Some((badness, scan));
            }
        }),
        _ => {}
    });
    let scan = worst.map(|(_, scan)| scan).unwrap_or_default();
    let texts = [
        (Field::IcapAction, action.or(scan.action)),
        (Field::IcapReason, scan.reason),
        (Field::IcapThreat, scan.threat),
        (Field::IcapMethod, scan.method),
        (Field::IcapPool, scan.pool),
        (Field::IcapVendor, scan.vendor),
        (Field::IcapHttpMethod, scan.http_method),
        (Field::IcapPoolUuid, scan.pool_uuid),
        (Field::IcapThreatText, scan.threat_text),
        (Field::IcapTask, scan.task),
        (Field::IcapStatusUrl, scan.report),
        (Field::IcapHeadersSent, scan.sent),
        (Field::IcapHeadersReceived, scan.received),
    ];
    for (field, value) in texts {
        if let Some(value) = value {
            text(row, body, field, value);
        }
    }
    let numbers = [
        (Field::IcapResponseCode, scan.code),
        (Field::IcapHttpCode, scan.http_code),
        (Field::IcapModifiedLength, scan.modified_length),
        (Field::IcapSourcePort, scan.source_port),
        (Field::IcapScore, scan.score),
    ];
    for (field, value) in numbers {
        if let Some(value) = value {
            int(row, field, value, body.span(value), 1);
        }
    }
    if let Some(sent) = scan.body_sent.and_then(boolean) {
        row.int(
            Field::IcapBodySent,
            i64::from(sent),
            scan.body_sent.map_or(Default::default(), |sent| body.span(sent)),
        );
    }
    // `icap://100.64.3.15:1344/OMSScanReq-AV `: the blank is none of the address.
    if let Some(uri) = scan.uri.and_then(json::string) {
        row.owned(Field::IcapUri, uri.trim().as_bytes(), scan.uri.map_or(Default::default(), |uri| body.span(uri)));
    }
    if let Some(headers) = scan.received.and_then(json::string) {
        let desc = headers.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("X-Response-Desc").then_some(value.trim())
        });
        let span = scan.received.map_or(Default::default(), |headers| body.span(headers));
        row.owned(Field::IcapResponseDesc, desc.unwrap_or_default().as_bytes(), span);
    }
    if let Some(list) = scan.violations {
        let mut found = Vec::new();
        json::elements(list, |violation| found.push(violation_text(violation)));
        row.list(Field::IcapViolation, found.iter().map(|text| text.as_bytes()), body.span(list));
    }
    if let Some(server) = scan.server() {
        row.owned(Field::IcapServer, server.as_bytes(), scan.uri.map_or(Default::default(), |uri| body.span(uri)));
    }
    if let Some(ms) = latency {
        row.int(Field::IcapLatency, ms.saturating_mul(1000), Default::default());
    }
}

/// One element of `request_logs`: values as they stand in the log.
#[derive(Default)]
struct Scan<'t> {
    action: Option<&'t str>,
    method: Option<&'t str>,
    code: Option<&'t str>,
    reason: Option<&'t str>,
    threat: Option<&'t str>,
    pool: Option<&'t str>,
    vendor: Option<&'t str>,
    ip: Option<&'t str>,
    port: Option<&'t str>,
    uri: Option<&'t str>,
    latency: Option<i64>,
    http_method: Option<&'t str>,
    http_code: Option<&'t str>,
    body_sent: Option<&'t str>,
    modified_length: Option<&'t str>,
    pool_uuid: Option<&'t str>,
    source_port: Option<&'t str>,
    sent: Option<&'t str>,
    received: Option<&'t str>,
    threat_text: Option<&'t str>,
    violations: Option<&'t str>,
    score: Option<&'t str>,
    task: Option<&'t str>,
    report: Option<&'t str>,
}

/// `invoice.doc, EICAR-Test-File, ICAP_FILE_NOT_REPAIRED`
fn violation_text(violation: &str) -> String {
    let mut parts = [None, None, None];
    json::pairs(violation, false, |key, value| {
        let place = match key {
            "file_name" => 0,
            "threat_name" => 1,
            "resolution" => 2,
            _ => return,
        };
        parts[place] = json::string(value).filter(|text| !text.is_empty());
    });
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

impl<'t> Scan<'t> {
    fn read(scan: &'t str) -> Self {
        let mut this = Self::default();
        json::pairs(scan, false, |key, value| match key {
            "action" => this.action = Some(value),
            "icap_method" => this.method = Some(value),
            "icap_response_code" => this.code = Some(value),
            "reason" => this.reason = Some(value),
            "threat_id" => this.threat = Some(value),
            "pool_name" => this.pool = Some(value),
            "vendor" => this.vendor = Some(value),
            "icap_server_ip" | "server_ip" => this.ip = Some(value),
            "icap_server_port" => this.port = Some(value),
            "icap_absolute_uri" => this.uri = Some(value),
            "http_method" => this.http_method = Some(value),
            "http_response_code" => this.http_code = Some(value),
            "complete_body_sent" => this.body_sent = Some(value),
            "modified_content_length" => this.modified_length = Some(value),
            "pool_uuid" => this.pool_uuid = Some(value),
            "source_port" => this.source_port = Some(value),
            "icap_headers_sent_to_server" => this.sent = Some(value),
            "icap_headers_received_from_server" => this.received = Some(value),
            "threat_description" => this.threat_text = Some(value),
            "violations" => this.violations = Some(value),
            "nsx_defender_log" => {
                json::pairs(value, false, |key, value| match key {
                    "score" => this.score = Some(value),
                    "status_url" => this.report = Some(value),
                    "task_uuid" => this.task = Some(value),
                    _ => {}
                });
            }
            "latency" => this.latency = value.trim_matches('"').parse().ok(),
            "opswat_log" => {
                json::pairs(value, false, |key, value| match key {
                    "reason" => this.reason = Some(value),
                    "threat_id" => this.threat = Some(value),
                    "violations" => this.violations = Some(value),
                    _ => {}
                });
            }
            _ => {}
        });
        this
    }

    fn badness(&self) -> u8 {
        match self.action.map(|action| action.trim_matches('"')) {
            Some("ICAP_FAILED") => 4,
            Some("ICAP_BLOCKED") => 3,
            Some("ICAP_MODIFIED") => 2,
            Some(_) => 1,
            None => 0,
        }
    }

    /// Address and port, else those of `icap://100.64.3.15:1344/service `.
    fn server(&self) -> Option<String> {
        if let Some(ip) = self.ip.and_then(json::string).filter(|ip| !ip.is_empty()) {
            return Some(match self.port {
                Some(port) => format!("{ip}:{}", port.trim_matches('"')),
                None => ip.into_owned(),
            });
        }
        let uri = self.uri.and_then(json::string)?;
        let host = uri.split_once("://")?.1.split(['/', ' ']).next()?;
        (!host.is_empty()).then(|| host.to_string())
    }
}

/// What the web application firewall found: `{"status": "REJECTED", "rule_logs": [{"rule_id": "941100", "rule_group":
/// "CRS_941_Application_Attack_XSS", "tags": ["attack-xss"], …}], …}`.
pub fn waf(row: &mut Row, body: &Body, message: &str) {
    let (mut rules, mut groups, mut tags) = (List::default(), List::default(), List::default());
    let mut status = None;
    json::pairs(message, false, |key, value| match key {
        "status" => status = Some(value),
        "rule_logs" | "application_rule_logs" => json::elements(value, |rule| {
            json::pairs(rule, false, |key, value| match key {
                "rule_id" => rules.add(json::string(value)),
                "rule_group" => groups.add(json::string(value)),
                "tags" => json::elements(value, |tag| tags.add(json::string(tag))),
                _ => {}
            });
        }),
        _ => {}
    });
    if let Some(status) = status {
        text(row, body, Field::WafStatus, status);
    }
    let span = body.span(message);
    for (field, list) in [(Field::WafRule, rules), (Field::WafGroup, groups), (Field::WafTag, tags)] {
        row.list(field, list.0.iter().map(|item| item.as_bytes()), span);
    }
}

/// Distinct texts, in order.
#[derive(Default)]
struct List<'t>(Vec<Cow<'t, str>>);

impl<'t> List<'t> {
    fn add(&mut self, item: Option<Cow<'t, str>>) {
        if let Some(item) = item.filter(|item| !item.is_empty() && !item.as_bytes().contains(&Kind::LIST_SEPARATOR))
            && !self.0.contains(&item)
        {
            self.0.push(item);
        }
    }
}
