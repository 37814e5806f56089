//! Entries of several lines: which line belongs to the entry before it.
//!
//! Reading forwards (a piece) and looking backwards (where a piece begins or ends) must agree, so both are here. Only
//! nevisProxy writes such messages; what decides is in `formats::nevisproxy`, and depends on the text alone.

pub use crate::formats::nevisproxy::REACH;
use crate::formats::nevisproxy::{LOOK, begins, continues};
use crate::text::lines::{blank_line, trim_end};
use memchr::{memchr, memrchr};

/// The line at `at`, with its end.
fn line_at(text: &[u8], at: usize) -> &[u8] {
    let end = memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end + 1);
    &text[at..end]
}

/// True where enough of the line at `at` is there to tell whether it goes on with a message; `whole`: there is no more.
pub fn can_tell(text: &[u8], at: usize, whole: bool) -> bool {
    whole || text.len() >= at + LOOK || memchr(b'\n', &text[at..]).is_some()
}

/// Where the line at `at` ends, if it goes on with the message of the entry that begins at `entry`. Blank lines between
/// the two are the caller's.
pub fn goes_on(text: &[u8], entry: usize, at: usize) -> Option<usize> {
    if at >= text.len() || at - entry >= REACH {
        return None;
    }
    let line = line_at(text, at);
    (continues(trim_end(line)) && begins(trim_end(line_at(text, entry)))).then_some(at + line.len())
}

/// True where the line at `at` may go on with a message, whichever entry is before it.
pub fn may_go_on(text: &[u8], at: usize) -> bool {
    at < text.len() && continues(trim_end(line_at(text, at)))
}

/// The entry whose message the line at `at` goes on with. `first` is the start of a line: what is before it is too far
/// away, or belongs to no such entry.
pub fn owner(text: &[u8], first: usize, at: usize) -> Option<usize> {
    if !may_go_on(text, at) {
        return None;
    }
    let mut end = at;
    while end > first {
        let start = memrchr(b'\n', &text[first..end - 1]).map_or(first, |found| first + found + 1);
        if at - start >= REACH {
            return None;
        }
        let line = trim_end(&text[start..end]);
        if !line.is_empty() && !continues(line) {
            return begins(line).then_some(start);
        }
        end = start;
    }
    None
}

/// Where the first entry after the message of the one at `entry` begins: at `at`, the start of a line, or later. `Err`:
/// the text, which is not `whole`, ends before that can be told from the line at the position.
pub fn next_entry(text: &[u8], entry: usize, mut at: usize, whole: bool) -> Result<usize, usize> {
    loop {
        while let Some(blank) = blank_line(&text[at..]) {
            at += blank;
        }
        if !can_tell(text, at, whole) {
            return Err(at);
        }
        match goes_on(text, entry, at) {
            Some(end) if end == text.len() && !whole => return Err(at),
            Some(end) => at = end,
            None => return Ok(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "2026 11 18 09:14:02.118 p OpenSSLHan 1.2 7-DBG_LO: certificate:\n";

    #[test]
    fn forwards_and_backwards_agree() {
        let text = format!("one\n{HEADER}\n  two\n\nthree\n{HEADER}2026-11-18 09:14:02 four\nfive");
        let text = text.as_bytes();
        let [one, two, five] =
            ["one", "  two", "five"].map(|word| memchr::memmem::find(text, word.as_bytes()).unwrap());
        let header = 4;
        assert_eq!(owner(text, 0, one), None);
        assert_eq!(owner(text, 0, two), Some(header));
        assert_eq!(owner(text, two, memchr::memmem::find(text, b"three").unwrap()), None, "the header is out of sight");
        assert_eq!(owner(text, 0, five), None, "after a line that begins an entry");
        let second = memchr::memmem::rfind(text, HEADER.as_bytes()).unwrap();
        assert_eq!(next_entry(text, header, two, false), Ok(second));
        assert_eq!(goes_on(text, second, second + HEADER.len()), None);
    }

    #[test]
    fn a_message_does_not_reach_for_ever() {
        let text = HEADER.to_owned() + &"line\n".repeat(REACH / 5 + 10);
        let text = text.as_bytes();
        let end = next_entry(text, 0, HEADER.len(), true).unwrap();
        assert!((REACH..REACH + 5).contains(&end));
        assert_eq!(owner(text, 0, end), None);
        assert_eq!(owner(text, 0, end - 5), Some(0));
        assert_eq!(next_entry(&text[..end - 7], 0, HEADER.len(), false), Err(end - 10));
    }
}
