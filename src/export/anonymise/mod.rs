//! An export without what tells who it was: addresses, hosts, users and sessions have pseudonyms, credentials are masked.
//!
//! `fields.rs` says what is done with each field, `names.rs` and `address.rs` make the pseudonyms, `walk.rs` finds what
//! stands in text, which `decode.rs` shows it without escapes.
//!
//! Pseudonyms are keyed hashes. The key is the page's secret of this tab: every shard has it, so the same value has the same
//! pseudonym in all rows and formats, and without it no one finds the value by trying.

mod address;
mod decode;
mod fields;
mod names;
mod walk;

use crate::protocol::{Change, Hidden, Secret};
use crate::record::{Cell, Field, Row, Value};
use crate::store::Table;
use crate::text::sort;
use decode::Plain;
use fields::{What, what};
use siphasher::sip::SipHasher24;
use std::cmp::Reverse;
use walk::{Known, Region, walk};

/// Examples of changes that are kept for each kind.
pub const EXAMPLES: usize = 2;

/// The secret, as what all pseudonyms are made with.
#[derive(Clone)]
pub struct Keyed(SipHasher24);

impl Keyed {
    fn new(secret: &[u8; 16]) -> Keyed {
        Keyed(SipHasher24::new_with_key(secret))
    }

    /// Of each kind of thing another hash.
    #[inline(never)]
    fn hash(&self, kind: u8, bytes: &[u8]) -> u64 {
        self.0.hash(&[&[kind], bytes].concat())
    }
}

/// What was replaced: the first few of each kind.
#[derive(Default)]
pub struct Changes {
    pub list: Vec<Change>,
    /// Row that is being written.
    row: u32,
}

impl Changes {
    fn add(&mut self, hidden: Hidden, from: &[u8], to: &str) {
        let of_kind = self.list.iter().filter(|change| change.hidden == hidden);
        if of_kind.clone().count() < EXAMPLES && !from.is_empty() && from != to.as_bytes() {
            let from = String::from_utf8_lossy(from).into_owned();
            if !of_kind.clone().any(|change| change.from == from) {
                self.list.push(Change { row: self.row, hidden, from, to: to.to_owned() });
            }
        }
    }
}

/// Anonymises row after row.
pub struct Anonymiser {
    keyed: Keyed,
    pub changes: Changes,
    /// Values of the row that are replaced wherever they stand, long ones first.
    known: Vec<Known>,
}

impl Anonymiser {
    pub fn new(secret: &Secret) -> Anonymiser {
        Anonymiser { keyed: Keyed::new(&secret.0), changes: Changes::default(), known: Vec::new() }
    }

    /// Learns what is to be found in all texts of a row, whose entry was parsed again where that is at hand.
    pub fn begin(&mut self, table: &Table, row: usize, nth: usize, parsed: Option<(&Row, &[u8])>) {
        self.changes.row = nth as u32;
        self.known.clear();
        let text = |field: Field| table.column(field).and_then(|column| column.text(row));
        for field in Field::ALL.iter().filter(|field| field.kind().is_text()) {
            if let Some(value) = text(*field) {
                self.learn(what(*field), value);
            }
        }
        if let Some((row, entry)) = parsed {
            for cell in row.cells() {
                if let Value::Text(value) = row.value(cell, entry) {
                    self.learn(what(cell.field), value);
                }
            }
        }
        sort::by_key(&mut self.known, |known| Reverse(known.plain.len()));
    }

    fn learn(&mut self, what: What, value: &[u8]) {
        let name =
            if what == What::Cookie { value.iter().position(|byte| *byte == b'=').map_or(0, |at| at + 1) } else { 0 };
        let Some((hidden, by)) = names::replaced(&self.keyed, what, value) else { return };
        let plain = Plain::new(&value[name..]).bytes;
        let mut add = |plain: &[u8], by: String| {
            if is_telling(plain) && !self.known.iter().any(|known| known.plain == plain) {
                self.known.push(Known { plain: plain.to_vec(), hidden, by });
            }
        };
        match hidden {
            // The walk finds addresses by itself.
            Hidden::Address => {}
            Hidden::Credential => add(&plain, names::MASK.to_owned()),
            Hidden::Host => add(names::port(&plain).0, names::host(&self.keyed, names::port(&plain).0)),
            _ => add(&plain, by),
        }
    }

    /// The value of a field of the row.
    pub fn value(&mut self, field: Field, value: &str) -> String {
        let bytes = value.as_bytes();
        let what = what(field);
        if let Some((hidden, by)) = names::replaced(&self.keyed, what, bytes) {
            self.changes.add(hidden, bytes, &by);
            return by;
        }
        let regions = [Region { range: 0..bytes.len(), what, by: None }];
        let walked = walk(&self.keyed, &self.known, &regions, bytes, &mut self.changes);
        String::from_utf8_lossy(&walked).into_owned()
    }

    /// The entry of the row as it was logged, with what parsing it again told.
    pub fn entry(&mut self, entry: &[u8], parsed: Option<&Row>) -> Vec<u8> {
        let mut regions: Vec<Region> =
            parsed.iter().flat_map(|row| row.cells().iter()).filter_map(|cell| self.region(cell, entry)).collect();
        // Parts behind what they are parts of, and behind all what is replaced.
        sort::by_key(&mut regions, |region| (region.by.is_some(), Reverse(region.range.len())));
        walk(&self.keyed, &self.known, &regions, entry, &mut self.changes)
    }

    fn region(&self, cell: &Cell, entry: &[u8]) -> Option<Region> {
        let range = cell.span.start as usize..(cell.span.start + cell.span.len) as usize;
        let value = entry.get(range.clone()).filter(|value| !value.is_empty())?;
        let what = what(cell.field);
        if cell.in_entry() {
            return Some(Region { range, what, by: names::replaced(&self.keyed, what, value) });
        }
        // A number stands where it was read, unless it was read from a copy; what else is no text stands somewhere there.
        (cell.as_int().is_some() && range.len() <= LONGEST_NUMBER).then_some(Region {
            range,
            what: What::Kept,
            by: None,
        })
    }
}

/// Numbers and times are no longer than this.
const LONGEST_NUMBER: usize = 40;

/// True for a value by which somebody is known, wherever it stands. Short numbers mean something else elsewhere.
fn is_telling(plain: &[u8]) -> bool {
    const WORDS: [&str; 12] =
        ["get", "put", "post", "head", "http", "https", "info", "error", "debug", "haproxy", "nginx", "apache"];
    let least = if plain.iter().all(u8::is_ascii_digit) { 8 } else { 3 };
    plain.len() >= least && !WORDS.iter().any(|word| word.as_bytes() == plain)
}

#[cfg(test)]
mod tests;
