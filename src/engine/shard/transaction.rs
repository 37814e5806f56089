//! The rows of one transaction: found by the code of its id, so that no text is read and nothing is kept while loading.

use crate::engine::order::Keys;
use crate::engine::select::named;
use crate::protocol::SourceId;
use crate::protocol::shard::{FORGOTTEN, Order, Position};
use crate::record::Field;
use crate::store::Table;

/// The transaction id of a row.
pub(super) fn id_of(table: &Table, row: usize) -> Option<Vec<u8>> {
    table.column(Field::TransactionId)?.text(row).map(<[u8]>::to_vec)
}

/// How many rows have this id, and the first `count` of them by time.
pub(super) fn rows(table: &Table, id: &[u8], hidden: &[SourceId], count: usize) -> (u64, Vec<(Position, u32)>) {
    let mut rows = named(table, Field::TransactionId, id);
    rows.and(&table.rows_of(|source| source != FORGOTTEN && !hidden.contains(&source)));
    let order = Order { field: Field::StartTime as u16, descending: false, ranks: Vec::new() };
    (rows.count(), Keys::new(table, &order).head(&rows, None, count))
}
