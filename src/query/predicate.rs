//! What a value must be: tests on one number, one text or one address, to be asked once per dictionary entry or row.
//!
//! A test that excludes (`!=`, `!~=`, `not in`) is the positive one turned round, so it also holds where there is no
//! value: ask `holds_without_value` for those rows.

use crate::lookup;
use crate::record::Kind;
use crate::text::fold::Needle;
use crate::text::net::{IpKey, parse_ip};

/// One end of a range of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    At(i64),
    /// So many microseconds before the newest entry: known only when the search runs.
    BeforeNewest(i64),
}

/// Numbers from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberRange {
    pub first: Bound,
    pub last: Bound,
}

impl NumberRange {
    /// The lowest number that is a value. One less marks "no value" in the columns.
    pub const LOWEST: i64 = i64::MIN + 1;

    pub fn new(first: i64, last: i64) -> Self {
        Self { first: Bound::At(first), last: Bound::At(last) }
    }
}

/// A number that lies in one of the ranges, or in none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberPredicate {
    pub ranges: Vec<NumberRange>,
    pub negated: bool,
}

impl NumberPredicate {
    /// Before [`Self::resolve`], a range that depends on the newest entry holds nothing.
    #[inline]
    pub fn matches(&self, value: i64) -> bool {
        let inside = |range: &NumberRange| match (range.first, range.last) {
            (Bound::At(first), Bound::At(last)) => first <= value && value <= last,
            _ => false,
        };
        self.ranges.iter().any(inside) != self.negated
    }

    pub fn holds_without_value(&self) -> bool {
        self.negated
    }

    /// True if it must be resolved before it can be asked.
    pub fn is_relative(&self) -> bool {
        let relative = |bound| matches!(bound, Bound::BeforeNewest(_));
        self.ranges.iter().any(|range| relative(range.first) || relative(range.last))
    }

    /// Settles times that count back from the newest entry.
    pub fn resolve(&mut self, newest: i64) {
        for range in &mut self.ranges {
            for bound in [&mut range.first, &mut range.last] {
                if let Bound::BeforeNewest(micros) = *bound {
                    *bound = Bound::At(newest.saturating_sub(micros));
                }
            }
        }
    }

    /// The ranges, once [`Self::resolve`]d.
    pub fn spans(&self) -> Vec<(i64, i64)> {
        let span = |range: &NumberRange| match (range.first, range.last) {
            (Bound::At(first), Bound::At(last)) => Some((first, last)),
            _ => None,
        };
        self.ranges.iter().filter_map(span).collect()
    }
}

/// How a text is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTest {
    Equals,
    Contains,
    StartsWith,
    EndsWith,
    /// The needle is a regular expression; `exactly`: upper and lower case differ.
    Matches {
        exactly: bool,
    },
}

impl TextTest {
    fn holds(self, needle: &Needle, value: &[u8]) -> bool {
        match self {
            TextTest::Equals => needle.equals(value),
            TextTest::Contains => needle.is_contained_in(value),
            TextTest::StartsWith => needle.begins(value),
            TextTest::EndsWith => needle.ends(value),
            TextTest::Matches { exactly } => lookup::matches(needle.as_bytes(), exactly, &[value])[0],
        }
    }
}

/// In which texts a pattern is found, or not found: asked for all at once, as each question goes to another program and back.
fn match_pattern<'t>(
    (pattern, exactly): (&Needle, bool),
    negated: bool,
    values: impl Iterator<Item = &'t [u8]>,
) -> Vec<bool> {
    let values: Vec<_> = values.collect();
    let found = lookup::matches(pattern.as_bytes(), exactly, &values);
    found.into_iter().map(|found| found != negated).collect()
}

/// A text that passes the test with one of the needles, or with none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextPredicate {
    pub test: TextTest,
    pub needles: Vec<Needle>,
    pub negated: bool,
    /// The value is a list: any element may pass, or none.
    pub list: bool,
}

impl TextPredicate {
    pub fn matches(&self, value: &[u8]) -> bool {
        let passes = |element: &[u8]| self.needles.iter().any(|needle| self.test.holds(needle, element));
        let any = if self.list { value.split(|b| *b == Kind::LIST_SEPARATOR).any(passes) } else { passes(value) };
        any != self.negated
    }

