//! What the table shows of rows.

use super::{Shared, row_mark};
use crate::engine::input::Input;
use crate::engine::text::read_text;
use crate::protocol::shard::{Fetched, Reply};
use crate::protocol::{CellValue, SourceId};
use crate::record::{Field, Kind};
use crate::stats;
use crate::store::Table;
use crate::text::sort;
use futures::future::join_all;

/// Raw text shown in a row of the table, at most.
const ROW_TEXT: u64 = 2_000;
/// Texts that stand no further apart than this are read at once: each read goes to the browser and back.
const GAP: u64 = 32 << 10;

/// What the table shows of rows.
pub(super) async fn fetch<I: Input>(shard: &Shared<I>, rows: &[u32], columns: &[u16], text: bool) -> Reply {
    let mut fetched: Vec<Fetched> =
        rows.iter().map(|row| fetch_row(&shard.borrow().table, *row as usize, columns)).collect();
    if text {
        let mut places: Vec<Place> = {
            let table = &shard.borrow().table;
            let places = rows.iter().zip(&fetched).enumerate();
            places.filter_map(|(nth, (row, fetched))| Place::of(table, *row as usize, fetched.source, nth)).collect()
        };
        sort::by_key(&mut places, |place| (place.source, place.start));
        let together = |a: &Place, b: &Place| a.source == b.source && b.start <= a.end + GAP;
        let reads = places.chunk_by(together).map(|places| read_places(shard, places));
        for (nth, text) in join_all(reads).await.into_iter().flatten() {
            fetched[nth].text = Some(text);
        }
    }
    Reply::Fetched(fetched)
}

/// Where the text of the row fetched as number `nth` stands.
struct Place {
    source: SourceId,
    start: u64,
    end: u64,
    nth: usize,
}

impl Place {
    fn of(table: &Table, row: usize, source: SourceId, nth: usize) -> Option<Place> {
        let (start, end) = table.extent(row)?;
        Some(Place { source, start, end: end.min(start + ROW_TEXT), nth })
    }
}

/// The texts at neighbouring places, ascending, in one read.
async fn read_places<I: Input>(shard: &Shared<I>, places: &[Place]) -> Vec<(usize, String)> {
    let texts = shard.borrow().texts.clone();
    let (Some(first), Some(end)) = (places.first(), places.iter().map(|place| place.end).max()) else {
        return Vec::new();
    };
    let raw = read_text(|| texts.clone(), first.source, first.start, end).await;
    let text = |place: &Place| match &raw {
        Ok(raw) => {
            let at = |offset: u64| ((offset - first.start) as usize).min(raw.len());
            String::from_utf8_lossy(&raw[at(place.start)..at(place.end)]).trim_end().to_owned()
        }
        Err(error) => error.clone(),
    };
    places.iter().map(|place| (place.nth, text(place))).collect()
}

fn fetch_row(table: &Table, row: usize, columns: &[u16]) -> Fetched {
    let text = |field: Field| {
        let text = table.column(field).and_then(|column| column.text(row));
        String::from_utf8_lossy(text.unwrap_or_default()).into_owned()
    };
    Fetched {
        source: table.chunk_of(row).map_or(0, |chunk| chunk.source),
        line: table.line(row).unwrap_or(0),
        time: table.column(Field::StartTime).and_then(|column| column.packed.get(row)),
        mark: row_mark(table.mark(row)),
        log_type: text(Field::LogType),
        cells: columns.iter().map(|column| cell(table, row, Field::from_index(*column as usize)?)).collect(),
        phases: stats::phases_of(table, row),
        text: None,
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
