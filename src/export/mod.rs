//! Rows as something to take away: CSV, JSON lines, or the entries as they were logged.
//!
//! A value is written the same way in both: times as RFC 3339 in UTC, durations in milliseconds (their columns end in
//! `_ms`), sizes in bytes, flags as `true` and `false`. What an entry does not have is an empty cell, or no key.

mod anonymise;
mod csv;
mod json;
mod original;
mod value;

pub use anonymise::EXAMPLES;
pub use original::original;

use crate::protocol::{Change, ExportFormat, ExportSpec, RowEnd};
use crate::record::{Field, Kind, Row};
use crate::store::Table;
use anonymise::Anonymiser;
use std::borrow::Cow;

/// Name of the column that holds the entry as it was logged.
const RAW: &str = "raw";

/// Writes rows one after the other.
pub struct Export {
    fields: Vec<Field>,
    raw: bool,
    safe: bool,
    anonymiser: Option<Anonymiser>,
    /// Of each row written so far.
    pub ends: Vec<RowEnd>,
    written: Written,
}

enum Written {
    Csv(csv::Table),
    Json(Vec<u8>),
    Raw(Vec<u8>),
}

impl Export {
    pub fn new(spec: &ExportSpec) -> Export {
        let fields = spec.columns.iter().filter_map(|index| Field::from_index(usize::from(*index))).collect();
        let written = match spec.format {
            ExportFormat::Csv => Written::Csv(csv::Table::default()),
            ExportFormat::JsonLines => Written::Json(Vec::new()),
            ExportFormat::Raw => Written::Raw(Vec::new()),
        };
        let anonymiser = spec.anonymise.as_ref().map(Anonymiser::new);
        Export { fields, raw: spec.raw, safe: spec.safe, anonymiser, ends: Vec::new(), written }
    }

    /// What stands before the first row.
    pub fn head(spec: &ExportSpec) -> Vec<u8> {
        if spec.format != ExportFormat::Csv {
            return Vec::new();
        }
        let export = Export::new(spec);
        let mut table = csv::Table::default();
        for name in export.fields.iter().map(|field| column_name(*field)).chain(spec.raw.then(|| RAW.to_owned())) {
            table.cell(name.as_bytes());
        }
        table.end_row();
        table.into_bytes()
    }

    /// Bytes written so far.
    pub fn written(&self) -> usize {
        self.ends.last().map_or(0, |end| end.bytes as usize)
    }

    /// What was replaced so far: examples of each kind.
    pub fn changes(&mut self) -> Vec<Change> {
        self.anonymiser.as_mut().map_or_else(Vec::new, |anonymiser| std::mem::take(&mut anonymiser.changes.list))
    }

    /// Writes row `row`, whose entry is `entry`; that may be empty where it is not asked for. Where the entry is anonymised,
    /// `parsed` says where its fields stand; `None`: no parser understands it.
    pub fn row(&mut self, table: &Table, row: usize, entry: &[u8], parsed: Option<&Row>) {
        let Export { fields, raw, safe, anonymiser, ends, written } = self;
        let mut counts = ends.last().copied().unwrap_or_default();
        let mut entry = Cow::Borrowed(entry);
        if let Some(anonymiser) = anonymiser {
            anonymiser.begin(table, row, ends.len(), parsed.map(|parsed| (parsed, &*entry)));
            counts.unread += u32::from(!entry.is_empty() && parsed.is_none());
            entry = Cow::Owned(anonymiser.entry(&entry, parsed));
        }
        let mut cell = |field: &Field| {
            let cell = value::cell(table, row, *field)?;
            Some(match (cell, anonymiser.as_mut()) {
                (value::Cell::Text(text), Some(anonymiser)) => {
                    value::Cell::Text(anonymiser.value(*field, &text).into())
                }
                (cell, _) => cell,
            })
        };
        let end = match written {
            Written::Csv(out) => {
                for field in fields.iter() {
                    counts.guarded += u32::from(csv::write(out, *field, cell(field), *safe));
                }
                if *raw {
                    counts.guarded += u32::from(csv::write_text(out, &String::from_utf8_lossy(&entry), *safe));
                }
                out.end_row()
            }
            Written::Json(out) => {
                let values = fields.iter().map(|field| (*field, cell(field)));
                json::write(out, values, raw.then_some(&*entry))
            }
            Written::Raw(out) => {
                out.extend_from_slice(&entry);
                // The last line of a file may have no end, and another line comes behind it here.
                if entry.last() != Some(&b'\n') {
                    out.push(b'\n');
                }
                out.len()
            }
        };
        counts.bytes = end as u32;
        ends.push(counts);
    }

    pub fn into_bytes(self) -> Vec<u8> {
        match self.written {
            Written::Csv(table) => table.into_bytes(),
            Written::Json(bytes) | Written::Raw(bytes) => bytes,
        }
    }
}

/// The field's name, with the unit where a number has one that its name does not say.
fn column_name(field: Field) -> String {
    let unit = if field.kind() == Kind::Duration { "_ms" } else { "" };
    format!("{}{unit}", field.name())
}
