//! Any number of shards and any size of pieces give the same answers, and the answers are what a naive count says.

use crate::engine_in_memory::{Engine, view};
use hopscope::engine::{MemoryInput, Sizes};
use hopscope::protocol::{CellValue, Range, Rows, Seek, Significance, Slot, Sort, Summary, ToHub, View};
use hopscope::record::Field;
use proptest::prelude::*;
use std::io::Write;

const TCP: &[u8] = include_bytes!("../../public/samples/haproxy-tcp.log");
const HTTP: &[u8] = include_bytes!("../../public/samples/haproxy-http.log");
/// A table with a header line, line ends inside cells, and rows that are none of it.
const CSV: &[u8] = include_bytes!("../golden/paloalto-csv/traffic.csv");
const AVI: &[u8] = include_bytes!("../../public/samples/avi-l7.jsonl");

const COLUMNS: &[Field] =
    &[Field::StartTime, Field::ClientIp, Field::ResponseCode, Field::TerminationState, Field::TotalTime, Field::Line];

pub fn tiny(first: u64, piece: u64, block: u64) -> Sizes {
    Sizes { first, piece, block }
}

fn all_files() -> Vec<(&'static str, Vec<u8>)> {
    let mut damaged = b"\n\nnot a log line\n".to_vec();
    damaged.extend_from_slice(&TCP[..3000]);
    damaged.extend_from_slice(b"\r\n\r\n\xff\xfe garbage \x00\n\n");
    damaged.extend_from_slice(&HTTP[..5000]);
    vec![
        ("tcp.log", TCP.to_vec()),
        ("http.log", HTTP.to_vec()),
        ("avi.jsonl", AVI.to_vec()),
        ("damaged.log", damaged),
        ("export.csv", CSV.to_vec()),
    ]
}

pub fn open(shards: usize, sizes: Sizes) -> Engine {
    let engine = Engine::new(shards, sizes);
    all_files().iter().for_each(|(name, bytes)| engine.add(name, bytes));
    engine
}

/// What must not depend on shards and pieces.
fn without_ids(mut rows: Rows) -> Rows {
    rows.rows.iter_mut().for_each(|row| row.id = hopscope::protocol::RowId { shard: 0, row: 0 });
    rows
}

fn views() -> Vec<View> {
    let base = view("");
    let summary = open(1, Sizes::default()).summary(&base);
    let (from, to) = summary.extent.unwrap();
    let middle = Range { from: from + (to - from) / 4, to: from + (to - from) / 2 };
    vec![
        base.clone(),
        view("resp_code>=500"),
        view("client_ip^=1 total_time>100ms"),
        view("get"),
        view("192.0.2.0/24 NOT 10.0.0.0/8"),
        view("\"connection\" OR NOT method=GET"),
        view("server_name!=app1"),
        View { brush: Some(middle), ..base.clone() },
        View { period: Some(middle), significance: Significance::Significant, ..base.clone() },
        View { significance: Significance::NonSignificant, ..base },
    ]
}

fn sorts() -> Vec<Sort> {
    let fields = [Field::StartTime, Field::ClientIp, Field::TotalTime, Field::ResponseCode, Field::ServerName];
    fields.iter().flat_map(|f| [false, true].map(|descending| Sort { field: *f as u16, descending })).collect()
}

fn answers(engine: &Engine, views: &[View]) -> (Vec<Summary>, Vec<Rows>) {
    let summaries = views.iter().map(|view| engine.summary(view)).collect();
    let mut rows = Vec::new();
    for view in views {
        for sort in sorts() {
            let view = View { sort, ..view.clone() };
            let page = engine.rows(&view, 0, 40, COLUMNS, false);
            let total = page.total;
            rows.push(without_ids(page));
            rows.push(without_ids(engine.rows(&view, total / 2, 25, COLUMNS, false)));
            rows.push(without_ids(engine.rows(&view, total.saturating_sub(7), 25, COLUMNS, false)));
        }
    }
    (summaries, rows)
}

