//! Values as people type them to the numbers that columns hold: spans of time, sizes, moments, true and false.

use super::predicate::Bound;
use crate::text::Clock;

/// A decimal number and what is typed behind it, as (digits without point, digits behind the point, rest).
fn decimal(text: &str) -> Option<(i128, u32, &str)> {
    let (text, sign) = text.strip_prefix('-').map_or((text, 1), |rest| (rest, -1));
    let whole = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let mut rest = &text[whole..];
    let mut digits = text[..whole].to_owned();
    let mut places = 0;
    if let Some(after) = rest.strip_prefix('.') {
        let len = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        digits.push_str(&after[..len]);
        places = len as u32;
        rest = &after[len..];
    }
    // Beyond 20 digits nothing fits a column, and the arithmetic below stays far from its limit.
    if digits.is_empty() || digits.len() > 20 {
        return None;
    }
    Some((sign * digits.parse::<i128>().ok()?, places, rest))
}

/// `number × unit`, rounded towards zero.
fn scaled(text: &str, unit: impl Fn(&str) -> Option<i64>) -> Option<i64> {
    let (digits, places, rest) = decimal(text)?;
    let unit = unit(rest.trim().to_ascii_lowercase().as_str())?;
    i64::try_from(digits * i128::from(unit) / 10i128.pow(places)).ok().filter(|value| *value > i64::MIN)
}

fn duration_unit(unit: &str) -> Option<i64> {
    Some(match unit {
        "us" | "µs" | "μs" => 1,
        "ms" => 1_000,
        "s" | "sec" => 1_000_000,
        "m" | "min" => 60_000_000,
        "h" => 3_600_000_000,
        "d" => 86_400_000_000,
        "w" => 7 * 86_400_000_000,
        _ => return None,
    })
}

/// A span of time in microseconds; a bare number counts milliseconds.
pub fn duration(text: &str) -> Option<i64> {
    scaled(text, |unit| if unit.is_empty() { Some(1_000) } else { duration_unit(unit) })
}

/// A size in bytes: `MB` is 10^6, `MiB` 2^20.
pub fn bytes(text: &str) -> Option<i64> {
    scaled(text, |unit| {
        let (letter, step) = match unit.strip_suffix("ib") {
            Some(letter) => (letter, 1024i64),
            None => (unit.strip_suffix('b').unwrap_or(unit), 1000),
        };
        let power = ["", "k", "m", "g", "t"].iter().position(|known| *known == letter)?;
        (power > 0 || step == 1000).then(|| step.pow(power as u32))
    })
}

/// A whole number.
pub fn int(text: &str) -> Option<i64> {
    crate::text::number::int(text.as_bytes())
}

/// `5xx`, `50x`: first and last number of the class.
pub fn class(text: &str) -> Option<(i64, i64)> {
    let digits = text.trim_end_matches(['x', 'X']);
    let open = (text.len() - digits.len()) as u32;
    if open == 0 || text.len() > 9 || digits.is_empty() || digits.starts_with('-') {
        return None;
    }
    let step = 10i64.pow(open);
    let first = int(digits)? * step;
    Some((first, first + step - 1))
}

pub fn boolean(text: &str) -> Option<i64> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Some(1),
        "false" | "no" | "0" => Some(0),
        _ => None,
    }
}

/// A moment, or rather the stretch that was named: `2024-01-03 13:15` is that whole minute.
/// `zone` is in seconds east of UTC and counts where the text names no zone.
pub fn time(text: &str, zone: i32) -> Option<(Bound, Bound)> {
    if let Some(back) = text.strip_prefix('-') {
        let back = scaled(back, duration_unit).filter(|micros| *micros >= 0)?;
        return Some((Bound::BeforeNewest(back), Bound::BeforeNewest(back)));
    }
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let (stamp, length) = if rest.is_empty() || rest.starts_with(['+', '-', 'Z', 'z']) {
        (format!("{date}T00:00:00{rest}"), 86_400_000_000)
    } else {
        let of_day = rest.strip_prefix(['T', 't', ' '])?.trim();
        let of_day =
            of_day.strip_suffix("UTC").map_or_else(|| of_day.to_owned(), |time| format!("{}Z", time.trim_end()));
        let zone_at = of_day.find(['Z', 'z', '+', '-']).unwrap_or(of_day.len());
        let (clock, zone) = of_day.split_at(zone_at);
        let (clock, zone) = (clock.trim_end(), zone.trim_start());
        let (seconds, length) = match (clock.matches(':').count(), clock.find(['.', ','])) {
            (1, None) => (":00", 60_000_000),
            (2, None) => ("", 1_000_000),
            (2, Some(point)) => ("", 10i64.pow(6 - (clock.len() - point - 1).min(6) as u32)),
            _ => return None,
        };
        let hour = if clock.find(':') == Some(1) { "0" } else { "" };
        (format!("{date}T{hour}{clock}{seconds}{zone}"), length)
    };
    let (micros, offset, read) = Clock::default().iso(stamp.as_bytes())?;
    if read != stamp.len() {
        return None;
    }
    let first = if offset.is_some() { micros } else { micros - i64::from(zone) * 1_000_000 };
    Some((Bound::At(first), Bound::At(first + length - 1)))
}

