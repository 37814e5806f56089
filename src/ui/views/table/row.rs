//! One row: lead cell and a cell for each column. Nothing here listens: the table hears clicks and keys for all rows.

use super::bars::DurationBar;
use super::columns::Column;
use super::grid::Grid;
use super::head::pin_at;
use super::rows::Entry;
use super::timeline::Waterfall;
use super::value::{OUTCOME, display, filters_on_click, plain};
use crate::protocol::RowMark;
use crate::record::{Field, Kind};
use crate::show;
use crate::ui::names::value_mark;
use crate::ui::reactive::memo;
use crate::ui::widgets::{Glyph, Icon, Mark, follow, live};
use leptos::prelude::*;

/// A row that has not arrived yet.
pub fn empty_row(position: u64) -> AnyView {
    view! { <div role="row" class="tr row wait" aria-rowindex=(position + 2).to_string() data-p=position.to_string()></div> }
        .into_any()
}

/// `apart`: kept in the document for the focus, outside of the flow.
pub fn row(grid: Grid, position: u64, entry: &Entry, columns: &[Column], pins: usize, cut: usize) -> AnyView {
    let id = entry.row().id;
    let open = memo(move || grid.is_open(id));
    let cells: Vec<_> =
        columns.iter().enumerate().map(|(index, column)| cell(grid, *column, index + 1, pins, entry, cut)).collect();
    let letter = show::letter(entry.row().source);
    let (source, offset) = (entry.row().source, entry.row().offset);
    let starred = memo(move || grid.app.bookmarks.has(source, offset));
    view! {
        <div
            role="row"
            class="tr row"
            class:sel=open
            class:starred=starred
            aria-rowindex=(position + 2).to_string()
            data-p=position.to_string()
        >
            <div role="gridcell" class="td lead" tabindex="-1" data-c="0">
                <button
                    type="button"
                    class="row-open"
                    tabindex="-1"
                    aria-label=follow(move || if open.get() { "Collapse log" } else { "Expand log" })
                    aria-expanded=follow(move || open.get().to_string())
                >
                    {live(move || {
                        let glyph = if open.get() { Glyph::Down } else { Glyph::Right };
                        view! { <Icon glyph=glyph small=true /> }
                    })}
                </button>
                <span class="lead-mark">
                    <Mark mark=entry.row().mark />
                </span>
                <span class="k">{letter}</span>
                {live(move || starred.get().then(star))}
            </div>
            {cells}
        </div>
    }
    .into_any()
}

/// What the colour of the row says.
fn star() -> AnyView {
    view! { <span class="vh" role="img" aria-label="Bookmarked"></span> }.into_any()
}

fn cell(grid: Grid, column: Column, index: usize, pins: usize, entry: &Entry, cut: usize) -> AnyView {
    let row = entry.row();
    let body = match column {
        Column::Time => match row.time {
            Some(time) => {
                let shown = live(move || grid.dates.get().time(time));
                view! { <span title=follow(move || show::both(time))>{shown}</span> }.into_any()
            }
            None => view! { <span class="mut">"–"</span> }.into_any(),
        },
        Column::Logged => {
            let stamp = row.stamp.as_deref().map(plain).unwrap_or_default();
            view! { <span class="cut" title=stamp.clone()>{stamp.clone()}</span> }.into_any()
        }
        Column::Uri => uri(entry),
        Column::What => what(entry),
        Column::Outcome => outcome(entry),
        Column::Duration => view! { <DurationBar phases=row.phases /> }.into_any(),
        Column::Timeline => view! { <Waterfall grid=grid entry=entry.clone() /> }.into_any(),
        Column::Value(field) => value(field, entry, cut),
    };
    let class = match column {
        Column::Time => "td",
        Column::Duration | Column::Timeline => "td bars",
        _ if column.is_number() => "td num sub",
        Column::Value(Field::Significance | Field::Source | Field::Format) => "td",
        _ => "td mono",
    };
    view! {
        <div
            role="gridcell"
            class=class
            class:pin=index <= pins
            style=(index <= pins).then(|| pin_at(index))
            tabindex="-1"
            data-c=index.to_string()
        >
            {body}
        </div>
    }
    .into_any()
}

