//! The sources the hub knows: how far each is read, and what has been found in it.

use super::Source;
use super::feed::Feed;
use crate::formats::{FORMATS, Format};
use crate::protocol::shard::{FORGOTTEN, Parsed};
use crate::protocol::{Settings, SourceInfo, SourceProgress, SourceState};
use crate::show;
use crate::text::few::Few;

/// One source.
pub struct Entry<I> {
    pub info: SourceInfo,
    pub input: I,
    /// How often it was read before.
    pub reading: u32,
    /// Not to be read yet: the shards still have rows of the reading before.
    pub held: bool,
    pub progress: SourceProgress,
    /// What is still to be dealt out; `None` before the first piece.
    pub feed: Option<Feed<I>>,
    /// Pieces dealt but not yet parsed.
    pub under_way: usize,
    pub stopped: bool,
    /// What was to be said when it ended: memory was full.
    pub out_of_memory: bool,
    pub layouts: Vec<(String, u64)>,
    /// The first line, where it names the columns of the others.
    pub header: Vec<u8>,
    /// Parsed pieces whose predecessors are not all parsed yet: (shard, what came of it) by number.
    pub unsettled: Few<u32, (usize, Parsed)>,
    pub settled: Settled,
}

const WHEN_FULL: &str = "Reload the page before you open the rest.";

fn is_header(layout: &str) -> bool {
    layout.ends_with("-header")
}

/// What the pieces up to some number tell the next one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settled {
    pub next: u32,
    pub lines: u64,
    pub time: Option<i64>,
}

impl<I> Entry<I> {
    fn new(info: SourceInfo, input: I) -> Self {
        let progress = SourceProgress {
            id: info.id,
            name: info.name.clone(),
            size: info.size,
            visible: true,
            ..SourceProgress::default()
        };
        Self {
            info,
            input,
            reading: 0,
            held: false,
            progress,
            feed: None,
            under_way: 0,
            stopped: false,
            out_of_memory: false,
            header: Vec::new(),
            layouts: Vec::new(),
            unsettled: Few::default(),
            settled: Settled::default(),
        }
    }

    /// Takes in what came of a piece.
    pub fn parsed(&mut self, parsed: &Parsed) {
        // The header line of a table is no log.
        let headers: u64 = parsed.layouts.iter().filter(|(layout, _)| is_header(layout)).map(|(_, rows)| rows).sum();
        self.progress.headers += headers;
        self.progress.rows += parsed.rows - headers;
        self.progress.unparsed += parsed.unparsed;
        for (layout, rows) in &parsed.layouts {
            self.progress.families |=
                FORMATS.iter().position(|format| layout.starts_with(format.id())).map_or(0, |at| 1 << at);
            match self.layouts.iter_mut().find(|(name, _)| name == layout) {
                Some((_, sum)) => *sum += rows,
                None => self.layouts.push((layout.clone(), *rows)),
            }
        }
        if let Some((from, to)) = parsed.times {
            let (a, b) = self.progress.times.unwrap_or((from, to));
            self.progress.times = Some((a.min(from), b.max(to)));
        }
        self.describe();
    }

    /// Says which format was found and why.
    fn describe(&mut self) {
        let known = self.layouts.iter().filter(|(layout, _)| layout != "text");
        let Some((layout, rows)) =
            known.max_by_key(|(layout, rows)| (!layout.ends_with("event") && !is_header(layout), *rows))
        else {
            self.progress.format = "Text lines".to_owned();
            self.progress.why = format!("No known format matches {}. Shown as text lines.", self.info.name);
            return;
        };
        self.progress.format = layout_name(layout);
        let why = format_of(layout).map_or("", |format| format.why(layout));
        let all = self.progress.rows;
        self.progress.why = match is_header(layout) {
            true => why.to_owned(),
            false => format!("{} of {} logs: {why}", show::integer(*rows), show::integer(all)),
        };
    }

    /// Sets the state when nothing more comes.
    pub fn finish(&mut self) {
        if self.progress.state == SourceState::Reading {
            self.progress.state = if self.stopped { SourceState::Stopped } else { SourceState::Done };
            if std::mem::take(&mut self.out_of_memory) {
                let SourceProgress { name, read, size, rows, .. } = &self.progress;
                let (read, size, logs) = (show::bytes(*read as i64), show::bytes(*size as i64), show::logs(*rows));
                self.progress.notes.push(format!(
                    "Memory is full: {read} of {size} of {name} were read, {logs} are shown. {WHEN_FULL}"
                ));
            }
        }
        self.feed = None;
    }
}

/// The format that a layout is of.
fn format_of(layout: &str) -> Option<&'static dyn Format> {
    let family = layout.split('-').next().unwrap_or_default();
    FORMATS.iter().copied().find(|format| format.id() == family)
}

