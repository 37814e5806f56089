//! Moments and spans of time as text, in the zone that is shown: UTC where nobody says otherwise ([`set_ahead`]).

use std::cell::Cell;

thread_local! {
    static AHEAD: Cell<fn(i64) -> i64> = const { Cell::new(|_| 0) };
}

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Times are shown so many microseconds ahead of UTC, a whole number of minutes that may depend on the moment.
pub fn set_ahead(ahead: fn(i64) -> i64) {
    AHEAD.set(ahead);
}

/// How far ahead of UTC a moment is shown, in microseconds.
pub fn ahead(micros: i64) -> i64 {
    AHEAD.get()(micros)
}

fn shown(micros: i64) -> i64 {
    micros.saturating_add(ahead(micros))
}

/// `+02:00`, `UTC`: a zone by its seconds east of UTC.
pub fn zone_name(seconds: i32) -> String {
    let minutes = seconds.abs() / 60;
    match seconds {
        0 => "UTC".to_owned(),
        _ => format!("{}{:02}:{:02}", if seconds < 0 { '-' } else { '+' }, minutes / 60, minutes % 60),
    }
}

/// The zone that a moment is shown in.
pub fn zone(micros: i64) -> String {
    zone_name((ahead(micros) / SECOND) as i32)
}

/// Year, month (from 1) and day of a moment as it is shown (Howard Hinnant's algorithm, public domain).
fn civil(micros: i64) -> (i64, usize, i64) {
    let days = shown(micros).div_euclid(DAY) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as usize, day_of_year - (153 * shifted + 2) / 5 + 1)
}

/// `10:21`
pub fn hour_minute(micros: i64) -> String {
    let time = shown(micros).rem_euclid(DAY);
    format!("{:02}:{:02}", time / HOUR, time / MINUTE % 60)
}

/// `10:21:28`
pub fn clock(micros: i64) -> String {
    format!("{}:{:02}", hour_minute(micros), micros.rem_euclid(MINUTE) / SECOND)
}

/// `10:21:28.376`
pub fn time(micros: i64) -> String {
    format!("{}.{:03}", clock(micros), micros.rem_euclid(SECOND) / 1_000)
}

/// How much of a date the times of some logs need to be told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dates {
    #[default]
    None,
    Day,
    Year,
}

impl Dates {
    /// For logs between two moments.
    pub fn between(from: i64, to: i64) -> Dates {
        match (civil(from).0 == civil(to).0, same_day(from, to)) {
            (false, _) => Dates::Year,
            (_, false) => Dates::Day,
            _ => Dates::None,
        }
    }

    /// `10:21:28.376`, `18 Nov 10:21:28.376`, `2026-11-18 10:21:28.376`.
    pub fn time(self, micros: i64) -> String {
        match self {
            Dates::None => time(micros),
            Dates::Day => format!("{} {}", day(micros), time(micros)),
            Dates::Year => date_time(micros),
        }
    }
}

/// The first of some steps, or else a multiple of the last, that cuts a span into no more than so many parts.
pub fn tick_step(steps: &[i64], span: i64, most: i64) -> i64 {
    let last = steps.last().copied().unwrap_or(1).max(1);
    let most = most.max(1);
    let found = steps.iter().copied().find(|step| span / step <= most);
    found.unwrap_or_else(|| (span / last / most + 1).saturating_mul(last))
}

/// `18 Nov 2026`
pub fn date(micros: i64) -> String {
    let (year, month, day) = civil(micros);
    format!("{day} {} {year}", MONTHS[month - 1])
}

/// `18 Nov`
pub fn day(micros: i64) -> String {
    let (_, month, day) = civil(micros);
    format!("{day} {}", MONTHS[month - 1])
}

/// `2026-11-18`
pub fn iso_date(micros: i64) -> String {
    let (year, month, day) = civil(micros);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `2026-11-18 10:21:28.376`
pub fn date_time(micros: i64) -> String {
    format!("{} {}", iso_date(micros), time(micros))
}

/// `2026-11-18 10:21:28.376`, with `+02:00` behind it where it is not UTC: as it is copied and typed.
pub fn zoned(micros: i64) -> String {
    date_time(micros) + &zone_behind(micros)
}

/// What is written behind a time so that it names the zone it is shown in: `+02:00`, nothing for UTC.
pub fn zone_behind(micros: i64) -> String {
    if ahead(micros) == 0 { String::new() } else { zone(micros) }
}

/// The moment that is shown as this one is in UTC: what is typed, read as if it were UTC, means it.
pub fn meant(as_utc: i64) -> i64 {
    as_utc - ahead(as_utc - ahead(as_utc))
}

/// The same, and UTC beside it where it is another.
pub fn both(micros: i64) -> String {
    let zoned = zoned(micros);
    match ahead(micros) {
        0 => zoned,
        // As much earlier as it is shown later.
        ahead => format!("{zoned} = {} UTC", date_time(micros.saturating_sub(ahead))),
    }
}

/// True where two moments are shown on the same day.
pub fn same_day(one: i64, other: i64) -> bool {
    shown(one).div_euclid(DAY) == shown(other).div_euclid(DAY)
}

/// `18 Nov 2026, 09:45:00 – 10:45:00`, with both dates where they differ.
pub fn period(from: i64, to: i64) -> String {
    if same_day(from, to) || same_day(from, to - 1) {
        format!("{}, {} – {}", date(from), clock(from), clock(to))
    } else {
        format!("{}, {} – {}, {}", date(from), clock(from), date(to), clock(to))
    }
}

/// Length of a period: `420 ms`, `30 s`, `9 min`, `9 min 30 s`, `1 h`, `3 d 4 h`.
pub fn span(micros: i64) -> String {
    let two = |big: i64, unit: &str, small: i64, part: &str| {
        if small == 0 { format!("{big} {unit}") } else { format!("{big} {unit} {small} {part}") }
    };
    let micros = micros.max(0);
    if micros < SECOND {
        format!("{} ms", micros / 1_000)
    } else if micros < MINUTE {
        format!("{} s", (micros + SECOND / 2) / SECOND)
    } else if micros < HOUR {
        two(micros / MINUTE, "min", micros % MINUTE / SECOND, "s")
    } else if micros < DAY {
        two(micros / HOUR, "h", micros % HOUR / MINUTE, "min")
    } else {
        two(micros / DAY, "d", micros % DAY / HOUR, "h")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc() {
        let moment = 1_794_997_288_376_000; // 2026-11-18T10:21:28.376Z
        assert_eq!(date_time(moment), "2026-11-18 10:21:28.376");
        assert_eq!(date(moment), "18 Nov 2026");
        assert_eq!(clock(moment), "10:21:28");
        assert_eq!(date_time(-1), "1969-12-31 23:59:59.999");
        assert_eq!(iso_date(951_782_400_000_000), "2000-02-29");
        assert_eq!(period(moment, moment + HOUR), "18 Nov 2026, 10:21:28 – 11:21:28");
        assert_eq!(Dates::between(moment, moment + HOUR).time(moment), "10:21:28.376");
        assert_eq!(Dates::between(moment, moment + DAY).time(moment), "18 Nov 10:21:28.376");
        assert_eq!(Dates::between(moment, moment + 60 * DAY).time(moment), "2026-11-18 10:21:28.376");
    }

    #[test]
    fn spans() {
        let cases = [(540, "9 min"), (570, "9 min 30 s"), (3_600, "1 h"), (30, "30 s"), (273_600, "3 d 4 h")];
        for (seconds, text) in cases {
            assert_eq!(span(seconds * SECOND), text);
        }
        assert_eq!(span(420_000), "420 ms");
    }
}
