//! The plot: bars, pointer, keyboard, server events, and the same figures as a table for those who do not see them.

use super::bars;
use super::scale::{BASE, LEFT, TOP};
use super::selection::{self, Drag, Selection};
use super::{Plot, between};
use crate::protocol::{Gap, GapSign, Range};
use crate::show;
use crate::ui::charts::ChartCanvas;
use crate::ui::widgets::{hear, live};
use leptos::html::Div;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, MouseEvent, PointerEvent};

#[component]
pub fn PlotArea(plot: Plot) -> impl IntoView {
    let app = plot.app;
    let node = NodeRef::<Div>::new();
    let drag = StoredValue::new(None::<Drag>);
    // Where the keyboard's cursor stands, and where Shift began to extend from.
    let anchor = StoredValue::new(None::<usize>);
    let x_of = move |event: &MouseEvent| {
        let left = node.get_untracked().map_or(0.0, |node| node.get_bounding_client_rect().left());
        f64::from(event.client_x()) - left
    };
    let draw = move |sheet: &crate::ui::charts::Sheet, canvas: &web_sys::HtmlCanvasElement| {
        if plot.width.get_untracked() != sheet.width {
            plot.width.set(sheet.width);
        }
        let (scale, parts, brush) = (plot.scale.get(), plot.parts.get(), app.brush.get());
        let (by, stack) = (plot.by.get(), plot.stack_now());
        let layers = stack.as_ref().map_or(&[][..], |stack| &stack.layers);
        app.summary.with(|summary| {
            if let Some(summary) = summary.as_ref().filter(|_| scale.is_drawn()) {
                let bar = |(at, bin)| match by {
                    Some(_) => bars::by_layers(at, bin, layers),
                    None => bars::by_significance(bin, parts),
                };
                let all: Vec<_> = summary.histogram.bins.iter().enumerate().map(bar).collect();
                bars::draw(sheet, canvas, scale, &all, brush);
            }
        });
    };
    let on_down = move |event: PointerEvent| {
        let scale = plot.scale.get_untracked();
        if event.button() != 0 || !scale.is_drawn() || selection::is_control(&event) {
            return;
        }
        if let Some(node) = node.get_untracked() {
            let _ = node.set_pointer_capture(event.pointer_id());
        }
        drag.set_value(Some(Drag::start(scale, app.brush.get_untracked(), x_of(&event))));
    };
    let on_move = move |event: PointerEvent| {
        let (scale, x) = (plot.scale.get_untracked(), x_of(&event));
        if !scale.is_drawn() {
            return;
        }
        let bar = (x >= LEFT).then(|| scale.bar_at(x));
        if plot.pointed.get_untracked() != bar {
            plot.pointed.set(bar);
        }
        let range = drag.try_update_value(|drag| drag.as_mut().and_then(|drag| drag.to(scale, x))).flatten();
        if range.is_some() && app.brush.get_untracked() != range {
            app.brush.set(range);
        }
    };
    let on_double = move |event: MouseEvent| {
        let (scale, x) = (plot.scale.get_untracked(), x_of(&event));
        if !scale.is_drawn() || x < LEFT || selection::is_control(&event) {
            return;
        }
        match app.brush.get_untracked() {
            Some(brush) if scale.x(brush.from) <= x && x <= scale.x(brush.to) => app.zoom(brush),
            _ => app.brush.set(Some(scale.bar_range(scale.bar_at(x), scale.bar_at(x)))),
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let scale = plot.scale.get_untracked();
        // The buttons and sliders of the selection have their own keys.
        let own = event.target() == event.current_target();
        if !own || !scale.is_drawn() || event.alt_key() || event.ctrl_key() || event.meta_key() {
            return;
        }
        let at = plot.pointed.get_untracked();
        let to = match (event.key().as_str(), at) {
            ("ArrowLeft", Some(bar)) => bar.saturating_sub(1),
            ("ArrowRight", Some(bar)) => (bar + 1).min(scale.bars - 1),
            ("ArrowLeft", None) | ("End", _) => scale.bars - 1,
            ("ArrowRight", None) | ("Home", _) => 0,
            ("Enter", Some(bar)) => {
                event.prevent_default();
                app.brush.set(Some(scale.bar_range(bar, bar)));
                return;
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if event.shift_key() {
            let from = anchor.get_value().or(at).unwrap_or(to);
            anchor.set_value(Some(from));
            app.brush.set(Some(scale.bar_range(from, to)));
        } else {
            anchor.set_value(None);
        }
        plot.pointed.set(Some(to));
        app.announce.set(plot.describe(to));
    };
    let label = Signal::derive(move || format!("Logs over time, {} bars", plot.scale.with(|scale| scale.bars)));
    view! {
        <div
            class="plot"
            node_ref=node
            tabindex="0"
            role="group"
            aria-label="Logs over time"
            on:pointerdown=hear(on_down)
            on:pointermove=hear(on_move)
            on:pointerup=hear(move |_| drag.set_value(None))
            on:pointercancel=hear(move |_| drag.set_value(None))
            on:pointerleave=hear(move |_| plot.pointed.set(None))
            on:blur=hear(move |_| plot.pointed.set(None))
            on:dblclick=hear(on_double)
            on:keydown=hear(on_key)
        >
            <ChartCanvas label=label class="plot-canvas" draw=draw />
            <Gaps plot=plot />
            <Events plot=plot />
            <Pointed plot=plot />
            <Selection plot=plot />
            <Figures plot=plot />
        </div>
    }
}

/// Crosshair and tooltip at the bar under the pointer.
#[component]
fn Pointed(plot: Plot) -> impl IntoView {
    move || {
        let bar = plot.pointed.get()?;
        let scale = plot.scale.get();
        (scale.is_drawn() && bar < scale.bars).then(|| {
            let x = (scale.bar_x(bar) + scale.bar_x(bar + 1)) / 2.0;
            let side = if x > scale.width / 2.0 { "plot-tip left" } else { "plot-tip" };
            view! {
                <div class="plot-cross" style=format!("left:{x}px;top:{TOP}px;height:{}px", BASE - TOP)></div>
                <div class=side style=format!("left:{x}px") aria-hidden="true">
                    {plot.describe(bar)}
                </div>
            }
        })
    }
}

/// "?" over silences in which logs are probably missing.
#[component]
fn Gaps(plot: Plot) -> impl IntoView {
    let draw = move || {
        let scale = plot.scale.get();
        let gaps = plot.app.summary.with(|summary| summary.as_ref().map(|summary| summary.gaps.clone()));
        let inside = move |gap: &Gap| scale.is_drawn() && scale.start < gap.range.to && gap.range.from < scale.end();
        let of = move |gap: Gap| {
            let Range { from, to } = gap.range;
            let (left, right) = (scale.x(from.max(scale.start)), scale.x(to.min(scale.end())));
            let why = match gap.sign {
                GapSign::Silence(other) => format!(
                    "Source {}: no logs for {}, where about {} were to be expected. No other silence near it is longer than {}.",
                    show::letter(gap.source),
                    show::span(to - from),
                    show::integer(gap.expected),
                    show::span(other),
                ),
                GapSign::Number(first) => {
                    let numbers = format!("sequence numbers from {first}");
                    left_out(&gap, &numbers)
                }
                GapSign::Counter(first) => {
                    let numbers = format!("line counter from {first:04}");
                    left_out(&gap, &numbers)
                }
            };
            view! {
                <div
                    class="plot-gap"
                    role="img"
                    aria-label=format!("Possibly missing logs {} to {}", show::clock(from), show::clock(to))
                    title=why
                    style=format!("left:{left}px;width:{}px", right - left)
                >
                    "?"
                </div>
            }
        };
        gaps.unwrap_or_default().into_iter().filter(inside).map(of).collect_view()
    };
    live(draw)
}

/// ▼ on the axis for what the servers did.
#[component]
fn Events(plot: Plot) -> impl IntoView {
    move || {
        let scale = plot.scale.get();
        let markers = plot
            .app
            .summary
            .with(|summary| summary.as_ref().map(|summary| summary.histogram.markers.clone()).unwrap_or_default());
        let inside = move |time: i64| scale.is_drawn() && scale.start <= time && time < scale.end();
        markers
            .into_iter()
            .filter(|marker| inside(marker.time))
            .map(|marker| {
                let what = format!("{}: {}", show::clock(marker.time), marker.text);
                view! {
                    <div
                        class="plot-event"
                        role="img"
                        aria-label=format!("Server event {what}")
                        title=what
                        style=format!("left:{}px", scale.x(marker.time))
                    ></div>
                }
            })
            .collect_view()
    }
}

/// The bars as a table, for screen readers.
#[component]
fn Figures(plot: Plot) -> impl IntoView {
    let rows = move || {
        let scale = plot.scale.get();
        (0..if scale.is_drawn() { scale.bars } else { 0 })
            .map(|bar| {
                let (bin, range) = (plot.bin(bar), scale.bar_range(bar, bar));
                let Range { from, to } = range;
                let all = u64::from(bin.significant) + u64::from(bin.other);
                let parts = plot.stack_now().map(|stack| view! { <td>{stack.describe(bar, all)}</td> });
                view! {
                    <tr>
                        <th scope="row">{between(Range { from, to }, scale.step)}</th>
                        <td>{show::integer(all)}</td>
                        <td>{show::integer(u64::from(bin.significant))}</td>
                        {parts}
                    </tr>
                }
            })
            .collect_view()
    };
    view! {
        <table class="vh">
            <caption>"Logs over time"</caption>
            <thead>
                <tr>
                    <th scope="col">"Time"</th>
                    <th scope="col">"Logs"</th>
                    <th scope="col">"Significant"</th>
                </tr>
            </thead>
            <tbody>{live(rows)}</tbody>
        </table>
    }
}

/// What the numbers of logs say is missing.
fn left_out(gap: &Gap, numbers: &str) -> String {
    let Range { from, to } = gap.range;
    let logs = show::count(gap.expected, "log is", "logs are");
    let (source, from, to) = (show::letter(gap.source), show::clock(from), show::clock(to));
    format!("Source {source}: {logs} missing between {from} and {to}, by the {numbers} on.")
}
