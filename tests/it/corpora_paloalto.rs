//! Palo Alto lines of other people, and what other programs read in them.

use crate::corpora::{self, Tally};
use hopscope::formats::{Context, FORMATS, parse_entry};
use hopscope::record::{Field, Kind, Row, Value};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// One value of a row as text; `None` where it is absent.
fn shown(row: &Row, line: &[u8], field: Field) -> Option<String> {
    row.get(field, line).map(|value| match value {
        Value::Int(number) => number.to_string(),
        Value::Text(text) => String::from_utf8_lossy(text).into_owned(),
    })
}

/// A line of one log with the parser's reading of it.
struct Read {
    line: Vec<u8>,
    row: Row,
    extras: BTreeMap<String, String>,
}

impl Read {
    fn new(line: &[u8]) -> Read {
        let mut row = Row::new();
        let read = parse_entry(line, &mut None, &mut Context::new(2018), &mut row);
        let format = read.unwrap_or_else(|reject| panic!("{reject:?} in {}", line.escape_ascii()));
        assert_eq!(FORMATS[format].id(), "paloalto", "{}", line.escape_ascii());
        Read { line: line.to_vec(), row, extras: FORMATS[format].extras(line).into_iter().collect() }
    }

    fn get(&self, field: Field) -> Option<String> {
        shown(&self.row, &self.line, field)
    }
}

/// Their names for what has a field here. What is absent from this list has ours in snake case, among the extras.
const FIELDS: &[(&str, Field)] = &[
    ("serialNumber", Field::DeviceSerial),
    ("threatContentType", Field::Subtype),
    ("subtype", Field::Subtype),
    ("subType", Field::Subtype),
    ("receiveTime", Field::ReceiveTime),
    ("generatedTime", Field::TimeGenerated),
    ("startTime", Field::StartTime),
    ("elapsedTime", Field::TotalTime),
    ("sourceIp", Field::ClientIp),
    ("destinationIp", Field::ServerIp),
    ("natSourceIp", Field::SrcNatIp),
    ("natDestinationIp", Field::DstNatIp),
    ("natSourcePort", Field::SrcNatPort),
    ("natDestinationPort", Field::DstNatPort),
    ("sourcePort", Field::ClientPort),
    ("destinationPort", Field::ServerPort),
    ("ruleName", Field::PolicyRule),
    ("sourceUser", Field::UserId),
    ("destinationUser", Field::DstUser),
    ("application", Field::Application),
    ("virtualSystem", Field::VirtualService),
    ("sourceZone", Field::SrcZone),
    ("destinationZone", Field::DstZone),
    ("inboundInterface", Field::InboundIf),
    ("outboundInterface", Field::OutboundIf),
    ("sessionId", Field::SessionId),
    ("repeatCount", Field::RepeatCount),
    ("protocol", Field::Protocol),
    ("action", Field::Action),
    ("actionSource", Field::ActionSource),
    ("bytes", Field::TotalBytes),
    ("bytesSent", Field::RequestLength),
    ("bytesReceived", Field::ResponseLength),
    ("packets", Field::Packets),
    ("packetsSent", Field::PacketsSent),
    ("packetsReceived", Field::PacketsReceived),
    ("category", Field::Category),
    ("sequenceNumber", Field::LogId),
    ("sourceLocation", Field::ClientLocation),
    ("destinationLocation", Field::DstLocation),
    ("sessionEndReason", Field::SessionEndReason),
    ("threatId", Field::Threat),
    ("severity", Field::Severity),
    ("direction", Field::Direction),
    ("contentType", Field::ResponseContentType),
    ("fileDigest", Field::FileDigest),
    ("fileType", Field::FileType),
    ("userAgent", Field::UserAgent),
    ("xForwardedFor", Field::Xff),
    ("referer", Field::Referer),
    ("eventId", Field::EventKind),
    ("description", Field::Message),
    ("command", Field::Command),
    ("admin", Field::UserId),
    ("result", Field::Result),
    ("configurationPath", Field::ConfigPath),
    ("deviceName", Field::ServiceEngine),
];

