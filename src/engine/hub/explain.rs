//! Explain selection: every field of two groups of logs, ranked by what differs beyond chance.

use super::summary::{Merged, rows_with_value};
use super::{Beside, Hub, Outlet, Shards, failure};
use crate::engine::requests::OF_REQUESTS;
use crate::protocol::shard::{Ask, Compared, Measure, Reply, Select, Sketch};
use crate::protocol::{CellValue, Compare, Difference, Differences, Differing, View};
use crate::query;
use crate::record::{Field, Kind};
use crate::stats::difference::{Found, LEAST, Pair, level, of_numbers, of_values};
use crate::stats::{bounds_in, merge_sketches, percentile, percentile_class};
use crate::text::few::Few;
use crate::text::sort;

/// Differences under this are only named.
const SLIGHT: f64 = 0.06;
const PERCENTILES: [u64; 2] = [50, 95];

/// Whole numbers that are names: what is counted is how often each occurs, not how large they are.
const NUMBERED: &[Field] = &[
    Field::ResponseCode,
    Field::ServerResponseCode,
    Field::IcapResponseCode,
    Field::IcapHttpCode,
    Field::SipStatus,
    Field::GrpcStatus,
    Field::Retries,
    Field::ServersTried,
    Field::VcpuId,
    Field::ProcessId,
    Field::ThreadId,
    Field::VsPort,
    Field::ServerPort,
    Field::DstNatPort,
    Field::AppRisk,
];

/// What only numbers the logs or names a single one, and ports that are drawn by lot: a difference says nothing.
const MEANINGLESS: &[Field] = &[
    Field::Line,
    Field::LineCounter,
    Field::LogId,
    Field::RejectColumn,
    Field::ClientPort,
    Field::ServerConnPort,
    Field::SrcNatPort,
    Field::IcapSourcePort,
    Field::Http2Stream,
    Field::RequestId,
    Field::TransactionId,
    Field::SslSessionId,
    Field::ServerSslSessionId,
    Field::IcapTask,
    Field::IcapStatusUrl,
    Field::SipCallId,
    // "Why significant" says the same and more.
    Field::Significant,
    Field::SignificantMask,
];

/// How many connections there were at the time: many logs have that in common, and none is the cause of it.
const LOAD: &[Field] =
    &[Field::Actconn, Field::Feconn, Field::Beconn, Field::SrvConn, Field::SrvQueue, Field::BackendQueue];

/// What makes an entry significant, and what is written down because it is.
const OF_SIGNIFICANCE: &[Field] = &[Field::Significance, Field::LoggedBy];

/// True where the numbers of a field are compared by their distribution, and not one by one.
pub fn is_quantity(field: Field) -> bool {
    match field.kind() {
        Kind::Duration | Kind::Bytes => true,
        Kind::Int => !NUMBERED.contains(&field),
        _ => false,
    }
}

/// The fields that the comparison itself is made of.
fn made_of(compare: Compare, query: &str) -> Vec<Field> {
    let mut fields = Vec::new();
    match compare {
        Compare::Selection => {}
        Compare::Significant => fields.extend(OF_SIGNIFICANCE),
        Compare::Search => {
            if let Ok(checked) = query::compile(query) {
                fields = checked.fields();
            }
            if fields.contains(&Field::Significant) {
                fields.extend(OF_SIGNIFICANCE);
            }
        }
    }
    fields
}

/// What the shards told, as one.
#[derive(Default)]
struct Whole {
    rows: Pair,
    requests: Pair,
    counts: Few<u16, Merged>,
    sketches: [Few<Measure, Sketch>; 2],
    /// A field may be named by several shards.
    too_many: Vec<u16>,
}

impl Whole {
    /// True where there are no steps, or enough requests on both sides; of what a search finds, most must be requests.
    fn tells_of_requests(&self, compare: Compare) -> bool {
        self.rows == self.requests
            || self.requests.iter().all(|requests| *requests >= LEAST)
                && (compare != Compare::Search || self.requests[0] * 2 >= self.rows[0])
    }

    fn sketch(&self, field: u16, side: usize) -> Sketch {
        self.sketches[side].get(&Measure::Field(field)).cloned().unwrap_or_default()
    }
}

