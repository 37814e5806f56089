//! How logs come in: drop anywhere, paste, the two file dialogs and Ctrl+O.

use crate::show;
use crate::ui::widgets::{Show, hear};
use crate::ui::{App, entries, recent, use_app};
use leptos::ev::{ClipboardEvent, DragEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DataTransfer, File, HtmlInputElement};

/// Opens the file dialogs.
#[derive(Clone, Copy)]
pub struct Picker {
    files: NodeRef<html::Input>,
    folder: NodeRef<html::Input>,
}

impl Picker {
    pub fn create() -> Self {
        let folder: NodeRef<html::Input> = NodeRef::new();
        // Not among the attributes that the view macro knows.
        folder.on_load(|input| drop(input.set_attribute("webkitdirectory", "")));
        Self { files: NodeRef::new(), folder }
    }

    pub fn files(self) {
        if let Some(input) = self.files.get_untracked() {
            input.click();
        }
    }

    pub fn folder(self) {
        if let Some(input) = self.folder.get_untracked() {
            input.click();
        }
    }
}

/// The dialogs' inputs, always in the page, and the screen shown while files are dragged over it.
#[component]
pub fn Intake(picker: Picker) -> impl IntoView {
    let app = use_app();
    let dragged = RwSignal::new(None::<u32>);
    follow_drag(app, dragged);
    let paste = window_event_listener(leptos::ev::paste, move |event| pasted(app, &event));
    on_cleanup(move || paste.remove());
    view! {
        <input
            type="file"
            class="vh"
            multiple
            tabindex="-1"
            aria-hidden="true"
            node_ref=picker.files
            on:change=hear(move |event| chosen(app, &event))
        />
        <input
            type="file"
            class="vh"
            tabindex="-1"
            aria-hidden="true"
            node_ref=picker.folder
            on:change=hear(move |event| chosen(app, &event))
        />
        <Show when=move || dragged.get().is_some()>
            <DropScreen count=dragged.get().unwrap_or(0) />
        </Show>
    }
}

#[component]
fn DropScreen(count: u32) -> impl IntoView {
    let app = use_app();
    let adds = !app.is_empty();
    let what = if count == 0 { "files".to_owned() } else { show::count(u64::from(count), "file", "files") };
    let title = format!("Drop {what} to {}", if adds { "add" } else { "open" });
    let more = if adds { "Hold Shift to replace the open logs" } else { "They are read here, in this tab." };
    view! {
        <div class="over" role="status">
            <div class="c">
                <svg class="over-art" viewBox="0 0 64 64" aria-hidden="true">
                    <path d="M32 10v28M21 28l11 11 11-11" />
                    <path d="M12 42v8c0 2 1.5 3.5 3.5 3.5h33c2 0 3.5-1.5 3.5-3.5v-8" />
                </svg>
                <h1>{title}</h1>
                <p class="sub">{more}</p>
            </div>
        </div>
    }
}

fn has_files(transfer: &DataTransfer) -> bool {
    transfer.types().iter().any(|kind| kind.as_string().as_deref() == Some("Files"))
}

/// Entering a child counts one up, leaving it one down: the drag is over at 0.
fn follow_drag(app: App, dragged: RwSignal<Option<u32>>) {
    let depth = StoredValue::new(0_i32);
    let files = |event: &DragEvent| event.data_transfer().filter(has_files);
    let end = move || {
        depth.set_value(0);
        dragged.set(None);
    };
    let enter = window_event_listener(leptos::ev::dragenter, move |event| {
        let Some(transfer) = files(&event) else { return };
        event.prevent_default();
        depth.update_value(|depth| *depth += 1);
        if dragged.get_untracked().is_none() {
            let items = transfer.items();
            let count = (0..items.length()).filter(|at| items.get(*at).is_some_and(|item| item.kind() == "file"));
            dragged.set(Some(count.count() as u32));
        }
    });
    let over = window_event_listener(leptos::ev::dragover, move |event| {
        if let Some(transfer) = files(&event) {
            event.prevent_default();
            transfer.set_drop_effect("copy");
        }
    });
    let leave = window_event_listener(leptos::ev::dragleave, move |event| {
        if files(&event).is_some() {
            depth.update_value(|depth| *depth -= 1);
            if depth.get_value() <= 0 {
                end();
            }
        }
    });
    let drop = window_event_listener(leptos::ev::drop, move |event| {
        let Some(transfer) = files(&event) else { return };
        event.prevent_default();
        end();
        let replace = event.shift_key();
        take(app, &transfer, replace);
    });
    on_cleanup(move || {
        for handle in [enter, over, leave, drop] {
            handle.remove();
        }
    });
}

fn take(app: App, transfer: &DataTransfer, replace: bool) {
    let (dropped, handles) = entries::collect(transfer);
    leptos::task::spawn_local(recent::remember(handles));
    leptos::task::spawn_local(async move {
        let files = entries::files(dropped).await;
        if files.is_empty() {
            app.failure.set(Some("Nothing to read was dropped: no file, or a folder without files.".into()));
            return;
        }
        if replace {
            app.close_all();
        }
        app.open(files);
    });
}

fn chosen(app: App, event: &leptos::ev::Event) {
    let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
    let list = input.files();
    let mut files: Vec<(String, File)> = Vec::new();
    for file in (0..list.as_ref().map_or(0, |list| list.length())).filter_map(|at| list.as_ref()?.get(at)) {
        let path = js_sys::Reflect::get(&file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
        let name = path.filter(|path| !path.is_empty()).unwrap_or_else(|| file.name());
        let hidden = name.contains('/') && name.rsplit('/').next().is_some_and(|last| last.starts_with('.'));
        if !hidden {
            files.push((name, file));
        }
    }
    app.open(files);
    // So that the same file can be chosen again.
    input.set_value("");
}

fn pasted(app: App, event: &ClipboardEvent) {
    let typing = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    if typing.is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA")) {
        return;
    }
    let Some(data) = event.clipboard_data() else { return };
    if data.files().is_some_and(|files| files.length() > 0) {
        event.prevent_default();
        take(app, &data, false);
        return;
    }
    let text = data.get_data("text/plain").unwrap_or_default();
    if !text.trim().is_empty() {
        event.prevent_default();
        let number = app.pasted.get_untracked() + 1;
        app.pasted.set(number);
        app.open_text(&format!("pasted-{number}.log"), text.as_bytes());
    }
}
