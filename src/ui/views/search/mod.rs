//! The search bar: chips for what is applied, the input, suggestions, help and errors.

mod chips;
mod error;
mod history;
mod input;
mod state;
mod suggest;
mod syntax;
mod values;

use crate::ui::reactive::effect;
use crate::ui::use_app;
use crate::ui::widgets::{Glyph, Icon, Show, follow, hear};
use leptos::prelude::*;
use state::Search;

#[component]
pub fn SearchBar() -> impl IntoView {
    let app = use_app();
    let search = Search::new(app);
    let suggest = suggest::Suggest::new(search);
    let help = RwSignal::new(false);
    effect(move || {
        if app.focus_search.get() > 0 {
            search.focus();
        }
    });
    let has_any = move || !search.terms.with(Vec::is_empty) || !search.draft.with(String::is_empty);
    view! {
        <div
            class="field"
            class:focus=follow(move || search.focused.get())
            class:bad=follow(move || search.fault.with(Option::is_some))
        >
            <Icon glyph=Glyph::Search />
            <div class="field-flow">
                <chips::Chips search=search />
                <input::Input search=search suggest=suggest />
            </div>
            <Show when=has_any fallback=|| view! { <kbd>"/"</kbd> }>
                <button
                    type="button"
                    class="btn q icon sm"
                    aria-label="Clear search"
                    title="Clear search"
                    on:click=hear(move |_| search.clear())
                >
                    <Icon glyph=Glyph::Close />
                </button>
            </Show>
            <button
                type="button"
                class="btn q icon sm"
                aria-label="Search syntax"
                title="Search syntax"
                aria-expanded=follow(move || help.get().to_string())
                on:click=hear(move |_| help.update(|open| *open = !*open))
            >
                <Icon glyph=Glyph::Help />
            </button>
            <syntax::Syntax open=help search=search suggest=suggest />
            <suggest::List search=search suggest=suggest />
            <error::Panel search=search />
        </div>
    }
}
