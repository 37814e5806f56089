//! Where in a line the columns begin, of which layout they are, and the walk over them.
//!
//! Collectors put anything before PAN-OS's text, so the line is not read from its first byte: what is searched is a type
//! in the fourth column with a serial number and a date before it.

use super::cells::{Cell, Cells};
use super::columns::Take;
use super::layouts::{Column, Layout, of_type};
use super::stamp;
use crate::text::Clock;

/// Prefixes are shorter than this.
const LOOK: usize = 1024;

/// The columns of one line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'c> {
    pub(super) columns: &'c [Column],
    pub(super) log_type: &'static str,
    pub(super) format: &'static str,
    /// Columns of the shortest line there is: one with fewer was cut.
    pub(super) least: usize,
    /// Where they begin; what stands before is the syslog prefix.
    pub(super) begin: usize,
    /// The first of them: 0, or 1 where the constant `1,` before the receive time was left out.
    pub(super) first: usize,
}

impl Line<'static> {
    fn new(layout: &'static Layout, begin: usize, first: usize) -> Self {
        let Layout { log_type, format, least, columns } = layout;
        Self { columns, log_type, format, least: *least, begin, first }
    }
}

/// Finds the columns of a line that begins at `from`.
pub(super) fn find(text: &[u8], from: usize) -> Option<Line<'static>> {
    let look = text.get(from..text.len().min(from + LOOK))?;
    for comma in memchr::memchr_iter(b',', look) {
        let word = &look[comma + 1..];
        if !word.first().is_some_and(u8::is_ascii_uppercase) {
            continue;
        }
        let Some(end) = word.iter().take(16).position(|byte| *byte == b',') else { continue };
        if let Some(layout) = of_type(&word[..end])
            && let Some((begin, first)) = head(&look[..comma])
        {
            return Some(Line::new(layout, from + begin, first));
        }
    }
    None
}

/// Where `1,2024/01/03 13:15:30,012801096514` begins that ends `text`, and which column stands first.
fn head(text: &[u8]) -> Option<(usize, usize)> {
    let serial = memchr::memrchr(b',', text)? + 1;
    // Digits, nothing, `no-serial`, or a mask.
    if text.len() - serial > 40 || text[serial..].contains(&b' ') {
        return None;
    }
    let dated = &text[..serial - 1];
    let fixed = dated.len().checked_sub(19).filter(|start| is_stamp(&dated[*start..]));
    let token = || {
        let start = dated.iter().rposition(|byte| matches!(byte, b' ' | b',')).map_or(0, |before| before + 1);
        is_stamp(&dated[start..]).then_some(start)
    };
    let cell = || {
        let start = memchr::memrchr(b',', dated).map_or(0, |comma| comma + 1);
        is_stamp(&dated[start..]).then_some(start)
    };
    let date = fixed.or_else(token).or_else(cell)?;
    match &dated[..date] {
        [] | [.., b' ' | b'>'] => Some((date, 1)),
        [before @ .., b','] => {
            let begin = before.iter().rposition(|byte| matches!(byte, b' ' | b'>')).map_or(0, |blank| blank + 1);
            // No blank behind the last dash of an IETF header.
            let begin = begin + usize::from(begin > 0 && before.get(begin) == Some(&b'-'));
            // The constant is `1`; some lines have `0` or nothing there.
            before[begin..].iter().all(u8::is_ascii_digit).then_some((begin, 0))
        }
        _ => None,
    }
}

/// True for the shape of a stamp, even where it is no date of the calendar: that is to be told, not passed over.
fn is_stamp(text: &[u8]) -> bool {
    let slashed = matches!(text, [_, _, _, _, b'/', _, _, b'/', _, _, b' ', _, _, b':', _, _, b':', _, _]);
    slashed && text.iter().all(|byte| byte.is_ascii_digit() || b"/ :".contains(byte))
        || stamp::read(text, &mut Clock::default()).is_some()
}

