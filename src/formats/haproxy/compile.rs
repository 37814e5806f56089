//! From the text of a `log-format` directive to steps (configuration manual 8.2.6 and 2.2, "Quoting and escaping").

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
        name: String,
    },
}

/// Why a directive cannot be compiled, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileError {
    pub message: String,
    /// Byte of the format string where it was found.
    pub at: usize,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at character {})", self.message, self.at + 1)
    }
}

impl CompileError {
    fn new(message: impl Into<String>, at: usize) -> Self {
        Self { message: message.into(), at }
    }
}

/// What a piece of a configuration says about its log.
pub(super) struct Found {
    pub(super) format: String,
    /// Names of captured request and response headers, by position.
    pub(super) captures: [Vec<String>; 2],
}

/// Formats that an option names (src/haproxy's defaults, the same since 1.7, 2.5 for HTTPS, 3.1 for TCP CLF).
const OPTIONS: &[(&[&str], &str)] = &[
    (&["httplog", "clf"], HTTP_CLF),
    (&["tcplog", "clf"], TCP_CLF),
    (&["httpslog"], HTTPS),
    (&["httplog"], HTTP),
    (&["tcplog"], TCP),
];

pub const TCP: &str = "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq";
pub const HTTP: &str =
    "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r";
pub const HTTPS: &str = "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r %[fc_err]/%[ssl_fc_err,hex]/%[ssl_c_err]/%[ssl_c_ca_err]/%[ssl_fc_is_resumed] %[ssl_fc_sni]/%sslv/%sslc";
pub const HTTP_CLF: &str = "%{+Q}o %{-Q}ci - - [%trg] %r %ST %B \"\" \"\" %cp %ms %ft %b %s %TR %Tw %Tc %Tr %Ta %tsc %ac %fc %bc %sc %rc %sq %bq %CC %CS %hrl %hsl";
pub const TCP_CLF: &str = "%{+Q}o %{-Q}ci - - [%T] \"TCP \" 000 %B \"\" \"\" %cp %ms %ft %b %s %Th %Tw %Tc %Tt %U %ts-- %ac %fc %bc %sc %rc %sq %bq \"\" \"\" ";

/// Finds the format in what was pasted: a configuration, a directive, or the bare string.
pub(super) fn find(pasted: &str) -> Result<Found, CompileError> {
    let (mut format, mut option, mut captures) = (None, None, [Vec::new(), Vec::new()]);
    for line in pasted.lines() {
        let words = words(line);
        let names: Vec<&str> = words.iter().map(String::as_str).collect();
        match names[..] {
            ["log-format", ref value @ ..] if !value.is_empty() => format = Some(value.join(" ")),
            ["error-log-format", ref value @ ..] if !value.is_empty() && format.is_none() => {
                format = Some(value.join(" "));
            }
            ["option", ref option_words @ ..] => {
                option =
                    OPTIONS.iter().find(|(words, _)| option_words.starts_with(words)).map(|(_, text)| *text).or(option);
            }
            ["capture", side @ ("request" | "response"), "header", name, ..] => {
                captures[usize::from(side == "response")].push(name.to_owned());
            }
            ["http-request", "capture", fetch, ..] => captures[0].push(header_of(fetch)),
            ["http-response", "capture", fetch, ..] => captures[1].push(header_of(fetch)),
            _ => {}
        }
    }
    let bare = || Some(pasted.trim()).filter(|text| text.contains('%')).map(bare);
    let format = format.or_else(|| option.map(str::to_owned)).or_else(bare);
    let format =
        format.ok_or_else(|| CompileError::new("There is no log-format here: it holds names such as %ci.", 0))?;
    Ok(Found { format, captures })
}

/// A format by itself: as it stands, unless it has the quotes or escaped blanks that a configuration needs.
fn bare(text: &str) -> String {
    let words = unquote(text);
    let whole = words.len() == 1 && text.starts_with(['"', '\'']);
    if whole || text.contains("\\ ") { words.join(" ") } else { text.to_owned() }
}

/// `User-Agent` of `req.hdr(User-Agent)`.
fn header_of(fetch: &str) -> String {
    let inner = fetch.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    inner.map_or(fetch, |(name, _)| name).to_owned()
}

/// Words of a line of a configuration.
fn words(line: &str) -> Vec<String> {
    let line = line.trim_start();
    // What is pasted bare is no directive: its quotes and backslashes stay.
    let directive = ["log-format", "error-log-format", "option", "capture", "http-request", "http-response"];
    if directive.iter().any(|name| line.starts_with(name)) { unquote(line) } else { Vec::new() }
}

/// Splits at blanks; reads `"…"` with `\"`, `'…'` as it is, and `\ ` outside quotes.
fn unquote(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    let mut letters = text.chars().peekable();
    let mut begun = false;
    while let Some(letter) = letters.next() {
        let word = words.last_mut().expect("one word at least");
        match (letter, quote) {
            ('\\', None | Some('"')) => match letters.next() {
                Some(next @ (' ' | '#' | '\\' | '"' | '\'' | '$')) => word.push(next),
                Some('n') => word.push('\n'),
                Some('t') => word.push('\t'),
                Some(next) => word.extend(['\\', next]),
                None => word.push('\\'),
            },
            ('"' | '\'', None) => (quote, begun) = (Some(letter), true),
            (end, Some(open)) if end == open => quote = None,
            ('#', None) if word.is_empty() && !begun => break,
            (blank, None) if blank.is_whitespace() => {
                if begun || !word.is_empty() {
                    words.push(String::new());
                    begun = false;
                }
            }
            (letter, _) => word.push(letter),
        }
    }
    if words.last().is_some_and(String::is_empty) && !begun {
        words.pop();
    }
    words
}

/// The most steps that a format can have.
pub(super) const STEPS: usize = 160;

/// Keys and values of a format that writes JSON.
type Keys = Vec<(String, Take)>;

/// Flags of `%{…}`.
#[derive(Clone, Copy, Default)]
struct Flags {
    quoted: bool,
    json: bool,
}

/// Compiles a format string.
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
                    steps.push(Step::Value { take, quoted, name });
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
        return Err(CompileError::new("The format has too many values.", 0));
    }
    match (has_value, keys.is_empty()) {
        (false, true) => Err(CompileError::new("The format has no values.", 0)),
        (_, false) => Ok((Vec::new(), Some(keys))),
        (true, true) => Ok((steps, None)),
    }
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
            joined.push(Step::Value { take: Take::Client, quoted: false, name: "ci:%cp".into() });
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
        None => Err(CompileError::new(format!("%{text} is no name of a log format."), start)),
    }
}

fn close(format: &str, open: usize, end: u8) -> Result<usize, CompileError> {
    let found = memchr::memchr(end, &format.as_bytes()[open..]);
    found.map(|found| open + found).ok_or_else(|| CompileError::new("A bracket is not closed.", open))
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
    Err(CompileError::new("An expression is not closed.", open))
}
