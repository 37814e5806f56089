//! Palo Alto lines of our own, good and damaged, and what they become: fields, significance, plain words.

use crate::golden;
use hopscope::formats::{Context, FORMATS, parse_entry, told_by};
use hopscope::record::{Field, Row};
use hopscope::significance::{Limits, RowFacts, Verdict, explain, judge};
use hopscope::text::records::Records;
use std::{env, fmt::Write, fs, path::Path, rc::Rc};

#[test]
fn paloalto_lines_become_what_the_golden_files_say() {
    golden::check("paloalto");
}

/// Significance, explanation and extras of the good golden lines, to be read by people.
#[test]
fn paloalto_lines_are_explained_as_the_golden_file_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/paloalto");
    let (mut row, mut context, mut verdict, mut text) =
        (Row::new(), Context::new(2026), Verdict::default(), String::new());
    for name in ["traffic.log", "types.log"] {
        let lines = fs::read(folder.join(name)).unwrap();
        for (nth, line) in lines.split(|byte| *byte == b'\n').enumerate() {
            let Ok(format) = parse_entry(line, &mut None, &mut context, &mut row) else { continue };
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
            let extras = FORMATS[format].extras(line);
            writeln!(
                text,
                "+ {}",
                extras.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ; ")
            )
            .unwrap();
        }
    }
    let path = folder.join("explained.txt");
    if env::var_os("HOPSCOPE_BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    let differs = text.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
    assert!(text == expected, "{differs:?} (HOPSCOPE_BLESS=1 to accept)");
}

/// The records of an export, without their ends.
fn records(text: &[u8]) -> Vec<&[u8]> {
    let (mut ends, mut start) = (Vec::new(), 0);
    Records::default().push(text, 0, true, &mut ends);
    ends.iter().map(|end| text[std::mem::replace(&mut start, *end as usize)..*end as usize].trim_ascii_end()).collect()
}

/// Exports of the web interface: every record by the header line of its file, with what has no field.
#[test]
fn exports_become_what_the_golden_files_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/paloalto-csv");
    for name in ["traffic", "subset", "threat"] {
        let bytes = fs::read(folder.join(name).with_extension("csv")).expect(name);
        let records = records(&bytes);
        let told = Rc::new(told_by(records[0]).expect("a header line"));
        let mut context = Context { told: Some(told.clone()), ..Context::new(2026) };
        let (mut row, mut text) = (Row::new(), String::new());
        for (nth, record) in records.iter().enumerate() {
            writeln!(text, "── record {}", nth + 1).unwrap();
            match parse_entry(record, &mut None, &mut context, &mut row) {
                Ok(format) => {
                    text.push_str(&golden::render(&row, record));
                    for (name, value) in FORMATS[format].extras_told(record, &told) {
                        writeln!(text, "+ {name}={value}").unwrap();
                    }
                }
                Err(reject) => writeln!(text, "reject={} at column {}", reject.reason.id(), reject.column + 1).unwrap(),
            }
        }
        let path = folder.join(name).with_extension("expected");
        if env::var_os("HOPSCOPE_BLESS").is_some() {
            fs::write(&path, &text).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        let differs = text.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
        assert!(text == expected, "{name}: {differs:?} (HOPSCOPE_BLESS=1 to accept)");
    }
}

/// The sample's incident: a change of the rules, and payments that are dropped until it is undone.
#[test]
fn the_sample_tells_its_incident() {
    let sample = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("public/samples/paloalto-traffic.log")).unwrap();
    let mut context = Context::new(2026);
    let (mut row, mut last, mut payments, mut commits) = (Row::new(), None, Vec::new(), Vec::new());
    for line in sample.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        parse_entry(line, &mut last, &mut context, &mut row).expect("a line of the sample");
        let time = row.get_int(Field::TimeGenerated).unwrap();
        match row.get_int(Field::ServerPort) {
            None => commits.push(time),
            Some(8443) if row.get_text(Field::SrcZone, line) == Some(b"dmz") => {
                payments.push((time, row.get_text(Field::FinalAction, line) == Some(b"Blocked")));
            }
            _ => {}
        }
    }
    let [begin, _, end] = commits[..] else { panic!("{commits:?}") };
    assert!(payments.len() > 20, "{payments:?}");
    assert!(payments.iter().filter(|(_, blocked)| *blocked).count() > 10);
    assert!(payments.iter().all(|(time, blocked)| !*blocked || (begin..=end).contains(time)));
}