#[test]
fn a_server_that_avi_says_was_silent_is_told_as_such() {
    let engine = Engine::open(1, &[("avi.jsonl", AVI)]);
    let slots = |search: &str| -> Vec<(Slot, u64)> {
        let phases = engine.summary(&view(search)).end_to_end.phases;
        phases.iter().map(|phase| (phase.slot, phase.distribution.count)).collect()
    };
    // The balancer waited for ten seconds, and logged no response of the server.
    assert_eq!(engine.summary(&view("resp_code=504")).total, 2);
    assert!(slots("resp_code=504").contains(&(Slot::NoResponse, 2)), "{:?}", slots("resp_code=504"));
    assert!(slots("resp_code!=504").iter().all(|(slot, _)| *slot != Slot::NoResponse));
}

#[test]
fn ports_of_servers_are_counted_where_there_are_several() {
    let tile = |name: &str, log: &[u8]| {
        let tiles = Engine::open(2, &[(name, log)]).summary(&view("")).tiles;
        tiles.into_iter().find(|tile| tile.field == Field::ServerPort as u16)
    };
    let ports = tile("traffic.log", include_bytes!("../../public/samples/paloalto-traffic.log")).expect("a tile");
    assert!(ports.unique > 1 && ports.distribution.is_none(), "{ports:?}");
    assert_eq!(ports.top.iter().map(|top| top.count).sum::<u64>(), ports.logs);
    assert!(tile("one.csv", CSV).is_none());
}

#[test]
fn any_number_of_shards_and_any_pieces_give_the_same_answers() {
    let views = views();
    let expected = answers(&open(1, Sizes::default()), &views);
    for (shards, sizes) in [(2, tiny(700, 1300, 900)), (3, tiny(64, 177, 300)), (5, Sizes::default())] {
        let found = answers(&open(shards, sizes), &views);
        for (view, (a, b)) in views.iter().zip(expected.0.iter().zip(&found.0)) {
            assert_eq!(a, b, "{shards} shards, {view:?}");
        }
        assert_eq!(expected.1.len(), found.1.len());
        for (a, b) in expected.1.iter().zip(&found.1) {
            assert_eq!(a, b, "{shards} shards");
        }
    }
}

/// Joining the raw text of all entries in source order gives the file back.
#[test]
fn a_rehearsal_leaves_nothing_behind() {
    let rehearse = |engine: &Engine| {
        let files = all_files().into_iter().map(|(_, bytes)| MemoryInput::new(bytes)).collect();
        let said = engine.send(ToHub::Rehearse, files);
        assert!(said.is_empty(), "{said:?}");
    };
    let plain = open(2, Sizes::default());
    let rehearsed = Engine::new(2, Sizes::default());
    rehearse(&rehearsed);
    assert_eq!((rehearsed.summary(&view("")).total, rehearsed.summary(&view("")).loaded), (0, 0));
    all_files().iter().for_each(|(name, bytes)| rehearsed.add(name, bytes));
    assert!(answers(&rehearsed, &views()) == answers(&plain, &views()));
    // Once there is something to read, nobody rehearses.
    rehearse(&rehearsed);
    assert!(answers(&rehearsed, &views()) == answers(&plain, &views()));
}

