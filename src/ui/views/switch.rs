//! All, significant, non-significant: the counts under the current search and range.

use crate::protocol::{RowMark, Significance};
use crate::show;
use crate::ui::widgets::{Choice, Mark, Segmented, live};
use crate::ui::{App, use_app};
use leptos::prelude::*;

const ORDER: [Significance; 3] = [Significance::All, Significance::Significant, Significance::NonSignificant];

/// What comes after it when S is pressed.
pub fn next(now: Significance) -> Significance {
    let at = ORDER.iter().position(|one| *one == now).unwrap_or(0);
    ORDER[(at + 1) % ORDER.len()]
}

fn count(app: App, of: Significance) -> u64 {
    let counts = app.summary.with(|summary| summary.as_ref().map(|summary| summary.counts).unwrap_or_default());
    match of {
        Significance::All => counts.all,
        Significance::Significant => counts.significant,
        Significance::NonSignificant => counts.all.saturating_sub(counts.significant),
    }
}

fn choice(app: App, of: Significance, name: &'static str, short: &'static str) -> Choice {
    let label = Signal::derive(move || format!("{name}, {}", show::logs(count(app, of))));
    Choice::new(label, move || {
        let narrow = move || app.width.get() < 1280.0;
        let figure = move || if narrow() { show::compact(count(app, of)) } else { show::integer(count(app, of)) };
        let mark = (of == Significance::Significant).then(|| view! { <Mark mark=RowMark::Error /> });
        view! { {mark} {live(move || if narrow() { short } else { name })} <span class="c">{live(figure)}</span> }
    })
}

#[component]
pub fn Switch() -> impl IntoView {
    let app = use_app();
    let choices = vec![
        choice(app, Significance::All, "All", "All"),
        choice(app, Significance::Significant, "Significant", "Significant"),
        choice(app, Significance::NonSignificant, "Non-significant", "Non-sig."),
    ];
    let selected = Signal::derive(move || ORDER.iter().position(|one| *one == app.significance.get()).unwrap_or(0));
    let select = Callback::new(move |at: usize| app.significance.set(ORDER[at]));
    view! { <Segmented label="Significance" choices=choices selected=selected on_select=select /> }
}
