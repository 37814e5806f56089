//! Distributions: exact totals, and counts in logarithmic classes of 1/64 relative width, from which the hub finds the
//! class of a percentile; asking for the exact counts inside that class then gives the percentile itself.

use crate::protocol::shard::Sketch;
use crate::store::{ABSENT, Bitmap, PAGE, Packed, each_row};
use std::ops::Range;

/// Classes per doubling: 2^6.
const BITS: u32 = 6;
pub(super) const CLASSES: usize = (64 - BITS as usize + 1) << BITS;

/// The class of a number. Numbers below 128 have a class of their own; negative ones share class 0.
#[inline]
pub fn class_of(value: i64) -> u32 {
    let value = value.max(0) as u64;
    if value < 1 << BITS {
        return value as u32;
    }
    let shift = 63 - value.leading_zeros() - BITS;
    ((shift + 1) << BITS) + ((value >> shift) as u32 - (1 << BITS))
}

/// Smallest and largest number of a class.
pub fn class_bounds(class: u32) -> (i64, i64) {
    if class < 1 << BITS {
        return (if class == 0 { i64::MIN + 1 } else { i64::from(class) }, i64::from(class));
    }
    let shift = (class >> BITS) - 1;
    let low = (u64::from(class & ((1 << BITS) - 1)) + (1 << BITS)) << shift;
    (low as i64, (low + ((1u64 << shift) - 1)).min(i64::MAX as u64) as i64)
}

/// Smallest and largest number of a class that numbers like those of `sketch` can have. It has some in that class.
pub fn bounds_in(sketch: &Sketch, class: u32) -> (i64, i64) {
    let (low, high) = class_bounds(class);
    // The first class is that of 0 and of everything below: mostly nothing is, and half of all times may be 0.
    let (low, high) = (low.max(sketch.min), high.min(sketch.max));
    if sketch.fine {
        return (low, high);
    }
    let last = high.div_euclid(1000) * 1000;
    (last - (last - low) / 1000 * 1000, last)
}

/// Gathers numbers into a [`Sketch`].
#[derive(Clone, Debug)]
pub struct Sketcher {
    counts: Vec<u32>,
    sketch: Sketch,
    /// The numbers themselves while they are few: to walk through all rows again for the exact counts takes as long as this
    /// took.
    kept: Option<Vec<i64>>,
    /// How many are kept, at most.
    most: usize,
}

/// Numbers kept, at most: so many, or one for each so many rows of the table. A table has ten such measures or more, and a worker
/// never gives its memory back.
const KEPT: usize = 1 << 15;
const ROWS_FOR_EACH: usize = 32;

impl Default for Sketcher {
    fn default() -> Self {
        let sketch = Sketch { min: i64::MAX, max: i64::MIN, ..Sketch::default() };
        Self { counts: vec![0; CLASSES], sketch, kept: Some(Vec::new()), most: KEPT }
    }
}

impl Sketcher {
    #[inline]
    pub fn add(&mut self, value: i64) {
        self.add_rows(value, 1);
    }

    /// Adds a whole thousand: to find that out takes longer than all the rest.
    #[inline]
    pub(super) fn add_thousands(&mut self, value: i64) {
        self.counts[class_of(value) as usize] += 1;
        self.sketch.count += 1;
        self.sketch.sum = self.sketch.sum.saturating_add(value);
        self.sketch.min = self.sketch.min.min(value);
        self.sketch.max = self.sketch.max.max(value);
        self.kept = None;
    }

    /// The number of so many rows.
    #[inline]
    fn add_rows(&mut self, value: i64, rows: u32) {
        self.counts[class_of(value) as usize] += rows;
        self.sketch.fine |= value % 1000 != 0;
        self.sketch.count += u64::from(rows);
        self.sketch.sum = self.sketch.sum.saturating_add(value.saturating_mul(i64::from(rows)));
        self.sketch.min = self.sketch.min.min(value);
        self.sketch.max = self.sketch.max.max(value);
        self.keep(rows as usize, std::iter::repeat_n(value, rows as usize));
    }

    #[inline]
    fn keep(&mut self, count: usize, values: impl Iterator<Item = i64>) {
        match &mut self.kept {
            Some(kept) if kept.len() + count <= self.most => kept.extend(values),
            kept => *kept = None,
        }
    }

    /// Exact (number, count) pairs, ascending, of the numbers in each range; `None` where they were too many to be kept.
    pub fn exact(&self, ranges: &[Span]) -> Option<Vec<Vec<(i64, u64)>>> {
        let kept = self.kept.as_ref()?;
        let inside = |(low, high): &Span| -> Vec<i64> {
            kept.iter().copied().filter(|value| low <= value && value <= high).collect()
        };
        Some(ranges.iter().map(|range| run_lengths(&mut inside(range))).collect())
    }

