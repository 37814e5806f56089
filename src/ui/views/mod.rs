//! The regions of the page.

pub mod analytics;
pub mod bookmarks;
pub mod explain;
pub mod export;
pub mod files;
pub mod help;
pub mod histogram;
pub mod intake;
pub mod ip_groups;
pub mod lines_around;
pub mod loading;
pub mod notes;
pub mod reports;
pub mod rules;
pub mod saved;
pub mod search;
pub mod start;
pub mod status;
pub mod switch;
pub mod table;
pub mod ticket;
pub mod top;
pub mod unparsed;
pub mod work;

pub use analytics::Analytics;
pub use histogram::Histogram;
pub use table::LogTable;
pub use unparsed::Unparsed;
