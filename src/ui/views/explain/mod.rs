//! Explain selection: two groups of logs side by side, every field ranked by what differs beyond chance.

mod choice;
mod field;
mod numbers;

pub use choice::{chosen, open, reason};

use crate::protocol::{CellValue, Compare, Difference, Differences, Differing, Range};
use crate::record::Field;
use crate::show;
use crate::ui::asking::{Keep, ask_anew};
use crate::ui::names::title;
use crate::ui::reactive::{effect, memo};
use crate::ui::state::{App, Shown, Tab, use_app};
use crate::ui::widgets::{AfterFilter, among_values, each, focus_soon, hear, live};
use choice::CompareChoice;
use field::field_view;
use leptos::prelude::*;
use numbers::Axes;
use std::sync::Arc;

#[component]
pub fn Explain() -> impl IntoView {
    let app = use_app();
    // What was clicked here is to be read: back to the logs that have it, or have it not.
    provide_context(AfterFilter(Callback::new(move |()| app.tab.set(Tab::Logs))));
    follow_view(app);
    on_cleanup(keep_focus);
    let answer = memo(move || {
        let asked = chosen(app)?;
        let (_, compare) = app.shown_explain.get()?;
        (compare == asked).then(|| app.explained.get()).flatten().map(|found| (compare, found))
    });
    let body = memo(move || match (reason(app), answer.get()) {
        (Some(reason), _) => Body::Note(reason.to_owned()),
        (_, None) => Body::Note("Comparing …".to_owned()),
        (_, Some((compare, found))) => too_few(compare, &found).map_or(Body::Found, Body::Note),
    });
    let body = move || match body.get() {
        Body::Note(text) => view! { <p class="ex-note">{text}</p> }.into_any(),
        Body::Found => found_view(answer),
    };
    view! {
        <section class="explain" aria-label="Explain selection">
            <div class="ex-top">
                <p class="ex-lead">{live(move || answer.get().map(|(compare, found)| lead(app, compare, &found)))}</p>
                <span class="grow"></span>
                <CompareChoice />
            </div>
            {live(body)}
        </section>
    }
}

/// The focus goes to the tab that is shown then, not astray with the value that had it.
pub fn keep_focus() {
    let within = document().active_element().and_then(|active| active.closest(".explain, .reports").ok().flatten());
    if within.is_some() {
        focus_soon(".tabs [role=tab][aria-selected=true]".to_owned());
    }
}

/// Asks anew when the logs or what is compared changed: after the summary, which says that they did.
fn follow_view(app: App) {
    // Who selects a part of the time wants to know what is different there.
    let had = StoredValue::new(app.brush.with_untracked(Option::is_some));
    effect(move || {
        let has = app.brush.with(Option::is_some);
        if has && !had.get_value() {
            app.compare.set(Compare::Selection);
        }
        had.set_value(has);
    });
    ask_anew(app, move |view| {
        let compare = chosen(app)?;
        Some(Box::pin(async move {
            let found = app.explain(view, compare).await?;
            Some(Box::new(move |shown: Shown| {
                let shown = Shown { generation: found.generation, ..shown };
                let whole = !found.so_far;
                app.explained.set(Some(Arc::new(found)));
                app.shown_explain.set(Some((Some(shown).filter(|_| whole), compare)));
            }) as Keep)
        }))
    });
}

/// What the two groups are called: the lead's words and the heads of the columns.
fn words(compare: Compare) -> ([&'static str; 2], [&'static str; 2]) {
    match compare {
        Compare::Selection => (["in selection", "other matching"], ["Selection", "Rest"]),
        Compare::Significant => (["that are significant", "that are not"], ["Significant", "Other"]),
        Compare::Search => (["found", "not found"], ["Found", "Rest"]),
    }
}

fn noun(found: &Differences) -> &'static str {
    if found.requests { "request" } else { "log" }
}

fn lead(app: App, compare: Compare, found: &Differences) -> AnyView {
    let noun = noun(found);
    let side = |side: usize, before: &str, after: &str| {
        let logs = found.logs[side];
        let s = if logs == 1 { "" } else { "s" };
        format!("{} {before}{noun}{s}{after}", show::integer(logs))
    };
    let (group, rest) = match compare {
        Compare::Selection => (side(0, "", " in selection"), side(1, "other matching ", "")),
        Compare::Significant => (side(0, "significant ", ""), side(1, "other ", "")),
        Compare::Search => (side(0, "", " found"), side(1, "", " not found")),
    };
    let aside = (found.left_out > 0).then(|| {
        let lines = show::count(found.left_out, "trace line", "trace lines");
        view! { <span class="sub">{format!("{lines} left out")}</span> }
    });
    let range = (compare == Compare::Selection).then(|| app.brush.get_untracked()).flatten();
    let range = range.map(|Range { from, to }| match show::same_day(from, to) {
        true => format!("{} – {}", show::clock(from), show::clock(to)),
        false => show::period(from, to),
    });
    let so_far = found.so_far.then_some(" so far");
    view! {
        <span>
            <i class="ex-key"></i>
            <b>{group}</b>
            " "
            {range}
        </span>
        <span class="sub">"compared with"</span>
        <span>
            <i class="ex-key r"></i>
            <b>{rest}</b>
            {so_far}
        </span>
        {aside}
    }
    .into_any()
}

/// What is below the lead.
#[derive(Clone, PartialEq)]
enum Body {
    /// Why there is no comparison.
    Note(String),
    Found,
}

