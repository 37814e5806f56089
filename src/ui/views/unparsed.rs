//! Lines that did not match the format of their file.

use leptos::prelude::*;

#[component]
pub fn Unparsed() -> impl IntoView {
    view! { <section role="region" aria-label="Unparsed lines"></section> }
}
