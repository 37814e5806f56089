//! Gzip, member after member, as its bytes come in. Why not flate2's own reader: its checksum brings sixteen tables of
//! random-looking bytes that gzip cannot pack, a thirtieth of the worker; here they are made when the first file is opened.

use flate2::{Decompress, FlushDecompress, Status};

/// How compressed bytes can be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// They end inside a member.
    EndsEarly,
    /// What stands where a member should begin does not begin one.
    Header,
    /// They do not inflate, or not to what was packed.
    Damaged,
}

const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];
const HEADER_CHECKSUM: u8 = 2;
const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;

/// A growing text makes room for this much at a time.
const ROOM: usize = 128 << 10;

enum Part {
    /// The header, in `Gunzip::held` until it is whole.
    Header,
    Body,
    /// Checksum and length, likewise.
    Trailer,
}

pub struct Gunzip {
    part: Part,
    held: Vec<u8>,
    inflate: Box<Decompress>,
    checksum: Checksum,
    length: u32,
    /// A member ended: the text may end here.
    whole: bool,
}

impl Default for Gunzip {
    fn default() -> Self {
        Self {
            part: Part::Header,
            held: Vec::new(),
            inflate: Box::new(Decompress::new(false)),
            checksum: Checksum::new(),
            length: 0,
            whole: false,
        }
    }
}

impl Gunzip {
    /// Adds the text of these bytes to `text`. What came out before a fault is kept.
    pub fn push(&mut self, mut raw: &[u8], text: &mut Vec<u8>) -> Result<(), Fault> {
        while !raw.is_empty() {
            match self.part {
                Part::Header => {
                    let held = self.held.len();
                    self.held.extend_from_slice(raw);
                    let Some(len) = header_len(&self.held)? else { return Ok(()) };
                    raw = &raw[len - held..];
                    self.begin(Part::Body);
                    self.inflate.reset(false);
                    (self.checksum.value, self.length, self.whole) = (!0, 0, false);
                }
                Part::Body => raw = self.body(raw, text)?,
                Part::Trailer => {
                    let (now, rest) = raw.split_at(raw.len().min(8 - self.held.len()));
                    self.held.extend_from_slice(now);
                    raw = rest;
                    let Ok(trailer) = <[u8; 8]>::try_from(&self.held[..]) else { return Ok(()) };
                    let (checksum, length) = (!self.checksum.value, self.length);
                    if trailer != ((u64::from(length) << 32) | u64::from(checksum)).to_le_bytes() {
                        return Err(Fault::Damaged);
                    }
                    self.begin(Part::Header);
                    self.whole = true;
                }
            }
        }
        Ok(())
    }

    /// There are no more bytes.
    pub fn finish(&self) -> Result<(), Fault> {
        if self.whole && self.held.is_empty() { Ok(()) } else { Err(Fault::EndsEarly) }
    }

    fn begin(&mut self, part: Part) {
        self.part = part;
        self.held.clear();
    }

    fn body<'r>(&mut self, raw: &'r [u8], text: &mut Vec<u8>) -> Result<&'r [u8], Fault> {
        let mut rest = raw;
        loop {
            text.reserve(ROOM);
            let (start, room) = (text.len(), text.capacity());
            let before = self.inflate.total_in();
            let status = self.inflate.decompress_vec(rest, text, FlushDecompress::None);
            rest = &rest[(self.inflate.total_in() - before) as usize..];
            self.checksum.push(&text[start..]);
            self.length = self.length.wrapping_add((text.len() - start) as u32);
            match status {
                Ok(Status::StreamEnd) => {
                    self.begin(Part::Trailer);
                    return Ok(rest);
                }
                Ok(_) if rest.is_empty() && text.len() < room => return Ok(rest),
                // Neither read nor written, though there was both to read and room to write.
                Ok(_) if text.len() == start && self.inflate.total_in() == before => return Err(Fault::Damaged),
                Ok(_) => {}
                Err(_) => return Err(Fault::Damaged),
            }
        }
    }
}

