//! Rows of a view to take away: any number of them, some at a time, so that no memory grows with the whole.

use super::{Beside, Hub, Outlet, Shards, failure};
use crate::export::Export;
use crate::protocol::shard::{Ask, ExportedRows, Position, Reply};
use crate::protocol::{ExportFormat, ExportSpec, Exported, View};
use crate::text::sort;

impl<S: Shards, O: Outlet> Hub<S, O> {
    pub(super) async fn export(
        &self,
        id: u64,
        view: &View,
        spec: &ExportSpec,
        after: Option<Position>,
        count: u32,
    ) -> Result<Exported, String> {
        let generation = self.generation();
        let ordered = self.in_order(view).await;
        let (total, found) = self.head(&ordered, after, count).await?;
        let rows_of = |shard: usize| -> Vec<u32> {
            found.iter().filter(|(_, row)| usize::from(row.shard) == shard).map(|(_, row)| row.row).collect()
        };
        let ask = |shard| (Ask::Export { rows: rows_of(shard), spec: spec.clone() }, Beside::Nothing);
        let mut parts = Vec::new();
        for reply in self.all(ask).await {
            let Reply::Exported(part) = reply else { return Err(failure(reply)) };
            parts.push(part);
        }
        let mut exported = Exported { id, generation, total, ..Exported::default() };
        if after.is_none() {
            exported.bytes = match spec.format {
                ExportFormat::Raw => self.head_line(&parts),
                _ => Export::head(spec),
            };
            exported.fields = parts.iter().flat_map(|part| part.fields.iter().copied()).collect();
            sort::by(&mut exported.fields, Ord::cmp);
            exported.fields.dedup();
        }
        // The rows of each shard come in the order of the view; where one had too many for a message, the rest waits.
        let mut written = vec![0; parts.len()];
        let mut last = None;
        for (position, row) in &found {
            let shard = usize::from(row.shard);
            let Some(bytes) = row_of(&parts[shard], written[shard]) else { break };
            exported.bytes.extend_from_slice(bytes);
            written[shard] += 1;
            exported.rows += 1;
            last = Some(*position);
        }
        let guarded = |(part, rows): (&ExportedRows, &usize)| rows.checked_sub(1).map_or(0, |last| part.ends[last].1);
        exported.guarded = parts.iter().zip(&written).map(guarded).map(u64::from).sum();
        let more = exported.rows < found.len() as u64 || found.len() == count as usize;
        exported.next = last.filter(|_| more);
        Ok(exported)
    }

    /// Without the line that names its columns a table is not to be read again. It ends as the rows do.
    fn head_line(&self, parts: &[ExportedRows]) -> Vec<u8> {
        let sources = self.sources.borrow();
        let line_end = match parts.iter().any(|part| part.bytes.ends_with(b"\r\n")) {
            true => b"\r\n".as_slice(),
            false => b"\n",
        };
        let line = sources.header();
        if line.is_empty() { Vec::new() } else { [line, line_end].concat() }
    }
}

/// The bytes of a part's row number `nth`.
fn row_of(part: &ExportedRows, nth: usize) -> Option<&[u8]> {
    let end = part.ends.get(nth)?.0 as usize;
    let start = nth.checked_sub(1).map_or(0, |before| part.ends[before].0 as usize);
    part.bytes.get(start..end)
}
