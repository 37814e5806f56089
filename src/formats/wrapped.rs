//! Lines that a collector put into JSON, one object a line:
//!
//! ```text
//! {"log":"<134>Nov 18 10:21:28 haproxy[8]: 203.0.113.7:4117 [18/Nov/2026:10:21:28.517] … 0/0\n","stream":"stdout","time":"…"}
//! {"@timestamp":"2026-11-18T10:21:28.517Z","message":"Nov 18 10:21:28 edge1 haproxy[8]: 203.0.113.7:4117 [18/Nov/…"}
//! {"MESSAGE":"203.0.113.7:4117 [18/Nov/…","_HOSTNAME":"edge1","SYSLOG_IDENTIFIER":"haproxy","_PID":"8"}
//! ```
//!
//! Most TCP lines need no unescaping and are read where they stand. Else the inner line is decoded, read, and its values
//! copied: a slower path, and the raw view cannot mark the pieces.

use super::Context;
use crate::record::{Field, Reject, Row, Span, Value};
use memchr::memmem;

/// Names under which collectors keep the line.
const KEYS: [&[u8]; 5] = [b"\"log\":", b"\"message\":", b"\"MESSAGE\":", b"\"msg\":", b"\"short_message\":"];

/// The value of the inner line: where it stands, and how it is written.
enum Inner {
    Text {
        start: usize,
        end: usize,
    },
    /// journald writes what is not UTF-8 as an array of numbers.
    Bytes(Vec<u8>),
}

fn find_inner(entry: &[u8]) -> Option<Inner> {
    if entry.first() != Some(&b'{') {
        return None;
    }
    KEYS.iter().find_map(|key| {
        let after = memmem::find(entry, key)? + key.len();
        let start = after + entry[after..].iter().take_while(|byte| **byte == b' ').count();
        match entry.get(start)? {
            b'"' => {
                let end = string_end(entry, start + 1);
                Some(Inner::Text { start: start + 1, end })
            }
            b'[' => {
                let close = memchr::memchr(b']', &entry[start..])?;
                let numbers = entry[start + 1..start + close].split(|byte| *byte == b',');
                let bytes = numbers.map(|n| crate::text::number::int(n.trim_ascii())?.try_into().ok());
                bytes.collect::<Option<Vec<u8>>>().map(Inner::Bytes)
            }
            _ => None,
        }
    })
}

/// Where the string ends that begins at `start`: at its quote, or at the end of a cut entry.
fn string_end(entry: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(found) = memchr::memchr2(b'"', b'\\', entry.get(at..).unwrap_or_default()) {
        at += found;
        if entry[at] == b'"' {
            return at;
        }
        at += 2;
    }
    entry.len()
}

/// The string `key` of the object, where it needs no unescaping.
fn plain(entry: &[u8], key: &[u8]) -> Option<Span> {
    let after = memmem::find(entry, key)? + key.len();
    let start = after + entry[after..].iter().take_while(|byte| matches!(byte, b' ' | b'"')).count();
    let end = string_end(entry, start);
    memchr::memchr(b'\\', &entry[start..end]).is_none().then_some(Span::new(start, end))
}

/// How a family reads a line that begins at a place of a text.
pub type ReadLine<'a> = dyn FnMut(&[u8], usize, &mut Context, &mut Row) -> Result<(), Reject> + 'a;

/// True where the object holds a line that `is_ours`; `None` where it holds none at all.
pub fn holds(entry: &[u8], is_ours: &dyn Fn(&[u8]) -> bool) -> Option<bool> {
    Some(match find_inner(entry)? {
        Inner::Text { start, end } => {
            let inner = &entry[start..end];
            is_ours(inner) || memchr::memchr(b'\\', inner).is_some() && is_ours(&unescape(inner))
        }
        Inner::Bytes(bytes) => is_ours(&bytes),
    })
}

