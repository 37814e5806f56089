//! How often which number occurs, drawn by plotters: bars on a logarithmic axis, and the percentiles as text.

use crate::protocol::{CellValue, Distribution};
use crate::record::Field;
use crate::show;
use crate::ui::charts::{Anchor, ChartCanvas, Sheet, css_colour};
use crate::ui::names::{title, value_text};
use crate::ui::widgets::live;
use leptos::prelude::*;
use plotters::prelude::*;
use web_sys::HtmlCanvasElement;

/// Chart and percentiles of one field.
#[component]
pub fn DistributionView(
    field: Field,
    #[prop(into)] distribution: Signal<Option<Distribution>>,
    /// Also p95, where there is room.
    #[prop(optional)]
    wide: bool,
) -> impl IntoView {
    let label = Signal::derive(move || {
        let count = distribution.with(|d| d.as_ref().map_or(0, |d| d.count));
        format!("Distribution of {} over {}", title(field), show::logs(count))
    });
    let draw = move |sheet: &Sheet, canvas: &HtmlCanvasElement| {
        distribution.with(|d| {
            if let Some(d) = d {
                chart(sheet, canvas, d);
            }
        })
    };
    let figures = move || {
        let d = distribution.get()?;
        let mut all =
            vec![("min", d.min), ("p50", d.p50), ("p90", d.p90), ("p95", d.p95), ("p99", d.p99), ("max", d.max)];
        all.retain(|(name, _)| wide || *name != "p95");
        let heads = all.iter().map(|(name, _)| view! { <th scope="col">{*name}</th> }).collect_view();
        let cells =
            all.iter().map(|(_, value)| view! { <td>{value_text(field, &CellValue::Int(*value))}</td> }).collect_view();
        Some(view! {
            <table class="percentiles" aria-label=format!("Percentiles of {}", title(field))>
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>
                    <tr>{cells}</tr>
                </tbody>
            </table>
        })
    };
    view! {
        <ChartCanvas label=label class=if wide { "distribution wide" } else { "distribution" } draw=draw />
        {live(figures)}
    }
}

/// Counts in `bars` classes of equal width on a logarithmic axis from `low` to `high`.
fn gather(d: &Distribution, low: f64, high: f64, bars: usize) -> Vec<u64> {
    let mut counts = vec![0; bars];
    for (value, count) in &d.classes {
        let at = (place(*value) - low) / (high - low) * bars as f64;
        counts[(at.max(0.0) as usize).min(bars - 1)] += count;
    }
    counts
}

/// Place of a number on the axis; 0 stands beside 1.
fn place(value: i64) -> f64 {
    (value.max(0) as f64 + 1.0).ln()
}

fn chart(sheet: &Sheet, canvas: &HtmlCanvasElement, d: &Distribution) {
    let Some(&(first, _)) = d.classes.first() else { return };
    let (low, mut high) = (place(first.min(d.min)), place(d.max));
    if high - low < 0.05 {
        high = low + 0.05;
    }
    // Never narrower than a class: eight for each doubling.
    let classes = (high - low) / (std::f64::consts::LN_2 / 8.0);
    let bars = (sheet.width / 6.0).min(classes).max(1.0) as usize;
    let counts = gather(d, low, high, bars);
    let most = counts.iter().copied().max().unwrap_or(1).max(1) as f64;
    let (axis, bar) = (css_colour(canvas, "ink-3"), css_colour(canvas, "rest"));
    let foot = sheet.px(14.0).max(1) as u32;
    let built = ChartBuilder::on(&sheet.area)
        .set_label_area_size(LabelAreaPosition::Bottom, foot)
        .build_cartesian_2d(low..high, 0.0..most);
    let Ok(mut context) = built else { return };
    let width = (high - low) / bars as f64;
    // However rare, what is there can be seen.
    let boxes = counts.iter().enumerate().filter(|(_, count)| **count > 0).map(|(index, count)| {
        let left = low + width * index as f64;
        let tall = (*count as f64).max(most * 0.025);
        Rectangle::new([(left, 0.0), (left + width * 0.86, tall)], bar.rgba().filled())
    });
    if context.draw_series(boxes).is_err() {
        return;
    }
    let base = sheet.height - 14.0;
    sheet.horizontal(0.0, sheet.width, base, axis.fade(0.5));
    let mut free = 0.0;
    for value in [d.p50, d.p99] {
        let x = (place(value) - low) / (high - low) * sheet.width;
        sheet.vertical(x.min(sheet.width - 1.0), 0.0, base, css_colour(canvas, "accent"));
        let name = if value == d.p50 { "p50" } else { "p99" };
        let half = sheet.text_width(name) / 2.0;
        let at = x.clamp(half, sheet.width - half);
        if at - half >= free {
            sheet.text(at, base + 8.0, name, Anchor::Middle, axis);
            free = at + half + 6.0;
        }
    }
}
