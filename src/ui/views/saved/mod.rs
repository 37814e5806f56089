//! Searches that were given a name, and the view as a link.

mod list;

use crate::protocol::RowText;
use crate::show;
use crate::ui::carried::{self, Carried};
use crate::ui::download::Download;
use crate::ui::reactive::{effect, memo};
use crate::ui::views::table::use_link;
use crate::ui::widgets::{Glyph, Icon, Popover, Show, copy, each, follow, hear, live, opener};
use crate::ui::{App, use_app};
use leptos::html::Input;
use leptos::prelude::*;
use list::Saved;
use wasm_bindgen_futures::JsFuture;

#[component]
pub fn SavedButton() -> impl IntoView {
    let app = use_app();
    let saved = RwSignal::new(list::load());
    effect(move || saved.with(|saved| list::store(saved)));
    view! {
        <span class="saved-menu">
            {opener(
                app.saved_open,
                "Saved searches",
                Some("Saved searches and links (Ctrl S)"),
                "btn export-button",
                view! {
                    <Icon glyph=Glyph::Bookmark />
                    <span class="hide-n">"Saved"</span>
                },
            )}
            <Popover open=app.saved_open label="Saved searches" class="saved">
                <Panel saved=saved />
            </Popover>
        </span>
    }
}

#[component]
fn Panel(saved: RwSignal<Vec<Saved>>) -> impl IntoView {
    let (app, link) = (use_app(), use_link());
    let name = RwSignal::new(String::new());
    let (times, columns) = (RwSignal::new(true), RwSignal::new(true));
    let save = move || {
        let mut now = Carried::now(app, link);
        now.times = now.times.filter(|_| times.get_untracked());
        now.columns = now.columns.filter(|_| columns.get_untracked());
        now.sort = now.sort.filter(|_| columns.get_untracked());
        now.tiles.clear();
        // A name is one line of the file, before its tab.
        let typed = name.get_untracked().replace(|c: char| c.is_control(), " ").trim().to_owned();
        let unnamed = || now.query.clone().filter(|query| !query.is_empty()).unwrap_or("All logs".to_owned());
        let name_now = if typed.is_empty() { unnamed() } else { typed };
        app.announce.set(format!("{name_now} saved"));
        saved.update(|saved| list::add(saved, Saved { name: name_now, carried: now }));
        name.set(String::new());
    };
    let copy_link = move |carried: Carried| copy(app.announce, carried::address(&carried), "Link");
    view! {
        <form class="saved-new" on:submit=hear(move |event: leptos::ev::SubmitEvent| { event.prevent_default(); save() })>
            <input
                type="text"
                aria-label="Name for this search"
                placeholder="Name for this search"
                spellcheck="false"
                autocomplete="off"
                prop:value=name
                on:input=hear(move |event| name.set(event_target_value(&event)))
            />
            <button type="submit" class="btn primary">"Save current"</button>
            <span class="saved-with">{tick("with time range", times)} {tick("with columns", columns)}</span>
        </form>
        <ul class="saved-list" aria-label="Saved searches">
            {each(move || saved.get(), |one| (one.name.clone(), one.carried.write()), move |one| view! { <Item one=one saved=saved /> })}
            <Show when=move || saved.with(Vec::is_empty)>
                <li class="sub saved-none">"No search has a name yet."</li>
            </Show>
        </ul>
        <footer class="saved-foot sub">
            <span class="grow">"Kept in this browser; counts are of all loaded logs"</span>
            <Import saved=saved />
            <Show when=move || !saved.with(Vec::is_empty)>
                <button type="button" class="lnk" aria-label="Export searches" on:click=hear(move |_| export(app, saved))>"Export"</button>
            </Show>
        </footer>
        <footer class="saved-foot sub">
            <span class="grow">"This view as a link, without logs"</span>
            <button
                type="button"
                class="lnk"
                title="Search, time range, order and columns"
                on:click=hear(move |_| copy_link(Carried::now(app, link)))
            >
                "Copy link"
            </button>
            <button
                type="button"
                class="lnk"
                title="Leaves out what was searched for in texts and addresses: it may be somebody's data"
                on:click=hear(move |_| copy_link(Carried::now(app, link).without_values()))
            >
                "Copy link without values"
            </button>
        </footer>
    }
}

