//! The offset from UTC that a date carries: `+0000`, `-0730`, `+01:00`, `Z`.

use super::number::digits;

/// Seconds east of UTC; `None` where `text` is no zone.
pub fn seconds(text: &[u8]) -> Option<i32> {
    let (east, hours, minutes) = match text {
        b"Z" | b"z" => return Some(0),
        [sign @ (b'+' | b'-'), h, hh, m, mm] | [sign @ (b'+' | b'-'), h, hh, b':', m, mm] => {
            (*sign == b'+', digits(&[*h, *hh])?, digits(&[*m, *mm])?)
        }
        _ => return None,
    };
    let seconds = (hours * 3600 + minutes * 60) as i32;
    (hours < 24 && minutes < 60).then_some(if east { seconds } else { -seconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_seconds_east() {
        let zones = [(&b"+0000"[..], Some(0)), (b"-0730", Some(-27_000)), (b"+01:00", Some(3600)), (b"Z", Some(0))];
        for (text, expected) in zones {
            assert_eq!(seconds(text), expected);
        }
        for bad in [&b""[..], b"0100", b"+1", b"+2500", b"+0060", b"+01:0", b"UTC"] {
            assert_eq!(seconds(bad), None, "{bad:?}");
        }
    }
}
