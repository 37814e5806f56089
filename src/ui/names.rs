//! How fields and their values read outside the search: titles of tiles, values as text, marks of codes.

use crate::protocol::{CellValue, RowMark, Slot};
use crate::record::{Field, Kind};
use crate::show;
pub use crate::show::plain;

/// Title of the field's tile. The table of fields names what a value is, a title what a list of values is about.
pub fn title(field: Field) -> &'static str {
    match field {
        Field::Significance => "Why significant",
        Field::TerminationState => "Termination state",
        Field::ClientOs => "Client OS",
        Field::Host => "Host header",
        Field::Method => "Request type",
        Field::SslAuth => "Authentication",
        Field::Pfs => "PFS",
        Field::SslVersion => "Version",
        _ => field.label(),
    }
}

/// A value as it is shown. Log text is hostile: characters that reorder or hide text are written out.
pub fn value_text(field: Field, value: &CellValue) -> String {
    match (value, field.kind()) {
        (CellValue::Int(number), Kind::Duration) => show::duration(*number),
        (CellValue::Int(number), Kind::Bytes) => show::bytes(*number),
        (CellValue::Int(number), Kind::Time) => show::date_time(*number),
        (CellValue::Int(number), Kind::Bool) => if *number == 0 { "No" } else { "Yes" }.into(),
        (CellValue::Int(number), _) => number.to_string(),
        (CellValue::Text(text), _) if text.is_empty() => "(empty)".into(),
        (CellValue::Text(text), _) => plain(text),
    }
}

/// True where values are log text and stand in the log's own letters.
pub fn is_mono(field: Field) -> bool {
    !matches!(
        field,
        Field::Significance | Field::ClientBrowser | Field::ClientOs | Field::ClientDevice | Field::ClientLocation
    ) && !matches!(field.kind(), Kind::Bool | Kind::Duration | Kind::Bytes)
}

/// ▲ or ◆ of a code: what a value means by itself, without its entry.
pub fn value_mark(field: Field, value: &CellValue) -> RowMark {
    match (field, value) {
        (Field::ResponseCode | Field::ServerResponseCode, CellValue::Int(code)) => match code {
            500.. => RowMark::Error,
            400.. => RowMark::Warning,
            ..0 => RowMark::Warning,
            _ => RowMark::Fine,
        },
        // First letter: who or what ended the session (HAProxy 2.8, configuration manual 8.5).
        (Field::TerminationState, CellValue::Text(text)) => match text.bytes().next() {
            Some(b'S' | b's' | b'R' | b'I' | b'D' | b'K') => RowMark::Error,
            Some(b'C' | b'c' | b'P' | b'U') => RowMark::Warning,
            _ => RowMark::Fine,
        },
        // A firewall that allowed a session and cut it later shows it in the end reason only.
        (Field::FinalAction | Field::Action | Field::SessionEndReason, CellValue::Text(text)) => match text.as_str() {
            "threat" | "resources-unavailable" | "decrypt-error" => RowMark::Error,
            "Blocked"
            | "deny"
            | "drop"
            | "drop-icmp"
            | "reset-both"
            | "reset-client"
            | "reset-server"
            | "drop-all-packets"
            | "drop-all"
            | "random-drop"
            | "sinkhole"
            | "block-url"
            | "block-ip"
            | "block-continue"
            | "block-override"
            | "override-lockout"
            | "policy-deny"
            | "decrypt-cert-validation"
            | "decrypt-unsupport-param" => RowMark::Warning,
            _ => RowMark::Fine,
        },
        _ => RowMark::Fine,
    }
}

/// Name of a phase where there is no room for that of the format; whether what stands as queue are queues, scans by ICAP, or both.
pub fn phase_name(slot: Slot, queued: bool, scanned: bool) -> &'static str {
    match slot {
        Slot::Client => "Client",
        Slot::Queue if scanned && queued => "Queue or scan",
        Slot::Queue if scanned => "ICAP scan",
        Slot::Queue => "Queue",
        Slot::Connect => "Connect",
        Slot::App => "App response",
        Slot::NoResponse => "No response",
        Slot::Data => "Transfer",
    }
}

/// Class that colours a phase.
pub fn phase_class(slot: Slot) -> &'static str {
    match slot {
        Slot::Client => "p-client",
        Slot::Queue => "p-queue",
        Slot::Connect => "p-connect",
        Slot::App => "p-app",
        Slot::NoResponse => "p-none",
        Slot::Data => "p-data",
    }
}
