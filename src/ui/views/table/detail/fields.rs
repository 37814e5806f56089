//! Every field of the log, by the side it belongs to; each filters, and marks its bytes in the raw line.

use super::super::grid::Grid;
use super::super::value::{display, filterable, filters_on_click, plain};
use super::json;
use crate::protocol::{DetailField, LogDetail};
use crate::record::{Field, Kind, Side};
use crate::ui::widgets::{FilterButtons, Value, hear};
use leptos::prelude::*;
use std::sync::Arc;

/// About the entry itself, but nowhere else to be seen.
const OF_ENTRY: [Field; 8] = [
    Field::EventKind,
    Field::Message,
    Field::Severity,
    Field::Reject,
    Field::RejectColumn,
    Field::LoggedBy,
    Field::Truncated,
    Field::Format,
];

#[component]
pub fn Fields(grid: Grid, detail: Arc<LogDetail>, marked: RwSignal<Option<u16>>) -> impl IntoView {
    // Path and query are parts of the URI: said once.
    let whole = detail.fields.iter().any(|found| found.field == Field::Uri as u16);
    let column = |side: Side| {
        let of_side = |found: &&DetailField| {
            let Some(field) = Field::from_index(usize::from(found.field)) else { return false };
            let about = side == Side::Balancer && OF_ENTRY.contains(&field);
            let part = whole && matches!(field, Field::UriPath | Field::UriQuery);
            !part && field.kind() != Kind::Body && (field.spec().side == side || about)
        };
        let list: Vec<_> =
            detail.fields.iter().filter(of_side).map(|found| line(found, detail.judged, marked)).collect();
        list
    };
    let name = grid.app.progress.with_untracked(|progress| {
        let source = progress.sources.iter().find(|source| source.id == detail.source);
        source.map(|source| plain(&source.name)).unwrap_or_default()
    });
    let place = if detail.line > 0 { format!("{name}:{}", detail.line) } else { name };
    let extras = (!detail.extras.is_empty()).then(|| {
        let extras: Vec<_> = detail.extras.iter().map(|(name, text)| json::extra(grid.app, name, text)).collect();
        view! {
            <dl class="extras">
                <h4>"Further fields"</h4>
                {extras}
            </dl>
        }
    });
    view! {
        <div class="cols3">
            <dl>
                <h4>"Client"</h4>
                {column(Side::Client)}
            </dl>
            <dl>
                <h4>"Load balancer"</h4>
                {column(Side::Balancer)}
            </dl>
            <dl>
                <h4>"Server and application"</h4>
                {column(Side::Server)}
                <div class="kv nf">
                    <dt>"Source"</dt>
                    <dd class="mono" title=place.clone()>{place.clone()}</dd>
                </div>
            </dl>
        </div>
        {extras}
    }
}

/// One field; `judged`: what makes the log significant is not its own word.
fn line(found: &DetailField, judged: bool, marked: RwSignal<Option<u16>>) -> Option<AnyView> {
    let field = Field::from_index(usize::from(found.field))?;
    let (index, text) = (found.field, display(field, &found.value));
    let filters = filters_on_click(field);
    let value = filterable(field, &found.value);
    let near = RwSignal::new(false);
    let long = text.chars().count() > 24;
    let class = match (filters, long) {
        (false, false) => "kv nf",
        (false, true) => "kv nf wrap",
        (true, false) => "kv",
        (true, true) => "kv wrap",
    };
    let plain_text = matches!(field.kind(), Kind::Time | Kind::Duration | Kind::Bytes | Kind::Bool);
    let words = matches!(field, Field::Significance | Field::ClientBrowser | Field::ClientOs | Field::ClientDevice);
    let mono = if plain_text || words { "" } else { "mono" };
    let label = if judged && field == Field::Significance { "Significant by rule" } else { field.label() };
    let enter = move || {
        near.set(true);
        marked.set(Some(index));
    };
    let shown = match filters {
        true => view! { <Value field=field value=value.clone() text=text.clone() /> }.into_any(),
        false => view! { <span title=text.clone()>{text.clone()}</span> }.into_any(),
    };
    let tools = filters.then(|| {
        let (value, text) = (value.clone(), text.clone());
        move || near.get().then(|| view! { <FilterButtons field=field value=value.clone() text=text.clone() /> })
    });
    Some(
        view! {
            <div
                class=class
                on:pointerenter=hear(move |_| enter())
                on:pointerleave=hear(move |_| near.set(false))
                on:focusin=hear(move |_| enter())
                on:focusout=hear(move |_| near.set(false))
            >
                <dt title=field.name()>{label}</dt>
                <dd class=mono>{shown}</dd>
                {tools}
            </div>
        }
        .into_any(),
    )
}
