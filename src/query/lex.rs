//! The smallest pieces of a search: names, operators, quoted and bare words.

use nom::IResult;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::combinator::{recognize, value, verify};

use super::ast::Op;

/// An operator sign, or one that people try and we do not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Known(Op),
    /// `!^=`, `!$=`: the operator without the `!`.
    Negated(Op),
}

pub fn is_blank(c: char) -> bool {
    c.is_whitespace()
}

pub fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '.'
}

/// Signs that operators are made of.
pub fn is_sign(c: char) -> bool {
    matches!(c, '=' | '!' | '~' | '^' | '$' | '<' | '>')
}

/// What could be the name of a field.
pub fn name(text: &str) -> IResult<&str, &str> {
    verify(take_while1(is_name), |name: &str| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
        .parse(text)
}

/// A name as others write them, with `-`: `client-ip`.
pub fn dashed_name(text: &str) -> IResult<&str, &str> {
    recognize((name, take_while1(|c| is_name(c) || c == '-'))).parse(text)
}

/// The longest sign first, so that `>=` is not read as `>`.
pub fn sign(text: &str) -> IResult<&str, Sign> {
    alt((
        value(Sign::Known(Op::NotMatches), tag("!=~")),
        value(Sign::Known(Op::Matches), tag("=~")),
        value(Sign::Negated(Op::StartsWith), tag("!^=")),
        value(Sign::Negated(Op::EndsWith), tag("!$=")),
        value(Sign::Known(Op::NotContains), tag("!~=")),
        value(Sign::Known(Op::NotEqual), tag("!=")),
        value(Sign::Known(Op::Contains), tag("~=")),
        value(Sign::Known(Op::StartsWith), tag("^=")),
        value(Sign::Known(Op::EndsWith), tag("$=")),
        value(Sign::Known(Op::GreaterEqual), tag(">=")),
        value(Sign::Known(Op::LessEqual), tag("<=")),
        value(Sign::Known(Op::Greater), tag(">")),
        value(Sign::Known(Op::Less), tag("<")),
        value(Sign::Known(Op::Equal), alt((tag("=="), tag("=")))),
    ))
    .parse(text)
}

/// A quoted text: what is inside, the length with quotes, and whether the closing quote is there. `\"` and `\\` stand
/// for `"` and `\`; any other `\` is itself, so that paths of Windows need no care.
pub fn quoted(text: &str) -> Option<(String, usize, bool)> {
    let mut inside = String::new();
    let mut chars = text.char_indices();
    if chars.next()?.1 != '"' {
        return None;
    }
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((inside, at + 1, true)),
            '\\' => match text[at + 1..].chars().next() {
                Some(escaped @ ('"' | '\\')) => {
                    inside.push(escaped);
                    chars.next();
                }
                _ => inside.push('\\'),
            },
            _ => inside.push(c),
        }
    }
    Some((inside, text.len(), false))
}

/// Length of a bare word: up to a blank, a quote, a `)` that it did not open, or (in a list) a comma.
pub fn bare(text: &str, in_list: bool) -> usize {
    let mut open = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' => open += 1,
            ')' if open == 0 => return at,
            ')' => open -= 1,
            '"' => return at,
            ',' if in_list && open == 0 => return at,
            _ if is_blank(c) => return at,
            _ => {}
        }
    }
    text.len()
}

/// True if `text` is `field op …` or `field in (…` with a field we know: what follows an operator by mistake when
/// its value is missing.
pub fn begins_comparison(text: &str, known: impl Fn(&str) -> bool) -> bool {
    let Ok((rest, name)) = name(text) else { return false };
    known(name) && sign(rest).is_ok()
}

/// The word at the start of `text`, letters only, if it ends there: `(a OR)` has an `OR` without a term.
pub fn keyword(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    match text[end..].chars().next() {
        Some(c) if !is_blank(c) && !matches!(c, '(' | ')' | '"') => "",
        _ => &text[..end],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_keep_what_is_inside() {
        assert_eq!(quoted(r#""a \"b\" \\ \d" c"#), Some((r#"a "b" \ \d"#.to_owned(), 15, true)));
        assert_eq!(quoted("\"open"), Some(("open".to_owned(), 5, false)));
        assert_eq!(quoted("\""), Some((String::new(), 1, false)));
        assert_eq!(quoted("x"), None);
    }

    #[test]
    fn bare_words_end_where_they_must() {
        assert_eq!(bare("/x(1) y", false), 5);
        assert_eq!(bare("a) b", false), 1);
        assert_eq!(bare("a,b", true), 1);
        assert_eq!(bare("a,b", false), 3);
    }

    #[test]
    fn the_longest_sign_wins() {
        for op in Op::ALL.into_iter().filter(|op| !matches!(op, Op::In | Op::NotIn)) {
            assert_eq!(sign(op.symbol()), Ok(("", Sign::Known(op))));
        }
        assert_eq!(sign("==1"), Ok(("1", Sign::Known(Op::Equal))));
        assert_eq!(sign("=~a"), Ok(("a", Sign::Known(Op::Matches))));
    }
}