/// What the walk found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk {
    /// The line ended before the shortest layout does; its last cell was not given.
    pub(super) cut: bool,
}

impl Line<'_> {
    /// Gives every cell with its place, counted from 0 in the list of the layout, and its column.
    #[inline]
    pub(super) fn each(&self, text: &[u8], mut with: impl FnMut(usize, Column, Cell)) -> Walk {
        const SURPLUS: Column = Column { name: "", take: Take::Extra };
        let columns = self.columns;
        let mut cells = Cells::new(text, self.begin);
        let (mut nth, mut count) = (self.first, self.first);
        while let Some(start) = cells.place() {
            let mut column = columns.get(nth).copied().unwrap_or(SURPLUS);
            if column.is("before-change-detail") && self.least < columns.len() && no_details(cells.clone(), text) {
                nth += 2;
                column = columns[nth];
            }
            let cell = if column.is("link_switches") { cells.next_braced() } else { cells.next() };
            let Some(cell) = cell else { break };
            count += 1;
            let is_last = cells.place().is_none();
            if is_last && count < self.least {
                return Walk { cut: true };
            }
            debug_assert!(cell.span().start as usize >= start);
            with(nth, column, cell);
            nth += 1;
        }
        Walk { cut: count < self.least }
    }
}

/// The details before and after a change stand in the middle of a line and are optional. Without them sequence number
/// and action flags (`0x8000000000000000`) follow here.
fn no_details(mut cells: Cells, text: &[u8]) -> bool {
    let (Some(first), Some(second)) = (cells.next(), cells.next()) else { return false };
    first.span().of(text).iter().all(u8::is_ascii_digit) && second.span().of(text).starts_with(b"0x")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Option<(&str, usize, &'static str)> {
        let found = find(line.as_bytes(), 0)?;
        Some((&line[..found.begin], found.first, found.log_type))
    }

    #[test]
    fn the_columns_are_found_behind_every_header() {
        let columns = "1,2024/01/03 13:15:30,012801096514,TRAFFIC,end,2561,2024/01/03 13:15:30,192.0.2.1";
        let headers = [
            "",
            "<14>Oct  8 12:34:56 PA-1 ",
            "<14> Oct  8 12:34:56 PA-1 ",
            "<14>Apr  8 01:47:32 ",
            "Nov 30 16:09:08 PA-220 ",
            "<14>1 2021-03-01T20:35:56Z host - - - -  ",
            "<14>1 2021-03-01T20:35:56 host - - - - ",
            "Feb 24 22:09:26 10.5.172.40 Feb 24 22:06:07 BD-Panorama ",
            "1234 <14>1 2021-03-01T20:35:56Z host - - - - ",
        ];
        for header in headers {
            assert_eq!(found(&format!("{header}{columns}")), Some((header, 0, "traffic")), "{header}");
            assert_eq!(found(&format!("{header}{}", &columns[2..])), Some((header, 1, "traffic")), "{header}");
        }
        let glued = "<14>1 2021-03-01T20:35:56Z host - - - -";
        assert_eq!(found(&format!("{glued}{columns}")), Some((glued, 0, "traffic")));
        let cloud = "<14>1 2021-10-27T19:21:00.034Z stream-logfwd - panwlogs - ";
        assert_eq!(
            found(&format!("{cloud}2021-10-27T19:20:59.000000Z,no-serial,THREAT,url,10.0,x")),
            Some((cloud, 1, "threat"))
        );
        assert_eq!(found("1,9/16/19 10:00,,HIP-MATCH,0,1,x"), Some(("", 0, "hipmatch")));
        assert_eq!(found("<14>1,2024/01/03 13:15:30,masked,SYSTEM,x"), Some(("<14>", 0, "system")));
        assert_eq!(found("at 1,2024/01/03,x,TRAFFIC,end"), None);
        assert_eq!(found("no date,serial,TRAFFIC,end"), None);
        assert_eq!(found("1,2024/01/03 13:15:30,one two,TRAFFIC,end"), None);
    }
}
