//! Small parts every view uses; none of them knows what a log is.

mod bars;
mod choice;
mod focus;
mod icon;
mod mark;
mod popover;

pub use bars::ShareBar;
pub use choice::{Cards, Choice, Segmented, Tabs};
pub use focus::{move_focus, text_is_selected};
pub use icon::{Glyph, Icon, Logo};
pub use mark::Mark;
pub use popover::Popover;
