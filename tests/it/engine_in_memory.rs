//! The engine without a browser: files in memory, any number of shards, every message as the page would get it.

use futures::executor::block_on;
use hopscope::engine::{Beside, Hub, MemoryInput, Outlet, Shard, Shards, Sizes, answer};
use hopscope::protocol::shard::{Ask, Order, Position, Reply, Select};
use hopscope::protocol::{
    ExportSpec, Exported, FromHub, Histogram, LogDetail, Preview, Progress, RowId, RowText, Rows, Rules, Settings,
    Significance, Sort, SourceInfo, Summary, ToHub, Transaction, Values, View,
};
use hopscope::record::Field;
use std::cell::RefCell;
use std::rc::Rc;

struct LocalShards(Vec<Rc<RefCell<Shard<MemoryInput>>>>);

impl Shards for LocalShards {
    type Input = MemoryInput;

    fn count(&self) -> usize {
        self.0.len()
    }

    async fn ask(&self, shard: usize, ask: Ask, beside: Beside<MemoryInput>) -> Reply {
        // Through the wire and back, as between workers.
        let ask = hopscope::protocol::decode(&hopscope::protocol::encode(&ask)).unwrap();
        // A worker answers later.
        yield_now().await;
        let reply = answer(&self.0[shard], ask, beside).await;
        hopscope::protocol::decode(&hopscope::protocol::encode(&reply)).unwrap()
    }
}

/// Lets whatever else is under way go on.
async fn yield_now() {
    let mut yielded = false;
    std::future::poll_fn(|context| match std::mem::replace(&mut yielded, true) {
        true => std::task::Poll::Ready(()),
        false => {
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        }
    })
    .await;
}

#[derive(Clone, Default)]
struct Messages(Rc<RefCell<Vec<FromHub>>>);

impl Outlet for Messages {
    fn send(&self, message: FromHub) {
        self.0.borrow_mut().push(message);
    }

    fn now(&self) -> f64 {
        0.0
    }

    fn memory(&self) -> u64 {
        0
    }
}

