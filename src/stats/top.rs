//! How often each value occurs, and how often in significant rows.

use crate::store::{ABSENT, Bitmap, Column, PAGE, Packed, each_row};
use std::collections::HashMap;

/// (code, rows, significant rows) of a text column over the selected rows.
pub fn count_codes(column: &Column, rows: &Bitmap, significant: &Bitmap) -> Vec<(u32, u32, u32)> {
    let texts = column.dictionary.as_ref().map_or(0, |dictionary| dictionary.len());
    let mut counts = vec![(0u32, 0u32); texts];
    each_pair(&column.packed, rows, significant, |code, rows, significant| {
        let count = &mut counts[code as usize];
        count.0 += rows;
        count.1 += significant;
    });
    let used = counts.iter().enumerate().filter(|(_, (rows, _))| *rows > 0);
    used.map(|(code, (rows, significant))| (code as u32, *rows, *significant)).collect()
}

/// (number, rows, significant rows) of a number column over the selected rows, ascending.
pub fn count_numbers(column: &Packed, rows: &Bitmap, significant: &Bitmap) -> Vec<(i64, u32, u32)> {
    /// Response codes, retries, small counters: counted in an array; -1 has the first place.
    const SMALL: i64 = 1024;
    let mut small = vec![(0u32, 0u32); SMALL as usize + 1];
    let mut large: HashMap<i64, (u32, u32)> = HashMap::new();
    each_pair(column, rows, significant, |value, rows, significant| {
        let count = if (-1..SMALL).contains(&value) {
            &mut small[(value + 1) as usize]
        } else {
            large.entry(value).or_default()
        };
        count.0 += rows;
        count.1 += significant;
    });
    let small = small.iter().enumerate().map(|(i, (rows, red))| (i as i64 - 1, *rows, *red));
    let large = large.into_iter().map(|(value, (rows, red))| (value, rows, red));
    let mut all: Vec<_> = small.chain(large).filter(|(_, rows, _)| *rows > 0).collect();
    all.sort_unstable();
    all
}

/// Visits (value, rows, significant rows) of the selected rows that have a value; equal neighbours may come together.
fn each_pair(column: &Packed, rows: &Bitmap, significant: &Bitmap, mut visit: impl FnMut(i64, u32, u32)) {
    let mut values = [ABSENT; PAGE];
    for page in 0..rows.len().div_ceil(PAGE) {
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
        each_row(words, |row| {
            if values[row] != ABSENT {
                visit(values[row], 1, (red[row / 64] >> (row % 64) & 1) as u32);
            }
        });
    }
}
