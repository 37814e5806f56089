//! Where a moment and a count stand in the plot, and back.

use crate::protocol::{Histogram, Range};
use crate::show;

/// CSS pixels: axis labels left, the selection bar above, time labels below.
pub const LEFT: f64 = 42.0;
pub const RIGHT: f64 = 4.0;
pub const TOP: f64 = 24.0;
pub const BASE: f64 = 99.0;
pub const HEIGHT: f64 = 118.0;

const MILLI: i64 = 1_000;
const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const STEPS: [i64; 29] = [
    MILLI,
    2 * MILLI,
    5 * MILLI,
    10 * MILLI,
    20 * MILLI,
    50 * MILLI,
    100 * MILLI,
    200 * MILLI,
    500 * MILLI,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    30 * DAY,
];

/// Geometry of one drawing of the histogram.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scale {
    pub start: i64,
    pub step: i64,
    pub bars: usize,
    /// CSS pixels, axis included.
    pub width: f64,
    /// Count at the top of the plot.
    pub most: u64,
    pub log: bool,
}

impl Scale {
    pub fn new(histogram: &Histogram, width: f64, log: bool, most: u64) -> Scale {
        let bars = histogram.bins.len();
        Scale { start: histogram.start, step: histogram.step, bars, width, most: round_up(most, log), log }
    }

    /// False where there is nothing to draw.
    pub fn is_drawn(&self) -> bool {
        self.step > 0 && self.bars > 0 && self.width > LEFT + RIGHT
    }

    pub fn end(&self) -> i64 {
        self.start + self.step * self.bars as i64
    }

    fn plot_width(&self) -> f64 {
        self.width - LEFT - RIGHT
    }

    pub fn x(&self, time: i64) -> f64 {
        let share = (time - self.start) as f64 / (self.end() - self.start).max(1) as f64;
        LEFT + share.clamp(0.0, 1.0) * self.plot_width()
    }

    pub fn bar_x(&self, bar: usize) -> f64 {
        LEFT + bar as f64 * self.plot_width() / self.bars.max(1) as f64
    }

    /// The bar under a point; the outermost ones for points beside the plot.
    pub fn bar_at(&self, x: f64) -> usize {
        let share = (x - LEFT) / self.plot_width();
        ((share * self.bars as f64).floor().max(0.0) as usize).min(self.bars.saturating_sub(1))
    }

    /// The nearest edge between bars, as a time.
    pub fn edge_at(&self, x: f64) -> i64 {
        let share = ((x - LEFT) / self.plot_width()).clamp(0.0, 1.0);
        self.start + (share * self.bars as f64).round() as i64 * self.step
    }

    pub fn bar_range(&self, one: usize, other: usize) -> Range {
        let (from, to) = (one.min(other) as i64, one.max(other) as i64 + 1);
        Range { from: self.start + from * self.step, to: self.start + to * self.step }
    }

    pub fn y(&self, count: u64) -> f64 {
        let share = match self.log {
            true => (1.0 + count as f64).ln() / (1.0 + self.most as f64).ln(),
            false => count as f64 / self.most.max(1) as f64,
        };
        BASE - share.clamp(0.0, 1.0) * (BASE - TOP)
    }

    /// Counts that get a line and a label.
    pub fn count_ticks(&self) -> Vec<u64> {
        if !self.log {
            let half = self.most / 2;
            return if half * 2 == self.most { vec![0, half, self.most] } else { vec![0, self.most] };
        }
        let mut ticks = vec![0];
        let decades = (self.most as f64).log10().ceil().max(1.0);
        let stride = (decades / 3.0).ceil() as u32;
        let mut power = 0;
        while 10u64.pow(power) <= self.most {
            ticks.push(10u64.pow(power));
            power += stride.max(1);
        }
        ticks
    }

    /// Moments that get a label, and the labels.
    pub fn time_ticks(&self) -> Vec<(i64, String)> {
        let span = self.end() - self.start;
        let most = (self.plot_width() / 92.0).max(2.0) as i64;
        let step = show::tick_step(&STEPS, span, most);
        let years = show::Dates::between(self.start, self.end()) == show::Dates::Year;
        // Round where the times are shown.
        let shown = self.start + show::ahead(self.start);
        let mut at = self.start - shown.rem_euclid(step);
        let mut ticks = Vec::new();
        while at <= self.end() {
            if at >= self.start {
                let midnight = (at + show::ahead(at)).rem_euclid(DAY) == 0 && span > DAY;
                let day = midnight || step >= DAY;
                ticks.push((
                    at,
                    match (day, years) {
                        (true, true) => show::date(at),
                        (true, false) => show::day(at),
                        (false, _) => label(at, step),
                    },
                ));
            }
            let next = at + step;
            // Clocks may be changed in between: by an hour mostly, so that what divides an hour stays round. Never back to where
            // it was: an island once left out a day.
            let changed = if step > HOUR { show::ahead(at) - show::ahead(next) } else { 0 };
            at = (next + changed).max(at + step / 2);
        }
        ticks
    }
}

/// A time as short as a step allows.
pub fn label(at: i64, step: i64) -> String {
    match step {
        DAY.. => show::day(at),
        MINUTE.. => show::hour_minute(at),
        SECOND.. => show::clock(at),
        _ => show::time(at),
    }
}

/// The next round number, so that the axis reads well.
fn round_up(most: u64, log: bool) -> u64 {
    let most = most.max(1);
    if log {
        return most;
    }
    let mut magnitude = 1u64;
    while magnitude * 10 <= most {
        magnitude *= 10;
    }
    let tenths = [10, 15, 20, 30, 40, 50, 60, 80, 100];
    tenths
        .into_iter()
        .map(|t| t * magnitude / 10)
        .find(|&v| v >= most && v % 2 == 0 && v > 0)
        .unwrap_or(magnitude * 10)
        .max(2)
}
