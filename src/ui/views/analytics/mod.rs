//! Log analytics: what the logs shown have in common. The rail of tiles, and in its place the full list of one tile.

mod distribution;
mod drawer;
mod end_to_end;
mod frame;
mod grip;
mod hidden;
mod number_tile;
mod order;
mod rail;
mod stands_out;
mod tile;
mod top_values;

use crate::record::Field;
use crate::ui::state::use_app;
use crate::ui::widgets::live;
use leptos::prelude::*;

pub use rail::{RailButton, is_narrow, rail_is_shown};

/// The tile that is open in place of the rail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    Field(Field),
    EndToEnd,
}

/// The right part of the work area.
#[component]
pub fn Analytics() -> impl IntoView {
    let app = use_app();
    live(move || match app.opened.get() {
        Some(Opened::Field(field)) => view! { <top_values::TopValues field=field /> }.into_any(),
        Some(Opened::EndToEnd) => view! { <end_to_end::EndToEndList /> }.into_any(),
        None => view! { <rail::Rail /> }.into_any(),
    })
}
