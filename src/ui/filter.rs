//! Searches as the page edits them: filters from values that were clicked, terms as chips.

use crate::protocol::{CellValue, Significance, View};
use crate::query::edit::{self, TermKind};
use crate::query::{self, Name, Op, QueryError};
use crate::record::{Field, Kind};
use crate::show;

/// The search with one more filter.
pub fn append(query: &str, field: Field, op: Op, value: &CellValue) -> String {
    edit::append_filter(query, field, op, &value_text(field, value))
}

/// A value as it can be typed in a search, without quotes.
pub fn value_text(field: Field, value: &CellValue) -> String {
    match (field.kind(), value) {
        (Kind::Bool, CellValue::Int(value)) => (if *value == 0 { "false" } else { "true" }).to_owned(),
        (Kind::Duration, CellValue::Int(value)) if value % 1_000 == 0 => (value / 1_000).to_string(),
        (Kind::Duration, CellValue::Int(value)) => format!("{value}us"),
        (Kind::Time, CellValue::Int(value)) => show::zoned(*value),
        (_, CellValue::Int(value)) => value.to_string(),
        (_, CellValue::Text(value)) => value.clone(),
    }
}

/// What was typed, with the zone that times are shown in behind every time that names none. It then means the same in a link,
/// in a saved search and after another zone was chosen.
pub fn zoned(query: &str) -> String {
    edit::zoned(query, |as_utc| show::zone_behind(show::meant(as_utc)))
}

/// The terms that must all hold, as typed.
pub fn terms(query: &str) -> Vec<String> {
    let texts = edit::terms(query).into_iter().map(|term| term.span.of(query).trim().to_owned());
    texts.filter(|text| !text.is_empty()).collect()
}

/// Terms as one search.
pub fn join(terms: &[&str]) -> String {
    terms.iter().fold(String::new(), |query, term| edit::append_term(&query, term))
}

/// One term that holds where either does; alternatives of a term that has some already stand beside each other.
pub fn either(one: &str, other: &str) -> String {
    edit::either(one, other)
}

/// What keeps the text from running.
pub fn errors(text: &str) -> Option<Vec<QueryError>> {
    query::compile(text).err().filter(|errors| !errors.is_empty())
}

/// The same for text that is still being typed: faults at its very end may yet be mended by typing on.
pub fn errors_so_far(text: &str) -> Option<Vec<QueryError>> {
    let mut errors = errors(text)?;
    let end = text.trim_end().len();
    errors.retain(|error| error.span.end < end);
    (!errors.is_empty()).then_some(errors)
}

/// The term that selects the other logs.
pub fn inverted(term: &str) -> String {
    edit::invert_term(term, 0)
}

/// A term in its parts, for a chip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// As typed; empty for free text, groups and negations.
    pub name: String,
    pub operator: &'static str,
    pub value: String,
    /// It leaves logs out.
    pub excludes: bool,
}

pub fn shape(term: &str) -> Shape {
    let parsed = edit::terms(term).into_iter().next();
    let free = |value: &str, excludes| Shape { name: String::new(), operator: "", value: value.to_owned(), excludes };
    let Some(parsed) = parsed else { return free(term, false) };
    let excludes = parsed.kind == TermKind::Exclude;
    let name_end = term.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').unwrap_or(term.len());
    match parsed.op {
        Some(op) if name_end > 0 && Name::find(&term[..name_end]) == parsed.field => Shape {
            name: term[..name_end].to_owned(),
            operator: sign(op),
            value: if op == Op::In || op == Op::NotIn { format!("({})", parsed.value) } else { written(term, op) },
            excludes,
        },
        _ => free(term, excludes),
    }
}

/// The value with its quotes, as it was typed.
fn written(term: &str, op: Op) -> String {
    term.split_once(op.symbol()).map_or("", |(_, value)| value.trim()).to_owned()
}

/// Name for "Remove filter …": the field, or the text itself.
pub fn title(term: &str) -> String {
    let shape = shape(term);
    if shape.name.is_empty() { shape.value } else { shape.name }
}

fn sign(op: Op) -> &'static str {
    match op {
        Op::NotEqual => "≠",
        Op::GreaterEqual => "≥",
        Op::LessEqual => "≤",
        Op::In => " in ",
        Op::NotIn => " not in ",
        other => other.symbol(),
    }
}

/// What the view leaves out, in words.
pub fn narrowed(view: &View) -> String {
    let mut parts = Vec::new();
    if !view.query.is_empty() {
        parts.push(show::visible(&view.query).into_owned());
    }
    match view.significance {
        Significance::All => {}
        Significance::Significant => parts.push("significant".to_owned()),
        Significance::NonSignificant => parts.push("non-significant".to_owned()),
    }
    if let Some(range) = view.brush.or(view.period) {
        parts.push(show::period(range.from, range.to));
    }
    parts.join(", ")
}
