//! Regular expressions: found anywhere in a text unless they say `^` or `$`.

use regex::bytes::{Regex, RegexBuilder};
use std::cell::RefCell;

/// Bytes that a compiled pattern may take: `(a{1000}){1000}` is refused at once.
const LIMIT: usize = 4 << 20;

thread_local! {
    /// The pattern of the last question: a long list of texts comes in several.
    static LAST: RefCell<Option<(Vec<u8>, bool, Regex)>> = const { RefCell::new(None) };
}

fn compile(pattern: &[u8], ignore_case: bool) -> Result<Regex, String> {
    let text = std::str::from_utf8(pattern).map_err(|error| error.to_string())?;
    let mut builder = RegexBuilder::new(text);
    // Entries are bytes: what is no UTF-8 must not keep the rest from being found.
    builder.case_insensitive(ignore_case).size_limit(LIMIT).build().map_err(|error| error.to_string())
}

/// `texts`: the pattern, then what it is looked for in.
pub fn matches(texts: &[&[u8]], ignore_case: bool) -> Vec<Vec<u8>> {
    let Some((pattern, texts)) = texts.split_first() else { return Vec::new() };
    LAST.with_borrow_mut(|last| {
        if last.as_ref().is_none_or(|(text, case, _)| text != pattern || *case != ignore_case) {
            *last = compile(pattern, ignore_case).ok().map(|regex| (pattern.to_vec(), ignore_case, regex));
        }
        let found = |(_, _, regex): &(_, _, Regex)| texts.iter().map(|text| u8::from(regex.is_match(text))).collect();
        last.as_ref().map(found).into_iter().collect()
    })
}

/// Where a pattern is wrong, and why: first byte, byte behind the last, a sentence without its full stop.
pub fn fault(pattern: &[u8]) -> Option<Vec<Vec<u8>>> {
    let text = std::str::from_utf8(pattern).unwrap_or_default();
    let (start, end, why) = match regex_syntax::parse(text) {
        Err(regex_syntax::Error::Parse(error)) => {
            (error.span().start.offset, error.span().end.offset, error.kind().to_string())
        }
        Err(regex_syntax::Error::Translate(error)) => {
            (error.span().start.offset, error.span().end.offset, error.kind().to_string())
        }
        // What is well written may still be too large.
        _ => (0, text.len(), compile(pattern, true).err()?),
    };
    Some(vec![start.to_string().into_bytes(), end.to_string().into_bytes(), why.into_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, texts: &[&str]) -> Vec<Vec<u8>> {
        let all: Vec<&[u8]> = std::iter::once(&pattern).chain(texts).map(|text| text.as_bytes()).collect();
        matches(&all, true)
    }

    #[test]
    fn patterns_are_found_anywhere_and_whatever_the_case() {
        assert_eq!(found("^/api/v[0-9]+/", &["/API/v12/x", "/api/v/x", "x/api/v1/"]), [[1, 0, 0]]);
        assert_eq!(found("b|d$", &["abc", "acd", "dc", ""]), [[1, 1, 0, 0]]);
        assert_eq!(found("(?-i)A", &["A", "a"]), [[1, 0]]);
        assert_eq!(matches(&[b"c", b"C", b"c"], false), [[0, 1]]);
        assert_eq!(matches(&[b"a.c", b"a\xffc", "aéc".as_bytes()], true), [[0, 1]], "a letter, not a byte");
        assert!(found("(", &["("]).is_empty());
    }

    #[test]
    fn time_is_linear_in_the_text() {
        // Takes for ever where a pattern is tried again from the start.
        let text = "a".repeat(50_000);
        assert_eq!(found("^(a+)+$", &[&format!("{text}!")]), [[0]]);
    }

    #[test]
    fn a_wrong_pattern_is_told_with_its_place() {
        let fault = |pattern: &str| {
            fault(pattern.as_bytes())
                .map(|parts| parts.iter().map(|part| String::from_utf8_lossy(part).into_owned()).collect::<Vec<_>>())
        };
        assert_eq!(fault("a(b|c)*"), None);
        assert_eq!(fault("ab(c").unwrap(), ["2", "3", "unclosed group"]);
        assert_eq!(fault("a[z-b]").unwrap()[..2], ["2", "5"]);
        assert_eq!(fault("é*+(?=x)").unwrap()[..2], ["4", "7"]);
        assert!(fault("(?=x)").unwrap()[2].contains("look-around"));
        assert!(fault("(a{1000}){1000}").unwrap()[2].contains("size limit"));
    }
}
