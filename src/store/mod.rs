//! Columns in memory: what is kept of a log when its text stays in the file.

mod address;
mod bitmap;
mod column;
mod dictionary;
mod entries;
mod line;
mod open;
mod packed;
mod page;
mod run;
mod squeeze;
mod stage;
mod table;

pub use bitmap::{Bitmap, each_row, ones};
pub use column::Column;
pub use dictionary::Dictionary;
pub use entries::Entries;
pub use open::{Columns, Open};
pub use packed::Packed;
pub use page::{ABSENT, ALL_ROWS, NO_ROWS, PAGE, PageRows};
pub use table::{Chunk, Table};
