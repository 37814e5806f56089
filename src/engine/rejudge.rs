//! Judges all rows again when the rules change: from the columns, so that no text is read back.

use crate::record::{Field, Kind};
use crate::significance::{Facts, Limits, Verdict, judge};
use crate::store::{ABSENT, PAGE, Table};

/// One row, without what a verdict wrote there.
struct ColumnFacts<'a> {
    table: &'a Table,
    row: usize,
    /// The log itself says whether it is significant, and why.
    said: [bool; 2],
}

impl Facts for ColumnFacts<'_> {
    fn int(&self, field: Field) -> Option<i64> {
        if (field == Field::Significant && !self.said[0]) || (field == Field::Significance && !self.said[1]) {
            return None;
        }
        self.table.column(field)?.packed.get(self.row)
    }

    fn text(&self, field: Field) -> Option<&[u8]> {
        let code = self.int(field)?;
        Some(self.table.column(field)?.dictionary.as_ref()?.get(code as u32))
    }
}

/// Judges every row as it would have been judged when it was read.
pub fn rejudge(table: &mut Table, limits: &Limits) {
    let (mut verdict, mut joined) = (Verdict::default(), Vec::new());
    for page in 0..table.pages() {
        let mut written = [[ABSENT; PAGE]; 3];
        let [significant, why, marks] = &mut written;
        for at in 0..PAGE.min(table.rows() - page * PAGE) {
            let row = page * PAGE + at;
            let facts = ColumnFacts { table, row, said: table.said(row) };
            judge(&facts, limits, &mut verdict);
            marks[at] = verdict.mark as i64;
            significant[at] = facts.int(Field::Significant).unwrap_or(i64::from(verdict.significant));
            why[at] = facts.int(Field::Significance).unwrap_or(ABSENT);
            if !verdict.reasons.is_empty() {
                joined.clear();
                for reason in &verdict.reasons {
                    if !joined.is_empty() {
                        joined.push(Kind::LIST_SEPARATOR);
                    }
                    joined.extend_from_slice(reason.as_bytes());
                }
                let texts = table.column_or_new(Field::Significance).dictionary.get_or_insert_default();
                why[at] = i64::from(texts.intern(&joined));
            }
        }
        table.judge_page(page, &written);
    }
}
