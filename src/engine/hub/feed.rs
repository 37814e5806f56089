//! A source as a sequence of pieces.
//!
//! Lines of a plain file are dealt by arithmetic: no byte passes through the hub. Everything else (compressed text,
//! JSON documents, tables whose cells may hold line ends) is one stream that the hub reads in order and cuts between
//! entries.

use super::learn::{Learnt, learn};
use crate::engine::input::read_part;
use crate::engine::{Beside, Input, joined};
use crate::formats::{Told, told_by};
use crate::protocol::shard::{Cut, Known, Piece, Place};
use crate::protocol::{Settings, SourceId, SourceInfo, Stamps};
use crate::text::document::{DocumentSplitter, Framing, sniff_framing};
use crate::text::gzip::{Fault, Gunzip};
use crate::text::lines::trim_end;
use crate::text::records::Records;

/// Sizes of pieces, in bytes. The answers do not depend on them; the tests make them tiny.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// The first piece is small, so that first rows come at once.
    pub first: u64,
    /// A piece of a plain file.
    pub piece: u64,
    /// A piece of a stream, at least.
    pub block: u64,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { first: 512 << 10, piece: 8 << 20, block: 2 << 20 }
    }
}

/// Read from the file at a time.
const READ: u64 = 1 << 20;
/// Looked at to tell what the source is.
const HEAD: u64 = 64 << 10;

/// What is left of a source.
pub enum Feed<I> {
    /// Lines of a plain file, from this byte on.
    Lines {
        at: u64,
        sequence: u32,
        sizes: Sizes,
        known: Known,
    },
    Stream(Box<Stream<I>>),
}

/// What opening a source found.
pub enum Opened<I> {
    Feed(Feed<I>, Stamps),
    /// Nothing to read, or nothing that can be: a sentence for the user, and whether it is a failure.
    Nothing {
        note: String,
        failed: bool,
    },
}

/// Text that has to pass through the hub.
pub struct Stream<I> {
    input: I,
    /// Bytes of the file read.
    pub read: u64,
    inflate: Option<Inflate>,
    cut: Cut,
    splitter: DocumentSplitter,
    records: Records,
    /// The first line of the source, where it tells something about the others.
    header: Vec<u8>,
    /// Ends of entries found by the splitter, in the text of the source.
    ends: Vec<u64>,
    /// Text not dealt out yet, and where it begins in the text of the source.
    block: Vec<u8>,
    at: u64,
    sequence: u32,
    sizes: Sizes,
    known: Known,
    finished: bool,
    /// Why the stream ended before its end.
    pub broken: Option<Broken>,
}

/// How a stream broke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The file ends inside the compressed data.
    EndsEarly,
    /// Bytes after the compressed data that are none.
    Trailing,
    /// The compressed data is damaged.
    Damaged,
    /// The file could not be read; the browser's words.
    Unreadable(String),
}

struct Inflate {
    decoder: Gunzip,
    /// Text has come out.
    any: bool,
}

/// Files that are surely no log, by their first bytes: (bytes, what it is, what to do).
const FOREIGN: &[(&[u8], &str, &str)] = &[
    (b"PK\x03\x04", "a zip archive", "Archives are not opened yet: unpack it and drop the files."),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed", "Only gzip is opened yet: decompress it first."),
    (b"BZh", "bzip2-compressed", "Only gzip is opened yet: decompress it first."),
    (b"\xfd7zXZ\0", "xz-compressed", "Only gzip is opened yet: decompress it first."),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Archives are not opened yet: unpack it and drop the files."),
    (b"\x89PNG", "a PNG image", "It is no log and was not read."),
    (b"\xff\xd8\xff", "a JPEG image", "It is no log and was not read."),
    (b"%PDF", "a PDF document", "It is no log and was not read."),
    (b"\x7fELF", "a program", "It is no log and was not read."),
    (b"\xff\xfe", "UTF-16 text", "Only UTF-8 is read yet: save it as UTF-8."),
    (b"\xfe\xff", "UTF-16 text", "Only UTF-8 is read yet: save it as UTF-8."),
];

