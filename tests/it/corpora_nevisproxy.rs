//! The lines of nevisProxy's documentation, read with an oracle of its own: the values of each line are cut out of it by
//! name, and every one of them has to stand in the row.

use crate::corpora::{self, Tally};
use hopscope::formats::{Context, nevisproxy, parse_entry};
use hopscope::record::{Field, Kind, Row, Value};

/// Where the documentation's name of a value is a field of ours as it stands.
const FIELDS: &[(&str, Field)] = &[
    ("ipF", Field::ClientIp),
    ("rmIP", Field::ClientIp),
    ("sCF", Field::ResponseCode),
    ("sC", Field::ResponseCode),
    ("bSF", Field::ResponseLength),
    ("bS", Field::ResponseLength),
    ("dTF", Field::TotalTime),
    ("dTFrs", Field::FrontendIoTime),
    ("ipB", Field::ServerIp),
    ("sCB", Field::ServerResponseCode),
    ("dTB", Field::BackendTime),
    ("dTcB", Field::ConnectTime),
    ("dTsB", Field::BackendSendTime),
    ("dTr1B", Field::AppResponseTime),
    ("dTr2B", Field::DataTransferTime),
    ("cR", Field::Actconn),
    ("usrID", Field::UserId),
    ("Event", Field::Events),
    ("clID", Field::ClientSession),
    ("sslID", Field::SslSessionId),
    ("trID", Field::TransactionId),
    ("trId", Field::TransactionId),
    ("triID", Field::TransactionId),
];

/// The text after `name=`, up to a blank, without quotes and brackets: enough for the values of [`FIELDS`] in these lines.
fn cut_out<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let at = [" ", "("].iter().find_map(|before| line.find(&format!("{before}{name}=")).map(|at| at + before.len()))?;
    let value = line[at + name.len() + 1..].split(' ').next().unwrap_or_default();
    Some(value.trim_matches(['\'', ')']))
}

/// A value as the log writes it.
fn written(row: &Row, field: Field, line: &str) -> Option<String> {
    Some(match row.get(field, line.as_bytes())? {
        Value::Int(micros) if field.kind() == Kind::Duration => (micros / 1000).to_string(),
        Value::Int(number) => number.to_string(),
        Value::Text(text) => String::from_utf8_lossy(text).into_owned(),
    })
}

/// Compares every value of a line that has a field; says how many there were.
fn compare(line: &str, row: &Row) -> usize {
    let backend = line.contains(" IsiwebOp ");
    let mut compared = 0;
    for (name, field) in FIELDS {
        let Some(value) = cut_out(line, name) else { continue };
        let field = if backend && *name == "sC" { Field::ServerResponseCode } else { *field };
        let expected = Some(value.to_owned()).filter(|value| value != "<NULL>");
        assert_eq!(written(row, field, line), expected, "{name} of {line}");
        compared += 1;
    }
    compared + compare_rest(line, row)
}

/// The values that are parts of others: header, request line, address, filter chain.
fn compare_rest(line: &str, row: &Row) -> usize {
    let (mut compared, mut differ) = (0, Vec::new());
    let mut same = |field: Field, expected: &str| {
        compared += 1;
        let found = written(row, field, line).unwrap_or_default();
        if found != expected {
            differ.push(format!("{field:?} is {found}, not {expected}"));
        }
    };
    let within = |from: &str, to: &str| line.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map(|(v, _)| v);
    // `… <program> <group> <process>.<thread>[.<id>] <level>:`
    if let Some((header, _)) = split_level(line) {
        let words: Vec<&str> = header.split_whitespace().collect();
        let [.., program, group, ids] = words[..] else { panic!("{line}") };
        let mut ids = ids.splitn(3, '.');
        same(Field::ProcessName, program);
        same(Field::TraceGroup, group);
        same(Field::ProcessId, ids.next().unwrap().trim_start_matches('0'));
        same(Field::ThreadId, ids.next().unwrap());
        same(Field::TransactionId, ids.next().unwrap_or_default());
    }
    let arrows = ["> '", "< '", "= '"].iter().find_map(|arrow| within(arrow, "'"));
    let request = within("reqF=\"", "\"").or(arrows).filter(|_| !line.contains(" IsiwebOp "));
    if let Some(request) = request {
        let mut words = request.split(' ');
        same(Field::Method, words.next().unwrap());
        let uri = words.next().unwrap();
        same(Field::Uri, uri);
        same(Field::UriPath, uri.split('?').next().unwrap());
        same(Field::UriQuery, uri.split_once('?').map_or("", |(_, query)| query));
        same(Field::HttpVersion, words.next().map_or("", |version| &version[5..]));
    }
    if let Some(address) = within("adrB=", " ").or(within("inetA='", "'")) {
        let (name, port) = address.split(' ').next().unwrap().split_once(':').unwrap();
        same(Field::ServerName, name);
        same(Field::ServerPort, port);
        if let Some(ip) = address.split_once('(') {
            same(Field::ServerIp, ip.1.trim_end_matches(')'));
        }
    }
    if let Some(chain) = within("invS='", "'").or(within("invS=", " cR=")) {
        same(Field::Servlet, chain.rsplit('>').next().unwrap());
        let filters: Vec<&str> = chain.split('(').skip(1).map(|filter| filter.split(')').next().unwrap()).collect();
        same(Field::FilterChain, &filters.join("\u{1f}"));
    }
    for (kind, field) in [("(filter '", Field::Filter), (" filter '", Field::Filter), ("servlet '", Field::Servlet)] {
        if let Some(name) = within(kind, "'") {
            same(field, name);
        }
    }
    if let Some(millis) = within(" dT='", "'").or(within("time spent: ", " ")) {
        same(Field::FilterTime, millis);
    }
    assert!(differ.is_empty(), "{differ:?} in {line}");
    compared
}

