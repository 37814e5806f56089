//! Messages that stay until they are closed: a worker died, a file ended early.

use crate::show;
use crate::ui::carried::Carried;
use crate::ui::reactive::memo;
use crate::ui::views::table::use_link;
use crate::ui::widgets::{Glyph, Icon, each, hear, live};
use crate::ui::{App, filter, use_app};
use leptos::prelude::*;

#[component]
pub fn Notes() -> impl IntoView {
    let app = use_app();
    let closed = RwSignal::new(Vec::<(u32, String)>::new());
    let notes = memo(move || {
        let closed = closed.get();
        app.progress.with(|progress| {
            let all =
                progress.sources.iter().flat_map(|source| source.notes.iter().map(|note| (source.id, note.clone())));
            all.filter(|note| !closed.contains(note)).collect::<Vec<_>>()
        })
    });
    view! {
        <div class="notes">
            {live(move || {
                app.failure.get().map(|message| {
                    view! {
                        <div class="note bad" role="alert">
                            <span class="grow cut" title=message.clone()>{show::visible(&message).into_owned()}</span>
                            <Close on_close=move || app.failure.set(None) />
                        </div>
                    }
                })
            })}
            {last_time(app)}
            {each(
                move || notes.get(),
                Clone::clone,
                move |note| {
                    let text = show::visible(&note.1).into_owned();
                    view! {
                        <div class="note" role="status">
                            <span class="grow cut" title=note.1.clone()>{text}</span>
                            <Close on_close=move || closed.update(|closed| closed.push(note.clone())) />
                        </div>
                    }
                },
            )}
        </div>
    }
}

/// What was looked at when the same files were open before.
fn last_time(app: App) -> impl IntoView {
    let link = use_link();
    live(move || {
        let last = Carried::read(&app.last_time.get()?)?;
        let told = filter::narrowed(&last.view());
        let again = move |_| {
            app.last_time.set(None);
            last.clone().apply(app, link);
        };
        Some(view! {
            <div class="note calm" role="status" aria-label="Last time with these files">
                <span class="cut">
                    "Last time with these files: "
                    <span class="mono">{told}</span>
                </span>
                <button type="button" class="btn sm" on:click=hear(again)>"Show that again"</button>
                <span class="grow"></span>
                <Close on_close=move || app.last_time.set(None) />
            </div>
        })
    })
}

#[component]
fn Close(on_close: impl Fn() + 'static) -> impl IntoView {
    view! {
        <button type="button" class="btn q icon sm" aria-label="Close this message" on:click=hear(move |_| on_close())>
            <Icon glyph=Glyph::Close small=true />
        </button>
    }
}
