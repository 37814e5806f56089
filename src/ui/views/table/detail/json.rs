//! What a log has beyond the table of fields; JSON among it is folded and indented.

use crate::protocol::{Message, Part};
use crate::query::{Op, edit};
use crate::record::Key;
use crate::show::{indent, plain};
use crate::ui::App;
use crate::ui::widgets::hear;
use leptos::prelude::*;

/// Longer texts start folded.
const FOLD: usize = 120;

/// A message inside the entry, part by part. What can be searched is a button.
#[component]
pub fn Parts(app: App, message: Message) -> impl IntoView {
    let value = move |(path, text): (String, String)| {
        let name = path.rsplit('.').next().unwrap_or_default().to_owned();
        let term =
            Key::find(&path).filter(|_| !text.contains('\n')).map(|key| edit::filter_term(key, Op::Equal, &text));
        let text = text.trim_end().lines().map(plain).collect::<Vec<_>>().join("\n");
        let shown = match term {
            Some(term) => search(app, term, text),
            None => view! { <span class="extra-text">{text}</span> }.into_any(),
        };
        view! {
            <div class="kv wrap nf">
                <dt title=path>{plain(&name)}</dt>
                <dd class="mono">{shown}</dd>
            </div>
        }
    };
    let part = move |part: Part| {
        view! {
            <dl>
                <h4>{plain(&part.title)}</h4>
                {part.values.into_iter().map(value).collect_view()}
            </dl>
        }
    };
    view! { <div class="cols3 messages">{message.parts.into_iter().map(part).collect_view()}</div> }
}

/// A key that can be searched is a button: with its value where that is short, else for logs that have it.
pub fn extra(app: App, name: &str, text: &str) -> AnyView {
    let key = Key::extra(name);
    let name = plain(name);
    let trimmed = text.trim();
    let is_json = trimmed.starts_with(['{', '[']) && trimmed.ends_with(['}', ']']) && trimmed.len() > 2;
    let value = match (is_json, text.len() > FOLD) {
        (false, _) => view! { <span class="extra-text">{plain(text)}</span> }.into_any(),
        (true, false) => view! { <span class="extra-text">{plain(trimmed)}</span> }.into_any(),
        (true, true) => {
            let short: String = trimmed.chars().take(80).collect();
            view! {
                <details>
                    <summary class="cut">{format!("{}…", plain(&short))}</summary>
                    <pre class="pre">{indent(trimmed)}</pre>
                </details>
            }
            .into_any()
        }
    };
    let short = !is_json && text.len() <= FOLD;
    let term = key.map(|key| match short {
        true => edit::filter_term(key, Op::Equal, text),
        false => format!("exists({})", key.name()),
    });
    let shown = match term {
        Some(term) => search(app, term, name.clone()),
        None => view! { {name.clone()} }.into_any(),
    };
    view! {
        <div class="kv wrap nf">
            <dt title=name.clone()>{shown}</dt>
            <dd class="mono">{value}</dd>
        </div>
    }
    .into_any()
}

/// A button that adds the term to the search.
fn search(app: App, term: String, text: String) -> AnyView {
    let said = format!("Search {}", plain(&term));
    let add = move |_| app.query.update(|query| *query = edit::append_term(query, &term));
    view! { <button type="button" class="v" aria-label=said.clone() title=said on:click=hear(add)>{text}</button> }
        .into_any()
}
