//! What is looked at, as the text of a link's fragment: search, significance, time, order, columns and tiles. A link carries the
//! question, never the logs.
//!
//! `q=resp_code%3E%3D500&show=significant&period=…..…&selection=…..…&sort=-total_time&columns=HTTP:time,client_ip&tiles=host,method`, times in
//! microseconds since the epoch. What a text does not name stays as it is; what it names wrongly is left out, for anybody
//! may have written it.

use super::filter;
use super::state::App;
use super::views::table::{Column, Link, family_columns, read_family_columns};
use crate::protocol::{Range, Significance, Sort, View};
use crate::query::edit;
use crate::record::Field;
use leptos::prelude::*;
use web_sys::UrlSearchParams;

const SHOW: [(Significance, &str); 3] = [
    (Significance::All, "all"),
    (Significance::Significant, "significant"),
    (Significance::NonSignificant, "non-significant"),
];

/// What a link or a saved search carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    pub query: Option<String>,
    pub significance: Option<Significance>,
    /// Period and selection; `Some` of none is the whole time.
    pub times: Option<(Option<Range>, Option<Range>)>,
    pub sort: Option<Sort>,
    /// The columns of a family of logs.
    pub columns: Option<(&'static str, Vec<Column>)>,
    /// The fields of the first tiles.
    pub tiles: Vec<String>,
}

impl Carried {
    /// All of what is looked at now.
    pub fn now(app: App, link: Link) -> Self {
        let columns = (link.family.get_untracked().name(), link.columns.get_untracked());
        Self { columns: Some(columns), tiles: app.tiles.get_untracked(), ..Self::search(&app.view_now()) }
    }

    /// What is looked for, and when; columns and tiles stay as they are.
    pub fn search(view: &View) -> Self {
        Self {
            query: Some(view.query.clone()),
            significance: Some(view.significance),
            times: Some((view.period, view.brush)),
            sort: Some(view.sort),
            columns: None,
            tiles: Vec::new(),
        }
    }

    /// Without what was searched for in texts and addresses: that may be somebody's data.
    pub fn without_values(mut self) -> Self {
        self.query = self.query.map(|query| edit::without_values(&query));
        self
    }

    pub fn write(&self) -> String {
        let Ok(params) = UrlSearchParams::new() else { return String::new() };
        let put = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                params.append(name, &value);
            }
        };
        let range = |range: Option<Range>| range.map_or(String::new(), |range| format!("{}..{}", range.from, range.to));
        put("q", self.query.clone());
        let show = |significance| SHOW.iter().find(|(one, _)| *one == significance).map(|(_, name)| (*name).to_owned());
        put("show", self.significance.and_then(show));
        put("period", self.times.map(|(period, _)| range(period)));
        put("selection", self.times.map(|(_, brush)| range(brush)));
        let sort = |sort: Sort| {
            let field = Field::from_index(usize::from(sort.field))?;
            Some(format!("{}{}", if sort.descending { "-" } else { "" }, field.name()))
        };
        put("sort", self.sort.and_then(sort));
        put("columns", self.columns.as_ref().map(|(family, columns)| family_columns(family, columns)));
        put("tiles", Some(self.tiles.join(",")).filter(|tiles| !tiles.is_empty()));
        params.to_string().into()
    }

    /// `None`: the text names nothing that is known.
    pub fn read(text: &str) -> Option<Self> {
        let params = UrlSearchParams::new_with_str(text).ok()?;
        let range = |text: String| {
            let (from, to) = text.split_once("..")?;
            let range = Range { from: from.parse().ok()?, to: to.parse().ok()? };
            (range.from < range.to).then_some(range)
        };
        let show = |name: String| SHOW.iter().find(|(_, known)| *known == name).map(|(one, _)| *one);
        let sort = |text: String| {
            let (descending, name) = text.strip_prefix('-').map_or((false, text.as_str()), |name| (true, name));
            Some(Sort { field: Field::find(name)? as u16, descending })
        };
        let times = params.get("period").or_else(|| params.get("selection"));
        let found = Self {
            query: params.get("q").filter(|query| filter::errors(query).is_none()),
            significance: params.get("show").and_then(show),
            times: times.map(|_| (params.get("period").and_then(range), params.get("selection").and_then(range))),
            sort: params.get("sort").and_then(sort),
            columns: params.get("columns").and_then(|text| read_family_columns(&text)),
            tiles: params.get("tiles").map_or(Vec::new(), |text| {
                text.split(',').filter_map(Field::find).map(|field| field.name().to_owned()).collect()
            }),
        };
        let Self { query, significance, times, sort, columns, tiles } = &found;
        let any = query.is_some()
            || significance.is_some()
            || times.is_some()
            || sort.is_some()
            || columns.is_some()
            || !tiles.is_empty();
        any.then_some(found)
    }

    /// Makes this what is looked at.
    pub fn apply(self, app: App, link: Link) {
        if let Some(query) = self.query {
            app.query.set(query);
        }
        if let Some(significance) = self.significance {
            app.significance.set(significance);
        }
        if let Some((period, brush)) = self.times {
            app.trail.set(period.map(|_| None).into_iter().collect());
            app.period.set(period);
            app.brush.set(brush);
        }
        if let Some(sort) = self.sort {
            app.sort.set(sort);
        }
        if let Some((family, columns)) = self.columns {
            link.chosen.update(|chosen| chosen.insert(family, columns));
        }
        // Not kept: the order that the user gave the tiles comes back with the next visit.
        if !self.tiles.is_empty() {
            app.tiles.set(self.tiles);
        }
    }

    /// The logs it selects among all that are loaded.
    pub fn view(&self) -> View {
        let (period, brush) = self.times.unwrap_or_default();
        let sort = Sort { field: Field::StartTime as u16, descending: false };
        let query = self.query.clone().unwrap_or_default();
        View { query, significance: self.significance.unwrap_or_default(), period, brush, sort }
    }
}

/// Takes over what the address of the page carries, now and whenever it changes.
pub fn follow_address(app: App, link: Link) {
    let take = move || {
        let hash = window().location().hash().unwrap_or_default();
        if let Some(carried) = Carried::read(hash.trim_start_matches('#')) {
            carried.apply(app, link);
        }
    };
    take();
    let handle = window_event_listener(leptos::ev::hashchange, move |_| take());
    on_cleanup(move || handle.remove());
}

/// The address of the page with this fragment. Of a file only its name: its path is nobody's business.
pub fn address(carried: &Carried) -> String {
    let location = window().location();
    let part = |part: Result<String, _>| part.unwrap_or_default();
    let page = match part(location.protocol()).as_str() {
        "file:" => part(location.pathname()).rsplit('/').next().unwrap_or_default().to_owned(),
        _ => format!("{}{}{}", part(location.origin()), part(location.pathname()), part(location.search())),
    };
    format!("{page}#{}", carried.write())
}
