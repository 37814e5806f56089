//! One export: part after part is asked for and written, until there is no more or somebody cancels.

use super::Wanted;
use crate::protocol::{ExportFormat, ExportSpec, View};
use crate::show;
use crate::ui::App;
use crate::ui::download::Download;
use leptos::prelude::*;

/// Rows asked for at a time.
const ROWS: u32 = 16_384;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum State {
    #[default]
    Idle,
    Running {
        rows: u64,
        total: u64,
    },
    Done {
        /// What all parts add up to.
        part: Counts,
        bytes: u64,
        name: String,
    },
    Failed(String),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) rows: u64,
    pub(super) guarded: u64,
    pub(super) unread: u64,
}

/// A handle of the export under way, if one is.
#[derive(Clone, Copy)]
pub(super) struct Job {
    pub(super) state: RwSignal<State>,
}

impl Job {
    pub(super) fn new() -> Job {
        Job { state: RwSignal::default() }
    }

    pub(super) fn cancel(self) {
        self.state.set(State::Idle);
    }

    pub(super) fn start(self, app: App, wanted: Wanted) {
        let (view, spec, total, size) = untrack(|| (wanted.view(app), wanted.spec(), wanted.total(), wanted.size()));
        self.state.set(State::Running { rows: 0, total: total.unwrap_or(0) });
        leptos::task::spawn_local(async move {
            let ended = self.run(app, view, spec, size.unwrap_or(0)).await;
            // Closed or cancelled meanwhile: nothing is to be said.
            if let Some(State::Running { .. }) = self.state.try_get_untracked() {
                if let State::Done { part, .. } = &ended {
                    app.announce.set(format!("{} exported", show::logs(part.rows)));
                }
                self.state.set(ended);
            }
        });
    }

    /// True while nobody has cancelled, nor closed the dialog.
    fn goes_on(self) -> bool {
        matches!(self.state.try_get_untracked(), Some(State::Running { .. }))
    }

    async fn run(self, app: App, view: View, spec: ExportSpec, size: u64) -> State {
        let (ending, kind) = match spec.format {
            ExportFormat::Csv => ("csv", "text/csv"),
            ExportFormat::JsonLines => ("jsonl", "application/jsonl"),
            ExportFormat::Raw => ("log", "text/plain"),
        };
        let name = file_name(app, ending);
        let file = match Download::begin(&name, kind, size).await {
            Ok(Some(file)) => file,
            Ok(None) => return State::Idle,
            Err(error) => return State::Failed(error),
        };
        match self.write(app, view, spec, &file).await {
            Ok(Some((part, bytes))) => match file.end().await {
                Ok(()) => State::Done { part, bytes, name },
                Err(error) => State::Failed(error),
            },
            Ok(None) => {
                file.abandon().await;
                State::Idle
            }
            Err(error) => {
                file.abandon().await;
                State::Failed(error)
            }
        }
    }

    /// What was written, and its bytes; `Ok(None)`: cancelled.
    async fn write(
        self,
        app: App,
        view: View,
        spec: ExportSpec,
        file: &Download,
    ) -> Result<Option<(Counts, u64)>, String> {
        let (mut written, mut bytes) = (Counts::default(), 0);
        let (mut after, mut generation) = (None, None);
        loop {
            let Some(part) = app.export(view.clone(), spec.clone(), after, ROWS).await else {
                let why = app.failure.get_untracked().unwrap_or_default();
                return Err(format!("Nothing was written. {why}"));
            };
            if *generation.get_or_insert(part.generation) != part.generation {
                return Err("Nothing was written: the open files changed meanwhile. Export again.".to_owned());
            }
            file.write(&part.bytes).await?;
            bytes += part.bytes.len() as u64;
            written.rows += part.rows;
            written.guarded += part.guarded;
            written.unread += part.unread;
            if !self.goes_on() {
                return Ok(None);
            }
            self.state.set(State::Running { rows: written.rows, total: part.total });
            after = part.next;
            if after.is_none() {
                return Ok(Some((written, bytes)));
            }
        }
    }
}

/// `edge1-haproxy-logs.csv`, or `hopscope-logs.csv` where several files are open.
fn file_name(app: App, ending: &str) -> String {
    let stem = app.progress.with_untracked(|progress| match progress.sources.as_slice() {
        [one] => {
            let name = one.name.rsplit('/').next().unwrap_or_default();
            let stem = name.split('.').next().unwrap_or_default();
            stem.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ')).collect::<String>()
        }
        _ => String::new(),
    });
    format!("{}-logs.{ending}", if stem.is_empty() { "hopscope" } else { &stem })
}
