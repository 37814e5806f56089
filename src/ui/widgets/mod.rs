//! Small parts every view uses; none of them knows what a log is, except [`Value`], which filters on click.

mod bars;
mod choice;
mod clipboard;
mod dialog;
mod each;
mod field;
mod focus;
mod icon;
mod mark;
mod popover;
mod show;
mod switch;
mod value;
mod virtual_list;

pub use bars::ShareBar;
pub use choice::{Cards, Choice, Radios, Segmented, Tabs};
pub use clipboard::copy;
pub use dialog::Dialog;
pub use each::each;
pub use field::{input, list, select};
pub use focus::{among_values, focus_soon, move_focus, stays_inside, text_is_selected};
pub use icon::{Glyph, Icon, Logo};
pub use mark::Mark;
pub use popover::{Popover, opener};
pub use show::{Show, follow, hear, live};
pub use switch::switch;
pub use value::{AfterFilter, FilterButtons, Value, filter_key};
pub use virtual_list::VirtualList;
