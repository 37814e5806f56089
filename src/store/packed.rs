//! Numbers of one column, packed page by page. Pages are written once and never move, so a growing column is never copied.

use super::page::{ABSENT, PAGE, Page, PageRows, rows_between};
use super::{each_row, ones};

/// Of so many rows of a page each number is looked up by itself; of more, all are unpacked.
const FEW: u64 = 256;

fn are_few(words: &[u64]) -> bool {
    ones(words) <= FEW
}

/// A column of numbers, some of them absent.
#[derive(Debug, Default)]
pub struct Packed {
    pages: Vec<Page>,
    /// What is known of the page after these, which is not full; nothing where it has no number.
    open: Option<Box<[i64; PAGE]>>,
}

impl Packed {
    /// A column that `pages` full pages without a number go before.
    pub fn after(pages: usize) -> Self {
        Self { pages: std::iter::repeat_with(|| Page::of_one(ABSENT)).take(pages).collect(), ..Self::default() }
    }

    /// Full pages.
    pub fn pages(&self) -> usize {
        self.pages.len()
    }

    /// Appends a page.
    pub fn push(&mut self, values: &[i64; PAGE]) {
        self.pages.push(Page::seal(values));
        self.open = None;
    }

    /// Appends a page of one number, or of none.
    pub fn push_one(&mut self, value: i64) {
        self.pages.push(Page::of_one(value));
        self.open = None;
    }

    /// Replaces a full page.
    pub fn replace(&mut self, page: usize, values: &[i64; PAGE]) {
        if let Some(page) = self.pages.get_mut(page) {
            *page = Page::seal(values);
        }
    }

    /// Shows a page that is not yet full.
    pub fn show(&mut self, values: Option<&[i64; PAGE]>) {
        match (values, &mut self.open) {
            (Some(values), Some(open)) => open.copy_from_slice(values),
            (values, open) => *open = values.map(|values| Box::new(*values)),
        }
    }

    pub fn get(&self, row: usize) -> Option<i64> {
        let value = match self.pages.get(row / PAGE) {
            Some(page) => page.get(row % PAGE),
            None => *self.open.as_ref()?.get(row - self.pages.len() * PAGE)?,
        };
        (value != ABSENT).then_some(value)
    }

    /// Replaces one number. Rewrites its page: for the few that are known only later.
    pub fn set(&mut self, row: usize, value: i64) {
        let page = row / PAGE;
        if page < self.pages.len() {
            let mut values = [ABSENT; PAGE];
            self.pages[page].unpack(&mut values);
            values[row % PAGE] = value;
            self.pages[page] = Page::seal(&values);
        } else if page == self.pages.len() {
            self.open.get_or_insert_with(|| Box::new([ABSENT; PAGE]))[row % PAGE] = value;
        }
    }

    /// Smallest and largest number of a page; `None` where all are absent.
    pub fn bounds(&self, page: usize) -> Option<(i64, i64)> {
        match self.pages.get(page) {
            Some(page) => page.bounds(),
            None if page == self.pages.len() => {
                let present = || self.open.iter().flat_map(|open| open.iter().copied()).filter(|v| *v != ABSENT);
                Some((present().min()?, present().max()?))
            }
            None => None,
        }
    }

    /// True where no number of the page is absent. Pages past the end count as all absent.
    pub fn is_dense(&self, page: usize) -> bool {
        self.pages.get(page).is_some_and(Page::is_dense)
    }

    /// True where all numbers of the page are whole thousands; false also where that would have to be looked for.
    pub fn is_thousands(&self, page: usize) -> bool {
        self.pages.get(page).is_some_and(Page::is_thousands)
    }

    /// The numbers of a page, [`ABSENT`] where there is none; rows past the end are absent.
    pub fn unpack(&self, page: usize, out: &mut [i64; PAGE]) {
        match self.pages.get(page) {
            Some(page) => page.unpack(out),
            None => match self.open.as_deref().filter(|_| page == self.pages.len()) {
                Some(open) => *out = *open,
                None => out.fill(ABSENT),
            },
        }
    }

    /// The numbers of the rows of `words` in a page, each at its place in `out`; the others are not to be looked at.
    pub fn unpack_rows(&self, page: usize, words: &[u64], out: &mut [i64; PAGE]) {
        match self.pages.get(page).filter(|_| are_few(words)) {
            Some(page) => each_row(words, |row| out[row] = page.get(row)),
            None => self.unpack(page, out),
        }
    }

    /// Visits the numbers of a full page with how many rows have each, in parts, where that can be told without unpacking
    /// it: nearly every column of few values. Else visits nothing and returns false.
    pub fn tally(&self, page: usize, visit: impl FnMut(i64, u32)) -> bool {
        self.pages.get(page).is_some_and(|page| page.tally(visit))
    }

    /// The rows of a page whose number lies in `low..=high`, which [`ABSENT`] does not.
    pub fn rows_between(&self, page: usize, low: i64, high: i64) -> PageRows {
        match self.pages.get(page) {
            Some(page) => page.rows_between(low, high),
            None => {
                let mut values = [ABSENT; PAGE];
                self.unpack(page, &mut values);
                rows_between(&values, low, high)
            }
        }
    }

    /// Visits the numbers of a page in `low..=high`, of the rows of `words`.
    pub fn between(&self, page: usize, low: i64, high: i64, words: &[u64], mut visit: impl FnMut(i64)) {
        if words.iter().all(|word| *word == 0) {
            return;
        }
        let mut rows = self.rows_between(page, low, high);
        let words = words.iter().chain(std::iter::repeat(&0));
        rows.iter_mut().zip(words).for_each(|(row, word)| *row &= word);
        match self.pages.get(page).filter(|_| are_few(&rows)) {
            Some(page) => each_row(&rows, |row| visit(page.get(row))),
            None => {
                let mut values = [ABSENT; PAGE];
                self.unpack(page, &mut values);
                each_row(&rows, |row| visit(values[row]));
            }
        }
    }