/// Looks at the start of a source.
pub async fn open<I: Input>(info: &SourceInfo, input: &I, settings: &Settings, sizes: Sizes) -> Opened<I> {
    if input.size() == 0 {
        return Opened::Nothing { note: format!("{} is empty.", info.name), failed: false };
    }
    let head = match read_part(input, 0, HEAD).await {
        Ok(head) => head,
        Err(error) => return Opened::Nothing { note: format!("{} cannot be read. {error}", info.name), failed: true },
    };
    if let Some((_, what, advice)) = FOREIGN.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return Opened::Nothing { note: format!("{} is {what}. {advice}", info.name), failed: true };
    }
    let gzip = head.starts_with(b"\x1f\x8b");
    if !gzip && sniff_framing(&head) == Framing::Lines && telling_line(&head, settings).is_none() {
        let Learnt { known, stamps } = learn(&head, None, info.modified, settings.clone());
        return Opened::Feed(Feed::Lines { at: 0, sequence: 0, sizes, known }, stamps);
    }
    let mut stream = Stream {
        input: input.clone(),
        read: 0,
        inflate: gzip.then(|| Inflate { decoder: Gunzip::default(), any: false }),
        cut: Cut::Lines,
        splitter: DocumentSplitter::new(),
        records: Records::default(),
        header: Vec::new(),
        ends: Vec::new(),
        block: Vec::new(),
        at: 0,
        sequence: 0,
        sizes,
        known: Known::default(),
        finished: false,
        broken: None,
    };
    while stream.block.len() < HEAD as usize && !stream.finished {
        stream.fill().await;
    }
    let head = &stream.block[..stream.block.len().min(HEAD as usize)];
    let document = sniff_framing(head) == Framing::Document;
    let told = if document { None } else { telling_line(&stream.block, settings) };
    let header = told.as_ref().map(|told| told.header.to_vec());
    let Learnt { known, stamps } = learn(head, told, info.modified, settings.clone());
    stream.known = known;
    if document {
        stream.cut = Cut::Document;
        let block = std::mem::take(&mut stream.block);
        stream.split(&block);
        stream.block = block;
    } else if let Some(header) = header {
        stream.header = header;
        stream.cut = Cut::Records;
        stream.find_records();
    }
    if stream.block.is_empty() && stream.finished {
        let note = match stream.broken {
            Some(_) => format!("{} is damaged: nothing could be decompressed.", info.name),
            None => format!("{} is empty.", info.name),
        };
        return Opened::Nothing { note, failed: stream.broken.is_some() };
    }
    Opened::Feed(Feed::Stream(Box::new(stream)), stamps)
}

/// The first text of a source.
pub async fn head<I: Input>(input: &I) -> Result<Vec<u8>, String> {
    let mut head = read_part(input, 0, HEAD).await?;
    if head.starts_with(b"\x1f\x8b") {
        let mut text = Vec::new();
        let mut gunzip = Gunzip::default();
        for raw in head.chunks(4 << 10) {
            // What comes out before a fault is good.
            if gunzip.push(raw, &mut text).is_err() || text.len() >= HEAD as usize {
                break;
            }
        }
        head = text;
    }
    head.truncate(HEAD as usize);
    // A line that is not whole says nothing.
    if let Some(end) = memchr::memrchr(b'\n', &head).filter(|_| head.len() == HEAD as usize) {
        head.truncate(end);
    }
    Ok(head)
}

/// What the first line of a text says about the lines after it, to the format that reads them. Such a line is not long.
pub(super) fn telling_line(text: &[u8], settings: &Settings) -> Option<Told> {
    let end = memchr::memchr(b'\n', &text[..text.len().min(HEAD as usize)])?;
    let line = trim_end(&text[..end]);
    told_by(line).filter(|told| settings.format.is_none_or(|only| usize::from(only) == told.format))
}

impl<I: Input> Feed<I> {
    /// The next piece of a reading of the source, and the bytes of the file that have been dealt with it; `None` at the end.
    pub async fn next(&mut self, source: (SourceId, u32), size: u64) -> Option<(Piece, Beside<I>, u64)> {
        match self {
            Feed::Lines { at, sequence, sizes, known } => {
                if *at >= size {
                    return None;
                }
                let start = *at;
                // Pieces grow from small to full size, so that first questions do not wait behind long pieces.
                let grown = sizes.first.saturating_mul(1 << (*sequence / 2).min(20));
                let end = (start + grown.min(sizes.piece)).min(size);
                let place = Place::File { exact: false };
                let (number, cut, ends, header) = (*sequence, Cut::Lines, Vec::new(), Vec::new());
                let known = known.clone();
                let (source, reading) = source;
                let piece = Piece { source, reading, sequence: number, start, end, place, cut, ends, known, header };
                *at = end;
                *sequence += 1;
                Some((piece, Beside::Nothing, end - start))
            }
            Feed::Stream(stream) => {
                let before = if stream.sequence == 0 { 0 } else { stream.read };
                let (piece, text) = stream.next(source).await?;
                Some((piece, text, stream.read - before))
            }
        }
    }
}

