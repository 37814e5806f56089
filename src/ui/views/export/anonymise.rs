//! The switch that hides who it was, what it says it does, and what it did to the rows of the preview.

use super::Wanted;
use crate::protocol::{Hidden, Secret};
use crate::show;
use crate::ui::widgets::{live, switch};
use leptos::prelude::*;
use std::cell::Cell;

thread_local! {
    /// Kept for the tab, so that all its exports have the same pseudonyms, and nowhere else.
    static SECRET: Cell<Option<Secret>> = const { Cell::new(None) };
}

/// What pseudonyms are made with in this tab.
pub(super) fn secret() -> Option<Secret> {
    SECRET.get().or_else(|| {
        let mut random = [0; 16];
        window().crypto().ok()?.get_random_values_with_u8_array(&mut random).ok()?;
        SECRET.set(Some(Secret(random)));
        SECRET.get()
    })
}

#[component]
pub(super) fn Anonymise(wanted: Wanted) -> impl IntoView {
    view! {
        <div class="export-row">
            <span class="export-name">"Privacy"</span>
            <div>
                {switch("Anonymise", Some("export-anonymise"), wanted.anonymise)}
                <p class="sub" id="export-anonymise">
                    "Addresses, hosts, users and sessions get pseudonyms, the same in every export of this tab; addresses of one network stay in one. Cookies, tokens, passwords and the values of query parameters become ***. Times, codes, paths, ports, rules and names of frontends, backends and files stay, and so do names in free text."
                </p>
            </div>
        </div>
    }
}

/// What the preview replaced.
#[component]
pub(super) fn Changes(wanted: Wanted) -> impl IntoView {
    let list = move || {
        let changes =
            wanted.preview.with(|preview| preview.as_ref().map_or_else(Vec::new, |part| part.changes.clone()));
        let row = |change: crate::protocol::Change| {
            let kind = match change.hidden {
                Hidden::Address => "Address",
                Hidden::Host => "Host",
                Hidden::User => "User",
                Hidden::Session => "Session",
                Hidden::Id => "ID",
                Hidden::Credential => "Credential",
            };
            let [from, to] = [&change.from, &change.to].map(|text| show::visible(text).into_owned());
            view! { <li><span>{kind}</span> " " <span class="mono cut">{from}</span> " → " <span class="mono cut">{to}</span></li> }
        };
        changes.into_iter().map(row).collect_view()
    };
    let note =
        move || wanted.preview.with(|preview| preview.as_ref().map_or_else(String::new, |part| unread(part.unread)));
    view! {
        <div class="export-row">
            <span class="export-name">"Changes"</span>
            <div>
                <ul class="export-changes" aria-label="Changes">{live(list)}</ul>
                <p class="sub">{live(note)}</p>
            </div>
        </div>
    }
    .into_any()
}

/// Of entries whose fields nobody knows.
pub(super) fn unread(count: u64) -> String {
    match count {
        0 => String::new(),
        _ => {
            let logs = show::count(count, "log that no parser understands", "logs that no parser understands");
            format!(" In {logs} only what has the look of an address, a host or a credential is replaced.")
        }
    }
}
