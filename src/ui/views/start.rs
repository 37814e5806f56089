//! The page with nothing open.

use super::intake::Picker;
use crate::show;
use crate::ui::recent::{self, Recent};
use crate::ui::settings::stored;
use crate::ui::use_app;
use crate::ui::widgets::{Glyph, Icon, hear, live};
use leptos::prelude::*;

const FORMATS: [(&str, &str); 6] = [
    ("HAProxy", "HTTP and TCP formats, with or without a syslog header"),
    ("Avi / NSX ALB", "Virtual service application logs (L7) as JSON"),
    ("Palo Alto", "Traffic, threat, URL and system logs as syslog lines or CSV export"),
    ("nevisProxy", "Trace logs (navajo.log) of every group, access logs with trID or clID"),
    ("Apache / nginx", "Access and error logs, common, combined and the usual tails"),
    ("Anything else", "Opens as text lines"),
];

#[component]
pub fn Start(picker: Picker) -> impl IntoView {
    let app = use_app();
    let formats = FORMATS.map(|(name, what)| view! { <dt class="b">{name}</dt><dd class="sub">{what}</dd> });
    view! {
        <main class="empty">
            <section class="drop" role="region" aria-label="Open logs">
                <Art />
                <h1>"Drop log files here"</h1>
                <p class="sub">
                    "Files or folders: .log .txt .csv .json .jsonl .gz. Several files are merged by time."
                </p>
                <div class="acts">
                    <button type="button" class="btn primary" on:click=hear(move |_| picker.files())>
                        <Icon glyph=Glyph::File />
                        "Open files…"
                    </button>
                    <button type="button" class="btn" on:click=hear(move |_| picker.folder())>
                        <Icon glyph=Glyph::Folder />
                        "Open folder…"
                    </button>
                    <button type="button" class="btn" on:click=hear(move |_| app.open_samples())>
                        "Open sample logs"
                    </button>
                </div>
                <p class="priv">
                    <Icon glyph=Glyph::Lock />
                    <span>
                        "Your logs stay in this tab. Nothing is uploaded: this page blocks its own network requests."
                    </span>
                </p>
            </section>
            <RecentFiles />
            <dl class="fmts">{formats}</dl>
            <p class="start-keys mut">
                <span><kbd>"Ctrl O"</kbd>" open files"</span>
                <span><kbd>"Ctrl V"</kbd>" paste log lines"</span>
                <span><kbd>"?"</kbd>" all keys"</span>
            </p>
        </main>
    }
}

/// Files that were dropped before.
#[component]
fn RecentFiles() -> impl IntoView {
    let app = use_app();
    let files = StoredValue::new_local(Vec::<Recent>::new());
    let changes = RwSignal::new(0u32);
    if stored("has-recent").is_some() {
        leptos::task::spawn_local(async move {
            let found = recent::list().await;
            if files.try_update_value(|files| *files = found).is_some() {
                changes.update(|changes| *changes += 1);
            }
        });
    }
    let forget = move |_| {
        files.set_value(Vec::new());
        changes.update(|changes| *changes += 1);
        leptos::task::spawn_local(recent::forget_all());
    };
    let button = move |file: Recent| {
        let (name, size) = (show::visible(&file.name).into_owned(), show::bytes(file.size as i64));
        let when = show::date_time((file.opened * 1_000.0) as i64);
        view! {
            <li>
                <button
                    type="button"
                    class="btn q recent"
                    aria-label=format!("Open {name}")
                    on:click=hear(move |_| leptos::task::spawn_local(recent::open(app, file.clone())))
                >
                    <Icon glyph=Glyph::File />
                    <span class="cut grow">{name.clone()}</span>
                    <span class="sub">{size}</span>
                    <span class="mut">{when}</span>
                </button>
            </li>
        }
    };
    live(move || {
        changes.track();
        let files = files.get_value();
        (!files.is_empty()).then(|| {
            view! {
                <section class="recents" role="region" aria-label="Recent files">
                    <h2>"Recent files"<button type="button" class="lnk" on:click=hear(forget)>"Forget them"</button></h2>
                    <ul>{files.into_iter().map(button).collect_view()}</ul>
                </section>
            }
        })
    })
}

/// Three hops, the last one looked at closely.
#[component]
fn Art() -> impl IntoView {
    view! {
        <svg class="start-art" viewBox="0 0 190 56" aria-hidden="true">
            <circle cx="14" cy="42" r="5" />
            <circle cx="95" cy="42" r="5" />
            <circle class="lens" cx="176" cy="42" r="7" />
            <path class="lens" d="m181 47 5 5" />
            <path d="M18 32C32 6 78 6 91 32M99 32c12-24 52-26 70-3" />
            <path d="m86.5 30 5 3 1.6-5.6M164 28.5l5.5 1.5.4-5.7" />
        </svg>
    }
}
