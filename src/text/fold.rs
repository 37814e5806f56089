//! Finding text without regard to case, in bytes that are mostly but not always UTF-8.
//!
//! A needle of ASCII letters looks at bytes only, which is what nearly every search and every log is. Any other needle
//! compares lower-case characters; bytes that are no UTF-8 then count as the replacement character.

use super::bytes;
use memchr::memmem;
use std::borrow::Cow;

/// Text to look for. Building it costs a little, using it does not allocate unless both sides go beyond ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle {
    /// In lower case unless `exact`.
    text: Vec<u8>,
    exact: bool,
    ascii: bool,
    /// Places in `text` of the two bytes that logs hold least often: looked for first.
    rare: [usize; 2],
}

impl Needle {
    /// Case does not matter.
    pub fn folded(text: &str) -> Self {
        Self::new(text.to_lowercase().into_bytes(), false)
    }

    /// Case matters.
    pub fn exact(text: &str) -> Self {
        Self::new(text.as_bytes().to_vec(), true)
    }

    fn new(text: Vec<u8>, exact: bool) -> Self {
        let rarest = |but: Option<usize>| {
            let places = (0..text.len()).filter(|at| Some(*at) != but);
            places.min_by_key(|at| frequency(text[*at])).unwrap_or(0)
        };
        let first = rarest(None);
        let rare = [first, rarest(Some(first))];
        Self { ascii: text.is_ascii(), exact, rare, text }
    }

    /// As it is looked for: in lower case unless case matters.
    pub fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    pub fn is_contained_in(&self, hay: &[u8]) -> bool {
        if self.exact {
            return memmem::find(hay, &self.text).is_some();
        }
        if self.ascii {
            return self.find_ascii(hay, 0).is_some();
        }
        !hay.is_ascii() && memmem::find(&fold(hay), &self.text).is_some()
    }

    /// First place at or after `from` where the needle begins, for needles that compare bytes; a needle beyond ASCII
    /// that ignores case has no place in bytes and gives `None` (ask [`Self::is_contained_in`] for each entry).
    pub fn find(&self, hay: &[u8], from: usize) -> Option<usize> {
        if self.exact {
            return memmem::find(hay.get(from..)?, &self.text).map(|at| from + at);
        }
        if self.ascii { self.find_ascii(hay, from) } else { None }
    }

    /// True where [`Self::find`] works.
    pub fn finds_bytes(&self) -> bool {
        self.exact || self.ascii
    }

    pub fn equals(&self, hay: &[u8]) -> bool {
        self.same_length(hay, Some, |hay, needle| hay == needle)
    }

    pub fn begins(&self, hay: &[u8]) -> bool {
        self.same_length(hay, |hay| hay.get(..self.text.len()), <[u8]>::starts_with)
    }

    pub fn ends(&self, hay: &[u8]) -> bool {
        let tail = |hay: &[u8]| hay.len().checked_sub(self.text.len());
        self.same_length(hay, |hay| tail(hay).map(|at| &hay[at..]), <[u8]>::ends_with)
    }

    fn same_length<'h>(
        &self,
        hay: &'h [u8],
        part: impl Fn(&'h [u8]) -> Option<&'h [u8]>,
        folded: fn(&[u8], &[u8]) -> bool,
    ) -> bool {
        if self.exact {
            return part(hay).is_some_and(|part| part == self.text);
        }
        if self.ascii {
            return part(hay).is_some_and(|part| part.eq_ignore_ascii_case(&self.text));
        }
        !hay.is_ascii() && folded(&fold(hay), &self.text)
    }

    fn find_ascii(&self, hay: &[u8], from: usize) -> Option<usize> {
        let len = self.text.len();
        if len == 0 {
            return (from <= hay.len()).then_some(from);
        }
        // Where the needle can begin.
        let places = from..(hay.len() + 1).checked_sub(len).filter(|end| *end > from)?;
        let begins = |at: &usize| hay[*at..*at + len].eq_ignore_ascii_case(&self.text);
        let [first, second] =
            self.rare.map(|rare| (Eight::of(self.text[rare]), &hay[places.start + rare..places.end + rare]));
        let (eights, rest) = first.1.as_chunks();
        for (nth, (one, other)) in eights.iter().zip(second.1.as_chunks().0).enumerate() {
            let mut candidates = bytes::zeros(first.0.differs(one) | second.0.differs(other));
            while candidates != 0 {
                let at = places.start + 8 * nth + candidates.trailing_zeros() as usize / 8;
                if begins(&at) {
                    return Some(at);
                }
                candidates &= candidates - 1;
            }
        }
        (places.end - rest.len()..places.end).find(begins)
    }
}

/// One byte eight times, to be compared with eight bytes of text at once. Two bytes of a needle are asked for together: in a
/// log one alone stands nearly everywhere, and each place would have to be looked at.
struct Eight {
    wanted: u64,
    /// Sets the bit that capital letters lack.
    fold: u64,
}

