//! The line as it stands in its file, with the bytes of each field marked, and its headers.

use super::super::grid::Grid;
use super::super::value::{filterable, filters_on_click, plain};
use crate::protocol::{CellValue, LogDetail};
use crate::record::Field;
use crate::text::sort;
use crate::ui::widgets::text_is_selected;
use crate::ui::widgets::{follow, hear};
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::MouseEvent;

/// A stretch of the raw text and the innermost field that stands there: its index among the detail's fields.
fn pieces(detail: &LogDetail) -> Vec<(&str, Option<usize>)> {
    let raw = detail.raw.as_str();
    let usable = |span: (u32, u32)| {
        let (from, to) = (span.0 as usize, span.1 as usize);
        (from < to && raw.is_char_boundary(from) && raw.is_char_boundary(to) && to <= raw.len()).then_some((from, to))
    };
    let spans: Vec<_> = detail
        .fields
        .iter()
        .enumerate()
        .filter_map(|(index, field)| usable(field.span).map(|(from, to)| (from, to, index)))
        .collect();
    let mut cuts: Vec<usize> = spans.iter().flat_map(|(from, to, _)| [*from, *to]).chain([0, raw.len()]).collect();
    sort::by(&mut cuts, Ord::cmp);
    cuts.dedup();
    let mut pieces: Vec<(&str, Option<usize>)> = Vec::with_capacity(cuts.len());
    for pair in cuts.windows(2) {
        let covers = |span: &&(usize, usize, usize)| span.0 <= pair[0] && pair[1] <= span.1;
        let inner = spans.iter().filter(covers).min_by_key(|span| span.1 - span.0);
        pieces.push((&raw[pair[0]..pair[1]], inner.map(|span| span.2)));
    }
    pieces
}

#[component]
pub fn Raw(grid: Grid, detail: Arc<LogDetail>, marked: RwSignal<Option<u16>>) -> impl IntoView {
    let app = grid.app;
    let pieces: Vec<_> = pieces(&detail)
        .into_iter()
        .map(|(text, of)| {
            let text = plain(text);
            let Some(found) = of.map(|index| &detail.fields[index]) else { return view! { {text} }.into_any() };
            let Some(field) = Field::from_index(usize::from(found.field)) else { return view! { {text} }.into_any() };
            let (index, value): (u16, CellValue) = (found.field, filterable(field, &found.value));
            let on_click = move |event: MouseEvent| {
                if !filters_on_click(field) || text_is_selected() {
                    return;
                }
                match event.alt_key() {
                    true => app.exclude(field, &value),
                    false => app.include(field, &value),
                }
            };
            let class = if filters_on_click(field) { "v" } else { "raw-field" };
            view! {
                <span
                    class=class
                    class:on=follow(move || marked.get() == Some(index))
                    title=field.name()
                    on:click=hear(on_click)
                    on:pointerenter=hear(move |_| marked.set(Some(index)))
                >
                    {text}
                </span>
            }
            .into_any()
        })
        .collect();
    let cut = detail.raw_cut.then(|| view! { <p class="mut">"Only the first 64 KB are shown."</p> });
    view! {
        <div class="xp-raw">
            <div class="pre">{pieces}</div>
            {cut}
        </div>
    }
}

#[component]
pub fn Headers(detail: Arc<LogDetail>) -> impl IntoView {
    let blocks: Vec<_> = detail
        .headers
        .iter()
        .map(|block| {
            let lines: Vec<_> = block
                .text
                .lines()
                .map(|line| {
                    let (name, value) = line.split_once(':').unwrap_or((line, ""));
                    view! {
                        <div class="kv nf wrap">
                            <dt class="mono">{plain(name)}</dt>
                            <dd class="mono">{plain(value.trim())}</dd>
                        </div>
                    }
                })
                .collect();
            view! {
                <dl>
                    <h4>{plain(&block.title)}</h4>
                    {lines}
                </dl>
            }
        })
        .collect();
    view! { <div class="cols3 headers">{blocks}</div> }
}
