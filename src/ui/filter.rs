//! Filters as search text, made from a value that was clicked.

use crate::protocol::CellValue;
use crate::record::{Field, Kind};

/// `field op value`, quoted where the language needs it.
pub fn text(field: Field, operator: &str, value: &CellValue) -> String {
    let value = match (field.kind(), value) {
        (Kind::Bool, CellValue::Int(value)) => (if *value == 0 { "false" } else { "true" }).to_owned(),
        (Kind::Duration, CellValue::Int(value)) if value % 1_000 == 0 => (value / 1_000).to_string(),
        (Kind::Duration, CellValue::Int(value)) => format!("{value}us"),
        (Kind::Time, CellValue::Int(value)) => format!("\"{}\"", crate::show::date_time(*value)),
        (_, CellValue::Int(value)) => value.to_string(),
        (_, CellValue::Text(value)) => format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")),
    };
    format!("{}{operator}{value}", field.name())
}

/// The search with one more term.
pub fn append(query: &str, filter: &str) -> String {
    match query.trim() {
        "" => filter.to_owned(),
        query => format!("{query} {filter}"),
    }
}
