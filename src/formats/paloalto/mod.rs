//! Palo Alto Networks firewalls (PAN-OS): traffic, threat, URL, system, configuration, GlobalProtect logs and the rarer
//! types, as syslog carries them: one line of comma-separated values behind any header.
//!
//! ```text
//! Nov 18 10:21:27 fw-edge-1 1,2026/11/18 10:21:27,012801096514,TRAFFIC,end,2561,2026/11/18 10:21:27,192.0.2.15,
//! 203.0.113.10,198.51.100.2,203.0.113.10,allow-web,corp\ana,,web-browsing,vsys1,trust,untrust,ethernet1/2,ethernet1/1,
//! default,2026/11/18 10:21:27,22751,1,55113,443,16418,443,0x400053,tcp,allow,7734,1758,5976,36,2026/11/18 10:20:51,6,…
//! ```

mod cells;
mod columns;
mod export;
mod fill;
mod layouts;
mod line;
mod stamp;

use super::{Context, Format, Told, wrapped};
use crate::record::{Field, Reason, Reject, Row, Span};
use crate::text::syslog::{self, Prefix};
use cells::Cells;
use columns::Take;
use export::Export;
use line::Line;
use std::any::Any;

/// The family of PAN-OS's logs.
pub struct PaloAlto;

impl Format for PaloAlto {
    fn id(&self) -> &'static str {
        "paloalto"
    }

    fn name(&self) -> &'static str {
        "Palo Alto firewall"
    }

    fn claims(&self, entry: &[u8]) -> bool {
        let look = &entry[..entry.len().min(4096)];
        let ours = |text: &[u8]| line::find(text, 0).is_some();
        ours(look) || wrapped::holds(look, &ours) == Some(true)
    }

    fn parse(&self, entry: &[u8], context: &mut Context, row: &mut Row) -> Result<(), Reject> {
        if let Some(told) = context.told.clone()
            && let Some(export) = told.what::<Export>()
            && read_export(entry, &told, export, context, row)?
        {
            return Ok(());
        }
        // A row of an export that is none has fewer cells than its header line, or more.
        let is_cut = context.told.as_ref().and_then(|told| told.what::<Export>()).is_some_and(|export| {
            let count = Cells::new(entry, 0).take(export.columns.len()).count();
            count > 1 && count < export.columns.len()
        });
        let unknown =
            if is_cut { Reject::at(Reason::CutShort, entry.len()) } else { Reject::at(Reason::UnknownFormat, 0) };
        let mut read_line = |text: &[u8], begin: usize, context: &mut Context, row: &mut Row| {
            read(text, begin, &line::find(text, begin).ok_or(unknown)?, context, row)
        };
        match wrapped::read(entry, context, row, &mut read_line) {
            Some(done) => done,
            // Where the line ends in other JSON, nobody knows.
            None if entry.starts_with(b"{") => Err(unknown),
            None => read_line(entry, 0, context, row),
        }
    }

    fn header(&self, line: &[u8]) -> Option<Box<dyn Any>> {
        Some(Box::new(export::header(line)?))
    }

    fn extras(&self, entry: &[u8]) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut look = |text: &[u8], begin: usize, _: &mut Context, _: &mut Row| {
            found = line::find(text, begin).map_or_else(Vec::new, |line| extras(text, &line, &[]));
            Ok(())
        };
        let (context, row) = (&mut Context::new(1970), &mut Row::new());
        if wrapped::read(entry, context, row, &mut look).is_none() {
            let _ = look(entry, 0, context, row);
        }
        found
    }

    fn extras_told(&self, entry: &[u8], told: &Told) -> Vec<(String, String)> {
        match told.what::<Export>().and_then(|export| Some((export, export_line(entry, told, export)?))) {
            Some((export, line)) => extras(entry, &line, &export.labels),
            None => self.extras(entry),
        }
    }

    fn why(&self, layout: &str) -> &'static str {
        match layout {
            "paloalto-traffic" => "commas, a date and serial number, then TRAFFIC",
            FORMAT => "cells as the header line of the web interface's CSV export names them",
            "paloalto-header" => "the header line of the web interface's CSV export",
            "paloalto-threat" => "commas, a date and serial number, then THREAT",
            _ => "commas, a date and serial number, then a log type of PAN-OS",
        }
    }
}