fn rejoined(engine: &Engine, bytes: &[u8]) -> bool {
    let by_line = View { sort: Sort { field: Field::StartTime as u16, descending: false }, ..view("") };
    let total = engine.summary(&by_line).total;
    let rows = engine.rows(&by_line, 0, total as u32, &[], false);
    let mut entries: Vec<(u64, u64)> = rows
        .rows
        .iter()
        .map(|row| {
            let detail = engine.detail(row.id);
            (detail.offset, detail.line)
        })
        .collect();
    entries.sort_unstable();
    // Offsets are distinct, begin at 0, and every line number is right.
    entries.first().is_none_or(|(offset, _)| *offset == 0)
        && entries.windows(2).all(|pair| pair[0].0 < pair[1].0)
        && entries.iter().all(|(offset, line)| {
            let before = bytes[..*offset as usize].iter().filter(|b| **b == b'\n').count() as u64;
            before + 1 == *line
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn every_byte_belongs_to_one_entry_whatever_the_pieces(
        lines in prop::collection::vec(prop_oneof![
            3 => "[ -~]{1,40}\n", 2 => Just("\n".to_owned()), 1 => Just("\r\n".to_owned()), 1 => "[ -~]{1,20}\r\n",
            2 => Just("127.0.0.1:57356 [21/Nov/2026:02:01:30.177] a b/s1 1/0/3 5 -- 1/1/0/0/0 0/0\n".to_owned()),
            2 => Just("2026 11 21 02:01:30.177 p NavajoOp 1.2 5-NOTICE: of several lines\n".to_owned()),
            2 => Just("[WARNING]  (4711) : Server be/s1 is UP.\n".to_owned()),
        ], 0..40),
        open_end in "[a-z]{0,5}", first in 1u64..60, piece in 1u64..120, shards in 1usize..4
    ) {
        let text = lines.concat() + &open_end;
        // A document is cut in another way.
        prop_assume!(!text.trim_start().starts_with(['[', '{']));
        let engine = Engine::new(shards, tiny(first, piece, piece));
        engine.add("a.log", text.as_bytes());
        let whole = Engine::open(1, &[("a.log", text.as_bytes())]);
        prop_assert_eq!(engine.progress().sources[0].text, text.len() as u64);
        prop_assert_eq!(engine.summary(&view("")), whole.summary(&view("")));
        prop_assert!(rejoined(&engine, text.as_bytes()));

        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text.as_bytes()).unwrap();
        let packed = Engine::new(shards, tiny(first, piece, piece));
        packed.add("a.log", &gzip.finish().unwrap());
        let (mut a, b) = (packed.summary(&view("")), whole.summary(&view("")));
        a.generation = b.generation;
        prop_assert_eq!(a, b);
        prop_assert!(rejoined(&packed, text.as_bytes()));
    }
}

#[test]
fn the_table_is_in_order_and_complete() {
    let engine = open(3, tiny(500, 900, 900));
    for sort in sorts() {
        let view = View { sort, ..view("") };
        let all = engine.rows(&view, 0, 10_000, &[Field::from_index(sort.field as usize).unwrap()], false);
        assert_eq!(all.rows.len() as u64, all.total);
        let ids: std::collections::HashSet<_> = all.rows.iter().map(|row| row.id).collect();
        assert_eq!(ids.len(), all.rows.len(), "no row twice");
        let keys: Vec<_> = all.rows.iter().map(|row| row.cells[0].clone()).collect();
        let absent = keys.iter().position(Option::is_none).unwrap_or(keys.len());
        assert!(keys[absent..].iter().all(Option::is_none), "rows without a value come last");
        let ordered = keys[..absent].windows(2).all(|pair| match (&pair[0], &pair[1]) {
            (Some(CellValue::Int(a)), Some(CellValue::Int(b))) => {
                if sort.descending {
                    a >= b
                } else {
                    a <= b
                }
            }
            _ => true,
        });
        assert!(ordered, "{sort:?}");
        // Any window is that part of the whole.
        for first in [0, 1, 17, 400, all.total - 3] {
            let window = engine.rows(&view, first, 9, &[], false);
            let ids: Vec<_> = window.rows.iter().map(|row| row.id).collect();
            let expected: Vec<_> = all.rows.iter().skip(first as usize).take(9).map(|row| row.id).collect();
            assert_eq!(ids, expected, "{sort:?} from {first}");
        }
    }
}

#[test]
fn errors_and_times_are_found_in_the_order_of_the_view() {
    use hopscope::protocol::RowMark;
    let engine = open(2, tiny(500, 900, 900));
    let view = view("");
    let all = engine.rows(&view, 0, 10_000, &[], false).rows;
    let errors: Vec<u64> = (0..all.len() as u64).filter(|i| all[*i as usize].mark == RowMark::Error).collect();
    assert!(errors.len() > 5);
    for at in [0, 3, 200, all.len() as u64 - 1] {
        let next = errors.iter().copied().find(|i| *i > at);
        let previous = errors.iter().copied().rev().find(|i| *i < at);
        assert_eq!(engine.locate(&view, Seek::NextError(at)), next);
        assert_eq!(engine.locate(&view, Seek::PreviousError(at)), previous);
    }
    let time = all[300].time.unwrap();
    let first = all.iter().position(|row| row.time.is_some_and(|t| t >= time)).unwrap();
    assert_eq!(engine.locate(&view, Seek::Time(time)), Some(first as u64));
}

#[test]
fn bad_files_get_a_clear_answer_and_the_rest_stays_usable() {
    let mut cut = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    cut.write_all(HTTP).unwrap();
    let mut members = cut.finish().unwrap();
    let half = members[..members.len() / 2].to_vec();
    let once = members.clone();
    members.extend_from_slice(&once);
    let long = vec![b'x'; 3 << 20];
    let engine = Engine::open(
        2,
        &[
            ("empty.log", b""),
            ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
            ("cut.log.gz", &half),
            ("twice.log.gz", &members),
            ("long.txt", &long),
            ("notes.txt", b"hello\nworld\n"),
            ("good.log", HTTP),
        ],
    );
    let progress = engine.progress();
    let note = |name: &str| progress.sources.iter().find(|s| s.name == name).unwrap().notes.join(" ");
    let rows = |name: &str| progress.sources.iter().find(|s| s.name == name).unwrap().rows;
    assert_eq!(note("empty.log"), "empty.log is empty.");
    assert!(note("picture.png").contains("PNG image"), "{}", note("picture.png"));
    assert!(note("cut.log.gz").starts_with("cut.log.gz ends early. "), "{}", note("cut.log.gz"));
    assert!(note("cut.log.gz").ends_with("logs before the break are shown."), "{}", note("cut.log.gz"));
    assert!(rows("cut.log.gz") > 10);
    assert_eq!(rows("twice.log.gz"), 2 * rows("good.log"));
    assert_eq!(rows("long.txt"), 1);
    assert_eq!(rows("notes.txt"), 2);
    assert!(note("notes.txt").contains("No known format matches notes.txt."), "{}", note("notes.txt"));
    assert!(progress.done);
    assert_eq!(engine.summary(&view("")).total, progress.rows);
    assert_eq!(engine.summary(&view("log_type=unparsed reject_reason=\"entry too long\"")).total, 1);
}

/// The pieces behind the first do not see the header line, and a record may run over lines.
#[test]
fn every_piece_of_an_export_knows_its_columns() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(CSV).unwrap();
    for bytes in [CSV.to_vec(), gzip.finish().unwrap()] {
        for (shards, sizes) in [(1, Sizes::default()), (3, tiny(1, 300, 1)), (2, tiny(64, 177, 700))] {
            let engine = Engine::new(shards, sizes);
            engine.add("export.csv", &bytes);
            let summary = engine.summary(&view(""));
            assert_eq!((summary.loaded, summary.total), (8, 8));
            // The date that is none.
            assert_eq!(engine.summary(&view("log_type=unparsed")).total, 1);
            // The header line is an entry, so that every byte belongs to one, but no log.
            assert_eq!(engine.summary(&view("log_type=header")).total, 0);
            let source = &engine.progress().sources[0];
            assert_eq!((source.rows, source.headers), (8, 1));
            assert_eq!(engine.summary(&view("application=ssl dport=443")).total, 6);
            let two_lines = engine.rows(&view("final_action=Blocked action=drop"), 0, 5, &[], false);
            assert_eq!(two_lines.total, 1);
            let detail = engine.detail(two_lines.rows[0].id);
            assert_eq!((detail.line, detail.raw.lines().count()), (4, 2));
            assert!(detail.extras.iter().any(|(name, _)| name == "rule_uuid"), "{:?}", detail.extras);
            assert_eq!(detail.explanation.badge, "not-applicable");
        }
    }
}

