//! Records of a table as text (CSV): a record ends at a line end that is not inside quotes.
//!
//! A quote opens only at the start of a cell and closes only before a comma or a line end, so that quotes inside a value
//! do no harm. A cell may hold line ends only where the quotes inside it are doubled: a line of JSON among the rows, whose
//! commas have quotes behind them, is a record of its own. A quote that nothing closes must not swallow the file: its record
//! ends at its line end.

use memchr::{memchr, memchr2};

/// No cell is longer; the search for a closing quote ends here.
const LONGEST: usize = 64 << 10;

/// Finds where records end in a text that grows at its end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Records {
    /// Where the record begins whose end is not known yet.
    start: u64,
    /// Up to here no quote closes: quotes are characters.
    plain_until: u64,
}

impl Records {
    /// Adds the ends of the records in `text`, which begins at byte `at` and holds everything from the first record on
    /// whose end was not found yet; `finished`: nothing follows. A record takes the blank lines after it.
    pub fn push(&mut self, text: &[u8], at: u64, finished: bool, ends: &mut Vec<u64>) {
        let mut start = (self.start - at.min(self.start)) as usize;
        while start < text.len() {
            let plain_until = (self.plain_until.saturating_sub(at)) as usize;
            let end = match record_end(text, start, plain_until, finished) {
                Found::End(end) => end,
                Found::Open => break,
                Found::Unclosed => {
                    self.plain_until = at + (start + LONGEST).min(text.len()) as u64;
                    continue;
                }
            };
            // Whether blank lines follow is known once something else does.
            let next = end + text[end..].iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            if next == text.len() && !finished {
                break;
            }
            ends.push(at + next as u64);
            start = next;
        }
        self.start = at + start as u64;
    }
}

/// The end of a record.
enum Found {
    /// After its line end.
    End(usize),
    /// Not in this text.
    Open,
    /// A quote that nothing closes.
    Unclosed,
}

fn record_end(text: &[u8], start: usize, plain_until: usize, finished: bool) -> Found {
    // A byte order mark stands before the first cell.
    let mut cell = start + if text[start..].starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    loop {
        let mut at = cell;
        if text.get(cell) == Some(&b'"') && cell >= plain_until {
            at = match closing(text, cell + 1) {
                Some(Ok(after)) => after,
                // No cell of a table: quotes are characters up to the end of its line.
                Some(Err(line_end)) => return Found::End(line_end),
                None if finished || text.len() - cell > LONGEST => return Found::Unclosed,
                None => return Found::Open,
            };
        }
        match memchr2(b',', b'\n', &text[at.min(text.len())..]).map(|found| at + found) {
            Some(found) if text[found] == b'\n' => return Found::End(found + 1),
            Some(comma) => cell = comma + 1,
            None if finished => return Found::End(text.len()),
            None => return Found::Open,
        }
    }
}

/// Where the cell ends whose quote opened before `start`: behind a quote that is not doubled and stands before a comma or
/// a line end. `Err`, with the end of its line, where it is not closed in the line in which another quote is not doubled.
fn closing(text: &[u8], start: usize) -> Option<Result<usize, usize>> {
    let (mut at, mut limit, mut line_end) = (start, text.len().min(start + LONGEST), None);
    loop {
        let Some(quote) = text.get(at..limit).and_then(|rest| memchr(b'"', rest)) else { return line_end.map(Err) };
        at += quote;
        let run = text[at..].iter().take(LONGEST).take_while(|byte| **byte == b'"').count();
        at += run;
        let ends = matches!(text.get(at..), None | Some([] | [b'\r'] | [b',' | b'\n', ..] | [b'\r', b'\n', ..]));
        if run % 2 == 1 && ends {
            return Some(Ok(at));
        }
        if run % 2 == 1 && line_end.is_none() {
            let end = memchr(b'\n', &text[start..limit]).map(|end| start + end + 1);
            (line_end, limit) = (end, end.unwrap_or(limit));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The records, fed as the stream of a file does: whole, and in parts of `part` bytes.
    fn records(text: &str, part: usize) -> Vec<&str> {
        let (mut records, mut ends) = (Records::default(), Vec::new());
        let mut fed = 0;
        while fed < text.len() {
            fed = (fed + part).min(text.len());
            records.push(&text.as_bytes()[..fed], 0, fed == text.len(), &mut ends);
        }
        let mut start = 0;
        ends.into_iter().map(|end| &text[std::mem::replace(&mut start, end as usize)..end as usize]).collect()
    }

    #[test]
    fn records_are_the_same_whatever_the_parts() {
        let cases: &[(&str, &[&str])] = &[
            ("a,b\nc,d\n", &["a,b\n", "c,d\n"]),
            ("a,b\r\n\r\nc,d", &["a,b\r\n\r\n", "c,d"]),
            ("a,\"x\ny\",b\nc", &["a,\"x\ny\",b\n", "c"]),
            ("a,\"x\r\n\"\"y\"\"\r\n\"\r\nc", &["a,\"x\r\n\"\"y\"\"\r\n\"\r\n", "c"]),
            ("a,in \"quotes\nb,\"\"\nc", &["a,in \"quotes\n", "b,\"\"\n", "c"]),
            ("\u{feff}\"a\nb\",c\nd", &["\u{feff}\"a\nb\",c\n", "d"]),
            // Lines of JSON among the rows.
            ("a,b\n{\"a\":1,\"b\":\"c\"}\nd,\"e\"\n", &["a,b\n", "{\"a\":1,\"b\":\"c\"}\n", "d,\"e\"\n"]),
            ("{\"a\":\"b,\",\"c\":[\"d\"]}\r\n\"e\nf\",g", &["{\"a\":\"b,\",\"c\":[\"d\"]}\r\n", "\"e\nf\",g"]),
            ("a,\"b \"c\" d\",e\nf,\"g\"\n", &["a,\"b \"c\" d\",e\n", "f,\"g\"\n"]),
            ("a,\"b\nc \"d\" e\",f\n", &["a,\"b\n", "c \"d\" e\",f\n"]),
        ];
        for (text, expected) in cases {
            for part in 1..=text.len() {
                assert_eq!(records(text, part), *expected, "parts of {part}");
            }
        }
    }

    #[test]
    fn a_quote_that_nothing_closes_costs_one_line() {
        let lines: Vec<String> = (0..40_000).map(|nth| format!("{nth},\"open,{nth}\n")).collect();
        let text = lines.concat();
        assert_eq!(records(&text, text.len()), lines);
        assert_eq!(records(&text, 100_000), lines);
    }
}
