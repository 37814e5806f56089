//! Keys of the whole page: who listens to which, and when single keys are heard.

use super::state::App;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

type Action = Box<dyn Fn(&KeyboardEvent) -> bool + Send + Sync>;

/// Shortcuts in the order they were registered; the newest that takes a key wins.
#[derive(Clone, Copy)]
pub struct Keys(StoredValue<Vec<(u32, Action)>>, StoredValue<u32>);

impl Keys {
    fn new() -> Self {
        Self(StoredValue::new(Vec::new()), StoredValue::new(0))
    }

    /// Listens for as long as the calling component lives. `action` tells whether it took the key.
    pub fn on(self, action: impl Fn(&KeyboardEvent) -> bool + Send + Sync + 'static) {
        let id = self.1.get_value();
        self.1.set_value(id + 1);
        self.0.update_value(|actions| actions.push((id, Box::new(action))));
        on_cleanup(move || {
            self.0.try_update_value(|actions| actions.retain(|(other, _)| *other != id));
        });
    }
}

/// The shortcuts of the page: `use_keys().on(|event| …)`. Single keys reach it only where they may act.
pub fn use_keys() -> Keys {
    expect_context::<Keys>()
}

/// Starts listening; call once.
pub fn listen(app: App) {
    let keys = Keys::new();
    provide_context(keys);
    let handle = window_event_listener(leptos::ev::keydown, move |event| {
        if event.default_prevented() || !may_act(app, &event) {
            return;
        }
        let taken = keys.0.with_value(|actions| actions.iter().rev().any(|(_, action)| action(&event)));
        if taken {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

/// Plain printable keys do nothing while typing, on controls that use them, in dialogs, or when switched off.
fn may_act(app: App, event: &KeyboardEvent) -> bool {
    let single = !event.ctrl_key() && !event.meta_key() && !event.alt_key() && event.key().chars().count() == 1;
    if !single {
        return true;
    }
    app.settings.single_keys.get_untracked() && !is_typing(event.target())
}

fn is_typing(target: Option<web_sys::EventTarget>) -> bool {
    let Some(element) = target.and_then(|target| target.dyn_into::<Element>().ok()) else { return false };
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
        || element.dyn_ref::<HtmlElement>().is_some_and(HtmlElement::is_content_editable)
        || element.closest("[role=dialog]").ok().flatten().is_some()
}
