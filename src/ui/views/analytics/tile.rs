//! A tile of values: mark, value, share bar, count and share of the logs shown.

use super::Opened;
use super::frame::Frame;
use super::hidden::HiddenValues;
use crate::protocol::{CellValue, RowMark, Tile};
use crate::record::{Field, Kind};
use crate::show;
use crate::ui::names::{is_mono, title, value_mark, value_text};
use crate::ui::reactive::memo;
use crate::ui::state::use_app;
use crate::ui::views::ip_groups;
use crate::ui::widgets::{FilterButtons, Mark, ShareBar, Value, among_values, each, hear, live, stays_inside};
use leptos::prelude::*;

/// The newest figures of one field; nothing while it has none.
pub fn figures(field: Field) -> Memo<Option<Tile>> {
    let app = use_app();
    memo(move || {
        app.rail.with(|summary| {
            let tiles = &summary.as_ref()?.tiles;
            tiles.iter().find(|tile| tile.field == field as u16).cloned()
        })
    })
}

#[component]
pub fn ValueTile(field: Field) -> impl IntoView {
    let tile = figures(field);
    let app = use_app();
    let note = Signal::derive(move || {
        tile.with(|tile| {
            let (unique, base) = tile.as_ref().map_or((0, 0), |tile| (tile.unique, tile.base));
            let total = app.rail.with(|summary| summary.as_ref().map_or(0, |summary| summary.total));
            match base == total {
                true => show::count(unique, "value", "values"),
                false => format!("{} in {}", show::integer(unique), app.counted(base)),
            }
        })
    });
    view! {
        <Frame title=title(field) note=note opens=Opened::Field(field) place=field>
            <TileValues field=field tile=tile />
        </Frame>
    }
}

/// The rows: the most frequent values, how many more there are, and the logs without any.
#[component]
pub fn TileValues(field: Field, tile: Memo<Option<Tile>>) -> impl IntoView {
    let app = use_app();
    let shown = move || if app.width.get() >= 2200.0 { 8 } else { 5 };
    let values = memo(move || {
        tile.with(|tile| {
            let top = tile.iter().flat_map(|tile| &tile.top);
            top.take(shown()).map(|top| top.value.clone()).collect::<Vec<_>>()
        })
    });
    let total = memo(move || tile.with(|tile| tile.as_ref().map_or(0, |tile| tile.base)));
    let rest = memo(move || tile.with(|tile| tile.as_ref().map(|tile| Rest::of(tile, shown()))));
    let unique = Signal::derive(move || tile.with(|tile| tile.as_ref().map_or(0, |tile| tile.unique)));
    view! {
        <div class="tile-values" on:keydown=hear(among_values)>
            {each(
                move || values.get(),
                value_key,
                move |value| view! { <TileRow field=field value=value tile=tile total=total first=values /> },
            )}
        </div>
        {live(move || rest.get().map(|rest| rest.view(app, field, total.get())))}
        <HiddenValues field=field unique=unique />
        {ip_groups::button(app, field)}
    }
}

fn value_key(value: &CellValue) -> String {
    match value {
        CellValue::Int(number) => format!("#{number}"),
        CellValue::Text(text) => text.clone(),
    }
}

/// What the rows of the tile leave out.
#[derive(Clone, Copy, PartialEq)]
struct Rest {
    values: u64,
    logs: u64,
    with_field: u64,
}

impl Rest {
    fn of(tile: &Tile, shown: usize) -> Rest {
        let top = &tile.top[..shown.min(tile.top.len())];
        let counted: u64 = top.iter().map(|top| top.count).sum();
        Rest {
            values: tile.unique.saturating_sub(top.len() as u64),
            logs: tile.logs.saturating_sub(counted),
            with_field: tile.logs,
        }
    }

    fn view(self, app: crate::ui::App, field: Field, total: u64) -> impl IntoView {
        // One log has several values of a list: what the others count to does not follow from the rows above.
        let known = field.kind() != Kind::List;
        let more = (self.values > 0).then(|| {
            let text = format!("{} more", show::integer(self.values));
            view! {
                <div class="tv other">
                    <button type="button" class="lnk" on:click=hear(move |_| app.opened.set(Some(Opened::Field(field))))>
                        {text}
                    </button>
                    <i></i>
                    <span class="num">{known.then(|| show::integer(self.logs))}</span>
                    <span class="num">{known.then(|| show::share(self.logs, total))}</span>
                </div>
            }
        });
        let without = total.saturating_sub(self.with_field);
        let without = (without > 0).then(|| {
            view! {
                <div class="tv other">
                    <span>"No value"</span>
                    <i></i>
                    <span class="num">{show::integer(without)}</span>
                    <span class="num">{show::share(without, total)}</span>
                </div>
            }
        });
        (more, without)
    }
}

#[component]
fn TileRow(
    field: Field,
    value: CellValue,
    tile: Memo<Option<Tile>>,
    total: Memo<u64>,
    first: Memo<Vec<CellValue>>,
) -> impl IntoView {
    let text = value_text(field, &value);
    // "Category: event": many have the category in common, and what was cut off would tell them apart.
    let long = field == Field::Significance && text.len() > 22;
    let lead = if long { text.find(": ").map_or(0, |colon| colon + 2) } else { 0 };
    let this = StoredValue::new(value.clone());
    let counts = memo(move || {
        tile.with(|tile| {
            let top = tile.as_ref().map_or(&[][..], |tile| &tile.top);
            let most = top.first().map_or(0, |top| top.count);
            let mine = this.with_value(|this| top.iter().find(|top| top.value == *this).map_or(0, |top| top.count));
            (mine, most)
        })
    });
    // A session that ended by its idle time-out (cD) is mostly fine: the mark is for what failed, not for the code.
    let of_value = value_mark(field, &value);
    let mark = memo(move || {
        tile.with(|tile| {
            let top = tile.as_ref().map_or(&[][..], |tile| &tile.top);
            let failed = this.with_value(|this| top.iter().any(|top| top.value == *this && top.significant > 0));
            if failed { of_value } else { RowMark::Fine }
        })
    });
    let tabindex = Signal::derive(move || {
        let is_first = first.with(|values| this.with_value(|this| values.first() == Some(this)));
        if is_first { 0 } else { -1 }
    });
    let (hovered, focused) = (RwSignal::new(false), RwSignal::new(false));
    let active = memo(move || hovered.get() || focused.get());
    let (button_value, button_text) = (value.clone(), text.clone());
    let middle = move || match active.get() {
        true => view! { <FilterButtons field=field value=button_value.clone() text=button_text.clone() /> }.into_any(),
        false => {
            let (count, most) = counts.get();
            view! { <ShareBar part=count whole=most /> }.into_any()
        }
    };
    view! {
        <div
            class="tv"
            on:mouseenter=hear(move |_| hovered.set(true))
            on:mouseleave=hear(move |_| hovered.set(false))
            on:focusin=hear(move |_| focused.set(true))
            on:focusout=hear(move |event| focused.set(stays_inside(&event)))
        >
            <span class="cut">
                {live(move || view! { <Mark mark=mark.get() /> })}
                <Value
                    field=field
                    value=value
                    text=text
                    lead=lead
                    class=if is_mono(field) { "mono cut" } else { "cut" }
                    tabindex=tabindex
                />
            </span>
            {live(middle)}
            <span class="num">{live(move || show::integer(counts.get().0))}</span>
            <span class="num pc">{live(move || show::share(counts.get().0, total.get()))}</span>
        </div>
    }
}
