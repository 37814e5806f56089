//! Logs over time.

use leptos::prelude::*;

#[component]
pub fn Histogram() -> impl IntoView {
    view! { <section class="hist" role="region" aria-label="Histogram"></section> }
}
