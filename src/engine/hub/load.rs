//! Reading: pieces go in file order to the next free shard, so that first rows come first and "stopped here" is true.

use super::feed::{Broken, Feed, Opened, open};
use super::{Beside, Hub, Outlet, Shards};
use crate::engine::{Input, log_format};
use crate::formats::FORMATS;
use crate::protocol::shard::{Ask, Parsed, Piece, Reply};
use crate::protocol::{FromHub, Progress, Settings, SourceId, SourceState};
use crate::show;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};

/// Pieces a shard has at a time: it reads the next while it parses one.
const AT_ONCE: usize = 2;
/// Milliseconds between two reports of progress, unless there are twice as many rows: drawing takes the time of reading.
const REPORT: f64 = 250.0;

/// Bytes of a worker's memory from which on nothing more is read. Wasm addresses 4 GiB; a table that grows, and questions about
/// all of its rows, need room beside it.
const FULL: u64 = 3 << 30;

impl<S: Shards, O: Outlet> Hub<S, O> {
    /// Forgets the rows of a source and reads it again.
    pub(super) async fn reread(&self, source: SourceId, mut settings: Settings) {
        settings.format = settings.format.filter(|format| usize::from(*format) < FORMATS.len());
        settings.log_format = settings.log_format.filter(|given| log_format::compile(given).is_ok());
        let begun = {
            let mut sources = self.sources.borrow_mut();
            // Counted even where the source has gone: the page waits for it.
            sources.generation += 1;
            let reading = sources.reread(source, settings);
            reading.and_then(|reading| {
                let entry = sources.get(source)?;
                Some((reading, entry.info.name.clone(), entry.input.clone()))
            })
        };
        if let Some((reading, name, input)) = begun {
            self.all(|_| (Ask::Forget { source }, Beside::Nothing)).await;
            // It may have been removed meanwhile, or be read anew once more.
            if self.sources.borrow_mut().reading(source, reading).is_some() {
                let open = Ask::Open { source, reading, name };
                self.all(|_| (open.clone(), Beside::Input(input.clone()))).await;
            }
            if let Some(entry) = self.sources.borrow_mut().reading(source, reading) {
                entry.held = false;
            }
        }
        self.tell_progress(true);
        self.load().await;
    }

    /// Has one shard read the files, until there is a source: the shards run the same program, and what the browser
    /// compiled for one it has for all.
    pub(super) async fn rehearse(&self, files: Vec<S::Input>) {
        for file in files {
            if !self.sources.borrow().entries.is_empty() {
                return;
            }
            self.ask(0, Ask::Rehearse { size: file.size() }, Beside::Input(file)).await;
        }
    }

    /// Reads every source that waits. One call reads at a time; sources added meanwhile are read by it too.
    pub(super) async fn load(&self) {
        if self.loading.replace(true) {
            return;
        }
        let mut busy = vec![0; self.shards.count()];
        let mut under_way = FuturesUnordered::new();
        loop {
            while let Some(shard) =
                (0..busy.len()).filter(|shard| busy[*shard] < AT_ONCE).min_by_key(|shard| busy[*shard])
            {
                let Some((piece, beside)) = self.next_piece().boxed_local().await else { break };
                busy[shard] += 1;
                let parse = async move {
                    let reply = self.ask(shard, Ask::Parse(piece.clone()), beside).await;
                    Some((shard, piece, reply))
                };
                under_way.push(parse.boxed_local());
            }
            match under_way.next().await {
                None => break,
                Some(None) => {}
                Some(Some((shard, piece, reply))) => {
                    busy[shard] -= 1;
                    // Not waited for: a shard that is parsing answers late, and the others would have nothing to do.
                    for (shard, ask) in self.take_in(shard, &piece, reply) {
                        let settle = async move {
                            self.ask(shard, ask, Beside::Nothing).await;
                            None
                        };
                        under_way.push(settle.boxed_local());
                    }
                    self.tell_progress(false);
                }
            }
        }
        self.loading.set(false);
        self.tell_progress(true);
        self.look_up().await;
    }

    /// The next piece of the first source that has one. Opens waiting sources and closes finished ones.
    async fn next_piece(&self) -> Option<(Piece, Beside<S::Input>)> {
        loop {
            let (source, reading, info, input, settings, feed) = {
                let mut sources = self.sources.borrow_mut();
                let entry = sources.entries.iter_mut().find(|entry| match entry.progress.state {
                    SourceState::Waiting => !entry.stopped && !entry.held,
                    SourceState::Reading => entry.feed.is_some() || (entry.stopped && entry.under_way == 0),
                    _ => false,
                })?;
                if entry.stopped {
                    entry.feed = None;
                    if entry.under_way == 0 {
                        entry.finish();
                        continue;
                    }
                    return None;
                }
                entry.progress.state = SourceState::Reading;
                let settings = entry.progress.settings.clone();
                (entry.info.id, entry.reading, entry.info.clone(), entry.input.clone(), settings, entry.feed.take())
            };
            let mut feed = match feed {
                Some(feed) => feed,
                None => match open(&info, &input, &settings, self.sizes).await {
                    Opened::Feed(feed, stamps) => {
                        if let Some(entry) = self.sources.borrow_mut().reading(source, reading) {
                            entry.progress.stamps = stamps;
                        }
                        feed
                    }
                    Opened::Nothing { note, failed } => {
                        if let Some(entry) = self.sources.borrow_mut().reading(source, reading) {
                            entry.progress.notes.push(note);
                            entry.progress.read = entry.progress.size;
                            entry.progress.state = if failed { SourceState::Failed } else { SourceState::Done };
                        }
                        continue;
                    }
                },
            };
            let next = feed.next((source, reading), info.size).await;
            let mut sources = self.sources.borrow_mut();
            let Some(entry) = sources.reading(source, reading) else { continue };
            match next {
                Some((piece, beside, read)) => {
                    entry.progress.read += read;
                    entry.under_way += 1;
                    entry.header.clone_from(&piece.header);
                    entry.feed = Some(feed);
                    return Some((piece, beside));
                }
                None => {
                    if let Feed::Stream(stream) = &feed {
                        note_break(&mut entry.progress, stream.broken.as_ref());
                    }
                    if entry.under_way == 0 {
                        finish(entry);
                    }
                }
            }
        }
    }

