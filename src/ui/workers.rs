//! Starts the hub and the shards, and connects them.
//!
//! All are classic workers from one Blob: the only kind that starts from `file://` in Chromium, and it inherits the page's
//! policy. The page starts the shards too, and hands the hub a port to each: a worker that starts workers of its own hangs
//! now and then in Firefox (seen once in about twenty starts with 153).

use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, MessageChannel, MessageEvent, Url, Worker};

/// Shards, at most.
const MOST: f64 = 8.0;

/// The running workers; their handlers live as long as they do.
pub struct Workers {
    pub hub: Worker,
    pub shards: Vec<Worker>,
    _handlers: Vec<Closure<dyn FnMut(JsValue)>>,
}

/// Starts all workers. `receive` gets the hub's messages, `failed` a sentence when the hub stops; a shard that stops is
/// told to the hub, which says so.
pub fn start(
    parts: &JsValue,
    receive: impl Fn(&MessageEvent) + 'static,
    failed: impl Fn(&str) + 'static,
) -> Result<Workers, JsValue> {
    let source = js_sys::Reflect::get(parts, &"source".into())?;
    let module = js_sys::Reflect::get(parts, &"module".into())?;
    let options = BlobPropertyBag::new();
    options.set_type("text/javascript");
    let blob = Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&source), &options)?;
    // The address is not revoked: Firefox may not have looked at it yet.
    let url = Url::create_object_url_with_blob(&blob)?;

    let hub = Worker::new(&url)?;
    let mut handlers = Vec::new();
    let on_message = Closure::new(move |event: JsValue| receive(event.unchecked_ref::<MessageEvent>()));
    hub.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    let on_error = Closure::new(move |event: JsValue| failed(&format!("The engine stopped: {}", reason(&event))));
    hub.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    handlers.extend([on_message, on_error]);

    let ports = js_sys::Array::new();
    let mut shards = Vec::new();
    for index in 0..count() {
        let shard = Worker::new(&url)?;
        let channel = MessageChannel::new()?;
        let told = hub.clone();
        let on_error = Closure::new(move |event: JsValue| {
            let message = object(&[("dead", &index.into()), ("why", &reason(&event).into())]);
            if let Err(error) = message.and_then(|message| told.post_message(&message)) {
                web_sys::console::error_1(&error);
            }
        });
        shard.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        handlers.push(on_error);
        let first = object(&[("module", &module), ("role", &"shard".into()), ("port", &channel.port1())])?;
        shard.post_message_with_transfer(&first, &js_sys::Array::of1(&channel.port1()))?;
        ports.push(&channel.port2());
        shards.push(shard);
    }
    let first = object(&[("module", &module), ("role", &"hub".into()), ("ports", &ports)])?;
    hub.post_message_with_transfer(&first, &ports)?;
    Ok(Workers { hub, shards, _handlers: handlers })
}

/// One shard for each core.
fn count() -> u32 {
    let cores = web_sys::window().map_or(2.0, |window| window.navigator().hardware_concurrency());
    cores.clamp(1.0, MOST) as u32
}

fn reason(event: &JsValue) -> String {
    event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).unwrap_or_default()
}

fn object(entries: &[(&str, &JsValue)]) -> Result<js_sys::Object, JsValue> {
    let object = js_sys::Object::new();
    for (key, value) in entries {
        js_sys::Reflect::set(&object, &(*key).into(), value)?;
    }
    Ok(object)
}
