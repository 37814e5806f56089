//! What the bars are made of: significant logs and others, or the most frequent values of a field.

use super::Plot;
use crate::protocol::{CellValue, FromHub, ToHub, View};
use crate::query::Op;
use crate::query::edit::{append_term, filter_term};
use crate::record::{Field, Kind};
use crate::show;
use crate::ui::asking::{Keep, ask_anew};
use crate::ui::client::Lane;
use crate::ui::filter;
use crate::ui::names::{is_mono, title, value_text};
use crate::ui::reactive::memo;
use crate::ui::widgets::{Value, list, live};
use leptos::prelude::*;
use std::sync::Arc;

/// Values that have a colour of their own.
const COLOURS: [&str; 5] = ["stack-1", "stack-2", "stack-3", "stack-4", "stack-5"];

/// Of all others, and of all while the values are counted.
pub const REST: &str = "stack-rest";

/// Response codes are drawn by class, the worst at the baseline.
const CLASSES: [(&str, &str); 4] = [("5xx", "hist-sig"), ("4xx", "stack-2"), ("3xx", "stack-1"), ("2xx", "hist-nsig")];

/// The logs of one value.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    pub name: String,
    /// Name of its colour.
    pub colour: &'static str,
    /// `None`: several values, told by their name alone.
    value: Option<CellValue>,
    pub counts: Vec<u64>,
}

/// The layers of every bar, from the baseline up, of a histogram that begins at `start` with bars of `step`, µs.
#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    field: Field,
    start: i64,
    step: i64,
    pub layers: Vec<Layer>,
}

impl Stack {
    pub fn fits(&self, start: i64, step: i64) -> bool {
        (self.start, self.step) == (start, step)
    }

    /// `5xx 12, 2xx 140, other 6`
    pub fn describe(&self, bar: usize, all: u64) -> String {
        let mut rest = all;
        let mut parts = Vec::new();
        for layer in &self.layers {
            let count = layer.counts.get(bar).copied().unwrap_or(0);
            rest = rest.saturating_sub(count);
            if count > 0 {
                parts.push(format!("{} {}", layer.name, show::integer(count)));
            }
        }
        if rest > 0 {
            parts.push(format!("other {}", show::integer(rest)));
        }
        parts.join(", ")
    }
}

/// The most frequent values of the field in what is shown, or its classes: nothing is counted yet.
fn layers(plot: Plot, field: Field) -> Vec<Layer> {
    let layer = |name, colour, value| Layer { name, colour, value, counts: Vec::new() };
    if field == Field::ResponseCode {
        return CLASSES.map(|(name, colour)| layer(name.to_owned(), colour, None)).to_vec();
    }
    plot.app.rail.with_untracked(|summary| {
        let tiles = summary.iter().flat_map(|summary| &summary.tiles);
        let top = tiles.filter(|tile| tile.field == field as u16).flat_map(|tile| &tile.top);
        let of = |(top, colour): (&crate::protocol::TopValue, &&'static str)| {
            layer(value_text(field, &top.value), *colour, Some(top.value.clone()))
        };
        top.zip(&COLOURS).map(of).collect()
    })
}

/// The logs of the view that have what the layer stands for.
fn only(view: &View, field: Field, layer: &Layer) -> View {
    let text = layer.value.as_ref().map_or(layer.name.clone(), |value| filter::value_text(field, value));
    let term = filter_term(field, Op::Equal, &text);
    View { query: append_term(&view.query, &term), ..view.clone() }
}

/// Counts the layers whenever the logs shown, the bars or the field change.
pub fn follow(plot: Plot) {
    let app = plot.app;
    ask_anew(app, move |view| {
        let field = plot.by.get()?;
        let (start, step, count) = app.summary.with_untracked(|summary| {
            let histogram = &summary.as_ref()?.histogram;
            Some((histogram.start, histogram.step, histogram.bins.len() as u32))
        })?;
        let layers = layers(plot, field);
        let views = layers.iter().map(|layer| only(&view, field, layer)).collect();
        Some(Box::pin(async move {
            let ask = move |id| ToHub::Bars { id, views, start, step, count };
            let Some(FromHub::Bars { bars, .. }) = app.client().ask(Lane::Free, ask).await else { return None };
            let layers = layers.into_iter().zip(bars).map(|(layer, counts)| Layer { counts, ..layer }).collect();
            let stack = Arc::new(Stack { field, start, step, layers });
            Some(Box::new(move |_| plot.stack.set(Some(stack))) as Keep)
        }))
    });
}

/// The list of fields.
pub fn chooser(plot: Plot) -> AnyView {
    let fields = memo(move || {
        let chosen = plot.by.get();
        plot.app.rail.with(|summary| {
            let tiles = summary.iter().flat_map(|summary| &summary.tiles).filter(|tile| tile.distribution.is_none());
            let fields = tiles.filter_map(|tile| Field::from_index(tile.field.into()));
            let mut fields: Vec<Field> = fields.filter(|field| field.kind() != Kind::List).collect();
            fields.extend(chosen.filter(|chosen| !fields.contains(chosen)));
            fields
        })
    });
    let view = move || {
        let fields = fields.get();
        let at = plot.by.get_untracked().and_then(|by| fields.iter().position(|field| *field == by));
        let names = std::iter::once("Significance").chain(fields.iter().map(|field| title(*field)));
        let choices = names.map(str::to_owned).collect();
        let choose = move |at: usize| {
            plot.stack.set(None);
            plot.by.set(at.checked_sub(1).and_then(|at| fields.get(at).copied()));
        };
        list("Colour bars by".to_owned(), String::new(), choices, at.map_or(0, |at| at + 1), Box::new(choose))
    };
    view! { <label class="hist-by"><span class="hide-n">"By"</span>{live(view)}</label> }.into_any()
}

/// Names the colours; a click on a value selects its logs.
pub fn legend(plot: Plot) -> AnyView {
    let entries = move || {
        let Some(stack) = plot.stack.get() else { return Vec::new() };
        let field = stack.field;
        let entry = |layer: &Layer| {
            let name = match layer.value.clone() {
                Some(value) => {
                    let class = if is_mono(field) { "mono cut" } else { "cut" };
                    view! { <Value field=field value=value text=layer.name.clone() class=class /> }.into_any()
                }
                None => layer.name.clone().into_any(),
            };
            view! { <span><i style=format!("background:var(--{})", layer.colour)></i>{name}</span> }.into_any()
        };
        let rest = view! { <span><i style=format!("background:var(--{REST})")></i>"other"</span> }.into_any();
        stack.layers.iter().map(entry).chain([rest]).collect()
    };
    view! { <div class="hist-legend stacked" role="group" aria-label="Legend">{live(entries)}</div> }.into_any()
}
