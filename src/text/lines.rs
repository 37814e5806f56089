//! Where a line ends. Blank lines after an entry belong to it, and are no part of what it says.

/// Without the line end.
#[inline(always)]
pub fn trim_end(line: &[u8]) -> &[u8] {
    match line {
        [line @ .., b'\r', b'\n'] | [line @ .., b'\n' | b'\r'] => line,
        line => line,
    }
}

/// Without the line end, nor the blank lines after it.
pub fn trim_blank_lines(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r')).map_or(0, |last| last + 1);
    &text[..end]
}

/// Length of the blank line at the start of `text`, if it starts with one.
#[inline(always)]
pub fn blank_line(text: &[u8]) -> Option<usize> {
    match text {
        [b'\n', ..] => Some(1),
        [b'\r', b'\n', ..] => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_end_or_all_of_them() {
        assert_eq!(trim_end(b"a b\r\n"), b"a b");
        assert_eq!(trim_end(b"a b\n\n"), b"a b\n");
        assert_eq!(trim_end(b"a b\r"), b"a b");
        assert_eq!(trim_blank_lines(b"a\n b\r\n\n\r\n\r"), b"a\n b");
        assert_eq!(trim_blank_lines(b"\r\n"), b"");
        assert_eq!(blank_line(b"\r\nx"), Some(2));
        assert_eq!(blank_line(b"\rx"), None);
    }
}
