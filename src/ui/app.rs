//! The frame of the page.

use super::client::Client;
use super::state::App;
use super::views::{self, work::Work};
use super::{keys, open, sync};
use crate::protocol::FromHub;
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;

pub fn mount() {
    let Some(root) = document().get_element_by_id("app") else { return };
    root.set_text_content(None);
    let handle = mount_to(root.unchecked_into(), Root);
    // The page lives as long as its document.
    handle.forget();
}

#[component]
fn Root() -> impl IntoView {
    let slot: Rc<Cell<Option<App>>> = Rc::default();
    let listener = slot.clone();
    let client = Client::start(move |message| {
        if let Some(app) = listener.get() {
            hear(app, message);
        }
    });
    let app = App::new(client);
    slot.set(Some(app));
    provide_context(app);
    keys::listen(app);
    sync::follow(app);
    open::expose(app);
    follow_size(app);
    view! {
        <views::Histogram />
        <Work />
    }
}

/// What the hub says unasked.
fn hear(app: App, message: FromHub) {
    match message {
        FromHub::Progress(progress) => app.progressed(progress),
        FromHub::Failed { message, .. } => app.failure.set(Some(message)),
        _ => {}
    }
}

fn follow_size(app: App) {
    let measure = move || {
        let side = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64());
        if let Some(width) = side(window().inner_width()) {
            app.width.set(width);
        }
        if let Some(height) = side(window().inner_height()) {
            app.height.set(height);
        }
    };
    measure();
    let handle = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || handle.remove());
}
