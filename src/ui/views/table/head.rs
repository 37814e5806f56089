//! The head of the table: click a label to sort, drag it to another place, drag an edge to size.

use super::bars::share;
use super::columns::Column;
use super::grid::Grid;
use crate::protocol::Sort;
use crate::record::{Field, Kind};
use crate::ui::App;
use crate::ui::widgets::{Show, follow, hear, live};
use leptos::ev::DragEvent;
use leptos::prelude::*;
use web_sys::{MouseEvent, PointerEvent};

/// Where a cell stays while it is pinned.
pub fn pin_at(index: usize) -> String {
    format!("--pin:var(--pin{index})")
}

/// What every row lays its cells out on.
#[derive(Clone, Debug, PartialEq)]
pub struct Tracks {
    /// `46px 92px …`
    pub columns: String,
    /// Where the table is wider than there is room: its width, pixels. Then it is scrolled sideways.
    pub wide: Option<f64>,
    /// Where the lead cell and each pinned column begin, pixels, and where the last of them ends.
    pub pins: Vec<f64>,
}

const LEAD: f64 = 46.0;
/// Of a column that takes the rest, at least.
const LEAST: f64 = 120.0;
/// The same where there is no rest.
const WIDE: f64 = 200.0;
/// Share of the room that columns which stay in place may take.
const MOST_PINNED: f64 = 0.7;

pub fn tracks(grid: Grid) -> Tracks {
    let (window, dates, room) = (grid.app.width.get(), grid.dates.get(), grid.room.get());
    let columns = grid.link.columns.get();
    let width = |column: &Column| column.width(window, dates);
    let widths: Vec<Option<f64>> = grid
        .link
        .widths
        .with(|widths| columns.iter().map(|column| widths.get(&column.key()).copied().or(width(column))).collect());
    let least: f64 = LEAD + widths.iter().map(|width| width.unwrap_or(LEAST)).sum::<f64>();
    let is_wide = room > 0.0 && least > room;
    let mut text = format!("{LEAD}px");
    for width in &widths {
        match width {
            Some(width) => text.push_str(&format!(" {width}px")),
            None if is_wide => text.push_str(&format!(" {WIDE}px")),
            None => text.push_str(&format!(" minmax({LEAST}px, 1fr)")),
        }
    }
    // Something has to take the rest.
    if !is_wide && widths.iter().all(Option::is_some) {
        text.push_str(" minmax(0, 1fr)");
    }
    let mut pins = vec![0.0, LEAD];
    for width in widths.iter().take(grid.link.pins()) {
        let end = pins[pins.len() - 1] + width.unwrap_or(WIDE);
        // Something else has to be seen.
        if end > room * MOST_PINNED {
            break;
        }
        pins.push(end);
    }
    let wide = is_wide.then(|| LEAD + widths.iter().map(|width| width.unwrap_or(WIDE)).sum::<f64>());
    Tracks { columns: text, wide, pins }
}

#[component]
pub fn Head(grid: Grid, columns: Vec<Column>, pins: usize) -> impl IntoView {
    let cells = columns
        .into_iter()
        .enumerate()
        .map(|(index, column)| view! { <HeadCell grid=grid column=column index=index + 1 pin=index < pins /> })
        .collect_view();
    let any_open = move || grid.layout.with(|layout| !layout.opened.is_empty());
    view! {
        <div role="row" class="tr th" aria-rowindex="1" data-p="head">
            <div role="columnheader" class="lead" tabindex="-1" data-c="0">
                <Show when=any_open>
                    <button
                        type="button"
                        class="btn q icon sm"
                        tabindex="-1"
                        aria-label="Collapse all"
                        on:click=hear(move |_| {
                            grid.layout.update(|layout| layout.opened.clear());
                            grid.scroll_to(grid.scrolled.get_untracked());
                        })
                    >
                        <crate::ui::widgets::Icon glyph=crate::ui::widgets::Glyph::Down small=true />
                    </button>
                </Show>
            </div>
            {cells}
        </div>
    }
}

/// Sorts by this column; a second time the other way round.
pub fn sort_by(grid: Grid, column: Column) {
    if let Some(field) = column.sort() {
        sort_by_field(grid.app, field);
    }
}

/// The greatest duration or size first, as that is what one wants to see.
pub fn sort_by_field(app: App, field: Field) {
    app.sort.update(|sort| {
        *sort = match sort.field == field as u16 {
            true => Sort { descending: !sort.descending, ..*sort },
            false => Sort { field: field as u16, descending: matches!(field.kind(), Kind::Duration | Kind::Bytes) },
        }
    });
}

