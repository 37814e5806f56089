//! The edge of the rail: drag or arrow keys size it, double click gives it back its own width.

use crate::ui::state::use_app;
use crate::ui::widgets::{follow, hear};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent};

const LEAST: f64 = 240.0;
const MOST: f64 = 640.0;

#[component]
pub fn Grip() -> impl IntoView {
    let app = use_app();
    let node = NodeRef::<leptos::html::Div>::new();
    let width_now = move || {
        let rail = node.get_untracked().and_then(|grip| grip.parent_element());
        rail.map_or(308.0, |rail| rail.get_bounding_client_rect().width())
    };
    let size = move |width: f64| app.settings.rail_width.set(Some(width.clamp(LEAST, MOST).round()));
    // Pointer and width where the drag began.
    let drag = StoredValue::new(None::<(f64, f64)>);
    let on_down = move |event: PointerEvent| {
        if let Some(grip) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) {
            let _ = grip.set_pointer_capture(event.pointer_id());
        }
        event.prevent_default();
        drag.set_value(Some((f64::from(event.client_x()), width_now())));
    };
    let on_move = move |event: PointerEvent| {
        if let Some((x, width)) = drag.get_value() {
            size(width + x - f64::from(event.client_x()));
        }
    };
    let on_key = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "ArrowLeft" => size(width_now() + 16.0),
            "ArrowRight" => size(width_now() - 16.0),
            "Home" => app.settings.rail_width.set(None),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <div
            class="grip"
            node_ref=node
            role="separator"
            aria-orientation="vertical"
            aria-label="Resize analytics"
            aria-valuemin=LEAST.to_string()
            aria-valuemax=MOST.to_string()
            aria-valuenow=follow(move || app.settings.rail_width.get().unwrap_or(308.0).to_string())
            tabindex="0"
            on:pointerdown=hear(on_down)
            on:pointermove=hear(on_move)
            on:pointerup=hear(move |_| drag.set_value(None))
            on:pointercancel=hear(move |_| drag.set_value(None))
            on:dblclick=hear(move |_| app.settings.rail_width.set(None))
            on:keydown=hear(on_key)
        ></div>
    }
}
