//! What is taken away is what the table shows: all of it, in its order, and the entries byte for byte.

use crate::engine_in_memory::{Engine, view};
use hopscope::engine::Sizes;
use hopscope::protocol::{CellValue, ExportFormat, ExportSpec, Sort, View};
use hopscope::record::Field;
use serde_json::Value;
use std::io::Write;

const HTTP: &[u8] = include_bytes!("../../public/samples/haproxy-http.log");
const AVI: &[u8] = include_bytes!("../../public/samples/avi-l7.jsonl");
const ARRAY: &[u8] = include_bytes!("../golden/avi/array.json");

const COLUMNS: [Field; 6] =
    [Field::StartTime, Field::ClientIp, Field::ResponseCode, Field::TotalTime, Field::Significance, Field::Line];

fn spec(format: ExportFormat) -> ExportSpec {
    ExportSpec { format, columns: COLUMNS.map(|field| field as u16).to_vec(), raw: false, safe: true, anonymise: None }
}

fn raw() -> ExportSpec {
    ExportSpec { format: ExportFormat::Raw, ..ExportSpec::default() }
}

fn engines() -> Vec<Engine> {
    let sizes = [(1, Sizes::default()), (3, Sizes { first: 700, piece: 5_000, block: 3_000 })];
    let open = |(shards, sizes)| {
        let engine = Engine::new(shards, sizes);
        engine.add("http.log", HTTP);
        engine.add("avi.jsonl", AVI);
        engine
    };
    sizes.map(open).into()
}

fn sorted(query: &str, field: Field, descending: bool) -> View {
    View { sort: Sort { field: field as u16, descending }, ..view(query) }
}

#[test]
fn any_parts_and_shards_give_the_same_bytes() {
    let views = [
        view(""),
        view("resp_code>=500"),
        sorted("", Field::TotalTime, true),
        sorted("", Field::ClientIp, false),
        sorted("", Field::ServerName, true),
        view("resp_code=9999"),
    ];
    let engines = engines();
    for view in &views {
        for spec in [spec(ExportFormat::Csv), spec(ExportFormat::JsonLines), raw()] {
            let whole = engines[0].export(view, &spec, 1 << 20);
            for (engine, count) in [(&engines[0], 1), (&engines[0], 57), (&engines[1], 1 << 20), (&engines[1], 33)] {
                assert!(engine.export(view, &spec, count) == whole, "{view:?} {spec:?} {count} at a time");
            }
        }
    }
}

#[test]
fn a_table_holds_what_the_page_shows() {
    let engine = &engines()[0];
    let view = view("resp_code>=400");
    let (bytes, _) = engine.export(&view, &spec(ExportFormat::Csv), 100);
    let mut table = csv::Reader::from_reader(bytes.as_slice());
    let head = ["start_time", "client_ip", "response_code", "total_time_ms", "significance", "line"];
    assert_eq!(table.headers().unwrap(), &csv::StringRecord::from(head.to_vec()));
    let rows = engine.rows(&view, 0, 1000, &COLUMNS, false).rows;
    let records: Vec<_> = table.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), rows.len());
    assert!(rows.len() > 10);
    for (record, row) in records.iter().zip(&rows) {
        for (nth, cell) in row.cells.iter().enumerate().filter(|(nth, _)| ![0, 3].contains(nth)) {
            let shown = match cell {
                Some(CellValue::Int(number)) => number.to_string(),
                Some(CellValue::Text(text)) => text.clone(),
                None => String::new(),
            };
            assert_eq!(record[nth], shown);
        }
        let time = chrono::DateTime::parse_from_rfc3339(&record[0]).unwrap();
        assert_eq!(Some(time.timestamp_micros()), row.time);
        let Some(CellValue::Int(total)) = row.cells[3] else { continue };
        assert_eq!((record[3].parse::<f64>().unwrap() * 1000.0).round() as i64, total);
    }
    let (bytes, _) = engine.export(&view, &spec(ExportFormat::JsonLines), 100);
    let objects: Vec<Value> = bytes
        .split(|byte| *byte == b'\n')
        .filter(|l| !l.is_empty())
        .map(|l| serde_json::from_slice(l).unwrap())
        .collect();
    assert_eq!(objects.len(), rows.len());
    for (object, record) in objects.iter().zip(&records) {
        assert_eq!(object["client_ip"], record[1]);
        assert_eq!(object["response_code"].to_string(), record[2]);
        let reasons =
            object.get("significance").and_then(Value::as_array).map_or(Vec::new(), |reasons| reasons.clone());
        let reasons: Vec<_> = reasons.iter().map(|reason| reason.as_str().unwrap()).collect();
        assert_eq!(reasons.join("; "), record[4]);
    }
}

