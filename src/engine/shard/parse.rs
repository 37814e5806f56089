//! A piece of a source: which part of the text it owns, read and parsed.

use super::Shared;
use super::turns::turn;
use crate::engine::Beside;
use crate::engine::ingest::{MAX_ENTRY, Rest};
use crate::engine::input::{Input, Reading, read_part};
use crate::engine::joined;
use crate::protocol::shard::{Parsed, Piece, Place};
use crate::text::lines::blank_line;
use memchr::{memchr, memchr_iter};

/// Bytes read beyond a piece at a time, to find the end of its last entry.
const AHEAD: u64 = 64 << 10;
/// Read at a time where only the end of an oversized entry is looked for.
const SKIP: u64 = 4 << 20;

const GONE: &str = "The file is no longer open.";

/// Reads a piece and parses it.
pub(super) async fn parse<I: Input>(shard: &Shared<I>, piece: Piece, beside: Beside<I>) -> Result<Parsed, String> {
    let texts = shard.borrow().texts.clone();
    let name = texts.borrow().name(piece.source);
    if !texts.borrow().reads(piece.source, piece.reading) {
        return Err(GONE.to_owned());
    }
    if let Beside::Text(text) = beside {
        let mut shard = shard.borrow_mut();
        let shard = &mut *shard;
        texts.borrow_mut().keep(piece.source, piece.start, &text);
        let parsed = shard.ingest.run(&mut shard.table, &name, &piece, &text, piece.start, Rest::default());
        return Ok(Parsed { wasm_bytes: (shard.memory)(), ..parsed });
    }
    let Some(input) = texts.borrow().input(piece.source) else {
        return Err(GONE.to_owned());
    };
    // One byte back tells whether the range begins at the start of a line; some bytes ahead mostly hold its end.
    let exact = piece.place == Place::File { exact: true };
    let mut from = if exact { piece.start } else { piece.start.saturating_sub(1) };
    let to = if exact { piece.end } else { (piece.end + AHEAD).min(input.size()) };
    let reading = input.read(from, to).await?;
    let mut buffer = turn(shard).await;
    let owned = match reading.put_in(&mut buffer).await {
        Ok(()) if exact => Ok((0..buffer.len(), Rest::default())),
        Ok(()) => own_lines(&input, &piece, &mut from, &mut buffer).await,
        Err(error) => Err(error),
    };
    let mut shard = shard.borrow_mut();
    let shard = &mut *shard;
    // It may have gone while its text was read, or be read anew.
    let wanted = texts.borrow().reads(piece.source, piece.reading);
    let owned = owned.and_then(|owned| if wanted { Ok(owned) } else { Err(GONE.to_owned()) });
    let parsed = owned.map(|(range, rest)| {
        let start = from + range.start as u64;
        shard.ingest.run(&mut shard.table, &name, &piece, &buffer[range], start, rest)
    });
    shard.turns.give_back(buffer);
    parsed.map(|parsed| Parsed { wasm_bytes: (shard.memory)(), ..parsed })
}

/// The part of `buffer` (which begins at byte `from` of the file) that the piece owns: from the first entry that
/// begins inside its range to the first that begins after it. An entry begins at byte 0 and at every line that is not
/// blank and does not go on with a message.
async fn own_lines<I: Input>(
    input: &I,
    piece: &Piece,
    from: &mut u64,
    buffer: &mut Vec<u8>,
) -> Result<(std::ops::Range<usize>, Rest), String> {
    let first = if piece.start == 0 { Some(0) } else { next_entry(buffer, 0) };
    let start = match first {
        Some(line) if *from + (line as u64) < piece.end => first_entry(input, piece, from, buffer, line).await?,
        _ => None,
    };
    // No entry begins here: a line or a message that began earlier runs through.
    let Some(start) = start else { return Ok((0..0, Rest::default())) };
    let from = *from;
    let mut search = (piece.end - from).saturating_sub(1).max(start as u64) as usize;
    let mut rest = Rest::default();
    loop {
        let whole = from + buffer.len() as u64 >= input.size();
        let found = next_entry(buffer, search);
        if let Some(line) = found {
            let end = match joined::owner(buffer, start, line) {
                _ if !joined::can_tell(buffer, line, whole) => Err(line),
                Some(entry) => joined::next_entry(buffer, entry, line, whole),
                None => Ok(line),
            };
            match end {
                Ok(end) => return Ok((start..end, rest)),
                Err(line) => search = line - 1,
            }
        }
        let read_to = from + buffer.len() as u64;
        if read_to >= input.size() {
            return Ok((start..buffer.len(), rest));
        }
        if buffer.len() - search > 4 * MAX_ENTRY {
            // Too long to be parsed: only its end is looked for, and its bytes are not kept.
            let mut at = read_to;
            while at < input.size() {
                // A line end and the line after it may fall in different parts: look back two bytes.
                let part = read_part(input, at - 2, at + SKIP).await?;
                let end = next_entry(&part, 0);
                let owned = &part[2.min(part.len())..end.unwrap_or(part.len()).max(2).min(part.len())];
                rest.bytes += owned.len() as u64;
                rest.lines += memchr_iter(b'\n', owned).count() as u64;
                if end.is_some() {
                    break;
                }
                at += SKIP;
            }
            return Ok((start..buffer.len(), rest));
        }
        if found.is_none() {
            search = search.max(buffer.len().saturating_sub(2));
        }
        let ahead = (AHEAD * 4).max(buffer.len() as u64 / 2);
        buffer.extend(read_part(input, read_to, read_to + ahead).await?);
    }
}

/// Where the first entry of a piece begins, given its first line, which may go on with a message of an earlier piece:
/// then as much of the file is put before the buffer as a message can be long.
async fn first_entry<I: Input>(
    input: &I,
    piece: &Piece,
    from: &mut u64,
    buffer: &mut Vec<u8>,
    line: usize,
) -> Result<Option<usize>, String> {
    if piece.start == 0 || !joined::may_go_on(buffer, line) {
        return Ok(Some(line));
    }
    let behind = from.saturating_sub(joined::REACH as u64);
    let text = read_part(input, behind, *from).await?;
    let line = line + text.len();
    buffer.splice(0..0, text);
    *from = behind;
    // Where the part begins within a line, that line is too far away.
    let first = if behind == 0 { 0 } else { memchr(b'\n', buffer).map_or(line, |end| end + 1) };
    let whole = *from + buffer.len() as u64 >= input.size();
    let start = match joined::owner(buffer, first, line) {
        None => Some(line),
        // A line that runs beyond what was read ahead runs beyond the piece.
        Some(entry) => joined::next_entry(buffer, entry, line, whole).ok(),
    };
    Ok(start.filter(|start| *from + (*start as u64) < piece.end && *start < buffer.len()))
}

/// Where, after a line end at or after `from`, the next line that is not blank begins.
fn next_entry(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from + memchr(b'\n', text.get(from..)?)? + 1;
    while let Some(blank) = blank_line(&text[at..]) {
        at += blank;
    }
    // "\r" alone at the very end may be half of a blank line.
    (at < text.len() && text[at..] != *b"\r").then_some(at)
}
