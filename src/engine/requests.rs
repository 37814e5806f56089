//! Requests, and the lines that are only steps of one: nevisProxy's `trace` lines, for which the summary stands. What both
//! say counts once: tiles, sums and comparisons are of requests, and a search for what requests say finds them alone.

use super::select::named;
use crate::query::Checked;
use crate::record::Field;
use crate::store::{Bitmap, Table};

/// What a request and its steps both say: counted over requests. A header of nevisProxy stands on one step only and in no
/// summary, so tiles of headers count every row, as do those of what each line has of its own (level, group, kind).
pub const OF_REQUESTS: &[Field] = &[
    Field::ResponseCode,
    Field::ServerName,
    Field::ServerIp,
    Field::ServerPort,
    Field::Servlet,
    Field::Events,
    Field::ClientIp,
    Field::UriPath,
    Field::Method,
    Field::HttpVersion,
    Field::UserId,
    Field::ClientSession,
];

/// What steps say, too, and what no tile shows or a tile shows as a sum.
const SAID_TWICE: &[Field] =
    &[Field::Uri, Field::UriQuery, Field::TotalTime, Field::ResponseLength, Field::FrontendIoTime];

/// What tells lines of a request apart: who searches by it wants lines.
const OF_LINES: &[Field] = &[
    Field::LogType,
    Field::Format,
    Field::Line,
    Field::TraceGroup,
    Field::Operation,
    Field::Severity,
    Field::Message,
    Field::Filter,
    Field::FilterTime,
    Field::HeaderName,
    Field::TransactionId,
];

/// Rows that are steps of a request; `None` where the table has none.
pub(super) fn steps(table: &Table) -> Option<Bitmap> {
    table.column(Field::LogType)?.dictionary.as_ref()?.find(STEP)?;
    Some(named(table, Field::LogType, STEP))
}

const STEP: &[u8] = b"trace";

/// What counts as a request, once: without the steps. Totals, table and histogram of a search that says nothing of
/// requests have every entry.
pub(super) fn requests(table: &Table, rows: &Bitmap) -> Bitmap {
    let mut rows = rows.clone();
    if let Some(steps) = steps(table) {
        rows.and_not(&steps);
    }
    rows
}

/// True where a search is for requests: whatever it finds has something that requests say, and it names nothing that tells
/// lines apart. To leave out what requests say (`status!=404`) is no search for them: messages go on being found.
pub(super) fn asks_for_requests(search: &Checked) -> bool {
    fn needs(search: &Checked) -> bool {
        match search {
            Checked::And(parts) => parts.iter().any(needs),
            Checked::Or(parts) => parts.iter().all(needs),
            Checked::Not(_) => false,
            leaf if leaf.holds_without_value() => false,
            leaf => leaf.field().is_some_and(|field| OF_REQUESTS.contains(&field) || SAID_TWICE.contains(&field)),
        }
    }
    needs(search) && !search.any_leaf(&|leaf| leaf.field().is_some_and(|field| OF_LINES.contains(&field)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::compile;

    #[test]
    fn a_search_for_what_requests_say_is_for_requests() {
        let asks = |text: &str| asks_for_requests(&compile(text).unwrap());
        for yes in [
            "status=502",
            "status>=500 client_ip=10.0.0.0/8",
            "status in (502, 503) timeout",
            "(status=502 or path=/a) -method=GET",
            "exists(user_id)",
        ] {
            assert!(asks(yes), "{yes}");
        }
        for no in [
            "",
            "timeout",
            "status!=502",
            "-status=502",
            "missing(status)",
            "status=502 or timeout",
            "status=502 type=trace",
            "status=502 exists(type)",
            "trace_group=NavajoOp status=502",
            "level=error",
            "transaction_id=7 status=502",
            "host=a",
        ] {
            assert!(!asks(no), "{no}");
        }
    }
}
