//! Transaction ids: most hold the moment at which the request came, in UTC, which tells the zone of the stamps.
//!
//! ```text
//! 0a156446-090a-660a1504-174b3ea5032-000010d5          address, process, host, milliseconds, counter; all hex
//! 00b8b8-16063000381708837-175fef17434                 process, units of 100 ns, milliseconds in hex
//! 2006d991bc853619bdd6b1cad7a82dc8.198f0ba83ebe5cf0    OpenTelemetry: holds no time
//! ```
//!
//! The layout can be set (`%i-%p-%h-%t-%c`), so the part that is a moment is known by its size alone.

/// Microseconds since the epoch at which the request came.
pub(super) fn moment(id: &[u8]) -> Option<i64> {
    let mut parts = id.split(|byte| *byte == b'-').filter_map(millis);
    let first = parts.next()?;
    parts.next().is_none().then_some(first * 1000)
}

/// Eleven hex digits that begin with 1 are milliseconds between 2004 and 2039.
fn millis(part: &[u8]) -> Option<i64> {
    if part.len() != 11 || part[0] != b'1' {
        return None;
    }
    part.iter().try_fold(0i64, |value, byte| Some(value * 16 + i64::from((*byte as char).to_digit(16)?)))
}

const SECOND: i64 = 1_000_000;
/// Zones are whole quarters of an hour, up to +14:00.
const QUARTER: i64 = 900 * SECOND;
const WIDEST: i64 = 14 * 3600 * SECOND;
/// Clocks of one machine agree; the id may be a little younger than the stamp says.
const JITTER: i64 = 2 * SECOND;

/// Local time minus the moment of the id: the zone, and the time since the request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// Microseconds east of UTC.
    pub(super) zone: i64,
    pub(super) since: i64,
}

impl Difference {
    /// Splits `local - moment`; `None` where the two have nothing to do with each other.
    pub(super) fn new(difference: i64) -> Option<Self> {
        let zone = (difference + JITTER).div_euclid(QUARTER) * QUARTER;
        (zone.abs() <= WIDEST).then_some(Self { zone, since: difference - zone })
    }

    /// The line was written so soon after the request came that the zone is beyond doubt.
    pub(super) fn is_sure(self) -> bool {
        self.since < 5 * SECOND
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moment_is_found_whatever_stands_around_it() {
        let moment_of = |id: &str| moment(id.as_bytes()).map(|micros| micros / 1000);
        assert_eq!(moment_of("0a156446-090a-660a1504-174b3ea5032-000010d5"), Some(0x174_b3ea_5032));
        assert_eq!(moment_of("00b8b8-16063000381708837-175fef17434"), Some(0x175_fef1_7434));
        assert_eq!(moment_of("175fef17434-00000001"), Some(0x175_fef1_7434));
        for none in ["", "test_tsl_master_key", "2006d991bc853619bdd6b1cad7a82dc8.198f0ba83ebe5cf0", "175fef1743g-1"] {
            assert_eq!(moment_of(none), None, "{none}");
        }
        assert_eq!(moment_of("175fef17434-175fef17434"), None, "which of the two is not known");
    }

    #[test]
    fn zone_and_time_since_are_told_apart() {
        let hour = 3600 * SECOND;
        let split = |difference| Difference::new(difference).map(|d| (d.zone, d.since));
        assert_eq!(split(hour + 424_000), Some((hour, 424_000)));
        assert_eq!(split(-5 * hour - 1_000_000), Some((-5 * hour, -1_000_000)));
        assert_eq!(split(5 * hour + hour / 2 + 31 * SECOND), Some((5 * hour + hour / 2, 31 * SECOND)));
        assert_eq!(split(-300 * 24 * hour), None);
        assert!(!Difference::new(31 * SECOND).unwrap().is_sure());
    }
}
