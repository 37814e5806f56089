//! Silence where logs were to be expected: lines that were probably lost.
//!
//! The time of a source is cut into thousands of equal parts. A run of empty parts is a gap where both its neighbourhoods let
//! expect many logs in it, and where no other silence near it is nearly as long: what comes in bursts falls silent often.

use std::ops::Range;

/// Parts that a source's time is cut into.
pub const PARTS: u32 = 8_192;
/// Parts on either side that tell what is usual, at least; twice the gap where that is more.
const NEAR: usize = 64;
/// Fewer logs than this may be missing by chance.
const EXPECTED: f64 = 20.0;
/// So many times longer than any other silence near it.
const LONGER: usize = 4;

/// A run of parts without logs.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    pub parts: Range<usize>,
    /// Logs that the quieter of both neighbourhoods would have had in it.
    pub expected: f64,
    /// Parts of the longest other silence in the neighbourhoods.
    pub other: usize,
}

/// The gaps, first to last.
pub fn gaps(counts: &[u64]) -> Vec<Gap> {
    let mut runs = Vec::new();
    let mut at = 0;
    for run in counts.chunk_by(|a, b| (*a == 0) == (*b == 0)) {
        if run[0] == 0 {
            runs.push(at..at + run.len());
        }
        at += run.len();
    }
    let gap = |(nth, parts): (usize, &Range<usize>)| {
        let near = NEAR.max(2 * parts.len());
        let before = parts.start.saturating_sub(near)..parts.start;
        let after = parts.end..(parts.end + near).min(counts.len());
        let expected = rate(&counts[before.clone()]).min(rate(&counts[after.clone()])) * parts.len() as f64;
        if expected < EXPECTED {
            return None;
        }
        let around = runs[..nth].iter().rev().take_while(|run| run.end > before.start);
        let around = around.chain(runs[nth + 1..].iter().take_while(|run| run.start < after.end));
        let other = around.map(Range::len).max().unwrap_or(0);
        (parts.len() >= LONGER * (other + 1)).then(|| Gap { parts: parts.clone(), expected, other })
    };
    runs.iter().enumerate().filter_map(gap).collect()
}

/// Logs a part; nothing is known from a few parts.
fn rate(counts: &[u64]) -> f64 {
    let sum: u64 = counts.iter().sum();
    if counts.len() < NEAR / 4 { 0.0 } else { sum as f64 / counts.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts as chance deals them: `rate` logs a part, each part on its own.
    fn steady(seed: u64, rate: f64) -> Vec<u64> {
        let mut state = seed.wrapping_mul(2).wrapping_add(1);
        let mut uniform = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) as f64 + 0.5) / (1u64 << 31) as f64
        };
        // Knuth, The Art of Computer Programming, volume 2, 3.4.1: Poisson deviates by multiplication.
        let mut poisson = || {
            let (mut product, mut count) = (uniform(), 0);
            while product > (-rate).exp() {
                product *= uniform();
                count += 1;
            }
            count
        };
        (0..PARTS).map(|_| poisson()).collect()
    }

    #[test]
    fn what_chance_deals_has_no_gaps() {
        for seed in 0..40 {
            for rate in [0.02, 0.1, 0.5, 1.0, 3.0, 20.0] {
                assert_eq!(gaps(&steady(seed, rate)), [], "{seed} {rate}");
            }
        }
    }

    #[test]
    fn what_was_taken_away_is_found_where_it_was() {
        for seed in 0..40 {
            for rate in [0.5, 1.0, 3.0, 20.0] {
                let mut counts = steady(seed, rate);
                let missing = 4_000..4_000 + (100.0 / rate) as usize;
                counts[missing.clone()].fill(0);
                let found = gaps(&counts);
                assert_eq!(found.len(), 1, "{seed} {rate}");
                let gap = &found[0];
                assert!(gap.parts.start <= missing.start && missing.end <= gap.parts.end, "{seed} {rate} {gap:?}");
                assert!((50.0..200.0).contains(&gap.expected), "{seed} {rate} {gap:?}");
            }
        }
    }

    #[test]
    fn bursts_slopes_and_ends_are_no_gaps() {
        // A job every 200 parts; a night without users; logs that end.
        let jobs: Vec<u64> = (0..PARTS).map(|part| if part % 200 < 20 { 50 } else { 0 }).collect();
        assert_eq!(gaps(&jobs), []);
        let day =
            |part: u32| (100.0 * (f64::from(part) / f64::from(PARTS) * std::f64::consts::TAU).sin()).max(0.0) as u64;
        assert_eq!(gaps(&(0..PARTS).map(day).collect::<Vec<_>>()), []);
        let ends: Vec<u64> = (0..PARTS).map(|part| if part < 100 { 9 } else { 0 }).collect();
        assert_eq!(gaps(&ends), []);
        assert_eq!(gaps(&[]), []);
        assert_eq!(gaps(&[0; 10]), []);
    }
}