impl Eight {
    fn of(byte: u8) -> Self {
        let fold = if byte.is_ascii_lowercase() { 0x20 } else { 0 };
        Self { wanted: u64::from_le_bytes([byte; 8]), fold: u64::from_le_bytes([fold; 8]) }
    }

    /// Zero in the bytes that are the wanted one, in either case.
    #[inline(always)]
    fn differs(&self, text: &[u8; 8]) -> u64 {
        (u64::from_le_bytes(*text) | self.fold) ^ self.wanted
    }
}

/// In lower case, character by character.
fn fold(text: &[u8]) -> Vec<u8> {
    let text: Cow<'_, str> = String::from_utf8_lossy(text);
    text.to_lowercase().into_bytes()
}

/// Roughly how often logs hold a (lower-case) byte, the rarest lowest.
fn frequency(byte: u8) -> u8 {
    match byte {
        b' ' | b'0'..=b'2' | b'.' | b'/' | b'"' | b'e' => 9,
        b'3'..=b'9' | b':' | b'-' | b't' | b'a' | b'o' | b's' | b'i' | b'n' | b'r' => 7,
        b'c' | b'd' | b'l' | b'p' | b'm' | b'h' | b',' | b'_' | b'u' => 5,
        b'b' | b'f' | b'g' | b'v' | b'w' | b'y' | b'=' | b'[' | b']' | b'{' | b'}' | b';' | b'(' | b')' => 3,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_does_not_matter_unless_it_is_said_to() {
        let needle = Needle::folded("iPhone");
        assert!(needle.is_contained_in(b"Mozilla/5.0 (IPHONE; U)"));
        assert_eq!(needle.find(b"iphon iphonE iphone", 0), Some(6));
        assert_eq!(needle.find(b"iphon iphonE iphone", 7), Some(13));
        assert_eq!(needle.find(b"iphon", 0), None);
        assert!(needle.equals(b"IPHONE") && !needle.equals(b"iphones"));
        assert!(needle.begins(b"Iphones") && !needle.begins(b"iphon"));
        assert!(needle.ends(b"my IPhone") && !needle.ends(b"iphones"));
        let exact = Needle::exact("sH");
        assert!(exact.begins(b"sH--") && !exact.begins(b"SH--") && exact.is_contained_in(b"-sH-"));
        assert!(!exact.is_contained_in(b"-sh-") && exact.equals(b"sH") && exact.ends(b"-sH"));
    }

    #[test]
    fn letters_beyond_ascii_fold_too() {
        let needle = Needle::folded("ZÜRICH");
        assert!(needle.is_contained_in("Hallo zürich!".as_bytes()));
        assert!(needle.equals("Zürich".as_bytes()) && !needle.equals(b"zurich"));
        assert!(needle.begins("zÜrich-1".as_bytes()) && needle.ends("in Zürich".as_bytes()));
        assert!(!needle.finds_bytes() && needle.find("zürich".as_bytes(), 0).is_none());
        assert!(Needle::folded("b").is_contained_in(b"\xff\xfeB"));
    }

    #[test]
    fn the_empty_needle_is_everywhere() {
        let needle = Needle::folded("");
        assert!(needle.is_contained_in(b"") && needle.begins(b"x") && needle.ends(b"x") && needle.equals(b""));
        assert!(!needle.equals(b"x"));
        assert_eq!(needle.find(b"x", 1), Some(1));
        assert_eq!(needle.find(b"x", 2), None);
    }

    #[test]
    fn agrees_with_the_plain_way_of_searching() {
        let hay = b"GET /a/b?c=d HTTP/1.1 10.0.0.1 aaabAAAB";
        for start in 0..hay.len() {
            for len in 1..6.min(hay.len() - start) {
                let text = String::from_utf8_lossy(&hay[start..start + len]).into_owned();
                let plain = hay.to_ascii_lowercase();
                let plain = plain.windows(len).position(|w| w == text.to_ascii_lowercase().as_bytes());
                assert_eq!(Needle::folded(&text).find(hay, 0), plain, "{text}");
            }
        }
    }

    proptest! {
        #[test]
        fn finds_each_place_that_the_plain_way_finds(
            hay in "[abAB/é@`]{0,120}",
            needle in "[abAB/@`]{1,12}",
            exact in any::<bool>(),
        ) {
            let wanted = if exact { Needle::exact(&needle) } else { Needle::folded(&needle) };
            let alike = |text: &[u8]| if exact { text == needle.as_bytes() } else { text.eq_ignore_ascii_case(needle.as_bytes()) };
            for from in 0..=hay.len() + 1 {
                let plain = (from..hay.len()).find(|at| hay.as_bytes()[*at..].get(..needle.len()).is_some_and(alike));
                prop_assert_eq!(wanted.find(hay.as_bytes(), from), plain, "from {}", from);
            }
        }
    }
}
