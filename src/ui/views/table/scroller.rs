//! The scrolled part of the table: as many rows in the document as are on screen, and a few to spare.

use super::columns::Column;
use super::grid::Grid;
use super::hover::Hover;
use super::rows::Entry;
use super::{detail, row};
use crate::record::Field;
use crate::scroll::RowHeight;
use crate::ui::reactive::memo;
use crate::ui::widgets::{each, follow, hear, live};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{ResizeObserver, WheelEvent};

#[derive(Clone)]
struct Item {
    position: u64,
    apart: bool,
    entry: Option<Entry>,
}

#[component]
pub fn Scroller(grid: Grid, hover: Hover) -> impl IntoView {
    let watching = StoredValue::new_local(None::<(ResizeObserver, Closure<dyn FnMut()>)>);
    grid.scroller.on_load(move |scroller| {
        let element = scroller.clone();
        let resized = Closure::<dyn FnMut()>::new(move || {
            let height = f64::from(element.client_height());
            if grid.height.try_get_untracked().is_some_and(|old| old != height && height > 0.0) {
                grid.height.set(height);
            }
            let room = f64::from(element.client_width());
            if grid.room.try_get_untracked().is_some_and(|old| old != room && room > 0.0) {
                grid.room.set(room);
            }
            let bar = f64::from(element.offset_width() - element.client_width());
            if grid.bar.try_get_untracked().is_some_and(|old| old != bar) {
                grid.bar.set(bar);
            }
        });
        if let Ok(observer) = ResizeObserver::new(resized.as_ref().unchecked_ref()) {
            observer.observe(&scroller);
            watching.set_value(Some((observer, resized)));
        }
    });
    on_cleanup(move || {
        watching.try_update_value(|it| it.take().map(|(observer, _)| observer.disconnect()));
    });
    let on_wheel = move |event: WheelEvent| {
        hover.clear();
        // Where the element is shorter than the rows, the wheel still moves exact pixels.
        if grid.layout.with_untracked(|layout| layout.is_native()) || event.ctrl_key() || event.delta_y() == 0.0 {
            return;
        }
        event.prevent_default();
        let unit = match event.delta_mode() {
            WheelEvent::DOM_DELTA_LINE => RowHeight::Normal.pixels(),
            WheelEvent::DOM_DELTA_PAGE => grid.height.get_untracked(),
            _ => 1.0,
        };
        grid.scroll_to(grid.scrolled.get_untracked() + event.delta_y() * unit);
    };
    let spacer = move || grid.layout.with(|layout| format!("height:{}px", layout.spacer()));
    let place = memo(move || {
        let (first, _, _) = grid.rendered();
        grid.layout.with(|layout| match layout.is_native() {
            true => layout.top(first),
            false => {
                let position = grid.scrolled.get();
                layout.to_native(position, grid.height.get()) + layout.top(first) - position
            }
        })
    });
    let items = move || {
        grid.stamp.track();
        let (from, to, apart) = grid.rendered();
        let item = |position, apart| Item { position, apart, entry: grid.entry(position) };
        let flow = (from..to).map(move |position| item(position, false));
        flow.chain(apart.map(|row| item(row, true))).collect::<Vec<_>>()
    };
    let cut = memo(move || {
        if grid.link.rows.get() == RowHeight::Wrapped {
            return usize::MAX;
        }
        let own = grid.link.widths.with(|widths| widths.get(&"client_ip").copied());
        let width = own.or(Column::Value(Field::ClientIp).width(grid.app.width.get(), grid.dates.get()));
        ((width.unwrap_or(118.0) - 14.0) / 7.23) as usize
    });
    let rows = move || {
        let (columns, pins, cut) = (StoredValue::new(grid.link.columns.get()), grid.link.pins(), cut.get());
        each(
            items,
            |item| (item.position, item.apart, item.entry.as_ref().map(|entry| (entry.row().id, entry.asked()))),
            move |item| columns.with_value(|columns| one(grid, item, columns, pins, cut)),
        )
    };
    view! {
        <div
            class="grid-scroll"
            node_ref=grid.scroller
            tabindex="-1"
            on:scroll=hear(move |_| {
                hover.clear();
                grid.heard_scroll();
            })
            on:wheel=hear(on_wheel)
        >
            <div class="grid-space" style=follow(spacer)>
                <div class="grid-rows" style=follow(move || format!("top:{}px", place.get()))>
                    {live(rows)}
                </div>
            </div>
        </div>
    }
}

fn one(grid: Grid, item: Item, columns: &[Column], pins: usize, cut: usize) -> AnyView {
    let Some(entry) = &item.entry else { return row::empty_row(item.position) };
    let shown = row::row(grid, item.position, entry, columns, pins, cut);
    if item.apart {
        // Out of sight, but where the focus is.
        return view! { <div class="row-apart">{shown}</div> }.into_any();
    }
    let (id, entry) = (entry.row().id, entry.clone());
    let open = memo(move || grid.is_open(id));
    view! {
        {shown}
        {live(move || open.get().then(|| view! { <detail::Detail grid=grid entry=entry.clone() /> }))}
    }
    .into_any()
}
