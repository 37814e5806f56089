//! The state of the page: what is looked at, what is loaded, and the questions to the engine that follow from them.

use super::bookmarks::{self, Bookmarks};
use super::client::{Client, Lane};
use super::reactive::memo;
use super::settings::{Settings, stored};
use super::views::analytics::Opened;
use super::views::{explain::chosen, reports};
use crate::protocol::shard::Position;
use crate::protocol::{
    CellValue, Compare, Differences, ExportSpec, Exported, FromHub, LogDetail, Preview, Progress, Range, Report,
    Reported, RowId, RowText, Rows, Seek, Settings as HowRead, Significance, Sort, SourceId, SourceProgress, Stats,
    Summary, ToHub, Transaction, Values, View,
};
use crate::query::Op;
use crate::record::Field;
use crate::show;
use leptos::prelude::*;
use std::sync::Arc;

/// What the work area shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    #[default]
    Logs,
    Explain,
    Reports,
    Unparsed,
}

/// What an answer was about: the view it belongs to, the sources it saw, and its total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub view: View,
    pub generation: u64,
    pub total: u64,
}

/// Everything the components share; a handle, copied freely. Get it with [`use_app`].
#[derive(Clone, Copy)]
pub struct App {
    pub progress: RwSignal<Progress>,
    /// The applied search: always valid.
    pub query: RwSignal<String>,
    pub significance: RwSignal<Significance>,
    pub period: RwSignal<Option<Range>>,
    /// Periods to go back to, oldest first; the one shown is not among them.
    pub trail: RwSignal<Vec<Option<Range>>>,
    pub brush: RwSignal<Option<Range>>,
    pub sort: RwSignal<Sort>,
    pub tab: RwSignal<Tab>,
    /// The newest summary; it stays while a new one is on its way.
    pub summary: RwSignal<Option<Arc<Summary>>>,
    /// The newest summary once more, for the rail: it is drawn in a task of its own, a moment later, because drawing all at
    /// once keeps the page from answering for a tenth of a second.
    pub rail: RwSignal<Option<Arc<Summary>>>,
    /// What the newest summary was about, once all of it is drawn.
    pub shown_summary: RwSignal<Option<Shown>>,
    /// What the newest rows of the table were about.
    pub shown_rows: RwSignal<Option<Shown>>,
    /// Which groups of logs are to be compared.
    pub compare: RwSignal<Compare>,
    /// The newest comparison.
    pub explained: RwSignal<Option<Arc<Differences>>>,
    /// What it compared, and what it was about once all of it is read.
    pub shown_explain: RwSignal<Option<(Option<Shown>, Compare)>>,
    /// Which report is wanted.
    pub report: RwSignal<Report>,
    /// The newest report, and which one it is.
    pub reported: RwSignal<Option<(Report, Arc<Reported>)>>,
    /// What it was about once all of it is read.
    pub shown_report: RwSignal<Option<Shown>>,
    pub settings: Settings,
    pub bookmarks: Bookmarks,
    /// What was looked at when the same files were open before, while it is offered: as a link carries it.
    pub last_time: RwSignal<Option<String>>,
    /// Said by the polite live region.
    pub announce: RwSignal<String>,
    /// Something the user must know: a worker died, a request failed.
    pub failure: RwSignal<Option<String>>,
    /// Sources were changed and the hub has not yet answered to that.
    pub changing: RwSignal<bool>,
    /// The tile whose full list stands in place of the rail.
    pub opened: RwSignal<Option<Opened>>,
    /// The rail lies over the table, where the window is too narrow for both.
    pub rail_over: RwSignal<bool>,
    /// Inner width and height of the window.
    pub width: RwSignal<f64>,
    pub height: RwSignal<f64>,
    /// Raised to have the search field take the focus.
    pub focus_search: RwSignal<u32>,
    pub help_open: RwSignal<bool>,
    pub groups_open: RwSignal<bool>,
    /// The first tiles, in the order of the user or of a link, by their fields; the others follow.
    pub tiles: RwSignal<Vec<String>>,
    pub files_open: RwSignal<bool>,
    pub export_open: RwSignal<bool>,
    pub rules_open: RwSignal<bool>,
    pub saved_open: RwSignal<bool>,
    pub bookmarks_open: RwSignal<bool>,
    /// The bookmarked logs are shown side by side.
    pub compare_open: RwSignal<bool>,
    /// Names of the families of formats, in the order that settings number them.
    pub formats: RwSignal<Vec<String>>,
    /// How often a source was read again: rows shown before are of an earlier reading.
    pub rereads: RwSignal<u32>,
    /// The most useful key now, and what it does.
    pub hint: RwSignal<(&'static str, &'static str)>,
    /// How many texts were pasted: names their sources.
    pub pasted: RwSignal<u32>,
    /// Generation that the hub will have when it has done all that it was told.
    pub(super) generation: RwSignal<u64>,
    pub(super) next_source: RwSignal<u32>,
    pub(super) client: StoredValue<Client, LocalStorage>,
}

