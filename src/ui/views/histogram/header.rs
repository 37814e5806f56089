//! The line above the bars: total, time range with its trail, legend, scale.

use super::period::PeriodButton;
use super::{Plot, picture, stack};
use crate::protocol::{Range, Significance};
use crate::query::edit::append_term;
use crate::show;
use crate::ui::reactive::memo;
use crate::ui::widgets::{Choice, Glyph, Icon, Segmented, Show, follow, hear, live};
use leptos::prelude::*;

#[component]
pub fn Header(plot: Plot) -> impl IntoView {
    let selected = Signal::derive(move || usize::from(plot.log.get()));
    let step = move || plot.scale.with(|scale| (scale.step > 0).then(|| format!("{} per bar", show::span(scale.step))));
    view! {
        <div class="hist-head">
            <Total plot=plot />
            <Crumbs plot=plot />
            <span class="grow"></span>
            {live(move || if plot.by.get().is_some() { stack::legend(plot) } else { view! { <Legend plot=plot /> }.into_any() })}
            {stack::chooser(plot)}
            <Segmented
                label="Vertical scale"
                choices=vec![Choice::text("Linear"), Choice::text("Log")]
                selected=selected
                on_select=Callback::new(move |index| plot.log.set(index == 1))
                small=true
            />
            <span class="hist-step">{live(step)}</span>
            {picture::button(plot)}
        </div>
    }
}

const LEFT_OUT: &str =
    "The search is for requests: lines that only repeat what a request says are left out. Click to show them, too.";

#[component]
fn Total(plot: Plot) -> impl IntoView {
    let app = plot.app;
    let total = move || app.summary.with(|summary| summary.as_ref().map(|summary| show::logs(summary.total)));
    let rest = move || {
        let filtered = !app.query.with(String::is_empty) || app.significance.get() != Significance::All;
        let brushed = app.brush.with(Option::is_some);
        let zoomed = app.period.with(Option::is_some);
        let (visible, sources) = app
            .progress
            .with(|progress| (progress.sources.iter().filter(|source| source.visible).count(), progress.sources.len()));
        app.summary.with(|summary| {
            let Some(summary) = summary else { return String::new() };
            if summary.so_far {
                "so far".to_owned()
            } else if brushed {
                let noun = if filtered { " matching" } else { "" };
                format!("in selection, of {}{noun}", show::integer(summary.matching))
            } else if filtered || zoomed {
                format!("of {}", show::integer(summary.loaded))
            } else {
                let noun = if sources == 1 { "source" } else { "sources" };
                format!("in {visible} of {sources} {noun}")
            }
        })
    };
    // What the tiles count, and what a search for requests leaves out.
    let requests = move || {
        let requests = app.summary.with(|summary| summary.as_ref().and_then(|summary| summary.requests));
        requests.map(|requests| format!(", {} of them requests", show::integer(requests)))
    };
    let left_out = memo(move || app.summary.with(|summary| summary.as_ref().map_or(0, |summary| summary.left_out)));
    let show_all = move |_| app.query.update(|query| *query = append_term(query, "exists(type)"));
    let timeless = move || {
        let count = app.summary.with(|summary| summary.as_ref().map_or(0, |summary| summary.without_time));
        (count > 0).then(|| format!(", {} without time", show::integer(count)))
    };
    view! {
        <span class="hist-total">
            <span class="tot" role="status" aria-label="Total logs">{live(total)}</span>
            " "
            <span class="sub">{live(rest)}{live(requests)}{live(timeless)}</span>
            <Show when=move || { left_out.get() > 0 }>
                <span class="sub">", "</span>
                <button type="button" class="lnk" title=LEFT_OUT on:click=hear(show_all)>
                    {live(move || show::count(left_out.get(), "trace line", "trace lines"))}
                    " left out"
                </button>
            </Show>
        </span>
    }
}

/// The periods zoomed out of, and the one shown.
#[component]
fn Crumbs(plot: Plot) -> impl IntoView {
    let app = plot.app;
    let extent = move || {
        let extent = app.summary.with(|summary| summary.as_ref().and_then(|summary| summary.extent));
        extent.map(|(from, to)| Range { from, to: to + 1 })
    };
    let trail = move || {
        let trail = app.trail.get();
        let count = trail.len();
        trail
            .into_iter()
            .enumerate()
            .map(|(index, period)| {
                let length = period.or_else(extent).map_or(String::new(), |range| show::span(range.to - range.from));
                let (name, text) = match period {
                    None => (format!("Back to all, {length}"), format!("All, {length}")),
                    Some(range) => (format!("Back to {}", show::period(range.from, range.to)), length),
                };
                let go = move |_| (0..count - index).for_each(|_| app.zoom_back());
                view! {
                    <button type="button" class="btn q sm" aria-label=name on:click=hear(go)>
                        {text}
                    </button>
                    <Icon glyph=Glyph::Right small=true />
                }
            })
            .collect_view()
    };
    view! {
        <div class="crumbs" role="group" aria-label="Time range">
            {live(trail)}
            <PeriodButton plot=plot />
        </div>
    }
}

/// Names the colours; a click takes a part out of the bars or back in.
#[component]
fn Legend(plot: Plot) -> impl IntoView {
    let events =
        move || plot.app.summary.with(|summary| summary.as_ref().is_some_and(|s| !s.histogram.markers.is_empty()));
    let shown = move |significant: bool| {
        plot.parts.with(|parts| if significant { parts.significant } else { parts.other }).to_string()
    };
    view! {
        <div class="hist-legend" role="group" aria-label="Legend">
            <button
                type="button"
                aria-pressed=follow(move || shown(true))
                on:click=hear(move |_| plot.parts.update(|parts| parts.significant = !parts.significant))
            >
                <i class="sig"></i>
                "Significant"
            </button>
            <button
                type="button"
                aria-pressed=follow(move || shown(false))
                on:click=hear(move |_| plot.parts.update(|parts| parts.other = !parts.other))
            >
                <i class="nsig"></i>
                "Non-significant"
            </button>
            <Show when=events>
                <span class="hide-n">
                    <svg class="hist-event-key" viewBox="0 0 8 7" aria-hidden="true">
                        <path d="M0 0h8L4 6z" fill="currentColor"></path>
                    </svg>
                    "Server event"
                </span>
            </Show>
        </div>
    }
}
