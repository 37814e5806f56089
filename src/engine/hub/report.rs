//! What halog reports, as a table: groups merged by name, ordered, and percentiles of those that are shown.

use super::{Beside, Hub, Outlet, Shards, failure};
use crate::engine::report::{From, Plan, named_by, percentiles, plan};
use crate::protocol::shard::{Ask, Reply, Select, Sketch};
use crate::protocol::{CellValue, Figure, Report, ReportKind, Reported, View};
use crate::record::Field;
use crate::stats::groups::{Known, merge, width};
use crate::stats::silence::join;
use crate::stats::{bounds_in, class_at, merge_counts, merge_sketches, nearest_rank, number_at};
use crate::text::sort;
use futures::future::LocalBoxFuture;

/// No code and no number.
const NONE: i64 = i64::MIN;

/// What a group adds up to (`stats::groups`), with our codes.
type Group = Vec<i64>;

/// Distributions of the groups that are shown, and exact counts in some classes of them: (distribution, class).
#[derive(Default)]
struct Numbers {
    sketches: Vec<Sketch>,
    classes: Vec<(u32, u32)>,
    exact: Vec<Vec<(i64, u64)>>,
}

impl<S: Shards, O: Outlet> Hub<S, O> {
    pub(super) async fn report(&self, id: u64, view: &View, report: &Report) -> Result<Reported, String> {
        let mut found = Reported {
            id,
            generation: self.generation(),
            so_far: !self.sources.borrow().is_done(),
            ..Reported::default()
        };
        let (select, plan, by) = (self.select(view), plan(report), named_by(report));
        let nobody = vec![Vec::new(); self.shards.count()];
        let sums = self.replies(&select, report, &nobody, &[]).await;
        if report.kind == ReportKind::Silences {
            silences(&mut found, report, sums)?;
            return Ok(found);
        }
        for field in &by {
            self.all(|_| (Ask::Texts { field: *field as u16 }, Beside::Nothing)).await;
        }
        let groups = self.groups(&mut found, report, plan, &by, sums)?;
        let mut numbers = Numbers::default();
        if !groups.is_empty() {
            let keys = self.keys(&by, &groups);
            numbers.take_sketches(self.replies(&select, report, &keys, &[]).await)?;
            numbers.choose_classes(|at, sketch| ranks(report, plan, at, sketch));
            if !numbers.classes.is_empty() {
                numbers.take_exact(self.replies(&select, report, &keys, &numbers.classes).await)?;
            }
        }
        match report.kind {
            ReportKind::Timers => percentile_rows(&mut found, plan, &numbers),
            _ => self.group_rows(&mut found, report, plan, &by, &groups, &numbers),
        }
        Ok(found)
    }

