//! The status bar. Its first word is the state; "Ready" is said only when what is shown answers the current search.

use crate::protocol::{Progress, RowMark};
use crate::show;
use crate::ui::reactive::memo;
use crate::ui::widgets::{Glyph, Icon, Mark, Show, hear, list, live};
use crate::ui::zone::ZONES;
use crate::ui::{App, Tab, use_app};
use leptos::prelude::*;

#[component]
pub fn Status() -> impl IntoView {
    let app = use_app();
    // Made anew with each word of progress, a list that is open would close.
    let empty = memo(move || app.is_empty());
    view! {
        <footer class="status" role="contentinfo" aria-label="Status">
            {live(move || if empty.get() { view! { <Idle /> }.into_any() } else { view! { <State /> }.into_any() })}
        </footer>
    }
}

#[component]
fn Idle() -> impl IntoView {
    let build = js_sys::Reflect::get(&js_sys::global(), &"hopscope".into())
        .and_then(|hopscope| js_sys::Reflect::get(&hopscope, &"build".into()))
        .ok()
        .and_then(|build| build.as_string());
    view! {
        <span>{concat!("hopscope ", env!("CARGO_PKG_VERSION"))}</span>
        <span class="mut">{build.map(|build| format!("build {build}"))}</span>
        <span class="sp">
            <Icon glyph=Glyph::Lock small=true />
            "Network requests are blocked for this page"
        </span>
    }
}

#[component]
fn State() -> impl IntoView {
    let app = use_app();
    let reading = memo(move || app.changing.get() || app.progress.with(|progress| !progress.done));
    let ready = memo(move || app.is_ready());
    let state = move || match (ready.get(), reading.get()) {
        (true, _) => "Ready",
        (false, true) => "Reading",
        (false, false) => "Searching",
    };
    let logs = move || {
        let rows = app.progress.with(|progress| progress.rows);
        format!("{}{}", show::logs(rows), if reading.get() { " so far" } else { "" })
    };
    let unparsed = memo(move || app.progress.with(|progress| progress.sources.iter().map(|s| s.unparsed).sum::<u64>()));
    let gaps = move || {
        let count = app.summary.with(|summary| summary.as_ref().map_or(0, |summary| summary.gaps.len()));
        (count > 0).then(|| {
            let text = show::count(count as u64, "possible gap", "possible gaps");
            view! { <span title="Where logs are missing, or probably: ? in the histogram"><b class="gap-key">"?"</b>{text}</span> }
        })
    };
    let memory = move || {
        let bytes = app.progress.with(|progress| progress.wasm_bytes);
        (bytes > 0).then(|| format!("{} MB memory", show::integer(bytes.div_ceil(1 << 20))))
    };
    view! {
        <span>{live(state)}</span>
        <span>{live(logs)}</span>
        <Show when=move || { unparsed.get() > 0 }>
            <button type="button" class="lnk" on:click=hear(move |_| app.tab.set(Tab::Unparsed))>
                <Mark mark=RowMark::Warning />
                {live(move || show::count(unparsed.get(), "unparsed line", "unparsed lines"))}
            </button>
        </Show>
        {live(gaps)}
        <span class="hide-n">{live(memory)}</span>
        <span class="sp">
            <kbd>{live(move || app.hint.get().0)}</kbd>
            {live(move || app.hint.get().1)}
        </span>
        <span>"Times in "{live(zones(app))}</span>
        <span>
            <Icon glyph=Glyph::Lock small=true />
            "Nothing leaves this tab"
        </span>
    }
}

/// The zone that times are shown in, which is always to be seen, to be chosen from.
fn zones(app: App) -> impl Fn() -> AnyView + Send + 'static {
    let logged = memo(move || {
        let of_sources = |progress: &Progress| {
            let zones = progress.sources.iter().filter_map(|source| Some(source.stamps.zone?.0));
            zones.map(show::zone_name).collect::<Vec<_>>().join(" ")
        };
        app.progress.with(of_sources)
    });
    let zone = app.settings.zone;
    move || {
        let logged = logged.get();
        let names = ZONES.iter().map(|minutes| match show::zone_name(minutes * 60) {
            name if *minutes != 0 && logged.contains(&name) => name + ", as logged",
            name => name,
        });
        let choices = std::iter::once("Local time".to_owned()).chain(names).collect();
        let place = |minutes| ZONES.iter().position(|zone| i64::from(*zone) == minutes).map_or(0, |at| at + 1);
        let now = zone.get_untracked().map_or(0, place);
        let chosen = move |at: usize| zone.set(at.checked_sub(1).map(|at| ZONES[at].into()));
        list("Zone of the times shown".to_owned(), String::new(), choices, now, Box::new(chosen))
    }
}
