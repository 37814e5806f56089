//! A switch: on or off at once.

use super::show::{follow, hear};
use leptos::prelude::*;

/// `described_by`: id of the element that says what it does.
pub fn switch(name: &'static str, described_by: Option<&'static str>, on: RwSignal<bool>) -> AnyView {
    view! {
        <button
            type="button"
            class="sw"
            role="switch"
            aria-checked=follow(move || on.get().to_string())
            aria-describedby=described_by
            on:click=hear(move |_| on.update(|on| *on = !*on))
        >
            <i></i>
            {name}
        </button>
    }
    .into_any()
}
