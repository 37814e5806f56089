//! The search language by chance: filters of every operator and kind, asked of the engine as text and of an evaluator, slow
//! and obvious, as trees. Both must find the same rows.
//!
//! What fails is told with its seed, its text and its tree; the same filters on every machine. `cargo xtask test` asks for
//! 100,000 (`HOPSCOPE_FILTERS`), `cargo test` for a few seconds' worth.

mod conditions;
mod evaluate;
mod invent;
pub mod random;
mod rows;
mod typed;

use evaluate::finds;
use hopscope::record::Field;
use invent::Vocabulary;
use random::Random;
use std::collections::{HashMap, HashSet};

#[test]
fn filters_find_what_an_obvious_evaluator_finds() {
    check(1, 0);
}

#[test]
fn filters_of_several_shards_find_what_an_obvious_evaluator_finds() {
    check(3, 1_000_000);
}

fn check(shards: usize, first_seed: u64) {
    let engine = rows::engine(shards);
    let rows = rows::rows(&engine);
    let newest = rows.iter().filter_map(|row| row.number(Field::StartTime)).max().expect("a time");
    let vocabulary = Vocabulary::new(&rows, newest);
    let by_place: HashMap<(u32, u64), usize> = rows.iter().enumerate().map(|(nth, row)| (row.place, nth)).collect();
    let (mut some, mut asked, mut seed) = (0, HashSet::new(), first_seed);
    // No two of them the same; half of them for each number of shards.
    let filters = std::env::var("HOPSCOPE_FILTERS").ok().and_then(|filters| filters.parse().ok()).unwrap_or(20_000) / 2;
    while asked.len() < filters {
        seed += 1;
        let (text, filter) = vocabulary.filter(&mut Random::new(seed));
        if !asked.insert(text.clone()) {
            continue;
        }
        let told = || format!("seed {seed}: {text}\n{filter:#?}");
        let found = engine.found(&text, newest).unwrap_or_else(|error| panic!("{error}\n{}", told()));
        let mut is_found = vec![false; rows.len()];
        for position in &found {
            is_found[by_place[&(position.source, position.offset)]] = true;
        }
        for (row, found) in rows.iter().zip(&is_found) {
            let wanted = finds(&filter, row);
            assert!(wanted == *found, "found {found}, wanted {wanted}\n{}\n{:?} {}", told(), row.place, row.raw);
        }
        some += usize::from((1..rows.len()).contains(&found.len()));
    }
    // They are worth asking: most find something, and not everything.
    assert!(rows.len() > 1_024 && some > filters / 2, "{some} of {filters} in {} rows", rows.len());
}
