//! The one public real Avi export, and the ICAP messages of the manual.

use crate::{corpora, golden};
use hopscope::formats::{Context, Format, avi};
use hopscope::record::{Field, Row};

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
}
