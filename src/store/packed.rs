//! Numbers of one column, packed page by page.
//!
//! A page of 1,024 numbers is kept as differences from a straight line (`base + slope × row`), divided by their common
//! unit, in the narrowest width that holds them all: a constant takes no bytes, line numbers take none, time stamps of
//! a log in order one or two. Pages are written once and never move, so a growing column is never copied.

use super::each_row;
use super::line::Line;

/// Numbers in a page.
pub const PAGE: usize = 1024;

/// "No value here": not a number that any log carries.
pub const ABSENT: i64 = i64::MIN;

/// Of so many rows of a page each number is looked up by itself; of more, all are unpacked.
const FEW: u32 = 256;

fn are_few(words: &[u64]) -> bool {
    words.iter().map(|word| word.count_ones()).sum::<u32>() <= FEW
}

/// One sealed page.
#[derive(Debug)]
struct Page {
    base: i64,
    slope: i64,
    unit: i64,
    /// Smallest and largest number present; `min > max` where none is.
    min: i64,
    max: i64,
    /// Bytes per number: 0, 1, 2, 4 or 8.
    width: u8,
    /// Code 0 means absent, and all others are one higher.
    holes: bool,
    data: Box<[u8]>,
}

/// A column of numbers, some of them absent.
#[derive(Debug, Default)]
pub struct Packed {
    pages: Vec<Page>,
    /// What is known of the page after these, which is not full; nothing where it has no number.
    open: Option<Box<[i64; PAGE]>>,
}

impl Page {
    /// A page of one number, or of none.
    fn of_one(value: i64) -> Page {
        let holes = value == ABSENT;
        let (min, max) = if holes { (i64::MAX, i64::MIN) } else { (value, value) };
        Page { base: value, slope: 0, unit: 1, min, max, width: 0, holes, data: Box::default() }
    }

    fn seal(values: &[i64; PAGE]) -> Page {
        let first = values[0];
        // The least of all is ABSENT where there is a hole: most columns have none and need no second look.
        let (mut min, mut max) = values.iter().fold((first, first), |(min, max), &v| (min.min(v), max.max(v)));
        if min == max {
            return Page::of_one(first);
        }
        let holes = min == ABSENT;
        if holes {
            min = values.iter().fold(i64::MAX, |min, &v| if v == ABSENT { min } else { min.min(v) });
            max = max.max(min);
        }
        let spread = max.wrapping_sub(min) as u64;
        let Line { slope, base, spread } = Line::fit(values, min, spread);
        let unit = Self::unit(values, slope, base, spread);
        let largest = spread / unit as u64 + u64::from(holes);
        let width = match largest {
            0 => 0,
            1..=0xff => 1,
            0x100..=0xffff => 2,
            0x1_0000..=0xffff_ffff => 4,
            _ => 8u8,
        };
        let mut page = Page { base, slope, unit, min, max, width, holes, data: Box::default() };
        page.data = match width {
            0 => Box::default(),
            1 => page.pack(values, |code| (code as u8).to_le_bytes()),
            2 => page.pack(values, |code| (code as u16).to_le_bytes()),
            4 => page.pack(values, |code| (code as u32).to_le_bytes()),
            _ => page.pack(values, u64::to_le_bytes),
        };
        page
    }

    /// 1000 where all differences are whole thousands: micro- and milliseconds share a column, and a page of whole
    /// milliseconds needs no digits for the rest. Pages that are narrow anyway are not looked at.
    fn unit(values: &[i64; PAGE], slope: i64, base: i64, spread: u64) -> i64 {
        if spread <= 0xff {
            return 1;
        }
        let mut rest = values
            .iter()
            .enumerate()
            .filter(|(_, v)| **v != ABSENT)
            .map(|(row, v)| v.wrapping_sub(slope.wrapping_mul(row as i64)).wrapping_sub(base) as u64);
        // A remainder of 32 bits is a multiplication; one of 64 bits is a slow division in wasm.
        let whole = if spread <= u64::from(u32::MAX) {
            rest.all(|v| (v as u32).is_multiple_of(1000))
        } else {
            rest.all(|v| v.is_multiple_of(1000))
        };
        if whole { 1000 } else { 1 }
    }

    fn pack<const W: usize>(&self, values: &[i64; PAGE], bytes: impl Fn(u64) -> [u8; W]) -> Box<[u8]> {
        let (base, slope, hole) = (self.base, self.slope, u64::from(self.holes));
        let narrow = W < 8;
        let mut data: Box<[[u8; W]; PAGE]> = Box::new([[0; W]; PAGE]);
        if slope == 0 && !self.holes && self.unit == 1 {
            for (v, out) in values.iter().zip(&mut *data) {
                *out = bytes(v.wrapping_sub(base) as u64);
            }
        } else {
            for ((row, v), out) in values.iter().enumerate().zip(&mut *data) {
                let rest = v.wrapping_sub(slope.wrapping_mul(row as i64)).wrapping_sub(base) as u64;
                let code = match self.unit {
                    1 => rest,
                    // Up to 2^32 codes of thousands fit 42 bits: only those above 32 bits need the slow division.
                    _ if narrow && rest <= u64::from(u32::MAX) => u64::from(rest as u32 / 1000),
                    _ => rest / 1000,
                };
                *out = bytes(if *v == ABSENT { 0 } else { code + hole });
            }
        }
        Vec::from(data as Box<[[u8; W]]>).into_flattened().into_boxed_slice()
    }

