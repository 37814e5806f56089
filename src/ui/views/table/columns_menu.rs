//! What the table looks like: the button that wraps long values, and the panel that chooses the columns (presets, a search
//! over all fields, the chosen ones first) and the height of rows.

use super::columns::{Column, Family, all};
use super::link::{Link, use_link};
use crate::scroll::RowHeight;
use crate::ui::use_app;
use crate::ui::widgets::{Choice, Glyph, Icon, Popover, Segmented, follow, hear, live, opener};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

#[component]
pub fn ColumnsButton() -> impl IntoView {
    let open = RwSignal::new(false);
    let rows = use_link().rows;
    let wrapped = move || rows.get() == RowHeight::Wrapped;
    let wrap = move |_| {
        rows.update(|rows| *rows = if *rows == RowHeight::Wrapped { RowHeight::Normal } else { RowHeight::Wrapped })
    };
    view! {
        <span class="columns-menu">
            <button
                type="button"
                class="btn q sm"
                aria-label="Wrap long values"
                aria-pressed=follow(move || wrapped().to_string())
                title="Wrap long values: up to three lines in a row"
                on:click=hear(wrap)
            >
                <Icon glyph=Glyph::Wrap />
                <span class="hide-n">"Wrap"</span>
            </button>
            {opener(
                open,
                "Columns",
                None,
                "btn q sm",
                view! {
                    <Icon glyph=Glyph::Columns />
                    <span class="hide-n">"Columns"</span>
                },
            )}
            <Popover open=open label="Columns" class="columns-panel">
                <Panel />
            </Popover>
        </span>
    }
}

/// The list is in another order then: the focus stays with the column.
fn pin(link: Link, column: Column) {
    link.pin(column);
    request_animation_frame(move || {
        let button = document().query_selector(&format!("[aria-label='Pin {}']", column.label())).ok().flatten();
        let _ = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()).map(|button| button.focus());
    });
}

#[component]
fn Panel() -> impl IntoView {
    let (app, link) = (use_app(), use_link());
    let find = RwSignal::new(String::new());
    let family = move || link.family.get().name();
    let set = move |columns: Vec<Column>| link.chosen.update(|chosen| chosen.insert(family(), columns));
    let toggle = move |column: Column| {
        let mut columns = link.columns.get_untracked();
        match columns.iter().position(|other| *other == column) {
            Some(at) if columns.len() > 1 => drop(columns.remove(at)),
            Some(_) => return,
            // New ones go before the bars, which stay at the right.
            None => {
                let bars = |column: &Column| matches!(column, Column::Duration | Column::Timeline);
                let at = columns.iter().position(bars).unwrap_or(columns.len());
                columns.insert(at, column);
            }
        }
        set(columns);
    };
    let preset = move |preset: Family| set(preset.columns(app.width.get_untracked(), true));
    let reset = move |_| {
        link.chosen.update(|chosen| drop(chosen.remove(&family())));
        link.widths.set(Default::default());
        link.pinned.set(Vec::new());
    };
    let listed = move || {
        let wanted = find.get().to_lowercase();
        let shown = link.columns.get();
        let data = app.summary.with(|summary| {
            let tiles = summary.as_ref().map(|summary| summary.tiles.iter().map(|tile| tile.field).collect::<Vec<_>>());
            tiles.unwrap_or_default()
        });
        let rest = all().filter(|column| !shown.contains(column)).filter(|column| match column {
            // Without a search, only what has values; every field can be found.
            Column::Value(field) if wanted.is_empty() => data.contains(&(*field as u16)),
            _ => true,
        });
        let fits =
            |column: &Column| column.label().to_lowercase().contains(&wanted) || column.key().contains(wanted.as_str());
        let list: Vec<_> = shown.iter().copied().chain(rest).filter(fits).collect();
        list.into_iter()
            .map(|column| {
                let on = shown.contains(&column);
                let name = if matches!(column, Column::Value(_)) { column.key() } else { "" };
                let pin = on.then(|| {
                    let pinned = link.is_pinned(column);
                    view! {
                        <button
                            type="button"
                            class="btn q icon sm pin-column"
                            aria-label=format!("Pin {}", column.label())
                            aria-pressed=pinned.to_string()
                            title="Stays in place when the table is scrolled sideways"
                            on:click=hear(move |_| pin(link, column))
                        >
                            <Icon glyph=Glyph::Pin small=true />
                        </button>
                    }
                });
                view! {
                    <div class="column-row">
                        <button
                            type="button"
                            class="ck"
                            role="checkbox"
                            aria-checked=on.to_string()
                            aria-label=column.label()
                            on:click=hear(move |_| toggle(column))
                        >
                            <i>
                                <Icon glyph=Glyph::Check small=true />
                            </i>
                            <span class="cut grow">{column.label()}</span>
                            <span class="mono mut">{name}</span>
                        </button>
                        {pin}
                    </div>
                }
            })
            .collect_view()
    };
    view! {
        <input
            type="text"
            class="columns-find"
            aria-label="Find a column"
            placeholder="Find a column"
            spellcheck="false"
            prop:value=find
            on:input=hear(move |event| find.set(event_target_value(&event)))
        />
        <div class="columns-presets">
            {Family::ALL
                .into_iter()
                .filter(|family| *family != Family::Text)
                .map(|family| {
                    view! {
                        <button type="button" class="btn sm" on:click=hear(move |_| preset(family))>
                            {family.name()}
                        </button>
                    }
                })
                .collect_view()}
            <button type="button" class="btn q sm" on:click=hear(reset)>"Reset"</button>
        </div>
        <div class="rows-height">
            <span class="sub">"Row height"</span>
            <Segmented
                label="Row height"
                choices=RowHeight::ALL.map(|rows| Choice::text(rows.name())).to_vec()
                selected=Signal::derive(move || RowHeight::ALL.iter().position(|rows| *rows == link.rows.get()).unwrap_or(0))
                on_select=Callback::new(move |at: usize| link.rows.set(RowHeight::ALL[at]))
                small=true
            />
        </div>
        <div class="columns-list" role="group" aria-label="Columns">{live(listed)}</div>
    }
}
