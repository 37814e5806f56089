//! Keys of logs that have no column. A search reads them from the text of the entries.
//!
//! Those that Avi documents are known by name: nested messages by dots (`waf_log.rule_logs.rule_id`), and what is too rare
//! for a column. What no document names, of any format, is asked for behind `extra.`: a marker that an administrator added
//! (`extra.tenant_colour`), a message of a later release (`extra.api_log.api_id`), a value of a custom log-format.
//!
//! `keys.txt` lists every key of the analytics log API (application and connection logs, up to release 30.2) that is no
//! field, sorted: those inside a message stand indented behind it, and behind a name its kind where that is not text. Of a list the elements are meant, each of them.

use super::Kind;
use std::fmt;
use std::sync::{LazyLock, Mutex};

/// Stands before the name of a key that no document has.
const EXTRA: &str = "extra.";
/// No name that is asked for is longer: a hostile log names its keys, too, and asked names are never freed.
const LONGEST: usize = 256;

/// A key of the table, or one that was asked for: a small number.
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

/// Names with [`EXTRA`] that were asked for, in that order.
static ASKED: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());

/// The number of such a name; `None` where there are too many.
fn asked(name: &str) -> Option<Key> {
    let mut asked = ASKED.lock().ok()?;
    let at = asked.iter().position(|known| *known == name).unwrap_or(asked.len());
    let key = u16::try_from(KEYS.len() + at).ok().map(Key)?;
    if at == asked.len() {
        // As long as the program runs: what was typed is short.
        asked.push(Box::leak(name.to_owned().into_boxed_str()));
    }
    Some(key)
}

/// The parts of a name without case and with `_` for all that is no letter or digit, as a search can write them:
/// `[req.hdr(X-Tenant)]` is `req_hdr_x_tenant`.
pub fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter.is_ascii_alphanumeric() {
            true => plain.push(letter.to_ascii_lowercase()),
            false if plain.is_empty() || plain.ends_with('_') => {}
            false => plain.push('_'),
        }
    }
    plain.truncate(plain.trim_end_matches('_').len());
    plain
}

impl Key {
    /// The key by which a value without a name of its own is found.
    pub fn extra(name: &str) -> Option<Key> {
        Key::find(name).or_else(|| Key::find(&format!("{EXTRA}{}", plain(name))))
    }

    /// What stands behind `extra.`.
    pub fn as_extra(self) -> Option<&'static str> {
        self.name().strip_prefix(EXTRA)
    }

    /// Every key that a document names, by name.
    pub fn all() -> impl Iterator<Item = Key> {
        (0..KEYS.len() as u16).map(Key)
    }

    /// The key of that name; case does not matter.
    pub fn find(name: &str) -> Option<Key> {
        let name = name.to_ascii_lowercase();
        if (EXTRA.len() + 1..=LONGEST).contains(&name.len()) && name.starts_with(EXTRA) {
            return asked(&name);
        }
        KEYS.binary_search_by(|(other, _)| (*other).cmp(&name)).ok().map(|at| Key(at as u16))
    }

    /// The keys from the entry inwards, dots between them.
    pub fn name(self) -> &'static str {
        let at = usize::from(self.0);
        let asked = || ASKED.lock().ok()?.get(at - KEYS.len()).copied();
        KEYS.get(at).map(|(name, _)| *name).or_else(asked).unwrap_or(EXTRA)
    }

    /// Texts count as lists, for there may be several. Durations stand in the log as milliseconds.
    pub fn kind(self) -> Kind {
        KEYS.get(usize::from(self.0)).map_or(Kind::List, |(_, kind)| *kind)
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
        assert_eq!(Key::find("extra."), None);
        assert_eq!(Key::extra(&"k".repeat(1_000)), None);
        let key = Key::find("Extra.my_Marker").unwrap();
        assert_eq!((key.name(), key.kind(), Key::find("extra.my_marker")), ("extra.my_marker", Kind::List, Some(key)));
        assert_eq!(Key::extra("[req.hdr(X-Tenant)]").unwrap().name(), "extra.req_hdr_x_tenant");
        assert_eq!(Key::extra("cipher_bytes").unwrap().name(), "cipher_bytes");
    }
}
