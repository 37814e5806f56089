//! The log-format that somebody gave for a source.

use crate::formats::haproxy::custom::{CompileError, CustomFormat};
use crate::protocol::LogFormat;
use std::rc::Rc;

/// Compiles it; an error says the byte of its text.
pub fn compile(given: &LogFormat) -> Result<Rc<CustomFormat>, CompileError> {
    CustomFormat::with_captures(&given.text, &given.request, &given.response).map(Rc::new)
}

/// The same of one that is known to compile, or is not given.
pub fn compiled(given: Option<&LogFormat>) -> Option<Rc<CustomFormat>> {
    given.and_then(|given| compile(given).ok())
}
