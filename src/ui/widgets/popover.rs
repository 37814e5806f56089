//! A panel below what it explains. Esc and a click elsewhere close it; focus goes back to where it was.

use super::show::{Show, follow, hear};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, Node, PointerEvent};

/// The button that opens and closes a popover called the same; what it does, where that is more than its name; its look.
pub fn opener(
    open: RwSignal<bool>,
    label: &'static str,
    title: Option<&'static str>,
    class: &'static str,
    body: impl IntoView + 'static,
) -> AnyView {
    boxed_opener(open, label, title, class, body.into_any())
}

fn boxed_opener(
    open: RwSignal<bool>,
    label: &'static str,
    title: Option<&'static str>,
    class: &'static str,
    body: AnyView,
) -> AnyView {
    view! {
        <button
            type="button"
            class=class
            aria-label=label
            aria-haspopup="dialog"
            aria-expanded=follow(move || open.get().to_string())
            title=title
            on:click=hear(move |_| open.update(|open| *open = !*open))
        >
            {body}
        </button>
    }
    .into_any()
}

/// Put it beside its button inside one positioned element; a press inside that element does not close it.
#[component]
pub fn Popover(
    open: RwSignal<bool>,
    #[prop(into)] label: String,
    #[prop(optional, into)] class: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let label = StoredValue::new(label);
    let children = StoredValue::new(children);
    view! {
        <Show when=move || open.get()>
            <Panel open=open label=label.get_value() class=class>
                {children.with_value(|children| children())}
            </Panel>
        </Show>
    }
}

#[component]
fn Panel(open: RwSignal<bool>, label: String, class: &'static str, children: Children) -> impl IntoView {
    let panel = NodeRef::<leptos::html::Div>::new();
    let back = StoredValue::new_local(document().active_element().and_then(|e| e.dyn_into::<HtmlElement>().ok()));
    panel.on_load(|panel| {
        let first = panel.query_selector("button, input, [tabindex='0']").ok().flatten();
        // A panel that is only read has the focus itself: it hears Esc.
        let first = first.and_then(|first| first.dyn_into::<HtmlElement>().ok());
        let _ = first.as_ref().unwrap_or(&panel).focus();
    });
    let press = window_event_listener(leptos::ev::pointerdown, move |event: PointerEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
        let home = panel.get_untracked().and_then(|panel| panel.parent_element());
        if !home.is_some_and(|home| home.contains(target.as_ref())) {
            open.set(false);
        }
    });
    on_cleanup(move || press.remove());
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            open.set(false);
            if let Some(back) = back.get_value() {
                let _ = back.focus();
            }
        }
    };
    view! {
        <div class=format!("pop {class}") role="dialog" aria-label=label tabindex="-1" node_ref=panel on:keydown=hear(on_key)>
            {children()}
        </div>
    }
}
