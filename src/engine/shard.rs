//! One shard: one part of the rows, and the answers the hub asks of them.

use super::detail;
use super::ingest::{Ingest, Rest, blank_line};
use super::input::{Input, InputBytes};
use super::order::Keys;
use super::select::{Selection, Selector, compile, errors};
use super::text::{Texts, read_text};
use crate::protocol::shard::{Ask, Bins, Fetched, Measure, Parsed, Partial, Piece, Place, Reply, Select};
use crate::protocol::{CellValue, Marker, RowMark, SourceId};
use crate::record::{Field, Kind};
use crate::significance::Mark;
use crate::stats::{self, PhaseReader};
use crate::store::{Bitmap, Chunk, Table};
use crate::text::fold::Needle;
use memchr::{memchr, memchr_iter, memmem};
use std::cell::RefCell;
use std::rc::Rc;

/// What cannot be bytes of a message.
#[derive(Clone, Debug, Default)]
pub enum Beside<I> {
    #[default]
    Nothing,
    Input(I),
    Text(Vec<u8>),
}

/// One part of the data.
pub struct Shard<I> {
    table: Table,
    texts: Rc<RefCell<Texts<I>>>,
    ingest: Ingest,
    selector: Selector,
    /// Texts of each field's dictionary that the hub has been told.
    told: Vec<usize>,
    /// The text being parsed; kept to be used again.
    buffer: Vec<u8>,
    /// Memory of the worker, in bytes; the worker says how to measure it.
    memory: fn() -> u64,
}

/// Bytes read beyond a piece at a time, to find the end of its last entry.
const AHEAD: u64 = 64 << 10;
/// Text scanned for free words at a time.
const SCAN: u64 = 4 << 20;
/// Server events on the time axis, at most.
const MARKERS: usize = 200;
/// Raw text shown in a row of the table, at most.
const ROW_TEXT: u64 = 2_000;

type Shared<I> = Rc<RefCell<Shard<I>>>;

impl<I: Input> Shard<I> {
    /// `memory` measures the memory of the program, for the status bar.
    pub fn new(memory: fn() -> u64) -> Shared<I> {
        Rc::new(RefCell::new(Self {
            table: Table::new(),
            texts: Rc::default(),
            ingest: Ingest::default(),
            selector: Selector::default(),
            told: vec![0; Field::COUNT],
            buffer: Vec::new(),
            memory,
        }))
    }
}

/// Answers one question. Reading text is the only thing that waits; the shard is not borrowed meanwhile.
pub async fn answer<I: Input>(shard: &Shared<I>, ask: Ask, beside: Beside<I>) -> Reply {
    match ask {
        Ask::Open { source, name } => {
            let input = match beside {
                Beside::Input(input) => Some(input),
                _ => None,
            };
            shard.borrow().texts.borrow_mut().open(source, &name, input);
            Reply::Done
        }
        Ask::Forget { source } => {
            let mut shard = shard.borrow_mut();
            shard.texts.borrow_mut().forget(source);
            shard.selector.clear();
            Reply::Done
        }
        Ask::Parse(piece) => match parse(shard, piece, beside).await {
            Ok(parsed) => Reply::Parsed(parsed),
            Err(error) => Reply::Failed(error),
        },
        Ask::Settle { source, sequence, lines_before, time } => {
            shard.borrow_mut().settle(source, sequence, lines_before, time);
            Reply::Done
        }
        Ask::Fetch { rows, columns, text } => fetch(shard, &rows, &columns, text).await,
        Ask::Detail { row } => {
            let texts = shard.borrow().texts.clone();
            let extent = shard.borrow().table.extent(row as usize);
            let source = shard.borrow().table.chunk_of(row as usize).map(|chunk| chunk.source);
            let (Some((start, end)), Some(source)) = (extent, source) else { return Reply::Detail(None) };
            let end = end.min(start + (2 << 20));
            match read_text(|| texts.clone(), source, start, end).await {
                Ok(raw) => Reply::Detail(Some(Box::new(detail::detail(&shard.borrow().table, row as usize, &raw)))),
                Err(error) => Reply::Failed(error),
            }
        }
        Ask::Memory => {
            let shard = shard.borrow();
            let kept_text = shard.texts.borrow().kept_bytes();
            Reply::Memory { wasm_bytes: (shard.memory)(), kept_text, rows: shard.table.rows() as u64 }
        }
        Ask::Texts { field } => Reply::Texts(shard.borrow_mut().new_texts(field)),
        Ask::Collect { .. }
        | Ask::Refine { .. }
        | Ask::Count { .. }
        | Ask::Span { .. }
        | Ask::Buckets { .. }
        | Ask::Before { .. }
        | Ask::Pieces { .. }
        | Ask::Gather { .. } => selected(shard, ask).await,
    }
}

