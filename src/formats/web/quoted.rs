//! Text in quotes, as web servers write it.
//!
//! Apache writes `\"`, `\\`, `\n`, `\xhh`; nginx `\x22`, with `escape=json` `\"` and `\u0022`. Older and other servers
//! write a quote inside the text as it is (`"Mozilla/4.0 "beta" (X11)"`), so the closing one has to be found.

use crate::record::{Field, Row, Span};
use crate::text::Cursor;

/// What stands between two quotes, and whether the second one is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quoted {
    pub(super) inner: Span,
    pub(super) closed: bool,
}

/// Steps over the text in quotes that begins here. Its end is a quote that a blank or the end follows, and the quotes
/// behind it are pairs: one within the text would leave an odd number. Where the line has a quote too many or was cut,
/// the end is followed by another quoted text, or is the last that can be one.
pub(super) fn eat(cursor: &mut Cursor) -> Option<Quoted> {
    if !cursor.eat(b'"') {
        return None;
    }
    let (text, start) = (cursor.text, cursor.at);
    let follows = |at: usize| text.get(at + 1..).unwrap_or_default();
    let mut left = quotes(&text[start..]).count();
    let whole = !left.is_multiple_of(2);
    let mut end = None;
    for at in quotes(&text[start..]).map(|at| start + at) {
        left -= 1;
        if !matches!(follows(at).first(), None | Some(b' ' | b',' | b']' | b')' | b'\t')) {
            continue;
        }
        end = Some(at);
        let last = if whole { left.is_multiple_of(2) } else { follows(at).starts_with(b" \"") };
        if last {
            break;
        }
    }
    let closed = end.is_some();
    let end = end.unwrap_or(text.len());
    cursor.at = (end + 1).min(text.len());
    Some(Quoted { inner: Span::new(start, end), closed })
}

/// Where quotes stand that no backslash escapes.
pub(super) fn quotes(text: &[u8]) -> impl Iterator<Item = usize> + '_ {
    memchr::memchr_iter(b'"', text).filter(|at| {
        let backslashes = text[..*at].iter().rev().take_while(|byte| **byte == b'\\').count();
        backslashes % 2 == 0
    })
}

/// `-` and an empty text say that there was none.
pub(super) fn unless_none(span: Span, text: &[u8]) -> Span {
    if span.of(text) == b"-" { Span::NONE } else { span }
}

/// Sets text with its escapes read; most has none and stays where it is.
pub(super) fn set(field: Field, span: Span, text: &[u8], row: &mut Row) {
    let bytes = span.of(text);
    if memchr::memchr(b'\\', bytes).is_none() {
        row.text(field, span);
        return;
    }
    match unescape(bytes) {
        Some(plain) => row.owned(field, &plain, span),
        None => row.text(field, span),
    }
}

/// `None` where the bytes are no text (`\x16\x03\x01`, `\xe4\xe5`): then the escapes say more than what they stand for.
fn unescape(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let (value, len) = match bytes.get(at + 1).filter(|_| byte == b'\\') {
            Some(b'n') => (b'\n', 2),
            Some(b't') => (b'\t', 2),
            Some(b'r') => (b'\r', 2),
            Some(b'x') => hex(bytes.get(at + 2..at + 4)).map_or((byte, 1), |value| (value, 4)),
            Some(b'u') if bytes.get(at + 2..at + 4) == Some(b"00") => {
                hex(bytes.get(at + 4..at + 6)).map_or((byte, 1), |value| (value, 6))
            }
            Some(other @ (b'"' | b'\\' | b'/' | b'\'')) => (*other, 2),
            _ => (byte, 1),
        };
        plain.push(value);
        at += len;
    }
    let text = str::from_utf8(&plain).ok()?;
    (!text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\t' | '\r'))).then_some(plain)
}

fn hex(two: Option<&[u8]>) -> Option<u8> {
    let digit = |byte: u8| (byte as char).to_digit(16);
    let [high, low] = two? else { return None };
    Some((digit(*high)? * 16 + digit(*low)?) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_quote_is_found() {
        let cases = [
            (r#""plain" 1"#, "plain", " 1"),
            (r#""a \"b\" c" "x""#, r#"a \"b\" c"#, r#" "x""#),
            (r#""Mozilla/4.0 "beta" (X11)" "-""#, r#"Mozilla/4.0 "beta" (X11)"#, r#" "-""#),
            (r#""an " inch" 7"#, r#"an " inch"#, " 7"),
            (r#""DOM\\" "x""#, r"DOM\\", r#" "x""#),
            (r#""" "-""#, "", r#" "-""#),
            (r#""Mozilla/5.0 (comp"#, "Mozilla/5.0 (comp", ""),
        ];
        for (text, inner, rest) in cases {
            let mut cursor = Cursor::new(text.as_bytes(), 0);
            let quoted = eat(&mut cursor).unwrap();
            assert_eq!(str::from_utf8(quoted.inner.of(text.as_bytes())), Ok(inner), "{text}");
            assert_eq!(str::from_utf8(cursor.rest()), Ok(rest), "{text}");
            assert_eq!(quoted.closed, text.len() > inner.len() + 1);
        }
    }

    #[test]
    fn escapes_are_read_where_they_stand_for_text() {
        assert_eq!(unescape(br#"\x22a\x22 \"b\" \\ \xd0\xbf"#).as_deref(), Some("\"a\" \"b\" \\ п".as_bytes()));
        assert_eq!(unescape(br"\u0022 \q \x4").as_deref(), Some(&br#"" \q \x4"#[..]));
        assert_eq!(unescape(br"\x16\x03\x01"), None);
        assert_eq!(unescape(br"\xe4\xe5"), None);
    }
}
