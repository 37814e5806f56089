//! plotters on plotters-canvas, in device pixels and without touching the document.
//!
//! plotters-canvas draws in the canvas's own pixels, knows no devicePixelRatio, and plotters measures text by appending
//! a `<span>` to the page. Here the canvas gets one pixel per pixel of the screen, shapes snap to them, and text is
//! measured by the canvas itself.

use crate::text::decimal;
use crate::text::few::Few;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{PathElement, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBAColor, RGBColor, ShapeStyle, TextStyle};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};
use plotters_canvas::CanvasBackend;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, HtmlElement};

/// An opaque colour with a share of opacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Colour(pub u8, pub u8, pub u8, pub f64);

impl Colour {
    /// The same colour, fainter.
    pub fn fade(self, share: f64) -> Colour {
        Colour(self.0, self.1, self.2, self.3 * share)
    }

    pub fn rgba(self) -> RGBAColor {
        RGBColor(self.0, self.1, self.2).mix(self.3)
    }

    fn fill(self) -> ShapeStyle {
        self.rgba().filled()
    }
}

/// What `var(--name)` is right now at this element, whatever theme and `light-dark()` say.
pub fn css_colour(at: &Element, name: &'static str) -> Colour {
    if let Some(colour) = COLOURS.with_borrow(|known| known.get(&name).copied()) {
        return colour;
    }
    let probe: &HtmlElement = at.unchecked_ref();
    let _ = probe.style().set_property("color", &format!("var(--{name})"));
    let text = web_sys::window()
        .and_then(|window| window.get_computed_style(at).ok().flatten())
        .and_then(|style| style.get_property_value("color").ok())
        .unwrap_or_default();
    let _ = probe.style().remove_property("color");
    let numbers: Vec<f64> = text.split(|c: char| !c.is_ascii_digit() && c != '.').filter_map(decimal::read).collect();
    // `color(srgb 0.1 0.2 0.3)` counts from 0 to 1, `rgb(25, 33, 44)` to 255.
    let scale = if text.starts_with("color(") { 255.0 } else { 1.0 };
    let part = |i: usize| (numbers.get(i).copied().unwrap_or(0.0) * scale).round() as u8;
    let colour = Colour(part(0), part(1), part(2), numbers.get(3).copied().unwrap_or(1.0));
    COLOURS.with_borrow_mut(|known| known.insert(name, colour));
    colour
}

thread_local! {
    /// Colours of the theme in force: asking for one has the browser compute its styles at once.
    static COLOURS: RefCell<Few<&'static str, Colour>> = RefCell::default();
}

/// The theme changed.
pub fn forget_colours() {
    COLOURS.with_borrow_mut(Few::clear);
}

/// Where a text stands relative to its point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// A canvas ready to be drawn on, in CSS pixels that snap to those of the screen.
pub struct Sheet {
    /// For plotters' own charts, in device pixels.
    pub area: DrawingArea<Backend, Shift>,
    context: CanvasRenderingContext2d,
    pub ratio: f64,
    /// CSS pixels.
    pub width: f64,
    pub height: f64,
    font: String,
}

impl Sheet {
    /// Gives the canvas, which is `width` and `height` CSS pixels large, as many pixels as the screen has under it, and
    /// empties it; `font` is a family. `None` where it is not shown.
    pub fn open(canvas: &HtmlCanvasElement, width: f64, height: f64, font: String) -> Option<Sheet> {
        let ratio = web_sys::window()?.device_pixel_ratio().max(0.5);
        if width < 1.0 || height < 1.0 {
            return None;
        }
        let (w, h) = ((width * ratio).round() as u32, (height * ratio).round() as u32);
        if (canvas.width(), canvas.height()) != (w, h) {
            canvas.set_width(w);
            canvas.set_height(h);
        }
        let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        context.clear_rect(0.0, 0.0, f64::from(w), f64::from(h));
        let inner = CanvasBackend::with_canvas_object(canvas.clone())?;
        let backend = Backend { inner, context: context.clone() };
        Some(Sheet { area: backend.into_drawing_area(), context, ratio, width, height, font })
    }

    /// CSS pixels to the nearest pixel of the screen.
    pub fn px(&self, css: f64) -> i32 {
        (css * self.ratio).round() as i32
    }

