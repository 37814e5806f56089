//! Tiles about the logs shown.

use leptos::prelude::*;

#[component]
pub fn Analytics() -> impl IntoView {
    view! { <div class="tiles"></div> }
}
