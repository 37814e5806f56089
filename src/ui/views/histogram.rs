//! Logs over time: how many, how many of them significant, and the part of the time that is looked at.

mod bars;
mod header;
mod period;
mod picture;
mod plot;
mod scale;
mod selection;
mod stack;

use crate::protocol::{Bin, Range};
use crate::record::Field;
use crate::show;
use crate::ui::reactive::memo;
use crate::ui::{App, use_app};
use bars::Parts;
use leptos::prelude::*;
use scale::Scale;
use stack::Stack;
use std::sync::Arc;

/// What the parts of the histogram share.
#[derive(Clone, Copy)]
struct Plot {
    app: App,
    /// CSS pixels of the plot.
    width: RwSignal<f64>,
    log: RwSignal<bool>,
    parts: RwSignal<Parts>,
    /// The field whose values the bars are made of; `None`: significant logs and others.
    by: RwSignal<Option<Field>>,
    stack: RwSignal<Option<Arc<Stack>>>,
    scale: Memo<Scale>,
    /// Bar under the pointer, or under the keyboard's cursor.
    pointed: RwSignal<Option<usize>>,
}

impl Plot {
    fn new(app: App) -> Plot {
        let (width, log) = (RwSignal::new(0.0), RwSignal::new(false));
        let (parts, by, stack) = (RwSignal::new(Parts::ALL), RwSignal::new(None), RwSignal::new(None));
        let scale = memo(move || {
            let (width, log) = (width.get(), log.get());
            let parts = if by.get().is_some() { Parts::ALL } else { parts.get() };
            app.summary.with(|summary| {
                let Some(summary) = summary else { return Scale::default() };
                let count = |bin: &Bin| parts.of(bin).0 + parts.of(bin).1;
                let most = summary.histogram.bins.iter().map(count).max().unwrap_or(0);
                Scale::new(&summary.histogram, width, log, most)
            })
        });
        Plot { app, width, log, parts, by, stack, scale, pointed: RwSignal::new(None) }
    }

    /// The layers of the bars as they are drawn now, if they are counted.
    fn stack_now(self) -> Option<Arc<Stack>> {
        let scale = self.scale.get();
        self.stack.get().filter(|stack| stack.fits(scale.start, scale.step))
    }

    fn bin(self, bar: usize) -> Bin {
        self.app.summary.with(|summary| {
            summary.as_ref().and_then(|summary| summary.histogram.bins.get(bar).copied()).unwrap_or_default()
        })
    }

    /// `10:23:30 – 10:24:00, 158 logs, 108 significant`
    fn describe(self, bar: usize) -> String {
        let scale = self.scale.get();
        let bin = self.bin(bar);
        let significant = u64::from(bin.significant);
        let all = significant + u64::from(bin.other);
        let what = match self.stack_now() {
            Some(stack) => stack.describe(bar, all),
            None => format!("{} significant", show::integer(significant)),
        };
        format!("{}, {}, {what}", between(scale.bar_range(bar, bar), scale.step), show::logs(all))
    }
}

/// Both ends of a range, as exact as bars of this width need.
fn between(range: Range, step: i64) -> String {
    let exact = if step < 1_000_000 { show::time } else { show::clock };
    if step >= 86_400_000_000 {
        format!("{} – {}", show::date(range.from), show::date(range.to))
    } else if show::same_day(range.from, range.to) || (range.to - range.from) < 86_400_000_000 {
        format!("{} – {}", exact(range.from), exact(range.to))
    } else {
        format!("{}, {} – {}, {}", show::day(range.from), exact(range.from), show::day(range.to), exact(range.to))
    }
}

#[component]
pub fn Histogram() -> impl IntoView {
    let plot = Plot::new(use_app());
    stack::follow(plot);
    view! {
        <section class="hist" role="region" aria-label="Histogram">
            <header::Header plot=plot />
            <plot::PlotArea plot=plot />
        </section>
    }
}
