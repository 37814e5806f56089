//! Transactions of nevisProxy put together from their lines: interleaved, over two files, with ends that are not there;
//! the same with any pieces and any number of shards.

use crate::engine_in_memory::{Engine, view};
use crate::golden;
use hopscope::engine::Sizes;
use hopscope::protocol::{RowId, Seek, Transaction};
use hopscope::record::Field;
use std::fmt::Write;
use std::path::Path;

const FIRST: &[u8] = include_bytes!("../golden/nevisproxy/rotated-1.log");
const SECOND: &[u8] = include_bytes!("../golden/nevisproxy/rotated-2.log");
const TRACE: &[u8] = include_bytes!("../golden/nevisproxy/trace.log");
const IDS: [&str; 3] = ["1a1edb85186-000010d5", "1a1edb85188-000010d6", "1a1edb851a6-000010d7"];

fn row(engine: &Engine, query: &str) -> RowId {
    engine.rows(&view(query), 0, 1, &[], false).rows[0].id
}

fn of(engine: &Engine, id: &str) -> Transaction {
    engine.transaction(row(engine, &format!("transaction_id$=\"{id}\"")))
}

fn ms(micros: Option<i64>) -> String {
    micros.map_or("–".to_owned(), |micros| format!("{} ms", micros / 1000))
}

/// The steps with where they stand: the numbers of rows differ with pieces and shards.
fn render(transaction: &Transaction) -> String {
    let t = transaction;
    let mut text = format!("── {}: {} of {} lines of {:?}, {} aside\n", t.name, t.lines, t.total, t.sources, t.aside);
    t.missing.iter().for_each(|missing| writeln!(text, "! {missing}").unwrap());
    t.notes.iter().for_each(|note| writeln!(text, "* {note}").unwrap());
    for step in &t.steps {
        let start = ms(step.start.map(|start| start - t.from));
        let place = step.row.map(|_| format!("{}:{}", step.source, step.line)).unwrap_or_default();
        let open = if step.incomplete { " incomplete" } else { "" };
        let indent = "  ".repeat(step.depth.into());
        writeln!(
            text,
            "{indent}{:?} {} [{}] at {start}, {} with all inside, {} alone; {:?} {place}{open}",
            step.kind,
            step.name,
            step.detail,
            ms(step.inclusive),
            ms(step.exclusive),
            step.mark
        )
        .unwrap();
    }
    text
}

#[test]
fn interleaved_transactions_over_two_files_become_what_the_golden_file_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/nevisproxy/transactions.expected");
    let text = |engine: &Engine| IDS.iter().map(|id| render(&of(engine, id))).collect::<String>();
    let engine = Engine::open(1, &[("navajo.log.1", FIRST), ("navajo.log", SECOND)]);
    let expected = text(&engine);
    golden::accept(&path, &expected);
    for (shards, sizes) in [
        (1, Sizes { first: 300, piece: 700, block: 700 }),
        (2, Sizes { first: 100, piece: 400, block: 400 }),
        (5, Sizes { first: 256, piece: 512, block: 512 }),
    ] {
        let engine = Engine::new(shards, sizes);
        engine.add("navajo.log.1", FIRST);
        engine.add("navajo.log", SECOND);
        assert_eq!(text(&engine), expected, "{shards} shards");
    }
    // Whichever of the two is opened first, and whichever line is asked about.
    let engine = Engine::open(2, &[("navajo.log", SECOND), ("navajo.log.1", FIRST)]);
    let swapped = |step: &hopscope::protocol::Step| (step.name.clone(), step.inclusive, step.exclusive, step.depth);
    let engines = [&engine, &Engine::open(1, &[("navajo.log.1", FIRST), ("navajo.log", SECOND)])];
    for id in IDS {
        let all = engines[0].rows(&view(&format!("transaction_id$=\"{id}\"")), 0, 100, &[], false).rows;
        let wanted: Vec<_> = of(engines[1], id).steps.iter().map(swapped).collect();
        for row in all {
            assert_eq!(engine.transaction(row.id).steps.iter().map(swapped).collect::<Vec<_>>(), wanted);
        }
    }
}

