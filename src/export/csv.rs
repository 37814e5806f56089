//! CSV after RFC 4180, safe to open in a spreadsheet.

use super::value::{Cell, number};
use crate::record::{Field, Kind};
use ::csv::{Terminator, Writer, WriterBuilder};

/// Rows of cells.
pub struct Table(Writer<Vec<u8>>);

impl Default for Table {
    fn default() -> Self {
        // Rows of another length cannot come: each has a cell for every column.
        Table(WriterBuilder::new().terminator(Terminator::CRLF).flexible(true).from_writer(Vec::new()))
    }
}

impl Table {
    pub fn cell(&mut self, text: &[u8]) {
        // Memory takes whatever is written.
        let _ = self.0.write_field(text);
    }

    /// Ends the row; how many bytes there are now.
    pub fn end_row(&mut self) -> usize {
        let _ = self.0.write_record(None::<&[u8]>);
        let _ = self.0.flush();
        self.0.get_ref().len()
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_inner().unwrap_or_default()
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

    #[test]
    fn what_looks_like_a_formula_is_guarded_unless_exact_values_are_wanted() {
        let texts = ["=1+1", "+49 30", "-2+3", "@SUM(A1)", "\t=1", "----", "-", "--VN", "a=b"];
        let (text, guarded) = row(&texts, true);
        assert_eq!(guarded, 6);
        assert_eq!(text, "'=1+1,'+49 30,'-2+3,'@SUM(A1),'\t=1,----,-,'--VN,a=b\r\n");
        assert_eq!(row(&texts, false), ("=1+1,+49 30,-2+3,@SUM(A1),\t=1,----,-,--VN,a=b\r\n".to_owned(), 0));
    }
}
