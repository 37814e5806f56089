//! What holds for any bytes given to the HAProxy parser: it never panics, spans lie inside the entry, and a value says
//! what stands at its span.

use crate::damage;
use hopscope::formats::{Context, FORMATS, parse_entry, read_plain};
use hopscope::record::{Field, Kind, Row, Value};
use hopscope::significance::{Limits, RowFacts, Verdict, judge};
use proptest::prelude::*;
use std::sync::LazyLock;

/// The golden lines of all layouts, as a starting point for damage.
static LINES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/haproxy");
    let logs = [
        "tcp",
        "tcp-damaged",
        "http",
        "http-damaged",
        "events",
        "events-damaged",
        "wrapped",
        "clf",
        "clf-damaged",
        "forms",
    ];
    let read = |name| std::fs::read(folder.join(name).with_extension("log")).expect(name);
    logs.into_iter()
        .flat_map(|name| read(name).split(|b| *b == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>())
        .collect()
});

/// Parses with the format that is trusted from the entry before, then judges; checks what must hold.
fn check(entry: &[u8]) {
    let (mut row, mut context) = (Row::new(), Context::new(2026));
    let haproxy = FORMATS.iter().position(|format| format.id() == "haproxy");
    for mut last in [None, haproxy] {
        match parse_entry(entry, &mut last, &mut context, &mut row) {
            Err(reject) => assert!(reject.column as usize <= entry.len()),
            Ok(_) => {
                assert!(row.get(Field::LogType, entry).is_some() && row.get(Field::Format, entry).is_some());
                for cell in row.cells() {
                    assert!((cell.span.start + cell.span.len) as usize <= entry.len(), "{:?}", cell.field);
                    if let Value::Int(value) = row.value(cell, entry) {
                        assert!(cell.field.kind() != Kind::Duration || value >= 0, "{:?} is {value}", cell.field);
                        assert!(cell.field.kind() != Kind::Bool || (0..=1).contains(&value));
                    }
                }
                let mut verdict = Verdict::default();
                judge(&RowFacts { row: &row, entry }, &Limits::default(), &mut verdict);
                assert_eq!(verdict.significant, !verdict.reasons.is_empty());
            }
        }
    }
}

/// What is made of an entry that comes after `before`, and what of it is read without a question: each field with its
/// value and where it stands.
fn read_after(before: Option<&[u8]>, entry: &[u8]) -> Option<Vec<String>> {
    let (mut row, mut context) = (Row::new(), Context::new(2026));
    let haproxy = FORMATS.iter().position(|format| format.id() == "haproxy").expect("the format");
    if let Some(before) = before {
        let _ = parse_entry(before, &mut None, &mut context, &mut row);
        // What follows the entry may be looked at and must not show.
        let text = [entry, b"\n10 1/1 ", before].concat();
        row.clear();
        if let Some(plain) = read_plain(haproxy, &text, entry.len(), &mut context, &mut row) {
            assert_eq!(Some(plain.start), row.get_int(Field::StartTime));
            assert_eq!(Some(plain.layout), row.get_text(Field::Format, entry));
            return Some(fields_of(&row, entry));
        }
    }
    parse_entry(entry, &mut Some(haproxy), &mut context, &mut row).ok()?;
    Some(fields_of(&row, entry))
}

fn fields_of(row: &Row, entry: &[u8]) -> Vec<String> {
    let told = |field: &Field| Some(format!("{field:?} {:?} {:?}", row.get(*field, entry)?, row.cell(*field)?.span));
    Field::ALL.iter().filter_map(told).collect()
}

fn damaged() -> impl Strategy<Value = Vec<u8>> {
    damage::damaged(&LINES, b" /[]{}\"-+:|<>\\#")
}