fn value(field: Field, entry: &Entry, cut: usize) -> AnyView {
    let Some(value) = entry.cell(field) else {
        return ().into_any();
    };
    let full = display(field, value);
    if !filters_on_click(field) {
        let value = value.clone();
        return view! { <span class="cut">{live(move || display(field, &value))}</span> }.into_any();
    }
    let class = match field {
        Field::ResponseCode => status_class(entry.int(field)),
        Field::TerminationState if full.starts_with("--") => "v cut dim",
        Field::TerminationState if value_mark(field, value) != RowMark::Fine => "v cut b",
        Field::Action | Field::SessionEndReason | Field::FinalAction => match value_mark(field, value) {
            RowMark::Error => "v cut err b",
            RowMark::Warning => "v cut warn b",
            RowMark::Fine => "v cut",
        },
        Field::ServerName | Field::PoolName if full.starts_with('<') => "v cut dim",
        _ => "v cut",
    };
    let text = if field.kind() == Kind::Ip { show::middle_cut(&full, cut) } else { full.clone() };
    view! { <span class=class title=full>{text}</span> }.into_any()
}

fn status_class(status: Option<i64>) -> &'static str {
    match status {
        Some(500..) => "v cut err b",
        Some(400..=499) | Some(..0) => "v cut warn b",
        _ => "v cut",
    }
}

fn uri(entry: &Entry) -> AnyView {
    let path = entry.text(Field::UriPath).or(entry.text(Field::Uri));
    let Some(path) = path else { return message(entry) };
    let query = entry.text(Field::UriQuery).filter(|_| entry.text(Field::UriPath).is_some());
    let query = query.map(|query| format!("?{}", plain(query).trim_start_matches('?')));
    let full = format!("{}{}", plain(path), query.as_deref().unwrap_or_default());
    view! {
        <span class="v cut" title=full>
            {plain(path)}
            {query.map(|query| view! { <span class="tail">{query}</span> })}
        </span>
    }
    .into_any()
}

/// Events and lines of no known format: what they say. An ICAP message alone: what the scanner did, and why.
fn message(entry: &Entry) -> AnyView {
    let row = entry.row();
    let scan = entry.text(Field::IcapAction).map(|action| {
        let reason = entry.text(Field::IcapReason).map(|reason| format!(": {reason}"));
        format!("{action}{}", reason.unwrap_or_default())
    });
    let text = entry.text(Field::Message).or(scan.as_deref()).or(row.text.as_deref()).unwrap_or_default();
    let full = plain(text);
    let class = if row.mark == RowMark::Error { "cut err" } else { "cut sub" };
    view! { <span class=class title=full.clone()>{full.clone()}</span> }.into_any()
}

fn what(entry: &Entry) -> AnyView {
    if entry.text(Field::UriPath).or(entry.text(Field::Uri)).is_some() {
        let method = entry.text(Field::Method).map(|method| format!("{} ", plain(method)));
        return view! {
            <span class="what">
                <span class="sub">{method}</span>
                {uri(entry)}
            </span>
        }
        .into_any();
    }
    if let Some(application) = entry.text(Field::Application) {
        return view! { <span class="v cut">{plain(application)}</span> }.into_any();
    }
    match (entry.text(Field::Message), entry.text(Field::VirtualService)) {
        (None, Some(service)) => view! { <span class="v cut">{plain(service)}</span> }.into_any(),
        _ => message(entry),
    }
}

fn outcome(entry: &Entry) -> AnyView {
    let field = OUTCOME.iter().find(|field| entry.cell(**field).is_some());
    field.map(|field| value(*field, entry, usize::MAX)).unwrap_or_else(|| ().into_any())
}
