//! Everything behind one door: a shard holds one part of the data, the hub makes many shards answer as one.
//!
//! Both are asynchronous because text is read back from files, and both run natively: the tests drive them with files
//! in memory and with any number of shards.

mod detail;
mod hub;
mod ingest;
mod input;
mod joined;
mod log_format;
mod look_up;
mod messages;
mod order;
mod rejudge;
mod report;
mod requests;
mod select;
mod shard;
mod text;
mod transaction;

use crate::formats::FORMATS;
pub use hub::{Hub, Outlet, Shards, Sizes, TILES};
pub use input::{Input, MemoryInput, Reading};
pub use shard::{Beside, Shard, answer};

/// Names of the families of formats, in the order that settings number them.
pub fn format_names() -> Vec<String> {
    FORMATS.iter().map(|format| format.name().to_owned()).collect()
}
