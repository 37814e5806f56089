//! Totals, histogram and tiles of one snapshot: asked of all shards in one round, percentiles refined in a second.

use super::{Beside, Hub, Outlet, Shards, failure};
use crate::engine::requests::OF_REQUESTS;
use crate::protocol::shard::{Ask, Bins, Counts, Measure, Partial, Reply, Select, Sketch};
use crate::protocol::{
    Bin, CellValue, Distribution, EndToEnd, Histogram, PhaseSummary, Slot, Summary, SwitchCounts, Tile, TopValue,
    Unparsed, View,
};
use crate::record::{Field, Kind, Reason};
use crate::stats::{bins_for, bounds_in, class_bounds, merge_sketches, percentile, percentile_class};
use crate::store::Dictionary;
use crate::text::few::Few;
use crate::text::sort;

/// The fields with a tile, in the order of the design.
pub const TILES: &[Field] = &[
    Field::ResponseCode,
    Field::Significance,
    Field::TerminationState,
    Field::ServerName,
    Field::VirtualService,
    Field::PoolName,
    Field::Retries,
    Field::QueueTime,
    Field::IcapAction,
    Field::IcapReason,
    Field::WafStatus,
    Field::FinalAction,
    Field::Action,
    Field::Application,
    Field::ServerPort,
    Field::SessionEndReason,
    Field::PolicyRule,
    Field::Threat,
    Field::Category,
    Field::SrcZone,
    Field::DstZone,
    Field::DstLocation,
    Field::Events,
    Field::Severity,
    Field::TraceGroup,
    Field::Servlet,
    Field::Filter,
    Field::ErrorCode,
    Field::ClientIp,
    Field::UriPath,
    Field::ClientBrowser,
    Field::ClientOs,
    Field::ClientDevice,
    Field::Host,
    Field::Method,
    Field::HttpVersion,
    Field::Referer,
    Field::ClientLocation,
    Field::ClientGroup,
    Field::TotalTime,
    Field::RequestLength,
    Field::ResponseLength,
    Field::TotalBytes,
    Field::ResponseContentType,
    Field::SslVersion,
    Field::Pfs,
    Field::SslAuth,
    Field::SslEncryption,
    Field::UserId,
    Field::ClientSession,
    Field::ServerIp,
    Field::EventKind,
    Field::LogType,
    Field::Source,
    Field::ServiceEngine,
];

/// Types of logs that are requests.
const REQUESTS: [&str; 3] = ["request", "access", "http"];

const PERCENTILES: [u64; 4] = [50, 90, 95, 99];

/// Counts of one field over all shards.
#[derive(Debug)]
pub(super) enum Merged {
    /// (rows, significant rows) by our codes.
    Texts(Vec<(u64, u64)>),
    /// Number, rows, significant rows; ascending.
    Numbers(Vec<[i64; 3]>),
}

