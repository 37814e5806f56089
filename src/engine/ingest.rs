//! Text of one piece → rows of the table. Every byte of the piece belongs to exactly one entry.

use super::{joined, log_format};
use crate::formats::haproxy::custom::CustomFormat;
use crate::formats::{
    Context, FormatIndex, NEVISPROXY, PLAIN_FIELDS, Told, parse_entry, read_plain, reads_plain, told_by,
};
use crate::protocol::SourceId;
use crate::protocol::shard::{Cut, Known, Parsed, Piece};
use crate::record::{Field, Reason, Reject, Row, Sink, Span};
use crate::significance::{self, Facts, Limits, Mark, RowFacts, Verdict};
use crate::store::{Columns, Table};
use crate::text::Since;
use crate::text::bytes::same;
use crate::text::document::object_start;
use crate::text::few::Few;
use crate::text::lines::{blank_line, trim_blank_lines, trim_end};
use memchr::{memchr, memchr_iter};
use std::rc::Rc;

/// Type of an entry that no parser understands.
pub const UNPARSED: &str = "unparsed";

/// An entry longer than this is kept and counted, but not parsed.
pub const MAX_ENTRY: usize = 1 << 20;

/// Columns that a plain entry may have.
static PLAIN: Columns = Columns::of(PLAIN_FIELDS);

/// Parses pieces; its buffers are reused from entry to entry.
#[derive(Default)]
pub struct Ingest {
    row: Row,
    verdict: Verdict,
    limits: Limits,
    last: Option<FormatIndex>,
    /// What the first lines of sources told.
    told: Few<SourceId, Rc<Told>>,
    /// Sources that only one format reads.
    only: Few<SourceId, FormatIndex>,
    /// Log-formats that somebody gave.
    custom: Few<SourceId, Rc<CustomFormat>>,
}

/// What an entry of a source is parsed with that its text does not say.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// What the first line of the source told about the others.
    pub told: Option<Rc<Told>>,
    /// The only format that reads it, where somebody said so.
    pub only: Option<FormatIndex>,
    /// The log-format that somebody gave.
    pub custom: Option<Rc<CustomFormat>>,
}

/// What the rules ask of nearly every line is at hand.
struct PlainFacts<'a, F> {
    row: &'a F,
    state: &'a [u8],
}

impl<F: Facts> Facts for PlainFacts<'_, F> {
    #[inline(always)]
    fn int(&self, field: Field) -> Option<i64> {
        // A line with a `+` is not plain.
        if matches!(field, Field::Redispatched) { Some(0) } else { self.row.int(field) }
    }

    #[inline(always)]
    fn text(&self, field: Field) -> Option<&[u8]> {
        if matches!(field, Field::TerminationState) { Some(self.state) } else { self.row.text(field) }
    }
}

/// Counts of the piece being parsed.
struct Tally<'a> {
    parsed: Parsed,
    table: &'a mut Table,
    context: Context,
    /// Added to every time, µs.
    offset: i64,
    /// Layout of the last plain rows, and how many they were.
    plain: (&'static [u8], u64),
}

impl Tally<'_> {
    fn add_plain(&mut self, layout: &'static [u8]) {
        let (layout, rows) = std::mem::replace(&mut self.plain, (layout, 0));
        if rows > 0 {
            self.parsed.add(layout, rows);
        }
    }
}

impl Ingest {
    /// Parses `text`, which begins at byte `start` of the source, at the start of an entry, and ends at the end of one.
    /// `end` is where the last entry really ends: later than the text where an oversized entry was not read whole;
    /// `beyond` are the line breaks of that unread rest.
    pub fn run(&mut self, table: &mut Table, name: &str, piece: &Piece, text: &[u8], start: u64, rest: Rest) -> Parsed {
        let parsed = Parsed { start, end: start + text.len() as u64 + rest.bytes, ..Parsed::default() };
        if !piece.header.is_empty()
            && self.told.get(&piece.source).is_none()
            && let Some(told) = told_by(&piece.header)
        {
            self.told.insert(piece.source, Rc::new(told));
        }
        let Known { since, zone, summaries, micros, ref settings } = piece.known;
        if let Some(custom) = log_format::compiled(settings.log_format.as_ref()) {
            self.custom.insert(piece.source, custom);
        }
        let Hints { told, custom, .. } = self.hints(piece.source);
        let mut context = Context { zone, summaries, micros, told, custom, ..Context::new(Since::moment(since)) };
        let only = settings.format.map(usize::from);
        context.set(settings.zone, only);
        if let Some(only) = only {
            self.only.insert(piece.source, only);
            // Which lines go on with a message is asked of the format that read the last one.
            self.last = Some(only);
        }
        let mut tally = Tally { parsed, table, context, offset: settings.offset, plain: (b"", 0) };
        tally.table.begin_chunk(piece.source, name, piece.cut, piece.sequence, start);
        match piece.cut {
            Cut::Lines => self.lines(&mut tally, text, start),
            Cut::Document => self.document(&mut tally, piece, text, start),
            Cut::Records => self.records(&mut tally, piece, text, start),
        }
        tally.add_plain(b"");
        tally.parsed.lines += rest.lines;
        tally.table.end_chunk(tally.parsed.end);
        tally.parsed
    }

