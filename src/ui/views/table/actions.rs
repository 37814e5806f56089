//! What can be done with one log: copy, follow its client, look around it.

use crate::protocol::{CellValue, Range, RowId};
use crate::record::Field;
use crate::ui::App;
use crate::ui::widgets::copy as clipboard;
use leptos::prelude::*;

const AROUND: i64 = 10_000_000;

/// Text to the clipboard, and says so.
pub fn copy(app: App, text: String, what: &'static str) {
    clipboard(app.announce, text, what);
}

/// The line as it stands in its file.
pub fn copy_line(app: App, id: RowId) {
    leptos::task::spawn_local(async move {
        if let Some(detail) = app.detail(id).await {
            copy(app, detail.raw, "Line");
        }
    });
}

/// Selects ten seconds before and after.
pub fn around(app: App, time: i64) {
    app.brush.set(Some(Range { from: time - AROUND, to: time + AROUND }));
}

pub fn follow_client(app: App, client: &CellValue) {
    app.include(Field::ClientIp, client);
}
