//! The logs as a table: any number of rows, scrolled exactly, each of which opens into its detail.

mod actions;
mod bars;
mod columns;
mod columns_menu;
mod detail;
mod events;
mod grid;
mod head;
mod hover;
mod keys;
mod layout;
mod link;
mod menu;
mod row;
mod rows;
mod timeline;
mod value;

pub use columns_menu::ColumnsButton;
pub use link::{provide_link, use_link};

use crate::ui::use_app;
use grid::Grid;
use hover::{Hover, HoverTools};
use leptos::html::Div;
use leptos::prelude::*;
use rows::Entry;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{FocusEvent, KeyboardEvent, MouseEvent, Node, ResizeObserver, WheelEvent};

#[component]
pub fn LogTable() -> impl IntoView {
    let grid = Grid::new(use_app());
    provide_context(grid);
    grid.follow();
    keys::listen(grid);
    follow_time(grid);
    let (hover, menu) = (Hover::new(), RwSignal::new(None::<menu::Opened>));
    let frame = NodeRef::<Div>::new();
    let rect = move || frame.get_untracked().map(|frame| frame.get_bounding_client_rect());
    let style = move || {
        let lines = head::ticks(grid)
            .into_iter()
            .map(|(x, _)| format!("linear-gradient(var(--tick),var(--tick)) {x:.3}% 0/1px 100% no-repeat"));
        let lines = lines.collect::<Vec<_>>().join(",");
        let lines = if lines.is_empty() { "none".to_owned() } else { lines };
        grid.link.columns.with(|columns| format!("--cols:{};--ticks:{lines}", head::tracks(columns, grid)))
    };
    let on_key = move |event: KeyboardEvent| {
        // Only on a cell: buttons, tabs and text of an opened log have their own keys.
        let on_cell = events::element(&event).is_some_and(|target| target.has_attribute("data-c"));
        if on_cell && grid.key(&event, menu) {
            event.prevent_default();
            event.stop_propagation();
        }
    };
    let on_menu = move |event: MouseEvent| {
        let at = events::element(&event).and_then(|target| events::place(&target));
        if let Some(at) = at.filter(|_| !crate::ui::widgets::text_is_selected()) {
            event.prevent_default();
            let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
            grid.cursor.set(grid::Cursor { row: Some(at.row), column: at.column });
            menu.set(Some(menu::Opened { row: at.row, column: at.column, x, y }));
        }
    };
    let on_focus = move |event: FocusEvent| {
        let at = events::element(&event).and_then(|target| events::place(&target));
        grid.focused.set(true);
        if let Some(at) = at {
            let cursor = grid::Cursor { row: Some(at.row), column: at.column };
            if grid.cursor.get_untracked() != cursor {
                grid.cursor.set(cursor);
            }
        }
        hover.focused(rect(), &event);
    };
    let on_blur = move |event: FocusEvent| {
        let to = event.related_target().and_then(|to| to.dyn_into::<Node>().ok());
        let left = frame.get_untracked().is_some_and(|frame| !frame.contains(to.as_ref()));
        if to.is_some() && left {
            grid.focused.set(false);
        }
        hover.clear();
    };
    // The cursor's cell is the grid's tab stop; where its row was drawn anew, the focus follows it.
    Effect::new(move || {
        grid.cursor.track();
        grid.stamp.track();
        grid.screen.track();
        request_animation_frame(move || {
            if grid.stamp.try_get_untracked().is_none() {
                return;
            }
            let lost = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
            if grid.cell_under_cursor().is_none() && !grid.focused.get_untracked() {
                let first = grid.screen.get_untracked().0;
                grid.cursor.update_untracked(|cursor| cursor.row = cursor.row.map(|_| first));
            }
            grid.place_focus(lost && grid.focused.get_untracked());
        });
    });
    let count = move || (grid.layout.with(|layout| layout.total) + 1).to_string();
    view! {
        <div
            class="log-table"
            node_ref=frame
            on:pointerover=move |event| hover.pointed(rect(), &event)
            on:pointerleave=move |_| hover.clear()
        >
            <div
                class="grid"
                role="grid"
                aria-label="Logs"
                aria-rowcount=count
                style=style
                on:click=move |event| grid.clicked(&event)
                on:contextmenu=on_menu
                on:keydown=on_key
                on:focusin=on_focus
                on:focusout=on_blur
            >
                {move || view! { <head::Head grid=grid columns=grid.link.columns.get() /> }}
                <Scroller grid=grid hover=hover />
            </div>
            <HoverTools grid=grid hover=hover />
            <menu::CellMenu grid=grid open=menu />
        </div>
    }
}