/// What stands before the level, and after it.
fn split_level(line: &str) -> Option<(&str, &str)> {
    let levels = ["3-ERROR", "5-NOTICE", "6-INFO", "7-DBG_LO", "8-DBG_ME", "9-DBG_HI"];
    levels.iter().find_map(|level| line.split_once(&format!(" {level}")))
}

fn read(lines: &[String]) -> (usize, usize) {
    let (mut row, mut last, mut context) = (Row::new(), None, Context::new(2026));
    let (mut compared, mut unparsed) = (0, 0);
    for line in lines {
        match parse_entry(line.as_bytes(), &mut last, &mut context, &mut row) {
            Ok(_) => compared += compare(line, &row),
            Err(_) => unparsed += 1,
        }
    }
    (compared, unparsed)
}

/// The line of the table of corpora: all lines are entries, and all values the same.
fn print(name: &str, lines: usize, compared: usize) {
    Tally { lines, entries: lines, compared, ..Tally::default() }.print(name);
}

fn lines(relative: &str) -> Option<Vec<String>> {
    Some(corpora::lines(relative)?.into_iter().map(|line| String::from_utf8(line).expect("text")).collect())
}

#[test]
fn every_value_of_the_documented_trace_lines_is_read() {
    let Some(lines) = lines("nevisproxy/navajo-doc-samples.log") else { return };
    assert_eq!(lines.len(), 8);
    assert_eq!(read(&lines), (114, 0));
    print("nevisproxy, trace lines", 8, 114);
}

#[test]
fn the_documented_access_line_is_read() {
    let Some(lines) = lines("nevisproxy/access-doc-sample.log") else { return };
    assert_eq!(read(&lines), (2, 0));
    let (mut row, line) = (Row::new(), lines[0].as_str());
    parse_entry(line.as_bytes(), &mut None, &mut Context::new(2026), &mut row).unwrap();
    let value = |field| written(&row, field, line).unwrap_or_default();
    assert_eq!(value(Field::ClientIp), "10.30.212.29");
    assert_eq!(value(Field::UriPath), "/css/styles.css");
    assert_eq!((value(Field::ResponseCode), value(Field::ResponseLength)), ("200".into(), "3547".into()));
    assert_eq!(value(Field::VirtualService), "nevis.net");
    assert!(value(Field::UserAgent).ends_with("Firefox/7.0.1") && value(Field::Referer).ends_with("?login"));
    assert_eq!(row.get_int(Field::TotalTime), Some(34_358));
    // 09/Nov/2011:13:02:29 +0100
    assert_eq!(row.get_int(Field::StartTime), Some(1_320_840_149_000_000));
    print("nevisproxy, access line", 1, 11);
}

/// The document that the proxy's users have: each line of its examples.
#[test]
fn every_value_of_the_manual_is_read() {
    let Some(folder) = corpora::path("nevisproxy") else { return };
    let Ok(manual) = std::fs::read_to_string(folder.join("../../seeds/nevisproxy-debugging.txt")) else {
        eprintln!("skipped: the manual is not here");
        return;
    };
    let year = |line: &str| line.get(..5).is_some_and(|start| start.starts_with("20") && start.ends_with(' '));
    let lines: Vec<String> = manual.lines().filter(|line| year(line)).map(str::to_owned).collect();
    assert_eq!(lines.len(), 26);
    assert_eq!(read(&lines), (237, 0));
    print("nevisproxy, the manual", 26, 237);
    // All but the first example, whose id is of another day, were written one hour east of UTC.
    let learnt = nevisproxy::learn(lines[1..].join("\n").as_bytes());
    assert_eq!(learnt, nevisproxy::Learnt { zone: Some(3600), summaries: true });
}