#[test]
fn hidden_and_removed_sources_do_not_count() {
    use hopscope::protocol::ToHub;
    let engine = open(2, Sizes::default());
    let all = engine.summary(&view("")).total;
    let first = engine.progress().sources[0].rows;
    engine.send(ToHub::Show { source: 0, visible: false }, Vec::new());
    assert_eq!(engine.summary(&view("")).total, all - first);
    engine.send(ToHub::Show { source: 0, visible: true }, Vec::new());
    engine.send(ToHub::Remove { source: 0 }, Vec::new());
    assert_eq!(engine.summary(&view("")).total, all - first);
    assert_eq!(engine.values(&view(""), Field::Source).unique, all_files().len() as u64 - 1);
}

#[test]
fn the_rows_of_sources_that_are_all_removed_take_no_memory() {
    use hopscope::protocol::{FromHub, ToHub};
    let engine = open(2, tiny(700, 1300, 900));
    let rows = || match &engine.send(ToHub::Stats { id: 1 }, Vec::new())[..] {
        [FromHub::Stats { stats, .. }] => stats.rows,
        other => panic!("{other:?}"),
    };
    let (mut expected, all) = (open(1, Sizes::default()).summary(&view("get")), rows());
    let sources = all_files().len() as u32;
    for source in 0..sources {
        assert!(rows() > 0);
        engine.send(ToHub::Remove { source }, Vec::new());
    }
    assert_eq!((rows(), engine.summary(&view("")).loaded), (0, 0));
    all_files().iter().for_each(|(name, bytes)| engine.add(name, bytes));
    let found = engine.summary(&view("get"));
    expected.generation = found.generation;
    assert_eq!(found, expected);
    assert_eq!(rows(), all);
}

