//! Finds where the values of a JSON text begin and end, and checks that they are JSON (RFC 8259), without building
//! anything. A parser that can do more was a twentieth of the worker.

use std::borrow::Cow;

/// Where JSON stopped being JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The byte that does not fit, or the last one where the text ends too early.
    pub at: usize,
    /// The text ends; what is there could be the head of JSON.
    pub cut: bool,
}

type Result<T> = std::result::Result<T, Fault>;

pub struct Scan<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scan<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    #[inline(always)]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no blank; it is not passed.
    #[inline(always)]
    fn token(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    /// What is here does not fit; or nothing is here.
    fn fault<T>(&self) -> Result<T> {
        let len = self.text.len();
        Err(Fault { at: self.at.min(len.saturating_sub(1)), cut: self.at >= len })
    }

    /// Passes this byte, blanks before it included.
    pub fn pass(&mut self, byte: u8) -> Result<()> {
        if self.token() != Some(byte) {
            return self.fault();
        }
        self.at += 1;
        Ok(())
    }

    /// Nothing but blanks is left.
    pub fn at_end(&mut self) -> bool {
        self.token().is_none()
    }

    /// Whether another element of the array or object follows, whose opening bracket was passed before the first. Passes
    /// the comma before it, or `close`.
    pub fn more(&mut self, first: bool, close: u8) -> Result<bool> {
        match self.token() {
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(false)
            }
            Some(_) if first => Ok(true),
            Some(b',') => {
                self.at += 1;
                if self.token() == Some(close) { self.fault() } else { Ok(true) }
            }
            _ => self.fault(),
        }
    }

    /// A key and the colon behind it; its escapes resolved.
    pub fn key(&mut self) -> Result<Cow<'t, str>> {
        if self.token() != Some(b'"') {
            return self.fault();
        }
        let start = self.at + 1;
        let plain = self.string()?;
        let inner = &self.text[start..self.at - 1];
        let key = if plain {
            Cow::Borrowed(inner)
        } else {
            Cow::Owned(unescaped(inner).ok_or(Fault { at: self.at - 1, cut: false })?)
        };
        self.pass(b':')?;
        Ok(key)
    }

    /// The text of a value.
    pub fn value(&mut self) -> Result<&'t str> {
        self.token();
        let start = self.at;
        // Closing brackets to come; grows only where values nest.
        let mut open: Vec<u8> = Vec::new();
        loop {
            let mut first = false;
            match self.token() {
                Some(b'"') => {
                    self.string()?;
                }
                Some(b'-' | b'0'..=b'9') => self.number()?,
                Some(b't') => self.word(b"true")?,
                Some(b'f') => self.word(b"false")?,
                Some(b'n') => self.word(b"null")?,
                Some(bracket @ (b'{' | b'[')) => {
                    self.at += 1;
                    // In ASCII a bracket closes two after it opens.
                    open.push(bracket + 2);
                    first = true;
                }
                _ => return self.fault(),
            }
            loop {
                let Some(&close) = open.last() else { return Ok(&self.text[start..self.at]) };
                if self.more(first, close)? {
                    break;
                }
                open.pop();
                first = false;
            }
            if open.last() == Some(&b'}') {
                if self.token() != Some(b'"') {
                    return self.fault();
                }
                self.string()?;
                self.pass(b':')?;
            }
        }
    }

    fn word(&mut self, word: &[u8]) -> Result<()> {
        for byte in word {
            if self.byte() != Some(*byte) {
                return self.fault();
            }
            self.at += 1;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<()> {
        if !self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            return self.fault();
        }
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<()> {
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        if self.byte() == Some(b'0') {
            self.at += 1;
            if self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
                return self.fault();
            }
        } else {
            self.digits()?;
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    /// Passes a string that begins here; true where it has no escapes.
    fn string(&mut self) -> Result<bool> {
        let mut plain = true;
        self.at += 1;
        loop {
            self.at += plain_len(&self.text.as_bytes()[self.at..]);
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(plain);
                }
                Some(b'\\') => {
                    plain = false;
                    self.at += 1;
                    match self.byte() {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
                        Some(b'u') => {
                            self.at += 1;
                            for _ in 0..4 {
                                if !self.byte().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                                    return self.fault();
                                }
                                self.at += 1;
                            }
                        }
                        _ => return self.fault(),
                    }
                }
                // A control character, or the end.
                _ => return self.fault(),
            }
        }
    }
}

/// Bytes before the first quote, backslash or control character.
#[inline(always)]
fn plain_len(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    let (words, _) = bytes.as_chunks::<8>();
    let mut len = 0;
    for word in words {
        let word = u64::from_le_bytes(*word);
        // The high bit of each byte that is below `than`, and false ones only above a true one.
        let below = |word: u64, than: u64| word.wrapping_sub(ONES * than) & !word;
        let quote = word ^ (ONES * u64::from(b'"'));
        let slash = word ^ (ONES * u64::from(b'\\'));
        let found = (below(word, 0x20) | below(quote, 1) | below(slash, 1)) & (ONES << 7);
        if found != 0 {
            return len + found.trailing_zeros() as usize / 8;
        }
        len += 8;
    }
    let rest = &bytes[len..];
    len + rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..0x20)).unwrap_or(rest.len())
}

