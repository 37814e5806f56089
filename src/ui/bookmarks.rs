//! Logs that the user marked, each with a note. The browser keeps where they stand (name and size of the file, byte) and the
//! note, never text of a log: they come back when the same file is opened again.

use super::settings::{keep, stored};
use super::state::App;
use crate::protocol::SourceId;
use crate::text::number;
use crate::ui::reactive::effect;
use leptos::prelude::*;

const KEY: &str = "bookmarks";
/// Bookmarks that are kept, the newest.
const MOST: usize = 1_000;

/// A log that was marked: where its entry begins in the text of its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bookmark {
    pub source: SourceId,
    pub offset: u64,
    pub note: String,
}

/// Those of the loaded sources.
#[derive(Clone, Copy, Default)]
pub struct Bookmarks(RwSignal<Vec<Bookmark>>);

impl Bookmarks {
    pub fn all(self) -> Vec<Bookmark> {
        self.0.get()
    }

    pub fn count(self) -> usize {
        self.0.with(Vec::len)
    }

    /// The note of a log that is marked.
    pub fn note(self, source: SourceId, offset: u64) -> Option<String> {
        self.0
            .with(|all| all.iter().find(|one| (one.source, one.offset) == (source, offset)).map(|one| one.note.clone()))
    }

    pub fn has(self, source: SourceId, offset: u64) -> bool {
        self.0.with(|all| all.iter().any(|one| (one.source, one.offset) == (source, offset)))
    }

    /// Marks a log, or takes its mark away, and the note with it; true where it is marked now.
    pub fn toggle(self, source: SourceId, offset: u64) -> bool {
        let marks = untrack(|| !self.has(source, offset));
        self.0.update(|all| match marks {
            true => all.push(Bookmark { source, offset, note: String::new() }),
            false => all.retain(|one| (one.source, one.offset) != (source, offset)),
        });
        marks
    }

    pub fn write(self, source: SourceId, offset: u64, note: &str) {
        let note = line(note);
        self.0.update(|all| {
            if let Some(one) = all.iter_mut().find(|one| (one.source, one.offset) == (source, offset)) {
                one.note = note;
            }
        });
    }
}

/// Has the bookmarks of a file come and go with it, and keeps them; call once.
pub fn follow(app: App) {
    let Bookmarks(list) = app.bookmarks;
    let sources = app.files();
    let known = StoredValue::new(Vec::<(SourceId, u64, String)>::new());
    effect(move || {
        let now = sources.get();
        let kept = read();
        let mut all = list.get_untracked();
        let before = all.clone();
        all.retain(|one| now.iter().any(|(id, ..)| *id == one.source));
        for (id, size, name) in now.iter().filter(|source| known.with_value(|known| !known.contains(source))) {
            let own = kept.iter().filter(|one| one.size == *size && one.name == *name);
            all.extend(own.map(|one| Bookmark { source: *id, offset: one.offset, note: one.note.clone() }));
        }
        known.set_value(now);
        if all != before {
            list.set(all);
        }
    });
    effect(move || {
        let all = list.get();
        let files = known.get_value();
        let mut kept = read();
        kept.retain(|one| !files.iter().any(|(_, size, name)| *size == one.size && *name == one.name));
        for Bookmark { source, offset, note } in all {
            let Some((_, size, name)) = files.iter().find(|(id, ..)| *id == source) else { continue };
            // A file that was opened twice has them once.
            if !kept.iter().any(|one| (one.offset, one.size, &one.name) == (offset, *size, name)) {
                kept.push(Kept { size: *size, offset, name: name.clone(), note });
            }
        }
        let newest = kept.len().saturating_sub(MOST);
        let lines =
            kept[newest..].iter().map(|one| format!("{}\t{}\t{}\t{}\n", one.size, one.offset, one.name, one.note));
        keep(KEY, &lines.collect::<String>());
    });
}

/// A bookmark as the browser keeps it.
struct Kept {
    size: u64,
    offset: u64,
    name: String,
    note: String,
}

/// What was kept, without what is none.
fn read() -> Vec<Kept> {
    let number = |text: &str| number::int(text.as_bytes()).and_then(|number| u64::try_from(number).ok());
    let one = |line: &str| {
        let mut parts = line.splitn(4, '\t');
        let mut next = || parts.next();
        Some(Kept { size: number(next()?)?, offset: number(next()?)?, name: next()?.into(), note: next()?.into() })
    };
    stored(KEY).unwrap_or_default().lines().filter_map(one).collect()
}

/// Text as one line without tabs.
pub fn line(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ").trim().to_owned()
}
