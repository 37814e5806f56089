//! Cells to fields: what each column sets, and what follows from several of them together.

use super::cells::Cell;
use super::columns::Take;
use super::line::Line;
use super::stamp::{self, Stamp};
use crate::record::{Field, Row, Span};
use crate::significance::paloalto as words;
use crate::text::syslog::Prefix;
use crate::text::{Clock, number};

/// What is known only once the whole line was read.
#[derive(Default)]
struct Times {
    received: Option<(Stamp, Span)>,
    generated: Option<(Stamp, Span)>,
    start: Option<(Stamp, Span)>,
    high_resolution: Option<(Stamp, Span)>,
    elapsed: Option<i64>,
}

/// Reads the cells of a line into `row`.
pub(super) fn fill(text: &[u8], line: &Line, prefix: &Prefix, clock: &mut Clock, row: &mut Row) {
    let mut times = Times::default();
    row.word(Field::Format, line.format.as_bytes());
    let walk = line.each(text, |_, column, cell| {
        if column.take != Take::Skip && column.take != Take::Extra && cell.span().len > 0 {
            take(text, column.take, cell, &mut times, clock, row);
        }
    });
    if walk.cut {
        row.flag(Field::Truncated, true);
    }
    let is_url = line.log_type == "threat" && row.get_text(Field::Subtype, text) == Some(b"url");
    let log_type = if is_url { "url" } else { line.log_type };
    row.word(Field::LogType, log_type.as_bytes());
    set_times(&times, zone(text, prefix, &times, clock), row);
    set_final_action(text, log_type, row);
}

fn take(text: &[u8], take: Take, cell: Cell, times: &mut Times, clock: &mut Clock, row: &mut Row) {
    let bytes = cell.span().of(text);
    if bytes == b" " {
        return;
    }
    match take {
        // Types without subtypes or events have a 0 there.
        Take::Text(Field::EventKind) | Take::Subtype if bytes == b"0" => {}
        Take::Text(field) => set_text(text, field, cell, row),
        Take::Int(field) => set_int(bytes, field, cell.span(), row),
        Take::Address(field) if !matches!(bytes, b"0.0.0.0" | b"::") && row.cell(field).is_none() => {
            row.text(field, cell.span());
        }
        Take::Port(field) if bytes != b"0" => set_int(bytes, field, cell.span(), row),
        Take::Subtype => {
            row.text(Field::Subtype, cell.span());
            // Written when the session began: its counts are not final.
            if bytes == b"start" {
                row.flag(Field::Interim, true);
            }
        }
        Take::Received => times.received = stamp::read(bytes, clock).map(|stamp| (stamp, cell.span())),
        Take::Generated => times.generated = stamp::read(bytes, clock).map(|stamp| (stamp, cell.span())),
        Take::Start => times.start = stamp::read(bytes, clock).map(|stamp| (stamp, cell.span())),
        // Before the epoch: an old firewall behind a newer Panorama has none.
        Take::HighResolution => {
            let read = stamp::read(bytes, clock).filter(|stamp| stamp.micros > 0);
            times.high_resolution = read.map(|stamp| (stamp, cell.span()));
        }
        Take::Elapsed => {
            // Longer than some centuries is no time.
            let seconds = int(bytes).filter(|seconds| *seconds < 1 << 33);
            if let Some(micros) = seconds.map(|seconds| seconds * 1_000_000) {
                row.int(Field::TotalTime, micros, cell.span());
                row.int(Field::DataTransferTime, micros, Span::NONE);
                times.elapsed = Some(micros);
            }
        }
        // Lines say `reset-both`; the manual, and who types after it, `reset both` and `drop ICMP`.
        Take::Action if bytes.iter().any(|byte| *byte == b' ' || byte.is_ascii_uppercase()) => {
            let plain: Vec<u8> =
                bytes.iter().map(|byte| if *byte == b' ' { b'-' } else { byte.to_ascii_lowercase() }).collect();
            row.owned(Field::Action, &plain, cell.span());
        }
        Take::Action => row.text(Field::Action, cell.span()),
        Take::Application => row.text(Field::Application, cell.span()),
        Take::EndReason => row.text(Field::SessionEndReason, cell.span()),
        Take::Severity => row.text(Field::Severity, cell.span()),
        Take::Flags => set_flags(bytes, cell.span(), row),
        Take::Misc if row.get_text(Field::Subtype, text) == Some(b"url") => set_url(text, cell, row),
        Take::Misc => set_text(text, Field::FileName, cell, row),
        Take::XffAddress if row.cell(Field::Xff).is_none() => row.text(Field::Xff, cell.span()),
        _ => {}
    }
}

fn set_text(text: &[u8], field: Field, cell: Cell, row: &mut Row) {
    if cell.is_escaped() {
        row.owned(field, &cell.text(text), cell.span());
    } else {
        row.text(field, cell.span());
    }
}

