//! The button that says which time is shown, and the panel behind it: presets, exact ends, go to a time.

use super::Plot;
use crate::protocol::Range;
use crate::query;
use crate::show;
use crate::text::number;
use crate::ui::reactive::memo;
use crate::ui::views::table::use_link;
use crate::ui::widgets::{Glyph, Icon, Popover, hear, live, opener};
use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;

const MINUTE: i64 = 60_000_000;
/// Offered where the logs span more than this: (name, length). They count back from the last log.
const PRESETS: [(&str, i64); 6] = [
    ("Last 5 min", 5 * MINUTE),
    ("Last 15 min", 15 * MINUTE),
    ("Last hour", 60 * MINUTE),
    ("Last 6 h", 360 * MINUTE),
    ("Last 24 h", 1_440 * MINUTE),
    ("Last 7 d", 10_080 * MINUTE),
];

#[component]
pub fn PeriodButton(plot: Plot) -> impl IntoView {
    let app = plot.app;
    let link = use_link();
    let open = link.time_panel;
    let extent = memo(move || app.summary.with(|summary| summary.as_ref().and_then(|summary| summary.extent)));
    let shown = move || app.period.get().or_else(|| extent.get().map(|(from, to)| Range { from, to: to + 1 }));
    let text = move || shown().map_or("No logs with a time".to_owned(), |range| show::period(range.from, range.to));
    let length = move || shown().map(|range| show::span(range.to - range.from));
    view! {
        <span class="period">
            {opener(
                open,
                "Time range",
                None,
                "btn q sm",
                view! {
                    {live(text)}
                    <span class="mut">{live(length)}</span>
                    <Icon glyph=Glyph::Down small=true />
                },
            )}
            <Popover open=open label="Time range" class="period-panel">
                <Panel plot=plot extent=extent open=open />
            </Popover>
        </span>
    }
}

#[component]
fn Panel(plot: Plot, extent: Memo<Option<(i64, i64)>>, open: RwSignal<bool>) -> impl IntoView {
    let app = plot.app;
    let link = use_link();
    let now = untrack(|| app.brush.get().or(app.period.get()).or_else(|| range_of(extent.get())));
    let text = move |at: Option<i64>| at.map(show::date_time).unwrap_or_default();
    let (from, to) = (RwSignal::new(text(now.map(|r| r.from))), RwSignal::new(text(now.map(|r| r.to))));
    let target = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<&'static str>);
    let near = move || extent.get_untracked().map_or(0, |(from, _)| from);
    let choose = move |range: Range| {
        app.zoom(range);
        open.set(false);
    };
    let apply = move || match (parse(&from.get_untracked(), near()), parse(&to.get_untracked(), near())) {
        (Some(from), Some(to)) if from < to => choose(Range { from, to }),
        (Some(_), Some(_)) => wrong.set(Some("The end must be after the start.")),
        _ => wrong.set(Some("Write times as 2026-11-18 10:21:28 or 10:21.")),
    };
    let go = move || match parse(&target.get_untracked(), near()) {
        Some(time) => {
            link.go_to_time.set(Some(time));
            open.set(false);
        }
        None => wrong.set(Some("Write times as 2026-11-18 10:21:28 or 10:21.")),
    };
    let row = RwSignal::new(String::new());
    let go_to_row = move || {
        let digits = row.get_untracked().replace([',', ' ', '#'], "");
        match number::int(digits.as_bytes()).filter(|row| *row > 0) {
            Some(row) => {
                link.go_to_row.set(Some(row - 1));
                open.set(false);
            }
            None => wrong.set(Some("Write the number of a row: 1 is the first.")),
        }
    };
    let presets = move || {
        let (first, last) = extent.get()?;
        let usable = PRESETS.iter().filter(move |(_, length)| *length < last - first);
        let button = move |(name, length): &(&'static str, i64)| {
            let range = Range { from: last + 1 - length, to: last + 1 };
            view! { <button type="button" class="btn sm" on:click=hear(move |_| choose(range))>{*name}</button> }
        };
        Some(usable.map(button).collect_view())
    };
    let all = move |_| {
        app.zoom_all();
        open.set(false);
    };
    view! {
        <div class="period-presets">
            <button type="button" class="btn sm" on:click=hear(all)>"All"</button>
            {live(presets)}
        </div>
        <form
            class="period-form"
            on:submit=hear(move |event: SubmitEvent| {
                event.prevent_default();
                apply();
            })
        >
            <label>"From"<TextInput value=from wrong=wrong /></label>
            <label>"To"<TextInput value=to wrong=wrong /></label>
            <button type="submit" class="btn primary sm">"Apply"</button>
        </form>
        {target_form("Go to time", target, wrong, "2026-11-18 10:21:28", Box::new(go))}
        {target_form("Go to row", row, wrong, "1,000,000", Box::new(go_to_row))}
        <p class="period-wrong err" role="alert">{live(move || wrong.get())}</p>
    }
}

/// A place to go to in the table.
fn target_form(
    label: &'static str,
    value: RwSignal<String>,
    wrong: RwSignal<Option<&'static str>>,
    placeholder: &'static str,
    go: Box<dyn Fn()>,
) -> AnyView {
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        go();
    };
    view! {
        <form class="period-form" on:submit=hear(submit)>
            <label>{label}<TextInput value=value wrong=wrong placeholder=placeholder /></label>
            <button type="submit" class="btn sm">"Go"</button>
        </form>
    }
    .into_any()
}

#[component]
fn TextInput(
    value: RwSignal<String>,
    wrong: RwSignal<Option<&'static str>>,
    #[prop(default = "2026-11-18 10:21:28")] placeholder: &'static str,
) -> impl IntoView {
    let node = NodeRef::<Input>::new();
    view! {
        <input
            type="text"
            class="mono"
            node_ref=node
            spellcheck="false"
            autocomplete="off"
            placeholder=placeholder
            prop:value=value
            on:input=hear(move |event| {
                wrong.set(None);
                value.set(event_target_value(&event));
            })
        />
    }
}

fn range_of(extent: Option<(i64, i64)>) -> Option<Range> {
    extent.map(|(from, to)| Range { from, to: to + 1 })
}

/// `2026-11-18 10:21:28.376`, any tail left out; without a date, that of `near`. In the zone that times are shown in, unless it
/// names one. Microseconds.
fn parse(text: &str, near: i64) -> Option<i64> {
    let text = text.trim();
    let dated = if text.contains('-') { text.to_owned() } else { format!("{} {text}", show::iso_date(near)) };
    let ahead = show::ahead(show::meant(query::moment(&dated, 0)?));
    query::moment(&dated, (ahead / 1_000_000) as i32)
}