impl<S: Shards, O: Outlet> Hub<S, O> {
    pub(super) async fn explain(&self, id: u64, view: &View, compare: Compare) -> Result<Differences, String> {
        let generation = self.generation();
        let so_far = !self.sources.borrow().is_done();
        let select = self.select(view);
        let comparable =
            |field: &Field| !matches!(field.kind(), Kind::Time | Kind::Body) && !MEANINGLESS.contains(field);
        let fields: Vec<u16> = Field::ALL.iter().filter(|f| comparable(f)).map(|f| *f as u16).collect();
        // What steps of a request say is said by the request: lines are compared where these are no requests.
        let mut lines = false;
        let mut whole = loop {
            let ask = Ask::Compare { select: select.clone(), compare, fields: fields.clone(), lines };
            let mut whole = Whole::default();
            for (shard, reply) in self.all(|_| (ask.clone(), Beside::Nothing)).await.into_iter().enumerate() {
                let Reply::Compared(part) = reply else { return Err(failure(reply)) };
                self.add_part(&mut whole, shard, *part);
            }
            if lines || whole.tells_of_requests(compare) {
                break whole;
            }
            lines = true;
        };
        let logs = if lines { whole.rows } else { whole.requests };
        let left_out = whole.rows.iter().sum::<u64>() - logs.iter().sum::<u64>();
        let others = logs.iter().sum();
        let mut found = Differences {
            id,
            generation,
            so_far,
            logs,
            requests: left_out > 0 && self.requests(others, &whole.counts).is_some(),
            left_out,
            least: LEAST,
            too_many: whole.too_many.clone(),
            ..Differences::default()
        };
        if !lines {
            whole.rows = whole.requests;
        }
        if whole.rows.iter().any(|rows| *rows < LEAST) {
            return Ok(found);
        }
        whole.counts.retain(|(field, counts)| !whole.too_many.contains(field) && rows_with_value(counts) > 0);
        let made_of = made_of(compare, &view.query);
        let mut tried = Vec::new();
        for field in Field::ALL {
            let index = *field as u16;
            let measured =
                whole.sketches.iter().any(|side| side.get(&Measure::Field(index)).is_some_and(|s| s.count > 0));
            if !measured && whole.counts.get(&index).is_none() {
                continue;
            }
            if made_of.contains(field) { found.made_of.push(index) } else { tried.push(index) }
        }
        let level = level(tried.len());
        for index in tried {
            let difference = match whole.counts.get(&index) {
                Some(counts) => self.of_values(index, counts, &whole, level),
                None => {
                    let [group, rest] = [0, 1].map(|side| whole.sketch(index, side));
                    let detail = Differing::Numbers { p50: [0; 2], p95: [0; 2] };
                    let size = of_numbers(&group, &rest, level);
                    Difference { field: index, load: false, size, base: [group.count, rest.count], detail }
                }
            };
            match difference.size {
                0.0 => found.alike.push(index),
                _ => found.fields.push(difference),
            }
        }
        sort::by(&mut found.fields, |a, b| b.size.total_cmp(&a.size).then(a.field.cmp(&b.field)));
        let shown = found.fields.iter().take_while(|difference| difference.size >= SLIGHT).count();
        found.slight = found.fields[shown..].iter().map(|difference| difference.field).collect();
        found.fields.truncate(shown);
        for difference in &mut found.fields {
            difference.load = LOAD.iter().any(|field| *field as u16 == difference.field);
        }
        sort::by_key(&mut found.fields, |difference| difference.load);
        for side in 0..2 {
            self.percentiles(&mut found.fields, side, &whole, &select, compare).await?;
        }
        Ok(found)
    }

    fn add_part(&self, whole: &mut Whole, shard: usize, part: Compared) {
        for side in 0..2 {
            whole.rows[side] += part.rows[side];
            whole.requests[side] += part.requests[side];
        }
        for (field, counts) in &part.counts {
            self.merge_counts(shard, *field, counts, &mut whole.counts);
        }
        for (field, sides) in &part.sketches {
            for (known, side) in whole.sketches.iter_mut().zip(sides) {
                merge_sketches(known.entry(Measure::Field(*field), Sketch::default), side);
            }
        }
        for field in part.too_many {
            if !whole.too_many.contains(&field) {
                whole.too_many.push(field);
            }
        }
    }

