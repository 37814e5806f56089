//! A dialog over the page. The browser's own element keeps the focus inside and gives it back.

use super::show::{Show, hear};
use crate::ui::reactive::effect;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

#[component]
pub fn Dialog(open: RwSignal<bool>, label: &'static str, children: ChildrenFn) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let children = StoredValue::new(children);
    effect(move || {
        if let Some(dialog) = node.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
    // Closed by the browser, which gives the focus back to where it came from, whoever wants it closed.
    let close = move || {
        if let Some(dialog) = node.get_untracked() {
            dialog.close();
        }
    };
    let shown = RwSignal::new(open.get_untracked());
    effect(move || match open.get() {
        true => shown.set(true),
        false => close(),
    });
    let closed = move |_| {
        open.set(false);
        shown.set(false);
    };
    // A press on the backdrop is a press on the element itself.
    let outside = move |event: leptos::ev::MouseEvent| {
        let on_backdrop = event.target().is_some_and(|target| target.dyn_ref::<web_sys::HtmlDialogElement>().is_some());
        if on_backdrop {
            close();
        }
    };
    view! {
        <Show when=move || shown.get()>
            <dialog class="dlg" role="dialog" aria-label=label node_ref=node on:close=hear(closed) on:click=hear(outside)>
                <div class="dlg-body">
                    <header>
                        <h2>{label}</h2>
                        <button type="button" class="btn q icon sm" aria-label="Close" on:click=hear(move |_| close())>
                            <super::Icon glyph=super::Glyph::Close />
                        </button>
                    </header>
                    {children.with_value(|children| children())}
                </div>
            </dialog>
        </Show>
    }
}
