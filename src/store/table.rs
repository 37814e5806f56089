//! One shard's rows: a column for each field that occurs, and where each entry stands in its source.

use super::run::{Common, Run};
use super::stage::{LINE, MARK, OFFSET, Slots, Stage};
use super::{ABSENT, Bitmap, Column, Columns, Entries, Open, PAGE, Packed};
use crate::protocol::SourceId;
use crate::protocol::shard::Cut;
use crate::record::{Field, Kind, Row};
use crate::significance::Mark;

/// A run of consecutive rows that came from one piece of a source.
#[derive(Clone, Debug)]
pub struct Chunk {
    pub source: SourceId,
    /// How its text is cut into entries.
    pub cut: Cut,
    /// Number of the piece within its source: pieces in order give the source back.
    pub sequence: u32,
    pub first_row: usize,
    pub rows: usize,
    /// Where the chunk's text begins and ends in the text of the source.
    pub start: u64,
    pub end: u64,
    /// Lines of the source before this chunk; known when the pieces before it have been read.
    pub lines_before: Option<u64>,
}

/// Rows in the order they were parsed.
#[derive(Debug)]
pub struct Table {
    columns: Box<[Option<Box<Column>>; Field::COUNT]>,
    /// The rows behind the last full page.
    pub(super) stage: Stage,
    rows: usize,
    chunks: Vec<Chunk>,
    /// Byte offset of each entry in the text of its source.
    offsets: Packed,
    /// Line of each entry within its chunk, less its row in the chunk: how many further lines the entries before it have.
    lines: Packed,
    marks: Packed,
    /// Code of the open chunk's source name.
    source: Run,
    line: Run,
    /// Texts that are no field, and the fields that are parts of them: frontend, backend and server of a line.
    pub(super) groups: Column,
    /// What consecutive rows have in common.
    pub(super) common: Common,
    /// Rows of which the log itself says whether they are significant, and those of which it says why.
    said: [Bitmap; 2],
}

/// Has the memory grow in steps of megabytes. The allocator asks for 64 KB at a time, and each time costs the browser a
/// change of its page tables: a tenth of the time of loading.
#[inline]
fn reserve() {
    const STEP: usize = 4 << 20;
    if cfg!(target_arch = "wasm32") {
        drop(std::hint::black_box(Vec::<u8>::with_capacity(STEP)));
    }
}

impl Default for Table {
    fn default() -> Self {
        Self::new()
    }
}

impl Table {
    pub fn new() -> Self {
        Self {
            columns: Box::new([const { None }; Field::COUNT]),
            stage: Stage::default(),
            rows: 0,
            chunks: Vec::new(),
            offsets: Packed::default(),
            lines: Packed::default(),
            marks: Packed::default(),
            source: Run::default(),
            line: Run::default(),
            groups: Column::after(0, true),
            common: Common::default(),
            said: Default::default(),
        }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn pages(&self) -> usize {
        self.rows.div_ceil(PAGE)
    }

    pub fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }

    pub fn chunks_mut(&mut self) -> &mut [Chunk] {
        &mut self.chunks
    }

    pub fn column(&self, field: Field) -> Option<&Column> {
        self.columns[field as usize].as_deref()
    }

    pub fn column_mut(&mut self, field: Field) -> Option<&mut Column> {
        self.columns[field as usize].as_deref_mut()
    }

