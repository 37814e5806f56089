//! A page of a column: 1,024 numbers, packed once and never changed.
//!
//! They are kept as differences from a straight line (`base + slope × row`), divided by their common unit, in as few bits as
//! hold them all, side by side: a constant takes none, line numbers take none, a flag one, time stamps of a log in order nine to
//! twenty.

use super::line::Line;
use super::squeeze;
use crate::text::bytes::word;

/// Numbers in a page.
pub const PAGE: usize = 1024;

/// "No value here": not a number that any log carries.
pub const ABSENT: i64 = i64::MIN;

/// Some of the rows of a page, one bit each.
pub type PageRows = [u64; PAGE / 64];

pub const NO_ROWS: PageRows = [0; PAGE / 64];
pub const ALL_ROWS: PageRows = [u64::MAX; PAGE / 64];

/// The rows that are wanted.
#[inline]
fn rows_where(wanted: impl Fn(usize) -> bool) -> PageRows {
    let mut rows = NO_ROWS;
    for (nth, word) in rows.iter_mut().enumerate() {
        *word = (nth * 64..nth * 64 + 64).rev().fold(0, |bits, row| bits << 1 | u64::from(wanted(row % PAGE)));
    }
    rows
}

/// The rows whose number lies in `low..=high`, of numbers that are not packed.
pub(super) fn rows_between(values: &[i64; PAGE], low: i64, high: i64) -> PageRows {
    rows_where(|row| values[row] != ABSENT && low <= values[row] && values[row] <= high)
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
    /// Bits of each code: 0 to 57, or 64.
    width: u8,
    /// Code 0 means absent, and all others are one higher.
    holes: bool,
    /// The codes, the lowest bits first, and [`BEHIND`] bytes; nothing where they have no bits.
    data: Box<[u8]>,
}

/// Bytes behind the codes: each is read as part of a word.
const BEHIND: usize = 8;
/// A code of up to so many bits lies in one word, whatever bit of a byte it begins at.
const IN_A_WORD: u8 = 57;
/// Codes of up to a byte are packed, and taken apart, eight at a time.
const NARROW: u8 = 8;

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
        let bits = (u64::BITS - largest.leading_zeros()) as u8;
        let width = if bits > IN_A_WORD { 64 } else { bits };
        let mut page = Page { base, slope, unit, min, max, width, holes, data: Box::default() };
        page.data = page.pack(values);
        page
    }

    /// 1000 where all differences are whole thousands: micro- and milliseconds share a column, and a page of whole
    /// milliseconds needs no digits for the rest.
    fn unit(values: &[i64; PAGE], slope: i64, base: i64, spread: u64) -> i64 {
        if spread < 1000 {
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

    fn pack(&self, values: &[i64; PAGE]) -> Box<[u8]> {
        let width = usize::from(self.width);
        if width == 0 {
            return Box::default();
        }
        let mut data = vec![0; PAGE / 8 * width + BEHIND];
        if self.width <= NARROW {
            let mut codes = [0; PAGE];
            self.encode(values, |row, code| codes[row % PAGE] = code as u8);
            squeeze::pack(self.width, &codes, &mut data);
        } else {
            // What is not yet a whole byte is held back. Each word is written, and its bytes that are not whole again.
            let (mut held, mut bits, mut at) = (0, 0, 0);
            self.encode(values, |_, code| {
                held |= code << bits;
                if let Some(bytes) = data.get_mut(at..).and_then(|data| data.first_chunk_mut()) {
                    *bytes = u64::to_le_bytes(held);
                }
                bits += width;
                at += bits / 8;
                held = held.checked_shr((bits & !7) as u32).unwrap_or(0);
                bits %= 8;
            });
        }
        data.into_boxed_slice()
    }

    /// Visits the code of each row.
    #[inline(always)]
    fn encode(&self, values: &[i64; PAGE], mut visit: impl FnMut(usize, u64)) {
        let (base, slope, hole) = (self.base, self.slope, u64::from(self.holes));
        if slope == 0 && !self.holes && self.unit == 1 {
            for (row, v) in values.iter().enumerate() {
                visit(row, v.wrapping_sub(base) as u64);
            }
        } else {
            for (row, v) in values.iter().enumerate() {
                let rest = v.wrapping_sub(slope.wrapping_mul(row as i64)).wrapping_sub(base) as u64;
                let code = match self.unit {
                    1 => rest,
                    // A division of 64 bits is slow.
                    _ => u32::try_from(rest).map_or_else(|_| rest / 1000, |rest| u64::from(rest / 1000)),
                };
                visit(row, if *v == ABSENT { 0 } else { code + hole });
            }
        }
    }

    #[inline(always)]
    fn code(&self, row: usize) -> u64 {
        let at = row * usize::from(self.width);
        word(&self.data, at / 8).unwrap_or(0) >> (at % 8) & self.mask()
    }

    #[inline(always)]
    fn mask(&self) -> u64 {
        u64::MAX.checked_shr(64 - u32::from(self.width)).unwrap_or(0)
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
        self.value(row, self.code(row))
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
        match codes {
            Some((first, span)) if self.width <= NARROW => {
                let codes = squeeze::unpack(self.width, &self.data);
                rows_where(|row| codes[row].wrapping_sub(first as u8) <= span as u8)
            }
            Some((first, span)) => {
                let mut codes = [0; PAGE];
                self.wide(&mut codes);
                rows_where(|row| (codes[row] as u64).wrapping_sub(first) <= span)
            }
            None => {
                let mut values = [ABSENT; PAGE];
                self.unpack(&mut values);
                rows_between(&values, low, high)
            }
        }
    }

    /// The codes of a page of more than a byte each, several from one word where they surely lie in it.
    fn wide(&self, out: &mut [i64; PAGE]) {
        match self.width {
            0..=14 => self.by::<4>(out),
            15..=28 => self.by::<2>(out),
            _ => self.by::<1>(out),
        }
    }

    #[inline(always)]
    fn by<const N: usize>(&self, out: &mut [i64; PAGE]) {
        let (width, mask) = (usize::from(self.width), self.mask());
        let mut at = 0;
        for codes in out.as_chunks_mut::<N>().0 {
            let codes_on = word(&self.data, at / 8).unwrap_or(0) >> (at % 8);
            for (nth, code) in codes.iter_mut().enumerate() {
                *code = (codes_on >> (nth * width % 64) & mask) as i64;
            }
            at += N * width;
        }
    }

    pub(super) fn unpack(&self, out: &mut [i64; PAGE]) {
        if self.width <= NARROW {
            let codes = squeeze::unpack(self.width, &self.data);
            out.iter_mut().zip(codes).for_each(|(code, narrow)| *code = narrow.into());
        } else {
            self.wide(out);
        }
        if self.holes {
            for (row, v) in out.iter_mut().enumerate() {
                *v = self.value(row, *v as u64);
            }
        } else {
            // Without holes and slope this is a multiply and an add, without a branch.
            let (base, slope, unit) = (self.base, self.slope, self.unit);
            for (row, v) in out.iter_mut().enumerate() {
                *v = base.wrapping_add(slope.wrapping_mul(row as i64)).wrapping_add(v.wrapping_mul(unit));
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
        if !(1..=NARROW).contains(&self.width) || self.slope != 0 {
            return false;
        }
        // Two counts of each code: mostly a row has the number of the row before, whose count is still under way.
        let mut counts = [[0u32; 256]; 2];
        for [one, other] in squeeze::unpack(self.width, &self.data).as_chunks().0 {
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
        assert_eq!((page.width, page.get(100)), (8, 3700 % 250 * 1000));
    }
}
