//! The button of the waterfall and its panel: what the bars are aligned to, which part of the axis is shown, and the order of the logs.

use super::columns::Column;
use super::head::sort_by_field;
use super::link::use_link;
use crate::record::Field;
use crate::ui::use_app;
use crate::ui::widgets::{Choice, Glyph, Icon, Popover, Segmented, follow, hear, live, opener};
use crate::waterfall::{Align, Zoom};
use leptos::prelude::*;

/// What logs are ordered by to compare their times: start, end and whole first, then the phases in the order of the wire.
const ORDERS: [Field; 12] = [
    Field::StartTime,
    Field::EndTime,
    Field::TotalTime,
    Field::RequestTime,
    Field::ClientRtt,
    Field::QueueTime,
    Field::IcapLatency,
    Field::ConnectTime,
    Field::ServerRtt,
    Field::AppResponseTime,
    Field::BackendTime,
    Field::DataTransferTime,
];

/// Shown while the table has the waterfall.
#[component]
pub fn TimelineButton() -> impl IntoView {
    let open = RwSignal::new(false);
    let link = use_link();
    live(move || {
        link.columns.with(|columns| columns.contains(&Column::Timeline)).then(|| {
            view! {
                <span class="columns-menu">
                    {opener(
                        open,
                        "Timeline",
                        None,
                        "btn q sm",
                        view! {
                            <Icon glyph=Glyph::Waterfall />
                            <span class="hide-n">"Timeline"</span>
                        },
                    )}
                    <Popover open=open label="Timeline" class="timeline-panel">
                        <Panel />
                    </Popover>
                </span>
            }
        })
    })
}

#[component]
fn Panel() -> impl IntoView {
    let (app, link) = (use_app(), use_link());
    let look = link.waterfall;
    let present = move |field: &Field| {
        app.summary.with(|summary| summary.as_ref().is_some_and(|summary| summary.fields.contains(&(*field as u16))))
    };
    let now = look.get_untracked().align;
    let aligns = Align::ALL.into_iter().filter(|align| *align == now || align.fields().iter().all(present));
    let aligns = aligns.collect::<Vec<_>>();
    let choices = aligns.iter().map(|align| Choice::text(align.name())).collect::<Vec<_>>();
    let (known, wanted) = (aligns.clone(), aligns);
    let step = move |name: &'static str, sign: &'static str, next: fn(Zoom) -> Zoom| {
        view! {
            <button
                type="button"
                class="btn sm"
                aria-label=name
                title=name
                on:click=hear(move |_| look.update(|look| look.zoom = next(look.zoom)))
            >
                {sign}
            </button>
        }
    };
    let orders = ORDERS.into_iter().filter(present).map(|field| {
        let sorted = move || Some(app.sort.get()).filter(|sort| sort.field == field as u16).map(|sort| sort.descending);
        let name = match field {
            Field::StartTime => "Start",
            Field::EndTime => "End",
            field => field.label(),
        };
        let arrow = move || sorted().map(|down| if down { " ↓" } else { " ↑" });
        view! {
            <button
                type="button"
                class="btn sm"
                aria-label=follow(move || format!("{name}{}", match sorted() {
                    Some(true) => ", descending",
                    Some(false) => ", ascending",
                    None => "",
                }))
                aria-pressed=follow(move || sorted().is_some().to_string())
                on:click=hear(move |_| sort_by_field(app, field))
            >
                {name}
                {live(arrow)}
            </button>
        }
    });
    let orders = orders.collect_view();
    view! {
        <p class="b">"Align to"</p>
        <Segmented
            label="Align to"
            choices=choices
            selected=Signal::derive(move || known.iter().position(|one| *one == look.get().align).unwrap_or(0))
            on_select=Callback::new(move |at: usize| look.update(|look| look.align = wanted[at]))
            small=true
        />
        <p class="sub">
            {live(move || match look.get().align {
                Align::Clock => "Bars stand at their times.",
                Align::Log => "Every log begins at the left: phases are compared to scale.",
                _ => "The first log on screen of each begins at the left.",
            })}
        </p>
        <p class="b">"Zoom"</p>
        <div class="timeline-zoom">
            {step("Zoom in", "+", |zoom| zoom.scaled(true))}
            {step("Zoom out", "−", |zoom| zoom.scaled(false))}
            {step("Earlier", "‹", |zoom| zoom.moved(false))}
            {step("Later", "›", |zoom| zoom.moved(true))}
            {step("All", "All", |_| Zoom::default())}
            <span class="sub" role="status" aria-label="Zoom">{live(move || format!("{:.0}×", look.get().zoom.factor()))}</span>
        </div>
        <p class="b">"Order logs by"</p>
        <div class="timeline-orders">{orders}</div>
    }
}
