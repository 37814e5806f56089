//! Where the time of an entry went: the five slots of the design from the fields each family has.

use super::quantile::{Sketcher, exact_counts, merge_all, merge_sketches, run_lengths};
use crate::protocol::shard::{Measure, Sketch};
use crate::protocol::{Phases, Slot};
use crate::record::Field;
use crate::store::{ABSENT, Bitmap, PAGE, Packed, Table, each_row};
use crate::text::few::Few;
use memchr::memmem;
use std::ops::Range;

/// What the entry was waiting for when it ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Waiting {
    #[default]
    ForNothing,
    /// The server never accepted, or never sent headers.
    ForServer,
}

/// HAProxy: the second character of the termination state is the phase; `C` connecting, `H` awaiting headers
/// (configuration manual, 8.5).
fn waiting(termination_state: &[u8]) -> Waiting {
    match termination_state {
        [b'L' | b'P' | b'-', ..] => Waiting::ForNothing,
        [_, b'C' | b'H', ..] => Waiting::ForServer,
        _ => Waiting::ForNothing,
    }
}

const FIELDS: [Field; 12] = [
    Field::RequestTime,
    Field::ClientRtt,
    Field::QueueTime,
    Field::ConnectTime,
    Field::ServerRtt,
    Field::AppResponseTime,
    Field::DataTransferTime,
    Field::TotalTime,
    Field::Interim,
    Field::ServerResponseCode,
    Field::ServerPort,
    Field::IcapLatency,
];

/// What Avi says of a server that stopped answering: events SERVER_CONN_TIMEDOUT and SERVER_UPSTREAM_TIMEOUT.
fn says_silent(significance: &[u8]) -> bool {
    let says = |text: &str| memmem::find(significance, text.as_bytes()).is_some();
    says("server connection timed out") || says("HTTP Server took longer than configured time")
}

/// The phases from the values of [`FIELDS`] (or [`ABSENT`]) in that order; `says_silent`: the log says so in words.
fn assemble(values: [i64; FIELDS.len()], waiting: Waiting, says_silent: impl Fn() -> bool) -> Phases {
    let some = |value: i64| (value != ABSENT).then_some(value);
    let [request, client_rtt, queue, connect, server_rtt, app, data, total, interim, server_code, server_port, scan] =
        values.map(some);
    let mut phases = Phases {
        client: request.or(client_rtt),
        // Avi has a scan finished before the request goes on, where others have it wait.
        queue: queue.or(scan),
        connect: connect.or(server_rtt),
        app,
        data,
        total,
        interim: interim == Some(1),
        scanned: queue.is_none() && scan.is_some(),
        ..Phases::default()
    };
    // Avi logs a server it sent the request to, and no server response code where none came. An entry without the
    // server's port may be a selection of fields: there it has to be said.
    let avi_silent = server_rtt.is_some() && server_code.unwrap_or(0) == 0 && (server_port.is_some() || says_silent());
    if waiting == Waiting::ForServer || avi_silent {
        phases.server_silent = true;
        let known = [phases.client, phases.queue, phases.connect, phases.app, phases.data];
        let rest = phases.total.unwrap_or(0) - known.iter().flatten().sum::<i64>();
        phases.no_response = (rest > 0).then_some(rest);
    }
    phases
}

/// The phases of one row.
pub fn phases_of(table: &Table, row: usize) -> Phases {
    let values = FIELDS.map(|field| table.column(field).and_then(|column| column.packed.get(row)).unwrap_or(ABSENT));
    let text = |field: Field| table.column(field).and_then(|column| column.text(row));
    let says_silent = || text(Field::Significance).is_some_and(says_silent);
    assemble(values, text(Field::TerminationState).map_or(Waiting::ForNothing, waiting), says_silent)
}

/// The fields of a slot. A row has one of them: each family logs its own.
fn fields_of(slot: Slot) -> &'static [Field] {
    match slot {
        Slot::Client => &[Field::RequestTime, Field::ClientRtt],
        Slot::Queue => &[Field::QueueTime, Field::IcapLatency],
        Slot::Connect => &[Field::ConnectTime, Field::ServerRtt],
        Slot::App => &[Field::AppResponseTime],
        Slot::NoResponse => &[],
        Slot::Data => &[Field::DataTransferTime],
    }
}

/// The fields of a measure; none where it is in no field.
fn fields_in(measure: Measure) -> Vec<Field> {
    match measure {
        Measure::Field(field) => Field::from_index(field as usize).into_iter().collect(),
        Measure::Total => vec![Field::TotalTime],
        Measure::Slot(slot) => fields_of(slot).to_vec(),
    }
}

/// Sketches of number fields and slots of time, page after page.
#[derive(Clone, Debug, Default)]
pub struct Sketches {
    fields: Few<Field, Sketcher>,
    no_response: Sketcher,
}

