//! Chips: one for each term. Click edits, Space switches off, `!` inverts, `|` joins with the one before by OR, Alt and an arrow moves, Delete
//! removes.

use super::state::{Search, Term};
use crate::show;
use crate::ui::filter;
use crate::ui::reactive::memo;
use crate::ui::widgets::{Glyph, Icon, Show, each, follow, hear, live};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

#[component]
pub fn Chips(search: Search) -> impl IntoView {
    let ids = memo(move || search.terms.with(|terms| terms.iter().map(|term| term.id).collect::<Vec<_>>()));
    view! {
        <div class="chips" role="list" aria-label="Filters">
            {each(move || ids.get(), |id| *id, move |id| view! { <Chip search=search id=id /> })}
        </div>
    }
}

#[component]
fn Chip(search: Search, id: u32) -> impl IntoView {
    let term = memo(move || {
        let found = search.terms.with(|terms| terms.iter().find(|term| term.id == id).cloned());
        found.unwrap_or(Term { id, text: String::new(), off: false })
    });
    let text = memo(move || term.with(|term| show::visible(&term.text).into_owned()));
    let shape = memo(move || filter::shape(&term.get().text));
    let excludes = move || shape.with(|shape| shape.excludes);
    let is_text = move || shape.with(|shape| shape.name.is_empty());
    let remove = move || format!("Remove filter {}", show::visible(&filter::title(&term.get().text)));
    let part = |text: &str| show::visible(text).into_owned();
    let body = move || {
        shape.with(|shape| {
            view! {
                {part(&shape.name)}
                {(!shape.operator.is_empty()).then(|| view! { <span class="op">{shape.operator}</span> })}
                <span class="fv">{part(&shape.value)}</span>
            }
        })
    };
    view! {
        <Show
            when=move || search.editing.get() == Some(id)
            fallback=move || {
                view! {
                    <span
                        class="chip"
                        class:not=follow(excludes)
                        class:txt=follow(is_text)
                        class:off=follow(move || term.with(|term| term.off))
                        role="listitem"
                        aria-label=text
                    >
                        <button
                            type="button"
                            class="chip-body"
                            title="Click to edit, Space to switch off, ! to invert, | to join with the filter before by OR, Alt ← → to move"
                            aria-pressed=follow(move || term.with(|term| (!term.off).to_string()))
                            on:click=hear(move |_| search.editing.set(Some(id)))
                            on:keydown=hear(move |event| key(search, id, &event))
                        >
                            {live(body)}
                        </button>
                        <button
                            type="button"
                            class="x"
                            aria-label=follow(remove)
                            title=follow(remove)
                            on:click=hear(move |_| {
                                search.remove(id);
                                search.focus();
                            })
                        >
                            <Icon glyph=Glyph::Close small=true />
                        </button>
                    </span>
                }
            }
        >
            <Editor search=search id=id text=term.get_untracked().text />
        </Show>
    }
}

fn key(search: Search, id: u32, event: &KeyboardEvent) {
    let arrow = matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight");
    if event.ctrl_key() || event.meta_key() || (event.alt_key() && !arrow) {
        return;
    }
    match event.key().as_str() {
        "ArrowLeft" if event.alt_key() => search.shift(id, -1),
        "ArrowRight" if event.alt_key() => search.shift(id, 1),
        "|" => {
            if search.join(id) {
                move_focus(event, -1);
            }
        }
        " " => search.toggle(id),
        "!" => search.invert(id),
        "Delete" | "Backspace" => {
            if !move_focus(event, -1) {
                search.focus();
            }
            search.remove(id);
        }
        "ArrowLeft" => drop(move_focus(event, -1)),
        "ArrowRight" => {
            if !move_focus(event, 1) {
                search.focus();
            }
        }
        "Escape" => search.focus(),
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
}

/// Focus to the chip before or after; false where there is none.
fn move_focus(event: &KeyboardEvent, step: i32) -> bool {
    let chip = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(chip) = chip.and_then(|element| element.closest(".chip").ok().flatten()) else { return false };
    let next = if step < 0 { chip.previous_element_sibling() } else { chip.next_element_sibling() };
    let body = next.and_then(|chip| chip.query_selector(".chip-body").ok().flatten());
    match body.and_then(|body| body.dyn_into::<HtmlElement>().ok()) {
        Some(body) => body.focus().is_ok(),
        None => false,
    }
}

/// The chip's text in an input. Enter and leaving it take the change, Esc drops it.
#[component]
fn Editor(search: Search, id: u32, text: String) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    node.on_load(|input| {
        let _ = input.focus();
        input.select();
    });
    let value = move || node.get_untracked().map(|input| input.value()).unwrap_or_default();
    let on_key = move |event: KeyboardEvent| {
        event.stop_propagation();
        match event.key().as_str() {
            "Enter" => search.commit(id, &value()),
            "Escape" => search.leave_chip(),
            _ => return,
        }
        event.prevent_default();
        if search.editing.get_untracked().is_none() {
            search.focus();
        }
    };
    let width = format!("{}ch", text.chars().count().clamp(8, 60) + 2);
    view! {
        <span class="chip editing" role="listitem">
            <input
                type="text"
                node_ref=node
                aria-label="Edit filter"
                spellcheck="false"
                autocomplete="off"
                style:width=width
                prop:value=text
                on:keydown=hear(on_key)
                on:blur=hear(move |_| {
                    if search.editing.get_untracked() == Some(id) {
                        search.commit(id, &value());
                    }
                })
            />
        </span>
    }
}
