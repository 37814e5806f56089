//! Text seen without its escapes, so that one who looks for `"cookie":` finds `\"cookie\":` and `%22cookie%22%3A` too.
//!
//! Every byte of the plain view knows where it stands in the text. What a log has escaped twice is seen plain all the same.

pub struct Plain {
    /// Without escapes, ASCII letters small.
    pub bytes: Vec<u8>,
    /// Where each byte begins in the text; last, the length of the text.
    starts: Vec<u32>,
    /// The byte is written as a number (`%20`, `#22`, `\x22`): part of a value, never what ends it.
    numbers: Vec<bool>,
}

impl Plain {
    pub fn new(text: &[u8]) -> Plain {
        let mut plain = Plain { bytes: Vec::with_capacity(text.len()), starts: Vec::new(), numbers: Vec::new() };
        let mut at = 0;
        while at < text.len() {
            let (code, len, number) = unit(&text[at..]);
            let mut utf8 = [0; 4];
            // `\u00e9` names a character, `%C3` a byte.
            let bytes: &[u8] = match char::from_u32(code).filter(|_| code >= 0x80 && len > 1 && !number) {
                Some(char) => char.encode_utf8(&mut utf8).as_bytes(),
                None => &[(code as u8).to_ascii_lowercase()],
            };
            for byte in bytes {
                plain.bytes.push(*byte);
                plain.starts.push(at as u32);
                plain.numbers.push(number);
            }
            at += len;
        }
        plain.starts.push(text.len() as u32);
        plain
    }

    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    pub fn get(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// Where byte `at` begins in the text.
    pub fn start(&self, at: usize) -> usize {
        self.starts[at.min(self.len())] as usize
    }

    /// The first byte that begins at `offset` of the text, or behind it.
    pub fn find(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| (*start as usize) < offset).min(self.len())
    }

    /// Bytes that it takes to write byte `at`: of a quote, how deep it stands in other quotes.
    pub fn width(&self, at: usize) -> usize {
        self.start(at + 1) - self.start(at)
    }

    pub fn is_number(&self, at: usize) -> bool {
        self.numbers.get(at) == Some(&true)
    }
}

/// What the text begins with: the code, the bytes that it takes, and whether it is written as a number.
fn unit(text: &[u8]) -> (u32, usize, bool) {
    let plain = (u32::from(text[0]), 1, false);
    match text[0] {
        b'\\' => {
            let slashes = text.iter().take_while(|byte| **byte == b'\\').count();
            let Some(next) = text.get(slashes) else { return plain };
            let number = |digits| hex(text, slashes + 1, digits).map(|code| (code, slashes + 1 + digits));
            match next {
                b'n' | b'r' => (10, slashes + 1, false),
                b't' => (9, slashes + 1, false),
                b'u' => number(4).map_or(plain, |(code, len)| (code, len, false)),
                b'x' => number(2).map_or(plain, |(code, len)| (code, len, true)),
                b'"' | b'\'' | b'/' => (u32::from(*next), slashes + 1, false),
                // `corp\ana`, however often the backslash was escaped.
                _ => (u32::from(b'\\'), slashes, false),
            }
        }
        b'%' => {
            // `%2520`: escaped twice.
            let again = text[1..].chunks_exact(2).take_while(|pair| *pair == b"25").count() * 2;
            let code = hex(text, 1 + again, 2).filter(|code| *code >= 0x20);
            code.map_or(plain, |code| (code, 3 + again, true))
        }
        // HAProxy writes so what would end its fields.
        b'#' if matches!(text.get(1..3), Some(b"22" | b"23" | b"7B" | b"7C" | b"7D")) => {
            (hex(text, 1, 2).unwrap_or(0), 3, true)
        }
        _ => plain,
    }
}

fn hex(text: &[u8], from: usize, digits: usize) -> Option<u32> {
    let digit = |value: u32, byte: &u8| Some(value << 4 | char::from(*byte).to_digit(16)?);
    text.get(from..from + digits)?.iter().try_fold(0, digit)
}
