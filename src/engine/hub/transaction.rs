//! The lines of one transaction from all shards.

use super::{Beside, Hub, Outlet, Shards, failure};
use crate::engine::transaction::{FIELDS, assemble};
use crate::protocol::shard::{Ask, Reply};
use crate::protocol::{RowId, RowText, Transaction};
use crate::text::sort;

/// Lines looked at, at most: a trace of the highest level writes some hundreds for a request.
const MOST: u32 = 2_000;

impl<S: Shards, O: Outlet> Hub<S, O> {
    pub(super) async fn transaction(&self, row: RowId) -> Result<Transaction, String> {
        let ask = Ask::TransactionOf { row: row.row };
        let name = match self.ask(row.shard as usize, ask, Beside::Nothing).await {
            Reply::Name(Some(name)) => name,
            Reply::Name(None) => return Ok(Transaction::default()),
            reply => return Err(failure(reply)),
        };
        let hidden = self.sources.borrow().hidden();
        let (mut total, mut found) = (0, Vec::new());
        let ask = || Ask::Transaction { name: name.clone(), hidden: hidden.clone(), count: MOST };
        for (shard, reply) in self.all(|_| (ask(), Beside::Nothing)).await.into_iter().enumerate() {
            let Reply::Head(rows, part) = reply else { return Err(failure(reply)) };
            total += rows;
            found.extend(part.into_iter().map(|(position, row)| (position, RowId { shard: shard as u16, row })));
        }
        sort::by_key(&mut found, |(position, _)| *position);
        found.truncate(MOST as usize);
        let columns = FIELDS.map(|field| field as u16);
        let rows = self.fetch(&found, &columns, RowText::None).await?;
        Ok(assemble(&String::from_utf8_lossy(&name), total, &found, &rows))
    }
}
