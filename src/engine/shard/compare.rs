//! Two groups of rows side by side: one shard's part of what explains a selection.

use super::Shard;
use super::collect::{refine, without_interim};
use crate::engine::hub::{TILES, is_quantity};
use crate::engine::input::Input;
use crate::engine::requests::{OF_REQUESTS, requests};
use crate::engine::select::Selection;
use crate::protocol::Compare;
use crate::protocol::shard::{Ask, Compared, Reply, Select};
use crate::record::Field;
use crate::stats::{Counter, Sketcher};
use crate::store::Bitmap;

/// Texts of a field that the hub is told for a comparison alone; it knows those of the tiles in any case. Nearly every
/// row of such a field has a text of its own, and the hub's memory would be as large as all shards together.
const TEXTS: usize = 100_000;

/// The rows of the group and of the rest.
pub(super) fn groups<I: Input>(
    shard: &mut Shard<I>,
    select: &Select,
    selection: &Selection,
    compare: Compare,
) -> Result<[Bitmap; 2], String> {
    let (mut group, mut rest) = match compare {
        Compare::Selection => (selection.selected.clone(), selection.drawn.clone()),
        Compare::Significant => (selection.significant.clone(), selection.brushed.clone()),
        Compare::Search => {
            let all = Select { query: String::new(), ..select.clone() };
            let all = shard.selector.select(&shard.table, &all)?;
            (selection.selected.clone(), all.selected.clone())
        }
    };
    group.and(&rest);
    rest.and_not(&group);
    Ok([group, rest])
}

pub(super) fn compared<I: Input>(shard: &mut Shard<I>, groups: &[Bitmap; 2], ask: Ask) -> Reply {
    match ask {
        Ask::Compare { fields, lines, .. } => Reply::Compared(Box::new(shard.compare(groups, &fields, lines))),
        Ask::RefineSide { rest, ranges, .. } => {
            let table = &shard.table;
            let settled = without_interim(table, &requests(table, &groups[usize::from(rest)]));
            Reply::Refined(refine(table, &settled, &ranges, None))
        }
        _ => Reply::Done,
    }
}

impl<I: Input> Shard<I> {
    /// Those of the fields that any row has.
    fn compare(&mut self, groups: &[Bitmap; 2], fields: &[u16], lines: bool) -> Compared {
        let requests = groups.each_ref().map(|rows| requests(&self.table, rows));
        let settled = requests.each_ref().map(|rows| without_interim(&self.table, rows));
        let both = |[group, rest]: &[Bitmap; 2]| {
            let mut rows = group.clone();
            rows.or(rest);
            rows
        };
        let (all, all_requests) = (both(groups), both(&requests));
        let mut part = Compared {
            rows: groups.each_ref().map(Bitmap::count),
            requests: requests.each_ref().map(Bitmap::count),
            ..Compared::default()
        };
        let pages = 0..self.table.pages();
        for index in fields {
            let Some(field) = Field::from_index(usize::from(*index)) else { continue };
            let Some(column) = self.table.column(field) else { continue };
            if is_quantity(field) {
                let sketch = |rows: &Bitmap| {
                    let mut sketcher = Sketcher::default();
                    sketcher.add_pages(&column.packed, pages.clone(), rows);
                    sketcher.sketch()
                };
                part.sketches.push((*index, settled.each_ref().map(sketch)));
                continue;
            }
            let texts = column.dictionary.as_ref().map_or(0, |texts| texts.len());
            if texts > TEXTS && !TILES.contains(&field) {
                part.too_many.push(*index);
                continue;
            }
            let rows = if lines && !OF_REQUESTS.contains(&field) { &all } else { &all_requests };
            let mut counter = Counter::new(field.kind().is_text());
            counter.add(column, pages.clone(), rows, &groups[0]);
            part.counts.push((*index, counter.counts(self.new_texts(*index))));
        }
        part
    }
}
