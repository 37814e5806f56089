//! Files out of what was dropped: folders are walked to their end.

use super::client::promised_by;
use crate::text::sort;
use futures::future::LocalBoxFuture;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, DataTransferItem, File, FileSystemDirectoryEntry, FileSystemDirectoryReader, FileSystemEntry,
    FileSystemFileEntry,
};

/// One dropped thing. The list of a drop dies with its event, so all are taken before anything is awaited.
pub enum Dropped {
    File(File),
    /// By its handle where the browser has one (Chromium, which on a page from `file://` reads no entry), else by its entry.
    Folder(Option<Promise>, FileSystemEntry),
}

/// Everything that was dropped or pasted as a file, and a handle for each where the browser has them.
pub fn collect(transfer: &DataTransfer) -> (Vec<Dropped>, Vec<Promise>) {
    let items = transfer.items();
    let (mut found, mut handles) = (Vec::new(), Vec::new());
    for index in 0..items.length() {
        let Some(item) = items.get(index).filter(|item| item.kind() == "file") else { continue };
        let handle = handle_of(&item);
        handles.extend(handle.clone());
        match item.webkit_get_as_entry() {
            Ok(Some(entry)) if entry.is_directory() => found.push(Dropped::Folder(handle, entry)),
            _ => found.extend(item.get_as_file().ok().flatten().map(Dropped::File)),
        }
    }
    (found, handles)
}

/// File System Access: a promise of a handle that outlives the drop.
fn handle_of(item: &DataTransferItem) -> Option<Promise> {
    let ask: Function = Reflect::get(item, &"getAsFileSystemHandle".into()).ok()?.dyn_into().ok()?;
    ask.call0(item).ok()?.dyn_into().ok()
}

/// The files in them, with their folders in the name, in the order of their names.
pub async fn files(dropped: Vec<Dropped>) -> Vec<(String, File)> {
    let mut found = Vec::new();
    for one in dropped {
        match one {
            Dropped::File(file) => found.push((file.name(), file)),
            Dropped::Folder(handle, entry) => {
                let handle = match handle {
                    Some(handle) => JsFuture::from(handle).await.ok().filter(|handle| !handle.is_null()),
                    None => None,
                };
                match handle {
                    Some(handle) => walk_handle(handle, entry.name(), &mut found).await,
                    None => walk(entry, false, &mut found).await,
                }
            }
        }
    }
    found
}

/// Hidden files of a folder are not logs.
fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}

/// A `FileSystemDirectoryHandle`. Unreadable parts of a folder are left out.
fn walk_handle(folder: JsValue, path: String, found: &mut Vec<(String, File)>) -> LocalBoxFuture<'_, ()> {
    Box::pin(async move {
        let text = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).ok().and_then(|text| text.as_string());
        let mut parts = handles_in(&folder).await;
        sort::by_key(&mut parts, |part| text(part, "name"));
        for part in parts {
            let name = text(&part, "name").unwrap_or_default();
            let inner = format!("{path}/{name}");
            if is_hidden(&name) {
                continue;
            }
            match text(&part, "kind").as_deref() {
                Some("file") => {
                    let file = promised_by(&part, "getFile", &JsValue::UNDEFINED).await;
                    found.extend(file.ok().and_then(|file| file.dyn_into().ok()).map(|file| (inner, file)));
                }
                _ => walk_handle(part, inner, found).await,
            }
        }
    })
}

/// What stands in a folder, by its asynchronous iterator.
async fn handles_in(folder: &JsValue) -> Vec<JsValue> {
    let values = Reflect::get(folder, &"values".into()).ok().and_then(|values| values.dyn_into::<Function>().ok());
    let Some(parts) = values.and_then(|values| values.call0(folder).ok()) else { return Vec::new() };
    let mut all = Vec::new();
    while let Ok(step) = promised_by(&parts, "next", &JsValue::UNDEFINED).await {
        match Reflect::get(&step, &"value".into()) {
            Ok(part) if part.is_object() => all.push(part),
            _ => break,
        }
    }
    all
}

/// Not by the names of their classes, which Chromium has others for.
fn walk(entry: FileSystemEntry, inside: bool, found: &mut Vec<(String, File)>) -> LocalBoxFuture<'_, ()> {
    Box::pin(async move {
        if inside && is_hidden(&entry.name()) {
            return;
        }
        if entry.is_file() {
            let file: &FileSystemFileEntry = entry.unchecked_ref();
            let promise = Promise::new(&mut |done, failed| {
                file.file_with_callback_and_callback(done.unchecked_ref(), failed.unchecked_ref());
            });
            if let Some(file) = JsFuture::from(promise).await.ok().and_then(|file| file.dyn_into::<File>().ok()) {
                let name = entry.full_path().trim_start_matches('/').to_owned();
                found.push((if name.is_empty() { file.name() } else { name }, file));
            }
        } else {
            let mut entries = read_all(&entry.unchecked_ref::<FileSystemDirectoryEntry>().create_reader()).await;
            sort::by_key(&mut entries, FileSystemEntry::name);
            for entry in entries {
                walk(entry, true, found).await;
            }
        }
    })
}

/// Browsers hand out at most a hundred entries at a time; an empty answer is the end.
async fn read_all(reader: &FileSystemDirectoryReader) -> Vec<FileSystemEntry> {
    let mut all = Vec::new();
    loop {
        let promise = Promise::new(&mut |done, failed| {
            let read = reader.read_entries_with_callback_and_callback(done.unchecked_ref(), failed.unchecked_ref());
            if let Err(error) = read {
                let _ = failed.call1(&JsValue::NULL, &error);
            }
        });
        let Ok(batch) = JsFuture::from(promise).await else { return all };
        let batch: js_sys::Array = batch.unchecked_into();
        if batch.length() == 0 {
            return all;
        }
        all.extend(batch.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
    }
}
