//! The bar behind every share: how much of the largest one this is.

use leptos::prelude::*;

/// A thin bar, `part` of `whole` wide. Decoration: the number stands beside it.
#[component]
pub fn ShareBar(part: u64, whole: u64, #[prop(optional)] error: bool) -> impl IntoView {
    let percent = if whole == 0 { 0.0 } else { part as f64 / whole as f64 * 100.0 };
    view! {
        <span class="bar" aria-hidden="true">
            <i class:e=error style:width=format!("{percent:.2}%")></i>
        </span>
    }
}
