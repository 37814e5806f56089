//! A line cut into cells at its commas.
//!
//! PAN-OS puts a value with a comma or a quote into quotes and doubles the quotes inside. What came through a forwarder
//! may have `\"` around a value or inside it, and one column (`link_switches`) has commas inside braces and no quotes:
//!
//! ```text
//! …,tcp,alert,"shop.example/a,b?q=""x""",(9999),…     …,4,\"used-by-malware,has-known-vulnerability\",,web-browsing,…
//! ```

use crate::record::Span;
use std::borrow::Cow;

/// One cell, without the quotes around it. Two numbers, so that it stays in registers: there are a hundred in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    start: u32,
    /// Its highest bit: quotes inside are written as two, or after a backslash.
    len: u32,
}

impl Cell {
    const ESCAPED: u32 = 1 << 31;

    #[inline]
    fn new(start: usize, end: usize, escaped: bool) -> Cell {
        let Span { start, len } = Span::new(start, end);
        Cell { start, len: len | if escaped { Self::ESCAPED } else { 0 } }
    }

    #[inline]
    pub(super) fn span(self) -> Span {
        Span { start: self.start, len: self.len & !Self::ESCAPED }
    }

    /// True where the value is not meant as it is written.
    #[inline]
    pub(super) fn is_escaped(self) -> bool {
        self.len & Self::ESCAPED != 0
    }

    /// The value as it is meant.
    pub(super) fn text<'a>(self, line: &'a [u8]) -> Cow<'a, [u8]> {
        let written = self.span().of(line);
        if !self.is_escaped() {
            return Cow::Borrowed(written);
        }
        let mut text = Vec::with_capacity(written.len());
        let mut at = 0;
        while let Some(&byte) = written.get(at) {
            let quotes = |from: usize| written[from..].iter().take_while(|byte| **byte == b'"').count();
            match byte {
                b'\\' if quotes(at + 1) % 2 == 1 => at += 1,
                b'"' if quotes(at) >= 2 => at += 1,
                _ => {}
            }
            text.push(written[at]);
            at += 1;
        }
        Cow::Owned(text)
    }
}

/// Walks over the cells of a line.
#[derive(Clone, Debug)]
pub(super) struct Cells<'a> {
    line: &'a [u8],
    /// Where the next cell begins; beyond the line once the last was given.
    at: usize,
    /// A quote stood open: from then on quotes are characters, so that no line is searched again and again.
    plain: bool,
}

impl<'a> Cells<'a> {
    pub(super) fn new(line: &'a [u8], at: usize) -> Self {
        Self { line, at, plain: false }
    }

    /// Where the next cell begins; `None` after the last.
    pub(super) fn place(&self) -> Option<usize> {
        (self.at <= self.line.len()).then_some(self.at)
    }

