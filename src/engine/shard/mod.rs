//! One shard: one part of the rows, and the answers the hub asks of them.

mod collect;
mod compare;
mod export;
mod numbers;
mod parse;
mod places;
mod rehearse;
mod report;
mod rows;
mod scan;
mod transaction;
mod turns;

pub use rows::cell;

use super::detail;
use super::ingest::Ingest;
use super::input::Input;
use super::look_up::look_up;
use super::order::Keys;
use super::rejudge::rejudge;
use super::select::{Selector, errors};
use super::text::{Texts, read_text};
use crate::protocol::shard::{Ask, FORGOTTEN, Reply, Select};
use crate::protocol::{RowMark, Rules, SourceId};
use crate::record::Field;
use crate::significance::{Limits, Mark};
use crate::store::{Bitmap, Table};
use collect::{Sums, bars, pace};
use compare::{compared, groups};
use futures::FutureExt;
use numbers::{counters, sequences};
use parse::parse;
use rows::fetch;
use scan::scan;
use std::cell::RefCell;
use std::rc::Rc;
use turns::Turns;

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
    /// What the full pages of the last selection add up to.
    collected: Option<(Select, Sums)>,
    /// Texts of each field's dictionary that the hub has been told.
    told: Vec<usize>,
    /// How often a source went: what waited for text meanwhile looks again.
    forgotten: u32,
    /// The buffer for text that is parsed or scanned.
    turns: Turns,
    /// Memory of the worker, in bytes; the worker says how to measure it.
    memory: fn() -> u64,
}

type Shared<I> = Rc<RefCell<Shard<I>>>;

impl<I: Input> Shard<I> {
    /// `memory` measures the memory of the program, for the status bar.
    pub fn new(memory: fn() -> u64) -> Shared<I> {
        Rc::new(RefCell::new(Self {
            table: Table::new(),
            texts: Rc::default(),
            ingest: Ingest::default(),
            selector: Selector::default(),
            collected: None,
            told: vec![0; Field::COUNT],
            forgotten: 0,
            turns: Turns::default(),
            memory,
        }))
    }
}

/// Answers one question. Reading text is the only thing that waits; the shard is not borrowed meanwhile. What waits is a future
/// of its own on the heap, as in `Hub::find`: this function is entered for every part of a file that comes.
pub async fn answer<I: Input>(shard: &Shared<I>, ask: Ask, beside: Beside<I>) -> Reply {
    match ask {
        Ask::Open { source, reading, name } => {
            let input = match beside {
                Beside::Input(input) => Some(input),
                _ => None,
            };
            shard.borrow().texts.borrow_mut().open(source, reading, &name, input);
            Reply::Done
        }
        Ask::Rehearse { size } => {
            if let Beside::Input(file) = beside {
                // It asks a shard of its own what this one is asked.
                rehearse::rehearse(file, size).boxed_local().await;
            }
            Reply::Done
        }
        Ask::Forget { source } => shard.borrow_mut().forget(source),
        Ask::Parse(piece) => match parse(shard, piece, beside).boxed_local().await {
            Ok(parsed) => Reply::Parsed(parsed),
            Err(error) => Reply::Failed(error),
        },
        Ask::Judge(rules) => {
            shard.borrow_mut().judge(&rules);
            Reply::Done
        }
        Ask::LookUp(groups) => {
            let mut shard = shard.borrow_mut();
            look_up(&mut shard.table, &groups);
            shard.columns_changed();
            Reply::Done
        }
        Ask::Settle { source, reading, sequence, lines_before, time } => {
            let wanted = shard.borrow().texts.borrow().reads(source, reading);
            if wanted {
                shard.borrow_mut().settle(source, sequence, lines_before, time);
            }
            Reply::Done
        }
        Ask::Fetch { rows, columns, text } => fetch(shard, &rows, &columns, text).boxed_local().await,
        Ask::Find(places) => {
            let table = &shard.borrow().table;
            Reply::Places(places.into_iter().map(|(source, offset)| table.row_at(source, offset)).collect())
        }
        Ask::Detail { row } => detail_of(shard, row as usize).boxed_local().await,
        Ask::Export { rows, spec } => export::export(shard, &rows, &spec).boxed_local().await,
        Ask::TransactionOf { row } => Reply::Name(transaction::id_of(&shard.borrow().table, row as usize)),
        Ask::Transaction { name, hidden, count } => {
            let (rows, first) = transaction::rows(&shard.borrow().table, &name, &hidden, count as usize);
            Reply::Head(rows, first)
        }
        Ask::Paces { sources } => {
            let shard = shard.borrow();
            Reply::Numbers(sources.into_iter().flat_map(|(source, bins)| pace(&shard.table, source, bins)).collect())
        }
        Ask::Sequences { hidden } => {
            let table = &shard.borrow().table;
            Reply::Sequences(sequences(table, &hidden), counters(table, &hidden))
        }
        Ask::Memory => {
            let shard = shard.borrow();
            let table = &shard.table;
            let of_field = |field: Field| Some((field as u16, table.column(field)?.bytes() as u64));
            Reply::Memory {
                wasm_bytes: (shard.memory)(),
                kept_text: shard.texts.borrow().kept_bytes(),
                rows: table.rows() as u64,
                table_bytes: table.bytes() as u64,
                columns: table.fields().filter_map(of_field).collect(),
            }
        }
        Ask::Texts { field } => Reply::Texts(shard.borrow_mut().new_texts(field)),
        Ask::Collect { .. }
        | Ask::Bars { .. }
        | Ask::Refine { .. }
        | Ask::Count { .. }
        | Ask::Compare { .. }
        | Ask::RefineSide { .. }
        | Ask::Report { .. }
        | Ask::Span { .. }
        | Ask::Buckets { .. }
        | Ask::Before { .. }
        | Ask::Pieces { .. }
        | Ask::Head { .. }
        | Ask::Place { .. }
        | Ask::Gather { .. } => selected(shard, ask).boxed_local().await,
    }
}

