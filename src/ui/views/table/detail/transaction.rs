//! The transaction of an opened nevisProxy log: filters, servlets and calls to backends inside each other, to scale.

use super::super::actions;
use super::super::grid::Grid;
use super::super::value::plain;
use super::text_of;
use crate::protocol::{CellValue, LogDetail, RowId, RowMark, Slot, Step, StepKind, Transaction};
use crate::record::Field;
use crate::show;
use crate::ui::names::phase_class;
use crate::ui::reactive::{effect, memo};
use crate::ui::widgets::{Mark, hear, live};
use leptos::prelude::*;
use std::sync::Arc;

/// Steps drawn, at most.
const DRAWN: usize = 300;
/// Deeper steps stand no further to the right.
const DEEPEST: u16 = 16;

/// Nothing for other logs, and for lines without an id.
pub fn transaction(grid: Grid, detail: &LogDetail, id: RowId) -> Option<AnyView> {
    text_of(detail, Field::Format).filter(|format| format.starts_with("nevisproxy-"))?;
    text_of(detail, Field::TransactionId)?;
    let found = RwSignal::new(None::<Arc<Transaction>>);
    // Lines that come later, or go with their source, change it.
    let state = memo(move || grid.app.progress.with(|progress| (progress.generation, progress.done)));
    effect(move || {
        state.get();
        leptos::task::spawn_local(async move {
            if let Some(transaction) = grid.app.transaction(id).await.filter(|found| !found.steps.is_empty()) {
                found.try_set(Some(Arc::new(transaction)));
            }
        });
    });
    let shown = move || found.get().map(|transaction| view! { <Steps grid=grid transaction=transaction id=id /> });
    Some(live(shown).into_any())
}

#[component]
fn Steps(grid: Grid, transaction: Arc<Transaction>, id: RowId) -> impl IntoView {
    let Transaction { total, lines, from, to, .. } = *transaction;
    let sources: Vec<String> = transaction.sources.iter().map(|source| show::letter(*source)).collect();
    let of = format!("{} of {}", show::count(total, "line", "lines"), sources.join(", "));
    let of = if lines < total { format!("first {} of {of}", show::integer(lines)) } else { of };
    let aside = (transaction.aside > 0).then(|| {
        let lines = show::count(transaction.aside, "line", "lines");
        format!(", {lines} of headers, functions and debugging left out below")
    });
    let whole = transaction.missing.is_empty();
    let missing: Vec<_> = transaction.missing.iter().map(|text| view! { <li>{plain(text)}</li> }).collect();
    let notes: Vec<_> = transaction.notes.iter().map(|text| view! { <li>{plain(text)}</li> }).collect();
    let name = CellValue::Text(transaction.name.clone());
    let steps = transaction.steps.iter().take(DRAWN);
    let steps: Vec<_> = steps.enumerate().map(|(at, step)| line(grid, &transaction, at, step, id)).collect();
    let more = (transaction.steps.len() > DRAWN).then(|| {
        let all = show::integer(transaction.steps.len() as u64);
        view! { <p class="mut">{format!("Only the first {DRAWN} of {all} steps are drawn.")}</p> }
    });
    view! {
        <section class="trx" aria-label="Transaction">
            <div class="trx-head">
                <h4>"Transaction"</h4>
                <span class="mono mut cut" title=plain(&transaction.name)>{plain(&transaction.name)}</span>
                {(!whole).then(|| view! { <span class="trx-open">"incomplete"</span> })}
                <span class="mut cut grow">{of}{aside}</span>
                <button
                    type="button"
                    class="btn q sm"
                    on:click=hear(move |_| grid.app.only(Field::TransactionId, &name))
                >
                    "Show its lines"
                </button>
            </div>
            <ul class="trx-missing" aria-label="Missing">{missing}</ul>
            <ul class="trx-notes mut" aria-label="Notes">{notes}</ul>
            <div class="trx-step trx-cols mut" aria-hidden="true">
                <span>"Step"</span>
                <span class="num">"With all inside"</span>
                <span class="num">"Alone"</span>
                <span class="trx-axis"><span>"0 ms"</span><span>{show::duration(to - from)}</span></span>
            </div>
            <ul class="trx-steps" aria-label="Steps">{steps}</ul>
            {more}
        </section>
    }
}

