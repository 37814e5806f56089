//! What holds for any bytes given to the parsers of web servers: they never panic, spans lie inside the entry, and a
//! number comes out as it went in.

use crate::damage;
use hopscope::formats::{Context, FORMATS, parse_entry};
use hopscope::record::{Field, Kind, Row, Value};
use hopscope::significance::{Limits, RowFacts, Verdict, explain, judge};
use proptest::prelude::*;
use std::sync::LazyLock;

/// The golden lines, as a starting point for damage.
static LINES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/web");
    let logs = ["access", "access-damaged", "tails", "error", "error-damaged", "wrapped"];
    let read = |name| std::fs::read(folder.join(name).with_extension("log")).expect(name);
    logs.into_iter()
        .flat_map(|name| read(name).split(|b| *b == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>())
        .collect()
});

/// Parses with and without trust in the format, then judges and explains; checks what must hold.
fn check(entry: &[u8]) {
    let web = FORMATS.iter().position(|format| format.id() == "web").expect("web servers are known");
    let (mut row, mut context) = (Row::new(), Context::new(2026));
    for mut last in [None, Some(web)] {
        match parse_entry(entry, &mut last, &mut context, &mut row) {
            Err(reject) => assert!(reject.column as usize <= entry.len()),
            Ok(format) => {
                assert!(row.get(Field::LogType, entry).is_some() && row.get(Field::Format, entry).is_some());
                for cell in row.cells() {
                    assert!((cell.span.start + cell.span.len) as usize <= entry.len(), "{:?}", cell.field);
                    if let Value::Int(value) = row.value(cell, entry) {
                        assert!(cell.field.kind() != Kind::Duration || value >= 0, "{:?} is {value}", cell.field);
                        assert!(cell.field.kind() != Kind::Bytes || value >= 0, "{:?} is {value}", cell.field);
                    }
                }
                let facts = RowFacts { row: &row, entry };
                let mut verdict = Verdict::default();
                judge(&facts, &Limits::default(), &mut verdict);
                assert_eq!(verdict.significant, !verdict.reasons.is_empty());
                explain(&facts);
                FORMATS[format].extras(entry);
            }
        }
    }
}

fn damaged() -> impl Strategy<Value = Vec<u8>> {
    damage::damaged(&LINES, b" /[]\"-:,=\\.")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3000) })]

    #[test]
    fn damaged_lines_are_read_or_refused(entry in damaged()) {
        check(&entry);
    }

    #[test]
    fn every_number_comes_out_as_it_went_in(
        code in 100i64..600, body in 0i64..1 << 40, took in 0i64..1 << 40, user in "[a-z ]{1,12}[a-z]"
    ) {
        let line = format!(
            "2001:db8::1 - {user} [18/Nov/2026:10:22:00 +0000] \"GET /a?b HTTP/1.1\" {code} {body} \"-\" \"x y\" {took}"
        );
        let mut row = Row::new();
        let mut context = Context { micros: true, ..Context::new(2026) };
        parse_entry(line.as_bytes(), &mut None, &mut context, &mut row).expect("a whole line");
        let numbers = [Field::ResponseCode, Field::ResponseLength, Field::TotalTime].map(|field| row.get_int(field));
        prop_assert_eq!(numbers, [Some(code), Some(body), Some(took)]);
        prop_assert_eq!(row.get_text(Field::UserId, line.as_bytes()), Some(user.trim().as_bytes()));
        prop_assert_eq!(row.get_text(Field::ClientIp, line.as_bytes()), Some(&b"2001:db8::1"[..]));
    }
}

/// Whatever was read before, and wherever it is cut, as long as HAProxy's two empty quotes are there.
#[test]
fn a_clf_line_of_haproxy_is_never_taken_for_a_web_servers() {
    let lines = include_str!("../golden/haproxy/clf.log").lines().filter(|line| line.contains(" \"\" \"\" "));
    let web = hopscope::formats::FORMATS.iter().position(|format| format.id() == "web");
    let mut tried = 0;
    for line in lines {
        let quotes = line.find(" \"\" \"\" ").unwrap() + 7;
        for end in quotes..=line.len() {
            let entry = &line.as_bytes()[..end];
            let read = |mut last: Option<usize>| {
                let mut row = Row::new();
                parse_entry(entry, &mut last, &mut Context::new(2026), &mut row).expect(line);
                row.get_text(Field::Format, entry).map(<[u8]>::to_vec)
            };
            assert_eq!(read(web), Some(b"haproxy-clf".to_vec()), "{}", &line[..end]);
            assert_eq!(read(None), read(web));
            tried += 1;
        }
    }
    assert!(tried > 300, "{tried}");
    // Who writes empty quotes without HAProxy's fields is a web server.
    for tail in ["", " 0.005", " 12 34 56", " \"203.0.113.9\""] {
        let entry = format!("198.51.100.7 - - [18/Nov/2026:10:22:00 +0100] \"GET / HTTP/1.1\" 200 5 \"\" \"\"{tail}");
        let mut row = Row::new();
        let read = parse_entry(entry.as_bytes(), &mut None, &mut Context::new(2026), &mut row);
        assert_eq!(read.ok(), web, "{entry}");
    }
}

#[test]
fn every_cut_of_every_line_is_read_or_refused() {
    for line in LINES.iter() {
        (0..=line.len()).for_each(|end| check(&line[..end]));
    }
}

#[test]
fn sizes_near_the_end_of_the_numbers_are_read_or_refused() {
    check(b"192.0.2.7 - - [18/Nov/2026:11:22:00 +0100] \"GET / HTTP/1.1\" 200 9223372036854775807 \"\" \"\" 1 9223372036854775807 2");
}
