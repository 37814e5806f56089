//! What can be done with one log: copy, follow its client, look around it.

use super::grid::Grid;
use super::value::copied;
use crate::protocol::{CellValue, DetailField, LogDetail, Range, RowId, RowView, Seek, Significance, View};
use crate::query::Op;
use crate::record::Field;
use crate::ui::widgets::copy as clipboard;
use crate::ui::{App, filter};
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

/// Every field of a log, a line for each.
pub fn copy_fields(app: App, detail: &LogDetail) {
    let line = |found: &DetailField| {
        let field = Field::from_index(usize::from(found.field))?;
        Some(format!("{}: {}\n", field.name(), copied(field, &found.value)))
    };
    let extra = |(name, text): &(String, String)| format!("{name}: {text}\n");
    let text = detail.fields.iter().filter_map(line).chain(detail.extras.iter().map(extra));
    copy(app, text.collect(), "Fields");
}

/// Marks a log, or takes the mark away, and says which.
pub fn bookmark(app: App, row: &RowView) {
    let marked = app.bookmarks.toggle(row.source, row.offset);
    app.announce.set(if marked { "Bookmarked" } else { "Bookmark removed" }.to_owned());
}

/// Opens a log wherever it is, among all logs if it is not among those shown.
pub fn open_anywhere(grid: Grid, row: RowId) {
    let sort = grid.app.sort.get_untracked();
    let all = View { query: String::new(), brush: None, period: None, significance: Significance::All, sort };
    open_in(grid, row, all);
}

/// Selects ten seconds before and after.
pub fn around(app: App, time: i64) {
    app.brush.set(Some(Range { from: time - AROUND, to: time + AROUND }));
}

/// Looks at the logs of this view instead.
pub fn show_view(app: App, view: View) {
    app.zoom_all();
    app.significance.set(view.significance);
    app.query.set(view.query);
    app.brush.set(view.brush);
}

/// Opens a log. Where it is not among those shown, the logs of this view are shown instead.
pub fn open_in(grid: Grid, row: RowId, view: View) {
    leptos::task::spawn_local(async move {
        if !open_where_it_stands(grid, row).await {
            grid.open_next.set_value(Some(row));
            show_view(grid.app, view);
        }
    });
}

/// Opens a log of this transaction.
pub fn open_log(grid: Grid, row: RowId, transaction: &str) {
    let query = filter::append("", Field::TransactionId, Op::Equal, &CellValue::Text(transaction.to_owned()));
    open_in(
        grid,
        row,
        View { query, brush: None, period: None, significance: Significance::All, sort: grid.app.sort.get_untracked() },
    );
}

/// Goes to a row of the view and opens it; false where the view does not have it.
pub async fn open_where_it_stands(grid: Grid, row: RowId) -> bool {
    let Some(position) = grid.app.locate(Seek::Row(row)).await else { return false };
    grid.open(position, row);
    grid.go(position);
    true
}

pub fn follow_client(app: App, client: &CellValue) {
    app.include(Field::ClientIp, client);
}
