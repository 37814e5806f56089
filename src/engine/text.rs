//! Text of the sources a shard has rows of: read back from the file, or kept compressed where there is none.

use super::input::{Input, Reading};
use crate::protocol::SourceId;
use crate::text::few::Few;
use std::cell::RefCell;
use std::rc::Rc;

/// Text is kept in blocks of this size, so that reading one line back inflates little.
const BLOCK: usize = 64 << 10;

/// One source as a shard knows it.
#[derive(Debug)]
pub struct SourceText<I> {
    pub name: Rc<str>,
    reading: u32,
    input: Option<I>,
    kept: Vec<Kept>,
}

/// A piece whose text came beside the message.
#[derive(Debug)]
struct Kept {
    start: u64,
    len: usize,
    blocks: Vec<Box<[u8]>>,
}

impl Kept {
    fn new(start: u64, text: &[u8]) -> Self {
        let blocks = text.chunks(BLOCK).map(|block| lz4_flex::block::compress(block).into()).collect();
        Self { start, len: text.len(), blocks }
    }

    fn read(&self, from: u64, to: u64, out: &mut Vec<u8>) -> Result<(), String> {
        let from = from.saturating_sub(self.start) as usize;
        let to = (to.saturating_sub(self.start) as usize).min(self.len);
        for (index, block) in self.blocks.iter().enumerate() {
            let start = index * BLOCK;
            let len = BLOCK.min(self.len - start);
            if start < to && from < start + len {
                let text = lz4_flex::block::decompress(block, len).map_err(|error| error.to_string())?;
                out.extend_from_slice(&text[from.saturating_sub(start).min(len)..(to - start).min(len)]);
            }
        }
        Ok(())
    }
}

/// All sources of a shard.
#[derive(Debug)]
pub struct Texts<I> {
    sources: Few<SourceId, SourceText<I>>,
}

impl<I> Default for Texts<I> {
    fn default() -> Self {
        Self { sources: Few::default() }
    }
}

impl<I: Input> Texts<I> {
    pub fn open(&mut self, source: SourceId, reading: u32, name: &str, input: Option<I>) {
        self.sources.insert(source, SourceText { name: name.into(), reading, input, kept: Vec::new() });
    }

    pub fn forget(&mut self, source: SourceId) {
        self.sources.remove(&source);
    }

    pub fn knows(&self, source: SourceId) -> bool {
        self.sources.get(&source).is_some()
    }

    /// True while the source is open and this is its newest reading.
    pub fn reads(&self, source: SourceId, reading: u32) -> bool {
        self.sources.get(&source).is_some_and(|text| text.reading == reading)
    }

    pub fn name(&self, source: SourceId) -> Rc<str> {
        self.sources.get(&source).map_or_else(|| "".into(), |text| text.name.clone())
    }

    pub fn input(&self, source: SourceId) -> Option<I> {
        self.sources.get(&source)?.input.clone()
    }

    pub fn keep(&mut self, source: SourceId, start: u64, text: &[u8]) {
        if let Some(source) = self.sources.get_mut(&source) {
            source.kept.push(Kept::new(start, text));
        }
    }

    /// Bytes of compressed text in memory.
    pub fn kept_bytes(&self) -> u64 {
        let kept = self.sources.iter().flat_map(|(_, source)| &source.kept);
        kept.flat_map(|kept| &kept.blocks).map(|block| block.len() as u64).sum()
    }

    /// The text from memory; `None` where it must be read from the file.
    fn in_memory(&self, source: SourceId, from: u64, to: u64) -> Option<Result<Vec<u8>, String>> {
        let source = self.sources.get(&source)?;
        if source.kept.is_empty() {
            return None;
        }
        let mut out = Vec::new();
        let pieces = source.kept.iter().filter(|kept| kept.start < to && from < kept.start + kept.len as u64);
        for kept in pieces {
            if let Err(error) = kept.read(from, to, &mut out) {
                return Some(Err(error));
            }
        }
        Some(Ok(out))
    }
}

/// Text that is being read.
pub enum Read<I: Input> {
    Kept(Vec<u8>),
    File(I::Reading),
}

impl<I: Input> Read<I> {
    /// Makes `buffer` the text.
    pub async fn put_in(self, buffer: &mut Vec<u8>) -> Result<(), String> {
        match self {
            Read::Kept(text) => *buffer = text,
            Read::File(reading) => reading.put_in(buffer).await?,
        }
        Ok(())
    }
}

/// Bytes `from..to` of a source's text.
pub async fn read_text<I: Input>(
    texts: &RefCell<Texts<I>>,
    source: SourceId,
    from: u64,
    to: u64,
) -> Result<Vec<u8>, String> {
    let mut text = Vec::new();
    read(texts, source, from, to).await?.put_in(&mut text).await?;
    Ok(text)
}

/// Begins to read bytes `from..to` of a source's text.
pub async fn read<I: Input>(
    texts: &RefCell<Texts<I>>,
    source: SourceId,
    from: u64,
    to: u64,
) -> Result<Read<I>, String> {
    let input = {
        let texts = texts.borrow();
        if let Some(text) = texts.in_memory(source, from, to) {
            return text.map(Read::Kept);
        }
        texts.input(source)
    };
    let Some(input) = input else { return Err("The file is no longer open.".to_owned()) };
    Ok(Read::File(input.read(from, to).await?))
}
