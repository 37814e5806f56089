//! Whether a number that stands alone behind an access line is how long the request took.
//!
//! Apache's `%D` (microseconds) looks like `%T` (seconds), `%{ms}T`, `%O` (bytes sent), `%P` (process) and `%{remote}p`. One
//! line cannot tell, many can; where they do not, the number is kept for the opened log and no time is claimed.

use super::{Extras, read_entry};
use crate::formats::Context;
use crate::record::{Field, Row};

/// Name of the number in the opened log while it is not known what it is.
pub const LONE: &str = "single number";

/// True where the numbers of these first lines of a source can only be microseconds.
pub fn learn_micros(head: &[u8]) -> bool {
    let (mut row, mut context, mut found) = (Row::new(), Context::new(1970), Vec::new());
    let mut numbers = Vec::new();
    let mut sent = 0;
    for line in head.split(|byte| *byte == b'\n') {
        row.clear();
        found.clear();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if read_entry(line, &mut context, &mut row, &mut Extras(Some(&mut found))).is_err() {
            continue;
        }
        let number = found.iter().find(|(name, _)| name == LONE).and_then(|(_, number)| number.parse::<i64>().ok());
        let Some(number) = number else { continue };
        // Bytes sent are those of the body and its headers.
        let headers = number - row.get_int(Field::ResponseLength).unwrap_or(0);
        sent += usize::from((100..2000).contains(&headers));
        numbers.push(number);
    }
    numbers.sort_unstable();
    let all = numbers.len();
    // No request is done within 50 µs; within as many milliseconds or seconds most are.
    let short = numbers.partition_point(|number| *number < 50);
    // No port is higher, and nobody waits for so many seconds.
    let high = numbers.last().is_some_and(|last| *last > 0xffff);
    // Processes are few.
    numbers.dedup();
    high && short * 20 <= all && sent * 10 < all * 9 && numbers.len() * 2 >= all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learnt(numbers: impl Iterator<Item = (i64, i64)>) -> bool {
        let line = |(body, number)| {
            format!("192.0.2.7 - - [18/Nov/2026:10:22:00 +0000] \"GET / HTTP/1.1\" 200 {body} \"-\" \"-\" {number}\r\n")
        };
        learn_micros(numbers.map(line).collect::<String>().as_bytes())
    }

    #[test]
    fn only_microseconds_are_taken_for_microseconds() {
        // As requests are: most are quick, some take very long.
        let spread = |nth: i64| 80 + (nth * 7919 % 997).pow(3) / 2000;
        let numbers = |of: &dyn Fn(i64) -> (i64, i64)| learnt((0..300).map(of));
        assert!(numbers(&|nth| (2326, spread(nth))), "%D");
        assert!(learnt([(0, 1_200_000)].into_iter()), "one line of a paste");
        assert!(!learnt([(0, 1_042)].into_iter()), "too little to tell");
        assert!(!learnt(std::iter::empty()));
        assert!(!numbers(&|nth| (2326, spread(nth) / 1_000_000)), "%T");
        assert!(!numbers(&|nth| (2326, spread(nth) / 1000)), "%{{ms}}T");
        assert!(!numbers(&|nth| (spread(nth), spread(nth) + 300 + nth % 50)), "%O");
        assert!(!numbers(&|nth| (2326, 70_000 + nth % 8)), "%P");
        assert!(!numbers(&|nth| (2326, 1024 + nth * 7919 % 60_000)), "%{{remote}}p");
    }
}
