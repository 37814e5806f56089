//! A field of numbers: median and 95th percentile of both sides on a logarithmic axis, and how many times as large.

use crate::protocol::{CellValue, Difference, Differing};
use crate::record::{Field, Kind};
use crate::show;
use crate::ui::names::value_text;
use leptos::prelude::*;

/// Ticks of times, µs.
const TIMES: [i64; 9] =
    [1_000, 10_000, 100_000, 1_000_000, 10_000_000, 60_000_000, 600_000_000, 3_600_000_000, 86_400_000_000];
/// From tick to tick of sizes: 1 B, 32 B, 1 KB …
const BYTES: i64 = 32;
/// Ticks of an axis, at most.
const TICKS: usize = 6;

/// From the smallest to the largest number that an axis shows.
#[derive(Clone, Copy)]
struct Axis {
    low: i64,
    high: i64,
}

/// All times share an axis, so that they can be told apart at a glance; sizes have one, and other numbers.
#[derive(Clone, Copy)]
pub struct Axes {
    times: Axis,
    bytes: Axis,
    others: Axis,
}

impl Axes {
    pub fn of(fields: &[Difference]) -> Axes {
        let most = |wanted: fn(Kind) -> bool| {
            let of = fields.iter().filter(|difference| {
                Field::from_index(usize::from(difference.field)).is_some_and(|field| wanted(field.kind()))
            });
            let numbers = of.map(|difference| match &difference.detail {
                Differing::Numbers { p50, p95 } => p50.iter().chain(p95).copied().max().unwrap_or(0),
                Differing::Values(_) => 0,
            });
            numbers.max().unwrap_or(0)
        };
        let steps = |most: i64, step: i64| {
            let mut high = step;
            while high < most {
                high = high.saturating_mul(step);
            }
            Axis { low: 1, high }
        };
        let longest = most(|kind| kind == Kind::Duration);
        let high = TIMES[1..].iter().copied().find(|tick| *tick >= longest).unwrap_or(longest);
        Axes {
            times: Axis { low: TIMES[0], high },
            bytes: steps(most(|kind| kind == Kind::Bytes), BYTES),
            others: steps(most(|kind| kind == Kind::Int), 10),
        }
    }

    /// From the smallest to the largest number on the axis of the field.
    pub fn ends(&self, field: u16) -> [i64; 2] {
        let axis = Field::from_index(usize::from(field)).map(|field| self.axis(field));
        axis.map_or([0; 2], |axis| [axis.low, axis.high])
    }

    fn axis(&self, field: Field) -> Axis {
        match field.kind() {
            Kind::Duration => self.times,
            Kind::Bytes => self.bytes,
            _ => self.others,
        }
    }
}

impl Axis {
    /// 0 to 100.
    fn place(self, value: i64) -> f64 {
        let ln = |value: i64| (value.max(1) as f64).ln();
        let share = (ln(value) - ln(self.low)) / (ln(self.high) - ln(self.low));
        share.clamp(0.0, 1.0) * 100.0
    }

    fn ticks(self, field: Field) -> Vec<i64> {
        let each = |step: i64| std::iter::successors(Some(self.low), move |tick| tick.checked_mul(step));
        let all: Vec<i64> = match field.kind() {
            Kind::Duration => TIMES.iter().copied().filter(|tick| *tick <= self.high).collect(),
            Kind::Bytes => each(BYTES).take_while(|tick| *tick <= self.high).collect(),
            _ => each(10).take_while(|tick| *tick <= self.high).collect(),
        };
        let step = all.len().div_ceil(TICKS).max(1);
        let mut ticks: Vec<i64> = all.into_iter().step_by(step).collect();
        // No room beside the last, which ends where the axis ends.
        ticks.retain(|tick| *tick == self.high || self.place(*tick) < 80.0);
        ticks
    }
}

/// How the group's number stands to the rest's: `4.2 × slower`, `same`, `+1.78 s` where one of them is nothing.
fn factor(field: Field, [group, rest]: [i64; 2]) -> String {
    let (more, less) = match field.kind() {
        Kind::Duration => ("slower", "faster"),
        Kind::Bytes => ("larger", "smaller"),
        _ => ("higher", "lower"),
    };
    if group == rest {
        return "same".to_owned();
    }
    if group.min(rest) <= 0 {
        let sign = if group > rest { "+" } else { "\u{2212}" };
        return format!("{sign}{}", value_text(field, &CellValue::Int((group - rest).saturating_abs())));
    }
    let times = show::times(group.max(rest) as f64 / group.min(rest) as f64);
    match times.as_str() {
        "1.0" => "same".to_owned(),
        _ => format!("{times} × {}", if group > rest { more } else { less }),
    }
}

/// A tick of [`TIMES`] in few letters.
fn short_time(micros: i64) -> String {
    match micros {
        ..1_000_000 => format!("{} ms", micros / 1_000),
        1_000_000..60_000_000 => format!("{} s", micros / 1_000_000),
        60_000_000..3_600_000_000 => format!("{} min", micros / 60_000_000),
        _ => format!("{} h", micros / 3_600_000_000),
    }
}

pub fn number_rows(field: Field, axes: Axes, p50: [i64; 2], p95: [i64; 2]) -> impl IntoView {
    let axis = axes.axis(field);
    let line = |side: usize| {
        let (from, to) = (axis.place(p50[side]), axis.place(p95[side]));
        let (left, right) = (from.min(to), from.max(to));
        view! {
            <span class="ex-line" class:r=side == 1>
                <b style=format!("left:{left:.2}%;width:{:.2}%", right - left)></b>
                <i style=format!("left:{from:.2}%")></i>
                <u style=format!("left:{to:.2}%")></u>
            </span>
        }
    };
    let ticks = axis.ticks(field).into_iter().map(|tick| {
        let at = axis.place(tick);
        // The outermost stand within the axis.
        let shift = if at < 1.0 {
            "0"
        } else if at > 99.0 {
            "-100%"
        } else {
            "-50%"
        };
        let text = match field.kind() {
            Kind::Duration => short_time(tick),
            _ => value_text(field, &CellValue::Int(tick)),
        };
        view! { <span style=format!("left:{at:.2}%;transform:translateX({shift})")>{text}</span> }
    });
    let row = |name: &'static str, chart: AnyView, numbers: [i64; 2]| {
        view! {
            <div class="ex-row" role="row">
                <span class="ex-value" role="rowheader">{name}</span>
                {chart}
                <span class="num" role="cell">{value_text(field, &CellValue::Int(numbers[0]))}</span>
                <span class="num sub" role="cell">{value_text(field, &CellValue::Int(numbers[1]))}</span>
                <span class="num" role="cell">{factor(field, numbers)}</span>
            </div>
        }
    };
    let lines = view! { <span class="ex-lines" aria-hidden="true">{line(0)} {line(1)}</span> }.into_any();
    let ticks = view! { <span class="ex-ticks" aria-hidden="true">{ticks.collect_view()}</span> }.into_any();
    [row("median", lines, p50), row("95th percentile", ticks, p95)].collect_view()
}
