//! The engine against the truth of generated logs: every count of a million lines, over several shards.

use super::{Kind, Recipe, generate};
use hopscope::protocol::{CellValue, Summary};
use hopscope::record::Field;
use serde_json::Value;

#[path = "../../../tests/it/engine_in_memory.rs"]
#[allow(dead_code, reason = "shared with the engine's own tests, which use all of it")]
mod engine_in_memory;

use engine_in_memory::{Engine, view};

fn text_of(value: &CellValue) -> String {
    match value {
        CellValue::Int(number) => number.to_string(),
        CellValue::Text(text) => text.clone(),
    }
}

/// Every value of a field with its count, as the truth writes them.
fn counts(engine: &Engine, field: Field) -> Value {
    let values = engine.values(&view("log_type!=event"), field).values;
    Value::Object(values.iter().map(|v| (text_of(&v.value), Value::from(v.count))).collect())
}

fn check(kind: Kind, lines: u64, name: &str) {
    let mut text = Vec::new();
    let truth = generate(&Recipe::day(kind, lines, 7, 20), &mut text).unwrap();
    let engine = Engine::open(3, &[(name, &text)]);
    drop(text);
    let all: Summary = engine.summary(&view(""));
    assert_eq!(Value::from(all.total), truth["total"], "total");
    assert_eq!(Value::from(all.unparsed.count), truth["unparsed"], "unparsed");
    let requests = engine.summary(&view("log_type in (http, tcp, access, traffic, request)"));
    assert_eq!(Value::from(requests.total), truth["requests"], "requests");
    assert_eq!(Value::from(requests.counts.significant), truth["significant"], "significant");
    let mut fields = vec![
        (Field::TerminationState, "termination_state"),
        (Field::ResponseCode, "response_code"),
        (Field::VirtualService, "frontend"),
        (Field::PoolName, "backend"),
        (Field::ServerName, "server"),
    ];
    // The truth names no servers of this one.
    fields.truncate(if kind == Kind::NProxyOp { 2 } else { fields.len() });
    for (field, name) in fields {
        assert_eq!(counts(&engine, field), truth[name], "{name}");
    }
    let clients = engine.values(&view(""), Field::ClientIp);
    assert_eq!(Value::from(clients.unique), truth["client_ip_distinct"]);
    let top: Vec<_> = clients
        .values
        .iter()
        .take(3)
        .map(|v| Value::from(vec![Value::from(text_of(&v.value)), Value::from(v.count)]))
        .collect();
    assert_eq!(top, truth["client_ip_top_10"].as_array().unwrap()[..3].to_vec());
    let errors = engine.summary(&view("response_code>=500")).total;
    assert_eq!(Value::from(errors), truth["response_code_500_and_above"]);

    let total = &requests.end_to_end.total;
    // An access log in the combined format has no durations.
    let timed = truth["total_time"]["count"] != 0;
    for (name, micros) in
        [("p50", total.p50), ("p90", total.p90), ("p99", total.p99), ("max", total.max)].into_iter().filter(|_| timed)
    {
        assert_eq!(Value::from(micros / 1000), truth["total_time"][name], "total_time {name}");
    }
    let length = requests.tiles.iter().find(|tile| tile.field == Field::ResponseLength as u16).unwrap();
    assert_eq!(Value::from(length.distribution.as_ref().unwrap().sum), truth["response_length_sum"]);
}

#[test]
fn a_million_tcp_lines_give_the_known_truth() {
    check(Kind::HaproxyTcp, 1_000_000, "tcp.log");
}

#[test]
fn http_lines_give_the_known_truth() {
    check(Kind::HaproxyHttp, 100_000, "http.log");
}

#[test]
fn access_lines_give_the_known_truth() {
    check(Kind::Combined, 100_000, "access.log");
}

#[test]
fn traffic_lines_give_the_known_truth() {
    check(Kind::Traffic, 50_000, "traffic.log");
}

#[test]
fn summaries_of_nevisproxy_give_the_known_truth() {
    check(Kind::NProxyOp, 50_000, "navajo.log");
}

#[test]
fn avi_entries_give_the_known_truth() {
    check(Kind::AviL7, 30_000, "avi.jsonl");
}
