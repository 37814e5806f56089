//! Rows `first .. first + count` of the sorted view, without sorting: counts of keys lead to the rows around them.

use super::{Beside, Hub, Outlet, Shards, Source, failure};
use crate::engine::order::{LAST, bucket_width};
use crate::protocol::shard::{Ask, Key, Order, Position, Reply, Select};
use crate::protocol::{Located, RowId, RowText, RowView, Rows, Seek, View};
use crate::text::few::Few;
use crate::text::sort;

/// Parts into which a range of keys is split: in the first round so few that most pages of a log in order fall into one and
/// need not be looked at, then, among fewer pages, more.
const BUCKETS: (u32, u32) = (64, 1024);
/// Rows that may be gathered to be sorted.
const GATHER: u64 = 4096;

/// Rows from the start of the order that are asked for in one round.
const HEAD: u64 = 1024;

/// One row found, and where it stands in the order.
pub type Found = (Position, RowId);

/// The rows of a view in its order.
pub(super) struct Ordered {
    select: Select,
    /// For each shard.
    orders: Vec<Order>,
    /// Only rows marked as errors.
    errors: bool,
}

impl<S: Shards, O: Outlet> Hub<S, O> {
    pub(super) async fn rows(
        &self,
        id: u64,
        view: &View,
        first: u64,
        count: u32,
        columns: &[u16],
        text: RowText,
    ) -> Result<Rows, String> {
        let generation = self.generation();
        let ordered = self.in_order(view).await;
        let (total, found) = self.window(&ordered, first, u64::from(count)).await?;
        let rows = self.fetch(&found, columns, text).await?;
        Ok(Rows { id, generation, total, first, rows })
    }

    /// The rows of a view.
    pub(super) async fn in_order(&self, view: &View) -> Ordered {
        Ordered { select: self.select(view), orders: self.orders(view).await, errors: false }
    }

    pub(super) async fn locate(&self, request: u64, view: &View, seek: Seek) -> Result<Located, String> {
        let all = self.in_order(view).await;
        let position = match seek {
            Seek::Time(time) => {
                let key = if view.sort.descending { !time } else { time };
                Some(self.before(&all, Position { key, source: 0, offset: 0 }).await?)
            }
            Seek::Row(id) => {
                let shard = id.shard as usize;
                let Some(order) = all.orders.get(shard).cloned() else {
                    return Ok(Located { id: request, position: None });
                };
                let ask = Ask::Place { select: all.select.clone(), order, row: id.row };
                match self.ask(shard, ask, Beside::Nothing).await {
                    Reply::Head(_, found) => match found.first() {
                        Some((position, _)) => Some(self.before(&all, *position).await?),
                        None => None,
                    },
                    reply => return Err(failure(reply)),
                }
            }
            Seek::NextError(from) | Seek::PreviousError(from) => {
                let errors = Ordered { errors: true, select: all.select.clone(), orders: all.orders.clone() };
                match self.window(&all, from, 1).await?.1.first() {
                    Some((here, _)) => {
                        let before = self.before(&errors, *here).await?;
                        let rank = match seek {
                            Seek::PreviousError(_) => before.checked_sub(1),
                            // The row itself, where it is an error, is the first of those not before it.
                            _ => {
                                let next = self.window(&errors, before, 1).await?.1;
                                Some(before + u64::from(next.first().is_some_and(|(position, _)| position == here)))
                            }
                        };
                        let found = match rank {
                            Some(rank) => self.window(&errors, rank, 1).await?.1,
                            None => Vec::new(),
                        };
                        match found.first() {
                            Some((position, _)) => Some(self.before(&all, *position).await?),
                            None => None,
                        }
                    }
                    None => None,
                }
            }
        };
        Ok(Located { id: request, position })
    }

    /// (rows in the view, rows of the window).
    async fn window(&self, ordered: &Ordered, first: u64, count: u64) -> Result<(u64, Vec<Found>), String> {
        if first + count <= HEAD {
            let (total, mut found) = self.head(ordered, None, (first + count) as u32).await?;
            return Ok((total, found.split_off(found.len().min(first as usize))));
        }
        let (mut low, mut high, mut present, mut absent) = (Key::MAX, Key::MIN, 0, 0);
        for reply in self.ordered(ordered, |select, order, errors| Ask::Span { select, order, errors }).await {
            let Reply::Span { low: l, high: h, present: p, absent: a } = reply else { return Err(failure(reply)) };
            (low, high, present, absent) = (low.min(l), high.max(h), present + p, absent + a);
        }
        let total = present + absent;
        let end = (first + count).min(total);
        let mut found: Vec<Found> = Vec::new();
        let mut at = first;
        while at < end {
            let wanted = end - at;
            let part = if at < present {
                self.with_key(ordered, low, high, at, wanted.min(present - at)).await?
            } else {
                self.ties(ordered, LAST, at - present, wanted).await?
            };
            if part.is_empty() {
                // Rows went while the question was under way: the page asks again with the next generation.
                break;
            }
            at += part.len() as u64;
            found.extend(part);
        }
        Ok((total, found))
    }

    /// (rows in the view, its first rows, or the first behind a position), in one round.
    pub(super) async fn head(
        &self,
        ordered: &Ordered,
        after: Option<Position>,
        count: u32,
    ) -> Result<(u64, Vec<Found>), String> {
        let (mut total, mut found) = (0, Vec::new());
        let ask = |select, order, errors| Ask::Head { select, order, after, count, errors };
        for (shard, reply) in self.ordered(ordered, ask).await.into_iter().enumerate() {
            let Reply::Head(rows, part) = reply else { return Err(failure(reply)) };
            total += rows;
            found.extend(part.into_iter().map(|(position, row)| (position, RowId { shard: shard as u16, row })));
        }
        sort::by_key(&mut found, |(position, _)| *position);
        found.truncate(count as usize);
        Ok((total, found))
    }