/// The questions about a selection: scan for its free words, then answer from the columns.
async fn selected<I: Input>(shard: &Shared<I>, ask: Ask) -> Reply {
    let select = match &ask {
        Ask::Collect { select, .. }
        | Ask::Refine { select, .. }
        | Ask::Count { select, .. }
        | Ask::Span { select, .. }
        | Ask::Buckets { select, .. }
        | Ask::Before { select, .. }
        | Ask::Pieces { select, .. }
        | Ask::Gather { select, .. } => select.clone(),
        _ => return Reply::Failed("not a question about a selection".to_owned()),
    };
    if let Err(error) = scan(shard, &select).await {
        return Reply::Failed(error);
    }
    let mut shard = shard.borrow_mut();
    let shard = &mut *shard;
    let selection = match shard.selector.select(&shard.table, &select) {
        Ok(selection) => selection,
        Err(error) => return Reply::Failed(error),
    };
    let table = &shard.table;
    let rows_of = |only_errors: bool| -> Bitmap {
        let mut rows = selection.selected.clone();
        if only_errors {
            rows.and(&errors(table));
        }
        rows
    };
    match ask {
        Ask::Collect { bins, .. } => Reply::Collected(Box::new(shard.collect(&selection, bins))),
        Ask::Refine { ranges, .. } => Reply::Refined(refine(table, &selection, &ranges)),
        Ask::Count { field, .. } => match Field::from_index(field as usize) {
            Some(field) => {
                let rows = selection.selected.count();
                Reply::Counted { rows, counts: shard.count(field, &selection) }
            }
            None => Reply::Failed("no such field".to_owned()),
        },
        Ask::Span { order, errors, .. } => {
            let (low, high, present, absent) = Keys::new(table, &order).span(&rows_of(errors));
            Reply::Span { low, high, present, absent }
        }
        Ask::Buckets { order, low, high, buckets, errors, .. } => {
            Reply::Numbers(Keys::new(table, &order).buckets(&rows_of(errors), low, high, buckets))
        }
        Ask::Before { order, position, errors, .. } => {
            Reply::Numbers(vec![Keys::new(table, &order).before(&rows_of(errors), position)])
        }
        Ask::Pieces { order, key, errors, .. } => Reply::Pieces(Keys::new(table, &order).pieces(&rows_of(errors), key)),
        Ask::Gather { order, low, high, piece, errors, .. } => {
            Reply::Gathered(Keys::new(table, &order).gather(&rows_of(errors), low, high, piece))
        }
        _ => Reply::Done,
    }
}

/// Reads a piece and parses it.
async fn parse<I: Input>(shard: &Shared<I>, piece: Piece, beside: Beside<I>) -> Result<Parsed, String> {
    let texts = shard.borrow().texts.clone();
    let name = texts.borrow().name(piece.source);
    if let Beside::Text(text) = beside {
        let mut shard = shard.borrow_mut();
        let shard = &mut *shard;
        texts.borrow_mut().keep(piece.source, piece.start, &text);
        let parsed = shard.ingest.run(&mut shard.table, &name, &piece, &text, piece.start, Rest::default());
        return Ok(Parsed { wasm_bytes: (shard.memory)(), ..parsed });
    }
    let Some(input) = texts.borrow().input(piece.source) else {
        return Err("The file is no longer open.".to_owned());
    };
    // One byte back tells whether the range begins at the start of a line; some bytes ahead mostly hold its end.
    let exact = piece.place == Place::File { exact: true };
    let from = if exact { piece.start } else { piece.start.saturating_sub(1) };
    let to = if exact { piece.end } else { (piece.end + AHEAD).min(input.size()) };
    let bytes = input.read(from, to).await?;
    let mut buffer = std::mem::take(&mut shard.borrow_mut().buffer);
    buffer.clear();
    bytes.append_to(&mut buffer);
    drop(bytes);
    let owned =
        if exact { Ok((0..buffer.len(), Rest::default())) } else { own_lines(&input, &piece, from, &mut buffer).await };
    let mut shard = shard.borrow_mut();
    let shard = &mut *shard;
    let parsed = owned.map(|(range, rest)| {
        let start = from + range.start as u64;
        shard.ingest.run(&mut shard.table, &name, &piece, &buffer[range], start, rest)
    });
    shard.buffer = buffer;
    parsed.map(|parsed| Parsed { wasm_bytes: (shard.memory)(), ..parsed })
}

