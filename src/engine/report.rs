//! What each report is made of: the same for a shard, which adds up, and for the hub, which makes the table.

use crate::protocol::{Figure, Report, ReportKind};
use crate::record::Field;

/// Where a figure of a row comes from: places in what a group adds up to (`stats::groups`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    Flag(usize),
    Mean(usize),
    Sum(usize),
    P95(usize),
    Peak(usize),
    PeakAt(usize),
}

/// A measure is the number of the first of these fields that a row has.
pub type Measure = &'static [Field];

/// How a report is made.
pub struct Plan {
    pub measures: &'static [Measure],
    pub flags: usize,
    pub peaks: &'static [Field],
    pub figures: &'static [(Figure, From)],
}

const CONNECT: Measure = &[Field::ConnectTime, Field::ServerRtt];
const APP: Measure = &[Field::AppResponseTime];
const TOTAL: Measure = &[Field::TotalTime];
const QUEUE: Measure = &[Field::QueueTime];
const CLIENT: Measure = &[Field::RequestTime, Field::ClientRtt];
/// Firewalls count both directions.
const BYTES: Measure = &[Field::ResponseLength, Field::TotalBytes];

static GROUPS: Plan = Plan {
    measures: &[CONNECT, APP, TOTAL, BYTES],
    flags: 3,
    peaks: &[],
    figures: &[
        (Figure::Significant, From::Flag(0)),
        (Figure::Errors, From::Flag(1)),
        (Figure::Unfinished, From::Flag(2)),
        (Figure::Connect, From::Mean(0)),
        (Figure::ConnectP95, From::P95(0)),
        (Figure::App, From::Mean(1)),
        (Figure::AppP95, From::P95(1)),
        (Figure::Total, From::Mean(2)),
        (Figure::TotalP95, From::P95(2)),
        (Figure::Spent, From::Sum(2)),
        (Figure::Bytes, From::Sum(3)),
    ],
};

static QUEUES: Plan = Plan {
    measures: &[QUEUE],
    flags: 2,
    peaks: &[Field::SrvQueue, Field::BackendQueue],
    figures: &[
        (Figure::ServerQueued, From::Flag(0)),
        (Figure::ServerPeak, From::Peak(0)),
        (Figure::ServerPeakAt, From::PeakAt(0)),
        (Figure::BackendQueued, From::Flag(1)),
        (Figure::BackendPeak, From::Peak(1)),
        (Figure::BackendPeakAt, From::PeakAt(1)),
        (Figure::Queue, From::Mean(0)),
        (Figure::QueueP95, From::P95(0)),
    ],
};

/// In wire order; the percentiles of each are a column.
static TIMERS: Plan = Plan {
    measures: &[CLIENT, QUEUE, CONNECT, APP, &[Field::DataTransferTime], TOTAL],
    flags: 0,
    peaks: &[],
    figures: &[
        (Figure::Client, From::P95(0)),
        (Figure::Queue, From::P95(1)),
        (Figure::Connect, From::P95(2)),
        (Figure::App, From::P95(3)),
        (Figure::Data, From::P95(4)),
        (Figure::Total, From::P95(5)),
    ],
};

pub fn plan(report: &Report) -> &'static Plan {
    match report.kind {
        ReportKind::Groups => &GROUPS,
        ReportKind::Queues => &QUEUES,
        ReportKind::Timers | ReportKind::Silences => &TIMERS,
    }
}

/// What names the rows: no field, one, or two. Servers are named within their backend: many backends have a `web1`.
pub fn named_by(report: &Report) -> Vec<Field> {
    if matches!(report.kind, ReportKind::Timers | ReportKind::Silences) {
        return Vec::new();
    }
    let mut by: Vec<Field> = Field::from_index(usize::from(report.by)).into_iter().collect();
    if by == [Field::ServerName] {
        by.push(Field::PoolName);
    }
    by
}

/// The percentiles of `halog -pct`, in thousandths.
pub fn percentiles() -> Vec<u64> {
    let mut all = Vec::new();
    for (first, end, step) in [(1, 20, 1), (20, 100, 10), (100, 900, 50), (900, 980, 10), (980, 1_001, 1)] {
        let mut percent = first;
        while percent < end {
            all.push(percent);
            percent += step;
        }
    }
    all
}

/// True where a log names the server that it was sent to in the end, and not the one that is the cause.
pub fn blames_server(by: &[Field]) -> bool {
    matches!(by.first(), Some(Field::ServerName | Field::ServerIp))
}
