//! One log in depth: what happened in plain words, where the time went, and everything the log says.

mod explain;
mod fields;
mod hops;
mod json;
mod raw;
mod related;
mod timing;
mod transaction;

use super::actions;
use super::grid::{Cursor, Grid};
use super::rows::Entry;
use crate::protocol::{CellValue, LogDetail, SourceId};
use crate::record::Field;
use crate::show;
use crate::ui::App;
use crate::ui::reactive::{effect, memo};
use crate::ui::views::lines_around::LinesAround;
use crate::ui::widgets::{Choice, Glyph, Icon, Tabs, follow, hear, live, stays_inside};
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{KeyboardEvent, ResizeObserver};

/// "Lines around": the last of the tabs that every log has at the same place.
const LAST_USUAL: usize = 2;

/// The value of a field of the opened log.
pub(super) fn field_of(detail: &LogDetail, field: Field) -> Option<&CellValue> {
    detail.fields.iter().find(|other| other.field == field as u16).map(|found| &found.value)
}

pub(super) fn text_of(detail: &LogDetail, field: Field) -> Option<&str> {
    match field_of(detail, field)? {
        CellValue::Text(text) => Some(text),
        CellValue::Int(_) => None,
    }
}

pub(super) fn int_of(detail: &LogDetail, field: Field) -> Option<i64> {
    match field_of(detail, field)? {
        CellValue::Int(value) => Some(*value),
        CellValue::Text(_) => None,
    }
}

#[component]
pub fn Detail(grid: Grid, entry: Entry) -> impl IntoView {
    let id = entry.row().id;
    let (newest, detail) = (RwSignal::new(None::<Arc<LogDetail>>), RwSignal::new(None));
    let kept = grid.keeps_tab.try_update_value(std::mem::take) == Some(true);
    let tab = RwSignal::new(Some(grid.tab.get_value()).filter(|tab| kept && *tab <= LAST_USUAL).unwrap_or_default());
    grid.tab.set_value(tab.get_untracked());
    let read = grid.app.what_is_read();
    effect(move || {
        // Other rules may give other reasons, and what is looked up comes later.
        grid.app.settings.rules.track();
        read.get();
        leptos::task::spawn_local(async move {
            if let Some(found) = grid.app.detail(id).await {
                newest.try_set(Some(Arc::new(found)));
            }
        });
    });
    // Where somebody writes a note, or stands on a value, nothing is drawn anew.
    let worked_in = RwSignal::new(false);
    effect(move || {
        if !worked_in.get() && newest.with(|newest| detail.with_untracked(|shown| shown != newest)) {
            detail.set(newest.get_untracked());
        }
    });
    let node = NodeRef::<Div>::new();
    let watching = StoredValue::new_local(None::<(ResizeObserver, Closure<dyn FnMut()>)>);
    // The panel is empty until the detail is there: only then its height is the one to make room for.
    let seen = StoredValue::new(false);
    node.on_load(move |panel| {
        let element = panel.clone();
        let resized = Closure::<dyn FnMut()>::new(move || {
            let height = element.get_bounding_client_rect().height();
            let there = detail.try_with_untracked(Option::is_some);
            if let (true, Some(there), Some(known)) = (height > 0.0, there, seen.try_get_value()) {
                let first = there && !known;
                seen.set_value(known || first);
                grid.measured(id, height, first);
            }
        });
        if let Ok(observer) = ResizeObserver::new(resized.as_ref().unchecked_ref()) {
            observer.observe(&panel);
            watching.set_value(Some((observer, resized)));
        }
    });
    on_cleanup(move || {
        watching.try_update_value(|it| it.take().map(|(observer, _)| observer.disconnect()));
    });
    // Esc goes one step back: from inside the detail to its row.
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            event.prevent_default();
            grid.focus();
        }
    };
    let body =
        move || detail.get().map(|detail| view! { <Body grid=grid entry=entry.clone() detail=detail tab=tab /> });
    view! {
        <div
            class="xp"
            role="row"
            node_ref=node
            on:keydown=hear(on_key)
            on:focusin=hear(move |_| worked_in.set(true))
            on:focusout=hear(move |event| worked_in.set(stays_inside(&event)))
        >
            <div role="gridcell" aria-label="Log detail">{live(body)}</div>
        </div>
    }
}

/// What the user wants to remember of the log, or tell who reads the summary.
fn note_field(app: App, (source, offset): (SourceId, u64)) -> AnyView {
    let note = untrack(|| app.bookmarks.note(source, offset)).unwrap_or_default();
    view! {
        <div class="log-note">
            <Icon glyph=Glyph::Star />
            <input
                type="text"
                aria-label="Note"
                placeholder="Note: what this log shows"
                autocomplete="off"
                maxlength="500"
                prop:value=note
                on:input=hear(move |event| app.bookmarks.write(source, offset, &event_target_value(&event)))
            />
        </div>
    }
    .into_any()
}

