//! What the first lines of a source tell about all of it. Asked once, so that every piece is read in the same way, whatever is
//! read first.

use crate::engine::ingest::Hints;
use crate::engine::log_format;
use crate::formats::{Context, FormatIndex, Told, nevisproxy, parse_entry, web};
use crate::protocol::shard::Known;
use crate::protocol::{Origin, Settings, Stamps};
use crate::record::{Field, Row};
use crate::text::Since;
use crate::text::lines::trim_end;
use std::rc::Rc;

/// Lines looked at to tell what the stamps lack.
const LOOK: usize = 200;
/// Days in µs.
const DAY: i64 = 86_400_000_000;

/// What every piece is told, and what the page says of it.
pub struct Learnt {
    pub known: Known,
    pub stamps: Stamps,
}

/// Looks at the first lines of a source that was last changed at `modified`, µs. What was set wins; a line that says more
/// than its source keeps what it says.
pub fn learn(head: &[u8], told: Option<Told>, modified: i64, settings: Settings) -> Learnt {
    let only = settings.format.map(usize::from);
    let hints = Hints { told: told.map(Rc::new), only, custom: log_format::compiled(settings.log_format.as_ref()) };
    let nevisproxy::Learnt { zone, summaries } = nevisproxy::learn(head);
    let lacks = Lacks::find(head, &hints);
    let dated = dated(head, hints);
    let since = match settings.year {
        Some(year) => since_set(year, lacks.year),
        // A day: the writer's clock and zone may be ahead.
        None => dated.map_or(modified.saturating_sub(364 * DAY), |time| time.saturating_sub(31 * DAY)),
    };
    let origin = |set: bool, told: bool| match (set, told) {
        (true, _) => Origin::Set,
        (_, true) => Origin::Told,
        _ => Origin::Assumed,
    };
    let stamps = Stamps {
        zone: lacks
            .zone
            .then(|| (settings.zone.or(zone).unwrap_or(0), origin(settings.zone.is_some(), zone.is_some()))),
        year: lacks.year.map(|stamp| {
            let year = Since::moment(since).place(|year| stamp.in_year(year)).map_or(1970, year_of);
            (year, origin(settings.year.is_some(), dated.is_some()))
        }),
    };
    let micros = web::learn_micros(head);
    Learnt { known: Known { since, zone, summaries, micros, settings }, stamps }
}

/// The time of the first entry of the head that has a date of its own: those without a year are near it (lines before it
/// are a little older).
fn dated(head: &[u8], hints: Hints) -> Option<i64> {
    // A time that does not depend on the year assumed was written with one.
    let Hints { only, custom, .. } = hints;
    let mut years = [2000, 2004].map(|year| Context { only, custom: custom.clone(), ..Context::new(year) });
    let (mut row, mut last) = (Row::new(), None);
    lines(head).find_map(|line| {
        let [one, other] = &mut years;
        let first = time(line, one, &mut last, &mut row)?;
        (time(line, other, &mut last, &mut row) == Some(first)).then_some(first)
    })
}

/// A moment without its year: microseconds since that began, by the calendar of a leap year.
#[derive(Clone, Copy)]
struct Stamp(i64);

impl Stamp {
    fn in_year(self, year: i32) -> Option<i64> {
        use chrono::{NaiveDate, TimeDelta};
        let day = NaiveDate::from_ymd_opt(2004, 1, 1)? + TimeDelta::days(self.0.div_euclid(DAY));
        let date = chrono::Datelike::with_year(&day, year)?;
        Some(date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros() + self.0.rem_euclid(DAY))
    }
}

/// From which moment on the twelve months begin, if the first stamp without a year is to lie in this one: a month before
/// it, as lines are not always in order, but not in the year before.
fn since_set(year: i32, first: Option<Stamp>) -> i64 {
    let begin = Stamp(0).in_year(year).unwrap_or(0);
    first.and_then(|first| first.in_year(year)).map_or(begin, |time| begin.max(time - 31 * DAY))
}

/// What the stamps of the first lines do not say.
#[derive(Default)]
struct Lacks {
    zone: bool,
    /// The first stamp without a year.
    year: Option<Stamp>,
}

impl Lacks {
    /// Reads lines as if the source were of one zone and year, and of another: times that differ depend on it.
    fn find(head: &[u8], hints: &Hints) -> Self {
        let assuming = |year: i32, zone: i32| {
            let Hints { told, only, custom } = hints.clone();
            let mut context = Context { told, custom, ..Context::new(year) };
            context.set(Some(zone), only);
            context
        };
        let mut contexts = [assuming(2004, 0), assuming(2004, 3600), assuming(2008, 0)];
        let (mut row, mut last) = (Row::new(), None);
        let mut lacks = Self::default();
        for line in lines(head).take(LOOK) {
            let [first, zone, year] = contexts.each_mut().map(|context| time(line, context, &mut last, &mut row));
            let Some(first) = first else { continue };
            lacks.zone |= zone != Some(first);
            if lacks.year.is_none() && year != Some(first) {
                lacks.year = Stamp(0).in_year(2004).map(|begin| Stamp(first - begin));
            }
            if lacks.zone && lacks.year.is_some() {
                break;
            }
        }
        lacks
    }
}

fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    head.split(|byte| *byte == b'\n').map(trim_end)
}

fn time(line: &[u8], context: &mut Context, last: &mut Option<FormatIndex>, row: &mut Row) -> Option<i64> {
    parse_entry(line, last, context, row).ok()?;
    row.get_int(Field::StartTime)
}

fn year_of(micros: i64) -> i32 {
    use chrono::Datelike;
    chrono::DateTime::from_timestamp_micros(micros).map_or(1970, |time| time.year())
}