/// The columns without a field, by our names.
const EXTRAS: &[(&str, &str)] = &[
    ("logAction", "logset"),
    ("actionFlags", "actionflags"),
    ("deviceGroupHierarchyLevel1", "dg_hier_level_1"),
    ("deviceGroupHierarchyLevel2", "dg_hier_level_2"),
    ("deviceGroupHierarchyLevel3", "dg_hier_level_3"),
    ("deviceGroupHierarchyLevel4", "dg_hier_level_4"),
    ("virtualSystemName", "vsys_name"),
    ("pcapId", "pcap_id"),
    ("cloud", "cloud"),
    ("urlIndex", "url_idx"),
    ("sender", "sender"),
    ("subject", "subject"),
    ("recipient", "recipient"),
    ("reportId", "reportid"),
    ("object", "object"),
    ("module", "module"),
    ("client", "client"),
    ("sourceVmUuid", "src_uuid"),
    ("destinationVmUuid", "dst_uuid"),
    ("httpMethod", "http_method"),
    ("tunnelIdImsi", "tunnel_id/imsi"),
    ("monitorTagImei", "monitortag/imei"),
    ("parentSessionId", "parent_session_id"),
    ("parentStartTime", "parent_start_time"),
    ("tunnelType", "tunnel"),
    ("threatCategory", "thr_category"),
    ("contentVersion", "contentver"),
];

/// What we should have where they read `value`.
fn ours(key: &str, field: Field, value: &Json) -> Option<String> {
    let text = match value {
        Json::Null => return None,
        Json::String(text) => text.clone(),
        number if matches!(field.kind(), Kind::Time | Kind::Duration) => {
            format!("{}", (number.as_f64().unwrap() * 1e6) as i64)
        }
        number => number.to_string(),
    };
    let is_none = match key {
        // Not translated.
        _ if key.starts_with("nat") => matches!(text.as_str(), "0.0.0.0" | "0"),
        // A type without subtypes.
        "subtype" => text == "0",
        _ => false,
    };
    (!is_none).then_some(text)
}

