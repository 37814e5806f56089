//! The hub in its worker: it asks the shards through their ports and answers the page.

use super::file::FileInput;
use super::{bytes, get, listen, memory, object, scope};
use crate::engine::{Beside, Hub, Outlet, Shards, Sizes, format_names};
use crate::protocol::shard::{Ask, Reply};
use crate::protocol::{FromHub, ToHub, decode, encode};
use crate::text::few::Few;
use futures::channel::oneshot;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{MessageEvent, MessagePort};

pub fn start(boot: &JsValue) {
    let ports: js_sys::Array = get(boot, "ports").dyn_into().unwrap_or_default();
    let shards: Vec<Rc<ShardPort>> = ports.iter().map(|port| ShardPort::open(port.unchecked_into())).collect();
    Page.send(FromHub::Ready { shards: shards.len() as u32, formats: format_names() });
    let hub = Rc::new(Hub::new(Ports(shards.clone()), Page, Sizes::default()));
    listen(move |message| {
        if let Some(shard) = get(&message, "dead").as_f64().and_then(|dead| shards.get(dead as usize)) {
            return shard.die(&get(&message, "why").as_string().unwrap_or_default());
        }
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

struct Ports(Vec<Rc<ShardPort>>);

impl Shards for Ports {
    type Input = FileInput;

    fn count(&self) -> usize {
        self.0.len()
    }

    async fn ask(&self, shard: usize, ask: Ask, beside: Beside<FileInput>) -> Reply {
        match self.0.get(shard) {
            Some(port) => port.ask(&ask, beside).await,
            None => Reply::Failed("There is no such worker.".to_owned()),
        }
    }
}

/// The way to one shard, and who waits for its answers.
struct ShardPort {
    port: MessagePort,
    waiting: RefCell<Few<u32, oneshot::Sender<Reply>>>,
    next: Cell<u32>,
    dead: RefCell<Option<String>>,
}

impl ShardPort {
    fn open(port: MessagePort) -> Rc<Self> {
        let shard = Rc::new(Self { port, waiting: RefCell::default(), next: Cell::new(0), dead: RefCell::default() });
        let answered = shard.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let message = event.data();
            let id = get(&message, "id").as_f64().unwrap_or(-1.0);
            let sender = answered.waiting.borrow_mut().remove(&(id as u32));
            if let Some(sender) = sender {
                let reply = decode(&bytes(&message, "bytes")).unwrap_or_else(Reply::Failed);
                let _ = sender.send(reply);
            }
        });
        shard.port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
        shard
    }

    /// The shard is gone: whoever waits is told, and whoever asks from now on.
    fn die(&self, why: &str) {
        let message = format!("A worker stopped ({why}). What it had read is missing: open the files again.");
        *self.dead.borrow_mut() = Some(message.clone());
        for (_, sender) in self.waiting.take() {
            let _ = sender.send(Reply::Failed(message.clone()));
        }
        Page.send(FromHub::Failed { id: None, message });
    }

    async fn ask(&self, ask: &Ask, beside: Beside<FileInput>) -> Reply {
        if let Some(message) = &*self.dead.borrow() {
            return Reply::Failed(message.clone());
        }
        let id = self.next.get();
        self.next.set(id.wrapping_add(1));
        let (sender, answer) = oneshot::channel();
        self.waiting.borrow_mut().insert(id, sender);

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
        if self.port.post_message_with_transferable(&message, &buffers).is_err() {
            self.waiting.borrow_mut().remove(&id);
            return Reply::Failed("A worker could not be asked.".to_owned());
        }
        answer.await.unwrap_or_else(|_| Reply::Failed("A worker stopped.".to_owned()))
    }
}
