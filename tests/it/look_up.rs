//! What no log says, looked up: the same for any number of shards, whenever it is asked for; what a log says itself stays.

use crate::engine_in_memory::{Engine, view};
use hopscope::engine::Sizes;
use hopscope::protocol::{CellValue, ToHub};
use hopscope::record::Field;
use std::collections::BTreeMap;

const AVI: &[u8] = include_bytes!("../../public/samples/avi-l7.jsonl");
const CHROME: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36";
const FILLED: [Field; 4] = [Field::ClientLocation, Field::ClientBrowser, Field::ClientOs, Field::ClientDevice];

/// Line `nth` of an access log.
fn line(nth: usize) -> String {
    let address = ["193.0.6.139", "133.11.0.1", "10.30.4.31", "192.0.2.1", "2001:67c:2e8::1", "fd00::7"][nth % 6];
    let agent = [CHROME, "curl/8.5.0", "-"][nth % 3];
    format!("{address} - - [18/Nov/2026:10:00:{:02} +0000] \"GET /{nth} HTTP/1.1\" 200 5 \"-\" \"{agent}\"\n", nth % 60)
}

fn lines(count: usize) -> String {
    (0..count).map(line).collect()
}

fn engine(shards: usize) -> Engine {
    Engine::new(shards, Sizes { first: 700, piece: 3000, block: 900 })
}

/// Every value of the field with its count; those without under "".
fn counts(engine: &Engine, field: Field) -> BTreeMap<String, u64> {
    let found = engine.values(&view(""), field);
    let without = Some((String::new(), found.total - found.logs)).filter(|(_, rows)| *rows > 0);
    let text = |value: &CellValue| match value {
        CellValue::Text(text) => text.clone(),
        CellValue::Int(number) => number.to_string(),
    };
    found.values.iter().map(|value| (text(&value.value), value.count)).chain(without).collect()
}

fn expect(found: &BTreeMap<String, u64>, wanted: &[(&str, u64)]) {
    let found: Vec<_> = found.iter().map(|(value, count)| (value.as_str(), *count)).collect();
    assert_eq!(found, wanted);
}

#[test]
fn addresses_and_agents_say_who_asked() {
    for shards in [1, 2, 7] {
        let engine = engine(shards);
        engine.add("access.log", lines(3000).as_bytes());
        expect(&counts(&engine, Field::ClientLocation), &[("", 3000)]);
        engine.look_up("");
        expect(&counts(&engine, Field::ClientLocation), &[("", 500), ("Internal", 1000), ("JP", 500), ("NL", 1000)]);
        expect(&counts(&engine, Field::ClientBrowser), &[("", 1000), ("Chrome", 1000), ("curl", 1000)]);
        expect(&counts(&engine, Field::ClientOs), &[("", 1000), ("Unrecognized", 1000), ("Windows 10", 1000)]);
        expect(&counts(&engine, Field::ClientDevice), &[("", 1000), ("Computer", 1000), ("Unrecognized", 1000)]);
        assert_eq!(engine.summary(&view("client_location=nl browser=chrome")).total, 500);
        // Once more changes nothing.
        let before = engine.summary(&view(""));
        engine.look_up("");
        assert_eq!(engine.summary(&view("")).tiles, before.tiles);
    }
}

#[test]
fn logs_that_come_later_are_looked_up_when_they_are_read() {
    for shards in [1, 3] {
        let (whole, parts) = (engine(shards), engine(shards));
        let text = lines(2500);
        whole.add("access.log", text.as_bytes());
        whole.look_up("10.0.0.0/8 = ours");
        parts.look_up("10.0.0.0/8 = ours");
        let (first, rest) = text.split_at(text.match_indices('\n').nth(700).unwrap().0 + 1);
        parts.add("a.log", first.as_bytes());
        parts.add("b.log", rest.as_bytes());
        for field in FILLED.into_iter().chain([Field::ClientGroup]) {
            assert_eq!(counts(&parts, field), counts(&whole, field), "{field:?}, {shards} shards");
        }
    }
}

#[test]
fn the_answer_does_not_depend_on_when_it_is_asked() {
    let whole = engine(3);
    let text = lines(4000);
    whole.add("access.log", text.as_bytes());
    whole.look_up("");
    for steps in [0, 3, 20, 60, 200] {
        let engine = engine(3);
        engine.add_and(("access.log", text.as_bytes()), ToHub::LookUp { groups: String::new() }, steps);
        for field in FILLED {
            assert_eq!(counts(&engine, field), counts(&whole, field), "{field:?} after {steps} steps");
        }
    }
}

#[test]
fn groups_follow_what_is_typed() {
    let engine = engine(2);
    engine.add("access.log", lines(1200).as_bytes());
    engine.look_up("10.30.0.0/16, 192.0.2.1 = Zurich\n10.0.0.0/8 = never\nthis is none");
    expect(&counts(&engine, Field::ClientGroup), &[("", 800), ("Zurich", 400)]);
    engine.look_up("10.0.0.0/8 = ours\n0.0.0.0/0 = others");
    expect(&counts(&engine, Field::ClientGroup), &[("", 400), ("others", 600), ("ours", 200)]);
    assert_eq!(engine.summary(&view("client_group=ours")).total, 200);
    engine.look_up("");
    expect(&counts(&engine, Field::ClientGroup), &[("", 1200)]);
    assert_eq!(engine.summary(&view("exists(client_group)")).total, 0);
}

#[test]
fn what_a_log_says_itself_stays() {
    let engine = engine(2);
    engine.add("avi.jsonl", AVI);
    let before: Vec<_> = FILLED.iter().map(|field| counts(&engine, *field)).collect();
    engine.look_up("");
    for (field, before) in FILLED.iter().zip(before) {
        let after = counts(&engine, *field);
        for (value, count) in before.iter().filter(|(value, _)| !value.is_empty()) {
            assert!(after[value] >= *count, "{field:?} {value}");
        }
        // Only what was missing was added.
        let missing = before.get("").copied().unwrap_or(0);
        let said: u64 = before.iter().filter(|(value, _)| !value.is_empty()).map(|(_, count)| count).sum();
        let now: u64 = after.iter().filter(|(value, _)| !value.is_empty()).map(|(_, count)| count).sum();
        assert!(said > 0 && now <= said + missing, "{field:?}");
    }
}

#[test]
fn a_source_that_went_leaves_nothing_behind() {
    let engine = engine(2);
    engine.add("access.log", lines(900).as_bytes());
    engine.look_up("");
    engine.send(ToHub::Remove { source: 0 }, Vec::new());
    engine.add("access.log", lines(600).as_bytes());
    expect(&counts(&engine, Field::ClientLocation), &[("", 100), ("Internal", 200), ("JP", 100), ("NL", 200)]);
}
