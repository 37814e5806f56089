//! Columns in memory: what is kept of a log when its text stays in the file.

mod bitmap;
mod column;
mod dictionary;
mod packed;
mod table;

pub use bitmap::{Bitmap, each_row};
pub use column::Column;
pub use dictionary::Dictionary;
pub use packed::{ABSENT, PAGE, Packed};
pub use table::{Chunk, Table};
