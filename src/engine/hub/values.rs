//! All values of one field, most frequent first.

use super::summary::rows_with_value;
use super::{Beside, Hub, Outlet, Shards, failure};
use crate::protocol::shard::{Ask, Reply};
use crate::protocol::{CellValue, Values, View};
use crate::record::Field;
use crate::text::few::Few;

impl<S: Shards, O: Outlet> Hub<S, O> {
    pub(super) async fn values(
        &self,
        id: u64,
        view: &View,
        field: u16,
        contains: &str,
        limit: u32,
    ) -> Result<Values, String> {
        let Some(of) = Field::from_index(field as usize) else { return Err("There is no such field.".to_owned()) };
        let select = self.select(view);
        let mut counts = Few::default();
        let mut total = 0;
        for (shard, reply) in
            self.all(|_| (Ask::Count { select: select.clone(), field }, Beside::Nothing)).await.into_iter().enumerate()
        {
            let Reply::Counted { rows, counts: part } = reply else { return Err(failure(reply)) };
            total += rows;
            self.merge_counts(shard, field, &part, &mut counts);
        }
        let mut values = Values { id, field, total, ..Values::default() };
        let wanted = contains.to_lowercase();
        if let Some(merged) = counts.get(&field) {
            values.logs = rows_with_value(merged);
            let most = if wanted.is_empty() { limit as usize } else { usize::MAX };
            let (unique, found) = self.values_of(of, merged, most);
            (values.unique, values.values) = (unique as u64, found);
        }
        if !wanted.is_empty() {
            values.values.retain(|value| match &value.value {
                CellValue::Text(text) => text.to_lowercase().contains(&wanted),
                CellValue::Int(number) => number.to_string().contains(&wanted),
            });
            values.unique = values.values.len() as u64;
            values.values.truncate(limit as usize);
        }
        Ok(values)
    }
}
