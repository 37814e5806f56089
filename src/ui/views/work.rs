//! The work area: view tabs, the table or the unparsed lines, and the rail beside them.

use super::{Analytics, LogTable, Unparsed};
use crate::ui::{Tab, use_app};
use leptos::prelude::*;

#[component]
pub fn Work() -> impl IntoView {
    let app = use_app();
    view! {
        <div class="work">
            <div class="pane">
                {move || match app.tab.get() {
                    Tab::Logs => view! { <LogTable /> }.into_any(),
                    Tab::Unparsed => view! { <Unparsed /> }.into_any(),
                }}
            </div>
            <aside class="rail" role="region" aria-label="Log analytics"><Analytics /></aside>
        </div>
    }
}
