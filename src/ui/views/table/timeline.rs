//! The bars of the waterfall, and the guides at the ends of the one that is pointed at.

use super::bars::Segments;
use super::grid::Grid;
use super::rows::Entry;
use crate::protocol::{CellValue, RowMark};
use crate::ui::widgets::{follow, live};
use crate::waterfall::{Align, Bar};
use leptos::prelude::*;

/// The bar of a row, if it has a time.
pub fn bar(align: Align, entry: &Entry) -> Option<Bar> {
    let row = entry.row();
    let part = |field| match entry.cell(field)? {
        CellValue::Text(text) => Some(text.clone()),
        CellValue::Int(value) => Some(value.to_string()),
    };
    let fields = align.fields();
    let group = fields.iter().map(|field| part(*field)).collect::<Option<Vec<_>>>().map(|parts| parts.join(" "));
    Some(Bar {
        group: group.filter(|_| !fields.is_empty()),
        start: row.time?,
        length: row.phases.total.unwrap_or(0).max(0),
    })
}

/// Start and end of the bar of a row, per cent of the width, where they are among what is shown.
pub fn guides(grid: Grid, row: u64) -> impl Iterator<Item = f64> {
    let bar = grid.entry(row).and_then(|entry| bar(grid.link.waterfall.get().align, &entry));
    let place = bar.map(|bar| grid.axis.with(|axis| axis.place(&bar)));
    let ends = place.map(|place| [place.left, place.right]).into_iter().flatten();
    ends.filter(|x| *x > 0.0 && *x < 100.0)
}

/// One bar of the waterfall.
#[component]
pub fn Waterfall(grid: Grid, entry: Entry) -> impl IntoView {
    let (phases, mark) = (entry.row().phases, entry.row().mark);
    if entry.row().time.is_none() {
        return view! { <div class="wf"></div> }.into_any();
    }
    let entry = StoredValue::new(entry);
    let place = move || {
        let bar = entry.with_value(|entry| bar(grid.link.waterfall.get().align, entry))?;
        Some(grid.axis.with(|axis| axis.place(&bar)))
    };
    let style = move || {
        let place = place()?;
        let hidden = if place.before || place.left == 100.0 { ";display:none" } else { "" };
        Some(format!("left:{:.3}%;width:{:.3}%{hidden}", place.left, place.right - place.left))
    };
    let silent = phases.server_silent && mark != RowMark::Fine;
    let after = move || {
        let place = place()?;
        let style = format!("left:min(calc({:.3}% + 3px), calc(100% - 9px))", place.right);
        if place.before {
            Some(view! {
                <span class="wf-x more" style="left:0">
                    <svg viewBox="0 0 9 9" role="img" aria-label="Before what is shown">
                        <path d="M6 1.5l-3 3 3 3"></path>
                    </svg>
                </span>
            })
        } else if silent && !place.beyond {
            Some(view! {
                <span class="wf-x" style=style>
                    <svg viewBox="0 0 9 9" role="img" aria-label="No response">
                        <path d="M1.5 1.5l6 6m0-6-6 6"></path>
                    </svg>
                </span>
            })
        } else if place.beyond {
            Some(view! {
                <span class="wf-x more" style=style>
                    <svg viewBox="0 0 9 9" role="img" aria-label="Goes on">
                        <path d="M3 1.5l3 3-3 3"></path>
                    </svg>
                </span>
            })
        } else {
            None
        }
    };
    view! {
        <div class="wf">
            <span class="stack" style=follow(style)>
                <Segments phases=phases />
            </span>
            {live(after)}
        </div>
    }
    .into_any()
}
