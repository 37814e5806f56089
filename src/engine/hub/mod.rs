//! Many shards as one: deals the pieces out, fans questions out, merges the parts.

mod explain;
mod export;
mod feed;
mod gaps;
mod learn;
mod load;
mod preview;
mod report;
mod sources;
mod stands_out;
mod summary;
mod texts;
mod transaction;
mod values;
mod window;

pub use explain::is_quantity;
pub use feed::Sizes;
pub use summary::TILES;
pub(super) use window::Found;

use super::{Beside, Input};
use crate::protocol::shard::{Ask, Bins, Counts, Order, Reply, Select};
use crate::protocol::{FromHub, Gap, RowId, SourceId, Stats, ToHub, View};
use crate::record::Field;
use crate::text::few::Few;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use sources::Sources;
use std::cell::{Cell, RefCell};
use texts::Texts;

/// The shards, wherever they run.
pub trait Shards {
    type Input: Input;

    fn count(&self) -> usize;

    /// Asks one shard; the answer of a shard that is no more is [`Reply::Failed`].
    fn ask(&self, shard: usize, ask: Ask, beside: Beside<Self::Input>) -> impl Future<Output = Reply>;
}

/// Where the hub's answers go.
pub trait Outlet {
    fn send(&self, message: FromHub);

    /// Milliseconds of any clock that only goes forward.
    fn now(&self) -> f64;

    /// Memory of the hub itself, in bytes.
    fn memory(&self) -> u64;
}

/// The hub.
pub struct Hub<S: Shards, O> {
    shards: S,
    outlet: O,
    sources: RefCell<Sources<S::Input>>,
    texts: RefCell<Texts>,
    loading: Cell<bool>,
    sizes: Sizes,
    /// The gaps of the sources of this generation.
    gaps: RefCell<Option<(u64, Vec<Gap>)>>,
    /// When progress was last told, ms, and with how many rows.
    told: Cell<(f64, u64)>,
    /// Counts up when columns that were read begin to change and when they have.
    judged: Cell<u32>,
    /// The IP groups, once there is somebody who looks up what logs do not say.
    groups: RefCell<Option<String>>,
}

impl<S: Shards, O: Outlet> Hub<S, O> {
    pub fn new(shards: S, outlet: O, sizes: Sizes) -> Self {
        let texts = RefCell::new(Texts::new(shards.count()));
        Self {
            shards,
            outlet,
            sources: RefCell::default(),
            texts,
            loading: Cell::new(false),
            sizes,
            gaps: RefCell::default(),
            told: Cell::default(),
            judged: Cell::default(),
            groups: RefCell::default(),
        }
    }

    /// Handles one message of the page. Several may be under way at once: reading goes on while questions are
    /// answered.
    pub async fn handle(&self, message: ToHub, files: Vec<S::Input>) {
        let id = request_id(&message);
        let result = match message {
            ToHub::Add { sources, .. } => {
                for (info, input) in sources.into_iter().zip(files) {
                    let open = Ask::Open { source: info.id, reading: 0, name: info.name.clone() };
                    self.all(|_| (open.clone(), Beside::Input(input.clone()))).await;
                    self.sources.borrow_mut().add(info, input);
                }
                self.tell_progress(true);
                self.load().boxed_local().await;
                Ok(())
            }
            ToHub::Rehearse => {
                self.rehearse(files).await;
                Ok(())
            }
            ToHub::Remove { source } => {
                self.sources.borrow_mut().remove(source);
                self.all(|_| (Ask::Forget { source }, Beside::Nothing)).await;
                self.tell_progress(true);
                Ok(())
            }
            ToHub::Reread { source, settings } => {
                self.reread(source, settings).boxed_local().await;
                Ok(())
            }
            ToHub::Show { source, visible } => {
                self.sources.borrow_mut().show(source, visible);
                self.tell_progress(true);
                Ok(())
            }
            ToHub::Stop { source } => {
                self.sources.borrow_mut().stop(source);
                self.tell_progress(true);
                Ok(())
            }
            ToHub::Judge { rules } => {
                self.judge(&rules).await;
                Ok(())
            }
            ToHub::LookUp { groups } => {
                self.groups.replace(Some(groups));
                self.look_up().await;
                Ok(())
            }
            // By one state of the columns: what was put together while they changed is dropped and asked again.
            question => loop {
                let judged = self.judged.get();
                let found = self.find(&question).boxed_local().await;
                if judged == self.judged.get() {
                    break found.map(|found| self.outlet.send(found));
                }
            },
        };
        if let Err(message) = result {
            self.outlet.send(FromHub::Failed { id, message });
        }
    }

