//! The dialog that writes logs into a file: which, how, and with what.

mod anonymise;
mod columns;
mod job;
mod scope;

use crate::protocol::{ExportFormat, ExportSpec, Exported, Secret, View};
use crate::show;
use crate::ui::reactive::{effect, memo};
use crate::ui::widgets::{Choice, Dialog, Glyph, Icon, Radios, Segmented, Show, hear, live, switch};
use crate::ui::{App, use_app};
use anonymise::{Anonymise, Changes};
use columns::Columns;
use job::{Job, State};
use leptos::prelude::*;
use scope::Scope;

/// Lines of the preview, and how many rows are written to tell how large all of it will be.
const PREVIEW: usize = 3;
const TRIED: u32 = 200;
const FORMATS: [(ExportFormat, &str); 3] =
    [(ExportFormat::Csv, "CSV"), (ExportFormat::JsonLines, "JSON lines"), (ExportFormat::Raw, "Raw lines")];

#[component]
pub fn ExportButton() -> impl IntoView {
    let app = use_app();
    view! {
        <button
            type="button"
            class="btn export-button"
            aria-label="Export"
            aria-haspopup="dialog"
            title="Export logs (Ctrl E)"
            on:click=hear(move |_| app.export_open.set(true))
        >
            <Icon glyph=Glyph::Export />
            <span class="hide-n">"Export"</span>
        </button>
    }
}

#[component]
pub fn ExportDialog() -> impl IntoView {
    let app = use_app();
    view! {
        <Dialog open=app.export_open label="Export logs">
            <Body />
        </Dialog>
    }
}

/// What is chosen, while the dialog is open.
#[derive(Clone, Copy)]
struct Wanted {
    scope: RwSignal<Scope>,
    format: RwSignal<ExportFormat>,
    /// Chosen fields by index, in the order in which they are written.
    columns: RwSignal<Vec<u16>>,
    raw: RwSignal<bool>,
    safe: RwSignal<bool>,
    anonymise: RwSignal<bool>,
    /// What pseudonyms are made with; `None` where the browser gives nothing random.
    secret: Option<Secret>,
    /// Fields that the loaded logs have.
    fields: RwSignal<Vec<u16>>,
    /// How many logs each scope has; `None` while that is not known.
    totals: RwSignal<[Option<u64>; Scope::ALL.len()]>,
    preview: RwSignal<Option<Exported>>,
    /// The preview is of what is chosen now, not of what was before.
    fresh: RwSignal<bool>,
}

impl Wanted {
    fn view(&self, app: App) -> View {
        self.scope.get().view(app.view())
    }

    fn spec(&self) -> ExportSpec {
        let format = self.format.get();
        let lines = format == ExportFormat::Raw;
        ExportSpec {
            format,
            columns: if lines { Vec::new() } else { self.columns.get() },
            raw: self.raw.get() && !lines,
            safe: self.safe.get(),
            anonymise: self.secret.filter(|_| self.anonymise.get()),
        }
    }

    fn total(&self) -> Option<u64> {
        self.totals.get()[self.scope.get() as usize]
    }

    /// Bytes of all of it, as the preview lets expect.
    fn size(&self) -> Option<u64> {
        let total = self.total()?;
        self.preview.with(|preview| {
            let preview = preview.as_ref().filter(|preview| preview.rows > 0)?;
            // The head line stands there once, however many rows there are.
            let head = match self.format.get() {
                ExportFormat::Csv => preview.bytes.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1),
                _ => 0,
            };
            Some((preview.bytes.len() - head) as u64 * total / preview.rows + head as u64)
        })
    }

    fn is_nothing(&self) -> bool {
        self.format.get() != ExportFormat::Raw && self.columns.with(Vec::is_empty) && !self.raw.get()
    }
}

