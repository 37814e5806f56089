//! What time an entry has that does not say it whole: no year, no time at all.

use crate::engine_in_memory::{Engine, view};
use hopscope::engine::Sizes;
use hopscope::record::Field;
use proptest::prelude::*;

fn tiny(first: u64, piece: u64, block: u64) -> Sizes {
    Sizes { first, piece, block }
}

/// Lines of HAProxy: events, whose stamp has no year, and sessions, whose date has one.
fn event(stamp: &str) -> String {
    format!("{stamp} lb01 haproxy[7]: Server be/s1 is UP.\n")
}

fn session(date: &str) -> String {
    format!("lb01 haproxy[7]: 127.0.0.1:57356 [{date}:02:01:30.177] a b/s1 1/0/3 5 -- 1/1/0/0/0 0/0\n")
}

fn days(engine: &Engine) -> Vec<String> {
    let rows = engine.rows(&view(""), 0, 10_000, &[], false).rows;
    let day = |time: i64| chrono::DateTime::from_timestamp_micros(time).unwrap().format("%Y-%m-%d").to_string();
    rows.iter().map(|row| row.time.map_or(String::new(), day)).collect()
}

#[test]
fn a_stamp_without_a_year_takes_that_of_a_dated_neighbour_else_of_the_file() {
    let of = |text: String| days(&Engine::open(1, &[("a.log", text.as_bytes())]));
    // The files were written until 2026-11-21.
    let alone = of(event("Nov 23 10:24:14") + &event("Dec 31 23:59:59") + &event("Nov 21 20:10:00"));
    assert_eq!(alone, ["2025-11-23", "2025-12-31", "2026-11-21"]);
    let turn = of(event("Dec 30 10:24:14") + &session("31/Dec/2013") + &event("Jan  2 10:24:14"));
    assert_eq!(turn, ["2013-12-30", "2013-12-31", "2014-01-02"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn years_do_not_depend_on_pieces_and_shards(
        lines in prop::collection::vec(prop_oneof![
            3 => prop::sample::select(vec!["Jan  2 10:24:14", "Mar  1 10:24:14", "Nov 18 10:24:14", "Dec 31 23:59:59"])
                .prop_map(event),
            1 => prop::sample::select(vec!["31/Dec/2013", "18/Nov/2019", "01/Jan/2014"]).prop_map(session),
        ], 1..30),
        first in 1u64..200, piece in 1u64..300, shards in 1usize..4
    ) {
        let text = lines.concat();
        let whole = days(&Engine::open(1, &[("a.log", text.as_bytes())]));
        let engine = Engine::new(shards, tiny(first, piece, piece));
        engine.add("a.log", text.as_bytes());
        prop_assert_eq!(&days(&engine), &whole);
    }
}

#[test]
fn what_is_not_understood_takes_the_time_before_it_and_what_has_none_stays_without() {
    let text = session("18/Nov/2026") + "[WARNING]  (4711) : Server be/s1 is UP.\n?\n[ALERT]  (4711) : x\n?\n";
    let times = |piece: u64| {
        let engine = Engine::new(2, tiny(piece, piece, piece));
        engine.add("a.log", text.as_bytes());
        assert_eq!(engine.summary(&view("")).without_time, 2, "pieces of {piece} bytes");
        let rows = engine.rows(&view(""), 0, 9, &[Field::LogType, Field::Line], false).rows;
        rows.into_iter().map(|row| (row.time, row.cells)).collect::<Vec<_>>()
    };
    let whole = times(1 << 20);
    assert_eq!(whole.iter().map(|(time, _)| time.is_some()).collect::<Vec<_>>(), [true, true, true, false, false]);
    for piece in 1..text.len() as u64 {
        assert_eq!(times(piece), whole, "pieces of {piece} bytes");
    }
}
