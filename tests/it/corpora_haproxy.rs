//! HAProxy lines of other people, and what other programs read in them.

use crate::corpora::{self, Tally};
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

/// Every value of a traffic line, taken apart at blanks and slashes: no line of these files has captures or cookies.
fn by_hand(line: &str) -> Vec<(Field, String)> {
    use Field::*;
    let (head, rest) = line.split_once(" [").expect("a date");
    let (date, rest) = rest.split_once("] ").expect("a date");
    let mut prefix = head.split(' ').filter(|word| !word.is_empty()).skip(3);
    let (host, tag) = (prefix.next().unwrap(), prefix.next().unwrap());
    let (process, pid) = tag.trim_end_matches("]:").split_once('[').expect("a tag");
    let (client, port) = prefix.next().unwrap().rsplit_once(':').expect("a client");
    let (words, request) = rest.split_once(" \"").unwrap_or((rest, ""));
    let words: Vec<&str> = words.split(' ').collect();
    let timers: Vec<i64> = words[2].split('/').map(|timer| timer.parse().unwrap()).collect();
    let http = timers.len() == 5;
    let at = if http { 7 } else { 4 };
    let mut values: Vec<(Field, String)> = Vec::new();
    let mut put = |field: Field, value: &str| values.push((field, value.to_owned()));
    for (field, value) in [
        (LogType, if http { "http" } else { "tcp" }),
        (ServiceEngine, host),
        (ProcessName, process),
        (ProcessId, pid),
        (ClientIp, client),
        (ClientPort, port),
        (VirtualService, words[0]),
        (PoolName, words[1].split('/').next().unwrap()),
        (ServerName, words[1].split_once('/').unwrap().1),
        (ResponseLength, words[at - if http { 3 } else { 1 }]),
        (TerminationState, words[at]),
    ] {
        put(field, value);
    }
    let local = chrono::NaiveDateTime::parse_from_str(date, "%d/%b/%Y:%H:%M:%S%.3f").expect("a date");
    put(StartTime, &local.and_utc().timestamp_micros().to_string());
    let names: &[Field] = match http {
        true => &[RequestTime, QueueTime, ConnectTime, AppResponseTime, TotalTime],
        false => &[QueueTime, ConnectTime, TotalTime],
    };
    for (field, timer) in names.iter().zip(&timers) {
        put(*field, &if *timer < 0 { "-".to_owned() } else { (timer * 1000).to_string() });
    }
    let counters = words[at + 1].split('/').chain(words[at + 2].split('/'));
    for (field, value) in [Actconn, Feconn, Beconn, SrvConn, Retries, SrvQueue, BackendQueue].into_iter().zip(counters)
    {
        put(field, value);
    }
    if http {
        put(ResponseCode, words[3]);
        let request = request.trim_end_matches('"');
        let mut parts = request.split(' ');
        let (method, uri, version) = (parts.next(), parts.next(), parts.next());
        match (method, uri, version.and_then(|version| version.strip_prefix("HTTP/"))) {
            (Some(method), Some(uri), Some(version)) => {
                put(Method, method);
                put(HttpVersion, version);
                // The host of an absolute URI has a field of its own.
                if uri.starts_with('/') {
                    put(Uri, uri);
                    put(UriPath, uri.split('?').next().unwrap());
                    put(UriQuery, uri.split_once('?').map_or("-", |(_, query)| query));
                }
            }
            _ => put(Method, "-"),
        }
    }
    values
}

/// Holds every value of every line against [`by_hand`].
fn compare_by_hand(lines: &[Vec<u8>]) -> Tally {
    let mut tally = Tally { lines: lines.len(), ..Tally::default() };
    each(lines, |line, row| {
        let row = row.unwrap_or_else(|reject| panic!("{reject:?} in {}", line.escape_ascii()));
        tally.entries += 1;
        let text = str::from_utf8(line).expect("text");
        for (field, value) in by_hand(text) {
            assert_eq!(shown(row, line, field), value, "{field:?} of {text}");
            tally.compared += 1;
        }
    });
    tally
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
    let mut tally = compare_by_hand(&lines);
    // Status, state and cookies of every line in sum; then requests and bytes of each server, client and path.
    tally.compared += 3 * lines.len() + compare_reports(&lines);
    tally.print("haproxy/raravena80");
}

