//! What holds for any bytes given to the nevisProxy parser: it never panics, spans lie inside the entry, and a value says
//! what stands at its span.

use crate::damage;
use hopscope::formats::{Context, FORMATS, parse_entry};
use hopscope::record::{Field, Kind, Row, Value};
use hopscope::significance::{Limits, RowFacts, Verdict, explain, judge};
use proptest::prelude::*;
use std::sync::LazyLock;

static LINES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/nevisproxy");
    let read = |name| std::fs::read(folder.join(name)).expect(name);
    let split = |bytes: Vec<u8>| bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
    ["trace.log", "access.log", "damaged.log"].into_iter().flat_map(|name| split(read(name))).collect()
});

/// Index of the format, trusted from the entry before.
fn trusted() -> Option<usize> {
    FORMATS.iter().position(|format| format.id() == "nevisproxy")
}

fn check(entry: &[u8]) {
    let mut row = Row::new();
    for (mut last, zone) in [(None, None), (trusted(), Some(-3600))] {
        let mut context = Context { zone, ..Context::new(2026) };
        let Ok(format) = parse_entry(entry, &mut last, &mut context, &mut row) else { continue };
        assert!(row.get(Field::LogType, entry).is_some() && row.get(Field::Format, entry).is_some());
        for cell in row.cells() {
            assert!((cell.span.start + cell.span.len) as usize <= entry.len(), "{:?}", cell.field);
            if let Value::Int(value) = row.value(cell, entry) {
                assert!(cell.field.kind() != Kind::Duration || value >= 0, "{:?} is {value}", cell.field);
                assert!(cell.field.kind() != Kind::Bool || (0..=1).contains(&value));
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

fn damaged() -> impl Strategy<Value = Vec<u8>> {
    damage::damaged(&LINES, b" '\"=(){}<>-:.,\n\r0N")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn damaged_trace_lines_are_read_or_refused(entry in damaged()) {
        check(&entry);
    }

    #[test]
    fn any_message_is_read(message in "[>=<]{0,7} ?[ -~]{0,80}", group in "NavajoOp|IsiwebOp|NProxyOp|NPPerfMete|x") {
        let line = format!("2026 11 18 09:14:02.118 p {group} 1.2.id 3-ERROR : {message}");
        check(line.as_bytes());
        let mut row = Row::new();
        prop_assert!(parse_entry(line.as_bytes(), &mut None, &mut Context::new(2026), &mut row).is_ok());
    }

    #[test]
    fn every_value_of_a_summary_comes_out_as_it_went_in(
        status in 100i64..600, bytes in 0i64..1 << 50, times in prop::collection::vec(0i64..10_000_000_000, 7),
        user in "(([a-zA-Z]{1,3}=)?[a-zA-Z ]{1,6}(,| cR=)){0,3}[a-z]", uri in "/[!-~]{0,30}", port in 1i64..65_536,
    ) {
        let [total, back, connect, send, first, body, io] = times[..] else { unreachable!() };
        let line = format!(
            "2026 11 18 09:14:02.118 p NProxyOp 1.2.id 6-INFO : reqF=\"GET {uri} HTTP/1.1\" reqDecF=<NULL> ipF=::1 \
             sCF={status} bSF={bytes} dTF={total} reqB=\"GET /b HTTP/1.1\" adrB=be.example:{port} ipB=192.0.2.1 sCB={status} \
             dTB={back} dTcB={connect} dTsB={send} dTr1B={first} dTr2B={body} dTFrs={io} invS=/* (F) >S cR=1 usrID={user} \
             Event=<NULL> clID=<NULL> cookie=<NULL> sslID=<NULL> trID=id"
        );
        let mut row = Row::new();
        parse_entry(line.as_bytes(), &mut None, &mut Context::new(2026), &mut row).expect("a whole line");
        let text = |field| row.get_text(field, line.as_bytes()).map(|text| String::from_utf8_lossy(text).into_owned());
        prop_assert_eq!(text(Field::Uri), Some(uri));
        prop_assert_eq!(text(Field::UserId), Some(user.trim().to_owned()));
        for (field, value) in [
            (Field::ResponseCode, status), (Field::ServerResponseCode, status), (Field::ResponseLength, bytes),
            (Field::ServerPort, port), (Field::TotalTime, total * 1000), (Field::BackendTime, back * 1000),
            (Field::ConnectTime, connect * 1000), (Field::BackendSendTime, send * 1000),
            (Field::AppResponseTime, first * 1000), (Field::DataTransferTime, body * 1000),
            (Field::FrontendIoTime, io * 1000),
        ] {
            prop_assert_eq!(row.get_int(field), Some(value), "{:?} of {}", field, line);
        }
        prop_assert!(row.cell(Field::Truncated).is_none());
    }
}

#[test]
fn every_cut_of_every_trace_line_is_read_or_refused() {
    for line in LINES.iter() {
        (0..=line.len()).for_each(|end| check(&line[..end]));
    }
}

/// What a cut line says is what the whole line says, but for what follows from the end: where the request began.
#[test]
fn what_was_read_before_a_cut_is_what_the_whole_trace_line_says() {
    let follows = [Field::Truncated, Field::StartTime, Field::Message, Field::LogType, Field::Format, Field::Operation];
    let fields = |entry: &[u8]| {
        let mut row = Row::new();
        parse_entry(entry, &mut None, &mut Context::new(2026), &mut row).ok()?;
        row.get(Field::Truncated, entry)?;
        let all = Field::ALL.iter().filter(|field| !follows.contains(field));
        Some(all.filter_map(|f| Some((*f, format!("{:?}", row.get(*f, entry)?)))).collect::<Vec<_>>())
    };
    let mut cuts = 0;
    for line in LINES.iter().filter(|line| memchr::memmem::find(line, b"NProxyOp").is_some()) {
        let mut row = Row::new();
        if parse_entry(line, &mut None, &mut Context::new(2026), &mut row).is_err()
            || row.cell(Field::Truncated).is_some()
        {
            continue;
        }
        for end in 0..line.len() {
            for (field, value) in fields(&line[..end]).unwrap_or_default() {
                cuts += 1;
                let whole = row.get(field, line).map(|value| format!("{value:?}"));
                assert_eq!(whole, Some(value), "{field:?} in a line cut at {end}");
            }
        }
    }
    assert!(cuts > 10_000);
}
