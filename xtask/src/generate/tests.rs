//! The truth of a generated log against a plain second count of its text.

use super::*;
use serde_json::json;
use std::collections::{BTreeMap, HashMap};

const LINES: u64 = 10_000;

fn log(kind: Kind, seed: u64) -> (String, Value) {
    let recipe = Recipe::day(kind, LINES, seed, 1000);
    let mut text = Vec::new();
    let truth = generate(&recipe, &mut text).unwrap();
    (String::from_utf8(text).unwrap(), truth)
}

/// What a test reads back from one line.
#[derive(Default)]
struct Row {
    client: String,
    frontend: String,
    backend: String,
    server: String,
    termination: String,
    code: Option<i32>,
    bytes: u64,
    total: Option<i64>,
    significant: bool,
}

enum Line {
    Request(Row),
    Event,
    Damaged,
}

fn haproxy(line: &str) -> Line {
    let Some((_, payload)) = line.split_once("haproxy[11994]: ") else { return Line::Damaged };
    if payload.starts_with("Server ") || payload.starts_with("Health check ") {
        return Line::Event;
    }
    let words: Vec<&str> = payload.split(' ').collect();
    if !words.get(1).is_some_and(|date| date.len() == 26 && date.ends_with(']')) {
        return Line::Damaged;
    }
    let (client, _) = words[0].rsplit_once(':').unwrap();
    let (backend, server) = words[3].split_once('/').unwrap();
    let timers: Vec<i64> = words[4].split('/').map(|timer| timer.parse().unwrap()).collect();
    let is_http = timers.len() == 5;
    let at = if is_http { 9 } else { 6 };
    let (termination, counts) = if is_http { (words[9], words[10]) } else { (words[6], words[7]) };
    let bytes: u64 = words[if is_http { 6 } else { 5 }].parse().unwrap();
    let code = is_http.then(|| words[5].parse::<i32>().unwrap());
    let retries = counts.rsplit('/').next().unwrap();
    let total = *timers.last().unwrap();
    let idle = termination == "cD" && bytes > 0;
    let harmless = termination.starts_with(['-', 'L']) || idle;
    let slow = total >= 5000 && !idle;
    assert_eq!(words[at + 2].split('/').count(), 2, "queues in {line}");
    assert!(total >= 0 && timers.iter().all(|timer| *timer >= -1), "timers in {line}");
    Line::Request(Row {
        client: client.to_owned(),
        frontend: words[2].trim_end_matches('~').to_owned(),
        backend: backend.to_owned(),
        server: server.to_owned(),
        termination: termination.to_owned(),
        code,
        bytes,
        total: Some(total),
        significant: !harmless || retries != "0" || code.is_some_and(|code| !(0..400).contains(&code)) || slow,
    })
}

fn avi(line: &str) -> Line {
    let Ok(value) = serde_json::from_str::<Value>(line) else { return Line::Damaged };
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let significant = value["adf"].as_bool().unwrap();
    assert_eq!(significant, value["significant_log"].is_array(), "{line}");
    Line::Request(Row {
        client: text("client_ip") + &text("client_ip6"),
        frontend: text("virtualservice"),
        backend: text("pool_name"),
        server: text("server_name"),
        code: Some(value["response_code"].as_i64().unwrap() as i32),
        bytes: value["response_length"].as_u64().unwrap(),
        total: value["total_time"].as_i64(),
        significant,
        ..Row::default()
    })
}

fn access(line: &str) -> Line {
    let quoted: Vec<&str> = line.split('"').collect();
    if quoted.len() != 7 {
        return Line::Damaged;
    }
    let (code, bytes) = quoted[2].trim().split_once(' ').unwrap();
    let code: i32 = code.parse().unwrap();
    let bytes = bytes.parse().unwrap_or(0);
    let client = line.split(' ').next().unwrap().to_owned();
    Line::Request(Row { client, code: Some(code), bytes, significant: code >= 400, ..Row::default() })
}

