//! Captured headers of a format that somebody gave: by position in the line, by name in the configuration.
//!
//! ```text
//! capture request header Host len 64          {shop.example|curl/8.5} {nginx}       %hr %hs
//! capture request header User-Agent len 64    "shop.example" "curl/8.5" "nginx"     %hrl %hsl
//! capture response header Server len 32
//! ```

use super::{alias, clf, request};
use crate::record::{Field, Row, Span};
use crate::text::Cursor;

/// Names of captured headers of requests and of responses, by position.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Captures([Vec<String>; 2]);

impl Captures {
    /// `told` by the configuration; what is `given` by itself counts before it (`Host|User-Agent`).
    pub(super) fn new(mut told: [Vec<String>; 2], given: [&str; 2]) -> Self {
        for (given, names) in given.into_iter().zip(&mut told) {
            let given: Vec<_> = given.split(['|', ',']).map(|name| name.trim().to_owned()).collect();
            if given.iter().any(|name| !name.is_empty()) {
                *names = given;
            }
        }
        Self(told)
    }

    /// The field of `[capture.req.hdr(1)]`.
    pub(super) fn field(&self, expression: &str) -> Option<Field> {
        let (side, rest) = match expression.strip_prefix("[capture.req.hdr(") {
            Some(rest) => (0, rest),
            None => (1, expression.strip_prefix("[capture.res.hdr(")?),
        };
        let position: usize = rest.split(')').next()?.trim().parse().ok()?;
        alias::header(self.0[side].get(position)?, side == 1)
    }

    /// `{shop.example|curl/8.5}`: by name, else by what it can only be. Where only captures of responses have names, a
    /// block that stands `alone` is theirs.
    pub(super) fn set_block(
        &self,
        field: Field,
        block: Span,
        alone: bool,
        entry: &[u8],
        row: &mut Row,
        extras: &mut Vec<(String, String)>,
    ) {
        if block.len == 0 {
            return;
        }
        let [requests, responses] = &self.0;
        let of_response =
            field == Field::CapturedResponseHeaders || alone && requests.is_empty() && !responses.is_empty();
        let field = if of_response { Field::CapturedResponseHeaders } else { field };
        if block.of(entry).iter().any(|byte| *byte != b'|') {
            request::set_decoded(field, block, entry, row);
        }
        let names = &self.0[usize::from(of_response)];
        if names.is_empty() {
            let more = entry.get(block.start as usize + block.len as usize + 1..).unwrap_or_default();
            request::set_known(!of_response, !of_response && more.starts_with(b" {"), block, entry, row);
            return;
        }
        let mut at = block.start as usize;
        for (capture, name) in block.of(entry).split(|byte| *byte == b'|').zip(names) {
            set_named(name, of_response, Span::new(at, at + capture.len()), entry, row, extras);
            at += capture.len() + 1;
        }
    }

    /// `"shop.example" "curl/8.5"`: those of the request, and those of the response where these follow at once.
    pub(super) fn set_list(
        &self,
        list: Span,
        of_response: bool,
        entry: &[u8],
        row: &mut Row,
        extras: &mut Vec<(String, String)>,
    ) {
        let mut cursor = Cursor::new(&entry[..(list.start + list.len) as usize], list.start as usize);
        let [requests, responses] = &self.0;
        if requests.len() + responses.len() == 0 {
            clf::read_captured(&mut cursor, row);
            return;
        }
        let mut spans = Vec::new();
        while let Ok(span) = clf::quoted(&mut cursor) {
            spans.push(span);
        }
        // Where no capture of the request has a name, it is the last ones that have.
        let before = match of_response {
            true => 0,
            false if requests.is_empty() => spans.len().saturating_sub(responses.len()),
            false => requests.len(),
        };
        for (nth, span) in spans.into_iter().enumerate() {
            let (name, of_response) = match nth.checked_sub(before) {
                None => (requests.get(nth), false),
                Some(nth) => (responses.get(nth), true),
            };
            if let Some(name) = name {
                set_named(name, of_response, span, entry, row, extras);
            }
        }
    }
}

/// Sets a captured header that has this name.
fn set_named(
    name: &str,
    of_response: bool,
    span: Span,
    entry: &[u8],
    row: &mut Row,
    extras: &mut Vec<(String, String)>,
) {
    match alias::header(name, of_response) {
        _ if matches!(span.of(entry), b"" | b"-") || name.is_empty() => {}
        Some(field) => request::set_decoded(field, span, entry, row),
        None => {
            let value = request::decoded(span.of(entry));
            extras.push((name.to_owned(), String::from_utf8_lossy(&value).into_owned()));
        }
    }
}
