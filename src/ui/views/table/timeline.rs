//! The waterfall: the rows on screen on one linear axis of time.

use super::bars::Segments;
use super::grid::Grid;
use crate::protocol::{Phases, RowMark};
use crate::show;
use crate::text::sort;
use crate::ui::widgets::{follow, live};
use leptos::prelude::*;

/// The time that the column spans, microseconds. `to` is 0 where no row has a time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Span {
    pub from: i64,
    pub to: i64,
}

const STEPS: [i64; 22] = [
    1_000,
    2_000,
    5_000,
    10_000,
    20_000,
    50_000,
    100_000,
    200_000,
    500_000,
    1_000_000,
    2_000_000,
    5_000_000,
    10_000_000,
    20_000_000,
    30_000_000,
    60_000_000,
    120_000_000,
    300_000_000,
    900_000_000,
    3_600_000_000,
    21_600_000_000,
    86_400_000_000,
];

impl Span {
    /// From the first start to the end of nine in ten rows; longer ones end with ›.
    pub fn of(rows: impl Iterator<Item = (Option<i64>, Option<i64>)>) -> Span {
        let rows: Vec<_> = rows.filter_map(|(time, total)| Some((time?, total.unwrap_or(0).max(0)))).collect();
        let Some(from) = rows.iter().map(|row| row.0).min() else { return Span::default() };
        let last = rows.iter().map(|row| row.0).max().unwrap_or(from);
        let mut ends: Vec<_> = rows.iter().map(|row| row.0.saturating_add(row.1)).collect();
        sort::by(&mut ends, Ord::cmp);
        let most = ends[(ends.len() * 9 / 10).min(ends.len() - 1)].max(last);
        // The very last end is taken in where that costs little.
        let to = if ends[ends.len() - 1] - from <= (most - from) * 3 / 2 { ends[ends.len() - 1] } else { most };
        let length = (to - from).max(400);
        Span { from: from - length / 100, to: from + length + length * 3 / 100 }
    }

    /// Per cent of the width.
    pub fn x(&self, time: i64) -> f64 {
        (time - self.from) as f64 / (self.to - self.from).max(1) as f64 * 100.0
    }

    /// (per cent, label) of at most this many ticks; labels after the first are shortened.
    pub fn ticks(&self, most: i64) -> Vec<(f64, String)> {
        if self.to == 0 {
            return Vec::new();
        }
        let span = self.to - self.from;
        let step = show::tick_step(&STEPS, span, most);
        let years = show::Dates::between(self.from, self.to) == show::Dates::Year;
        let mut ticks = Vec::new();
        let mut at = (self.from.div_euclid(step) + 1) * step;
        while at <= self.to {
            let label = match step {
                86_400_000_000.. if years => show::date(at),
                86_400_000_000.. => show::day(at),
                60_000_000.. => show::hour_minute(at),
                _ if ticks.is_empty() => show::clock(at),
                1_000_000.. => show::clock(at)[5..].to_owned(),
                100_000.. => show::time(at)[5..10].to_owned(),
                _ => show::time(at)[5..].to_owned(),
            };
            ticks.push((self.x(at), label));
            at += step;
        }
        ticks
    }
}

/// One bar of the waterfall.
#[component]
pub fn Waterfall(grid: Grid, time: Option<i64>, phases: Phases, mark: RowMark) -> impl IntoView {
    let Some(time) = time else { return view! { <div class="wf"></div> }.into_any() };
    let total = phases.total.unwrap_or(0).max(0);
    let place = move || {
        let span = grid.timeline.get();
        let left = span.x(time).clamp(0.0, 100.0);
        let end = span.x(time.saturating_add(total));
        (left, end.min(100.0), end > 100.5)
    };
    let bar = move || {
        let (left, end, _) = place();
        format!("left:{left:.3}%;width:{:.3}%", (end - left).max(0.0))
    };
    let silent = phases.server_silent && mark != RowMark::Fine;
    let after = move || {
        let (_, end, beyond) = place();
        let style = format!("left:min(calc({end:.3}% + 3px), calc(100% - 9px))");
        if silent {
            Some(view! {
                <span class="wf-x" style=style>
                    <svg viewBox="0 0 9 9" role="img" aria-label="No response">
                        <path d="M1.5 1.5l6 6m0-6-6 6"></path>
                    </svg>
                </span>
            })
        } else if beyond {
            Some(view! {
                <span class="wf-x more" style=style>
                    <svg viewBox="0 0 9 9" role="img" aria-label="Goes on">
                        <path d="M3 1.5l3 3-3 3"></path>
                    </svg>
                </span>
            })
        } else {
            None
        }
    };
    view! {
        <div class="wf">
            <span class="stack" style=follow(bar)>
                <Segments phases=phases />
            </span>
            {live(after)}
        </div>
    }
    .into_any()
}
