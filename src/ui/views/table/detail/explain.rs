//! What happened, in plain words: code, sentence, paragraph, the code letter by letter, what to check next.

use super::super::grid::Grid;
use super::super::value::plain;
use super::{field_of, int_of, text_of};
use crate::protocol::{CellValue, LogDetail, RowMark};
use crate::record::Field;
use crate::show;
use crate::ui::widgets::{hear, live};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn Explain(grid: Grid, detail: Arc<LogDetail>, mark: RowMark) -> impl IntoView {
    let said = &detail.explanation;
    if said.title.is_empty() && said.badge.is_empty() {
        return ().into_any();
    }
    let class = match mark {
        RowMark::Error => "say",
        RowMark::Warning => "say w",
        RowMark::Fine => "say f",
    };
    let text = |text: &str| plain(text);
    let badge = (!said.badge.is_empty()).then(|| view! { <span class="code">{text(&said.badge)}</span> });
    let paragraph = (!said.paragraph.is_empty()).then(|| view! { <p>{text(&said.paragraph)}</p> });
    let letters: Vec<_> = said
        .letters
        .iter()
        .map(|letter| view! { <span><b>{text(&letter.code)}</b>" "{text(&letter.meaning)}</span> })
        .collect();
    let next = (!said.next.is_empty()).then(|| {
        let steps: Vec<_> = said.next.iter().map(|step| view! { <li>{text(step)}</li> }).collect();
        view! {
            <div class="say-next">
                <span class="mut">"Check next"</span>
                <ul>{steps}</ul>
            </div>
        }
    });
    let alike = same_cause(&detail).map(|(field, value)| {
        let wanted = value.clone();
        let more = move || {
            let found = grid.app.summary.with(|summary| {
                let tile = summary.as_ref()?.tiles.iter().find(|tile| tile.field == field as u16)?;
                tile.top.iter().find(|top| top.value == wanted).map(|top| top.count.saturating_sub(1))
            });
            let place = if grid.app.brush.with(Option::is_some) { " in the selection" } else { "" };
            match found {
                Some(0) => String::new(),
                Some(count) => format!("{} more like this{place}", show::integer(count)),
                None => "Logs like this".to_owned(),
            }
        };
        view! {
            <button type="button" class="lnk" on:click=hear(move |_| grid.app.include(field, &value))>
                {live(more)}
            </button>
        }
    });
    view! {
        <div class=class>
            {badge}
            <div class="grow">
                <h3>{text(&said.title)}</h3>
                {paragraph}
                <div class="flags">{letters}{alike}</div>
                {next}
            </div>
        </div>
    }
    .into_any()
}

/// The field whose value this log shares with others of the same cause.
fn same_cause(detail: &LogDetail) -> Option<(Field, CellValue)> {
    let badge = detail.explanation.badge.as_str();
    if text_of(detail, Field::TerminationState) == Some(badge) && !badge.starts_with("--") {
        return Some((Field::TerminationState, CellValue::Text(badge.to_owned())));
    }
    let status = int_of(detail, Field::ResponseCode);
    if status.is_some_and(|status| status.to_string() == badge) {
        return Some((Field::ResponseCode, field_of(detail, Field::ResponseCode)?.clone()));
    }
    let field = [Field::Significance, Field::EventKind].into_iter().find(|field| field_of(detail, *field).is_some())?;
    Some((field, super::super::value::filterable(field, field_of(detail, field)?)))
}