    /// What is read from now on is judged by these.
    pub fn judge_by(&mut self, limits: Limits) {
        self.limits = limits;
    }

    pub fn hints(&self, source: SourceId) -> Hints {
        Hints {
            told: self.told.get(&source).cloned(),
            only: self.only.get(&source).copied(),
            custom: self.custom.get(&source).cloned(),
        }
    }

    pub fn forget(&mut self, source: SourceId) {
        self.told.remove(&source);
        self.only.remove(&source);
        self.custom.remove(&source);
    }

    fn lines(&mut self, tally: &mut Tally<'_>, text: &[u8], start: u64) {
        let mut at = 0;
        let mut line = 0;
        while at < text.len() {
            let rest = &text[at..];
            let line_end = memchr(b'\n', rest).unwrap_or(rest.len());
            let entry = trim_end(&rest[..line_end]);
            let begin = at;
            self.entry(tally, rest, entry.len(), start + at as u64, line);
            line += 1;
            at = (begin + line_end + 1).min(text.len());
            // Blank lines belong to the entry before them, and so do further lines of its message.
            loop {
                while let Some(blank) = blank_line(&text[at..]) {
                    at += blank;
                    line += 1;
                }
                let may_go_on = self.last == Some(NEVISPROXY);
                let Some(end) = may_go_on.then(|| joined::goes_on(text, begin, at)).flatten() else { break };
                at = end;
                line += 1;
            }
        }
        let open = text.last().is_some_and(|b| *b != b'\n');
        tally.parsed.lines = line - u64::from(open && line > 0);
    }

    fn document(&mut self, tally: &mut Tally<'_>, piece: &Piece, text: &[u8], start: u64) {
        let mut at = 0;
        let mut line = 0;
        for end in piece.ends.iter().map(|end| (*end as usize).min(text.len())).chain([text.len()]) {
            if end <= at {
                continue;
            }
            let entry = &text[at..end];
            // The line to show is where the object begins, not the comma and blanks before it.
            let before = object_start(entry).map_or(0, |object| memchr_iter(b'\n', &entry[..object]).count());
            self.entry(tally, entry, entry.len(), start + at as u64, line + before as u64);
            line += memchr_iter(b'\n', entry).count() as u64;
            at = end;
        }
        tally.parsed.lines = line;
    }

    fn records(&mut self, tally: &mut Tally<'_>, piece: &Piece, text: &[u8], start: u64) {
        let (mut at, mut line) = (0, 0);
        for end in piece.ends.iter().map(|end| (*end as usize).min(text.len())).chain([text.len()]) {
            if end <= at {
                continue;
            }
            let whole = &text[at..end];
            // Blank lines belong to the entry before them.
            self.entry(tally, whole, trim_blank_lines(whole).len(), start + at as u64, line);
            line += memchr_iter(b'\n', whole).count() as u64;
            at = end;
        }
        tally.parsed.lines = line;
    }

    /// The entry is `text[..end]`.
    #[inline(always)]
    fn entry(&mut self, tally: &mut Tally<'_>, text: &[u8], end: usize, offset: u64, line: u64) {
        if tally.offset != 0 || self.plain(tally, text, end, offset, line).is_none() {
            self.careful(tally, &text[..end], offset, line);
        }
    }

