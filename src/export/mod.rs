//! Rows as something to take away: CSV, JSON lines, or the entries as they were logged.
//!
//! A value is written the same way in both: times as RFC 3339 in UTC, durations in milliseconds (their columns end in
//! `_ms`), sizes in bytes, flags as `true` and `false`. What an entry does not have is an empty cell, or no key.

mod csv;
mod json;
mod original;
mod value;

pub use original::original;

use crate::protocol::{ExportFormat, ExportSpec};
use crate::record::{Field, Kind};
use crate::store::Table;

/// Name of the column that holds the entry as it was logged.
const RAW: &str = "raw";

/// Writes rows one after the other.
pub struct Export {
    fields: Vec<Field>,
    raw: bool,
    safe: bool,
    /// Where each row written so far ends in the bytes, and how many texts up to there a spreadsheet would have taken for
    /// a formula.
    pub ends: Vec<(u32, u32)>,
    guarded: u32,
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
        Export { fields, raw: spec.raw, safe: spec.safe, ends: Vec::new(), guarded: 0, written }
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
        self.ends.last().map_or(0, |(end, _)| *end as usize)
    }

    /// Writes row `row`, whose entry is `entry`; that may be empty where it is not asked for.
    pub fn row(&mut self, table: &Table, row: usize, entry: &[u8]) {
        let end = match &mut self.written {
            Written::Csv(out) => {
                for field in &self.fields {
                    let cell = value::cell(table, row, *field);
                    self.guarded += u32::from(csv::write(out, *field, cell, self.safe));
                }
                if self.raw {
                    self.guarded += u32::from(csv::write_text(out, &String::from_utf8_lossy(entry), self.safe));
                }
                out.end_row()
            }
            Written::Json(out) => {
                let values = self.fields.iter().map(|field| (*field, value::cell(table, row, *field)));
                json::write(out, values, self.raw.then_some(entry))
            }
            Written::Raw(out) => {
                out.extend_from_slice(entry);
                // The last line of a file may have no end, and another line comes behind it here.
                if entry.last() != Some(&b'\n') {
                    out.push(b'\n');
                }
                out.len()
            }
        };
        self.ends.push((end as u32, self.guarded));
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