#[component]
fn Body(grid: Grid, entry: Entry, detail: Arc<LogDetail>, tab: RwSignal<usize>) -> impl IntoView {
    let marked = RwSignal::new(None::<u16>);
    let headers: usize = detail.headers.iter().map(|block| block.text.lines().count()).sum();
    let mut tabs = vec![Choice::text("Details"), Choice::text("Raw"), Choice::text("Lines around")];
    if headers > 0 {
        let count = headers.to_string();
        let body = move || view! { "Headers" <span class="c">{count.clone()}</span> };
        tabs.push(Choice::new("Headers".to_owned(), body));
    }
    let (app, id, time) = (grid.app, entry.row().id, entry.row().time);
    let found = related::relations(grid, &detail, time);
    let at_related = tabs.len();
    let count = move || found.with(|found| found.first().map(|relation| show::integer(relation.others)));
    tabs.push(Choice::new("Related".to_owned(), move || view! { "Related" <span class="c">{live(count)}</span> }));
    let at_messages = tabs.len();
    for message in &detail.messages {
        let (title, count) = (show::plain(&message.title), message.parts.len().to_string());
        let label = title.clone();
        tabs.push(Choice::new(title, move || view! { {label.clone()} <span class="c">{count.clone()}</span> }));
    }
    let shown = detail.clone();
    let panel = move || match tab.get() {
        at if at >= at_messages => {
            let message = shown.messages.get(at - at_messages).cloned().unwrap_or_default();
            view! { <json::Parts app=app message=message /> }.into_any()
        }
        at if at == at_related => view! { <related::Related grid=grid id=id time=time found=found /> }.into_any(),
        1 => view! { <raw::Raw grid=grid detail=shown.clone() marked=marked /> }.into_any(),
        2 => view! { <LinesAround id=id /> }.into_any(),
        3 => view! { <raw::Headers detail=shown.clone() /> }.into_any(),
        _ => view! { <fields::Fields grid=grid detail=shown.clone() marked=marked /> }.into_any(),
    };
    let client = field_of(&detail, Field::ClientIp).cloned();
    let of_client = client.map(|client| {
        view! {
            <button type="button" class="btn q sm" on:click=hear(move |_| actions::follow_client(app, &client))>
                <Icon glyph=Glyph::Filter />
                "Follow client"
            </button>
        }
    });
    let around = time.map(|time| {
        view! {
            <button type="button" class="btn q sm" on:click=hear(move |_| actions::around(app, time))>
                <Icon glyph=Glyph::Clock />
                "±10 s around"
            </button>
        }
    });
    let step = move |name: &'static str, sign: &'static str, key: &'static str, by: i64| {
        let go = move |_| {
            if let Some(row) = grid.place_of(id) {
                grid.cursor.set(Cursor { row: Some(row), column: 0 });
                grid.step_opened(by);
            }
        };
        view! {
            <button type="button" class="btn q sm" aria-label=name title=format!("{name} ({key})") on:click=hear(go)>
                {sign}
            </button>
        }
    };
    let place = (detail.source, detail.offset);
    let marked_row = entry.row().clone();
    // Whether there is one, not what it says: the field stays while it is written.
    let note = memo(move || app.bookmarks.has(place.0, place.1).then_some(()));
    let bookmark = view! {
        <button
            type="button"
            class="btn q sm"
            aria-pressed=follow(move || note.get().is_some().to_string())
            title="Mark this log, to find it again and for the summary (B)"
            on:click=hear(move |_| actions::bookmark(app, &marked_row))
        >
            <Icon glyph=Glyph::Star />
            "Bookmark"
        </button>
    };
    view! {
        <explain::Explain grid=grid detail=detail.clone() mark=entry.row().mark />
        <timing::Timing detail=detail.clone() mark=entry.row().mark />
        {transaction::transaction(grid, &detail, id)}
        <div class="xp-tabs">
            <Tabs
                label="Log detail views"
                choices=tabs
                selected=Signal::derive(move || tab.get())
                on_select=Callback::new(move |index| {
                    tab.set(index);
                    grid.tab.set_value(index);
                })
            />
            <span class="grow"></span>
            {step("Previous log", "↑", "Shift K", -1)}
            {step("Next log", "↓", "Shift J", 1)}
            <button type="button" class="btn q sm" on:click=hear(move |_| actions::copy_line(app, id))>
                <Icon glyph=Glyph::Copy />
                "Copy line"
            </button>
            <button type="button" class="btn q sm" on:click=hear(move |_| actions::copy_fields(app, &detail))>
                <Icon glyph=Glyph::Copy />
                "Copy fields"
            </button>
            {bookmark}
            {around}
            {of_client}
        </div>
        {live(move || note.get().map(|_| note_field(app, place)))}
        <div role="tabpanel">{live(panel)}</div>
    }
}