#[test]
fn a_single_number_behind_access_lines_is_a_time_where_the_source_says_so() {
    let line = |number: i64| {
        format!("192.0.2.7 - - [18/Nov/2026:10:22:00 +0000] \"GET / HTTP/1.1\" 200 2326 \"-\" \"-\" {number}\n")
    };
    let spread = |nth: i64| 80 + (nth * 7919 % 997).pow(3) / 2000;
    let text = |unit: i64| (0..2_000).map(|nth| line(spread(nth) / unit)).collect::<String>();
    for (shards, sizes) in [(1, Sizes::default()), (3, tiny(300, 9_000, 9_000))] {
        let engine = Engine::new(shards, sizes);
        engine.add("micros.log", text(1).as_bytes());
        engine.add("millis.log", text(1000).as_bytes());
        let of = |query: &str| engine.summary(&view(query)).end_to_end.total;
        assert_eq!(of("source=micros.log").count, 2_000);
        assert_eq!(of("source=micros.log").max, (0..2_000).map(spread).max().unwrap());
        assert_eq!(of("source=millis.log").count, 0);
        let shown = |query: &str| {
            let detail = engine.detail(engine.rows(&view(query), 0, 1, &[], false).rows[0].id);
            let times = detail.fields.into_iter().filter(|field| field.field == Field::TotalTime as u16);
            (times.map(|field| field.span.1 - field.span.0).collect::<Vec<_>>(), detail.extras)
        };
        assert_eq!(shown("source=micros.log line=1"), (vec![2], vec![]));
        assert_eq!(shown("source=millis.log line=1"), (vec![], vec![("single number".to_owned(), "0".to_owned())]));
    }
}

#[test]
fn a_line_of_json_in_an_export_is_an_entry_of_its_own() {
    let line = AVI.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let head = CSV.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let text = [&CSV[..head], &AVI[..line], &CSV[head..]].concat();
    let loaded = |text: &[u8]| Engine::open(1, &[("export.csv", text)]).summary(&view("")).loaded;
    assert_eq!(loaded(&text), loaded(CSV) + 1);
}

