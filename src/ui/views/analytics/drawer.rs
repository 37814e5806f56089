//! The frame of a list that takes the place of the rail: the way back, title, note.

use super::rail::is_narrow;
use crate::ui::state::use_app;
use crate::ui::widgets::{Glyph, Icon, focus_soon, follow, hear};
use leptos::prelude::*;
use web_sys::KeyboardEvent;

#[component]
pub fn Drawer(title: &'static str, #[prop(into)] note: Signal<String>, children: Children) -> impl IntoView {
    let app = use_app();
    let back = NodeRef::<leptos::html::Button>::new();
    back.on_load(|back| {
        let _ = back.focus();
    });
    // The focus goes back to the button that opened the list, as soon as its tile is there again.
    let close = move || {
        app.opened.set(None);
        focus_soon(format!("[aria-label='Open {title}']"));
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            close();
        }
    };
    view! {
        <section class="drawer" class:overlaid=follow(move || is_narrow(app)) aria-label=format!("Top {title}") on:keydown=hear(on_key)>
            <header>
                <button
                    type="button"
                    class="btn q icon sm"
                    aria-label="Back to log analytics"
                    node_ref=back
                    on:click=hear(move |_| close())
                >
                    <Icon glyph=Glyph::Back />
                </button>
                <h2>{title}</h2>
                <span class="sub">{note}</span>
            </header>
            {children()}
        </section>
    }
}
