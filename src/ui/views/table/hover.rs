//! What shows at the hovered or focused cell: ± in the gap to the next column, and the phases of a duration.

use super::bars::PhaseTable;
use super::columns::Column;
use super::events::{Place, element, place};
use super::grid::Grid;
use super::value::{display, filters_on_click};
use crate::ui::reactive::memo;
use crate::ui::widgets::{hear, live};
use leptos::prelude::*;
use web_sys::{DomRect, Event};

/// A cell and where it stands, in pixels of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    row: u64,
    column: usize,
    left: f64,
    right: f64,
    top: f64,
}

/// The pointer's cell; without one, the keyboard's.
#[derive(Clone, Copy)]
pub struct Hover {
    pointer: RwSignal<Option<Spot>>,
    keyboard: RwSignal<Option<Spot>>,
}

impl Hover {
    pub fn new() -> Hover {
        Hover { pointer: RwSignal::new(None), keyboard: RwSignal::new(None) }
    }

    pub fn pointed(self, frame: Option<DomRect>, event: &Event) {
        let Some(target) = element(event) else { return };
        // On the ± themselves the cell stays.
        if target.closest(".gap-pm").ok().flatten().is_some() {
            return;
        }
        let spot = spot(frame, place(&target));
        if self.pointer.get_untracked() != spot {
            self.pointer.set(spot);
        }
    }

    pub fn focused(self, frame: Option<DomRect>, event: &Event) {
        let at = element(event).and_then(|target| place(&target));
        self.keyboard.set(spot(frame, at));
    }

    /// The row under the pointer.
    pub fn row(self) -> Option<u64> {
        self.pointer.get().map(|spot| spot.row)
    }

    pub fn clear(self) {
        if self.pointer.get_untracked().is_some() {
            self.pointer.set(None);
        }
        if self.keyboard.get_untracked().is_some() {
            self.keyboard.set(None);
        }
    }
}

fn spot(frame: Option<DomRect>, place: Option<Place>) -> Option<Spot> {
    let (frame, place) = (frame?, place?);
    let cell = place.element.get_bounding_client_rect();
    Some(Spot {
        row: place.row,
        column: place.column,
        left: cell.left() - frame.left(),
        right: cell.right() - frame.left(),
        top: cell.top() - frame.top(),
    })
}

#[component]
pub fn HoverTools(grid: Grid, hover: Hover) -> impl IntoView {
    let at = memo(move || hover.pointer.get().or(hover.keyboard.get()));
    live(move || {
        grid.stamp.track();
        let spot = at.get()?;
        let column = grid.link.columns.with(|columns| columns.get(spot.column.checked_sub(1)?).copied())?;
        match column {
            Column::Duration | Column::Timeline if hover.pointer.get().is_some() => phases(grid, spot),
            _ => split(grid, spot),
        }
    })
}

/// + above −, in the gap right of the cell.
fn split(grid: Grid, spot: Spot) -> Option<AnyView> {
    let (field, value) = grid.value_at(spot.row, spot.column)?;
    if !filters_on_click(field) {
        return None;
    }
    let what = format!("{} {}", field.name(), display(field, &value));
    let (include, exclude) = (value.clone(), value);
    let style = format!("left:{}px;top:{}px", spot.right - 7.0, spot.top + 1.0);
    Some(
        view! {
            <span class="gap-pm" style=style>
                <button
                    type="button"
                    tabindex="-1"
                    aria-label=format!("Include {what}")
                    on:click=hear(move |_| grid.app.include(field, &include))
                >
                    <svg viewBox="0 0 8 8" aria-hidden="true"><path d="M4 1v6M1 4h6"></path></svg>
                </button>
                <button
                    type="button"
                    tabindex="-1"
                    aria-label=format!("Exclude {what}")
                    on:click=hear(move |_| grid.app.exclude(field, &exclude))
                >
                    <svg viewBox="0 0 8 8" aria-hidden="true"><path d="M1 4h6"></path></svg>
                </button>
            </span>
        }
        .into_any(),
    )
}

fn phases(grid: Grid, spot: Spot) -> Option<AnyView> {
    let phases = grid.entry(spot.row)?.row().phases;
    phases.total?;
    let below = spot.top + 26.0;
    let room = grid.height.get_untracked();
    let vertical =
        if below + 170.0 < room { format!("top:{below}px") } else { format!("bottom:{}px", room + 28.0 - spot.top) };
    let style = format!("left:{}px;{vertical}", (spot.left - 60.0).max(8.0));
    Some(view! { <div class="pop phase-tip" role="tooltip" style=style><PhaseTable phases=phases /></div> }.into_any())
}