impl<S: Shards, O: Outlet> Hub<S, O> {
    pub(super) async fn summary(&self, id: u64, view: &View, bars: u32, top: u32) -> Result<Summary, String> {
        let generation = self.generation();
        let (so_far, bins, select, mut whole, counts, sketches) = loop {
            let so_far = !self.sources.borrow().is_done();
            let select = self.select(view);
            let bins = match (view.period, self.sources.borrow().times()) {
                (Some(period), _) => bins_for(period.from, period.to - 1, bars),
                (None, Some((from, to))) => bins_for(from, to, bars),
                (None, None) => Bins::default(),
            };
            let replies = self.all(|_| (Ask::Collect { select: select.clone(), bins }, Beside::Nothing)).await;
            // Reading ended meanwhile: what is missing is counted sooner than drawn.
            if so_far && self.sources.borrow().is_done() {
                continue;
            }
            let mut whole = Partial { bins: vec![Bin::default(); bins.count as usize], ..Partial::default() };
            let mut counts = Few::default();
            let mut sketches: Few<Measure, Sketch> = Few::default();
            for (shard, reply) in replies.into_iter().enumerate() {
                let Reply::Collected(part) = reply else { return Err(failure(reply)) };
                for (field, of_field) in &part.counts {
                    self.merge_counts(shard, *field, of_field, &mut counts);
                }
                for (measure, sketch) in &part.sketches {
                    merge_sketches(sketches.entry(*measure, Sketch::default), sketch);
                }
                merge_totals(&mut whole, *part);
            }
            break (so_far, bins, select, whole, counts, sketches);
        };
        sort::by(&mut whole.markers, |a, b| (a.time, &a.text).cmp(&(b.time, &b.text)));
        whole.markers.truncate(200);

        let distributions = self.distributions(&select, &sketches, so_far).await?;
        let tiles = self.tiles(&counts, &distributions, top as usize, &whole);
        sort::by(&mut whole.fields, Ord::cmp);
        whole.fields.dedup();
        let phases = Slot::ALL.iter().filter_map(|slot| {
            let distribution = distributions.get(&Measure::Slot(*slot))?.clone();
            Some(PhaseSummary { slot: *slot, distribution })
        });
        let gaps = if so_far { Vec::new() } else { self.gaps().await? };
        let stands_out = self.stands_out(&whole, &tiles, &counts);
        Ok(Summary {
            id,
            generation,
            so_far,
            loaded: whole.loaded,
            matching: whole.matching,
            counts: SwitchCounts { all: whole.all, significant: whole.significant },
            total: whole.total,
            extent: whole.extent,
            without_time: whole.without_time,
            interim: whole.interim,
            requests: (whole.steps > 0).then(|| self.requests(whole.total - whole.steps, &counts)).flatten(),
            left_out: whole.left_out,
            histogram: Histogram { start: bins.start, step: bins.step, bins: whole.bins, markers: whole.markers },
            end_to_end: EndToEnd {
                phases: phases.collect(),
                total: distributions.get(&Measure::Total).cloned().unwrap_or_default(),
            },
            tiles,
            fields: whole.fields,
            stands_out,
            unparsed: unparsed(whole.unparsed),
            gaps,
        })
    }

    pub(super) fn merge_counts(&self, shard: usize, field: u16, part: &Counts, all: &mut Few<u16, Merged>) {
        match part {
            Counts::Codes { counts, .. } => {
                let merged = all.entry(field, || Merged::Texts(Vec::new()));
                if let Merged::Texts(sums) = merged {
                    self.texts.borrow_mut().add(shard, field, counts, sums);
                }
            }
            Counts::Numbers(counts) => {
                let merged = all.entry(field, || Merged::Numbers(Vec::new()));
                if let Merged::Numbers(sums) = merged {
                    let mut known = std::mem::take(sums).into_iter().peekable();
                    for &(number, rows, red) in counts {
                        sums.extend(std::iter::from_fn(|| known.next_if(|known| known[0] < number)));
                        let [_, before, red_before] = known.next_if(|known| known[0] == number).unwrap_or_default();
                        sums.push([number, before + i64::from(rows), red_before + i64::from(red)]);
                    }
                    sums.extend(known);
                }
            }
        }
    }

    /// How many values occur (for a list field, elements), and the `most` frequent of them, most frequent first. The others are
    /// neither named nor put in order: a column may have a hundred thousand.
    pub(super) fn values_of(&self, field: Field, merged: &Merged, most: usize) -> (usize, Vec<TopValue>) {
        let texts = self.texts.borrow();
        let text_of = |code: usize| texts.text(field as u16, code as u32);
        let mut elements = Dictionary::default();
        // Number, code or place among the elements, then rows and significant rows.
        let mut found: Vec<[i64; 3]> = Vec::new();
        match merged {
            Merged::Numbers(numbers) => found.clone_from(numbers),
            Merged::Texts(sums) => {
                for (code, (rows, red)) in sums.iter().enumerate().filter(|(_, (rows, _))| *rows > 0) {
                    let counts = [*rows as i64, *red as i64];
                    if field.kind() != Kind::List {
                        found.push([code as i64, counts[0], counts[1]]);
                        continue;
                    }
                    for element in text_of(code).split(char::from(Kind::LIST_SEPARATOR)) {
                        let at = elements.intern(element.as_bytes()) as usize;
                        if at == found.len() {
                            found.push([at as i64, 0, 0]);
                        }
                        (found[at][1], found[at][2]) = (found[at][1] + counts[0], found[at][2] + counts[1]);
                    }
                }
            }
        }
        let unique = found.len();
        if most < unique {
            let mut least: Vec<i64> = found.iter().map(|value| value[1]).collect();
            least.sort_unstable();
            let least = least.get(unique - most).copied().unwrap_or(i64::MAX);
            found.retain(|value| value[1] >= least);
        }
        let named = found.into_iter().map(|[value, rows, red]| {
            let name = match merged {
                Merged::Numbers(_) => CellValue::Int(value),
                Merged::Texts(_) if field.kind() == Kind::List => {
                    CellValue::Text(String::from_utf8_lossy(elements.get(value as u32)).into_owned())
                }
                Merged::Texts(_) => CellValue::Text(text_of(value as usize)),
            };
            TopValue { value: name, count: rows as u64, significant: red as u64 }
        });
        let mut values: Vec<TopValue> = named.collect();
        sort::by(&mut values, |a, b| b.count.cmp(&a.count).then_with(|| order_of(&a.value, &b.value)));
        values.truncate(most);
        (unique, values)
    }

