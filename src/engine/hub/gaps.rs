//! Where logs are missing: each source fell silent while some were to be expected, or numbers of a device are left out.

use super::{Beside, Hub, Outlet, Shards, failure};
use crate::protocol::shard::{Ask, Bins, Counted, Reply, Run};
use crate::protocol::{Gap, GapSign, Range};
use crate::stats::gaps::{PARTS, gaps};
use crate::stats::sequence::{COUNTER, Runs, holes, unwrapped};
use crate::text::few::Few;
use crate::text::sort;

impl<S: Shards, O: Outlet> Hub<S, O> {
    /// The gaps of all visible sources, by time: found once, when all is read. What is searched for has no part in it.
    pub(super) async fn gaps(&self) -> Result<Vec<Gap>, String> {
        // Looking up what logs do not say changes neither their times nor their numbers.
        let generation = self.sources.borrow().generation;
        if let Some((_, gaps)) = self.gaps.borrow().as_ref().filter(|(of, _)| *of == generation) {
            return Ok(gaps.clone());
        }
        let bins =
            |(from, to): (i64, i64)| Bins { start: from, step: (to - from) / i64::from(PARTS) + 1, count: PARTS };
        let sources: Vec<_> = {
            let sources = self.sources.borrow();
            let visible = sources.entries.iter().filter(|entry| entry.progress.visible);
            visible.filter_map(|entry| Some((entry.info.id, bins(entry.progress.times?)))).collect()
        };
        let mut counts = vec![0; PARTS as usize * sources.len()];
        let ask = Ask::Paces { sources: sources.clone() };
        for reply in self.all(|_| (ask.clone(), Beside::Nothing)).await {
            let Reply::Numbers(part) = reply else { return Err(failure(reply)) };
            counts.iter_mut().zip(part).for_each(|(sum, count)| *sum += count);
        }
        let mut found = Vec::new();
        for ((source, bins), counts) in sources.into_iter().zip(counts.chunks(PARTS as usize)) {
            let at = |part: usize| bins.start + bins.step * part as i64;
            found.extend(gaps(counts).into_iter().map(|gap| Gap {
                source,
                range: Range { from: at(gap.parts.start), to: at(gap.parts.end) },
                expected: gap.expected as u64,
                sign: GapSign::Silence(bins.step * (gap.other as i64 + 1)),
            }));
        }
        self.add_numbers(&mut found).await?;
        sort::by_key(&mut found, |gap| (gap.range.from, gap.source));
        *self.gaps.borrow_mut() = Some((generation, found.clone()));
        Ok(found)
    }

    /// Adds what the numbers tell by which devices count their logs.
    async fn add_numbers(&self, found: &mut Vec<Gap>) -> Result<(), String> {
        let hidden = self.sources.borrow().hidden();
        let mut all: Few<Vec<u8>, Runs> = Few::default();
        let mut counted = Vec::new();
        for reply in self.all(|_| (Ask::Sequences { hidden: hidden.clone() }, Beside::Nothing)).await {
            let Reply::Sequences(part, counters) = reply else { return Err(failure(reply)) };
            counted.extend(counters);
            for (device, runs) in part {
                let of = all.entry(device, Runs::default);
                // A shard that gives nothing saw no sequence: then there is none.
                of.add_all(runs);
            }
        }
        for (_, runs) in all {
            found.extend(missing(runs, GapSign::Number));
        }
        sort::by_key(&mut counted, |one| (one.source, one.process, one.sequence));
        for pieces in counted.chunk_by(|a, b| (a.source, a.process) == (b.source, b.process)) {
            found.extend(missing(joined(pieces), |number| GapSign::Counter(number.rem_euclid(COUNTER) as u16)));
        }
        Ok(())
    }
}

/// The runs of a process from piece to piece.
fn joined(pieces: &[Counted]) -> Runs {
    let (mut all, mut last) = (Runs::default(), pieces[0].first);
    for piece in pieces {
        let by = unwrapped(last, piece.first.rem_euclid(COUNTER)) - piece.first;
        last = last.max(piece.last + by);
        let moved = |run: &Run| Run { first: run.first + by, last: run.last + by, ..*run };
        all.add_all(piece.runs.iter().map(moved).collect());
    }
    all
}

/// What is missing between runs.
fn missing(runs: Runs, sign: impl Fn(i64) -> GapSign) -> impl Iterator<Item = Gap> {
    holes(&runs.finish()).into_iter().map(move |(before, next, numbers)| Gap {
        source: before.source,
        range: Range { from: before.times.1, to: next.max(before.times.1 + 1) },
        expected: (numbers.end - numbers.start) as u64,
        sign: sign(numbers.start),
    })
}
