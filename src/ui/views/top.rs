//! The top bar: name, sources, theme and help.

use super::intake::Picker;
use crate::protocol::{SourceProgress, SourceState};
use crate::show;
use crate::ui::reactive::memo;
use crate::ui::use_app;
use crate::ui::widgets::{Glyph, Icon, Logo, Show, each, follow, hear, live};
use leptos::prelude::*;

#[component]
pub fn Top(picker: Picker) -> impl IntoView {
    let app = use_app();
    let dark = move || app.settings.is_dark();
    let other_theme = move |_| app.settings.theme.set(Some(if dark() { "light" } else { "dark" }));
    view! {
        <header class="top">
            <div class="brand">
                <Logo />
                "hopscope"
            </div>
            <div class="sources" class:none=follow(move || app.is_empty()) role="region" aria-label="Sources">
                {each(
                    move || app.progress.with(|progress| progress.sources.iter().map(|s| s.id).collect()),
                    |id| *id,
                    |id| view! { <SourceChip id=id /> },
                )}
                <Show when=move || !app.is_empty()>
                    <button type="button" class="btn q sm" aria-label="Add files" on:click=hear(move |_| picker.files())>
                        <Icon glyph=Glyph::Plus />
                        <span class="hide-n">"Add files"</span>
                    </button>
                    <button
                        type="button"
                        class="btn q sm"
                        aria-label="Files"
                        aria-haspopup="dialog"
                        title="Files: what was found in each, and how it is read"
                        on:click=hear(move |_| app.files_open.set(true))
                    >
                        <Icon glyph=Glyph::File />
                        <span class="hide-n">"Files"</span>
                    </button>
                </Show>
            </div>
            <div class="tools">
                <button
                    type="button"
                    class="btn q icon sm"
                    aria-label=follow(move || if dark() { "Light theme" } else { "Dark theme" })
                    title=follow(move || if dark() { "Light theme" } else { "Dark theme" })
                    on:click=hear(other_theme)
                >
                    {live(move || view! { <Icon glyph=if dark() { Glyph::Sun } else { Glyph::Moon } /> })}
                </button>
                <button
                    type="button"
                    class="btn q icon sm"
                    aria-label="Keyboard help"
                    title="Keyboard help (?)"
                    on:click=hear(move |_| app.help_open.set(true))
                >
                    <Icon glyph=Glyph::Help />
                </button>
            </div>
        </header>
    }
}

/// One open source: key letter, name, count, eye and remove.
#[component]
fn SourceChip(id: u32) -> impl IntoView {
    let app = use_app();
    let source = memo(move || {
        app.progress.with(|progress| progress.sources.iter().find(|s| s.id == id).cloned()).unwrap_or_default()
    });
    let letter = show::letter(id);
    let name = memo(move || source.with(|source| show::visible(&source.name).into_owned()));
    let shown_name = move || {
        let name = name.get();
        let last = name.rsplit('/').next().unwrap_or_default();
        let most = if app.width.get() < 1280.0 { 15 } else { 40 };
        show::middle_cut(last, most)
    };
    let visible = memo(move || source.with(|source| source.visible));
    let eye = {
        let letter = letter.clone();
        move || format!("{} source {letter}", if visible.get() { "Hide" } else { "Show" })
    };
    let label = {
        let letter = letter.clone();
        move || format!("Source {letter}: {}", name.get())
    };
    let remove = format!("Remove source {letter}");
    view! {
        <div
            class="src"
            class:off=follow(move || !visible.get())
            role="group"
            aria-label=label
            title=follow(move || source.with(explain))
        >
            <span class="k" aria-hidden="true">{letter}</span>
            <span class="nm cut">{live(shown_name)}</span>
            <span class="c hide-n">{live(move || source.with(count))}</span>
            <button
                type="button"
                class="x"
                aria-label=eye.clone()
                title=eye
                on:click=hear(move |_| app.show_source(id, !visible.get_untracked()))
            >
                {live(move || {
                    let glyph = if visible.get() { Glyph::Eye } else { Glyph::EyeOff };
                    view! { <Icon glyph=glyph small=true /> }
                })}
            </button>
            <button
                type="button"
                class="x"
                aria-label=remove.clone()
                title=remove
                on:click=hear(move |_| app.remove_source(id))
            >
                <Icon glyph=Glyph::Close small=true />
            </button>
        </div>
    }
}

/// Rows, or how far reading has come.
fn count(source: &SourceProgress) -> String {
    match source.state {
        SourceState::Waiting => "queued".to_owned(),
        SourceState::Reading if source.size > 0 => format!("{}%", source.read * 100 / source.size),
        _ => show::integer(source.rows),
    }
}

/// Name, format and why, for the tooltip.
fn explain(source: &SourceProgress) -> String {
    let mut text = show::visible(&source.name).into_owned();
    if !source.format.is_empty() {
        text.push_str(&format!("\n{}", source.format));
    }
    if !source.why.is_empty() {
        text.push_str(&format!(": {}", source.why));
    }
    text
}
