//! The columns of the file: those of the table, or any field that the logs have.

use super::Wanted;
use crate::record::{Field, Kind};
use crate::text::sort;
use crate::ui::reactive::memo;
use crate::ui::views::table::{Column, use_link};
use crate::ui::widgets::{Glyph, Icon, follow, hear, live};
use leptos::prelude::*;

/// Fields of the columns that the table shows, as far as the logs have them.
pub(super) fn as_in_table(wanted: Wanted) -> Memo<Vec<u16>> {
    let link = use_link();
    memo(move || {
        let has = wanted.fields.get();
        let mut fields = Vec::new();
        for column in link.columns.get() {
            let of_column = match column {
                Column::Duration | Column::Timeline => &[Field::TotalTime],
                // What stands there instead is for logs without.
                Column::Uri if has.contains(&(Field::Uri as u16)) => &[Field::Uri],
                column => column.fields(),
            };
            let whole = of_column.contains(&Field::Uri) && has.contains(&(Field::Uri as u16));
            for field in of_column {
                let part = whole && matches!(field, Field::UriPath | Field::UriQuery);
                let index = *field as u16;
                if !part && has.contains(&index) && !fields.contains(&index) {
                    fields.push(index);
                }
            }
        }
        fields
    })
}

/// Everything that can be written: what the table shows first.
fn choices(wanted: Wanted, table: &[u16]) -> Vec<u16> {
    let known = |index: &u16| Field::from_index(usize::from(*index)).is_some_and(|field| field.kind() != Kind::Body);
    let mut rest = wanted.fields.get();
    rest.push(Field::Line as u16);
    rest.retain(|index| known(index) && !table.contains(index));
    sort::by(&mut rest, Ord::cmp);
    rest.dedup();
    [table, &rest].concat()
}

#[component]
pub(super) fn Columns(wanted: Wanted, as_in_table: Memo<Vec<u16>>) -> impl IntoView {
    let all = memo(move || choices(wanted, &as_in_table.get()));
    let count = move || {
        let chosen = wanted.columns.with(Vec::len) + usize::from(wanted.raw.get());
        format!("{chosen} of {}", all.with(Vec::len) + 1)
    };
    let table = move |_| {
        wanted.columns.set(as_in_table.get_untracked());
        wanted.raw.set(false);
    };
    let every = move |_| {
        wanted.columns.set(all.get_untracked());
        wanted.raw.set(true);
    };
    // In the order of the list, whatever was clicked first.
    let toggle = move |index: u16| {
        wanted.columns.update(|chosen| {
            let on = chosen.contains(&index);
            let all = all.get_untracked();
            *chosen = all.into_iter().filter(|one| if *one == index { !on } else { chosen.contains(one) }).collect();
        });
    };
    let list = move || {
        let boxes = all.get().into_iter().filter_map(move |index| {
            let field = Field::from_index(usize::from(index))?;
            let on = move || wanted.columns.with(|chosen| chosen.contains(&index));
            Some(checkbox(field.label(), field.name(), on, move || toggle(index)))
        });
        let raw = checkbox("Raw line", "raw", move || wanted.raw.get(), move || wanted.raw.update(|raw| *raw = !*raw));
        boxes.chain([raw]).collect_view()
    };
    view! {
        <div class="export-row">
            <span class="export-name">"Columns"</span>
            <div class="export-columns">
                <p class="export-sets">
                    <span>{live(count)}</span>
                    <button type="button" class="lnk" on:click=hear(table)>"As in table"</button>
                    <button type="button" class="lnk" on:click=hear(every)>"All"</button>
                </p>
                <div class="export-list" role="group" aria-label="Columns">{live(list)}</div>
            </div>
        </div>
    }
}

fn checkbox(
    label: &'static str,
    name: &'static str,
    on: impl Fn() -> bool + Send + 'static,
    toggle: impl Fn() + 'static,
) -> AnyView {
    view! {
        <button
            type="button"
            class="ck"
            role="checkbox"
            title=name
            aria-checked=follow(move || on().to_string())
            aria-label=label
            on:click=hear(move |_| toggle())
        >
            <i>
                <Icon glyph=Glyph::Check small=true />
            </i>
            <span class="cut">{label}</span>
        </button>
    }
    .into_any()
}
