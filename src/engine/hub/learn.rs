//! What the first lines of a source tell about all of it. Asked once, so that every piece is read in the same way, whatever is
//! read first.

use crate::engine::ingest::trim_end;
use crate::formats::{Context, nevisproxy, parse_entry, web};
use crate::protocol::shard::Known;
use crate::record::{Field, Row};

/// Looks at the first lines of a source that was last changed at `modified`, µs.
pub fn learn(head: &[u8], modified: i64) -> Known {
    let nevisproxy::Learnt { zone, summaries } = nevisproxy::learn(head);
    Known { since: since(head, modified), zone, summaries, micros: web::learn_micros(head) }
}

/// From which moment on the twelve months begin that stamps without a year lie in: near the first entry of the head that
/// has a date of its own (lines before it are a little older), else so that none is later than the file's last change.
fn since(head: &[u8], modified: i64) -> i64 {
    const DAY: i64 = 86_400_000_000;
    let (mut row, mut last) = (Row::new(), None);
    // A time that does not depend on the year assumed was written with one.
    let mut years = [2000, 2004].map(Context::new);
    let dated = head.split(|byte| *byte == b'\n').find_map(|line| {
        let mut time = |context: &mut Context| {
            parse_entry(trim_end(line), &mut last, context, &mut row).ok()?;
            row.get_int(Field::StartTime)
        };
        let [one, other] = &mut years;
        time(one).filter(|first| time(other) == Some(*first))
    });
    // A day: the writer's clock and zone may be ahead.
    dated.map_or(modified.saturating_sub(364 * DAY), |time| time.saturating_sub(31 * DAY))
}
