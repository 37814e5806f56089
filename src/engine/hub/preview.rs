//! How the first lines of a source would be read with a log-format that somebody is writing, before all of it is read so.

use super::feed::head;
use super::learn::learn;
use super::sources::layout_name;
use super::{Hub, Outlet, Shards};
use crate::engine::detail::cell_value;
use crate::engine::log_format::compile;
use crate::formats::haproxy::custom::{CompileError, CustomFormat};
use crate::formats::{Context, extras, parse_entry};
use crate::protocol::{Mistake, Preview, PreviewLine, PreviewMiss, Settings, SourceId};
use crate::record::{Field, Kind, Row};
use crate::show::integer;
use crate::text::Since;
use crate::text::lines::trim_end;
use std::rc::Rc;

/// Lines looked at.
const LOOK: usize = 200;
/// The first lines shown, and those that do not match behind them.
const SHOWN: usize = 3;
const MISSES: usize = 2;
/// Bytes of a line shown.
const WIDE: usize = 1_000;

impl<S: Shards, O: Outlet> Hub<S, O> {
    pub(super) async fn preview(&self, id: u64, source: SourceId, settings: Settings) -> Result<Preview, String> {
        let found = self.sources.borrow_mut().get(source).map(|entry| (entry.info.clone(), entry.input.clone()));
        let given = settings.log_format.clone().unwrap_or_default();
        let custom = match compile(&given) {
            Ok(custom) => custom,
            Err(error) => return Ok(Preview { id, mistake: Some(mistake(&given.text, error)), ..Preview::default() }),
        };
        let Some((info, input)) = found else { return Ok(Preview { id, ..Preview::default() }) };
        let head = head(&input).await?;
        let known = learn(&head, None, info.modified, settings).known;
        let since = Since::moment(known.since);
        let mut context = Context { custom: Some(custom.clone()), zone: known.zone, ..Context::new(since) };
        context.set(known.settings.zone, None);
        let mut preview = Preview { id, ..Preview::default() };
        let lines = head.split(|byte| *byte == b'\n').map(trim_end).enumerate().filter(|(_, line)| !line.is_empty());
        let (mut misses, mut doubts) = (0, [0; DOUBTS.len()]);
        for (number, line) in lines.take(LOOK) {
            let miss = custom.miss(line);
            preview.lines += 1;
            if miss.is_none() {
                preview.matching += 1;
                let mut row = Row::new();
                let _ = parse_entry(line, &mut None, &mut context, &mut row);
                for (count, (_, is_odd)) in doubts.iter_mut().zip(DOUBTS) {
                    *count += u64::from(is_odd(&row));
                }
            }
            let further = miss.is_some() && misses < MISSES;
            if preview.shown.len() < SHOWN || further {
                misses += usize::from(miss.is_some());
                preview.shown.push(shown(number as u64 + 1, line, &custom, &mut context));
            }
        }
        if let Some((count, (what, _))) = doubts.iter().zip(DOUBTS).find(|(count, _)| **count * 2 > preview.matching) {
            let (count, matching) = (integer(*count), integer(preview.matching));
            preview.doubt =
                format!(" In {count} of {matching} matching lines {what}: the order of the values may be another.");
        }
        Ok(preview)
    }
}

/// What no session has, for people, and whether a row has it.
type Doubt = (&'static str, fn(&Row) -> bool);

const DOUBTS: &[Doubt] = &[
    ("the status (%ST) is none of HTTP", |row| {
        row.get_int(Field::ResponseCode).is_some_and(|code| code != -1 && !(100..600).contains(&code))
    }),
    ("a timer is longer than the total time", |row| {
        let total = row.get_int(Field::TotalTime).unwrap_or(i64::MAX);
        // The queue time of TCP is one millisecond too high.
        TIMERS.iter().any(|timer| row.get_int(*timer).is_some_and(|part| part > total.saturating_add(1_000)))
    }),
    ("a port is above 65,535", |row| {
        [Field::ClientPort, Field::VsPort, Field::ServerPort]
            .iter()
            .any(|port| row.get_int(*port).is_some_and(|port| !(0..=65_535).contains(&port)))
    }),
];
/// What a total is made of.
const TIMERS: [Field; 4] = [Field::RequestTime, Field::QueueTime, Field::ConnectTime, Field::AppResponseTime];

fn mistake(pasted: &str, error: CompileError) -> Mistake {
    let before = pasted.get(..error.at.min(pasted.len())).unwrap_or(pasted);
    let line = before.matches('\n').count() as u32 + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() as u32 + 1;
    Mistake { message: error.message, advice: error.advice, line, column }
}

/// One line, read.
fn shown(number: u64, line: &[u8], custom: &Rc<CustomFormat>, context: &mut Context) -> PreviewLine {
    let mut row = Row::new();
    let format = parse_entry(line, &mut None, context, &mut row).ok();
    let miss = custom.miss(line).map(|miss| {
        // Where a collector escaped the line, the column is one of the line as it was before.
        let moved = line.starts_with(b"{") && memchr::memchr(b'\\', line).is_some();
        let before = line.get(..miss.at).unwrap_or(line);
        let column = if moved { 0 } else { String::from_utf8_lossy(before).chars().count() as u32 + 1 };
        let layout = row.get_text(Field::Format, line).map(String::from_utf8_lossy);
        let read_as = match (layout, row.get_int(Field::Truncated)) {
            (Some(layout), Some(1)) => format!("{}, cut short", layout_name(&layout)),
            (Some(layout), _) => layout_name(&layout),
            _ => String::new(),
        };
        PreviewMiss { column, expected: miss.expected, read_as }
    });
    let told = |field: &Field| !matches!(field, Field::Format | Field::LogType) && field.kind() != Kind::Body;
    let fields = Field::ALL.iter().copied().filter(told);
    let fields = fields.filter_map(|field| Some((field as u16, cell_value(&row, field, line)?))).collect();
    let extras = format.map_or(Vec::new(), |format| extras(format, line, context, &row));
    let text = String::from_utf8_lossy(&line[..line.len().min(WIDE)]).into_owned();
    PreviewLine { line: number, text, fields, extras, miss }
}
