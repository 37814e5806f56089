//! The page's end of the wire: sends requests, hands each answer to whoever waits for it.
//!
//! Boot contract: `globalThis.hopscope.worker` is a promise of `{ module, source }`, from which [`workers`] starts hub and
//! shards. Page to hub is `{ bytes, files }`, hub to page is a `Uint8Array`.

use super::workers::{self, Workers};
use crate::protocol::{self, FromHub, ToHub};
use crate::text::few::Few;
use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::LocalBoxFuture;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{File, MessageEvent};

/// Requests of one lane supersede each other: one is under way, and only the newest of the others waits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    Summary,
    Rows,
    Locate,
    Explain,
    Report,
    /// Several may be under way (two opened rows, two lists of values).
    Free,
}

type Waiting = (ToHub, u64, oneshot::Sender<FromHub>);

#[derive(Default)]
struct Inner {
    workers: Option<Workers>,
    ready: bool,
    /// Messages from before the hub was ready.
    queue: Vec<(ToHub, Vec<File>)>,
    next_id: u64,
    /// Who waits for the answer to a request.
    waiting: Few<u64, (Lane, oneshot::Sender<FromHub>)>,
    /// Newest request of a lane that is busy.
    held: Few<Lane, Waiting>,
    listener: Option<Listener>,
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
        let (receiving, failing) = (self.clone(), self.clone());
        let workers =
            workers::start(&parts, move |event| receiving.receive(event), move |message| failing.failed(message))?;
        self.0.borrow_mut().workers = Some(workers);
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
        let Some(hub) = self.0.borrow().workers.as_ref().map(|workers| workers.hub.clone()) else { return };
        let bytes = js_sys::Uint8Array::from(protocol::encode(message).as_slice());
        let parcel = js_sys::Object::new();
        let list: js_sys::Array = files.iter().collect();
        let posted = js_sys::Reflect::set(&parcel, &"bytes".into(), &bytes)
            .and_then(|_| js_sys::Reflect::set(&parcel, &"files".into(), &list))
            .and_then(|_| hub.post_message_with_transfer(&parcel, &js_sys::Array::of1(&bytes.buffer())));
        if let Err(error) = posted {
            self.failed(&format!("A message could not be sent: {}", describe(&error)));
        }
    }

    /// Hands every shard something that is no message, under this name.
    pub fn hand_over(&self, name: &str, what: &JsValue) -> Result<(), JsValue> {
        let parcel = js_sys::Object::new();
        js_sys::Reflect::set(&parcel, &name.into(), what)?;
        let inner = self.0.borrow();
        inner.workers.iter().flat_map(|workers| &workers.shards).try_for_each(|shard| shard.post_message(&parcel))
    }

    /// Asks, and waits for the answer; `None` where a newer request of the lane took its place, or it failed.
    pub fn ask(&self, lane: Lane, request: impl FnOnce(u64) -> ToHub) -> LocalBoxFuture<'static, Option<FromHub>> {
        let id = {
            let mut inner = self.0.borrow_mut();
            inner.next_id += 1;
            inner.next_id
        };
        self.asked(lane, id, request(id))
    }

    /// Compiled once, whoever asks.
    fn asked(&self, lane: Lane, id: u64, message: ToHub) -> LocalBoxFuture<'static, Option<FromHub>> {
        let (sender, receiver) = oneshot::channel();
        let busy = {
            let inner = self.0.borrow();
            lane != Lane::Free && inner.waiting.iter().any(|(_, (other, _))| *other == lane)
        };
        if busy {
            self.0.borrow_mut().held.insert(lane, (message, id, sender));
        } else {
            self.0.borrow_mut().waiting.insert(id, (lane, sender));
            self.send(message, Vec::new());
        }
        let client = self.clone();
        let answer = async move {
            match receiver.await.ok()? {
                FromHub::Failed { message, .. } => {
                    client.tell(FromHub::Failed { id: None, message });
                    None
                }
                answer => Some(answer),
            }
        };
        answer.boxed_local()
    }
}

/// Id of the request a message answers.
fn answered(message: &FromHub) -> Option<u64> {
    match message {
        FromHub::Ready { .. } | FromHub::Progress(_) => None,
        FromHub::Summary(summary) => Some(summary.id),
        FromHub::Rows(rows) => Some(rows.id),
        FromHub::Values(values) => Some(values.id),
        FromHub::Explained(found) => Some(found.id),
        FromHub::Reported(found) => Some(found.id),
        FromHub::Bars { id, .. }
        | FromHub::Found { id, .. }
        | FromHub::Detail { id, .. }
        | FromHub::Transaction { id, .. }
        | FromHub::Stats { id, .. } => Some(*id),
        FromHub::Located(located) => Some(located.id),
        FromHub::Preview(preview) => Some(preview.id),
        FromHub::Exported(part) => Some(part.id),
        FromHub::Failed { id, .. } => *id,
    }
}

/// What a function that the boot script left in the page promises.
pub async fn promised(function: &str, argument: JsValue) -> Result<JsValue, JsValue> {
    let hopscope = js_sys::Reflect::get(&js_sys::global(), &"hopscope".into())?;
    promised_by(&hopscope, function, &argument).await
}

/// What a method promises.
pub async fn promised_by(of: &JsValue, method: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
    let function: js_sys::Function = js_sys::Reflect::get(of, &method.into())?.dyn_into()?;
    wasm_bindgen_futures::JsFuture::from(js_sys::Promise::resolve(&function.call1(of, argument)?)).await
}

/// What a thrown value says.
pub fn describe(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => error.as_string().unwrap_or_else(|| format!("{error:?}")),
    }
}
