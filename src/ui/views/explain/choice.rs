//! What can be compared now, and what is.

use crate::protocol::{Compare, SwitchCounts};
use crate::ui::state::{App, Tab, use_app};
use crate::ui::widgets::{Choice, Segmented};
use leptos::prelude::*;

const ORDER: [(Compare, &str); 3] = [
    (Compare::Selection, "Selection with rest"),
    (Compare::Significant, "Significant with other"),
    (Compare::Search, "Search with rest"),
];

/// Why these two groups cannot be compared; `None` where they can.
fn lacking(app: App, compare: Compare) -> Option<&'static str> {
    match compare {
        Compare::Selection => {
            app.brush.get().is_none().then_some("Drag over the bars above to select a part of the time.")
        }
        Compare::Significant => {
            let counts = app.summary.with(|summary| summary.as_ref().map_or(SwitchCounts::default(), |s| s.counts));
            (counts.significant == 0 || counts.significant == counts.all)
                .then_some("There are no significant logs beside others here.")
        }
        Compare::Search => app
            .query
            .with(|query| query.trim().is_empty())
            .then_some("Search for something to compare it with the rest."),
    }
}

/// What is compared: what was asked for, or else what can be.
pub fn chosen(app: App) -> Option<Compare> {
    let wanted = app.compare.get();
    let others = ORDER.iter().map(|(compare, _)| *compare);
    std::iter::once(wanted).chain(others).find(|compare| lacking(app, *compare).is_none())
}

/// Why there is nothing to compare; `None` where there is.
pub fn reason(app: App) -> Option<&'static str> {
    chosen(app).is_none().then_some(
        "Nothing to compare yet: drag over the bars above to select a part of the time, or search for something.",
    )
}

/// Opens the tab, or says why not.
pub fn open(app: App) {
    if app.brush.with_untracked(Option::is_some) {
        app.compare.set(Compare::Selection);
    }
    match untrack(|| reason(app)) {
        None => app.tab.set(Tab::Explain),
        Some(reason) => app.announce.set(reason.to_owned()),
    }
}

#[component]
pub fn CompareChoice() -> impl IntoView {
    let app = use_app();
    let choices =
        ORDER.map(|(compare, name)| Choice::text(name).off_while(Signal::derive(move || lacking(app, compare))));
    let selected = Signal::derive(move || {
        let chosen = chosen(app);
        ORDER.iter().position(|(compare, _)| Some(*compare) == chosen).unwrap_or(usize::MAX)
    });
    let select = Callback::new(move |at: usize| app.compare.set(ORDER[at].0));
    view! {
        <span class="ex-compare sub">"Compare"</span>
        <Segmented label="Compare" choices=choices.to_vec() selected=selected on_select=select small=true />
    }
}
