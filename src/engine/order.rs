//! Rows in an order, without sorting them: counts of keys tell where row k is, and only the rows around it are fetched.
//!
//! A table of millions of rows scrolls exactly this way without a permutation in memory, and new rows cost nothing.

use crate::protocol::SourceId;
use crate::protocol::shard::{Key, Order, Position};
use crate::record::Field;
use crate::store::{ABSENT, Bitmap, PAGE, Packed, Table, each_row, ones};
use crate::text::sort;

/// Key of rows without a value: they come last, whichever way the order goes.
pub const LAST: Key = Key::MAX;

/// Reads the keys of an order from a table.
pub struct Keys<'a> {
    table: &'a Table,
    column: Option<&'a Packed>,
    order: &'a Order,
    text: bool,
}

impl<'a> Keys<'a> {
    pub fn new(table: &'a Table, order: &'a Order) -> Self {
        let field = Field::from_index(order.field as usize).unwrap_or(Field::StartTime);
        let column = table.column(field).map(|column| &column.packed);
        Self { table, column, order, text: field.kind().is_text() }
    }

    #[inline]
    fn key(&self, value: i64) -> Key {
        if value == ABSENT {
            return LAST;
        }
        // A text that the hub has not ranked yet (the shard grew meanwhile) waits at the end for the next answer.
        let key =
            if self.text { self.order.ranks.get(value as usize).map_or(LAST, |rank| i64::from(*rank)) } else { value };
        if self.order.descending && key != LAST { !key } else { key }
    }

    /// Bounds of a page's keys, absent ones left aside; `None`: unknown, look.
    fn bounds(&self, page: usize) -> Option<(Key, Key)> {
        if self.text {
            return None;
        }
        let (min, max) = self.column?.bounds(page)?;
        let (a, b) = (self.key(min), self.key(max));
        Some((a.min(b), a.max(b)))
    }

    /// Bounds of a page all of whose rows have a key.
    fn all_within(&self, page: usize) -> Option<(Key, Key)> {
        self.bounds(page).filter(|_| self.column.is_some_and(|column| column.is_dense(page)))
    }

    /// Visits (row, key) of the selected rows whose key lies in `low..=high`.
    fn each(&self, rows: &Bitmap, low: Key, high: Key, mut visit: impl FnMut(usize, Key)) {
        for page in 0..rows.len().div_ceil(PAGE) {
            self.each_in(page, rows, low, high, &mut visit);
        }
    }

    fn each_in(&self, page: usize, rows: &Bitmap, low: Key, high: Key, mut visit: impl FnMut(usize, Key)) {
        let words = rows.page(page);
        let dense = self.column.is_some_and(|column| column.is_dense(page));
        let outside = self.bounds(page).is_some_and(|(min, max)| max < low || high < min);
        if words.iter().all(|word| *word == 0) || (outside && (dense || high < LAST)) {
            return;
        }
        let mut values = [ABSENT; PAGE];
        if let Some(column) = self.column {
            column.unpack_rows(page, words, &mut values);
        }
        each_row(words, |row| {
            let key = self.key(values[row]);
            if low <= key && key <= high {
                visit(page * PAGE + row, key);
            }
        });
    }

    /// (smallest, largest, rows with a key, rows without).
    pub fn span(&self, rows: &Bitmap) -> (Key, Key, u64, u64) {
        let (mut low, mut high, mut present) = (Key::MAX, Key::MIN, 0);
        let pages = rows.len().div_ceil(PAGE);
        for nth in 0..pages {
            // Both ends first: in an ordered log nothing between them has to be looked at.
            let page = match nth {
                0 => 0,
                1 => pages - 1,
                nth => nth - 1,
            };
            let selected = ones(rows.page(page));
            match self.all_within(page) {
                Some((min, max)) if selected == PAGE as u64 || (low <= min && max <= high) => {
                    (low, high, present) = (low.min(min), high.max(max), present + selected);
                }
                _ => self.each_in(page, rows, Key::MIN, LAST - 1, |_, key| {
                    low = low.min(key);
                    high = high.max(key);
                    present += 1;
                }),
            }
        }
        (low, high, present, rows.count() - present)
    }