    fn of_values(&self, index: u16, merged: &Merged, whole: &Whole, level: f64) -> Difference {
        let field = Field::from_index(usize::from(index)).unwrap_or(Field::Format);
        let base = if OF_REQUESTS.contains(&field) { whole.requests } else { whole.rows };
        let pair = |(all, group): (u64, u64)| [group, all - group];
        let list = field.kind() == Kind::List;
        // What stands at each place: an element of a list, a code, a number.
        let elements = if list { self.values_of(field, merged, usize::MAX).1 } else { Vec::new() };
        let (mut names, mut counts): (Vec<i64>, Vec<Pair>) = match merged {
            _ if list => elements.iter().enumerate().map(|(at, v)| (at as i64, pair((v.count, v.significant)))).unzip(),
            Merged::Texts(sums) => {
                let used = sums.iter().enumerate().filter(|(_, sum)| sum.0 > 0);
                used.map(|(code, sum)| (code as i64, pair(*sum))).unzip()
            }
            Merged::Numbers(numbers) => {
                numbers.iter().map(|[number, rows, group]| (*number, pair((*rows as u64, *group as u64)))).unzip()
            }
        };
        let with = match merged {
            Merged::Texts(sums) => sums.iter().fold([0; 2], |with, sum| added(with, pair(*sum))),
            Merged::Numbers(_) => counts.iter().fold([0; 2], |with, found| added(with, *found)),
        };
        let without = [base[0] - with[0], base[1] - with[1]];
        let absent = names.len();
        if without != [0; 2] {
            names.push(0);
            counts.push(without);
        }
        let Found { difference, values } = of_values(&counts, base, list, level);
        let value = |at: usize| match merged {
            _ if at == absent => None,
            _ if list => Some(elements[at].value.clone()),
            Merged::Texts(_) => Some(CellValue::Text(self.texts.borrow().text(index, names[at] as u32))),
            Merged::Numbers(_) => Some(CellValue::Int(names[at])),
        };
        let values = values.into_iter().map(|at| (value(at), counts[at])).collect();
        Difference { field: index, load: false, size: difference, base, detail: Differing::Values(values) }
    }

    /// Exact percentiles of one side: the sketches tell the class of each, a second round counts inside those classes.
    async fn percentiles(
        &self,
        fields: &mut [Difference],
        side: usize,
        whole: &Whole,
        select: &Select,
        compare: Compare,
    ) -> Result<(), String> {
        let sketch = |field: u16| whole.sketch(field, side);
        let is_number = |difference: &&Difference| matches!(difference.detail, Differing::Numbers { .. });
        let mut ranges: Vec<(Measure, i64, i64)> = Vec::new();
        for difference in fields.iter().filter(is_number) {
            let sketch = sketch(difference.field);
            for (class, _) in PERCENTILES.iter().filter_map(|percent| percentile_class(&sketch, *percent)) {
                let (low, high) = bounds_in(&sketch, class);
                let range = (Measure::Field(difference.field), low, high);
                if ranges.last() != Some(&range) && low < high {
                    ranges.push(range);
                }
            }
        }
        let mut exact: Vec<Vec<(i64, u64)>> = vec![Vec::new(); ranges.len()];
        if !ranges.is_empty() {
            let ask = Ask::RefineSide { select: select.clone(), compare, rest: side == 1, ranges: ranges.clone() };
            for reply in self.all(|_| (ask.clone(), Beside::Nothing)).await {
                let Reply::Refined(parts) = reply else { return Err(failure(reply)) };
                for (all, part) in exact.iter_mut().zip(parts) {
                    *all = crate::stats::merge_counts(all, &part);
                }
            }
        }
        for difference in fields {
            let Differing::Numbers { p50, p95 } = &mut difference.detail else { continue };
            let sketch = sketch(difference.field);
            let counts = |low, high| {
                let at = ranges.iter().position(|range| *range == (Measure::Field(difference.field), low, high));
                at.map(|at| &exact[at])
            };
            let [of_half, of_most] = PERCENTILES.map(|percent| percentile(&sketch, percent, &counts).unwrap_or(0));
            (p50[side], p95[side]) = (of_half, of_most);
        }
        Ok(())
    }
}

fn added(a: Pair, b: Pair) -> Pair {
    [a[0] + b[0], a[1] + b[1]]
}
