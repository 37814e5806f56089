//! An entry as it was logged, without what its source has around it.

use crate::protocol::shard::Cut;
use crate::text::document::object_range;
use crate::text::lines::trim_blank_lines;

/// The part of `text`, all bytes that belong to an entry, which the entry itself is: a line or message with the line end
/// behind it, or the object alone of a document. Blank lines that belong to it are left out.
pub fn original(text: &[u8], cut: Cut) -> &[u8] {
    if cut == Cut::Document {
        return object_range(text).map_or(text, |range| &text[range]);
    }
    let end = trim_blank_lines(text).len();
    match &text[end..] {
        [b'\r', b'\n', ..] => &text[..end + 2],
        [b'\n', ..] => &text[..end + 1],
        _ => &text[..end],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_keeps_its_own_end_and_an_object_nothing_around_it() {
        assert_eq!(original(b"a b\r\n\r\n\n", Cut::Lines), b"a b\r\n");
        assert_eq!(original(b"a b\n\n", Cut::Lines), b"a b\n");
        assert_eq!(original(b"a b", Cut::Records), b"a b");
        assert_eq!(original(b",\n  {\"a\": {\"b\": \"}\"}}\n]}\n", Cut::Document), b"{\"a\": {\"b\": \"}\"}}");
        assert_eq!(original(b"\n", Cut::Lines), b"\n");
    }
}
