//! The hub in its worker: it owns the shards' workers and answers the page.

use super::file::FileInput;
use super::{bytes, get, listen, memory, object, scope};
use crate::engine::{Beside, Hub, Outlet, Shards, Sizes};
use crate::protocol::shard::{Ask, Reply};
use crate::protocol::{FromHub, ToHub, decode, encode};
use futures::channel::oneshot;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Url, Worker};

/// Shards, at most.
const MOST: f64 = 8.0;

pub fn start(boot: &JsValue) {
    let count = get(boot, "shards").as_f64().unwrap_or(2.0).clamp(1.0, MOST) as usize;
    let workers = match (0..count).map(|_| ShardWorker::start(boot)).collect::<Result<Vec<_>, _>>() {
        Ok(workers) => workers,
        Err(error) => {
            let why = error.dyn_ref::<js_sys::Error>().map_or_else(String::new, |error| error.message().into());
            let message = format!("The browser did not start the workers. {why}");
            return Page.send(FromHub::Failed { id: None, message });
        }
    };
    let hub = Rc::new(Hub::new(Workers(workers), Page, Sizes::default()));
    Page.send(FromHub::Ready { shards: count as u32 });
    listen(move |message| {
        let hub = hub.clone();
        match decode::<ToHub>(&bytes(&message, "bytes")) {
            Ok(request) => {
                let files: js_sys::Array = get(&message, "files").dyn_into().unwrap_or_default();
                let files = files.iter().filter_map(|file| file.dyn_into().ok().map(FileInput)).collect();
                spawn_local(async move { hub.handle(request, files).await });
            }
            Err(message) => Page.send(FromHub::Failed { id: None, message }),
        }
    });
}

/// The page.
struct Page;

impl Outlet for Page {
    fn send(&self, message: FromHub) {
        let bytes = js_sys::Uint8Array::from(encode(&message).as_slice());
        let buffer = js_sys::Array::of1(&bytes.buffer());
        if let Err(error) = scope().post_message_with_transfer(&bytes, &buffer) {
            web_sys::console::error_1(&error);
        }
    }

    fn now(&self) -> f64 {
        js_sys::Date::now()
    }

    fn memory(&self) -> u64 {
        memory()
    }
}

struct Workers(Vec<ShardWorker>);

impl Shards for Workers {
    type Input = FileInput;

    fn count(&self) -> usize {
        self.0.len()
    }

    async fn ask(&self, shard: usize, ask: Ask, beside: Beside<FileInput>) -> Reply {
        match self.0.get(shard) {
            Some(worker) => worker.ask(&ask, beside).await,
            None => Reply::Failed("There is no such worker.".to_owned()),
        }
    }
}

/// One shard's worker, and who waits for its answers.
struct ShardWorker {
    worker: Worker,
    state: Rc<State>,
}

#[derive(Default)]
struct State {
    waiting: RefCell<HashMap<u32, oneshot::Sender<Reply>>>,
    next: Cell<u32>,
    dead: RefCell<Option<String>>,
}

impl State {
    /// The worker is gone: whoever waits is told, and whoever asks from now on.
    fn die(&self, why: &str) {
        let message = format!("A worker stopped ({why}). What it had read is missing: open the files again.");
        *self.dead.borrow_mut() = Some(message.clone());
        for (_, sender) in self.waiting.borrow_mut().drain() {
            let _ = sender.send(Reply::Failed(message.clone()));
        }
        Page.send(FromHub::Failed { id: None, message });
    }
}

impl ShardWorker {
    /// Starts a worker from the same script and module. A blob worker inherits the page's policy.
    fn start(boot: &JsValue) -> Result<Self, JsValue> {
        let source = get(boot, "source");
        let options = BlobPropertyBag::new();
        options.set_type("text/javascript");
        let blob = Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&source), &options)?;
        let url = Url::create_object_url_with_blob(&blob)?;
        let worker = Worker::new(&url)?;
        let state = Rc::new(State::default());

        let answered = state.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let message = event.data();
            let id = get(&message, "id").as_f64().unwrap_or(-1.0);
            let sender = answered.waiting.borrow_mut().remove(&(id as u32));
            if let Some(sender) = sender {
                let reply = decode(&bytes(&message, "bytes")).unwrap_or_else(Reply::Failed);
                let _ = sender.send(reply);
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();

        let failed = state.clone();
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| failed.die(&event.message()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        on_error.forget();

        let first = object(&[("module", &get(boot, "module")), ("source", &source), ("role", &"shard".into())]);
        worker.post_message(&first)?;
        Ok(Self { worker, state })
    }

    async fn ask(&self, ask: &Ask, beside: Beside<FileInput>) -> Reply {
        if let Some(message) = &*self.state.dead.borrow() {
            return Reply::Failed(message.clone());
        }
        let id = self.state.next.get();
        self.state.next.set(id.wrapping_add(1));
        let (sender, answer) = oneshot::channel();
        self.state.waiting.borrow_mut().insert(id, sender);

        let bytes = js_sys::Uint8Array::from(encode(ask).as_slice());
        let buffers = js_sys::Array::of1(&bytes.buffer());
        let beside = match beside {
            Beside::Nothing => JsValue::UNDEFINED,
            Beside::Input(file) => file.0.into(),
            Beside::Text(text) => {
                let text = js_sys::Uint8Array::from(text.as_slice());
                buffers.push(&text.buffer());
                text.into()
            }
        };
        let message = object(&[("id", &id.into()), ("bytes", &bytes), ("beside", &beside)]);
        if self.worker.post_message_with_transfer(&message, &buffers).is_err() {
            self.state.waiting.borrow_mut().remove(&id);
            return Reply::Failed("A worker could not be asked.".to_owned());
        }
        answer.await.unwrap_or_else(|_| Reply::Failed("A worker stopped.".to_owned()))
    }
}
