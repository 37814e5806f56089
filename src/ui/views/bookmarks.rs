//! The logs that the user marked: a button that is there once there are any, and their list.

use crate::protocol::{LogDetail, RowId};
use crate::show;
use crate::ui::bookmarks::Bookmark;
use crate::ui::reactive::{effect, memo};
use crate::ui::views::table::{CompareDialog, use_link};
use crate::ui::widgets::{Glyph, Icon, Popover, Show, hear, live, opener};
use crate::ui::{App, use_app};
use leptos::prelude::*;

/// Letters of a log that its line in the list shows.
const SHOWN: usize = 200;

/// A marked log and what it says.
#[derive(Clone, Debug)]
pub struct Marked {
    pub row: RowId,
    pub detail: LogDetail,
    pub note: String,
}

impl Marked {
    /// `A:1,234`: letter of the source and line.
    pub fn place(&self) -> String {
        format!("{}:{}", show::letter(self.detail.source), show::integer(self.detail.line))
    }
}

/// The marked logs of the loaded sources that are read, in the order of the sources.
pub async fn marked(app: App, most: usize) -> Vec<Marked> {
    let mut all = untrack(|| app.bookmarks.all());
    crate::text::sort::by_key(&mut all, |one| (one.source, one.offset));
    all.truncate(most);
    let rows = app.rows_at(all.iter().map(|one| (one.source, one.offset)).collect()).await;
    let mut found = Vec::new();
    for (Bookmark { note, .. }, row) in all.into_iter().zip(rows) {
        let Some(row) = row else { continue };
        found.extend(app.detail(row).await.map(|detail| Marked { row, detail, note }));
    }
    found
}

#[component]
pub fn BookmarksButton() -> impl IntoView {
    let app = use_app();
    let count = memo(move || app.bookmarks.count());
    let open = app.bookmarks_open;
    // Nothing to open.
    effect(move || {
        if count.get() == 0 {
            open.set(false);
        }
    });
    view! {
        <Show when=move || count.get() != 0>
            <span class="saved-menu">
                {opener(
                    open,
                    "Bookmarks",
                    Some("Bookmarks (Shift B)"),
                    "btn export-button",
                    view! {
                        <Icon glyph=Glyph::Star />
                        <span class="hide-n">{live(move || show::integer(count.get() as u64))}</span>
                    },
                )}
                <Popover open=open label="Bookmarks" class="saved">
                    <List />
                </Popover>
            </span>
        </Show>
        <CompareDialog />
    }
}

#[component]
fn List() -> impl IntoView {
    let app = use_app();
    let found = RwSignal::new(None::<Vec<Marked>>);
    let state =
        memo(move || (app.bookmarks.count(), app.progress.with(|progress| (progress.generation, progress.done))));
    effect(move || {
        state.get();
        leptos::task::spawn_local(async move {
            let marked = marked(app, usize::MAX).await;
            found.try_set(Some(marked));
        });
    });
    let list = move || {
        let lines: Vec<_> = found.get()?.into_iter().map(|marked| line(app, marked)).collect();
        Some(view! { <ul class="saved-list bookmarks" aria-label="Bookmarks">{lines}</ul> })
    };
    let remove_all = move |_| {
        for Bookmark { source, offset, .. } in untrack(|| app.bookmarks.all()) {
            app.bookmarks.toggle(source, offset);
        }
    };
    let several = memo(move || found.with(|found| found.as_ref().is_some_and(|found| found.len() > 1)));
    let compare = move |_| {
        app.bookmarks_open.set(false);
        app.compare_open.set(true);
    };
    view! {
        {live(list)}
        <footer class="saved-foot sub">
            <span class="grow">"Their places and notes are kept in this browser. They stand in the summary for a ticket."</span>
            <Show when=move || { several.get() }>
                <button type="button" class="lnk" on:click=hear(compare)>"Compare side by side"</button>
            </Show>
            <button type="button" class="lnk" on:click=hear(remove_all)>"Remove all"</button>
        </footer>
    }
}

fn line(app: App, marked: Marked) -> AnyView {
    let link = use_link();
    let place = marked.place();
    let Marked { row, detail, note } = marked;
    let (source, offset) = (detail.source, detail.offset);
    let shown: String = detail.raw.chars().take(SHOWN).collect();
    let shown = show::visible(shown.trim()).into_owned();
    let name = if note.is_empty() { shown.clone() } else { note.clone() };
    let open = move |_| {
        app.bookmarks_open.set(false);
        link.open_log(app, row);
    };
    let below = (!note.is_empty()).then(|| view! { <span class="cut">{note}</span> });
    let label = format!("Open log {place}: {name}");
    let remove = format!("Remove bookmark {place}");
    view! {
        <li>
            <button type="button" class="saved-one" aria-label=label on:click=hear(open)>
                <Icon glyph=Glyph::Star />
                {below}
                <span class="mono cut sub" title=shown.clone()>{shown.clone()}</span>
                <span class="num sub">{place}</span>
            </button>
            <button
                type="button"
                class="x"
                aria-label=remove.clone()
                title=remove
                on:click=hear(move |_| _ = app.bookmarks.toggle(source, offset))
            >
                <Icon glyph=Glyph::Close small=true />
            </button>
        </li>
    }
    .into_any()
}
