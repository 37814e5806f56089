//! Asks the engine for the values that are suggested.

use super::state::Search;
use super::suggest::{Figures, Item, Suggest, offer};
use crate::query::complete::MOST;
use crate::query::{Op, Span, quote, quote_value};
use crate::record::{Field, Kind};
use crate::ui::filter;
use crate::ui::names::{value_mark, value_text};
use crate::ui::reactive::effect;
use leptos::prelude::*;

/// What can be offered for a text.
pub enum Offer {
    Items(String, Vec<Item>),
    /// Values of the field that contain what is typed.
    Values {
        field: Field,
        op: Op,
        typed: String,
        span: Span,
    },
}

impl Offer {
    pub fn nothing() -> Self {
        Offer::Items(String::new(), Vec::new())
    }
}

/// What values are wanted for.
struct Wanted {
    field: Field,
    op: Op,
    typed: String,
    span: Span,
}

/// Keeps the suggestions in step with the text. One question is under way at a time: what is typed meanwhile is asked once it
/// is answered.
pub fn follow(suggest: Suggest, search: Search) {
    let newest = StoredValue::new(0_u64);
    let wanted = StoredValue::new(None);
    let asking = StoredValue::new(false);
    let next = move || wanted.try_update_value(Option::take).flatten();
    effect(move || {
        let text = search.draft.get();
        newest.update_value(|newest| *newest += 1);
        wanted.set_value(None);
        if !suggest.is_wanted() {
            return;
        }
        match offer(search, &text) {
            Offer::Items(heading, items) => suggest.list(heading, items),
            Offer::Values { field, op, typed, span } => {
                wanted.set_value(Some(Wanted { field, op, typed, span }));
                if !asking.get_value() {
                    asking.set_value(true);
                    leptos::task::spawn_local(async move {
                        while let Some(wanted) = next() {
                            list(suggest, search, newest, wanted).await;
                        }
                        asking.set_value(false);
                    });
                }
            }
        }
    });
}

async fn list(suggest: Suggest, search: Search, newest: StoredValue<u64>, wanted: Wanted) {
    let mine = newest.get_value();
    let Wanted { field, op, typed, span } = wanted;
    // Numbers are filtered here: what is shown is not what is stored.
    let numeric = field.kind().is_number();
    let contains = if numeric { "" } else { typed.as_str() };
    let limit = if numeric && !typed.is_empty() { 200 } else { MOST as u32 };
    let answer = search.app.values(field, contains, limit).await;
    if newest.get_value() != mine {
        return;
    }
    let Some(values) = answer else { return suggest.list(String::new(), Vec::new()) };
    let most = values.values.first().map_or(0, |top| top.count);
    let quoted = span_is_quoted(search, span);
    let matches = |text: &str| !numeric || quoted || text.starts_with(&typed);
    let items = values.values.iter().filter_map(|top| {
        let text = filter::value_text(field, &top.value);
        let with = if text.is_empty() { quote(&text) } else { quote_value(&text) };
        if !matches(&text) {
            return None;
        }
        let label = if field.kind() == Kind::Duration { format!("{text} ms") } else { value_text(field, &top.value) };
        Some(Item {
            label,
            note: String::new(),
            figures: Some(Figures { count: top.count, total: values.total, most }),
            mark: value_mark(field, &top.value),
            span,
            exact: text.eq_ignore_ascii_case(&typed),
            with,
            back: 0,
            complete: !matches!(op, Op::In | Op::NotIn),
        })
    });
    let heading = format!("Values in the {} shown", search.app.counted(values.total));
    suggest.list(heading, items.take(MOST).collect());
}

fn span_is_quoted(search: Search, span: Span) -> bool {
    search.draft.with_untracked(|text| span.of(text).starts_with('"'))
}
