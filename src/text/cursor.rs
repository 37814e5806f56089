//! A position in the bytes of an entry, with the few steps that hand-written line parsers need: no allocation, no
//! copying, never past the end.

use crate::text::{Span, bytes};

/// Reads `text` from `at` on.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    pub text: &'a [u8],
    pub at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a [u8], at: usize) -> Self {
        Self { text, at: at.min(text.len()) }
    }

    #[inline(always)]
    pub fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    #[inline]
    pub fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    #[inline]
    pub fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Steps over `byte` if it stands here.
    #[inline(always)]
    pub fn eat(&mut self, byte: u8) -> bool {
        let here = self.peek() == Some(byte);
        self.at += usize::from(here);
        here
    }

    /// Steps over `words` if they stand here.
    pub fn eat_all(&mut self, words: &[u8]) -> bool {
        let here = self.rest().starts_with(words);
        if here {
            self.at += words.len();
        }
        here
    }

    pub fn skip_blanks(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    /// The bytes up to the next blank or the end; may be empty.
    #[inline]
    pub fn token(&mut self) -> Span {
        let start = self.at;
        self.at = bytes::find(self.text, start, b' ');
        Span::new(start, self.at)
    }

    /// The bytes up to `end` or the end of the text, whichever comes first.
    pub fn until(&mut self, end: u8) -> Span {
        let start = self.at;
        self.at += memchr::memchr(end, self.rest()).unwrap_or(self.text.len() - start);
        Span::new(start, self.at)
    }

    /// An optional `-` and up to 15 digits. Fifteen, so that milliseconds still fit after they became microseconds.
    /// `None`, without a step, where no such number stands.
    #[inline]
    pub fn number(&mut self) -> Option<i64> {
        // Most numbers have fewer than eight digits and something behind them.
        if let Some(word) = bytes::word(self.text, self.at) {
            let count = bytes::digits_in(word);
            if (1..8).contains(&count) {
                self.at += count as usize;
                return Some(i64::from(bytes::number_in(word, count)));
            }
        }
        self.number_by_bytes(15)
    }

    /// A count of bytes, of which nothing else is reckoned: any number that fits 64 bits. `None`, without a step, where
    /// none stands.
    #[inline]
    pub fn count(&mut self) -> Option<i64> {
        self.number().or_else(|| self.number_by_bytes(19))
    }

    fn number_by_bytes(&mut self, most: usize) -> Option<i64> {
        let negative = self.peek() == Some(b'-');
        let first = self.at + usize::from(negative);
        let mut at = first;
        let mut value = 0i64;
        while let Some(digit) = self.text.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit <= 9) {
            if at - first == most {
                return None;
            }
            value = value.checked_mul(10)?.checked_add(i64::from(digit))?;
            at += 1;
        }
        if at == first {
            return None;
        }
        self.at = at;
        Some(if negative { -value } else { value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_stay_inside_the_text() {
        let mut cursor = Cursor::new(b"-12/x  y", 0);
        assert_eq!(cursor.number(), Some(-12));
        assert!(cursor.eat(b'/') && !cursor.eat(b'/'));
        assert_eq!(cursor.number(), None);
        assert_eq!(cursor.token().of(cursor.text), b"x");
        cursor.skip_blanks();
        assert_eq!(cursor.until(b'!').of(cursor.text), b"y");
        assert!(cursor.at_end() && cursor.peek().is_none() && cursor.token().len == 0);
        assert_eq!(Cursor::new(b"9999999999999999", 0).number(), None);
        assert_eq!(Cursor::new(b"-", 7).number(), None);
    }
}
