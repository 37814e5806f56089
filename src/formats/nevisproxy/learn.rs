//! What the first lines of a source tell about all of it: the zone of its stamps, and which of its lines are the
//! requests. Asked once for a source, so that every piece of it is read in the same way.

use super::first_line;
use super::header::Header;
use crate::text::Clock;

/// What was learnt; nothing where the source is no trace log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Learnt {
    /// Seconds east of UTC.
    pub zone: Option<i32>,
    /// There are summaries (NProxyOp): one transaction is one summary.
    pub summaries: bool,
}

/// Looks at the first lines of a source.
pub fn learn(head: &[u8]) -> Learnt {
    let mut learnt = Learnt::default();
    let mut clock = Clock::default();
    // A request that took long leaves some doubt about the zone; a later line may not.
    let mut doubtful = None;
    for line in head.split(|byte| *byte == b'\n') {
        let line = first_line(line);
        let Some(header) = Header::find(line) else { continue };
        learnt.summaries |= header.group.of(line) == b"NProxyOp";
        if learnt.zone.is_none()
            && let Some(difference) = header.difference(line, &mut clock)
        {
            let zone = Some((difference.zone / 1_000_000) as i32);
            if difference.is_sure() {
                learnt.zone = zone;
            }
            doubtful = doubtful.or(zone);
        }
    }
    learnt.zone = learnt.zone.or(doubtful);
    learnt
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(stamp: &str, group: &str, id: &str) -> String {
        format!("2026 11 18 {stamp} isi3web {group} 22037.139733629540096{id} 6-INFO : x\n")
    }

    #[test]
    fn the_zone_is_that_of_the_first_line_written_at_once() {
        // 0x19a966acd46 is 2026-11-18… only in the shape of the id: the moment decides, not the date in this text.
        let id = ".01000000-5615-7f0100-19a96676d80-00000005";
        let moment = super::super::id::moment(&id.as_bytes()[1..]).unwrap() / 1_000_000;
        let stamp = |after: i64| {
            let local = chrono::DateTime::from_timestamp(moment + 3600 + after, 0).unwrap();
            format!("{} isi3web", local.format("%Y %m %d %H:%M:%S.500"))
        };
        let at = |after: i64, group: &str| format!("{} {group} 22037.139733629540096{id} 6-INFO : x\n", stamp(after));
        let one = at(31, "NavajoOp");
        assert_eq!(learn(one.as_bytes()), Learnt { zone: Some(3600), summaries: false });
        let two = line("09:00:00.000", "NavajoOp", "") + &one + &at(0, "NProxyOp");
        assert_eq!(learn(two.as_bytes()), Learnt { zone: Some(3600), summaries: true });
        assert_eq!(learn(b"Nov 18 09:14:02 edge haproxy[7]: x\n"), Learnt::default());
    }
}