#[derive(Clone)]
struct Item {
    position: u64,
    apart: bool,
    entry: Option<Entry>,
}

#[component]
fn Scroller(grid: Grid, hover: Hover) -> impl IntoView {
    let watching = StoredValue::new_local(None::<(ResizeObserver, Closure<dyn FnMut()>)>);
    grid.scroller.on_load(move |scroller| {
        let element = scroller.clone();
        let resized = Closure::<dyn FnMut()>::new(move || {
            let height = f64::from(element.client_height());
            if grid.height.try_get_untracked().is_some_and(|old| old != height && height > 0.0) {
                grid.height.set(height);
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
            WheelEvent::DOM_DELTA_LINE => layout::ROW,
            WheelEvent::DOM_DELTA_PAGE => grid.height.get_untracked(),
            _ => 1.0,
        };
        grid.scroll_to(grid.scrolled.get_untracked() + event.delta_y() * unit);
    };
    let spacer = move || grid.layout.with(|layout| format!("height:{}px", layout.spacer()));
    let place = Memo::new(move |_| {
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
    let cut = Memo::new(move |_| {
        let own = grid.link.widths.with(|widths| widths.get("client_ip").copied());
        let width = own.or(columns::Column::Value(crate::record::Field::ClientIp).width(grid.app.width.get()));
        ((width.unwrap_or(118.0) - 14.0) / 7.23) as usize
    });
    let rows = move || {
        let (columns, cut) = (StoredValue::new(grid.link.columns.get()), cut.get());
        view! {
            <For
                each=items
                key=|item| (item.position, item.apart, item.entry.as_ref().map(|entry| entry.row().id))
                children=move |item| columns.with_value(|columns| one(grid, item, columns, cut))
            />
        }
    };
    view! {
        <div
            class="grid-scroll"
            node_ref=grid.scroller
            tabindex="-1"
            on:scroll=move |_| {
                hover.clear();
                grid.heard_scroll();
            }
            on:wheel=on_wheel
        >
            <div class="grid-space" style=spacer>
                <div class="grid-rows" style=move || format!("top:{}px", place.get())>
                    {rows}
                </div>
            </div>
        </div>
    }
}

fn one(grid: Grid, item: Item, columns: &[columns::Column], cut: usize) -> AnyView {
    let Some(entry) = &item.entry else { return row::empty_row(item.position) };
    let shown = row::row(grid, item.position, entry, columns, cut);
    if item.apart {
        // Out of sight, but where the focus is.
        return view! { <div class="row-apart">{shown}</div> }.into_any();
    }
    let (id, entry) = (entry.row().id, entry.clone());
    let open = Memo::new(move |_| grid.is_open(id));
    view! {
        {shown}
        {move || open.get().then(|| view! { <detail::Detail grid=grid entry=entry.clone() /> })}
    }
    .into_any()
}

/// "Go to time" of the histogram.
fn follow_time(grid: Grid) {
    Effect::new(move || {
        let Some(time) = grid.link.go_to_time.get() else { return };
        grid.link.go_to_time.set(None);
        let by_time = crate::protocol::Sort { field: crate::record::Field::StartTime as u8, descending: false };
        if grid.app.sort.get_untracked() != by_time {
            grid.app.sort.set(by_time);
        }
        leptos::task::spawn_local(async move {
            if let Some(row) = grid.app.locate(crate::protocol::Seek::Time(time)).await {
                let top = grid.layout.with_untracked(|layout| layout.top(row));
                grid.scroll_to(top);
                grid.go(row);
            }
        });
    });
}
