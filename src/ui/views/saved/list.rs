//! Saved searches as text: in the browser's storage and in the file that is taken to a colleague.
//!
//! A line for each: its name, a tab, and what it carries (`ui/carried.rs`).

use crate::ui::carried::Carried;
use crate::ui::settings::{keep, stored};

const KEY: &str = "searches";

/// A search that was given a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    pub name: String,
    pub carried: Carried,
}

pub fn load() -> Vec<Saved> {
    read(&stored(KEY).unwrap_or_default())
}

pub fn store(list: &[Saved]) {
    keep(KEY, &write(list));
}

pub fn write(list: &[Saved]) -> String {
    list.iter().map(|saved| format!("{}\t{}\n", saved.name, saved.carried.write())).collect()
}

/// What is no saved search is left out.
pub fn read(text: &str) -> Vec<Saved> {
    let one = |line: &str| {
        let (name, carried) = line.split_once('\t')?;
        Some(Saved { name: name.trim().to_owned(), carried: Carried::read(carried.trim())? })
    };
    text.lines().filter_map(one).collect()
}

/// Adds a search, in place of the one of that name.
pub fn add(list: &mut Vec<Saved>, saved: Saved) {
    match list.iter_mut().find(|old| old.name == saved.name) {
        Some(old) => *old = saved,
        None => list.push(saved),
    }
}
