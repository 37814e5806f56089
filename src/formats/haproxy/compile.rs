//! From a format string to steps (configuration manual 8.2.6).

use super::alias::{self, Take};
use crate::record::Field;
use std::fmt;

/// One step of reading a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// One or more blanks of the directive: one in the line, or none where what stands before it is empty.
    Blank,
    Literal(Vec<u8>),
    /// A value, with its name in the directive.
    Value {
        take: Take,
        quoted: bool,
        /// A backslash stands before quotes and closing brackets in it.
        escaped: bool,
        name: String,
    },
}

/// Why a directive cannot be compiled, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileError {
    pub message: String,
    /// What to do about it.
    pub advice: String,
    /// Byte of what was pasted where it was found.
    pub at: usize,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at character {})", self.message, self.at + 1)
    }
}

impl CompileError {
    pub(super) fn new(message: impl Into<String>, advice: impl Into<String>, at: usize) -> Self {
        Self { message: message.into(), advice: advice.into(), at }
    }
}

/// The most steps that a format can have.
pub(super) const STEPS: usize = 160;

/// Keys and values of a format that writes JSON.
type Keys = Vec<(String, Take)>;

/// Flags of `%{…}`.
#[derive(Clone, Copy, Default)]
struct Flags {
    quoted: bool,
    escaped: bool,
    json: bool,
}

/// Compiles a format string; an error says the byte of that.
pub(super) fn compile(format: &str) -> Result<(Vec<Step>, Option<Keys>), CompileError> {
    let bytes = format.as_bytes();
    let (mut steps, mut keys, mut flags) = (Vec::new(), Vec::new(), Flags::default());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'%' if bytes.get(at + 1) == Some(&b'%') => {
                literal(&mut steps, b'%');
                at += 2;
            }
            b'%' => {
                let (item, end) = item(format, at)?;
                at = end;
                let own = item.flags.iter().fold(flags, |flags, flag| apply(flags, flag));
                let Some((take, name)) = item.take else {
                    flags = own;
                    // `%o` leaves nothing in the line, nor does the blank behind it.
                    at += usize::from(bytes.get(at) == Some(&b' '));
                    continue;
                };
                if own.json {
                    keys.push((item.name.unwrap_or_else(|| name.clone()), take));
                } else {
                    // A captured block and quoted lists bring their own marks; numbers are never quoted.
                    let plain = matches!(take, Take::Block(_) | Take::List);
                    let number = matches!(
                        take,
                        Take::Int(_) | Take::Length(_) | Take::Timer(_) | Take::Total(_) | Take::Retries | Take::Millis
                    );
                    let date = matches!(take, Take::Date(_) | Take::State);
                    let of_expression = name.starts_with('[');
                    let quoted = own.quoted && !plain && (of_expression || !(number || date || is_number_name(&name)));
                    steps.push(Step::Value { take, quoted, escaped: own.escaped, name });
                }
            }
            b' ' => {
                if steps.last() != Some(&Step::Blank) {
                    steps.push(Step::Blank);
                }
                at += 1;
            }
            byte => {
                literal(&mut steps, byte);
                at += 1;
            }
        }
    }
    let steps = join_clients(steps);
    let has_value = steps.iter().any(|step| matches!(step, Step::Value { .. }));
    if steps.len() > STEPS {
        return Err(too_many());
    }
    match (has_value, keys.is_empty()) {
        (false, true) => {
            Err(CompileError::new("The format has no values.", "It needs names such as %ci, %b or %ST.", 0))
        }
        (_, false) => Ok((Vec::new(), Some(keys))),
        (true, true) => Ok((steps, None)),
    }
}

pub(super) fn too_many() -> CompileError {
    CompileError::new("The format has too many values.", "Leave out what stands behind the request.", 0)
}

/// Whatever is left of the line.
pub(super) fn message() -> Step {
    Step::Value { take: Take::Text(Field::Message), quoted: false, escaped: false, name: "msg".into() }
}

/// `%ci:%cp` is one value: a UNIX socket has its number there (`unix:3`), an IPv6 address colons of its own.
fn join_clients(steps: Vec<Step>) -> Vec<Step> {
    let mut joined: Vec<Step> = Vec::with_capacity(steps.len());
    for step in steps {
        let port = matches!(step, Step::Value { take: Take::Int(Field::ClientPort), .. });
        let address =
            |step: &Step| matches!(step, Step::Value { take: Take::Text(Field::ClientIp), quoted: false, .. });
        if port
            && let [.., before, Step::Literal(colon)] = &joined[..]
            && address(before)
            && colon == b":"
        {
            joined.truncate(joined.len() - 2);
            joined.push(Step::Value { take: Take::Client, quoted: false, escaped: false, name: "ci:%cp".into() });
        } else {
            joined.push(step);
        }
    }
    joined
}

