//! Draws the bars: significant at the baseline, the rest on top of it.

use super::scale::{BASE, HEIGHT, LEFT, RIGHT, Scale, TOP};
use super::stack::{self, Layer};
use crate::protocol::{Bin, Range};
use crate::show;
use crate::ui::charts::{Anchor, Colour, Sheet, css_colour};
use web_sys::HtmlCanvasElement;

/// Which parts of a bar are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    pub significant: bool,
    pub other: bool,
}

impl Parts {
    pub const ALL: Parts = Parts { significant: true, other: true };

    pub fn of(self, bin: &Bin) -> (u64, u64) {
        let part = |shown: bool, count: u32| if shown { u64::from(count) } else { 0 };
        (part(self.significant, bin.significant), part(self.other, bin.other))
    }
}

/// Bars outside the selection are this faint.
const OUTSIDE: f64 = 0.38;

/// The parts of one bar, from the baseline up: the name of a colour, and how many logs.
pub type Bar = Vec<(&'static str, u64)>;

/// Significant logs and others.
pub fn by_significance(bin: &Bin, parts: Parts) -> Bar {
    let (significant, other) = parts.of(bin);
    vec![("hist-sig", significant), ("hist-nsig", other)]
}

/// The layers, and what none of them counts.
pub fn by_layers(at: usize, bin: &Bin, layers: &[Layer]) -> Bar {
    let mut rest = u64::from(bin.significant) + u64::from(bin.other);
    let mut bar = Bar::new();
    for layer in layers {
        let count = layer.counts.get(at).copied().unwrap_or(0).min(rest);
        rest -= count;
        bar.push((layer.colour, count));
    }
    bar.push((stack::REST, rest));
    bar
}

pub fn draw(sheet: &Sheet, canvas: &HtmlCanvasElement, scale: Scale, bars: &[Bar], brush: Option<Range>) {
    axes(sheet, canvas, scale);
    let base = sheet.px(BASE);
    let thin = sheet.px(1.0).max(1);
    for (bar, parts) in bars.iter().enumerate() {
        let wide = scale.bar_x(1) - scale.bar_x(0);
        let gap = if wide > 6.0 {
            2.0
        } else if wide > 3.0 {
            1.0
        } else {
            0.0
        };
        let left = sheet.px(scale.bar_x(bar));
        let right = (sheet.px(scale.bar_x(bar + 1)) - sheet.px(gap)).max(left + 1);
        let range = scale.bar_range(bar, bar);
        let inside = brush.is_none_or(|brush| range.from < brush.to && brush.from < range.to);
        let share = if inside { 1.0 } else { OUTSIDE };
        let (mut below, mut bottom) = (0, base);
        for (colour, count) in parts.iter().filter(|(_, count)| *count > 0) {
            below += count;
            let top = sheet.px(scale.y(below));
            let between = if bottom < base && bottom - top > 3 * thin { thin } else { 0 };
            // A part that is not zero is never thinner than one pixel.
            let top = top.min(bottom - between - thin);
            sheet.device_rect(left, top, right, bottom - between, css_colour(canvas, colour).fade(share));
            bottom = top;
        }
    }
}

fn axes(sheet: &Sheet, canvas: &HtmlCanvasElement, scale: Scale) {
    let colours = [css_colour(canvas, "line"), css_colour(canvas, "line-2"), css_colour(canvas, "ink-3")];
    let [line, strong, ink]: [Colour; 3] = colours;
    let right = scale.width - RIGHT;
    for count in scale.count_ticks() {
        let y = scale.y(count);
        sheet.horizontal(LEFT, right, y, if count == 0 { strong } else { line });
        sheet.text(LEFT - 6.0, y, &show::compact(count), Anchor::End, ink);
    }
    let mut free = 0.0;
    for (at, label) in scale.time_ticks() {
        let x = scale.x(at);
        sheet.vertical(x, BASE, BASE + 4.0, strong);
        let half = sheet.text_width(&label) / 2.0;
        let (from, to, anchor) = if x - half < LEFT - 8.0 {
            (x, x + 2.0 * half, Anchor::Start)
        } else if x + half > scale.width {
            (x - 2.0 * half, x, Anchor::End)
        } else {
            (x - half, x + half, Anchor::Middle)
        };
        if from >= free {
            sheet.text(x, HEIGHT - 8.0, &label, anchor, ink);
            free = to + 12.0;
        }
    }
    sheet.vertical(LEFT, TOP, TOP, line);
}
