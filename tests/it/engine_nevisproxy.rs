//! What the engine does for nevisProxy beyond a line: messages of several lines, the zone of a source, and requests that
//! count once. None of it may depend on pieces and shards.

use crate::engine_in_memory::{Engine, view};
use hopscope::engine::Sizes;
use hopscope::formats::nevisproxy::REACH;
use hopscope::protocol::{CellValue, RowMark, Rows, Summary};
use hopscope::record::Field;
use std::io::Write;

const TRACE: &[u8] = include_bytes!("../golden/nevisproxy/trace.log");

const HEADER: &str = "2026 11 18 09:14:02.118 isi3web OpenSSLHan 02314.139697183344384 7-DBG_LO: peer certificate:\n";

/// Messages of several lines among lines of all kinds.
fn mixed() -> String {
    let dump = "Certificate:\n    Data:\r\n\n        Version: 3 (0x2)\n0000 - 16 03 01\n";
    let haproxy = "127.0.0.1:57356 [21/Nov/2026:02:01:30.177] a b/s1 1/0/3 5 -- 1/1/0/0/0 0/0\n";
    [
        "no entry before it\n",
        HEADER,
        dump,
        HEADER,
        HEADER,
        "\n\n",
        dump,
        haproxy,
        "not of the line before\n",
        HEADER,
        "2026-11-18 09:14:02 another log\n",
        "nor this\n",
        HEADER,
        "the end",
    ]
    .concat()
}

fn rows(engine: &Engine) -> Rows {
    let columns = [Field::StartTime, Field::Line, Field::Format, Field::Message, Field::LogType];
    let mut rows = engine.rows(&view(""), 0, 20_000, &columns, false);
    rows.rows.iter_mut().for_each(|row| row.id = hopscope::protocol::RowId { shard: 0, row: 0 });
    rows
}