#[test]
fn an_opened_log_tells_whether_it_or_a_rule_says_why_it_is_significant() {
    let avi = br#"{"adf":true,"uri_path":"/","response_code":404,"significant_log":["ADF_RESPONSE_CODE_4XX"]}
{"uri_path":"/b","response_code":404,"client_ip":"192.0.2.7","vs_ip":"192.0.2.8"}
"#;
    let engine = Engine::open(1, &[("avi.log", avi), ("http.log", HTTP)]);
    let opened = |query: &str| {
        let detail = engine.detail(engine.rows(&view(query), 0, 1, &[], false).rows[0].id);
        let why = detail.fields.iter().any(|field| field.field == Field::Significance as u16);
        (why, detail.judged)
    };
    assert_eq!(opened("uri_path=/ source=avi.log"), (true, false));
    assert_eq!(opened("uri_path=/b source=avi.log"), (true, true));
    assert_eq!(opened("significant=true source=http.log"), (true, true));
}

#[test]
fn a_file_that_comes_while_another_is_read_is_read_too() {
    let text = "10.0.1.2:33313 [06/Feb/2009:12:12:51.443] fnt bck/srv1 0/0/5007 212 -- 0/0/0/0/3 0/0\n".repeat(20);
    for steps in 0..60 {
        let engine = Engine::new(2, Sizes { first: 300, piece: 300, block: 300 });
        engine.add_both(("a.log", text.as_bytes()), ("b.log", text.as_bytes()), steps);
        assert_eq!(engine.summary(&view("")).total, 40, "added after {steps} steps");
    }
}

#[test]
fn a_word_is_found_everywhere_though_two_ask_at_once() {
    let line = |nth: usize| {
        let server = if nth.is_multiple_of(3) { "srv1" } else { "srv2" };
        format!("10.0.1.2:33313 [06/Feb/2009:12:12:51.443] fnt bck/{server} 0/0/5007 212 -- 0/0/0/0/3 0/0\n")
    };
    let text: String = (0..600).map(line).collect();
    for shards in 1..=3 {
        let engine = Engine::new(shards, tiny(900, 900, 900));
        engine.add("a.log", text.as_bytes());
        assert_eq!(engine.ask_both(&view("srv1")), (200, 200));
        assert_eq!(engine.ask_both(&view("SRV2")), (400, 400));
        // One word was scanned for before, one only in part of the rows, one never, and one stands there twice.
        engine.add("b.log", text.as_bytes());
        assert_eq!(engine.ask_both(&view("srv1 bck/srv FNT srv1")), (400, 400));
        assert_eq!(engine.ask_both(&view("srv1 OR srv2")), (1200, 1200));
        assert_eq!(engine.ask_both(&view("srv1 srv2")), (0, 0));
    }
}

#[test]
fn a_network_alone_finds_the_addresses_inside_it() {
    let engine = open(2, Sizes::default());
    let total = |search: &str| engine.summary(&view(search)).total;
    let of_fields: Vec<String> = Field::ALL
        .iter()
        .filter(|field| field.kind() == hopscope::record::Kind::Ip)
        .map(|field| format!("{}=10.0.0.0/8", field.name()))
        .collect();
    let wanted = total(&of_fields.join(" OR "));
    assert!(wanted > 0 && wanted < total(""));
    assert_eq!(total("10.0.0.0/8"), wanted);
    assert_eq!(total("NOT 10.0.0.0/8"), total("") - wanted);
}

#[test]
fn each_of_some_equal_lines_that_were_repeated_says_how_often() {
    let head = "Nov 18 10:21:29 edge1 haproxy[2201]: message repeated";
    let tcp = "203.0.113.7:40122 [18/Nov/2026:10:21:28.522] fe be/db 0/0/7 3 -- 4/1/1/0/0 0/0";
    let http = "203.0.113.7:40122 [18/Nov/2026:10:21:28.522] fe be/db 0/0/1/2/3 200 3 - - ---- 4/1/1/0/0 0/0 \"GET / HTTP/1.1\"";
    let mut text = String::new();
    for times in [3, 3, 3, 4, 12, 12] {
        for line in [tcp, tcp, http, http] {
            text.push_str(&format!("{head} {times} times: [ {line}]\n"));
        }
    }
    let engine = Engine::open(1, &[("a.log", text.as_bytes())]);
    for (times, logs) in [(3, 12), (4, 4), (12, 8)] {
        assert_eq!(engine.summary(&view(&format!("repeat_count={times}"))).total, logs, "{times}");
    }
}
