//! What one row has in one field.

use crate::record::{Field, Kind};
use crate::store::Table;
use chrono::{DateTime, SecondsFormat};
use std::borrow::Cow;

/// A value as it stands in the table.
pub enum Cell<'a> {
    Number(i64),
    Text(Cow<'a, str>),
}

pub fn cell(table: &Table, row: usize, field: Field) -> Option<Cell<'_>> {
    if field == Field::Line {
        return table.line(row).map(|line| Cell::Number(line as i64));
    }
    let column = table.column(field)?;
    match field.kind().is_text() {
        true => column.text(row).map(|text| Cell::Text(String::from_utf8_lossy(text))),
        false => column.packed.get(row).map(Cell::Number),
    }
}

/// A number as it is written, and whether it is one there too (a time is text).
pub fn number(field: Field, value: i64) -> (String, bool) {
    match field.kind() {
        Kind::Time => (time(value), false),
        Kind::Duration => (milliseconds(value), true),
        Kind::Bool => ((value != 0).to_string(), true),
        _ => (value.to_string(), true),
    }
}

/// `2026-11-18T10:20:23.151Z`; with six digits where there is more than milliseconds.
fn time(micros: i64) -> String {
    let digits = if micros % 1000 == 0 { SecondsFormat::Millis } else { SecondsFormat::Micros };
    // Only years beyond a quarter of a million have no such name.
    DateTime::from_timestamp_micros(micros)
        .map_or_else(|| micros.to_string(), |time| time.to_rfc3339_opts(digits, true))
}

/// `1500` µs are `1.5`.
fn milliseconds(micros: i64) -> String {
    let (whole, rest) = (micros / 1000, (micros % 1000).abs());
    let sign = if micros < 0 && whole == 0 { "-" } else { "" };
    match rest {
        0 => format!("{whole}"),
        _ => format!("{sign}{whole}.{rest:03}").trim_end_matches('0').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_durations_have_the_digits_that_say_something() {
        assert_eq!(time(1_795_000_000_123_000), "2026-11-18T11:06:40.123Z");
        assert_eq!(time(1_795_000_000_123_004), "2026-11-18T11:06:40.123004Z");
        let cases = [
            (0, "0"),
            (151_000, "151"),
            (1_500, "1.5"),
            (30, "0.03"),
            (-30, "-0.03"),
            (-1_000, "-1"),
            (-1_030, "-1.03"),
        ];
        for (micros, text) in cases {
            assert_eq!(milliseconds(micros), text);
        }
    }
}
