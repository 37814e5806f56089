//! Walks the steps of a compiled format over a line.

use super::alias::Take;
use super::compile::{STEPS, Step};
use crate::record::{Field, Kind, Span};

/// Places a walk may try; a line that needs more is not of the format.
const TRIES: u32 = 20_000;

/// How far a walk came: steps done, and where the next does not fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Furthest {
    pub(super) step: usize,
    pub(super) at: usize,
}

/// What stands at step `nth`, for people.
pub(super) fn expected(steps: &[Step], nth: usize) -> String {
    let quoted = |literal: &[u8]| format!("“{}”", String::from_utf8_lossy(literal));
    match (steps.get(nth), steps.get(nth + 1)) {
        (None, _) => "the end of the line".to_owned(),
        (Some(Step::Blank), _) => "a blank".to_owned(),
        (Some(Step::Literal(literal)), _) => quoted(literal),
        (Some(Step::Value { take, name, quoted: in_quotes, .. }), next) => {
            let number = if is_number(*take) { " (a number)" } else { "" };
            let quotes = if *in_quotes { " in quotes" } else { "" };
            let behind = match next {
                Some(Step::Literal(literal)) if number.is_empty() => format!(" with {} behind it", quoted(literal)),
                _ => String::new(),
            };
            format!("%{name}{number}{quotes}{behind}")
        }
    }
}

/// One attempt to read a line.
pub(super) struct Walk<'a> {
    steps: &'a [Step],
    text: &'a [u8],
    pub(super) spans: [Span; STEPS],
    pub(super) whole: bool,
    /// Where the line ended before the steps did: how many of them had their value, and which.
    pub(super) reached: usize,
    pub(super) cut: [Span; STEPS],
    pub(super) furthest: Furthest,
    tries: u32,
}

impl<'a> Walk<'a> {
    pub(super) fn new(steps: &'a [Step], text: &'a [u8]) -> Self {
        let none = [Span::NONE; STEPS];
        Self {
            steps,
            text,
            spans: none,
            whole: false,
            reached: 0,
            cut: none,
            furthest: Furthest::default(),
            tries: TRIES,
        }
    }

    /// True where the steps from `nth` on read the text from `at` to its end.
    pub(super) fn step(&mut self, nth: usize, at: usize) -> bool {
        self.furthest = self.furthest.max(Furthest { step: nth, at });
        let Some(step) = self.steps.get(nth) else { return self.text[at..].trim_ascii().is_empty() };
        if self.tries == 0 {
            return false;
        }
        self.tries -= 1;
        match step {
            // HAProxy writes one blank where pieces between two are empty, and none at the end of what it was given.
            Step::Blank => match self.text.get(at) {
                Some(b' ') => self.step(nth + 1, at + 1),
                Some(_) => at > 0 && self.text[at - 1] == b' ' && self.step(nth + 1, at),
                None => self.rest_is_empty(nth) || self.ends(nth),
            },
            Step::Literal(literal) => {
                let rest = &self.text[at..];
                if rest.starts_with(literal) {
                    return self.step(nth + 1, at + literal.len());
                }
                literal.starts_with(rest) && self.ends(nth)
            }
            Step::Value { take, quoted, .. } => self.value(nth, at, *take, *quoted),
        }
    }

