//! Lines that did not match the format of their file: how many, why, and each with file, line and text.

use super::lines_around::LinesAround;
use crate::protocol::{CellValue, RowId, RowMark, RowText, RowView, Rows, Significance, Sort, View};
use crate::query::Op;
use crate::record::Field;
use crate::show;
use crate::ui::filter;
use crate::ui::names::plain;
use crate::ui::reactive::{effect, memo};
use crate::ui::state::{App, use_app};
use crate::ui::widgets::{Cards, Choice, Dialog, Mark, Show, VirtualList, each, hear, live};
use leptos::prelude::*;
use std::sync::Arc;

/// (id, text, advice, count)
type Reasons = Vec<(String, String, String, u64)>;

/// Rows asked for at once: some screens full.
const BLOCK: u64 = 256;

#[component]
pub fn Unparsed() -> impl IntoView {
    let app = use_app();
    let reasons =
        memo(move || app.summary.with(|s| s.as_ref().map(|s| s.unparsed.reasons.clone()).unwrap_or_default()));
    let count = memo(move || app.summary.with(|s| s.as_ref().map_or(0, |s| s.unparsed.count)));
    // The id of the chosen reason; none for all.
    let chosen = RwSignal::new(None::<String>);
    let total = memo(move || match chosen.get() {
        None => count.get(),
        Some(id) => reasons.with(|all| all.iter().find(|reason| reason.0 == id).map_or(0, |reason| reason.3)),
    });
    view! {
        <section class="unparsed" aria-label="Unparsed lines">
            <p class="lead">
                <b>{live(move || lead(count.get()))}</b>
                " "
                <Show when=move || { count.get() > 0 }>
                    <span class="sub">"Nothing is dropped: they are kept, and searchable as text."</span>
                    " "
                    <button type="button" class="lnk" on:click=hear(move |_| app.files_open.set(true))>
                        "Choose format…"
                    </button>
                </Show>
            </p>
            <ReasonCards reasons=reasons chosen=chosen />
            <Show when=move || { total.get() > 0 }>
                <div class="br h">
                    <span></span>
                    <span>"File and line"</span>
                    <span>"Reason"</span>
                    <span>"Text"</span>
                </div>
                <Lines reasons=reasons chosen=chosen total=total />
            </Show>
        </section>
    }
}

fn lead(count: u64) -> String {
    match count {
        0 => "Every line matches the format of its file.".into(),
        _ => format!("{} did not match the format of their file.", show::count(count, "line", "lines")),
    }
}

/// All, then each reason with its count and what to do about it.
#[component]
fn ReasonCards(reasons: Memo<Reasons>, chosen: RwSignal<Option<String>>) -> impl IntoView {
    // Cards change only when reasons come or go: counts are read by each card itself.
    let ids = memo(move || reasons.with(|all| all.iter().map(|reason| reason.0.clone()).collect::<Vec<_>>()));
    live(move || {
        let list = ids.get();
        if list.len() < 2 {
            return None;
        }
        let cards = list.iter().map(|id| {
            let (id, other) = (id.clone(), id.clone());
            let reason = move |id: &str| reasons.with(|all| all.iter().find(|reason| reason.0 == id).cloned());
            let name = Signal::derive(move || {
                reason(&id).map_or_else(String::new, |r| format!("{}, {}", r.1, show::count(r.3, "line", "lines")))
            });
            let body = move || {
                let (_, text, advice, count) = reason(&other).unwrap_or_default();
                view! {
                    <span class="count">
                        <b>{show::integer(count)}</b>
                        <span>{text}</span>
                    </span>
                    <span class="why">{advice}</span>
                }
            };
            Choice::new(name, ViewFn::from(move || body.clone()))
        });
        let cards = cards.collect::<Vec<_>>();
        let order = StoredValue::new(list);
        let selected = Signal::derive(move || {
            let chosen = chosen.get();
            order.with_value(|ids| ids.iter().position(|id| Some(id) == chosen.as_ref()).unwrap_or(usize::MAX))
        });
        // The chosen card again: all of them.
        let on_select = Callback::new(move |index: usize| {
            let id = order.with_value(|ids| ids.get(index).cloned());
            chosen.update(|chosen| *chosen = if *chosen == id { None } else { id });
        });
        Some(view! { <Cards label="Reason" choices=cards selected=selected on_select=on_select /> })
    })
}

