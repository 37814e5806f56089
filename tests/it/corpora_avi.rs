//! The one public real Avi export, and the ICAP messages of the manual.

use crate::{corpora, corpora::Tally, golden};
use hopscope::formats::{Context, Format, avi, told_by};
use hopscope::record::{Field, Row, Value};
use hopscope::text::records::Records;
use std::{collections::BTreeMap, rc::Rc};

fn rows(document: &[u8]) -> Vec<(Vec<u8>, Row)> {
    let parse = |entry: &[u8]| {
        let mut row = Row::new();
        assert!(avi::Avi.claims(entry));
        avi::Avi.parse(entry, &mut Context::new(2026), &mut row).expect("an entry");
        (entry.to_vec(), row)
    };
    golden::document_entries(document).into_iter().map(parse).collect()
}

fn texts(rows: &[(Vec<u8>, Row)], field: Field) -> Vec<String> {
    let text = |(entry, row): &(Vec<u8>, Row)| {
        row.get_text(field, entry).map_or_else(|| "-".into(), |text| String::from_utf8_lossy(text).into_owned())
    };
    rows.iter().map(text).collect()
}

fn numbers(rows: &[(Vec<u8>, Row)], field: Field) -> Vec<Option<i64>> {
    rows.iter().map(|(_, row)| row.get_int(field)).collect()
}

#[test]
fn the_public_export_is_read() {
    let Some(document) = corpora::read("avi/vmware-alb-sdk/logs-test.upstream-loader.json") else { return };
    let rows = rows(&document);
    assert_eq!(rows.len(), 4);
    assert_eq!(texts(&rows, Field::ClientBrowser), ["Python Requests", "Firefox", "IE", "IE"]);
    assert_eq!(texts(&rows, Field::WafRule), ["941100", "942270", "930120", "930120"]);
    assert_eq!(texts(&rows, Field::WafStatus), ["REJECTED"; 4]);
    assert_eq!(texts(&rows, Field::SslAuth), ["ECDSA", "RSA", "RSA", "RSA"]);
    let paths = ["/", "/vulnerabilities/sqli/", "/vulnerabilities/exec/", "/vulnerabilities/exec/"];
    assert_eq!(texts(&rows, Field::UriPath), paths);
    let why = "Request ended abnormally: response code 4xx\u{1f}WAF Match: WAF matched the transaction";
    assert_eq!(texts(&rows, Field::Significance), [why; 4]);
    assert_eq!(numbers(&rows, Field::TotalTime), [2, 63, 43, 43].map(|ms| Some(ms * 1000)));
    assert_eq!(numbers(&rows, Field::ResponseCode), [Some(403); 4]);
    assert_eq!(numbers(&rows, Field::ServerResponseCode), [None; 4]);
    assert_eq!(numbers(&rows, Field::Significant), [Some(1); 4]);
    assert_eq!(numbers(&rows, Field::SignificantMask), [Some(0); 4]);
    assert_eq!(numbers(&rows, Field::StartTime)[0], Some(1_604_607_435_698_573 - 2000));
}

