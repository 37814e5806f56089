//! Opening, hiding and closing sources.

use super::state::App;
use super::sync;
use crate::protocol::{Progress, Settings, SourceId, SourceInfo, ToHub};
use crate::record::Field;
use crate::ui::reactive::effect;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::File;

impl App {
    /// Opens files beside what is open. Each comes with its name, folders included.
    pub fn open(&self, files: Vec<(String, File)>) {
        if files.is_empty() {
            return;
        }
        mark("hopscope:drop");
        let mut sources = Vec::with_capacity(files.len());
        let mut handles = Vec::with_capacity(files.len());
        for (name, file) in files {
            let id = self.next_source.get_untracked();
            self.next_source.set(id + 1);
            let modified = (file.last_modified() * 1_000.0) as i64;
            sources.push(SourceInfo { id, name, size: file.size() as u64, modified });
            handles.push(file);
        }
        self.failure.set(None);
        self.change_sources(sources.len() as u64, ToHub::Add { sources }, handles);
    }

    /// Opens text as if it were a file of this name.
    pub fn open_text(&self, name: &str, text: &[u8]) {
        self.open(file(name, text).map(|file| (name.to_owned(), file)).into_iter().collect());
    }

    /// Closes everything, so that what is opened next stands alone.
    pub fn close_all(&self) {
        for id in self.progress.with_untracked(|progress| progress.sources.iter().map(|s| s.id).collect::<Vec<_>>()) {
            self.remove_source(id);
        }
        self.query.set(String::new());
        self.zoom_all();
    }

    pub fn remove_source(&self, source: SourceId) {
        self.change_sources(1, ToHub::Remove { source }, Vec::new());
    }

    /// Reads a source again in this way.
    pub fn reread(&self, source: SourceId, settings: Settings) {
        self.rereads.update(|count| *count += 1);
        self.change_sources(1, ToHub::Reread { source, settings }, Vec::new());
    }

    pub fn show_source(&self, source: SourceId, visible: bool) {
        self.change_sources(1, ToHub::Show { source, visible }, Vec::new());
    }

    /// Sends a change of sources. The generation counts one up for each source changed, which tells when it is done.
    fn change_sources(&self, count: u64, message: ToHub, files: Vec<File>) {
        self.generation.update(|generation| *generation += count);
        self.changing.set(true);
        self.client().send(message, files);
    }

    /// From now on these rules say what is significant.
    pub fn judge(&self, rules: String) {
        if rules != self.settings.rules.get_untracked() {
            self.settings.rules.set(rules.clone());
            self.change_sources(1, ToHub::Judge { rules }, Vec::new());
        }
    }

    /// Tells the hub the rules that were kept. Nothing is open yet that could change.
    pub fn recall_rules(&self) {
        if untrack(|| self.settings.has_own_rules()) {
            let rules = self.settings.rules.get_untracked();
            self.generation.update(|generation| *generation += 1);
            self.client().send(ToHub::Judge { rules }, Vec::new());
        }
    }

    pub fn stop(&self, source: Option<SourceId>) {
        self.client().send(ToHub::Stop { source }, Vec::new());
    }

    /// Takes in what the hub says about its sources.
    pub(super) fn progressed(&self, progress: Progress) {
        let changing = progress.generation - progress.looked_up < self.generation.get_untracked();
        if progress.sources.is_empty() {
            self.summary.set(None);
            self.rail.set(None);
            self.shown_summary.set(None);
            self.shown_rows.set(None);
        }
        self.progress.set(progress);
        if changing != self.changing.get_untracked() {
            self.changing.set(changing);
        }
    }
}

/// A file in memory.
fn file(name: &str, bytes: &[u8]) -> Option<File> {
    let bytes = js_sys::Uint8Array::from(bytes);
    File::new_with_u8_array_sequence(&js_sys::Array::of1(&bytes), name).ok()
}

/// A mark on the performance timeline, for the benchmarks.
pub fn mark(name: &str) {
    if let Some(performance) = window().performance() {
        let _ = performance.mark(name);
    }
}

/// Puts `hopscope.stats()` beside what the boot script left in the page: a promise of a JSON text.
pub fn expose(app: App) {
    use wasm_bindgen::closure::Closure;
    let stats = Closure::<dyn Fn() -> js_sys::Promise>::new(move || {
        wasm_bindgen_futures::future_to_promise(async move {
            let stats = app.stats().await.ok_or("no answer")?;
            // A list of words and numbers as words is the same in JSON.
            let name = |field: u16| Field::from_index(field.into()).map_or("", Field::name).to_owned();
            let columns: Vec<_> =
                stats.columns.iter().map(|(field, bytes)| [name(*field), bytes.to_string()]).collect();
            let text = format!(
                r#"{{"rows":{},"wasm_bytes":{},"kept_text_bytes":{},"table_bytes":{},"shards":{},"text_bytes":{},"columns":{:?}}}"#,
                stats.rows,
                stats.wasm_bytes,
                stats.kept_text_bytes,
                stats.table_bytes,
                stats.shards,
                stats.text_bytes,
                columns
            );
            Ok(JsValue::from(text))
        })
    });
    if let Ok(hopscope) = js_sys::Reflect::get(&js_sys::global(), &"hopscope".into()) {
        let _ = js_sys::Reflect::set(&hopscope, &"stats".into(), stats.as_ref());
    }
    stats.forget();

    // The moments a benchmark waits for, once for each load.
    let shown = StoredValue::new((false, false, 0.0_f64));
    effect(move || {
        if app.changing.get() {
            shown.set_value((false, false, sync::now()));
            return;
        }
        let (rows, ready, since) = shown.get_value();
        if !rows && app.shown_rows.with(|rows| rows.as_ref().is_some_and(|rows| rows.total > 0)) {
            shown.set_value((true, ready, since));
            request_animation_frame(|| mark("hopscope:first-rows"));
        }
        if !ready && app.is_ready() {
            shown.update_value(|shown| shown.1 = true);
            request_animation_frame(|| mark("hopscope:ready"));
        }
    });
}
