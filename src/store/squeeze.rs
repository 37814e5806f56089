//! Codes of one to eight bits, side by side: eight of them in as many bytes as each has bits.
//!
//! Most columns of a log have few values: whether a log is significant is a bit, a termination state three or four. A page is
//! packed and taken apart eight codes at a time, in three steps instead of eight.

use super::PAGE;
use crate::text::bytes::word;

/// One of three steps that bring eight codes, a byte each in a word, together without a gap: by pairs of one, of two, of four.
/// Backwards they take them apart.
#[derive(Clone, Copy)]
struct Step {
    /// In each lane of two halves, the upper half moves down by so many bits, next to the lower one.
    gap: u32,
    /// The bits of the lower half of each lane.
    low: u64,
}

fn steps(bits: u8) -> [Step; 3] {
    // Codes in half a lane, and a bit for each lane.
    [(1, 0x0001_0001_0001_0001), (2, 0x0000_0001_0000_0001), (4, 1)].map(|(codes, lanes)| Step {
        gap: codes * (8 - u32::from(bits)),
        low: ((1 << (codes * u32::from(bits))) - 1) * lanes,
    })
}

/// Writes the codes into the first bytes of `data`, which has at least eight more: what is written too much is zeros.
pub fn pack(bits: u8, codes: &[u8; PAGE], data: &mut [u8]) {
    let steps = steps(bits);
    for (group, codes) in codes.as_chunks().0.iter().enumerate() {
        let mut word = u64::from_le_bytes(*codes);
        for Step { gap, low } in steps {
            word = word & low | (word & !low) >> gap;
        }
        if let Some(bytes) = data.get_mut(group * usize::from(bits)..).and_then(|data| data.first_chunk_mut()) {
            *bytes = word.to_le_bytes();
        }
    }
}

/// The codes in the first bytes of `data`, which has at least eight more; zeros where they have no bits.
#[inline]
pub fn unpack(bits: u8, data: &[u8]) -> [u8; PAGE] {
    let mut codes = [0; PAGE];
    if bits == 8 {
        codes.copy_from_slice(&data[..PAGE]);
    } else if bits > 0 {
        let steps = steps(bits);
        // Those of the next group are no concern.
        let own = u64::MAX >> (64 - 8 * u32::from(bits));
        for (group, codes) in codes.as_chunks_mut().0.iter_mut().enumerate() {
            let mut word = word(data, group * usize::from(bits)).unwrap_or(0) & own;
            for Step { gap, low } in steps.into_iter().rev() {
                word = word & low | (word & !low) << gap;
            }
            *codes = word.to_le_bytes();
        }
    }
    codes
}
