//! The workers: hub and shards, told apart by the first message.
//!
//! Boot contract: the script's prologue keeps the first message as `self.hopscopeBoot` (`module`, `role`; a shard's `port`,
//! the hub's `ports`) and hands on the messages that arrive before [`start`] has run. The page says `{ bytes, files }` to the
//! hub, or `{ dead, why }` of a shard that stopped; the hub says `{ id, bytes, beside }` to a shard's port, and `{ id,
//! bytes }` comes back. `{ lookup }` comes from the page to every shard, once. What goes to the page is a `Uint8Array`. Buffers are transferred, never copied.

mod file;
mod hub;
mod lookup;
mod shard;

use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Runs this worker in the role its first message names.
pub fn start() {
    let boot = js_sys::Reflect::get(&scope(), &"hopscopeBoot".into()).unwrap_or_default();
    match text(&boot, "role").as_deref() {
        Some("hub") => hub::start(&boot),
        _ => shard::start(&boot),
    }
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn get(object: &JsValue, key: &str) -> JsValue {
    js_sys::Reflect::get(object, &key.into()).unwrap_or_default()
}

fn text(object: &JsValue, key: &str) -> Option<String> {
    get(object, key).as_string()
}

/// The bytes of a message.
fn bytes(object: &JsValue, key: &str) -> Vec<u8> {
    js_sys::Uint8Array::new(&get(object, key)).to_vec()
}

fn object(entries: &[(&str, &JsValue)]) -> js_sys::Object {
    let object = js_sys::Object::new();
    for (key, value) in entries {
        // Setting a property of a plain object cannot fail.
        let _ = js_sys::Reflect::set(&object, &(*key).into(), value);
    }
    object
}

/// Hands every message to `handle`; the prologue hands on those that came before.
fn listen(handle: impl Fn(JsValue) + 'static) {
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| handle(event.data()));
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
}

/// Memory of this worker and of what it looks things up with, bytes.
fn memory() -> u64 {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    lookup::memory() + u64::from(js_sys::ArrayBuffer::from(memory.buffer()).byte_length())
}
