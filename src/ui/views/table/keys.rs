//! Keys of the table: those that act wherever the page has the focus, and those of the focused grid.

use super::actions;
use super::columns::Column;
use super::grid::{Cursor, Enter, Grid};
use super::head::{self, sort_by};
use super::menu::Opened;
use super::value::{copied, filters_on_click};
use crate::protocol::Seek;
use crate::ui::keys::use_keys;
use crate::ui::reactive::effect;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Keys that work wherever nothing is being typed.
pub fn listen(grid: Grid) {
    use_keys().on(move |event| {
        if event.ctrl_key() || event.meta_key() {
            return false;
        }
        let (app, shift) = (grid.app, event.shift_key());
        if event.alt_key() {
            match event.key().as_str() {
                "ArrowLeft" => app.zoom_back(),
                "ArrowRight" => grid.zoom_selection(),
                _ => return false,
            }
            return true;
        }
        match event.key().as_str() {
            "j" | "J" if shift => grid.step_opened(1),
            "k" | "K" if shift => grid.step_opened(-1),
            "j" | "J" => grid.step(1),
            "k" | "K" => grid.step(-1),
            "g" | "G" if shift => grid.go(u64::MAX),
            "g" | "G" => grid.go(0),
            "e" | "E" => grid.seek_error(!shift),
            "z" | "Z" if shift => app.zoom_back(),
            "z" | "Z" => grid.zoom_selection(),
            "t" | "T" => grid.link.time_panel.set(true),
            "b" | "B" if shift => match untrack(|| app.bookmarks.count()) {
                0 => app.announce.set("No bookmarks".to_owned()),
                _ => app.bookmarks_open.update(|open| *open = !*open),
            },
            "b" | "B" => return grid.bookmark_cursor(),
            "c" | "C" if shift => grid.copy_line(),
            "c" | "C" => return grid.copy_value(),
            "+" => grid.filter_cursor(true),
            "-" | "\u{2212}" => grid.filter_cursor(false),
            // After a key that moves the cursor, before the cell there has the focus.
            "Enter" if nothing_is_focused() => return grid.enter_soon(),
            _ => return false,
        }
        true
    });
    effect(move || {
        grid.stamp.track();
        grid.catch_up();
    });
}

fn nothing_is_focused() -> bool {
    document().active_element().is_none_or(|element| element.tag_name() == "BODY")
}

impl Grid {
    /// Keys of the grid itself. True where the key was taken.
    pub fn key(self, event: &KeyboardEvent, menu: RwSignal<Option<Opened>>) -> bool {
        if event.alt_key() || event.meta_key() {
            return false;
        }
        let page = ((self.height.get_untracked() / self.row()) as i64 - 1).max(1);
        let cursor = self.cursor.get_untracked();
        let columns = self.link.columns.with_untracked(Vec::len);
        let here = self.under_cursor();
        let is_open = here.as_ref().is_some_and(|(_, entry)| untrack(|| self.is_open(entry.row().id)));
        if cursor.row.is_none() {
            let right = match event.key().as_str() {
                "ArrowLeft" => Some(false),
                "ArrowRight" => Some(true),
                _ => None,
            };
            match (right, event.shift_key(), event.ctrl_key()) {
                (Some(right), true, _) => {
                    self.move_column(cursor, if right { 1 } else { -1 });
                    return true;
                }
                (Some(right), false, true) => {
                    self.size_column(cursor, right);
                    return true;
                }
                (None, true, _) => return false,
                _ => {}
            }
        }
        match (event.key().as_str(), event.ctrl_key()) {
            ("ArrowDown", false) => self.step(1),
            ("ArrowUp", false) => self.step(-1),
            ("PageDown", false) => self.step(page),
            ("PageUp", false) => self.step(-page),
            ("Home", true) => self.go(0),
            ("End", true) => self.go(u64::MAX),
            ("Home", false) => self.put(Cursor { column: 0, ..cursor }),
            ("End", false) => self.put(Cursor { column: columns, ..cursor }),
            // On the lead cell the arrows open and close the log, elsewhere they move.
            ("ArrowRight", false) if cursor.column == 0 && here.is_some() && !is_open => self.toggle_cursor(),
            ("ArrowRight", false) => self.put(Cursor { column: (cursor.column + 1).min(columns), ..cursor }),
            ("ArrowLeft", false) if cursor.column == 0 && is_open => self.toggle_cursor(),
            ("ArrowLeft", false) => self.put(Cursor { column: cursor.column.saturating_sub(1), ..cursor }),
            ("Enter", false) if cursor.row.is_some() => self.press_enter(),
            ("Enter" | " ", false) => {
                let column = self.link.columns.with_untracked(|columns| {
                    cursor.column.checked_sub(1).and_then(|column| columns.get(column).copied())
                });
                if let Some(column) = column.filter(|_| cursor.row.is_none()) {
                    sort_by(self, column);
                }
            }
            ("ContextMenu", _) | ("F10", _) if event.key() == "ContextMenu" || event.shift_key() => {
                if let (Some((row, _)), Some(cell)) = (here, self.cell_under_cursor()) {
                    let at = cell.get_bounding_client_rect();
                    menu.set(Some(Opened { row, column: cursor.column, x: at.left() + 8.0, y: at.bottom() }));
                }
            }
            _ => return false,
        }
        true
    }

