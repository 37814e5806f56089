//! Numbers, shares, durations, sizes and times as text: the one place that decides how a figure looks.
//!
//! Everything shown to people goes through here, so that the same value reads the same in table, tiles and tooltips. Times
//! have a file of their own (`moments`).

mod json;
mod moments;

pub use json::indent;
pub use moments::*;

use std::borrow::Cow;

/// `1,234,567`
pub fn integer(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.bytes().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit as char);
    }
    text
}

/// `-1,234` for values that may be negative.
pub fn signed(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}", integer(value.unsigned_abs()))
}

/// `1,234` up to 99,999, then `174k`, `1.2M`: only for narrow places that give the whole number in their name.
pub fn compact(value: u64) -> String {
    match value {
        0..=99_999 => integer(value),
        100_000..=999_499 => format!("{}k", (value + 500) / 1_000),
        999_500..=99_949_999 => format!("{}M", fixed(value as f64 / 1e6, 1)),
        _ => format!("{}M", integer((value + 500_000) / 1_000_000)),
    }
}

/// With so many digits behind the point. The standard library's own way makes no difference to these figures, and is some
/// kilobytes of code.
pub fn fixed(value: f64, places: u32) -> String {
    let (whole, part) = (value.abs().trunc(), value.abs().fract());
    // A binary fraction: exact in 64 bits but for what is too small to be seen. A tie goes to the even digit.
    let scaled = ((part * 2f64.powi(64)) as u128) * 10u128.pow(places);
    let (digits, rest) = ((scaled >> 64) as u64, scaled as u64);
    let unit = 10u64.pow(places);
    let mut number = whole as u64 * unit + digits;
    number += u64::from(rest > 1 << 63 || (rest == 1 << 63 && number % 2 == 1));
    let (whole, digits) = (number / unit, number % unit);
    let sign = if value < 0.0 { "-" } else { "" };
    match places {
        0 => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{digits:0width$}", width = places as usize),
    }
}

/// `55.0%`, `<0.1%`, `0%`, `100%`; `–` of nothing. A share that is not whole never reads `100%`.
pub fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".into();
    }
    if part == 0 {
        return "0%".into();
    }
    if part == whole {
        return "100%".into();
    }
    let percent = part as f64 / whole as f64 * 100.0;
    if percent < 0.1 {
        "<0.1%".into()
    } else if part < whole && percent >= 99.95 {
        ">99.9%".into()
    } else {
        format!("{}%", fixed(percent, 1))
    }
}

/// A ratio from 1 on in two digits, as more would not be sure: `4.2`, `37`, `3,300`; `over 10,000` beyond.
pub fn times(ratio: f64) -> String {
    match ratio {
        ..9.95 => fixed(ratio, 1),
        ..99.5 => fixed(ratio, 0),
        ..995.0 => integer((ratio / 10.0).round() as u64 * 10),
        ..=10_000.0 => integer((ratio / 100.0).round() as u64 * 100),
        _ => "over 10,000".into(),
    }
}

/// Microseconds as `0 ms`, `0.3 ms`, `214 ms`, `1.42 s`, `30.0 s`, `1 m 04 s`, `2 h 05 m`; `–` where negative.
pub fn duration(micros: i64) -> String {
    if micros < 0 {
        return "–".into();
    }
    let milliseconds = micros / 1_000 + i64::from(micros % 1_000 >= 500);
    if micros == 0 {
        "0 ms".into()
    } else if micros < 950 {
        format!("0.{} ms", ((micros + 50) / 100).max(1))
    } else if milliseconds < 1_000 {
        format!("{milliseconds} ms")
    } else if milliseconds < 9_995 {
        format!("{} s", fixed(milliseconds as f64 / 1e3, 2))
    } else if milliseconds < 59_950 {
        format!("{} s", fixed(milliseconds as f64 / 1e3, 1))
    } else {
        let seconds = (milliseconds + 500) / 1_000;
        if seconds < 3_600 {
            format!("{} m {:02} s", seconds / 60, seconds % 60)
        } else {
            let minutes = (seconds + 30) / 60;
            format!("{} h {:02} m", minutes / 60, minutes % 60)
        }
    }
}

/// `221 B`, `19.0 KB`, `262 KB`, `1.4 MB`, `2.1 GB`: three digits are enough, and fit a column.
pub fn bytes(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let mut size = value.unsigned_abs() as f64;
    if size < 1_000.0 {
        return format!("{sign}{} B", value.unsigned_abs());
    }
    let mut unit = "";
    for larger in ["KB", "MB", "GB", "TB", "PB", "EB"] {
        // What would be rounded to 1,000 is 1.0 of the next unit.
        if !unit.is_empty() && size < 999.5 {
            break;
        }
        (size, unit) = (size / 1_024.0, larger);
    }
    format!("{sign}{} {unit}", fixed(size, if size < 99.95 { 1 } else { 0 }))
}

/// Cuts the middle out of a text of more than `most` characters: `2001:db…::c310`. Addresses keep both ends.
pub fn middle_cut(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most || most < 8 {
        return text.to_owned();
    }
    let tail = (most - 1) * 6 / 13;
    let head = most - 1 - tail;
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(count - tail).collect();
    format!("{start}…{end}")
}

