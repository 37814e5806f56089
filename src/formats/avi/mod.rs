//! Avi Vantage (NSX ALB) client logs: application (L7) logs, and what they share with connection (L4) logs.
//!
//! An entry is one JSON object, however it was exported: a line, an element of an array or of an API answer (then with
//! what framing leaves around it), or the body of a syslog line.
//!
//! ```text
//! {"adf":true,"significant":0,"udf":false,"virtualservice":"virtualservice-1b9c…","report_timestamp":
//! "2026-11-20T23:58:59.936191+00:00","service_engine":"se-005056aa12f0","client_ip":"198.51.100.23","client_rtt":12,
//! "method":"GET","uri_path":"/cart","response_code":503,"total_time":41,"significance":"Request ended abnormally: …"}
//! ```

mod connection;
mod entry;
pub mod json;
mod keys;
mod literal;
mod nested;
mod path;
mod scan;
mod table;

use super::{Context, Format, Told};
use crate::record::{Field, Key, Reason, Reject, Row, Span};
use json::Body;
use std::any::Any;
use table::Table;

pub struct Avi;

/// An entry says what it is within its first keys.
const SNIFFED: usize = 4096;

impl Format for Avi {
    fn id(&self) -> &'static str {
        "avi"
    }

    fn name(&self) -> &'static str {
        "Avi virtual service"
    }

    /// A JSON key that only Avi uses, or that tells its kinds of log apart.
    fn claims(&self, entry: &[u8]) -> bool {
        let head = &entry[..entry.len().min(SNIFFED)];
        let mut quotes = memchr::memchr_iter(b'"', head);
        let Some(mut open) = quotes.next() else { return false };
        quotes.any(|close| {
            let text = &head[std::mem::replace(&mut open, close) + 1..close];
            head[close + 1..].trim_ascii_start().starts_with(b":")
                && str::from_utf8(text).is_ok_and(|key| keys::find(key).is_some_and(|(_, sign)| sign.is_telling()))
        })
    }

    fn parse(&self, entry: &[u8], context: &mut Context, row: &mut Row) -> Result<(), Reject> {
        if let Some(told) = context.told.clone()
            && let Some(table) = told.what::<Table>()
            && read_record(entry, &told, table, context, row)?
        {
            return Ok(());
        }
        let unknown = Reject::at(Reason::UnknownFormat, 0);
        let body = Body::find(entry).ok_or(unknown)?;
        if entry::read(entry, &body, true, &mut context.clock, row)? {
            return Ok(());
        }
        row.clear();
        let body = Body::unwrapped(entry).ok_or(Reject::at(Reason::NotALog, 0))?;
        entry::read(entry, &body, false, &mut context.clock, row).map(|_| ())
    }

    /// Nested messages and keys that have no field; nested values as compact JSON.
    fn extras(&self, entry: &[u8]) -> Vec<(String, String)> {
        let Some(body) = Body::find(entry) else { return Vec::new() };
        read_extras(&body, true).or_else(|| read_extras(&Body::unwrapped(entry)?, false)).unwrap_or_default()
    }

    fn header(&self, line: &[u8]) -> Option<Box<dyn Any>> {
        Some(Box::new(Table::header(line)?))
    }

    fn extras_told(&self, entry: &[u8], told: &Told) -> Vec<(String, String)> {
        match told.what::<Table>() {
            Some(_) if *entry == *told.header => Vec::new(),
            Some(table) => match table.record(entry) {
                Some(record) => read_extras(&record.body, false).unwrap_or_default(),
                None => self.extras(entry),
            },
            None => self.extras(entry),
        }
    }

    fn each_value(&self, entry: &[u8], told: Option<&Told>, key: Key, each: &mut dyn FnMut(&str)) {
        let table = told.filter(|told| *entry != *told.header).and_then(|told| told.what::<Table>());
        path::each_value(entry, table, key, each);
    }

    fn why(&self, layout: &str) -> &'static str {
        match layout {
            "avi-header" => "the header line of a CSV export with Avi's keys",
            "avi-l4" => "JSON with the keys of Avi's connection log",
            "avi-icap" => "an icap_log message of Avi by itself",
            _ => "JSON with the keys of Avi's application log",
        }
    }
}

/// Reads a row of an export or its header line; false where the entry is neither.
fn read_record(entry: &[u8], told: &Told, table: &Table, context: &mut Context, row: &mut Row) -> Result<bool, Reject> {
    if *entry == *told.header {
        let mark = if entry.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        row.word(Field::LogType, b"header");
        row.word(Field::Format, b"avi-header");
        row.word(Field::EventKind, b"table header");
        row.text(Field::Message, Span::new(mark, entry.len()));
        return Ok(true);
    }
    let Some(record) = table.record(entry) else { return Ok(false) };
    if record.is_cut {
        return Err(Reject::at(Reason::CutShort, entry.len()));
    }
    if record.ragged {
        row.flag(Field::Ragged, true);
    }
    let is_read = entry::read_seen(entry, &record.body, false, table.seen.clone(), &mut context.clock, row)?;
    if table.has_time && row.cell(Field::ReportTimestamp).is_none() {
        return Err(Reject::at(Reason::BadTime, 0));
    }
    Ok(is_read)
}

/// `None` where the object only wraps the entry.
fn read_extras(body: &Body, unwrap: bool) -> Option<Vec<(String, String)>> {
    let mut extras = Vec::new();
    let end = json::pairs(&body.text, unwrap, |key, value| {
        let has_field = keys::find(key).is_some_and(|(take, _)| take.is_field());
        if has_field || matches!(value, "null" | "\"\"") {
            return;
        }
        let nested = value.starts_with(['{', '[']);
        let text = if nested { json::compact(value) } else { json::string(value).unwrap_or_default().into_owned() };
        extras.push((key.to_string(), text));
    });
    (!matches!(end, json::End::Wrapper)).then_some(extras)
}