/// Timers without a field are numbers all the same.
fn is_number_name(name: &str) -> bool {
    matches!(name, "Th" | "Ti" | "Tu" | "lc" | "rt")
}

fn literal(steps: &mut Vec<Step>, byte: u8) {
    match steps.last_mut() {
        Some(Step::Literal(text)) => text.push(byte),
        _ => steps.push(Step::Literal(vec![byte])),
    }
}

fn apply(flags: Flags, flag: &str) -> Flags {
    let (on, name) = match flag.split_at_checked(1) {
        Some(("-", name)) => (false, name),
        Some(("+", name)) => (true, name),
        _ => (true, flag),
    };
    match name {
        "Q" => Flags { quoted: on, ..flags },
        "E" => Flags { escaped: on, ..flags },
        "json" | "cbor" => Flags { json: on, ..flags },
        _ => flags,
    }
}

/// One `%…` of a format.
struct Item {
    flags: Vec<String>,
    /// The name in JSON: `client` of `%(client)ci`.
    name: Option<String>,
    /// What it is and its name here; `None` for `%o`, which only sets flags.
    take: Option<(Take, String)>,
}

/// Reads the item that begins at `start`; returns where it ends.
fn item(format: &str, start: usize) -> Result<(Item, usize), CompileError> {
    let bytes = format.as_bytes();
    let mut at = start + 1;
    let (mut flags, mut name) = (Vec::new(), None);
    loop {
        match bytes.get(at) {
            Some(b'{') => {
                let end = close(format, at, b'}')?;
                flags.extend(format[at + 1..end].split(',').map(|flag| flag.trim().to_owned()));
                at = end + 1;
            }
            Some(b'(') => {
                let end = close(format, at, b')')?;
                // `%(name:type)`: the type changes nothing here.
                name = format[at + 1..end].split(':').next().map(str::to_owned).filter(|name| !name.is_empty());
                at = end + 1;
            }
            Some(b'[') => {
                let end = closing_bracket(format, at)?;
                let expression = &format[at + 1..end];
                let shown = format!("[{expression}]");
                return Ok((Item { flags, name, take: Some((alias::sample(expression), shown)) }, end + 1));
            }
            _ => break,
        }
    }
    // The longest name that is known: `%tsc` before `%ts`, `%ts` before `--`.
    let letters = bytes[at..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if bytes.get(at) == Some(&b'o') && (letters == 1 || alias::variable(&format[at..at + letters]).is_none()) {
        return Ok((Item { flags, name, take: None }, at + 1));
    }
    let text = &format[at..at + letters];
    match alias::variable(text) {
        Some(take) => Ok((Item { flags, name, take: Some((take, text.to_owned())) }, at + letters)),
        None => Err(unknown(text, start)),
    }
}

fn unknown(text: &str, start: usize) -> CompileError {
    const PERCENT: &str = "Behind % stands a name, such as %ci; a percent sign of its own is written %%.";
    const MANUAL: &str = "The names are in section 8.2.6 of HAProxy's configuration manual; case matters.";
    let near: Vec<_> = alias::names().filter(|name| name.eq_ignore_ascii_case(text)).collect();
    let advice = match (text, &near[..]) {
        ("", _) => PERCENT.to_owned(),
        (_, []) => MANUAL.to_owned(),
        (_, near) => format!("Is it %{}? Case matters.", near.join(" or %")),
    };
    CompileError::new(format!("%{text} is no name of a log format."), advice, start)
}

fn close(format: &str, open: usize, end: u8) -> Result<usize, CompileError> {
    let found = memchr::memchr(end, &format.as_bytes()[open..]);
    found
        .map(|found| open + found)
        .ok_or_else(|| CompileError::new("A bracket is not closed.", format!("Close it with {}.", end as char), open))
}

/// Brackets and quotes within an expression belong to it: `%[req.hdr(host),regsub("[.]","_")]`.
fn closing_bracket(format: &str, open: usize) -> Result<usize, CompileError> {
    let (mut depth, mut quote) = (0, None);
    for (at, byte) in format.bytes().enumerate().skip(open) {
        match (byte, quote) {
            (b'"' | b'\'', None) if depth > 1 => quote = Some(byte),
            (byte, Some(mark)) if byte == mark => quote = None,
            (_, Some(_)) => {}
            (b'[' | b'(', None) => depth += 1,
            (b']' | b')', None) => {
                depth -= 1;
                if depth == 0 {
                    return Ok(at);
                }
            }
            _ => {}
        }
    }
    Err(CompileError::new("An expression is not closed.", "Close it with ].", open))
}
