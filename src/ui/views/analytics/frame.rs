//! The frame of a tile: title that folds, note, and the buttons that pin it and open the full list.

use super::{Opened, order};
use crate::record::Field;
use crate::ui::state::use_app;
use crate::ui::widgets::{Glyph, Icon, Show, follow, hear};
use leptos::prelude::*;

#[component]
pub fn Frame(
    title: &'static str,
    #[prop(into)] note: Signal<String>,
    #[prop(optional)] opens: Option<Opened>,
    /// The field that the tile is ordered by, where it can be.
    #[prop(optional)]
    place: Option<Field>,
    children: ChildrenFn,
) -> impl IntoView {
    let app = use_app();
    let folded = RwSignal::new(false);
    let open_button = opens.map(|opened| {
        view! {
            <button
                type="button"
                class="btn q icon sm"
                aria-label=format!("Open {title}")
                on:click=hear(move |_| app.opened.set(Some(opened)))
            >
                <Icon glyph=Glyph::Open />
            </button>
        }
    });
    view! {
        <section class="tile" class:folded=folded aria-label=title>
            <header>
                <h3>
                    <button
                        type="button"
                        aria-expanded=follow(move || (!folded.get()).to_string())
                        title="Click to fold; drag, or Alt ↑ ↓, to move"
                        on:click=hear(move |_| folded.update(|folded| *folded = !*folded))
                    >
                        {title}
                    </button>
                </h3>
                {place.map(|field| order::pin(app, title, field))}
                <span class="u">{note}</span>
                {open_button}
            </header>
            <Show when=move || !folded.get()>{children()}</Show>
        </section>
    }
}