/// The moment at which a stretch of time that was named begins; `zone` as for [`time`].
pub fn moment(text: &str, zone: i32) -> Option<i64> {
    match time(text, zone)?.0 {
        Bound::At(moment) => Some(moment),
        Bound::BeforeNewest(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time_count_milliseconds_unless_they_say_otherwise() {
        let cases = [
            ("500", Some(500_000)),
            ("500ms", Some(500_000)),
            ("1.5s", Some(1_500_000)),
            ("2m", Some(120_000_000)),
            ("1h", Some(3_600_000_000)),
            ("0.25", Some(250)),
            (".5s", Some(500_000)),
            ("7us", Some(7)),
            ("7µs", Some(7)),
            ("-1", Some(-1_000)),
            ("500 MS", Some(500_000)),
            ("abc", None),
            ("5x", None),
            ("", None),
            (".", None),
            ("99999999999999999999999", None),
            ("99999999999999999999w", None),
        ];
        for (text, expected) in cases {
            assert_eq!(duration(text), expected, "{text}");
        }
    }

    #[test]
    fn sizes_know_both_kinds_of_mega() {
        let cases = [
            ("0", Some(0)),
            ("12b", Some(12)),
            ("1KB", Some(1_000)),
            ("1.5k", Some(1_500)),
            ("1MB", Some(1_000_000)),
            ("1MiB", Some(1 << 20)),
            ("2GiB", Some(2 << 30)),
            ("1ib", None),
            ("1xb", None),
        ];
        for (text, expected) in cases {
            assert_eq!(bytes(text), expected, "{text}");
        }
    }

    #[test]
    fn classes_are_ranges() {
        assert_eq!(class("5xx"), Some((500, 599)));
        assert_eq!(class("50X"), Some((500, 509)));
        for bad in ["500", "xx", "5x0", "", "-5xx", "5xxxxxxxxxxxx"] {
            assert_eq!(class(bad), None, "{bad}");
        }
    }

    #[test]
    fn times_name_a_stretch() {
        let start = 1_704_287_700_000_000; // 2024-01-03 13:15 UTC
        let at = |text: &str, zone| match time(text, zone)? {
            (Bound::At(first), Bound::At(last)) => Some((first - start, last - first + 1)),
            _ => None,
        };
        assert_eq!(at("2024-01-03 13:15", 0), Some((0, 60_000_000)));
        assert_eq!(at("2024-01-03T13:15:00", 0), Some((0, 1_000_000)));
        assert_eq!(at("2024-01-03 13:15:00.250", 0), Some((250_000, 1_000)));
        assert_eq!(at("2024-01-03 14:15+01:00", 0), Some((0, 60_000_000)));
        assert_eq!(at("2024-01-03 14:15", 3600), Some((0, 60_000_000)));
        assert_eq!(at("2024-01-03 13:15Z", 3600), Some((0, 60_000_000)));
        assert_eq!(at("2024-01-03 13:15 UTC", 3600), Some((0, 60_000_000)));
        assert_eq!(at("2024-01-03", 0), Some((-13 * 3_600_000_000 - 15 * 60_000_000, 86_400_000_000)));
        assert_eq!(at("2024-01-03+01:00", 0), Some((-14 * 3_600_000_000 - 15 * 60_000_000, 86_400_000_000)));
        assert_eq!(moment("2024-01-03Z", 3600), moment("2024-01-03", 0));
        for bad in [
            "2024-02-31",
            "2024-01-03+",
            "2024-01-03+1x:00",
            "2024-01-03 25:00",
            "2024-01-03 13",
            "13:15",
            "yesterday",
            "",
            "2024-01-03x13:15",
        ] {
            assert_eq!(time(bad, 0), None, "{bad}");
        }
        assert_eq!(time("-15m", 0), Some((Bound::BeforeNewest(900_000_000), Bound::BeforeNewest(900_000_000))));
        assert_eq!(time("-15", 0), None);
        assert_eq!(time("--15m", 0), None);
    }
}
