//! Golden files: `tests/golden/<format>/<name>.log` holds lines or `<name>.json` a document, `<name>.expected` beside it
//! (`<name>.json.expected`) what its entries become, one `field=value` a line. `HOPSCOPE_BLESS=1 cargo test` writes the expected files anew; the difference is then read in git.

use hopscope::formats::{Context, FORMATS, parse_entry, told_by};
use hopscope::record::{Kind, Row, Value};
use hopscope::text::document::{DocumentSplitter, Framing, sniff_framing};
use hopscope::text::records::Records;
use std::{env, fmt::Write, fs, path::Path, rc::Rc};

/// The fields of a row, one `field=value` a line, in the order of the table of fields.
pub fn render(row: &Row, entry: &[u8]) -> String {
    let mut text = String::new();
    for field in hopscope::record::Field::ALL.iter().copied() {
        let Some(value) = row.get(field, entry) else { continue };
        write!(text, "{}=", field.name()).unwrap();
        match (field.kind(), value) {
            (Kind::Time, Value::Int(micros)) => {
                let time = chrono::DateTime::from_timestamp_micros(micros).expect("a time of this era");
                writeln!(text, "{}", time.format("%Y-%m-%d %H:%M:%S%.6f"))
            }
            (Kind::Duration, Value::Int(micros)) => writeln!(text, "{} ms", micros as f64 / 1000.0),
            (_, Value::Int(number)) => writeln!(text, "{number}"),
            (Kind::List, Value::Text(list)) => {
                writeln!(text, "{}", list.escape_ascii().to_string().replace("\\x1f", " ; "))
            }
            (_, Value::Text(bytes)) => writeln!(text, "{}", String::from_utf8_lossy(bytes).escape_debug()),
        }
        .unwrap();
    }
    text
}

/// What every line of a file becomes.
pub fn render_lines(lines: &[u8], year: i32) -> String {
    let lines = lines.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty());
    render_entries("line", lines, year)
}

/// What every entry of a JSON document becomes.
pub fn render_document(document: &[u8], year: i32) -> String {
    render_entries("entry", document_entries(document).into_iter().enumerate(), year)
}

/// The entries of a JSON document.
pub fn document_entries(document: &[u8]) -> Vec<&[u8]> {
    assert_eq!(sniff_framing(document), Framing::Document);
    let (mut splitter, mut ends, mut start) = (DocumentSplitter::new(), Vec::new(), 0);
    splitter.push(document, &mut ends);
    splitter.finish(&mut ends);
    ends.iter().map(|end| &document[std::mem::replace(&mut start, *end as usize)..*end as usize]).collect()
}

fn render_entries<'e>(label: &str, entries: impl Iterator<Item = (usize, &'e [u8])>, year: i32) -> String {
    let mut context = Context::new(year);
    let (mut row, mut last, mut text) = (Row::new(), None, String::new());
    for (nth, entry) in entries {
        writeln!(text, "── {label} {}", nth + 1).unwrap();
        match parse_entry(entry, &mut last, &mut context, &mut row) {
            Ok(_) => text.push_str(&render(&row, entry)),
            Err(reject) => writeln!(text, "reject={} at column {}", reject.reason.id(), reject.column + 1).unwrap(),
        }
    }
    text
}

/// Compares every `.log` and `.json` of a folder of `tests/golden` with its `.expected`.
pub fn check(format: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format);
    let mut files: Vec<_> = fs::read_dir(&folder).expect("a golden folder").map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "log" || extension == "json"));
    files.sort();
    assert!(!files.is_empty(), "no golden files in {}", folder.display());
    for path in files {
        let (bytes, json) = (fs::read(&path).unwrap(), path.extension().is_some_and(|extension| extension == "json"));
        let actual = if json { render_document(&bytes, 2026) } else { render_lines(&bytes, 2026) };
        let expected_path = path.with_extension(if json { "json.expected" } else { "expected" });
        if env::var_os("HOPSCOPE_BLESS").is_some() {
            fs::write(&expected_path, &actual).unwrap();
            continue;
        }
        let expected = fs::read_to_string(&expected_path).unwrap_or_default();
        if let Some((at, (a, e))) = actual
            .lines()
            .chain(["(end)"])
            .zip(expected.lines().chain(["(end)"]))
            .enumerate()
            .find(|(_, (a, e))| a != e)
        {
            let line = actual.lines().take(at + 1).filter(|l| l.starts_with("──")).last().unwrap_or_default();
            panic!("{}: {line}: found {a}, expected {e} (HOPSCOPE_BLESS=1 to accept)", path.display());
        }
    }
}

/// The records of an export, without their ends.
pub fn records(text: &[u8]) -> Vec<&[u8]> {
    let (mut ends, mut start) = (Vec::new(), 0);
    Records::default().push(text, 0, true, &mut ends);
    ends.iter().map(|end| text[std::mem::replace(&mut start, *end as usize)..*end as usize].trim_ascii_end()).collect()
}

/// Every record of the exports `names`, read by the header line of its file, with what has no field.
pub fn check_exports(folder: &str, names: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(folder);
    for name in names {
        let bytes = fs::read(folder.join(name).with_extension("csv")).expect(name);
        let records = records(&bytes);
        let told = Rc::new(told_by(records[0]).expect("a header line"));
        let mut context = Context { told: Some(told.clone()), ..Context::new(2026) };
        let (mut row, mut text) = (Row::new(), String::new());
        for (nth, record) in records.iter().enumerate() {
            writeln!(text, "── record {}", nth + 1).unwrap();
            match parse_entry(record, &mut None, &mut context, &mut row) {
                Ok(format) => {
                    text.push_str(&render(&row, record));
                    for (name, value) in FORMATS[format].extras_told(record, &told) {
                        writeln!(text, "+ {name}={value}").unwrap();
                    }
                }
                Err(reject) => writeln!(text, "reject={} at column {}", reject.reason.id(), reject.column + 1).unwrap(),
            }
        }
        let path = folder.join(name).with_extension("expected");
        accept(&path, &text);
    }
}

/// Holds `text` against the file at `path`, or writes it there where it is to be accepted.
pub fn accept(path: &Path, text: &str) {
    if env::var_os("HOPSCOPE_BLESS").is_some() {
        fs::write(path, text).unwrap();
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    let differs = text.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
    assert!(text == expected, "{}: {differs:?} (HOPSCOPE_BLESS=1 to accept)", path.display());
}
