//! Any bytes as an entry: parsed by every format, judged and explained.

#![no_main]

use hopscope::formats::{Context, FORMATS, extras, parse_entry, told_by};
use hopscope::record::Row;
use hopscope::significance::{Limits, RowFacts, Verdict, explain, judge};
use libfuzzer_sys::fuzz_target;
use std::rc::Rc;

fuzz_target!(|bytes: &[u8]| {
    // The first line may tell what the columns of the others are.
    let (header, entry) = match bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (&b""[..], bytes),
    };
    let mut context = Context { told: told_by(header).map(Rc::new), ..Context::new(2026) };
    let (mut row, mut verdict) = (Row::new(), Verdict::default());
    for mut last in std::iter::once(None).chain((0..FORMATS.len()).map(Some)) {
        match parse_entry(entry, &mut last, &mut context, &mut row) {
            Err(reject) => assert!(reject.column as usize <= entry.len()),
            Ok(index) => {
                for cell in row.cells() {
                    assert!((cell.span.start + cell.span.len) as usize <= entry.len(), "{:?}", cell.field);
                }
                let facts = RowFacts { row: &row, entry };
                judge(&facts, &Limits::default(), &mut verdict);
                explain(&facts);
                extras(index, entry, &context, &row);
            }
        }
    }
});