    /// The codes. A loop over an array asks no bounds.
    #[inline]
    fn codes<const W: usize>(&self) -> &[[u8; W]; PAGE] {
        self.data.as_chunks().0.try_into().unwrap_or(&[[0; W]; PAGE])
    }

    #[inline]
    fn value(&self, row: usize, code: u64) -> i64 {
        if self.holes && code == 0 {
            return ABSENT;
        }
        let steps = (code - u64::from(self.holes)).wrapping_mul(self.unit as u64) as i64;
        self.base.wrapping_add(self.slope.wrapping_mul(row as i64)).wrapping_add(steps)
    }

    fn get(&self, row: usize) -> i64 {
        let code = match self.width {
            0 => 0,
            1 => self.codes::<1>()[row][0].into(),
            2 => u16::from_le_bytes(self.codes::<2>()[row]).into(),
            4 => u32::from_le_bytes(self.codes::<4>()[row]).into(),
            _ => u64::from_le_bytes(self.codes::<8>()[row]),
        };
        self.value(row, code)
    }

    /// Visits the numbers in `low..=high` of the rows of `words`, 64 rows a word. Whether any of 64 is inside is asked of
    /// their codes, many at a time: few ever are.
    fn between(&self, low: i64, high: i64, words: &[u64], mut visit: impl FnMut(i64)) {
        let (low, high) = (low.max(self.min), high.min(self.max));
        if low > high {
            return;
        }
        let mut visit_inside = |value: i64| {
            if low <= value && value <= high {
                visit(value);
            }
        };
        if are_few(words) {
            return each_row(words, |row| visit_inside(self.get(row)));
        }
        if self.slope != 0 || self.width == 0 {
            let mut values = [ABSENT; PAGE];
            self.unpack(&mut values);
            return each_row(words, |row| visit_inside(values[row]));
        }
        let code = |value: i64| value.wrapping_sub(self.base) as u64;
        // Rounded inwards: a page has no numbers between two multiples of its unit.
        let first = code(low).div_ceil(self.unit as u64) + u64::from(self.holes);
        let last = code(high) / self.unit as u64 + u64::from(self.holes);
        if first > last {
            return;
        }
        let span = last - first;
        let visit = |code| visit(self.value(0, code));
        match self.width {
            1 => self.codes_between(words, |[b]| b.wrapping_sub(first as u8) <= span as u8, |[b]| b.into(), visit),
            2 => {
                let inside = |b| u16::from_le_bytes(b).wrapping_sub(first as u16) <= span as u16;
                self.codes_between(words, inside, |b| u16::from_le_bytes(b).into(), visit);
            }
            4 => {
                let inside = |b| u32::from_le_bytes(b).wrapping_sub(first as u32) <= span as u32;
                self.codes_between(words, inside, |b| u32::from_le_bytes(b).into(), visit);
            }
            _ => {
                let inside = |b| u64::from_le_bytes(b).wrapping_sub(first) <= span;
                self.codes_between(words, inside, u64::from_le_bytes, visit);
            }
        }
    }

    #[inline]
    fn codes_between<const W: usize>(
        &self,
        words: &[u64],
        inside: impl Fn([u8; W]) -> bool,
        code: impl Fn([u8; W]) -> u64,
        mut visit: impl FnMut(u64),
    ) {
        for (word, codes) in words.iter().zip(self.codes::<W>().as_chunks::<64>().0) {
            if *word == 0 || !codes.iter().fold(false, |any, code| any | inside(*code)) {
                continue;
            }
            each_row(&[*word], |row| {
                if inside(codes[row]) {
                    visit(code(codes[row]));
                }
            });
        }
    }

    fn unpack(&self, out: &mut [i64; PAGE]) {
        match self.width {
            0 => out.iter_mut().enumerate().for_each(|(row, v)| *v = self.value(row, 0)),
            1 => self.spread::<1>(out, |b| u64::from(b[0])),
            2 => self.spread::<2>(out, |b| u64::from(u16::from_le_bytes(b))),
            4 => self.spread::<4>(out, |b| u64::from(u32::from_le_bytes(b))),
            _ => self.spread::<8>(out, u64::from_le_bytes),
        }
    }

