//! Free words of a search, and keys that have no column: the text of all rows is read back and scanned once for each.

use super::Shared;
use crate::engine::ingest::Hints;
use crate::engine::input::Input;
use crate::engine::select::compile;
use crate::engine::text::read_text;
use crate::formats::{each_value, keyed};
use crate::protocol::shard::Select;
use crate::query::KeyTest;
use crate::record::{Field, Key};
use crate::store::{Bitmap, Chunk, Table};
use crate::text::fold::Needle;
use crate::text::lines::trim_blank_lines;
use futures::channel::oneshot;

/// Text scanned for free words at a time.
const SCAN: u64 = 4 << 20;
/// Scans the text of all rows for the free words of a search, as far as it has not been scanned.
pub(super) async fn scan<I: Input>(shard: &Shared<I>, select: &Select) -> Result<(), String> {
    if select.query.trim().is_empty() {
        return Ok(());
    }
    let checked = compile(&select.query)?;
    let words = checked.words().into_iter().map(Wanted::Word);
    for wanted in words.chain(checked.key_tests().into_iter().map(Wanted::Key)) {
        let key = wanted.name();
        'chunks: loop {
            let next = {
                let mut shard = shard.borrow_mut();
                let shard = &mut *shard;
                let rows = shard.table.rows();
                let scan = shard.selector.scans.entry(key.clone()).or_default();
                scan.hits.resize(rows);
                match (&mut scan.under_way, shard.table.chunks().get(scan.chunks)) {
                    (Some(waiting), _) => {
                        let (sender, scanned) = oneshot::channel();
                        waiting.push(sender);
                        Err(scanned)
                    }
                    (None, None) => break,
                    (none, Some(chunk)) => {
                        *none = Some(Vec::new());
                        Ok((shard.texts.clone(), chunk.clone(), shard.forgotten))
                    }
                }
            };
            // Table and summary ask at the same time: one of them scans, and no chunk is counted twice as scanned.
            let (texts, chunk, forgotten) = match next {
                Ok(next) => next,
                Err(scanned) => {
                    let _ = scanned.await;
                    continue;
                }
            };
            // What is asked of entry by entry wants whole entries.
            let step = if wanted.finds_bytes() { SCAN } else { u64::MAX };
            let has_some = wanted.has_some(&shard.borrow().table, &chunk);
            let mut from = if has_some { chunk.start } else { chunk.end };
            while from < chunk.end {
                let to = from.saturating_add(step).min(chunk.end);
                // Read a little beyond, so that a word across two parts is found.
                let beyond = to.saturating_add(key.len() as u64).min(chunk.end);
                let text = read_text(|| texts.clone(), chunk.source, from, beyond).await.unwrap_or_default();
                let mut shard = shard.borrow_mut();
                let shard = &mut *shard;
                if shard.forgotten != forgotten {
                    continue 'chunks;
                }
                let scan = shard.selector.scans.entry(key.clone()).or_default();
                scan.hits.resize(shard.table.rows());
                match &wanted {
                    Wanted::Word(word) => mark_hits(&shard.table, &chunk, word, from, &text, &mut scan.hits),
                    Wanted::Key(test) => {
                        let hints = shard.ingest.hints(chunk.source);
                        mark_values(&shard.table, &chunk, test, &hints, &text, &mut scan.hits);
                    }
                }
                from = to;
            }
            let mut shard = shard.borrow_mut();
            if let Some(scan) = shard.selector.scans.get_mut(&key) {
                scan.chunks += 1;
                scan.under_way = None;
            }
        }
    }
    Ok(())
}

/// What the text is scanned for.
enum Wanted {
    Word(Needle),
    Key(KeyTest),
}

impl Wanted {
    /// Under which what was found is kept.
    fn name(&self) -> Vec<u8> {
        match self {
            Wanted::Word(word) => word.as_bytes().to_vec(),
            Wanted::Key(test) => test.scan_name(),
        }
    }

    fn finds_bytes(&self) -> bool {
        matches!(self, Wanted::Word(word) if word.finds_bytes())
    }

    /// False where no row of the chunk can be found, so that its text need not be read.
    fn has_some(&self, table: &Table, chunk: &Chunk) -> bool {
        match self {
            Wanted::Word(_) => true,
            Wanted::Key(test) => {
                (chunk.first_row..chunk.first_row + chunk.rows).any(|row| layout_of(table, row, test.key).is_some())
            }
        }
    }
}

/// The layout of a row that may have a value of the key.
fn layout_of(table: &Table, row: usize, key: Key) -> Option<&[u8]> {
    table.column(Field::Format)?.text(row).filter(|layout| keyed(layout, key).is_some())
}

/// Marks the rows of a chunk, of which `text` is the whole text, that have a value which passes the test.
fn mark_values(table: &Table, chunk: &Chunk, test: &KeyTest, hints: &Hints, text: &[u8], hits: &mut Bitmap) {
    let (told, custom) = (hints.told.as_deref(), hints.custom.as_deref());
    for row in chunk.first_row..chunk.first_row + chunk.rows {
        let (Some(layout), Some((start, end))) = (layout_of(table, row, test.key), table.extent(row)) else { continue };
        let Some(entry) = text.get((start - chunk.start) as usize..((end - chunk.start) as usize).min(text.len()))
        else {
            continue;
        };
        let mut passes = false;
        let entry = (layout, trim_blank_lines(entry));
        each_value(entry, told, custom, test.key, &mut |value| passes |= test.matches(value));
        if passes {
            hits.set(row);
        }
    }
}

/// Marks the rows of a chunk whose text holds the word; `text` begins at byte `from` of the source.
fn mark_hits(table: &Table, chunk: &Chunk, word: &Needle, from: u64, text: &[u8], hits: &mut Bitmap) {
    if !word.finds_bytes() {
        for row in chunk.first_row..chunk.first_row + chunk.rows {
            let Some((start, end)) = table.extent(row) else { continue };
            let entry = text.get((start - from) as usize..((end - from) as usize).min(text.len()));
            if entry.is_some_and(|entry| word.is_contained_in(entry)) {
                hits.set(row);
            }
        }
        return;
    }
    let (mut row, mut at) = (chunk.first_row, 0);
    while let Some(hit) = word.find(text, at) {
        row = table.row_at(chunk, from + hit as u64, row);
        hits.set(row);
        // One hit is enough for a row: go on behind its entry.
        let next = table.extent(row).map_or(0, |(_, end)| end.saturating_sub(from) as usize);
        at = next.max(hit + 1);
    }
}
