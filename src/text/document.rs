//! Framing of JSON documents: where one entry of an array or of an API answer ends and the next begins.
//!
//! Exports wrap their entries (`[ {..},\n {..} ]`, `{"count": 2, "results": [ {..}, {..} ], "next": null}`), pretty
//! printed or not, so lines mean nothing. Every byte must still belong to exactly one entry: **what stands before the
//! first object goes to the first entry, what stands behind an object (comma, blanks, tail of the document) goes to
//! that object's entry.** So an entry begins with its own `{`, on its own line, except for the first.
//!
//! Damage does not run through the file: a string ends at a raw line end at the latest (JSON allows none in a string),
//! and an object where only a key may stand (`{"a":1,\n{"b":…`) is taken for the next entry, its predecessor for cut.

/// How a file falls into entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// One entry per line.
    Lines,
    /// Objects of a JSON document, see [`DocumentSplitter`].
    Document,
}

/// No entry is longer: what is longer is cut here, see [`DocumentSplitter::forced`].
pub const MAX_ENTRY: u64 = 1 << 20;

/// Looks at the first bytes of a file (some 64 KiB are plenty).
pub fn sniff_framing(first_bytes: &[u8]) -> Framing {
    let bytes = first_bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first_bytes);
    let bytes = bytes.trim_ascii_start();
    match bytes.first() {
        // `[Sat Nov 21 …] [error]` is a line of a web server's error log.
        Some(b'[') if matches!(bytes[1..].trim_ascii_start().first(), Some(b'{')) => Framing::Document,
        Some(b'{') => sniff_object(bytes),
        // A fragment cut out of an entry: `"icap_log": {` and further lines.
        Some(b'"') => match memchr::memchr(b'{', bytes) {
            Some(at) if is_key(&bytes[..at]) && bytes[..at].contains(&b'\n') => Framing::Document,
            Some(at) if is_key(&bytes[..at]) => sniff_object(&bytes[at..]),
            _ => Framing::Lines,
        },
        _ => Framing::Lines,
    }
}

/// One string and its colon.
fn is_key(text: &[u8]) -> bool {
    let text = text.trim_ascii_end();
    text.ends_with(b":") && memchr::memchr_iter(b'"', text).count() == 2
}

/// An object that spans lines, or that wraps the entries, makes a document.
fn sniff_object(bytes: &[u8]) -> Framing {
    let mut scan = Scan::default();
    for (at, &byte) in bytes.iter().enumerate() {
        if byte == b'\n' {
            // A cut line followed by the next entry's line is a file of lines with a bad first one.
            let next = bytes[at..].trim_ascii_start().first();
            let cut = scan.in_string || (next == Some(&b'{') && scan.is_misplaced_object());
            return if cut { Framing::Lines } else { Framing::Document };
        }
        scan.byte(byte);
        if scan.frames.contains(&Frame::Wrapper) {
            return Framing::Document;
        }
        if scan.frames.is_empty() {
            return Framing::Lines;
        }
    }
    Framing::Lines
}

/// An open bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frame {
    Object,
    Array,
    /// An array whose elements are entries.
    Entries,
    /// An object that holds such an array under `results`.
    Wrapper,
}

/// What a byte means for the cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    None,
    /// The `{` of an entry, or of a document that wraps entries: that shows only later.
    Opened,
    /// The `}` of an entry.
    Closed,
}

/// Brackets and strings, byte by byte: no chunk edge can make a difference.
#[derive(Debug, Default)]
struct Scan {
    frames: Vec<Frame>,
    in_string: bool,
    escaped: bool,
    /// The last byte outside strings that is not blank; `"` after a string.
    last: u8,
    /// How much of `results` the current or last string has matched; [`NO_MATCH`] when it is another string.
    matched: u8,
    /// The last `:` followed the string `results`.
    results: bool,
}

const RESULTS: &[u8] = b"results";
const NO_MATCH: u8 = u8::MAX;

impl Scan {
    /// Here an object is an entry.
    fn at_entry(&self) -> bool {
        matches!(self.frames.last(), None | Some(Frame::Entries))
    }

