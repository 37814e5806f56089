//! Keys of Avi's logs that have no column: every one can be searched by name and by dots, exactly, with any pieces and any
//! number of shards.

use crate::corpora;
use crate::engine_in_memory::{Engine, view};
use hopscope::engine::Sizes;
use hopscope::protocol::{LogFormat, Settings};
use hopscope::query::{Name, compile};
use hopscope::record::{Key, Kind};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Every key of the analytics log API, nested ones by dots: (path, true where it has messages inside).
fn paths(table: &str) -> Vec<(String, bool)> {
    let mut messages: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for line in table.lines().skip(1) {
        let mut cells = line.split('\t');
        let (Some(message), Some(field), Some(kind)) = (cells.next(), cells.next(), cells.next()) else { continue };
        messages.entry(message).or_default().push((field, kind.trim_end_matches('!').trim_start_matches("[]")));
    }
    let mut found = Vec::new();
    let mut next = vec![(String::new(), "ApplicationLog"), (String::new(), "ConnectionLog")];
    while let Some((before, message)) = next.pop() {
        for (field, kind) in &messages[message] {
            let path = format!("{before}{field}");
            if messages.contains_key(kind) {
                next.push((format!("{path}."), kind));
            }
            found.push((path, messages.contains_key(kind)));
        }
    }
    found
}

#[test]
fn every_key_that_avi_documents_can_be_searched() {
    let Some(path) = corpora::path("../formats/avi-fields.tsv") else { return };
    let table = std::fs::read_to_string(path).unwrap();
    let paths = paths(&table);
    assert!(paths.len() > 500, "{}", paths.len());
    let lost: Vec<_> = paths.iter().filter(|(path, _)| Name::find(path).is_none()).collect();
    assert!(lost.is_empty(), "no name for {lost:?}");
    let dead: Vec<_> = paths.iter().filter(|(path, _)| compile(&format!("exists({path})")).is_err()).collect();
    // What stays in the file (all headers) is found as free text.
    assert!(dead.iter().all(|(path, _)| Name::find(path).unwrap().kind() == Kind::Body), "{dead:?}");
}

/// An entry in which the key has this value; lists stand around every other message.
fn entry(nth: usize, key: &str, value: &str) -> String {
    let mut inner = value.to_owned();
    for (depth, part) in key.split('.').rev().enumerate() {
        let of_list = depth > 0 && (nth + depth).is_multiple_of(2);
        inner = if of_list {
            format!("{{\"{part}\":[{{\"other\":1}},{inner}]}}")
        } else {
            format!("{{\"{part}\":{inner}}}")
        };
    }
    let rest = &inner[1..];
    format!(
        "{{\"adf\":true,\"report_timestamp\":\"2026-11-20T23:58:{:02}.{:06}Z\",\"client_ip\":\"192.0.2.7\",\
         \"method\":\"GET\",\"uri_path\":\"/{nth}\",\"response_code\":200,{rest}\n",
        nth / 10 % 60,
        nth
    )
}

fn value(kind: Kind, number: usize) -> String {
    match kind {
        Kind::Bool => "true".to_owned(),
        Kind::Int => (number + 1000).to_string(),
        // As some releases write numbers.
        Kind::Duration => format!("\"{}\"", number + 1000),
        _ => format!("\"Value \\u00e9{number}\""),
    }
}

#[test]
fn every_key_finds_its_entry_and_no_other() {
    let keys: Vec<Key> = Key::all().collect();
    let mut log = String::from("192.0.2.1 - - no json, and \"waf_log\": none\n");
    for (nth, key) in keys.iter().enumerate() {
        log.push_str(&entry(nth, key.name(), &value(key.kind(), nth)));
    }
    let all = keys.len() as u64 + 1;
    for (shards, sizes) in [(1, Sizes::default()), (3, Sizes { first: 1000, piece: 9_000, block: 9_000 })] {
        let engine = Engine::new(shards, sizes);
        engine.add("avi.jsonl", log.as_bytes());
        assert_eq!(engine.summary(&view("type=unparsed")).total, 1, "only the line that is none");
        let count = |query: String| engine.summary(&view(&query)).total;
        for (nth, key) in keys.iter().enumerate().filter(|(nth, _)| shards == 1 || nth % 7 == 0) {
            let name = key.name();
            // A key of a message is in it as well.
            let with = keys.iter().filter(|other| other.name().starts_with(&format!("{name}."))).count() as u64 + 1;
            assert_eq!(count(format!("exists({name})")), with, "{name}");
            assert_eq!(count(format!("missing({name})")), all - with, "{name}");
            let number = nth + 1000;
            let (equal, others): (String, Vec<(String, u64)>) = match key.kind() {
                Kind::Bool => (format!("{name}=true"), vec![(format!("{name}=false"), 0)]),
                Kind::Int => (
                    format!("{name}={number}"),
                    vec![(format!("{name}>={number}"), 1), (format!("{name}>{number}"), 0), (format!("{name}=9"), 0)],
                ),
                Kind::Duration => (
                    format!("{name}={number}"),
                    vec![(format!("{name}>=1s"), 1), (format!("{name}<1s"), 0), (format!("{name}={number}ms"), 1)],
                ),
                _ => (
                    format!("{name}=\"value \u{c9}{nth}\""),
                    vec![(format!("{name}$=\"é{nth}\""), 1), (format!("{name}^=alue"), 0)],
                ),
            };
            assert_eq!(count(equal.clone()), 1, "{equal}");
            assert_eq!(count(format!("-({equal})")), all - 1, "{equal}");
            assert_eq!(count(equal.replacen('=', "!=", 1)), all - 1, "{equal}");
            for (query, found) in others {
                assert_eq!(count(query.clone()), found, "{query}");
            }
        }
    }
}

