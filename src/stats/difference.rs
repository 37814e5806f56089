//! How much two groups of logs differ in a field, and what of that chance explains.
//!
//! Many values with few rows each differ much between any two samples, and so does anything between small ones. So a
//! difference counts only where a random split of the same rows into groups of these sizes would show one as large less
//! than once in a thousand times, all fields and values tried taken together. The rows with a value that fall into a group
//! are then hypergeometric whatever the distribution, so the bound is exact: no sample is too small for it and no field
//! has too many values. What it does not know is that logs come in bursts; [`LEAST`] keeps the smallest groups out.

use crate::protocol::shard::Sketch;

/// Rows of the group, and of the rest.
pub type Pair = [u64; 2];

/// Rows that either side must have: three logs in a row are alike in most fields, and say nothing about others.
pub const LEAST: u64 = 10;
/// Values of a field that are named.
const VALUES: usize = 4;
/// How often all random splits together may show something that is none.
const ONCE_IN: f64 = 1_000.0;

/// ln of the probability that a difference must be under, where one field of so many is tried.
pub fn level(fields: usize) -> f64 {
    -(ONCE_IN * fields.max(1) as f64).ln()
}

/// ln n!; Stirling's series beyond what is multiplied out, off by less than 1e-10.
fn ln_factorial(n: u64) -> f64 {
    if n < 20 {
        return ((2..=n).product::<u64>() as f64).ln();
    }
    let n = n as f64;
    n * n.ln() - n + (std::f64::consts::TAU * n).ln() / 2.0 + 1.0 / (12.0 * n) - 1.0 / (360.0 * n.powi(3))
}

fn ln_choose(n: u64, k: u64) -> f64 {
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

/// ln of (no less than) the probability that a random split puts as many rows of a value into the group as there are, or
/// still more; or as few, or still fewer, where there are less than expected. `found`: rows with the value in the group
/// and in the rest; `base`: all rows of both.
pub fn ln_chance(found: Pair, base: Pair) -> f64 {
    let more = found[0] as f64 * base[1] as f64 >= found[1] as f64 * base[0] as f64;
    // Too few with the value are too many without it.
    let [x, y] = if more { found } else { [base[0] - found[0], base[1] - found[1]] };
    let with = x + y;
    // Beyond its middle the distribution falls off faster than a geometric one with the first ratio.
    let ratio = (y as f64 * (base[0] - x) as f64) / ((x + 1) as f64 * (base[1] - y + 1) as f64);
    if ratio >= 1.0 {
        return 0.0;
    }
    let first = ln_choose(base[0], x) + ln_choose(base[1], y) - ln_choose(base[0] + base[1], with);
    (first - (1.0 - ratio).ln()).min(0.0)
}

/// Share in the group less share in the rest.
pub fn share_difference(found: Pair, base: Pair) -> f64 {
    let share = |side: usize| found[side] as f64 / base[side].max(1) as f64;
    share(0) - share(1)
}

/// True where chance may explain that the shares differ, `tries` such differences being looked at.
pub fn is_chance(found: Pair, base: Pair, tries: usize, level: f64) -> bool {
    let (all, with) = ((base[0] + base[1]) as f64, (found[0] + found[1]) as f64);
    let (group, rest) = (base[0] as f64 / all, base[1] as f64 / all);
    let (off, variance) = (found[0] as f64 - with * group, with * group * rest * (1.0 - with / all));
    // Within two standard deviations no logarithm is needed.
    off * off <= 4.0 * variance || ln_chance(found, base) >= level - (2.0 * tries.max(1) as f64).ln()
}

/// What differs in a field beyond chance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// 0 to 1.
    pub difference: f64,
    /// Places of at most [`VALUES`] values that differ, those that contribute most first.
    pub values: Vec<usize>,
}

