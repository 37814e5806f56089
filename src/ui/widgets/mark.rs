//! ▲ for errors, ◆ for warnings: status is a shape, never colour alone.

use crate::protocol::RowMark;
use leptos::prelude::*;

/// Nothing for [`RowMark::Fine`]; `dot` puts a small dot there instead, where the column must not look empty.
#[component]
pub fn Mark(mark: RowMark, #[prop(optional)] dot: bool) -> impl IntoView {
    let (class, name, path) = match mark {
        RowMark::Error => ("mk e", "Error", "M5 .6 9.7 9.2H.3z"),
        RowMark::Warning => ("mk w", "Warning", "M5 .6 9.4 5 5 9.4 .6 5z"),
        RowMark::Fine if dot => ("mk n", "", "M3.6 5a1.4 1.4 0 1 0 2.8 0a1.4 1.4 0 1 0 -2.8 0"),
        RowMark::Fine => return None,
    };
    let named = !name.is_empty();
    Some(view! {
        <svg
            class=class
            viewBox="0 0 10 10"
            role=named.then_some("img")
            aria-label=named.then_some(name)
            aria-hidden=(!named).then_some("true")
        >
            <path d=path fill="currentColor"></path>
        </svg>
    })
}
