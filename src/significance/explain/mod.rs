//! One entry in plain words, by family: what its codes mean, what happened and what to check next.

mod avi;
mod haproxy;
mod nevisproxy;
mod paloalto;
mod web;

use super::{Facts, family};
use crate::{protocol::Explanation, record::Field};

/// Explains one entry; empty where the family has no codes to explain.
pub fn explain(facts: &impl Facts) -> Explanation {
    match facts.text(Field::Format).map(family) {
        Some(b"avi") => avi::explain(facts),
        Some(b"haproxy") => haproxy::explain(facts),
        Some(b"nevisproxy") => nevisproxy::explain(facts),
        Some(b"paloalto") => paloalto::explain(facts),
        Some(b"web") => web::explain(facts),
        _ => Explanation::default(),
    }
}
