//! Reading a source again in another way: a format that is forced, the zone and the year of stamps that lack them, a clock
//! that was wrong.

use crate::engine_in_memory::{Engine, view};
use hopscope::engine::{Sizes, format_names};
use hopscope::protocol::{CellValue, Origin, Rows, Settings, SourceProgress, SourceState, Summary};
use hopscope::record::Field;
use std::io::Write;

const TCP: &[u8] = include_bytes!("../../public/samples/haproxy-tcp.log");
const HTTP: &[u8] = include_bytes!("../../public/samples/haproxy-http.log");
const AVI: &[u8] = include_bytes!("../../public/samples/avi-l7.jsonl");
const ACCESS: &[u8] = include_bytes!("../../public/samples/access.log");
const NAVAJO: &[u8] = include_bytes!("../../public/samples/navajo.log");
const PALOALTO: &[u8] = include_bytes!("../../public/samples/paloalto-traffic.log");
const CSV: &[u8] = include_bytes!("../golden/paloalto-csv/traffic.csv");

const HOUR: i64 = 3_600_000_000;
const COLUMNS: &[Field] = &[Field::StartTime, Field::Format, Field::Reject, Field::TotalTime, Field::Line];
const TIMES: [Field; 5] =
    [Field::StartTime, Field::EndTime, Field::ReportTimestamp, Field::ReceiveTime, Field::TimeGenerated];

fn files() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("tcp.log", TCP.to_vec()),
        ("http.log.gz", gzip(HTTP)),
        ("avi.jsonl", AVI.to_vec()),
        ("mixed.log", [&TCP[..3000], b"\nno log\n", &ACCESS[..4000], b"\n\n", &NAVAJO[..9000]].concat()),
        ("export.csv", CSV.to_vec()),
    ]
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text).unwrap();
    gzip.finish().unwrap()
}

fn family(name: &str) -> Option<u8> {
    format_names().iter().position(|other| other.starts_with(name)).map(|at| at as u8)
}

/// Few shards and whole pieces, and the other way round.
fn engines() -> [Engine; 3] {
    let sizes = |first, piece, block| Sizes { first, piece, block };
    [Engine::new(1, Sizes::default()), Engine::new(2, sizes(700, 1300, 900)), Engine::new(3, sizes(64, 177, 300))]
}

/// What must not depend on shards, pieces, and how often anything was read.
fn answers(engine: &Engine) -> (Vec<Summary>, Rows, Vec<SourceProgress>) {
    let mut summaries: Vec<_> =
        ["", "get", "resp_code>=400 OR total_time>100ms"].map(|query| engine.summary(&view(query))).into();
    summaries.iter_mut().for_each(|summary| summary.generation = 0);
    let mut rows = engine.rows(&view(""), 0, 5_000, COLUMNS, true);
    rows.generation = 0;
    rows.rows.iter_mut().for_each(|row| row.id = hopscope::protocol::RowId { shard: 0, row: 0 });
    (summaries, rows, engine.progress().sources)
}

/// The column of a file that stands alone, in file order.
fn column(engine: &Engine, field: Field) -> Vec<Option<CellValue>> {
    let mut rows = engine.rows(&view(""), 0, 100_000, &[field], false).rows;
    rows.sort_by_key(|row| row.line);
    rows.into_iter().map(|mut row| row.cells.remove(0)).collect()
}

fn times(engine: &Engine, field: Field) -> Vec<Option<i64>> {
    let number = |cell: Option<CellValue>| match cell {
        Some(CellValue::Int(number)) => Some(number),
        _ => None,
    };
    column(engine, field).into_iter().map(number).collect()
}

/// Times of a text: as it is read at first, and in this way, in every engine.
fn both(text: &[u8], settings: Settings, field: Field) -> (Vec<Option<i64>>, Vec<Option<i64>>) {
    let [whole, pieces, crumbs] = engines().map(|engine| {
        engine.add("a.log", text);
        let before = times(&engine, field);
        engine.reread(0, settings.clone());
        (before, times(&engine, field))
    });
    assert_eq!(whole, pieces);
    assert_eq!(whole, crumbs);
    whole
}