#[test]
fn every_field_is_read_as_another_parser_reads_it() {
    let Some(pairs) = corpora::lines("paloalto/jcustenborder.pairs.jsonl.gz") else { return };
    let (mut compared, mut kinds) = (BTreeMap::<&str, usize>::new(), BTreeMap::<String, usize>::new());
    let mut tally = Tally { lines: pairs.len(), entries: pairs.len(), ..Tally::default() };
    for pair in &pairs {
        let pair: Json = serde_json::from_slice(pair).unwrap();
        let (name, raw) = (pair["name"].as_str().unwrap(), pair["raw"].as_str().unwrap());
        let read = Read::new(raw.as_bytes());
        let expected = pair["expected"].as_object().unwrap();
        let kind = expected["type"].as_str().unwrap();
        *kinds.entry(kind.to_owned()).or_default() += 1;
        let log_type = read.get(Field::LogType).unwrap().replace("url", "threat");
        assert_eq!(log_type.to_uppercase(), kind, "{name}");
        let mut same = |key: &'static str, found: Option<String>, value: Option<String>| {
            assert_eq!(found, value, "{key} of {name}: {raw}");
            *compared.entry(key).or_default() += 1;
        };
        for (key, value) in expected {
            // They lack the optional details before and after the change, and shift what follows.
            let shifted =
                ["beforeChange", "afterChange", "sequenceN", "actionF", "deviceG", "virtualSystemN", "deviceN"];
            if kind == "CONFIG" && shifted.iter().any(|start| key.starts_with(start)) {
                tally.compared += 1;
                tally.differs("theirs of CONFIG lines are shifted behind the path");
                continue;
            }
            if let Some((key, field)) = FIELDS.iter().find(|row| row.0 == key) {
                let value = match (*key, value) {
                    // Without the column the header's host stands there.
                    ("deviceName", Json::Null) => pair["host"].as_str().map(str::to_owned),
                    _ => ours(key, *field, value),
                };
                if value.is_none() && !expected[*key].is_null() {
                    tally.differs(
                        "0.0.0.0 and port 0 of an address that was not translated are absent here, as is subtype 0",
                    );
                }
                if *key == "deviceName" && expected[*key].is_null() && value.is_some() {
                    tally.differs("without a device name the header's host stands here");
                }
                same(key, read.get(*field), value);
            } else if let Some((key, extra)) = EXTRAS.iter().find(|row| row.0 == key) {
                same(
                    key,
                    read.extras.get(*extra).cloned(),
                    value.as_str().map(str::to_owned).or_else(|| Some(value.to_string())).filter(|_| !value.is_null()),
                );
            } else if key == "urlFilename" {
                let is_url = read.get(Field::Subtype).as_deref() == Some("url");
                let field = if is_url { Field::Uri } else { Field::FileName };
                same("urlFilename", read.get(field), value.as_str().map(str::to_owned));
            } else if key == "flags" {
                let flags = read.extras.get("flags").map_or("0x0", |flags| flags.as_str());
                let found = u64::from_str_radix(flags.trim_start_matches("0x"), 16).unwrap();
                same("flags", Some(found.to_string()), value.as_u64().map(|flags| flags.to_string()));
            } else {
                assert_eq!(key, "type", "not compared");
            }
        }
    }
    let expected = [("CONFIG", 37), ("SYSTEM", 139), ("THREAT", 715), ("TRAFFIC", 49), ("USERID", 4)];
    assert_eq!(kinds, BTreeMap::from(expected.map(|(kind, count)| (kind.to_owned(), count))));
    let sum = compared.values().sum::<usize>();
    assert!(compared.len() > 80 && sum > 50_000, "{compared:?}");
    tally.compared += sum;
    tally.print("paloalto/jcustenborder");
}

#[test]
fn bytes_are_those_sent_and_received() {
    let Some(pairs) = corpora::lines("paloalto/jcustenborder.pairs.jsonl.gz") else { return };
    let mut checked = 0;
    for pair in &pairs {
        let pair: Json = serde_json::from_slice(pair).unwrap();
        let read = Read::new(pair["raw"].as_str().unwrap().as_bytes());
        if read.get(Field::LogType).as_deref() == Some("traffic") {
            let int = |field| read.row.get_int(field).unwrap();
            assert_eq!(int(Field::TotalBytes), int(Field::RequestLength) + int(Field::ResponseLength));
            checked += 1;
        }
    }
    assert_eq!(checked, 49);
}