async fn detail_of<I: Input>(shard: &Shared<I>, row: usize) -> Reply {
    let texts = shard.borrow().texts.clone();
    let extent = shard.borrow().table.extent(row);
    let source = shard.borrow().table.chunk_of(row).map(|chunk| chunk.source);
    let (Some((start, end)), Some(source)) = (extent, source) else { return Reply::Detail(None) };
    if source == FORGOTTEN {
        return Reply::Detail(None);
    }
    match read_text(&texts, source, start, end.min(start + (2 << 20))).await {
        Ok(raw) => {
            let shard = shard.borrow();
            let hints = shard.ingest.hints(source);
            Reply::Detail(Some(Box::new(detail::detail(&shard.table, row, &raw, hints))))
        }
        Err(error) => Reply::Failed(error),
    }
}

/// The questions about a selection: scan for its free words, then answer from the columns.
async fn selected<I: Input>(shard: &Shared<I>, ask: Ask) -> Reply {
    let select = match &ask {
        Ask::Collect { select, .. }
        | Ask::Bars { select, .. }
        | Ask::Refine { select, .. }
        | Ask::Count { select, .. }
        | Ask::Compare { select, .. }
        | Ask::RefineSide { select, .. }
        | Ask::Report { select, .. }
        | Ask::Span { select, .. }
        | Ask::Buckets { select, .. }
        | Ask::Before { select, .. }
        | Ask::Pieces { select, .. }
        | Ask::Head { select, .. }
        | Ask::Place { select, .. }
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
    if let Ask::Compare { compare, .. } | Ask::RefineSide { compare, .. } = &ask {
        return match groups(shard, &select, &selection, *compare) {
            Ok(groups) => compared(shard, &groups, ask),
            Err(error) => Reply::Failed(error),
        };
    }
    if let Ask::Report { report, keys, classes, .. } = &ask {
        return report::report(&shard.table, &selection, report, keys.as_chunks().0, classes);
    }
    let table = &shard.table;
    let rows_of = |only_errors: bool| -> Bitmap {
        let mut rows = selection.selected.clone();
        if only_errors {
            // Steps of a request that failed are marked like it, which alone is significant.
            rows.and(&errors(table));
            rows.and(&selection.significant);
        }
        rows
    };
    match ask {
        Ask::Collect { bins, .. } => Reply::Collected(Box::new(shard.collect(&select, &selection, bins))),
        Ask::Bars { bins, .. } => Reply::Numbers(bars(table, &selection.drawn, bins)),
        Ask::Refine { ranges, .. } => Reply::Refined(shard.refine(&select, &selection, &ranges)),
        Ask::Count { field, .. } => match Field::from_index(field as usize) {
            Some(field) => {
                let (rows, counts) = shard.count(field, &select, &selection);
                Reply::Counted { rows, counts }
            }
            None => Reply::Failed("no such field".to_owned()),
        },
        Ask::Span { order, errors, .. } => {
            let (low, high, present, absent) = Keys::new(table, &order).span(&rows_of(errors));
            Reply::Span { low, high, present, absent }
        }
        Ask::Head { order, after, count, errors, .. } => {
            let rows = rows_of(errors);
            Reply::Head(rows.count(), Keys::new(table, &order).head(&rows, after, count as usize))
        }
        Ask::Place { order, row, .. } => {
            let found = Keys::new(table, &order).place(&selection.selected, row as usize);
            Reply::Head(found.is_some().into(), found.map(|position| (position, row)).into_iter().collect())
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

impl<I: Input> Shard<I> {
    fn settle(&mut self, source: SourceId, sequence: u32, lines_before: u64, time: Option<i64>) {
        let found = self.table.chunks_mut().iter_mut().find(|c| (c.source, c.sequence) == (source, sequence));
        let Some(chunk) = found else { return };
        chunk.lines_before = Some(lines_before);
        let rows = chunk.first_row..chunk.first_row + chunk.rows;
        let Some(time) = time else { return };
        // Only what comes before the first time in a piece can lack the one that the pieces before it know. What was
        // understood and has no time stays without: it does not say when it was written.
        let parsed =
            |table: &Table, row: usize| table.column(Field::Reject).and_then(|column| column.packed.get(row)).is_none();
        let mut inherited = false;
        for row in rows {
            let has_time = self.table.column(Field::StartTime).is_some_and(|c| c.packed.get(row).is_some());
            if has_time {
                break;
            }
            if !parsed(&self.table, row) {
                self.table.set_time(row, time);
                inherited = true;
            }
        }
        if inherited {
            self.columns_changed();
        }
    }

    /// What was found in the columns is looked for again; what was found in the text still stands there.
    fn columns_changed(&mut self) {
        let scans = std::mem::take(&mut self.selector.scans);
        self.selector.clear();
        self.collected = None;
        self.selector.scans = scans;
    }

    /// Judges the rows anew, and by the same rules those to come.
    fn judge(&mut self, rules: &str) {
        let limits = Limits::from(&Rules::from_text(rules).unwrap_or_default());
        rejudge(&mut self.table, &limits);
        self.ingest.judge_by(limits);
        self.columns_changed();
    }

    /// Rows of a source that went stay, uncounted, beside those of others; once no other has any, their memory is freed.
    fn forget(&mut self, source: SourceId) -> Reply {
        self.texts.borrow_mut().forget(source);
        self.ingest.forget(source);
        self.selector.clear();
        self.collected = None;
        self.forgotten += 1;
        for chunk in self.table.chunks_mut().iter_mut().filter(|chunk| chunk.source == source) {
            chunk.source = FORGOTTEN;
        }
        let texts = self.texts.borrow();
        if self.table.chunks().iter().any(|chunk| texts.knows(chunk.source)) {
            return Reply::Done;
        }
        self.table = Table::new();
        self.told.fill(0);
        Reply::Emptied
    }

    fn new_texts(&mut self, field: u16) -> Vec<Vec<u8>> {
        let Some(field) = Field::from_index(field as usize) else { return Vec::new() };
        let Some(dictionary) = self.table.column(field).and_then(|column| column.dictionary.as_ref()) else {
            return Vec::new();
        };
        let told = &mut self.told[field as usize];
        let new = dictionary.iter_from(*told).map(<[u8]>::to_vec).collect();
        *told = dictionary.len();
        new
    }
}

fn row_mark(mark: Mark) -> RowMark {
    match mark {
        Mark::Fine => RowMark::Fine,
        Mark::Warning => RowMark::Warning,
        Mark::Error => RowMark::Error,
    }
}
