//! The messages inside an Avi connection log that are summed up in fields: DNS queries with their answers, and SIP calls.

use super::{
    entry::{int, text},
    json::{self, Body},
};
use crate::record::{Field, Row};

/// `PROTOCOL_UDP`: the prefix says nothing.
pub fn protocol(row: &mut Row, body: &Body, value: &str) {
    let name = json::string(value).unwrap_or_default();
    let name = name.strip_prefix("PROTOCOL_").unwrap_or(&name).to_ascii_lowercase();
    row.owned(Field::Protocol, name.as_bytes(), body.span(value));
}

/// `["203.0.113.10", "203.0.113.11"]`
pub fn dns_ips(row: &mut Row, body: &Body, list: &str) {
    let mut found = Vec::new();
    json::elements(list, |ip| found.extend(json::string(ip)));
    row.list(Field::DnsIps, found.iter().map(|ip| ip.as_bytes()), body.span(list));
}

/// `{"opcode": "DNS_OPCODE_QUERY", "recursion_desired": true, …}`
pub fn dns_request(row: &mut Row, body: &Body, message: &str) {
    json::pairs(message, false, |key, value| {
        if key == "opcode" {
            text(row, body, Field::DnsOpcode, value);
        }
    });
}

/// `{"response_code": "DNS_RCODE_NOERROR", "records": [{"type": "DNS_RECORD_A", "addr_ip": "203.0.113.10", …}]}`
pub fn dns_response(row: &mut Row, body: &Body, message: &str) {
    let mut records: Vec<String> = Vec::new();
    json::pairs(message, false, |key, value| match key {
        "response_code" => text(row, body, Field::DnsCode, value),
        "records" => json::elements(value, |record| records.extend(dns_record(record))),
        _ => {}
    });
    row.list(Field::DnsRecords, records.iter().map(|record| record.as_bytes()), body.span(message));
}

/// `A 203.0.113.10`
fn dns_record(record: &str) -> Option<String> {
    let (mut kind, mut content) = (None, None);
    json::pairs(record, false, |key, value| match key {
        "type" => kind = json::string(value),
        "addr_ip" | "addr6_ip_str" | "cname" | "nsname" | "mail_server" | "text_rdata" => {
            content = json::string(value).filter(|text| !text.is_empty() && text != "0").or(content.take());
        }
        _ => {}
    });
    let kind = kind?;
    let kind = kind.strip_prefix("DNS_RECORD_").unwrap_or(&kind);
    Some(content.map_or_else(|| kind.to_owned(), |content| format!("{kind} {content}")))
}

/// `{"sip_callid_hdr": "…", "sip_messages": [{"method": "INVITE", "from_client": true, …}, {"status_code": 486, …}]}`.
/// A provisional status (180 Ringing) does not say how the call ended.
pub fn sip(row: &mut Row, body: &Body, message: &str) {
    let mut methods = Vec::new();
    let mut status: Option<&str> = None;
    let is_final = |code: &str| !code.trim_matches('"').starts_with('1');
    json::pairs(message, false, |key, value| match key {
        "sip_callid_hdr" => text(row, body, Field::SipCallId, value),
        "sip_from_hdr" => text(row, body, Field::SipFrom, value),
        "sip_to_hdr" => text(row, body, Field::SipTo, value),
        "sip_contact_hdr" => text(row, body, Field::SipContact, value),
        "server_protocol" => text(row, body, Field::SipServerProtocol, value),
        "sip_messages" => json::elements(value, |message| {
            json::pairs(message, false, |key, value| match key {
                "method" => {
                    if let Some(method) = json::string(value).filter(|method| !methods.contains(method)) {
                        methods.push(method);
                    }
                }
                "status_code" if value != "0" && (is_final(value) || status.is_none_or(|last| !is_final(last))) => {
                    status = Some(value);
                }
                _ => {}
            });
        }),
        _ => {}
    });
    row.list(Field::SipMethod, methods.iter().map(|method| method.as_bytes()), body.span(message));
    if let Some(code) = status {
        int(row, Field::SipStatus, code, body.span(code), 1);
    }
}
