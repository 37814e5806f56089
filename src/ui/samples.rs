//! Sample logs, made for this project: they stand packed in the page.

use super::client::promised;
use super::state::App;
use crate::protocol::ToHub;
use js_sys::{Array, Uint8Array};
use leptos::prelude::untrack;
use wasm_bindgen_futures::spawn_local;
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
    let mut files = Vec::new();
    for name in SAMPLES {
        let Ok(sample) = promised("sample", name.into()).await else { continue };
        let sample = Uint8Array::new(&sample);
        let times = (bytes / sample.length().max(1)).max(1);
        let parts: Array = (0..times).map(|_| &sample).collect();
        files.extend(File::new_with_u8_array_sequence(&parts, name));
    }
    files
}
