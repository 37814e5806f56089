//! End to end: where all the time went, by phase in wire order.

use super::Opened;
use super::drawer::Drawer;
use super::frame::Frame;
use crate::protocol::{Distribution, Slot};
use crate::record::Field;
use crate::show;
use crate::ui::names::{phase_class, phase_name};
use crate::ui::reactive::memo;
use crate::ui::state::use_app;
use crate::ui::widgets::live;
use leptos::prelude::*;

/// One row: `None` for the total.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    slot: Option<Slot>,
    sum: i64,
    figures: Option<Distribution>,
}

/// The phases, then what they do not account for, then the total.
#[derive(Clone, Debug, Default, PartialEq)]
struct Time {
    lines: Vec<Line>,
    /// All time spent: never less than the phases together.
    all: i64,
    rest: i64,
    total: Distribution,
    interim: u64,
    /// Logs have queues, and scans by ICAP.
    queued: bool,
    scanned: bool,
}

fn time() -> Memo<Time> {
    let app = use_app();
    memo(move || {
        app.rail.with(|summary| {
            let Some(summary) = summary else { return Time::default() };
            let end_to_end = &summary.end_to_end;
            let phases = end_to_end.phases.iter().filter(|phase| phase.distribution.count > 0);
            let lines: Vec<Line> = phases
                .map(|phase| Line {
                    slot: Some(phase.slot),
                    sum: phase.distribution.sum.max(0),
                    figures: Some(Distribution { classes: Vec::new(), ..phase.distribution.clone() }),
                })
                .collect();
            let phases: i64 = lines.iter().map(|line| line.sum).sum();
            let total = Distribution { classes: Vec::new(), ..end_to_end.total.clone() };
            let all = total.sum.max(phases);
            let has = |field: Field| summary.fields.contains(&(field as u16));
            let (queued, scanned) = (has(Field::QueueTime), has(Field::IcapLatency));
            Time { lines, all, rest: all - phases, total, interim: summary.interim, queued, scanned }
        })
    })
}

fn share(part: i64, whole: i64) -> String {
    show::share(part.max(0) as u64, whole.max(0) as u64)
}

/// True when there is anything to show.
pub fn has_time() -> Memo<bool> {
    let app = use_app();
    memo(move || app.rail.with(|summary| summary.as_ref().is_some_and(|s| s.end_to_end.total.count > 0)))
}

#[component]
pub fn EndToEndTile() -> impl IntoView {
    let time = time();
    view! {
        <Frame title="End to end" note="share of all time spent".to_string() opens=Opened::EndToEnd>
            <TimeBar time=time />
            <table class="e2t" aria-label="Time by phase">
                <thead>
                    <tr>
                        <th>
                            <span class="vh">"Phase"</span>
                        </th>
                        <th>"share"</th>
                        <th>"median"</th>
                        <th>"p95"</th>
                    </tr>
                </thead>
                <tbody>{live(move || rows(&time.get(), &[|d| d.p50, |d| d.p95]))}</tbody>
            </table>
            {live(move || interim_note(time.get().interim))}
        </Frame>
    }
}

/// The same with every percentile, in place of the rail.
#[component]
pub fn EndToEndList() -> impl IntoView {
    let time = time();
    let heads = || ["share", "median", "p90", "p95", "p99", "max"].map(|head| view! { <th>{head}</th> }).collect_view();
    let note = Signal::derive(move || format!("{} with a duration", show::logs(time.with(|time| time.total.count))));
    view! {
        <Drawer title="End to end" note=note>
            <div class="end-to-end">
                <TimeBar time=time />
                <table class="e2t" aria-label="Time by phase">
                    <thead>
                        <tr>
                            <th>
                                <span class="vh">"Phase"</span>
                            </th>
                            {live(heads)}
                        </tr>
                    </thead>
                    <tbody>
                        {live(move || rows(&time.get(), &[|d| d.p50, |d| d.p90, |d| d.p95, |d| d.p99, |d| d.max]))}
                    </tbody>
                </table>
                {live(move || interim_note(time.get().interim))}
            </div>
        </Drawer>
    }
}

#[component]
fn TimeBar(time: Memo<Time>) -> impl IntoView {
    let parts = move || {
        let time = time.get();
        let bar = |class, sum: i64| view! { <i class=class style:flex=format!("{sum} 0 0")></i> };
        let phases = time.lines.iter().filter_map(|line| Some(bar(phase_class(line.slot?), line.sum))).collect_view();
        (phases, (time.rest > 0).then(|| bar("p-rest", time.rest)))
    };
    view! {
        <div class="stackbar" role="img" aria-label="Share of time by phase">
            {live(parts)}
        </div>
    }
}

fn rows(time: &Time, figures: &[fn(&Distribution) -> i64]) -> AnyView {
    let row = |class: &'static str, head: &'static str, part: String, values: Vec<String>| {
        let cells = values.into_iter().map(|value| view! { <td>{value}</td> }).collect_view();
        view! {
            <tr>
                <th scope="row">
                    <i class=class></i>
                    {head}
                </th>
                <td class="sub">{part}</td>
                {cells}
            </tr>
        }
    };
    let of = |d: &Distribution| figures.iter().map(|figure| show::duration(figure(d))).collect::<Vec<_>>();
    let phases = time.lines.iter().filter_map(|line| {
        let slot = line.slot?;
        Some(row(
            phase_class(slot),
            phase_name(slot, time.queued, time.scanned),
            share(line.sum, time.all),
            line.figures.as_ref().map(of)?,
        ))
    });
    let phases = phases.collect_view();
    // Under a thousandth it is rounding, not a phase.
    let rest = (time.rest > time.all / 1000)
        .then(|| row("p-rest", "Not logged", share(time.rest, time.all), vec![String::new(); figures.len()]));
    let total = row("", "Total", String::new(), of(&time.total));
    (phases, rest, total).into_any()
}

fn interim_note(interim: u64) -> Option<impl IntoView> {
    let text = format!("{} still open: left out of sums and percentiles.", show::logs(interim));
    (interim > 0).then(|| view! { <p class="tile-note">{text}</p> })
}
