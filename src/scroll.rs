//! Where a row stands among any number of rows, some of them opened, and which rows a scroll position shows.
//!
//! Browsers clamp the height of an element (Firefox from about 17.8 M pixels on shows nothing at all), so the scrolled
//! element is never taller than [`SPACER`]: beyond that a pixel of the thumb stands for many rows, while wheel and keys
//! still move by exact pixels of the true height.

use crate::protocol::RowId;

/// How high a row is, and whether its values go on in further lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowHeight {
    Compact,
    #[default]
    Normal,
    /// Up to three lines of each value.
    Wrapped,
}

impl RowHeight {
    pub const ALL: [RowHeight; 3] = [RowHeight::Compact, RowHeight::Normal, RowHeight::Wrapped];

    pub fn name(self) -> &'static str {
        match self {
            RowHeight::Compact => "Compact",
            RowHeight::Normal => "Normal",
            RowHeight::Wrapped => "Wrapped",
        }
    }

    /// In pixels.
    pub fn pixels(self) -> f64 {
        match self {
            RowHeight::Compact => 20.0,
            RowHeight::Normal => 24.0,
            RowHeight::Wrapped => 60.0,
        }
    }
}

/// Greatest height of the scrolled element.
pub const SPACER: f64 = 6_000_000.0;

/// An opened row: its detail takes this many pixels below it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Opened {
    pub position: u64,
    pub id: RowId,
    pub height: f64,
}

/// Rows and the opened ones among them, in order of position.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    pub rows: RowHeight,
    pub total: u64,
    pub opened: Vec<Opened>,
}

impl Layout {
    /// Height of a row that is not opened, in pixels.
    pub fn row(&self) -> f64 {
        self.rows.pixels()
    }

    /// True height of all rows.
    pub fn height(&self) -> f64 {
        self.total as f64 * self.row() + self.opened.iter().map(|opened| opened.height).sum::<f64>()
    }

    /// Distance of a row from the top of the first.
    pub fn top(&self, position: u64) -> f64 {
        let above = self.opened.iter().filter(|opened| opened.position < position);
        position as f64 * self.row() + above.map(|opened| opened.height).sum::<f64>()
    }

    /// The row at this distance; a detail belongs to the row above it.
    pub fn at(&self, distance: f64) -> u64 {
        let mut distance = distance.max(0.0);
        let mut done = 0;
        for opened in &self.opened {
            let end = (opened.position + 1 - done) as f64 * self.row();
            if distance < end {
                break;
            }
            if distance < end + opened.height {
                return opened.position;
            }
            distance -= end + opened.height;
            done = opened.position + 1;
        }
        (done + (distance / self.row()) as u64).min(self.total.saturating_sub(1))
    }

    /// Height of the scrolled element.
    pub fn spacer(&self) -> f64 {
        self.height().min(SPACER)
    }

    /// True where the browser's own scrolling is exact.
    pub fn is_native(&self) -> bool {
        self.height() <= SPACER
    }

    /// The farthest that can be scrolled to, with `view` pixels visible.
    pub fn farthest(&self, view: f64) -> f64 {
        (self.height() - view).max(0.0)
    }

    /// Scroll position of the element for a true position.
    pub fn to_native(&self, position: f64, view: f64) -> f64 {
        let (farthest, native) = (self.farthest(view), (self.spacer() - view).max(0.0));
        if self.is_native() || farthest == 0.0 { position } else { position / farthest * native }
    }

    /// True position for a scroll position of the element.
    pub fn true_at(&self, scrolled: f64, view: f64) -> f64 {
        let (farthest, native) = (self.farthest(view), (self.spacer() - view).max(0.0));
        if self.is_native() || native == 0.0 { scrolled } else { (scrolled / native * farthest).min(farthest) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(position: u64, height: f64) -> Opened {
        Opened { position, id: RowId { shard: 0, row: position as u32 }, height }
    }

    #[test]
    fn top_and_at_are_inverse_around_opened_rows() {
        for rows in RowHeight::ALL {
            let layout =
                Layout { rows, total: 100, opened: vec![opened(3, 400.0), opened(4, 100.0), opened(90, 50.0)] };
            let row = rows.pixels();
            for position in 0..100 {
                let top = layout.top(position);
                assert_eq!(layout.at(top), position);
                assert_eq!(layout.at(top + row - 0.5), position);
            }
            assert_eq!(layout.at(layout.top(3) + row + 399.0), 3);
            assert_eq!(layout.at(layout.top(3) + row + 400.0), 4);
            assert_eq!(layout.at(1e12), 99);
            assert_eq!(layout.height(), 100.0 * row + 550.0);
        }
    }

    #[test]
    fn ends_meet_ends_however_many_rows() {
        for total in [0, 10, 250_000, 12_765_786] {
            let layout = Layout { total, ..Layout::default() };
            let view = 600.0;
            assert_eq!(layout.true_at(0.0, view), 0.0);
            let end = (layout.spacer() - view).max(0.0);
            assert!((layout.true_at(end, view) - layout.farthest(view)).abs() < 1e-3);
            assert!((layout.to_native(layout.farthest(view), view) - end).abs() < 1e-6);
            assert!(layout.spacer() <= SPACER);
        }
    }
}