/// A count, port or number of a log: none is negative.
pub(super) fn int(bytes: &[u8]) -> Option<i64> {
    number::int(bytes).filter(|value| *value >= 0)
}

fn set_int(bytes: &[u8], field: Field, span: Span, row: &mut Row) {
    if let Some(value) = int(bytes) {
        row.int(field, value, span);
    }
}

/// `0x400053`; some collectors write it as a decimal number.
pub(super) fn flags(bytes: &[u8]) -> Option<u64> {
    let text = str::from_utf8(bytes).ok()?;
    match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

fn set_flags(bytes: &[u8], span: Span, row: &mut Row) {
    let Some(value) = flags(bytes).filter(|value| *value > 0) else { return };
    let known = words::FLAGS.iter().filter(|flag| value & u64::from(flag.0) != 0);
    row.list(Field::SessionFlags, known.map(|flag| flag.1.as_bytes()), span);
    if value & u64::from(words::DECRYPTED) != 0 {
        row.flag(Field::Tls, true);
    }
}

/// `shop.example/cart?id=7`, sometimes with scheme or port.
fn set_url(text: &[u8], cell: Cell, row: &mut Row) {
    set_text(text, Field::Uri, cell, row);
    if cell.is_escaped() {
        return;
    }
    let (start, end) = (cell.span().start as usize, (cell.span().start + cell.span().len) as usize);
    let host = match memchr::memmem::find(&text[start..end], b"://") {
        Some(scheme) if scheme <= 5 => start + scheme + 3,
        _ => start,
    };
    let find = |from: usize, bytes: &[u8]| {
        text[from..end].iter().position(|byte| bytes.contains(byte)).map_or(end, |found| from + found)
    };
    let path = find(host, b"/?");
    row.text(Field::Host, Span::new(host, find(host, b"/?:").min(path)));
    let query = find(path, b"?");
    row.text(Field::UriPath, Span::new(path, query));
    row.text(Field::UriQuery, Span::new((query + 1).min(end), end));
}

/// Seconds that the device's clock is ahead of UTC: from the stamp with a zone inside the line, else from the syslog
/// header's. Either counts only where it names the same moment: a relay or a replay has a zone of its own.
fn zone(text: &[u8], prefix: &Prefix, times: &Times, clock: &mut Clock) -> i64 {
    let agrees = |local: Option<(Stamp, Span)>, moment: i64, zone: i32, seconds: i64| {
        let shown = moment + i64::from(zone) * 1_000_000;
        local.is_some_and(|(local, _)| (local.micros - shown).abs() <= seconds * 1_000_000)
    };
    if let Some((Stamp { micros, zone: Some(zone) }, _)) = times.high_resolution
        && agrees(times.generated.or(times.received), micros, zone, 2)
    {
        return zone.into();
    }
    let header = prefix.zone(text).and_then(|zone| Some((zone, prefix.time(text, clock, 1970.into())?)));
    match header {
        Some((zone, moment)) if agrees(times.received, moment, zone, 120) => zone.into(),
        _ => clock.utc(0).saturating_neg() / 1_000_000,
    }
}

fn set_times(times: &Times, zone: i64, row: &mut Row) {
    let mut set = |field: Field, time: Option<(Stamp, Span)>| {
        if let Some((stamp, span)) = time {
            row.int(field, stamp.moment(zone), span);
        }
    };
    set(Field::ReceiveTime, times.received);
    set(Field::TimeGenerated, times.generated);
    let second = |time: Option<(Stamp, Span)>| time.map(|(stamp, _)| stamp.moment(zone).div_euclid(1_000_000));
    let precise = times.high_resolution.filter(|_| second(times.high_resolution) == second(times.generated));
    let begin = times.start.or(precise).or(times.generated).or(times.received);
    set(Field::StartTime, begin);
    // The log is written when the session has aged out, up to minutes after its end.
    if let (Some((start, _)), Some(elapsed), None) = (times.start, times.elapsed, row.cell(Field::Interim)) {
        row.int(Field::EndTime, start.moment(zone).saturating_add(elapsed), Span::NONE);
    }
}

/// Blocked where anything says so; Allowed only where the action is known.
fn set_final_action(text: &[u8], log_type: &str, row: &mut Row) {
    let says = |field: Field| row.get_text(field, text);
    let (action, app, reason) = (says(Field::Action), says(Field::Application), says(Field::SessionEndReason));
    let of_session = !matches!(log_type, "threat" | "url");
    if words::is_blocked(of_session, action, app, reason) {
        row.word(Field::FinalAction, b"Blocked");
    } else if action.is_some() {
        row.word(Field::FinalAction, b"Allowed");
    }
}