#[test]
fn keys_stand_beside_other_terms_and_in_tables() {
    let mut log = String::new();
    for nth in 0..40 {
        let rules = format!(
            "{{\"rule_logs\":[{{\"rule_id\":\"94110{}\",\"tags\":[\"xss\",\"t{nth}\"]}},{{\"rule_id\":\"1\"}}],\"status\":\"FLAGGED\"}}",
            nth % 3
        );
        log.push_str(&entry(nth, "waf_log", &rules));
    }
    let engine = Engine::new(4, Sizes { first: 200, piece: 900, block: 900 });
    engine.add("avi.jsonl", log.as_bytes());
    let count = |query: &str| engine.summary(&view(query)).total;
    assert_eq!(count("waf_log.rule_logs.rule_id=941101"), 13);
    assert_eq!(count("waf_log.rule_logs.rule_id=1"), 40);
    assert_eq!(count("waf_log.rule_logs.rule_id in (941101, 941102)"), 26);
    assert_eq!(count("waf_log.rule_logs.rule_id not in (941101, 941102)"), 14);
    assert_eq!(count("WAF_LOG.Rule_Logs.tags=T7 uri_path=/7"), 1);
    assert_eq!(count("waf_log.rule_logs.tags=t7 or uri_path=/8"), 2);
    assert_eq!(count("-waf_log.rule_logs.tags=t7 xss"), 39);
    assert_eq!(count("waf_log~=\"\\\"rule_id\\\":\\\"941102\\\"\""), 13);
    // Asked again after more came.
    engine.add("more.jsonl", entry(90, "waf_log", "{\"rule_logs\":{\"rule_id\":\"941101\"}}").as_bytes());
    assert_eq!(count("waf_log.rule_logs.rule_id=941101"), 14);

    let mut table = String::from("adf,report_timestamp,client_ip,uri_path,response_code,waf_log,spdy_version\n");
    for nth in 0..9 {
        writeln!(
            table,
            "True,2026-11-20T23:58:0{nth}.000000Z,192.0.2.7,/t{nth},200,\"{{'rule_logs': [{{'rule_id': '90{nth}'}}]}}\",v{nth}"
        )
        .unwrap();
    }
    let engine = Engine::new(2, Sizes { first: 200, piece: 300, block: 300 });
    engine.add("export.csv", table.as_bytes());
    let count = |query: &str| engine.summary(&view(query)).total;
    assert_eq!((count(""), count("waf_log.rule_logs.rule_id=904"), count("spdy_version=v3")), (9, 1, 1));
}

/// What no document names, of any format: kept, and found by name behind `extra.`.
#[test]
fn values_that_no_document_names_are_found_by_their_own_names() {
    let counts = |engine: &Engine, cases: &[(&str, u64)]| {
        for (query, count) in cases {
            assert_eq!(engine.summary(&view(query)).total, *count, "{query}");
        }
    };
    let mut avi = String::new();
    for nth in 0..30 {
        let marker = ["blue", "Green"][nth % 2];
        avi.push_str(&entry(nth, "api_Log", &format!("{{\"apis\":[{{\"api-id\":{nth}}}]}},\"site\":\"{marker}\"")));
    }
    let pieces = Sizes { first: 300, piece: 900, block: 900 };
    for (shards, sizes) in [(1, Sizes::default()), (3, pieces)] {
        let engine = Engine::new(shards, sizes);
        engine.add("avi.jsonl", avi.as_bytes());
        engine.add("noise.log", b"no log, \"site\":\"blue\"\n");
        counts(
            &engine,
            &[
                ("extra.site=green", 15),
                ("extra.site!=green", 16),
                ("EXTRA.Site=BLUE uri_path=/2", 1),
                ("extra.site in (blue, green)", 30),
                ("exists(extra.api_log)", 30),
                ("missing(extra.api_log)", 1),
                ("extra.api_log.apis.api_id=7", 1),
                ("extra.api_log.apis.api_id^=2", 11),
                ("extra.nothing=1", 0),
            ],
        );
    }
    // The other formats: columns of a firewall, values of a log-format, keys of a table.
    let firewall = include_bytes!("../golden/paloalto/traffic.log");
    let engine = Engine::open(2, &[("fw.log", firewall)]);
    counts(&engine, &[("extra.logset=default", engine.summary(&view("exists(extra.logset)")).total)]);
    assert!(engine.summary(&view("extra.logset=default")).total > 5);
    let engine = Engine::open(2, &[("edge.log", b"10.0.0.1 acme 17\n10.0.0.2 other 18\n")]);
    let text = "log-format '%ci %[var(txn.X-Tenant)] %lc'".to_owned();
    let log_format = Some(LogFormat { text, ..LogFormat::default() });
    engine.reread(0, Settings { log_format, ..Settings::default() });
    counts(&engine, &[("extra.var_txn_x_tenant=acme", 1), ("extra.lc=18", 1), ("exists(extra.lc)", 2)]);
    let table = "adf,report_timestamp,client_ip,uri_path,response_code,site_name\nTrue,2026-11-20T23:58:00.000000Z,192.0.2.7,/t,200,lab\n";
    let engine = Engine::open(1, &[("export.csv", table.as_bytes())]);
    counts(&engine, &[("extra.site_name=lab", 1), ("extra.site_name=x", 0)]);
}
