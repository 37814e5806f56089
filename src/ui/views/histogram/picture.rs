//! The histogram as a picture to be saved, for a ticket: what it is of, its legend, its bars.

use super::Plot;
use super::scale::LEFT;
use super::stack::REST;
use crate::show;
use crate::ui::charts::{Colour, css_colour};
use crate::ui::download::save;
use crate::ui::widgets::{Glyph, Icon, hear};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// CSS pixels above the bars, for the words.
const HEAD: f64 = 28.0;

pub fn button(plot: Plot) -> AnyView {
    let act = move |_| {
        if draw(plot).is_err() {
            plot.app.failure.set(Some("This browser gives no picture of the histogram.".to_owned()));
        }
    };
    view! {
        <button
            type="button"
            class="btn q icon sm"
            aria-label="Save picture"
            title="Save the histogram as a picture, for a ticket"
            on:click=hear(act)
        >
            <Icon glyph=Glyph::Export />
        </button>
    }
    .into_any()
}

/// Title, and (name of a colour, text) for each part of the bars.
fn words(plot: Plot) -> (String, Vec<(&'static str, String)>) {
    let scale = plot.scale.get_untracked();
    let total = plot.app.summary.with_untracked(|summary| summary.as_ref().map_or(0, |summary| summary.total));
    let title =
        format!("{}, {} {}", show::logs(total), show::period(scale.start, scale.end()), show::zone(scale.start));
    let stack = plot.stack.get_untracked().filter(|_| plot.by.get_untracked().is_some());
    let parts = match stack {
        Some(stack) => {
            let layers = stack.layers.iter().map(|layer| (layer.colour, layer.name.clone()));
            layers.chain([(REST, "other".to_owned())]).collect()
        }
        None => vec![("hist-sig", "Significant".to_owned()), ("hist-nsig", "Non-significant".to_owned())],
    };
    (title, parts)
}

fn draw(plot: Plot) -> Result<(), JsValue> {
    let found = document().query_selector(".plot-canvas")?;
    let bars: HtmlCanvasElement = found.ok_or(JsValue::NULL)?.unchecked_into();
    let width = plot.width.get_untracked();
    let ratio = f64::from(bars.width()) / width.max(1.0);
    let sheet: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    sheet.set_width(bars.width());
    sheet.set_height(bars.height() + (HEAD * ratio) as u32);
    let context: CanvasRenderingContext2d = sheet.get_context("2d")?.ok_or(JsValue::NULL)?.unchecked_into();
    let fill = |name: &'static str| {
        let Colour(red, green, blue, _) = css_colour(&bars, name);
        context.set_fill_style_str(&format!("rgb({red},{green},{blue})"));
    };
    fill("surface");
    context.fill_rect(0.0, 0.0, f64::from(sheet.width()), f64::from(sheet.height()));
    context.draw_image_with_html_canvas_element(&bars, 0.0, HEAD * ratio)?;
    context.scale(ratio, ratio)?;
    context.set_font("13px system-ui, sans-serif");
    let (title, parts) = words(plot);
    let mut x = LEFT;
    fill("ink");
    context.fill_text(&title, x, 19.0)?;
    x += context.measure_text(&title)?.width() + 24.0;
    for (colour, name) in parts {
        fill(colour);
        context.fill_rect(x, 10.0, 9.0, 9.0);
        fill("ink");
        context.fill_text(&name, x + 14.0, 19.0)?;
        x += context.measure_text(&name)?.width() + 30.0;
    }
    let keep = Closure::once_into_js(|picture: JsValue| {
        drop(save(&js_sys::Array::of1(&picture), "hopscope-histogram.png", "image/png"));
    });
    sheet.to_blob(keep.unchecked_ref())
}