    /// Takes in what came of a piece; what is to be asked to settle the pieces that now follow each other without a gap.
    fn take_in(&self, shard: usize, piece: &Piece, reply: Reply) -> Vec<(usize, Ask)> {
        let ready = {
            let mut sources = self.sources.borrow_mut();
            if let Reply::Parsed(parsed) = &reply {
                let shards = self.shards.count();
                sources.wasm.resize(shards, 0);
                sources.wasm[shard] = parsed.wasm_bytes;
                if parsed.wasm_bytes.max(self.outlet.memory()) > FULL {
                    sources.stop_when_full();
                }
            }
            let Some(entry) = sources.reading(piece.source, piece.reading) else { return Vec::new() };
            entry.under_way -= 1;
            match reply {
                Reply::Parsed(parsed) => {
                    entry.progress.text += parsed.end - parsed.start;
                    entry.parsed(&parsed);
                    entry.unsettled.entry(piece.sequence, || (shard, parsed));
                }
                other => {
                    let why = super::failure(other);
                    let name = &entry.info.name;
                    entry
                        .progress
                        .notes
                        .push(format!("{name}: bytes {} to {} could not be read. {why}", piece.start, piece.end));
                    entry.progress.state = SourceState::Failed;
                    entry.unsettled.entry(piece.sequence, || (shard, Parsed::default()));
                }
            }
            let mut ready = Vec::new();
            while let Some((shard, parsed)) = entry.unsettled.remove(&entry.settled.next) {
                if parsed.rows > 0 {
                    ready.push((shard, entry.settled));
                }
                entry.settled.next += 1;
                entry.settled.lines += parsed.lines;
                entry.settled.time = parsed.last_time.or(entry.settled.time);
            }
            if entry.feed.is_none() && entry.under_way == 0 {
                finish(entry);
            }
            ready
        };
        let settle = ready.into_iter().map(|(shard, settled)| {
            let (source, reading, sequence) = (piece.source, piece.reading, settled.next);
            (shard, Ask::Settle { source, reading, sequence, lines_before: settled.lines, time: settled.time })
        });
        settle.collect()
    }

    /// Tells the page how far reading has come: at once where `now`, else not too often.
    pub(super) fn tell_progress(&self, now: bool) {
        let time = self.outlet.now();
        let sources = self.sources.borrow();
        let rows: u64 = sources.entries.iter().map(|entry| entry.progress.rows).sum();
        let (told, told_rows) = self.told.get();
        if !now && time - told < REPORT && rows < told_rows * 2 {
            return;
        }
        self.told.set((time, rows));
        self.outlet.send(FromHub::Progress(Progress {
            generation: sources.generation + sources.looked_up,
            looked_up: sources.looked_up,
            sources: sources.entries.iter().map(|entry| entry.progress.clone()).collect(),
            done: sources.is_done() && !self.loading.get(),
            rows,
            wasm_bytes: sources.wasm.iter().sum::<u64>() + self.outlet.memory(),
        }));
    }

    pub(super) fn generation(&self) -> u64 {
        let sources = self.sources.borrow();
        sources.generation + sources.looked_up
    }
}

/// Says what broke; how many logs were read before it is said when they are all parsed.
fn note_break(progress: &mut crate::protocol::SourceProgress, broken: Option<&Broken>) {
    let name = &progress.name;
    let note = match broken {
        None => return,
        Some(Broken::EndsEarly) => format!("{name} ends early."),
        Some(Broken::Damaged) => format!("{name} is damaged from about byte {} on.", progress.read),
        Some(Broken::Trailing) => {
            progress.notes.push(format!("{name} has bytes after its compressed data; they were left out."));
            return;
        }
        Some(Broken::Unreadable(why)) => format!("{name} could not be read to its end. {why}"),
    };
    progress.notes.push(note);
    progress.state = SourceState::Failed;
}

/// Everything of a source is parsed.
fn finish<I>(entry: &mut super::sources::Entry<I>) {
    entry.finish();
    let progress = &mut entry.progress;
    if progress.state == SourceState::Failed
        && let Some(note) = progress.notes.last_mut()
        && !note.ends_with("are shown.")
    {
        note.push_str(&format!(" {} before the break are shown.", show::logs(progress.rows)));
    }
    if progress.state == SourceState::Done {
        progress.read = progress.size;
        if progress.rows > 0 && progress.unparsed == progress.rows {
            progress.notes.push(format!("No known format matches {}. Shown as text lines.", progress.name));
        }
    }
}
