//! One field: how much it differs, and the values that contribute most, each with its share on both sides.

use super::numbers::{Axes, number_rows};
use crate::protocol::{CellValue, Difference, Differing, RowMark};
use crate::record::Field;
use crate::show;
use crate::ui::names::{is_mono, title, value_mark, value_text};
use crate::ui::reactive::memo;
use crate::ui::widgets::{FilterButtons, Mark, Show, Value, hear, stays_inside};
use leptos::prelude::*;

/// `first`: Tab reaches its first value, arrows the others.
pub fn field_view(difference: &Difference, axes: Axes, first: bool) -> AnyView {
    let Some(field) = Field::from_index(usize::from(difference.field)) else { return ().into_any() };
    let percent = show::fixed(difference.size * 100.0, 0);
    let rows = match &difference.detail {
        Differing::Numbers { p50, p95 } => number_rows(field, axes, *p50, *p95).into_any(),
        Differing::Values(values) => {
            let base = difference.base;
            let row = |(at, (value, logs)): (usize, &(Option<CellValue>, [u64; 2]))| {
                value_row(field, value.clone(), *logs, base, first && at == 0)
            };
            values.iter().enumerate().map(row).collect_view().into_any()
        }
    };
    view! {
        <div class="ex-field" role="rowgroup" aria-label=format!("{}, {percent}%", title(field))>
            <div class="ex-name" aria-hidden="true">
                <b title=title(field)>{title(field)}</b>
                <span class="ex-size"><i style:width=format!("{percent}%")></i></span>
                <span>{format!("{percent}%")}</span>
            </div>
            {rows}
        </div>
    }
    .into_any()
}

fn value_row(field: Field, value: Option<CellValue>, logs: [u64; 2], base: [u64; 2], first: bool) -> AnyView {
    let share = |side: usize| logs[side] as f64 / base[side].max(1) as f64;
    let points = (share(0) - share(1)) * 100.0;
    let sign = if points < 0.0 { "\u{2212}" } else { "+" };
    let points = format!("{sign}{} pt", show::fixed(points.abs(), 1));
    // Of the whole width in every field, so that lengths can be compared.
    let width = |side: usize| format!("{:.2}%", share(side) * 100.0);
    // Logs without a reason are those that are not significant, which can be searched for.
    let (of, text, value) = match value {
        Some(value) => (field, value_text(field, &value), Some(value)),
        None if field == Field::Significance => {
            (Field::Significant, "Not significant".to_owned(), Some(CellValue::Int(0)))
        }
        None => (field, "No value".to_owned(), None),
    };
    let (hovered, focused) = (RwSignal::new(false), RwSignal::new(false));
    let active = memo(move || hovered.get() || focused.get());
    let mark = match &value {
        // An idle session that timed out ends like a client that gave up: only what the server did is sure.
        Some(value) if of == field => match (field, value_mark(field, value)) {
            (Field::TerminationState, RowMark::Warning) => RowMark::Fine,
            (_, mark) => mark,
        },
        _ => RowMark::Fine,
    };
    let buttons = value.clone().map(|value| {
        let text = text.clone();
        view! {
            <Show when=move || active.get()>
                <FilterButtons field=of value=value.clone() text=text.clone() />
            </Show>
        }
    });
    let shown = match value {
        Some(value) => {
            let class = if is_mono(of) && of == field { "mono cut" } else { "cut" };
            let stop = if first { 0 } else { -1 };
            // "Category: event": what is cut off would tell them apart.
            let long = of == Field::Significance && text.len() > 34;
            let lead = if long { text.find(": ").map_or(0, |colon| colon + 2) } else { 0 };
            view! { <Value field=of value=value text=text lead=lead class=class tabindex=Signal::stored(stop) /> }
                .into_any()
        }
        None => view! { <span class="sub">{text}</span> }.into_any(),
    };
    view! {
        <div
            class="ex-row"
            role="row"
            on:mouseenter=hear(move |_| hovered.set(true))
            on:mouseleave=hear(move |_| hovered.set(false))
            on:focusin=hear(move |_| focused.set(true))
            on:focusout=hear(move |event| focused.set(stays_inside(&event)))
        >
            <span class="ex-value" role="rowheader">
                <Mark mark=mark />
                {shown}
            </span>
            <span class="ex-pair" aria-hidden="true">
                <i style:width=width(0)></i>
                <i class="r" style:width=width(1)></i>
            </span>
            <span class="num" role="cell">{show::share(logs[0], base[0])}</span>
            <span class="num sub" role="cell">{show::share(logs[1], base[1])}</span>
            <span class="num" role="cell">{points}</span>
            <span class="ex-acts">{buttons}</span>
        </div>
    }
    .into_any()
}
