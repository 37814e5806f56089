//! Instants as the formats write them. All are in UTC, in milliseconds since 1970.

use std::io::Write;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

pub const SECOND: i64 = 1000;
pub const HOUR: i64 = 3600 * SECOND;
pub const DAY: i64 = 24 * HOUR;
/// 2026-11-18 00:00, a Wednesday: generated logs begin here.
pub const BEGIN: i64 = 20_775 * DAY;

struct Parts {
    year: i64,
    month: usize,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    milli: i64,
}

fn parts(instant: i64) -> Parts {
    let (days, rest) = (instant.div_euclid(DAY), instant.rem_euclid(DAY));
    // Years that begin in March put the leap day last; eras of 400 years are all alike.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let month = (from_march + 2) % 12;
    Parts {
        year: era * 400 + year_of_era + i64::from(month < 2),
        month: month as usize,
        day: day_of_year - (153 * from_march + 2) / 5 + 1,
        hour: rest / HOUR,
        minute: rest / 60_000 % 60,
        second: rest / SECOND % 60,
        milli: rest % SECOND,
    }
}

/// `Nov 18 02:01:30`
pub fn syslog(line: &mut Vec<u8>, instant: i64) {
    let p = parts(instant);
    put(line, format_args!("{} {:>2} {:02}:{:02}:{:02}", MONTHS[p.month], p.day, p.hour, p.minute, p.second));
}

/// `18/Nov/2026:02:01:30.177`
pub fn bracket(line: &mut Vec<u8>, instant: i64) {
    let milli = parts(instant).milli;
    bracket_seconds(line, instant);
    put(line, format_args!(".{milli:03}"));
}

/// `18/Nov/2026:02:01:30`
pub fn bracket_seconds(line: &mut Vec<u8>, instant: i64) {
    let p = parts(instant);
    put(
        line,
        format_args!("{:02}/{}/{}:{:02}:{:02}:{:02}", p.day, MONTHS[p.month], p.year, p.hour, p.minute, p.second),
    );
}

/// `2026/11/18 02:01:30`
pub fn slashed(line: &mut Vec<u8>, instant: i64) {
    let p = parts(instant);
    let month = p.month + 1;
    put(line, format_args!("{}/{month:02}/{:02} {:02}:{:02}:{:02}", p.year, p.day, p.hour, p.minute, p.second));
}

/// `2026-11-18T02:01:30.177Z`
pub fn iso(instant: i64) -> String {
    let p = parts(instant);
    let month = p.month + 1;
    format!("{}-{month:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", p.year, p.day, p.hour, p.minute, p.second, p.milli)
}

/// `2026 11 18 02:01:30.177`
pub fn blanks(instant: i64) -> String {
    let p = parts(instant);
    let month = p.month + 1;
    format!("{} {month:02} {:02} {:02}:{:02}:{:02}.{:03}", p.year, p.day, p.hour, p.minute, p.second, p.milli)
}

pub fn put(line: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    line.write_fmt(text).expect("writing into memory");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_as_each_format_does() {
        assert_eq!(iso(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso(BEGIN + 123), "2026-11-18T00:00:00.123Z");
        assert_eq!(blanks(BEGIN + 123), "2026 11 18 00:00:00.123");
        assert_eq!(iso(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(iso(1_735_689_599_999), "2024-12-31T23:59:59.999Z");
        let mut line = Vec::new();
        syslog(&mut line, 951_782_400_000 + DAY);
        line.push(b' ');
        bracket(&mut line, BEGIN + 5 * HOUR + 7);
        assert_eq!(line, b"Mar  1 00:00:00 18/Nov/2026:05:00:00.007");
    }
}
