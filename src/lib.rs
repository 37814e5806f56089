//! hopscope: see every hop of a request; your logs never leave the tab.
//!
//! Data walks one way: bytes → [`text`] → [`record`] → store → query / stats → engine → protocol → page.

pub mod engine;
pub mod export;
pub mod formats;
pub mod lookup;
pub mod protocol;
pub mod query;
pub mod record;
pub mod scroll;
pub mod show;
pub mod significance;
pub mod stats;
pub mod store;
pub mod text;
pub mod ticket;
#[cfg(feature = "ui")]
pub mod ui;
pub mod waterfall;
#[cfg(feature = "worker")]
pub mod worker;
