//! Reads the top level of an entry's JSON: each key with the text of its value, where it stands in the entry.
//!
//! No tree is built: values stay slices of the entry, and nested messages are opened only by who needs them.

use super::scan::{Fault, Scan, unescaped};
use crate::{record::Span, text::document};
use std::{borrow::Cow, ops::Range};

/// The object of an entry, as text.
pub struct Body<'e> {
    pub text: Cow<'e, str>,
    /// Position in the entry = position in `text` + `offset` - `added`.
    offset: usize,
    /// Bytes before the object that do not stand in the entry (the outer brace that streamed bodies may lack).
    added: usize,
    /// Where the values stand, in an object that was put together from a row of a table.
    pieces: Option<Vec<Piece>>,
}

/// A value of an object that does not stand in the entry itself.
pub struct Piece {
    pub text: Range<usize>,
    pub entry: Range<usize>,
    /// It is a string with the very bytes of the entry.
    pub exact: bool,
}

impl<'e> Body<'e> {
    /// The object at the beginning of the entry, behind what framing leaves before it; or the body of a syslog line:
    /// `<134>1 2020-05-07T14:11:52.550629Z lb se-1 0 711603 - "adf":1,"udf":0`, with or without outer braces.
    pub fn find(entry: &'e [u8]) -> Option<Self> {
        let head = entry.strip_prefix(b"\xef\xbb\xbf").unwrap_or(entry);
        let skipped = head.iter().take_while(|b| b.is_ascii_whitespace() || matches!(b, b'[' | b',')).count();
        let start = entry.len() - head.len() + skipped;
        match entry.get(start)? {
            b'{' => Some(Self::new(&entry[start..], start)),
            b'"' => Some(Self::with_braces(entry, start)),
            // Prose that mentions JSON somewhere is not ours.
            _ => {
                let header = &entry[start..entry.len().min(start + MAX_SYSLOG_HEADER)];
                let body = memchr::memchr2_iter(b'{', b'"', header)
                    .map(|at| start + at)
                    .find(|at| entry[*at] == b'{' || entry[at - 1].is_ascii_whitespace())?;
                Some(if entry[body] == b'{' { Self::new(&entry[body..], body) } else { Self::with_braces(entry, body) })
            }
        }
    }

    /// The object inside a document that wraps it: `{"count": 2, "results": [{…`.
    pub fn unwrapped(entry: &'e [u8]) -> Option<Self> {
        document::object_start(entry).map(|start| Self::new(&entry[start..], start))
    }

    /// The line end behind a cut entry is not the damage.
    fn new(object: &'e [u8], offset: usize) -> Self {
        Self { text: as_text(object.trim_ascii_end()), offset, added: 0, pieces: None }
    }

    fn with_braces(entry: &[u8], start: usize) -> Self {
        let pairs = as_text(&entry[start..]);
        let pairs = pairs.trim_end().trim_end_matches(',');
        Self { text: Cow::Owned(format!("{{{pairs}}}")), offset: start, added: 1, pieces: None }
    }

    /// An object put together from `pieces`.
    pub fn of_pieces(text: String, pieces: Vec<Piece>) -> Self {
        Self { text: Cow::Owned(text), offset: 0, added: 0, pieces: Some(pieces) }
    }

    /// Where a slice of `text` stands in the entry, or the value that it is of.
    pub fn span(&self, part: &str) -> Span {
        self.place(part).0
    }

    /// The same, and whether exactly these bytes stand there.
    pub fn place(&self, part: &str) -> (Span, bool) {
        let start = (part.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        if start.saturating_add(part.len()) > self.text.len() || start < self.added {
            return (Span::NONE, false);
        }
        if let Some(pieces) = &self.pieces {
            let Some(piece) = pieces[..pieces.partition_point(|piece| piece.text.start <= start)].last() else {
                return (Span::NONE, false);
            };
            // The value's own quote stands before its text.
            return match start.checked_sub(piece.text.start + 1) {
                Some(within) if piece.exact && within + part.len() <= piece.entry.len() => {
                    let start = piece.entry.start + within;
                    (Span::new(start, start + part.len()), true)
                }
                _ => (Span::new(piece.entry.start, piece.entry.end), false),
            };
        }
        let start = start + self.offset - self.added;
        (Span::new(start, start + part.len()), true)
    }

    /// The byte of the entry at which a fault of [`pairs`] stands.
    pub fn column(&self, fault: Fault) -> usize {
        (fault.at + self.offset).saturating_sub(self.added)
    }
}

/// Priority, stamp, host and the like are no longer.
const MAX_SYSLOG_HEADER: usize = 512;

/// Bytes that are not UTF-8 (Latin-1 in an URL) become `?`, one for one: positions stay.
pub fn as_text(bytes: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            let mut text = String::with_capacity(bytes.len());
            for chunk in bytes.utf8_chunks() {
                text.push_str(chunk.valid());
                text.extend(chunk.invalid().iter().map(|_| '?'));
            }
            Cow::Owned(text)
        }
    }
}

/// How reading an object ended.
pub enum End {
    Whole,
    /// The text ends within the object; the pairs before were read.
    Cut(Fault),
    Damaged(Fault),
    /// The object wraps the entries: it has `results`.
    Wrapper,
}

/// Calls `each` with every key of the object at the beginning of `text` and the text of its value. Stops at `results`
/// where `unwrap` asks for it.
pub fn pairs<'t>(text: &'t str, unwrap: bool, mut each: impl FnMut(&str, &'t str)) -> End {
    match read_pairs(text, unwrap, &mut each) {
        Ok(end) => end,
        Err(fault) if fault.cut => End::Cut(fault),
        Err(fault) => End::Damaged(fault),
    }
}