fn traffic(line: &str) -> Line {
    let Some((_, columns)) = line.split_once(" fw-edge-1 1,2026/") else { return Line::Damaged };
    let cells: Vec<&str> = columns.split(',').collect();
    let Some(&[_, _, "TRAFFIC", ..]) = cells.first_chunk::<4>() else { return Line::Event };
    assert_eq!(cells.len(), 66, "one less than the columns of release 9.0: {line}");
    let number = |at: usize| cells[at - 2].parse::<u64>().unwrap();
    assert_eq!(number(32), number(33) + number(34), "bytes in {line}");
    assert_eq!(number(35), number(45) + number(46), "packets in {line}");
    let (action, reason) = (cells[29], cells[45]);
    Line::Request(Row {
        client: cells[6].to_owned(),
        frontend: cells[14].to_owned(),
        bytes: number(34),
        total: Some(number(37) as i64 * 1000),
        significant: action != "allow" || matches!(reason, "threat" | "policy-deny"),
        ..Row::default()
    })
}

fn summary(line: &str) -> Line {
    let Some((_, message)) = line.split_once(" NProxyOp   ") else { return Line::Damaged };
    let value = |key: &str| {
        let (_, rest) = message.split_once(&format!(" {key}=")).unwrap_or_else(|| panic!("{key} in {line}"));
        rest.split(' ').next().unwrap_or_default()
    };
    let code: i32 = value("sCF").parse().unwrap();
    let total: i64 = value("dTF").parse().unwrap();
    let parts: i64 =
        ["dTFrs", "dTcB", "dTsB", "dTr1B", "dTr2B"].map(|key| value(key).parse::<i64>().unwrap()).iter().sum();
    assert_eq!(total, parts, "{line}");
    Line::Request(Row {
        client: value("ipF").to_owned(),
        code: Some(code),
        bytes: value("bSF").parse().unwrap(),
        total: Some(total),
        significant: code >= 400 || total >= 5000 || matches!(value("Event"), "GW02" | "AS09"),
        ..Row::default()
    })
}

fn counts<T: ToString + Ord>(values: impl Iterator<Item = T>) -> Value {
    let mut counts = BTreeMap::new();
    for value in values {
        *counts.entry(value.to_string()).or_insert(0) += 1;
    }
    counts.remove("");
    json!(counts)
}

fn check(kind: Kind, read: fn(&str) -> Line) {
    let (text, truth) = log(kind, 5);
    let lines: Vec<Line> = text.lines().map(read).collect();
    let rows: Vec<&Row> =
        lines.iter().filter_map(|line| if let Line::Request(row) = line { Some(row) } else { None }).collect();
    let number = |wanted: fn(&Line) -> bool| lines.iter().filter(|line| wanted(line)).count();
    assert_eq!(truth["lines"], LINES);
    assert_eq!(truth["total"], LINES);
    assert_eq!(truth["bytes"], text.len());
    assert_eq!(truth["requests"], rows.len());
    assert_eq!(truth["events"], number(|line| matches!(line, Line::Event)));
    assert_eq!(truth["unparsed"], number(|line| matches!(line, Line::Damaged)));
    assert!(truth["unparsed"].as_u64().unwrap() > 2 || kind == Kind::NProxyOp);
    assert_eq!(truth["significant"], rows.iter().filter(|row| row.significant).count());
    assert_eq!(truth["frontend"], counts(rows.iter().map(|row| &row.frontend)));
    assert_eq!(truth["backend"], counts(rows.iter().map(|row| &row.backend)));
    assert_eq!(truth["server"], counts(rows.iter().map(|row| &row.server)));
    assert_eq!(truth["termination_state"], counts(rows.iter().map(|row| &row.termination)));
    assert_eq!(truth["response_code"], counts(rows.iter().filter_map(|row| row.code)));
    assert_eq!(
        truth["response_code_500_and_above"],
        rows.iter().filter(|row| row.code.is_some_and(|code| code >= 500)).count()
    );
    assert_eq!(truth["response_length_sum"], rows.iter().map(|row| row.bytes).sum::<u64>());

    let mut clients: HashMap<&str, u64> = HashMap::new();
    for row in &rows {
        *clients.entry(&row.client).or_default() += 1;
    }
    assert_eq!(truth["client_ip_distinct"], clients.len());
    for top in truth["client_ip_top_10"].as_array().unwrap() {
        assert_eq!(clients[top[0].as_str().unwrap()], top[1].as_u64().unwrap());
    }
    assert_eq!(truth["client_ip_top_10"][0][1].as_u64(), clients.values().max().copied());

    let mut totals: Vec<i64> = rows.iter().filter_map(|row| row.total).collect();
    totals.sort_unstable();
    assert_eq!(truth["total_time"]["count"], totals.len());
    assert_eq!(truth["total_time"]["max"].as_i64(), totals.last().copied());
    for (name, percent) in [("p50", 50), ("p90", 90), ("p99", 99)] {
        let wanted = (totals.len() * percent).div_ceil(100);
        let smallest = totals.iter().find(|value| totals.partition_point(|other| other <= value) >= wanted);
        assert_eq!(truth["total_time"][name].as_i64(), smallest.copied(), "{name}");
    }
}