thread_local! {
    /// The memory that the shards of a test say they have, in bytes.
    pub static MEMORY: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// The engine with some files open.
pub struct Engine {
    hub: Hub<LocalShards, Messages>,
    messages: Messages,
    next: RefCell<u32>,
    shards: Vec<Rc<RefCell<Shard<MemoryInput>>>>,
}

/// Everything, by time.
pub fn view(query: &str) -> View {
    View {
        query: query.to_owned(),
        significance: Significance::All,
        period: None,
        brush: None,
        sort: Sort { field: Field::StartTime as u16, descending: false },
    }
}

impl Engine {
    pub fn new(shards: usize, sizes: Sizes) -> Self {
        let messages = Messages::default();
        let shards: Vec<_> = (0..shards).map(|_| Shard::new(|| MEMORY.get())).collect();
        let hub = Hub::new(LocalShards(shards.clone()), messages.clone(), sizes);
        Self { hub, messages, next: RefCell::new(0), shards }
    }

    /// Opens files and reads them to their ends.
    pub fn open(shards: usize, files: &[(&str, &[u8])]) -> Self {
        let engine = Self::new(shards, Sizes::default());
        files.iter().for_each(|(name, bytes)| engine.add(name, bytes));
        engine
    }

    pub fn add(&self, name: &str, bytes: &[u8]) {
        let (message, files) = self.message(name, bytes);
        self.send(message, files);
    }

    /// Adds files at once.
    pub fn add_all(&self, files: &[(&str, &[u8])]) {
        let mut whole = (Vec::new(), Vec::new());
        for (name, bytes) in files {
            if let (ToHub::Add { sources }, inputs) = self.message(name, bytes) {
                whole.0.extend(sources);
                whole.1.extend(inputs);
            }
        }
        self.send(ToHub::Add { sources: whole.0 }, whole.1);
    }

    /// Adds a second file when the first has been read for so many steps.
    pub fn add_both(&self, first: (&str, &[u8]), second: (&str, &[u8]), steps: usize) {
        let ((first, files), (second, more)) = (self.message(first.0, first.1), self.message(second.0, second.1));
        let later = async {
            for _ in 0..steps {
                yield_now().await;
            }
            self.hub.handle(second, more).await;
        };
        block_on(futures::future::join(self.hub.handle(first, files), later));
    }

    /// Adds a file, and reads it again in this way when it has been read for so many steps.
    pub fn add_and_reread(&self, file: (&str, &[u8]), settings: Settings, steps: usize) {
        let source = *self.next.borrow();
        self.add_and(file, ToHub::Reread { source, settings }, steps);
    }

    /// Adds a file, and says this to the hub when the file has been read for so many steps.
    pub fn add_and(&self, (name, bytes): (&str, &[u8]), then: ToHub, steps: usize) {
        let (message, files) = self.message(name, bytes);
        let later = async {
            for _ in 0..steps {
                yield_now().await;
            }
            self.hub.handle(then, Vec::new()).await;
        };
        block_on(futures::future::join(self.hub.handle(message, files), later));
    }

    pub fn judge(&self, rules: &Rules) {
        self.send(ToHub::Judge { rules: rules.to_text() }, Vec::new());
    }

    /// Has looked up what the logs do not say.
    pub fn look_up(&self, groups: &str) {
        self.send(ToHub::LookUp { groups: groups.to_owned() }, Vec::new());
    }

    /// Changes the rules when a question has been under way for so many steps; what is answered.
    pub fn ask_and_judge(&self, view: &View, rules: &Rules, steps: usize) -> Summary {
        self.messages.0.borrow_mut().clear();
        let ask = ToHub::Summary { id: 1, view: view.clone(), histogram_bins: 120, top: 1000 };
        let later = async {
            for _ in 0..steps {
                yield_now().await;
            }
            self.hub.handle(ToHub::Judge { rules: rules.to_text() }, Vec::new()).await;
        };
        block_on(futures::future::join(self.hub.handle(ask, Vec::new()), later));
        let messages = self.messages.0.borrow();
        let summary = messages.iter().find_map(|message| match message {
            FromHub::Summary(summary) => Some((**summary).clone()),
            _ => None,
        });
        summary.expect("a summary")
    }

    pub fn reread(&self, source: u32, settings: Settings) {
        self.send(ToHub::Reread { source, settings }, Vec::new());
    }

    /// Asks for the summary and the first rows of a view at the same time; how many rows each counts.
    pub fn ask_both(&self, view: &View) -> (u64, u64) {
        self.messages.0.borrow_mut().clear();
        let columns = vec![Field::StartTime as u16];
        let summary = ToHub::Summary { id: 1, view: view.clone(), histogram_bins: 120, top: 10 };
        let rows = ToHub::Rows { id: 2, view: view.clone(), first: 0, count: 5, columns, text: RowText::All };
        block_on(futures::future::join(self.hub.handle(summary, Vec::new()), self.hub.handle(rows, Vec::new())));
        let messages = self.messages.0.borrow();
        let total = messages.iter().find_map(|message| match message {
            FromHub::Summary(summary) => Some(summary.total),
            _ => None,
        });
        let rows = messages.iter().find_map(|message| match message {
            FromHub::Rows(rows) => Some(rows.total),
            _ => None,
        });
        (total.expect("a summary"), rows.expect("rows"))
    }

    fn message(&self, name: &str, bytes: &[u8]) -> (ToHub, Vec<MemoryInput>) {
        let id = *self.next.borrow();
        *self.next.borrow_mut() += 1;
        // 2026-11-21T00:00:00Z
        let info = SourceInfo { id, name: name.to_owned(), size: bytes.len() as u64, modified: 1_795_219_200_000_000 };
        (ToHub::Add { sources: vec![info] }, vec![MemoryInput::new(bytes)])
    }

    pub fn send(&self, message: ToHub, files: Vec<MemoryInput>) -> Vec<FromHub> {
        self.messages.0.borrow_mut().clear();
        block_on(self.hub.handle(message, files));
        let messages = self.messages.0.borrow().clone();
        for message in &messages {
            if let FromHub::Failed { message, .. } = message {
                panic!("the hub failed: {message}");
            }
        }
        messages
    }

    fn one<T>(&self, message: ToHub, pick: impl Fn(FromHub) -> Option<T>) -> T {
        self.send(message, Vec::new()).into_iter().find_map(pick).expect("an answer")
    }

    pub fn progress(&self) -> Progress {
        self.one(ToHub::Stop { source: None }, |message| match message {
            FromHub::Progress(progress) => Some(progress),
            _ => None,
        })
    }

    pub fn summary(&self, view: &View) -> Summary {
        self.one(
            ToHub::Summary { id: 1, view: view.clone(), histogram_bins: 120, top: 1000 },
            |message| match message {
                FromHub::Summary(summary) => Some(*summary),
                _ => None,
            },
        )
    }

    /// Logs of each view in the bars of this histogram.
    pub fn bars(&self, views: &[View], histogram: &Histogram) -> Vec<Vec<u64>> {
        let (start, step, count) = (histogram.start, histogram.step, histogram.bins.len() as u32);
        self.one(ToHub::Bars { id: 1, views: views.to_vec(), start, step, count }, |message| match message {
            FromHub::Bars { bars, .. } => Some(bars),
            _ => None,
        })
    }

    pub fn rows(&self, view: &View, first: u64, count: u32, columns: &[Field], text: bool) -> Rows {
        let columns = columns.iter().map(|field| *field as u16).collect();
        let text = if text { RowText::All } else { RowText::None };
        self.one(ToHub::Rows { id: 1, view: view.clone(), first, count, columns, text }, |message| match message {
            FromHub::Rows(rows) => Some(rows),
            _ => None,
        })
    }

    /// Where the rows stand that a search finds, asked of the shards themselves; times count back from `newest`.
    pub fn found(&self, query: &str, newest: i64) -> Result<Vec<Position>, String> {
        let mut found = Vec::new();
        for shard in &self.shards {
            let select = Select {
                query: query.to_owned(),
                hidden: Vec::new(),
                newest,
                period: None,
                brush: None,
                significance: Significance::All,
            };
            let order = Order { field: Field::StartTime as u16, descending: false, ranks: Vec::new() };
            let ask = Ask::Head { select, order, after: None, count: u32::MAX, errors: false };
            match block_on(answer(shard, ask, Beside::Nothing)) {
                Reply::Head(_, rows) => found.extend(rows.into_iter().map(|(position, _)| position)),
                reply => return Err(format!("{reply:?}")),
            }
        }
        Ok(found)
    }

    pub fn values(&self, view: &View, field: Field) -> Values {
        let ask =
            ToHub::Values { id: 1, view: view.clone(), field: field as u16, contains: String::new(), limit: 1 << 20 };
        self.one(ask, |message| match message {
            FromHub::Values(values) => Some(values),
            _ => None,
        })
    }

    pub fn rows_at(&self, places: Vec<(u32, u64)>) -> Vec<Option<RowId>> {
        self.one(ToHub::Find { id: 1, places }, |message| match message {
            FromHub::Found { rows, .. } => Some(rows),
            _ => None,
        })
    }

    pub fn detail(&self, row: RowId) -> LogDetail {
        self.one(ToHub::Detail { id: 1, row }, |message| match message {
            FromHub::Detail { detail, .. } => detail.map(|detail| *detail),
            _ => None,
        })
    }

    pub fn preview(&self, source: u32, settings: Settings) -> Preview {
        self.one(ToHub::Preview { id: 1, source, settings }, |message| match message {
            FromHub::Preview(preview) => Some(preview),
            _ => None,
        })
    }

    /// Everything of a view to take away, `count` rows at a time; and how many texts were guarded.
    pub fn export(&self, view: &View, spec: &ExportSpec, count: u32) -> (Vec<u8>, u64) {
        let (mut bytes, mut rows, mut guarded, mut after) = (Vec::new(), 0, 0, None);
        loop {
            let part = self.export_part(view, spec, after, count);
            bytes.extend(part.bytes);
            (rows, guarded, after) = (rows + part.rows, guarded + part.guarded, part.next);
            if after.is_none() {
                assert_eq!(rows, part.total, "all rows of the view");
                return (bytes, guarded);
            }
            assert!(part.rows > 0, "a part that goes on has rows");
        }
    }

    pub fn export_part(&self, view: &View, spec: &ExportSpec, after: Option<Position>, count: u32) -> Exported {
        let ask = ToHub::Export { id: 1, view: view.clone(), spec: spec.clone(), after, count };
        self.one(ask, |message| match message {
            FromHub::Exported(part) => Some(part),
            _ => None,
        })
    }

    pub fn transaction(&self, row: RowId) -> Transaction {
        self.one(ToHub::Transaction { id: 1, row }, |message| match message {
            FromHub::Transaction { transaction, .. } => Some(*transaction),
            _ => None,
        })
    }

    pub fn locate(&self, view: &View, seek: hopscope::protocol::Seek) -> Option<u64> {
        self.one(ToHub::Locate { id: 1, view: view.clone(), seek }, |message| match message {
            FromHub::Located(located) => Some(located.position),
            _ => None,
        })
    }
}
