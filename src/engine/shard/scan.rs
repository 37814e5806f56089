//! Free words of a search, and keys that have no column: the text of all rows is read back and scanned, once for all of them.

use super::turns::turn;
use super::{Shard, Shared};
use crate::engine::ingest::Hints;
use crate::engine::input::Input;
use crate::engine::select::compile;
use crate::engine::text::read;
use crate::formats::{each_value, keyed};
use crate::protocol::shard::Select;
use crate::query::KeyTest;
use crate::record::{Field, Key};
use crate::store::{Bitmap, Chunk, Table};
use crate::text::fold::Needle;
use crate::text::lines::trim_blank_lines;
use futures::channel::oneshot;
use futures::future::join;

/// Text read at a time for words, where a chunk is larger: one has entries that were too long to be parsed.
const STEP: u64 = 16 << 20;

/// Scans the text of all rows for the free words of a search, as far as it has not been scanned.
pub(super) async fn scan<I: Input>(shard: &Shared<I>, select: &Select) -> Result<(), String> {
    if select.query.trim().is_empty() {
        return Ok(());
    }
    let checked = compile(&select.query)?;
    let words = checked.words().into_iter().map(Wanted::Word);
    let mut wanted: Vec<Wanted> = Vec::new();
    for one in words.chain(checked.key_tests().into_iter().map(Wanted::Key)) {
        if wanted.iter().all(|other| other.name() != one.name()) {
            wanted.push(one);
        }
    }
    if !wanted.is_empty() {
        // While one part is scanned the next is read.
        join(scan_chunks(shard, &wanted), scan_chunks(shard, &wanted)).await;
    }
    Ok(())
}

/// Scans chunk after chunk until there is none left that nobody scans, and waits for those that others scan.
async fn scan_chunks<I: Input>(shard: &Shared<I>, wanted: &[Wanted]) {
    loop {
        let next = shard.borrow_mut().next_chunk(wanted);
        match next {
            Next::Chunk(chunk, wanted) => scan_chunk(shard, &chunk, &wanted).await,
            Next::Wait(scanned) => drop(scanned.await),
            Next::Nothing => return,
        }
    }
}

enum Next<'a> {
    /// To be scanned for all of these at once.
    Chunk(Chunk, Vec<&'a Wanted>),
    /// Others scan for what is wanted.
    Wait(oneshot::Receiver<()>),
    Nothing,
}

impl<I: Input> Shard<I> {
    fn next_chunk<'a>(&mut self, wanted: &'a [Wanted]) -> Next<'a> {
        let begun = |wanted: &Wanted| self.selector.scans.get(&wanted.name()).map_or(0, |scan| scan.begun);
        let first = wanted.iter().map(begun).min().unwrap_or(0);
        if let Some(chunk) = self.table.chunks().get(first) {
            let wanted: Vec<&Wanted> = wanted.iter().filter(|wanted| begun(wanted) == first).collect();
            for wanted in &wanted {
                let scan = self.selector.scans.entry(wanted.name(), Default::default);
                scan.begun += 1;
                scan.under_way += 1;
            }
            return Next::Chunk(chunk.clone(), wanted);
        }
        for wanted in wanted {
            let scan = self.selector.scans.entry(wanted.name(), Default::default);
            scan.hits.resize(self.table.rows());
            if scan.under_way > 0 {
                let (sender, scanned) = oneshot::channel();
                scan.waiting.push(sender);
                return Next::Wait(scanned);
            }
        }
        Next::Nothing
    }
}

async fn scan_chunk<I: Input>(shard: &Shared<I>, chunk: &Chunk, wanted: &[&Wanted]) {
    let (texts, forgotten, has_some) = {
        let shard = shard.borrow();
        (shard.texts.clone(), shard.forgotten, wanted.iter().any(|wanted| wanted.has_some(&shard.table, chunk)))
    };
    // What is asked of entry by entry wants whole entries.
    let step = if wanted.iter().all(|wanted| wanted.finds_bytes()) { STEP } else { u64::MAX };
    let longest = wanted.iter().map(|wanted| wanted.len()).max().unwrap_or(0);
    let mut from = if has_some { chunk.start } else { chunk.end };
    while from < chunk.end {
        let to = from.saturating_add(step).min(chunk.end);
        // Read a little beyond, so that a word across two parts is found.
        let beyond = to.saturating_add(longest).min(chunk.end);
        let reading = read(&texts, chunk.source, from, beyond).await;
        let mut text = turn(shard).await;
        let read = match reading {
            Ok(reading) => reading.put_in(&mut text).await,
            Err(error) => Err(error),
        };
        let mut shard = shard.borrow_mut();
        let gone = shard.forgotten != forgotten;
        if !gone && read.is_ok() {
            shard.mark(chunk, wanted, from, &text);
        }
        shard.turns.give_back(text);
        if gone {
            return;
        }
        from = to;
    }
    let mut shard = shard.borrow_mut();
    if shard.forgotten != forgotten {
        return;
    }
    for wanted in wanted {
        if let Some(scan) = shard.selector.scans.get_mut(&wanted.name()) {
            scan.under_way -= 1;
            if scan.under_way == 0 {
                scan.waiting.clear();
            }
        }
    }
}

impl<I: Input> Shard<I> {
    /// Marks the rows of a chunk that have what is wanted in `text`, which begins at byte `from` of the source.
    fn mark(&mut self, chunk: &Chunk, wanted: &[&Wanted], from: u64, text: &[u8]) {
        for wanted in wanted {
            let scan = self.selector.scans.entry(wanted.name(), Default::default);
            scan.hits.resize(self.table.rows());
            match wanted {
                Wanted::Word(word) => mark_hits(&self.table, chunk, word, from, text, &mut scan.hits),
                Wanted::Key(test) => {
                    let hints = self.ingest.hints(chunk.source);
                    mark_values(&self.table, chunk, test, &hints, text, &mut scan.hits);
                }
            }
        }
    }
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

    /// Bytes of text that what is wanted may take.
    fn len(&self) -> u64 {
        match self {
            Wanted::Word(word) => word.as_bytes().len() as u64,
            Wanted::Key(_) => 0,
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
    let (mut entries, mut at) = (table.entries(chunk), 0);
    while let Some(hit) = word.find(text, at) {
        let (row, end) = entries.at(from + hit as u64);
        hits.set(row);
        // One hit is enough for a row: go on behind its entry.
        at = (end.saturating_sub(from) as usize).max(hit + 1);
    }
}
