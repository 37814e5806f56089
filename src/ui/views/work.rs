//! The work area: view tabs, the table or the unparsed lines, and the rail beside them.

use super::analytics::{RailButton, is_narrow, rail_is_shown};
use super::explain::{self, Explain};
use super::reports::{self, Reports};
use super::table::{ColumnsButton, TimelineButton};
use super::{Analytics, LogTable, Unparsed};
use crate::protocol::RowText;
use crate::show;
use crate::ui::filter;
use crate::ui::reactive::{effect, memo};
use crate::ui::widgets::{Choice, Show, Tabs, follow, hear, live};
use crate::ui::{App, Tab, use_app};
use leptos::prelude::*;

#[component]
pub fn Work() -> impl IntoView {
    let app = use_app();
    // Decided once for each change of it, not for every summary: the table keeps its place.
    let shown = memo(move || if no_match(app) { None } else { Some(app.tab.get()) });
    // The rail is built in a task of its own, after the table.
    let table_stands = RwSignal::new(false);
    let stands = move || {
        let _ = table_stands.try_set(true);
    };
    set_timeout(stands, std::time::Duration::ZERO);
    view! {
        <main
            class="work"
            class:open=follow(move || app.opened.get().is_some() && !is_narrow(app))
            class:norail=follow(move || is_narrow(app) || app.opened.get().is_none() && !rail_is_shown(app))
            style:--rail=follow(move || app.settings.rail_width.get().filter(|_| !is_narrow(app)).map(|width| format!("{width}px")))
        >
            <div class="pane">
                <ViewTabs />
                // Hidden, not taken away: its place, opened logs and answers under way are still there on return.
                <div class="kept" hidden=follow(move || shown.get() != Some(Tab::Logs))>
                    <LogTable />
                </div>
                {live(move || match shown.get() {
                    None => view! { <NoMatch /> }.into_any(),
                    Some(Tab::Logs) => ().into_any(),
                    Some(Tab::Explain) => view! { <Explain /> }.into_any(),
                    Some(Tab::Reports) => view! { <Reports /> }.into_any(),
                    Some(Tab::Unparsed) => view! { <Unparsed /> }.into_any(),
                })}
            </div>
            <Show when=move || table_stands.get() && (app.opened.get().is_some() || rail_is_shown(app))>
                <Analytics />
            </Show>
        </main>
    }
}

#[component]
fn ViewTabs() -> impl IntoView {
    let app = use_app();
    let counted = |name: &'static str, count: Signal<u64>| {
        let label = Signal::derive(move || format!("{name} {}", show::integer(count.get())));
        Choice::new(label, move || view! { {name} <span class="c">{live(move || show::integer(count.get()))}</span> })
    };
    let figure = move |of: fn(&crate::protocol::Summary) -> u64| {
        Signal::derive(move || app.summary.with(|summary| summary.as_deref().map_or(0, of)))
    };
    let choices = vec![
        counted("Logs", figure(|summary| summary.total)),
        Choice::text("Explain selection").off_while(Signal::derive(move || explain::reason(app))),
        Choice::text("Reports").off_while(Signal::derive(move || reports::reason(app))),
        counted("Unparsed", figure(|summary| summary.unparsed.count)),
    ];
    const TABS: [Tab; 4] = [Tab::Logs, Tab::Explain, Tab::Reports, Tab::Unparsed];
    let selected = Signal::derive(move || TABS.iter().position(|tab| *tab == app.tab.get()).unwrap_or(0));
    let select = Callback::new(move |at: usize| match TABS[at] {
        Tab::Explain => explain::open(app),
        tab => app.tab.set(tab),
    });
    view! {
        <div class="tabs">
            <Tabs label="Views" choices=choices selected=selected on_select=select />
            <span class="right">
                <Show when=move || app.tab.get() == Tab::Logs>
                    <TimelineButton />
                    <ColumnsButton />
                </Show>
                <Show when=move || is_narrow(app) || (!rail_is_shown(app) && app.opened.get().is_none())>
                    <RailButton with_text=true />
                </Show>
            </span>
        </div>
    }
}

/// The search, and not the lack of logs, leaves the table empty.
fn no_match(app: App) -> bool {
    app.tab.get() == Tab::Logs
        && app.summary.with(|summary| summary.as_ref().is_some_and(|s| s.total == 0 && s.loaded > 0 && !s.so_far))
}

#[component]
fn NoMatch() -> impl IntoView {
    let app = use_app();
    let range = memo(move || app.brush.get().or(app.period.get()));
    let has_search = move || !app.query.get().is_empty();
    let title = move || match range.get() {
        Some(range) if !has_search() => {
            format!(
                "No logs between {} and {}. Lines may be missing here.",
                show::clock(range.from),
                show::clock(range.to)
            )
        }
        _ => "No logs match.".to_owned(),
    };
    // The last term, and how many logs there are without it.
    let without = RwSignal::new(None::<(String, String, u64)>);
    effect(move || {
        let mut view = app.view();
        without.set(None);
        let mut terms = filter::terms(&view.query);
        let Some(last) = terms.pop() else { return };
        view.query = filter::join(&terms.iter().map(String::as_str).collect::<Vec<_>>());
        let rest = view.query.clone();
        leptos::task::spawn_local(async move {
            let found = app.rows_in(view, 0, 0, &[], RowText::None).await.map_or(0, |rows| rows.total);
            without.set((found > 0).then_some((last, rest, found)));
        });
    });
    let whole_time = move |_| app.zoom_all();
    let everything = move |_| app.significance.set(Default::default());
    view! {
        <div class="no-match">
            <p class="b">{live(title)}</p>
            {live(move || {
                without.get().map(|(last, _, found)| {
                    view! {
                        <p>
                            "Without "
                            <span class="mono">{show::visible(&last).into_owned()}</span>
                            {format!(" there are {}.", show::integer(found))}
                        </p>
                    }
                })
            })}
            <p class="acts">
                {live(move || {
                    without.get().map(|(_, rest, _)| {
                        view! {
                            <button type="button" class="btn" on:click=hear(move |_| app.query.set(rest.clone()))>
                                "Remove it"
                            </button>
                        }
                    })
                })}
                <Show when=has_search>
                    <button type="button" class="btn" on:click=hear(move |_| app.query.set(String::new()))>
                        "Clear search"
                    </button>
                </Show>
                <Show when=move || range.get().is_some()>
                    <button type="button" class="btn" on:click=hear(whole_time)>"Show all times"</button>
                </Show>
                <Show when=move || app.significance.get() != Default::default()>
                    <button type="button" class="btn" on:click=hear(everything)>"Show all logs"</button>
                </Show>
            </p>
        </div>
    }
}
