//! How often each value occurs, and how often in significant rows.

use super::Places;
use crate::protocol::shard::Counts;
use crate::store::{ABSENT, Bitmap, Column, PAGE, Packed, each_row, ones};
use crate::text::sort;
use std::ops::Range;

/// Response codes, retries, small counters: counted in an array; -1 has the first place.
const SMALL: i64 = 1024;

/// (rows, significant rows)
type Count = (u32, u32);

/// Counts the values of one column, page after page.
#[derive(Clone, Debug)]
pub enum Counter {
    /// By code.
    Codes(Vec<Count>),
    Numbers {
        small: Vec<Count>,
        places: Places,
        large: Vec<(i64, Count)>,
    },
}

impl Counter {
    /// For a column of texts, or of numbers.
    pub fn new(text: bool) -> Self {
        match text {
            true => Counter::Codes(Vec::new()),
            false => Counter::Numbers {
                small: vec![(0, 0); SMALL as usize + 1],
                places: Places::default(),
                large: Vec::new(),
            },
        }
    }

    /// Adds the rows of these pages.
    pub fn add(&mut self, column: &Column, pages: Range<usize>, rows: &Bitmap, significant: &Bitmap) {
        match self {
            Counter::Codes(counts) => {
                let texts = column.dictionary.as_ref().map_or(0, |dictionary| dictionary.len());
                counts.resize(texts.max(counts.len()), (0, 0));
                each_pair(&column.packed, pages, rows, significant, |code, rows, significant| {
                    let count = &mut counts[code as usize];
                    count.0 += rows;
                    count.1 += significant;
                });
            }
            Counter::Numbers { small, places, large } => {
                each_pair(&column.packed, pages, rows, significant, |value, rows, significant| {
                    let count = if (-1..SMALL).contains(&value) {
                        &mut small[(value + 1) as usize]
                    } else {
                        let place = places.place([value, 0], large.len());
                        if place == large.len() {
                            large.push((value, (0, 0)));
                        }
                        &mut large[place].1
                    };
                    count.0 += rows;
                    count.1 += significant;
                });
            }
        }
    }

    /// What was counted; `new`: texts of the dictionary that go with it.
    pub fn counts(&self, new: Vec<Vec<u8>>) -> Counts {
        match self {
            Counter::Codes(counts) => {
                let used = counts.iter().enumerate().filter(|(_, (rows, _))| *rows > 0);
                let counts = used.map(|(code, (rows, significant))| (code as u32, *rows, *significant)).collect();
                Counts::Codes { new, counts }
            }
            Counter::Numbers { small, large, .. } => {
                let small = small.iter().enumerate().map(|(i, (rows, red))| (i as i64 - 1, *rows, *red));
                let large = large.iter().map(|(value, (rows, red))| (*value, *rows, *red));
                let mut all: Vec<_> = small.chain(large).filter(|(_, rows, _)| *rows > 0).collect();
                sort::by_key(&mut all, |(value, ..)| *value);
                Counts::Numbers(all)
            }
        }
    }
}

/// Visits (value, rows, significant rows) of the selected rows that have a value; a value may come in several parts.
fn each_pair(
    column: &Packed,
    pages: Range<usize>,
    rows: &Bitmap,
    significant: &Bitmap,
    mut visit: impl FnMut(i64, u32, u32),
) {
    let mut values = [ABSENT; PAGE];
    for page in pages {
        let words = rows.page(page);
        let Some((min, max)) = column.bounds(page) else { continue };
        if words.iter().all(|word| *word == 0) {
            continue;
        }
        let mut red = [0; PAGE / 64];
        for (red, (word, significant)) in red.iter_mut().zip(words.iter().zip(significant.page(page))) {
            *red = word & significant;
        }
        if min == max && column.is_dense(page) {
            visit(min, ones(words) as u32, ones(&red) as u32);
            continue;
        }
        let whole = words.len() == PAGE / 64 && words.iter().all(|word| *word == u64::MAX);
        // Few rows are significant: they are visited once more instead of asking every row.
        if whole && column.tally(page, |value, rows| visit(value, rows, 0)) {
            each_row(&red, |row| column.get(page * PAGE + row).into_iter().for_each(|value| visit(value, 0, 1)));
            continue;
        }
        column.unpack_rows(page, words, &mut values);
        each_row(words, |row| {
            if values[row] != ABSENT {
                visit(values[row], 1, 0);
            }
        });
        each_row(&red, |row| {
            if values[row] != ABSENT {
                visit(values[row], 0, 1);
            }
        });
    }
}
