//! HAProxy lines of our own, good and damaged, and what they become: fields, significance, plain words.

use crate::golden;
use hopscope::formats::{Context, parse_entry};
use hopscope::record::Row;
use hopscope::significance::{Limits, RowFacts, Verdict, explain, judge};
use std::{env, fmt::Write, fs, path::Path};

#[test]
fn haproxy_lines_become_what_the_golden_files_say() {
    golden::check("haproxy");
}

/// Every explanation of the good golden lines, to be read by people: `tests/golden/haproxy/explained.txt`.
#[test]
fn haproxy_lines_are_explained_as_the_golden_file_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/haproxy");
    let (mut row, mut context, mut verdict, mut text) =
        (Row::new(), Context::new(2026), Verdict::default(), String::new());
    for name in ["tcp.log", "http.log", "events.log"] {
        let lines = fs::read(folder.join(name)).unwrap();
        for (nth, line) in lines.split(|byte| *byte == b'\n').enumerate() {
            if parse_entry(line, &mut None, &mut context, &mut row).is_err() {
                continue;
            }
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
    let path = folder.join("explained.txt");
    golden::accept(&path, &text);
}