    /// Has every log judged by these rules.
    async fn judge(&self, rules: &str) {
        self.sources.borrow_mut().generation += 1;
        self.change_columns(Ask::Judge(rules.to_owned())).await;
        self.tell_progress(true);
    }

    /// Has filled in what the logs do not say.
    async fn look_up(&self) {
        let groups = self.groups.borrow().clone();
        if let Some(groups) = groups.filter(|_| !self.sources.borrow().entries.is_empty()) {
            self.change_columns(Ask::LookUp(groups)).await;
            // Not before: who asks anew because of it shall find what was looked up.
            self.sources.borrow_mut().looked_up += 1;
            self.tell_progress(true);
        }
    }

    async fn change_columns(&self, ask: Ask) {
        self.judged.set(self.judged.get() + 1);
        self.all(|_| (ask.clone(), Beside::Nothing)).await;
        self.judged.set(self.judged.get() + 1);
    }

    /// Each question is a future of its own on the heap. As one function they are compiled anew while a file is read: a browser
    /// counts how often a function returns times its size, and takes long to compile a large one well.
    async fn find(&self, question: &ToHub) -> Result<FromHub, String> {
        Ok(match question {
            ToHub::Summary { id, view, histogram_bins, top } => {
                FromHub::Summary(Box::new(self.summary(*id, view, *histogram_bins, *top).boxed_local().await?))
            }
            ToHub::Bars { id, views, start, step, count } => {
                let bins = Bins { start: *start, step: *step, count: *count };
                FromHub::Bars { id: *id, bars: self.bars(views, bins).boxed_local().await? }
            }
            ToHub::Rows { id, view, first, count, columns, text } => {
                FromHub::Rows(self.rows(*id, view, *first, *count, columns, *text).boxed_local().await?)
            }
            ToHub::Values { id, view, field, contains, limit } => {
                FromHub::Values(self.values(*id, view, *field, contains, *limit).boxed_local().await?)
            }
            ToHub::Explain { id, view, compare } => {
                FromHub::Explained(Box::new(self.explain(*id, view, *compare).boxed_local().await?))
            }
            ToHub::Report { id, view, report } => {
                FromHub::Reported(Box::new(self.report(*id, view, report).boxed_local().await?))
            }
            ToHub::Find { id, places } => FromHub::Found { id: *id, rows: self.rows_at(places).boxed_local().await? },
            ToHub::Detail { id, row } => {
                match self.ask(row.shard as usize, Ask::Detail { row: row.row }, Beside::Nothing).boxed_local().await {
                    Reply::Detail(detail) => FromHub::Detail { id: *id, detail },
                    reply => return Err(failure(reply)),
                }
            }
            ToHub::Transaction { id, row } => {
                FromHub::Transaction { id: *id, transaction: Box::new(self.transaction(*row).boxed_local().await?) }
            }
            ToHub::Locate { id, view, seek } => FromHub::Located(self.locate(*id, view, *seek).boxed_local().await?),
            ToHub::Export { id, view, spec, after, count } => {
                FromHub::Exported(self.export(*id, view, spec, *after, *count).boxed_local().await?)
            }
            ToHub::Preview { id, source, settings } => {
                FromHub::Preview(self.preview(*id, *source, settings.clone()).boxed_local().await?)
            }
            ToHub::Stats { id } => FromHub::Stats { id: *id, stats: self.stats().boxed_local().await },
            _ => return Err("not a question".to_owned()),
        })
    }

    /// Asks one shard. New texts are learnt before anything else, in the order the shard sent them: codes mean nothing
    /// without them.
    async fn ask(&self, shard: usize, ask: Ask, beside: Beside<S::Input>) -> Reply {
        let asked_texts = match &ask {
            Ask::Texts { field } | Ask::Count { field, .. } => *field,
            _ => 0,
        };
        let mut reply = self.shards.ask(shard, ask, beside).await;
        let mut texts = self.texts.borrow_mut();
        match &mut reply {
            Reply::Emptied => texts.forget(shard),
            Reply::Texts(new) => texts.learn(shard, asked_texts, std::mem::take(new)),
            Reply::Counted { counts: Counts::Codes { new, .. }, .. } => {
                texts.learn(shard, asked_texts, std::mem::take(new))
            }
            Reply::Collected(partial) => learn_all(&mut texts, shard, &mut partial.counts),
            Reply::Compared(part) => learn_all(&mut texts, shard, &mut part.counts),
            _ => {}
        }
        reply
    }

