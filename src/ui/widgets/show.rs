//! Views that come and go, views that follow a signal, and what hears an event, with their closures boxed. Leptos compiles
//! its own once for every closure, and the share of effect, memo, attribute and mounting is some kilobytes; these are
//! compiled once.

use leptos::children::ViewFn;
use leptos::prelude::*;
use std::sync::Arc;

/// The children while `when` holds, else the fallback.
#[component(transparent)]
pub fn Show<W>(children: ChildrenFn, when: W, #[prop(optional, into)] fallback: ViewFn) -> impl IntoView
where
    W: Fn() -> bool + Send + Sync + 'static,
{
    shown(children, Arc::new(when), fallback)
}

fn shown(children: ChildrenFn, when: Arc<dyn Fn() -> bool + Send + Sync>, fallback: ViewFn) -> AnyView {
    let when = ArcMemo::new(move |_| when());
    live(move || if when.get() { children() } else { fallback.run() }).into_any()
}

/// A part of a view that follows the signals it reads.
pub type Live<T> = Box<dyn FnMut() -> T + Send>;

/// The view that `part` gives, made anew whenever a signal that it read changes.
pub fn live<V: IntoView + 'static>(mut part: impl FnMut() -> V + Send + 'static) -> Live<AnyView> {
    Box::new(move || part().into_any())
}

/// An attribute, class or style that follows the signals it reads.
pub fn follow<T>(value: impl FnMut() -> T + Send + 'static) -> Live<T> {
    Box::new(value)
}

/// What an element does when it hears an event.
pub fn hear<E>(act: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(act)
}
