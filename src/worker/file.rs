//! A browser's `File` as an input of the engine.

use crate::engine::{Input, InputBytes};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// A `File` or `Blob`.
#[derive(Clone, Debug)]
pub struct FileInput(pub web_sys::Blob);

/// Bytes of a file, still outside of our memory.
pub struct FileBytes(js_sys::Uint8Array);

impl Input for FileInput {
    type Bytes = FileBytes;

    fn size(&self) -> u64 {
        self.0.size() as u64
    }

    async fn read(&self, from: u64, to: u64) -> Result<FileBytes, String> {
        let slice = self.0.slice_with_f64_and_f64(from as f64, to as f64).map_err(|error| unreadable(&error))?;
        let buffer = JsFuture::from(slice.array_buffer()).await.map_err(|error| unreadable(&error))?;
        Ok(FileBytes(js_sys::Uint8Array::new(&buffer)))
    }
}

/// A file that was changed, moved or deleted since it was opened cannot be read any more.
fn unreadable(error: &wasm_bindgen::JsValue) -> String {
    let name = error.dyn_ref::<js_sys::Error>().map_or_else(String::new, |error| error.name().into());
    match name.as_str() {
        "NotReadableError" | "NotFoundError" => "The file changed on disk or is gone: open it again.".to_owned(),
        _ => format!("The browser could not read the file ({name})."),
    }
}

impl InputBytes for FileBytes {
    fn len(&self) -> usize {
        self.0.length() as usize
    }

    fn copy_to(&self, buffer: &mut [u8]) {
        self.0.copy_to(buffer);
    }
}
