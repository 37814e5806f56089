//! (columns, selection) → mergeable summaries. Every summary is over all selected rows, and merging the summaries of
//! parts gives the summary of the whole.

pub mod difference;
pub mod gaps;
pub mod groups;
mod phases;
mod places;
mod quantile;
pub mod sequence;
pub mod silence;
mod timeline;
mod top;

pub use phases::{Sketches, exact_counts_of, phases_of};
pub use places::Places;
pub use quantile::{
    Sketcher, bounds_in, class_at, class_bounds, merge_all, merge_counts, merge_sketches, nearest_rank, number_at,
    percentile, percentile_class,
};
pub use timeline::{STEPS, bins_for, count_bins};
pub use top::Counter;
