//! Avi entries of our own in every shape they are exported in, good and damaged, and what they become.

use crate::golden;
use hopscope::formats::{Context, Format, avi, told_by};
use hopscope::record::{Field, Row};
use hopscope::significance::{RowFacts, explain};
use proptest::prelude::*;
use std::{env, fs, path::PathBuf, rc::Rc};

fn read(name: &str) -> Vec<u8> {
    fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/avi").join(name)).expect("a golden file")
}

#[test]
fn avi_entries_become_what_the_golden_files_say() {
    golden::check("avi");
}

#[test]
fn the_shape_of_the_file_makes_no_difference() {
    let lines = golden::render_lines(&read("lines.log"), 2026).replace("── line", "── entry");
    for shape in ["array.json", "answer.json"] {
        assert_eq!(golden::render_document(&read(shape), 2026), lines, "{shape}");
    }
    for (nth, entry) in golden::document_entries(&read("answer.json")).into_iter().enumerate() {
        let line = read("lines.log");
        let line = line.split(|byte| *byte == b'\n').nth(nth).unwrap();
        assert_eq!(avi::Avi.extras(entry), avi::Avi.extras(line));
    }
}

#[test]
fn what_has_no_field_is_shown_all_the_same() {
    let lines = read("lines.log");
    let extras: Vec<_> = lines.split(|byte| *byte == b'\n').map(|line| avi::Avi.extras(line)).collect();
    let pair = |key: &str, value: &str| (key.to_string(), value.to_string());
    assert!(extras[0].contains(&pair("request_headers", "32835")));
    assert!(extras[0].contains(&pair("oauth_log", r#"{"state":"none","is_session_cookie_expired":false}"#)));
    assert!(extras[1].contains(&pair("new_key", "kept")));
    assert!(extras[1].iter().all(|(key, _)| key != "client_ip"));
}

proptest! {
    #[test]
    fn no_bytes_make_the_parser_panic(
        at in 0usize..6000, bytes in proptest::collection::vec(any::<u8>(), 0..6), cut in 0usize..6000,
    ) {
        let mut entry = read("lines.log");
        let at = at.min(entry.len());
        entry.splice(at..(at + bytes.len()).min(entry.len()), bytes);
        entry.truncate(cut);
        for entry in entry.split(|byte| *byte == b'\n') {
            let mut row = Row::new();
            avi::Avi.claims(entry);
            avi::Avi.extras(entry);
            if avi::Avi.parse(entry, &mut Context::new(2026), &mut row).is_ok() {
                golden::render(&row, entry);
            }
        }
    }

    #[test]
    fn nor_does_anything_like_json(text in r#"([\[\]{},:"\\ \n0-9]|"(adf|results|uri_path|icap_log|waf_log|significance)":|true|"x"){0,60}"#) {
        let mut row = Row::new();
        avi::Avi.extras(text.as_bytes());
        let _ = avi::Avi.parse(text.as_bytes(), &mut Context::new(2026), &mut row);
    }
}

#[test]
fn the_sample_logs_are_read_whole() {
    let sample = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("public/samples/avi-l7.jsonl");
    let lines = fs::read(sample).expect("the sample");
    let mut row = Row::new();
    for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        row.clear();
        assert!(avi::Avi.claims(line));
        avi::Avi.parse(line, &mut Context::new(2026), &mut row).expect("an entry");
        assert_eq!(row.get_text(Field::Format, line), Some(&b"avi-l7"[..]));
        let explanation = explain(&RowFacts { row: &row, entry: line });
        assert!(!explanation.title.is_empty() && !explanation.badge.is_empty());
    }
}

/// CSV exports: every record by the header line of its file, with what has no field.
#[test]
fn exports_become_what_the_golden_files_say() {
    golden::check_exports("avi-csv", &["application", "dns", "damaged"]);
}

proptest! {
    #[test]
    fn no_bytes_make_the_table_panic(
        at in 0usize..3000, bytes in proptest::collection::vec(any::<u8>(), 0..6), cut in 0usize..4000,
    ) {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/avi-csv");
        let mut text = fs::read(folder.join("application.csv")).unwrap();
        let header = golden::records(&text)[0].to_vec();
        let told = Rc::new(told_by(&header).expect("a header line"));
        let at = at.min(text.len());
        text.splice(at..(at + bytes.len()).min(text.len()), bytes);
        text.truncate(cut);
        let mut context = Context { told: Some(told.clone()), ..Context::new(2026) };
        for record in golden::records(&text) {
            let mut row = Row::new();
            told_by(record);
            avi::Avi.extras_told(record, &told);
            if avi::Avi.parse(record, &mut context, &mut row).is_ok() {
                golden::render(&row, record);
                explain(&RowFacts { row: &row, entry: record });
            }
        }
    }
}
