//! A shard in its worker: questions in, answers out.

use super::file::FileInput;
use super::{bytes, get, lookup, memory, object};
use crate::engine::{Beside, Shard, answer};
use crate::protocol::shard::{Ask, Reply};
use crate::protocol::{decode, encode};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{MessageEvent, MessagePort};

pub fn start(boot: &JsValue) {
    let port: MessagePort = get(boot, "port").unchecked_into();
    let shard = Shard::<FileInput>::new(memory);
    let back = port.clone();
    lookup::listen();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let (message, shard, back) = (event.data(), shard.clone(), back.clone());
        spawn_local(async move {
            let reply = match decode::<Ask>(&bytes(&message, "bytes")) {
                Ok(ask) => {
                    if let Ask::LookUp(_) = ask {
                        lookup::installed().await;
                    }
                    answer(&shard, ask, beside(get(&message, "beside"))).await
                }
                Err(error) => Reply::Failed(error),
            };
            let bytes = js_sys::Uint8Array::from(encode(&reply).as_slice());
            let buffer = js_sys::Array::of1(&bytes.buffer());
            let answer = object(&[("id", &get(&message, "id")), ("bytes", &bytes)]);
            if let Err(error) = back.post_message_with_transferable(&answer, &buffer) {
                web_sys::console::error_1(&error);
            }
        });
    });
    // Setting the handler starts the port: what was said before waits in it.
    port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
}

fn beside(value: JsValue) -> Beside<FileInput> {
    if value.is_undefined() || value.is_null() {
        return Beside::Nothing;
    }
    match value.dyn_into::<web_sys::Blob>() {
        Ok(file) => Beside::Input(FileInput(file)),
        Err(bytes) => Beside::Text(js_sys::Uint8Array::new(&bytes).to_vec()),
    }
}