    /// Fields that any row has.
    pub fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        Field::ALL.iter().copied().filter(|field| self.columns[*field as usize].is_some())
    }

    pub fn marks(&self) -> &Packed {
        &self.marks
    }

    pub fn offsets(&self) -> &Packed {
        &self.offsets
    }

    /// Opens a chunk: the entries that follow come from this piece of the source called `name`.
    pub fn begin_chunk(&mut self, source: SourceId, name: &str, cut: Cut, sequence: u32, start: u64) {
        let first_row = self.rows;
        let names = self.column_or_new(Field::Source).dictionary.get_or_insert_default();
        let name = i64::from(names.intern(name.as_bytes()));
        self.begin_runs(name, first_row % PAGE);
        self.chunks.push(Chunk { source, cut, sequence, first_row, rows: 0, start, end: start, lines_before: None });
    }

    /// Closes the chunk that was begun: its text ends at `end`. A chunk without rows is dropped.
    pub fn end_chunk(&mut self, end: u64) {
        self.end_common();
        self.write_runs(self.rows % PAGE);
        // Who reads sees the page that is not full as well.
        self.staged(|stage, slot, column| stage.show(slot, column));
        let rows = self.rows;
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.end = end;
            chunk.rows = rows - chunk.first_row;
            if chunk.rows == 0 {
                self.chunks.pop();
            }
        }
    }

    /// Appends one entry that begins at byte `offset` of its source, on line `line` of its chunk.
    #[inline]
    pub fn push(&mut self, row: &Row, entry: &[u8], offset: u64, line: u64, mark: Mark) {
        let at = self.rows % PAGE;
        let mut used = Slots::of(&[]);
        for cell in row.cells() {
            let slot = cell.field as usize;
            let column = match &mut self.columns[slot] {
                Some(column) => column,
                None if cell.field.kind() == Kind::Body => continue,
                None => self.column_or_new(cell.field),
            };
            let number = column.number(cell, row, entry);
            self.stage.put(slot, at, number);
            used.insert(slot);
        }
        self.end_common();
        self.close(&used, offset, line, mark);
    }

    /// A row to be filled by a parser that sets no fields but these.
    #[inline]
    pub fn open<'a>(&'a mut self, entry: &'a [u8], columns: &'static Columns) -> Open<'a> {
        Open::new(self, entry, columns)
    }

    /// The open row counts; it may have cells of its own in these columns.
    #[inline(always)]
    pub(super) fn close(&mut self, used: &Slots, offset: u64, line: u64, mark: Mark) {
        let at = self.rows % PAGE;
        let in_chunk = self.chunks.last().map_or(0, |chunk| self.rows - chunk.first_row);
        self.stage.put(OFFSET, at, offset as i64);
        self.stage.put(MARK, at, mark as i64);
        self.stage.keep(used);
        self.line.set(line as i64 - in_chunk as i64, at, &mut self.stage, LINE);
        self.rows += 1;
        if at == PAGE - 1 {
            self.seal();
        }
    }

    /// The open row begins a run of rows with a set of cells in common: a new one, or one that is known.
    #[cold]
    pub(super) fn begin_common(&mut self, key: u32, cells: Option<Vec<(Field, i64)>>) {
        self.end_common();
        if let Some(cells) = cells {
            self.common.learn(key, cells);
        }
        self.common.begin(key, self.rows % PAGE);
    }

    #[inline]
    pub(super) fn end_common(&mut self) {
        self.common.end(self.rows % PAGE, &mut self.stage);
    }

    #[inline(always)]
    pub fn column_or_new(&mut self, field: Field) -> &mut Column {
        match &mut self.columns[field as usize] {
            Some(column) => column,
            none => none.insert(Column::of(field, self.offsets.pages())),
        }
    }

    /// Closes the page that became full, of every column.
    #[inline(never)]
    fn seal(&mut self) {
        self.write_runs(PAGE);
        reserve();
        self.staged(|stage, slot, column| stage.seal(slot, column));
        self.stage.begin();
    }

    /// Every column, also those that the open page has for the first time, with its place on the stage.
    fn staged(&mut self, mut visit: impl FnMut(&mut Stage, usize, &mut Packed)) {
        let pages = self.offsets.pages();
        let columns = &mut self.columns;
        self.stage.each_filled(|slot| {
            if let Some(field) = Field::from_index(slot) {
                columns[slot].get_or_insert_with(|| Column::of(field, pages));
            }
        });
        for (slot, column) in self.columns.iter_mut().enumerate() {
            if let Some(column) = column {
                visit(&mut self.stage, slot, &mut column.packed);
            }
        }
        visit(&mut self.stage, OFFSET, &mut self.offsets);
        visit(&mut self.stage, LINE, &mut self.lines);
        visit(&mut self.stage, MARK, &mut self.marks);
    }

    /// The rows of a chunk begin at `at` of the open page.
    fn begin_runs(&mut self, name: i64, at: usize) {
        self.common = Common::default();
        (self.source, self.line) = (Run::new(name, at), Run::new(0, at));
    }

    /// Gives the rows of the open page before `end` what they have in common.
    fn write_runs(&mut self, end: usize) {
        self.common.write(end, &mut self.stage);
        self.line.write(end, &mut self.stage, LINE);
        self.source.write(end, &mut self.stage, Field::Source as usize);
    }

    /// The log itself says of the last row whether it is significant, or why.
    pub fn says(&mut self, said: [bool; 2]) {
        for (said, rows) in said.into_iter().zip(&mut self.said) {
            if said {
                rows.resize(self.rows);
                rows.set(self.rows - 1);
            }
        }
    }

    /// What [`Table::says`] was told of a row.
    pub fn said(&self, row: usize) -> [bool; 2] {
        self.said.each_ref().map(|rows| rows.contains(row))
    }

    /// Replaces a page of the verdicts: whether each row is significant, the code of why, and its mark. Between chunks only.
    pub fn judge_page(&mut self, page: usize, verdicts: &[[i64; PAGE]; 3]) {
        const SLOTS: [usize; 3] = [Field::Significant as usize, Field::Significance as usize, MARK];
        for (slot, numbers) in SLOTS.into_iter().zip(verdicts) {
            self.replace_page(slot, page, numbers);
        }
    }

    /// Replaces a page of a field's numbers. Between chunks only.
    pub fn set_page(&mut self, field: Field, page: usize, numbers: &[i64; PAGE]) {
        self.replace_page(field as usize, page, numbers);
    }

    fn replace_page(&mut self, slot: usize, page: usize, numbers: &[i64; PAGE]) {
        let column = match self.columns.get_mut(slot) {
            // No row has one, and none had.
            Some(None) => return,
            Some(Some(column)) => &mut column.packed,
            None => &mut self.marks,
        };
        let mut old = [ABSENT; PAGE];
        column.unpack(page, &mut old);
        if old == *numbers {
            return;
        }
        if page < column.pages() {
            column.replace(page, numbers);
        } else {
            let rows = 0..self.rows % PAGE;
            rows.for_each(|at| self.stage.put(slot, at, numbers[at]));
            let mut slots = Slots::default();
            slots.insert(slot);
            self.stage.keep(&slots);
            self.stage.show(slot, column);
        }
    }

    /// The chunk that holds a row.
    pub fn chunk_of(&self, row: usize) -> Option<&Chunk> {
        let after = self.chunks.partition_point(|chunk| chunk.first_row <= row);
        self.chunks.get(after.checked_sub(1)?).filter(|chunk| row < chunk.first_row + chunk.rows)
    }

    /// Byte range of an entry in the text of its source: every byte of a chunk belongs to exactly one entry.
    pub fn extent(&self, row: usize) -> Option<(u64, u64)> {
        let chunk = self.chunk_of(row)?;
        let start = self.offsets.get(row)? as u64;
        let last = row + 1 == chunk.first_row + chunk.rows;
        let end = if last { chunk.end } else { self.offsets.get(row + 1)? as u64 };
        Some((start, end))
    }

    /// The row of the entry that begins at byte `offset` of a source.
    pub fn row_at(&self, source: SourceId, offset: u64) -> Option<u32> {
        let holds = |chunk: &&Chunk| chunk.source == source && chunk.start <= offset && offset < chunk.end;
        let chunk = self.chunks.iter().find(holds)?;
        let at = |row: usize| self.offsets.get(row).map_or(u64::MAX, |at| at as u64);
        let (mut low, mut high) = (chunk.first_row, chunk.first_row + chunk.rows);
        while low < high {
            let middle = low.midpoint(high);
            if at(middle) < offset { low = middle + 1 } else { high = middle }
        }
        (low < chunk.first_row + chunk.rows && at(low) == offset).then_some(low as u32)
    }

    /// The entries of a chunk in the order of their bytes.
    pub fn entries<'a>(&'a self, chunk: &'a Chunk) -> Entries<'a> {
        Entries::new(chunk, &self.offsets)
    }

    /// Gives a row a start time that it did not have.
    pub fn set_time(&mut self, row: usize, time: i64) {
        self.column_or_new(Field::StartTime).packed.set(row, time);
        if row / PAGE == self.rows / PAGE {
            self.stage.put_run(Field::StartTime as usize, row % PAGE..row % PAGE + 1, time);
        }
    }

    /// Line number in the source, from 1; `None` while the lines before its chunk are not yet counted.
    pub fn line(&self, row: usize) -> Option<u64> {
        let chunk = self.chunk_of(row)?;
        let in_chunk = (row - chunk.first_row) as i64 + self.lines.get(row)?;
        Some(chunk.lines_before? + in_chunk as u64 + 1)
    }

    pub fn mark(&self, row: usize) -> Mark {
        match self.marks.get(row) {
            Some(2) => Mark::Error,
            Some(1) => Mark::Warning,
            _ => Mark::Fine,
        }
    }

    /// Rows of the sources for which `wanted` holds.
    pub fn rows_of(&self, wanted: impl Fn(SourceId) -> bool) -> Bitmap {
        let mut rows = Bitmap::new(self.rows);
        for chunk in self.chunks.iter().filter(|chunk| wanted(chunk.source)) {
            (chunk.first_row..chunk.first_row + chunk.rows).for_each(|row| rows.set(row));
        }
        rows
    }

    pub fn bytes(&self) -> usize {
        let columns: usize = self.columns.iter().flatten().map(|column| column.bytes()).sum();
        columns + self.groups.bytes() + self.offsets.bytes() + self.lines.bytes() + self.marks.bytes()
    }
}
