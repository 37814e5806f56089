//! "n other values hidden": what the search's own filter on a field keeps out of that field's tile, and the way back.

use crate::protocol::View;
use crate::query::edit;
use crate::record::Field;
use crate::show;
use crate::ui::reactive::{effect, memo};
use crate::ui::state::use_app;
use crate::ui::widgets::{hear, live};
use leptos::prelude::*;

/// Nothing while the search has no filter on the field, or its filters hide nothing.
#[component]
pub fn HiddenValues(field: Field, unique: Signal<u64>) -> impl IntoView {
    let app = use_app();
    let wider = memo(move || edit::without_field(&app.query.get(), field));
    let all = RwSignal::new(0u64);
    let newest = StoredValue::new(0u32);
    effect(move || {
        // A new summary means that the logs changed.
        app.rail.track();
        let ticket = newest.get_value() + 1;
        newest.set_value(ticket);
        let Some(query) = wider.get() else { return all.set(0) };
        let view = View { query, ..app.view_now() };
        leptos::task::spawn_local(async move {
            if let Some(values) = app.values_in(view, field, "", 1).await
                && newest.try_get_value() == Some(ticket)
            {
                all.set(values.unique);
            }
        });
    });
    live(move || {
        let hidden = all.get().saturating_sub(unique.get());
        let query = wider.get().filter(|_| hidden > 0)?;
        let text = format!("{} hidden", show::count(hidden, "other value", "other values"));
        let on_click = move |_| app.query.set(query.clone());
        Some(view! {
            <button type="button" class="tile-hidden" title="Remove the filter" on:click=hear(on_click)>
                {text}
            </button>
        })
    })
}