/// The part of `buffer` (which begins at byte `from` of the file) that the piece owns: from the first entry that
/// begins inside its range to the first that begins after it. An entry begins at byte 0 and at every line that is not
/// blank.
async fn own_lines<I: Input>(
    input: &I,
    piece: &Piece,
    from: u64,
    buffer: &mut Vec<u8>,
) -> Result<(std::ops::Range<usize>, Rest), String> {
    let first = if piece.start == 0 { Some(0) } else { next_entry(buffer, 0) };
    let start = match first {
        Some(start) if from + (start as u64) < piece.end => start,
        // No entry begins here: a line that began earlier runs through.
        _ => return Ok((0..0, Rest::default())),
    };
    let mut search = (piece.end - from).saturating_sub(1).max(start as u64) as usize;
    let mut rest = Rest::default();
    loop {
        if let Some(end) = next_entry(buffer, search) {
            return Ok((start..end, rest));
        }
        let read_to = from + buffer.len() as u64;
        if read_to >= input.size() {
            return Ok((start..buffer.len(), rest));
        }
        if buffer.len() - search > 4 * super::ingest::MAX_ENTRY {
            // Too long to be parsed: only its end is looked for, and its bytes are not kept.
            let mut at = read_to;
            while at < input.size() {
                let mut part = Vec::new();
                // A line end and the line after it may fall in different parts: look back two bytes.
                input.read(at - 2, (at + SCAN).min(input.size())).await?.append_to(&mut part);
                let end = next_entry(&part, 0);
                let owned = &part[2.min(part.len())..end.unwrap_or(part.len()).max(2).min(part.len())];
                rest.bytes += owned.len() as u64;
                rest.lines += memchr_iter(b'\n', owned).count() as u64;
                if end.is_some() {
                    break;
                }
                at += SCAN;
            }
            return Ok((start..buffer.len(), rest));
        }
        search = search.max(buffer.len().saturating_sub(2));
        let ahead = (AHEAD * 4).max(buffer.len() as u64 / 2);
        input.read(read_to, (read_to + ahead).min(input.size())).await?.append_to(buffer);
    }
}

/// Where, after a line end at or after `from`, the next line that is not blank begins.
fn next_entry(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from + memchr(b'\n', text.get(from..)?)? + 1;
    while let Some(blank) = blank_line(&text[at..]) {
        at += blank;
    }
    // "\r" alone at the very end may be half of a blank line.
    (at < text.len() && text[at..] != *b"\r").then_some(at)
}

