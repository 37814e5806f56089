//! The waterfall: the rows on screen as bars on one axis. Which rows begin together, where a bar stands, and which part of the
//! axis is looked at; pure.

use crate::record::Field;
use crate::show;
use crate::text::few::Few;
use crate::text::sort;

/// Which moment a bar is counted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// Every bar stands at its own time.
    #[default]
    Clock,
    /// Each log begins at the left.
    Log,
    /// The first log on screen of each client does.
    Client,
    /// Of each connection: address and port of the client.
    Connection,
    Transaction,
}

impl Align {
    pub const ALL: [Align; 5] = [Align::Clock, Align::Log, Align::Client, Align::Connection, Align::Transaction];

    pub fn name(self) -> &'static str {
        match self {
            Align::Clock => "Clock",
            Align::Log => "Each log",
            Align::Client => "Client",
            Align::Connection => "Connection",
            Align::Transaction => "Transaction",
        }
    }

    /// What logs have in common that are counted from the same moment. A log without them stands for itself.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Align::Clock | Align::Log => &[],
            Align::Client => &[Field::ClientIp],
            Align::Connection => &[Field::ClientIp, Field::ClientPort],
            Align::Transaction => &[Field::TransactionId],
        }
    }
}

/// How the waterfall is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Look {
    pub align: Align,
    pub zoom: Zoom,
}

/// The bar of a log: start and length in microseconds, and what it has in common with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    pub group: Option<String>,
    pub start: i64,
    pub length: i64,
}

/// What the rows on screen are drawn on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axis {
    align: Align,
    /// Start of the first log of each group.
    origins: Few<String, i64>,
    pub span: Span,
}

impl Axis {
    pub fn of(Look { align, zoom }: Look, bars: &[Bar]) -> Axis {
        let mut origins = Few::default();
        if !align.fields().is_empty() {
            for bar in bars {
                if let Some(group) = &bar.group {
                    let origin = origins.entry(group.clone(), || bar.start);
                    *origin = bar.start.min(*origin);
                }
            }
        }
        let mut axis = Axis { align, origins, span: Span::default() };
        axis.span = Span::of(bars.iter().map(|bar| (axis.start(bar), bar.length))).part(zoom);
        axis
    }

    /// Where the bar begins on this axis, microseconds.
    fn start(&self, bar: &Bar) -> i64 {
        match self.align {
            Align::Clock => bar.start,
            _ => bar.start - bar.group.as_ref().and_then(|group| self.origins.get(group)).unwrap_or(&bar.start),
        }
    }

    pub fn place(&self, bar: &Bar) -> Place {
        let start = self.start(bar);
        let (left, right) = (self.span.x(start), self.span.x(start.saturating_add(bar.length)));
        let within = |x: f64| x.clamp(0.0, 100.0);
        Place { left: within(left), right: within(right), before: right < -0.5, beyond: right > 100.5 }
    }

    /// (per cent, label) of at most this many ticks.
    pub fn ticks(&self, most: i64) -> Vec<(f64, String)> {
        self.span.ticks(most, self.align != Align::Clock)
    }
}

/// Where a bar stands, per cent of the width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    pub left: f64,
    pub right: f64,
    /// All of it is left of what is shown.
    pub before: bool,
    /// It goes on to the right of what is shown.
    pub beyond: bool,
}

/// The part of the axis that is looked at, in shares of the whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Zoom {
    pub from: f64,
    pub to: f64,
}

impl Default for Zoom {
    fn default() -> Self {
        Zoom { from: 0.0, to: 1.0 }
    }
}

/// No part is smaller.
const CLOSEST: f64 = 1.0 / 4_096.0;

impl Zoom {
    /// Half of what is shown, around its middle, or twice as much.
    pub fn scaled(self, closer: bool) -> Zoom {
        let length = (self.to - self.from) * if closer { 0.5 } else { 2.0 };
        let length = length.clamp(CLOSEST, 1.0);
        Zoom::at((self.from + self.to - length) / 2.0, length)
    }