    #[inline]
    fn spread<const W: usize>(&self, out: &mut [i64; PAGE], code: impl Fn([u8; W]) -> u64) {
        let codes = self.codes::<W>();
        if self.holes {
            for (row, (v, bytes)) in out.iter_mut().zip(codes).enumerate() {
                *v = self.value(row, code(*bytes));
            }
        } else {
            // Without holes and slope this is a multiply and an add, without a branch.
            let (base, slope, unit) = (self.base, self.slope, self.unit);
            for (row, (v, bytes)) in out.iter_mut().zip(codes).enumerate() {
                let steps = (code(*bytes) as i64).wrapping_mul(unit);
                *v = base.wrapping_add(slope.wrapping_mul(row as i64)).wrapping_add(steps);
            }
        }
    }
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
        let (min, max) = match self.pages.get(page) {
            Some(page) => (page.min, page.max),
            None if page == self.pages.len() => {
                let present = || self.open.iter().flat_map(|open| open.iter().copied()).filter(|v| *v != ABSENT);
                (present().min()?, present().max()?)
            }
            None => return None,
        };
        (min <= max).then_some((min, max))
    }

    /// True where no number of the page is absent. Pages past the end count as all absent.
    pub fn is_dense(&self, page: usize) -> bool {
        match self.pages.get(page) {
            Some(page) => !page.holes,
            None => false,
        }
    }

    /// True where all numbers of the page are whole thousands; false also where that would have to be looked for.
    pub fn is_thousands(&self, page: usize) -> bool {
        self.pages.get(page).is_some_and(|page| {
            let whole = page.width == 0 || page.unit == 1000;
            whole && page.base % 1000 == 0 && page.slope % 1000 == 0
        })
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
    pub fn tally(&self, page: usize, mut visit: impl FnMut(i64, u32)) -> bool {
        let Some(page) = self.pages.get(page).filter(|page| page.width == 1 && page.slope == 0) else { return false };
        // Two counts of each code: mostly a row has the number of the row before, whose count is still under way.
        let mut counts = [[0u32; 256]; 2];
        for [[one], [other]] in page.codes::<1>().as_chunks().0 {
            counts[0][*one as usize] += 1;
            counts[1][*other as usize] += 1;
        }
        for (code, (one, other)) in counts[0].iter().zip(counts[1]).enumerate() {
            let value = page.value(0, code as u64);
            if one + other > 0 && value != ABSENT {
                visit(value, one + other);
            }
        }
        true
    }

    /// Visits the numbers of a page in `low..=high`, of the rows of `words`.
    pub fn between(&self, page: usize, low: i64, high: i64, words: &[u64], mut visit: impl FnMut(i64)) {
        match self.pages.get(page) {
            Some(page) => page.between(low, high, words, visit),
            None => {
                let mut values = [ABSENT; PAGE];
                self.unpack(page, &mut values);
                each_row(words, |row| {
                    if values[row] != ABSENT && low <= values[row] && values[row] <= high {
                        visit(values[row]);
                    }
                });
            }
        }
    }

    /// Bytes of memory held.
    pub fn bytes(&self) -> usize {
        self.pages.iter().map(|p| p.data.len() + size_of::<Page>()).sum::<usize>()
            + usize::from(self.open.is_some()) * PAGE * 8
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

    #[test]
    fn a_line_takes_no_bytes() {
        let packed = pack(&(0..PAGE as i64).map(|i| 7 + 3 * i).collect::<Vec<_>>());
        assert_eq!(packed.pages[0].width, 0);
        assert_eq!(packed.get(100), Some(307));
    }

    #[test]
    fn whole_milliseconds_are_as_narrow_as_if_counted_in_milliseconds() {
        let packed = pack(&(0..PAGE as i64).map(|i| (i * 37 % 250) * 1000).collect::<Vec<_>>());
        assert_eq!(packed.pages[0].width, 1);
    }

    proptest! {
        #[test]
        fn what_was_pushed_is_read_back(
            page in prop::collection::vec(prop_oneof![
                3 => -1000i64..1000, 1 => any::<i64>(), 1 => Just(ABSENT), 1 => (0i64..9).prop_map(|v| v * 1000)
            ], 1..60),
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
                    prop_assert_eq!(found, present().filter(|v| low <= *v && *v <= high).collect::<Vec<_>>());
                    // The same of some rows: of few, or of more than few.
                    for step in [2, 9] {
                        let mut words = [0; PAGE / 64];
                        (0..part.len()).step_by(step).for_each(|row| words[row / 64] |= 1 << (row % 64));
                        let mut found = Vec::new();
                        packed.between(page, low, high, &words, |value| found.push(value));
                        let some = || part.iter().copied().step_by(step);
                        let inside = some().filter(|v| *v != ABSENT && low <= *v && *v <= high);
                        prop_assert_eq!(found, inside.collect::<Vec<_>>());
                        packed.unpack_rows(page, &words, &mut out);
                        prop_assert!(some().enumerate().all(|(nth, value)| out[nth * step] == value));
                    }
                }
            }
        }
    }
}
