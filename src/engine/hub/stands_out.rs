//! "What stands out": at most four sentences, each from a fixed rule and with its count.

use crate::protocol::shard::Partial;
use crate::protocol::{CellValue, RowMark, Sentence, Tile};
use crate::record::{Field, Kind};
use crate::show;
use crate::text::sort;
use std::collections::BTreeMap;

/// Sentences, at most.
const MOST: usize = 4;
/// A server is named where it has this share (percent) of a kind of error.
const BLAME: u64 = 80;

/// Kinds of error, most frequent first; where one server has nearly all of them, and it is not the only server, it is
/// named. The rule: at least three logs and one in a thousand.
pub fn stands_out(whole: &Partial, tiles: &[Tile]) -> Vec<Sentence> {
    let mut kinds: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    for (reasons, server, rows) in &whole.culprits {
        // The first reason is the one that made the entry an error; the others mostly follow from it.
        let reason = reasons.split(char::from(Kind::LIST_SEPARATOR)).next().unwrap_or_default();
        *kinds.entry(reason).or_default().entry(server).or_default() += rows;
    }
    let servers = tiles.iter().find(|tile| tile.field == Field::ServerName as u16).map_or(0, |tile| tile.unique);
    let mut ranked: Vec<_> = kinds.into_iter().map(|(reason, by)| (by.values().sum::<u64>(), reason, by)).collect();
    ranked.retain(|(rows, reason, _)| *rows >= 3 && *rows * 1000 >= whole.total && !reason.is_empty());
    sort::by(&mut ranked, |a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let sentence = |(rows, reason, by): (u64, &str, BTreeMap<&str, u64>)| {
        let clickable =
            |text: &str, field: Field| (text.to_owned(), Some((field as u16, CellValue::Text(text.to_owned()))));
        let plain = |text: String| (text, None);
        let worst = by.iter().max_by_key(|(_, rows)| **rows).map(|(server, rows)| (*server, *rows));
        let named = worst.filter(|(server, of_server)| {
            servers > 1 && !server.is_empty() && !server.starts_with('<') && of_server * 100 >= rows * BLAME
        });
        let why = clickable(reason, Field::Significance);
        let pieces = match named {
            Some((server, of_server)) => vec![
                clickable(server, Field::ServerName),
                plain(format!(" has {} of the {} with ", show::integer(of_server), show::logs(rows))),
                why,
                plain(".".to_owned()),
            ],
            None => vec![
                plain(format!("{} ({}): ", show::logs(rows), show::share(rows, whole.total))),
                why,
                plain(".".to_owned()),
            ],
        };
        Sentence { mark: RowMark::Error, pieces }
    };
    ranked.into_iter().take(MOST).map(sentence).collect()
}