    /// Half a screen earlier or later.
    pub fn moved(self, later: bool) -> Zoom {
        let length = self.to - self.from;
        Zoom::at(self.from + if later { length / 2.0 } else { -length / 2.0 }, length)
    }

    fn at(from: f64, length: f64) -> Zoom {
        let from = from.clamp(0.0, 1.0 - length);
        Zoom { from, to: from + length }
    }

    /// How many times as large as the whole.
    pub fn factor(self) -> f64 {
        1.0 / (self.to - self.from)
    }
}

/// What an axis spans, microseconds. `to` is 0 where no row has a time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Span {
    pub from: i64,
    pub to: i64,
}

const STEPS: [i64; 25] = [
    100,
    200,
    500,
    1_000,
    2_000,
    5_000,
    10_000,
    20_000,
    50_000,
    100_000,
    200_000,
    500_000,
    1_000_000,
    2_000_000,
    5_000_000,
    10_000_000,
    20_000_000,
    30_000_000,
    60_000_000,
    120_000_000,
    300_000_000,
    900_000_000,
    3_600_000_000,
    21_600_000_000,
    86_400_000_000,
];

/// Where times are told by the clock, none is shorter: its labels have milliseconds.
const SHORTEST_BY_CLOCK: usize = 3;

impl Span {
    /// From the first start to the end of nine in ten bars; longer ones go on beyond it.
    fn of(bars: impl Iterator<Item = (i64, i64)>) -> Span {
        let bars: Vec<_> = bars.map(|(start, length)| (start, length.max(0))).collect();
        let Some(from) = bars.iter().map(|bar| bar.0).min() else { return Span::default() };
        let last = bars.iter().map(|bar| bar.0).max().unwrap_or(from);
        let mut ends: Vec<_> = bars.iter().map(|bar| bar.0.saturating_add(bar.1)).collect();
        sort::by(&mut ends, Ord::cmp);
        let most = ends[(ends.len() * 9 / 10).min(ends.len() - 1)].max(last);
        // The very last end is taken in where that costs little.
        let to = if ends[ends.len() - 1] - from <= (most - from) * 3 / 2 { ends[ends.len() - 1] } else { most };
        let length = (to - from).max(400);
        Span { from: from - length / 100, to: from + length + length * 3 / 100 }
    }

    fn part(self, zoom: Zoom) -> Span {
        let at = |share: f64| self.from + ((self.to - self.from) as f64 * share) as i64;
        Span { from: at(zoom.from), to: at(zoom.to) }
    }

    /// Per cent of the width.
    fn x(&self, time: i64) -> f64 {
        (time - self.from) as f64 / (self.to - self.from).max(1) as f64 * 100.0
    }

