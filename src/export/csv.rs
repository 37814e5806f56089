//! CSV after RFC 4180, safe to open in a spreadsheet.
//!
//! Writing a cell is the ten lines of [`Table::cell`]. A library for it brings, for ways of quoting that are not used here,
//! the tables by which floating point numbers are read: ten kilobytes that gzip cannot pack. The tests read with one.

use super::value::{Cell, number};
use crate::record::{Field, Kind};

/// Rows of cells.
#[derive(Default)]
pub struct Table {
    bytes: Vec<u8>,
    /// Cells of the open row.
    cells: usize,
}

impl Table {
    pub fn cell(&mut self, text: &[u8]) {
        if self.cells > 0 {
            self.bytes.push(b',');
        }
        self.cells += 1;
        if text.iter().all(|byte| !matches!(byte, b'"' | b',' | b'\n' | b'\r')) {
            return self.bytes.extend_from_slice(text);
        }
        self.bytes.push(b'"');
        for part in text.split_inclusive(|byte| *byte == b'"') {
            self.bytes.extend_from_slice(part);
            if part.ends_with(b"\"") {
                self.bytes.push(b'"');
            }
        }
        self.bytes.push(b'"');
    }

    /// Ends the row; how many bytes there are now.
    pub fn end_row(&mut self) -> usize {
        // A row of one empty cell would be a blank line, which readers skip.
        if self.cells == 1 && self.bytes.last().is_none_or(|byte| *byte == b'\n') {
            self.bytes.extend_from_slice(b"\"\"");
        }
        self.bytes.extend_from_slice(b"\r\n");
        self.cells = 0;
        self.bytes.len()
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Writes a cell; true where it had to be guarded.
pub fn write(out: &mut Table, field: Field, cell: Option<Cell<'_>>, safe: bool) -> bool {
    match cell {
        None => out.cell(b""),
        Some(Cell::Number(value)) => out.cell(number(field, value).0.as_bytes()),
        Some(Cell::Text(text)) if field.kind() == Kind::List => {
            return write_text(out, &text.replace(char::from(Kind::LIST_SEPARATOR), "; "), safe);
        }
        Some(Cell::Text(text)) => return write_text(out, &text, safe),
    }
    false
}

/// Writes a text; true where it had to be guarded.
pub fn write_text(out: &mut Table, text: &str, safe: bool) -> bool {
    let guard = safe && is_formula(text);
    if guard {
        out.cell(format!("'{text}").as_bytes());
    } else {
        out.cell(text.as_bytes());
    }
    guard
}

/// What a spreadsheet may run when it opens the file (OWASP, "CSV Injection"). A termination state of dashes alone is none.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) && text.contains(|c| c != '-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(texts: &[&str], safe: bool) -> (String, usize) {
        let mut table = Table::default();
        let guarded = texts.iter().filter(|text| write_text(&mut table, text, safe)).count();
        table.end_row();
        (String::from_utf8(table.into_bytes()).unwrap(), guarded)
    }

    #[test]
    fn quotes_commas_and_line_ends_stay_inside_their_cell() {
        let (text, _) = row(&["a,b", "say \"no\"", "two\r\nlines", "plain", ""], true);
        assert_eq!(text, "\"a,b\",\"say \"\"no\"\"\",\"two\r\nlines\",plain,\r\n");
    }

    proptest! {
        #[test]
        fn a_reader_finds_what_was_written(rows in prop::collection::vec(prop::collection::vec("[ab\",\r\n =]{0,6}", 2), 1..5)) {
            let mut table = Table::default();
            for row in &rows {
                row.iter().for_each(|text| table.cell(text.as_bytes()));
                table.end_row();
            }
            let bytes = table.into_bytes();
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
            let read: Vec<Vec<String>> = reader.deserialize().map(Result::unwrap).collect();
            prop_assert_eq!(read, rows);
        }

        #[test]
        fn a_row_of_one_cell_is_a_row(texts in prop::collection::vec("[a\",\n]{0,2}", 1..5)) {
            let mut table = Table::default();
            for text in &texts {
                table.cell(text.as_bytes());
                table.end_row();
            }
            let bytes = table.into_bytes();
            let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
            let read: Vec<String> = reader.records().map(|row| row.unwrap()[0].to_owned()).collect();
            prop_assert_eq!(read, texts);
        }
    }

    #[test]
    fn what_looks_like_a_formula_is_guarded_unless_exact_values_are_wanted() {
        let texts = ["=1+1", "+49 30", "-2+3", "@SUM(A1)", "\t=1", "----", "-", "--VN", "a=b"];
        let (text, guarded) = row(&texts, true);
        assert_eq!(guarded, 6);
        assert_eq!(text, "'=1+1,'+49 30,'-2+3,'@SUM(A1),'\t=1,----,-,'--VN,a=b\r\n");
        assert_eq!(row(&texts, false), ("=1+1,+49 30,-2+3,@SUM(A1),\t=1,----,-,--VN,a=b\r\n".to_owned(), 0));
    }
}
