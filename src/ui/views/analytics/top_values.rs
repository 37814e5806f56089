//! Top values: all values of one field, most frequent first, in place of the rail.

use super::distribution::DistributionView;
use super::drawer::Drawer;
use super::tile::figures;
use crate::protocol::{RowMark, TopValue, Values};
use crate::record::Field;
use crate::show;
use crate::ui::names::{is_mono, title, value_mark, value_text};
use crate::ui::reactive::{effect, memo};
use crate::ui::state::use_app;
use crate::ui::widgets::{
    FilterButtons, Glyph, Icon, Mark, ShareBar, Show, Value, VirtualList, copy, each, hear, live, stays_inside,
};
use leptos::prelude::*;
use std::sync::Arc;

/// Values asked for at first; each time the list is scrolled past what is there, more are asked for.
const PAGE: u64 = 400;
/// Values that Copy list puts on the clipboard at most.
const COPIED: u32 = 100_000;

#[component]
pub fn TopValues(field: Field) -> impl IntoView {
    let app = use_app();
    let find = RwSignal::new(String::new());
    let limit = RwSignal::new(PAGE);
    let values = RwSignal::new(Arc::new(Values::default()));
    let window = RwSignal::new(0..0u64);
    let newest = StoredValue::new(0u32);
    let ask = move || {
        // A new summary means that the view or the logs changed.
        app.rail.track();
        let (contains, limit) = (find.get(), limit.get());
        let ticket = newest.get_value() + 1;
        newest.set_value(ticket);
        leptos::task::spawn_local(async move {
            if let Some(answer) = app.values(field, &contains, limit.min(u64::from(u32::MAX)) as u32).await
                && newest.try_get_value() == Some(ticket)
            {
                values.set(Arc::new(answer));
            }
        });
    };
    effect(ask);
    effect(move || {
        let (last, unique) = (window.get().end, values.with(|values| values.unique));
        let have = limit.get_untracked();
        if last > have && have < unique {
            limit.set((last + PAGE).next_multiple_of(PAGE).max(have * 2).min(unique));
        }
    });
    let note = Signal::derive(move || {
        values.with(|values| format!("{} unique in {}", show::integer(values.unique), app.counted(values.total)))
    });
    let tile = figures(field);
    let distribution =
        Signal::derive(move || tile.with(|tile| tile.as_ref().and_then(|tile| tile.distribution.clone())));
    let row = move |index: u64| {
        let entry = memo(move || {
            values.with(|values| {
                let most = values.values.first()?.count;
                Some((values.values.get(index as usize)?.clone(), values.total, most))
            })
        });
        live(move || match entry.get() {
            Some((top, total, most)) => {
                view! { <TopRow field=field index=index top=top total=total most=most /> }.into_any()
            }
            // Keeps the place of a value that is on its way.
            None => view! { <div class="dr"></div> }.into_any(),
        })
    };
    let rows = move || each(move || window.get().collect(), |index| *index, row);
    let on_copy = move |_| {
        let contains = find.get_untracked();
        leptos::task::spawn_local(async move {
            if let Some(all) = app.values(field, &contains, COPIED).await {
                copy(
                    app.announce,
                    list_text(field, &all.values),
                    &show::count(all.values.len() as u64, "value", "values"),
                );
            }
        });
    };
    view! {
        <Drawer title=title(field) note=note>
            <Show when=move || distribution.with(Option::is_some)>
                <div class="drawer-chart">
                    <DistributionView field=field distribution=distribution wide=true />
                </div>
            </Show>
            <div class="tools">
                <label class="mini">
                    <Icon glyph=Glyph::Search />
                    <input
                        type="text"
                        aria-label="Find a value"
                        placeholder="Find a value"
                        spellcheck="false"
                        autocomplete="off"
                        prop:value=find
                        on:input=hear(move |event| {
                            limit.set(PAGE);
                            find.set(event_target_value(&event));
                        })
                    />
                </label>
            </div>
            <div class="dr h">
                <span class="num">"#"</span>
                <span>"Value"</span>
                <span class="num">"Logs"</span>
                <span class="num">"% of logs"</span>
                <span class="share">"Share"</span>
                <span class="num">"Significant"</span>
                <span></span>
            </div>
            <VirtualList
                total=Signal::derive(move || values.with(|values| values.unique))
                height=24.0
                window=window
                class="top-list"
                rows=ViewFn::from(rows)
            />
            <footer>
                <span>{live(move || values.with(|values| format!("{}, most frequent first", show::count(values.unique, "value", "values"))))}</span>
                <i class="grow"></i>
                <button type="button" class="btn sm" on:click=hear(on_copy)>
                    <Icon glyph=Glyph::Copy />
                    "Copy list"
                </button>
            </footer>
        </Drawer>
    }
}

/// Values and counts with a tab between them, as spreadsheets take them.
fn list_text(field: Field, values: &[TopValue]) -> String {
    values.iter().map(|top| format!("{}\t{}\n", value_text(field, &top.value), top.count)).collect()
}

#[component]
fn TopRow(field: Field, index: u64, top: TopValue, total: u64, most: u64) -> impl IntoView {
    let text = value_text(field, &top.value);
    let (hovered, focused) = (RwSignal::new(false), RwSignal::new(false));
    let active = memo(move || hovered.get() || focused.get());
    let hot = top.significant * 4 > top.count;
    let (button_value, button_text) = (top.value.clone(), text.clone());
    let buttons = move || {
        active
            .get()
            .then(|| view! { <FilterButtons field=field value=button_value.clone() text=button_text.clone() /> })
    };
    view! {
        <div
            class="dr"
            on:mouseenter=hear(move |_| hovered.set(true))
            on:mouseleave=hear(move |_| hovered.set(false))
            on:focusin=hear(move |_| focused.set(true))
            on:focusout=hear(move |event| focused.set(stays_inside(&event)))
        >
            <span class="num mut">{show::integer(index + 1)}</span>
            <span class="cut">
                <Mark mark=value_mark(field, &top.value) />
                <Value field=field value=top.value text=text class=if is_mono(field) { "mono cut" } else { "cut" } />
            </span>
            <span class="num">{show::integer(top.count)}</span>
            <span class="num sub">{show::share(top.count, total)}</span>
            <ShareBar part=top.count whole=most />
            <span class=if hot { "num err" } else { "num sub" }>
                <Mark mark=if hot { RowMark::Error } else { RowMark::Fine } />
                {show::integer(top.significant)}
            </span>
            {live(buttons)}
        </div>
    }
}