#[test]
fn truth_of_haproxy_tcp() {
    check(Kind::HaproxyTcp, haproxy);
}

#[test]
fn truth_of_haproxy_http() {
    check(Kind::HaproxyHttp, haproxy);
}

#[test]
fn truth_of_avi() {
    check(Kind::AviL7, avi);
}

#[test]
fn truth_of_access_logs() {
    check(Kind::Combined, access);
}

#[test]
fn truth_of_traffic_logs() {
    check(Kind::Traffic, traffic);
}

#[test]
fn truth_of_summaries() {
    check(Kind::NProxyOp, summary);
}

#[test]
fn the_seed_decides_every_byte() {
    for (_, kind) in KINDS {
        assert_eq!(log(*kind, 5), log(*kind, 5));
        assert_ne!(log(*kind, 5).0, log(*kind, 6).0);
    }
}

#[test]
fn times_are_of_starts_and_lines_are_in_order_of_ends() {
    let (text, truth) = log(Kind::HaproxyTcp, 5);
    let undamaged = text.lines().filter(|line| matches!(haproxy(line), Line::Request(_)));
    let starts: Vec<&str> = undamaged.map(|line| &line.split('[').nth(2).unwrap()[12..24]).collect();
    assert!(!starts.is_sorted(), "a long session is written after a short one that began later");
    let stamps: Vec<&str> = text.lines().map(|line| &line[..15]).filter(|stamp| stamp.starts_with("Nov 18")).collect();
    assert!(stamps.is_sorted());
    let first = starts.iter().min().unwrap();
    assert_eq!(truth["first_start_time"].as_str().unwrap(), format!("2026-11-18T{first}Z"));
}

#[test]
fn the_incident_shows() {
    let (_, truth) = log(Kind::HaproxyTcp, 5);
    for state in ["--", "cD", "CD", "SC", "sC", "SD"] {
        assert!(truth["termination_state"][state].as_u64() > Some(3), "{state}");
    }
    let (text, truth) = log(Kind::HaproxyHttp, 5);
    for state in ["sH--", "sQ--", "CH--", "LR--", "SH--"] {
        assert!(truth["termination_state"][state].as_u64() > Some(3), "{state}");
    }
    assert!(truth["response_code"]["504"].as_u64() > Some(20));
    assert!(text.contains("Server be_api/api2 is DOWN"));
    assert!(text.contains("/+2 "), "redispatched");
    let (text, _) = log(Kind::Traffic, 5);
    for (rule, reason) in
        [("interzone-default", "policy-deny"), ("allow-payment", "policy-deny"), ("allow-web", "threat")]
    {
        let cut = |line: &&str| {
            line.contains(rule) && line.contains(",8443,") == (reason == "policy-deny") && line.contains(reason)
        };
        assert!(text.lines().filter(cut).count() > 3, "{rule} {reason}");
    }
}
