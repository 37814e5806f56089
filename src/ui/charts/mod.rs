//! Charts drawn by plotters on a canvas: the canvas that follows size, theme and data, and the plotters backend.

mod backend;
mod canvas;

use backend::forget_colours;
pub use backend::{Anchor, Colour, Sheet, css_colour};
pub use canvas::ChartCanvas;