#[component]
fn HeadCell(grid: Grid, column: Column, index: usize, pin: bool) -> impl IntoView {
    let sorted = move || {
        let sort = grid.app.sort.get();
        column.sort().is_some_and(|field| field as u16 == sort.field).then_some(sort.descending)
    };
    let state = move || {
        column.sort().map(|_| match sorted() {
            Some(true) => "descending",
            Some(false) => "ascending",
            None => "none",
        })
    };
    let arrow = move || {
        let path = if sorted()? { "M4 7L.8 1.5h6.4z" } else { "M4 1L7.2 6.5H.8z" };
        Some(view! {
            <svg class="sort-arrow" viewBox="0 0 8 8" aria-hidden="true">
                <path d=path fill="currentColor"></path>
            </svg>
        })
    };
    let class = if column.is_number() { "num" } else { "" };
    let start = move |event: DragEvent| {
        // Firefox drags nothing that has no data.
        let _ = event.data_transfer().map(|transfer| transfer.set_data("text/plain", column.key()));
        grid.dragged.set_value(Some(index - 1));
    };
    // A dragged file is none of ours.
    let over = move |event: DragEvent| {
        if grid.dragged.get_value().is_some() {
            event.prevent_default();
        }
    };
    let drop_here = move |event: DragEvent| {
        if let Some(from) = grid.dragged.get_value() {
            event.prevent_default();
            event.stop_propagation();
            grid.dragged.set_value(None);
            grid.link.move_column(from, index - 1);
        }
    };
    view! {
        <div
            role="columnheader"
            class=class
            class:sortable=column.sort().is_some()
            class:pin=pin
            style=pin.then(|| pin_at(index))
            class:on=follow(move || sorted().is_some())
            tabindex="-1"
            aria-label=column.label()
            aria-sort=follow(state)
            data-c=index.to_string()
            title=format!("{}: drag it to another place, or press Shift and an arrow; Ctrl and an arrow sizes it", column.label())
            on:click=hear(move |_| sort_by(grid, column))
            on:dragover=hear(over)
            on:drop=hear(drop_here)
        >
            <span
                class="cut"
                class:vh=column == Column::Timeline
                draggable="true"
                on:dragstart=hear(start)
                on:dragend=hear(move |_: DragEvent| grid.dragged.set_value(None))
            >
                {column.label()}
            </span>
            {live(arrow)}
            {match column {
                Column::Duration => Some(view! { <DurationAxis grid=grid /> }.into_any()),
                Column::Timeline => Some(view! { <TimeAxis grid=grid /> }.into_any()),
                _ => None,
            }}
            <Grip grid=grid column=column />
        </div>
    }
}

/// Makes a column wider or narrower by a step, as the keyboard does; its new width.
pub fn size(grid: Grid, column: Column, from: f64, wider: bool) -> f64 {
    let width = (from + if wider { STEP } else { -STEP }).clamp(NARROWEST, WIDEST);
    grid.link.widths.update(|widths| widths.insert(column.key(), width));
    width
}

const STEP: f64 = 16.0;
const NARROWEST: f64 = 32.0;
const WIDEST: f64 = 2_000.0;

fn width_of(grid: Grid, column: Column) -> f64 {
    let own = grid.link.widths.with(|widths| widths.get(&column.key()).copied());
    own.or(column.width(grid.app.width.get(), grid.dates.get())).unwrap_or(300.0)
}

#[component]
fn DurationAxis(grid: Grid) -> impl IntoView {
    let ticks = move || {
        let wide = width_of(grid, Column::Duration) > 200.0;
        let ticks: &[(i64, &str)] = match wide {
            true => &[(100_000, "0.1 s"), (1_000_000, "1 s"), (10_000_000, "10 s")],
            false => &[(100_000, "0.1 s"), (10_000_000, "10 s")],
        };
        ticks
            .iter()
            .map(|(at, text)| view! { <span class="axis" style=format!("left:{:.2}%", share(*at))>{*text}</span> })
            .collect_view()
    };
    view! { <span class="dur-axis" aria-hidden="true">{live(ticks)}</span> }
}

#[component]
fn TimeAxis(grid: Grid) -> impl IntoView {
    let labels = move || {
        let width = width_of(grid, Column::Timeline) - 16.0;
        let mut free = f64::MIN;
        let mut shown = Vec::new();
        for (index, (x, text)) in ticks(grid).into_iter().enumerate() {
            let (at, half) = (x / 100.0 * width, if index == 0 { 23.0 } else { 3.0 * text.len() as f64 });
            let left = (at - half).max(0.0);
            if left >= free && at + half <= width + 6.0 {
                free = left + 2.0 * half + 6.0;
                shown.push(view! { <span class="axis at" style=format!("left:{left}px")>{text}</span> });
            }
        }
        shown
    };
    view! { <span class="time-axis" aria-hidden="true">{live(labels)}</span> }
}

/// The shared ticks of the waterfall.
pub fn ticks(grid: Grid) -> Vec<(f64, String)> {
    let most = (width_of(grid, Column::Timeline) / 50.0).clamp(2.0, 8.0) as i64;
    grid.axis.with(|axis| axis.ticks(most))
}

/// The edge of a header: drag to size, double click to go back.
#[component]
fn Grip(grid: Grid, column: Column) -> impl IntoView {
    let from = StoredValue::new(None::<(f64, f64)>);
    let on_down = move |event: PointerEvent| {
        event.stop_propagation();
        event.prevent_default();
        let Some(grip) = crate::ui::views::table::events::element(&event) else { return };
        let _ = grip.set_pointer_capture(event.pointer_id());
        let width = grip.parent_element().map_or(80.0, |cell| cell.get_bounding_client_rect().width());
        from.set_value(Some((f64::from(event.client_x()), width)));
    };
    let on_move = move |event: PointerEvent| {
        if let Some((x, width)) = from.get_value() {
            let width = (width + f64::from(event.client_x()) - x).clamp(NARROWEST, WIDEST).round();
            grid.link.widths.update(|widths| widths.insert(column.key(), width));
        }
    };
    view! {
        <span
            class="grip"
            aria-hidden="true"
            on:pointerdown=hear(on_down)
            on:pointermove=hear(on_move)
            on:pointerup=hear(move |_| from.set_value(None))
            on:click=hear(move |event: MouseEvent| event.stop_propagation())
            on:dblclick=hear(move |event: MouseEvent| {
                event.stop_propagation();
                grid.link.widths.update(|widths| {
                    widths.remove(&column.key());
                });
            })
        ></span>
    }
}