/// Traffic of any numbers, and the fields it must give.
fn traffic() -> impl Strategy<Value = (String, Vec<(Field, i64)>)> {
    let millis = -1i64..10_000_000_000;
    (millis.clone(), millis, 0i64..10_000_000_000, any::<i64>(), 0i64..60_000, 0i64..70_000).prop_map(
        |(tw, tc, tt, bytes, count, port)| {
            let bytes = bytes & 0x1_ffff_ffff_ffff;
            let port = port & 0xffff;
            let line = format!(
                "Nov 18 10:21:27 edge1 haproxy[7]: 2001:db8::1:{port} [18/Nov/2026:10:21:26.767] fe be:x/s:1 \
                 {tw}/{tc}/{tt} {bytes} cD {count}/1/2/3/4 5/{count}"
            );
            let mut fields = vec![
                (Field::ClientPort, port),
                (Field::TotalTime, tt * 1000),
                (Field::ResponseLength, bytes),
                (Field::Actconn, count),
                (Field::BackendQueue, count),
                (Field::EndTime, 1_794_997_286_767_000 + tt * 1000),
            ];
            fields.extend([(Field::QueueTime, tw), (Field::ConnectTime, tc)].map(|(f, t)| (f, t * 1000)));
            fields.retain(|(_, value)| *value >= 0);
            (line, fields)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn any_bytes_are_read_or_refused(entry in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&entry);
    }

    #[test]
    fn damaged_lines_are_read_or_refused(entry in damaged()) {
        check(&entry);
    }

    /// A line is read plainly, with the prefix of the line before it, or with care: that must not show.
    #[test]
    fn the_line_before_changes_nothing(entry in damaged(), before in any::<prop::sample::Index>()) {
        let alone = read_after(None, &entry);
        prop_assert_eq!(&read_after(Some(&entry), &entry), &alone);
        prop_assert_eq!(&read_after(Some(before.get(&LINES[..]).as_slice()), &entry), &alone);
    }

    #[test]
    fn every_number_comes_out_as_it_went_in((line, fields) in traffic()) {
        let (mut row, mut context) = (Row::new(), Context::new(2026));
        parse_entry(line.as_bytes(), &mut None, &mut context, &mut row).expect("a whole line");
        for (field, value) in fields {
            prop_assert_eq!(row.get_int(field), Some(value), "{:?} of {}", field, line);
        }
        prop_assert_eq!(row.cell(Field::QueueTime).is_some(), !line.contains(" -1/"));
    }
}

#[test]
fn every_cut_of_every_line_is_read_or_refused() {
    for line in LINES.iter() {
        (0..=line.len()).for_each(|end| check(&line[..end]));
        let reads = |end: usize| assert_eq!(read_after(Some(line), &line[..end]), read_after(None, &line[..end]));
        (0..=line.len()).for_each(reads);
    }
}

#[test]
fn what_was_read_before_a_cut_is_what_the_whole_line_says() {
    let line = LINES[0].as_slice();
    let fields = |entry: &[u8]| {
        let mut row = Row::new();
        parse_entry(entry, &mut None, &mut Context::new(2026), &mut row).ok()?;
        Some(Field::ALL.iter().filter_map(|f| Some((*f, format!("{:?}", row.get(*f, entry)?)))).collect::<Vec<_>>())
    };
    let whole = fields(line).unwrap();
    for end in 0..line.len() {
        for field in fields(&line[..end]).unwrap_or_default() {
            assert!(field.0 == Field::Truncated || whole.contains(&field), "{field:?} in a line cut at {end}");
        }
    }
}

#[test]
fn lines_of_traffic_are_read_without_a_question() {
    let haproxy = FORMATS.iter().position(|format| format.id() == "haproxy").unwrap();
    let (mut row, mut context) = (Row::new(), Context::new(2026));
    let tcp = "10.0.1.2:33313 [06/Feb/2009:12:12:51.443] fnt bck/srv1 0/0/5007 212 -- 0/0/0/0/3 0/0";
    let http = "10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 \
                {1wt.eu} {} \"GET /index.html?a=b HTTP/1.1\"";
    for (line, layout) in [(tcp, "haproxy-tcp"), (http, "haproxy-http")] {
        let line = format!("Feb  6 12:12:56 lb1 haproxy[14387]: {line}");
        parse_entry(line.as_bytes(), &mut None, &mut context, &mut row).unwrap();
        let text = format!("{line}\nFeb  6 12:12:56");
        row.clear();
        let plain = read_plain(haproxy, text.as_bytes(), line.len(), &mut context, &mut row).expect(layout);
        assert_eq!(plain.layout, layout.as_bytes());
    }
}
