//! Which report, and of what.

use super::table::{add, set};
use crate::protocol::{Figure, Report, ReportKind};
use crate::record::Field;
use crate::show;
use crate::ui::names::title;
use crate::ui::state::{App, use_app};
use crate::ui::widgets::{Choice, Segmented};
use leptos::ev::Event;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

const KINDS: [(ReportKind, &str); 4] = [
    (ReportKind::Groups, "Servers and URLs"),
    (ReportKind::Timers, "Timer percentiles"),
    (ReportKind::Queues, "Queue peaks"),
    (ReportKind::Silences, "Silences"),
];

/// What logs can be grouped by, most telling first.
const FIELDS: &[Field] = &[
    Field::ServerName,
    Field::PoolName,
    Field::VirtualService,
    Field::UriPath,
    Field::ClientIp,
    Field::ResponseCode,
    Field::TerminationState,
    Field::Host,
    Field::Method,
    Field::Servlet,
    Field::Application,
    Field::ServerIp,
    Field::Action,
    Field::SessionEndReason,
    Field::SrcZone,
    Field::DstZone,
    Field::UserId,
    Field::ClientLocation,
    Field::ClientBrowser,
    Field::UserAgent,
    Field::Referer,
    Field::ResponseContentType,
    Field::SslVersion,
    Field::ServiceEngine,
    Field::Source,
];

/// Shortest silence, ms.
const SILENCES: [i64; 8] = [100, 1_000, 5_000, 10_000, 30_000, 60_000, 300_000, 3_600_000];
/// Logs at the moment that ends it, at the least.
const BEHIND: [i64; 5] = [1, 2, 5, 10, 50];

/// The report before anything is chosen.
pub const FIRST: Report = Report {
    kind: ReportKind::Groups,
    by: Field::ServerName as u16,
    sort: Figure::Logs,
    descending: true,
    limit: 200,
    silence: 1_000_000,
    least: 1,
};

/// What logs are grouped by.
pub fn label(field: Field) -> &'static str {
    if field == Field::Method { field.label() } else { title(field) }
}

fn has(app: App, wanted: impl Fn(Field) -> bool) -> bool {
    let known = |field: &u16| Field::from_index(usize::from(*field)).is_some_and(&wanted);
    app.summary.with(|summary| summary.as_ref().is_some_and(|summary| summary.fields.iter().any(known)))
}

fn fields(app: App) -> Vec<Field> {
    FIELDS.iter().copied().filter(|field| has(app, |other| other == *field)).collect()
}

/// Why there is no such report of these logs; `None` where there is.
fn lacking(app: App, kind: ReportKind) -> Option<&'static str> {
    let (there, why) = match kind {
        ReportKind::Groups => (!fields(app).is_empty(), "No log names a server, a URL or a client."),
        ReportKind::Timers => (has(app, |field| field == Field::TotalTime), "No log says how long it took."),
        ReportKind::Queues => {
            (has(app, |field| matches!(field, Field::SrvQueue | Field::BackendQueue)), "No log tells of queues.")
        }
        ReportKind::Silences => (has(app, |field| field == Field::StartTime), "No log has a time."),
    };
    (!there).then_some(why)
}

/// Why there are no reports; `None` where there are.
pub fn reason(app: App) -> Option<&'static str> {
    lacking(app, ReportKind::Groups)
}

/// The report that is shown: what was asked for, of a field that there is.
pub fn chosen(app: App) -> Option<Report> {
    let mut report = app.report.get();
    if lacking(app, report.kind).is_some() {
        report = FIRST;
    }
    let fields = fields(app);
    if !fields.iter().any(|field| *field as u16 == report.by) {
        report.by = *fields.first()? as u16;
    }
    Some(report)
}

/// The choice of report.
#[component]
pub fn Kinds() -> impl IntoView {
    let app = use_app();
    let kind = move || chosen(app).map(|report| report.kind);
    let choices = KINDS.map(|(kind, name)| Choice::text(name).off_while(Signal::derive(move || lacking(app, kind))));
    let selected = Signal::derive(move || KINDS.iter().position(|(of, _)| Some(*of) == kind()).unwrap_or(usize::MAX));
    let select = Callback::new(move |at: usize| {
        let kind = KINDS[at].0;
        let sort = match kind {
            ReportKind::Queues => Figure::BackendPeak,
            ReportKind::Silences => Figure::Silence,
            _ => Figure::Logs,
        };
        app.report.update(|report| *report = Report { kind, sort, descending: true, ..*report });
    });
    view! { <Segmented label="Report" choices=choices.to_vec() selected=selected on_select=select small=true /> }
}

/// Value and text of what a list offers.
type Options = Vec<(i64, String)>;

/// Writes the lists to choose from into `host`. Those that are the same as before stay, and stay open.
pub fn draw_lists(app: App, host: &Element) {
    let Some(report) = chosen(app) else { return };
    let lists: Vec<(&str, Options, i64)> = match report.kind {
        ReportKind::Groups | ReportKind::Queues => {
            let fields = fields(app).into_iter().map(|field| (field as i64, label(field).to_owned()));
            vec![("Group by", fields.collect(), i64::from(report.by))]
        }
        ReportKind::Timers => Vec::new(),
        ReportKind::Silences => vec![
            ("Silent for at least", SILENCES.map(|ms| (ms * 1_000, show::span(ms * 1_000))).to_vec(), report.silence),
            ("then at least", BEHIND.map(|least| (least, show::logs(least as u64))).to_vec(), report.least as i64),
        ],
    };
    let now = lists.iter().fold(String::new(), |all, (label, options, now)| {
        options.iter().fold(all + label + &now.to_string(), |all, (_, name)| all + name)
    });
    if host.get_attribute("data-of").as_ref() == Some(&now) {
        return;
    }
    set(host, "data-of", &now);
    host.set_text_content(None);
    for (name, options, now) in lists {
        let label = add(host, "label", "rp-choice", "");
        add(&label, "span", "sub", name);
        let list = add(&label, "select", "", "");
        set(&list, "aria-label", name);
        for (value, text) in options {
            let option = add(&list, "option", "", &text);
            set(&option, "value", &value.to_string());
            if value == now {
                set(&option, "selected", "");
            }
        }
    }
}

/// What was chosen of a list; its label tells which.
pub fn changed(app: App, event: &Event) {
    let list = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let name = list.and_then(|list| list.get_attribute("aria-label")).unwrap_or_default();
    let value: i64 = event_target_value(event).parse().unwrap_or(0);
    app.report.update(|report| match name.as_str() {
        "Group by" => report.by = value as u16,
        "Silent for at least" => report.silence = value,
        _ => report.least = value as u64,
    });
}