    /// The logs that are no steps, if all of them are requests.
    pub(super) fn requests(&self, others: u64, counts: &Few<u16, Merged>) -> Option<u64> {
        let types = counts.get(&(Field::LogType as u16))?;
        let requests = self.values_of(Field::LogType, types, usize::MAX).1.into_iter();
        let requests =
            requests.filter(|top| matches!(&top.value, CellValue::Text(name) if REQUESTS.contains(&&**name)));
        (requests.map(|top| top.count).sum::<u64>() == others).then_some(others)
    }

    fn tiles(
        &self,
        counts: &Few<u16, Merged>,
        distributions: &Few<Measure, Distribution>,
        top: usize,
        whole: &Partial,
    ) -> Vec<Tile> {
        let mut tiles = Vec::new();
        for field in TILES {
            let index = *field as u16;
            let distribution = distributions.get(&Measure::Field(index)).cloned();
            let (logs, (unique, top)) = match (counts.get(&index), &distribution) {
                (Some(merged), _) => (rows_with_value(merged), self.values_of(*field, merged, top)),
                (None, Some(distribution)) => (distribution.count, (0, Vec::new())),
                (None, None) => continue,
            };
            // A tile that says "0 everywhere" or names the only source or port says nothing.
            let trivial = match field {
                Field::Retries => unique < 2 && top.iter().all(|value| value.value == CellValue::Int(0)),
                Field::QueueTime => distribution.as_ref().is_some_and(|d| d.max == 0),
                Field::Source | Field::LogType | Field::Severity | Field::ServerPort => unique < 2,
                _ => false,
            };
            if logs == 0 || trivial {
                continue;
            }
            let unique = unique as u64;
            let steps = if OF_REQUESTS.contains(field) { whole.steps } else { 0 };
            tiles.push(Tile { field: index, logs, base: whole.total - steps, unique, top, distribution });
        }
        tiles
    }

    /// Exact percentiles: the sketches tell the class of each, a second round counts inside those classes. While files are
    /// read (`so_far`) the next answer comes at once, and the upper end of the class has to do: at most 1.6 % too high.
    async fn distributions(
        &self,
        select: &Select,
        sketches: &Few<Measure, Sketch>,
        so_far: bool,
    ) -> Result<Few<Measure, Distribution>, String> {
        let mut ranges = Vec::new();
        for (measure, sketch) in sketches.iter() {
            if so_far || same_as_field(*measure, sketches).is_some() {
                continue;
            }
            for percent in PERCENTILES {
                let Some((class, _)) = percentile_class(sketch, percent) else { continue };
                let (low, high) = bounds_in(sketch, class);
                if low < high && ranges.last() != Some(&(*measure, low, high)) {
                    ranges.push((*measure, low, high));
                }
            }
        }
        let mut exact: Few<(Measure, i64), Vec<(i64, u64)>> = Few::default();
        if !ranges.is_empty() {
            let ask = Ask::Refine { select: select.clone(), ranges: ranges.clone() };
            for reply in self.all(|_| (ask.clone(), Beside::Nothing)).await {
                let Reply::Refined(parts) = reply else { return Err(failure(reply)) };
                for ((measure, low, _), counts) in ranges.iter().zip(parts) {
                    let all = exact.entry((*measure, *low), Vec::new);
                    *all = crate::stats::merge_counts(all, &counts);
                }
            }
        }
        let of = |measure: &Measure, sketch: &Sketch| {
            let asked = same_as_field(*measure, sketches).unwrap_or(*measure);
            let counts = |low, _| exact.get(&(asked, low));
            let [p50, p90, p95, p99] = PERCENTILES.map(|percent| percentile(sketch, percent, &counts).unwrap_or(0));
            let (count, sum, min, max) = (sketch.count, sketch.sum, sketch.min, sketch.max);
            Distribution { count, sum, min, max, p50, p90, p95, p99, classes: coarse(sketch) }
        };
        let mut all = Few::default();
        for (measure, sketch) in sketches.iter().filter(|(_, sketch)| sketch.count > 0) {
            all.insert(*measure, of(measure, sketch));
        }
        Ok(all)
    }
}