fn moved(times: &[Option<i64>], by: i64) -> Vec<Option<i64>> {
    times.iter().map(|time| time.map(|time| time + by)).collect()
}

#[test]
fn reading_again_without_settings_changes_nothing() {
    for engine in engines() {
        files().iter().for_each(|(name, bytes)| engine.add(name, bytes));
        let expected = answers(&engine);
        for source in [1, 3, 0, 4, 2] {
            engine.reread(source, Settings::default());
            assert_eq!(answers(&engine), expected, "source {source}");
        }
        // There and back.
        let settings =
            Settings { format: family("HAProxy"), zone: Some(7200), offset: HOUR, year: Some(2001), log_format: None };
        for source in 0..files().len() as u32 {
            engine.reread(source, settings.clone());
        }
        assert!(engine.progress().sources.iter().all(|source| source.settings == settings));
        assert_ne!(answers(&engine).1, expected.1);
        for source in 0..files().len() as u32 {
            engine.reread(source, Settings::default());
        }
        assert_eq!(answers(&engine), expected);
    }
}

#[test]
fn a_file_may_be_read_again_while_it_is_read() {
    let settings = Settings { offset: -HOUR, ..Settings::default() };
    for bytes in [HTTP.to_vec(), gzip(HTTP)] {
        let expected = {
            let engine = Engine::open(1, &[("a.log", TCP), ("b.log", &bytes)]);
            engine.reread(1, settings.clone());
            answers(&engine)
        };
        for steps in (3..120).step_by(6) {
            let [_, engine, _] = engines();
            engine.add("a.log", TCP);
            engine.add_and_reread(("b.log", &bytes), settings.clone(), steps);
            assert_eq!(answers(&engine), expected, "after {steps} steps");
        }
    }
}

#[test]
fn a_hidden_source_stays_hidden_and_a_removed_one_gone() {
    use hopscope::protocol::ToHub;
    let engine = Engine::open(2, &[("a.log", TCP), ("b.log", HTTP)]);
    let both = engine.progress().sources;
    engine.send(ToHub::Show { source: 0, visible: false }, Vec::new());
    engine.reread(0, Settings { zone: Some(3600), ..Settings::default() });
    assert_eq!(engine.summary(&view("")).total, both[1].rows);
    engine.send(ToHub::Remove { source: 0 }, Vec::new());
    let generation = engine.progress().generation;
    engine.reread(0, Settings::default());
    assert_eq!((engine.progress().generation, engine.progress().sources.len()), (generation + 1, 1));
    assert_eq!(engine.summary(&view("")).total, both[1].rows);
}

#[test]
fn a_forced_format_alone_reads_every_entry() {
    let text = [&TCP[..TCP.iter().rposition(|byte| *byte == b'\n').unwrap() + 1], &ACCESS[..4000]].concat();
    let formats = |settings: Settings| {
        let [whole, pieces, crumbs] = engines().map(|engine| {
            engine.add("a.log", &text);
            engine.reread(0, settings.clone());
            let rejects = column(&engine, Field::Reject).iter().filter(|reject| reject.is_some()).count() as u64;
            let source = engine.progress().sources.remove(0);
            assert_eq!((source.state, rejects), (SourceState::Done, source.unparsed));
            // The text is what it was, and what was refused stays refused when it is opened.
            let rows = engine.rows(&view("log_type=unparsed"), 0, 5, &[Field::Reject], true).rows;
            for row in rows {
                let detail = engine.detail(row.id);
                assert!(!detail.raw.is_empty());
                assert!(detail.fields.iter().any(|field| field.field == Field::Reject as u16));
                assert!(!detail.fields.iter().any(|field| field.field == Field::ClientIp as u16));
            }
            (column(&engine, Field::Format), rejects)
        });
        assert_eq!(whole, pieces);
        assert_eq!(whole, crumbs);
        whole
    };
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count() as u64;
    let web = ACCESS[..4000].split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count() as u64;
    let is = |format: &Option<CellValue>, family: &str| match format {
        Some(CellValue::Text(text)) => text.starts_with(family) || text == "text",
        _ => false,
    };
    let (all, refused) = formats(Settings::default());
    assert!(refused <= 1 && all.iter().any(|format| is(format, "web")));
    let (haproxy, refused) = formats(Settings { format: family("HAProxy"), ..Settings::default() });
    assert!(haproxy.iter().all(|format| is(format, "haproxy")));
    assert_eq!(refused, web);
    let (avi, refused) = formats(Settings { format: family("Avi"), ..Settings::default() });
    assert!(avi.iter().all(|format| is(format, "avi")));
    assert_eq!((avi.len() as u64, refused), (lines, lines));
    // A message of several lines is one to its own format alone, wherever a piece begins.
    for forced in
        ["HAProxy", "nevisProxy", "Apache"].map(|name| Settings { format: family(name), ..Settings::default() })
    {
        both(NAVAJO, forced, Field::Line);
    }
    let unknown = Settings { format: Some(200), ..Settings::default() };
    assert_eq!(formats(unknown).0, all);
}

