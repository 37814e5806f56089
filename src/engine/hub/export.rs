//! Rows of a view to take away: any number of them, some at a time, so that no memory grows with the whole.

use super::{Beside, Hub, Outlet, Shards, failure};
use crate::export::{EXAMPLES, Export};
use crate::protocol::shard::{Ask, Position, Reply};
use crate::protocol::{Change, ExportFormat, ExportSpec, Exported, ExportedRows, View};
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
        let is_first = after.is_none();
        for (position, row) in &found {
            let shard = usize::from(row.shard);
            let Some(bytes) = row_of(&parts[shard], written[shard]) else { break };
            exported.bytes.extend_from_slice(bytes);
            if is_first {
                let here = |change: &&Change| change.row as usize == written[shard];
                parts[shard].changes.iter().filter(here).for_each(|change| note(change, &mut exported.changes));
            }
            written[shard] += 1;
            exported.rows += 1;
            last = Some(*position);
        }
        for (part, rows) in parts.iter().zip(&written) {
            let end = rows.checked_sub(1).and_then(|last| part.ends.get(last)).copied().unwrap_or_default();
            exported.guarded += u64::from(end.guarded);
            exported.unread += u64::from(end.unread);
        }
        sort::by_key(&mut exported.changes, |change| change.hidden);
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

/// Keeps a change that is among the first few of its kind, and new.
fn note(change: &Change, changes: &mut Vec<Change>) {
    let of_kind = changes.iter().filter(|one| one.hidden == change.hidden);
    if of_kind.clone().count() < EXAMPLES && of_kind.clone().all(|one| one.from != change.from) {
        // Which shard had which row is nobody's business.
        changes.push(Change { row: 0, ..change.clone() });
    }
}

/// The bytes of a part's row number `nth`.
fn row_of(part: &ExportedRows, nth: usize) -> Option<&[u8]> {
    let end = part.ends.get(nth)?.bytes as usize;
    let start = nth.checked_sub(1).map_or(0, |before| part.ends[before].bytes as usize);
    part.bytes.get(start..end)
}
