//! Texts as one run of bytes: the length of each, four bytes, the least significant first, and then the text itself.

/// Texts in a row.
pub fn pack<T: AsRef<[u8]>>(texts: &[T]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for text in texts {
        let text = text.as_ref();
        bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
        bytes.extend_from_slice(text);
    }
    bytes
}

/// The texts again. What ends early ends the list.
pub fn unpack(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut texts = Vec::new();
    while let Some((len, rest)) = bytes.split_first_chunk()
        && let Some((text, rest)) = rest.split_at_checked(u32::from_le_bytes(*len) as usize)
    {
        texts.push(text);
        bytes = rest;
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back() {
        let texts: [&[u8]; 4] = [b"", b"a", b"\xff\0", &[7; 300]];
        let packed = pack(&texts);
        assert_eq!(unpack(&packed), texts);
        assert_eq!(unpack(&packed[..packed.len() - 1]), texts[..3]);
        assert!(unpack(&[1]).is_empty());
    }
}
