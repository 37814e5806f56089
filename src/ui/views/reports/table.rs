//! A report as a table: heads that order, values that filter, moments that lead to the logs around them.

use super::figures::{Unit, column, is_p95, text};
use super::words::{lead, none, notes, unfinished};
use crate::protocol::{CellValue, Figure, Range, Report, ReportKind, Reported};
use crate::record::Field;
use crate::show::{self, Dates};
use crate::ui::names::{is_mono, title, value_text};
use crate::ui::state::{App, Tab};
use crate::ui::widgets::{among_values, filter_key, text_is_selected};
use leptos::prelude::{Set, Update, WithUntracked, document};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, MouseEvent};

/// No number, and no name.
const NONE: i64 = i64::MIN;

/// Where a thing that can be clicked stands: a head is of row 0.
const PLACE: &str = "data-at";

/// Appends an element with a class and a text. Log text is hostile: it is never anything but text.
pub fn add(parent: &Element, tag: &str, class: &str, text: &str) -> Element {
    let element = document().create_element(tag).expect("a name of an element");
    element.set_class_name(class);
    element.set_text_content(Some(text));
    let _ = parent.append_child(&element);
    element
}

pub fn set(element: &Element, attribute: &str, value: &str) {
    let _ = element.set_attribute(attribute, value);
}

/// Appends a button that has a place.
fn add_button(parent: &Element, class: &str, (row, at): (usize, usize), text: &str, title: &str) -> Element {
    let button = add(parent, "span", class, text);
    let place = format!("{row}.{at}");
    for (attribute, value) in [("role", "button"), ("tabindex", "0"), ("title", title), (PLACE, &place)] {
        set(&button, attribute, value);
    }
    button
}

fn focused() -> Option<Element> {
    document().active_element()
}

/// Writes the table of an answer into `body`; what had the focus has it again.
pub fn draw(body: &Element, answer: Option<(Report, Arc<Reported>)>, dates: Dates) {
    let place =
        focused().filter(|element| body.contains(Some(element))).and_then(|element| element.get_attribute(PLACE));
    let scrolled = body.last_element_child().map_or(0, |table| table.scroll_top());
    body.set_text_content(None);
    let Some((report, found)) = answer else {
        add(body, "p", "rp-note", "Counting …");
        return;
    };
    let (fields, columns) = (found.fields.len(), found.columns.len());
    let rows = found.numbers.len() / columns.max(1);
    let (what, more) = lead(&report, &found, rows as u64);
    let line = add(body, "p", "rp-lead", "");
    add(&line, "b", "", &what);
    add(&line, "span", "sub", &more);
    let scroll = add(body, "div", "rp-table", "");
    if rows == 0 {
        add(&scroll, "p", "rp-note", none(report.kind));
    } else {
        let table = add(&scroll, "table", if fields == 0 { "" } else { "rp-wide" }, "");
        set(&table, "aria-label", &what);
        // A column that no row has anything in is left out.
        let says = |at: usize| match found.columns[at] {
            Figure::Unfinished => unfinished(&found),
            _ => found.numbers.iter().skip(at).step_by(columns).any(|number| *number != NONE),
        };
        let kept: Vec<usize> = (0..columns).filter(|at| says(*at)).collect();
        let named: Vec<usize> =
            (0..fields).filter(|at| (0..rows).any(|row| found.names[row * fields + at].is_some())).collect();
        let head = add(&add(&table, "thead", "", ""), "tr", "", "");
        for field in named.iter().filter_map(|at| Field::from_index(usize::from(found.fields[*at]))) {
            add(&head, "th", "", title(field));
        }
        for at in &kept {
            draw_head(&head, &report, found.columns[*at], *at);
        }
        let all = add(&table, "tbody", "", "");
        for row in 0..rows {
            let line = add(&all, "tr", "", "");
            for at in &named {
                draw_name(&line, &found, row, *at);
            }
            for at in &kept {
                draw_number(&line, &report, &found, row, *at, dates);
            }
        }
    }
    let below = add(&scroll, "div", "rp-notes", "");
    for note in notes(&report, &found) {
        add(&below, "p", "", &note);
    }
    scroll.set_scroll_top(scrolled);
    let again = place.and_then(|place| body.query_selector(&format!("[{PLACE}=\"{place}\"]")).ok().flatten());
    if let Some(again) = again.and_then(|again| again.dyn_into::<HtmlElement>().ok()) {
        let _ = again.focus();
    }
}

