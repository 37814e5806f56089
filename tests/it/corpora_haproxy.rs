//! HAProxy lines of other people, and what other programs read in them.

use crate::corpora;
use hopscope::formats::{Context, parse_entry};
use hopscope::record::{Field, Reject, Row, Value};
use std::collections::BTreeMap;

/// Parses lines one after the other, as a file.
fn each(lines: &[Vec<u8>], mut with: impl FnMut(&[u8], Result<&Row, Reject>)) {
    let mut context = Context::new(2026);
    let (mut row, mut last) = (Row::new(), None);
    for line in lines {
        let parsed = parse_entry(line, &mut last, &mut context, &mut row);
        with(line, parsed.map(|_| &row));
    }
}

/// How often each value of a field occurs.
fn count(lines: &[Vec<u8>], field: Field) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    each(lines, |line, row| {
        let row = row.unwrap_or_else(|reject| panic!("{reject:?} in {}", line.escape_ascii()));
        let value = match row.get(field, line) {
            Some(Value::Int(number)) => number.to_string(),
            Some(Value::Text(text)) => String::from_utf8_lossy(text).into_owned(),
            None => "absent".into(),
        };
        *counts.entry(value).or_default() += 1;
    });
    counts
}

/// `200 4861` lines of halog's reports.
fn report(path: &str) -> BTreeMap<String, usize> {
    let lines = corpora::lines(path).unwrap_or_default();
    let pair = |line: &Vec<u8>| {
        let line = String::from_utf8_lossy(line).into_owned();
        let (value, count) = line.split_once(' ').expect("a value and its count");
        (value.to_owned(), count.trim().parse().expect("a count"))
    };
    lines.iter().map(pair).collect()
}

#[test]
fn counts_are_those_of_halog() {
    let Some(lines) = corpora::lines("haproxy/raravena80/haproxy.log.gz") else { return };
    assert_eq!(count(&lines, Field::ResponseCode), report("haproxy/raravena80/halog/st.txt"));
    let mut states = BTreeMap::new();
    for (state, n) in count(&lines, Field::TerminationState) {
        // halog cuts the state to its first two characters.
        *states.entry(state[..2].to_owned()).or_insert(0) += n;
    }
    assert_eq!(states, report("haproxy/raravena80/halog/tc.txt"));
    // Its response time is the server's: Tr.
    let mut slow = 0;
    each(&lines, |_, row| slow += usize::from(row.unwrap().get_int(Field::AppResponseTime) >= Some(1_000_000)));
    assert_eq!(slow, 63);
}

#[test]
fn tcp_lines_end_as_counted_by_hand() {
    let Some(lines) = corpora::lines("haproxy/epartington/tcplog.log") else { return };
    let states = count(&lines, Field::TerminationState);
    assert_eq!(states, BTreeMap::from([("cD", 54), ("--", 44), ("SD", 1), ("CD", 1)].map(|(s, n)| (s.to_owned(), n))));
    assert_eq!(count(&lines, Field::LogType), BTreeMap::from([("tcp".to_owned(), 100)]));
}
