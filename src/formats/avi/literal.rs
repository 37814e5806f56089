//! Cells of Avi's CSV export that are literals of Python, written as JSON.
//!
//! ```text
//! ['ADF_RESPONSE_CODE_4XX', 'ADF_WAF_MATCH']
//! {'rule_logs': [{'rule_id': '942270', 'matches': [{'match_value': "%25' or 1=1", 'is_internal': False}]}]}
//! ```

use crate::text::decimal;

/// Deeper nesting is none of Avi's.
const DEEPEST: usize = 32;

/// A list or dictionary as JSON; `None` where the text is not wholly such a literal.
pub(super) fn to_json(text: &str) -> Option<String> {
    if !text.starts_with(['[', '{', '(']) {
        return None;
    }
    let mut reader = Reader { text, at: 0, json: String::with_capacity(text.len()) };
    reader.value(0)?;
    reader.blanks();
    (reader.at == text.len()).then_some(reader.json)
}

/// Adds a text to JSON, quoted.
pub(super) fn quote(text: &str, json: &mut String) {
    json.push('"');
    text.chars().for_each(|letter| push(letter, json));
    json.push('"');
}

fn push(letter: char, json: &mut String) {
    match letter {
        '"' => json.push_str("\\\""),
        '\\' => json.push_str("\\\\"),
        '\n' => json.push_str("\\n"),
        '\r' => json.push_str("\\r"),
        '\t' => json.push_str("\\t"),
        control if control < ' ' => json.push_str(&format!("\\u{:04x}", control as u32)),
        letter => json.push(letter),
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    json: String,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += letter.len_utf8();
        Some(letter)
    }

    fn eat(&mut self, letter: char) -> bool {
        self.blanks();
        let is_next = self.peek() == Some(letter);
        self.at += if is_next { letter.len_utf8() } else { 0 };
        is_next
    }

    fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_ascii_start().len();
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        self.blanks();
        let rest = self.rest();
        match self.peek()? {
            _ if depth > DEEPEST => None,
            '[' => self.sequence(']', depth),
            '(' => self.sequence(')', depth),
            '{' => self.dictionary(depth),
            '\'' | '"' => self.string(),
            // Texts of Python 2 and bytes.
            'u' | 'b' if rest[1..].starts_with(['\'', '"']) => {
                self.at += 1;
                self.string()
            }
            _ => self.word(),
        }
    }

    fn sequence(&mut self, close: char, depth: usize) -> Option<()> {
        self.next();
        self.json.push('[');
        let mut first = true;
        while !self.eat(close) {
            if !first {
                self.json.push(',');
            }
            first = false;
            self.value(depth + 1)?;
            if !self.eat(',') && !self.rest().starts_with(close) {
                return None;
            }
        }
        self.json.push(']');
        Some(())
    }

    fn dictionary(&mut self, depth: usize) -> Option<()> {
        self.next();
        self.json.push('{');
        let mut first = true;
        while !self.eat('}') {
            if !first {
                self.json.push(',');
            }
            first = false;
            let key = self.json.len();
            self.value(depth + 1)?;
            if !self.json[key..].starts_with('"') || !self.eat(':') {
                return None;
            }
            self.json.push(':');
            self.value(depth + 1)?;
            if !self.eat(',') && !self.rest().starts_with('}') {
                return None;
            }
        }
        self.json.push('}');
        Some(())
    }

    fn string(&mut self) -> Option<()> {
        let quote = self.next()?;
        self.json.push('"');
        loop {
            let letter = match self.next()? {
                letter if letter == quote => break,
                '\\' => match self.next()? {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'x' => self.code(2)?,
                    'u' => self.code(4)?,
                    'U' => self.code(8)?,
                    letter @ ('\\' | '\'' | '"') => letter,
                    // Python leaves what it does not know as it stands.
                    letter => {
                        push('\\', &mut self.json);
                        letter
                    }
                },
                letter => letter,
            };
            push(letter, &mut self.json);
        }
        self.json.push('"');
        Some(())
    }

    fn code(&mut self, digits: usize) -> Option<char> {
        let code = u32::from_str_radix(self.rest().get(..digits)?, 16).ok()?;
        self.at += digits;
        Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn word(&mut self) -> Option<()> {
        let length = self.rest().find([',', ']', ')', '}', ':', ' '])?;
        let word = &self.text[self.at..self.at + length];
        let json = match word {
            "True" | "true" => "true",
            "False" | "false" => "false",
            "None" | "null" => "null",
            // `12L` is a number of Python 2.
            number => {
                let number = number.strip_suffix('L').unwrap_or(number);
                decimal::read(number).filter(|value| value.is_finite())?;
                let is_json = number.strip_prefix('-').unwrap_or(number).starts_with(|c: char| c.is_ascii_digit());
                if !is_json || number.ends_with('.') {
                    return None;
                }
                number
            }
        };
        self.json.push_str(json);
        self.at += length;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_become_json() {
        for (text, json) in [
            ("[]", "[]"),
            ("['A', \"it's\", u'b', ]", r#"["A","it's","b"]"#),
            ("{'a': True, 'b': None, 'c': -1.5, 'd': 12L}", r#"{"a":true,"b":null,"c":-1.5,"d":12}"#),
            (r"['say \'hi\' \x41\u00e9\n\q \\']", r#"["say 'hi' Aé\n\\q \\"]"#),
            ("[{'k': ['\"']}, ('x', 1)]", r#"[{"k":["\""]},["x",1]]"#),
            (r#"{"a": true}"#, r#"{"a":true}"#),
        ] {
            assert_eq!(to_json(text).as_deref(), Some(json), "{text}");
            assert!(serde_json::from_str::<serde_json::Value>(json).is_ok(), "{json}");
        }
    }

    #[test]
    fn what_is_none_is_left_alone() {
        for text in
            ["", "plain", "[draft] page", "['a'", "['a'] b", "{'a'}", "{1: 2}", "['a' 'b']", "[inf]", "['\\x4']"]
        {
            assert_eq!(to_json(text), None, "{text}");
        }
        assert_eq!(to_json(&"[".repeat(100_000)), None);
    }
}
