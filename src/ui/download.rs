//! A file that is written piece by piece and never stands in our memory as a whole: into a file of the user's where the
//! browser can and it is large, else into parts of a Blob, which the browser keeps outside of the page.

use super::client::{describe, promised_by};
use js_sys::{Array, Object, Reflect, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, HtmlElement, Url};

/// Bytes from which on the user is asked for a file to write into. A smaller one is simply downloaded.
const LARGE: u64 = 256 << 20;
/// Asks the user for a file to write into (File System Access).
const PICKER: &str = "showSaveFilePicker";
/// How long the browser may take to begin a download.
const KEPT_MS: u32 = 60_000;

pub enum Download {
    /// `FileSystemWritableFileStream` (File System Standard, section 2.6): Chromium has it.
    File(JsValue),
    Parts {
        parts: Array,
        name: String,
        kind: &'static str,
    },
}

impl Download {
    /// Begins a file of about `size` bytes. Must be called while the browser still knows that the user clicked. `Err`:
    /// what to say; `Ok(None)`: the user chose no file.
    pub async fn begin(name: &str, kind: &'static str, size: u64) -> Result<Option<Download>, String> {
        let has_picker = Reflect::get(&window(), &PICKER.into()).is_ok_and(|picker| picker.is_function());
        if !has_picker || size < LARGE {
            return Ok(Some(Download::Parts { parts: Array::new(), name: name.to_owned(), kind }));
        }
        let options = Object::new();
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&options, &"suggestedName".into(), &name.into());
        match promised_by(&window(), PICKER, &options).await {
            Ok(handle) => {
                let file = promised_by(&handle, "createWritable", &JsValue::UNDEFINED).await;
                Ok(Some(Download::File(file.map_err(said)?)))
            }
            Err(error) if error_name(&error) == "AbortError" => Ok(None),
            Err(error) => Err(said(error)),
        }
    }

    pub async fn write(&self, bytes: &[u8]) -> Result<(), String> {
        let bytes = Uint8Array::from(bytes);
        match self {
            Download::File(file) => promised_by(file, "write", &bytes).await.map(drop).map_err(said),
            Download::Parts { parts, .. } => {
                let blob = Blob::new_with_u8_array_sequence(&Array::of1(&bytes)).map_err(said)?;
                parts.push(&blob);
                Ok(())
            }
        }
    }

    pub async fn end(self) -> Result<(), String> {
        match self {
            Download::File(file) => promised_by(&file, "close", &JsValue::UNDEFINED).await.map(drop).map_err(said),
            Download::Parts { parts, name, kind } => save(&parts, &name, kind).map_err(said),
        }
    }

    /// Nothing is left of it.
    pub async fn abandon(self) {
        if let Download::File(file) = self {
            let _ = promised_by(&file, "abort", &JsValue::UNDEFINED).await;
        }
    }
}

/// Downloads Blobs, one behind the other, as a file.
pub fn save(parts: &Array, name: &str, kind: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let blob = Blob::new_with_blob_sequence_and_options(parts, &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlElement = document().create_element("a")?.unchecked_into();
    link.set_attribute("href", &url)?;
    link.set_attribute("download", name)?;
    link.click();
    gloo::timers::callback::Timeout::new(KEPT_MS, move || drop(Url::revoke_object_url(&url))).forget();
    Ok(())
}

fn error_name(error: &JsValue) -> String {
    Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default()
}

fn said(error: JsValue) -> String {
    format!("The file could not be written: {}", describe(&error))
}