fn tick(label: &'static str, on: RwSignal<bool>) -> impl IntoView {
    view! {
        <button
            type="button"
            class="ck"
            role="checkbox"
            aria-checked=follow(move || on.get().to_string())
            on:click=hear(move |_| on.update(|on| *on = !*on))
        >
            <i>
                <Icon glyph=Glyph::Check small=true />
            </i>
            {label}
        </button>
    }
}

/// A saved search: press it to search so.
#[component]
fn Item(one: Saved, saved: RwSignal<Vec<Saved>>) -> impl IntoView {
    let (app, link) = (use_app(), use_link());
    let Saved { name, carried } = one;
    let count = RwSignal::new(None::<u64>);
    let read = memo(move || app.progress.with(|progress| (progress.generation, progress.done)));
    let view = carried.view();
    effect(move || {
        read.get();
        let view = view.clone();
        leptos::task::spawn_local(async move {
            let found = app.rows_in(view, 0, 0, &[], RowText::None).await;
            _ = count.try_set(found.map(|rows| rows.total));
        });
    });
    let query = carried.query.clone().unwrap_or_default();
    let remove = {
        let name = name.clone();
        move |_| saved.update(|saved| saved.retain(|other| other.name != name))
    };
    let label = format!("Remove saved search {name}");
    let apply = move |_| {
        carried.clone().apply(app, link);
        app.saved_open.set(false);
    };
    view! {
        <li>
            <button type="button" class="saved-one" on:click=hear(apply)>
                <Icon glyph=Glyph::Bookmark />
                <span class="cut">{show::visible(&name).into_owned()}</span>
                <span class="num">{live(move || count.get().map(show::integer))}</span>
                <span class="mono sub cut">{show::visible(&query).into_owned()}</span>
            </button>
            <button type="button" class="btn q icon sm" aria-label=label title="Remove" on:click=hear(remove)>
                <Icon glyph=Glyph::Close small=true />
            </button>
        </li>
    }
}

#[component]
fn Import(saved: RwSignal<Vec<Saved>>) -> impl IntoView {
    let app = use_app();
    let input = NodeRef::<Input>::new();
    let failed = RwSignal::new(false);
    let take = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let file = input.files().and_then(|files| files.get(0));
        input.set_value("");
        let Some(file) = file else { return };
        leptos::task::spawn_local(async move {
            let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
            let found = list::read(&text.unwrap_or_default());
            _ = failed.try_set(found.is_empty());
            app.announce.set(format!("{} imported", show::count(found.len() as u64, "search", "searches")));
            saved.update(|saved| found.into_iter().for_each(|one| list::add(saved, one)));
        });
    };
    view! {
        <Show when=move || failed.get()>
            <span class="err" role="alert">"No saved searches in that file."</span>
        </Show>
        <input type="file" class="vh" tabindex="-1" aria-label="File of saved searches" node_ref=input on:change=hear(take) />
        <button
            type="button"
            class="lnk"
            aria-label="Import searches"
            on:click=hear(move |_| _ = input.get_untracked().map(|input| input.click()))
        >
            "Import"
        </button>
    }
}

fn export(app: App, saved: RwSignal<Vec<Saved>>) {
    let text = saved.with_untracked(|saved| list::write(saved));
    leptos::task::spawn_local(async move {
        let written = async {
            let Some(file) = Download::begin("hopscope-searches.txt", "text/plain", text.len() as u64).await? else {
                return Ok(());
            };
            file.write(text.as_bytes()).await?;
            file.end().await
        };
        if let Err(why) = written.await {
            app.announce.set(why);
        }
    });
}
