//! Keeps the summary in step with the view and the sources: one request under way at most, the newest view next.

use super::client::Lane;
use super::state::{App, Shown};
use crate::protocol::{FromHub, Progress, ToHub};
use crate::ui::reactive::{effect, memo};
use gloo::timers::future::TimeoutFuture;
use leptos::prelude::*;
use std::sync::Arc;

/// Bars of the histogram, values of a tile.
const BINS: u32 = 120;
const TOP: u32 = 12;
/// While loading: the counts are asked for again after this long, or when there are eight times as many rows; and never before four
/// times the time of the last answer has passed, so that answering takes a fifth of the workers' time at most.
const PACE_MS: f64 = 1_000.0;
const REST: f64 = 4.0;
/// While the workers have the cores to themselves, drawing all at once would keep the page from answering: the tiles come a
/// frame after the histogram.
const FRAME_MS: u32 = 20;

#[derive(Clone, Copy, Default)]
struct Last {
    under_way: bool,
    /// Something changed while the request was under way.
    again: bool,
    rows: u64,
    at: f64,
    /// How long the last answer took, ms.
    took: f64,
}

/// Starts following; call once.
pub fn follow(app: App) {
    let last = StoredValue::new(Last::default());
    // Progress comes ten times a second; only a change of the sources makes what is shown stale at once.
    let generation = memo(move || app.progress.with(|progress| progress.generation));
    effect(move || {
        app.view();
        // Read, not only tracked: a memo that nobody has read follows nothing.
        generation.get();
        if app.progress.with_untracked(|progress| !progress.sources.is_empty()) {
            ask(app, last);
        }
    });
    effect(move || {
        let due = app.progress.with(|progress| is_due(progress, app, last.get_value()));
        if due {
            ask(app, last);
        }
    });
}

/// True where rows came that the summary does not know, and it is time to say so.
fn is_due(progress: &Progress, app: App, last: Last) -> bool {
    if last.under_way || progress.sources.is_empty() {
        return false;
    }
    let so_far = app.summary.with_untracked(|summary| summary.as_ref().is_none_or(|summary| summary.so_far));
    let rested = progress.rows != last.rows && now() - last.at >= REST * last.took;
    so_far && (progress.done || rested && (progress.rows >= last.rows * 8 || now() - last.at >= PACE_MS))
}

fn ask(app: App, last: StoredValue<Last>) {
    if last.get_value().under_way {
        last.update_value(|last| last.again = true);
        return;
    }
    last.update_value(|last| (last.under_way, last.again) = (true, false));
    leptos::task::spawn_local(async move {
        let view = app.view_now();
        let rows = app.progress.with_untracked(|progress| progress.rows);
        let (asked, began) = (view.clone(), now());
        let request = move |id| ToHub::Summary { id, view: asked, histogram_bins: BINS, top: TOP };
        let answer = app.client().ask(Lane::Summary, request).await;
        last.update_value(|last| *last = Last { under_way: false, rows, at: now(), took: now() - began, ..*last });
        if let Some(FromHub::Summary(summary)) = answer {
            let shown = Shown { view, generation: summary.generation, total: summary.total };
            let summary = Arc::new(*summary);
            let pause = if summary.so_far { FRAME_MS } else { 0 };
            app.summary.set(Some(summary.clone()));
            TimeoutFuture::new(pause).await;
            app.rail.set(Some(summary));
            app.shown_summary.set(Some(shown));
        }
        let last_now = last.get_value();
        let due = app.progress.with_untracked(|progress| is_due(progress, app, last_now));
        if last_now.again || due {
            ask(app, last);
        }
    });
}

/// Milliseconds since the page started.
pub fn now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}
