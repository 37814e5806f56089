//! Lines of every format, mutated by the hundred thousand and read by the whole engine: nothing panics, and every byte
//! belongs to an entry. The same lines on every machine; what breaks is told with its seed and its line.
//!
//! `cargo xtask test` asks for a million lines of each format (`HOPSCOPE_MUTANTS`), `cargo test` for a few seconds' worth.
//! `fuzz/` looks for inputs that no list of mutations has.

use crate::engine_in_memory::{Engine, view};
use hopscope::engine::Sizes;
use hopscope::formats::{Context, parse_entry};
use hopscope::protocol::SourceState;
use hopscope::record::{Field, Row};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Lines of a batch: one file of the engine.
const BATCH: usize = 5_000;
/// Entries of a batch that are opened.
const OPENED: u64 = 100;
/// No mutant is longer, but for the few that are deep.
const LONG: usize = 12_000;

/// xorshift64*: deterministic, and good enough to pick places.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn pick<'a, T: ?Sized>(&mut self, of: &'a [&T]) -> &'a T {
        of[self.below(of.len())]
    }

    /// A range of `0..end`, mostly short.
    fn range(&mut self, end: usize) -> std::ops::Range<usize> {
        let start = self.below(end + 1);
        let most = if self.below(4) == 0 { end } else { 12 };
        start..(start + self.below(most + 1)).min(end)
    }
}

const HUGE: &[&[u8]] = &[
    b"9223372036854775807",
    b"-9223372036854775808",
    b"18446744073709551616",
    b"99999999999999999999999999999999999999999",
    b"-1",
    b"0000000000000000000000000000000000000001",
    b"4294967296",
    b"1e309",
    b"2147483648",
    b"-0",
];
const QUOTES: &[&[u8]] =
    &[b"\"", b"\\\"", b"\\", b"'", b"\"\"", b"\\\\\"", b"{\"", b"\"}", b"\\u", b"\\ud800", b"\\u0000"];
