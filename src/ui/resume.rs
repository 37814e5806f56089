//! What was looked at when files were open the last time: offered when the same files are opened again, never applied unasked. The
//! browser keeps search, time and order with the names and sizes of the files, never text of a log.

use super::carried::Carried;
use super::settings::{keep, stored};
use super::state::App;
use crate::protocol::{Significance, View};
use crate::ui::reactive::effect;
use leptos::prelude::*;
use std::time::Duration;

const KEY: &str = "last-searches";
/// Sets of files that are remembered, the newest.
const MOST: usize = 20;
/// A selection that is dragged changes all the time.
const SETTLED: Duration = Duration::from_millis(400);

/// Follows files and search; call once.
pub fn follow(app: App) {
    let files = app.files();
    let known = StoredValue::new(String::new());
    effect(move || {
        let (files, view) = (key(&files.get()), app.view());
        let others = known.with_value(|known| *known != files);
        known.set_value(files.clone());
        if files.is_empty() {
            app.last_time.set(None);
        } else if is_all(&view) && others {
            app.last_time.set(recall(&files));
        } else {
            let settled = move || {
                let same = known.with_value(|known| *known == files) && app.view_now() == view;
                let offered = app.last_time.with_untracked(Option::is_some);
                if same && !(is_all(&view) && offered) {
                    app.last_time.set(None);
                    remember(&files, &view);
                }
            };
            set_timeout(settled, SETTLED);
        }
    });
}

/// Nothing is left out.
fn is_all(view: &View) -> bool {
    view.query.is_empty() && view.significance == Significance::All && view.period.is_none() && view.brush.is_none()
}

/// The files that are open, whatever their order.
fn key(files: &[(u32, u64, String)]) -> String {
    let mut names: Vec<_> = files.iter().map(|(_, size, name)| format!("{size} {name}")).collect();
    crate::text::sort::by(&mut names, Ord::cmp);
    names.join("|")
}

fn recall(files: &str) -> Option<String> {
    let kept = stored(KEY)?;
    let of_files = kept.lines().filter_map(|line| line.split_once('\t')).find(|(known, _)| *known == files);
    of_files.map(|(_, carried)| carried.to_owned())
}

/// Where all logs are shown there is nothing to come back to.
fn remember(files: &str, view: &View) {
    let kept = stored(KEY).unwrap_or_default();
    let mut lines: Vec<_> =
        kept.lines().filter(|line| line.split_once('\t').is_some_and(|(known, _)| known != files)).collect();
    let line = format!("{files}\t{}", Carried::search(view).write());
    if !is_all(view) {
        lines.push(&line);
    }
    keep(KEY, &lines[lines.len().saturating_sub(MOST)..].join("\n"));
}