/// The export itself against what its own loader made of it: every field of every row, then what the loader counts.
#[test]
fn the_public_export_says_the_same_as_a_table() {
    let Some(table) = corpora::read("avi/vmware-alb-sdk/logs-test.csv") else { return };
    let Some(document) = corpora::read("avi/vmware-alb-sdk/logs-test.upstream-loader.json") else { return };
    let Some(stats) = corpora::read("avi/vmware-alb-sdk/logs-test.expected-stats.json") else { return };
    let (mut ends, mut start) = (Vec::new(), 0);
    Records::default().push(&table, 0, true, &mut ends);
    let records: Vec<&[u8]> = ends
        .iter()
        .map(|end| table[std::mem::replace(&mut start, *end as usize)..*end as usize].trim_ascii_end())
        .collect();
    assert_eq!(records.len(), 5);
    let told = Rc::new(told_by(records[0]).expect("a header line"));
    let mut context = Context { told: Some(told.clone()), ..Context::new(2026) };
    let loaded = rows(&document);
    assert_eq!(loaded.len(), records.len() - 1);

    let mut tally = Tally { lines: records.len(), entries: records.len(), ..Tally::default() };
    let mut counts: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for (nth, (record, (entry, expected))) in records[1..].iter().zip(&loaded).enumerate() {
        let mut row = Row::new();
        avi::Avi.parse(record, &mut context, &mut row).expect("a row");
        assert_eq!(row.get_int(Field::Ragged), (nth > 0).then_some(1));
        for field in Field::ALL.iter().copied() {
            let shown = |value: Option<Value>| {
                value.map(|value| match value {
                    Value::Int(number) => number.to_string(),
                    Value::Text(text) => String::from_utf8_lossy(text).replace("\r\n", "\n"),
                })
            };
            let (found, loaded) = (shown(row.get(field, record)), shown(expected.get(field, entry)));
            match field {
                Field::Ragged => {}
                // The loader leaves the value in the wrong column.
                Field::GrpcReason | Field::GrpcMethod => {
                    assert_eq!(found.as_deref(), (field == Field::GrpcReason).then_some("GRPC_STATUS_CODE_OK"));
                    tally.compared += 1;
                    if found != loaded {
                        tally.differs("the loader leaves the value of a ragged row in the column before its own");
                    }
                }
                _ => {
                    assert_eq!(found, loaded, "{field:?} of row {nth}");
                    tally.compared += usize::from(loaded.is_some());
                }
            }
        }
        let extras: BTreeMap<String, String> = avi::Avi.extras_told(record, &told).into_iter().collect();
        let json = |name: &str| serde_json::from_str::<serde_json::Value>(&extras[name]).expect(name);
        // What frames the entry in its array may stand behind the object.
        let objects = serde_json::Deserializer::from_slice(&entry[object(entry)..]).into_iter::<serde_json::Value>();
        let document = objects.flatten().next().expect("an object");
        assert_eq!(json("waf_log"), document["waf_log"]);
        assert_eq!(json("significant_log"), document["significant_log"]);
        tally.compared += 2;
        let mut count = |name: &str, value: String| {
            *counts.entry(name.to_owned()).or_default().entry(value).or_default() += 1;
        };
        let text = |field| String::from_utf8_lossy(row.get_text(field, record).unwrap_or_default()).into_owned();
        count("user_agents", text(Field::UserAgent));
        count("waf_rules", text(Field::WafRule));
        count("client_browser", text(Field::ClientBrowser));
        count("ssl_cipher", text(Field::SslCipher));
        count("uri_path", text(Field::UriPath));
        count("significant_log", extras["significant_log"].replace('"', "'").replace(',', ", "));
        for rule in json("waf_log")["rule_logs"].as_array().unwrap() {
            for hit in rule["matches"].as_array().unwrap() {
                count("match_elements", hit["match_element"].as_str().unwrap().to_owned());
            }
        }
    }
    assert!(tally.compared > 140, "{}", tally.compared);
    let stats: serde_json::Value = serde_json::from_slice(&stats).unwrap();
    for (name, values) in &counts {
        let expected = stats.get(name).unwrap_or(&stats["stats"][name]);
        assert_eq!(&serde_json::to_value(values).unwrap(), expected, "{name}");
    }
    assert_eq!(counts.len(), 7);
    tally.compared += counts.values().map(BTreeMap::len).sum::<usize>();
    tally.print("avi/vmware-alb-sdk");
}

fn object(entry: &[u8]) -> usize {
    entry.iter().position(|byte| *byte == b'{').expect("an object")
}

#[test]
fn the_icap_messages_of_the_manual_are_read() {
    let files = ["1_icap_blocked", "2_icap_passed", "3_icap_disabled", "4_icap_blocked"];
    let mut all = Vec::new();
    for name in files {
        let Some(document) = corpora::read(&format!("icap/icap_{name}.json")) else { return };
        all.extend(rows(&document));
    }
    assert_eq!(texts(&all, Field::IcapAction), ["ICAP_BLOCKED", "ICAP_PASSED", "ICAP_DISABLED", "ICAP_BLOCKED"]);
    assert_eq!(texts(&all, Field::IcapReason), ["Infected", "-", "-", "-"]);
    assert_eq!(texts(&all, Field::IcapServer), ["100.64.3.15:1344", "100.64.3.15:1344", "-", "100.64.3.15:1344"]);
    assert_eq!(texts(&all, Field::IcapPool)[0], "ICAP-POOL-GROUP");
    assert_eq!(numbers(&all, Field::IcapLatency), [Some(1_275_000), Some(456_000), None, Some(17_000)]);
    let mut tally = Tally { lines: 4, entries: 4, compared: 4, ..Tally::default() };
    // Each value of the document's objects, by the name it has there.
    const FIELDS: [(&str, Field); 11] = [
        ("action", Field::IcapAction),
        ("icap_response_code", Field::IcapResponseCode),
        ("icap_method", Field::IcapMethod),
        ("http_method", Field::IcapHttpMethod),
        ("http_response_code", Field::IcapHttpCode),
        ("icap_absolute_uri", Field::IcapUri),
        ("pool_uuid", Field::IcapPoolUuid),
        ("reason", Field::IcapReason),
        ("threat_id", Field::IcapThreat),
        ("icap_headers_sent_to_server", Field::IcapHeadersSent),
        ("icap_headers_received_from_server", Field::IcapHeadersReceived),
    ];
    for (entry, row) in &all {
        let document: serde_json::Value = serde_json::from_slice(entry).expect("an object");
        let request = &document["icap_log"]["request_logs"][0];
        for (key, field) in FIELDS {
            let value = &request[key];
            let text = value.as_i64().map(|n| n.to_string()).or(value.as_str().map(|text| text.trim_end().to_owned()));
            let text = text.or((key == "action").then(|| document["icap_log"][key].as_str().unwrap().to_owned()));
            let found = row.get(field, entry).map(|found| match found {
                Value::Int(number) => number.to_string(),
                Value::Text(text) => String::from_utf8_lossy(text).trim_end().to_owned(),
            });
            assert_eq!(found, text, "{key}");
            tally.compared += 1;
        }
    }
    tally.print("icap");
}
