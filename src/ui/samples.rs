//! Sample logs, made for this project: they stand packed in the page.

use super::state::App;
use crate::protocol::ToHub;
use futures::future::join_all;
use js_sys::{Array, Uint8Array};
use leptos::prelude::untrack;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::File;

const SAMPLES: [&str; 6] =
    ["haproxy-tcp.log", "haproxy-http.log", "avi-l7.jsonl", "access.log", "navajo.log", "paloalto-traffic.log"];

/// Bytes of each sample in a rehearsal, by repeating it.
const REHEARSED: u32 = 2 << 20;

impl App {
    /// Has the workers read the samples unseen, so that the browser has compiled what reads logs when some are dropped.
    pub(super) fn rehearse(self) {
        if !untrack(|| self.is_empty()) {
            return;
        }
        spawn_local(async move {
            let files = unpacked(REHEARSED).await;
            if untrack(|| self.is_empty()) {
                self.client().send(ToHub::Rehearse, files);
            }
        });
    }

    pub fn open_samples(self) {
        spawn_local(async move {
            let files = unpacked(0).await;
            self.open(files.into_iter().map(|file| (file.name(), file)).collect());
        });
    }
}

/// The samples, each repeated to about so many bytes, and once at least.
async fn unpacked(bytes: u32) -> Vec<File> {
    let files = join_all(SAMPLES.map(|name| async move {
        let sample = Uint8Array::new(&unpack(name).await.ok()?);
        let times = (bytes / sample.length().max(1)).max(1);
        let parts: Array = (0..times).map(|_| &sample).collect();
        File::new_with_u8_array_sequence(&parts, name).ok()
    }));
    files.await.into_iter().flatten().collect()
}

async fn unpack(name: &str) -> Result<JsValue, JsValue> {
    let hopscope = js_sys::Reflect::get(&js_sys::global(), &"hopscope".into())?;
    let sample: js_sys::Function = js_sys::Reflect::get(&hopscope, &"sample".into())?.dyn_into()?;
    let promise: js_sys::Promise = sample.call1(&hopscope, &name.into())?.dyn_into()?;
    JsFuture::from(promise).await
}
