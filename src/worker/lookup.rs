//! How a shard asks the program that looks things up: the page sends its bytes when it is first needed, and each shard makes
//! an instance of its own of it.

use super::scope;
use crate::lookup;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

thread_local! {
    static ASK: RefCell<Option<js_sys::Function>> = const { RefCell::new(None) };
}

/// Installs the program that came with a message, if one did.
pub fn install(program: &JsValue) -> bool {
    if program.is_undefined() {
        return false;
    }
    let make: js_sys::Function = super::get(&scope(), "hopscopeLookup").unchecked_into();
    match make.call1(&JsValue::NULL, program) {
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
    true
}

/// Bytes of its memory.
pub fn memory() -> u64 {
    let bytes = ASK.with_borrow(|ask| ask.as_ref()?.call0(&JsValue::NULL).ok()?.as_f64());
    bytes.unwrap_or_default() as u64
}
