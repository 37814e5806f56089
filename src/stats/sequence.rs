//! Numbers that count up by one from log to log: where some are missing, logs are.
//!
//! Rows are put together to runs of consecutive numbers, over all pieces and shards; what is left between the runs is missing.
//! Nothing is said where much is missing: the logs were filtered before they came here.

use crate::protocol::SourceId;
use crate::protocol::shard::Run;
use crate::text::sort;
use std::ops::Range;

/// More runs than this, after they are put together, are no sequence. A shard has one for each piece of a file that is all in order.
const RUNS: usize = 4_096;
/// So many logs for each hole, at least.
const LOGS: i64 = 50;

/// A line counter is 0 again after so many (nevisProxy, `BC.Tracer.LineCounter`).
pub const COUNTER: i64 = 10_000;
/// Threads write past each other by less than this.
const NEAR: i64 = 100;

/// The number that a line counter stands for behind `last`: it goes on where the counter begins anew after 9999. A counter that
/// was set to 0 goes on so far away that nothing is missing between.
pub fn unwrapped(last: i64, counter: i64) -> i64 {
    let ahead = (counter - last).rem_euclid(COUNTER);
    match ahead {
        _ if ahead > COUNTER - NEAR => last + ahead - COUNTER,
        _ if counter == 0 && ahead > NEAR => (last / COUNTER + 1_000_000) * COUNTER,
        _ => last + ahead,
    }
}

/// Runs of one counter, as they come.
#[derive(Clone, Debug, Default)]
pub struct Runs {
    runs: Vec<Run>,
    scattered: bool,
}

impl Runs {
    /// Takes in a log with this number.
    pub fn add(&mut self, number: i64, time: i64, source: SourceId) {
        match self.runs.last_mut() {
            Some(run) if number.checked_sub(1) == Some(run.last) => (run.last, run.times.1) = (number, time),
            _ => self.join(Run { first: number, last: number, times: (time, time), source }),
        }
    }

    /// Takes in a run.
    pub fn join(&mut self, run: Run) {
        if self.scattered {
            return;
        }
        self.runs.push(run);
        if self.runs.len() >= 4 * RUNS {
            self.put_together();
            self.scattered = self.runs.len() > RUNS;
        }
    }

    /// Takes in the runs of a shard, which has some unless they are no sequence.
    pub fn add_all(&mut self, runs: Vec<Run>) {
        self.scattered |= runs.is_empty();
        runs.into_iter().for_each(|run| self.join(run));
    }

    fn put_together(&mut self) {
        sort::by_key(&mut self.runs, |run| run.first);
        self.runs.dedup_by(|next, run| {
            let joins = next.first.saturating_sub(1) <= run.last;
            if joins && next.last > run.last {
                (run.last, run.times.1) = (next.last, next.times.1);
            }
            joins
        });
    }

    /// The runs in order; nothing where they are no sequence.
    pub fn finish(mut self) -> Vec<Run> {
        self.put_together();
        if self.scattered || self.runs.len() > RUNS { Vec::new() } else { self.runs }
    }
}

/// What is missing between the runs: the run before it, when the next begins, and the numbers.
pub fn holes(runs: &[Run]) -> Vec<(Run, i64, Range<i64>)> {
    let logs: i64 = runs.iter().map(|run| run.last - run.first + 1).sum();
    let between = |pair: &[Run]| (pair[0], pair[1].times.0, pair[0].last + 1..pair[1].first);
    // A counter that jumped by more than there are logs began anew.
    let holes: Vec<_> = runs
        .windows(2)
        .map(between)
        .filter(|(.., numbers)| numbers.end.saturating_sub(numbers.start) <= logs)
        .collect();
    if logs / LOGS < holes.len() as i64 { Vec::new() } else { holes }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(numbers: impl Iterator<Item = i64>) -> Vec<Run> {
        let mut runs = Runs::default();
        numbers.for_each(|number| runs.add(number, number.wrapping_mul(10), 0));
        runs.finish()
    }

    #[test]
    fn what_is_missing_is_found_whatever_the_order() {
        let kept = || (0..20_000).filter(|n| !(500..510).contains(n) && *n != 7_000);
        let found = holes(&runs(kept()));
        let numbers: Vec<_> = found.iter().map(|(.., numbers)| numbers.clone()).collect();
        assert_eq!(numbers, [500..510, 7_000..7_001]);
        assert_eq!((found[0].0.times.1, found[0].1), (4_990, 5_100));
        // Neighbours that came the wrong way round, and pieces in any order.
        let mut all: Vec<i64> = kept().collect();
        all.chunks_mut(2).for_each(|pair| pair.reverse());
        all.rotate_left(9_001);
        assert_eq!(holes(&runs(all.into_iter())).len(), 2);
        // Logs that came twice.
        assert_eq!(holes(&runs(kept().chain(kept()))).len(), 2);
    }

    #[test]
    fn a_line_counter_goes_on_after_its_last_number() {
        let missing = |counters: &[i64]| {
            let (mut last, mut runs) = (counters[0], Runs::default());
            for counter in counters {
                let number = unwrapped(last, *counter);
                last = last.max(number);
                runs.add(number, number, 0);
            }
            holes(&runs.finish()).into_iter().map(|(.., numbers)| numbers.end - numbers.start).collect::<Vec<_>>()
        };
        let days = || (0..25_000).map(|n| (n + 7) % COUNTER);
        assert_eq!(missing(&days().collect::<Vec<_>>()), [0; 0]);
        assert_eq!(missing(&days().filter(|n| !(9_990..9_999).contains(n)).collect::<Vec<_>>()), [9, 9]);
        // Threads that write past each other, also where the counter begins anew.
        let mut crossed: Vec<_> = days().collect();
        crossed.chunks_mut(3).for_each(|three| three.reverse());
        assert_eq!(missing(&crossed), [0; 0]);
        // The process was started again.
        let anew: Vec<_> = (300..4_000).chain(0..9_000).chain(0..400).collect();
        assert_eq!(missing(&anew), [0; 0]);
    }

    #[test]
    fn filtered_logs_and_counters_that_begin_anew_say_nothing() {
        assert_eq!(holes(&runs((0..100_000).step_by(3))), []);
        assert_eq!(holes(&runs((0..2_000).filter(|n| n % 40 != 0))), []);
        assert_eq!(holes(&runs((0..1_000).chain(7_000_000..7_001_000))), []);
        assert_eq!(holes(&runs(0..3)), []);
        assert_eq!(holes(&runs([i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX].into_iter())), []);
        assert_eq!(holes(&[]), []);
    }
}