/// Reads the line that begins at `begin`.
fn read(text: &[u8], begin: usize, line: &Line, context: &mut Context, row: &mut Row) -> Result<(), Reject> {
    let prefix = syslog::before(text, begin, line.begin);
    if let Some(severity) = prefix.severity_name() {
        row.word(Field::Severity, severity);
    }
    row.text(Field::ServiceEngine, prefix.host);
    fill::fill(text, line, &prefix, &mut context.clock, row);
    match row.cell(Field::StartTime) {
        Some(_) => Ok(()),
        None => Err(Reject::at(Reason::BadTime, line.begin)),
    }
}

/// The layout of an exported row.
const FORMAT: &str = "paloalto-csv";

/// The columns of an exported row; `None` for the header line and for what has other columns.
fn export_line<'c>(entry: &[u8], told: &Told, export: &'c Export) -> Option<Line<'c>> {
    let count = export.columns.len();
    if *entry == *told.header || Cells::new(entry, 0).take(count + 1).count() != count {
        return None;
    }
    let log_type = export.type_at.and_then(|at| {
        let word = Cells::new(entry, 0).nth(at)?;
        Some(layouts::of_type(word.span().of(entry))?.log_type)
    });
    let log_type = log_type.unwrap_or(export.log_type);
    Some(Line { columns: &export.columns, log_type, format: FORMAT, least: count, begin: 0, first: 0 })
}

/// Reads a row of an export or its header line; false where the entry is neither.
fn read_export(
    entry: &[u8],
    told: &Told,
    export: &Export,
    context: &mut Context,
    row: &mut Row,
) -> Result<bool, Reject> {
    if *entry == *told.header {
        let mark = if entry.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        row.word(Field::LogType, b"header");
        row.word(Field::Format, b"paloalto-header");
        row.word(Field::EventKind, b"table header");
        row.text(Field::Message, Span::new(mark, entry.len()));
        return Ok(true);
    }
    let Some(line) = export_line(entry, told, export) else { return Ok(false) };
    fill::fill(entry, &line, &Prefix::default(), &mut context.clock, row);
    if export.has_time && row.cell(Field::StartTime).is_none() {
        return Err(Reject::at(Reason::BadTime, 0));
    }
    Ok(true)
}

/// The columns without a field; `labels` are the header line's names for them, if there is one.
fn extras(entry: &[u8], line: &Line, labels: &[String]) -> Vec<(String, String)> {
    let mut extras = Vec::new();
    line.each(entry, |nth, column, cell| {
        let text = String::from_utf8_lossy(&cell.text(entry)).into_owned();
        let is_kept = match column.take {
            Take::Skip => false,
            Take::Int(_) | Take::Port(_) | Take::Elapsed => fill::int(text.as_bytes()).is_none(),
            Take::Flags => fill::flags(text.as_bytes()).is_none_or(|flags| flags > 0),
            take => matches!(take, Take::Extra | Take::HighResolution),
        };
        if is_kept && !text.trim().is_empty() {
            let name = match labels.get(nth) {
                _ if !column.name.is_empty() => column.name.to_owned(),
                Some(label) => label.clone(),
                None => format!("extra_{}", nth + 1),
            };
            let text = if name == "config_ver" { release(&text) } else { text };
            extras.push((name, text));
        }
    });
    extras
}

/// The release inside the configuration version: `2561` is 10.1.
fn release(version: &str) -> String {
    match version.parse::<u32>() {
        Ok(number @ 0x800..0x1000) if number & 0xff < 8 => {
            format!("{version} (PAN-OS {}.{})", number >> 8, number & 0xff)
        }
        _ => version.to_owned(),
    }
}