/// Reads the line that the object holds; `None` where it holds none.
pub fn read(entry: &[u8], context: &mut Context, row: &mut Row, line: &mut ReadLine) -> Option<Result<(), Reject>> {
    let inner = find_inner(entry)?;
    let done = match inner {
        Inner::Text { start, end } => {
            let inner = &entry[start..end];
            let inner = inner.strip_suffix(b"\\n").unwrap_or(inner);
            if memchr::memchr(b'\\', inner).is_none() {
                line(&entry[..start + inner.len()], start, context, row)
            } else {
                let decoded = unescape(inner);
                read_copy(decoded.trim_ascii_end(), Span::new(start, end), context, row, line)
            }
        }
        Inner::Bytes(bytes) => read_copy(bytes.trim_ascii_end(), Span::NONE, context, row, line),
    };
    if done.is_ok() {
        complete(entry, context, row);
    }
    Some(done)
}

/// Reads a decoded line and copies its values; their source is the whole inner string.
fn read_copy(
    line: &[u8],
    source: Span,
    context: &mut Context,
    row: &mut Row,
    read: &mut ReadLine,
) -> Result<(), Reject> {
    let mut inner = Row::new();
    read(line, 0, context, &mut inner).map_err(|reject| {
        // The decoded line is shorter than what stands there, but what it lacks may be asked for behind its end.
        let end = if source == Span::NONE { u32::MAX } else { source.start + source.len };
        Reject { column: reject.column.saturating_add(source.start).min(end), ..reject }
    })?;
    copy(&inner, line, source, row);
    Ok(())
}

/// Copies the values of a row that was read from `line`; what stands there stands at `source` here.
pub fn copy(inner: &Row, line: &[u8], source: Span, row: &mut Row) {
    for cell in inner.cells() {
        let span = if cell.span == Span::NONE { Span::NONE } else { source };
        match inner.value(cell, line) {
            Value::Int(number) => row.int(cell.field, number, span),
            Value::Text(text) => row.owned(cell.field, text, span),
        }
    }
}

/// What only the object knows: the host and process of the journal, the time of an event.
fn complete(entry: &[u8], context: &mut Context, row: &mut Row) {
    let keys: [(Field, &[u8]); 2] =
        [(Field::ServiceEngine, b"\"_HOSTNAME\":"), (Field::ProcessName, b"\"SYSLOG_IDENTIFIER\":")];
    for (field, key) in keys {
        if row.cell(field).is_none()
            && let Some(span) = plain(entry, key)
        {
            row.text(field, span);
        }
    }
    if row.cell(Field::ProcessId).is_none()
        && let Some(span) = plain(entry, b"\"_PID\":")
        && let Some(pid) = crate::text::number::int(span.of(entry))
    {
        row.int(Field::ProcessId, pid, span);
    }
    if row.cell(Field::StartTime).is_none() {
        let stamps: [&[u8]; 3] = [b"\"time\":", b"\"@timestamp\":", b"\"timestamp\":"];
        if let Some((span, (time, zone, _))) = stamps.iter().find_map(|key| {
            let span = plain(entry, key)?;
            Some((span, context.clock.iso(span.of(entry))?))
        }) {
            row.int(Field::StartTime, context.clock.utc_unless_zoned(time, zone), span);
        }
    }
}

/// Reads the escapes of a JSON string; what is none stays as it is, as damaged lines are shown rather than dropped.
pub fn unescape(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let escaped = text.get(at + 1).filter(|_| byte == b'\\');
        at += if escaped.is_some() { 2 } else { 1 };
        match escaped {
            None => plain.push(byte),
            Some(b'n') => plain.push(b'\n'),
            Some(b't') => plain.push(b'\t'),
            Some(b'r') => plain.push(b'\r'),
            Some(b'b') => plain.push(8),
            Some(b'f') => plain.push(12),
            Some(b'u') => {
                let unit = |at: usize| {
                    let digits = std::str::from_utf8(text.get(at..at + 4)?).ok()?;
                    u32::from_str_radix(digits, 16).ok()
                };
                let high = unit(at);
                at += if high.is_some() { 4 } else { 0 };
                let low = high.filter(|high| (0xd800..0xdc00).contains(high)).and_then(|_| unit(at + 2));
                let code = match (high, low) {
                    (Some(high), Some(low)) if (0xdc00..0xe000).contains(&low) => {
                        at += 6;
                        Some(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
                    }
                    _ => high,
                };
                let character = code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
                plain.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Some(other) => plain.push(*other),
        }
    }
    plain
}