    fn value(&mut self, nth: usize, at: usize, take: Take, quoted: bool) -> bool {
        let rest = &self.text[at..];
        match take {
            Take::Block(_) => {
                let Some(inner) = rest.strip_prefix(b"{") else { return self.with(nth, at, at, at) };
                memchr::memchr_iter(b'}', inner).any(|end| self.with(nth, at + 1, at + 1 + end, at + end + 2))
                    || self.ends(nth)
            }
            Take::List => {
                let end = at + texts(rest);
                // Without quotes nobody can tell one from the next.
                let bare = end == at && self.rest_is_empty(nth + 1);
                self.with(nth, at, end, end)
                    || bare && self.with(nth, at, self.text.len(), self.text.len())
                    || self.ends(nth)
            }
            _ if quoted => {
                // Shippers may add a backslash before quotes.
                let escaped = usize::from(rest.first() == Some(&b'\\'));
                if rest.get(escaped) != Some(&b'"') {
                    return rest.len() == escaped && self.ends(nth);
                }
                let start = at + escaped + 1;
                for quote in memchr::memchr_iter(b'"', &self.text[start..]).map(|quote| start + quote) {
                    let end = quote.saturating_sub(escaped).max(start);
                    if fits(take, &self.text[start..end]) && self.with(nth, start, end, quote + 1) {
                        return true;
                    }
                }
                // Of a request, the beginning is worth having.
                if take == Take::Request && memchr::memchr(b'"', &self.text[start..]).is_none() {
                    self.spans[nth] = Span::new(start, self.text.len());
                    return self.ends(nth + 1);
                }
                self.ends(nth)
            }
            _ => {
                let number = is_number(take);
                if number {
                    let sign = rest.iter().take_while(|byte| matches!(byte, b'+' | b'-')).count().min(1);
                    let digits = rest[sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                    let end = at + sign + digits;
                    // What HAProxy has no number for is `-`.
                    if sign + digits == 0 && !rest.is_empty() {
                        return false;
                    }
                    // A number at the end of a cut line may have lost digits.
                    let last = self.rest_is_empty(nth + 1);
                    return if end == self.text.len() && !last { self.ends(nth) } else { self.with(nth, at, end, end) };
                }
                self.until(nth, at, take)
            }
        }
    }

    /// A value that ends where the next step begins.
    fn until(&mut self, nth: usize, at: usize, take: Take) -> bool {
        let steps = self.steps;
        let mut end = at;
        loop {
            let found = match steps.get(nth + 1) {
                None => Some(self.text.len()),
                Some(Step::Blank) => {
                    Some(memchr::memchr(b' ', &self.text[end..]).map_or(self.text.len(), |blank| end + blank))
                }
                Some(Step::Literal(literal)) => {
                    memchr::memmem::find(&self.text[end..], literal).map(|found| end + found)
                }
                // Nothing stands between two values: the first is a word or a host, or nothing.
                Some(Step::Value { .. }) => {
                    let word = |byte: &&u8| byte.is_ascii_alphanumeric() || b".-_".contains(byte);
                    Some(end + self.text[end..].iter().take_while(word).count())
                }
            };
            let Some(found) = found else { return fits(take, &self.text[at..]) && self.ends(nth) };
            if fits(take, &self.text[at..found]) && self.with(nth, at, found, found) {
                return true;
            }
            if found >= self.text.len() || self.tries == 0 || matches!(steps.get(nth + 1), Some(Step::Value { .. })) {
                return false;
            }
            end = found + 1;
        }
    }

    /// Takes `start..end` as the value of a step and goes on at `next`.
    fn with(&mut self, nth: usize, start: usize, end: usize, next: usize) -> bool {
        self.spans[nth] = Span::new(start, end);
        self.step(nth + 1, next)
    }

    /// The line ends before this step has its value. A value that touches the end may have lost its own.
    fn ends(&mut self, nth: usize) -> bool {
        let touches = |at: usize| {
            let end = self.spans[at].start as usize + self.spans[at].len as usize;
            matches!(self.steps[at], Step::Value { quoted: false, .. }) && end == self.text.len()
        };
        let reached = if nth > 0 && touches(nth - 1) { nth - 1 } else { nth };
        if reached > self.reached {
            self.reached = reached;
            self.cut = self.spans;
        }
        false
    }

    /// No step from `nth` on needs any text.
    fn rest_is_empty(&self, nth: usize) -> bool {
        self.steps[nth.min(self.steps.len())..].iter().all(|step| match step {
            Step::Blank => true,
            Step::Literal(_) => false,
            Step::Value { take, .. } => matches!(take, Take::Block(_) | Take::List),
        })
    }
}

/// Length of `"shop.example" "curl/8.5"`; a text at the end of the line may have lost its own.
fn texts(text: &[u8]) -> usize {
    let mut end = 0;
    loop {
        let start = if end > 0 && text.get(end) == Some(&b' ') { end + 1 } else { end };
        let Some(inner) = text.get(start..).and_then(|text| text.strip_prefix(b"\"")) else { return end };
        end = start + 1 + memchr::memchr(b'"', inner).map_or(inner.len(), |quote| quote + 1);
    }
}

fn is_number(take: Take) -> bool {
    matches!(take, Take::Int(_) | Take::Length(_) | Take::Timer(_) | Take::Total(_) | Take::Retries | Take::Millis)
}

/// Names and addresses hold no blank.
fn is_word(field: Field) -> bool {
    const NAMES: [Field; 8] = [
        Field::PoolName,
        Field::ServerName,
        Field::ServiceEngine,
        Field::TransactionId,
        Field::Method,
        Field::SslVersion,
        Field::SslCipher,
        Field::SniHostname,
    ];
    field.kind() == Kind::Ip || NAMES.contains(&field)
}

/// True where the bytes can be the value.
fn fits(take: Take, bytes: &[u8]) -> bool {
    let none = matches!(bytes, b"" | b"-");
    match take {
        Take::State => super::parts::is_state(bytes),
        Take::Date(_) => none || bytes.len() >= 10 && bytes[0].is_ascii_digit(),
        Take::Text(field) if is_word(field) => memchr::memchr(b' ', bytes).is_none(),
        Take::Frontend => memchr::memchr(b' ', bytes).is_none(),
        Take::Client => {
            let port = memchr::memrchr(b':', bytes).map(|colon| &bytes[colon + 1..]);
            let port = port.is_some_and(|port| port == b"-" || !port.is_empty() && port.iter().all(u8::is_ascii_digit));
            (port || matches!(bytes, b"-" | b"unknown")) && memchr::memchr(b' ', bytes).is_none()
        }
        _ if is_number(take) => none || bytes.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-')),
        _ => true,
    }
}
