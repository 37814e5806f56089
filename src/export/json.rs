//! One JSON object a line.

use super::value::{Cell, number};
use super::{RAW, column_name};
use crate::record::{Field, Kind};

/// Writes an object with the values that there are; how many bytes there are now.
pub fn write<'a>(
    out: &mut Vec<u8>,
    values: impl Iterator<Item = (Field, Option<Cell<'a>>)>,
    raw: Option<&[u8]>,
) -> usize {
    out.push(b'{');
    let start = out.len();
    for (field, cell) in values {
        let Some(cell) = cell else { continue };
        key(out, start, &column_name(field));
        match cell {
            Cell::Number(value) => match number(field, value) {
                (text, true) => out.extend_from_slice(text.as_bytes()),
                (text, false) => string(out, &text),
            },
            Cell::Text(text) if field.kind() == Kind::List => {
                out.push(b'[');
                for (nth, item) in text.split(char::from(Kind::LIST_SEPARATOR)).enumerate() {
                    if nth > 0 {
                        out.push(b',');
                    }
                    string(out, item);
                }
                out.push(b']');
            }
            Cell::Text(text) => string(out, &text),
        }
    }
    if let Some(raw) = raw {
        key(out, start, RAW);
        string(out, &String::from_utf8_lossy(raw));
    }
    out.extend_from_slice(b"}\n");
    out.len()
}

fn key(out: &mut Vec<u8>, start: usize, name: &str) {
    if out.len() > start {
        out.push(b',');
    }
    string(out, name);
    out.push(b':');
}

fn string(out: &mut Vec<u8>, text: &str) {
    // Memory takes whatever is written.
    let _ = serde_json::to_writer(out, text);
}
