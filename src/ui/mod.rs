//! The page: what is seen and clicked. It asks the engine over [`crate::protocol`] and never does work that grows with
//! the data.
//!
//! `client` is the wire, `state` what the components share, `sync` and `open` keep it in step with the engine, `views`
//! are the regions of the page, `widgets` what several of them use.

mod app;
mod asking;
pub mod bookmarks;
mod carried;
pub mod charts;
pub mod client;
pub mod download;
mod entries;
mod filter;
pub mod keys;
mod lookup;
pub mod names;
mod open;
mod reactive;
mod recent;
mod resume;
mod samples;
pub mod settings;
mod shortcuts;
pub mod state;
mod sync;
pub mod views;
pub mod widgets;
mod workers;
mod zone;

pub use state::{App, Tab, use_app};

/// Starts the page in `<div id="app">`.
pub fn start() {
    app::mount();
}
