//! HAProxy lines of other people, and what other programs read in them.

use crate::corpora;
use hopscope::formats::{Context, parse_entry};
use hopscope::record::{Field, Reject, Row, Value};
use std::collections::BTreeMap;

/// Parses lines one after the other, as a file.
fn each(lines: &[Vec<u8>], mut with: impl FnMut(&[u8], Result<&Row, Reject>)) {
    let mut context = Context::new(2026);
    let (mut row, mut last) = (Row::new(), None);
    for line in lines {
        let parsed = parse_entry(line, &mut last, &mut context, &mut row);
        with(line, parsed.map(|_| &row));
    }
}

/// How often each value of a field occurs.
fn count(lines: &[Vec<u8>], field: Field) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    each(lines, |line, row| {
        let row = row.unwrap_or_else(|reject| panic!("{reject:?} in {}", line.escape_ascii()));
        let value = match row.get(field, line) {
            Some(Value::Int(number)) => number.to_string(),
            Some(Value::Text(text)) => String::from_utf8_lossy(text).into_owned(),
            None => "absent".into(),
        };
        *counts.entry(value).or_default() += 1;
    });
    counts
}

/// `200 4861` lines of halog's reports.
fn report(path: &str) -> BTreeMap<String, usize> {
    let lines = corpora::lines(path).unwrap_or_default();
    let pair = |line: &Vec<u8>| {
        let line = String::from_utf8_lossy(line).into_owned();
        let (value, count) = line.split_once(' ').expect("a value and its count");
        (value.to_owned(), count.trim().parse().expect("a count"))
    };
    lines.iter().map(pair).collect()
}

#[test]
fn counts_are_those_of_halog() {
    let Some(lines) = corpora::lines("haproxy/raravena80/haproxy.log.gz") else { return };
    assert_eq!(count(&lines, Field::ResponseCode), report("haproxy/raravena80/halog/st.txt"));
    let mut states = BTreeMap::new();
    for (state, n) in count(&lines, Field::TerminationState) {
        // halog cuts the state to its first two characters.
        *states.entry(state[..2].to_owned()).or_insert(0) += n;
    }
    assert_eq!(states, report("haproxy/raravena80/halog/tc.txt"));
    // Its response time is the server's: Tr.
    let mut slow = 0;
    each(&lines, |_, row| slow += usize::from(row.unwrap().get_int(Field::AppResponseTime) >= Some(1_000_000)));
    assert_eq!(slow, 63);
}

#[test]
fn tcp_lines_end_as_counted_by_hand() {
    let Some(lines) = corpora::lines("haproxy/epartington/tcplog.log") else { return };
    let states = count(&lines, Field::TerminationState);
    assert_eq!(states, BTreeMap::from([("cD", 54), ("--", 44), ("SD", 1), ("CD", 1)].map(|(s, n)| (s.to_owned(), n))));
    assert_eq!(count(&lines, Field::LogType), BTreeMap::from([("tcp".to_owned(), 100)]));
}

/// The fields of every line that do not come from the syslog prefix, and rejects by their reason.
fn payloads(lines: &[Vec<u8>]) -> Vec<Vec<String>> {
    const OF_PREFIX: [Field; 4] = [Field::ServiceEngine, Field::ProcessName, Field::ProcessId, Field::Severity];
    let mut payloads = Vec::new();
    each(lines, |line, row| {
        let of_event = |row: &Row| row.get_text(Field::Format, line) == Some(b"haproxy-event");
        payloads.push(match row {
            Err(reject) => vec![reject.reason.id().to_owned()],
            // An event has no other time than the prefix's.
            Ok(row) => Field::ALL
                .iter()
                .filter(|field| !(OF_PREFIX.contains(field) || of_event(row) && **field == Field::StartTime))
                .filter(|field| row.get(**field, line).is_some())
                // One URI fills the line up to its limit of 1024 bytes: the prefix decides where it is cut.
                .map(|field| format!("{field:?}={:.80}", shown(row, line, *field)))
                .collect(),
        });
    });
    payloads
}

#[test]
fn three_syslog_formats_of_the_same_events_give_the_same_fields() {
    let read = |name: &str| corpora::lines(&format!("haproxy/genuine-2.6.12/run1.{name}.log"));
    let (Some(raw), Some(local), Some(rfc5424)) = (read("raw"), read("local"), read("rfc5424")) else { return };
    let raw = payloads(&raw);
    assert_eq!(raw.len(), 75);
    for other in [local, rfc5424] {
        for (nth, (raw, other)) in raw.iter().zip(payloads(&other)).enumerate() {
            assert_eq!(*raw, other, "line {}", nth + 1);
        }
    }
    assert!(raw.iter().all(|fields| fields.len() > 1), "{raw:?}");
}

/// One value of a row as other programs write it: `-` where it is absent.
fn shown(row: &Row, line: &[u8], field: Field) -> String {
    match row.get(field, line) {
        Some(Value::Int(number)) => number.to_string(),
        Some(Value::Text(text)) => String::from_utf8_lossy(text).into_owned(),
        None => "-".into(),
    }
}

