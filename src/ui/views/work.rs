//! The work area: view tabs, the table or the unparsed lines, and the rail beside them.

use super::analytics::{is_narrow, rail_is_shown};
use super::{Analytics, LogTable, Unparsed};
use crate::ui::{Tab, use_app};
use leptos::prelude::*;

#[component]
pub fn Work() -> impl IntoView {
    let app = use_app();
    view! {
        <main
            class="work"
            class:open=move || app.opened.get().is_some() && !is_narrow(app)
            class:norail=move || is_narrow(app) || app.opened.get().is_none() && !rail_is_shown(app)
            style:--rail=move || app.settings.rail_width.get().filter(|_| !is_narrow(app)).map(|width| format!("{width}px"))
        >
            <div class="pane">
                {move || match app.tab.get() {
                    Tab::Logs => view! { <LogTable /> }.into_any(),
                    Tab::Unparsed => view! { <Unparsed /> }.into_any(),
                }}
            </div>
            <Show when=move || app.opened.get().is_some() || rail_is_shown(app)>
                <Analytics />
            </Show>
        </main>
    }
}
