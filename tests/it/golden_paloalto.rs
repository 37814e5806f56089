//! Palo Alto lines of our own, good and damaged, and what they become: fields, significance, plain words.

use crate::golden;
use hopscope::formats::{Context, FORMATS, parse_entry};
use hopscope::record::{Field, Row};
use hopscope::significance::{Limits, RowFacts, Verdict, explain, judge};
use std::{env, fmt::Write, fs, path::Path};

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
    golden::accept(&path, &text);
}

/// Exports of the web interface: every record by the header line of its file, with what has no field.
#[test]
fn exports_become_what_the_golden_files_say() {
    golden::check_exports("paloalto-csv", &["traffic", "subset", "threat"]);
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
