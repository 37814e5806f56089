//! Rows as they are taken away, with their text where it is wanted.

use super::places::{Place, read_run, runs};
use super::{Shard, Shared};
use crate::engine::detail::parse_again;
use crate::engine::input::Input;
use crate::export::{Export, original};
use crate::protocol::shard::{Cut, Reply};
use crate::protocol::{ExportFormat, ExportSpec, ExportedRows};
use crate::record::Row;
use crate::text::lines::{trim_blank_lines, trim_end};
use std::ops::Range;

/// Bytes after which a message is full.
const FULL: usize = 4 << 20;
/// Text read before rows are written, about.
const READ: u64 = 4 << 20;

/// Writes `rows`, the first of them at least, until the message is full.
pub(super) async fn export<I: Input>(shard: &Shared<I>, rows: &[u32], spec: &ExportSpec) -> Reply {
    let mut export = Export::new(spec);
    let with_text = spec.raw || spec.format == ExportFormat::Raw;
    let mut parsed = Row::new();
    let mut rest = rows;
    while !rest.is_empty() && export.written() < FULL {
        let texts = match with_text {
            true => read_some(shard, rest).await,
            false => Ok(Texts::none(rest.len())),
        };
        let texts = match texts {
            Ok(texts) => texts,
            Err(error) => return Reply::Failed(error),
        };
        let table = &shard.borrow().table;
        for (row, (range, cut)) in rest.iter().zip(&texts.at) {
            let entry = original(&texts.bytes[range.clone()], *cut);
            let entry = if spec.format == ExportFormat::Raw { entry } else { trim_end(entry) };
            let known =
                with_text && spec.anonymise.is_some() && parse(&shard.borrow(), *row as usize, entry, &mut parsed);
            export.row(table, *row as usize, entry, known.then_some(&parsed));
        }
        rest = &rest[texts.at.len()..];
    }
    let fields = shard.borrow().table.fields().map(|field| field as u16).collect();
    let ends = std::mem::take(&mut export.ends);
    let changes = export.changes();
    Reply::Exported(ExportedRows { bytes: export.into_bytes(), ends, fields, changes })
}

/// Parses the entry of a row again, which tells where its fields stand; false where no parser understands it.
pub(super) fn parse<I>(shard: &Shard<I>, row: usize, entry: &[u8], parsed: &mut Row) -> bool {
    let table = &shard.table;
    let Some(chunk) = table.chunk_of(row) else { return false };
    parse_again(table, row, trim_blank_lines(entry), shard.ingest.hints(chunk.source), parsed).1.is_some()
}

/// Text of some rows, one after the other.
struct Texts {
    bytes: Vec<u8>,
    /// Where in it that of each row stands.
    at: Vec<(Range<usize>, Cut)>,
}

impl Texts {
    fn none(rows: usize) -> Texts {
        Texts { bytes: Vec::new(), at: vec![(0..0, Cut::Lines); rows] }
    }
}

/// The text of the first of these rows, as many as are read before they are written.
async fn read_some<I: Input>(shard: &Shared<I>, rows: &[u32]) -> Result<Texts, String> {
    let (mut places, mut wanted, mut count) = (Vec::new(), 0, 0);
    {
        let table = &shard.borrow().table;
        while count < rows.len() && wanted < READ {
            if let Some(place) = Place::of(table, rows[count], count) {
                wanted += place.end - place.start;
                places.push(place);
            }
            count += 1;
        }
    }
    let mut texts = Texts::none(count);
    for run in runs(&mut places) {
        let Texts { bytes, at } = &mut texts;
        let keep = |place: &Place, text: &[u8]| {
            at[place.nth] = (bytes.len()..bytes.len() + text.len(), place.cut);
            bytes.extend_from_slice(text);
        };
        read_run(shard, run, keep).await?;
    }
    Ok(texts)
}
