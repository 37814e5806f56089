//! The columns of the table: which there are, which are shown for which kind of logs, how wide they are.

use crate::protocol::{CellValue, Summary};
use crate::record::{Field, Kind};
use crate::show::Dates;

/// What a column shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    Time,
    /// The time as it stands in the log.
    Logged,
    /// Path and query.
    Uri,
    /// What was asked, whatever the kind of log.
    What,
    /// How it ended, whatever the kind of log.
    Outcome,
    Duration,
    Timeline,
    Value(Field),
}

/// Which default columns fit what is loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Family {
    #[default]
    Http,
    Tcp,
    Firewall,
    /// Lines of a proxy that say what it does, step by step.
    Trace,
    Mixed,
    /// Lines of no known format.
    Text,
}

impl Family {
    pub const ALL: [Family; 6] =
        [Family::Http, Family::Tcp, Family::Firewall, Family::Trace, Family::Mixed, Family::Text];

    pub fn name(self) -> &'static str {
        match self {
            Family::Http => "HTTP",
            Family::Tcp => "TCP",
            Family::Firewall => "Firewall",
            Family::Trace => "Trace",
            Family::Mixed => "Mixed",
            Family::Text => "Text",
        }
    }

    /// From the kinds of logs a summary counts; `None` where it does not tell.
    pub fn of(summary: &Summary) -> Option<Family> {
        let tile = |field: Field| summary.tiles.iter().find(|tile| tile.field == field as u16);
        let count = |field: Field| tile(field).map_or(0, |tile| tile.logs);
        if summary.total == 0 {
            return None;
        }
        let (firewall, all) = (count(Field::FinalAction), summary.total);
        // Threat logs of a firewall have methods, its sessions durations.
        let method = count(Field::Method).saturating_sub(firewall);
        let http = method.max(count(Field::ResponseCode));
        let tcp = count(Field::TotalTime).max(count(Field::TerminationState)).saturating_sub(http + firewall);
        // The summary of a request comes from a group of its own, and is no trace. There is no tile of a single kind.
        let traces = match tile(Field::LogType) {
            Some(kinds) => kinds.top.iter().find(|top| is_trace(&top.value)).map_or(0, |top| top.count),
            None => count(Field::TraceGroup).saturating_sub(method),
        };
        if traces * 2 > all {
            return Some(Family::Trace);
        }
        // A few odd lines do not make a file mixed.
        let some = |part: u64| part * 50 > all;
        if some(firewall) {
            return Some(if some(http) || some(tcp) { Family::Mixed } else { Family::Firewall });
        }
        Some(match (some(http), some(tcp)) {
            (true, true) => Family::Mixed,
            (true, false) => Family::Http,
            (false, true) => Family::Tcp,
            (false, false) if http + tcp > 0 => Family::Mixed,
            (false, false) => Family::Text,
        })
    }

    /// Columns in the order of the design, for a window this wide. `ends`: the logs carry a
    /// termination state.
    pub fn columns(self, window: f64, ends: bool) -> Vec<Column> {
        use Column::*;
        let (wide, narrow) = (window >= 2_200.0, window < 1_280.0);
        let mut columns = match self {
            Family::Http => vec![Time, Value(Field::ClientIp), Value(Field::Method), Uri, Value(Field::ResponseCode)],
            Family::Tcp => vec![Time, Value(Field::ClientIp), Value(Field::VirtualService)],
            Family::Firewall => vec![
                Time,
                Value(Field::ClientIp),
                Value(Field::ServerIp),
                Value(Field::ServerPort),
                Value(Field::Application),
                Value(Field::Action),
                Value(Field::SessionEndReason),
                Value(Field::PolicyRule),
            ],
            Family::Mixed => vec![Time, Value(Field::LogType), Value(Field::ClientIp), What, Outcome],
            Family::Trace => {
                return vec![Time, Value(Field::Severity), Value(Field::TraceGroup), Value(Field::TransactionId), What];
            }
            Family::Text => return vec![Time, What],
        };
        if matches!(self, Family::Http | Family::Tcp) {
            if wide {
                columns.push(Value(Field::PoolName));
            }
            columns.push(Value(Field::ServerName));
            if ends {
                columns.push(Value(Field::TerminationState));
            }
        }
        if !narrow {
            let bytes = if self == Family::Firewall { Field::TotalBytes } else { Field::ResponseLength };
            columns.push(Value(bytes));
        }
        columns.push(Duration);
        if self != Family::Firewall || wide {
            columns.push(Timeline);
        }
        columns
    }
}

fn is_trace(kind: &CellValue) -> bool {
    matches!(kind, CellValue::Text(kind) if kind == "trace")
}

