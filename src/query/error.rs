//! What is wrong with a search: where, in plain words, and what may have been meant.

use super::ast::Span;
use crate::record::Field;
use crate::text::sort;

/// A way out that the page offers as a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// "Did you mean `resp_code`?"
    pub label: String,
    /// What to replace …
    pub span: Span,
    /// … and by what.
    pub with: String,
}

impl Fix {
    pub(super) fn new(label: String, span: Span, with: impl Into<String>) -> Self {
        Self { label, span, with: with.into() }
    }

    /// The search with the fix made.
    pub fn apply(&self, text: &str) -> String {
        let (before, after) = (text.get(..self.span.start), text.get(self.span.end..));
        match (before, after) {
            (Some(before), Some(after)) => format!("{before}{}{after}", self.with),
            _ => text.to_owned(),
        }
    }
}

/// One fault of a search. A search with faults does not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// Where; empty where something is missing.
    pub span: Span,
    pub message: String,
    /// At most two.
    pub fixes: Vec<Fix>,
}

impl QueryError {
    pub(super) fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), fixes: Vec::new() }
    }

    pub(super) fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }
}

/// Names and aliases close to what was typed, nearest first, at most two, each of another field.
pub(super) fn nearest_names(typed: &str) -> Vec<&'static str> {
    // `client-ip` and `ClientIP` are how others write `client_ip`.
    let plain = |name: &str| name.chars().filter(|c| *c != '_' && *c != '-').collect::<String>().to_ascii_lowercase();
    let wanted = plain(typed);
    let mut found: Vec<(usize, &'static str, Field)> = Vec::new();
    for field in Field::ALL {
        let spec = field.spec();
        let distances = std::iter::once(&spec.name).chain(spec.aliases).filter_map(|name| {
            let have = plain(name);
            let distance = distance(wanted.as_bytes(), have.as_bytes());
            // Of a two-letter name, two letters away is anything.
            let close = distance <= 2 && distance * 3 <= have.len();
            let begins = wanted.len() >= 3 && have.starts_with(&wanted);
            (close || begins).then_some((if begins { distance.min(2) } else { distance }, *name))
        });
        if let Some((distance, name)) = distances.min_by_key(|(distance, _)| *distance) {
            found.push((distance, name, *field));
        }
    }
    sort::by_key(&mut found, |(distance, ..)| *distance);
    found.into_iter().take(2).map(|(_, name, _)| name).collect()
}

/// Number of letters to insert, drop, change or swap with their neighbour.
fn distance(a: &[u8], b: &[u8]) -> usize {
    if a.len().abs_diff(b.len()) > 2 {
        // Only "close" matters, so what is far need not be measured.
        return a.len().abs_diff(b.len());
    }
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_nearly_right_are_found() {
        assert_eq!(nearest_names("resp_cod"), ["resp_code"]);
        assert_eq!(nearest_names("client_pi")[0], "client_ip");
        assert_eq!(nearest_names("client-ip")[0], "client_ip");
        assert_eq!(nearest_names("METHDO")[0], "method");
        assert_eq!(nearest_names("termination")[0], "termination_state");
        assert!(nearest_names("zzz").is_empty());
        assert!(nearest_names("").is_empty());
    }

    #[test]
    fn a_fix_replaces_its_place_only() {
        let fix = Fix::new(String::new(), Span::new(2, 3), "yy");
        assert_eq!(fix.apply("a x b"), "a yy b");
        assert_eq!(fix.apply(""), "");
    }
}
