//! A view for each item of a list that changes. Leptos's `For` is compiled once for every kind of item, key and view;
//! this is compiled once.

use leptos::prelude::*;
use rustc_hash::FxBuildHasher;
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

/// An item on its way to the document: drawn only if none with its key stands there.
struct Item {
    key: u64,
    draw: Box<dyn FnOnce() -> AnyView + Send>,
}

/// `row` of each of the `items`. What has the key of an item that was there before stays as it is.
pub fn each<T, K, V>(
    items: impl Fn() -> Vec<T> + Send + 'static,
    key: fn(&T) -> K,
    row: impl Fn(T) -> V + Send + Sync + 'static,
) -> AnyView
where
    T: Send + 'static,
    K: Hash + 'static,
    V: IntoView + 'static,
{
    let row = Arc::new(move |item| row(item).into_any());
    let item = move |item| {
        let (key, row) = (FxBuildHasher.hash_one(key(&item)), Arc::clone(&row));
        Item { key, draw: Box::new(move || row(item)) }
    };
    boxed(Box::new(move || items().into_iter().map(&item).collect()))
}

fn boxed(items: Box<dyn Fn() -> Vec<Item> + Send>) -> AnyView {
    view! { <For each=items key=|item| item.key children=|item| (item.draw)() /> }.into_any()
}
