//! Tiles in the order of the user: pinned, dragged by their headers, or moved with Alt and an arrow on their titles. Those that
//! the user put somewhere stand first, and are the pinned ones. The browser keeps it.

use crate::record::Field;
use crate::ui::App;
use crate::ui::settings::keep;
use crate::ui::widgets::{Glyph, Icon, follow, hear};
use leptos::ev::{DragEvent, KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Puts the places that the user ordered first, in that order; the others follow in their own.
pub fn arrange<T>(places: &mut Vec<T>, name: impl Fn(&T) -> &'static str, order: &[String]) {
    let mut rest = std::mem::take(places);
    for wanted in order {
        if let Some(at) = rest.iter().position(|place| name(place) == wanted) {
            places.push(rest.remove(at));
        }
    }
    places.append(&mut rest);
}

/// The order after the tile at `from` went to `to`: named down to the last that moved. Tiles that are not shown now stay named.
fn moved(shown: &[&'static str], order: &[String], from: usize, to: usize) -> Vec<String> {
    let mut names: Vec<String> = shown.iter().map(|name| (*name).to_owned()).collect();
    let name = names.remove(from);
    names.insert(to, name);
    let ordered = order.iter().filter_map(|name| names.iter().position(|shown| shown == name)).max();
    names.truncate(1 + from.max(to).max(ordered.unwrap_or(0)));
    let hidden = order.iter().filter(|name| !shown.contains(&name.as_str())).cloned();
    names.into_iter().chain(hidden).collect()
}

fn set(app: App, order: Vec<String>) {
    keep("tiles", &order.join(","));
    app.tiles.set(order);
}

/// What has a tile stand first, behind those that do, or in its usual place again.
pub fn pin(app: App, title: &'static str, field: Field) -> AnyView {
    let name = field.name();
    let pinned = move || app.tiles.with(|tiles| tiles.iter().any(|tile| tile == name));
    let change = move |event: MouseEvent| {
        let mut tiles = app.tiles.get_untracked();
        let before = tiles.len();
        tiles.retain(|tile| tile != name);
        if tiles.len() == before {
            tiles.push(name.to_owned());
        }
        set(app, tiles);
        // What is moved in the document loses the focus.
        let button = event.current_target().and_then(|button| button.dyn_into::<HtmlElement>().ok());
        request_animation_frame(move || drop(button.map(|button| button.focus())));
    };
    view! {
        <button
            type="button"
            class="btn q icon sm pin-tile"
            aria-label=format!("Pin {title}")
            aria-pressed=follow(move || pinned().to_string())
            title="Stands first"
            on:click=hear(change)
        >
            <Icon glyph=Glyph::Pin small=true />
        </button>
    }
    .into_any()
}

/// Fields of the tiles as they are shown, and the one that is dragged.
#[derive(Clone, Copy)]
pub struct Order {
    app: App,
    pub shown: Memo<Vec<&'static str>>,
    dragged: StoredValue<Option<&'static str>>,
}

impl Order {
    pub fn new(app: App, shown: Memo<Vec<&'static str>>) -> Self {
        Self { app, shown, dragged: StoredValue::new(None) }
    }

    fn put(self, name: &'static str, to: impl FnOnce(usize) -> Option<usize>) {
        let shown = self.shown.get_untracked();
        let Some(from) = shown.iter().position(|one| *one == name) else { return };
        if let Some(to) = to(from).filter(|to| *to < shown.len() && *to != from) {
            set(self.app, self.app.tiles.with_untracked(|order| moved(&shown, order, from, to)));
        }
    }

    /// A tile that can be moved.
    pub fn movable(self, name: &'static str, tile: AnyView) -> AnyView {
        let on_key = move |event: KeyboardEvent| {
            let by = match event.key().as_str() {
                "ArrowUp" => -1,
                "ArrowDown" => 1,
                _ => return,
            };
            let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
            let Some(title) =
                target.filter(|target| event.alt_key() && target.closest("h3").is_ok_and(|h| h.is_some()))
            else {
                return;
            };
            event.prevent_default();
            self.put(name, |from| from.checked_add_signed(by));
            // What is moved in the document loses the focus.
            request_animation_frame(move || drop(title.focus()));
        };
        // Only by the header: text of the tile can still be selected.
        let on_down = move |event: leptos::ev::PointerEvent| {
            let place = event.current_target().and_then(|place| place.dyn_into::<HtmlElement>().ok());
            let on = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            let header = on.and_then(|on| on.closest("header").ok().flatten()).is_some();
            if let Some(place) = place {
                let _ = place.set_attribute("draggable", if header { "true" } else { "false" });
            }
        };
        let on_start = move |event: DragEvent| {
            // Firefox drags nothing that has no data.
            let _ = event.data_transfer().map(|transfer| transfer.set_data("text/plain", name));
            self.dragged.set_value(Some(name));
        };
        let on_over = move |event: DragEvent| {
            if self.dragged.get_value().is_some() {
                event.prevent_default();
            }
        };
        let on_drop = move |event: DragEvent| {
            if let Some(dragged) = self.dragged.get_value() {
                event.prevent_default();
                let to = self.shown.with_untracked(|shown| shown.iter().position(|one| *one == name));
                self.put(dragged, |_| to);
            }
        };
        view! {
            <div
                on:keydown=hear(on_key)
                on:pointerdown=hear(on_down)
                on:dragstart=hear(on_start)
                on:dragend=hear(move |_| self.dragged.set_value(None))
                on:dragover=hear(on_over)
                on:drop=hear(on_drop)
            >
                {tile}
            </div>
        }
        .into_any()
    }

    /// Gives the tiles their usual order back.
    pub fn reset(self) -> Option<AnyView> {
        let reset = move |_| set(self.app, Vec::new());
        (!self.app.tiles.with(Vec::is_empty)).then(|| {
            view! {
                <p class="tile-note">
                    <button type="button" class="lnk" on:click=hear(reset)>"Usual order of tiles"</button>
                </p>
            }
            .into_any()
        })
    }
}