fn kind(step: &Step) -> &'static str {
    match step.kind {
        StepKind::Request => "Request",
        StepKind::Filter => "Filter",
        StepKind::Servlet => "Servlet",
        StepKind::Backend => "Backend",
        StepKind::Message => "Message",
    }
}

fn line(grid: Grid, transaction: &Transaction, at: usize, step: &Step, opened: RowId) -> AnyView {
    let (kind, name) = (kind(step), plain(&step.name));
    let time = |time: Option<i64>| time.map_or("–".to_owned(), show::duration);
    let (all, alone) = (time(step.inclusive), time(step.exclusive));
    let message = step.kind == StepKind::Message;
    let times = match (message, step.incomplete) {
        (true, _) => format!(": {}", plain(&step.detail)),
        (false, true) => format!(", {all} with all inside, incomplete"),
        (false, false) => format!(", {all} with all inside, {alone} alone"),
    };
    let place = format!("{}:{}", show::letter(step.source), step.line);
    let here = step.row == Some(opened);
    let name = match step.row {
        Some(row) => {
            let id = transaction.name.clone();
            let said = format!("{kind} {name}{times}");
            let open = move |_| actions::open_log(grid, row, &id);
            view! {
                <button
                    type="button"
                    class="lnk cut"
                    aria-label=said
                    aria-current=here.then_some("true")
                    title=format!("Open this line, {place}")
                    on:click=hear(open)
                >
                    {name}
                </button>
            }
            .into_any()
        }
        None => view! { <span class="cut">{name}</span> }.into_any(),
    };
    let detail = plain(&step.detail);
    let class = if message { "trx-step msg" } else { "trx-step" };
    let (all, alone) = if message { (String::new(), String::new()) } else { (all, alone) };
    // The macro has no name for it.
    let level = leptos::attr::custom::custom_attribute("aria-level", (step.depth + 1).to_string());
    view! {
        <li {..level} class=class class:here=here>
            <span class="trx-name" style=format!("padding-left:{}px", step.depth.min(DEEPEST) * 14)>
                <span class="mut trx-kind">{kind}</span>
                {name}
                <Mark mark=step.mark />
                <span class="mono mut cut" title=detail.clone()>{detail.clone()}</span>
            </span>
            <span class="num mono">{all}</span>
            <span class="num mono">{alone}</span>
            <span class="trx-bar" aria-hidden="true">{bars(transaction, at, step)}</span>
        </li>
    }
    .into_any()
}

/// Where a step stands in time: pale where steps inside it were at work; of a backend its phases.
fn bars(transaction: &Transaction, at: usize, step: &Step) -> AnyView {
    let span = (transaction.to - transaction.from).max(1) as f64;
    let x = |time: i64| ((time - transaction.from) as f64 / span * 100.0).clamp(0.0, 100.0);
    let Some(start) = step.start else { return ().into_any() };
    let bar = |class: &'static str, from: i64, to: i64| {
        let (left, width) = (x(from), (x(to) - x(from)).max(0.0));
        view! { <i class=class style=format!("left:{left:.3}%;width:{width:.3}%")></i> }
    };
    let Some(took) = step.inclusive else {
        let class = match (step.kind, step.mark) {
            (StepKind::Message, RowMark::Error) => "at e",
            (StepKind::Message, RowMark::Warning) => "at w",
            (StepKind::Message, RowMark::Fine) => "at",
            // It began and was never seen to end.
            _ => "open",
        };
        let to = if step.kind == StepKind::Message { start } else { transaction.to };
        return bar(class, start, to).into_any();
    };
    let mut parts = vec![bar("own", start, start + took)];
    if step.kind == StepKind::Backend {
        let mut from = start;
        for slot in Slot::ALL {
            let Some(time) = step.phases.get(slot).filter(|time| *time > 0) else { continue };
            parts.push(bar(phase_class(slot), from, (from + time).min(start + took)));
            from += time;
        }
        return parts.into_any();
    }
    let inside = transaction.steps[at + 1..].iter().take_while(|other| other.depth > step.depth);
    for other in inside.filter(|other| other.depth == step.depth + 1) {
        if let (Some(from), Some(time)) = (other.start, other.inclusive) {
            parts.push(bar("in", from.max(start), (from + time).min(start + took)));
        }
    }
    parts.into_any()
}
