//! Moving the focus among the items of a group, and leaving text selection alone.

use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, HtmlElement, KeyboardEvent, Node};

/// Focuses the item of `container` that `key` leads to from the focused one: arrows go one on (and around if `wrap`),
/// Home and End to the ends. Says which item it was, or `None` where the key means nothing here.
pub fn move_focus(container: &Element, items: &str, key: &str, wrap: bool) -> Option<usize> {
    let list = container.query_selector_all(items).ok()?;
    let active = container.owner_document()?.active_element()?;
    let count = list.length();
    let at = (0..count).find(|&i| list.item(i).is_some_and(|node| node.contains(Some(&active))))?;
    let to = match key {
        "ArrowRight" | "ArrowDown" if at + 1 < count => at + 1,
        "ArrowRight" | "ArrowDown" if wrap => 0,
        "ArrowLeft" | "ArrowUp" if at > 0 => at - 1,
        "ArrowLeft" | "ArrowUp" if wrap => count - 1,
        "Home" => 0,
        "End" => count - 1,
        _ => return None,
    };
    list.item(to)?.dyn_into::<HtmlElement>().ok()?.focus().ok()?;
    Some(to as usize)
}

/// Keys in a list of values: arrows, Home and End lead from one to another.
pub fn among_values(event: KeyboardEvent) {
    let container = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
    if container.and_then(|container| move_focus(&container, ".v", &event.key(), false)).is_some() {
        event.prevent_default();
        event.stop_propagation();
    }
}

/// Focuses what the selector names, once the page has changed.
pub fn focus_soon(selector: String) {
    leptos::prelude::request_animation_frame(move || {
        let found = leptos::prelude::document().query_selector(&selector).ok().flatten();
        if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
            let _ = found.focus();
        }
    });
}

/// True while text on the page is selected: a click that ends a selection is not a click on a value.
pub fn text_is_selected() -> bool {
    let selection = web_sys::window().and_then(|window| window.get_selection().ok().flatten());
    selection.is_some_and(|selection| !selection.is_collapsed())
}

/// True where the focus moves within the element that hears of it.
pub fn stays_inside(event: &FocusEvent) -> bool {
    let home = event.current_target().and_then(|target| target.dyn_into::<Node>().ok());
    let next = event.related_target().and_then(|target| target.dyn_into::<Node>().ok());
    next.is_some_and(|next| home.is_some_and(|home| home.contains(Some(&next))))
}
