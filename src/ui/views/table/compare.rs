//! The bookmarked logs side by side: where the time went on one scale, and every field, those that differ first of all.

use super::bars::Segments;
use super::detail::{field_of, int_of};
use super::link::use_link;
use super::value::{display, plain};
use crate::protocol::RowId;
use crate::record::{Field, Kind, Side};
use crate::show;
use crate::text::sort;
use crate::ui::names::title;
use crate::ui::reactive::effect;
use crate::ui::views::bookmarks::{Marked, marked};
use crate::ui::widgets::{Dialog, Glyph, Icon, focus_soon, hear, live, switch};
use crate::ui::{App, use_app};
use leptos::prelude::*;

/// Logs beside each other, at most.
const MOST: usize = 8;
/// Width of a column at least, in pixels: beyond it they are scrolled.
const WIDTH: usize = 220;
/// Letters of a value, at most; the opened log has them all.
const LETTERS: usize = 300;
/// Times and sizes of which one is less than this many times the other are alike.
const ALIKE: f64 = 1.1;

const SIDES: [(Side, &str); 4] = [
    (Side::Entry, "Log"),
    (Side::Client, "Client"),
    (Side::Balancer, "Load balancer"),
    (Side::Server, "Server and application"),
];

#[component]
pub fn CompareDialog() -> impl IntoView {
    let app = use_app();
    view! {
        <Dialog open=app.compare_open label="Compare logs">
            <Comparison />
        </Dialog>
    }
}

#[component]
fn Comparison() -> impl IntoView {
    let app = use_app();
    let logs = RwSignal::new(Vec::<Marked>::new());
    let left_out = RwSignal::new(Vec::<RowId>::new());
    let only_different = RwSignal::new(true);
    let read = app.what_is_read();
    effect(move || {
        read.get();
        leptos::task::spawn_local(async move {
            let mut found = marked(app, usize::MAX).await;
            sort::by_key(&mut found, |one| int_of(&one.detail, Field::StartTime));
            logs.try_set(found);
        });
    });
    let body = move || {
        let all = logs.get();
        let left = left_out.get();
        let mut shown: Vec<_> = all.iter().filter(|one| !left.contains(&one.row)).cloned().collect();
        let note = (shown.len() > MOST).then(|| format!("The first {MOST} of {} by time.", shown.len()));
        shown.truncate(MOST);
        let fewer = shown.len() > 2;
        let heads: Vec<_> = shown.iter().map(|one| head(app, one, fewer.then_some(left_out))).collect();
        let least = format!("min-width:{}px", 190 + WIDTH * shown.len());
        view! {
            <div class="compare-top">
                {switch("Only what differs", None, only_different)}
                <span class="sub">{note}</span>
            </div>
            <div class="compare-scroll" tabindex="0" role="group" aria-label="Compared logs">
                <table class="compare" style=least aria-label="Logs side by side">
                    <thead>
                        <tr>
                            <td></td>
                            {heads}
                        </tr>
                    </thead>
                    {times(&shown)}
                    {fields(&shown, only_different.get())}
                </table>
            </div>
        }
    };
    live(body)
}

/// Which log it is, what happened, and the note.
fn head(app: App, one: &Marked, left_out: Option<RwSignal<Vec<RowId>>>) -> AnyView {
    let link = use_link();
    let (row, detail) = (one.row, &one.detail);
    let place = one.place();
    let open = move |_| {
        app.compare_open.set(false);
        link.open_log(app, row);
    };
    let time = int_of(detail, Field::StartTime).map(show::date_time);
    let note = (!one.note.is_empty()).then(|| view! { <p>{plain(&one.note)}</p> });
    let leave_out = left_out.map(|left_out| {
        let label = format!("Leave out {place}");
        let act = move |_| {
            left_out.update(|left| left.push(row));
            focus_soon(".compare-scroll".to_owned());
        };
        view! {
            <button
                type="button"
                class="x"
                aria-label=label.clone()
                title=label
                on:click=hear(act)
            >
                <Icon glyph=Glyph::Close small=true />
            </button>
        }
    });
    view! {
        <th scope="col">
            <div>
                <button type="button" class="lnk" aria-label=format!("Open log {place}") on:click=hear(open)>
                    {place.clone()}
                </button>
                <span class="sub num">{time}</span>
                {leave_out}
            </div>
            <p>{detail.explanation.title.clone()}</p>
            {note}
        </th>
    }
    .into_any()
}