/// The columns of halog's tables that add up values of the lines.
fn compare_reports(lines: &[Vec<u8>]) -> usize {
    let mut servers = BTreeMap::<String, [i64; 3]>::new();
    let (mut clients, mut paths) = (BTreeMap::<String, [i64; 2]>::new(), BTreeMap::<String, [i64; 2]>::new());
    let (mut http, mut queued, mut cookies) = (0, 0, BTreeMap::<String, usize>::new());
    each(lines, |line, row| {
        let row = row.unwrap();
        let int = |field| row.get_int(field).unwrap_or(-1);
        let name = format!("{}/{}", shown(row, line, Field::PoolName), shown(row, line, Field::ServerName));
        let server = servers.entry(name).or_default();
        server[0] += 1;
        server[1] += i64::from(int(Field::ResponseCode) / 100 == 2);
        server[2] += i64::from(int(Field::ResponseCode) / 100 == 4);
        // It cuts a target at the query and at path parameters.
        let target = str::from_utf8(line).unwrap().split('"').nth(1).unwrap().split(' ').nth(1).unwrap_or_default();
        let path = target.split(['?', ';']).next().unwrap().to_owned();
        for sums in [clients.entry(shown(row, line, Field::ClientIp)).or_default(), paths.entry(path).or_default()] {
            sums[0] += 1;
            sums[1] += int(Field::ResponseLength);
        }
        http += usize::from(shown(row, line, Field::LogType) == "http");
        queued += usize::from(int(Field::SrvQueue) + int(Field::BackendQueue) > 0);
        *cookies.entry(shown(row, line, Field::TerminationState)[2..].to_owned()).or_default() += 1;
    });
    let table = |name: &str| corpora::lines(&format!("haproxy/raravena80/halog/{name}.txt")).unwrap_or_default();
    let number = |name: &str| str::from_utf8(&table(name)[0]).unwrap().trim().parse::<usize>().unwrap();
    assert_eq!((http, queued, lines.len()), (number("H-c"), number("Q-c"), number("c")));
    assert_eq!(cookies, report("haproxy/raravena80/halog/cc.txt"));
    let rows = |name: &str| -> Vec<Vec<String>> {
        let words = |line: &Vec<u8>| str::from_utf8(line).unwrap().split(' ').map(str::to_owned).collect();
        table(name).iter().skip(1).map(words).collect()
    };
    let int = |text: &String| text.parse::<i64>().unwrap();
    let mut compared = 3;
    for row in rows("srv") {
        assert_eq!(servers.remove(&row[0]), Some([int(&row[7]), int(&row[2]), int(&row[4])]), "{row:?}");
        compared += 3;
    }
    for (name, mut sums) in [("ic", clients), ("uc", paths)] {
        for row in rows(name) {
            assert_eq!(sums.remove(&row[8]), Some([int(&row[0]), int(&row[7])]), "{row:?}");
            compared += 2;
        }
        assert!(sums.is_empty(), "{name}: {sums:?}");
    }
    assert!(servers.is_empty(), "{servers:?}");
    compared
}

