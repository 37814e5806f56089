//! Golden files of web servers.

use crate::golden;
use hopscope::formats::{Context, FORMATS, parse_entry};
use hopscope::record::Row;
use hopscope::significance::{Limits, RowFacts, Verdict, explain, judge};
use std::{env, fmt::Write, fs, path::Path};

#[test]
fn web_lines_become_what_the_golden_files_say() {
    golden::check("web");
}

/// Significance, explanation and extras of the good golden lines, to be read by people: those that say something.
#[test]
fn web_lines_are_explained_as_the_golden_file_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/web");
    let (mut row, mut context, mut verdict, mut text) =
        (Row::new(), Context::new(2026), Verdict::default(), String::new());
    for name in ["access.log", "tails.log", "error.log"] {
        let lines = fs::read(folder.join(name)).unwrap();
        for (nth, line) in lines.split(|byte| *byte == b'\n').enumerate() {
            let Ok(format) = parse_entry(line, &mut None, &mut context, &mut row) else { continue };
            let facts = RowFacts { row: &row, entry: line };
            judge(&facts, &Limits::default(), &mut verdict);
            let (explanation, extras) = (explain(&facts), FORMATS[format].extras(line));
            if !verdict.significant && extras.is_empty() {
                continue;
            }
            writeln!(text, "── {name} line {}", nth + 1).unwrap();
            writeln!(text, "{:?} {}", verdict.mark, verdict.reasons.join(" ; ")).unwrap();
            writeln!(text, "[{}] {}\n{}", explanation.badge, explanation.title, explanation.paragraph).unwrap();
            explanation.next.iter().for_each(|next| writeln!(text, "→ {next}").unwrap());
            extras.iter().for_each(|(name, value)| writeln!(text, "+ {name}={value}").unwrap());
        }
    }
    let path = folder.join("explained.expected");
    golden::accept(&path, &text);
}
