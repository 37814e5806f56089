//! Columns in memory: what is kept of a log when its text stays in the file.

mod address;
mod bitmap;
mod column;
mod dictionary;
mod entries;
mod line;
mod open;
mod packed;
mod run;
mod stage;
mod table;

pub use bitmap::{Bitmap, each_row};
pub use column::Column;
pub use dictionary::Dictionary;
pub use entries::Entries;
pub use open::{Columns, Open};
pub use packed::{ABSENT, PAGE, Packed};
pub use table::{Chunk, Table};
