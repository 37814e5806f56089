//! Bytes to tokens; knows no format.

pub mod bytes;
mod clock;
mod cursor;
pub mod decimal;
pub mod document;
pub mod few;
pub mod fold;
pub mod gzip;
pub mod ip_groups;
pub mod lines;
pub mod net;
pub mod number;
pub mod records;
pub mod sort;
mod span;
pub mod syslog;
pub mod zone;

pub use clock::{Clock, Since};
pub use cursor::Cursor;
pub use span::Span;
