//! A tile of numbers: distribution and percentiles instead of single values.

use super::Opened;
use super::distribution::DistributionView;
use super::frame::Frame;
use super::tile::figures;
use crate::record::{Field, Kind};
use crate::show;
use crate::ui::names::title;
use leptos::prelude::*;

#[component]
pub fn NumberTile(field: Field) -> impl IntoView {
    let tile = figures(field);
    let distribution =
        Signal::derive(move || tile.with(|tile| tile.as_ref().and_then(|tile| tile.distribution.clone())));
    let note = Signal::derive(move || {
        distribution.with(|d| match d {
            Some(d) if field.kind() == Kind::Bytes => format!("{} in all", show::bytes(d.sum)),
            Some(d) => show::logs(d.count),
            None => String::new(),
        })
    });
    view! {
        <Frame title=title(field) note=note opens=Opened::Field(field) place=field>
            <DistributionView field=field distribution=distribution />
        </Frame>
    }
}