    /// Here an object is an error: in an object it may only follow a colon.
    fn is_misplaced_object(&self) -> bool {
        matches!(self.frames.last(), Some(Frame::Object | Frame::Wrapper)) && self.last != b':'
    }

    #[inline]
    fn byte(&mut self, byte: u8) -> Event {
        if self.in_string {
            self.string_byte(byte);
            return Event::None;
        }
        let mut event = Event::None;
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => return event,
            b'"' => {
                self.in_string = true;
                self.matched = 0;
            }
            b':' => self.results = usize::from(self.matched) == RESULTS.len(),
            b'{' => {
                if self.is_misplaced_object() {
                    let entries = self.frames.iter().rposition(|f| *f == Frame::Entries).map_or(0, |at| at + 1);
                    self.frames.truncate(entries);
                }
                if self.at_entry() {
                    event = Event::Opened;
                }
                self.frames.push(Frame::Object);
            }
            b'[' => {
                let frame = if self.at_entry() {
                    Frame::Entries
                } else if self.results && self.last == b':' && self.is_outermost() {
                    *self.frames.last_mut().expect("an object is open") = Frame::Wrapper;
                    Frame::Entries
                } else {
                    Frame::Array
                };
                self.frames.push(frame);
            }
            b'}' => event = self.close(|f| matches!(f, Frame::Object | Frame::Wrapper)),
            b']' => event = self.close(|f| matches!(f, Frame::Array | Frame::Entries)),
            _ => {}
        }
        self.last = byte;
        event
    }

    /// The innermost bracket is an entry's own object, not something inside it.
    fn is_outermost(&self) -> bool {
        match self.frames.as_slice() {
            [Frame::Object] => true,
            [.., below, Frame::Object] => *below == Frame::Entries,
            _ => false,
        }
    }

    #[inline]
    fn string_byte(&mut self, byte: u8) {
        if self.escaped {
            self.escaped = false;
            return;
        }
        match byte {
            b'\\' => {
                self.escaped = true;
                self.matched = NO_MATCH;
            }
            b'"' | b'\n' => {
                self.in_string = false;
                self.last = b'"';
            }
            _ if RESULTS.get(usize::from(self.matched)) == Some(&byte) => self.matched += 1,
            _ => self.matched = NO_MATCH,
        }
    }

    /// Closes down to the innermost bracket of that sort; a closing bracket without one is ignored.
    fn close(&mut self, sort: fn(&Frame) -> bool) -> Event {
        let Some(at) = self.frames.iter().rposition(sort) else { return Event::None };
        // An entry whose own brackets are still open ends with the array around it.
        let entry = self.frames[at..].contains(&Frame::Object);
        self.frames.truncate(at);
        if entry && self.at_entry() { Event::Closed } else { Event::None }
    }
}

/// Cuts a JSON document into entries. Feed it any chunks: the cuts are the same.
#[derive(Debug, Default)]
pub struct DocumentSplitter {
    scan: Scan,
    /// Bytes seen.
    at: u64,
    /// Where the current entry begins.
    start: u64,
    /// The current entry has its object: the next object begins a new entry.
    full: bool,
    forced: Vec<u64>,
}

impl DocumentSplitter {
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes of the file and appends the end (offset in the file, exclusive) of each entry that is
    /// complete: an entry is complete when the next one begins.
    pub fn push(&mut self, chunk: &[u8], ends: &mut Vec<u64>) {
        let mut rest = chunk;
        while !rest.is_empty() {
            let room = (self.start + MAX_ENTRY - self.at) as usize;
            let (part, after) = rest.split_at(room.min(rest.len()));
            match self.scan_part(part) {
                Some(used) => {
                    self.cut(ends);
                    rest = &rest[used..];
                }
                None => {
                    rest = after;
                    if self.at - self.start == MAX_ENTRY {
                        self.forced.push(self.at);
                        self.cut(ends);
                    }
                }
            }
        }
    }

