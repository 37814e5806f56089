//! What a search means, written as obviously as possible: row by row, value by value, without anything of `src/query`.

use super::rows::{Row, Value};
use hopscope::record::Field;

/// A search as a tree.
#[derive(Clone, Debug)]
pub enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    /// Free text, in lower case.
    Word(String),
    /// A network by itself: an address inside it in whatever field, or its text.
    Network(u128, u128, String),
    /// That there is a value.
    Exists(Of),
    /// That some value means one of these; with `not`, that none does.
    Is {
        of: Of,
        not: bool,
        meanings: Vec<Meaning>,
    },
}

/// What is asked about.
#[derive(Clone, Debug)]
pub enum Of {
    Field(Field),
    /// By the dotted path in the entry.
    Key(String),
}

/// What a value has to be.
#[derive(Clone, Debug)]
pub enum Meaning {
    /// From the first to the last number.
    Number(i64, i64),
    /// From the first to the last address.
    Address(u128, u128),
    /// Without case: in lower case here.
    Text(How, String),
    /// With case.
    Exact(How, String),
}

#[derive(Clone, Copy, Debug)]
pub enum How {
    Equal,
    Contains,
    Starts,
    Ends,
}

/// Whether the search finds the row.
pub fn finds(filter: &Filter, row: &Row) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().all(|part| finds(part, row)),
        Filter::Any(parts) => parts.iter().any(|part| finds(part, row)),
        Filter::Not(part) => !finds(part, row),
        Filter::Word(word) => is_somewhere(word, row),
        Filter::Network(first, last, text) => {
            row.addresses.iter().any(|address| first <= address && address <= last) || is_somewhere(text, row)
        }
        Filter::Exists(of) => !row.values(of).is_empty(),
        Filter::Is { of, not, meanings } => {
            let some = row.values(of).iter().any(|value| meanings.iter().any(|meaning| means(value, meaning)));
            some != *not
        }
    }
}

fn is_somewhere(word: &str, row: &Row) -> bool {
    let reasons = row.values(&Of::Field(Field::Significance));
    row.raw.contains(word) || reasons.iter().any(|reason| reason.lower.contains(word))
}

fn means(value: &Value, meaning: &Meaning) -> bool {
    match meaning {
        Meaning::Number(first, last) => value.number.is_some_and(|number| *first <= number && number <= *last),
        Meaning::Address(first, last) => value.address.is_some_and(|address| *first <= address && address <= *last),
        Meaning::Text(how, text) => is(&value.lower, *how, text),
        Meaning::Exact(how, text) => is(&value.text, *how, text),
    }
}

fn is(value: &str, how: How, text: &str) -> bool {
    match how {
        How::Equal => value == text,
        How::Contains => value.contains(text),
        How::Starts => value.starts_with(text),
        How::Ends => value.ends_with(text),
    }
}