    /// Reads an entry like the one before it straight into the columns; `None` where it is not that plain.
    #[inline]
    fn plain(&mut self, tally: &mut Tally<'_>, text: &[u8], end: usize, offset: u64, line: u64) -> Option<()> {
        let format = self.last.filter(|format| reads_plain(*format, &tally.context))?;
        let mut open = tally.table.open(text, &PLAIN);
        let Some(plain) = read_plain(format, text, end, &mut tally.context, &mut open) else {
            open.abandon();
            return None;
        };
        let facts = PlainFacts { row: &open, state: plain.state.of(text) };
        significance::judge_haproxy(&facts, &self.limits, &mut self.verdict);
        open.flag(Field::Significant, self.verdict.significant);
        if !self.verdict.reasons.is_empty() {
            open.list(Field::Significance, &self.verdict.reasons);
        }
        open.close(offset, line, self.verdict.mark);
        tally.parsed.add_time(plain.start);
        if plain.layout.as_ptr() != tally.plain.0.as_ptr() {
            tally.add_plain(plain.layout);
        }
        tally.plain.1 += 1;
        Some(())
    }

    #[inline(never)]
    fn careful(&mut self, tally: &mut Tally<'_>, entry: &[u8], offset: u64, line: u64) {
        let result = if entry.len() > MAX_ENTRY {
            self.row.clear();
            Err(Reject::at(Reason::TooLong, MAX_ENTRY))
        } else {
            parse_entry(entry, &mut self.last, &mut tally.context, &mut self.row)
        };
        if tally.offset != 0 {
            self.row.shift_times(tally.offset);
        }
        // What the log says of itself.
        let mut said = [false; 2];
        let mark = match result {
            Ok(_) => {
                said = [Field::Significant, Field::Significance].map(|field| self.row.cell(field).is_some());
                self.judge(entry)
            }
            Err(reject) => {
                self.reject(tally, entry, reject);
                Mark::Fine
            }
        };
        let layout = self.row.get_text(Field::Format, entry).unwrap_or_default();
        tally.parsed.add(layout, 1);
        if let Some(time) = self.row.get_int(Field::StartTime) {
            tally.parsed.add_time(time);
        }
        tally.table.push(&self.row, entry, offset, line, mark);
        if said != [false; 2] {
            tally.table.says(said);
        }
    }

    fn judge(&mut self, entry: &[u8]) -> Mark {
        let facts = RowFacts { row: &self.row, entry };
        significance::judge(&facts, &self.limits, &mut self.verdict);
        if self.row.cell(Field::Significant).is_none() {
            self.row.flag(Field::Significant, self.verdict.significant);
        }
        if !self.verdict.reasons.is_empty() {
            let reasons = self.verdict.reasons.iter().map(|reason| reason.as_bytes());
            self.row.list(Field::Significance, reasons, Span::NONE);
        }
        self.verdict.mark
    }

    /// An entry that no parser understands is a row too: with its reason, and the time of the entry before it.
    fn reject(&mut self, tally: &mut Tally<'_>, entry: &[u8], reject: Reject) {
        let reason = if entry.is_empty() {
            Reason::Empty
        } else if reject.reason == Reason::UnknownFormat && is_binary(entry) {
            Reason::Binary
        } else {
            reject.reason
        };
        self.row.clear();
        self.row.owned(Field::LogType, UNPARSED.as_bytes(), Span::NONE);
        self.row.owned(Field::Format, b"text", Span::NONE);
        self.row.owned(Field::Reject, reason.id().as_bytes(), Span::NONE);
        self.row.int(Field::RejectColumn, i64::from(reject.column) + 1, Span::NONE);
        self.row.flag(Field::Significant, false);
        if let Some(time) = tally.parsed.last_time {
            self.row.int(Field::StartTime, time, Span::NONE);
        }
        tally.parsed.unparsed += 1;
    }
}

impl Parsed {
    #[inline]
    fn add_time(&mut self, time: i64) {
        let times = self.times.get_or_insert((time, time));
        *times = (times.0.min(time), times.1.max(time));
        self.last_time = Some(time);
    }

    fn add(&mut self, layout: &[u8], rows: u64) {
        match self.layouts.iter_mut().find(|(name, _)| same(name.as_bytes(), layout)) {
            Some((_, known)) => *known += rows,
            None => self.layouts.push((String::from_utf8_lossy(layout).into_owned(), rows)),
        }
        self.rows += rows;
    }
}

/// What of the last entry was left unread because it is too long to be parsed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rest {
    pub bytes: u64,
    pub lines: u64,
}

/// Control bytes other than tab and escape, in the first part of an entry, are not text.
fn is_binary(entry: &[u8]) -> bool {
    entry.iter().take(4096).any(|b| *b < 0x20 && !matches!(b, b'\t' | b'\r' | b'\n' | 0x1b))
}