    /// Scans until an object begins a new entry (bytes before it are counted, it is not) or the part ends.
    fn scan_part(&mut self, part: &[u8]) -> Option<usize> {
        let mut i = 0;
        while i < part.len() {
            if self.scan.in_string && self.scan.matched == NO_MATCH && !self.scan.escaped {
                // Nothing else matters in a string that is not `results`.
                match memchr::memchr3(b'"', b'\\', b'\n', &part[i..]) {
                    Some(skipped) => i += skipped,
                    None => break,
                }
            }
            if part[i] == b'{' && !self.scan.in_string && self.at + i as u64 > self.start {
                // Without a closing bracket a cut entry shows only when the next one begins.
                if self.scan.is_misplaced_object() || (self.full && self.scan.at_entry()) {
                    self.at += i as u64;
                    return Some(i);
                }
            }
            if self.scan.byte(part[i]) == Event::Closed {
                self.full = true;
            }
            i += 1;
        }
        self.at += part.len() as u64;
        None
    }

    fn cut(&mut self, ends: &mut Vec<u64>) {
        ends.push(self.at);
        self.start = self.at;
        self.full = false;
    }

    /// The file ends: what is left is the last entry.
    pub fn finish(&mut self, ends: &mut Vec<u64>) {
        if self.at > self.start {
            self.cut(ends);
        }
    }

    /// The ends that are not those of an entry: it was longer than [`MAX_ENTRY`] and goes on behind them.
    pub fn forced(&self) -> &[u64] {
        &self.forced
    }
}

/// Where the object within an entry that a [`DocumentSplitter`] cut begins. `None` when there is none.
pub fn object_start(entry: &[u8]) -> Option<usize> {
    object_range(entry).map(|range| range.start)
}

