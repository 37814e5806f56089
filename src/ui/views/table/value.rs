//! Values of a log as text, and which value a cell stands for when it is filtered by.

use super::columns::Column;
use super::rows::Entry;
use crate::protocol::CellValue;
use crate::record::{Field, Kind};
use crate::show;

pub use crate::ui::names::{plain, value_text as display};

/// A value as it is copied: numbers without units.
pub fn copied(field: Field, value: &CellValue) -> String {
    match (field.kind(), value) {
        (Kind::Time, CellValue::Int(value)) => show::zoned(*value),
        (Kind::Duration, CellValue::Int(value)) => (*value as f64 / 1_000.0).to_string(),
        (_, CellValue::Int(value)) => value.to_string(),
        (_, CellValue::Text(text)) => text.replace(char::from(Kind::LIST_SEPARATOR), ", "),
    }
}

/// The values a filter can be made of: a list is filtered by one of its elements.
pub fn filterable(field: Field, value: &CellValue) -> CellValue {
    match (field.kind(), value) {
        (Kind::List, CellValue::Text(text)) => {
            CellValue::Text(text.split(char::from(Kind::LIST_SEPARATOR)).next().unwrap_or_default().to_owned())
        }
        _ => value.clone(),
    }
}

/// How a log ended: the first of these that it has.
pub const OUTCOME: &[Field] =
    &[Field::ResponseCode, Field::TerminationState, Field::Action, Field::EventKind, Field::Severity];

/// The field and value that a cell of this row stands for.
pub fn of_cell(column: Column, entry: &Entry) -> Option<(Field, CellValue)> {
    let pick = |fields: &[Field]| {
        fields.iter().find_map(|field| entry.cell(*field).map(|value| (*field, filterable(*field, value))))
    };
    match column {
        Column::Time => entry.row().time.map(|time| (Field::StartTime, CellValue::Int(time))),
        Column::Uri => pick(&[Field::UriPath, Field::Uri]),
        Column::What => pick(&[Field::UriPath, Field::Uri, Field::Application, Field::Message, Field::VirtualService]),
        Column::Outcome => pick(OUTCOME),
        Column::Duration => entry.row().phases.total.map(|total| (Field::TotalTime, CellValue::Int(total))),
        Column::Logged | Column::Timeline => None,
        Column::Value(field) => pick(&[field]),
    }
}

/// False for what is compared rather than matched: times, durations and sizes do not filter on a plain click.
pub fn filters_on_click(field: Field) -> bool {
    !matches!(field.kind(), Kind::Time | Kind::Duration | Kind::Bytes | Kind::Body)
}
