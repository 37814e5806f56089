//! The logs as a table.

use crate::ui::use_app;
use leptos::prelude::*;

#[component]
pub fn LogTable() -> impl IntoView {
    let app = use_app();
    Effect::new(move || {
        app.view();
        app.summary.track();
        leptos::task::spawn_local(async move {
            app.rows(0, 50, &[], true).await;
        });
    });
    view! { <div class="grid" role="grid" aria-label="Logs"></div> }
}