/// The state of the page.
pub fn use_app() -> App {
    expect_context::<App>()
}

impl App {
    pub fn new(client: Client) -> Self {
        Self {
            progress: RwSignal::default(),
            query: RwSignal::default(),
            significance: RwSignal::default(),
            period: RwSignal::default(),
            trail: RwSignal::default(),
            brush: RwSignal::default(),
            sort: RwSignal::new(Sort { field: Field::StartTime as u16, descending: false }),
            tab: RwSignal::default(),
            summary: RwSignal::default(),
            rail: RwSignal::default(),
            shown_summary: RwSignal::default(),
            shown_rows: RwSignal::default(),
            compare: RwSignal::default(),
            explained: RwSignal::default(),
            shown_explain: RwSignal::default(),
            report: RwSignal::new(reports::FIRST),
            reported: RwSignal::default(),
            shown_report: RwSignal::default(),
            settings: Settings::load(),
            bookmarks: Bookmarks::default(),
            last_time: RwSignal::default(),
            announce: RwSignal::default(),
            failure: RwSignal::default(),
            changing: RwSignal::default(),
            opened: RwSignal::default(),
            rail_over: RwSignal::default(),
            width: RwSignal::new(1440.0),
            height: RwSignal::new(900.0),
            focus_search: RwSignal::default(),
            help_open: RwSignal::default(),
            groups_open: RwSignal::default(),
            tiles: RwSignal::new(
                stored("tiles").map_or(Vec::new(), |names| names.split(',').map(str::to_owned).collect()),
            ),
            files_open: RwSignal::default(),
            export_open: RwSignal::default(),
            rules_open: RwSignal::default(),
            saved_open: RwSignal::default(),
            bookmarks_open: RwSignal::default(),
            compare_open: RwSignal::default(),
            formats: RwSignal::default(),
            rereads: RwSignal::default(),
            hint: RwSignal::new(("E", "next error")),
            pasted: RwSignal::default(),
            generation: RwSignal::default(),
            next_source: RwSignal::default(),
            client: StoredValue::new_local(client),
        }
    }

    /// What is looked at now.
    pub fn view(&self) -> View {
        View {
            query: self.query.get(),
            significance: self.significance.get(),
            period: self.period.get(),
            brush: self.brush.get(),
            sort: self.sort.get(),
        }
    }

    /// The same, without following it.
    pub fn view_now(&self) -> View {
        untrack(|| self.view())
    }

    /// True when nothing is open and nothing is being opened.
    pub fn is_empty(&self) -> bool {
        self.progress.with(|progress| progress.sources.is_empty()) && !self.changing.get()
    }

