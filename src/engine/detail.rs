//! One entry in depth: its text is read back and parsed again, this time keeping where each field stands.

use super::ingest::Hints;
use super::messages::messages;
use super::shard::cell;
use crate::formats::web::LONE;
use crate::formats::{Context, FormatIndex, extras, parse_entry};
use crate::protocol::{CellValue, DetailField, HeaderBlock, LogDetail};
use crate::record::{Field, Kind, Row, Value};
use crate::significance::{RowFacts, explain};
use crate::stats;
use crate::store::Table;
use crate::text::lines::trim_blank_lines;
use chrono::{DateTime, Datelike};

/// Raw text shown, at most.
const SHOWN: usize = 64 << 10;

/// Everything about row `row`, whose entry is `raw` as it stands in the source.
pub fn detail(table: &Table, row: usize, raw: &[u8], hints: Hints) -> LogDetail {
    let entry = trim_blank_lines(raw);
    let mut parsed = Row::new();
    let (context, format) = parse_again(table, row, entry, hints, &mut parsed);
    let micros = context.micros;
    let extras = |format: FormatIndex| extras(format, entry, &context, &parsed);
    let shown = &entry[..entry.len().min(SHOWN)];
    let text = Lossy::new(shown);

    let mut detail = LogDetail {
        source: table.chunk_of(row).map_or(0, |chunk| chunk.source),
        line: table.line(row).unwrap_or(0),
        offset: table.extent(row).map_or(0, |(start, _)| start),
        raw_cut: shown.len() < entry.len(),
        // Parsed again, not judged again.
        judged: parsed.cell(Field::Significance).is_none(),
        extras: format.map_or(Vec::new(), extras).into_iter().filter(|(name, _)| !micros || name != LONE).collect(),
        phases: stats::phases_of(table, row),
        ..LogDetail::default()
    };
    for field in Field::ALL.iter().copied() {
        let set = parsed.cell(field);
        if field.kind() == Kind::Body {
            if let Some(text) = parsed.get_text(field, entry) {
                let text = String::from_utf8_lossy(text).into_owned();
                detail.headers.push(HeaderBlock { title: field.label().to_owned(), text });
            }
            continue;
        }
        // The columns know more than the entry: the source, the reason of a reject, an inherited time.
        let value = cell(table, row, field).or_else(|| cell_value(&parsed, field, entry));
        if let Some(value) = value {
            let span = set.map_or((0, 0), |cell| text.range(cell.span.start as usize, cell.span.len as usize));
            detail.fields.push(DetailField { field: field as u16, value, span });
        }
    }
    detail.messages = messages(&detail.extras);
    detail.explanation = explain(&RowFacts { row: &parsed, entry });
    detail.raw = text.text;
    detail
}

/// Parses the entry of row `row` once more, for where its fields stand; the format that read it, if one did.
pub fn parse_again(
    table: &Table,
    row: usize,
    entry: &[u8],
    hints: Hints,
    parsed: &mut Row,
) -> (Context, Option<FormatIndex>) {
    let time = table.column(Field::StartTime).and_then(|column| column.packed.get(row));
    let year = time.and_then(DateTime::from_timestamp_micros).map_or(1970, |time| time.year());
    // What is known of the source has told whether a number is a time.
    let micros = table.column(Field::TotalTime).is_some_and(|column| column.packed.get(row).is_some());
    let Hints { told, only, custom } = hints;
    let mut context = Context { told, micros, only, custom, ..Context::new(year) };
    let format = parse_entry(entry, &mut None, &mut context, parsed).ok();
    (context, format)
}

/// The value of a field that was just parsed.
pub fn cell_value(row: &Row, field: Field, entry: &[u8]) -> Option<CellValue> {
    Some(match row.get(field, entry)? {
        Value::Int(number) => CellValue::Int(number),
        Value::Text(text) => CellValue::Text(String::from_utf8_lossy(text).into_owned()),
    })
}

/// Bytes as text, and where byte ranges ended up.
struct Lossy {
    text: String,
    /// (bytes up to here, text bytes up to here) where the two differ from then on.
    shifts: Vec<(usize, usize)>,
}

impl Lossy {
    fn new(bytes: &[u8]) -> Self {
        let mut text = String::with_capacity(bytes.len());
        let mut shifts = vec![(0, 0)];
        let mut at = 0;
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            at += chunk.valid().len();
            if !chunk.invalid().is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
                at += chunk.invalid().len();
                shifts.push((at, text.len()));
            }
        }
        Self { text, shifts }
    }

    fn place(&self, byte: usize) -> usize {
        let (bytes, text) = self.shifts[self.shifts.partition_point(|(bytes, _)| *bytes <= byte).saturating_sub(1)];
        let mut at = (text + byte.saturating_sub(bytes)).min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    fn range(&self, start: usize, len: usize) -> (u32, u32) {
        if len == 0 {
            return (0, 0);
        }
        (self.place(start) as u32, self.place(start + len) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_survive_bytes_that_are_no_text() {
        let lossy = Lossy::new(b"ab\xff\xffcd\xfeef");
        let (from, to) = lossy.range(4, 2);
        assert_eq!(&lossy.text[from as usize..to as usize], "cd");
        let (from, to) = lossy.range(7, 2);
        assert_eq!(&lossy.text[from as usize..to as usize], "ef");
        assert_eq!(lossy.range(3, 0), (0, 0));
    }
}
