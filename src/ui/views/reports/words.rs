//! What a report says beside its numbers: of how many logs it is, what is left out, and where halog says something else.

use super::controls::label;
use super::figures::is_p95;
use crate::protocol::{Figure, Report, ReportKind, Reported};
use crate::record::Field;
use crate::show;

fn by(report: &Report) -> String {
    Field::from_index(usize::from(report.by)).map_or("", label).to_lowercase()
}

/// What the table is of; then how much of that it shows.
pub fn lead(report: &Report, found: &Reported, rows: u64) -> (String, String) {
    let logs = show::logs(found.logs);
    let mut title = match report.kind {
        ReportKind::Groups => format!("{logs} by {}", by(report)),
        ReportKind::Timers => format!("Percentiles of {logs}"),
        ReportKind::Queues => format!("{logs} that waited in a queue, by {}", by(report)),
        ReportKind::Silences => format!("{} among {logs}", show::count(found.found, "silence", "silences")),
    };
    if found.so_far {
        title += " so far";
    }
    let which = if is_p95(report.sort) { " with the most logs, by their 95th percentile" } else { "" };
    let more = format!("the first {} of {}{which}", show::integer(rows), show::integer(found.found));
    (title, if rows < found.found { more } else { String::new() })
}

/// Why there is no row.
pub fn none(kind: ReportKind) -> &'static str {
    match kind {
        ReportKind::Queues => "No log shown waited in a queue.",
        ReportKind::Silences => "The logs shown have no silence of this length.",
        _ => "No log shown has what this report is of.",
    }
}

/// Only HAProxy tells of phases that were not reached.
pub fn unfinished(found: &Reported) -> bool {
    let at = found.columns.iter().position(|figure| *figure == Figure::Unfinished);
    at.is_some_and(|at| found.numbers.iter().skip(at).step_by(found.columns.len()).any(|number| *number > 0))
}

pub fn notes(report: &Report, found: &Reported) -> Vec<String> {
    let mut lines = Vec::new();
    let some = |count: u64, are: [&str; 2], rest: &str| {
        (count > 0).then(|| format!("{} {rest}", show::count(count, are[0], are[1])))
    };
    let are = ["log is", "logs are"];
    if report.kind != ReportKind::Queues {
        lines.extend(some(
            found.others,
            are,
            "no request or session: server events, steps of requests, unparsed lines.",
        ));
    }
    match report.kind {
        ReportKind::Groups | ReportKind::Queues => {
            lines.extend(some(
                found.apart,
                are,
                "counted for no server: a redispatched request names the server tried last, not the one that failed. \
                 halog counts it for that one.",
            ));
            lines.extend(some(found.without, ["log has", "logs have"], &format!("no {}.", by(report))));
            lines.push(match report.kind {
                ReportKind::Queues => "Queued: others were ahead in the queue of the server (halog -QS) or of the backend.".into(),
                _ if unfinished(found) => {
                    "Errors are marked ▲. Unfinished: a phase was never reached, a timer of -1; halog calls that an error.".into()
                }
                _ => "Errors are marked ▲.".into(),
            });
            if report.kind == ReportKind::Groups {
                lines.push("A mean or percentile is over the logs that have the time; where App response is -1, halog -u adds the total instead.".into());
            }
        }
        ReportKind::Timers => {
            lines.extend(some(found.apart, are, "left out, as by halog: a phase was never reached, a timer of -1."));
            lines.push("As by halog -pct, each column is in its own order and ranks are rounded down; elsewhere here they are rounded up.".into());
        }
        ReportKind::Silences => lines.push(
            "Between the start of one request and the next; logs behind it started in the same millisecond. halog -ad -ac takes all \
             days as one."
                .into(),
        ),
    }
    lines
}