/// Compares the values of a field. `counts`: rows of each value on both sides; `base`: all rows of both sides, which have
/// one value each, unless `several`.
///
/// The difference is half the summed absolute difference of shares, values that chance explains counting as one value.
/// Shares of values of which a row may have several do not sum to one: there it is the largest difference of a share.
pub fn of_values(counts: &[Pair], base: Pair, several: bool, level: f64) -> Found {
    if base[0] < LEAST || base[1] < LEAST {
        return Found::default();
    }
    let differs = |at: &usize| !is_chance(counts[*at], base, counts.len(), level);
    let mut differing: Vec<(usize, f64)> = Vec::new();
    let (mut more, mut less, mut largest) = (0.0, 0.0, 0.0f64);
    for at in (0..counts.len()).filter(differs) {
        let share = share_difference(counts[at], base);
        if share > 0.0 {
            more += share
        } else {
            less -= share
        }
        largest = largest.max(share.abs());
        differing.push((at, share.abs()));
    }
    let mut values = Vec::new();
    while values.len() < VALUES {
        // The first of equals.
        let Some(&(at, _)) = differing.iter().rev().max_by(|a, b| a.1.total_cmp(&b.1)) else { break };
        differing.retain(|(other, _)| *other != at);
        values.push(at);
    }
    Found { difference: if several { largest } else { f64::max(more, less) }, values }
}

