//! The straight line along which a page of numbers lies, so that only what is left of them is kept.

use super::page::{ABSENT, PAGE};

/// The line that a page's numbers are differences from, and how far they lie above it.
pub struct Line {
    pub slope: i64,
    pub base: i64,
    pub spread: u64,
}

impl Line {
    /// Flat, or from the first number to the last where that saves a bit for each.
    pub fn fit(values: &[i64; PAGE], min: i64, spread: u64) -> Line {
        let flat = Line { slope: 0, base: min, spread };
        let (first, last) = (values[0], values[PAGE - 1]);
        // Numbers near the ends of i64 would overflow, and are rare enough to stay as they are.
        if first == ABSENT || last == ABSENT || spread > i64::MAX as u64 / 2 {
            return flat;
        }
        // Only what rises or falls from sample to sample can be near a line: most columns are done here.
        let samples = [0, 1, 2, 3, 4].map(|nth| values[(PAGE - 1) * nth / 4]);
        if !samples.is_sorted() && !samples.is_sorted_by(|a, b| a >= b) {
            return flat;
        }
        let slope = (last - first) / (PAGE as i64 - 1);
        if slope == 0 {
            return flat;
        }
        let (mut low, mut high) = (i64::MAX, i64::MIN);
        for (row, &v) in values.iter().enumerate() {
            let rest = v.wrapping_sub(slope.wrapping_mul(row as i64));
            let hole = v == ABSENT;
            low = low.min(if hole { i64::MAX } else { rest });
            high = high.max(if hole { i64::MIN } else { rest });
        }
        let tilted = high.wrapping_sub(low) as u64;
        if tilted < spread / 2 { Line { slope, base: low, spread: tilted } } else { flat }
    }
}
