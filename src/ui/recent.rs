//! Files that were dropped before, to be opened again without looking for them: where the browser gives a page handles of files
//! (File System Access, Chromium has it) and keeps them (IndexedDB, which alone can). The file stays where it is, and the
//! browser asks the user before it is read again.

use super::client::{describe, promised_by};
use super::settings::keep;
use super::state::App;
use js_sys::{Array, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, IdbDatabase, IdbObjectStore, IdbRequest, IdbTransactionMode};

const DATABASE: &str = "hopscope";
const STORE: &str = "files";
/// Files that are remembered, the newest.
const MOST: usize = 8;

/// A file as it was when it was dropped last.
#[derive(Clone)]
pub struct Recent {
    pub name: String,
    pub size: u64,
    /// Milliseconds since the epoch.
    pub opened: f64,
    /// `{ name, size, opened, handle }`
    entry: JsValue,
}

/// Remembers the files among them; a folder would be another thing.
pub async fn remember(handles: Vec<Promise>) {
    for handle in handles {
        // Where the browser refuses, nothing is remembered.
        let _ = remember_one(handle).await;
    }
}

async fn remember_one(handle: Promise) -> Result<(), JsValue> {
    let handle = JsFuture::from(handle).await?;
    if Reflect::get(&handle, &"kind".into())?.as_string().as_deref() != Some("file") {
        return Ok(());
    }
    let file: File = promised_by(&handle, "getFile", &JsValue::UNDEFINED).await?.dyn_into()?;
    let entry = Object::new();
    let parts: [(&str, JsValue); 4] = [
        ("name", file.name().into()),
        ("size", file.size().into()),
        ("opened", js_sys::Date::now().into()),
        ("handle", handle),
    ];
    for (name, part) in parts {
        Reflect::set(&entry, &name.into(), &part)?;
    }
    let store = store(true).await?;
    // By its name: a log that grows is one file.
    answer(&store.put_with_key(&entry, &file.name().into())?).await?;
    keep("has-recent", "yes");
    Ok(())
}

/// The newest first, the others are forgotten; none where there are none, or the browser keeps none.
pub async fn list() -> Vec<Recent> {
    let all = async { answer(&store(false).await?.get_all()?).await };
    let Ok(all) = all.await else { return Vec::new() };
    let read = |entry: JsValue| {
        let part = |name: &str| Reflect::get(&entry, &name.into()).ok();
        let (name, size) = (part("name")?.as_string()?, part("size")?.as_f64()? as u64);
        Some(Recent { name, size, opened: part("opened")?.as_f64()?, entry })
    };
    let mut found: Vec<_> = Array::from(&all).iter().filter_map(read).collect();
    crate::text::sort::by(&mut found, |a: &Recent, b: &Recent| b.opened.total_cmp(&a.opened));
    for old in found.split_off(found.len().min(MOST)) {
        let _ = forget(&old).await;
    }
    found
}

/// Opens it as it is now. Must be called while the browser still knows that the user clicked.
pub async fn open(app: App, recent: Recent) {
    let file = async {
        let handle = Reflect::get(&recent.entry, &"handle".into())?;
        let granted = promised_by(&handle, "requestPermission", &JsValue::UNDEFINED).await?;
        match granted.as_string().as_deref() {
            Some("granted") => Ok(Some(promised_by(&handle, "getFile", &JsValue::UNDEFINED).await?)),
            _ => Ok(None),
        }
    };
    match file.await {
        Ok(Some(file)) => app.open(vec![(recent.name, file.unchecked_into())]),
        Ok(None) => {
            app.failure.set(Some(format!("The browser did not allow {} to be read. Drop it to open it.", recent.name)))
        }
        Err(error) => {
            let error: JsValue = error;
            let name = &recent.name;
            app.failure.set(Some(format!(
                "{name} cannot be opened again: {}. It may have been moved; drop it to open it.",
                describe(&error)
            )));
        }
    }
}

pub async fn forget_all() {
    keep("has-recent", "");
    if let Ok(store) = store(true).await
        && let Ok(request) = store.clear()
    {
        let _ = answer(&request).await;
    }
}

async fn forget(recent: &Recent) -> Result<JsValue, JsValue> {
    answer(&store(true).await?.delete(&recent.name.as_str().into())?).await
}

async fn store(write: bool) -> Result<IdbObjectStore, JsValue> {
    let request = window().indexed_db()?.ok_or("no IndexedDB")?.open_with_u32(DATABASE, 1)?;
    let opening = request.clone();
    let made = Closure::once_into_js(move || -> Result<(), JsValue> {
        opening.result()?.unchecked_into::<IdbDatabase>().create_object_store(STORE).map(drop)
    });
    request.set_onupgradeneeded(Some(made.unchecked_ref()));
    let database: IdbDatabase = answer(&request).await?.unchecked_into();
    let mode = if write { IdbTransactionMode::Readwrite } else { IdbTransactionMode::Readonly };
    database.transaction_with_str_and_mode(STORE, mode)?.object_store(STORE)
}

/// What a request of the database comes to.
async fn answer(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let asked = Promise::new(&mut |done, failed| {
        request.set_onsuccess(Some(&done));
        request.set_onerror(Some(&failed));
    });
    JsFuture::from(asked).await?;
    request.result()
}