/// Compares numbers: the largest distance between the two cumulative curves that chance does not explain, 0 to 1. The
/// curves are known at the ends of the sketches' classes, and "no more than this" is tried at each as a value is.
pub fn of_numbers(group: &Sketch, rest: &Sketch, level: f64) -> f64 {
    let base = [group.count, rest.count];
    if base[0] < LEAST || base[1] < LEAST {
        return 0.0;
    }
    let (mut points, mut below) = (Vec::new(), [0; 2]);
    let (mut a, mut b) = (group.classes.iter().peekable(), rest.classes.iter().peekable());
    while let Some(class) = [a.peek(), b.peek()].into_iter().flatten().map(|(class, _)| *class).min() {
        below[0] += a.next_if(|next| next.0 == class).map_or(0, |next| next.1);
        below[1] += b.next_if(|next| next.0 == class).map_or(0, |next| next.1);
        points.push(below);
    }
    points.pop();
    let differing = points.iter().filter(|found| !is_chance(**found, base, points.len(), level));
    differing.map(|found| share_difference(*found, base).abs()).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Numbers below `below`, the same for the same seed (splitmix64).
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, below: u64) -> u64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (z ^ (z >> 31)) % below
        }

        /// Many values are rare and few are frequent, as in a log.
        fn value(&mut self, values: u64) -> usize {
            let first = self.roll(values) + 1;
            self.roll(first) as usize
        }
    }

    fn sketch(numbers: impl IntoIterator<Item = i64>) -> Sketch {
        let mut sketcher = super::super::quantile::Sketcher::default();
        numbers.into_iter().for_each(|number| sketcher.add(number));
        sketcher.sketch()
    }

    #[test]
    fn factorials_are_right() {
        let mut exact = 0.0;
        for n in 1..400u64 {
            exact += (n as f64).ln();
            assert!((ln_factorial(n) - exact).abs() < 1e-9, "{n}");
        }
    }

    proptest! {
        /// Against the sum of all splits that are as far off, each by its own count.
        #[test]
        fn the_bound_is_no_less_than_the_tail_and_not_much_more(x in 0u64..40, y in 0u64..60, group in 1u64..80, rest in 1u64..80) {
            let (base, found) = ([group, rest], [x.min(group), y.min(rest)]);
            let with = found[0] + found[1];
            let chance = |k: u64| -> f64 {
                if with < k || with - k > rest || k > group { return 0.0 }
                (ln_choose(group, k) + ln_choose(rest, with - k) - ln_choose(group + rest, with)).exp()
            };
            let more = found[0] * rest >= found[1] * group;
            let tail: f64 = if more { (found[0]..=group).map(chance).sum() } else { (0..=found[0]).map(chance).sum() };
            let bound = ln_chance(found, base).exp();
            prop_assert!(bound >= tail * (1.0 - 1e-6), "{bound} {tail}");
            // Where it matters, far out, it is nearly the tail itself.
            prop_assert!(tail > 1e-3 || bound < tail * 2.0, "{bound} {tail}");
        }
    }

    #[test]
    fn a_random_split_shows_nothing_however_many_values_there_are() {
        let fields = [2u64, 5, 40, 1_000, 30_000];
        let level = level(2 * fields.len());
        for seed in 0..60 {
            let mut dice = Dice(seed);
            for values in fields {
                let (rows, part) = (4_000 + dice.roll(4_000), 2 + dice.roll(30));
                let mut counts = vec![[0u64; 2]; values as usize];
                let (mut numbers, mut base) = ([Vec::new(), Vec::new()], [0; 2]);
                for _ in 0..rows {
                    let side = usize::from(dice.roll(part) > 0);
                    let value = dice.value(values);
                    counts[value][side] += 1;
                    base[side] += 1;
                    numbers[side].push(value as i64 * 1_000);
                }
                counts.retain(|count| count[0] + count[1] > 0);
                assert_eq!(of_values(&counts, base, false, level), Found::default(), "{values} values, seed {seed}");
                let [group, rest] = numbers.map(sketch);
                assert_eq!(of_numbers(&group, &rest, level), 0.0, "{values} numbers, seed {seed}");
            }
        }
    }

    #[test]
    fn what_differs_is_found_among_many_values_that_do_not() {
        for seed in 0..20 {
            let mut dice = Dice(seed);
            let mut counts = vec![[0u64; 2]; 20_000];
            let base = [800, 9_000];
            for (side, rows) in base.into_iter().enumerate() {
                for _ in 0..rows {
                    // A tenth of the group comes from one client.
                    let planted = side == 0 && dice.roll(10) == 0;
                    counts[if planted { 19_999 } else { dice.value(19_000) }][side] += 1;
                }
            }
            counts.retain(|count| count[0] + count[1] > 0);
            let found = of_values(&counts, base, false, level(40));
            assert_eq!(found.values, [counts.len() - 1], "seed {seed}");
            assert!((0.06..0.15).contains(&found.difference), "{}", found.difference);
        }
    }

    #[test]
    fn the_difference_of_values_is_half_the_summed_difference_of_their_shares() {
        let found = of_values(&[[900, 200], [50, 700], [50, 100]], [1_000, 1_000], false, level(1));
        assert!((found.difference - 0.70).abs() < 1e-9, "{}", found.difference);
        assert_eq!(found.values, [0, 1, 2]);
        // Of several values at a time: the largest.
        let found = of_values(&[[900, 200], [800, 300]], [1_000, 1_000], true, level(1));
        assert!((found.difference - 0.70).abs() < 1e-9);
    }

    #[test]
    fn a_few_rows_show_nothing() {
        for rows in 0..LEAST {
            let all = of_values(&[[rows, 0], [0, 100_000]], [rows, 100_000], false, level(1));
            assert_eq!(all, Found::default());
            let all = of_values(&[[100_000, 0], [0, rows]], [100_000, rows], false, level(1));
            assert_eq!(all, Found::default());
        }
    }

    #[test]
    fn the_distance_of_numbers_is_that_of_their_curves() {
        let (fast, slow) = (sketch((0..1_000).map(|n| n * 1_000)), sketch((0..1_000).map(|n| (n + 300) * 1_000)));
        let distance = of_numbers(&slow, &fast, level(30));
        assert!((0.28..0.301).contains(&distance), "{distance}");
        assert_eq!(of_numbers(&fast, &fast, level(30)), 0.0);
        // One in twenty waits for a minute: too few to move the middle, enough not to be chance.
        let some = sketch((0..1_000).map(|n| if n % 20 == 0 { 60_000_000 } else { n * 1_000 }));
        let distance = of_numbers(&some, &fast, level(30));
        assert!((0.03..0.06).contains(&distance), "{distance}");
    }
}