#[test]
fn an_export_read_as_another_format_is_lines() {
    for engine in engines() {
        engine.add("export.csv", CSV);
        let whole = engine.progress().sources[0].text;
        engine.reread(0, Settings { format: family("HAProxy"), ..Settings::default() });
        let source = engine.progress().sources.remove(0);
        assert_eq!((source.unparsed, source.text), (source.rows, whole));
        engine.reread(0, Settings { format: family("Palo Alto"), ..Settings::default() });
        assert!(engine.progress().sources[0].unparsed < source.rows / 2);
    }
}

#[test]
fn a_zone_moves_the_stamps_that_have_none() {
    let east = Settings { zone: Some(7200), ..Settings::default() };
    let event = b"Nov 18 10:24:14 lb01 haproxy[7]: Server be/s1 is UP.\n2026 Nov 18 10:24:14 lb01 haproxy[7]: Server be/s1 is UP.\n";
    let error = b"2026/11/18 10:24:14 [error] 7#7: *1 open() \"/x\" failed\n[Wed Nov 18 10:24:14.123456 2026] [core:error] [pid 7] x\n";
    let json = br#"{"time_local":"18/Nov/2026:10:24:14.443","ci":"10.0.1.2","cp":"33313","ft":"fnt~","b":"bck","s":"srv1","TR":0,"Tw":0,"Tc":1,"Tr":-1,"Ta":5007,"ST":"504","tsc":"sH--"}"#;
    let navajo = b"2026 11 18 10:00:01.206 isi3web    NavajoReso 01521.140139730754160 6-INFO  :  memory of the system: 59 % used\n";
    for text in [TCP, HTTP, PALOALTO, event, error, json, navajo] {
        let (before, after) = both(text, east.clone(), Field::StartTime);
        assert!(before.iter().any(Option::is_some), "{}", String::from_utf8_lossy(&text[..40]));
        assert_eq!(after, moved(&before, -2 * HOUR), "{}", String::from_utf8_lossy(&text[..40]));
    }
    let ends = both(PALOALTO, east.clone(), Field::ReceiveTime);
    assert_eq!(ends.1, moved(&ends.0, -2 * HOUR));
    let zoned = b"2026-11-18T10:24:14+01:00 lb01 haproxy[7]: Server be/s1 is UP.\n2026-11-18T10:24:15+01:00 lb01 haproxy[7]: 10.0.0.1:57356 [18/Nov/2026:10:24:15.177] a b/s1 1/0/3 5 -- 1/1/0/0/0 0/0\n";
    for text in [AVI, ACCESS, zoned] {
        let (before, after) = both(text, east.clone(), Field::StartTime);
        assert_eq!(after, before, "{}", String::from_utf8_lossy(&text[..40]));
    }
}

