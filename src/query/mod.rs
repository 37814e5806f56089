//! The search language: text → tree ([`parse`]) → typed tree ([`check`]).
//!
//! The page reads searches to show chips, errors and help; each worker reads the same text again and runs it. Help
//! while typing is [`complete`], changes to the text by click are [`edit`].

mod ast;
mod check;
mod checked;
pub mod complete;
pub mod edit;
mod error;
mod eval;
mod key;
mod lex;
mod parse;
mod predicate;
pub mod presets;
mod print;
mod term;
mod values;

pub use ast::{Expr, Name, Node, Op, Span, Value};
pub use check::{check, compile, operators};
pub use checked::Checked;
pub use error::{Fix, QueryError};
pub use eval::evaluate;
pub use key::KeyTest;
pub use parse::{Query, parse};
pub use predicate::{Bound, IpPredicate, IpTest, NumberPredicate, NumberRange, TextPredicate, TextTest};
pub use print::{quote, quote_value};
pub use values::{duration, moment};