#[test]
fn the_lines_of_a_file_in_its_order_are_the_file() {
    // Line ends of both kinds, a message of several lines, bytes that are no text, a last line without end.
    let mut text = HTTP.to_vec();
    text.extend_from_slice(b"not a log line \xff\xfe\r\nanother, \"quoted\" = + -\n");
    text.extend_from_slice(&HTTP[..HTTP.iter().position(|byte| *byte == b'\n').unwrap()]);
    for shards in [1, 3] {
        let engine = Engine::new(shards, Sizes { first: 700, piece: 5_000, block: 3_000 });
        engine.add("a.log", &text);
        let (bytes, _) = engine.export(&sorted("", Field::Line, false), &raw(), 40);
        assert!(bytes == [text.as_slice(), b"\n"].concat(), "byte for byte, but for the end of the last line");
    }
}

#[test]
fn lines_of_a_search_are_those_an_independent_filter_finds() {
    let engine = &engines()[1];
    let (bytes, _) = engine.export(&sorted("\"/cart\"", Field::Line, false), &raw(), 10);
    let lines = HTTP.split_inclusive(|byte| *byte == b'\n').chain(AVI.split_inclusive(|byte| *byte == b'\n'));
    let mut wanted: Vec<&[u8]> = lines.filter(|line| line.windows(5).any(|word| word == b"/cart")).collect();
    let mut found: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    wanted.sort_unstable();
    found.sort_unstable();
    assert!(wanted.len() > 3);
    assert_eq!(found, wanted);
}

#[test]
fn an_object_of_a_document_comes_without_what_is_around_it() {
    let engine = Engine::open(2, &[("array.json", ARRAY)]);
    let (bytes, _) = engine.export(&sorted("", Field::Line, false), &raw(), 1);
    let objects: Vec<Value> = serde_json::Deserializer::from_slice(&bytes).into_iter().map(Result::unwrap).collect();
    assert!(objects == serde_json::from_slice::<Vec<Value>>(ARRAY).unwrap());
}

#[test]
fn a_table_keeps_the_line_that_names_its_columns() {
    const TABLE: &[u8] = include_bytes!("../golden/paloalto-csv/traffic.csv");
    let head = TABLE.split_inclusive(|byte| *byte == b'\n').next().unwrap();
    let engine = Engine::new(2, Sizes { first: 700, piece: 900, block: 800 });
    engine.add("traffic.csv", TABLE);
    let (bytes, _) = engine.export(&view(""), &raw(), 3);
    assert!(bytes.starts_with(head.trim_ascii_end()));
    assert_eq!(bytes.windows(head.len()).filter(|part| *part == head).count(), 1);
    // What is exported is read again as the same logs.
    let again = Engine::open(2, &[("again.csv", &bytes)]);
    assert_eq!(again.summary(&view("")).total, engine.summary(&view("")).total);
    // Beside a file that is no table it would name nothing.
    engine.add("http.log", HTTP);
    let (bytes, _) = engine.export(&view(""), &raw(), 1000);
    assert!(!bytes.starts_with(head.trim_ascii_end()));
}

#[test]
fn text_without_a_file_comes_back_too() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(HTTP).unwrap();
    let engine = Engine::open(2, &[("http.log.gz", &gzip.finish().unwrap())]);
    let (bytes, _) = engine.export(&sorted("", Field::Line, false), &raw(), 100);
    assert!(bytes == HTTP);
}

#[test]
fn formulas_are_guarded_and_counted_once() {
    let line = |agent: &str| {
        format!("10.0.0.1 - =cmd() [18/Nov/2026:10:00:00 +0000] \"GET /=1 HTTP/1.1\" 200 5 \"-\" \"{agent}\"\n")
    };
    let text = ["=HYPERLINK(\"\"x\"\")", "+1", "curl/8"].map(line).concat();
    let engine = Engine::open(2, &[("access.log", text.as_bytes())]);
    let columns = vec![Field::UserAgent as u16, Field::UserId as u16];
    let safe = ExportSpec { columns, raw: true, safe: true, ..ExportSpec::default() };
    let (bytes, guarded) = engine.export(&view(""), &safe, 1);
    let mut table = csv::Reader::from_reader(bytes.as_slice());
    assert_eq!(table.headers().unwrap(), &csv::StringRecord::from(vec!["user_agent", "user_id", "raw"]));
    let records: Vec<_> = table.records().map(Result::unwrap).collect();
    assert_eq!(
        records.iter().map(|record| record[0].to_owned()).collect::<Vec<_>>(),
        ["'=HYPERLINK(\"\"x\"\")", "'+1", "curl/8"]
    );
    assert!(records.iter().all(|record| &record[1] == "'=cmd()"));
    assert_eq!(records[2][2], *text.lines().nth(2).unwrap());
    assert_eq!(guarded, 5);
    let (exact, guarded) = engine.export(&view(""), &ExportSpec { safe: false, ..safe }, 1);
    assert_eq!(guarded, 0);
    assert!(!String::from_utf8(exact).unwrap().contains('\''));
}
