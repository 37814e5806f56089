//! What one entry of a log becomes: fields with a name and a kind, gathered in a row, or a reject that says why not.

mod field;
mod key;
mod reject;
mod row;
mod sink;

pub use crate::text::Span;
pub use field::{Field, FieldSpec, Kind, Side};
pub use key::{Key, plain};
pub use reject::{Reason, Reject, Severity};
pub use row::{Cell, Row, Value};
pub use sink::Sink;