    /// (per cent, label) of at most this many ticks. By the clock, labels after the first are shortened.
    fn ticks(&self, most: i64, relative: bool) -> Vec<(f64, String)> {
        if self.to == self.from {
            return Vec::new();
        }
        let steps = if relative { &STEPS[..] } else { &STEPS[SHORTEST_BY_CLOCK..] };
        let step = show::tick_step(steps, self.to - self.from, most);
        let years = show::Dates::between(self.from, self.to) == show::Dates::Year;
        let mut ticks = Vec::new();
        let mut at = (self.from.div_euclid(step) + 1) * step;
        while at <= self.to {
            let label = match step {
                _ if relative && at == 0 => "0".to_owned(),
                _ if relative => format!("+{}", show::duration(at)),
                86_400_000_000.. if years => show::date(at),
                86_400_000_000.. => show::day(at),
                60_000_000.. => show::hour_minute(at),
                _ if ticks.is_empty() => show::clock(at),
                1_000_000.. => show::clock(at)[5..].to_owned(),
                100_000.. => show::time(at)[5..10].to_owned(),
                _ => show::time(at)[5..].to_owned(),
            };
            ticks.push((self.x(at), label));
            at += step;
        }
        ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(group: &str, start: i64, length: i64) -> Bar {
        Bar { group: (!group.is_empty()).then(|| group.to_owned()), start, length }
    }

    /// Three requests of one connection, two of another, one of none; microseconds of a day.
    fn bars() -> Vec<Bar> {
        let at = 1_800_000_000_000_000;
        vec![
            bar("a", at, 40_000),
            bar("b", at + 10_000, 90_000),
            bar("a", at + 50_000, 20_000),
            bar("", at + 60_000, 5_000),
            bar("b", at + 110_000, 30_000),
            bar("a", at + 120_000, 10_000),
        ]
    }

    #[test]
    fn by_the_clock_every_bar_stands_at_its_time() {
        let bars = bars();
        let axis = Axis::of(Look::default(), &bars);
        let lefts: Vec<_> = bars.iter().map(|bar| axis.place(bar).left).collect();
        assert!(lefts.is_sorted() && lefts[0] > 0.0 && lefts[5] < 100.0, "{lefts:?}");
        let widths = |at: usize| axis.place(&bars[at]).right - axis.place(&bars[at]).left;
        assert!((widths(0) / widths(2) - 2.0).abs() < 1e-6, "to scale");
        assert!(axis.ticks(4)[0].1.contains(':'), "{:?}", axis.ticks(4));
    }

    #[test]
    fn the_first_of_each_group_begins_at_the_left() {
        let bars = bars();
        let axis = Axis::of(Look { align: Align::Connection, ..Look::default() }, &bars);
        let left = |at: usize| axis.place(&bars[at]).left;
        assert_eq!((left(0), left(3)), (left(1), left(1)));
        // 50 and 100 ms behind the first of their connection.
        assert!((left(4) - left(0) - 2.0 * (left(2) - left(0))).abs() < 1e-6);
        let labels: Vec<_> = axis.ticks(8).into_iter().map(|(_, label)| label).collect();
        assert_eq!(labels[..2], ["0", "+20 ms"], "{labels:?}");
        let each = Axis::of(Look { align: Align::Log, ..Look::default() }, &bars);
        assert!(bars.iter().all(|bar| each.place(bar).left == each.place(&bars[0]).left));
    }

    #[test]
    fn a_part_of_the_axis_shows_what_lies_in_it_and_says_what_does_not() {
        let bars = bars();
        let whole = Axis::of(Look::default(), &bars);
        let zoom = Zoom { from: 0.25, to: 0.5 };
        let axis = Axis::of(Look { zoom, ..Look::default() }, &bars);
        for bar in &bars {
            let (all, part) = (whole.place(bar), axis.place(bar));
            assert_eq!(part.before, all.right < 24.8, "{bar:?}");
            assert_eq!(part.beyond, all.right > 50.1, "{bar:?}");
            if 25.0 < all.left && all.right < 50.0 {
                assert!((part.left - (all.left - 25.0) * 4.0).abs() < 0.1, "{part:?} of {all:?}");
            }
        }
    }

    #[test]
    fn no_step_leaves_the_axis_and_all_lead_back() {
        let mut zoom = Zoom::default();
        for step in 0..40 {
            zoom = if step % 3 == 0 { zoom.moved(step % 2 == 0) } else { zoom.scaled(true) };
            assert!(0.0 <= zoom.from && zoom.to <= 1.0 && zoom.to - zoom.from >= CLOSEST, "{zoom:?}");
        }
        assert_eq!(zoom.factor().round(), 4_096.0);
        for _ in 0..12 {
            zoom = zoom.scaled(false);
        }
        assert_eq!(zoom, Zoom::default());
        assert_eq!(zoom.moved(true), zoom);
    }

    #[test]
    fn no_row_with_a_time_has_no_ticks() {
        let axis = Axis::of(Look::default(), &[]);
        assert!(axis.ticks(8).is_empty());
    }
}
