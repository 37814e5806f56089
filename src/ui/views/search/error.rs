//! What is wrong with a search: where, in plain words, and what may have been meant.

use super::state::{Fault, Search};
use crate::protocol::RowMark;
use crate::query::Span;
use crate::show;
use crate::ui::reactive::memo;
use crate::ui::widgets::{Mark, hear, live};
use leptos::ev::MouseEvent;
use leptos::prelude::*;

#[component]
pub fn Panel(search: Search) -> impl IntoView {
    let fault = memo(move || search.fault.get());
    live(move || fault.get().map(|fault| view! { <Message search=search fault=fault /> }))
}

#[component]
fn Message(search: Search, fault: Fault) -> impl IntoView {
    let error = fault.errors.first().cloned()?;
    let Parts { before, bad, after } = parts(&fault.text, error.span);
    let column = before.chars().count();
    let caret = format!("{}{}", " ".repeat(column), "^".repeat(bad.chars().count().max(1)));
    let fixes = error.fixes.iter().take(2).map(|fix| {
        let result = fix.apply(&fault.text);
        let label = if result.chars().count() <= 60 { show::visible(&result).into_owned() } else { fix.label.clone() };
        let fix = fix.clone();
        // The press must not take the focus from the input before the click comes.
        view! {
            <button
                type="button"
                class="btn sm mono"
                title=fix.label.clone()
                on:mousedown=hear(|event: MouseEvent| event.prevent_default())
                on:click=hear(move |_| search.fix(&fix))
            >
                {label}
            </button>
        }
    });
    let fixes = fixes.collect_view();
    let some_fixes = !error.fixes.is_empty();
    let more = fault.errors.len() - 1;
    Some(view! {
        <div class="pop qerr" id="query-error" role="alert">
            <p class="qerr-head">
                <Mark mark=RowMark::Error />
                <b>{show::visible(&error.message).into_owned()}</b>
                <span class="mut grow">{format!("position {}", column + 1)}</span>
            </p>
            <pre>
                {before}
                <span class="bad">{bad}</span>
                {after}
                "\n"
                <span class="err">{caret}</span>
            </pre>
            {some_fixes
                .then(|| {
                    view! {
                        <p class="qerr-fixes">
                            <span class="sub">"Did you mean"</span>
                            {fixes}
                            <span class="mut grow num"><kbd>"Tab"</kbd>" takes the first"</span>
                        </p>
                    }
                })}
            <p class="mut qerr-foot">
                {(more > 0).then(|| format!("{} after this one. ", show::count(more as u64, "fault", "faults")))}
                "The table keeps showing the last valid search."
            </p>
        </div>
    })
}

struct Parts {
    before: String,
    bad: String,
    after: String,
}

/// The text around the fault, with every character in its place.
fn parts(text: &str, span: Span) -> Parts {
    let start = span.start.min(text.len());
    let end = span.end.clamp(start, text.len());
    let piece =
        |range: std::ops::Range<usize>| show::visible(text.get(range).unwrap_or_default()).replace('\u{a0}', " ");
    Parts { before: piece(0..start), bad: piece(start..end), after: piece(end..text.len()) }
}
