//! The keys that work, and the switch that turns single keys off.

use crate::ui::use_app;
use crate::ui::widgets::follow;
use crate::ui::widgets::{Dialog, hear};
use leptos::prelude::*;

/// Key, and what it does.
const KEYS: [(&str, &str); 32] = [
    ("/", "Search"),
    ("Esc", "Close, then clear the selection, then leave the field"),
    ("S", "All, significant, non-significant"),
    ("Shift S", "What makes a log significant"),
    ("A", "Show or hide analytics"),
    ("J", "Next log (↓ in the table)"),
    ("K", "Previous log (↑ in the table)"),
    ("Shift J", "Open the next log in place of this one (Shift K: the previous)"),
    ("Enter", "Expand or collapse the log (→ and ← on its first cell)"),
    ("G", "First log"),
    ("Shift G", "Last log"),
    ("E", "Next error"),
    ("Shift E", "Previous error"),
    ("+ −", "Include, exclude the value of the cell"),
    ("C", "Copy the value of the cell"),
    ("Shift C", "Copy the line"),
    ("B", "Bookmark the log, or take its bookmark away"),
    ("Shift B", "Bookmarks"),
    ("X", "Explain the selection: what is different in it"),
    ("T", "Time range, go to time or row"),
    ("Z", "Zoom to the selection"),
    ("Shift Z", "Zoom out (Alt ←)"),
    ("← →", "On a column's label: with Shift move it, with Ctrl size it"),
    ("Space", "On a filter: switch it off and on"),
    ("!", "On a filter: invert it"),
    ("Del", "On a filter: remove it"),
    ("Ctrl O", "Open files"),
    ("Ctrl E", "Export logs"),
    ("Ctrl S", "Save this search, saved searches"),
    ("Ctrl V", "Open copied lines or files"),
    ("F6", "Next region"),
    ("?", "This help"),
];

#[component]
pub fn Help() -> impl IntoView {
    let app = use_app();
    let single = app.settings.single_keys;
    view! {
        <Dialog open=app.help_open label="Keyboard help">
            <dl class="help-keys">
                {KEYS.map(|(key, what)| {
                    let keys = key.split(' ').map(|key| view! { <kbd>{key}</kbd> }).collect_view();
                    view! { <div><dt>{keys}</dt><dd>{what}</dd></div> }
                })}
            </dl>
            <div class="help-switch">
                <button
                    type="button"
                    class="sw"
                    role="switch"
                    aria-checked=follow(move || single.get().to_string())
                    on:click=hear(move |_| single.update(|on| *on = !*on))
                >
                    <i></i>
                    "Single keys act as shortcuts"
                </button>
                <span class="sub">"They do nothing while you type."</span>
            </div>
        </Dialog>
    }
}
