//! Rows as they are taken away, with their text where it is wanted.

use super::Shared;
use crate::engine::input::Input;
use crate::engine::text::read_text;
use crate::export::{Export, original, trimmed};
use crate::protocol::shard::{Cut, ExportedRows, Reply};
use crate::protocol::{ExportFormat, ExportSpec, SourceId};
use crate::text::sort;

/// Bytes after which a message is full.
const FULL: usize = 4 << 20;
/// Text read before rows are written, about.
const READ: u64 = 4 << 20;
/// Texts that stand no further apart than this are read at once.
const GAP: u64 = 32 << 10;

/// Where the text of a row stands.
#[derive(Clone, Copy)]
struct Place {
    source: SourceId,
    cut: Cut,
    start: u64,
    end: u64,
}

/// Writes `rows`, the first of them at least, until the message is full.
pub(super) async fn export<I: Input>(shard: &Shared<I>, rows: &[u32], spec: &ExportSpec) -> Reply {
    let mut export = Export::new(spec);
    let with_text = spec.raw || spec.format == ExportFormat::Raw;
    let mut rest = rows;
    while !rest.is_empty() && export.written() < FULL {
        let places: Vec<Option<Place>> = if with_text { some_places(shard, rest) } else { vec![None; rest.len()] };
        let texts = match read_all(shard, &places).await {
            Ok(texts) => texts,
            Err(error) => return Reply::Failed(error),
        };
        let table = &shard.borrow().table;
        for ((row, place), text) in rest.iter().zip(&places).zip(&texts) {
            let entry = original(text, place.map_or(Cut::Lines, |place| place.cut));
            let entry = if spec.format == ExportFormat::Raw { entry } else { trimmed(entry) };
            export.row(table, *row as usize, entry);
        }
        rest = &rest[places.len()..];
    }
    let fields = shard.borrow().table.fields().map(|field| field as u16).collect();
    let ends = std::mem::take(&mut export.ends);
    Reply::Exported(ExportedRows { bytes: export.into_bytes(), ends, fields })
}

/// Places of the first of these rows, as many as are read before they are written.
fn some_places<I: Input>(shard: &Shared<I>, rows: &[u32]) -> Vec<Option<Place>> {
    let table = &shard.borrow().table;
    let mut bytes = 0;
    let place = |row: &u32| {
        let (start, end) = table.extent(*row as usize)?;
        let chunk = table.chunk_of(*row as usize)?;
        Some(Place { source: chunk.source, cut: chunk.cut, start, end })
    };
    let fits = |place: &Option<Place>| {
        let before = bytes;
        bytes += place.map_or(0, |place| place.end - place.start);
        before < READ
    };
    rows.iter().map(place).take_while(fits).collect()
}

/// The text at each place; neighbours are read at once, and no read is much longer than [`READ`].
async fn read_all<I: Input>(shard: &Shared<I>, places: &[Option<Place>]) -> Result<Vec<Vec<u8>>, String> {
    let mut texts = vec![Vec::new(); places.len()];
    let known = places.iter().enumerate().filter_map(|(nth, place)| Some((nth, (*place)?)));
    let mut known: Vec<(usize, Place)> = known.collect();
    sort::by_key(&mut known, |(_, place)| (place.source, place.start));
    let sources = shard.borrow().texts.clone();
    let mut rest = known.as_slice();
    while let Some((_, first)) = rest.first() {
        let mut end = first.end;
        let near = |(_, place): &&(usize, Place)| {
            let near = place.source == first.source && place.start <= end + GAP && place.end - first.start <= 2 * READ;
            if near {
                end = end.max(place.end);
            }
            near
        };
        let together = 1 + rest[1..].iter().take_while(near).count();
        let raw = read_text(|| sources.clone(), first.source, first.start, end).await?;
        for (nth, place) in &rest[..together] {
            let at = |offset: u64| ((offset - first.start) as usize).min(raw.len());
            texts[*nth] = raw[at(place.start)..at(place.end)].to_vec();
        }
        rest = &rest[together..];
    }
    Ok(texts)
}
