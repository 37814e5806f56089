//! One shard's part of a report.

use super::collect::without_interim;
use crate::engine::report::{From, blames_server, named_by, plan};
use crate::engine::select::{Selection, between, errors, flags, named};
use crate::protocol::shard::Reply;
use crate::protocol::{Report, ReportKind};
use crate::record::Field;
use crate::stats::groups::{Groups, Key};
use crate::stats::silence::spells;
use crate::store::{Bitmap, Table};

/// Rows that have a value.
fn present(table: &Table, field: Field) -> Bitmap {
    between(table, field, i64::MIN + 1, i64::MAX)
}

/// What halog calls an error: a phase that was not reached, which HAProxy writes as -1. Its own layouts have every timer;
/// of others nobody knows which they lack.
fn unfinished(table: &Table, rows: &Bitmap) -> Bitmap {
    let mut all = Bitmap::new(rows.len());
    for format in [&b"haproxy-http"[..], b"haproxy-https", b"haproxy-tcp", b"haproxy-clf"] {
        all.or(&named(table, Field::Format, format));
    }
    all.and(rows);
    all.and_not(&flags(table, Field::Truncated));
    let mut reached = present(table, Field::QueueTime);
    reached.and(&present(table, Field::ConnectTime));
    let mut of_http = present(table, Field::RequestTime);
    of_http.and(&present(table, Field::AppResponseTime));
    of_http.or(&named(table, Field::LogType, b"tcp"));
    reached.and(&of_http);
    all.and_not(&reached);
    all
}

/// What groups add up to; or of those that `keys` names the distributions, or exact counts in these classes of them.
pub(super) fn report(
    table: &Table,
    selection: &Selection,
    report: &Report,
    keys: &[Key],
    classes: &[(u32, u32)],
) -> Reply {
    let (plan, by) = (plan(report), named_by(report));
    let mut rows = selection.requests.clone();
    rows.and_not(&present(table, Field::EventKind));
    rows.and_not(&present(table, Field::Reject));
    let others = selection.selected.count() - rows.count();
    if report.kind == ReportKind::Silences {
        let times = table.column(Field::StartTime);
        let numbers = times.map_or_else(Vec::new, |times| spells(&times.packed, &rows, report.silence).concat());
        return Reply::Reported { logs: rows.count(), apart: 0, others, numbers, sketches: Vec::new() };
    }
    let mut flagged: Vec<Bitmap> = Vec::new();
    match report.kind {
        ReportKind::Queues => {
            flagged.extend([Field::SrvQueue, Field::BackendQueue].map(|field| between(table, field, 1, i64::MAX)));
            let mut queued = flagged[0].clone();
            queued.or(&flagged[1]);
            rows.and(&queued);
        }
        ReportKind::Groups if !keys.is_empty() => {}
        _ => flagged.push(unfinished(table, &rows)),
    }
    let all = rows.count();
    if blames_server(&by) {
        rows.and_not(&flags(table, Field::Redispatched));
    }
    if report.kind == ReportKind::Timers {
        rows.and_not(&flagged[0]);
    }
    let settled = without_interim(table, &rows);
    let groups = Groups { table, rows: &rows, settled: &settled, by: &by, measures: plan.measures };
    if !classes.is_empty() {
        return Reply::Refined(groups.exact(keys, classes));
    }
    let logs = rows.count();
    let (mut numbers, mut sketches) = (Vec::new(), Vec::new());
    if keys.is_empty() {
        let errors = errors(table);
        let mut flags: Vec<&Bitmap> = flagged.iter().take(plan.flags).collect();
        if report.kind == ReportKind::Groups {
            flags.splice(0..0, [&selection.significant, &errors]);
        }
        numbers = groups.sums(&flags, plan.peaks);
    } else {
        let wanted = |(_, from): &(_, From)| if let From::P95(measure) = from { 1 << measure } else { 0 };
        sketches = groups.sketches(keys, plan.figures.iter().map(wanted).sum());
    }
    Reply::Reported { logs, apart: all - logs, others, numbers, sketches }
}