    fn size_column(self, cursor: Cursor, wider: bool) {
        let column = |columns: &Vec<Column>| columns.get(cursor.column.checked_sub(1)?).copied();
        if let (Some(column), Some(cell)) = (self.link.columns.with_untracked(column), self.cell_under_cursor()) {
            let width = head::size(self, column, cell.offset_width().into(), wider);
            self.app.announce.set(format!("{width} pixels wide"));
        }
    }

    /// Moves the column under the cursor, which goes with it.
    fn move_column(self, cursor: Cursor, by: isize) {
        let Some(from) = cursor.column.checked_sub(1) else { return };
        if let Some(to) = from.checked_add_signed(by).filter(|to| self.link.move_column(from, *to)) {
            self.put(Cursor { column: to + 1, ..cursor });
            self.app.announce.set(format!("Moved to column {}", to + 1));
        }
    }

    fn put(self, cursor: Cursor) {
        self.cursor.set(cursor);
        self.focus();
    }

    /// Moves the cursor by rows; above the first row is the head.
    pub fn step(self, by: i64) {
        let total = self.layout.with_untracked(|layout| layout.total) as i64;
        let cursor = self.cursor.get_untracked();
        if total == 0 {
            return;
        }
        let to = match cursor.row {
            // The first key only takes up the row that is there.
            Some(row) if !self.focused.get_untracked() => {
                let (first, last) = self.screen.get_untracked();
                row.clamp(first, last) as i64
            }
            Some(0) if by == -1 => return self.put(Cursor { row: None, ..cursor }),
            Some(row) => row as i64 + by,
            None => 0,
        };
        self.go(to.clamp(0, total - 1) as u64);
    }

    /// Closes the log under the cursor and opens the one before or behind it, with the same tab.
    pub fn step_opened(self, by: i64) {
        if !self.focused.get_untracked() {
            return self.step(by);
        }
        let total = self.layout.with_untracked(|layout| layout.total) as i64;
        let Some((row, entry)) = self.under_cursor() else { return };
        let to = row as i64 + by;
        if (0..total).contains(&to) {
            self.close(entry.row().id);
            self.go(to as u64);
            self.keeps_tab.set_value(true);
            match self.entry(to as u64) {
                Some(next) => self.open(to as u64, next.row().id),
                None => self.press_enter(),
            }
        }
    }

    /// Puts the cursor on a row, as far as there are rows, and shows it.
    pub fn go(self, row: u64) {
        let total = self.layout.with_untracked(|layout| layout.total);
        let Some(last) = total.checked_sub(1) else { return };
        let row = row.min(last);
        if row == last && self.cursor.get_untracked().row != Some(last) && last > 0 {
            self.reveal(row);
            // An opened last log is shown to its end.
            let height = self.height.get_untracked();
            if self.screen.get_untracked().1 + 1 >= last {
                self.scroll_to(self.layout.with_untracked(|layout| layout.farthest(height)));
            }
        } else {
            self.reveal(row);
        }
        let column = self.cursor.get_untracked().column;
        self.put(Cursor { row: Some(row), column });
    }

    /// Opens or closes the log that the cursor stands on, or will stand on.
    fn enter_soon(self) -> bool {
        if !self.enter.get_value().seeking && !self.focused.get_untracked() {
            return false;
        }
        self.press_enter();
        true
    }

    fn press_enter(self) {
        self.enter.update_value(|enter| enter.pressed = true);
        self.catch_up();
    }

    /// Does what Enter was pressed for, if the row is there.
    fn catch_up(self) {
        let Enter { seeking, pressed } = self.enter.get_value();
        if pressed && !seeking && self.under_cursor().is_some() {
            self.enter.set_value(Enter::default());
            self.toggle_cursor();
        }
    }