    pub fn rect(&self, left: f64, top: f64, right: f64, bottom: f64, colour: Colour) {
        self.device_rect(self.px(left), self.px(top), self.px(right), self.px(bottom), colour);
    }

    /// In device pixels, right and bottom exclusive.
    pub fn device_rect(&self, left: i32, top: i32, right: i32, bottom: i32, colour: Colour) {
        if right > left && bottom > top {
            let _ = self.area.draw(&Rectangle::new([(left, top), (right, bottom)], colour.fill()));
        }
    }

    /// A line one CSS pixel thick.
    pub fn horizontal(&self, left: f64, right: f64, y: f64, colour: Colour) {
        let y = self.px(y);
        self.device_rect(self.px(left), y, self.px(right), y + self.px(1.0).max(1), colour);
    }

    pub fn vertical(&self, x: f64, top: f64, bottom: f64, colour: Colour) {
        let x = self.px(x);
        self.device_rect(x, self.px(top), x + self.px(1.0).max(1), self.px(bottom), colour);
    }

    pub fn path(&self, points: impl IntoIterator<Item = (f64, f64)>, colour: Colour, width: f64) {
        let points: Vec<_> = points.into_iter().map(|(x, y)| (self.px(x), self.px(y))).collect();
        let style = Color::stroke_width(&colour.rgba(), self.px(width).max(1) as u32);
        let _ = self.area.draw(&PathElement::new(points, style));
    }

    /// A line of text at 11 px, vertically centred on `y`.
    pub fn text(&self, x: f64, y: f64, text: &str, anchor: Anchor, colour: Colour) {
        let h_pos = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let colour = colour.rgba();
        let style = TextStyle::from(self.font(11.0)).color(&colour).pos(Pos::new(h_pos, VPos::Center));
        let _ = self.area.draw(&Text::new(text, (self.px(x), self.px(y)), style));
    }

    /// The page's own font at this size in CSS pixels, for plotters.
    pub fn font(&self, size: f64) -> FontDesc<'_> {
        FontDesc::new(FontFamily::Name(&self.font), size * self.ratio, FontStyle::Normal)
    }

    /// Width of a text at 11 px, CSS pixels.
    pub fn text_width(&self, text: &str) -> f64 {
        self.context.set_font(&format!("normal {}px {}", 11.0 * self.ratio, self.font));
        self.context.measure_text(text).map_or(0.0, |measure| measure.width() / self.ratio)
    }
}

/// plotters-canvas for every shape; text is measured by the canvas, so that the page is never laid out for it.
pub struct Backend {
    inner: CanvasBackend,
    context: CanvasRenderingContext2d,
}

type Outcome<T = ()> = Result<T, DrawingErrorKind<<CanvasBackend as DrawingBackend>::ErrorType>>;

impl DrawingBackend for Backend {
    type ErrorType = <CanvasBackend as DrawingBackend>::ErrorType;

    fn get_size(&self) -> (u32, u32) {
        self.inner.get_size()
    }

    fn ensure_prepared(&mut self) -> Outcome {
        self.inner.ensure_prepared()
    }

    fn present(&mut self) -> Outcome {
        self.inner.present()
    }

    fn draw_pixel(&mut self, point: BackendCoord, colour: BackendColor) -> Outcome {
        self.inner.draw_pixel(point, colour)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Outcome {
        self.inner.draw_line(from, to, style)
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, fill: bool) -> Outcome {
        self.inner.draw_rect(from, to, style, fill)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Outcome {
        self.inner.draw_path(path, style)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Outcome {
        self.inner.fill_polygon(path, style)
    }

    fn draw_circle<S: BackendStyle>(&mut self, at: BackendCoord, radius: u32, style: &S, fill: bool) -> Outcome {
        self.inner.draw_circle(at, radius, style, fill)
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Outcome {
        self.inner.draw_text(text, style, at)
    }

    fn estimate_text_size<S: BackendTextStyle>(&self, text: &str, style: &S) -> Outcome<(u32, u32)> {
        self.context.set_font(&format!("{} {}px {}", style.style().as_str(), style.size(), style.family().as_str()));
        let width = self.context.measure_text(text).map_or(0.0, |measure| measure.width());
        Ok((width.ceil() as u32, style.size().ceil() as u32))
    }
}
