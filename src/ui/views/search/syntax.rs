//! The search language on one page: every operator, and every field of the loaded logs. A click takes an example into the search.

use super::state::Search;
use super::suggest::Suggest;
use crate::protocol::Summary;
use crate::query::Op;
use crate::query::edit::filter_term;
use crate::record::{Field, Kind};
use crate::show;
use crate::ui::filter;
use crate::ui::widgets::{Popover, hear, live};
use leptos::prelude::*;

const ROWS: [(&str, &str); 20] = [
    ("timeout", "the text anywhere in the line, also inside a word; no case"),
    ("\"connection reset\"", "the words in this order"),
    ("status=504", "the field has this value"),
    ("client_ip!=10.0.0.7", "it has another value, or the log has no such field"),
    ("uri~=checkout", "it contains this"),
    ("uri!~=health", "it does not, or the log has no such field"),
    ("uri^=/api", "it starts with this"),
    ("uri$=.js", "it ends with this"),
    ("uri=~^/api/v[0-9]+/", "it matches the regular expression; !=~ does not"),
    ("status>=500", "numbers, sizes and times in order: > >= < <="),
    ("status=5xx", "a class of codes; 500..504 a range of anything that has an order"),
    ("total_time>2s", "with a unit: us ms s m h, B KB MB KiB; times are in ms without one"),
    ("start_time>=-15m", "before the newest log; or 2026-11-18 10:15, in the zone shown"),
    ("client_ip=198.51.100.0/24", "addresses of a network"),
    ("method in (PUT, DELETE)", "any of these; not in: none of them"),
    ("exists(user_id)", "the log has the field; missing(user_id): it has not"),
    ("a b", "both must hold; and may stand between them"),
    ("a or b", "either; and binds tighter, brackets group: (a or b) c"),
    ("-timeout", "the logs that it does not match; or NOT before it"),
    ("extra.x_tenant=acme", "a key of the log that no document names"),
];

#[component]
pub fn Syntax(open: RwSignal<bool>, search: Search, suggest: Suggest) -> impl IntoView {
    let row = move |example: String, what: &'static str| {
        let text = show::visible(&example).into_owned();
        let take = move |_| {
            open.set(false);
            search.type_in(&example);
            search.put_cursor(&example);
            search.focus();
            suggest.open();
        };
        view! {
            <tr>
                <th scope="row"><button type="button" class="mono lnk" on:click=hear(take)>{text}</button></th>
                <td>{what}</td>
            </tr>
        }
        .into_any()
    };
    let fields = move || {
        search.app.summary.with(|summary| {
            let examples = summary.iter().flat_map(|summary| examples(summary));
            examples.map(|(example, field)| row(example, field.help())).collect::<Vec<_>>()
        })
    };
    view! {
        <Popover open=open label="Search syntax" class="syntax">
            <h2>"Search syntax"</h2>
            <table>
                <tbody>{Vec::from(ROWS.map(|(example, what)| row(example.to_owned(), what)))}</tbody>
            </table>
            <h2>"Fields of these logs"</h2>
            <table>
                <tbody>{live(fields)}</tbody>
            </table>
        </Popover>
    }
}

/// A search for each field that the loaded logs have: its most frequent value, where that is known.
fn examples(summary: &Summary) -> Vec<(String, Field)> {
    let example = |field: Field| {
        let tile = summary.tiles.iter().find(|tile| tile.field == field as u16);
        let top = tile.filter(|tile| tile.distribution.is_none()).and_then(|tile| tile.top.first());
        top.map_or(field.name().to_owned(), |top| filter_term(field, Op::Equal, &filter::value_text(field, &top.value)))
    };
    let fields = summary.fields.iter().filter_map(|field| Field::from_index(usize::from(*field)));
    fields.filter(|field| field.kind() != Kind::Body).map(|field| (example(field), field)).collect()
}
