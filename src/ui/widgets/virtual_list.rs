//! A long list of rows of one height: only those in sight are in the document.

use super::show::{follow, hear, live};
use crate::ui::reactive::effect;
use leptos::html::Div;
use leptos::prelude::*;
use std::ops::Range;
use web_sys::WheelEvent;

/// Browsers cut or drop elements taller than this many pixels (Firefox at 17.9 million, less when zoomed).
const TALLEST: f64 = 6_000_000.0;
/// Rows drawn above and below those in sight.
const MARGIN: u64 = 8;

/// `rows` draws the range it is given, each row `height` pixels high. Where the list is taller than the browser can
/// scroll, the thumb moves in proportion and the wheel still moves row by row.
#[component]
pub fn VirtualList(
    #[prop(into)] total: Signal<u64>,
    height: f64,
    /// First row and row behind the last that are drawn now.
    window: RwSignal<Range<u64>>,
    #[prop(optional, into)] class: &'static str,
    rows: ViewFn,
) -> impl IntoView {
    let node = NodeRef::<Div>::new();
    let top = RwSignal::new(0.0f64);
    let spacer = move || (total.get() as f64 * height).min(TALLEST);
    let place = move || {
        let Some(list) = node.get_untracked() else { return };
        let (seen, total) = (f64::from(list.client_height()), total.get_untracked() as f64);
        let room = (spacer_height(total, height) - seen).max(1.0);
        let share = (f64::from(list.scroll_top()) / room).clamp(0.0, 1.0);
        let tall = total * height > TALLEST;
        let offset = if tall { share * (total * height - seen) } else { f64::from(list.scroll_top()) };
        let first = ((offset / height) as u64).saturating_sub(MARGIN);
        let last = (((offset + seen) / height).ceil() as u64 + MARGIN).min(total as u64);
        let shift =
            if tall { f64::from(list.scroll_top()) - (offset - first as f64 * height) } else { first as f64 * height };
        top.set(shift);
        let range = first.min(last)..last;
        if window.get_untracked() != range {
            window.set(range);
        }
    };
    let on_wheel = move |event: WheelEvent| {
        let Some(list) = node.get_untracked() else { return };
        let all = total.get_untracked() as f64 * height;
        if all > TALLEST && event.delta_mode() == WheelEvent::DOM_DELTA_PIXEL {
            event.prevent_default();
            let step = event.delta_y() * TALLEST / all;
            list.set_scroll_top(list.scroll_top() + if step > 0.0 { step.ceil() } else { step.floor() } as i32);
        }
    };
    effect(move || {
        total.track();
        place();
    });
    let resize = window_event_listener(leptos::ev::resize, move |_| place());
    on_cleanup(move || resize.remove());
    view! {
        <div class=format!("virtual {class}") node_ref=node on:scroll=hear(move |_| place()) on:wheel=hear(on_wheel)>
            <div class="virtual-space" style:height=follow(move || format!("{}px", spacer()))>
                <div class="virtual-rows" style:transform=follow(move || format!("translateY({}px)", top.get()))>
                    {live(move || rows.run())}
                </div>
            </div>
        </div>
    }
}

fn spacer_height(total: f64, height: f64) -> f64 {
    (total * height).min(TALLEST)
}