/// The time of each log by phases, to one scale.
fn times(logs: &[Marked]) -> Option<AnyView> {
    let totals: Vec<_> = logs.iter().map(|one| one.detail.phases.total).collect();
    let longest = totals.iter().flatten().copied().max().filter(|longest| *longest > 0)?;
    let cells: Vec<_> = logs
        .iter()
        .map(|one| {
            let bar = one.detail.phases.total.map(|total| {
                let width = (total as f64 / longest as f64 * 100.0).max(1.0);
                view! {
                    <span class="stack" style=format!("width:{width:.2}%")>
                        <Segments phases=one.detail.phases />
                    </span>
                }
            });
            view! { <td><span class="compare-bar" aria-hidden="true">{bar}</span></td> }
        })
        .collect();
    Some(
        view! {
            <tbody>
                <tr>
                    <th scope="row">"Time by phases"</th>
                    {cells}
                </tr>
            </tbody>
        }
        .into_any(),
    )
}

/// A row of the table: name, the value of each log, and whether they are times or sizes that can be compared.
struct Line {
    name: String,
    values: Vec<Option<(String, Option<i64>)>>,
}

impl Line {
    fn differs(&self) -> bool {
        self.values.windows(2).any(|pair| pair[0] != pair[1])
    }

    fn view(self, differs: bool) -> AnyView {
        let first = self.values.first().and_then(|first| first.as_ref()?.1);
        let cells: Vec<_> = self
            .values
            .into_iter()
            .map(|value| {
                let Some((text, number)) = value else { return view! { <td class="mut">"–"</td> }.into_any() };
                let times = first.zip(number).and_then(|(first, number)| times_as_much(first, number));
                let text: String = text.chars().take(LETTERS).collect();
                view! {
                    <td>
                        {text}
                        {times.map(|times| view! { <span class="sub">" "{times}</span> })}
                    </td>
                }
                .into_any()
            })
            .collect();
        view! {
            <tr class:differs=differs>
                <th scope="row">{self.name}</th>
                {cells}
            </tr>
        }
        .into_any()
    }
}

/// How many times the first log's number this is, where that says something.
fn times_as_much(first: i64, number: i64) -> Option<String> {
    if first <= 0 || number <= 0 {
        return None;
    }
    let times = number as f64 / first as f64;
    let (sign, times) = if times >= 1.0 { ("×", times) } else { ("÷", 1.0 / times) };
    (times >= ALIKE).then(|| format!("{sign} {}", show::fixed(times, u32::from(times < 10.0))))
}

/// Every field that one of the logs has, by the side it belongs to, then what they have beyond the table of fields.
fn fields(logs: &[Marked], only_different: bool) -> Vec<AnyView> {
    let any = |field: Field| logs.iter().any(|one| field_of(&one.detail, field).is_some());
    // Path and query are parts of the URI: said once.
    let whole = any(Field::Uri);
    let line_of = |field: Field| -> Line {
        let value = |one: &Marked| {
            field_of(&one.detail, field).map(|value| {
                let compared = matches!(field.kind(), Kind::Duration | Kind::Bytes);
                let number = int_of(&one.detail, field).filter(|_| compared);
                (display(field, value), number)
            })
        };
        Line { name: title(field).to_owned(), values: logs.iter().map(value).collect() }
    };
    let of_side = |side: Side| -> Vec<Line> {
        let all = (0..Field::COUNT).filter_map(Field::from_index);
        let wanted = all.filter(|field| {
            let part = whole && matches!(field, Field::UriPath | Field::UriQuery);
            field.spec().side == side && field.kind() != Kind::Body && !part && any(*field)
        });
        wanted.map(line_of).collect()
    };
    let mut names: Vec<&String> = logs.iter().flat_map(|one| one.detail.extras.iter().map(|(name, _)| name)).collect();
    sort::by(&mut names, Ord::cmp);
    names.dedup();
    let further = names.into_iter().map(|name| {
        let value = |one: &Marked| {
            let found = one.detail.extras.iter().find(|(other, _)| other == name);
            found.map(|(_, text)| (plain(text), None))
        };
        Line { name: plain(name), values: logs.iter().map(value).collect() }
    });
    let groups = SIDES.map(|(side, name)| (name, of_side(side))).into_iter();
    let groups = groups.chain([("Further fields", further.collect())]);
    let group = |(name, lines): (&'static str, Vec<Line>)| {
        let lines: Vec<_> = lines
            .into_iter()
            .filter_map(|line| {
                let differs = line.differs();
                (differs || !only_different).then(|| line.view(differs))
            })
            .collect();
        let span = logs.len() + 1;
        (!lines.is_empty()).then(|| {
            view! {
                <tbody>
                    <tr class="compare-side">
                        <th scope="rowgroup" colspan=span>{name}</th>
                    </tr>
                    {lines}
                </tbody>
            }
            .into_any()
        })
    };
    groups.filter_map(group).collect()
}
