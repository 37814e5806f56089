//! Reports: what halog reports, as tables of the logs shown.
//!
//! A table has hundreds of cells and no part of its own that changes: it is written straight into the document, and one
//! listener hears all of it. As views each shape of row would be compiled anew.

mod controls;
mod figures;
mod table;
mod words;

pub use controls::{FIRST, chosen, reason};

use super::explain::keep_focus;
use crate::protocol::{Report, Reported};
use crate::show::Dates;
use crate::ui::asking::{Keep, ask_anew};
use crate::ui::reactive::effect;
use crate::ui::state::{Shown, use_app};
use crate::ui::widgets::hear;
use controls::Kinds;
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn Reports() -> impl IntoView {
    let app = use_app();
    ask_anew(app, move |view| {
        let report = chosen(app)?;
        Some(Box::pin(async move {
            let found = app.report(view, report).await?;
            Some(Box::new(move |shown: Shown| {
                let shown = Shown { generation: found.generation, ..shown };
                let whole = !found.so_far;
                app.reported.set(Some((report, Arc::new(found))));
                app.shown_report.set(Some(shown).filter(|_| whole));
            }) as Keep)
        }))
    });
    on_cleanup(keep_focus);
    // An answer to what is asked now, or to the same in another order: that one stays until the new one is there.
    let answer = move || -> Option<(Report, Arc<Reported>)> {
        let asked = chosen(app)?;
        app.reported.get().filter(|(report, _)| (report.kind, report.by) == (asked.kind, asked.by))
    };
    let (lists, node) = (NodeRef::<Div>::new(), NodeRef::<Div>::new());
    effect(move || {
        let (Some(lists), Some(node)) = (lists.get(), node.get()) else { return };
        controls::draw_lists(app, &lists);
        let extent = app.summary.with(|summary| summary.as_ref().and_then(|summary| summary.extent));
        let dates = extent.map_or(Dates::None, |(from, to)| Dates::between(from, to));
        table::draw(&node, answer(), dates);
    });
    view! {
        <section class="reports" aria-label="Reports">
            <div class="rp-top">
                <Kinds />
                <div class="rp-lists" node_ref=lists on:change=hear(move |event| controls::changed(app, &event))></div>
            </div>
            <div
                class="rp-body"
                node_ref=node
                on:click=hear(move |event| table::clicked(app, &event))
                on:keydown=hear(move |event| table::pressed(app, event))
            ></div>
        </section>
    }
}
