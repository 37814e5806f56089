//! The columns of reports: their heads, and how their numbers read.

use crate::protocol::{Figure, ReportKind};
use crate::show::{self, Dates};

/// What a number is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Count,
    Duration,
    Bytes,
    Moment,
    Thousandths,
}

pub fn is_p95(figure: Figure) -> bool {
    matches!(figure, Figure::ConnectP95 | Figure::AppP95 | Figure::TotalP95 | Figure::QueueP95)
}

/// Head, what it is called where the head alone does not say, and unit.
pub fn column(figure: Figure, kind: ReportKind) -> (&'static str, &'static str, Unit) {
    use Unit::{Bytes, Count, Duration, Moment, Thousandths};
    match figure {
        Figure::Logs if kind == ReportKind::Silences => ("Logs behind it", "", Count),
        Figure::Logs => ("Logs", "", Count),
        Figure::Significant => ("Significant", "", Count),
        Figure::Errors => ("Errors", "", Count),
        Figure::Unfinished => ("Unfinished", "", Count),
        Figure::Client => ("Client", "", Duration),
        Figure::Queue if kind == ReportKind::Queues => ("Wait", "Wait, mean", Duration),
        Figure::Queue => ("Queue", "", Duration),
        Figure::QueueP95 => ("p95", "Wait, 95th percentile", Duration),
        Figure::Connect if kind == ReportKind::Timers => ("Connect", "", Duration),
        Figure::Connect => ("Connect", "Connect, mean", Duration),
        Figure::ConnectP95 => ("p95", "Connect, 95th percentile", Duration),
        Figure::App if kind == ReportKind::Timers => ("App response", "", Duration),
        Figure::App => ("App response", "App response, mean", Duration),
        Figure::AppP95 => ("p95", "App response, 95th percentile", Duration),
        Figure::Data => ("Data transfer", "", Duration),
        Figure::Total if kind == ReportKind::Timers => ("Total", "", Duration),
        Figure::Total => ("Total", "Total, mean", Duration),
        Figure::TotalP95 => ("p95", "Total, 95th percentile", Duration),
        Figure::Spent => ("Sum", "Total, sum", Duration),
        Figure::Bytes => ("Bytes", "", Bytes),
        Figure::ServerQueued => ("Server queue", "Logs queued at the server", Count),
        Figure::ServerPeak => ("Peak", "Peak of the server queue", Count),
        Figure::ServerPeakAt => ("Peak at", "First peak of the server queue", Moment),
        Figure::BackendQueued => ("Backend queue", "Logs queued at the backend", Count),
        Figure::BackendPeak => ("Peak", "Peak of the backend queue", Count),
        Figure::BackendPeakAt => ("Peak at", "First peak of the backend queue", Moment),
        Figure::Percentile => ("Percentile", "", Thousandths),
        Figure::From => ("Last log before", "", Moment),
        Figure::To => ("First log after", "", Moment),
        Figure::Silence => ("Silence", "", Duration),
    }
}

pub fn text(unit: Unit, number: i64, dates: Dates) -> String {
    match unit {
        Unit::Count => show::integer(number.max(0) as u64),
        Unit::Duration => show::duration(number),
        Unit::Bytes => show::bytes(number),
        Unit::Moment => dates.time(number),
        Unit::Thousandths => format!("{}.{}%", number / 10, number % 10),
    }
}
