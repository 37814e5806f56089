//! The page's end of the wire: starts the hub worker, sends requests, hands each answer to whoever waits for it.
//!
//! Boot contract: `globalThis.hopscope.worker` is a promise of `{ module, source }`. The worker is a classic one from a
//! Blob (the only kind that starts from `file://` in Chromium, and it inherits the page's policy). The first message
//! carries the module; afterwards page to hub is `{ bytes, files }` and hub to page is a `Uint8Array`.

use crate::protocol::{self, FromHub, ToHub};
use futures::channel::oneshot;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, File, MessageEvent, Url, Worker};

/// Requests of one lane supersede each other: one is under way, and only the newest of the others waits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    Summary,
    Rows,
    Locate,
    /// Several may be under way (two opened rows, two lists of values).
    Free,
}

type Waiting = (ToHub, u64, oneshot::Sender<FromHub>);

#[derive(Default)]
struct Inner {
    worker: Option<Worker>,
    ready: bool,
    /// Messages from before the hub was ready.
    queue: Vec<(ToHub, Vec<File>)>,
    next_id: u64,
    /// Who waits for the answer to a request.
    waiting: HashMap<u64, (Lane, oneshot::Sender<FromHub>)>,
    /// Newest request of a lane that is busy.
    held: HashMap<Lane, Waiting>,
    listener: Option<Listener>,
    /// Kept for as long as the worker lives.
    handlers: Vec<Closure<dyn FnMut(JsValue)>>,
}

type Listener = Rc<dyn Fn(FromHub)>;

/// Handle of the connection; cheap to clone.
#[derive(Clone, Default)]
pub struct Client(Rc<RefCell<Inner>>);

impl Client {
    /// Starts the hub. `listener` gets every message that answers no request; a worker that dies is told as
    /// [`FromHub::Failed`] without id.
    pub fn start(listener: impl Fn(FromHub) + 'static) -> Self {
        let client = Self::default();
        client.0.borrow_mut().listener = Some(Rc::new(listener));
        let starting = client.clone();
        wasm_bindgen_futures::spawn_local(async move {
            if let Err(error) = starting.boot().await {
                starting.failed(&format!("The engine did not start: {}", describe(&error)));
            }
        });
        client
    }

