//! Phases of one log as stacked segments, and the duration bar on its log scale.

use crate::protocol::{Phases, Slot};
use crate::show;
use crate::ui::names::{phase_class, phase_name};
use leptos::prelude::*;

/// The bar's right end: 60 s. Longer ones fill it.
const MOST_MS: f64 = 60_000.0;

/// Per cent of the bar for a duration, microseconds.
pub fn share(micros: i64) -> f64 {
    let milliseconds = micros as f64 / 1_000.0;
    (milliseconds.max(1.0).log10() / MOST_MS.log10() * 100.0).clamp(0.0, 100.0)
}

/// The phases to scale, in wire order; time that no phase accounts for is drawn grey.
#[component]
pub fn Segments(phases: Phases) -> impl IntoView {
    let parts = Slot::ALL.into_iter().filter_map(|slot| phases.get(slot).map(|time| (slot, time)));
    let parts: Vec<_> = parts.filter(|(_, time)| *time > 0).collect();
    let known: i64 = parts.iter().map(|(_, time)| time).sum();
    let rest = phases.total.unwrap_or(0) - known;
    let rest = (rest > known / 100 || parts.is_empty())
        .then(|| view! { <i class="p-rest" style=format!("flex:{} 0 0", rest.max(1))></i> });
    let parts = parts.into_iter();
    let parts = parts.map(|(slot, time)| view! { <i class=phase_class(slot) style=format!("flex:{time} 0 0")></i> });
    (parts.collect_view(), rest)
}

/// Number and bar of the column Duration.
#[component]
pub fn DurationBar(phases: Phases) -> impl IntoView {
    let Some(total) = phases.total else {
        return view! { <div class="dur"><span class="n mut">"–"</span></div> }.into_any();
    };
    let more = if phases.interim { "+" } else { "" };
    view! {
        <div class="dur">
            <span class="n">{show::duration(total)}{more}</span>
            <span class="dur-track">
                <span class="stack" style=format!("width:{:.2}%", share(total).max(3.0))>
                    <Segments phases=phases />
                </span>
            </span>
        </div>
    }
    .into_any()
}

/// The phases as a table: what hovering the bar shows.
#[component]
pub fn PhaseTable(phases: Phases) -> impl IntoView {
    let total = phases.total.unwrap_or(0).max(0) as u64;
    let row = move |slot: Slot| {
        let time = phases.get(slot)?;
        let share = show::share(time.max(0) as u64, total);
        Some(view! {
            <tr>
                <td><i class=phase_class(slot)></i></td>
                <th scope="row">{phase_name(slot, !phases.scanned, phases.scanned)}</th>
                <td class="num">{show::duration(time)}</td>
                <td class="num sub">{share}</td>
            </tr>
        })
    };
    let rows = Slot::ALL.into_iter().filter_map(row).collect_view();
    view! {
        <table class="phase-table">
            <tbody>
                {rows}
                <tr class="b">
                    <td></td>
                    <th scope="row">"Total"</th>
                    <td class="num">{show::duration(phases.total.unwrap_or(-1))}</td>
                    <td class="num sub">{phases.interim.then_some("still open")}</td>
                </tr>
            </tbody>
        </table>
    }
}
