//! What stands before and after a log in its file, as it was logged, whatever is searched for.

use super::table::use_link;
use crate::protocol::{RowId, RowText, RowView, Seek, Significance, Sort, View};
use crate::record::Field;
use crate::show;
use crate::ui::names::plain;
use crate::ui::reactive::{effect, memo};
use crate::ui::widgets::{Mark, each, focus_soon, hear, live};
use crate::ui::{App, use_app};
use leptos::prelude::*;

/// Logs on each side at first, and how many more a click shows.
const SIDE: u64 = 5;
const MORE: u64 = 20;

/// The logs around one, in the order of their file.
#[derive(Clone, Debug, Default, PartialEq)]
struct Around {
    rows: Vec<RowView>,
    /// Whether the file goes on before them, and after.
    more: (bool, bool),
}

/// All logs, file after file, each as it stands in it.
fn in_files() -> View {
    let sort = Sort { field: Field::Source as u16, descending: false };
    View { query: String::new(), significance: Significance::All, period: None, brush: None, sort }
}

async fn around(app: App, id: RowId, (before, after): (u64, u64)) -> Option<Around> {
    let at = app.locate_in(in_files(), Seek::Row(id)).await?;
    // One more on each side tells whether the file goes on.
    let first = at.saturating_sub(before + 1);
    let count = at - first + 1 + after + 1;
    let answer = app.rows_in(in_files(), first, count as u32, &[], RowText::All).await?;
    let own = answer.rows.iter().find(|row| row.id == id)?.source;
    let mut rows: Vec<_> = answer.rows.into_iter().filter(|row| row.source == own).collect();
    let here = rows.iter().position(|row| row.id == id)? as u64;
    let more = (here > before, rows.len() as u64 - here - 1 > after);
    if more.0 {
        rows.remove(0);
    }
    if more.1 {
        rows.pop();
    }
    Some(Around { rows, more })
}

#[component]
pub fn LinesAround(id: RowId) -> impl IntoView {
    let app = use_app();
    let sides = RwSignal::new((SIDE, SIDE));
    let found = RwSignal::new(Around::default());
    let read = app.what_is_read();
    effect(move || {
        read.get();
        let sides = sides.get();
        leptos::task::spawn_local(async move {
            if let Some(around) = around(app, id, sides).await {
                found.try_set(around);
            }
        });
    });
    let grow = move |side: fn(&mut (u64, u64)) -> &mut u64| {
        sides.update(|sides| *side(sides) += MORE);
        // The button may be gone with the last line of the file.
        focus_soon(".around [aria-current]".to_owned());
    };
    let more = move |name: &'static str, is: fn(&Around) -> bool, side: fn(&mut (u64, u64)) -> &mut u64| {
        let there = memo(move || found.with(is));
        live(move || {
            there.get().then(|| {
                view! { <button type="button" class="lnk" on:click=hear(move |_| grow(side))>{format!("{MORE} more {name}")}</button> }
            })
        })
    };
    let lines = each(
        move || found.with(|found| found.rows.clone()),
        |row| (row.id.shard, row.id.row),
        move |row| line(app, id, &row),
    );
    view! {
        <div class="around">
            {more("before", |found| found.more.0, |sides| &mut sides.0)}
            <ol class="around-lines" aria-label="Lines around">
                {lines}
            </ol>
            {more("after", |found| found.more.1, |sides| &mut sides.1)}
        </div>
    }
}

fn line(app: App, id: RowId, row: &RowView) -> AnyView {
    let link = use_link();
    let (here, of) = (row.id == id, row.id);
    let number = if row.line == 0 { "–".to_owned() } else { show::integer(row.line) };
    let label = if here { format!("Line {number}, this log") } else { format!("Open line {number}") };
    let open = move |_| {
        if !here {
            link.open_log(app, of);
        }
    };
    let text = row.text.as_deref().map(plain).unwrap_or_default();
    view! {
        <li class:here=here>
            <button type="button" class="num" aria-label=label aria-current=here.then_some("true") on:click=hear(open)>
                {number}
            </button>
            <span class="mark"><Mark mark=row.mark /></span>
            <span class="mono">{text}</span>
        </li>
    }
    .into_any()
}
