//! Bytes to tokens; knows no format.

pub mod bytes;
mod clock;
mod cursor;
pub mod document;
pub mod fold;
pub mod net;
pub mod number;
pub mod records;
mod span;
pub mod syslog;
pub mod zone;

pub use clock::Clock;
pub use cursor::Cursor;
pub use span::Span;