#[test]
fn tcp_lines_end_as_counted_by_hand() {
    let Some(lines) = corpora::lines("haproxy/epartington/tcplog.log") else { return };
    let states = count(&lines, Field::TerminationState);
    assert_eq!(states, BTreeMap::from([("cD", 54), ("--", 44), ("SD", 1), ("CD", 1)].map(|(s, n)| (s.to_owned(), n))));
    assert_eq!(count(&lines, Field::LogType), BTreeMap::from([("tcp".to_owned(), 100)]));
    compare_by_hand(&lines).print("haproxy/epartington");
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
    let compared = raw.iter().map(Vec::len).sum::<usize>() * 2;
    Tally { lines: 225, entries: 225, compared, ..Tally::default() }.print("haproxy/genuine-2.6.12");
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
    let mut tally = Tally::default();
    for name in ["default", "haproxy", "httplog-no-headers", "tcplog"] {
        let Some(lines) = corpora::lines(&format!("haproxy/beats-filebeat/{name}.log")) else { return };
        let expected = corpora::read(&format!("haproxy/beats-filebeat/{name}.log-expected.json")).unwrap();
        let expected: Vec<serde_json::Value> = serde_json::from_slice(&expected).unwrap();
        let mut events = expected.iter();
        each(&lines, |line, row| {
            let (row, event) = (row.unwrap(), events.next().expect("an event for each line"));
            (tally.lines, tally.entries) = (tally.lines + 1, tally.entries + 1);
            for (theirs, field, factor) in FILEBEAT {
                let Some(value) = lookup(event, theirs) else { continue };
                let value = match value.as_i64() {
                    Some(-1) => "-".to_owned(),
                    Some(number) => (number * factor).to_string(),
                    None => value.as_str().unwrap().trim_end_matches('~').to_owned(),
                };
                assert_eq!(shown(row, line, field), value, "{theirs} of {name}");
                tally.compared += 1;
            }
            if let Some(request) = lookup(event, "haproxy.http.request.raw_request_line") {
                let read = [Field::Method, Field::Uri, Field::HttpVersion].map(|field| shown(row, line, field));
                assert_eq!(format!("{} {} HTTP/{}", read[0], read[1], read[2]), request.as_str().unwrap());
                tally.compared += 1;
            }
        });
        assert_eq!(events.count(), 0, "{name}");
    }
    assert!(tally.compared > 100, "{}", tally.compared);
    tally.print("haproxy/beats-filebeat");
}

/// Their names for the values of the HTTPS line, ours, and by how much we multiply.
const ELASTIC: [(&str, Field, i64); 21] = [
    ("backend_name", Field::PoolName, 0),
    ("server_name", Field::ServerName, 0),
    ("frontend_name", Field::VirtualService, 0),
    ("backend_queue", Field::BackendQueue, 1),
    ("server_queue", Field::SrvQueue, 1),
    ("bytes_read", Field::ResponseLength, 1),
    ("time_wait_ms", Field::RequestTime, 1000),
    ("total_waiting_time_ms", Field::QueueTime, 1000),
    ("connection_wait_time_ms", Field::ConnectTime, 1000),
    ("time_wait_without_data_ms", Field::AppResponseTime, 1000),
    ("status_code", Field::ResponseCode, 1),
    ("termination_state", Field::TerminationState, 0),
    ("actconn", Field::Actconn, 1),
    ("feconn", Field::Feconn, 1),
    ("beconn", Field::Beconn, 1),
    ("srv_conn", Field::SrvConn, 1),
    ("retries", Field::Retries, 1),
    ("sni", Field::SniHostname, 0),
    ("tls_version", Field::SslVersion, 0),
    ("cipher", Field::SslCipher, 0),
    ("req_captures", Field::CapturedRequestHeaders, 0),
];

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
    let mut tally = Tally::default();
    for (name, expected) in kinds {
        let Some(lines) = corpora::lines(&format!("haproxy/elastic-integrations/{name}.log")) else { return };
        tally.lines += lines.len();
        tally.entries += lines.len();
        tally.compared += lines.len();
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
    let expected = corpora::read("haproxy/elastic-integrations/test-https.log-expected.summary.json").unwrap();
    let expected: serde_json::Value = serde_json::from_slice(&expected).unwrap();
    each(&lines, |line, row| {
        for (theirs, field, factor) in ELASTIC {
            let value = &expected[theirs];
            let number = value.as_i64().map(|number| (number * factor).to_string());
            let text = number.unwrap_or_else(|| value.as_str().or(value[0].as_str()).unwrap().to_owned());
            let found = shown(row.unwrap(), line, field);
            assert_eq!(found.trim_start_matches("TLSv"), text, "{theirs}");
            tally.compared += 1;
        }
        let read = [Field::Method, Field::Uri, Field::HttpVersion].map(|field| shown(row.unwrap(), line, field));
        assert_eq!(format!("{} {} HTTP/{}", read[0], read[1], read[2]), expected["request"].as_str().unwrap());
        tally.compared += 1;
        assert_eq!(shown(row.unwrap(), line, Field::StartTime), "1233922454655000", "{}", expected["@timestamp"]);
        tally.compared += 1;
    });
    tally.print("haproxy/elastic-integrations");
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
    let all = lines.len();
    Tally { lines: all, entries: all, compared: all, ..Tally::default() }.print("haproxy/tstack-lnav");
}