#[test]
fn what_the_stamps_lack_is_told() {
    let stamps = |text: &[u8], settings: Settings| {
        let engine = Engine::open(2, &[("a.log", text)]);
        engine.reread(0, settings);
        let stamps = engine.progress().sources[0].stamps;
        (stamps.zone, stamps.year)
    };
    let none = Settings::default();
    let set = Settings { zone: Some(-3600), year: Some(2019), ..none.clone() };
    let event = b"Nov 18 10:24:14 lb01 haproxy[7]: Server be/s1 is UP.\n";
    assert_eq!(stamps(AVI, none.clone()), (None, None));
    assert_eq!(stamps(AVI, set.clone()), (None, None));
    assert_eq!(stamps(CSV, none.clone()), (Some((0, Origin::Assumed)), None));
    assert_eq!(stamps(event, none.clone()), (Some((0, Origin::Assumed)), Some((2026, Origin::Assumed))));
    assert_eq!(stamps(event, set), (Some((-3600, Origin::Set)), Some((2019, Origin::Set))));
    let dated = [&event[..], &TCP[..1000]].concat();
    assert_eq!(stamps(&dated, none.clone()), (Some((0, Origin::Assumed)), Some((2026, Origin::Told))));
    assert_eq!(stamps(NAVAJO, none).0.map(|(_, origin)| origin), Some(Origin::Told));
}

#[test]
fn a_year_is_that_of_the_first_stamp_without_one() {
    let event = |stamp: &str| format!("{stamp} lb01 haproxy[7]: Server be/s1 is UP.\n");
    let days = |stamps: &[&str], year: i32| {
        let text: String = stamps.iter().map(|stamp| event(stamp)).collect();
        let settings = Settings { year: Some(year), ..Settings::default() };
        let day = |time: Option<i64>| {
            let time = chrono::DateTime::from_timestamp_micros(time.unwrap()).unwrap();
            time.format("%Y-%m-%d").to_string()
        };
        both(text.as_bytes(), settings, Field::StartTime).1.into_iter().map(day).collect::<Vec<_>>()
    };
    assert_eq!(days(&["Dec 31 23:59:59", "Jan  1 00:00:01"], 2019), ["2019-12-31", "2020-01-01"]);
    assert_eq!(
        days(&["Jan  3 10:00:00", "Jan  2 10:00:00", "Dec 31 10:00:00"], 2019),
        ["2019-01-03", "2019-01-02", "2019-12-31"]
    );
    assert_eq!(days(&["Feb 29 10:00:00", "Mar  1 10:00:00"], 2024), ["2024-02-29", "2024-03-01"]);
    assert_eq!(days(&["Feb 28 10:00:00", "Mar  1 10:00:00"], 2023), ["2023-02-28", "2023-03-01"]);
    // Behind the lines that are looked at.
    let late = [ACCESS.repeat(5), event("Nov 18 10:00:00").into_bytes()].concat();
    let (_, after) = both(&late, Settings { year: Some(2019), ..Settings::default() }, Field::StartTime);
    assert_eq!(after.last().unwrap().map(|time| time / 1_000_000), Some(1_574_071_200));
    let (before, after) = both(ACCESS, Settings { year: Some(2001), ..Settings::default() }, Field::StartTime);
    assert_eq!(before, after, "a date with a year keeps it");
}

#[test]
fn an_offset_moves_every_time() {
    let slow = Settings { offset: -1_500_000, ..Settings::default() };
    // What is not understood takes the time before it, moved once.
    let damaged = [b"?\n", &TCP[..3000], b"\n?\n\n", &HTTP[..3000]].concat();
    for text in [TCP, HTTP, AVI, PALOALTO, NAVAJO, CSV, &damaged] {
        let seen = TIMES.map(|field| {
            let (before, after) = both(text, slow.clone(), field);
            assert_eq!(after, moved(&before, -1_500_000), "{field:?}");
            before.iter().any(Option::is_some)
        });
        assert!(seen[0]);
    }
    // Durations are what they were, and so is the table's order.
    let engine = Engine::open(2, &[("a.log", TCP)]);
    let (before, source) = (column(&engine, Field::TotalTime), engine.progress().sources.remove(0));
    engine.reread(0, slow);
    assert_eq!(column(&engine, Field::TotalTime), before);
    let times = source.times.map(|(from, to)| (from - 1_500_000, to - 1_500_000));
    assert_eq!(engine.progress().sources[0].times, times);
}
