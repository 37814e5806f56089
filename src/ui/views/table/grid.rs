//! State of the table: what is scrolled to, which rows are open, where the cursor stands.

use super::columns::Column;
use super::head;
use super::link::{Link, use_link};
use super::rows::{self, Entry, Rows};
use super::timeline;
use crate::protocol::{RowId, View};
use crate::record::Field;
use crate::scroll::{Layout, Opened, RowHeight};
use crate::show::Dates;
use crate::text::sort;
use crate::ui::App;
use crate::ui::reactive::{effect, memo};
use crate::waterfall::Axis;
use leptos::html::Div;
use leptos::prelude::*;
use web_sys::HtmlElement;

/// Rows kept ready above and below the visible ones.
const SPARE: u64 = 8;

/// Row (`None`: the head) and column (0: the lead cell) that the keyboard is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    pub row: Option<u64>,
    pub column: usize,
}

/// Whether the cursor is on its way, and what is to be done when it is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Enter {
    /// A row is looked for.
    pub(super) seeking: bool,
    /// Its log is to be opened.
    pub(super) pressed: bool,
}

/// A handle to the state of the table.
#[derive(Clone, Copy)]
pub struct Grid {
    pub app: App,
    pub link: Link,
    pub rows: StoredValue<Rows>,
    /// Raised whenever rows arrived.
    pub stamp: RwSignal<u32>,
    pub layout: RwSignal<Layout>,
    /// True scroll position and visible height, CSS pixels.
    pub scrolled: RwSignal<f64>,
    pub height: RwSignal<f64>,
    /// Width of the scroll bar, which the head leaves free.
    pub bar: RwSignal<f64>,
    /// Width that there is for rows; 0 until it is known.
    pub room: RwSignal<f64>,
    /// First and last row on screen.
    pub screen: Memo<(u64, u64)>,
    pub cursor: RwSignal<Cursor>,
    /// The keyboard is in the table.
    pub focused: RwSignal<bool>,
    pub scroller: NodeRef<Div>,
    /// Fields the shown columns need.
    pub fields: Memo<Vec<Field>>,
    /// Times are shown as they stand in the log, too.
    pub stamps: Memo<bool>,
    /// Of the waterfall: of the rows on screen.
    pub axis: Memo<Axis>,
    /// What of their dates the times in the rows need.
    pub dates: Memo<Dates>,
    /// Enter was pressed while the row that the cursor is to stand on was still looked for or fetched.
    pub(super) enter: StoredValue<Enter>,
    /// The view changed: the new rows are shown from the top.
    to_top: StoredValue<bool>,
    /// To be opened as soon as the rows of the new view are there.
    pub open_next: StoredValue<Option<RowId>>,
    /// The tab that was shown last, and whether the next opened log shows it first.
    pub tab: StoredValue<usize>,
    pub keeps_tab: StoredValue<bool>,
    /// Place of the column whose label is dragged.
    pub dragged: StoredValue<Option<usize>>,
    /// The element stands at its top, so that it need not be asked: asking has the browser lay the page out at once.
    at_top: StoredValue<bool>,
}

impl Grid {
    pub fn new(app: App) -> Grid {
        let link = use_link();
        let layout = RwSignal::new(Layout::default());
        let (scrolled, height, stamp) = (RwSignal::new(0.0), RwSignal::new(600.0), RwSignal::new(0));
        let screen = memo(move || {
            let (top, height) = (scrolled.get(), height.get());
            layout.with(|layout| (layout.at(top), layout.at(top + height - 1.0)))
        });
        let fields = memo(move || {
            // Always at hand: what the actions of a row need.
            let mut fields = vec![Field::ClientIp, Field::ResponseCode, Field::TerminationState];
            link.columns.with(|columns| {
                fields.extend(columns.iter().flat_map(|column| column.fields()));
            });
            fields.extend(link.waterfall.get().align.fields());
            sort::by(&mut fields, Ord::cmp);
            fields.dedup();
            fields
        });
        let rows = StoredValue::new(Rows::default());
        let axis = memo(move || {
            stamp.track();
            let (first, last) = screen.get();
            let look = link.waterfall.get();
            let bars = rows.with_value(|rows| {
                let entries = (first..=last).filter_map(|position| rows.get(position));
                entries.filter_map(|entry| timeline::bar(look.align, &entry)).collect::<Vec<_>>()
            });
            Axis::of(look, &bars)
        });
        let dates = memo(move || {
            let extent = app.summary.with(|summary| summary.as_ref().and_then(|summary| summary.extent));
            extent.map_or(Dates::None, |(from, to)| Dates::between(from, to))
        });
        Grid {
            app,
            link,
            dates,
            rows,
            stamp,
            layout,
            scrolled,
            height,
            bar: RwSignal::new(0.0),
            room: RwSignal::new(0.0),
            screen,
            cursor: RwSignal::new(Cursor { row: Some(0), column: 0 }),
            enter: StoredValue::default(),
            focused: RwSignal::new(false),
            scroller: NodeRef::new(),
            fields,
            stamps: memo(move || link.columns.with(|columns| columns.contains(&Column::Logged))),
            axis,
            to_top: StoredValue::new(false),
            open_next: StoredValue::new(None),
            tab: StoredValue::default(),
            keeps_tab: StoredValue::default(),
            dragged: StoredValue::new(None),
            at_top: StoredValue::new(true),
        }
    }

