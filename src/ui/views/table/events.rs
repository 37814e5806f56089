//! Which row and cell an event of the table is about, and what a click does there.

use super::grid::{Cursor, Grid};
use super::rows::Entry;
use super::value::{filters_on_click, of_cell};
use crate::protocol::CellValue;
use crate::record::Field;
use crate::ui::widgets::text_is_selected;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Element, Event, HtmlElement, MouseEvent, Node, Selection};

/// A cell of the table: its place, and its element.
#[derive(Clone)]
pub struct Place {
    pub row: u64,
    pub column: usize,
    pub element: HtmlElement,
}

pub fn element(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// The cell an element is in, unless it is in the head or in an opened log.
pub fn place(target: &Element) -> Option<Place> {
    let cell = target.closest("[data-c]").ok()??;
    let row = cell.parent_element()?.get_attribute("data-p")?.parse().ok()?;
    let column = cell.get_attribute("data-c")?.parse().ok()?;
    Some(Place { row, column, element: cell.dyn_into().ok()? })
}

/// Where the cursor is when this element has the focus: on its cell, which may be one of the head.
pub fn cursor(target: &Element) -> Option<Cursor> {
    let cell = target.closest("[data-c]").ok()??;
    let row = cell.parent_element()?.get_attribute("data-p")?;
    let column = cell.get_attribute("data-c")?.parse().ok()?;
    let row = if row == "head" { None } else { Some(row.parse().ok()?) };
    Some(Cursor { row, column })
}

/// The selection ends before the first letter of this cell, as a triple click on the one before it leaves it.
fn touched(selection: &Selection, cell: &HtmlElement) -> bool {
    let within = |node: Option<Node>| cell.contains(node.as_ref());
    selection.focus_offset() == 0 && within(selection.focus_node()) && !within(selection.anchor_node())
}

/// Several cells that are copied go as lines with tabs, as a spreadsheet takes them; text of one cell, or of an opened log, as it is.
pub fn copied(event: &ClipboardEvent) {
    let selection = window().get_selection().ok().flatten().filter(|selection| !selection.is_collapsed());
    let grid = event.current_target().and_then(|grid| grid.dyn_into::<Element>().ok());
    let (Some(selection), Some(grid)) = (selection, grid) else { return };
    let selected = |within: &Element, selector: &str| {
        let list = within.query_selector_all(selector).ok();
        let nodes = list.into_iter().flat_map(|list| (0..list.length()).filter_map(move |at| list.get(at)));
        let is = |node: &Node| selection.contains_node_with_allow_partial_containment(node, true).unwrap_or(false);
        nodes.filter(is).filter_map(|node| node.dyn_into::<HtmlElement>().ok()).collect::<Vec<_>>()
    };
    let mut cells = 0;
    let mut text = String::new();
    for row in selected(&grid, "[data-p]") {
        let mut shown = selected(&row, "[data-c]:not(.lead)");
        shown.retain(|cell| !touched(&selection, cell));
        cells += shown.len();
        let shown: Vec<_> =
            shown.iter().map(|cell| cell.inner_text().replace(['\n', '\t'], " ").trim().to_owned()).collect();
        if !shown.is_empty() {
            text.push_str(&shown.join("\t"));
            text.push('\n');
        }
    }
    let start = selection.anchor_node();
    let in_log = selected(&grid, ".xp").iter().any(|opened| opened.contains(start.as_ref()));
    if let Some(clipboard) = event.clipboard_data().filter(|_| cells > 1 && !in_log)
        && clipboard.set_data("text/plain", &text).is_ok()
    {
        event.prevent_default();
    }
}

impl Grid {
    /// What a cell filters by.
    pub fn value_at(self, row: u64, column: usize) -> Option<(Field, CellValue)> {
        let entry = self.entry(row)?;
        let column = self.link.columns.with_untracked(|columns| columns.get(column.checked_sub(1)?).copied())?;
        of_cell(column, &entry)
    }

    pub fn under_cursor(self) -> Option<(u64, Entry)> {
        let row = self.cursor.get_untracked().row?;
        Some((row, self.entry(row)?))
    }

    pub fn clicked(self, event: &MouseEvent) {
        let Some(target) = element(event) else { return };
        let Some(at) = place(&target) else { return };
        let place = Cursor { row: Some(at.row), column: at.column };
        if self.cursor.get_untracked() != place {
            self.cursor.set(place);
        }
        if text_is_selected() {
            return;
        }
        let inside = |selector: &str| target.closest(selector).ok().flatten().is_some();
        if inside(".lead") {
            if let Some(entry) = self.entry(at.row) {
                self.toggle(at.row, entry.row().id);
            }
        } else if inside(".v") && event.detail() <= 1 {
            let Some((field, value)) = self.value_at(at.row, at.column) else { return };
            if filters_on_click(field) {
                match event.alt_key() {
                    true => self.app.exclude(field, &value),
                    false => self.app.include(field, &value),
                }
            }
        }
    }
}