const MARKS: &[&[u8]] = &[
    b"[",
    b"]",
    b"{",
    b"}",
    b"(",
    b")",
    b" ",
    b"  ",
    b":",
    b",",
    b"|",
    b"/",
    b"-",
    b"<",
    b">",
    b"=",
    b";",
    b"#",
    b"%",
    b"\t",
    b"\r",
    b"\n",
    b"\r\n\r\n",
];
const NO_TEXT: &[&[u8]] =
    &[b"\xff", b"\xc3", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\x80"];
const DEEP: &[&[u8]] =
    &[b"[", b"{\"a\":", b"(", b"\"", b"\\", b"{", b":[", b"{\"log\":\"", b"message repeated 2 times: ["];

/// Changes a line once.
fn mutate(line: &mut Vec<u8>, random: &mut Random, seeds: &[Vec<u8>]) {
    let len = line.len();
    let at = random.below(len + 1);
    match random.below(12) {
        0 if len > 0 => line[at.min(len - 1)] ^= 1 << random.below(8),
        1 => line.truncate(at),
        2 => drop(line.drain(random.range(len))),
        3 => {
            let text = random.pick(MARKS);
            drop(line.splice(at..at, text.iter().copied()));
        }
        4 => {
            let text = line[random.range(len)].to_vec();
            drop(line.splice(at..at, text));
        }
        5 => {
            // Two lines in one, from any place to any place.
            let other = &seeds[random.below(seeds.len())];
            line.truncate(at);
            line.extend_from_slice(&other[random.below(other.len() + 1)..]);
        }
        6 | 7 => {
            // A number becomes one that does not fit.
            let digits: Vec<_> = (0..len).filter(|at| line[*at].is_ascii_digit()).collect();
            if let Some(&digit) = digits.get(random.below(digits.len())) {
                let end = digit + line[digit..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                drop(line.splice(digit..end, random.pick(HUGE).iter().copied()));
            }
        }
        8 => drop(line.splice(at..at, random.pick(QUOTES).iter().copied())),
        9 => line.insert(at, (random.below(33) as u8).wrapping_sub(1)),
        10 => drop(line.splice(at..at, random.pick(NO_TEXT).iter().copied())),
        _ => {
            // A field becomes another of the line, or nothing.
            let (from, to) = (random.range(len), random.range(len));
            let text = line[from].to_vec();
            drop(line.splice(to, text));
        }
    }
    line.truncate(LONG);
    if random.below(20_000) == 0 {
        let text = random.pick(DEEP).repeat(1 + random.below(30_000));
        let at = random.below(line.len() + 1);
        drop(line.splice(at..at, text));
    }
}

fn batch(seed: u64, seeds: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut random = Random::new(seed);
    let mutant = |_| {
        let mut line = seeds[random.below(seeds.len())].clone();
        // Some lines stay: what is read after a mutant must be read as ever.
        for _ in 0..random.below(4) {
            mutate(&mut line, &mut random, seeds);
        }
        line
    };
    (0..BATCH).map(mutant).collect()
}

/// Reads the lines as a file, in pieces and shards that change from batch to batch.
fn read(seed: u64, text: &[u8]) {
    let size = |n: u64| 1 << (8 + n % 13);
    let sizes = Sizes { first: size(seed), piece: size(seed / 3), block: size(seed / 7) };
    let engine = Engine::new(1 + (seed % 3) as usize, sizes);
    engine.add("mutants.log", text);
    let source = engine.progress().sources.remove(0);
    assert_eq!((source.state, source.text), (SourceState::Done, text.len() as u64), "{:?}", source.notes);
    // Some are opened: read again from their bytes, and explained.
    let first = if source.rows > OPENED { seed % (source.rows - OPENED) } else { 0 };
    let rows = engine.rows(&view(""), first, OPENED as u32, &[Field::StartTime], true);
    assert_eq!((rows.total, rows.rows.len() as u64), (source.rows, source.rows.min(OPENED)));
    for row in rows.rows {
        let detail = engine.detail(row.id);
        assert!(detail.offset + detail.raw.len().min(1) as u64 <= text.len() as u64);
        assert!(detail.fields.iter().all(|field| field.span.1 as usize <= detail.raw.len()));
    }
    let summary = engine.summary(&view(""));
    assert_eq!((summary.loaded, summary.unparsed.count), (source.rows, source.unparsed));
}

/// The line of a batch that a parser cannot take, or what the engine says of the whole.
fn culprit(lines: &[Vec<u8>]) -> Option<&Vec<u8>> {
    let panics = |line: &&Vec<u8>| {
        let parse = || parse_entry(line, &mut None, &mut Context::new(2026), &mut Row::new()).is_ok();
        catch_unwind(parse).is_err() || catch_unwind(AssertUnwindSafe(|| read(0, line))).is_err()
    };
    lines.iter().find(panics)
}

/// What a format's lines are mutated from, and what stands before and behind them in their file.
struct Seeds {
    lines: Vec<Vec<u8>>,
    before: Vec<u8>,
    behind: &'static [u8],
}

fn file(name: &str) -> Vec<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()
}

/// Lines of the files that are read as one of these layouts.
fn of(layouts: &[&str], files: &[&str]) -> Seeds {
    let all: Vec<_> = files.iter().flat_map(|name| file(name)).collect();
    let mut lines = Vec::new();
    for layout in layouts {
        let before = lines.len();
        lines.extend(all.iter().filter(|line| is_of(line, layout)).cloned());
        assert!(lines.len() > before, "no line of {layout}");
    }
    Seeds { lines, before: Vec::new(), behind: b"" }
}

fn is_of(line: &[u8], layout: &str) -> bool {
    let mut row = Row::new();
    parse_entry(line, &mut None, &mut Context::new(2026), &mut row).is_ok()
        && row.get_text(Field::Format, line) == Some(layout.as_bytes())
}

/// The records of an export, behind its header line.
fn table(name: &str) -> Seeds {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut records = crate::golden::records(&bytes).into_iter();
    let before = [records.next().expect("a header line"), b"\n"].concat();
    Seeds { lines: records.map(<[u8]>::to_vec).collect(), before, behind: b"" }
}

fn holds(family: u64, seeds: Seeds) {
    let wanted = std::env::var("HOPSCOPE_MUTANTS").ok().and_then(|lines| lines.parse().ok()).unwrap_or(20_000);
    let Seeds { lines: seeds, before, behind } = seeds;
    for number in 0..usize::div_ceil(wanted, BATCH) as u64 {
        let seed = family << 32 | number;
        let lines = batch(seed, &seeds);
        let text = [&before[..], &lines.join(&b'\n'), behind].concat();
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| read(seed, &text))) {
            let line = culprit(&lines).map(|line| line.escape_ascii().to_string());
            eprintln!("seed {seed:#x}, line: {}", line.unwrap_or_else(|| "none alone; the batch together".to_owned()));
            std::panic::resume_unwind(panic);
        }
    }
}

