//! Golden lines, damaged: what the properties of every format are tried on.

use proptest::prelude::*;
use proptest::sample::{Index, select};

/// One of `lines`, cut, with bytes changed, put in or taken out; `odd`: the bytes that mean something to the format.
pub fn damaged(lines: &'static [Vec<u8>], odd: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::collection::vec(prop_oneof![any::<u8>(), select(odd)], 0..6);
    let damage = (any::<Index>(), any::<Index>(), piece, 0..4);
    (any::<Index>(), prop::collection::vec(damage, 1..4)).prop_map(|(line, damages)| {
        let mut bytes = line.get(lines).clone();
        for (from, to, piece, how) in damages {
            let (a, b) = (from.index(bytes.len() + 1), to.index(bytes.len() + 1));
            let (start, end) = (a.min(b), a.max(b));
            match how {
                0 => bytes.truncate(end),
                1 => drop(bytes.splice(start..(start + piece.len()).min(bytes.len()), piece)),
                2 => drop(bytes.splice(start..start, piece)),
                _ => drop(bytes.splice(start..end, [])),
            }
        }
        bytes
    })
}