/// Scans the text of all rows for the free words of a search, as far as it has not been scanned.
async fn scan<I: Input>(shard: &Shared<I>, select: &Select) -> Result<(), String> {
    if select.query.trim().is_empty() {
        return Ok(());
    }
    let words = compile(&select.query)?.words();
    for word in words {
        let key = word.as_bytes().to_vec();
        loop {
            let (texts, chunk) = {
                let mut shard = shard.borrow_mut();
                let shard = &mut *shard;
                let rows = shard.table.rows();
                let scan = shard.selector.scans.entry(key.clone()).or_default();
                scan.hits.resize(rows);
                let Some(chunk) = shard.table.chunks().get(scan.chunks) else { break };
                (shard.texts.clone(), chunk.clone())
            };
            // A word beyond ASCII is compared entry by entry, which wants whole entries.
            let step = if word.finds_bytes() { SCAN } else { u64::MAX };
            let mut from = chunk.start;
            while from < chunk.end {
                let to = from.saturating_add(step).min(chunk.end);
                // Read a little beyond, so that a word across two parts is found.
                let beyond = (to + key.len() as u64).min(chunk.end);
                let text = read_text(|| texts.clone(), chunk.source, from, beyond).await.unwrap_or_default();
                let mut shard = shard.borrow_mut();
                let shard = &mut *shard;
                let scan = shard.selector.scans.entry(key.clone()).or_default();
                scan.hits.resize(shard.table.rows());
                mark_hits(&shard.table, &chunk, &word, from, &text, &mut scan.hits);
                from = to;
            }
            let mut shard = shard.borrow_mut();
            if let Some(scan) = shard.selector.scans.get_mut(&key) {
                scan.chunks += 1;
            }
        }
    }
    Ok(())
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

/// What the table shows of rows.
async fn fetch<I: Input>(shard: &Shared<I>, rows: &[u32], columns: &[u8], text: bool) -> Reply {
    let mut fetched: Vec<Fetched> =
        rows.iter().map(|row| fetch_row(&shard.borrow().table, *row as usize, columns)).collect();
    if text {
        let texts = shard.borrow().texts.clone();
        for (row, fetched) in rows.iter().zip(&mut fetched) {
            let extent = shard.borrow().table.extent(*row as usize);
            let Some((start, end)) = extent else { continue };
            let end = end.min(start + ROW_TEXT);
            fetched.text = match read_text(|| texts.clone(), fetched.source, start, end).await {
                Ok(raw) => Some(String::from_utf8_lossy(&raw).trim_end().to_owned()),
                Err(error) => Some(error),
            };
        }
    }
    Reply::Fetched(fetched)
}

fn fetch_row(table: &Table, row: usize, columns: &[u8]) -> Fetched {
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

fn row_mark(mark: Mark) -> RowMark {
    match mark {
        Mark::Fine => RowMark::Fine,
        Mark::Warning => RowMark::Warning,
        Mark::Error => RowMark::Error,
    }
}

/// Exact counts of values inside ranges.
fn refine(table: &Table, selection: &Selection, ranges: &[(Measure, i64, i64)]) -> Vec<Vec<(i64, u64)>> {
    let settled = without_interim(table, &selection.selected);
    let phases: Vec<_> = ranges.iter().filter(|(measure, ..)| !matches!(measure, Measure::Field(_))).copied().collect();
    let mut of_phases = match phases.is_empty() {
        true => Vec::new(),
        false => PhaseReader::new(table).exact_counts(&settled, &phases),
    }
    .into_iter();
    let exact = ranges.iter().map(|(measure, low, high)| match measure {
        Measure::Field(field) => {
            let column = Field::from_index(*field as usize).and_then(|field| table.column(field));
            column.map_or(Vec::new(), |column| stats::exact_counts(&column.packed, &settled, *low, *high))
        }
        _ => of_phases.next().unwrap_or_default(),
    });
    exact.collect()
}

/// Sums and percentiles leave out sessions that were still open when they were logged.
fn without_interim(table: &Table, rows: &Bitmap) -> Bitmap {
    let mut rows = rows.clone();
    rows.and_not(&super::select::flags(table, Field::Interim));
    rows
}

impl<I: Input> Shard<I> {
    fn settle(&mut self, source: SourceId, sequence: u32, lines_before: u64, time: Option<i64>) {
        let found = self.table.chunks_mut().iter_mut().find(|c| (c.source, c.sequence) == (source, sequence));
        let Some(chunk) = found else { return };
        chunk.lines_before = Some(lines_before);
        let rows = chunk.first_row..chunk.first_row + chunk.rows;
        let Some(time) = time else { return };
        // Only the first entries of a piece can lack the time that the pieces before it know.
        let parsed =
            |table: &Table, row: usize| table.column(Field::Reject).and_then(|column| column.packed.get(row)).is_none();
        let mut inherited = false;
        for row in rows {
            let has_time = self.table.column(Field::StartTime).is_some_and(|c| c.packed.get(row).is_some());
            if has_time || parsed(&self.table, row) {
                break;
            }
            inherited |= self.table.set_time(row, time);
        }
        if inherited {
            let scans = std::mem::take(&mut self.selector.scans);
            self.selector.clear();
            self.selector.scans = scans;
        }
    }

    fn new_texts(&mut self, field: u8) -> Vec<Vec<u8>> {
        let Some(field) = Field::from_index(field as usize) else { return Vec::new() };
        let Some(dictionary) = self.table.column(field).and_then(|column| column.dictionary.as_ref()) else {
            return Vec::new();
        };
        let told = &mut self.told[field as usize];
        let new = dictionary.iter_from(*told).map(<[u8]>::to_vec).collect();
        *told = dictionary.len();
        new
    }

    fn count(&mut self, field: Field, selection: &Selection) -> crate::protocol::shard::Counts {
        use crate::protocol::shard::Counts;
        let new = self.new_texts(field as u8);
        match self.table.column(field) {
            Some(column) if column.dictionary.is_some() => {
                let counts = stats::count_codes(column, &selection.selected, &selection.significant);
                Counts::Codes { new, counts }
            }
            Some(column) => {
                Counts::Numbers(stats::count_numbers(&column.packed, &selection.selected, &selection.significant))
            }
            None if field.kind().is_text() => Counts::Codes { new, counts: Vec::new() },
            None => Counts::Numbers(Vec::new()),
        }
    }

    fn collect(&mut self, selection: &Selection, bins: Bins) -> Partial {
        let times = self.table.column(Field::StartTime).map(|column| &column.packed);
        let order =
            crate::protocol::shard::Order { field: Field::StartTime as u8, descending: false, ranks: Vec::new() };
        let (low, high, present, _) = Keys::new(&self.table, &order).span(&selection.found);
        let mut significant = selection.brushed.clone();
        significant.and(&selection.significant);
        let settled = without_interim(&self.table, &selection.selected);
        let mut partial = Partial {
            loaded: selection.visible.count(),
            matching: selection.matching.count(),
            all: selection.brushed.count(),
            significant: significant.count(),
            total: selection.selected.count(),
            without_time: selection.found.count() - present,
            interim: selection.selected.count() - settled.count(),
            extent: (present > 0).then_some((low, high)),
            bins: times.map_or_else(
                || vec![crate::protocol::Bin::default(); bins.count as usize],
                |times| stats::count_bins(times, &selection.drawn, &selection.significant, bins),
            ),
            markers: self.markers(&selection.drawn),
            sketches: PhaseReader::new(&self.table).sketches(&settled),
            unparsed: self.unparsed(&selection.visible),
            culprits: self.culprits(&selection.selected),
            ..Partial::default()
        };
        let tiles: Vec<Field> = super::hub::TILES.iter().copied().filter(|f| self.table.column(*f).is_some()).collect();
        for field in tiles {
            match field.kind() {
                Kind::Duration | Kind::Bytes => {
                    let Some(column) = self.table.column(field) else { continue };
                    let sketch = stats::sketch(&column.packed, &settled);
                    partial.sketches.push((Measure::Field(field as u8), sketch));
                }
                _ => partial.counts.push((field as u8, self.count(field, selection))),
            }
        }
        partial
    }

    /// Server events among the rows drawn.
    fn markers(&self, rows: &Bitmap) -> Vec<Marker> {
        let kinds = self.table.column(Field::EventKind);
        let Some(kinds) = kinds.filter(|c| c.dictionary.as_ref().is_some_and(|texts| !texts.is_empty())) else {
            return Vec::new();
        };
        let axis = |kind: &[u8]| memmem::find(kind, b"connect").is_none();
        let mut markers = Vec::new();
        for page in 0..self.table.pages() {
            if kinds.packed.bounds(page).is_none() {
                continue;
            }
            crate::store::each_row(rows.page(page), |row| {
                let row = page * crate::store::PAGE + row;
                let Some(kind) = kinds.text(row).filter(|kind| axis(kind)) else { return };
                let time = self.table.column(Field::StartTime).and_then(|column| column.packed.get(row));
                let message = self.table.column(Field::Message).and_then(|column| column.text(row)).unwrap_or(kind);
                if let Some(time) = time.filter(|_| markers.len() < MARKERS) {
                    let text = String::from_utf8_lossy(message).into_owned();
                    markers.push(Marker { time, text, mark: row_mark(self.table.mark(row)) });
                }
            });
        }
        markers
    }

    /// Rows that no parser understood, by reason.
    fn unparsed(&self, visible: &Bitmap) -> Vec<(String, u64)> {
        let Some(column) = self.table.column(Field::Reject) else { return Vec::new() };
        let Some(texts) = &column.dictionary else { return Vec::new() };
        let counts = stats::count_codes(column, visible, &Bitmap::new(visible.len()));
        let name = |code: u32| String::from_utf8_lossy(texts.get(code)).into_owned();
        counts.into_iter().map(|(code, rows, _)| (name(code), u64::from(rows))).collect()
    }

    /// Which server the errors of each kind came from.
    fn culprits(&self, rows: &Bitmap) -> Vec<(String, String, u64)> {
        let (Some(why), Some(server)) = (self.table.column(Field::Significance), self.table.column(Field::ServerName))
        else {
            return Vec::new();
        };
        let mut rows = rows.clone();
        rows.and(&errors(&self.table));
        let mut counts: std::collections::HashMap<(i64, i64), u64> = std::collections::HashMap::new();
        for row in rows.iter() {
            if let (Some(why), Some(server)) = (why.packed.get(row), server.packed.get(row)) {
                *counts.entry((why, server)).or_default() += 1;
            }
        }
        let text = |column: &crate::store::Column, code: i64| {
            let text = column.dictionary.as_ref().map(|texts| texts.get(code as u32));
            String::from_utf8_lossy(text.unwrap_or_default()).into_owned()
        };
        let mut all: Vec<_> =
            counts.into_iter().map(|((w, s), count)| (text(why, w), text(server, s), count)).collect();
        all.sort();
        all
    }
}