    async fn boot(&self) -> Result<(), JsValue> {
        let hopscope = js_sys::Reflect::get(&js_sys::global(), &"hopscope".into())?;
        let promise: js_sys::Promise = js_sys::Reflect::get(&hopscope, &"worker".into())?.dyn_into()?;
        let parts = wasm_bindgen_futures::JsFuture::from(promise).await?;
        let source = js_sys::Reflect::get(&parts, &"source".into())?;
        let options = BlobPropertyBag::new();
        options.set_type("text/javascript");
        let blob = Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&source), &options)?;
        let url = Url::create_object_url_with_blob(&blob)?;
        // The address is not revoked: Firefox may not have looked at it yet.
        let worker = Worker::new(&url)?;

        let client = self.clone();
        let on_message = Closure::new(move |event: JsValue| client.receive(event.unchecked_ref::<MessageEvent>()));
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let client = self.clone();
        let on_error = Closure::new(move |event: JsValue| {
            let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).unwrap_or_default();
            client.failed(&format!("The engine stopped: {message}"));
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));

        let first = js_sys::Object::new();
        let set = |key: &str, value: &JsValue| js_sys::Reflect::set(&first, &key.into(), value);
        set("module", &js_sys::Reflect::get(&parts, &"module".into())?)?;
        set("source", &source)?;
        set("role", &"hub".into())?;
        set("shards", &shards().into())?;
        worker.post_message(&first)?;
        let mut inner = self.0.borrow_mut();
        inner.handlers.extend([on_message, on_error]);
        inner.worker = Some(worker);
        Ok(())
    }

    fn receive(&self, event: &MessageEvent) {
        let bytes = js_sys::Uint8Array::new(&event.data()).to_vec();
        match protocol::decode::<FromHub>(&bytes) {
            Ok(message) => self.dispatch(message),
            Err(error) => self.failed(&error),
        }
    }

    fn dispatch(&self, message: FromHub) {
        if let FromHub::Ready { .. } = message {
            let queue = {
                let mut inner = self.0.borrow_mut();
                inner.ready = true;
                std::mem::take(&mut inner.queue)
            };
            for (message, files) in queue {
                self.post(&message, &files);
            }
        }
        match answered(&message) {
            Some(id) => self.answer(id, message),
            None => self.tell(message),
        }
    }

    fn answer(&self, id: u64, message: FromHub) {
        let (sender, held) = {
            let mut inner = self.0.borrow_mut();
            match inner.waiting.remove(&id) {
                None => return,
                Some((lane, sender)) => (sender, inner.held.remove(&lane).map(|held| (lane, held))),
            }
        };
        if let Some((lane, (request, id, next))) = held {
            self.0.borrow_mut().waiting.insert(id, (lane, next));
            self.send(request, Vec::new());
        }
        let _ = sender.send(message);
    }

    fn tell(&self, message: FromHub) {
        let listener = self.0.borrow().listener.clone();
        if let Some(listener) = listener {
            listener(message);
        }
    }

    fn failed(&self, message: &str) {
        web_sys::console::error_1(&message.into());
        {
            let mut inner = self.0.borrow_mut();
            inner.waiting.clear();
            inner.held.clear();
        }
        self.tell(FromHub::Failed { id: None, message: message.to_owned() });
    }

    /// Sends a message that has no answer of its own.
    pub fn send(&self, message: ToHub, files: Vec<File>) {
        if self.0.borrow().ready {
            self.post(&message, &files);
        } else {
            self.0.borrow_mut().queue.push((message, files));
        }
    }

    fn post(&self, message: &ToHub, files: &[File]) {
        let Some(worker) = self.0.borrow().worker.clone() else { return };
        let bytes = js_sys::Uint8Array::from(protocol::encode(message).as_slice());
        let parcel = js_sys::Object::new();
        let list: js_sys::Array = files.iter().collect();
        let posted = js_sys::Reflect::set(&parcel, &"bytes".into(), &bytes)
            .and_then(|_| js_sys::Reflect::set(&parcel, &"files".into(), &list))
            .and_then(|_| worker.post_message_with_transfer(&parcel, &js_sys::Array::of1(&bytes.buffer())));
        if let Err(error) = posted {
            self.failed(&format!("A message could not be sent: {}", describe(&error)));
        }
    }

    /// Asks, and waits for the answer; `None` where a newer request of the lane took its place, or it failed.
    pub async fn ask(&self, lane: Lane, request: impl FnOnce(u64) -> ToHub) -> Option<FromHub> {
        let (sender, receiver) = oneshot::channel();
        let message = {
            let mut inner = self.0.borrow_mut();
            inner.next_id += 1;
            let id = inner.next_id;
            let message = request(id);
            let busy = lane != Lane::Free && inner.waiting.values().any(|(other, _)| *other == lane);
            if busy {
                inner.held.insert(lane, (message, id, sender));
                None
            } else {
                inner.waiting.insert(id, (lane, sender));
                Some(message)
            }
        };
        if let Some(message) = message {
            self.send(message, Vec::new());
        }
        match receiver.await.ok()? {
            FromHub::Failed { message, .. } => {
                self.tell(FromHub::Failed { id: None, message });
                None
            }
            answer => Some(answer),
        }
    }
}

/// Id of the request a message answers.
fn answered(message: &FromHub) -> Option<u64> {
    match message {
        FromHub::Ready { .. } | FromHub::Progress(_) => None,
        FromHub::Summary(summary) => Some(summary.id),
        FromHub::Rows(rows) => Some(rows.id),
        FromHub::Values(values) => Some(values.id),
        FromHub::Detail { id, .. } | FromHub::Stats { id, .. } => Some(*id),
        FromHub::Located(located) => Some(located.id),
        FromHub::Failed { id, .. } => *id,
    }
}

/// One shard for each core, at most eight.
fn shards() -> u32 {
    let cores = web_sys::window().map_or(1.0, |window| window.navigator().hardware_concurrency());
    cores.clamp(1.0, 8.0) as u32
}

/// What a thrown value says.
pub fn describe(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => error.as_string().unwrap_or_else(|| format!("{error:?}")),
    }
}
