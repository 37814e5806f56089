//! Rows by the value of a field: what each group adds up to, its distributions, and the numbers in parts of them.

use super::quantile::{CLASSES, Exact, Sketcher, class_of};
use crate::protocol::shard::Sketch;
use crate::record::Field;
use crate::store::{ABSENT, Bitmap, PAGE, Table};
use rustc_hash::FxBuildHasher;
use std::collections::HashMap;

/// Of a row that is in no group.
const NONE: u32 = u32::MAX;

/// Names a group in one shard: codes or numbers of one field, or of two; [`ABSENT`] where there is none.
pub type Key = [i64; 2];

/// A page as it is visited.
struct Visited<'a> {
    page: usize,
    /// The group of each row, or [`NONE`].
    ids: &'a [u32; PAGE],
    /// The numbers of each measure, and whether all are known to be whole thousands.
    numbers: &'a [([i64; PAGE], bool)],
    /// How many groups are known.
    groups: usize,
}

/// Which rows are looked at, and what names their groups: one field, or two, or none where all are one group.
pub struct Groups<'a> {
    pub table: &'a Table,
    pub rows: &'a Bitmap,
    /// Those of the rows whose numbers count.
    pub settled: &'a Bitmap,
    pub by: &'a [Field],
    /// A measure is the number of the first of these fields that a row has.
    pub measures: &'a [&'static [Field]],
}

/// Numbers that a group adds up to: its key; rows; of each flag the rows that have it; of each measure the rows and the
/// sum; of each peak the highest number, and when it was first reached, negated.
pub fn width(flags: usize, measures: usize, peaks: usize) -> usize {
    3 + flags + 2 * measures + 2 * peaks
}

/// Adds what a part of a group adds up to. The last numbers are of so many peaks.
pub fn merge(whole: &mut [i64], part: &[i64], peaks: usize) {
    let sums = whole.len() - 2 * peaks;
    for at in 2..sums {
        whole[at] = whole[at].saturating_add(part[at]);
    }
    for at in (sums..whole.len()).step_by(2) {
        raise(&mut whole[at..], (part[at], part[at + 1]));
    }
}

fn raise(peak: &mut [i64], other: (i64, i64)) {
    (peak[0], peak[1]) = (peak[0], peak[1]).max(other);
}

/// True where the bitmap, of which these are the words of a page, has a row of that page.
#[inline(always)]
fn has(words: &[u64], row: usize) -> bool {
    words.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
}

/// Groups by their keys, numbered in the order of first sight.
#[derive(Default)]
pub struct Known {
    keys: Vec<Key>,
    /// By the two numbers of a key as one, where that is small, as codes mostly are: the id, from 1.
    small: Vec<u32>,
    large: HashMap<Key, u32, FxBuildHasher>,
    /// One more than the largest code of the second field.
    width: i64,
}

impl Known {
    /// Keys up to here are small: four bytes of memory for each.
    const SMALL: i64 = 1 << 20;

    /// Of none; the second field has so many codes.
    pub fn new(codes: usize) -> Self {
        Self { width: codes as i64 + 1, ..Self::default() }
    }

    pub fn find(&mut self, key: Key) -> Option<usize> {
        (*self.place(key) as usize).checked_sub(1)
    }

    #[inline(always)]
    fn place(&mut self, key: Key) -> &mut u32 {
        let at = match key[0] {
            ABSENT => 0,
            first => first.saturating_mul(self.width).saturating_add((key[1] + 1).max(0)).saturating_add(1),
        };
        if !(0..Self::SMALL).contains(&at) {
            return self.large.entry(key).or_default();
        }
        if self.small.len() <= at as usize {
            self.small.resize(at as usize + 1, 0);
        }
        &mut self.small[at as usize]
    }

    pub fn add(&mut self, key: Key) {
        self.keys.push(key);
        *self.place(key) = self.keys.len() as u32;
    }
}

