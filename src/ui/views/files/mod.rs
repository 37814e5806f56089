//! Every open file: what was found in it and why, and how it is to be read where that is wrong.

mod controls;
mod log_format;
mod preview;

use crate::protocol::{SourceId, SourceProgress};
use crate::show;
use crate::ui::reactive::memo;
use crate::ui::widgets::{Dialog, each, live};
use crate::ui::{App, use_app};
use controls::OneFile;
use leptos::prelude::*;

#[component]
pub fn Files() -> impl IntoView {
    let app = use_app();
    view! {
        <Dialog open=app.files_open label="Files">
            <p class="files-lead sub">
                "What is found in a file can be corrected here: the file is read again, its text stays as it is."
            </p>
            <div class="files">
                {each(
                    move || app.progress.with(|progress| progress.sources.iter().map(|s| s.id).collect()),
                    |id| *id,
                    move |id| file(app, id),
                )}
            </div>
        </Dialog>
    }
}

/// One file.
fn file(app: App, id: SourceId) -> impl IntoView {
    let source = memo(move || {
        app.progress.with(|progress| progress.sources.iter().find(|s| s.id == id).cloned()).unwrap_or_default()
    });
    let name = source.with_untracked(|source| show::visible(&source.name).into_owned());
    let settings = RwSignal::new(source.with_untracked(|source| source.settings.clone()));
    let one = OneFile { app, id, source, settings };
    let letter = show::letter(id);
    let label = format!("File {letter}: {name}");
    let failed = move || source.with(|s| s.format.is_empty().then(|| s.notes.last().cloned()).flatten());
    view! {
        <section class="file" role="group" aria-label=label>
            <div class="file-head">
                <span class="k" aria-hidden="true">{letter}</span>
                <b class="cut" title=name.clone()>{name.clone()}</b>
                <span class="sub">{live(move || source.with(counts))}</span>
                <span class="sub file-times">{live(move || source.with(times))}</span>
            </div>
            <p class="file-format">
                <span>{live(move || source.with(|s| s.format.clone()))}</span>
                " "
                <span class="sub">{live(move || failed().unwrap_or_else(|| source.with(|s| s.why.clone())))}</span>
            </p>
            <div class="file-set">
                {one.format(&name)} {one.zone(&name)} {one.offset(&name)} {one.year(&name)}
            </div>
            {one.log_format(&name)}
        </section>
    }
}

fn counts(source: &SourceProgress) -> String {
    let mut text = format!("{} · {}", show::bytes(source.size as i64), show::logs(source.rows));
    if source.headers > 0 {
        text.push_str(&format!(" · {}", show::count(source.headers, "header line", "header lines")));
    }
    if source.unparsed > 0 {
        text.push_str(&format!(" · {} unparsed", show::integer(source.unparsed)));
    }
    text
}

/// First and last time.
fn times(source: &SourceProgress) -> String {
    source.times.map_or_else(String::new, |(from, to)| show::period(from, to))
}