    fn replies(
        &self,
        select: &Select,
        report: &Report,
        keys: &[Vec<i64>],
        classes: &[(u32, u32)],
    ) -> LocalBoxFuture<'_, Vec<Reply>> {
        self.all(|shard| {
            let (keys, classes) = (keys[shard].clone(), classes.to_vec());
            (Ask::Report { select: select.clone(), report: *report, keys, classes }, Beside::Nothing)
        })
    }

    /// The groups of all shards under our codes, the first of them in order.
    fn groups(
        &self,
        found: &mut Reported,
        report: &Report,
        plan: &Plan,
        by: &[Field],
        sums: Vec<Reply>,
    ) -> Result<Vec<Group>, String> {
        let texts = self.texts.borrow();
        let mut groups: Vec<Group> = Vec::new();
        let mut known = Known::new(by.get(1).map_or(0, |field| texts.len(*field as u16)));
        for (shard, reply) in sums.into_iter().enumerate() {
            let Reply::Reported { logs, apart, others, numbers, .. } = reply else { return Err(failure(reply)) };
            found.logs += logs;
            found.apart += apart;
            found.others += others;
            for group in numbers.chunks_exact(width(plan.flags, plan.measures.len(), plan.peaks.len())) {
                let mut key = [group[0], group[1]];
                for (field, code) in by.iter().zip(&mut key).filter(|(field, _)| field.kind().is_text()) {
                    if *code != NONE {
                        *code = texts.code(shard, *field as u16, *code as u32).map_or(NONE, i64::from);
                    }
                }
                match known.find(key) {
                    Some(at) => merge(&mut groups[at], group, plan.peaks.len()),
                    None => {
                        known.add(key);
                        let mut group = group.to_vec();
                        group[..2].copy_from_slice(&key);
                        groups.push(group);
                    }
                }
            }
        }
        found.found = groups.len() as u64;
        found.without = found.logs - groups.iter().map(|group| group[2] as u64).sum::<u64>();
        // Percentiles are known only of the groups that are shown: those with the most logs.
        let (from, descending) = match plan.from(report.sort) {
            Some(From::P95(_)) => (None, true),
            from => (from, report.descending),
        };
        let name = |group: &Group, at: usize| match by.get(at) {
            Some(field) if field.kind().is_text() && group[at] != NONE => texts.bytes(*field as u16, group[at] as u32),
            _ => &[],
        };
        let place = |group: &Group| place(plan.number(group, from), descending);
        // Most of a hundred thousand addresses need no order.
        if let Some(last) = (report.limit as usize).checked_sub(1).filter(|last| *last < groups.len()) {
            let mut places: Vec<i64> = groups.iter().map(place).collect();
            places.sort_unstable();
            groups.retain(|group| place(group) <= places[last]);
        }
        sort::by(&mut groups, |a, b| {
            (place(a), b[2], name(a, 0), name(a, 1))
                .cmp(&(place(b), a[2], name(b, 0), name(b, 1)))
                .then_with(|| a[..2].cmp(&b[..2]))
        });
        groups.truncate(report.limit as usize);
        Ok(groups)
    }

    /// What each shard calls the groups, two numbers for each.
    fn keys(&self, by: &[Field], groups: &[Group]) -> Vec<Vec<i64>> {
        let texts = self.texts.borrow();
        let of_shard = |shard: usize| {
            let mut keys: Vec<i64> = groups.iter().flat_map(|group| group[..2].iter().copied()).collect();
            for (at, field) in by.iter().enumerate().filter(|(_, field)| field.kind().is_text()) {
                let codes = texts.codes(shard, *field as u16);
                for key in keys.iter_mut().skip(at).step_by(2).filter(|key| **key != NONE) {
                    *key = codes.get(*key as usize).map_or(NONE, |code| *code);
                }
            }
            // A shard that knows only one of two names does not have the group.
            for (key, group) in keys.as_chunks_mut::<2>().0.iter_mut().zip(groups) {
                if (key[1] == NONE) != (group[1] == NONE) {
                    *key = [NONE; 2];
                }
            }
            keys
        };
        (0..self.shards.count()).map(of_shard).collect()
    }

    fn group_rows(
        &self,
        found: &mut Reported,
        report: &Report,
        plan: &Plan,
        by: &[Field],
        groups: &[Group],
        numbers: &Numbers,
    ) {
        found.fields = by.iter().map(|field| *field as u16).collect();
        found.columns.push(Figure::Logs);
        found.columns.extend(plan.figures.iter().map(|(figure, _)| *figure));
        let figure = |at: usize, from: Option<From>| match from {
            Some(From::P95(measure)) => {
                let at = at * plan.measures.len() + measure;
                numbers.at(at, |sketch| nearest_rank(sketch, 95))
            }
            from => plan.number(&groups[at], from),
        };
        let mut rows: Vec<usize> = (0..groups.len()).collect();
        if let Some(from @ From::P95(_)) = plan.from(report.sort) {
            sort::by_key(&mut rows, |row| place(figure(*row, Some(from)), report.descending));
        }
        let texts = self.texts.borrow();
        for at in rows {
            for (field, code) in by.iter().zip(&groups[at]) {
                found.names.push(match *code {
                    NONE => None,
                    code if field.kind().is_text() => Some(CellValue::Text(texts.text(*field as u16, code as u32))),
                    number => Some(CellValue::Int(number)),
                });
            }
            found.numbers.push(groups[at][2]);
            found.numbers.extend(plan.figures.iter().map(|(_, from)| figure(at, Some(*from)).unwrap_or(NONE)));
        }
    }
}

impl Numbers {
    fn take_sketches(&mut self, replies: Vec<Reply>) -> Result<(), String> {
        for reply in replies {
            let Reply::Reported { sketches, .. } = reply else { return Err(failure(reply)) };
            self.sketches.resize(sketches.len(), Sketch::default());
            self.sketches.iter_mut().zip(&sketches).for_each(|(whole, part)| merge_sketches(whole, part));
        }
        Ok(())
    }

    /// The classes that hold numbers of these ranks, where those numbers may differ.
    fn choose_classes(&mut self, ranks: impl Fn(usize, &Sketch) -> Vec<u64>) {
        for (at, sketch) in self.sketches.iter().enumerate() {
            for (class, _) in ranks(at, sketch).into_iter().filter_map(|rank| class_at(sketch, rank)) {
                let (low, high) = bounds_in(sketch, class);
                if low < high && self.classes.last() != Some(&(at as u32, class)) {
                    self.classes.push((at as u32, class));
                }
            }
        }
        self.exact.resize(self.classes.len(), Vec::new());
    }

