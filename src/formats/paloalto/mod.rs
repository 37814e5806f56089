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
mod fill;
mod layouts;
mod line;
mod stamp;

use super::{Context, Format};
use crate::record::{Field, Reason, Reject, Row, Span};
use crate::text::{number, syslog};
use columns::Take;

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
        line::find(entry).is_some()
    }

    fn parse(&self, entry: &[u8], context: &mut Context, row: &mut Row) -> Result<(), Reject> {
        let line = line::find(entry).ok_or(Reject::at(Reason::UnknownFormat, 0))?;
        let prefix = syslog::before(entry, 0, line.begin);
        if let Some(severity) = prefix.severity_name() {
            row.owned(Field::Severity, severity, Span::NONE);
        }
        row.text(Field::ServiceEngine, prefix.host);
        fill::fill(entry, &line, &prefix, &mut context.clock, row);
        if row.cell(Field::StartTime).is_none() {
            return Err(Reject::at(Reason::BadTime, line.begin));
        }
        Ok(())
    }

    fn extras(&self, entry: &[u8]) -> Vec<(String, String)> {
        let Some(line) = line::find(entry) else { return Vec::new() };
        let mut extras = Vec::new();
        line.each(entry, |nth, column, cell| {
            let text = String::from_utf8_lossy(&cell.text(entry)).into_owned();
            let is_kept = match column.take {
                Take::Skip => false,
                Take::Int(_) => number::int(text.as_bytes()).is_none(),
                Take::Flags => fill::flags(text.as_bytes()).is_none_or(|flags| flags > 0),
                take => matches!(take, Take::Extra | Take::HighResolution),
            };
            if is_kept && !text.trim().is_empty() {
                let name = if column.name.is_empty() { format!("extra_{}", nth + 1) } else { column.name.to_owned() };
                let text = if name == "config_ver" { release(&text) } else { text };
                extras.push((name, text));
            }
        });
        extras
    }

    fn why(&self, layout: &str) -> &'static str {
        match layout {
            "paloalto-traffic" => "commas, a date and serial number, then TRAFFIC",
            "paloalto-threat" => "commas, a date and serial number, then THREAT",
            _ => "commas, a date and serial number, then a log type of PAN-OS",
        }
    }
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
