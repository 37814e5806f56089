//! (columns, selection) → mergeable summaries. Every summary is over all selected rows, and merging the summaries of
//! parts gives the summary of the whole.

mod phases;
mod quantile;
mod timeline;
mod top;

pub use phases::{PhaseReader, phases_of};
pub use quantile::{class_bounds, class_of, exact_counts, merge_counts, merge_sketches, percentile_class, sketch};
pub use timeline::{STEPS, bins_for, count_bins};
pub use top::{count_codes, count_numbers};
