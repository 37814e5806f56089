//! The time stamps of PAN-OS: device-local without a zone, ISO with one, and what a spreadsheet made of them.
//!
//! ```text
//! 2024/01/03 13:15:30     2024-01-03T13:15:30.547+01:00     2021-10-27T19:20:59.000000Z     9/16/19 10:00
//! ```

use crate::text::Clock;
use crate::text::number::digits;

/// A stamp as microseconds: UTC where it has a zone, else as if it were UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) micros: i64,
    /// Seconds east of UTC, where the stamp says so.
    pub(super) zone: Option<i32>,
}

impl Stamp {
    /// The moment, for a device whose clock is `zone` seconds ahead.
    pub(super) fn moment(self, zone: i64) -> i64 {
        if self.zone.is_some() { self.micros } else { self.micros - zone * 1_000_000 }
    }
}

/// All of `text` as a stamp.
pub(super) fn read(text: &[u8], clock: &mut Clock) -> Option<Stamp> {
    let mut plain = [0; 19];
    match text {
        [_, _, _, _, b'/', _, _, b'/', _, _, b' ', ..] if text.len() == 19 => {
            plain.copy_from_slice(text);
            (plain[4], plain[7]) = (b'-', b'-');
        }
        [_, _, _, _, b'-', ..] => {
            let (micros, zone, len) = clock.iso(text)?;
            return (len == text.len()).then_some(Stamp { micros, zone });
        }
        _ => plain = spreadsheet(text)?,
    }
    let (micros, _, len) = clock.iso(&plain)?;
    (len == 19).then_some(Stamp { micros, zone: None })
}

/// `9/16/19 10:00` and `9/16/2019 10:00:05`, month first, as an ISO stamp.
fn spreadsheet(text: &[u8]) -> Option<[u8; 19]> {
    if text.len() > 19 {
        return None;
    }
    let mut numbers = [0u32; 6];
    let mut count = 0;
    for part in text.split(|byte| matches!(byte, b'/' | b' ' | b':')) {
        *numbers.get_mut(count)? = digits(part).filter(|_| part.len() <= 4)?;
        count += 1;
    }
    let slash = text.iter().position(|byte| *byte == b'/')?;
    if count < 5 || slash > 2 {
        return None;
    }
    let [month, day, year, hour, minute, second] = numbers;
    let year = if year < 100 { 2000 + year } else { year };
    let mut plain = *b"0000-00-00T00:00:00";
    for (value, range) in
        [(year, 0..4), (month, 5..7), (day, 8..10), (hour, 11..13), (minute, 14..16), (second, 17..19)]
    {
        let mut rest = value;
        for at in range.rev() {
            plain[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        if rest > 0 {
            return None;
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_moment_gives_it() {
        let mut clock = Clock::default();
        let mut read = |text: &str| read(text.as_bytes(), &mut clock).map(|stamp| (stamp.micros, stamp.zone));
        let noon = 1_568_628_000_000_000;
        assert_eq!(read("2019/09/16 10:00:00"), Some((noon, None)));
        assert_eq!(read("9/16/19 10:00"), Some((noon, None)));
        assert_eq!(read("9/16/2019 10:00:05"), Some((noon + 5_000_000, None)));
        assert_eq!(read("2019-09-16T12:00:00.5+02:00"), Some((noon + 500_000, Some(7200))));
        for bad in ["", "2019/13/16 10:00:00", "2019/09/16 10:00", "19/9/16", "99/99/99 99:99", "2019/09/16T10:00:00"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
