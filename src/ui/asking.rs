//! Answers beside the summary: asked for anew whenever that says that the logs changed, or what is asked did.

use super::reactive::effect;
use super::state::{App, Shown};
use crate::protocol::View;
use futures::future::LocalBoxFuture;
use leptos::prelude::*;

/// Keeps an answer, of which the generation and whether all was read were told; with what the summary was about.
pub type Keep = Box<dyn FnOnce(Shown)>;

/// What a question comes to: its answer's keeper, or nothing where a newer one took its place.
pub type Asked = LocalBoxFuture<'static, Option<Keep>>;

/// Asks when a summary of the current view is there, and again with each new one or when a signal that `ask` read changes.
/// Only the newest answer is kept.
pub fn ask_anew(app: App, ask: impl Fn(View) -> Option<Asked> + 'static) {
    boxed(app, Box::new(ask));
}

fn boxed(app: App, ask: Box<dyn Fn(View) -> Option<Asked>>) {
    let newest = StoredValue::new(0u32);
    effect(move || {
        let Some(shown) = app.shown_summary.get() else { return };
        let asked = ask(shown.view.clone());
        let Some(asked) = asked.filter(|_| shown.view == app.view()) else { return };
        let ticket = newest.get_value() + 1;
        newest.set_value(ticket);
        leptos::task::spawn_local(async move {
            if let Some(keep) = asked.await
                && newest.try_get_value() == Some(ticket)
            {
                keep(shown);
            }
        });
    });
}
