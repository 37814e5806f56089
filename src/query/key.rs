//! A condition on a key that has no column: asked of the values that the text of an entry has for it.

use super::predicate::{IpPredicate, NumberPredicate, TextPredicate};
use super::values;
use crate::record::{Key, Kind};

/// What a value must be, whatever it is a value of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    Word(TextPredicate),
    Ip(IpPredicate),
    Number(NumberPredicate),
}

/// An entry passes if any value of the key does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTest {
    pub key: Key,
    /// `None`: that there is a value.
    pub(super) test: Option<Test>,
    /// The condition as text: equal ones find the same.
    pub(super) text: String,
}

impl KeyTest {
    /// Under which a scan is kept; no word begins like this.
    pub fn scan_name(&self) -> Vec<u8> {
        format!("\0{}{}", self.key.name(), self.text).into_bytes()
    }

    /// Asks one value, as the log writes it without quotes.
    pub fn matches(&self, value: &str) -> bool {
        match &self.test {
            None => true,
            Some(Test::Word(test)) => test.matches(value.as_bytes()),
            Some(Test::Ip(test)) => test.matches(value.as_bytes()),
            Some(Test::Number(test)) => self.number(value).is_some_and(|number| test.matches(number)),
        }
    }

    fn number(&self, value: &str) -> Option<i64> {
        match self.key.kind() {
            Kind::Bool => values::boolean(value),
            // Milliseconds in the log.
            Kind::Duration => value.parse::<i64>().ok()?.checked_mul(1_000),
            _ => value.parse().ok(),
        }
    }
}
