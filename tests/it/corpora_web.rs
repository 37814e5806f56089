//! Access and error logs of other people, and what other programs read in them.

use crate::corpora::{self, Tally};
use hopscope::formats::{Context, parse_entry};
use hopscope::record::{Field, Reject, Row, Value};
use std::collections::BTreeMap;

/// Parses lines one after the other, as a file.
fn each(lines: &[Vec<u8>], mut with: impl FnMut(&[u8], Result<&Row, Reject>)) {
    let (mut context, mut row, mut last) = (Context::new(2026), Row::new(), None);
    for line in lines {
        let parsed = parse_entry(line, &mut last, &mut context, &mut row);
        with(line, parsed.map(|_| &row));
    }
}

/// One value of a row as text; `-` where it is absent.
fn shown(row: &Row, line: &[u8], field: Field) -> String {
    match row.get(field, line) {
        Some(Value::Int(number)) => number.to_string(),
        Some(Value::Text(text)) => String::from_utf8_lossy(text).into_owned(),
        None => "-".into(),
    }
}

/// How often each value of a field occurs; every line must be read.
fn count(lines: &[Vec<u8>], field: Field) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    each(lines, |line, row| {
        let row = row.unwrap_or_else(|reject| panic!("{reject:?} in {}", line.escape_ascii()));
        *counts.entry(shown(row, line, field)).or_default() += 1;
    });
    counts
}

/// The lines of a file taken apart at quotes, as no line of this file holds one inside a value.
fn by_hand(line: &[u8]) -> Option<[String; 8]> {
    let line = String::from_utf8_lossy(line).into_owned();
    let parts: Vec<&str> = line.split('"').collect();
    let [head, request, numbers, referer, _, agent, ..] = parts[..] else { return None };
    let mut request = request.split(' ');
    let mut numbers = numbers.split_whitespace();
    Some(
        [
            head.split(' ').next()?,
            request.next()?,
            request.next()?,
            request.next()?.strip_prefix("HTTP/")?,
            numbers.next()?,
            numbers.next().map(|bytes| if bytes == "-" { "0" } else { bytes })?,
            referer,
            agent,
        ]
        .map(str::to_owned),
    )
}

#[test]
fn ten_thousand_combined_lines_say_what_they_say_by_hand() {
    let Some(lines) = corpora::lines("web/elastic-examples-combined.log.gz") else { return };
    assert_eq!(lines.len(), 10_000);
    const FIELDS: [Field; 8] = [
        Field::ClientIp,
        Field::Method,
        Field::Uri,
        Field::HttpVersion,
        Field::ResponseCode,
        Field::ResponseLength,
        Field::Referer,
        Field::UserAgent,
    ];
    let (mut compared, mut cut, mut differs) = (0, 0, Vec::new());
    each(&lines, |line, row| {
        let row = row.unwrap_or_else(|reject| panic!("{reject:?} in {}", line.escape_ascii()));
        cut += usize::from(row.get_int(Field::Truncated) == Some(1));
        assert_eq!(shown(row, line, Field::Format), "web-combined");
        let expected = by_hand(line).unwrap_or_else(|| panic!("{}", line.escape_ascii()));
        for (field, expected) in FIELDS.into_iter().zip(expected) {
            // A target with `://` names its host.
            let found = shown(row, line, field);
            compared += 1;
            if found != expected {
                differs.push(format!("{field:?}: {found} for {expected}"));
            }
        }
    });
    assert_eq!((cut, compared), (1, 80_000));
    assert!(differs.is_empty(), "{} of {compared}: {:?}", differs.len(), &differs[..differs.len().min(5)]);
    Tally { lines: 10_000, entries: 10_000, compared, ..Tally::default() }.print("web/elastic-examples-combined");
    let codes = BTreeMap::from(
        [("200", 9126), ("206", 45), ("301", 164), ("304", 445), ("403", 2), ("404", 213), ("416", 2), ("500", 3)]
            .map(|(code, n)| (code.to_owned(), n)),
    );
    assert_eq!(count(&lines, Field::ResponseCode), codes);
}

/// Their names for what stands in a line, and ours.
const FILEBEAT: [(&str, Field); 22] = [
    ("http.request.method", Field::Method),
    ("http.request.referrer", Field::Referer),
    ("http.response.body.bytes", Field::ResponseLength),
    ("http.response.status_code", Field::ResponseCode),
    ("http.version", Field::HttpVersion),
    ("url.original", Field::Uri),
    ("user.name", Field::UserId),
    ("user_agent.original", Field::UserAgent),
    ("destination.domain", Field::VirtualService),
    ("apache.access.ssl.cipher", Field::SslCipher),
    ("apache.access.ssl.protocol", Field::SslVersion),
    ("apache.error.module", Field::Module),
    ("log.level", Field::Severity),
    ("process.pid", Field::ProcessId),
    ("process.thread.id", Field::ThreadId),
    ("traefik.access.frontend_name", Field::VirtualService),
    ("traefik.access.backend_url", Field::ServerIp),
    ("event.duration", Field::TotalTime),
    ("source.port", Field::ClientPort),
    ("source.address", Field::ClientIp),
    ("message", Field::Message),
    ("@timestamp", Field::StartTime),
];

