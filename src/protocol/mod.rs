//! The only serialisable types: what page, hub and shards say to each other.

mod detail;

pub use detail::{Explanation, Letter};
