//! One native test binary.

mod corpora;
mod corpora_avi;
mod corpora_haproxy;
mod engine;
mod engine_in_memory;
mod golden;
mod golden_avi;
mod golden_haproxy;
mod properties_haproxy;
mod query;
mod tidy;