    /// True when everything is read and what is shown belongs to the current view.
    pub fn is_ready(&self) -> bool {
        let (done, generation) = self.progress.with(|progress| (progress.done, progress.generation));
        if self.changing.get() || !done {
            return false;
        }
        let view = self.view();
        let fits = |shown: &Option<Shown>| shown.as_ref().is_some_and(|s| s.view == view && s.generation == generation);
        let total = self.summary.with(|summary| summary.as_ref().filter(|s| !s.so_far).map(|s| s.total));
        let Some(total) = total else { return false };
        let explained = || match (self.tab.get(), chosen(*self)) {
            (Tab::Explain, Some(compare)) => {
                let shown = self.shown_explain.get().filter(|(_, shown)| *shown == compare);
                fits(&shown.and_then(|(shown, _)| shown))
            }
            (Tab::Reports, _) => reports::chosen(*self).is_none_or(|report| {
                self.shown_report.with(fits)
                    && self.reported.with(|shown| shown.as_ref().is_some_and(|(of, _)| *of == report))
            }),
            _ => true,
        };
        self.shown_summary.with(fits)
            && explained()
            && (total == 0
                || self.tab.get() != Tab::Logs
                || self.shown_rows.with(|rows| fits(rows) && rows.as_ref().is_some_and(|rows| rows.total == total)))
    }

    /// Differs when logs come or go, and when all are read: time to ask again for what no summary has.
    pub fn what_is_read(self) -> Memo<(u64, bool)> {
        memo(move || self.progress.with(|progress| (progress.generation, progress.done)))
    }

    /// Name and size of each file that is open: by these the browser knows it again.
    pub fn files(self) -> Memo<Vec<(SourceId, u64, String)>> {
        let of = |source: &SourceProgress| (source.id, source.size, bookmarks::line(&source.name));
        memo(move || self.progress.with(|progress| progress.sources.iter().map(of).collect()))
    }

    /// The logs that shares are of: `111 requests` where the others are steps of them, else `205 logs`.
    pub fn counted(&self, base: u64) -> String {
        let requests = self.rail.with(|summary| summary.as_ref().and_then(|summary| summary.requests));
        if requests == Some(base) { show::count(base, "request", "requests") } else { show::logs(base) }
    }

    // ── search ──

    /// Adds "the field has this value" to the search.
    pub fn include(&self, field: Field, value: &CellValue) {
        self.filter(field, Op::Equal, value);
    }

    /// Adds "the field does not have this value".
    pub fn exclude(&self, field: Field, value: &CellValue) {
        self.filter(field, Op::NotEqual, value);
    }

    /// Searches for this value alone.
    pub fn only(&self, field: Field, value: &CellValue) {
        self.query.set(String::new());
        self.filter(field, Op::Equal, value);
    }

    /// Adds `field op value`.
    pub fn filter(&self, field: Field, op: Op, value: &CellValue) {
        self.query.update(|query| *query = super::filter::append(query, field, op, value));
    }

    // ── time ──

    /// Makes this the period of the histogram; the old one joins the trail.
    pub fn zoom(&self, range: Range) {
        let old = self.period.get_untracked();
        if old != Some(range) {
            self.trail.update(|trail| trail.push(old));
            self.period.set(Some(range));
        }
        self.brush.set(None);
    }

    /// One step back on the trail.
    pub fn zoom_back(&self) {
        let mut last = None;
        self.trail.update(|trail| last = trail.pop());
        if let Some(period) = last {
            self.brush.set(None);
            self.period.set(period);
        }
    }

    /// Back to the whole time.
    pub fn zoom_all(&self) {
        self.trail.set(Vec::new());
        self.brush.set(None);
        self.period.set(None);
    }

    // ── questions to the engine ──

    pub(super) fn client(&self) -> Client {
        self.client.get_value()
    }

    /// Rows `first .. first + count` of the current view. `None`: the view changed meanwhile, or a newer request took
    /// this one's place.
    pub async fn rows(&self, first: u64, count: u32, columns: &[Field], text: RowText) -> Option<Rows> {
        let view = self.view_now();
        let columns = columns.iter().map(|field| *field as u16).collect();
        let asked = view.clone();
        let request = move |id| ToHub::Rows { id, view: asked, first, count, columns, text };
        let FromHub::Rows(rows) = self.client().ask(Lane::Rows, request).await? else { return None };
        if view != self.view_now() {
            return None;
        }
        self.shown_rows.set(Some(Shown { view, generation: rows.generation, total: rows.total }));
        Some(rows)
    }