    /// Adds the numbers of the selected rows of these pages.
    pub fn add_pages(&mut self, column: &Packed, pages: Range<usize>, rows: &Bitmap) {
        let mut values = [ABSENT; PAGE];
        self.most = KEPT.max(rows.len() / ROWS_FOR_EACH);
        for page in pages {
            let words = rows.page(page);
            match column.bounds(page) {
                // Before a search, nearly every page is taken whole.
                Some(bounds) if words.len() == PAGE / 64 && words.iter().all(|word| *word == u64::MAX) => {
                    if column.tally(page, |value, rows| self.add_rows(value, rows)) {
                        continue;
                    }
                    column.unpack(page, &mut values);
                    self.sketch.fine |= !column.is_thousands(page);
                    self.add_all(&values, bounds);
                }
                None => {}
                _ => {
                    column.unpack_rows(page, words, &mut values);
                    each_row(words, |row| {
                        if values[row] != ABSENT {
                            self.add(values[row]);
                        }
                    });
                }
            }
        }
    }

    /// Adds numbers, the smallest and largest of which are known. [`ABSENT`] is none.
    fn add_all(&mut self, values: &[i64], (min, max): (i64, i64)) {
        let (mut count, mut sum) = (0, 0i64);
        for value in values.iter().copied().filter(|value| *value != ABSENT) {
            self.counts[class_of(value) as usize] += 1;
            count += 1;
            sum = sum.saturating_add(value);
        }
        self.sketch.count += count;
        self.sketch.sum = self.sketch.sum.saturating_add(sum);
        self.sketch.min = self.sketch.min.min(min);
        self.sketch.max = self.sketch.max.max(max);
        self.keep(count as usize, values.iter().copied().filter(|value| *value != ABSENT));
    }

    pub fn sketch(&self) -> Sketch {
        let used = self.counts.iter().enumerate().filter(|(_, count)| **count > 0);
        let classes = used.map(|(class, count)| (class as u32, u64::from(*count))).collect();
        Sketch { classes, ..self.sketch }
    }
}

/// Numbers from the first to the last, both included.
pub type Span = (i64, i64);

/// Exact (number, count) pairs, ascending, of the selected rows of these pages whose number lies in one of the `ranges`.
pub fn exact_counts(column: &Packed, pages: Range<usize>, rows: &Bitmap, ranges: &[Span]) -> Vec<Vec<(i64, u64)>> {
    let mut inside: Vec<Exact> = ranges.iter().map(|_| Exact::default()).collect();
    for page in pages {
        column.between_each(page, ranges, rows.page(page), |nth, value| inside[nth].add(value));
    }
    inside.into_iter().map(Exact::counts).collect()
}

/// Numbers on their way to be counted. A million rows may have the same one: they are not kept side by side.
#[derive(Default)]
pub(super) struct Exact {
    values: Vec<i64>,
    counts: Vec<(i64, u64)>,
}

impl Exact {
    const MOST: usize = 1 << 15;

    pub(super) fn add(&mut self, value: i64) {
        self.values.push(value);
        if self.values.len() >= Self::MOST {
            self.count();
        }
    }

    fn count(&mut self) {
        let new = run_lengths(&mut self.values);
        self.counts = if self.counts.is_empty() { new } else { merge_counts(&self.counts, &new) };
        self.values.clear();
    }

    pub(super) fn counts(mut self) -> Vec<(i64, u64)> {
        self.count();
        self.counts
    }
}

/// Sorts and counts equal numbers.
pub(super) fn run_lengths(values: &mut [i64]) -> Vec<(i64, u64)> {
    values.sort_unstable();
    values.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u64)).collect()
}

/// Adds `other` to `sketch`.
pub fn merge_sketches(sketch: &mut Sketch, other: &Sketch) {
    if other.count == 0 {
        return;
    }
    if sketch.count == 0 {
        *sketch = other.clone();
        return;
    }
    sketch.count += other.count;
    sketch.sum = sketch.sum.saturating_add(other.sum);
    sketch.fine |= other.fine;
    sketch.min = sketch.min.min(other.min);
    sketch.max = sketch.max.max(other.max);
    sketch.classes = merge_counts(&sketch.classes, &other.classes);
}

/// The exact counts of each range, from two parts of the rows.
pub fn merge_all(one: Vec<Vec<(i64, u64)>>, other: Vec<Vec<(i64, u64)>>) -> Vec<Vec<(i64, u64)>> {
    one.iter().zip(&other).map(|(a, b)| merge_counts(a, b)).collect()
}

