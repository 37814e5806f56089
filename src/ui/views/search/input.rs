//! The input: typing, suggestions under ↑ ↓ Enter Tab, and the way back with Esc.

use super::state::Search;
use super::suggest::Suggest;
use crate::ui::widgets::{follow, hear};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

#[component]
pub fn Input(search: Search, suggest: Suggest) -> impl IntoView {
    let invalid = move || search.fault.with(Option::is_some);
    let placeholder = move || {
        if search.terms.with(Vec::is_empty) { "Search logs, or type a field name" } else { "" }
    };
    view! {
        <input
            type="text"
            role="searchbox"
            aria-label="Search logs"
            aria-autocomplete="list"
            aria-controls="suggestions"
            aria-expanded=follow(move || suggest.is_open().to_string())
            aria-activedescendant=follow(move || suggest.active.get().map(|at| format!("suggestion-{at}")))
            aria-invalid=follow(move || invalid().then_some("true"))
            aria-errormessage=follow(move || invalid().then_some("query-error"))
            spellcheck="false"
            autocomplete="off"
            node_ref=search.input
            placeholder=follow(placeholder)
            prop:value=search.draft
            on:input=hear(move |event| {
                search.history.update_value(|history| history.close());
                search.type_in(&event_target_value(&event));
                suggest.open();
            })
            on:focus=hear(move |_| search.focused.set(true))
            on:blur=hear(move |_| {
                search.focused.set(false);
                suggest.close();
            })
            on:keydown=hear(move |event| key(search, suggest, &event))
        />
    }
}

fn key(search: Search, suggest: Suggest, event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing() {
        return;
    }
    let fixes = search
        .fault
        .with_untracked(|fault| fault.as_ref().and_then(|fault| fault.errors.first()?.fixes.first().cloned()));
    let in_history = search.history.with_value(|history| history.is_open());
    match event.key().as_str() {
        "Enter" => {
            if !suggest.take_active() {
                search.submit();
                suggest.close();
            }
        }
        "Tab" if !event.shift_key() && fixes.is_some() => {
            if let Some(fix) = fixes {
                search.fix(&fix);
            }
        }
        "Tab" if !event.shift_key() && suggest.is_open() => {
            if !suggest.complete() {
                return;
            }
        }
        "ArrowDown" if in_history => step(search, false),
        "ArrowDown" if suggest.is_open() => suggest.step(1),
        "ArrowDown" => suggest.open(),
        "ArrowUp" if suggest.is_open() && suggest.active.get_untracked().is_some() => suggest.step(-1),
        "ArrowUp" if in_history || search.draft.with_untracked(String::is_empty) => {
            suggest.close();
            step(search, true);
        }
        "Escape" => escape(search, suggest),
        "Backspace" if at_start(search) => focus_last_chip(),
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
}

/// One step back: the list, then what is typed, then the field.
fn escape(search: Search, suggest: Suggest) {
    if suggest.is_open() {
        suggest.close();
    } else if !search.draft.with_untracked(String::is_empty) {
        search.type_in("");
    } else if let Some(input) = search.input.get_untracked() {
        let _ = input.blur();
    }
}

fn step(search: Search, older: bool) {
    let mut text = None;
    search.history.update_value(|history| text = if older { history.older() } else { history.newer() });
    if let Some(text) = text {
        search.type_in(&text);
    }
}

fn at_start(search: Search) -> bool {
    let has_chips = !search.terms.with_untracked(Vec::is_empty);
    has_chips
        && search.input.get_untracked().is_some_and(|input| {
            input.selection_start().ok().flatten() == Some(0) && input.selection_end().ok().flatten() == Some(0)
        })
}

fn focus_last_chip() {
    let chip = document().query_selector(".chips > .chip:last-of-type .chip-body").ok().flatten();
    if let Some(chip) = chip.and_then(|chip| chip.dyn_into::<HtmlElement>().ok()) {
        let _ = chip.focus();
    }
}
