//! Keys of Avi's logs that have no column: nested messages by dots (`waf_log.rule_logs.rule_id`), and what is too rare
//! for one. A search reads them from the text of the entries.
//!
//! `keys.txt` lists every key of the analytics log API (application and connection logs, up to release 30.2) that is no
//! field, sorted: those inside a message stand indented behind it, and behind a name its kind where that is not text. Of a list the elements are meant, each of them.

use super::Kind;
use std::fmt;
use std::sync::LazyLock;

/// A key of the table: a small number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(u16);

static KEYS: LazyLock<Vec<(&'static str, Kind)>> = LazyLock::new(|| {
    let mut path = Vec::new();
    let read = |line: &'static str| {
        let name = line.trim_start();
        path.truncate(line.len() - name.len());
        let (name, kind) = name.split_once(' ').unwrap_or((name, ""));
        path.push(name);
        let kind = match kind {
            "I" => Kind::Int,
            "B" => Kind::Bool,
            "D" => Kind::Duration,
            _ => Kind::List,
        };
        // Once, for as long as the program runs.
        let name: &'static str = Box::leak(path.join(".").into_boxed_str());
        (name, kind)
    };
    include_str!("keys.txt").lines().map(read).collect()
});

impl Key {
    /// Every key, by name.
    pub fn all() -> impl Iterator<Item = Key> {
        (0..KEYS.len() as u16).map(Key)
    }

    /// The key of that name; case does not matter.
    pub fn find(name: &str) -> Option<Key> {
        let name = name.to_ascii_lowercase();
        KEYS.binary_search_by(|(other, _)| (*other).cmp(&name)).ok().map(|at| Key(at as u16))
    }

    /// The keys from the entry inwards, dots between them.
    pub fn name(self) -> &'static str {
        KEYS[self.0 as usize].0
    }

    /// Texts count as lists, for there may be several. Durations stand in the log as milliseconds.
    pub fn kind(self) -> Kind {
        KEYS[self.0 as usize].1
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Field;

    #[test]
    fn keys_are_sorted_and_none_is_a_field() {
        assert!(KEYS.is_sorted_by(|a, b| a.0 < b.0));
        for key in Key::all() {
            assert_eq!(Key::find(&key.name().to_uppercase()), Some(key));
            assert_eq!(Field::find(key.name()), None, "{key:?} is a column");
        }
        assert_eq!(Key::find("waf_log.rule_logs.rule_id").map(Key::kind), Some(Kind::Int));
        assert_eq!(Key::find("waf_log.nothing"), None);
    }
}