#[component]
fn Lines(reasons: Memo<Reasons>, chosen: RwSignal<Option<String>>, total: Memo<u64>) -> impl IntoView {
    let app = use_app();
    let window = RwSignal::new(0..0u64);
    let rows = RwSignal::new(Arc::new(Rows::default()));
    let newest = StoredValue::new(0u32);
    // The line that the lines around are shown of.
    let (opened, open) = (RwSignal::new(None::<RowId>), RwSignal::new(false));
    // The block that holds the window: asked for again when it, the reason or the logs change.
    let block = memo(move || {
        let window = window.get();
        let first = window.start.saturating_sub(BLOCK / 4) / (BLOCK / 4) * (BLOCK / 4);
        (first, window.end.saturating_sub(first).clamp(BLOCK, 2 * BLOCK))
    });
    effect(move || {
        app.progress.with(|progress| progress.generation);
        total.track();
        let (first, count) = block.get();
        let view = lines_view(chosen.get());
        let ticket = newest.get_value() + 1;
        newest.set_value(ticket);
        leptos::task::spawn_local(async move {
            let answer = app.rows_in(view, first, count as u32, &[Field::Reject], RowText::Unparsed).await;
            if let Some(answer) = answer
                && newest.try_get_value() == Some(ticket)
            {
                rows.set(Arc::new(answer));
            }
        });
    });
    let row = move |index: u64| {
        let entry = memo(move || {
            rows.with(|rows| index.checked_sub(rows.first).and_then(|at| rows.rows.get(at as usize)).cloned())
        });
        live(move || match entry.get() {
            Some(row) => {
                let id = row.id;
                let look = move || {
                    opened.set(Some(id));
                    open.set(true);
                };
                reasons.with(|reasons| line(app, reasons, &row, look))
            }
            // Keeps the place of a row that is on its way.
            None => view! { <div class="br"></div> }.into_any(),
        })
    };
    let list = move || each(move || window.get().collect(), |index| *index, row);
    let around = move || opened.get().map(|id| view! { <LinesAround id=id /> });
    view! {
        <VirtualList total=total height=24.0 window=window rows=ViewFn::from(list) />
        <Dialog open=open label="Lines around">
            {live(around)}
        </Dialog>
    }
}

/// All unparsed lines, or those with one reason, in the order of the files.
fn lines_view(reason: Option<String>) -> View {
    let text = |value: &str| CellValue::Text(value.to_owned());
    let mut query = filter::append("", Field::LogType, Op::Equal, &text("unparsed"));
    if let Some(reason) = reason {
        query = filter::append(&query, Field::Reject, Op::Equal, &text(&reason));
    }
    let sort = Sort { field: Field::Source as u16, descending: false };
    View { query, significance: Significance::All, period: None, brush: None, sort }
}

/// `look`: shows what stands around it.
fn line(app: App, reasons: &Reasons, row: &RowView, look: impl Fn() + 'static) -> AnyView {
    let source = app.progress.with_untracked(|progress| {
        progress.sources.iter().find(|source| source.id == row.source).map(|source| source.name.clone())
    });
    let place = match row.line {
        0 => source.unwrap_or_default(),
        line => format!("{}:{line}", source.unwrap_or_default()),
    };
    let id = match row.cells.first() {
        Some(Some(CellValue::Text(id))) => id.as_str(),
        _ => "",
    };
    let why = reasons.iter().find(|reason| reason.0 == id).map_or(id, |reason| reason.1.as_str());
    let text = row.text.as_deref().map(plain).unwrap_or_default();
    view! {
        <div class="br">
            <Mark mark=if row.mark == RowMark::Fine { RowMark::Warning } else { row.mark } />
            <button
                type="button"
                class="lnk mono cut"
                title="What stands before and after it"
                on:click=hear(move |_| look())
            >
                {place}
            </button>
            <span class="cut" title=why.to_owned()>{why.to_owned()}</span>
            <span class="mono sub cut" title=text.clone()>{text.clone()}</span>
        </div>
    }
    .into_any()
}
