//! A value that filters: click includes it, Alt+click excludes it, + and − do the same from the keyboard.

use super::focus::text_is_selected;
use super::icon::{Glyph, Icon};
use super::show::hear;
use crate::protocol::CellValue;
use crate::record::Field;
use crate::ui::state::{App, use_app};
use leptos::prelude::*;
use web_sys::{KeyboardEvent, MouseEvent};

/// What follows a filter that was set from a value here. Provide it as context around the values.
#[derive(Clone, Copy)]
pub struct AfterFilter(pub Callback<()>);

/// Adds or excludes a value, and does what follows in this part of the page.
#[derive(Clone, Copy)]
struct Act(App, Option<AfterFilter>);

impl Act {
    fn here() -> Self {
        Self(use_app(), use_context())
    }

    fn run(self, exclude: bool, field: Field, value: &CellValue) {
        if exclude {
            self.0.exclude(field, value)
        } else {
            self.0.include(field, value)
        }
        if let Some(AfterFilter(after)) = self.1 {
            after.run(());
        }
    }
}

/// The value as a button that looks like text. `text` is what is read out, and shown but for `lead`, with which it begins.
///
/// The ± buttons are the caller's ([`FilterButtons`]): where they stand differs between table, tiles and details.
#[component]
pub fn Value(
    field: Field,
    value: CellValue,
    #[prop(into)] text: String,
    /// Bytes of the text that are left out where there is little room.
    #[prop(optional)]
    lead: usize,
    #[prop(optional, into)] class: &'static str,
    /// -1 in groups where arrows move.
    #[prop(into, default = Signal::stored(0))]
    tabindex: Signal<i32>,
) -> impl IntoView {
    let here = Act::here();
    let value = StoredValue::new(value);
    let act = move |exclude: bool| value.with_value(|value| here.run(exclude, field, value));
    let on_click = move |event: MouseEvent| {
        event.stop_propagation();
        if !text_is_selected() {
            act(event.alt_key());
        }
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" | " " => {
            event.prevent_default();
            event.stop_propagation();
            act(event.alt_key());
        }
        _ => value.with_value(|value| key(here, &event, field, value)),
    };
    let shown = text.get(lead..).unwrap_or(&text).to_owned();
    // No <button>: its text could neither be selected nor run on in a sentence.
    view! {
        <span
            role="button"
            class=format!("v {class}")
            title=text.clone()
            aria-label=(lead > 0).then(|| text.clone())
            tabindex=tabindex
            on:click=hear(on_click)
            on:keydown=hear(on_key)
        >
            {shown}
        </span>
    }
}

/// + includes and − excludes; anything else is left alone.
pub fn filter_key(app: App, event: &KeyboardEvent, field: Field, value: &CellValue) {
    key(Act(app, None), event, field, value);
}

fn key(here: Act, event: &KeyboardEvent, field: Field, value: &CellValue) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    match event.key().as_str() {
        "+" => here.run(false, field, value),
        "-" | "\u{2212}" => here.run(true, field, value),
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
}

/// Include and exclude, named after field and value. Render them only for the hovered or focused item.
#[component]
pub fn FilterButtons(field: Field, value: CellValue, #[prop(into)] text: String) -> impl IntoView {
    let here = Act::here();
    let value = StoredValue::new(value);
    let name = field.name();
    view! {
        <span class="pm">
            <button
                type="button"
                tabindex="-1"
                aria-label=format!("Include {name} {text}")
                on:click=hear(move |event: MouseEvent| {
                    event.stop_propagation();
                    value.with_value(|value| here.run(false, field, value))
                })
            >
                <Icon glyph=Glyph::Plus small=true />
            </button>
            <button
                type="button"
                tabindex="-1"
                aria-label=format!("Exclude {name} {text}")
                on:click=hear(move |event: MouseEvent| {
                    event.stop_propagation();
                    value.with_value(|value| here.run(true, field, value))
                })
            >
                <Icon glyph=Glyph::Minus small=true />
            </button>
        </span>
    }
}
