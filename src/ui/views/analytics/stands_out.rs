//! What stands out: at most four sentences, each from a fixed rule with its count; the values in them filter.

use super::frame::Frame;
use crate::protocol::{RowMark, Sentence};
use crate::record::Field;
use crate::show;
use crate::ui::names::{is_mono, plain};
use crate::ui::reactive::memo;
use crate::ui::state::use_app;
use crate::ui::widgets::{Mark, Value, live};
use leptos::prelude::*;

/// Fewer significant logs than this are not compared with others.
const FEW: u64 = 10;

#[component]
pub fn StandsOut() -> impl IntoView {
    let app = use_app();
    let told = memo(move || {
        app.rail.with(|summary| {
            let told = summary.as_ref().map(|s| (s.stands_out.clone(), s.counts.significant));
            told.unwrap_or_default()
        })
    });
    let body = move || {
        let (sentences, significant) = told.get();
        if sentences.is_empty() {
            // No rule has a sentence for them, which does not make them usual.
            let calm = match significant {
                0 => "Nothing unusual in the logs shown.".to_string(),
                n => format!(
                    "{}{}",
                    show::count(n, "significant log", "significant logs"),
                    match n {
                        ..FEW => ": too few to tell what they have in common.",
                        _ => "; nothing sets them apart from the other logs shown beyond chance.",
                    }
                ),
            };
            let calm = (calm, None);
            return line(Sentence { mark: RowMark::Fine, pieces: vec![calm] });
        }
        sentences.into_iter().take(4).map(line).collect_view().into_any()
    };
    view! {
        <Frame title="What stands out" note="in the logs shown".to_string()>
            <div class="stands-out">{live(body)}</div>
        </Frame>
    }
}

fn line(sentence: Sentence) -> AnyView {
    let pieces = sentence.pieces.into_iter().map(|(text, value)| {
        let field = value.as_ref().and_then(|(field, _)| Field::from_index(usize::from(*field)));
        match (field, value) {
            (Some(field), Some((_, value))) => {
                let class = if is_mono(field) { "mono" } else { "" };
                view! { <Value field=field value=value text=plain(&text) class=class /> }.into_any()
            }
            _ => plain(&text).into_any(),
        }
    });
    let pieces = pieces.collect_view();
    view! {
        <div class="find">
            <Mark mark=sentence.mark dot=true />
            <p>{pieces}</p>
        </div>
    }
    .into_any()
}
