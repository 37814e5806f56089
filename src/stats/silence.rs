//! When nothing was logged: moments joined to spells that no silence interrupts.

use crate::store::{Bitmap, PAGE, Packed};
use crate::text::sort;

/// Times are told apart by the millisecond, as halog does.
const MOMENT: i64 = 1_000;

/// A time without a silence: first moment, last moment, µs; logs at the first.
pub type Spell = [i64; 3];

/// The spells of the rows, ascending; between two there are at least `silence` µs.
pub fn spells(times: &Packed, rows: &Bitmap, silence: i64) -> Vec<Spell> {
    let (mut all, mut moments): (Vec<Spell>, Vec<i64>) = (Vec::new(), Vec::with_capacity(PAGE));
    for page in 0..rows.len().div_ceil(PAGE) {
        moments.clear();
        times.between(page, i64::MIN + 1, i64::MAX, rows.page(page), |time| {
            moments.push(time.div_euclid(MOMENT) * MOMENT);
        });
        moments.sort_unstable();
        let first = all.len();
        for time in &moments {
            match all[first..].last_mut() {
                Some([first, last, logs]) if *time - *last < silence => {
                    *logs += i64::from(time == first);
                    *last = *time;
                }
                _ => all.push([*time, *time, 1]),
            }
        }
    }
    join(&mut all, silence);
    all
}

/// Joins the spells of parts to those of the whole.
pub fn join(spells: &mut Vec<Spell>, silence: i64) {
    sort::by(spells, |a, b| a[0].cmp(&b[0]));
    spells.dedup_by(|next, spell| {
        let same = next[0] - spell[1] < silence;
        if same {
            spell[1] = spell[1].max(next[1]);
            spell[2] += if next[0] == spell[0] { next[2] } else { 0 };
        }
        same
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_in_any_order_are_the_whole(
            times in prop::collection::vec(0i64..4_000, 1..3_000), parts in 1usize..5, silence in 1i64..60,
        ) {
            let silence = silence * MOMENT;
            let times: Vec<i64> = times.into_iter().map(|time| time * time * 400).collect();
            let mut whole = Vec::new();
            for part in 0..parts {
                let column: Packed = times.iter().copied().skip(part).step_by(parts).collect();
                let rows = Bitmap::full(times.len().saturating_sub(part).div_ceil(parts));
                whole.extend(spells(&column, &rows, silence));
            }
            join(&mut whole, silence);
            let mut moments: Vec<i64> = times.iter().map(|time| time / MOMENT * MOMENT).collect();
            moments.sort_unstable();
            let spell = |spell: &[i64]| {
                [spell[0], spell[spell.len() - 1], spell.iter().filter(|time| **time == spell[0]).count() as i64]
            };
            let expected: Vec<_> = moments.chunk_by(|a, b| b - a < silence).map(spell).collect();
            prop_assert_eq!(whole, expected);
        }
    }
}