    fn seek_error(self, next: bool) {
        let from = match (self.focused.get_untracked(), self.cursor.get_untracked().row) {
            (true, Some(row)) => row,
            _ => {
                let (first, _) = self.screen.get_untracked();
                if next { first.wrapping_sub(1) } else { first }
            }
        };
        self.enter.set_value(Enter { seeking: true, pressed: false });
        leptos::task::spawn_local(async move {
            let seek = if next { Seek::NextError(from) } else { Seek::PreviousError(from) };
            // Before the very first row: the first row itself may be the one.
            let first_is = from == u64::MAX
                && self.entry(0).is_some_and(|entry| entry.row().mark == crate::protocol::RowMark::Error);
            let found = match (first_is, from) {
                (true, _) => Some(0),
                (false, u64::MAX) => self.app.locate(Seek::NextError(0)).await,
                _ => self.app.locate(seek).await,
            };
            match found {
                Some(row) => {
                    self.go(row);
                    self.enter.update_value(|enter| enter.seeking = false);
                    self.catch_up();
                }
                None => {
                    self.enter.set_value(Enter::default());
                    self.app.announce.set("No further error".to_owned());
                }
            }
        });
    }

    fn zoom_selection(self) {
        if let Some(brush) = self.app.brush.get_untracked() {
            self.app.zoom(brush);
        }
    }

    fn toggle_cursor(self) {
        if let Some((row, entry)) = self.under_cursor() {
            self.toggle(row, entry.row().id);
            self.focus();
        }
    }

    fn filter_cursor(self, include: bool) {
        let cursor = self.cursor.get_untracked();
        let value =
            cursor.row.filter(|_| self.focused.get_untracked()).and_then(|row| self.value_at(row, cursor.column));
        if let Some((field, value)) = value.filter(|(field, _)| filters_on_click(*field)) {
            match include {
                true => self.app.include(field, &value),
                false => self.app.exclude(field, &value),
            }
        }
    }

    fn copy_value(self) -> bool {
        let cursor = self.cursor.get_untracked();
        let value =
            cursor.row.filter(|_| self.focused.get_untracked()).and_then(|row| self.value_at(row, cursor.column));
        let found = value.is_some();
        if let Some((field, value)) = value {
            actions::copy(self.app, copied(field, &value), "Value");
        }
        found
    }

    fn bookmark_cursor(self) -> bool {
        let found = self.under_cursor().filter(|_| self.focused.get_untracked());
        if let Some((_, entry)) = &found {
            actions::bookmark(self.app, entry.row());
        }
        found.is_some()
    }

    fn copy_line(self) {
        if let Some((_, entry)) = self.under_cursor().filter(|_| self.focused.get_untracked()) {
            actions::copy_line(self.app, entry.row().id);
        }
    }

    // ── focus ──

    /// The element of the cell that the cursor is on, if its row is in the document.
    pub fn cell_under_cursor(self) -> Option<HtmlElement> {
        // Asked in a later frame, when the table may be gone.
        let cursor = self.cursor.try_get_untracked()?;
        let frame: Element = self.scroller.try_get_untracked()??.parent_element()?;
        let row = cursor.row.map_or("head".to_owned(), |row| row.to_string());
        let selector = format!("[data-p='{row}'] > [data-c='{}']", cursor.column);
        frame.query_selector(&selector).ok()??.dyn_into().ok()
    }

    /// Takes the keyboard to the cursor's cell, once it is drawn.
    pub fn focus(self) {
        self.focused.set(true);
        // At once where the cell stands there, so that the next key finds it; where it is still to be drawn, a frame later.
        self.place_focus(true);
        request_animation_frame(move || self.place_focus(true));
    }

    /// Gives the one tab stop of the grid to the cursor's cell; with `take`, the focus too.
    pub fn place_focus(self, take: bool) {
        let Some(cell) = self.cell_under_cursor() else { return };
        let old = self.scroller.get_untracked().and_then(|scroller| scroller.parent_element());
        if let Some(old) = old.and_then(|frame| frame.query_selector("[data-c][tabindex='0']").ok().flatten()) {
            let _ = old.set_attribute("tabindex", "-1");
        }
        let _ = cell.set_attribute("tabindex", "0");
        if take && document().active_element().as_ref() != Some(cell.as_ref()) {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = cell.focus_with_options(&options);
        }
        if take {
            self.reveal_column(&cell);
        }
    }
}
