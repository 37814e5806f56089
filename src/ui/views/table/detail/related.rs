//! What belongs to an opened log: other logs of its client, connection, session, transaction and user, over all sources,
//! whatever is searched for. Counted before anybody asks.

use super::super::actions;
use super::super::grid::Grid;
use super::super::rows::Entry;
use super::super::value::{OUTCOME, display, plain};
use super::field_of;
use crate::protocol::{LogDetail, Range, RowId, RowText, Seek, Significance, Sort, View};
use crate::query::Op;
use crate::record::Field;
use crate::show;
use crate::ui::filter;
use crate::ui::reactive::effect;
use crate::ui::widgets::{Choice, Mark, Segmented, hear, live};
use leptos::prelude::*;
use std::sync::Arc;

const MINUTE: i64 = 60_000_000;
/// Name, what both have in common, and how far apart they may be: ports and numbers of sessions are used again.
const RELATIONS: [(&str, &[Field], Option<i64>); 6] = [
    ("Client within 60 s", &[Field::ClientIp], Some(MINUTE)),
    ("Connection", &[Field::ClientIp, Field::ClientPort], Some(10 * MINUTE)),
    ("Session", &[Field::SessionId], Some(60 * MINUTE)),
    ("Client session", &[Field::ClientSession], None),
    ("Transaction", &[Field::TransactionId], None),
    ("User within 60 s", &[Field::UserId], Some(MINUTE)),
];
/// Logs listed on each side of the opened one.
const SIDE: u64 = 5;
const FIELDS: [Field; 10] = [
    Field::Method,
    Field::UriPath,
    Field::Uri,
    Field::Application,
    Field::Message,
    Field::VirtualService,
    Field::ServerName,
    Field::ResponseCode,
    Field::TerminationState,
    Field::Action,
];

/// A relation that other logs have to the opened one.
#[derive(Clone, Debug)]
pub struct Relation {
    name: &'static str,
    view: View,
    /// Logs besides the opened one.
    pub others: u64,
}

/// Counts them; empty until that is done.
pub fn relations(grid: Grid, detail: &LogDetail, time: Option<i64>) -> RwSignal<Vec<Relation>> {
    let found = RwSignal::new(Vec::new());
    let of = |(name, fields, around): (&'static str, &[Field], Option<i64>)| {
        let mut query = String::new();
        for field in fields {
            query = filter::append(&query, *field, Op::Equal, field_of(detail, *field)?);
        }
        let brush = match around {
            Some(around) => Some(Range { from: time? - around, to: time? + around + 1 }),
            None => None,
        };
        let sort = Sort { field: Field::StartTime as u16, descending: false };
        let view = View { query, significance: Significance::All, period: None, brush, sort };
        Some(Relation { name, view, others: 0 })
    };
    let wanted: Vec<_> = RELATIONS.into_iter().filter_map(of).collect();
    let read = grid.app.what_is_read();
    effect(move || {
        read.get();
        let wanted = wanted.clone();
        leptos::task::spawn_local(async move {
            let mut counted = Vec::new();
            for mut relation in wanted {
                let rows = grid.app.rows_in(relation.view.clone(), 0, 0, &[], RowText::None).await;
                relation.others = rows.map_or(0, |rows| rows.total).saturating_sub(1);
                counted.extend((relation.others > 0).then_some(relation));
            }
            found.try_set(counted);
        });
    });
    found
}

/// The logs around the opened one.
#[derive(Clone)]
struct Listed {
    entries: Vec<Entry>,
    relation: Relation,
}

