//! The menu of a cell: everything that can be done with its value and its log.

use super::actions;
use super::grid::Grid;
use super::value::{copied, display, filters_on_click};
use crate::protocol::CellValue;
use crate::query::Op;
use crate::record::Field;
use crate::show;
use crate::ui::widgets::{hear, move_focus};
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, Node, PointerEvent};

/// An opened menu: the cell it is about, and where it stands in the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Opened {
    pub row: u64,
    pub column: usize,
    pub x: f64,
    pub y: f64,
}

type Item = (String, Box<dyn Fn() + Send + Sync>);

#[component]
pub fn CellMenu(grid: Grid, open: RwSignal<Option<Opened>>) -> impl IntoView {
    move || {
        let at = open.get()?;
        let items = items(grid, at);
        (!items.is_empty()).then(|| view! { <Menu grid=grid open=open at=at items=items /> })
    }
}

fn items(grid: Grid, at: Opened) -> Vec<Item> {
    let Some(entry) = grid.entry(at.row) else { return Vec::new() };
    let app = grid.app;
    let mut items: Vec<Item> = Vec::new();
    if let Some((field, value)) = grid.value_at(at.row, at.column) {
        let short: String = display(field, &value).chars().take(40).collect();
        let name = field.name();
        if filters_on_click(field) {
            let act = value.clone();
            items.push((format!("Include {name} {short}"), Box::new(move || app.include(field, &act))));
            let act = value.clone();
            items.push((format!("Exclude {name} {short}"), Box::new(move || app.exclude(field, &act))));
            let act = value.clone();
            items.push((format!("Include only {name} {short}"), Box::new(move || app.only(field, &act))));
        }
        if field.kind().is_ordered() && field.kind() != crate::record::Kind::Ip {
            for (sign, operator) in [("≥", Op::GreaterEqual), ("≤", Op::LessEqual)] {
                let act = value.clone();
                items.push((format!("{name} {sign} {short}"), Box::new(move || app.filter(field, operator, &act))));
            }
        }
        let text = copied(field, &value);
        items.push(("Copy value".into(), Box::new(move || actions::copy(app, text.clone(), "Value"))));
    }
    let (id, time) = (entry.row().id, entry.row().time);
    let (row, marks) = (entry.row().clone(), app.bookmarks.has(entry.row().source, entry.row().offset));
    let name = if marks { "Remove bookmark" } else { "Bookmark" };
    items.push((name.into(), Box::new(move || actions::bookmark(app, &row))));
    items.push(("Copy line".into(), Box::new(move || actions::copy_line(app, id))));
    if let Some(client @ CellValue::Text(_)) = entry.cell(Field::ClientIp).cloned() {
        items.push(("Follow client".into(), Box::new(move || actions::follow_client(app, &client))));
    }
    if let Some(time) = time {
        let name = format!("±10 s around {}", show::clock(time));
        items.push((name, Box::new(move || actions::around(app, time))));
    }
    items
}

#[component]
fn Menu(grid: Grid, open: RwSignal<Option<Opened>>, at: Opened, items: Vec<Item>) -> impl IntoView {
    let node = NodeRef::<Div>::new();
    node.on_load(|menu| {
        if let Some(first) = menu.query_selector("[role=menuitem]").ok().flatten() {
            let _ = first.unchecked_into::<HtmlElement>().focus();
        }
    });
    let press = window_event_listener(leptos::ev::pointerdown, move |event: PointerEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
        if !node.get_untracked().is_some_and(|menu| menu.contains(target.as_ref())) {
            open.set(None);
        }
    });
    on_cleanup(move || press.remove());
    let close = move || {
        open.set(None);
        grid.focus();
    };
    let on_key = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "Escape" | "Tab" => close(),
            key => {
                let menu = node.get_untracked();
                if menu.and_then(|menu| move_focus(&menu, "[role=menuitem]", key, true)).is_none() {
                    return;
                }
            }
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let height = 28.0 * items.len() as f64 + 10.0;
    let left = at.x.min(grid.app.width.get_untracked() - 340.0).max(4.0);
    let top = at.y.min(grid.app.height.get_untracked() - height).max(4.0);
    let buttons = items.into_iter().map(|(name, action)| {
        view! {
            <button
                type="button"
                role="menuitem"
                tabindex="-1"
                on:click=hear(move |_| {
                    close();
                    action();
                })
            >
                {name}
            </button>
        }
    });
    let buttons = buttons.collect_view();
    view! {
        <div
            class="pop cell-menu"
            role="menu"
            aria-label="Value"
            node_ref=node
            style=format!("left:{left}px;top:{top}px")
            on:keydown=hear(on_key)
        >
            {buttons}
        </div>
    }
}
