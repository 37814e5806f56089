//! What holds for any bytes given to the Palo Alto parser: it never panics, spans lie inside the entry, numbers come out
//! as they went in.

use crate::damage;
use hopscope::formats::{Context, FORMATS, Told, parse_entry, told_by};
use hopscope::record::{Field, Kind, Row, Value};
use hopscope::significance::{Limits, RowFacts, Verdict, explain, judge};
use proptest::prelude::*;
use std::rc::Rc;
use std::sync::LazyLock;

/// The golden lines of all types, as a starting point for damage.
static LINES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/paloalto");
    let read = |name| std::fs::read(folder.join(name).with_extension("log")).expect(name);
    let exports = folder.with_file_name("paloalto-csv");
    let exported = |name| std::fs::read(exports.join(name)).expect(name);
    let lines =
        [["traffic", "types", "damaged"].map(read).concat(), exported("subset.csv"), exported("threat.csv")].concat();
    lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()
});

thread_local! {
    /// The header line of a small export.
    static TOLD: Rc<Told> = {
        let header = "Action,Bytes,Bytes Sent,Elapsed Time (sec),NAT Source Port,Threat/Content Name,Receive Time";
        Rc::new(told_by(header.as_bytes()).expect("a header line"))
    };
}

/// Parses with the format that is trusted from the entry before, then judges and explains; checks what must hold.
fn check(entry: &[u8]) {
    let (mut row, mut context) = (Row::new(), Context::new(2026));
    let own = FORMATS.iter().position(|format| format.id() == "paloalto");
    assert!(own.is_some());
    for (mut last, told) in [(None, None), (own, None), (None, Some(TOLD.with(Rc::clone)))] {
        context.told = told;
        match parse_entry(entry, &mut last, &mut context, &mut row) {
            Err(reject) => assert!(reject.column as usize <= entry.len()),
            Ok(format) => {
                assert!(row.get(Field::LogType, entry).is_some() && row.get(Field::Format, entry).is_some());
                for cell in row.cells() {
                    assert!((cell.span.start + cell.span.len) as usize <= entry.len(), "{:?}", cell.field);
                    if let Value::Int(value) = row.value(cell, entry) {
                        assert!(cell.field.kind() == Kind::Time || value >= 0, "{:?} is {value}", cell.field);
                    }
                }
                let (facts, mut verdict) = (RowFacts { row: &row, entry }, Verdict::default());
                judge(&facts, &Limits::default(), &mut verdict);
                assert_eq!(verdict.significant, !verdict.reasons.is_empty());
                explain(&facts);
                FORMATS[format].extras(entry);
                context.told.iter().for_each(|told| drop(FORMATS[format].extras_told(entry, told)));
            }
        }
    }
}

fn damaged() -> impl Strategy<Value = Vec<u8>> {
    damage::damaged(&LINES, b",,\"\"\\{} /:0x-")
}

/// A session of any numbers, and the fields it must give.
fn session() -> impl Strategy<Value = (String, Vec<(Field, i64)>)> {
    let counts = (0..i64::MAX / 2, 0..i64::MAX / 2, any::<u64>());
    (counts, 0i64..8_000_000_000, 1u16.., 1u16..).prop_map(|((sent, received, sequence), elapsed, source, destination)| {
        let (bytes, sequence) = (sent + received, (sequence >> 1) as i64);
        let line = format!(
            "<14>Nov 18 10:21:29 fw 1,2026/11/18 10:21:29,0128,TRAFFIC,end,2561,2026/11/18 10:21:28,192.0.2.1,192.0.2.2,,,r,,,\
             ssl,vsys1,a,b,e1,e2,d,,1,1,{source},{destination},{source},{destination},0x0,tcp,allow,{bytes},{sent},\
             {received},2,2026/11/18 10:20:51,{elapsed},any,0,{sequence},0x0,CH,CH,0,1,1,tcp-fin"
        );
        let start = 1_794_997_251_000_000;
        let fields = vec![
            (Field::StartTime, start),
            (Field::EndTime, start + elapsed * 1_000_000),
            (Field::TotalTime, elapsed * 1_000_000),
            (Field::TotalBytes, bytes),
            (Field::RequestLength, sent),
            (Field::ResponseLength, received),
            (Field::LogId, sequence),
            (Field::ClientPort, source.into()),
            (Field::DstNatPort, destination.into()),
        ];
        (line, fields)
    })
}

/// A text as PAN-OS quotes it.
fn quoted(text: &str) -> String {
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
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

    #[test]
    fn every_number_comes_out_as_it_went_in((line, fields) in session()) {
        let (mut row, mut context) = (Row::new(), Context::new(2026));
        parse_entry(line.as_bytes(), &mut None, &mut context, &mut row).expect("a whole line");
        for (field, value) in fields {
            prop_assert_eq!(row.get_int(field), Some(value), "{:?} of {}", field, line);
        }
    }

    #[test]
    fn every_text_comes_out_as_it_was_meant(rule in "[a-z,\"; ]{0,12}[a-z]", misc in "[a-z/?,&\"=]{0,16}[a-z]") {
        let line = format!(
            "1,2026/11/18 10:21:29,0128,THREAT,file,1,2026/11/18 10:21:28,192.0.2.1,192.0.2.2,,,{},,,ssl,vsys1,a,b,e1,e2,d,,1,1,\
             1,2,0,0,0x0,tcp,alert,{},(52020),any,low,client-to-server,7,0x0,CH,CH,0,text/html",
            quoted(&rule), quoted(&misc)
        );
        let (mut row, mut context) = (Row::new(), Context::new(2026));
        parse_entry(line.as_bytes(), &mut None, &mut context, &mut row).expect("a whole line");
        prop_assert_eq!(row.get_text(Field::PolicyRule, line.as_bytes()), Some(rule.as_bytes()));
        prop_assert_eq!(row.get_text(Field::FileName, line.as_bytes()), Some(misc.as_bytes()));
        prop_assert_eq!(row.get_text(Field::ResponseContentType, line.as_bytes()), Some(&b"text/html"[..]));
    }
}

#[test]
fn every_cut_of_every_line_is_read_or_refused() {
    for line in LINES.iter() {
        (0..=line.len()).for_each(|end| check(&line[..end]));
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
    // Behind the columns of the oldest release a cut cannot be told from an older one.
    let least = line.iter().enumerate().filter(|(_, byte)| **byte == b',').nth(41).unwrap().0;
    // What is derived or stands in for something else follows from what is there.
    let derived = [Field::Truncated, Field::FinalAction, Field::StartTime, Field::EndTime];
    let mut compared = 0;
    for end in 0..least {
        for field in fields(&line[..end]).unwrap_or_default() {
            assert!(derived.contains(&field.0) || whole.contains(&field), "{field:?} in a line cut at {end}");
            compared += 1;
        }
    }
    assert!(compared > 1000, "{compared}");
}

#[test]
fn many_open_quotes_do_not_take_long() {
    let mut line = b"1,2026/11/18 10:21:29,0128,TRAFFIC,end,2561,2026/11/18 10:21:28".to_vec();
    line.extend(b",\"a".repeat(300_000));
    let began = std::time::Instant::now();
    check(&line);
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

#[test]
fn a_short_row_inside_an_escaped_message_is_refused_within_it() {
    check(br#"{"@timestamp":"2026-11-18T10:21:30Z","message":"\\0,1,0,policy-deny"}"#);
}