    /// [`Self::matches`] of each.
    pub fn match_all<'t>(&self, values: impl Iterator<Item = &'t [u8]>) -> Vec<bool> {
        match (self.test, self.needles.as_slice()) {
            (TextTest::Matches { exactly }, [pattern]) if !self.list => {
                match_pattern((pattern, exactly), self.negated, values)
            }
            _ => values.map(|value| self.matches(value)).collect(),
        }
    }

    pub fn holds_without_value(&self) -> bool {
        self.negated
    }
}

/// One way in which an address may pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IpTest {
    /// As it is written.
    Text(TextTest, Needle),
    /// As an address, both ends included.
    Between(IpKey, IpKey),
}

/// An address that passes one of the tests, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpPredicate {
    pub tests: Vec<IpTest>,
    pub negated: bool,
}

impl IpPredicate {
    pub fn matches(&self, value: &[u8]) -> bool {
        let ordered = self.tests.iter().any(|test| matches!(test, IpTest::Between(..)));
        let key = if ordered { parse_ip(value) } else { None };
        let passes = |test: &IpTest| match test {
            IpTest::Text(test, needle) => test.holds(needle, value),
            IpTest::Between(first, last) => key.is_some_and(|key| *first <= key && key <= *last),
        };
        self.tests.iter().any(passes) != self.negated
    }

    /// [`Self::matches`] of each.
    pub fn match_all<'t>(&self, values: impl Iterator<Item = &'t [u8]>) -> Vec<bool> {
        match self.tests.as_slice() {
            [IpTest::Text(TextTest::Matches { exactly }, pattern)] => {
                match_pattern((pattern, *exactly), self.negated, values)
            }
            _ => values.map(|value| self.matches(value)).collect(),
        }
    }

    pub fn holds_without_value(&self) -> bool {
        self.negated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lie_in_ranges_or_do_not() {
        let ranges = vec![NumberRange::new(500, 599), NumberRange::new(404, 404)];
        let mut test = NumberPredicate { ranges, negated: false };
        assert_eq!([403, 404, 499, 500, 599, 600].map(|n| test.matches(n)), [false, true, false, true, true, false]);
        assert_eq!(test.spans(), [(500, 599), (404, 404)]);
        test.negated = true;
        assert!(test.matches(403) && !test.matches(404) && test.holds_without_value());
    }

    #[test]
    fn relative_times_wait_for_the_newest_entry() {
        let range = NumberRange { first: Bound::BeforeNewest(10), last: Bound::At(i64::MAX) };
        let mut test = NumberPredicate { ranges: vec![range], negated: false };
        assert!(test.is_relative() && !test.matches(95));
        test.resolve(100);
        assert!(!test.is_relative() && test.matches(90) && test.matches(95) && !test.matches(89));
    }

    #[test]
    fn lists_match_by_any_element_and_exclude_by_none() {
        let mut test = TextPredicate {
            test: TextTest::Equals,
            needles: vec![Needle::folded("Filter")],
            negated: false,
            list: true,
        };
        assert!(test.matches(b"policy\x1ffilter") && !test.matches(b"policy\x1ffilters"));
        test.negated = true;
        assert!(!test.matches(b"policy\x1ffilter") && test.matches(b"policy") && test.holds_without_value());
    }

    #[test]
    fn addresses_pass_as_text_or_as_numbers() {
        let (first, last) = (parse_ip(b"10.0.0.0").unwrap(), parse_ip(b"10.0.0.255").unwrap());
        let tests = vec![IpTest::Between(first, last), IpTest::Text(TextTest::StartsWith, Needle::folded("x.x"))];
        let test = IpPredicate { tests, negated: false };
        assert!(test.matches(b"10.0.0.7") && test.matches(b"::ffff:10.0.0.7") && test.matches(b"X.X.X.23"));
        assert!(!test.matches(b"10.0.1.7") && !test.matches(b"-"));
        assert!(IpPredicate { negated: true, ..test }.matches(b"10.0.1.7"));
    }
}
