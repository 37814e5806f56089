//! The selected part of the time: drawn over the bars, dragged at its edges or as a whole, moved by keys.

use super::scale::{BASE, LEFT, Scale, TOP};
use super::{Plot, between};
use crate::protocol::Range;
use crate::show;
use crate::ui::views::explain;
use crate::ui::widgets::{Glyph, Icon, Show, follow, hear, live};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// A press on the plot and what moving the pointer will do.
#[derive(Clone, Copy, Debug)]
pub struct Drag {
    from: f64,
    moved: bool,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    New,
    /// The other edge stays.
    Edge(i64),
    Whole(Range),
}

/// Pixels around an edge that take hold of it, and pixels that make a press a drag.
const GRIP: f64 = 5.0;
const SLACK: f64 = 3.0;

impl Drag {
    pub fn start(scale: Scale, brush: Option<Range>, x: f64) -> Drag {
        let kind = match brush {
            Some(brush) if (scale.x(brush.from) - x).abs() <= GRIP => Kind::Edge(brush.to),
            Some(brush) if (scale.x(brush.to) - x).abs() <= GRIP => Kind::Edge(brush.from),
            Some(brush) if scale.x(brush.from) < x && x < scale.x(brush.to) => Kind::Whole(brush),
            _ => Kind::New,
        };
        Drag { from: x, moved: false, kind }
    }

    /// The selection once the pointer is at `x`; `None` while it is still a press.
    pub fn to(&mut self, scale: Scale, x: f64) -> Option<Range> {
        self.moved |= (x - self.from).abs() > SLACK;
        if !self.moved {
            return None;
        }
        Some(match self.kind {
            Kind::New => scale.bar_range(scale.bar_at(self.from.max(LEFT)), scale.bar_at(x)),
            Kind::Edge(fixed) => spanning(fixed, scale.edge_at(x), scale.step),
            Kind::Whole(range) => {
                let by = scale.edge_at(x) - scale.edge_at(self.from);
                shifted(range, by, scale)
            }
        })
    }
}

/// From one edge to the other, at least one bar long.
fn spanning(one: i64, other: i64, step: i64) -> Range {
    let (from, to) = (one.min(other), one.max(other));
    Range { from, to: to.max(from + step) }
}

/// Moved without leaving the histogram or changing its length.
fn shifted(range: Range, by: i64, scale: Scale) -> Range {
    let by = by.max(scale.start - range.from).min((scale.end() - range.to).max(0));
    Range { from: range.from + by, to: range.to + by }
}

/// True for presses on the buttons and sliders of the selection itself.
pub fn is_control(event: &web_sys::Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest(".brush-bar").ok().flatten().is_some())
}

#[component]
pub fn Selection(plot: Plot) -> impl IntoView {
    let drawn = move || plot.scale.with(|scale| scale.is_drawn());
    let shown = move || drawn() && plot.app.brush.with(Option::is_some);
    view! {
        <Show when=shown>
            <Brush plot=plot />
        </Show>
    }
}

#[component]
fn Brush(plot: Plot) -> impl IntoView {
    let app = plot.app;
    let range = move || app.brush.get().unwrap_or(Range { from: 0, to: 0 });
    let edges = move || {
        let (scale, range) = (plot.scale.get(), range());
        (scale.x(range.from), scale.x(range.to))
    };
    let area = move || {
        let (left, right) = edges();
        format!("left:{left}px;width:{}px;top:{}px;height:{}px", (right - left).max(1.0), TOP - 2.0, BASE - TOP + 2.0)
    };
    // Kept inside the plot: from its middle on the bar hangs on the selection's right edge.
    let bar = move || {
        let (left, right) = edges();
        let width = plot.width.get();
        if left > width - 400.0 { format!("right:{}px", (width - right).max(0.0)) } else { format!("left:{left}px") }
    };
    let text = move || {
        let (scale, range) = (plot.scale.get(), range());
        format!("{} · {}", between(range, scale.step), show::span(range.to - range.from))
    };
    view! {
        <div class="brush" role="group" aria-label="Selected range" style=follow(area)>
            <Edge plot=plot start=true />
            <Edge plot=plot start=false />
        </div>
        <div class="brush-bar" style=follow(bar)>
            <span class="lab">{live(text)}</span>
            <button
                type="button"
                aria-label="Zoom to selection"
                title="Zoom to selection (Z)"
                on:click=hear(move |_| app.zoom(range()))
            >
                <Icon glyph=Glyph::Zoom />
            </button>
            <button
                type="button"
                aria-label="Explain selection"
                title="What is different here (X)"
                on:click=hear(move |_| explain::open(app))
            >
                <Icon glyph=Glyph::Explain />
                "Explain"
            </button>
            <button
                type="button"
                aria-label="Clear selection"
                title="Clear selection (Esc)"
                on:click=hear(move |_| app.brush.set(None))
            >
                <Icon glyph=Glyph::Close small=true />
            </button>
        </div>
    }
}

/// One end of the selection: a slider for the keyboard, a grip for the pointer.
#[component]
fn Edge(plot: Plot, start: bool) -> impl IntoView {
    let app = plot.app;
    let value = move || app.brush.get().map_or(0, |range| if start { range.from } else { range.to });
    let on_key = move |event: KeyboardEvent| {
        let (scale, Some(range)) = (plot.scale.get_untracked(), app.brush.get_untracked()) else { return };
        let stride = if event.shift_key() { 10 * scale.step } else { scale.step };
        let (low, high) = match start {
            true => (scale.start, range.to - scale.step),
            false => (range.from + scale.step, scale.end()),
        };
        let to = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => value() - stride,
            "ArrowRight" | "ArrowUp" => value() + stride,
            "Home" => low,
            "End" => high,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        let to = to.max(low).min(high.max(low));
        app.brush.set(Some(match start {
            true => Range { from: to, ..range },
            false => Range { to, ..range },
        }));
    };
    view! {
        <span
            class=if start { "brush-edge start" } else { "brush-edge end" }
            role="slider"
            tabindex="0"
            aria-label=if start { "Selection start" } else { "Selection end" }
            aria-valuemin=follow(move || plot.scale.with(|scale| scale.start / 1_000).to_string())
            aria-valuemax=follow(move || plot.scale.with(|scale| scale.end() / 1_000).to_string())
            aria-valuenow=follow(move || (value() / 1_000).to_string())
            aria-valuetext=follow(move || show::date_time(value()))
            on:keydown=hear(on_key)
        ></span>
    }
}