/// What a value of theirs is in our words.
fn ours(theirs: &str, value: &serde_json::Value, event: &serde_json::Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match theirs {
        // Nanoseconds.
        "event.duration" => (value.as_i64().unwrap() / 1000).to_string(),
        "traefik.access.backend_url" => {
            let host = text.trim_start_matches("http://").trim_end_matches('/');
            host.split(':').next().filter(|host| !host.is_empty()).unwrap_or("-").to_owned()
        }
        "@timestamp" => {
            // Stamps without a zone are read in the zone of the test machine there, as UTC here.
            let assumed = event.get("event.timezone").is_some() && text.ends_with("-02:00");
            let time = chrono::DateTime::parse_from_rfc3339(&text).expect("a time");
            let micros = time.timestamp_micros() - if assumed { 7_200_000_000 } else { 0 };
            micros.to_string()
        }
        _ => text,
    }
}

#[test]
fn lines_are_read_as_filebeat_reads_them() {
    const NAMES: [&str; 11] = [
        "apache-access-test-darwin-2.4.23",
        "apache-access-test-ssl-request",
        "apache-access-test-test-vhost",
        "apache-access-test-test",
        "apache-access-test-ubuntu-2.2.22",
        "apache-error-test-darwin-2.4.23",
        "apache-error-test-test",
        "apache-error-test-ubuntu-2.2.22",
        "nginx-access-test-access",
        "nginx-access-test-test",
        "nginx-error-test-error",
    ];
    let (mut compared, mut read, mut differs) = (0, 0, Vec::new());
    let mut tally = Tally::default();
    for name in NAMES.into_iter().chain(["traefik-access-test"]) {
        let Some(lines) = corpora::lines(&format!("web/beats-filebeat/{name}.log")) else { return };
        let expected = corpora::read(&format!("web/beats-filebeat/{name}.log-expected.json")).unwrap();
        let expected: Vec<serde_json::Value> = serde_json::from_slice(&expected).unwrap();
        assert_eq!(lines.len(), expected.len(), "{name}");
        let mut events = expected.iter();
        each(&lines, |line, row| {
            let row = row.unwrap_or_else(|reject| panic!("{reject:?} in {}", line.escape_ascii()));
            let event = events.next().unwrap();
            read += 1;
            for (theirs, field) in FILEBEAT {
                let Some(value) = event.get(theirs) else { continue };
                let (found, expected) = (shown(row, line, field), ours(theirs, value, event));
                compared += 1;
                if found != expected && theirs != "@timestamp" {
                    tally.differs(match theirs {
                        "message" => "what follows a message (client, referer) has fields of its own here",
                        "source.address" => "of several addresses the first here, the first public one there",
                        _ => "unexplained",
                    });
                }
                if !same(theirs, &found, &expected, event) {
                    differs.push(format!("{name} line {}: {theirs} is {found}, there {expected}", read));
                }
            }
        });
    }
    assert!(differs.is_empty(), "{} of {compared}:\n{}", differs.len(), differs.join("\n"));
    assert_eq!((read, compared), (67, 568));
    Tally { lines: read, entries: read, compared, ..tally }.print("web/beats-filebeat");
}

fn same(theirs: &str, found: &str, expected: &str, event: &serde_json::Value) -> bool {
    match theirs {
        // Milliseconds there, microseconds here.
        "@timestamp" => found.get(..found.len() - 3) == expected.get(..expected.len() - 3),
        // What follows the message has fields of its own here.
        "message" => expected
            .strip_prefix(found)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(", client: ") || rest.starts_with(", referer: ")),
        // Of several addresses the first here, the first public one there.
        "source.address" => {
            let list = event.get("nginx.access.remote_ip_list").and_then(|list| list.as_array());
            let first = list.and_then(|list| list.first()).and_then(|first| first.as_str());
            found == first.unwrap_or(expected) || expected.split(", ").next() == Some(found)
        }
        _ => found == expected,
    }
}

#[test]
fn every_line_of_lnav_is_read() {
    let kinds = [
        ("logfile_access_log.0", 3),
        ("logfile_access_log.1", 1),
        ("logfile_access_log_dupe.0", 3),
        ("logfile_bad_access_log.0", 3),
    ];
    for (name, expected) in kinds {
        let Some(lines) = corpora::lines(&format!("web/tstack-lnav/{name}")) else { return };
        assert_eq!(count(&lines, Field::Format), BTreeMap::from([("web-combined".to_owned(), expected)]), "{name}");
    }
    let lines = corpora::lines("web/tstack-lnav/logfile_bad_access_log.0").unwrap();
    assert_eq!(count(&lines, Field::ClientIp).len(), 1);
    // Of a system's log, and requests without a date: no line is one of ours, and each says so.
    let lines = corpora::lines("web/tstack-lnav/logfile_syslog_with_access_log.0").unwrap();
    let mut unparsed = 0;
    each(&lines, |_, row| unparsed += usize::from(row.is_err()));
    assert_eq!((lines.len(), unparsed), (5, 5));
    let mut tally = Tally { lines: 15, entries: 15, unparsed, compared: 10, ..Tally::default() };
    tally.differ.push((5, "sudo's lines and requests without a date are of no format here"));
    tally.print("web/tstack-lnav");
}