#[component]
pub fn Related(grid: Grid, id: RowId, time: Option<i64>, found: RwSignal<Vec<Relation>>) -> impl IntoView {
    let chosen = RwSignal::new(0usize);
    let listed = RwSignal::new(None::<Listed>);
    effect(move || {
        let Some(relation) = found.with(|found| found.get(chosen.get()).cloned()) else { return };
        leptos::task::spawn_local(async move {
            let Some(at) = grid.app.locate_in(relation.view.clone(), Seek::Row(id)).await else { return };
            let first = at.saturating_sub(SIDE);
            let count = (at - first + SIDE + 1) as u32;
            let rows = grid.app.rows_in(relation.view.clone(), first, count, &FIELDS, RowText::All).await;
            let entries = rows.map_or(Vec::new(), |rows| Entry::all(Arc::from(FIELDS), rows.rows));
            listed.try_set(Some(Listed { entries, relation }));
        });
    });
    let choices = move || {
        let choices = found.get().into_iter().map(|relation| {
            let label = format!("{} {}", relation.name, show::integer(relation.others));
            let body = label.clone();
            Choice::new(label, move || body.clone())
        });
        let select = Callback::new(move |at| chosen.set(at));
        let selected = Signal::derive(move || chosen.get());
        let choices: Vec<_> = choices.collect();
        if choices.is_empty() {
            return view! { <p class="sub">"No other log shares its client, connection, session, transaction or user."</p> }.into_any();
        }
        view! { <Segmented label="Related by" choices=choices selected=selected on_select=select small=true /> }
            .into_any()
    };
    let list = move || {
        let Listed { entries, relation } = listed.get()?;
        let (seen, all) = (entries.len() as u64 - 1, relation.others);
        let part = if seen < all { format!("{seen} of {}", show::integer(all)) } else { show::integer(all) };
        let noun = if all == 1 { "other" } else { "others" };
        let note = format!("This log and {part} {noun} in all sources. ");
        let rows: Vec<_> = entries.iter().map(|entry| line(grid, entry, id, time, &relation)).collect();
        Some(view! {
            <ul class="related-list" aria-label="Related logs">{rows}</ul>
            <p class="sub">
                {note}
                <button
                    type="button"
                    class="lnk"
                    on:click=hear(move |_| actions::show_view(grid.app, relation.view.clone()))
                >
                    "Show all as a search"
                </button>
            </p>
        })
    };
    view! { <div class="related">{live(choices)}{live(list)}</div> }
}

fn line(grid: Grid, entry: &Entry, opened: RowId, time: Option<i64>, relation: &Relation) -> AnyView {
    let row = entry.row();
    let here = row.id == opened;
    let offset = match (row.time, time) {
        _ if here => "this log".to_owned(),
        (Some(at), Some(time)) if at < time => format!("−{}", show::duration(time - at)),
        (Some(at), Some(time)) => format!("+{}", show::duration(at - time)),
        _ => "–".to_owned(),
    };
    let first = |fields: &[Field]| fields.iter().find_map(|field| entry.text(*field)).unwrap_or_default().to_owned();
    let uri = first(&[Field::UriPath, Field::Uri]);
    let what = match uri.is_empty() {
        false => format!("{} {uri}", first(&[Field::Method])),
        true => first(&[Field::Application, Field::Message, Field::VirtualService]),
    };
    let what = if what.is_empty() { row.text.clone().unwrap_or_default() } else { what };
    let what = plain(what.trim());
    let outcome = OUTCOME.iter().find_map(|field| entry.cell(*field).map(|value| display(*field, value)));
    let outcome = outcome.unwrap_or_default();
    let label = format!("Open log {offset}: {what} {outcome}");
    let server = plain(entry.text(Field::ServerName).unwrap_or_default());
    let (id, view) = (row.id, relation.view.clone());
    let open = move |_| actions::open_in(grid, id, view.clone());
    view! {
        <li>
            <button
                type="button"
                class="related-log"
                class:here=here
                aria-label=label
                aria-current=here.then_some("true")
                on:click=hear(open)
            >
                <span class="num">{offset}</span>
                <span class="k mut">{show::letter(row.source)}</span>
                <span><Mark mark=row.mark /></span>
                <span class="mono cut" title=what.clone()>{what.clone()}</span>
                <span class="mono cut">{outcome}</span>
                <span class="mono cut">{server}</span>
                <span class="num">{row.phases.total.map(show::duration)}</span>
            </button>
        </li>
    }
    .into_any()
}