    fn take_exact(&mut self, replies: Vec<Reply>) -> Result<(), String> {
        for reply in replies {
            let Reply::Refined(parts) = reply else { return Err(failure(reply)) };
            self.exact.iter_mut().zip(&parts).for_each(|(all, part)| *all = merge_counts(all, part));
        }
        Ok(())
    }

    /// The number of a rank in a distribution.
    fn at(&self, at: usize, rank: impl Fn(&Sketch) -> u64) -> Option<i64> {
        let sketch = self.sketches.get(at)?;
        let counts = |low, high| {
            let is = |(of, class): &(u32, u32)| *of as usize == at && bounds_in(sketch, *class) == (low, high);
            self.classes.iter().position(is).map(|at| &self.exact[at])
        };
        number_at(sketch, rank(sketch), &counts)
    }
}

/// The ranks that are wanted of a distribution.
fn ranks(report: &Report, plan: &Plan, at: usize, sketch: &Sketch) -> Vec<u64> {
    let p95 = From::P95(at % plan.measures.len());
    match report.kind {
        ReportKind::Timers => percentiles().into_iter().map(|percent| rounded_down(sketch.count, percent)).collect(),
        _ if plan.figures.iter().any(|(_, from)| *from == p95) => vec![nearest_rank(sketch, 95)],
        _ => Vec::new(),
    }
}

/// The rank of a percentile in thousandths, as halog rounds it.
fn rounded_down(count: u64, percentile: u64) -> u64 {
    (count * percentile / 1_000).max(1)
}

fn percentile_rows(found: &mut Reported, plan: &Plan, numbers: &Numbers) {
    found.columns = vec![Figure::Percentile, Figure::Logs];
    found.columns.extend(plan.figures.iter().map(|(figure, _)| *figure));
    found.found = 0;
    for percent in percentiles() {
        if found.logs == 0 {
            return;
        }
        found.numbers.extend([percent as i64, rounded_down(found.logs, percent) as i64]);
        let timer = |at| numbers.at(at, |sketch| rounded_down(sketch.count, percent)).unwrap_or(NONE);
        found.numbers.extend((0..plan.measures.len()).map(timer));
        found.found += 1;
    }
}

/// Times without logs, from the last log before to the first after.
fn silences(found: &mut Reported, report: &Report, replies: Vec<Reply>) -> Result<(), String> {
    let mut spells: Vec<[i64; 3]> = Vec::new();
    for reply in replies {
        let Reply::Reported { logs, others, numbers, .. } = reply else { return Err(failure(reply)) };
        found.logs += logs;
        found.others += others;
        spells.extend(numbers.as_chunks().0);
    }
    join(&mut spells, report.silence);
    found.columns = vec![Figure::From, Figure::To, Figure::Silence, Figure::Logs];
    let column = found.columns.iter().position(|figure| *figure == report.sort).unwrap_or(0);
    let mut rows: Vec<[i64; 4]> = Vec::new();
    for [[_, from, _], [to, _, logs]] in spells.array_windows() {
        if *logs >= report.least as i64 {
            rows.push([*from, *to, to - from, *logs]);
        }
    }
    found.found = rows.len() as u64;
    sort::by_key(&mut rows, |row| place(Some(row[column]), report.descending));
    rows.truncate(report.limit as usize);
    found.numbers = rows.concat();
    Ok(())
}

impl Plan {
    fn from(&self, figure: Figure) -> Option<From> {
        self.figures.iter().find(|(of, _)| *of == figure).map(|(_, from)| *from)
    }

    /// A figure of what a group adds up to, the number of its logs if none is named; percentiles are not among that.
    fn number(&self, group: &[i64], from: Option<From>) -> Option<i64> {
        let (measures, peaks) = (3 + self.flags, 3 + self.flags + 2 * self.measures.len());
        let some = |first: usize| (group[first] != 0).then_some(group[first + 1]).filter(|number| *number != NONE);
        match from {
            None => Some(group[2]),
            Some(From::Flag(at)) => Some(group[3 + at]),
            Some(From::Mean(at)) => some(measures + 2 * at).map(|sum| sum / group[measures + 2 * at]),
            Some(From::Sum(at)) => some(measures + 2 * at),
            Some(From::P95(_)) => None,
            Some(From::Peak(at)) => some(peaks + 2 * at).map(|_| group[peaks + 2 * at]),
            Some(From::PeakAt(at)) => some(peaks + 2 * at).map(|time| -time),
        }
    }
}

/// Where a number stands in the order: smaller first. What has none comes last.
fn place(number: Option<i64>, descending: bool) -> i64 {
    match number {
        Some(number) if descending => !number,
        Some(number) => number,
        None => i64::MAX,
    }
}
