//! Files out of what was dropped: folders are walked to their end.

use crate::text::sort;
use futures::future::LocalBoxFuture;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, File, FileSystemDirectoryEntry, FileSystemDirectoryReader, FileSystemEntry, FileSystemFileEntry,
};

/// One dropped thing. The list of a drop dies with its event, so all are taken before anything is awaited.
pub enum Dropped {
    Entry(FileSystemEntry),
    File(File),
}

/// Everything that was dropped or pasted as a file.
pub fn collect(transfer: &DataTransfer) -> Vec<Dropped> {
    let items = transfer.items();
    let mut found = Vec::new();
    for index in 0..items.length() {
        let Some(item) = items.get(index).filter(|item| item.kind() == "file") else { continue };
        match item.webkit_get_as_entry() {
            Ok(Some(entry)) => found.push(Dropped::Entry(entry)),
            _ => found.extend(item.get_as_file().ok().flatten().map(Dropped::File)),
        }
    }
    found
}

/// The files in them, with their folders in the name, in the order of their names.
pub async fn files(dropped: Vec<Dropped>) -> Vec<(String, File)> {
    let mut found = Vec::new();
    for one in dropped {
        match one {
            Dropped::File(file) => found.push((file.name(), file)),
            Dropped::Entry(entry) => walk(entry, false, &mut found).await,
        }
    }
    found
}

/// Unreadable parts of a folder are left out. Hidden files of a folder are not logs.
fn walk(entry: FileSystemEntry, inside: bool, found: &mut Vec<(String, File)>) -> LocalBoxFuture<'_, ()> {
    Box::pin(async move {
        if inside && entry.name().starts_with('.') {
            return;
        }
        if let Some(file) = entry.dyn_ref::<FileSystemFileEntry>() {
            let promise = js_sys::Promise::new(&mut |done, failed| {
                file.file_with_callback_and_callback(done.unchecked_ref(), failed.unchecked_ref());
            });
            if let Some(file) = JsFuture::from(promise).await.ok().and_then(|file| file.dyn_into::<File>().ok()) {
                let name = entry.full_path().trim_start_matches('/').to_owned();
                found.push((if name.is_empty() { file.name() } else { name }, file));
            }
        } else if let Some(folder) = entry.dyn_ref::<FileSystemDirectoryEntry>() {
            let mut entries = read_all(&folder.create_reader()).await;
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
        let promise = js_sys::Promise::new(&mut |done, failed| {
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