impl Column {
    /// Name under which it is stored.
    pub fn key(self) -> &'static str {
        match self {
            Column::Time => "time",
            Column::Logged => "logged_time",
            Column::Uri => "uri",
            Column::What => "what",
            Column::Outcome => "outcome",
            Column::Duration => "duration",
            Column::Timeline => "timeline",
            Column::Value(field) => field.name(),
        }
    }

    pub fn from_key(key: &str) -> Option<Column> {
        use Column::*;
        let special = [Time, Logged, Uri, What, Outcome, Duration, Timeline];
        special.into_iter().find(|column| column.key() == key).or_else(|| Field::find(key).map(Value))
    }

    pub fn label(self) -> &'static str {
        match self {
            Column::Time => "Time",
            Column::Logged => "Time as logged",
            Column::Uri => "URI",
            Column::What => "What",
            Column::Outcome => "Outcome",
            Column::Duration => "Duration",
            Column::Timeline => "Timeline",
            Column::Value(Field::ResponseCode) => "Status",
            Column::Value(Field::TerminationState) => "Term.",
            Column::Value(Field::ResponseLength) => "Length",
            Column::Value(Field::ServerPort) => "Port",
            Column::Value(Field::PolicyRule) => "Rule",
            Column::Value(Field::Severity) => "Level",
            Column::Value(Field::TraceGroup) => "Group",
            Column::Value(Field::TransactionId) => "Transaction",
            Column::Value(Field::TotalBytes) => "Bytes",
            Column::Value(field) => field.label(),
        }
    }

    /// Fields whose values it needs.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Column::Time => &[Field::StartTime],
            Column::Uri => {
                &[Field::Uri, Field::UriPath, Field::UriQuery, Field::Message, Field::IcapAction, Field::IcapReason]
            }
            Column::What => {
                const WHAT: &[Field] = &[
                    Field::Method,
                    Field::Uri,
                    Field::UriPath,
                    Field::UriQuery,
                    Field::Application,
                    Field::Message,
                    Field::IcapAction,
                    Field::IcapReason,
                    Field::VirtualService,
                ];
                WHAT
            }
            Column::Outcome => super::value::OUTCOME,
            Column::Logged | Column::Duration | Column::Timeline => &[],
            Column::Value(field) => &Field::ALL[field as usize..=field as usize],
        }
    }

    /// False where none of the loaded logs has what it shows; `present`: the fields that they have, once that is known.
    pub fn is_among(self, present: Option<&[u16]>) -> bool {
        let field = match self {
            Column::Value(field) => field,
            Column::Duration => Field::TotalTime,
            _ => return true,
        };
        present.is_none_or(|present| present.is_empty() || present.contains(&(field as u16)))
    }

    /// What the table is ordered by when the head is clicked.
    pub fn sort(self) -> Option<Field> {
        match self {
            Column::Time | Column::Logged => Some(Field::StartTime),
            Column::Uri => Some(Field::UriPath),
            Column::Duration => Some(Field::TotalTime),
            Column::Outcome => Some(Field::ResponseCode),
            Column::Value(field) if field.kind() != Kind::Body => Some(field),
            _ => None,
        }
    }

    pub fn is_number(self) -> bool {
        matches!(self, Column::Value(field) if matches!(field.kind(), Kind::Duration | Kind::Bytes | Kind::Int)
            && !matches!(field, Field::ResponseCode))
    }

    /// Pixels at this width of the window; `None` takes what is left.
    pub fn width(self, window: f64, dates: Dates) -> Option<f64> {
        let step = |base: f64, mid: f64, wide: f64| match window {
            2_200.0.. => wide,
            1_800.0.. => mid,
            _ => base,
        };
        Some(match self {
            Column::Time => match dates {
                Dates::None => 92.0,
                Dates::Day => 148.0,
                Dates::Year => 180.0,
            },
            Column::Uri | Column::What => return None,
            Column::Logged => 200.0,
            Column::Outcome => 92.0,
            Column::Duration => step(150.0, 230.0, 230.0),
            Column::Timeline => step(158.0, 320.0, 520.0),
            Column::Value(field) => match field {
                Field::ClientIp => step(118.0, 168.0, 168.0),
                Field::Method => 68.0,
                Field::ResponseCode => 62.0,
                Field::ServerName => 76.0,
                Field::TerminationState => 52.0,
                Field::ResponseLength | Field::RequestLength | Field::TotalBytes => 70.0,
                Field::ServerPort | Field::ClientPort => 60.0,
                Field::Action => 92.0,
                Field::PolicyRule => 130.0,
                Field::LogType => 72.0,
                Field::Severity => 88.0,
                Field::VirtualService | Field::PoolName => 116.0,
                _ => match field.kind() {
                    Kind::Int | Kind::Duration | Kind::Bytes | Kind::Bool => 84.0,
                    Kind::Time => 168.0,
                    Kind::Ip => 118.0,
                    Kind::Text | Kind::List | Kind::Body => 180.0,
                    Kind::Enum | Kind::EnumCase => 110.0,
                },
            },
        })
    }
}

/// Every column that can be chosen.
pub fn all() -> impl Iterator<Item = Column> {
    use Column::*;
    let hidden = |field: &Field| field.kind() == Kind::Body || matches!(field, Field::StartTime | Field::TotalTime);
    let fields = Field::ALL.iter().copied().filter(move |field| !hidden(field) && *field != Field::Uri);
    [Time, Logged, Uri, What, Outcome, Duration, Timeline].into_iter().chain(fields.map(Value))
}
