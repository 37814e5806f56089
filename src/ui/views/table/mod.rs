//! The logs as a table: any number of rows, scrolled exactly, each of which opens into its detail.

mod actions;
mod bars;
mod columns;
mod columns_menu;
mod compare;
mod detail;
mod events;
mod grid;
mod head;
mod hover;
mod keys;
mod link;
mod menu;
mod row;
mod rows;
mod scroller;
mod timeline;
mod timeline_menu;
mod value;

pub use columns::Column;
pub use columns_menu::ColumnsButton;
pub use compare::CompareDialog;
pub use link::{Link, family_columns, provide_link, read_family_columns, use_link};
pub use timeline_menu::TimelineButton;

use crate::scroll::RowHeight;
use crate::ui::reactive::{effect, memo};
use crate::ui::use_app;
use crate::ui::widgets::{follow, hear, live};
use grid::Grid;
use hover::{Hover, HoverTools};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, FocusEvent, KeyboardEvent, MouseEvent, Node, PointerEvent};

#[component]
pub fn LogTable() -> impl IntoView {
    let grid = Grid::new(use_app());
    provide_context(grid);
    grid.follow();
    keys::listen(grid);
    follow_time(grid);
    effect(move || {
        if let Some(row) = grid.link.go_to_row.get() {
            grid.link.go_to_row.set(None);
            grid.go(row as u64);
        }
        if let Some(row) = grid.link.go_to_log.get() {
            grid.link.go_to_log.set(None);
            actions::open_anywhere(grid, row);
        }
    });
    let (hover, menu) = (Hover::new(), RwSignal::new(None::<menu::Opened>));
    let frame = NodeRef::<Div>::new();
    let rect = move || frame.get_untracked().map(|frame| frame.get_bounding_client_rect());
    let tracks = memo(move || head::tracks(grid));
    let style = move || {
        let line =
            |name: &str, x: f64| format!("linear-gradient(var({name}),var({name})) {x:.3}% 0/1px 100% no-repeat");
        let guided = hover.row().or_else(|| grid.cursor.get().row.filter(|_| grid.focused.get()));
        let guides = guided.into_iter().flat_map(|row| timeline::guides(grid, row)).map(|x| line("--guide", x));
        let lines = guides.chain(head::ticks(grid).into_iter().map(|(x, _)| line("--tick", x)));
        let lines = lines.collect::<Vec<_>>().join(",");
        let lines = if lines.is_empty() { "none".to_owned() } else { lines };
        let (bar, row, room) = (grid.bar.get(), grid.link.rows.get().pixels(), grid.room.get());
        tracks.with(|tracks| {
            let wide = tracks.wide.map_or("100%".to_owned(), |wide| format!("{wide}px"));
            let pins = tracks.pins.iter().enumerate().map(|(index, left)| format!(";--pin{index}:{left}px"));
            let columns = &tracks.columns;
            format!("--cols:{columns};--bar:{bar}px;--ticks:{lines};--row:{row}px;--wide:{wide};--room:{room}px")
                + &pins.collect::<String>()
        })
    };
    // A head that was made anew stands at its left.
    effect(move || {
        tracks.with(|_| ());
        request_animation_frame(move || grid.head_follows());
    });
    effect(move || grid.set_rows(grid.link.rows.get()));
    let wrapped = memo(move || grid.link.rows.get() == RowHeight::Wrapped);
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
        let cursor = events::element(&event).and_then(|target| events::cursor(&target));
        grid.focused.set(true);
        if let Some(cursor) = cursor.filter(|cursor| grid.cursor.get_untracked() != *cursor) {
            grid.cursor.set(cursor);
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
    effect(move || {
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
            on:pointerover=hear(move |event: PointerEvent| hover.pointed(rect(), &event))
            on:pointerleave=hear(move |_| hover.clear())
        >
            <div
                class="grid"
                class:wrapped=wrapped
                class:wide=follow(move || tracks.with(|tracks| tracks.wide.is_some()))
                role="grid"
                aria-label="Logs"
                aria-rowcount=follow(count)
                style=follow(style)
                on:click=hear(move |event| grid.clicked(&event))
                on:contextmenu=hear(on_menu)
                on:keydown=hear(on_key)
                on:copy=hear(move |event: ClipboardEvent| events::copied(&event))
                on:focusin=hear(on_focus)
                on:focusout=hear(on_blur)
            >
                {live(move || view! { <head::Head grid=grid columns=grid.link.columns.get() pins=grid.link.pins() /> })}
                <scroller::Scroller grid=grid hover=hover />
            </div>
            <HoverTools grid=grid hover=hover />
            <menu::CellMenu grid=grid open=menu />
        </div>
    }
}

/// "Go to time" of the histogram.
fn follow_time(grid: Grid) {
    effect(move || {
        let Some(time) = grid.link.go_to_time.get() else { return };
        grid.link.go_to_time.set(None);
        let by_time = crate::protocol::Sort { field: crate::record::Field::StartTime as u16, descending: false };
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