/// Merges two ascending lists of (key, count).
pub fn merge_counts<K: Ord + Copy>(a: &[(K, u64)], b: &[(K, u64)]) -> Vec<(K, u64)> {
    let mut all: Vec<(K, u64)> = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        let from_a = j >= b.len() || (i < a.len() && a[i].0 <= b[j].0);
        let (key, count) = if from_a { a[i] } else { b[j] };
        if from_a {
            i += 1
        } else {
            j += 1
        }
        match all.last_mut() {
            Some((last, sum)) if *last == key => *sum += count,
            _ => all.push((key, count)),
        }
    }
    all
}

/// The rank from 1 of the percentile `percent` (nearest rank).
pub fn nearest_rank(sketch: &Sketch, percent: u64) -> u64 {
    (sketch.count * percent).div_ceil(100).max(1)
}

/// The class that holds the percentile `percent` (nearest rank), and the rank from 1 within that class.
pub fn percentile_class(sketch: &Sketch, percent: u64) -> Option<(u32, u64)> {
    class_at(sketch, nearest_rank(sketch, percent))
}

/// The class that holds the number of a rank, and the rank from 1 within that class.
pub fn class_at(sketch: &Sketch, rank: u64) -> Option<(u32, u64)> {
    let mut before = 0;
    for (class, count) in &sketch.classes {
        if before + count >= rank {
            return Some((*class, rank - before));
        }
        before += count;
    }
    None
}

/// The percentile by the counts of the numbers in its class, which `counts` knows by the bounds of the class. A class of
/// one number needs none; where they are not known it is the upper end, and while files are read they may have grown.
pub fn percentile<'a>(
    sketch: &Sketch,
    percent: u64,
    counts: &dyn Fn(i64, i64) -> Option<&'a Vec<(i64, u64)>>,
) -> Option<i64> {
    number_at(sketch, nearest_rank(sketch, percent), counts)
}

/// The number of a rank, in the same way.
pub fn number_at<'a>(
    sketch: &Sketch,
    rank: u64,
    counts: &dyn Fn(i64, i64) -> Option<&'a Vec<(i64, u64)>>,
) -> Option<i64> {
    let (class, mut rank) = class_at(sketch, rank)?;
    let (low, high) = bounds_in(sketch, class);
    let counts = counts(low, high).map_or(&[][..], Vec::as_slice);
    let found = counts.iter().find(|(_, count)| {
        let here = rank <= *count;
        rank = rank.saturating_sub(*count);
        here
    });
    Some(found.or(counts.last()).map_or(high, |(value, _)| *value).clamp(sketch.min, sketch.max))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn classes_tile_the_numbers_without_gap() {
        let mut next = 1;
        for class in 1..CLASSES as u32 {
            let (low, high) = class_bounds(class);
            assert_eq!(low, next, "class {class}");
            assert_eq!((class_of(low), class_of(high)), (class, class));
            if high == i64::MAX {
                return;
            }
            next = high + 1;
        }
        panic!("the classes do not reach the largest number");
    }

    proptest! {
        #[test]
        fn merged_parts_are_the_whole_and_percentiles_are_exact(
            values in prop::collection::vec(0i64..5_000_000, 1..500), cut in 0usize..500, percent in 1u64..=100,
            thousands in any::<bool>(),
        ) {
            let values: Vec<i64> = values.into_iter().map(|v| if thousands { v / 1000 * 1000 } else { v }).collect();
            let sketch_of = |values: &[i64]| {
                let mut sketcher = Sketcher::default();
                values.iter().for_each(|v| sketcher.add(*v));
                sketcher.sketch()
            };
            let (a, b) = values.split_at(cut.min(values.len()));
            let mut merged = sketch_of(a);
            merge_sketches(&mut merged, &sketch_of(b));
            prop_assert_eq!(&merged, &sketch_of(&values));

            let (class, mut rank) = percentile_class(&merged, percent).unwrap();
            let (low, high) = bounds_in(&merged, class);
            let mut inside: Vec<i64> = values.iter().copied().filter(|v| low <= *v && *v <= high).collect();
            let inside = run_lengths(&mut inside);
            let found = inside.iter().find(|(_, count)| {
                let here = rank <= *count;
                rank = rank.saturating_sub(*count);
                here
            });
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let nearest = sorted[((sorted.len() as u64 * percent).div_ceil(100) - 1) as usize];
            prop_assert_eq!(found.map(|(v, _)| *v), Some(nearest));
        }
    }
}