    /// Asks every shard at once.
    fn all(&self, ask: impl Fn(usize) -> (Ask, Beside<S::Input>)) -> LocalBoxFuture<'_, Vec<Reply>> {
        self.each((0..self.shards.count()).map(ask).collect())
    }

    /// One question for each shard; compiled once, whoever asks.
    fn each(&self, asks: Vec<(Ask, Beside<S::Input>)>) -> LocalBoxFuture<'_, Vec<Reply>> {
        let asks = asks.into_iter().enumerate().map(|(shard, (ask, beside))| self.ask(shard, ask, beside));
        futures::future::join_all(asks).boxed_local()
    }

    /// Logs of each view over time.
    async fn bars(&self, views: &[View], bins: Bins) -> Result<Vec<Vec<u64>>, String> {
        let mut bars = Vec::new();
        for view in views {
            let select = self.select(view);
            let mut sums = vec![0; bins.count as usize];
            for reply in self.all(|_| (Ask::Bars { select: select.clone(), bins }, Beside::Nothing)).await {
                let Reply::Numbers(counts) = reply else { return Err(failure(reply)) };
                sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
            }
            bars.push(sums);
        }
        Ok(bars)
    }

    async fn rows_at(&self, places: &[(SourceId, u64)]) -> Result<Vec<Option<RowId>>, String> {
        let mut rows = vec![None; places.len()];
        for (shard, reply) in self.all(|_| (Ask::Find(places.to_vec()), Beside::Nothing)).await.into_iter().enumerate()
        {
            let Reply::Places(found) = reply else { return Err(failure(reply)) };
            for (known, row) in rows.iter_mut().zip(found) {
                *known = known.or(row.map(|row| RowId { shard: shard as u16, row }));
            }
        }
        Ok(rows)
    }

    fn select(&self, view: &View) -> Select {
        let sources = self.sources.borrow();
        Select {
            query: view.query.clone(),
            hidden: sources.hidden(),
            newest: sources.times().map_or(0, |(_, newest)| newest),
            period: view.period,
            brush: view.brush,
            significance: view.significance,
        }
    }

    /// The order of a view for each shard: a text column is ordered by the rank of its texts among those of all shards.
    async fn orders(&self, view: &View) -> Vec<Order> {
        let (field, descending) = (view.sort.field, view.sort.descending);
        let text = Field::from_index(field as usize).is_some_and(|field| field.kind().is_text());
        if text {
            self.all(|_| (Ask::Texts { field }, Beside::Nothing)).await;
        }
        let mut texts = self.texts.borrow_mut();
        let ranks = |shard| if text { texts.ranks(shard, field) } else { Vec::new() };
        (0..self.shards.count()).map(ranks).map(|ranks| Order { field, descending, ranks }).collect()
    }

    async fn stats(&self) -> Stats {
        let replies = self.all(|_| (Ask::Memory, Beside::Nothing)).await;
        let sources = self.sources.borrow();
        let mut stats = Stats {
            wasm_bytes: self.outlet.memory(),
            text_bytes: sources.text_bytes(),
            shards: self.shards.count() as u32,
            ..Stats::default()
        };
        let mut sums = Few::default();
        for reply in replies {
            if let Reply::Memory { wasm_bytes, kept_text, rows, table_bytes, columns } = reply {
                stats.wasm_bytes += wasm_bytes;
                stats.kept_text_bytes += kept_text;
                stats.rows += rows;
                stats.table_bytes += table_bytes;
                for (field, bytes) in columns {
                    *sums.entry(field, u64::default) += bytes;
                }
            }
        }
        stats.columns = sums.into_iter().collect();
        stats
    }
}

fn learn_all(texts: &mut Texts, shard: usize, counts: &mut [(u16, Counts)]) {
    for (field, counts) in counts {
        if let Counts::Codes { new, .. } = counts {
            texts.learn(shard, *field, std::mem::take(new));
        }
    }
}

/// What to say when a shard did not answer as asked.
fn failure(reply: Reply) -> String {
    match reply {
        Reply::Failed(message) => message,
        _ => "A worker gave an answer that does not fit the question.".to_owned(),
    }
}

fn request_id(message: &ToHub) -> Option<u64> {
    match message {
        ToHub::Summary { id, .. }
        | ToHub::Bars { id, .. }
        | ToHub::Rows { id, .. }
        | ToHub::Values { id, .. }
        | ToHub::Explain { id, .. }
        | ToHub::Report { id, .. }
        | ToHub::Find { id, .. }
        | ToHub::Detail { id, .. }
        | ToHub::Transaction { id, .. }
        | ToHub::Locate { id, .. }
        | ToHub::Preview { id, .. }
        | ToHub::Export { id, .. }
        | ToHub::Stats { id } => Some(*id),
        ToHub::Add { .. }
        | ToHub::Rehearse
        | ToHub::Remove { .. }
        | ToHub::Reread { .. }
        | ToHub::Judge { .. }
        | ToHub::LookUp { .. }
        | ToHub::Show { .. }
        | ToHub::Stop { .. } => None,
    }
}

/// A source as everyone numbers it.
type Source = SourceId;