    /// Follows view, sources and columns; call once.
    pub fn follow(self) {
        let app = self.app;
        let generation = memo(move || app.progress.with(|progress| progress.generation));
        Effect::new(move |old: Option<(View, u32)>| {
            let now = (app.view(), app.rereads.get());
            self.fields.get();
            self.stamps.get();
            generation.get();
            if old.as_ref().is_some_and(|old| *old != now) {
                self.to_top.set_value(true);
            }
            untrack(|| rows::stale(self));
            now
        });
        // Growth: a summary that counts more rows than the table knows of.
        effect(move || {
            let Some(summary) = app.shown_summary.get() else { return };
            let known = app.shown_rows.with_untracked(|rows| rows.as_ref() == Some(&summary));
            if !known && summary.view == app.view_now() {
                untrack(|| rows::stale(self));
            }
        });
        effect(move || {
            self.screen.track();
            untrack(|| rows::pump(self));
        });
        // The most useful key now.
        effect(move || {
            let open = self.layout.with(|layout| !layout.opened.is_empty());
            app.hint.set(match (open, self.focused.get()) {
                (true, true) => ("←", "collapse"),
                (false, true) => ("Enter", "expand"),
                _ => ("E", "next error"),
            });
        });
        // The element follows the true position; where it already stands there, this does nothing.
        effect(move || {
            let (position, height) = (self.scrolled.get(), self.height.get());
            let native = self.layout.with(|layout| layout.to_native(position, height));
            if let Some(scroller) = self.scroller.get()
                && !(native == 0.0 && self.at_top.get_value())
                && (f64::from(scroller.scroll_top()) - native).abs() >= 1.0
            {
                scroller.set_scroll_top(native.round() as i32);
                self.at_top.set_value(native == 0.0);
            }
        });
    }

    /// First and last row on screen, or those that will be once the new view's rows are there.
    pub fn on_screen(self) -> (u64, u64) {
        match self.to_top.get_value() {
            true => (0, (self.height.get_untracked() / self.row()) as u64),
            false => self.screen.get_untracked(),
        }
    }

    /// Rows to have in the document: the visible ones with some to spare, and the one the keyboard is on.
    pub fn rendered(self) -> (u64, u64, Option<u64>) {
        let (first, last) = self.screen.get();
        let total = self.layout.with(|layout| layout.total);
        let (from, to) = (first.saturating_sub(SPARE), (last + SPARE + 1).min(total));
        let apart = self.focused.get().then(|| self.cursor.get().row).flatten();
        (from, to, apart.filter(|row| (*row < from || *row >= to) && *row < total))
    }

    pub fn entry(self, position: u64) -> Option<Entry> {
        self.rows.with_value(|rows| rows.get(position))
    }

    /// New rows are there.
    pub fn arrived(self, total: u64) {
        let to_top = self.to_top.get_value();
        self.to_top.set_value(false);
        let known = self.layout.with_untracked(|layout| layout.total);
        if known != total || to_top {
            self.layout.update(|layout| {
                layout.total = total;
                match to_top {
                    true => layout.opened.clear(),
                    false => self.place_opened(layout),
                }
            });
        }
        if to_top {
            self.cursor.update(|cursor| cursor.row = cursor.row.map(|_| 0));
            self.scrolled.set(0.0);
        } else {
            self.scroll_to(self.scrolled.get_untracked());
        }
        self.stamp.update(|stamp| *stamp += 1);
        if let Some(row) = self.open_next.try_update_value(Option::take).flatten() {
            leptos::task::spawn_local(async move {
                super::actions::open_where_it_stands(self, row).await;
            });
        }
    }

    /// Growth moves rows: finds the opened ones among those that are at hand.
    fn place_opened(self, layout: &mut Layout) {
        let (first, last) = self.screen.get_untracked();
        for opened in &mut layout.opened {
            let same = |position: &u64| self.entry(*position).is_some_and(|entry| entry.row().id == opened.id);
            let near = opened.position.saturating_sub(64)..=opened.position + 64;
            if let Some(position) = (first..=last).chain(near).find(same) {
                opened.position = position;
            }
        }
        sort::by_key(&mut layout.opened, |opened| opened.position);
        layout.opened.dedup_by_key(|opened| opened.position);
    }

    // ── scrolling ──

