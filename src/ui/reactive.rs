//! Effects and memos with their closures boxed. Leptos compiles its own once for every closure, each with the loop that
//! waits, the graph and the locks; these are compiled once, and once for every type of value.

use leptos::prelude::*;

/// Runs `run` soon, and again whenever a signal that it read changes.
pub fn effect(run: impl FnMut() + 'static) {
    boxed_effect(Box::new(run));
}

fn boxed_effect(run: Box<dyn FnMut()>) {
    Effect::new(run);
}

/// What `value` gives, worked out anew when a signal that it read changes; who reads it is told when it differs.
pub fn memo<T: PartialEq + Send + Sync + 'static>(value: impl Fn() -> T + Send + Sync + 'static) -> Memo<T> {
    boxed_memo(Box::new(value))
}

#[inline(never)]
fn boxed_memo<T: PartialEq + Send + Sync + 'static>(value: Box<dyn Fn() -> T + Send + Sync>) -> Memo<T> {
    Memo::new(move |_| value())
}