fn answers(engine: &Engine) -> (Summary, Rows) {
    let mut summary = engine.summary(&view(""));
    summary.generation = 0;
    (summary, rows(engine))
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn lines_of_a_message_belong_to_its_entry() {
    let text = mixed();
    let engine = Engine::open(1, &[("navajo.log", text.as_bytes())]);
    let summary = engine.summary(&view(""));
    // Five messages and HAProxy's line; unparsed are those with no such entry before them.
    assert_eq!((summary.total, summary.unparsed.count), (10, 4));
    let lines = rows(&engine).rows.into_iter().map(|row| row.cells[1].clone());
    let mut lines: Vec<_> =
        lines.map(|line| line.map_or(0, |line| if let CellValue::Int(n) = line { n } else { 0 })).collect();
    lines.sort_unstable();
    assert_eq!(lines, [1, 2, 8, 9, 17, 18, 19, 20, 21, 22]);
    let all = engine.rows(&view("trace_group=OpenSSLHan"), 0, 9, &[], false);
    let raw = engine.detail(all.rows[0].id).raw;
    assert_eq!(raw.lines().count(), 6, "{raw}");
    let extras = engine.detail(all.rows[0].id).extras;
    assert!(extras.iter().any(|(name, text)| name == "further lines" && text.ends_with("0000 - 16 03 01")));
    assert_eq!(engine.summary(&view("\"Version: 3\"")).total, 2, "free text is found in all lines");
}

#[test]
fn any_pieces_and_shards_cut_messages_alike() {
    let text = mixed();
    let expected = answers(&Engine::open(1, &[("navajo.log", text.as_bytes())]));
    for piece in (1..text.len() as u64 + 2).step_by(3) {
        let sizes = Sizes { first: piece.min(7), piece, block: piece };
        let engine = Engine::new(1 + piece as usize % 3, sizes);
        engine.add("navajo.log", text.as_bytes());
        assert_eq!(engine.progress().sources[0].text, text.len() as u64);
        assert_eq!(answers(&engine), expected, "pieces of {piece} bytes");
        let packed = Engine::new(2, sizes);
        packed.add("navajo.log", &gzip(text.as_bytes()));
        assert_eq!(rows(&packed), expected.1, "gzip, blocks of {piece} bytes");
    }
}

#[test]
fn a_message_that_never_ends_is_cut_alike() {
    const LINE: &str = "0010 16 03 01 02 00\n";
    let lines = REACH / LINE.len() + 50;
    let text = format!("one\n{HEADER}{}{HEADER}{}\nend", LINE.repeat(lines), "x".repeat(REACH + 9));
    let expected = answers(&Engine::open(1, &[("navajo.log", text.as_bytes())]));
    // The first line, two messages, what is out of their reach: some lines of the first, and the line after the second.
    let within = (REACH - HEADER.len()).div_ceil(LINE.len());
    assert_eq!(expected.0.total, (4 + lines - within) as u64);
    for (piece, shards) in [(5_000, 3), (20_000, 2), (REACH as u64, 2), (70_000, 1)] {
        let sizes = Sizes { first: piece / 2, piece, block: piece };
        let engine = Engine::new(shards, sizes);
        engine.add("navajo.log", text.as_bytes());
        assert_eq!(answers(&engine), expected, "pieces of {piece} bytes");
        let packed = Engine::new(shards, sizes);
        packed.add("navajo.log", &gzip(text.as_bytes()));
        assert_eq!(rows(&packed), expected.1, "gzip, blocks of {piece} bytes");
    }
}

#[test]
fn the_ids_of_the_first_lines_tell_the_zone_and_what_is_a_request() {
    for sizes in [Sizes::default(), Sizes { first: 100, piece: 900, block: 900 }] {
        let engine = Engine::new(2, sizes);
        engine.add("navajo.log", TRACE);
        let summary = engine.summary(&view(""));
        assert_eq!((summary.total, summary.unparsed.count), (33, 0));
        assert_eq!(engine.summary(&view("type=request")).total, 3);
        let time = |query: &str| engine.rows(&view(query), 0, 1, &[], false).rows[0].time.unwrap();
        // 09:16:05.600 on a thread without an id, 09:16:00.001 with an id that holds no time: both one hour east of UTC.
        assert_eq!(time("message~=pollTerminated"), 1_794_989_765_600_000);
        assert_eq!(time("event=AS08"), 1_794_989_759_999_000);
        // The access log has its own zone.
        engine.add("access.log", include_bytes!("../golden/nevisproxy/access.log"));
        assert_eq!(engine.summary(&view("type=access")).total, 3);
    }
}

#[test]
fn a_request_counts_once_and_its_steps_do_not() {
    for (shards, sizes) in [(1, Sizes::default()), (3, Sizes { first: 300, piece: 900, block: 900 })] {
        let engine = Engine::new(shards, sizes);
        engine.add("navajo.log", TRACE);
        let (all, requests) = (engine.summary(&view("")), engine.summary(&view("type=request")));
        assert_eq!((all.total, requests.total), (33, 3));
        assert_eq!((all.requests, requests.requests), (Some(3), None));
        let tile = |summary: &Summary, field: Field| summary.tiles.iter().find(|t| t.field == field as u16).cloned();
        let durations = [Field::TotalTime, Field::ResponseLength];
        let about_requests = [Field::ResponseCode, Field::ServerName, Field::Servlet, Field::ClientIp, Field::Method];
        for field in durations.iter().chain(&about_requests) {
            let mut of_all = tile(&all, *field).unwrap();
            // Shares are of requests, too.
            let base = if about_requests.contains(field) { 3 } else { 33 };
            assert_eq!(std::mem::replace(&mut of_all.base, 3), base, "{field:?}");
            assert_eq!(Some(&of_all), tile(&requests, *field).as_ref(), "{field:?}");
            if !durations.contains(field) {
                let values = engine.values(&view(""), *field);
                assert_eq!((values.values, values.total), (of_all.top, 3), "{field:?}");
            }
        }
        assert_eq!(all.end_to_end, requests.end_to_end);
        assert_eq!(all.end_to_end.total.count, 3);
        // What each line has of its own is counted over all of them, and so are headers, which no summary has.
        assert_eq!(tile(&all, Field::LogType).unwrap().logs, 33);
        assert_eq!(tile(&all, Field::TraceGroup).unwrap().logs, 33);
        assert_eq!(tile(&all, Field::ResponseContentType).unwrap().logs, 1);
    }
}

/// What a tile counts is what a click on it finds, and what is left out is counted.
#[test]
fn a_search_for_what_requests_say_finds_each_once() {
    const SAMPLE: &[u8] = include_bytes!("../../public/samples/navajo.log");
    // By the text alone: summaries, and the lines that repeat them.
    let text = std::str::from_utf8(SAMPLE).unwrap();
    let lines = |with: &str| text.lines().filter(|line| line.contains(with)).count() as u64;
    let (failed, repeated) = (lines(" sCF=502 "), lines(" sC='502' "));
    assert!(failed > 10 && repeated > 10);
    for (shards, sizes) in [(1, Sizes::default()), (3, Sizes { first: 300, piece: 900, block: 900 })] {
        let engine = Engine::new(shards, sizes);
        engine.add("navajo.log", SAMPLE);
        let all = engine.summary(&view(""));
        assert_eq!(all.requests, Some(lines(" NProxyOp ")));
        let found = engine.summary(&view("status=502"));
        assert_eq!((found.total, found.left_out, found.counts.significant), (failed, repeated, failed));
        let both = engine.summary(&view("status=502 exists(type)"));
        assert_eq!((both.total, both.left_out, both.counts.significant), (failed + repeated, 0, failed));
        // Whoever takes the failed ones out still sees messages and the other lines.
        let without = engine.summary(&view("status!=502"));
        assert_eq!((without.total, without.left_out), (all.total - failed - repeated, 0));
        // Not significant, and not as if all was well.
        let steps = engine.rows(&view("status=502 type=trace"), 0, 99, &[], false);
        assert_eq!(steps.rows.len() as u64, repeated);
        assert!(steps.rows.iter().all(|row| row.mark == RowMark::Error));
        for field in [Field::ResponseCode, Field::ServerName, Field::ClientIp, Field::Servlet, Field::UriPath] {
            for top in &all.tiles.iter().find(|tile| tile.field == field as u16).unwrap().top {
                let value = match &top.value {
                    CellValue::Int(number) => number.to_string(),
                    CellValue::Text(text) => format!("\"{text}\""),
                };
                let found = engine.summary(&view(&format!("{}={value}", field.name())));
                assert_eq!((found.total, found.counts.significant), (top.count, top.significant), "{field:?} {value}");
            }
        }
    }
}