impl Groups<'_> {
    /// Groups of these keys; or of none, if they are to be found.
    fn known(&self, keys: &[Key]) -> Known {
        let texts = self.by.get(1).and_then(|field| self.table.column(*field)?.dictionary.as_ref());
        let mut known = Known::new(texts.map_or(0, |texts| texts.len()));
        keys.iter().for_each(|key| known.add(*key));
        known
    }

    /// Visits every page that has rows, with the group of each row, and the numbers of the measures that are `wanted` (a bit
    /// for each). Groups are those that are known, and others if it `grows`.
    fn each_page(&self, known: &mut Known, grows: bool, wanted: u32, visit: &mut dyn FnMut(Visited)) {
        let mut names = [[ABSENT; PAGE]; 2];
        let mut ids = [NONE; PAGE];
        let mut numbers = vec![([ABSENT; PAGE], true); self.measures.len()];
        let mut others = [ABSENT; PAGE];
        for page in 0..self.rows.len().div_ceil(PAGE) {
            let (words, settled) = (self.rows.page(page), self.settled.page(page));
            if words.iter().all(|word| *word == 0) {
                continue;
            }
            for (field, values) in self.by.iter().zip(&mut names) {
                self.unpack(*field, page, values);
            }
            for (row, id) in ids.iter_mut().enumerate() {
                let key = [names[0][row], names[1][row]];
                *id = NONE;
                let named = self.by.is_empty() || key[0] != ABSENT;
                if !named || !has(words, row) {
                    continue;
                }
                let mut found = *known.place(key);
                if found == 0 && grows {
                    known.add(key);
                    found = known.keys.len() as u32;
                }
                // What is in no group has 0.
                *id = found.wrapping_sub(1);
            }
            for (measure, (values, thousands)) in numbers.iter_mut().enumerate() {
                values.fill(ABSENT);
                *thousands = true;
                let fields = if wanted >> measure & 1 == 1 { self.measures[measure] } else { &[] };
                for column in fields.iter().filter_map(|field| self.table.column(*field)) {
                    if column.packed.bounds(page).is_none() {
                        continue;
                    }
                    *thousands &= column.packed.is_thousands(page);
                    column.packed.unpack(page, &mut others);
                    for (row, (value, other)) in values.iter_mut().zip(&others).enumerate() {
                        if *value == ABSENT && ids[row] != NONE && has(settled, row) {
                            *value = *other;
                        }
                    }
                }
            }
            visit(Visited { page, ids: &ids, numbers: &numbers, groups: known.keys.len() });
        }
    }

    fn unpack(&self, field: Field, page: usize, values: &mut [i64; PAGE]) {
        match self.table.column(field) {
            Some(column) => column.packed.unpack(page, values),
            None => values.fill(ABSENT),
        }
    }

    /// What each group adds up to, [`width`] numbers of one after those of the other.
    pub fn sums(&self, flags: &[&Bitmap], peaks: &[Field]) -> Vec<i64> {
        let width = width(flags.len(), self.measures.len(), peaks.len());
        let mut nothing = vec![0; width];
        (0..peaks.len()).for_each(|peak| nothing[width - 1 - 2 * peak] = ABSENT);
        let mut known = self.known(&[]);
        let mut sums: Vec<i64> = Vec::new();
        let mut values = [ABSENT; PAGE];
        self.each_page(&mut known, true, u32::MAX, &mut |Visited { page, ids, numbers, groups }| {
            while sums.len() < groups * width {
                sums.extend_from_slice(&nothing);
            }
            let each =
                || ids.iter().enumerate().filter(|(_, id)| **id != NONE).map(|(row, id)| (row, *id as usize * width));
            for (row, at) in each() {
                sums[at + 2] += 1;
                for (nth, flag) in flags.iter().enumerate() {
                    sums[at + 3 + nth] += i64::from(has(flag.page(page), row));
                }
                for (nth, (values, _)) in numbers.iter().enumerate().filter(|(_, (values, _))| values[row] != ABSENT) {
                    let at = at + 3 + flags.len() + 2 * nth;
                    sums[at] += 1;
                    sums[at + 1] = sums[at + 1].saturating_add(values[row]);
                }
            }
            for (nth, peak) in peaks.iter().enumerate() {
                self.unpack(*peak, page, &mut values);
                let times = self.table.column(Field::StartTime);
                for (row, at) in each().filter(|(row, _)| values[*row] > 0) {
                    let at = at + width - 2 * (peaks.len() - nth);
                    if values[row] >= sums[at] {
                        let time = times.and_then(|times| times.packed.get(page * PAGE + row));
                        raise(&mut sums[at..], (values[row], time.map_or(ABSENT, |time| -time)));
                    }
                }
            }
        });
        for (sums, key) in sums.chunks_exact_mut(width).zip(known.keys) {
            sums[..2].copy_from_slice(&key);
        }
        sums
    }

    /// The distribution of each measure in each of these groups, none of those that are not `wanted` (a bit for each): a
    /// measure of the first group, the next measure of it …
    pub fn sketches(&self, keys: &[Key], wanted: u32) -> Vec<Sketch> {
        let mut all: Vec<Option<Box<Sketcher>>> = (0..keys.len() * self.measures.len()).map(|_| None).collect();
        self.each_page(&mut self.known(keys), false, wanted, &mut |Visited { ids, numbers, .. }| {
            for (measure, (values, thousands)) in numbers.iter().enumerate() {
                for (id, value) in ids.iter().zip(values).filter(|(_, value)| **value != ABSENT) {
                    let sketcher = all[*id as usize * numbers.len() + measure].get_or_insert_default();
                    if *thousands { sketcher.add_thousands(*value) } else { sketcher.add(*value) }
                }
            }
        });
        all.into_iter().map(|sketcher| sketcher.map(|sketcher| sketcher.sketch()).unwrap_or_default()).collect()
    }

    /// Exact (number, count) pairs, ascending, of the classes `wanted`, each (place of the distribution among
    /// [`Self::sketches`], class).
    pub fn exact(&self, keys: &[Key], wanted: &[(u32, u32)]) -> Vec<Vec<(i64, u64)>> {
        let mut all: Vec<Exact> = wanted.iter().map(|_| Exact::default()).collect();
        // By distribution and class: the place among those wanted, from 1.
        let mut places = vec![0u32; keys.len() * self.measures.len() * CLASSES];
        let mut measures = 0;
        for (place, (sketch, class)) in wanted.iter().enumerate() {
            measures |= 1 << (*sketch as usize % self.measures.len());
            places[*sketch as usize * CLASSES + *class as usize] = place as u32 + 1;
        }
        self.each_page(&mut self.known(keys), false, measures, &mut |Visited { ids, numbers, .. }| {
            for (measure, (values, _)) in numbers.iter().enumerate() {
                for (id, value) in ids.iter().zip(values).filter(|(_, value)| **value != ABSENT) {
                    let sketch = *id as usize * numbers.len() + measure;
                    let place = places[sketch * CLASSES + class_of(*value) as usize];
                    if place > 0 {
                        all[place as usize - 1].add(*value);
                    }
                }
            }
        });
        all.into_iter().map(Exact::counts).collect()
    }
}