/// Text with control and direction characters made visible, list separators as commas.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\u{1f}' => out.push_str(", "),
            '\t' => out.push(' '),
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {
                out.extend(letter.escape_unicode())
            }
            _ if letter.is_control() => out.extend(letter.escape_unicode()),
            _ => out.push(letter),
        }
    }
    out
}

/// Text from a log or a file name as it may be shown: control characters, and the ones that turn or hide what stands
/// around them, become visible signs.
pub fn visible(text: &str) -> Cow<'_, str> {
    fn sign(letter: char) -> Option<char> {
        match letter {
            '\t' => Some('→'),
            '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + letter as u32),
            '\u{7f}' => Some('␡'),
            '\u{80}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}' => Some('\u{fffd}'),
            _ => None,
        }
    }
    if text.chars().all(|letter| sign(letter).is_none()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|letter| sign(letter).unwrap_or(letter)).collect())
}

/// Key letter of a source: `A` … `Z`, `AA`, `AB` …
pub fn letter(source: u32) -> String {
    let mut rest = u64::from(source) + 1;
    let mut text = Vec::new();
    while rest > 0 {
        rest -= 1;
        text.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    text.into_iter().rev().collect()
}

/// `1 log`, `2 logs`: a count with its noun.
pub fn count(value: u64, one: &str, many: &str) -> String {
    format!("{} {}", integer(value), if value == 1 { one } else { many })
}

/// `1,924 logs`
pub fn logs(value: u64) -> String {
    count(value, "log", "logs")
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn decimals_are_those_of_the_standard_library(value in -1e9f64..1e9, places in 0u32..=3, small in 0u32..10_000) {
            for value in [value, value / 1e6, f64::from(small) / 1e3, f64::from(small) / 64.0] {
                proptest::prop_assert_eq!(fixed(value, places), format!("{:.*}", places as usize, value));
            }
        }
    }

    #[test]
    fn integers_have_separators() {
        for (value, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_765_786, "12,765,786")] {
            assert_eq!(integer(value), text);
        }
        assert_eq!(signed(-1_234), "-1,234");
        assert_eq!(compact(99_999), "99,999");
        assert_eq!(compact(174_096), "174k");
        assert_eq!(compact(1_021_446), "1.0M");
        assert_eq!(compact(212_765_786), "213M");
    }

    #[test]
    fn shares_have_one_decimal_and_never_lie_at_the_ends() {
        let cases = [
            ((493, 896), "55.0%"),
            ((1, 100_000), "<0.1%"),
            ((0, 5), "0%"),
            ((5, 5), "100%"),
            ((99_999, 100_000), ">99.9%"),
            ((0, 0), "–"),
        ];
        for ((part, whole), text) in cases {
            assert_eq!(share(part, whole), text);
        }
    }

    #[test]
    fn durations_round_up_into_the_next_unit() {
        let cases = [
            (0, "0 ms"),
            (20, "0.1 ms"),
            (340, "0.3 ms"),
            (999, "1 ms"),
            (214_000, "214 ms"),
            (999_600, "1.00 s"),
            (1_420_000, "1.42 s"),
            (9_996_000, "10.0 s"),
            (30_000_000, "30.0 s"),
            (59_960_000, "1 m 00 s"),
            (64_000_000, "1 m 04 s"),
            (7_500_000_000, "2 h 05 m"),
            (i64::MAX, "2562047788 h 01 m"),
            (-1, "–"),
        ];
        for (micros, text) in cases {
            assert_eq!(duration(micros), text, "{micros}");
        }
    }

    #[test]
    fn sizes() {
        let cases = [
            (0, "0 B"),
            (221, "221 B"),
            (19_456, "19.0 KB"),
            (102_348, "99.9 KB"),
            (102_349, "100 KB"),
            (268_201, "262 KB"),
            (1_023_999, "1.0 MB"),
            (1_500_000, "1.4 MB"),
            (2_300_000_000, "2.1 GB"),
            (5 << 40, "5.0 TB"),
            (i64::MIN, "-8.0 EB"),
        ];
        for (size, text) in cases {
            assert_eq!(bytes(size), text);
        }
    }

    #[test]
    fn ratios_have_two_digits() {
        let said = [1.04, 4.24, 9.96, 37.4, 99.6, 334.0, 996.0, 3334.0, 9_990.0, 1e12].map(times);
        assert_eq!(said, ["1.0", "4.2", "10", "37", "100", "330", "1,000", "3,300", "10,000", "over 10,000"]);
    }

    #[test]
    fn cuts_keep_both_ends() {
        assert_eq!(middle_cut("2001:db8:17:4::c310", 14), "2001:db…::c310");
        assert_eq!(middle_cut("192.0.2.1", 14), "192.0.2.1");
        assert_eq!(middle_cut("äöüäöüäöüäöü", 8), "äöüä…äöü");
    }

    #[test]
    fn nothing_turns_or_hides_text() {
        assert_eq!(visible("plain äöü"), "plain äöü");
        assert_eq!(visible("a\u{202e}gpj.exe\n\u{200b}"), "a\u{fffd}gpj.exe␊\u{fffd}");
    }

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!(letter(0), "A");
        assert_eq!(letter(25), "Z");
        assert_eq!(letter(26), "AA");
        assert_eq!(letter(27 + 25), "BA");
    }
}