fn too_few(compare: Compare, found: &Differences) -> Option<String> {
    let [group, rest] = found.logs;
    if group.min(rest) >= found.least {
        return None;
    }
    let few = if group <= rest { group } else { rest };
    let (which, _) = words(compare);
    let which = which[usize::from(group > rest)];
    Some(format!(
        "Too few to tell: {} {which}. Each side needs at least {}, or chance alone could make the difference.",
        show::logs(few),
        found.least
    ))
}

/// A field that differs, the axes that all fields share, and whether it is the first.
type Listed = (Difference, Axes, bool);

/// The fields of the newest answer. What an answer leaves as it was stays in the document, and keeps the focus: one comes again
/// when countries have been looked up, and with every log that is loaded.
fn found_view(answer: Memo<Option<(Compare, Arc<Differences>)>>) -> AnyView {
    let any = memo(move || answer.get().is_some_and(|(_, found)| !found.fields.is_empty()));
    let notes = move || live(move || answer.get().map(|(compare, found)| notes(compare, &found)));
    let list = move |load: bool| {
        let listed = move || -> Vec<Listed> {
            let Some((_, found)) = answer.get() else { return Vec::new() };
            let axes = Axes::of(&found.fields);
            let first = found.fields.first().map(|difference| difference.field);
            let fields = found.fields.iter().filter(|difference| difference.load == load);
            fields.map(|difference| (difference.clone(), axes, first == Some(difference.field))).collect()
        };
        each(listed, content, |(difference, axes, first)| field_view(&difference, axes, first))
    };
    let any_load = memo(move || answer.get().is_some_and(|(_, found)| found.fields.iter().any(|field| field.load)));
    let load = move || {
        any_load.get().then(|| {
            view! {
                <div class="ex-load" role="row">
                    <span role="rowheader">"Load at the time: how much went on, not what caused it"</span>
                </div>
            }
        })
    };
    let table = move || {
        view! {
            <div class="ex-table" role="table" aria-label="Fields, most different first" on:keydown=hear(among_values)>
                {live(move || answer.get().map(|(compare, found)| head(compare, &found)))}
                {list(false)}
                {live(load)}
                {list(true)}
                {notes()}
            </div>
        }
    };
    let none = move || {
        view! {
            <p class="ex-note b">"No field differs by 6% or more with enough certainty to be listed."</p>
            {notes()}
        }
    };
    live(move || if any.get() { table().into_any() } else { none().into_any() }).into_any()
}

fn head(compare: Compare, found: &Differences) -> AnyView {
    let (_, heads) = words(compare);
    view! {
        <div class="ex-row ex-head" role="row">
            <span class="ex-name" role="columnheader">"Field, most different first"</span>
            <span role="columnheader">"Value"</span>
            <span role="columnheader">
                {format!("Share of {}s", noun(found))} <span class="ex-legend">"times: " <i></i> " median " <u></u> " p95, log scale"</span>
            </span>
            <span class="num" role="columnheader">{heads[0]}</span>
            <span class="num" role="columnheader">{heads[1]}</span>
            <span class="num" role="columnheader">"Difference"</span>
        </div>
    }
    .into_any()
}

/// All that is drawn of a field: where none of it changed, what is drawn stays as it is.
fn content((difference, axes, first): &Listed) -> (u16, u64, Vec<i64>, String) {
    let (mut numbers, mut texts) = (difference.base.map(|logs| logs as i64).to_vec(), String::new());
    numbers.push(i64::from(*first));
    match &difference.detail {
        Differing::Numbers { p50, p95 } => {
            numbers.extend(axes.ends(difference.field).into_iter().chain(p50.iter().chain(p95).copied()));
        }
        Differing::Values(values) => {
            for (value, logs) in values {
                numbers.extend(logs.map(|logs| logs as i64));
                match value {
                    Some(CellValue::Int(number)) => numbers.push(*number),
                    Some(CellValue::Text(text)) => texts.extend([text.as_str(), "\n"]),
                    None => {}
                }
            }
        }
    }
    (difference.field, difference.size.to_bits(), numbers, texts)
}

/// What is not listed and why, and what makes the listed worth listing.
fn notes(compare: Compare, found: &Differences) -> AnyView {
    let names = |fields: &[u16]| {
        let known = fields.iter().filter_map(|field| Field::from_index(usize::from(*field)));
        known.map(title).collect::<Vec<_>>().join(", ")
    };
    let mut lines = Vec::new();
    if !found.slight.is_empty() {
        lines.push(format!("Different by less than 6%: {}.", names(&found.slight)));
    }
    if !found.alike.is_empty() {
        lines.push(format!("No difference certain enough to be listed: {}.", names(&found.alike)));
    }
    let mut left = "Left out: times, line numbers, identifiers and ports drawn by lot".to_owned();
    if !found.made_of.is_empty() {
        let whose = if compare == Compare::Search { "the search names it" } else { "it makes a log significant" };
        left += &format!("; {} ({whose})", names(&found.made_of));
    }
    if !found.too_many.is_empty() {
        left += &format!("; {} (nearly each log has its own)", names(&found.too_many));
    }
    lines.push(left + ".");
    let rule = "Listed is only what splitting the same logs at random would show less than once in 1,000 times, all fields and values taken together.";
    view! {
        <div class="ex-notes">
            <p>{rule}</p>
            {lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
        </div>
    }
    .into_any()
}
