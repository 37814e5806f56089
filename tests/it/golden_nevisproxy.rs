//! nevisProxy lines of our own, good and damaged, and what they become: fields, significance, plain words.

use crate::engine_in_memory::{Engine, view};
use crate::golden;
use hopscope::formats::{Context, FORMATS, Format, NEVISPROXY, nevisproxy::NevisProxy, parse_entry};
use hopscope::record::{Field, Row};
use hopscope::significance::{Limits, RowFacts, Verdict, explain, judge};
use std::{env, fmt::Write, fs, path::Path, path::PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/nevisproxy")
}

fn lines(name: &str) -> Vec<Vec<u8>> {
    let bytes = fs::read(folder().join(name)).expect(name);
    bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()
}

#[test]
fn nevisproxy_lines_become_what_the_golden_files_say() {
    golden::check("nevisproxy");
}

#[test]
fn nevisproxy_lines_are_explained_as_the_golden_file_says() {
    let (mut row, mut context, mut verdict, mut text) =
        (Row::new(), Context::new(2026), Verdict::default(), String::new());
    for name in ["trace.log", "access.log"] {
        for (nth, line) in lines(name).iter().enumerate() {
            parse_entry(line, &mut None, &mut context, &mut row).expect("a good line");
            let facts = RowFacts { row: &row, entry: line };
            judge(&facts, &Limits::default(), &mut verdict);
            let explanation = explain(&facts);
            writeln!(text, "── {name} line {}", nth + 1).unwrap();
            writeln!(text, "{:?} {}", verdict.mark, verdict.reasons.join(" ; ")).unwrap();
            writeln!(text, "[{}] {}\n{}", explanation.badge, explanation.title, explanation.paragraph).unwrap();
            for letter in explanation.letters {
                writeln!(text, "  {} {}", letter.code, letter.meaning).unwrap();
            }
            explanation.next.iter().for_each(|next| writeln!(text, "→ {next}").unwrap());
        }
    }
    let path = folder().join("explained.expected");
    golden::accept(&path, &text);
}

#[test]
fn the_format_of_several_lines_is_where_it_is_said_to_be() {
    assert_eq!(FORMATS[NEVISPROXY].id(), "nevisproxy");
}

#[test]
fn no_other_format_claims_a_line_of_nevisproxy_and_it_claims_none_of_theirs() {
    for line in lines("trace.log").iter().chain(&lines("access.log")) {
        let claimed: Vec<_> = FORMATS.iter().filter(|format| format.claims(line)).map(|format| format.id()).collect();
        assert_eq!(claimed, ["nevisproxy"], "{}", String::from_utf8_lossy(line));
    }
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for folder in fs::read_dir(golden).unwrap().map(|entry| entry.unwrap().path()) {
        if folder.ends_with("nevisproxy") {
            continue;
        }
        for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let bytes = fs::read(&file).unwrap();
            let wrong = bytes.split(|byte| *byte == b'\n').find(|line| NevisProxy.claims(line));
            assert!(wrong.is_none(), "{}: {wrong:?}", file.display());
        }
    }
}

#[test]
fn an_access_line_is_the_same_whatever_stood_before_it() {
    let plain = br#"192.0.2.29 - - [18/Nov/2026:09:02:29 +0100] "GET /a HTTP/1.1" 200 3547 "-" "curl/8.14""#;
    let (mut row, mut last, mut context) = (Row::new(), None, Context::new(2026));
    let ids = &lines("access.log")[0];
    for _ in 0..2 {
        for (line, layout) in [(&plain[..], &b"web-combined"[..]), (ids, b"nevisproxy-access")] {
            parse_entry(line, &mut last, &mut context, &mut row).expect("a good line");
            assert_eq!(row.get_text(Field::Format, line), Some(layout));
        }
    }
}

#[test]
fn the_sample_tells_its_story() {
    let sample = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("public/samples/navajo.log")).unwrap();
    let engine = Engine::open(2, &[("navajo.log", &sample)]);
    let count = |query: &str| engine.summary(&view(query)).total;
    let lines = |what: &[u8]| memchr::memmem::find_iter(&sample, what).count() as u64;
    assert_eq!(count("type=unparsed"), 0);
    assert_eq!(count("type=request"), lines(b" NProxyOp "));
    assert_eq!(count("type=request status=502"), lines(b" sCF=502 "));
    assert_eq!(count("trace_group=OpenSSLHan severity=error \"Not After\""), lines(b"Not After"));
    assert!(count("significance=\"Access denied: user lacks the required role\"") > 0);
    assert!(count("op=\"filter entered\" filter=Authentication") > 0);
    let summary = engine.summary(&view(""));
    assert_eq!(summary.without_time, 0);
    let hour = |at: i64| at / 3_600_000_000;
    assert!(summary.extent.is_some_and(|(from, to)| hour(from) == hour(to)), "one hour in UTC");
}

#[test]
fn a_transaction_counts_once_where_there_are_summaries() {
    let mut row = Row::new();
    // Three summaries; two answers of NavajoOp, of which one has a summary as well.
    for (summaries, expected) in [(false, 5), (true, 3)] {
        let mut context = Context { summaries, ..Context::new(2026) };
        let mut requests = 0;
        for line in lines("trace.log") {
            parse_entry(&line, &mut None, &mut context, &mut row).expect("a good line");
            requests += usize::from(row.get_text(Field::LogType, &line) == Some(b"request"));
        }
        assert_eq!(requests, expected);
    }
}
