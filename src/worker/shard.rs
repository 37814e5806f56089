//! A shard in its worker: questions in, answers out.

use super::file::FileInput;
use super::{bytes, get, listen, memory, object, scope};
use crate::engine::{Beside, Shard, answer};
use crate::protocol::shard::{Ask, Reply};
use crate::protocol::{decode, encode};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

pub fn start() {
    let shard = Shard::<FileInput>::new(memory);
    listen(move |message| {
        let shard = shard.clone();
        spawn_local(async move {
            let reply = match decode::<Ask>(&bytes(&message, "bytes")) {
                Ok(ask) => answer(&shard, ask, beside(get(&message, "beside"))).await,
                Err(error) => Reply::Failed(error),
            };
            let bytes = js_sys::Uint8Array::from(encode(&reply).as_slice());
            let buffer = js_sys::Array::of1(&bytes.buffer());
            let answer = object(&[("id", &get(&message, "id")), ("bytes", &bytes)]);
            if let Err(error) = scope().post_message_with_transfer(&answer, &buffer) {
                web_sys::console::error_1(&error);
            }
        });
    });
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
