//! One native test binary.

mod corpora;
mod corpora_avi;
mod corpora_haproxy;
mod corpora_nevisproxy;
mod corpora_paloalto;
mod corpora_web;
mod custom_haproxy;
mod damage;
mod engine;
mod engine_in_memory;
mod engine_nevisproxy;
mod golden;
mod golden_avi;
mod golden_haproxy;
mod golden_nevisproxy;
mod golden_paloalto;
mod golden_web;
mod log_format;
mod properties_haproxy;
mod properties_nevisproxy;
mod properties_paloalto;
mod properties_web;
mod query;
mod real_haproxy;
mod reread;
mod tidy;
