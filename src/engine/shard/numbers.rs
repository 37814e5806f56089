//! The numbers by which logs are counted where they are written: one shard's part of them.

use crate::protocol::SourceId;
use crate::protocol::shard::{Counted, FORGOTTEN, Run};
use crate::record::Field;
use crate::stats::sequence::{Runs, unwrapped};
use crate::store::{Chunk, Column, Table};
use crate::text::few::Few;

/// More devices, or processes, than this are not followed: each row would take a search among them.
const MOST: usize = 64;

fn seen<'a>(table: &'a Table, hidden: &'a [SourceId]) -> impl Iterator<Item = &'a Chunk> {
    table.chunks().iter().filter(|chunk| chunk.source != FORGOTTEN && !hidden.contains(&chunk.source))
}

/// Runs of the numbers by which each device counts its logs, those of each layout for themselves (PAN-OS: "each log type has a
/// unique number space").
pub(super) fn sequences(table: &Table, hidden: &[SourceId]) -> Vec<(Vec<u8>, Vec<Run>)> {
    const FIELDS: [Field; 4] = [Field::DeviceSerial, Field::Format, Field::LogId, Field::StartTime];
    let [Some(devices), Some(layouts), Some(numbers), Some(times)] = FIELDS.map(|field| table.column(field)) else {
        return Vec::new();
    };
    if devices.dictionary.as_ref().is_none_or(|texts| texts.len() > MOST) {
        return Vec::new();
    }
    let mut all: Few<(i64, i64), Runs> = Few::default();
    for chunk in seen(table, hidden) {
        for row in chunk.first_row..chunk.first_row + chunk.rows {
            let of = |column: &Column| column.packed.get(row);
            if let (Some(device), Some(layout), Some(number), Some(time)) =
                (of(devices), of(layouts), of(numbers), of(times))
            {
                all.entry((device, layout), Runs::default).add(number, time, chunk.source);
            }
        }
    }
    let text = |column: &Column, code: i64| {
        column.dictionary.as_ref().map_or(Vec::new(), |texts| texts.get(code as u32).to_vec())
    };
    let named = |((device, layout), runs): ((i64, i64), Runs)| {
        ([text(devices, device), text(layouts, layout)].join(&b' '), runs.finish())
    };
    all.into_iter().map(named).collect()
}

/// Runs of the counter that stands before each entry of a process (nevisProxy, `BC.Tracer.LineCounter`: four digits, 0000 again
/// after 9999), piece by piece.
pub(super) fn counters(table: &Table, hidden: &[SourceId]) -> Vec<Counted> {
    const FIELDS: [Field; 3] = [Field::LineCounter, Field::ProcessId, Field::StartTime];
    let [Some(counters), Some(processes), Some(times)] = FIELDS.map(|field| table.column(field)) else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for chunk in seen(table, hidden) {
        let mut of_chunk: Few<i64, (i64, i64, Runs)> = Few::default();
        for row in chunk.first_row..chunk.first_row + chunk.rows {
            let of = |column: &Column| column.packed.get(row);
            if let (Some(counter), Some(process), Some(time)) = (of(counters), of(processes), of(times)) {
                let (_, last, runs) = of_chunk.entry(process, || (counter, counter, Runs::default()));
                let number = unwrapped(*last, counter);
                *last = number.max(*last);
                runs.add(number, time, chunk.source);
            }
            if of_chunk.iter().len() > MOST {
                return Vec::new();
            }
        }
        let (source, sequence) = (chunk.source, chunk.sequence);
        all.extend(of_chunk.into_iter().map(|(process, (first, last, runs))| Counted {
            source,
            process,
            sequence,
            first,
            last,
            runs: runs.finish(),
        }));
    }
    all
}
