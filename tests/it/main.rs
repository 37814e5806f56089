//! One native test binary.

mod corpora;
mod corpora_haproxy;
mod golden;
mod golden_haproxy;
