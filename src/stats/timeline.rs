//! Counts over time: the histogram.

use crate::protocol::Bin;
use crate::protocol::shard::Bins;
use crate::store::{ABSENT, Bitmap, PAGE, Packed, each_row};

const MS: i64 = 1_000;
const SECOND: i64 = 1_000 * MS;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Widths a bar may have, µs.
pub const STEPS: &[i64] = &[
    MS,
    2 * MS,
    5 * MS,
    10 * MS,
    20 * MS,
    50 * MS,
    100 * MS,
    200 * MS,
    500 * MS,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    7 * DAY,
    28 * DAY,
    364 * DAY,
];

/// At most `bars` bars of a round width over `from..=to`.
pub fn bins_for(from: i64, to: i64, bars: u32) -> Bins {
    let bars = i64::from(bars.max(1));
    for &step in STEPS {
        let start = from.div_euclid(step) * step;
        let count = (to - start).div_euclid(step) + 1;
        if count <= bars {
            return Bins { start, step, count: count as u32 };
        }
    }
    let step = (to - from) / bars + 1;
    Bins { start: from, step, count: bars as u32 }
}

/// Counts the selected rows into bars, significant ones apart. Rows outside or without a time are left out.
pub fn count_bins(times: &Packed, rows: &Bitmap, significant: &Bitmap, bins: Bins) -> Vec<Bin> {
    let mut counts = vec![Bin::default(); bins.count as usize];
    if bins.step <= 0 {
        return counts;
    }
    let end = bins.start.saturating_add(bins.step * i64::from(bins.count));
    let mut values = [ABSENT; PAGE];
    for page in 0..rows.len().div_ceil(PAGE) {
        let words = rows.page(page);
        let Some((min, max)) = times.bounds(page).filter(|(min, max)| *min < end && bins.start <= *max) else {
            continue;
        };
        let bar = |time: i64| ((time - bins.start) / bins.step) as usize;
        let red = significant.page(page);
        let inside = bins.start <= min && max < end;
        if inside && bar(min) == bar(max) && times.is_dense(page) {
            // A page within one bar is counted without looking at its times.
            let of = |pick: &dyn Fn(u64, u64) -> u64| -> u32 {
                words.iter().zip(red).map(|(w, s)| pick(*w, *s).count_ones()).sum()
            };
            counts[bar(min)].significant += of(&|w, s| w & s);
            counts[bar(min)].other += of(&|w, s| w & !s);
            continue;
        }
        if words.iter().all(|word| *word == 0) {
            continue;
        }
        times.unpack_rows(page, words, &mut values);
        each_row(words, |row| {
            let time = values[row];
            if time != ABSENT && bins.start <= time && time < end {
                let bin = &mut counts[bar(time)];
                if red[row / 64] >> (row % 64) & 1 == 1 { bin.significant += 1 } else { bin.other += 1 }
            }
        });
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_round_and_cover_the_span() {
        let bins = bins_for(10 * HOUR + 7 * MINUTE, 11 * HOUR, 120);
        assert_eq!((bins.step, bins.start), (30 * SECOND, 10 * HOUR + 7 * MINUTE));
        assert!(bins.start + bins.step * i64::from(bins.count) > 11 * HOUR);
        assert_eq!(bins_for(5, 5, 120).count, 1);
    }

    #[test]
    fn every_row_with_a_time_inside_is_counted_once() {
        let times: Packed = (0..10_000i64).map(|i| if i % 100 == 7 { ABSENT } else { i * 3 * MS }).collect();
        let rows = Bitmap::full(10_000);
        let mut red = Bitmap::new(10_000);
        (0..10_000).step_by(4).for_each(|row| red.set(row));
        let bars = count_bins(&times, &rows, &red, bins_for(0, 30 * SECOND, 120));
        let all: u32 = bars.iter().map(|bin| bin.significant + bin.other).sum();
        let significant: u32 = bars.iter().map(|bin| bin.significant).sum();
        assert_eq!((all, significant), (9_900, 2_500));
    }
}
