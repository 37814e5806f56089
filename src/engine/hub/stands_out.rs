//! "What stands out": at most four sentences, each from a fixed rule and with its count.

use super::summary::Merged;
use super::{Hub, Outlet, Shards};
use crate::protocol::shard::Partial;
use crate::protocol::{CellValue, RowMark, Sentence, Tile};
use crate::record::{Field, Kind};
use crate::show;
use crate::stats::difference::{LEAST, Pair, is_chance, level, share_difference};
use crate::text::sort;
use std::collections::BTreeMap;

/// Sentences, at most.
const MOST: usize = 4;
/// A server is named where it has this share (percent) of a kind of error.
const BLAME: u64 = 80;

/// Where a log came from and where it went: what became of it is what its being significant is made of.
const PLACES: [Field; 12] = [
    Field::ServerName,
    Field::PoolName,
    Field::VirtualService,
    Field::ServerIp,
    Field::ClientIp,
    Field::UriPath,
    Field::Host,
    Field::Servlet,
    Field::Application,
    Field::DstZone,
    Field::ServiceEngine,
    Field::Source,
];

impl<S: Shards, O: Outlet> Hub<S, O> {
    /// What the sentences say of the logs of a summary.
    pub(super) fn stands_out(&self, whole: &Partial, tiles: &[Tile], counts: &BTreeMap<u16, Merged>) -> Vec<Sentence> {
        let mut sentences: Vec<Sentence> = self.shared(whole, counts).into_iter().collect();
        sentences.extend(kinds(whole, tiles));
        sentences.truncate(MOST);
        sentences
    }

    /// The place that most significant logs have in common. The rule: at least half of them have it, and of the others at
    /// most half as large a share; and no random split of the logs would show that.
    fn shared(&self, whole: &Partial, counts: &BTreeMap<u16, Merged>) -> Option<Sentence> {
        let base = [whole.significant, whole.all - whole.significant];
        if whole.total != whole.all || base.iter().any(|logs| *logs < LEAST) {
            return None;
        }
        let mut best: Option<(f64, Field, u32, Pair)> = None;
        for field in PLACES {
            let Some(Merged::Texts(sums)) = counts.get(&(field as u16)) else { continue };
            let Some((code, (logs, significant))) = sums.iter().enumerate().max_by_key(|(_, sum)| sum.1) else {
                continue;
            };
            let found = [*significant, logs - significant];
            let values = sums.iter().filter(|(logs, _)| *logs > 0).count();
            let usual = found[0] * 2 < base[0] || found[0] * base[1] < 2 * found[1] * base[0];
            let difference = share_difference(found, base);
            if usual || is_chance(found, base, values, level(PLACES.len())) {
                continue;
            }
            if best.is_none_or(|(least, ..)| difference > least) {
                best = Some((difference, field, code as u32, found));
            }
        }
        let (_, field, code, found) = best?;
        let text = self.texts.borrow().text(field as u16, code);
        let plain = |text: String| (text, None);
        let pieces = vec![
            plain(format!("{} ", field.label())),
            (text.clone(), Some((field as u16, CellValue::Text(text)))),
            plain(format!(
                " has {} of the {}, and {} of the others.",
                show::share(found[0], base[0]),
                show::count(base[0], "significant log", "significant logs"),
                show::share(found[1], base[1])
            )),
        ];
        Some(Sentence { mark: RowMark::Error, pieces })
    }
}

/// Kinds of error, most frequent first; where one server has nearly all of them, and it is not the only server, it is
/// named. The rule: at least three logs and one in a thousand.
fn kinds(whole: &Partial, tiles: &[Tile]) -> Vec<Sentence> {
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
