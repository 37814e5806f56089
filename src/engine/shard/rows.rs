//! What the table shows of rows.

use super::export::parse;
use super::places::{Place, read_run, runs};
use super::{Shared, row_mark};
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
    if text == RowText::Stamps {
        let mut places: Vec<Place> = {
            let table = &shard.borrow().table;
            rows.iter().enumerate().filter_map(|(nth, row)| Place::of(table, *row, nth)).collect()
        };
        let reads = runs(&mut places).map(|run| stamps(shard, rows, run));
        for (nth, stamp) in join_all(reads).await.into_iter().flatten() {
            fetched[nth].stamp = Some(stamp);
        }
    }
    if text != RowText::None {
        let mut places: Vec<Place> = {
            let table = &shard.borrow().table;
            let rejects = table.column(Field::Reject);
            let unparsed = |row: u32| rejects.is_some_and(|column| column.packed.get(row as usize).is_some());
            let wanted = rows.iter().enumerate().filter(|(_, row)| text == RowText::All || unparsed(**row));
            wanted.filter_map(|(nth, row)| Place::of(table, *row, nth)).collect()
        };
        places.iter_mut().for_each(|place| place.end = place.end.min(place.start + ROW_TEXT));
        let reads = runs(&mut places).map(|run| shown(shard, run));
        for (nth, text) in join_all(reads).await.into_iter().flatten() {
            fetched[nth].text = Some(text);
        }
    }
    Reply::Fetched(fetched)
}

/// The times of a run as they stand in the log.
async fn stamps<I: Input>(shard: &Shared<I>, rows: &[u32], run: &[Place]) -> Vec<(usize, String)> {
    let mut stamps = Vec::new();
    let mut parsed = Row::new();
    let find = |place: &Place, text: &[u8]| {
        parse(&shard.borrow(), rows[place.nth] as usize, text, &mut parsed);
        let stamp = parsed.cell(Field::StartTime).map(|cell| cell.span.of(text)).filter(|stamp| !stamp.is_empty());
        stamps.extend(stamp.map(|stamp| (place.nth, String::from_utf8_lossy(stamp).into_owned())));
    };
    // What cannot be read back has no time as logged: its row says why.
    let _ = read_run(shard, run, find).await;
    stamps
}

/// The texts of a run as the table shows them, or why they cannot be read.
async fn shown<I: Input>(shard: &Shared<I>, run: &[Place]) -> Vec<(usize, String)> {
    let mut texts = Vec::new();
    let show = |place: &Place, text: &[u8]| {
        texts.push((place.nth, String::from_utf8_lossy(text).trim_end().to_owned()));
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
