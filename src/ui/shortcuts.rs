//! Shortcuts of the frame itself; the regions register their own.

use super::keys::use_keys;
use super::state::{App, Tab};
use super::views::intake::Picker;
use super::views::{self, switch};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// What F6 walks through: the first thing in each that takes the focus.
const REGIONS: [(&str, &str); 6] = [
    (".drop", "button"),
    (".sources", "button"),
    (".field", "input"),
    (".hist", "[tabindex='0'], button"),
    (".pane", ".grid [tabindex='0'], .grid[tabindex='0'], [role=radio], [tabindex='0']"),
    (".rail, .drawer", "input, button"),
];

pub fn register(app: App, picker: Picker) {
    use_keys().on(move |event| {
        let command = event.ctrl_key() || event.meta_key();
        match event.key().as_str() {
            "o" if command && !event.shift_key() && !event.alt_key() => picker.files(),
            "e" if command && !event.shift_key() && !event.alt_key() && !app.is_empty() => app.export_open.set(true),
            "s" if command && !event.shift_key() && !event.alt_key() && !app.is_empty() => app.saved_open.set(true),
            "F6" => next_region(event),
            _ if command || event.alt_key() => return false,
            "?" => app.help_open.set(true),
            "/" if !app.is_empty() => app.focus_search.update(|count| *count += 1),
            "S" if event.shift_key() && !app.is_empty() => app.rules_open.update(|open| *open = !*open),
            "s" | "S" if !app.is_empty() => app.significance.update(|now| *now = switch::next(*now)),
            "a" | "A" if !app.is_empty() => toggle_rail(app),
            "x" | "X" if !app.is_empty() => explain(app),
            "Escape" if matches!(app.tab.get_untracked(), Tab::Explain | Tab::Reports) => app.tab.set(Tab::Logs),
            "Escape" => return clear_selection(app),
            _ => return false,
        }
        true
    });
}

/// Opens what explains the selection, or goes back to the logs.
fn explain(app: App) {
    match app.tab.get_untracked() {
        Tab::Explain => app.tab.set(Tab::Logs),
        _ => views::explain::open(app),
    }
}

fn clear_selection(app: App) -> bool {
    let selected = app.brush.get_untracked().is_some();
    if selected {
        app.brush.set(None);
    }
    selected
}

fn toggle_rail(app: App) {
    match app.width.get_untracked() < 1280.0 {
        true => app.rail_over.update(|over| *over = !*over),
        false => app.settings.rail_shown.update(|shown| *shown = !*shown),
    }
}

fn next_region(event: &KeyboardEvent) {
    let document = document();
    let active = document.active_element();
    let found = |selector: &str| document.query_selector(selector).ok().flatten();
    let inside = |selector: &str| found(selector).is_some_and(|region| region.contains(active.as_deref()));
    let count = REGIONS.len();
    let at = REGIONS.iter().position(|(region, _)| inside(region));
    let step = if event.shift_key() { count - 1 } else { 1 };
    let mut next = at.map_or(if event.shift_key() { count - 1 } else { 0 }, |at| (at + step) % count);
    for _ in 0..count {
        let (region, item) = REGIONS[next];
        let target = found(region).and_then(|region| region.query_selector(item).ok().flatten());
        if let Some(target) = target.and_then(|target| target.dyn_into::<HtmlElement>().ok()) {
            let _ = target.focus();
            return;
        }
        next = (next + step) % count;
    }
}
