//! A setting of a file: a control under its label, and what is known of it below.

use crate::protocol::SourceId;
use crate::ui::widgets::{follow, hear, live};
use leptos::ev::Event;
use leptos::prelude::*;

pub(super) type Hint = Box<dyn Fn() -> String + Send>;

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

fn hint_id(label: &str, id: SourceId) -> String {
    format!("file-{id}-{}", label.replace(' ', "-"))
}

pub(super) fn select(
    label: &'static str,
    name: &str,
    id: SourceId,
    choices: Vec<String>,
    now: usize,
    chosen: Box<dyn Fn(usize)>,
    hint: Hint,
) -> AnyView {
    let hint_id = hint_id(label, id);
    let options = choices.into_iter().enumerate();
    let options = options.map(|(at, text)| view! { <option value=at.to_string() selected=at == now>{text}</option> });
    let options = options.collect_view();
    let changed = move |event: Event| chosen(event_target_value(&event).parse().unwrap_or(0));
    let control = view! {
        <select aria-label=format!("{label} of {name}") aria-describedby=hint_id.clone() on:change=hear(changed)>
            {options}
        </select>
    };
    field(label, hint_id, control.into_any(), hint)
}

/// `entered` says whether the text means something. What stands there comes with what an empty field means, and with what
/// is said of a text that means nothing.
pub(super) fn input(
    label: &'static str,
    name: &str,
    id: SourceId,
    (now, empty, expects): (String, &'static str, &'static str),
    entered: Box<dyn Fn(&str) -> bool>,
    hint: Hint,
) -> AnyView {
    let hint_id = hint_id(label, id);
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
            aria-label=format!("{label} of {name}")
            aria-describedby=hint_id.clone()
            aria-invalid=follow(move || wrong.get().then_some("true"))
            on:change=hear(changed)
        />
    };
    let hint = move || if wrong.get() { expects.to_owned() } else { hint() };
    field(label, hint_id, control.into_any(), Box::new(hint))
}
