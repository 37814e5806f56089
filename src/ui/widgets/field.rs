//! A setting: a control under its label, and what is known of it below.

use super::show::{follow, hear, live};
use leptos::ev::Event;
use leptos::prelude::*;

pub type Hint = Box<dyn Fn() -> String + Send>;

/// A control with its label above and what is known of it below.
fn field(label: &'static str, id: String, control: AnyView, hint: Hint) -> AnyView {
    view! {
        <div class="file-field">
            <span aria-hidden="true">{label}</span>
            {control}
            <span class="sub" id=id>{live(hint)}</span>
        </div>
    }
    .into_any()
}

fn hint_id(name: &str) -> String {
    format!("hint-{}", name.replace(' ', "-"))
}

/// `name` is the accessible one.
pub fn select(
    label: &'static str,
    name: String,
    choices: Vec<String>,
    now: usize,
    chosen: Box<dyn Fn(usize)>,
    hint: Hint,
) -> AnyView {
    let hint_id = hint_id(&name);
    let control = list(name, hint_id.clone(), choices, now, chosen);
    field(label, hint_id, control, hint)
}

/// A list alone.
pub fn list(name: String, hint_id: String, choices: Vec<String>, now: usize, chosen: Box<dyn Fn(usize)>) -> AnyView {
    let options = choices.into_iter().enumerate();
    let options = options.map(|(at, text)| view! { <option value=at.to_string() selected=at == now>{text}</option> });
    let options = options.collect_view();
    let changed = move |event: Event| chosen(event_target_value(&event).parse().unwrap_or(0));
    view! {
        <select aria-label=name aria-describedby=hint_id on:change=hear(changed)>
            {options}
        </select>
    }
    .into_any()
}

/// `entered` says whether the text means something. What stands there comes with what an empty field means, and with what
/// is said of a text that means nothing.
pub fn input(
    label: &'static str,
    name: String,
    (now, empty, expects): (String, &'static str, &'static str),
    entered: Box<dyn Fn(&str) -> bool>,
    hint: Hint,
) -> AnyView {
    let hint_id = hint_id(&name);
    let wrong = RwSignal::new(false);
    let changed = move |event: Event| wrong.set(!entered(event_target_value(&event).trim()));
    let control = view! {
        <input
            type="text"
            inputmode="decimal"
            autocomplete="off"
            spellcheck="false"
            placeholder=empty
            value=now
            aria-label=name
            aria-describedby=hint_id.clone()
            aria-invalid=follow(move || wrong.get().then_some("true"))
            on:change=hear(changed)
        />
    };
    let hint = move || if wrong.get() { expects.to_owned() } else { hint() };
    field(label, hint_id, control.into_any(), Box::new(hint))
}