impl<I: Input> Stream<I> {
    async fn next(&mut self, (source, reading): (SourceId, u32)) -> Option<(Piece, Beside<I>)> {
        let wanted = if self.sequence == 0 { self.sizes.first } else { self.sizes.block } as usize;
        let len = loop {
            if self.block.len() >= wanted || self.finished {
                let end = self.last_end();
                if end > 0 || self.finished {
                    break end;
                }
            }
            self.fill().await;
        };
        if len == 0 {
            return None;
        }
        let rest = self.block.split_off(len);
        let text = std::mem::replace(&mut self.block, rest);
        let (start, end) = (self.at, self.at + len as u64);
        let cut = self.ends.partition_point(|at| *at <= end);
        let ends = self.ends.drain(..cut).map(|at| (at - start) as u32).collect();
        let place = if self.inflate.is_some() { Place::Beside } else { Place::File { exact: true } };
        let (sequence, cut, known, header) = (self.sequence, self.cut, self.known.clone(), self.header.clone());
        let piece = Piece { source, reading, sequence, start, end, place, cut, ends, known, header };
        self.at = end;
        self.sequence += 1;
        let beside = if self.inflate.is_some() { Beside::Text(text) } else { Beside::Nothing };
        Some((piece, beside))
    }

    /// Length of the part of the block that ends between two entries; all of it once the stream is finished.
    fn last_end(&self) -> usize {
        if self.finished {
            return self.block.len();
        }
        match self.cut {
            Cut::Document | Cut::Records => self.ends.last().map_or(0, |end| (end - self.at) as usize),
            // A line that is not blank begins after the cut, and it begins an entry: blank lines and further lines of a
            // message belong to the entry before them.
            Cut::Lines => {
                let mut end = self.block.len();
                loop {
                    let Some(line) = memchr::memrchr(b'\n', &self.block[..end]) else { return 0 };
                    if line + 1 < self.block.len()
                        && !matches!(self.block[line + 1], b'\n' | b'\r')
                        && joined::can_tell(&self.block, line + 1, false)
                    {
                        return joined::owner(&self.block, 0, line + 1).unwrap_or(line + 1);
                    }
                    end = line;
                }
            }
        }
    }

    /// Reads on in the file and adds the text to the block.
    async fn fill(&mut self) {
        let from = self.read;
        let to = (from + READ).min(self.input.size());
        let mut raw = Vec::new();
        if from < to {
            match read_part(&self.input, from, to).await {
                Ok(bytes) => raw = bytes,
                Err(error) => self.broken = Some(Broken::Unreadable(error)),
            }
        }
        self.read = to;
        let end = to >= self.input.size() || raw.is_empty() || self.broken.is_some();
        let text = match &mut self.inflate {
            Some(inflate) => match inflate.push(&raw, end) {
                (text, Ok(())) => text,
                (text, Err(broken)) => {
                    self.broken.get_or_insert(broken);
                    self.read = self.input.size();
                    self.finished = true;
                    text
                }
            },
            None => raw,
        };
        self.finished |= end;
        if self.cut == Cut::Document {
            self.split(&text);
        }
        self.block.extend_from_slice(&text);
        if self.cut == Cut::Records {
            self.find_records();
        }
    }

    fn find_records(&mut self) {
        self.records.push(&self.block, self.at, self.finished, &mut self.ends);
    }

    fn split(&mut self, text: &[u8]) {
        self.splitter.push(text, &mut self.ends);
        if self.finished {
            self.splitter.finish(&mut self.ends);
        }
    }
}

impl Inflate {
    /// Text of these compressed bytes; `end`: there are no more. What came out before an error is kept.
    fn push(&mut self, raw: &[u8], end: bool) -> (Vec<u8>, Result<(), Broken>) {
        let mut text = Vec::new();
        let mut result = self.decoder.push(raw, &mut text);
        if result.is_ok() && end {
            result = self.decoder.finish();
        }
        self.any |= !text.is_empty();
        let broken = result.map_err(|fault| match fault {
            Fault::EndsEarly => Broken::EndsEarly,
            Fault::Header if self.any => Broken::Trailing,
            Fault::Header | Fault::Damaged => Broken::Damaged,
        });
        (text, broken)
    }
}
