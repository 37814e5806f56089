//! The button that copies what is shown as text for a ticket.

use crate::protocol::{ExportFormat, ExportSpec};
use crate::ticket::{self, MarkedLog};
use crate::ui::reactive::effect;
use crate::ui::use_app;
use crate::ui::views::bookmarks::{Marked, marked};
use crate::ui::widgets::{Glyph, Icon, copy, follow, hear, live};
use leptos::prelude::*;
use std::time::Duration;

/// Logs that are copied as they are written.
const LOGS: u32 = 5;
/// Marked logs that are copied.
const MARKED: usize = 50;
/// How long the button says that it is done.
const SEEN: Duration = Duration::from_secs(2);

fn marked_log(marked: &Marked) -> MarkedLog<'_> {
    let Marked { detail, note, .. } = marked;
    MarkedLog { source: detail.source, line: detail.line, note, raw: &detail.raw }
}

#[component]
pub fn TicketButton() -> impl IntoView {
    let app = use_app();
    // What was copied is not seen elsewhere on the page.
    let copied = RwSignal::new(false);
    effect(move || {
        if app.announce.with(|said| said == "Summary copied") {
            copied.set(true);
            set_timeout(move || _ = copied.try_set(false), SEEN);
        }
    });
    let copy_it = move |_| {
        let view = app.view_now();
        let spec = ExportSpec { format: ExportFormat::Raw, ..ExportSpec::default() };
        let Some(summary) = app.summary.get_untracked() else { return };
        leptos::task::spawn_local(async move {
            let first = app.export(ticket::examples(&summary, &view), spec, None, LOGS).await.unwrap_or_default();
            let marked = marked(app, MARKED).await;
            let marked: Vec<_> = marked.iter().map(marked_log).collect();
            let text =
                app.progress.with_untracked(|progress| ticket::markdown(progress, &summary, &view, &marked, &first));
            copy(app.announce, text, "Summary");
        });
    };
    view! {
        <button
            type="button"
            class="btn icon export-button"
            aria-label="Copy summary"
            title="Copy a summary of the logs shown as Markdown, for a ticket, with the bookmarked logs and the first lines as they were logged"
            disabled=follow(move || !app.is_ready())
            on:click=hear(copy_it)
        >
            {live(move || view! { <Icon glyph=if copied.get() { Glyph::Check } else { Glyph::Copy } /> })}
        </button>
    }
}