    /// The same for several ranges that are apart; `visit` is told the place of the range. Where few rows are looked at, each
    /// number is found once, not once for each range.
    pub fn between_each(&self, page: usize, ranges: &[(i64, i64)], words: &[u64], mut visit: impl FnMut(usize, i64)) {
        let Some((min, max)) = self.bounds(page) else { return };
        if !are_few(words) {
            for (nth, (low, high)) in ranges.iter().enumerate() {
                self.between(page, *low, *high, words, |value| visit(nth, value));
            }
        } else if ranges.iter().any(|(low, high)| *low <= max && min <= *high) {
            each_row(words, |row| {
                let Some(value) = self.get(page * PAGE + row) else { return };
                if let Some(nth) = ranges.iter().position(|(low, high)| *low <= value && value <= *high) {
                    visit(nth, value);
                }
            });
        }
    }

    /// Bytes of memory held.
    pub fn bytes(&self) -> usize {
        self.pages.iter().map(Page::bytes).sum::<usize>() + usize::from(self.open.is_some()) * PAGE * 8
    }
}

impl FromIterator<i64> for Packed {
    fn from_iter<I: IntoIterator<Item = i64>>(numbers: I) -> Self {
        let mut packed = Packed::default();
        let numbers: Vec<i64> = numbers.into_iter().collect();
        let (pages, rest) = numbers.as_chunks();
        pages.iter().for_each(|page| packed.push(page));
        if !rest.is_empty() {
            let mut open = [ABSENT; PAGE];
            open[..rest.len()].copy_from_slice(rest);
            packed.show(Some(&open));
        }
        packed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn pack(values: &[i64]) -> Packed {
        values.iter().copied().collect()
    }

    proptest! {
        #[test]
        fn what_was_pushed_is_read_back(
            page in prop_oneof![
                prop::collection::vec(prop_oneof![
                    3 => -1000i64..1000, 1 => any::<i64>(), 1 => Just(ABSENT), 1 => (0i64..9).prop_map(|v| v * 1000)
                ], 1..60),
                // Of any width.
                (1u32..=63).prop_flat_map(|bits| prop::collection::vec(0..=i64::MAX >> (63 - bits), 1..60)),
                (1u32..=63).prop_flat_map(|bits| prop::collection::vec(prop_oneof![
                    9 => 0..=i64::MAX >> (63 - bits), 1 => Just(ABSENT)
                ], 1..60)),
            ],
            repeat in 1usize..200,
            range in (-2000i64..9000, -2000i64..9000),
        ) {
            let values: Vec<i64> = page.iter().copied().cycle().take(page.len() * repeat).collect();
            let packed = pack(&values);
            let mut out = [0; PAGE];
            for (row, value) in values.iter().enumerate() {
                if row % PAGE == 0 {
                    packed.unpack(row / PAGE, &mut out);
                }
                prop_assert_eq!(out[row % PAGE], *value);
                prop_assert_eq!(packed.get(row).unwrap_or(ABSENT), *value);
            }
            for page in 0..values.len().div_ceil(PAGE) {
                let part = &values[page * PAGE..((page + 1) * PAGE).min(values.len())];
                let present = || part.iter().copied().filter(|v| *v != ABSENT);
                prop_assert_eq!(packed.bounds(page), present().min().zip(present().max()));
                let (mut told, mut counted) = (BTreeMap::new(), BTreeMap::new());
                if packed.tally(page, |value, rows| *told.entry(value).or_insert(0) += rows) {
                    present().for_each(|value| *counted.entry(value).or_insert(0) += 1);
                    prop_assert_eq!(told, counted);
                }
                for (low, high) in [(range.0.min(range.1), range.0.max(range.1)), (i64::MIN + 1, i64::MAX)] {
                    let mut found = Vec::new();
                    packed.between(page, low, high, &[u64::MAX; PAGE / 64], |value| found.push(value));
                    prop_assert_eq!(&found, &present().filter(|v| low <= *v && *v <= high).collect::<Vec<_>>());
                    let rows = packed.rows_between(page, low, high);
                    let mut told = Vec::new();
                    each_row(&rows, |row| told.push(part[row]));
                    prop_assert_eq!(&told, &found);
                    // The same of some rows: of few, or of more than few.
                    for step in [2, 9] {
                        let mut words = [0; PAGE / 64];
                        (0..part.len()).step_by(step).for_each(|row| words[row / 64] |= 1 << (row % 64));
                        let mut found = Vec::new();
                        packed.between(page, low, high, &words, |value| found.push(value));
                        let some = || part.iter().copied().step_by(step);
                        let inside = some().filter(|v| *v != ABSENT && low <= *v && *v <= high);
                        prop_assert_eq!(&found, &inside.collect::<Vec<_>>());
                        let mut each = [vec![], vec![]];
                        let middle = low.midpoint(high);
                        packed.between_each(page, &[(low, middle), (middle + 1, high)], &words, |nth, v| each[nth].push(v));
                        let (below, above): (Vec<i64>, Vec<i64>) = found.iter().partition(|v| **v <= middle);
                        prop_assert_eq!(each, [below, above]);
                        packed.unpack_rows(page, &words, &mut out);
                        prop_assert!(some().enumerate().all(|(nth, value)| out[nth * step] == value));
                    }
                }
            }
        }
    }
}