fn draw_head(head: &Element, report: &Report, figure: Figure, at: usize) {
    let (name, called, _) = column(figure, report.kind);
    let called = if called.is_empty() { name } else { called };
    let class = if is_p95(figure) { "num part" } else { "num" };
    let (state, arrow) = match (report.sort == figure, report.descending) {
        (false, _) => ("none", ""),
        (true, true) => ("descending", " ↓"),
        (true, false) => ("ascending", " ↑"),
    };
    let cell = add(head, "th", class, if report.kind == ReportKind::Timers { name } else { "" });
    set(&cell, "aria-label", called);
    if report.kind == ReportKind::Timers {
        return;
    }
    set(&cell, "aria-sort", state);
    let button = add_button(&cell, "", (0, at), &format!("{name}{arrow}"), called);
    set(&button, "aria-label", called);
    if figure == Figure::Logs && report.kind == ReportKind::Groups {
        add(head, "th", "num", "Share");
    }
}

fn draw_name(line: &Element, found: &Reported, row: usize, at: usize) {
    let cell = add(line, "td", "name cut", "");
    let value = found.names[row * found.fields.len() + at].as_ref();
    let Some((field, value)) = Field::from_index(usize::from(found.fields[at])).zip(value) else { return };
    let text = value_text(field, value);
    add_button(&cell, if is_mono(field) { "v mono" } else { "v" }, (row + 1, at), &text, &text);
}

fn draw_number(line: &Element, report: &Report, found: &Reported, row: usize, at: usize, dates: Dates) {
    let (figure, number) = (found.columns[at], found.numbers[row * found.columns.len() + at]);
    let (_, _, unit) = column(figure, report.kind);
    let class = match figure {
        _ if number == NONE || number == 0 => "num mut",
        Figure::Errors => "num err",
        figure if is_p95(figure) => "num part sub",
        _ => "num",
    };
    let shown = if number == NONE { "–".into() } else { text(unit, number, dates) };
    let cell = add(line, "td", class, "");
    if unit == Unit::Moment && number != NONE {
        add_button(&cell, "v", (row + 1, at + 2), &shown, "Show the logs around it");
        return;
    }
    cell.set_text_content(Some(&shown));
    if figure == Figure::Logs && report.kind == ReportKind::Groups {
        add(line, "td", "num sub", &show::share(number as u64, found.logs));
    }
}

/// What a thing in the table is.
enum Thing {
    Head(Figure),
    Name(Field, CellValue),
    /// A moment, or both ends of a silence.
    Moment(i64, i64),
}

fn thing(app: App, event: &Event) -> Option<Thing> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let place = target.closest(&format!("[{PLACE}]")).ok()??.get_attribute(PLACE)?;
    let (row, at) = place.split_once('.')?;
    let (row, at) = (row.parse::<usize>().ok()?, at.parse::<usize>().ok()?);
    app.reported.with_untracked(|shown| {
        let (_, found) = shown.as_ref()?;
        let (fields, columns) = (found.fields.len(), found.columns.len());
        let Some(row) = row.checked_sub(1) else { return found.columns.get(at).copied().map(Thing::Head) };
        if at < fields {
            let value = found.names.get(row * fields + at)?.clone()?;
            return Some(Thing::Name(Field::from_index(usize::from(found.fields[at]))?, value));
        }
        let number = |at: usize| found.numbers.get(row * columns + at).copied();
        let moment = number(at.checked_sub(2)?)?;
        let silence = found.columns.first() == Some(&Figure::From);
        Some(if silence { Thing::Moment(number(0)?, number(1)?) } else { Thing::Moment(moment, moment) })
    })
}

pub fn clicked(app: App, event: &MouseEvent) {
    if let Some(thing) = thing(app, event)
        && !text_is_selected()
    {
        act(app, thing, event.alt_key());
    }
}

pub fn pressed(app: App, event: KeyboardEvent) {
    match (thing(app, &event), event.key().as_str()) {
        (Some(thing), "Enter" | " ") => {
            event.prevent_default();
            act(app, thing, event.alt_key());
        }
        (Some(Thing::Name(field, value)), _) => filter_key(app, &event, field, &value),
        _ => {}
    }
    among_values(event);
}

fn act(app: App, thing: Thing, other: bool) {
    match thing {
        Thing::Head(figure) => app.report.update(|report| {
            let same = report.sort == figure;
            report.descending = if same { !report.descending } else { figure != Figure::From };
            report.sort = figure;
        }),
        Thing::Name(field, value) if other => app.exclude(field, &value),
        Thing::Name(field, value) => app.include(field, &value),
        Thing::Moment(from, to) => {
            let margin = (to - from).max(10_000_000);
            app.zoom(Range { from: from - margin, to: to + margin + 1 });
            app.tab.set(Tab::Logs);
        }
    }
}