/// Compiled once, not for every message that is read.
fn read_pairs<'t>(text: &'t str, unwrap: bool, each: &mut dyn FnMut(&str, &'t str)) -> Result<End, Fault> {
    let mut scan = Scan::new(text);
    scan.pass(b'{')?;
    // A pair is handed on when the next one shows that it is whole: `"response_code":50` may be the head of 503.
    let mut last: Option<(Cow<str>, &'t str)> = None;
    loop {
        let key = match scan.more(last.is_none(), b'}') {
            Ok(true) => scan.key().map(Some),
            Ok(false) => Ok(None),
            Err(fault) => Err(fault),
        };
        if let Some((key, value)) =
            last.take_if(|(_, value)| key.is_ok() || !value.ends_with(|c: char| c.is_ascii_digit()))
        {
            each(&key, value);
        }
        let Some(key) = key? else { return Ok(End::Whole) };
        if unwrap && key == "results" {
            return Ok(End::Wrapper);
        }
        last = Some((key, scan.value()?));
    }
}

/// Calls `each` with the text of every element of an array; what is no array has none.
pub fn elements<'t>(text: &'t str, each: impl FnMut(&'t str)) {
    list(text).into_iter().for_each(each);
}

/// The text of every element of an array.
pub fn list(text: &str) -> Vec<&str> {
    let read = || {
        let (mut scan, mut list) = (Scan::new(text), Vec::new());
        scan.pass(b'[')?;
        while scan.more(list.is_empty(), b']')? {
            list.push(scan.value()?);
        }
        Ok::<_, Fault>(if scan.at_end() { list } else { Vec::new() })
    };
    read().unwrap_or_default()
}

/// A value without the quotes that it may stand in.
pub fn unquoted(value: &str) -> &str {
    match value.as_bytes() {
        [b'"', .., b'"'] => &value[1..value.len() - 1],
        _ => value,
    }
}

/// A string value without its quotes, escapes resolved. Numbers and booleans are their own text; nothing else is text,
/// except Avi's wrapped names: `{"val": "ICAP-POOL-GROUP", "crc32": 1799851903}`.
pub fn string(value: &str) -> Option<Cow<'_, str>> {
    match value.as_bytes().first()? {
        b'"' => {
            let inner = value.get(1..value.len() - 1)?;
            if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
                return Some(Cow::Borrowed(inner));
            }
            // Half a surrogate pair cannot be resolved: left as it stands.
            Some(unescaped(inner).map_or(Cow::Borrowed(inner), Cow::Owned))
        }
        b'{' => {
            let mut found = None;
            pairs(value, false, |key, inner| {
                if key == "val" && inner.starts_with('"') {
                    found = string(inner);
                }
            });
            found
        }
        b'[' | b'n' => None,
        _ => Some(Cow::Borrowed(value)),
    }
}

/// JSON without the blanks between its tokens.
pub fn compact(value: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    value
        .chars()
        .filter(|&c| {
            let keep = in_string || !c.is_ascii_whitespace();
            match c {
                _ if escaped => escaped = false,
                '\\' if in_string => escaped = true,
                '"' => in_string = !in_string,
                _ => {}
            }
            keep
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        pairs(text, true, |key, value| found.push((key.to_string(), value.to_string())));
        found
    }

    #[test]
    fn pairs_of_a_cut_object_are_whole() {
        assert_eq!(read(r#"{"a":1,"b":{"c":[2]},"d":"x"}"#).len(), 3);
        assert_eq!(read(r#"{"a":"x","b":50"#), [("a".into(), "\"x\"".into())]);
        assert_eq!(read(r#"{"a":"x","b":"y"#).len(), 1);
        assert_eq!(read(r#"{"a":"x","b":"y""#).len(), 2);
        assert_eq!(read(""), []);
    }

    #[test]
    fn the_body_is_found_behind_any_head() {
        for (entry, expected) in [
            (&b"[\n  {\"a\":1},\n"[..], "a"),
            (b"<134>1 2020-05-07T14:11:52.550629Z lb se-1 0 711603 - \"b\":1,\"c\":\"x\"", "b"),
            (b"<134>May  7 14:11:52 lb se-1: {\"d\":1}", "d"),
            (b"\"icap_log\": {\"action\": \"ICAP_DISABLED\"},\r\n", "icap_log"),
        ] {
            let body = Body::find(entry).unwrap();
            let mut keys = Vec::new();
            assert!(matches!(
                pairs(&body.text, true, |key, value| {
                    keys.push(key.to_string());
                    assert_eq!(body.span(value).of(entry), value.as_bytes());
                }),
                End::Whole
            ));
            assert_eq!(keys[0], expected);
        }
        assert!(Body::find(b"plain text").is_none());
        let body = Body::find(b"{\"a\":\"caf\xe9 \",\"b\":x}").unwrap();
        let End::Damaged(fault) = pairs(&body.text, true, |_, _| {}) else { panic!("it is damaged") };
        assert_eq!(body.column(fault), 17);
    }

    #[test]
    fn strings_lose_quotes_and_escapes() {
        assert_eq!(string(r#""a\/b\u00e9""#).unwrap(), "a/b\u{e9}");
        assert_eq!(string(r#""\ud800""#).unwrap(), "\\ud800");
        assert_eq!(string(r#"{"val": "pool", "crc32": 1}"#).unwrap(), "pool");
        assert_eq!(string("12").unwrap(), "12");
        assert_eq!(string("null"), None);
        assert_eq!(compact("{\n  \"a b\": [1, \"\\\" \"]\n}"), "{\"a b\":[1,\"\\\" \"]}");
    }
}