/// For people: "HAProxy HTTP" of `haproxy-http`.
pub(super) fn layout_name(layout: &str) -> String {
    let (family, rest) = layout.split_once('-').unwrap_or((layout, ""));
    let family = format_of(layout).map_or(family, |format| format.name());
    match rest {
        "" => family.to_owned(),
        "custom" => format!("{family} log-format"),
        "event" => format!("{family} event"),
        rest => format!("{family} {}", rest.replace('-', " ").to_ascii_uppercase()),
    }
}

pub struct Sources<I> {
    pub entries: Vec<Entry<I>>,
    /// Changes with sources and visibility, not with growth.
    pub generation: u64,
    /// How often what logs do not say was looked up.
    pub looked_up: u64,
    /// Memory of each shard when it was last heard of.
    pub wasm: Vec<u64>,
    /// One more than the highest number any source had: rows of removed ones may stay in the shards, uncounted.
    highest: Source,
}

impl<I> Default for Sources<I> {
    fn default() -> Self {
        Self { entries: Vec::new(), generation: 0, looked_up: 0, wasm: Vec::new(), highest: 0 }
    }
}

impl<I> Sources<I> {
    pub fn add(&mut self, info: SourceInfo, input: I) {
        self.generation += 1;
        self.highest = self.highest.max(info.id + 1);
        self.entries.push(Entry::new(info, input));
    }

    pub fn get(&mut self, source: Source) -> Option<&mut Entry<I>> {
        self.entries.iter_mut().find(|entry| entry.info.id == source)
    }

    /// The source, while this is its newest reading.
    pub fn reading(&mut self, source: Source, reading: u32) -> Option<&mut Entry<I>> {
        self.get(source).filter(|entry| entry.reading == reading)
    }

    /// Begins anew with a source, which is held until the shards have forgotten its rows. Gives the number of this reading.
    pub fn reread(&mut self, source: Source, settings: Settings) -> Option<u32>
    where
        I: Clone,
    {
        let entry = self.get(source)?;
        let mut anew = Entry::new(entry.info.clone(), entry.input.clone());
        (anew.reading, anew.held) = (entry.reading + 1, true);
        (anew.progress.visible, anew.progress.settings) = (entry.progress.visible, settings);
        let reading = anew.reading;
        *entry = anew;
        Some(reading)
    }

    pub fn remove(&mut self, source: Source) {
        self.generation += 1;
        self.entries.retain(|entry| entry.info.id != source);
    }

    pub fn show(&mut self, source: Source, visible: bool) {
        self.generation += 1;
        if let Some(entry) = self.get(source) {
            entry.progress.visible = visible;
        }
    }

    pub fn stop(&mut self, source: Option<Source>) {
        for entry in self.entries.iter_mut().filter(|entry| source.is_none_or(|source| entry.info.id == source)) {
            let reading = matches!(entry.progress.state, SourceState::Waiting | SourceState::Reading);
            entry.stopped |= reading;
            if entry.progress.state == SourceState::Waiting {
                entry.progress.state = SourceState::Stopped;
            }
        }
    }

    /// A worker has no room for more: nothing is read from here on, and it is said what was not.
    pub fn stop_when_full(&mut self) {
        for entry in &mut self.entries {
            match entry.progress.state {
                SourceState::Reading => entry.out_of_memory |= !entry.stopped,
                SourceState::Waiting => {
                    let note = format!("Memory is full: {} was not read. {WHEN_FULL}", entry.info.name);
                    entry.progress.notes.push(note);
                }
                _ => {}
            }
        }
        self.stop(None);
    }

    /// The sources that were removed, those that are hidden, and rows of earlier readings: shards count none of them.
    pub fn hidden(&self) -> Vec<Source> {
        let counts = |source| self.entries.iter().any(|entry| entry.info.id == source && entry.progress.visible);
        (0..self.highest).filter(|source| !counts(*source)).chain([FORGOTTEN]).collect()
    }

    /// The line that names the columns, where all visible sources are tables with the same; else empty.
    pub fn header(&self) -> &[u8] {
        let mut headers = self.entries.iter().filter(|entry| entry.progress.visible).map(|entry| &entry.header);
        let first = headers.next().map_or(&[][..], |header| header);
        if headers.all(|header| header == first) { first } else { &[] }
    }

    /// First and last start time over the visible sources.
    pub fn times(&self) -> Option<(i64, i64)> {
        let visible = self.entries.iter().filter(|entry| entry.progress.visible);
        visible.filter_map(|entry| entry.progress.times).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    pub fn text_bytes(&self) -> u64 {
        self.entries.iter().map(|entry| entry.progress.text).sum()
    }

    pub fn is_done(&self) -> bool {
        self.entries.iter().all(|entry| !matches!(entry.progress.state, SourceState::Waiting | SourceState::Reading))
    }
}
