//! Bytes to tokens; knows no format.

mod clock;
pub mod document;
pub mod number;

pub use clock::Clock;