/// The field that a measure of time repeats: asked once is enough.
fn same_as_field(measure: Measure, sketches: &Few<Measure, Sketch>) -> Option<Measure> {
    let field = match measure {
        Measure::Slot(Slot::Queue) => Field::QueueTime,
        Measure::Total => Field::TotalTime,
        _ => return None,
    };
    let field = Measure::Field(field as u16);
    (sketches.get(&field) == sketches.get(&measure)).then_some(field)
}

/// Classes for drawing: eight per doubling.
fn coarse(sketch: &Sketch) -> Vec<(i64, u64)> {
    let mut classes: Vec<(i64, u64)> = Vec::new();
    for (class, count) in &sketch.classes {
        let low = if *class < 64 { i64::from(*class) } else { class_bounds(class & !7).0 };
        match classes.last_mut() {
            Some((last, sum)) if *last == low => *sum += count,
            _ => classes.push((low, *count)),
        }
    }
    classes
}

fn order_of(a: &CellValue, b: &CellValue) -> std::cmp::Ordering {
    match (a, b) {
        (CellValue::Int(a), CellValue::Int(b)) => a.cmp(b),
        (CellValue::Text(a), CellValue::Text(b)) => a.cmp(b),
        (CellValue::Int(_), CellValue::Text(_)) => std::cmp::Ordering::Less,
        (CellValue::Text(_), CellValue::Int(_)) => std::cmp::Ordering::Greater,
    }
}

pub(super) fn rows_with_value(merged: &Merged) -> u64 {
    match merged {
        Merged::Texts(sums) => sums.iter().map(|(rows, _)| rows).sum(),
        Merged::Numbers(numbers) => numbers.iter().map(|number| number[1] as u64).sum(),
    }
}

fn merge_totals(whole: &mut Partial, part: Partial) {
    whole.loaded += part.loaded;
    whole.matching += part.matching;
    whole.all += part.all;
    whole.significant += part.significant;
    whole.total += part.total;
    whole.without_time += part.without_time;
    whole.interim += part.interim;
    whole.steps += part.steps;
    whole.significant_steps += part.significant_steps;
    whole.left_out += part.left_out;
    whole.fields.extend(part.fields);
    whole.extent = match (whole.extent, part.extent) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (a, b) => a.or(b),
    };
    for (bin, more) in whole.bins.iter_mut().zip(&part.bins) {
        bin.significant += more.significant;
        bin.other += more.other;
    }
    whole.markers.extend(part.markers);
    whole.unparsed.extend(part.unparsed);
    whole.culprits.extend(part.culprits);
}

fn unparsed(parts: Vec<(String, u64)>) -> Unparsed {
    let mut reasons: Few<String, u64> = Few::default();
    for (reason, rows) in parts {
        *reasons.entry(reason, || 0) += rows;
    }
    let mut reasons: Vec<_> = reasons
        .into_iter()
        .map(|(id, rows)| {
            let (text, advice) = Reason::find(&id).map_or(("", ""), |reason| (reason.text(), reason.advice()));
            (id, text.to_owned(), advice.to_owned(), rows)
        })
        .collect();
    sort::by_key(&mut reasons, |(.., rows)| std::cmp::Reverse(*rows));
    Unparsed { count: reasons.iter().map(|(.., rows)| rows).sum(), reasons }
}