impl Sketches {
    /// Adds the selected rows of these pages: what the slots need, and the fields of `more`.
    pub fn add(&mut self, table: &Table, pages: Range<usize>, rows: &Bitmap, more: impl IntoIterator<Item = Field>) {
        let of_slots = Slot::ALL.iter().flat_map(|slot| fields_of(*slot)).copied();
        let mut fields: Few<Field, ()> = Few::default();
        of_slots.chain([Field::TotalTime]).chain(more).for_each(|field| *fields.entry(field, || ()) = ());
        for (field, ()) in fields {
            if let Some(column) = table.column(field) {
                self.fields.entry(field, Sketcher::default).add_pages(&column.packed, pages.clone(), rows);
            }
        }
        no_response(table, pages, rows).into_iter().for_each(|value| self.no_response.add(value));
    }

    /// The exact counts of a measure in each range, where its numbers were kept.
    pub fn exact(&self, measure: Measure, ranges: &[(i64, i64)]) -> Option<Vec<Vec<(i64, u64)>>> {
        if measure == Measure::Slot(Slot::NoResponse) {
            return self.no_response.exact(ranges);
        }
        let of = |field: &Field| match self.fields.get(field) {
            Some(sketcher) => sketcher.exact(ranges),
            None => Some(vec![Vec::new(); ranges.len()]),
        };
        fields_in(measure).iter().map(of).reduce(|one, other| Some(merge_all(one?, other?)))?
    }

    pub fn field(&self, field: Field) -> Sketch {
        self.fields.get(&field).map(Sketcher::sketch).unwrap_or_default()
    }

    /// Every slot that a row has, and the total.
    pub fn phases(&self) -> Vec<(Measure, Sketch)> {
        let mut all = Vec::new();
        for slot in Slot::ALL {
            let mut whole = Sketch::default();
            for field in fields_of(slot) {
                merge_sketches(&mut whole, &self.field(*field));
            }
            if slot == Slot::NoResponse {
                whole = self.no_response.sketch();
            }
            if whole.count > 0 {
                all.push((Measure::Slot(slot), whole));
            }
        }
        let total = self.field(Field::TotalTime);
        if total.count > 0 {
            all.push((Measure::Total, total));
        }
        all
    }
}

/// Exact (number, count) pairs, ascending, of a measure over the rows of these pages whose number lies in one of the `ranges`,
/// which are ascending and apart.
pub fn exact_counts_of(
    table: &Table,
    pages: Range<usize>,
    rows: &Bitmap,
    measure: Measure,
    ranges: &[(i64, i64)],
) -> Vec<Vec<(i64, u64)>> {
    let none = || vec![Vec::new(); ranges.len()];
    let of = |field: &Field| {
        table.column(*field).map_or_else(none, |column| exact_counts(&column.packed, pages.clone(), rows, ranges))
    };
    match measure {
        Measure::Slot(Slot::NoResponse) => {
            let values = no_response(table, pages, rows);
            let inside = |range: &(i64, i64)| -> Vec<i64> {
                values.iter().copied().filter(|v| range.0 <= *v && *v <= range.1).collect()
            };
            ranges.iter().map(|range| run_lengths(&mut inside(range))).collect()
        }
        measure => fields_in(measure).iter().map(of).reduce(merge_all).unwrap_or_else(none),
    }
}

/// How long each row waited for a server that never answered. Few rows did: only those are looked at one by one.
fn no_response(table: &Table, pages: Range<usize>, rows: &Bitmap) -> Vec<i64> {
    // As numbers of the kind that is sorted elsewhere: sorting another one is another kilobyte of code.
    let mut candidates = Vec::new();
    let mut values = [ABSENT; PAGE];
    let mut mark = |column: &Packed, wanted: &dyn Fn(usize, i64) -> bool| {
        for page in pages.clone() {
            let words = rows.page(page);
            if column.bounds(page).is_none() || words.iter().all(|word| *word == 0) {
                continue;
            }
            column.unpack_rows(page, words, &mut values);
            each_row(words, |at| {
                let row = page * PAGE + at;
                if values[at] != ABSENT && wanted(row, values[at]) {
                    candidates.push(row as i64);
                }
            });
        }
    };
    if let Some(column) = table.column(Field::TerminationState)
        && let Some(texts) = &column.dictionary
    {
        let waits: Vec<bool> = texts.iter_from(0).map(|state| waiting(state) == Waiting::ForServer).collect();
        mark(&column.packed, &|_, code| waits.get(code as usize).copied().unwrap_or(false));
    }
    // Avi rows with a server: whether it answered is told by its response code.
    if let Some(column) = table.column(Field::ServerRtt) {
        let answered = table.column(Field::ServerResponseCode).map(|column| &column.packed);
        mark(&column.packed, &|row, _| answered.and_then(|column| column.get(row)).unwrap_or(0) == 0);
    }
    candidates.sort_unstable();
    candidates.dedup();
    candidates.into_iter().filter_map(|row| phases_of(table, row as usize).no_response).collect()
}
