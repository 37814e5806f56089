//! How a shard asks the program that looks things up: the page sends the compiled module when it is first needed, and each shard
//! makes an instance of its own of it. Not by way of the hub: under `file://` Chromium hands no module from worker to worker.

use super::scope;
use crate::lookup;
use futures::channel::oneshot;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

thread_local! {
    static ASK: RefCell<Option<js_sys::Function>> = const { RefCell::new(None) };
    static WAITING: RefCell<Vec<oneshot::Sender<()>>> = const { RefCell::new(Vec::new()) };
}

/// Listens for the module.
pub fn listen() {
    super::listen(|message| install(&super::get(&message, "lookup")));
}

/// Waits until it is there.
pub async fn installed() {
    if ASK.with_borrow(Option::is_none) {
        let (sender, receiver) = oneshot::channel();
        WAITING.with_borrow_mut(|waiting| waiting.push(sender));
        let _ = receiver.await;
    }
}

fn install(module: &JsValue) {
    let make: js_sys::Function = super::get(&scope(), "hopscopeLookup").unchecked_into();
    match make.call1(&JsValue::NULL, module) {
        Ok(ask) => {
            let ask: js_sys::Function = ask.unchecked_into();
            ASK.set(Some(ask.clone()));
            lookup::install(Box::new(move |subject, question| {
                let question = js_sys::Uint8Array::from(question);
                let answer = ask.call2(&JsValue::NULL, &subject.into(), &question);
                answer.map_or(Vec::new(), |answer| js_sys::Uint8Array::new(&answer).to_vec())
            }));
        }
        Err(error) => web_sys::console::error_1(&error),
    }
    // Those who wait go on when their senders are gone.
    WAITING.take();
}

/// Bytes of its memory.
pub fn memory() -> u64 {
    let bytes = ASK.with_borrow(|ask| ask.as_ref()?.call0(&JsValue::NULL).ok()?.as_f64());
    bytes.unwrap_or_default() as u64
}
