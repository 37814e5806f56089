//! One of several: segmented switch, cards and tabs. One tab stop; arrows move and choose.

use super::focus::move_focus;
use super::show::{follow, hear};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// One thing to choose: its accessible name and what is drawn.
#[derive(Clone)]
pub struct Choice {
    name: Signal<String>,
    body: ViewFn,
    off: Signal<Option<&'static str>>,
}

impl Choice {
    /// Drawn as `body`, called `name`.
    pub fn new(name: impl Into<Signal<String>>, body: impl Into<ViewFn>) -> Choice {
        Choice { name: name.into(), body: body.into(), off: Signal::stored(None) }
    }

    /// Drawn as its name.
    pub fn text(name: &'static str) -> Choice {
        Choice::new(name.to_string(), move || name)
    }

    /// Cannot be chosen while there is a reason, which its tooltip tells.
    pub fn off_while(self, reason: Signal<Option<&'static str>>) -> Choice {
        Choice { off: reason, ..self }
    }
}

/// Radio buttons in one frame.
#[component]
pub fn Segmented(
    #[prop(into)] label: String,
    choices: Vec<Choice>,
    #[prop(into)] selected: Signal<usize>,
    on_select: Callback<usize>,
    #[prop(optional)] small: bool,
) -> impl IntoView {
    let group = Group { label, class: if small { "seg sm" } else { "seg" }, tabs: false };
    group.view(choices, selected, on_select)
}

/// Radio buttons as cards, each with room for a line of explanation.
#[component]
pub fn Cards(
    #[prop(into)] label: String,
    choices: Vec<Choice>,
    #[prop(into)] selected: Signal<usize>,
    on_select: Callback<usize>,
) -> impl IntoView {
    Group { label, class: "cards", tabs: false }.view(choices, selected, on_select)
}

/// Radio buttons below each other.
#[component]
pub fn Radios(
    #[prop(into)] label: String,
    choices: Vec<Choice>,
    #[prop(into)] selected: Signal<usize>,
    on_select: Callback<usize>,
) -> impl IntoView {
    Group { label, class: "radios", tabs: false }.view(choices, selected, on_select)
}

/// The list of tabs; the panel is the caller's.
#[component]
pub fn Tabs(
    #[prop(into)] label: String,
    choices: Vec<Choice>,
    #[prop(into)] selected: Signal<usize>,
    on_select: Callback<usize>,
) -> impl IntoView {
    Group { label, class: "tablist", tabs: true }.view(choices, selected, on_select)
}

struct Group {
    label: String,
    class: &'static str,
    tabs: bool,
}

impl Group {
    fn view(self, choices: Vec<Choice>, selected: Signal<usize>, on_select: Callback<usize>) -> AnyView {
        let (outer, inner, items) = match self.tabs {
            true => ("tablist", "tab", "[role=tab]"),
            false => ("radiogroup", "radio", "[role=radio]"),
        };
        let tabs = self.tabs;
        let offs = StoredValue::new(choices.iter().map(|choice| choice.off).collect::<Vec<_>>());
        let choose = move |index: usize| {
            let off = offs.with_value(|offs| offs.get(index).is_some_and(|off| off.get_untracked().is_some()));
            if !off {
                on_select.run(index);
            }
        };
        let on_key = move |event: KeyboardEvent| {
            if event.alt_key() || event.ctrl_key() || event.meta_key() {
                return;
            }
            let container = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
            let moved = container.and_then(|container| move_focus(&container, items, &event.key(), true));
            if let Some(index) = moved {
                event.prevent_default();
                event.stop_propagation();
                choose(index);
            }
        };
        let count = choices.len();
        let buttons = choices.into_iter().enumerate().map(|(index, choice)| {
            let on = move || selected.get() == index;
            // Where nothing is chosen yet, the first is the one that Tab reaches.
            let stop = move || on() || (index == 0 && selected.get() >= count);
            view! {
                <button
                    type="button"
                    role=inner
                    aria-label=choice.name
                    aria-checked=follow(move || (!tabs).then(|| on().to_string()))
                    aria-selected=follow(move || tabs.then(|| on().to_string()))
                    tabindex=follow(move || if stop() { "0" } else { "-1" })
                    aria-disabled=follow(move || choice.off.get().map(|_| "true"))
                    title=follow(move || choice.off.get())
                    on:click=hear(move |_| choose(index))
                >
                    {choice.body.run()}
                </button>
            }
        });
        let buttons = buttons.collect_view();
        view! {
            <div class=self.class role=outer aria-label=self.label on:keydown=hear(on_key)>
                {buttons}
            </div>
        }
        .into_any()
    }
}
