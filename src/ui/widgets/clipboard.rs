//! Copying text, also where the page came from `file://` and the clipboard may be refused.

use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Copies and says so in the live region; a refusal is said too.
pub fn copy(announce: RwSignal<String>, text: String, what: &str) {
    let clipboard = window().navigator().clipboard();
    let done = format!("{what} copied");
    leptos::task::spawn_local(async move {
        let copied = JsFuture::from(clipboard.write_text(&text)).await.is_ok();
        announce.set(if copied { done } else { "The browser refused to copy".into() });
    });
}
