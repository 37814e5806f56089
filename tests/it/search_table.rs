//! The search language, expression by expression: which of a few known logs each must find, or where and what its error is.
//!
//! `tests/golden/search/logs.txt` names the logs, `expressions.tsv` beside it says what is expected of each search, by the
//! definition of the language and by what stands in the logs.

use crate::engine_in_memory::{Engine, view};
use hopscope::query::compile;
use std::collections::BTreeSet;

const LOGS: &str = include_str!("../golden/search/logs.txt");
const EXPRESSIONS: &str = include_str!("../golden/search/expressions.tsv");

/// The engine with the logs, a file for each family, and how it names them by file and line.
fn logs(shards: usize) -> (Engine, Vec<Vec<&'static str>>) {
    let mut files: Vec<(String, String, Vec<&str>)> = Vec::new();
    for log in LOGS.lines() {
        let (id, line) = log.split_once('\t').expect("a name and a line");
        let name = format!("{}.log", &id[..1]);
        if files.last().is_none_or(|(last, ..)| *last != name) {
            files.push((name, String::new(), Vec::new()));
        }
        let (_, text, ids) = files.last_mut().expect("a file");
        *text += line;
        *text += "\n";
        ids.push(id);
    }
    let given: Vec<(&str, &[u8])> = files.iter().map(|(name, text, _)| (name.as_str(), text.as_bytes())).collect();
    (Engine::open(shards, &given), files.into_iter().map(|(.., ids)| ids).collect())
}

struct Case {
    line: usize,
    search: &'static str,
    expected: &'static str,
    /// The search after the first way out of its error.
    mended: Option<&'static str>,
}

fn cases() -> Vec<Case> {
    let cases = EXPRESSIONS.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with("# "));
    let case = |(at, line): (usize, &'static str)| {
        let mut cells = line.split('\t');
        let (search, expected) = (cells.next().expect("a search"), cells.next().expect("what is expected"));
        Case { line: at + 1, search, expected, mended: cells.next() }
    };
    cases.map(case).collect()
}

/// What is wrong with the errors of a search; empty where they are as expected.
fn check_errors(case: &Case, expected: &str) -> String {
    let Err(errors) = compile(case.search) else { return "no error".to_owned() };
    let column = |at: usize| case.search[..at].chars().count() + 1;
    let found: Vec<(usize, &str)> = errors.iter().map(|e| (column(e.span.start), e.message.as_str())).collect();
    let wanted: Vec<(usize, &str)> = expected
        .split("; error ")
        .map(|one| one.split_once(": ").expect("a column and a message"))
        .map(|(column, gist)| (column.parse().expect("a column"), gist))
        .collect();
    let alike = found.len() == wanted.len()
        && found.iter().zip(&wanted).all(|(found, wanted)| found.0 == wanted.0 && found.1.contains(wanted.1));
    let mended = errors[0].fixes.first().map(|fix| fix.apply(case.search));
    match alike {
        false => format!("{found:?}"),
        true if case.mended.is_some() && mended.as_deref() != case.mended => format!("mended as {mended:?}"),
        true => String::new(),
    }
}

/// Names of logs: `none`, `all`, `all but` some, or some.
fn named<'a>(expected: &'a str, all: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let (but, names) = expected.strip_prefix("all but ").map_or((false, expected), |names| (true, names));
    let names: BTreeSet<&str> = match names {
        "all" => return all.clone(),
        "none" => BTreeSet::new(),
        _ => names.split(' ').collect(),
    };
    assert!(names.is_subset(all), "{expected}");
    if but { all - &names } else { names }
}

#[test]
fn every_expression_finds_what_the_language_says() {
    let cases = cases();
    let distinct: BTreeSet<&str> = cases.iter().map(|case| case.search).collect();
    assert!(distinct.len() == cases.len() && cases.len() >= 300, "{} of {}", distinct.len(), cases.len());
    for shards in [1, 3] {
        let (engine, ids) = logs(shards);
        let all = ids.iter().flatten().copied().collect();
        let mut wrong = Vec::new();
        for case in &cases {
            let found = match case.expected.strip_prefix("error ") {
                Some(expected) => check_errors(case, expected),
                None => match compile(case.search) {
                    Err(errors) => format!("{errors:?}"),
                    Ok(_) => {
                        let rows = engine.rows(&view(case.search), 0, 100, &[], false).rows;
                        let found: BTreeSet<&str> =
                            rows.iter().map(|row| ids[row.source as usize][row.line as usize - 1]).collect();
                        let wanted = named(case.expected, &all);
                        if found == wanted {
                            String::new()
                        } else {
                            format!("too many {:?}, missing {:?}", &found - &wanted, &wanted - &found)
                        }
                    }
                },
            };
            if !found.is_empty() {
                wrong.push(format!("{}: {}\n    expected {}\n    {found}", case.line, case.search, case.expected));
            }
        }
        assert!(wrong.is_empty(), "{shards} shards:\n{}", wrong.join("\n"));
    }
}
