//! A browser's `File` as an input of the engine.

use super::get;
use crate::engine::{Input, Reading};
use js_sys::{ArrayBuffer, Uint8Array};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ReadableStreamByobReader};

/// From this size on bytes are taken as they come, into one small buffer that is used over and over: the memory of an
/// `ArrayBuffer` of the whole range is new each time, page by page.
const STREAM: f64 = 1_048_576.0;
/// Bytes taken at a time, at most.
const STEP: u32 = 1 << 20;

thread_local! {
    static STEP_BUFFER: RefCell<Option<ArrayBuffer>> = const { RefCell::new(None) };
}

/// A `File` or `Blob`.
#[derive(Clone, Debug)]
pub struct FileInput(pub Blob);

/// Bytes of a file on their way.
pub enum FileReading {
    Whole(Uint8Array),
    /// The browser reads ahead, as far as its pipe takes it.
    Stream(ReadableStreamByobReader, Blob),
}

impl Input for FileInput {
    type Reading = FileReading;

    fn size(&self) -> u64 {
        self.0.size() as u64
    }

    async fn read(&self, from: u64, to: u64) -> Result<FileReading, String> {
        let slice = self.0.slice_with_f64_and_f64(from as f64, to as f64).map_err(|error| unreadable(&error))?;
        // Not every browser hands out bytes of a blob this way.
        if slice.size() >= STREAM
            && let Ok(reader) = ReadableStreamByobReader::new(&slice.stream())
        {
            return Ok(FileReading::Stream(reader, slice));
        }
        whole(&slice).await.map(FileReading::Whole)
    }
}

async fn whole(slice: &Blob) -> Result<Uint8Array, String> {
    let buffer = JsFuture::from(slice.array_buffer()).await.map_err(|error| unreadable(&error))?;
    Ok(Uint8Array::new(&buffer))
}

/// A file that was changed, moved or deleted since it was opened cannot be read any more.
fn unreadable(error: &JsValue) -> String {
    let name = error.dyn_ref::<js_sys::Error>().map_or_else(String::new, |error| error.name().into());
    match name.as_str() {
        "NotReadableError" | "NotFoundError" => "The file changed on disk or is gone: open it again.".to_owned(),
        _ => format!("The browser could not read the file ({name})."),
    }
}

impl Reading for FileReading {
    async fn put_in(self, buffer: &mut Vec<u8>) -> Result<(), String> {
        let bytes = match self {
            FileReading::Whole(bytes) => bytes,
            FileReading::Stream(reader, slice) => match take_all(&reader, slice.size() as usize, buffer).await {
                Ok(()) => return Ok(()),
                // A stream only says "network error".
                Err(_) => whole(&slice).await?,
            },
        };
        buffer.resize(bytes.length() as usize, 0);
        bytes.copy_to(buffer);
        Ok(())
    }
}

/// Makes `buffer` the `size` bytes of the stream, fewer where the file is shorter than it was.
async fn take_all(reader: &ReadableStreamByobReader, size: usize, buffer: &mut Vec<u8>) -> Result<(), JsValue> {
    buffer.resize(size, 0);
    let mut step = STEP_BUFFER.take().unwrap_or_else(|| ArrayBuffer::new(STEP));
    let mut at = 0;
    while at < size {
        let read = JsFuture::from(reader.read_with_array_buffer_view(&Uint8Array::new(&step))).await?;
        let Some(part) = get(&read, "value").dyn_into::<Uint8Array>().ok().filter(|part| part.length() > 0) else {
            break;
        };
        let end = size.min(at + part.length() as usize);
        part.copy_to(&mut buffer[at..end]);
        at = end;
        // The buffer that was given changed hands.
        step = part.buffer();
    }
    STEP_BUFFER.set(Some(step));
    buffer.truncate(at);
    Ok(())
}