const HAPROXY: &[&str] = &[
    "tests/golden/haproxy/tcp.log",
    "tests/golden/haproxy/http.log",
    "tests/golden/haproxy/clf.log",
    "tests/golden/haproxy/events.log",
    "tests/golden/haproxy/forms.log",
    "tests/golden/haproxy/wrapped.log",
    "public/samples/haproxy-tcp.log",
    "public/samples/haproxy-http.log",
];
const AVI: &[&str] = &[
    "tests/golden/avi/lines.log",
    "tests/golden/avi/shapes.log",
    "tests/golden/avi/connections.log",
    "tests/golden/avi/icap.log",
    "public/samples/avi-l7.jsonl",
];
const NEVISPROXY: &[&str] =
    &["tests/golden/nevisproxy/trace.log", "tests/golden/nevisproxy/access.log", "public/samples/navajo.log"];
const PALOALTO: &[&str] =
    &["tests/golden/paloalto/traffic.log", "tests/golden/paloalto/types.log", "public/samples/paloalto-traffic.log"];
const WEB: &[&str] = &[
    "tests/golden/web/access.log",
    "tests/golden/web/tails.log",
    "tests/golden/web/wrapped.log",
    "tests/golden/web/error.log",
    "public/samples/access.log",
];

/// A test for each format, of its own number.
macro_rules! each_format {
    ($($name:ident $number:literal $seeds:expr;)*) => {
        $(
            #[test]
            fn $name() {
                holds($number, $seeds);
            }
        )*
    };
}

each_format! {
    haproxy_tcp 1 of(&["haproxy-tcp"], HAPROXY);
    haproxy_http 2 of(&["haproxy-http"], HAPROXY);
    haproxy_https 3 of(&["haproxy-https"], HAPROXY);
    haproxy_clf 4 of(&["haproxy-clf"], HAPROXY);
    haproxy_error 5 of(&["haproxy-error"], HAPROXY);
    haproxy_event 6 of(&["haproxy-event"], HAPROXY);
    haproxy_json 7 of(&["haproxy-json"], HAPROXY);
    avi_application 8 of(&["avi-l7"], AVI);
    avi_connection 9 of(&["avi-l4"], AVI);
    avi_array 10 Seeds { before: b"[\n".to_vec(), behind: b"\n]\n", ..of(&["avi-l7", "avi-l4"], AVI) };
    avi_table 11 table("tests/golden/avi-csv/application.csv");
    icap 12 of(&["avi-icap"], AVI);
    nevisproxy_request 13 of(&["nevisproxy-request", "nevisproxy-summary"], NEVISPROXY);
    nevisproxy_backend 14 of(&["nevisproxy-backend"], NEVISPROXY);
    nevisproxy_trace 15 of(&["nevisproxy-trace"], NEVISPROXY);
    nevisproxy_access 16 of(&["nevisproxy-access"], NEVISPROXY);
    paloalto_traffic 17 of(&["paloalto-traffic"], PALOALTO);
    paloalto_threat 18 of(&["paloalto-threat"], PALOALTO);
    paloalto_system 19 of(&["paloalto-system"], PALOALTO);
    paloalto_config 20 of(&["paloalto-config"], PALOALTO);
    paloalto_globalprotect 21 of(&["paloalto-globalprotect"], PALOALTO);
    paloalto_table 22 table("tests/golden/paloalto-csv/traffic.csv");
    web_access 23 of(&["web-common", "web-combined", "web-vhost", "web-ssl", "web-ingress", "web-traefik"], WEB);
    web_error 24 of(&["web-apache-error", "web-nginx-error"], WEB);
}
