//! Where the time of an entry went: the five slots of the design from the fields each family has.

use super::quantile::{Sketcher, run_lengths};
use crate::protocol::shard::{Measure, Sketch};
use crate::protocol::{Phases, Slot};
use crate::record::Field;
use crate::store::{ABSENT, Bitmap, PAGE, Packed, Table, each_row};

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

const FIELDS: [Field; 11] = [
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
];

/// The phases from the values of [`FIELDS`] (or [`ABSENT`]) in that order.
fn assemble(values: [i64; FIELDS.len()], waiting: Waiting) -> Phases {
    let some = |value: i64| (value != ABSENT).then_some(value);
    let [request, client_rtt, queue, connect, server_rtt, app, data, total, interim, server_code, server_port] =
        values.map(some);
    let mut phases = Phases {
        client: request.or(client_rtt),
        queue,
        connect: connect.or(server_rtt),
        app,
        data,
        total,
        interim: interim == Some(1),
        ..Phases::default()
    };
    // Avi logs a server it sent the request to, and no server response code where none came.
    let avi_silent = server_rtt.is_some() && server_port.is_some() && server_code.unwrap_or(0) == 0;
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
    let state = table.column(Field::TerminationState).and_then(|column| column.text(row));
    assemble(values, state.map_or(Waiting::ForNothing, waiting))
}

/// Reads the phases of many rows, page by page.
pub struct PhaseReader<'a> {
    columns: [Option<&'a Packed>; FIELDS.len()],
    states: Option<&'a Packed>,
    /// What each termination state was waiting for, by code.
    waiting: Vec<Waiting>,
}

impl<'a> PhaseReader<'a> {
    pub fn new(table: &'a Table) -> Self {
        let states = table.column(Field::TerminationState);
        let dictionary = states.and_then(|column| column.dictionary.as_ref());
        Self {
            columns: FIELDS.map(|field| table.column(field).map(|column| &column.packed)),
            states: states.map(|column| &column.packed),
            waiting: dictionary.map_or(Vec::new(), |d| d.iter_from(0).map(waiting).collect()),
        }
    }

    /// Visits the phases of the selected rows that have a total time and are not interim.
    fn each(&self, rows: &Bitmap, mut visit: impl FnMut(&Phases)) {
        let mut buffers = vec![[ABSENT; PAGE]; FIELDS.len() + 1];
        for page in 0..rows.len().div_ceil(PAGE) {
            let words = rows.page(page);
            let total = self.columns[7].and_then(|column| column.bounds(page));
            if total.is_none() || words.iter().all(|word| *word == 0) {
                continue;
            }
            for (column, buffer) in self.columns.iter().chain([&self.states]).zip(&mut buffers) {
                match column {
                    Some(column) => column.unpack(page, buffer),
                    None => buffer.fill(ABSENT),
                }
            }
            each_row(words, |row| {
                let values = std::array::from_fn(|i| buffers[i][row]);
                let state = buffers[FIELDS.len()][row];
                let waiting = self.waiting.get(state as usize).copied().unwrap_or_default();
                let phases = assemble(values, waiting);
                if phases.total.is_some() && !phases.interim {
                    visit(&phases);
                }
            });
        }
    }

    /// Sketches of every slot that a selected row has, and of the total.
    pub fn sketches(&self, rows: &Bitmap) -> Vec<(Measure, Sketch)> {
        let mut slots: [Option<Sketcher>; Slot::ALL.len()] = std::array::from_fn(|_| None);
        let mut total = Sketcher::default();
        self.each(rows, |phases| {
            total.add(phases.total.unwrap_or(0));
            for (slot, sketcher) in Slot::ALL.iter().zip(&mut slots) {
                if let Some(value) = phases.get(*slot) {
                    sketcher.get_or_insert_with(Sketcher::default).add(value);
                }
            }
        });
        let slots = Slot::ALL.iter().zip(slots).filter_map(|(slot, s)| Some((Measure::Slot(*slot), s?.finish())));
        let mut all: Vec<_> = slots.collect();
        let total = total.finish();
        if total.count > 0 {
            all.push((Measure::Total, total));
        }
        all
    }

    /// Exact (duration, count) pairs of the given measures inside their ranges.
    pub fn exact_counts(&self, rows: &Bitmap, ranges: &[(Measure, i64, i64)]) -> Vec<Vec<(i64, u64)>> {
        let mut values: Vec<Vec<i64>> = vec![Vec::new(); ranges.len()];
        self.each(rows, |phases| {
            for ((measure, low, high), values) in ranges.iter().zip(&mut values) {
                let value = match measure {
                    Measure::Slot(slot) => phases.get(*slot),
                    _ => phases.total,
                };
                values.extend(value.filter(|value| low <= value && value <= high));
            }
        });
        values.into_iter().map(run_lengths).collect()
    }
}