    /// Some of the rows from rank `rank` on among those with a key in `low..=high`; at least one, at most `wanted`.
    async fn with_key(
        &self,
        ordered: &Ordered,
        mut low: Key,
        mut high: Key,
        mut rank: u64,
        wanted: u64,
    ) -> Result<Vec<Found>, String> {
        let (mut buckets, more) = BUCKETS;
        while low < high {
            let mut counts = vec![0; buckets as usize];
            let ask = |select, order, errors| Ask::Buckets { select, order, low, high, buckets, errors };
            for reply in self.ordered(ordered, ask).await {
                let Reply::Numbers(part) = reply else { return Err(failure(reply)) };
                counts.iter_mut().zip(part).for_each(|(sum, count)| *sum += count);
            }
            let mut before = 0;
            let inside = |count: &u64| {
                let here = rank < before + count;
                before += if here { 0 } else { *count };
                here
            };
            let Some(bucket) = counts.iter().position(inside) else { return Ok(Vec::new()) };
            let width = bucket_width(low, high, buckets);
            let start = |bucket: usize| (low as i128 + i128::from(width) * bucket as i128).min(i128::from(Key::MAX));
            if counts[bucket] > GATHER {
                high = (start(bucket + 1) - 1).min(i128::from(high)) as Key;
                low = start(bucket) as Key;
                rank -= before;
                buckets = more;
                continue;
            }
            // As many of the following parts as are needed and not too many.
            let (mut last, mut sum) = (bucket, counts[bucket]);
            while sum < rank - before + wanted && last + 1 < counts.len() && sum + counts[last + 1] <= GATHER {
                last += 1;
                sum += counts[last];
            }
            let (low, high) = (start(bucket) as Key, (start(last + 1) - 1).min(i128::from(high)) as Key);
            let rows = self.gather(ordered, low, high, None).await?;
            return Ok(rows.into_iter().skip((rank - before) as usize).take(wanted as usize).collect());
        }
        self.ties(ordered, low, rank, wanted).await
    }

    /// Rows with exactly this key are in the order of their sources: piece by piece.
    async fn ties(&self, ordered: &Ordered, key: Key, mut rank: u64, wanted: u64) -> Result<Vec<Found>, String> {
        let mut pieces: Few<(Source, u32), u64> = Few::default();
        for reply in self.ordered(ordered, |select, order, errors| Ask::Pieces { select, order, key, errors }).await {
            let Reply::Pieces(part) = reply else { return Err(failure(reply)) };
            part.into_iter().for_each(|(source, piece, rows)| *pieces.entry((source, piece), || 0) += rows);
        }
        for (piece, rows) in pieces {
            if rank < rows {
                let rows = self.gather(ordered, key, key, Some(piece)).await?;
                return Ok(rows.into_iter().skip(rank as usize).take(wanted as usize).collect());
            }
            rank -= rows;
        }
        Ok(Vec::new())
    }

    async fn gather(
        &self,
        ordered: &Ordered,
        low: Key,
        high: Key,
        piece: Option<(Source, u32)>,
    ) -> Result<Vec<Found>, String> {
        let mut found = Vec::new();
        let ask = |select, order, errors| Ask::Gather { select, order, low, high, piece, errors };
        for (shard, reply) in self.ordered(ordered, ask).await.into_iter().enumerate() {
            let Reply::Gathered(part) = reply else { return Err(failure(reply)) };
            found.extend(part.into_iter().map(|(position, row)| (position, RowId { shard: shard as u16, row })));
        }
        sort::by_key(&mut found, |(position, _)| *position);
        Ok(found)
    }

    async fn before(&self, ordered: &Ordered, position: Position) -> Result<u64, String> {
        let mut count = 0;
        for reply in
            self.ordered(ordered, |select, order, errors| Ask::Before { select, order, position, errors }).await
        {
            let Reply::Numbers(part) = reply else { return Err(failure(reply)) };
            count += part.iter().sum::<u64>();
        }
        Ok(count)
    }

    async fn ordered(&self, ordered: &Ordered, ask: impl Fn(Select, Order, bool) -> Ask) -> Vec<Reply> {
        self.all(|shard| {
            let order =
                ordered.orders.get(shard).cloned().unwrap_or(Order { field: 0, descending: false, ranks: Vec::new() });
            (ask(ordered.select.clone(), order, ordered.errors), Beside::Nothing)
        })
        .await
    }

    /// What the table shows of these rows, in their order.
    pub(super) async fn fetch(&self, found: &[Found], columns: &[u16], text: RowText) -> Result<Vec<RowView>, String> {
        let rows_of = |shard: usize| -> Vec<u32> {
            found.iter().filter(|(_, id)| id.shard as usize == shard).map(|(_, id)| id.row).collect()
        };
        let replies = self
            .all(|shard| (Ask::Fetch { rows: rows_of(shard), columns: columns.to_vec(), text }, Beside::Nothing))
            .await;
        let mut by_shard = Vec::new();
        for reply in replies {
            let Reply::Fetched(rows) = reply else { return Err(failure(reply)) };
            by_shard.push(rows.into_iter());
        }
        let view = |(_, id): &Found| -> Option<RowView> {
            let row = by_shard.get_mut(id.shard as usize)?.next()?;
            Some(RowView { id: *id, ..row })
        };
        Ok(found.iter().filter_map(view).collect())
    }
}
