//! Where the text of rows stands, and reading it: neighbours at once, as each read goes to the browser and back.

use super::Shared;
use crate::engine::input::Input;
use crate::engine::text::read_text;
use crate::protocol::SourceId;
use crate::protocol::shard::Cut;
use crate::store::Table;
use crate::text::sort;

/// Texts that stand no further apart than this are read at once.
const GAP: u64 = 32 << 10;
/// No read is longer, but for one text that is.
const LONGEST: u64 = 8 << 20;

/// Where the text of the row stands that is number `nth` of those asked for.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub nth: usize,
    pub source: SourceId,
    pub cut: Cut,
    pub start: u64,
    pub end: u64,
}

impl Place {
    pub(super) fn of(table: &Table, row: u32, nth: usize) -> Option<Place> {
        let (start, end) = table.extent(row as usize)?;
        let chunk = table.chunk_of(row as usize)?;
        Some(Place { nth, source: chunk.source, cut: chunk.cut, start, end })
    }
}

/// The places in the order of the text, cut into runs of neighbours.
pub(super) fn runs(places: &mut [Place]) -> impl Iterator<Item = &[Place]> {
    sort::by_key(places, |place| (place.source, place.start));
    let mut start = places.first().map_or(0, |first| first.start);
    places.chunk_by(move |a, b| {
        let near = a.source == b.source && b.start <= a.end + GAP && b.end - start <= LONGEST;
        if !near {
            start = b.start;
        }
        near
    })
}

/// Hands over the text at each place of a run, in one read.
pub(super) async fn read_run<I: Input>(
    shard: &Shared<I>,
    run: &[Place],
    mut take: impl FnMut(&Place, &[u8]),
) -> Result<(), String> {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return Ok(()) };
    let texts = shard.borrow().texts.clone();
    let raw = read_text(&texts, first.source, first.start, last.end).await?;
    for place in run {
        let at = |offset: u64| ((offset - first.start) as usize).min(raw.len());
        take(place, &raw[at(place.start)..at(place.end)]);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_end_at_gaps_at_sources_and_before_they_are_too_long() {
        let place = |source, start, end| Place { nth: 0, source, cut: Cut::Lines, start, end };
        let far = 10 + GAP + 1;
        let mut places = [
            place(1, 0, 10),
            place(0, far, far + LONGEST - 5),
            place(0, far + LONGEST - 5, far + LONGEST + 5),
            place(0, 5, 10),
            place(0, 0, 5),
        ];
        let lengths: Vec<_> = runs(&mut places).map(|run| (run[0].source, run[0].start, run.len())).collect();
        assert_eq!(lengths, [(0, 0, 2), (0, far, 1), (0, far + LONGEST - 5, 1), (1, 0, 1)]);
        assert_eq!(runs(&mut []).count(), 0);
    }
}
