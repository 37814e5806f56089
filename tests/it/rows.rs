//! Rows as the page gets them: where each stands in its source, and which come with their text.

use crate::engine::{open, tiny};
use crate::engine_in_memory::{Engine, view};
use hopscope::engine::Sizes;
use hopscope::protocol::{FromHub, RowText, RowView, ToHub};

#[test]
fn an_entry_is_found_again_by_where_it_stands() {
    for (shards, sizes) in [(1, Sizes::default()), (3, tiny(100, 900, 700))] {
        let engine = open(shards, sizes);
        let all = view("");
        let count = engine.rows(&all, 0, 0, &[], false).total;
        let rows = engine.rows(&all, 0, count as u32, &[], false).rows;
        let places: Vec<_> = rows.iter().map(|row| (row.source, row.offset)).collect();
        let found = engine.rows_at(places.clone());
        assert_eq!(found, rows.iter().map(|row| Some(row.id)).collect::<Vec<_>>());
        for (row, (source, offset)) in rows.iter().zip(&places).step_by(97) {
            let detail = engine.detail(row.id);
            assert_eq!((detail.source, detail.offset), (*source, *offset));
        }
        let inside =
            places.iter().map(|(source, offset)| (*source, offset + 1)).filter(|place| !places.contains(place));
        let inside: Vec<_> = inside.chain([(0, u64::MAX), (99, 0)]).collect();
        assert_eq!(engine.rows_at(inside.clone()), vec![None; inside.len()]);
    }
}

#[test]
fn only_what_says_nothing_else_comes_with_its_text() {
    let engine = open(2, tiny(100, 900, 700));
    let ask = |text| ToHub::Rows { id: 1, view: view(""), first: 0, count: 10_000, columns: Vec::new(), text };
    let rows = |text| match engine.send(ask(text), Vec::new()).pop() {
        Some(FromHub::Rows(rows)) => rows.rows,
        other => panic!("{other:?}"),
    };
    let (unparsed, all) = (rows(RowText::Unparsed), rows(RowText::All));
    assert!(all.iter().all(|row| row.text.is_some()));
    let wanted = |row: &RowView| (row.log_type == "unparsed").then(|| row.text.clone()).flatten();
    assert_eq!(
        unparsed.iter().map(|row| row.text.clone()).collect::<Vec<_>>(),
        all.iter().map(wanted).collect::<Vec<_>>()
    );
    // Times as they stand in the log: in every log that has a time, and in its text.
    let stamped = rows(RowText::Stamps);
    assert!(stamped.iter().map(|row| &row.text).eq(unparsed.iter().map(|row| &row.text)));
    for (row, whole) in stamped.iter().zip(&all) {
        let in_text = |stamp: &String| whole.text.as_ref().is_some_and(|text| text.contains(stamp.as_str()));
        let parsed = row.log_type != "unparsed";
        assert_eq!(row.stamp.as_ref().is_some_and(in_text), parsed, "{:?} in {:?}", row.stamp, whole.text);
    }
    assert!(unparsed.iter().any(|row| row.text.is_some()) && rows(RowText::None).iter().all(|row| row.text.is_none()));
}

#[test]
fn a_time_as_logged_keeps_its_zone() {
    let line = |stamp: &str| format!("198.51.100.7 - - [{stamp}] \"GET / HTTP/1.1\" 200 23\n");
    let stamps = ["18/Nov/2026:11:22:00 +0100", "18/Nov/2026:10:22:01 +0000", "18/Nov/2026:05:22:02 -0500"];
    let log: String = stamps.iter().map(|stamp| line(stamp)).collect();
    let engine = Engine::open(2, &[("access.log", log.as_bytes())]);
    let ask = ToHub::Rows { id: 1, view: view(""), first: 0, count: 9, columns: Vec::new(), text: RowText::Stamps };
    let Some(FromHub::Rows(rows)) = engine.send(ask, Vec::new()).pop() else { panic!("no rows") };
    assert_eq!(rows.rows.iter().filter_map(|row| row.stamp.as_deref()).collect::<Vec<_>>(), stamps);
}