/// The object within such an entry: from its `{` to its `}`, or to the end of the entry where it is cut.
pub fn object_range(entry: &[u8]) -> Option<std::ops::Range<usize>> {
    let mut scan = Scan::default();
    let mut start = None;
    for (at, &byte) in entry.iter().enumerate() {
        match scan.byte(byte) {
            Event::Opened => start = Some(at),
            Event::Closed => return start.map(|start| start..at + 1),
            Event::None => {}
        }
    }
    start.map(|start| start..entry.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cuts(chunks: &[&[u8]]) -> Vec<u64> {
        let (mut splitter, mut ends) = (DocumentSplitter::new(), Vec::new());
        for chunk in chunks {
            splitter.push(chunk, &mut ends);
        }
        splitter.finish(&mut ends);
        ends
    }

    fn entries(text: &str) -> Vec<&str> {
        let mut start = 0;
        let ends = cuts(&[text.as_bytes()]);
        ends.iter().map(|end| &text[std::mem::replace(&mut start, *end as usize)..*end as usize]).collect()
    }

    #[test]
    fn arrays_answers_and_objects_fall_into_their_entries() {
        assert_eq!(entries("[\n {\"a\": 1},\n {\"b\": [{}]}\n]\n"), ["[\n {\"a\": 1},\n ", "{\"b\": [{}]}\n]\n"]);
        assert_eq!(
            entries(r#"{"count": 2, "results": [{"a": {}}, {"results": 1}], "next": {"x": 1}}"#),
            [r#"{"count": 2, "results": [{"a": {}}, "#, r#"{"results": 1}], "next": {"x": 1}}"#]
        );
        // Two pages one after the other, the first without entries.
        assert_eq!(entries(r#"{"results":[]} {"results":[{},{}]}"#), [r#"{"results":[]} {"results":[{},"#, "{}]}"]);
        assert_eq!(entries("{\r\n\"a\": 1\r\n}\r\n{\r\n}\r\n"), ["{\r\n\"a\": 1\r\n}\r\n", "{\r\n}\r\n"]);
        assert_eq!(entries(""), Vec::<&str>::new());
        assert_eq!(entries("nothing"), ["nothing"]);
    }

    #[test]
    fn brackets_in_strings_and_results_deep_inside_do_not_cut() {
        let one = r#"[{"a": "}]\"{", "bot_management_log": {"results": [{"x": 1}, {"y": 2}]}, "\\": [[]]}]"#;
        assert_eq!(entries(one), [one]);
    }

    #[test]
    fn damage_ends_at_the_next_entry() {
        // A cut object, a string that never ends, a bracket too many, one too few.
        assert_eq!(entries("[{\"a\": 1,\n{\"b\": 2}]").len(), 2);
        assert_eq!(entries("[{\"a\": \"x\n{\"b\": 2},{\"c\":3}]").len(), 3);
        assert_eq!(entries("[{\"a\":1}},{\"b\":2}]").len(), 2);
        assert_eq!(entries("{\"results\":[{\"a\":[1},{\"b\":2}]}").len(), 2);
        assert_eq!(entries("[{\"a\":1],{\"b\":2}").len(), 2);
    }

    #[test]
    fn what_is_too_long_is_cut_and_says_so() {
        let long = format!("[{{\"a\":\"{}\"}},{{\"b\":1}}]", "x".repeat(MAX_ENTRY as usize + 10));
        let (mut splitter, mut ends) = (DocumentSplitter::new(), Vec::new());
        splitter.push(long.as_bytes(), &mut ends);
        splitter.finish(&mut ends);
        assert_eq!(splitter.forced(), [MAX_ENTRY]);
        assert_eq!(ends.len(), 3);
        assert_eq!(&long[ends[1] as usize..], "{\"b\":1}]");
    }

    #[test]
    fn framing_is_seen_in_the_first_bytes() {
        let documents = [
            "[\n{\"a\":1}]",
            "\u{feff}[{\"a\"",
            "{\n \"adf\": true\n}",
            "{\"count\":1,\"results\":[{",
            "{\"count\":1,\r\n",
            "\"icap_log\": {\n\"action\"",
            "\"icap_log\":\n  {\"action\"",
        ];
        let lines = [
            "",
            "[Sat Nov 21 02:01:30 2026] [error] {",
            "{\"a\":{\"results\":[1]}}\n{\"a\":1}\n",
            "{\"a\":1}",
            "{\"adf\":true,\"uri\n{\"adf\":true}\n",
            "{\"adf\":true,\n{\"adf\":true}\n",
            "\"adf\":1,\"waf_log\":{\"status\":\"PASSED\"},\"udf\":0\n",
            "Nov 21 02:01:30 lb haproxy[7]: {",
        ];
        for text in documents {
            assert_eq!(sniff_framing(text.as_bytes()), Framing::Document, "{text}");
        }
        for text in lines {
            assert_eq!(sniff_framing(text.as_bytes()), Framing::Lines, "{text}");
        }
    }

    #[test]
    fn the_object_of_an_entry_is_found_behind_any_head() {
        assert_eq!(object_start(b"[\n {\"a\":1},"), Some(3));
        assert_eq!(object_start(br#"{"count":1,"results":[{"a":1}],"next":1}"#), Some(22));
        assert_eq!(object_start(b", 1"), None);
    }

    proptest! {
        #[test]
        fn any_chunking_gives_the_same_cuts_and_they_cover_everything(
            text in r#"([\[\]{},:"\\ \n]|"results":|"a":1|x){0,120}"#,
            sizes in proptest::collection::vec(1usize..9, 1..40),
        ) {
            let bytes = text.as_bytes();
            let whole = cuts(&[bytes]);
            let (mut chunks, mut rest) = (Vec::new(), bytes);
            for size in sizes.iter().cycle() {
                if rest.is_empty() { break; }
                let (chunk, after) = rest.split_at((*size).min(rest.len()));
                chunks.push(chunk);
                rest = after;
            }
            prop_assert_eq!(&whole, &cuts(&chunks));
            prop_assert!(whole.is_sorted_by(|a, b| a < b));
            prop_assert_eq!(whole.last().copied().unwrap_or(0), bytes.len() as u64);
        }

        #[test]
        fn any_bytes_are_covered(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(cuts(&[&bytes]).last().copied().unwrap_or(0), bytes.len() as u64);
            sniff_framing(&bytes);
            object_start(&bytes);
        }
    }
}
