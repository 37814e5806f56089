//! How often each value occurs, and how often in significant rows.

use crate::protocol::shard::Counts;
use crate::store::{ABSENT, Bitmap, Column, PAGE, Packed, each_row};
use std::collections::HashMap;
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
        large: HashMap<i64, Count>,
    },
}

impl Counter {
    /// For a column of texts, or of numbers.
    pub fn new(text: bool) -> Self {
        match text {
            true => Counter::Codes(Vec::new()),
            false => Counter::Numbers { small: vec![(0, 0); SMALL as usize + 1], large: HashMap::new() },
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
            Counter::Numbers { small, large } => {
                each_pair(&column.packed, pages, rows, significant, |value, rows, significant| {
                    let count = if (-1..SMALL).contains(&value) {
                        &mut small[(value + 1) as usize]
                    } else {
                        large.entry(value).or_default()
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
            Counter::Numbers { small, large } => {
                let small = small.iter().enumerate().map(|(i, (rows, red))| (i as i64 - 1, *rows, *red));
                let large = large.iter().map(|(value, (rows, red))| (*value, *rows, *red));
                let mut all: Vec<_> = small.chain(large).filter(|(_, rows, _)| *rows > 0).collect();
                all.sort_unstable();
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
        let red = significant.page(page);
        if min == max && column.is_dense(page) {
            let rows = words.iter().map(|word| word.count_ones()).sum();
            visit(min, rows, words.iter().zip(red).map(|(word, red)| (word & red).count_ones()).sum());
            continue;
        }
        column.unpack(page, &mut values);
        // Few rows are significant: they are visited once more instead of asking every row.
        each_row(words, |row| {
            if values[row] != ABSENT {
                visit(values[row], 1, 0);
            }
        });
        for (nth, (word, red)) in words.iter().zip(red).enumerate().filter(|(_, (word, red))| **word & **red != 0) {
            each_row(&[word & red], |row| {
                if values[nth * 64 + row] != ABSENT {
                    visit(values[nth * 64 + row], 0, 1);
                }
            });
        }
    }
}
