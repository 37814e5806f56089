//! Which logs are written: those shown, those that match at any time, or all.

use super::Wanted;
use crate::protocol::{RowText, Significance, View};
use crate::show;
use crate::ui::reactive::effect;
use crate::ui::widgets::{Choice, live};
use crate::ui::{App, filter};
use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Scope {
    /// What the table shows.
    #[default]
    Shown,
    /// What matches the search, at any time.
    Matching,
    /// Everything loaded.
    All,
}

impl Scope {
    pub(super) const ALL: [Scope; 3] = [Scope::Shown, Scope::Matching, Scope::All];

    /// Those that are not the same as one before, seen from `shown`.
    pub(super) fn of(shown: &View) -> Vec<Scope> {
        let differs = |at: &usize| {
            Scope::ALL[..*at].iter().all(|one| one.view(shown.clone()) != Scope::ALL[*at].view(shown.clone()))
        };
        (0..Scope::ALL.len()).filter(differs).map(|at| Scope::ALL[at]).collect()
    }

    /// The view of these logs, where `shown` is that of the table.
    pub(super) fn view(self, shown: View) -> View {
        match self {
            Scope::Shown => shown,
            Scope::Matching => View { period: None, brush: None, significance: Significance::All, ..shown },
            Scope::All => {
                View { query: String::new(), period: None, brush: None, significance: Significance::All, ..shown }
            }
        }
    }
}

pub(super) fn choice(app: App, wanted: Wanted, scope: Scope) -> Choice {
    let figure = move || match wanted.totals.get()[scope as usize] {
        Some(total) => show::integer(total),
        None => "…".to_owned(),
    };
    let rest = move || match scope {
        Scope::Shown => match filter::narrowed(&app.view()) {
            narrowed if narrowed.is_empty() => "logs shown".to_owned(),
            narrowed => format!("logs shown · {narrowed}"),
        },
        Scope::Matching => "logs matching the search, whole time range".to_owned(),
        Scope::All => "logs loaded".to_owned(),
    };
    let name = Signal::derive(move || format!("{} {}", figure(), rest()));
    Choice::new(name, move || view! { <i></i> <span class="cut"><b>{live(figure)}</b> " " {live(rest)}</span> })
}

/// Keeps the numbers of logs of those offered in step with what is loaded and searched.
pub(super) fn count(app: App, wanted: Wanted) {
    effect(move || {
        let shown = app.view();
        app.progress.with(|progress| (progress.generation, progress.done));
        leptos::task::spawn_local(async move {
            for scope in Scope::of(&shown) {
                let rows = app.rows_in(scope.view(shown.clone()), 0, 0, &[], RowText::None).await;
                let total = rows.map(|rows| rows.total);
                wanted.totals.try_update(|totals| totals[scope as usize] = total);
            }
        });
    });
}
