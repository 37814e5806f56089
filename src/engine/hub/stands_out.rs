//! "What stands out": at most four sentences, each from a fixed rule and with its count.

use super::summary::Merged;
use super::{Hub, Outlet, Shards};
use crate::engine::requests::OF_REQUESTS;
use crate::protocol::shard::Partial;
use crate::protocol::{CellValue, RowMark, Sentence, Tile};
use crate::record::{Field, Kind};
use crate::show;
use crate::stats::difference::{LEAST, Pair, is_chance, level, share_difference};
use crate::text::few::Few;

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
    pub(super) fn stands_out(&self, whole: &Partial, tiles: &[Tile], counts: &Few<u16, Merged>) -> Vec<Sentence> {
        let mut sentences: Vec<Sentence> = self.shared(whole, counts).into_iter().collect();
        sentences.extend(self.kinds(whole, tiles, counts));
        sentences.truncate(MOST);
        sentences
    }

    /// The place that most significant logs have in common. The rule: at least half of them have it, and of the others at
    /// most half as large a share; and no random split of the logs would show that.
    fn shared(&self, whole: &Partial, counts: &Few<u16, Merged>) -> Option<Sentence> {
        if whole.total != whole.all {
            return None;
        }
        let of_logs = [whole.significant, whole.all - whole.significant];
        let others = whole.steps - whole.significant_steps;
        let of_requests = [of_logs[0] - whole.significant_steps, of_logs[1] - others];
        let mut best: Option<(f64, Field, u32, [Pair; 2])> = None;
        for field in PLACES {
            let Some(Merged::Texts(sums)) = counts.get(&(field as u16)) else { continue };
            let base = if OF_REQUESTS.contains(&field) { of_requests } else { of_logs };
            if base.iter().any(|logs| *logs < LEAST) {
                continue;
            }
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
                best = Some((difference, field, code as u32, [found, base]));
            }
        }
        let (_, field, code, [found, base]) = best?;
        let requests = base != of_logs && self.requests(whole.total - whole.steps, counts).is_some();
        let noun = if requests { "request" } else { "log" };
        let s = if base[0] == 1 { "" } else { "s" };
        let text = self.texts.borrow().text(field as u16, code);
        let plain = |text: String| (text, None);
        let pieces = vec![
            plain(format!("{} ", field.label())),
            (text.clone(), Some((field as u16, CellValue::Text(text)))),
            plain(format!(
                " has {} of the {} significant {noun}{s}, and {} of the others.",
                show::share(found[0], base[0]),
                show::integer(base[0]),
                show::share(found[1], base[1])
            )),
        ];
        Some(Sentence { mark: RowMark::Error, pieces })
    }

    /// Kinds of error, most frequent first; where one server has nearly all of them, and it is not the only server, it is
    /// named. The rule: what made at least three logs and one in a thousand errors. Counted are all logs that have it among
    /// their reasons, as in the tile and by a search for it.
    fn kinds(&self, whole: &Partial, tiles: &[Tile], counts: &Few<u16, Merged>) -> Vec<Sentence> {
        let Some(reasons) = counts.get(&(Field::Significance as u16)) else { return Vec::new() };
        // By reason: errors that it made, and errors that have it by server.
        let mut kinds: Few<&str, (u64, Few<&str, u64>)> = Few::default();
        for (reasons, server, rows) in &whole.culprits {
            for (at, reason) in reasons.split(char::from(Kind::LIST_SEPARATOR)).enumerate() {
                let kind = kinds.entry(reason, Default::default);
                // The first reason is the one that made the entry an error; the others mostly follow from it.
                kind.0 += if at == 0 { *rows } else { 0 };
                *kind.1.entry(server, || 0) += rows;
            }
        }
        kinds.retain(|(reason, kind)| kind.0 >= 3 && kind.0 * 1000 >= whole.total && !reason.is_empty());
        let (_, values) = self.values_of(Field::Significance, reasons, usize::MAX);
        let known = values.iter().filter_map(|top| match &top.value {
            CellValue::Text(reason) => kinds.get(&reason.as_str()).map(|kind| (top.count, reason.as_str(), &kind.1)),
            CellValue::Int(_) => None,
        });
        let servers = tiles.iter().find(|tile| tile.field == Field::ServerName as u16).map_or(0, |tile| tile.unique);
        let sentence = |(rows, reason, by): (u64, &str, &Few<&str, u64>)| {
            let clickable =
                |text: &str, field: Field| (text.to_owned(), Some((field as u16, CellValue::Text(text.to_owned()))));
            let plain = |text: String| (text, None);
            let worst = by.iter().max_by_key(|(_, rows)| *rows).map(|(server, rows)| (*server, *rows));
            let named = worst.filter(|(server, of_server)| {
                // Only where all logs with the reason are errors, their servers are known.
                by.iter().map(|(_, rows)| rows).sum::<u64>() == rows
                    && servers > 1
                    && !server.is_empty()
                    && !server.starts_with('<')
                    && of_server * 100 >= rows * BLAME
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
        known.take(MOST).map(sentence).collect()
    }
}
