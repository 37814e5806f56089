//! The canvas of a chart: redrawn, at most once a frame, when its data, its size, the zoom or the theme change.

use super::{Sheet, forget_colours};
use crate::ui::reactive::effect;
use leptos::html::Canvas;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{
    HtmlCanvasElement, MediaQueryList, MutationObserver, MutationObserverInit, ResizeObserver, ResizeObserverEntry,
};

/// `draw` runs inside an effect: every signal it reads makes the chart draw again. `label` is what a screen reader
/// says instead of the picture; a table with the same figures belongs beside it.
#[component]
pub fn ChartCanvas(
    #[prop(into)] label: Signal<String>,
    class: &'static str,
    draw: impl Fn(&Sheet, &HtmlCanvasElement) + 'static,
) -> impl IntoView {
    let node = NodeRef::<Canvas>::new();
    let changed = RwSignal::new(0u32);
    let watching = StoredValue::new_local(None::<Watching>);
    // Known from what the browser tells after it laid the page out: asking would have it do so at once.
    let place = Place::default();
    let font = RefCell::new(None);
    effect(move || {
        let Some(canvas) = node.get() else { return };
        if watching.with_value(Option::is_none) {
            watching.set_value(Watching::start(&canvas, changed, place.clone()));
        }
        changed.track();
        let Some((width, height)) = place.get() else { return };
        let family = font.borrow_mut().get_or_insert_with(|| font_of(&canvas)).clone();
        if let Some(sheet) = Sheet::open(&canvas, width, height, family) {
            draw(&sheet, &canvas);
        }
    });
    view! { <canvas node_ref=node class=class role="img" aria-label=label></canvas> }
}

/// Width and height in CSS pixels.
type Place = Rc<Cell<Option<(f64, f64)>>>;

fn font_of(canvas: &HtmlCanvasElement) -> String {
    let style = window().get_computed_style(canvas).ok().flatten();
    style.and_then(|style| style.get_property_value("font-family").ok()).unwrap_or_default()
}

/// Bumps a signal in the frame after the canvas changed its size or the page its theme; ends when dropped.
struct Watching {
    size: ResizeObserver,
    theme: MutationObserver,
    system: MediaQueryList,
    repaint: Closure<dyn FnMut()>,
    _resized: Closure<dyn FnMut(js_sys::Array)>,
}

impl Watching {
    fn start(canvas: &HtmlCanvasElement, changed: RwSignal<u32>, place: Place) -> Option<Watching> {
        // Not a reactive value: whatever effect starts the watching may end before it.
        let waiting = Rc::new(Cell::new(false));
        let bump = move || {
            if !waiting.replace(true) {
                let waiting = waiting.clone();
                request_animation_frame(move || {
                    waiting.set(false);
                    changed.try_update(|n| *n += 1);
                });
            }
        };
        let repaint = {
            let bump = bump.clone();
            Closure::<dyn FnMut()>::new(move || {
                forget_colours();
                bump();
            })
        };
        let resized = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let rect = entries.pop().unchecked_into::<ResizeObserverEntry>().content_rect();
            place.set(Some((rect.width(), rect.height())));
            bump();
        });
        let callback = repaint.as_ref().unchecked_ref();
        let size = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok()?;
        size.observe(canvas);
        let theme = MutationObserver::new(callback).ok()?;
        let options = MutationObserverInit::new();
        options.set_attributes(true);
        theme.observe_with_options(document().document_element()?.as_ref(), &options).ok()?;
        let system = window().match_media("(prefers-color-scheme: dark)").ok()??;
        system.add_event_listener_with_callback("change", callback).ok()?;
        Some(Watching { size, theme, system, repaint, _resized: resized })
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.size.disconnect();
        self.theme.disconnect();
        let _ = self.system.remove_event_listener_with_callback("change", self.repaint.as_ref().unchecked_ref());
    }
}
