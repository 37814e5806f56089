//! What the table shares with the parts around it: its columns with the tab bar, "go to time" with the histogram.

use super::columns::{Column, Family};
use crate::protocol::RowId;
use crate::record::Field;
use crate::scroll::RowHeight;
use crate::text::decimal;
use crate::text::few::Few;
use crate::ui::reactive::{effect, memo};
use crate::ui::settings::{keep, stored};
use crate::ui::{App, Tab};
use crate::waterfall::Look;
use leptos::prelude::*;

/// A handle; get it with [`use_link`].
#[derive(Clone, Copy)]
pub struct Link {
    /// Set to have the table go there.
    pub go_to_time: RwSignal<Option<i64>>,
    /// The same for the place of a log in the table, from 0.
    pub go_to_row: RwSignal<Option<i64>>,
    /// Set to have the table open this log.
    pub go_to_log: RwSignal<Option<RowId>>,
    /// The panel of the time range is open.
    pub time_panel: RwSignal<bool>,
    pub family: Memo<Family>,
    /// Columns chosen by the user, by family.
    pub chosen: RwSignal<Few<&'static str, Vec<Column>>>,
    /// Widths dragged by the user, by key of the column.
    pub widths: RwSignal<Few<&'static str, f64>>,
    /// The columns shown, pinned ones first.
    pub columns: Memo<Vec<Column>>,
    /// Keys of columns that stay in place where the others are scrolled sideways.
    pub pinned: RwSignal<Vec<String>>,
    pub rows: RwSignal<RowHeight>,
    /// What the bars of the waterfall begin at, and which part of its axis is shown.
    pub waterfall: RwSignal<Look>,
}

impl Link {
    /// Shows the table, and has it open this log.
    pub fn open_log(self, app: App, row: RowId) {
        app.tab.set(Tab::Logs);
        self.go_to_log.set(Some(row));
    }

    pub fn is_pinned(self, column: Column) -> bool {
        self.pinned.with(|pinned| is_in(pinned, &column))
    }

    /// How many columns are pinned: the first of those shown.
    pub fn pins(self) -> usize {
        self.columns.with(|columns| columns.iter().filter(|column| self.is_pinned(**column)).count())
    }

    /// Has a column stay in place when the others are scrolled, or lets it go.
    pub fn pin(self, column: Column) {
        self.pinned.update(|pinned| match pinned.iter().position(|key| key == column.key()) {
            Some(at) => drop(pinned.remove(at)),
            None => pinned.push(column.key().to_owned()),
        });
    }

    /// Puts a column where another stands; true where there is such a place.
    pub fn move_column(self, from: usize, to: usize) -> bool {
        let mut columns = self.columns.get_untracked();
        // Pinned columns are the first: none goes over their border.
        let pins = untrack(|| self.pins());
        let moves = from != to && from.max(to) < columns.len() && (from < pins) == (to < pins);
        if moves {
            let column = columns.remove(from);
            columns.insert(to, column);
            self.chosen.update(|chosen| chosen.insert(self.family.get_untracked().name(), columns));
        }
        moves
    }
}

pub fn use_link() -> Link {
    expect_context::<Link>()
}