    /// Rows of another view than the current one; the table is not told.
    pub async fn rows_in(&self, view: View, first: u64, count: u32, columns: &[Field], text: RowText) -> Option<Rows> {
        let columns = columns.iter().map(|field| *field as u16).collect();
        let request = move |id| ToHub::Rows { id, view, first, count, columns, text };
        match self.client().ask(Lane::Free, request).await? {
            FromHub::Rows(rows) => Some(rows),
            _ => None,
        }
    }

    /// All values of a field in the current view, most frequent first.
    pub async fn values(&self, field: Field, contains: &str, limit: u32) -> Option<Values> {
        self.values_in(self.view_now(), field, contains, limit).await
    }

    /// The same in another view.
    pub async fn values_in(&self, view: View, field: Field, contains: &str, limit: u32) -> Option<Values> {
        let contains = contains.to_owned();
        let request = move |id| ToHub::Values { id, view, field: field as u16, contains, limit };
        match self.client().ask(Lane::Free, request).await? {
            FromHub::Values(values) => Some(values),
            _ => None,
        }
    }

    /// Every field by how much it differs between two groups of logs; `None`: a newer request took this one's place.
    pub async fn explain(&self, view: View, compare: Compare) -> Option<Differences> {
        match self.client().ask(Lane::Explain, move |id| ToHub::Explain { id, view, compare }).await? {
            FromHub::Explained(found) => Some(*found),
            _ => None,
        }
    }

    /// A table of what halog reports; `None`: a newer request took this one's place.
    pub async fn report(&self, view: View, report: Report) -> Option<Reported> {
        match self.client().ask(Lane::Report, move |id| ToHub::Report { id, view, report }).await? {
            FromHub::Reported(found) => Some(*found),
            _ => None,
        }
    }

    /// The rows of the entries that begin at these bytes of sources.
    pub async fn rows_at(&self, places: Vec<(SourceId, u64)>) -> Vec<Option<RowId>> {
        match self.client().ask(Lane::Free, |id| ToHub::Find { id, places }).await {
            Some(FromHub::Found { rows, .. }) => rows,
            _ => Vec::new(),
        }
    }

    pub async fn detail(&self, row: RowId) -> Option<LogDetail> {
        match self.client().ask(Lane::Free, |id| ToHub::Detail { id, row }).await? {
            FromHub::Detail { detail, .. } => detail.map(|detail| *detail),
            _ => None,
        }
    }

    /// The transaction of a row.
    pub async fn transaction(&self, row: RowId) -> Option<Transaction> {
        match self.client().ask(Lane::Free, |id| ToHub::Transaction { id, row }).await? {
            FromHub::Transaction { transaction, .. } => Some(*transaction),
            _ => None,
        }
    }

    /// Position in the current view.
    pub async fn locate(&self, seek: Seek) -> Option<u64> {
        self.located(Lane::Locate, self.view_now(), seek).await
    }

    /// The same in another view.
    pub async fn locate_in(&self, view: View, seek: Seek) -> Option<u64> {
        self.located(Lane::Free, view, seek).await
    }

    async fn located(&self, lane: Lane, view: View, seek: Seek) -> Option<u64> {
        match self.client().ask(lane, move |id| ToHub::Locate { id, view, seek }).await? {
            FromHub::Located(located) => located.position,
            _ => None,
        }
    }

    /// How the first lines of a source would be read in this way.
    pub async fn preview(&self, source: SourceId, settings: HowRead) -> Option<Preview> {
        match self.client().ask(Lane::Free, move |id| ToHub::Preview { id, source, settings }).await? {
            FromHub::Preview(preview) => Some(preview),
            _ => None,
        }
    }

    /// Some rows of a view to take away, from `after` on.
    pub async fn export(&self, view: View, spec: ExportSpec, after: Option<Position>, count: u32) -> Option<Exported> {
        let request = move |id| ToHub::Export { id, view, spec, after, count };
        match self.client().ask(Lane::Free, request).await? {
            FromHub::Exported(part) => Some(part),
            _ => None,
        }
    }

    pub async fn stats(&self) -> Option<Stats> {
        match self.client().ask(Lane::Free, |id| ToHub::Stats { id }).await? {
            FromHub::Stats { stats, .. } => Some(stats),
            _ => None,
        }
    }
}
