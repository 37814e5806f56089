//! The page: what is seen and clicked. It asks the engine over [`crate::protocol`] and never does work that grows with
//! the data.

pub mod widgets;