#[component]
fn Body() -> impl IntoView {
    let app = use_app();
    let wanted = Wanted {
        scope: RwSignal::default(),
        format: RwSignal::default(),
        columns: RwSignal::default(),
        raw: RwSignal::default(),
        safe: RwSignal::new(true),
        anonymise: RwSignal::default(),
        secret: anonymise::secret(),
        fields: RwSignal::default(),
        totals: RwSignal::default(),
        preview: RwSignal::default(),
        fresh: RwSignal::default(),
    };
    let job = Job::new();
    scope::count(app, wanted);
    let begun = RwSignal::new(false);
    let as_in_table = columns::as_in_table(wanted);
    let newest = StoredValue::new(0u32);
    effect(move || {
        let (view, spec) = (wanted.view(app), wanted.spec());
        wanted.fresh.set(false);
        newest.update_value(|newest| *newest += 1);
        let asked = newest.get_value();
        leptos::task::spawn_local(async move {
            let part = app.export(view, spec, None, TRIED).await;
            // The dialog may have been closed, or something else have been chosen meanwhile.
            if newest.try_get_value() != Some(asked) {
                return;
            }
            if let Some(part) = &part
                && !begun.get_untracked()
            {
                begun.set(true);
                wanted.fields.set(part.fields.clone());
                wanted.columns.set(as_in_table.get_untracked());
            }
            wanted.fresh.set(part.is_some());
            wanted.preview.set(part);
        });
    });
    let formats = FORMATS.iter().map(|(_, name)| Choice::text(name)).collect::<Vec<_>>();
    let format = Signal::derive(move || FORMATS.iter().position(|(one, _)| *one == wanted.format.get()).unwrap_or(0));
    let set_format = Callback::new(move |at: usize| wanted.format.set(FORMATS[at].0));
    // Nothing behind the dialog changes while it is open.
    let offered = Scope::of(&app.view_now());
    let scopes = offered.iter().map(|scope| scope::choice(app, wanted, *scope)).collect::<Vec<_>>();
    let offered = StoredValue::new(offered);
    let at = move || offered.with_value(|offered| offered.iter().position(|scope| *scope == wanted.scope.get()));
    let scope = Signal::derive(move || at().unwrap_or(0));
    let set_scope = Callback::new(move |at: usize| wanted.scope.set(offered.with_value(|offered| offered[at])));
    let has_fields = memo(move || wanted.format.get() != ExportFormat::Raw);
    let is_csv = memo(move || wanted.format.get() == ExportFormat::Csv);
    view! {
        <div class="export">
            <div class="export-row">
                <span class="export-name">"Rows"</span>
                <Radios label="Rows" choices=scopes selected=scope on_select=set_scope />
            </div>
            <div class="export-row">
                <span class="export-name">"Format"</span>
                <span>
                    <Segmented label="Format" choices=formats selected=format on_select=set_format />
                </span>
            </div>
            <Show when=move || has_fields.get()>
                <Columns wanted=wanted as_in_table=as_in_table />
            </Show>
            <Show when=move || is_csv.get()>
                <div class="export-row">
                    <span class="export-name">"Safety"</span>
                    <div>
                        {switch("Formula-safe values", Some("export-safe"), wanted.safe)}
                        <p class="sub" id="export-safe">
                            "Puts ' before values that start with = + - @, so that a spreadsheet shows them as text."
                        </p>
                    </div>
                </div>
            </Show>
            <Show when=move || wanted.secret.is_some()>
                <Anonymise wanted=wanted />
            </Show>
            <div class="export-row">
                <span class="export-name">"Preview"</span>
                <pre class="mono export-preview" class:headed=is_csv role="region" aria-label="Preview" tabindex="0">{live(move || preview(wanted))}</pre>
            </div>
            <Show when=move || wanted.anonymise.get()>
                <Changes wanted=wanted />
            </Show>
        </div>
        <footer class="export-foot">
            <span class="grow" role="status" aria-label="Export">{live(move || said(app, wanted, job))}</span>
            {live(move || buttons(app, wanted, job))}
        </footer>
    }
}

/// The first rows as they will be written. Log text is hostile: what reorders or hides text is written out.
fn preview(wanted: Wanted) -> String {
    wanted.preview.with(|preview| {
        let Some(preview) = preview else { return String::new() };
        let text = String::from_utf8_lossy(&preview.bytes);
        let lines: Vec<_> = text.lines().take(PREVIEW).map(|line| show::visible(line).into_owned()).collect();
        lines.join("\n")
    })
}

/// The line at the bottom.
fn said(app: App, wanted: Wanted, job: Job) -> String {
    match job.state.get() {
        State::Idle if !app.progress.with(|progress| progress.done) => "Files are still being read.".to_owned(),
        State::Idle if wanted.is_nothing() => "Choose a column.".to_owned(),
        State::Idle => match (wanted.total(), wanted.size()) {
            (Some(0), _) => "There is no such log.".to_owned(),
            (Some(total), Some(size)) => {
                format!("About {}, {}, no row limit. Written by this tab.", show::bytes(size as i64), show::logs(total))
            }
            _ => String::new(),
        },
        State::Running { rows, total } => format!("{} of {} written", show::integer(rows), show::logs(total)),
        State::Done { part, bytes, name } => {
            let guarded = match part.guarded {
                0 => String::new(),
                guarded => format!(" {} guarded.", show::count(guarded, "value was", "values were")),
            };
            let unread = anonymise::unread(part.unread);
            format!("{} written to {name}, {}.{guarded}{unread}", show::logs(part.rows), show::bytes(bytes as i64))
        }
        State::Failed(message) => message,
    }
}

fn buttons(app: App, wanted: Wanted, job: Job) -> AnyView {
    let (running, percent) = match job.state.get() {
        State::Running { rows, total } => (true, rows * 100 / total.max(1)),
        _ => (false, 0),
    };
    let done = matches!(job.state.get(), State::Done { .. });
    let close = move |_| {
        if running {
            job.cancel();
        } else {
            app.export_open.set(false);
        }
    };
    let ready = move || {
        !running
            && !wanted.is_nothing()
            && app.progress.with(|progress| progress.done)
            && wanted.total().is_some_and(|total| total > 0)
            // How large it will be tells how it is written.
            && wanted.fresh.get()
    };
    let label = match running {
        true => format!("Exporting {percent}%"),
        false => {
            format!("Export {}", wanted.total().map_or_else(String::new, |total| show::count(total, "row", "rows")))
        }
    };
    let start = move |_| job.start(app, wanted);
    view! {
        <button type="button" class="btn" on:click=hear(close)>{if done { "Close" } else { "Cancel" }}</button>
        <button type="button" class="btn primary" disabled=!ready() on:click=hear(start)>{label}</button>
    }
    .into_any()
}