    /// Positions and rows of the first `count` behind `after`, in their order. Pages are looked at from the one with the
    /// smallest key on, until none can hold a smaller one than those found.
    pub fn head(&self, rows: &Bitmap, after: Option<Position>, count: usize) -> Vec<(Position, u32)> {
        let lowest = |page: usize| match self.bounds(page) {
            Some((low, _)) => low,
            None if self.text => Key::MIN,
            None => LAST,
        };
        let mut pages: Vec<(Key, usize)> = (0..rows.len().div_ceil(PAGE)).map(|page| (lowest(page), page)).collect();
        sort::by(&mut pages, Ord::cmp);
        let mut found: Vec<(Position, u32)> = Vec::new();
        let (first, mut highest) = (after.map_or(Key::MIN, |after| after.key), LAST);
        for (low, page) in pages {
            // A page may also hold rows without a key, which come last.
            if found.len() >= count && low > highest {
                break;
            }
            self.each_in(page, rows, first, highest, |row, key| {
                let position = self.position(row, key);
                if after.is_none_or(|after| position > after) {
                    found.push((position, row as u32));
                }
            });
            // Not page by page: where the order is not that of the pages, each has some that are wanted so far.
            if found.len() > 2 * count + PAGE {
                sort::by(&mut found, Ord::cmp);
                found.truncate(count);
                highest = found.last().map_or(LAST, |(position, _)| position.key);
            }
        }
        sort::by(&mut found, Ord::cmp);
        found.truncate(count);
        found
    }

    /// Rows in each of `buckets` equal parts of `low..=high`.
    pub fn buckets(&self, rows: &Bitmap, low: Key, high: Key, buckets: u32) -> Vec<u64> {
        let mut counts = vec![0; buckets as usize];
        let shift = bucket_width(low, high, buckets).trailing_zeros();
        let bucket = |key: Key| (key.wrapping_sub(low) as u64 >> shift) as usize;
        for page in 0..rows.len().div_ceil(PAGE) {
            match self.all_within(page) {
                Some((min, max)) if low <= min && max <= high && bucket(min) == bucket(max) => {
                    counts[bucket(min)] += ones(rows.page(page));
                }
                _ => self.each_in(page, rows, low, high, |_, key| counts[bucket(key)] += 1),
            }
        }
        counts
    }

    pub fn position(&self, row: usize, key: Key) -> Position {
        let source = self.table.chunk_of(row).map_or(0, |chunk| chunk.source);
        Position { key, source, offset: self.table.offsets().get(row).unwrap_or(0) as u64 }
    }

    /// Position of a row, if it is one of `rows`.
    pub fn place(&self, rows: &Bitmap, row: usize) -> Option<Position> {
        if row >= rows.len() || !rows.contains(row) {
            return None;
        }
        let value = self.column.and_then(|column| column.get(row)).unwrap_or(ABSENT);
        Some(self.position(row, self.key(value)))
    }

    /// Rows that come before a position.
    pub fn before(&self, rows: &Bitmap, position: Position) -> u64 {
        let mut count = 0;
        self.each(rows, Key::MIN, position.key, |row, key| {
            count += u64::from(key < position.key || self.position(row, key) < position);
        });
        count
    }

    /// Rows with exactly this key, by piece.
    pub fn pieces(&self, rows: &Bitmap, key: Key) -> Vec<(SourceId, u32, u64)> {
        let mut counts = vec![0u64; self.table.chunks().len()];
        self.each(rows, key, key, |row, _| {
            let chunk = self.table.chunks().partition_point(|chunk| chunk.first_row <= row);
            counts[chunk - 1] += 1;
        });
        let chunks = self.table.chunks().iter().zip(counts).filter(|(_, count)| *count > 0);
        chunks.map(|(chunk, count)| (chunk.source, chunk.sequence, count)).collect()
    }

    /// Positions and rows with a key in `low..=high`, of all pieces or of one.
    pub fn gather(&self, rows: &Bitmap, low: Key, high: Key, piece: Option<(SourceId, u32)>) -> Vec<(Position, u32)> {
        let span = piece.map(|piece| {
            let chunk = self.table.chunks().iter().find(|chunk| (chunk.source, chunk.sequence) == piece);
            chunk.map_or(0..0, |chunk| chunk.first_row..chunk.first_row + chunk.rows)
        });
        let mut found = Vec::new();
        self.each(rows, low, high, |row, key| {
            if span.as_ref().is_none_or(|span| span.contains(&row)) {
                found.push((self.position(row, key), row as u32));
            }
        });
        found
    }
}

/// Width of each of at most `buckets` equal parts of `low..=high`: a power of two, as each row is divided by it.
pub fn bucket_width(low: Key, high: Key, buckets: u32) -> u64 {
    ((high.wrapping_sub(low) as u64) / u64::from(buckets.max(1)) + 1).next_power_of_two()
}