/// Length of the header at the beginning of these bytes, if it is there as a whole (RFC 1952, 2.3).
fn header_len(bytes: &[u8]) -> Result<Option<usize>, Fault> {
    if bytes.iter().zip(MAGIC).any(|(byte, magic)| *byte != magic) {
        return Err(Fault::Header);
    }
    let Some(flags) = bytes.get(3).copied() else { return Ok(None) };
    let mut len = 10;
    if flags & EXTRA != 0 {
        let Some(extra) = bytes.get(len..len + 2) else { return Ok(None) };
        len += 2 + usize::from(u16::from_le_bytes([extra[0], extra[1]]));
    }
    for part in [NAME, COMMENT] {
        if flags & part != 0 {
            let Some(end) = bytes.get(len..).and_then(|rest| memchr::memchr(0, rest)) else { return Ok(None) };
            len += end + 1;
        }
    }
    if flags & HEADER_CHECKSUM != 0 {
        len += 2;
    }
    Ok((len <= bytes.len()).then_some(len))
}

/// CRC-32 as gzip has it, eight bytes at a step.
struct Checksum {
    tables: Box<[[u32; 256]; 8]>,
    value: u32,
}

impl Checksum {
    fn new() -> Self {
        let mut tables = Box::new([[0; 256]; 8]);
        for byte in 0..256 {
            let mut value = byte as u32;
            for _ in 0..8 {
                value = (value >> 1) ^ (0xedb8_8320 & (value & 1).wrapping_neg());
            }
            tables[0][byte] = value;
        }
        for step in 1..8 {
            for byte in 0..256 {
                let before = tables[step - 1][byte];
                tables[step][byte] = (before >> 8) ^ tables[0][before as usize & 0xff];
            }
        }
        Self { tables, value: !0 }
    }

    fn push(&mut self, bytes: &[u8]) {
        let tables = &*self.tables;
        let mut value = self.value;
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            let word = u64::from_le_bytes(*word) ^ u64::from(value);
            value = (0..8).fold(0, |all, at| all ^ tables[7 - at][(word >> (8 * at)) as usize & 0xff]);
        }
        for byte in rest {
            value = (value >> 8) ^ tables[0][(value as u8 ^ byte) as usize];
        }
        self.value = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, GzBuilder};
    use std::io::Write;

    fn packed(text: &[u8], builder: GzBuilder) -> Vec<u8> {
        let mut encoder = builder.write(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn text() -> Vec<u8> {
        (0..40_000).flat_map(|line| format!("line {line} {}\n", line * line).into_bytes()).collect()
    }

    fn unpacked(bytes: &[u8], piece: usize) -> (Vec<u8>, Result<(), Fault>) {
        let (mut gunzip, mut out) = (Gunzip::default(), Vec::new());
        for piece in bytes.chunks(piece) {
            if let Err(fault) = gunzip.push(piece, &mut out) {
                return (out, Err(fault));
            }
        }
        let end = gunzip.finish();
        (out, end)
    }

    #[test]
    fn members_in_any_pieces_give_the_text() {
        let named = GzBuilder::new().filename("a.log").comment("c").extra([1, 2, 3]);
        let mut bytes = packed(&text(), named);
        bytes.extend(packed(b"", GzBuilder::new()));
        bytes.extend(packed(b"after", GzBuilder::new()));
        let whole = [text(), b"after".to_vec()].concat();
        for piece in [1, 7, 1000, bytes.len()] {
            let (out, end) = unpacked(&bytes, piece);
            assert!(out == whole, "in pieces of {piece}");
            assert_eq!(end, Ok(()));
        }
    }

    #[test]
    fn breaks_are_told_apart() {
        let bytes = packed(&text(), GzBuilder::new());
        let end = |bytes: &[u8]| unpacked(bytes, 4096).1;
        for cut in [0, 1, 5, 100, bytes.len() / 2, bytes.len() - 8, bytes.len() - 1] {
            assert_eq!(end(&bytes[..cut]), Err(Fault::EndsEarly), "cut at {cut}");
        }
        assert_eq!(end(&[&bytes[..], b"more"].concat()), Err(Fault::Header));
        assert_eq!(end(b"\x1f\x8b\x07"), Err(Fault::Header));
        for at in [bytes.len() / 2, bytes.len() - 8, bytes.len() - 4] {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            assert!(matches!(end(&damaged), Err(Fault::Damaged | Fault::EndsEarly)), "changed at {at}");
        }
        let (out, _) = unpacked(&bytes[..bytes.len() / 2], 4096);
        assert!(!out.is_empty() && text().starts_with(&out), "what came before the break is kept");
    }

    #[test]
    fn checksum_is_that_of_gzip() {
        let mut checksum = Checksum::new();
        checksum.push(b"12345");
        checksum.push(b"6789");
        assert_eq!(!checksum.value, 0xcbf4_3926);
    }
}