#[test]
fn a_summary_alone_is_the_request_with_its_backend() {
    let engine = Engine::open(2, &[("navajo.log", TRACE)]);
    let alone = engine.transaction(row(&engine, "transaction_id$=\"000010d6\" op=summary"));
    assert_eq!((alone.total, alone.steps.len()), (1, 2));
    assert!(alone.missing.is_empty(), "{:?}", alone.missing);
    assert!(alone.notes[0].contains("SessionManagement, Authentication, ShopConnector"), "{:?}", alone.notes);
    let [request, backend] = &alone.steps[..] else { panic!() };
    assert_eq!((request.inclusive, request.exclusive), (Some(31_003_000), Some(1_000)));
    assert_eq!(backend.inclusive, Some(31_002_000));
    // Lines without an id have no transaction.
    let none = engine.transaction(row(&engine, "message~=pollTerminated"));
    assert_eq!(none, Transaction::default());
}

#[test]
fn the_access_log_of_the_same_request_stands_beside_it() {
    let engine = Engine::open(2, &[("navajo.log", FIRST)]);
    let id = "0a0c1422-05f1-0c0a0a14-1a1edb851a6-000010d7";
    let access = format!(
        "192.0.2.29 - - [18/Nov/2026:09:14:02 +0100] \"GET /shop/b HTTP/1.1\" 502 17 \"-\" \"curl/8\" shop.example 34358 triID={id}\n"
    );
    engine.add("second.log", SECOND);
    let before = of(&engine, IDS[2]);
    assert!(before.missing.iter().any(|missing| missing.starts_with("The answer to the request")));
    engine.add("access.log", access.as_bytes());
    let after = of(&engine, IDS[2]);
    assert_eq!((before.total + 1, &before.sources[..]), (after.total, &[1][..]));
    assert_eq!(after.sources, [1, 2]);
    assert_eq!(after.steps[0].inclusive, Some(34_358));
    // A source that is hidden does not count.
    engine.send(hopscope::protocol::ToHub::Show { source: 2, visible: false }, Vec::new());
    let hidden = of(&engine, IDS[2]);
    assert_eq!((hidden.total, hidden.sources, hidden.missing), (before.total, vec![1], before.missing));
}

#[test]
fn of_very_many_lines_the_first_are_read_and_it_is_said() {
    let id = "0a0c1422-05f1-0c0a0a14-1a1edb85186-000010d5";
    let line = |at: usize, message: &str| {
        format!(
            "2026 11 18 09:14:{:02}.{:03} isi3web    NavajoOp   01521.14.{id} 8-DBG_ME:  {message}\n",
            2 + at / 1000,
            at % 1000
        )
    };
    // As deep as there are lines.
    let log: String = (118..3118).map(|at| line(at, &format!(">>>>>>>>>>>>>>>>>> (filter 'F{at}')"))).collect();
    let engine = Engine::open(3, &[("navajo.log", log.as_bytes())]);
    let deep = of(&engine, "000010d5");
    assert_eq!((deep.total, deep.lines, deep.steps.len()), (3000, 2000, 2001));
    assert_eq!(deep.steps[2000].name, "F2117");
    assert_eq!(deep.steps[2000].depth, 2000);
    assert_eq!(deep.missing[0], "The request itself is not among its first 2,000 lines.");
}

#[test]
fn a_row_is_found_in_every_view_that_has_it() {
    let engine = Engine::open(3, &[("navajo.log", TRACE)]);
    for sort in [Field::StartTime, Field::TraceGroup, Field::TotalTime] {
        for query in ["", "type=trace"] {
            let mut view = view(query);
            view.sort.field = sort as u16;
            let rows = engine.rows(&view, 0, 100, &[], false).rows;
            for (position, row) in rows.iter().enumerate() {
                assert_eq!(engine.locate(&view, Seek::Row(row.id)), Some(position as u64), "by {sort:?}");
            }
        }
    }
    let request = row(&engine, "type=request");
    assert_eq!(engine.locate(&view("type=trace"), Seek::Row(request)), None);
}
