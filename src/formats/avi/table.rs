//! The CSV export of the logs page: its header line names the keys, each row holds their values.
//!
//! ```text
//! adf,significant,significance,udf,virtualservice,report_timestamp,…,all_request_headers,…,significant_log,…
//! True,0,"Request ended abnormally: response code 4xx, WAF Match: …",False,virtualservice-21f1794f-…,2020-11-05T…
//! ```
//!
//! A row becomes the object that the API would have answered. Absent values are empty cells, arrays and messages are
//! literals of Python, headers have real line ends inside their quotes, and rows may have fewer cells than the header
//! line has names: releases leave out the cell of an enum, and every cell behind it stands one to the left.

use super::{
    entry::Seen,
    json::{Body, Piece, as_text},
    keys, literal,
};
use std::ops::Range;

/// The header line of an export.
pub(super) struct Table {
    keys: Vec<String>,
    /// What its names say about the rows: an empty cell does not say that the row is of another kind.
    pub(super) seen: Seen,
    /// Every row has a time.
    pub(super) has_time: bool,
}

/// A row with its cells.
pub(super) struct Record<'e> {
    pub(super) body: Body<'e>,
    /// It has not as many cells as the header line has names.
    pub(super) ragged: bool,
    /// It has less than half of them.
    pub(super) is_cut: bool,
}

/// Longer than any header line of an export.
const LONGEST_HEADER: usize = 16 << 10;

/// What stands before the only enum that is known to stand in a wrong column.
const GRPC: &str = "GRPC_STATUS_CODE_";

impl Table {
    /// The keys that a header line names; `None` where they are not those of a client log.
    pub(super) fn header(line: &[u8]) -> Option<Table> {
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        if line.len() > LONGEST_HEADER || memchr::memchr(b',', line).is_none() {
            return None;
        }
        let line = str::from_utf8(line).ok()?;
        let mut keys: Vec<String> = Vec::new();
        for cell in Cells::new(line) {
            let key = line[cell.inner].trim();
            let is_key = key.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.'));
            if !is_key || key.is_empty() || keys.iter().any(|before| before == key) {
                return None;
            }
            keys.push(key.to_owned());
        }
        let known = keys.iter().filter_map(|key| keys::find(key));
        let (mut seen, mut count) = (Seen::of_table(), 0);
        for (_, sign) in known {
            seen.sign(sign);
            count += 1;
        }
        let has_time = keys.iter().any(|key| key == "report_timestamp");
        (count * 2 > keys.len() && seen.is_log()).then_some(Table { keys, seen, has_time })
    }

    /// A row as an object; `None` where it has only one cell or is an object itself: that is no row.
    pub(super) fn record<'e>(&self, entry: &'e [u8]) -> Option<Record<'e>> {
        if entry.trim_ascii_start().starts_with(b"{") {
            return None;
        }
        let text = as_text(entry);
        let cells: Vec<_> = Cells::new(&text).take(self.keys.len() + EXCESS).collect();
        if cells.len() < 2 {
            return None;
        }
        let ragged = cells.len() != self.keys.len();
        let mut json = String::with_capacity(text.len() + 24 * cells.len());
        let mut pieces = Vec::new();
        json.push('{');
        for (nth, cell) in cells.iter().enumerate() {
            let inner = &text[cell.inner.clone()];
            if inner.is_empty() {
                continue;
            }
            if json.len() > 1 {
                json.push(',');
            }
            let unnamed;
            let key = match self.keys.get(nth) {
                _ if ragged && inner.starts_with(GRPC) => "grpc_status_reason_phrase",
                Some(key) => key,
                None => {
                    unnamed = format!("column_{}", nth + 1);
                    &unnamed
                }
            };
            literal::quote(key, &mut json);
            json.push(':');
            let value = if cell.escaped { inner.replace("\"\"", "\"") } else { inner.to_owned() };
            let is_text = keys::find(key).is_some_and(|(take, _)| take.is_field());
            let start = json.len();
            let exact = match literal::to_json(&value).filter(|_| !is_text) {
                Some(object) => {
                    json.push_str(&object);
                    false
                }
                None => {
                    literal::quote(&value, &mut json);
                    json.len() - start == inner.len() + 2 && json[start + 1..].starts_with(inner)
                }
            };
            pieces.push(Piece { text: start..json.len(), entry: cell.inner.clone(), exact });
        }
        json.push('}');
        let is_cut = cells.len() * 2 < self.keys.len();
        Some(Record { body: Body::of_pieces(json, pieces), ragged, is_cut })
    }
}