    /// Goes to a true position, as far as there are rows.
    pub fn scroll_to(self, position: f64) {
        let height = self.height.get_untracked();
        let farthest = self.layout.with_untracked(|layout| layout.farthest(height));
        let position = position.clamp(0.0, farthest);
        if position != self.scrolled.get_untracked() {
            self.scrolled.set(position);
        }
    }

    /// The element was scrolled: by us, by the thumb, or natively where that is exact.
    pub fn heard_scroll(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        self.head_follows();
        let (native, height) = (f64::from(scroller.scroll_top()), self.height.get_untracked());
        self.at_top.set_value(native == 0.0);
        let (own, position) = self.layout.with_untracked(|layout| {
            (layout.to_native(self.scrolled.get_untracked(), height), layout.true_at(native, height))
        });
        if (own - native).abs() >= 1.0 {
            self.scrolled.set(position);
        }
    }

    /// The head stands as far to the side as the rows.
    pub fn head_follows(self) {
        let Some(scroller) = self.scroller.try_get_untracked().flatten() else { return };
        if let Some(head) = scroller.previous_element_sibling()
            && head.scroll_left() != scroller.scroll_left()
        {
            head.set_scroll_left(scroller.scroll_left());
        }
    }

    /// Scrolls sideways until all of a cell is seen, beside the columns that stay in place.
    pub fn reveal_column(self, cell: &HtmlElement) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        if scroller.scroll_width() <= scroller.client_width() {
            return;
        }
        let pins = untrack(|| head::tracks(self)).pins;
        let last = pins.len() - 1;
        if self.cursor.get_untracked().column < last {
            return;
        }
        let taken = pins[last] as i32;
        let (left, width) = (cell.offset_left(), cell.offset_width());
        let now = scroller.scroll_left();
        let to = now.max(left + width - scroller.client_width()).min(left - taken);
        if to != now {
            scroller.set_scroll_left(to);
        }
    }

    /// Brings a row into view with the least movement.
    pub fn reveal(self, row: u64) {
        let (height, position) = (self.height.get_untracked(), self.scrolled.get_untracked());
        let top = self.layout.with_untracked(|layout| layout.top(row));
        if top < position {
            self.scroll_to(top);
        } else if top + self.row() > position + height {
            self.scroll_to(top + self.row() - height);
        }
    }

    /// Height of a row now, in pixels.
    pub fn row(self) -> f64 {
        self.layout.with_untracked(Layout::row)
    }

    /// Rows get this height; the first one on screen stays there.
    pub fn set_rows(self, rows: RowHeight) {
        if self.layout.with_untracked(|layout| layout.rows == rows) {
            return;
        }
        let (first, _) = self.screen.get_untracked();
        self.layout.update(|layout| layout.rows = rows);
        let top = self.layout.with_untracked(|layout| layout.top(first));
        self.scroll_to(if self.scrolled.get_untracked() == 0.0 { 0.0 } else { top });
    }

    // ── opened rows ──

    pub fn is_open(self, id: RowId) -> bool {
        self.layout.with(|layout| layout.opened.iter().any(|opened| opened.id == id))
    }

    /// Where an opened log stands.
    pub fn place_of(self, id: RowId) -> Option<u64> {
        let of = |layout: &Layout| layout.opened.iter().find(|opened| opened.id == id).map(|opened| opened.position);
        self.layout.with_untracked(of)
    }

    pub fn open(self, position: u64, id: RowId) {
        self.layout.update(|layout| {
            if layout.opened.iter().all(|opened| opened.id != id && opened.position != position) {
                layout.opened.push(Opened { position, id, height: 420.0 });
                sort::by_key(&mut layout.opened, |opened| opened.position);
            }
        });
    }

    pub fn close(self, id: RowId) {
        self.layout.update(|layout| layout.opened.retain(|opened| opened.id != id));
        self.scroll_to(self.scrolled.get_untracked());
    }

    pub fn toggle(self, position: u64, id: RowId) {
        match untrack(|| self.is_open(id)) {
            true => self.close(id),
            false => self.open(position, id),
        }
    }

    /// The detail of a row turned out to be this high; `first`: for the first time, so it is brought into view.
    pub fn measured(self, id: RowId, height: f64, first: bool) {
        let mut position = None;
        let differs = |opened: &Opened| opened.id == id && (opened.height - height).abs() > 0.5;
        if self.layout.with_untracked(|layout| layout.opened.iter().any(differs)) {
            self.layout.update(|layout| {
                for opened in layout.opened.iter_mut().filter(|opened| opened.id == id) {
                    opened.height = height;
                    position = Some(opened.position);
                }
            });
        }
        let Some(row) = position.filter(|_| first) else { return };
        let top = self.layout.with_untracked(|layout| layout.top(row));
        let (end, view) = (top + self.row() + height, self.height.get_untracked());
        if end > self.scrolled.get_untracked() + view {
            self.scroll_to(top.min(end - view));
        }
    }
}
