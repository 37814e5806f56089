//! The regions of the page.

pub mod analytics;
pub mod histogram;
pub mod table;
pub mod unparsed;
pub mod work;

pub use analytics::Analytics;
pub use histogram::Histogram;
pub use table::LogTable;
pub use unparsed::Unparsed;
