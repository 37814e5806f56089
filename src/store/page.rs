//! A page of a column: 1,024 numbers, packed once and never changed.
//!
//! They are kept as differences from a straight line (`base + slope × row`), divided by their common unit, in the narrowest
//! width that holds them all: a constant takes no bytes, line numbers take none, time stamps of a log in order one or two.

use super::line::Line;

/// Numbers in a page.
pub const PAGE: usize = 1024;

/// "No value here": not a number that any log carries.
pub const ABSENT: i64 = i64::MIN;

/// Some of the rows of a page, one bit each.
pub type PageRows = [u64; PAGE / 64];

pub const NO_ROWS: PageRows = [0; PAGE / 64];
pub const ALL_ROWS: PageRows = [u64::MAX; PAGE / 64];

/// The rows whose number, or code, is wanted.
#[inline]
fn rows_where<T: Copy>(values: &[T; PAGE], wanted: impl Fn(T) -> bool) -> PageRows {
    let mut rows = NO_ROWS;
    for (word, values) in rows.iter_mut().zip(values.as_chunks::<64>().0) {
        *word = values.iter().rev().fold(0, |bits, value| bits << 1 | u64::from(wanted(*value)));
    }
    rows
}

/// The rows whose number lies in `low..=high`, of numbers that are not packed.
pub(super) fn rows_between(values: &[i64; PAGE], low: i64, high: i64) -> PageRows {
    rows_where(values, |value| value != ABSENT && low <= value && value <= high)
}

/// One page.
#[derive(Debug)]
pub(super) struct Page {
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

impl Page {
    /// A page of one number, or of none.
    pub(super) fn of_one(value: i64) -> Page {
        let holes = value == ABSENT;
        let (min, max) = if holes { (i64::MAX, i64::MIN) } else { (value, value) };
        Page { base: value, slope: 0, unit: 1, min, max, width: 0, holes, data: Box::default() }
    }

    pub(super) fn seal(values: &[i64; PAGE]) -> Page {
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

    pub(super) fn get(&self, row: usize) -> i64 {
        let code = match self.width {
            0 => 0,
            1 => self.codes::<1>()[row][0].into(),
            2 => u16::from_le_bytes(self.codes::<2>()[row]).into(),
            4 => u32::from_le_bytes(self.codes::<4>()[row]).into(),
            _ => u64::from_le_bytes(self.codes::<8>()[row]),
        };
        self.value(row, code)
    }

    /// The codes of numbers in `low..=high`, which the page spans and whose slope is 0: the first, and how many follow it.
    fn codes_of(&self, low: i64, high: i64) -> Option<(u64, u64)> {
        let code = |value: i64| value.wrapping_sub(self.base) as u64;
        // Rounded inwards: a page has no numbers between two multiples of its unit.
        let first = code(low).div_ceil(self.unit as u64);
        let last = code(high) / self.unit as u64;
        Some((first + u64::from(self.holes), last.checked_sub(first)?))
    }

    /// The rows whose number lies in `low..=high`, told from their codes where that is possible.
    pub(super) fn rows_between(&self, low: i64, high: i64) -> PageRows {
        let (low, high) = (low.max(self.min), high.min(self.max));
        if low > high {
            return NO_ROWS;
        }
        if low == self.min && high == self.max && !self.holes {
            return ALL_ROWS;
        }
        let codes = if self.slope == 0 { self.codes_of(low, high) } else { None };
        match (self.width, codes) {
            (1, Some((first, span))) => {
                rows_where(self.codes(), |[b]: [u8; 1]| b.wrapping_sub(first as u8) <= span as u8)
            }
            (2, Some((first, span))) => {
                rows_where(self.codes(), |b| u16::from_le_bytes(b).wrapping_sub(first as u16) <= span as u16)
            }
            (4, Some((first, span))) => {
                rows_where(self.codes(), |b| u32::from_le_bytes(b).wrapping_sub(first as u32) <= span as u32)
            }
            _ => {
                let mut values = [ABSENT; PAGE];
                self.unpack(&mut values);
                rows_between(&values, low, high)
            }
        }
    }

    pub(super) fn unpack(&self, out: &mut [i64; PAGE]) {
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

    /// Smallest and largest number; `None` where all are absent.
    pub(super) fn bounds(&self) -> Option<(i64, i64)> {
        (self.min <= self.max).then_some((self.min, self.max))
    }

    pub(super) fn is_dense(&self) -> bool {
        !self.holes
    }

    /// True where all numbers are whole thousands; false also where that would have to be looked for.
    pub(super) fn is_thousands(&self) -> bool {
        let whole = self.width == 0 || self.unit == 1000;
        whole && self.base % 1000 == 0 && self.slope % 1000 == 0
    }

    /// Visits the numbers with how many rows have each, or visits nothing and returns false.
    pub(super) fn tally(&self, mut visit: impl FnMut(i64, u32)) -> bool {
        if self.width != 1 || self.slope != 0 {
            return false;
        }
        // Two counts of each code: mostly a row has the number of the row before, whose count is still under way.
        let mut counts = [[0u32; 256]; 2];
        for [[one], [other]] in self.codes::<1>().as_chunks().0 {
            counts[0][*one as usize] += 1;
            counts[1][*other as usize] += 1;
        }
        for (code, (one, other)) in counts[0].iter().zip(counts[1]).enumerate() {
            let value = self.value(0, code as u64);
            if one + other > 0 && value != ABSENT {
                visit(value, one + other);
            }
        }
        true
    }

    /// Bytes of memory held.
    pub(super) fn bytes(&self) -> usize {
        self.data.len() + size_of::<Page>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_takes_no_bytes() {
        let page = Page::seal(&std::array::from_fn(|row| 7 + 3 * row as i64));
        assert_eq!((page.width, page.get(100)), (0, 307));
    }

    #[test]
    fn whole_milliseconds_are_as_narrow_as_if_counted_in_milliseconds() {
        let page = Page::seal(&std::array::from_fn(|row| (row as i64 * 37 % 250) * 1000));
        assert_eq!((page.width, page.get(100)), (1, 3700 % 250 * 1000));
    }
}