/// Cells beyond the header line's that are read.
const EXCESS: usize = 16;

struct Cell {
    /// Without the quotes around it.
    inner: Range<usize>,
    /// Quotes inside are written twice.
    escaped: bool,
}

/// Walks over the cells of a row. A quote opens only at the start of a cell; one that nothing closes is a character.
struct Cells<'t> {
    text: &'t str,
    /// Where the next cell begins; beyond the text once the last was given.
    at: usize,
    /// A quote stood open: from then on quotes are characters, so that no row is searched again and again.
    plain: bool,
}

impl<'t> Cells<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, at: 0, plain: false }
    }

    /// The cell behind a quote, and where the next begins.
    fn quoted(&self) -> Option<(Cell, usize)> {
        let bytes = self.text.as_bytes();
        let (start, mut at, mut escaped) = (self.at + 1, self.at + 1, false);
        loop {
            at += memchr::memchr(b'"', &bytes[at..])?;
            match bytes.get(at + 1) {
                Some(b'"') => (at, escaped) = (at + 2, true),
                None | Some(b',') => return Some((Cell { inner: start..at, escaped }, at + 2)),
                // A quote inside a value that nobody doubled.
                Some(_) => at += 1,
            }
        }
    }
}

impl Iterator for Cells<'_> {
    type Item = Cell;

    fn next(&mut self) -> Option<Cell> {
        let rest = self.text.as_bytes().get(self.at..)?;
        if rest.first() == Some(&b'"') && !self.plain {
            match self.quoted() {
                Some((cell, next)) => {
                    self.at = next;
                    return Some(cell);
                }
                None => self.plain = true,
            }
        }
        let end = memchr::memchr(b',', rest).map_or(self.text.len(), |comma| self.at + comma);
        let cell = Cell { inner: self.at..end, escaped: false };
        self.at = end + 1;
        Some(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::avi::json;

    fn values(header: &str, row: &str) -> Vec<(String, String)> {
        let record = Table::header(header.as_bytes()).unwrap().record(row.as_bytes()).unwrap();
        let mut found = Vec::new();
        json::pairs(&record.body.text, false, |key, value| found.push((key.to_string(), value.to_string())));
        found
    }

    const HEADER: &str = "adf,uri_path,response_code,significant_log,user_agent";

    #[test]
    fn a_row_becomes_an_object() {
        let found = values(HEADER, "True,\"/a,\"\"b\"\"\",,\"['ADF_WAF_MATCH']\",\"x\r\ny\"");
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let expected = [
            pair("adf", "\"True\""),
            pair("uri_path", r#""/a,\"b\"""#),
            pair("significant_log", r#"["ADF_WAF_MATCH"]"#),
            pair("user_agent", r#""x\r\ny""#),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn quotes_do_not_swallow_a_row() {
        assert_eq!(values(HEADER, "True,\"open,200,,x").len(), 4);
        assert_eq!(values(HEADER, "True,[draft],200,,x")[1].1, "\"[draft]\"");
        assert!(Table::header(HEADER.as_bytes()).unwrap().record(b"{}").is_none());
    }

    #[test]
    fn other_tables_are_not_taken_for_an_export() {
        for line in [
            "",
            "client_ip,response_code,total_time",
            "Time,Source,Destination",
            "event_id,obj_type,report_timestamp,significance",
            "adf,adf,uri_path,method",
            "a,b,c,d,e,f,adf,uri_path",
        ] {
            assert!(Table::header(line.as_bytes()).is_none(), "{line}");
        }
    }
}