#[test]
fn traffic_of_release_8_1_is_read_as_elastic_reads_it() {
    let Some(events) = corpora::lines("paloalto/elastic-integrations-excerpt/traffic-expected-excerpt.jsonl") else {
        return;
    };
    let names = [
        ("source.ip", Field::ClientIp),
        ("source.port", Field::ClientPort),
        ("source.bytes", Field::RequestLength),
        ("source.packets", Field::PacketsSent),
        ("source.nat.ip", Field::SrcNatIp),
        ("source.nat.port", Field::SrcNatPort),
        ("source.geo.name", Field::ClientLocation),
        ("destination.ip", Field::ServerIp),
        ("destination.port", Field::ServerPort),
        ("destination.bytes", Field::ResponseLength),
        ("destination.packets", Field::PacketsReceived),
        ("destination.nat.ip", Field::DstNatIp),
        ("destination.nat.port", Field::DstNatPort),
        ("destination.geo.name", Field::DstLocation),
        ("rule.name", Field::PolicyRule),
        ("network.application", Field::Application),
        ("network.transport", Field::Protocol),
        ("network.bytes", Field::TotalBytes),
        ("network.packets", Field::Packets),
        ("observer.hostname", Field::ServiceEngine),
        ("observer.serial_number", Field::DeviceSerial),
        ("observer.ingress.interface.name", Field::InboundIf),
        ("observer.ingress.zone", Field::SrcZone),
        ("observer.egress.interface.name", Field::OutboundIf),
        ("observer.egress.zone", Field::DstZone),
        ("panw.endreason", Field::SessionEndReason),
        ("panw.sub_type", Field::Subtype),
        ("panw.action", Field::Action),
        ("panw.flow_id", Field::SessionId),
        ("panw.repeat_count", Field::RepeatCount),
        ("panw.sequence_number", Field::LogId),
        ("panw.url.category", Field::Category),
        ("panw.action_source", Field::ActionSource),
        ("panw.related_vsys", Field::VirtualService),
    ];
    // They take the clock as New York's, we as UTC until told.
    let local = |event: &Json, key: &str| {
        let moment = chrono::DateTime::parse_from_rfc3339(event[key].as_str()?).unwrap();
        Some(moment.naive_local().and_utc().timestamp_micros().to_string())
    };
    let mut compared = 0;
    for event in &events {
        let event: Json = serde_json::from_slice(event).unwrap();
        let (read, expected) = (Read::new(event["original"].as_str().unwrap().as_bytes()), &event["expected"]);
        for (key, field) in names {
            if let Some(value) = expected.get(key) {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                assert_eq!(read.get(field), Some(value), "{key}");
                compared += 1;
            }
        }
        for (key, field) in
            [("@timestamp", Field::TimeGenerated), ("event.start", Field::StartTime), ("event.end", Field::EndTime)]
        {
            if let Some(time) = local(expected, key) {
                assert_eq!(read.get(field), Some(time), "{key}");
                compared += 1;
            }
        }
        let nanos = expected["event.duration_ns"].as_i64().unwrap();
        assert_eq!(read.row.get_int(Field::TotalTime), Some(nanos / 1000));
        assert_eq!(read.get(Field::FinalAction).as_deref(), Some("Allowed"));
    }
    assert!(compared >= 55, "{compared}");
    let mut tally = Tally { lines: 2, entries: 2, compared, ..Tally::default() };
    tally.differ.push((2, "they take the device's clock as New York's, we as UTC until a zone is set"));
    tally.print("paloalto/elastic-integrations-excerpt, expected events");
}

#[test]
fn every_line_of_the_elastic_excerpts_is_read() {
    let Some(lines) = corpora::lines("paloalto/elastic-integrations-excerpt/traffic-excerpt.log") else { return };
    assert_eq!(lines.len(), 10);
    let mut devices = BTreeMap::<(String, String), usize>::new();
    for line in &lines {
        let read = Read::new(line);
        assert_eq!(read.get(Field::Format).as_deref(), Some("paloalto-traffic"));
        let device = (read.get(Field::ServiceEngine).unwrap(), read.extras["config_ver"].clone());
        *devices.entry(device).or_default() += 1;
        let int = |field| read.row.get_int(field).unwrap();
        assert_eq!(int(Field::TotalBytes), int(Field::RequestLength) + int(Field::ResponseLength));
        assert_eq!(int(Field::Packets), int(Field::PacketsSent) + int(Field::PacketsReceived));
    }
    let expected = [("PA-220", "2049 (PAN-OS 8.1)", 8), ("PA-VM", "2561 (PAN-OS 10.1)", 2)];
    let expected = expected.map(|(name, release, count)| ((name.to_owned(), release.to_owned()), count));
    assert_eq!(devices, BTreeMap::from(expected));
    Tally { lines: 12, entries: 12, compared: 12 * 2, ..Tally::default() }
        .print("paloalto/elastic-integrations-excerpt, lines");
    // Tunnel logs, whose fourth column is START.
    let lines = corpora::lines("paloalto/elastic-integrations-excerpt/time-sample.log").unwrap();
    assert_eq!(lines.len(), 2);
    for line in &lines {
        let read = Read::new(line);
        assert_eq!(read.get(Field::LogType).as_deref(), Some("tunnel"));
        assert_eq!(read.get(Field::DstNatIp).as_deref(), Some("10.0.0.30"));
    }
}