    /// The next cell, which may hold commas inside braces.
    pub(super) fn next_braced(&mut self) -> Option<Cell> {
        let rest = self.line.get(self.at..)?;
        if rest.first() != Some(&b'{') {
            return self.next();
        }
        let mut depth = 0usize;
        let close = rest.iter().position(|byte| {
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        match close {
            Some(close) if matches!(rest.get(close + 1), None | Some(b',')) => {
                let start = self.at;
                self.at += close + 2;
                Some(Cell::new(start, start + close + 1, false))
            }
            _ => self.next(),
        }
    }

    /// A cell in quotes of either kind, if `rest` begins with one.
    #[inline(never)]
    fn in_quotes(&mut self, rest: &[u8]) -> Option<Cell> {
        let quoted = match rest {
            _ if self.plain => return None,
            [b'"', ..] => self.quoted(),
            [_, b'"', ..] => self.backslashed(),
            _ => return None,
        };
        self.plain = quoted.is_none();
        quoted
    }

    /// A cell that begins with a quote; `None` where none closes it.
    fn quoted(&mut self) -> Option<Cell> {
        let start = self.at + 1;
        let (mut at, mut escaped, mut backslash) = (start, false, false);
        loop {
            at += memchr::memchr(b'"', self.line.get(at..)?)?;
            let run = self.line[at..].iter().take_while(|byte| **byte == b'"').count();
            let after = at + run;
            let ends = matches!(self.line.get(after), None | Some(b','));
            let after_backslash = run % 2 == 1 && at > start && self.line[at - 1] == b'\\';
            // `\",` ends a value whose last byte is a backslash, unless its other quotes have backslashes too.
            if run % 2 == 1 && ends && !(after_backslash && backslash) {
                self.at = after + 1;
                return Some(Cell::new(start, after - 1, escaped || run > 1));
            }
            backslash |= after_backslash;
            escaped = true;
            at = after;
        }
    }

    /// A cell that a forwarder began with `\"`; `None` where none closes it.
    fn backslashed(&mut self) -> Option<Cell> {
        let start = self.at + 2;
        let rest = self.line.get(start..)?;
        let mut ends = memchr::memmem::find_iter(rest, b"\\\"").map(|end| start + end);
        let end = ends.find(|end| matches!(self.line.get(end + 2), None | Some(b',')))?;
        self.at = end + 3;
        Some(Cell::new(start, end, false))
    }
}

impl Iterator for Cells<'_> {
    type Item = Cell;

    /// The next cell; after a quote that nothing closes, the line is cut at every comma. Inlined: a line has
    /// a hundred cells, and would make as many calls.
    #[inline(always)]
    fn next(&mut self) -> Option<Cell> {
        let rest = self.line.get(self.at..)?;
        if matches!(rest, [b'"' | b'\\', ..])
            && let Some(quoted) = self.in_quotes(rest)
        {
            return Some(quoted);
        }
        // Cells are short: a plain loop beats a vector search, and `position`, which is a call.
        let mut len = 0;
        while len < rest.len() && rest[len] != b',' {
            len += 1;
        }
        let start = self.at;
        self.at += len + 1;
        Some(Cell::new(start, start + len, false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(line: &str) -> Vec<String> {
        let cut = Cells::new(line.as_bytes(), 0);
        cut.map(|cell| String::from_utf8(cell.text(line.as_bytes()).into_owned()).unwrap()).collect()
    }

    #[test]
    fn both_ways_of_quoting_give_the_same_cells() {
        assert_eq!(cells("a,,b c,"), ["a", "", "b c", ""]);
        assert_eq!(cells(""), [""]);
        assert_eq!(cells(r#"1,"a,b",2"#), ["1", "a,b", "2"]);
        assert_eq!(cells(r#"1,"say ""hi"", ok",2"#), ["1", r#"say "hi", ok"#, "2"]);
        assert_eq!(cells(r#"1,"say \"hi\", ok",2"#), ["1", r#"say "hi", ok"#, "2"]);
        assert_eq!(cells(r#"1,"C:\dir\",2"#), ["1", r"C:\dir\", "2"]);
        assert_eq!(cells(r#"1,\"a,b\",2"#), ["1", "a,b", "2"]);
        assert_eq!(cells(r#""""quoted""","""#), [r#""quoted""#, ""]);
        assert_eq!(cells(r#"1,"","end""#), ["1", "", "end"]);
    }

    #[test]
    fn a_quote_that_nothing_closes_is_a_character() {
        assert_eq!(cells(r#"1,"a,b,2"#), ["1", r#""a"#, "b", "2"]);
        assert_eq!(cells(r#"1,\"a,b"#), ["1", r#"\"a"#, "b"]);
    }

    #[test]
    fn braces_keep_their_commas() {
        let line = b"{a,b,{c,d}},x";
        let mut cut = Cells::new(line, 0);
        assert_eq!(cut.next_braced().unwrap().span().of(line), b"{a,b,{c,d}}");
        assert_eq!(cut.next_braced().unwrap().span().of(line), b"x");
        assert_eq!(cut.next_braced(), None);
        let open = b"{a,b";
        assert_eq!(Cells::new(open, 0).next_braced().unwrap().span().of(open), b"{a");
    }
}