/// The inside of a string that was passed, its escapes resolved; `None` where one is half of a pair of surrogates.
pub fn unescaped(inner: &str) -> Option<String> {
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        let escape = *rest.as_bytes().get(at + 1)?;
        rest = rest.get(at + 2..)?;
        text.push(match escape {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut unit = hex(rest)?;
                rest = &rest[4..];
                if let 0xd800..0xdc00 = unit {
                    let low = hex(rest.strip_prefix("\\u")?).filter(|low| (0xdc00..0xe000).contains(low))?;
                    rest = &rest[6..];
                    unit = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                }
                char::from_u32(unit)?
            }
            other => other as char,
        });
    }
    text.push_str(rest);
    Some(text)
}

fn hex(text: &str) -> Option<u32> {
    u32::from_str_radix(text.get(..4).filter(|four| four.bytes().all(|byte| byte.is_ascii_hexdigit()))?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::value::RawValue;

    /// The value at the beginning of a text and where it ends, or the fault, as another parser sees it.
    fn by_serde(text: &str) -> Result<usize> {
        let mut all = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
        match all.next() {
            Some(Ok(value)) => Ok(value.get().len()),
            Some(Err(error)) => {
                let line: usize = text.split_inclusive('\n').take(error.line() - 1).map(str::len).sum();
                Err(Fault { at: (line + error.column()).saturating_sub(1), cut: error.is_eof() })
            }
            None => Err(Fault { at: 0, cut: true }),
        }
    }

    const SAMPLE: &str = concat!(
        r#"{"a":[1,-2.5e+3,0,true,false,null,[],{}],"b":{"c\"\\\/\n":"x\u00e9y\ud83d\ude00, Zürich","d":"#,
        "\n [ {\"e\" : 12 } , \"f\" ]}, \"g\":\"0123456789abcdef\"}"
    );

    #[test]
    fn values_end_where_another_parser_sees_their_end() {
        let wholes = [SAMPLE, "12 ", "\"x\" 1", "[[[[]]]]", "{\"a\":{\"a\":{}}}"];
        for text in wholes {
            assert_eq!(Scan::new(text).value().map(str::len), by_serde(text), "{text}");
        }
    }

    #[test]
    fn damage_is_seen_as_another_parser_sees_it() {
        let mut seen = 0;
        for at in 0..SAMPLE.len() {
            for byte in *b"\"\\{}[],:0-.eE tu\x01z" {
                let mut bytes = SAMPLE.as_bytes().to_vec();
                bytes[at] = byte;
                let Ok(text) = String::from_utf8(bytes) else { continue };
                let (ours, theirs) = (Scan::new(&text).value().map(str::len), by_serde(&text));
                match (ours, theirs) {
                    (Err(our), Err(their)) => {
                        assert_eq!(our.cut, their.cut, "{text}");
                        // They count a control character or a wrong escape as passed or not, as it comes.
                        assert!(our.at.abs_diff(their.at) <= 4, "{our:?} {their:?} {text}");
                        seen += 1;
                    }
                    (ours, theirs) => assert_eq!(ours, theirs, "{text}"),
                }
            }
        }
        assert!(seen > 500, "{seen}");
    }

    #[test]
    fn every_head_of_a_text_is_cut() {
        for end in (0..SAMPLE.len()).filter(|end| SAMPLE.is_char_boundary(*end)) {
            let fault = Scan::new(&SAMPLE[..end]).value().unwrap_err();
            assert!(fault.cut, "{}", &SAMPLE[..end]);
            assert_eq!(fault.at, end.saturating_sub(1));
        }
    }

    #[test]
    fn escapes_are_resolved() {
        for text in [r#"a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é"#, "", "plain"] {
            assert_eq!(unescaped(text), serde_json::from_str(&format!("\"{text}\"")).ok(), "{text}");
        }
        for text in [r"\ud800", r"\ud800\u0041", r"\udc00", r"\ud800x", r"\u12"] {
            assert_eq!(unescaped(text), None, "{text}");
        }
    }

    #[test]
    fn the_length_of_plain_text_is_found_in_any_place() {
        for len in 0..40 {
            for mark in *b"\"\\\n\x1f" {
                let mut bytes = vec![b'\xc3'; len];
                bytes.push(mark);
                bytes.extend([b'x'; 11]);
                assert_eq!(plain_len(&bytes), len);
            }
            assert_eq!(plain_len(&vec![b' '; len]), len);
        }
    }
}
