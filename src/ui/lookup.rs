//! Unpacks the program that looks up what logs do not say (patterns, user agents, countries) when it is first needed, and
//! hands it to the workers. The page itself asks it whether a pattern is one.

use super::client::{describe, promised};
use super::state::App;
use crate::lookup;
use crate::protocol::ToHub;
use crate::ui::reactive::effect;
use leptos::prelude::*;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

type Then = Box<dyn FnOnce()>;

/// How far it is.
enum State {
    Packed,
    /// Who waits for it.
    UnderWay(Vec<Then>),
    /// It is there, or will never be.
    Settled {
        works: bool,
    },
}

thread_local! {
    static STATE: RefCell<State> = const { RefCell::new(State::Packed) };
}

/// Unpacks it once logs are shown, or a search has a pattern, and looks up again when the IP groups change; call once.
pub fn follow(app: App) {
    effect(move || {
        app.query.with(|query| foresee(app, query));
        if app.rail.with(|summary| summary.as_ref().is_some_and(|summary| !summary.so_far)) {
            unpack(app, None);
        }
    });
    effect(move || {
        let groups = app.settings.ip_groups.get();
        if STATE.with_borrow(|state| matches!(state, State::Settled { works: true })) {
            app.client().send(ToHub::LookUp { groups }, Vec::new());
        }
    });
}

fn has_pattern(query: &str) -> bool {
    query.contains("=~")
}

fn is_settled() -> bool {
    STATE.with_borrow(|state| matches!(state, State::Settled { .. }))
}

/// Has it at hand by the time that a search which is being typed is to run.
pub fn foresee(app: App, text: &str) {
    if has_pattern(text) {
        unpack(app, None);
    }
}

/// True where nobody can yet say whether a pattern in the text is one: `then` is called when somebody can.
pub fn is_awaited(app: App, text: &str, then: impl FnOnce() + 'static) -> bool {
    let awaited = has_pattern(text) && !is_settled();
    if awaited {
        unpack(app, Some(Box::new(then)));
    }
    awaited
}

fn unpack(app: App, then: Option<Then>) {
    let begins = STATE.with_borrow_mut(|state| {
        let begins = matches!(state, State::Packed);
        if begins {
            *state = State::UnderWay(Vec::new());
        }
        if let State::UnderWay(waiting) = state {
            waiting.extend(then);
        }
        begins
    });
    if !begins {
        return;
    }
    leptos::task::spawn_local(async move {
        let unpacked = unpacked(app).await;
        let works = unpacked.is_ok();
        match unpacked {
            Ok(()) => {
                app.client().send(ToHub::LookUp { groups: app.settings.ip_groups.get_untracked() }, Vec::new());
            }
            Err(error) => app.failure.set(Some(format!("Patterns and countries do not work: {}", describe(&error)))),
        }
        if let State::UnderWay(waiting) = STATE.replace(State::Settled { works }) {
            waiting.into_iter().for_each(|then| then());
        }
    });
}

/// Installs an instance here, and has every shard make one.
async fn unpacked(app: App) -> Result<(), JsValue> {
    let parts = promised("lookup", JsValue::NULL).await?;
    let get = |key: &str| js_sys::Reflect::get(&parts, &key.into());
    let ask: js_sys::Function = get("ask")?.dyn_into()?;
    lookup::install(Box::new(move |subject, question| {
        let question = js_sys::Uint8Array::from(question);
        let answer = ask.call2(&JsValue::NULL, &subject.into(), &question);
        answer.map_or(Vec::new(), |answer| js_sys::Uint8Array::new(&answer).to_vec())
    }));
    app.client().hand_over("lookup", &get("module")?)
}