/// Their names for what stands in a line, ours, and by how much we multiply (timers: milliseconds).
const FILEBEAT: [(&str, Field, i64); 23] = [
    ("haproxy.backend_name", Field::PoolName, 0),
    ("haproxy.frontend_name", Field::VirtualService, 0),
    ("haproxy.server_name", Field::ServerName, 0),
    ("haproxy.termination_state", Field::TerminationState, 0),
    ("haproxy.http.request.captured_cookie", Field::CapturedRequestCookie, 0),
    ("haproxy.http.response.captured_cookie", Field::CapturedResponseCookie, 0),
    ("source.address", Field::ClientIp, 0),
    ("source.port", Field::ClientPort, 1),
    ("destination.ip", Field::VsIp, 0),
    ("destination.port", Field::VsPort, 1),
    ("process.name", Field::ProcessName, 0),
    ("process.pid", Field::ProcessId, 1),
    ("http.response.status_code", Field::ResponseCode, 1),
    ("haproxy.bytes_read", Field::ResponseLength, 1),
    ("haproxy.backend_queue", Field::BackendQueue, 1),
    ("haproxy.server_queue", Field::SrvQueue, 1),
    ("haproxy.connections.active", Field::Actconn, 1),
    ("haproxy.connections.backend", Field::Beconn, 1),
    ("haproxy.connections.frontend", Field::Feconn, 1),
    ("haproxy.connections.retries", Field::Retries, 1),
    ("haproxy.connections.server", Field::SrvConn, 1),
    ("haproxy.total_waiting_time_ms", Field::QueueTime, 1000),
    ("haproxy.connection_wait_time_ms", Field::ConnectTime, 1000),
];

/// `{"haproxy": {"server_name": …}}` and `{"haproxy.server_name": …}` are the same.
fn lookup<'a>(object: &'a serde_json::Value, path: &str) -> Option<&'a serde_json::Value> {
    object.get(path).or_else(|| path.split('.').try_fold(object, |value, key| value.get(key)))
}

#[test]
fn lines_are_read_as_filebeat_reads_them() {
    let mut compared = 0;
    for name in ["default", "haproxy", "httplog-no-headers", "tcplog"] {
        let Some(lines) = corpora::lines(&format!("haproxy/beats-filebeat/{name}.log")) else { return };
        let expected = corpora::read(&format!("haproxy/beats-filebeat/{name}.log-expected.json")).unwrap();
        let expected: Vec<serde_json::Value> = serde_json::from_slice(&expected).unwrap();
        let mut events = expected.iter();
        each(&lines, |line, row| {
            let (row, event) = (row.unwrap(), events.next().expect("an event for each line"));
            for (theirs, field, factor) in FILEBEAT {
                let Some(value) = lookup(event, theirs) else { continue };
                let value = match value.as_i64() {
                    Some(-1) => "-".to_owned(),
                    Some(number) => (number * factor).to_string(),
                    None => value.as_str().unwrap().trim_end_matches('~').to_owned(),
                };
                assert_eq!(shown(row, line, field), value, "{theirs} of {name}");
                compared += 1;
            }
            if let Some(request) = lookup(event, "haproxy.http.request.raw_request_line") {
                let read = [Field::Method, Field::Uri, Field::HttpVersion].map(|field| shown(row, line, field));
                assert_eq!(format!("{} {} HTTP/{}", read[0], read[1], read[2]), request.as_str().unwrap());
            }
        });
        assert_eq!(events.count(), 0, "{name}");
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn every_line_of_the_elastic_fixtures_is_read() {
    let kinds = [
        ("sample_logs-haproxy3.2", "eheheheehhe"),
        ("test-default", "c"),
        ("test-error", "e"),
        ("test-haproxy-bad-req", "h"),
        ("test-haproxy", "hhhh"),
        ("test-httplog-no-headers", "hhh"),
        ("test-https", "s"),
        ("test-tcplog", "ttttt"),
    ];
    for (name, expected) in kinds {
        let Some(lines) = corpora::lines(&format!("haproxy/elastic-integrations/{name}.log")) else { return };
        let mut read = String::new();
        each(&lines, |line, row| {
            let row = row.unwrap_or_else(|reject| panic!("{reject:?} in {}", line.escape_ascii()));
            read.push(match row.get_text(Field::Format, line).unwrap() {
                b"haproxy-tcp" => 't',
                b"haproxy-http" => 'h',
                b"haproxy-https" => 's',
                b"haproxy-error" => 'e',
                _ => 'c',
            });
        });
        assert_eq!(read, expected, "{name}");
    }
    let lines = corpora::lines("haproxy/elastic-integrations/test-https.log").unwrap();
    each(&lines, |line, row| {
        let row = row.unwrap();
        let expected = [
            (Field::SniHostname, "1wt.eu"),
            (Field::SslVersion, "TLSv1.3"),
            (Field::SslCipher, "TLS_AES_256_GCM_SHA384"),
            (Field::TotalTime, "109000"),
            (Field::AppResponseTime, "69000"),
            (Field::StartTime, "1233922454655000"),
            (Field::CapturedRequestHeaders, "1wt.eu"),
        ];
        for (field, value) in expected {
            assert_eq!(shown(row, line, field), value);
        }
    });
    // The second line has a token between server and timers.
    let lines = corpora::lines("haproxy/elastic-integrations/test-haproxy.log").unwrap();
    assert_eq!(count(&lines[1..2], Field::ResponseCode), BTreeMap::from([("200".to_owned(), 1)]));
}

#[test]
fn every_line_of_lnav_is_read() {
    let Some(lines) = corpora::lines("haproxy/tstack-lnav/logfile_haproxy.0") else { return };
    let kinds = count(&lines, Field::Format);
    let expected = [("haproxy-event", 3), ("haproxy-http", 13), ("haproxy-error", 1)];
    assert_eq!(kinds, BTreeMap::from(expected.map(|(kind, n)| (kind.to_owned(), n))));
}