/// Call once, above histogram and work area.
pub fn provide_link(app: App) {
    let (chosen, widths) = (RwSignal::new(load_chosen()), RwSignal::new(load_widths()));
    // Which kind of logs it is, and whether they carry a termination state. Filters must not change the columns, so
    // these are asked only while nothing is filtered.
    let kind = Memo::new(move |old: Option<&(Family, bool)>| {
        let filtered = !app.query.with(String::is_empty) || app.brush.with(Option::is_some);
        let found = app.summary.with(|summary| {
            let summary = summary.as_ref()?;
            let ends = summary.tiles.iter().any(|tile| tile.field == Field::TerminationState as u16);
            Family::of(summary).map(|family| (family, ends))
        });
        match old {
            Some(old) if filtered => *old,
            old => found.or(old.copied()).unwrap_or((Family::Http, true)),
        }
    });
    let family = memo(move || kind.get().0);
    let present = memo(move || app.summary.with(|summary| summary.as_ref().map(|summary| summary.fields.clone())));
    let kept = stored("pinned").unwrap_or_default();
    let pinned = RwSignal::new(kept.split(',').filter(|key| !key.is_empty()).map(str::to_owned).collect::<Vec<_>>());
    let pinned_first = move |columns: Vec<Column>| {
        pinned.with(|pinned| {
            let (mut first, rest): (Vec<_>, Vec<_>) = columns.into_iter().partition(|column| is_in(pinned, column));
            first.extend(rest);
            first
        })
    };
    let columns = memo(move || {
        let (family, ends) = kind.get();
        if let Some(columns) = chosen.with(|chosen| chosen.get(&family.name()).cloned()) {
            return pinned_first(columns);
        }
        let width = app.width.get();
        let mut columns = family.columns(width, ends);
        // What no log has is not shown unless it was chosen.
        present.with(|present| columns.retain(|column| column.is_among(present.as_deref())));
        // Beside an opened list of values there is room up to the duration.
        if app.opened.with(Option::is_some) && width < 1_800.0 {
            columns.retain(|column| !matches!(column, Column::Timeline | Column::Value(Field::ResponseLength)));
        }
        pinned_first(columns)
    });
    effect(move || keep("columns", &chosen.with(write_chosen)));
    effect(move || keep("pinned", &pinned.with(|pinned| pinned.join(","))));
    effect(move || keep("column-widths", &widths.with(write_widths)));
    let kept = stored("rows");
    let rows = RowHeight::ALL.into_iter().find(|rows| Some(rows.name()) == kept.as_deref());
    let rows = RwSignal::new(rows.unwrap_or_default());
    effect(move || {
        let name = if rows.get() == RowHeight::default() { "" } else { rows.get().name() };
        keep("rows", name);
    });
    let (go_to_time, go_to_row, go_to_log, time_panel) = Default::default();
    provide_context(Link {
        go_to_time,
        go_to_row,
        go_to_log,
        time_panel,
        family,
        chosen,
        widths,
        columns,
        pinned,
        rows,
        waterfall: RwSignal::default(),
    });
}

fn is_in(keys: &[String], column: &Column) -> bool {
    keys.iter().any(|key| key == column.key())
}

/// `HTTP:time,client_ip`
pub fn family_columns(family: &str, columns: &[Column]) -> String {
    format!("{family}:{}", columns.iter().map(|column| column.key()).collect::<Vec<_>>().join(","))
}

pub fn read_family_columns(text: &str) -> Option<(&'static str, Vec<Column>)> {
    let (name, keys) = text.split_once(':')?;
    let family = Family::ALL.into_iter().find(|family| family.name() == name)?;
    let mut columns = Vec::new();
    for column in keys.split(',').filter_map(Column::from_key) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    (!columns.is_empty()).then_some((family.name(), columns))
}

/// `HTTP:time,client_ip;TCP:…`
fn write_chosen(chosen: &Few<&'static str, Vec<Column>>) -> String {
    chosen.iter().map(|(family, columns)| family_columns(family, columns)).collect::<Vec<_>>().join(";")
}

fn load_chosen() -> Few<&'static str, Vec<Column>> {
    stored("columns").unwrap_or_default().split(';').filter_map(read_family_columns).collect()
}

fn write_widths(widths: &Few<&'static str, f64>) -> String {
    widths.iter().map(|(key, width)| format!("{key}:{width}")).collect::<Vec<_>>().join(";")
}

fn load_widths() -> Few<&'static str, f64> {
    let text = stored("column-widths").unwrap_or_default();
    let read = |part: &str| {
        let (key, width) = part.split_once(':')?;
        let width = decimal::read(width)?;
        Some((Column::from_key(key)?.key(), width.clamp(32.0, 2_000.0)))
    };
    text.split(';').filter_map(read).collect()
}
