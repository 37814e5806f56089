//! How numbers are spread: their percentiles.

use crate::protocol::{CellValue, Distribution};
use crate::record::Field;
use crate::ui::names::{title, value_text};
use leptos::prelude::*;

/// The percentiles of one field.
#[component]
pub fn DistributionView(
    field: Field,
    #[prop(into)] distribution: Signal<Option<Distribution>>,
    /// Also p95, where there is room.
    #[prop(optional)]
    wide: bool,
) -> impl IntoView {
    let figures = move || {
        let d = distribution.get()?;
        let mut all =
            vec![("min", d.min), ("p50", d.p50), ("p90", d.p90), ("p95", d.p95), ("p99", d.p99), ("max", d.max)];
        all.retain(|(name, _)| wide || *name != "p95");
        let heads = all.iter().map(|(name, _)| view! { <th scope="col">{*name}</th> }).collect_view();
        let cells =
            all.iter().map(|(_, value)| view! { <td>{value_text(field, &CellValue::Int(*value))}</td> }).collect_view();
        Some(view! {
            <table class="percentiles" aria-label=format!("Percentiles of {}", title(field))>
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>
                    <tr>{cells}</tr>
                </tbody>
            </table>
        })
    };
    view! {
        {figures}
    }
}
