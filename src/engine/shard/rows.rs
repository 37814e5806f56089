//! What the table shows of rows.

use super::export::parse;
use super::places::{Place, read_run, runs};
use super::{Shared, row_mark};
use crate::engine::ingest::UNPARSED;
use crate::engine::input::Input;
use crate::protocol::shard::Reply;
use crate::protocol::{CellValue, RowId, RowText, RowView};
use crate::record::{Field, Kind, Row};
use crate::stats;
use crate::store::Table;
use futures::future::join_all;

/// Raw text shown in a row of the table, at most.
const ROW_TEXT: u64 = 2_000;

/// What the table shows of rows.
pub(super) async fn fetch<I: Input>(shard: &Shared<I>, rows: &[u32], columns: &[u16], text: RowText) -> Reply {
    let mut fetched: Vec<RowView> =
        rows.iter().map(|row| fetch_row(&shard.borrow().table, *row as usize, columns)).collect();
    if text != RowText::None {
        let mut places: Vec<Place> = {
            let table = &shard.borrow().table;
            let wanted = |(nth, row): (usize, &u32)| {
                let mut place = Place::of(table, *row, nth)?;
                match (text, fetched[nth].log_type == UNPARSED) {
                    (RowText::Stamps, false) => return Some(place),
                    (RowText::Unparsed, false) => return None,
                    _ => place.end = place.end.min(place.start + ROW_TEXT),
                }
                Some(place)
            };
            rows.iter().enumerate().filter_map(wanted).collect()
        };
        let reads = runs(&mut places).map(|run| shown(shard, rows, text, run));
        for (nth, said) in join_all(reads).await.into_iter().flatten() {
            let row = &mut fetched[nth];
            match text == RowText::Stamps && row.log_type != UNPARSED {
                true => row.stamp = Some(said),
                false => row.text = Some(said),
            }
        }
    }
    Reply::Fetched(fetched)
}

/// The texts of a run as the table shows them, or the times in them, or why they cannot be read.
async fn shown<I: Input>(shard: &Shared<I>, rows: &[u32], text: RowText, run: &[Place]) -> Vec<(usize, String)> {
    let mut texts = Vec::new();
    let mut parsed = Row::new();
    let show = |place: &Place, entry: &[u8]| {
        let is_parsed = text == RowText::Stamps && parse(&shard.borrow(), rows[place.nth] as usize, entry, &mut parsed);
        let shown = match parsed.cell(Field::StartTime).filter(|_| is_parsed) {
            Some(cell) => cell.span.of(entry),
            None if is_parsed => b"",
            None => &entry[..entry.len().min(ROW_TEXT as usize)],
        };
        texts.push((place.nth, String::from_utf8_lossy(shown).trim_end().to_owned()));
    };
    match read_run(shard, run, show).await {
        Ok(()) => texts,
        Err(error) => run.iter().map(|place| (place.nth, error.clone())).collect(),
    }
}

fn fetch_row(table: &Table, row: usize, columns: &[u16]) -> RowView {
    let text = |field: Field| {
        let text = table.column(field).and_then(|column| column.text(row));
        String::from_utf8_lossy(text.unwrap_or_default()).into_owned()
    };
    RowView {
        id: RowId { shard: 0, row: row as u32 },
        source: table.chunk_of(row).map_or(0, |chunk| chunk.source),
        offset: table.offsets().get(row).unwrap_or(0) as u64,
        line: table.line(row).unwrap_or(0),
        time: table.column(Field::StartTime).and_then(|column| column.packed.get(row)),
        mark: row_mark(table.mark(row)),
        log_type: text(Field::LogType),
        cells: columns.iter().map(|column| cell(table, row, Field::from_index(*column as usize)?)).collect(),
        phases: stats::phases_of(table, row),
        text: None,
        stamp: None,
    }
}

/// The value of one field of one row.
pub fn cell(table: &Table, row: usize, field: Field) -> Option<CellValue> {
    if field == Field::Line {
        return table.line(row).map(|line| CellValue::Int(line as i64));
    }
    let column = table.column(field)?;
    if column.dictionary.is_some() {
        let text = String::from_utf8_lossy(column.text(row)?);
        return Some(CellValue::Text(if field.kind() == Kind::List {
            text.replace('\u{1f}', "; ")
        } else {
            text.into()
        }));
    }
    column.packed.get(row).map(CellValue::Int)
}
