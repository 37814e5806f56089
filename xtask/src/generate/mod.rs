//! Deterministic logs of any size, with what is true of them: the same kind, number of lines and seed give the same bytes
//! on every machine. Requests begin through a day with an incident in the middle; as in a real log, each is written when
//! it ends, so the start times in a file are not in order.

mod access;
mod avi;
mod haproxy;
mod nevisproxy;
mod nproxyop;
mod paloalto;
mod random;
mod requests;
mod time;
mod truth;
mod world;

use crate::args::Args;
use crate::shell::root;
use anyhow::{Context, Result, bail};
use flate2::{Compression, write::GzEncoder};
use random::Random;
use serde_json::Value;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
pub use time::iso;
use time::{BEGIN, DAY, HOUR};
use truth::{Facts, Truth};
use world::{Incident, Place, World};

/// What a log consists of.
pub struct Recipe {
    pub kind: Kind,
    pub lines: u64,
    pub seed: u64,
    /// Lines out of a million that are cut or overwritten, so that no parser can make sense of them.
    pub damaged: u64,
    pub begin: i64,
    pub span: i64,
}

impl Recipe {
    /// A day's log.
    pub fn day(kind: Kind, lines: u64, seed: u64, damaged: u64) -> Self {
        Self { kind, lines, seed, damaged, begin: BEGIN, span: DAY }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    HaproxyTcp,
    HaproxyHttp,
    AviL7,
    Combined,
    Traffic,
    NProxyOp,
}

const KINDS: &[(&str, Kind)] = &[
    ("haproxy-tcp", Kind::HaproxyTcp),
    ("haproxy-http", Kind::HaproxyHttp),
    ("avi-l7", Kind::AviL7),
    ("combined", Kind::Combined),
    ("paloalto", Kind::Traffic),
    ("nproxyop", Kind::NProxyOp),
];

/// How one kind of log is made.
trait Format {
    /// What a line needs that its place and times do not say.
    type Detail;

    fn draw(&self, world: &mut World, start: i64) -> Request<Self::Detail>;

    /// Appends the line, without its newline, and tells what is in it.
    fn write(&self, world: &World, request: &Request<Self::Detail>, line: &mut Vec<u8>) -> Facts;

    /// Whether a damaged line is an entry that no parser understands.
    fn can_be_damaged(&self) -> bool {
        true
    }

    /// Lines about the servers themselves, with the instants they are written at.
    fn events(&self, _incident: &Incident) -> Vec<(i64, Vec<u8>)> {
        Vec::new()
    }
}

/// A request between its start and its end, when its line is written.
struct Request<D> {
    start: i64,
    end: i64,
    place: Place,
    client: u32,
    port: u16,
    detail: D,
}

pub fn entry(args: &mut Args) -> Result<()> {
    if args.switch("--samples") {
        args.finish()?;
        return samples();
    }
    let kind: String = args.value("--kind")?.context("--kind is missing")?;
    let Some((_, kind)) = KINDS.iter().find(|(name, _)| *name == kind) else {
        bail!("--kind is one of {}", Vec::from_iter(KINDS.iter().map(|(name, _)| *name)).join(", "));
    };
    let lines = args.value("--lines")?.context("--lines is missing")?;
    let seed = args.value("--seed")?.unwrap_or(1);
    let recipe = Recipe::day(*kind, lines, seed, args.value("--damaged")?.unwrap_or(20));
    let out: PathBuf = args.value("--out")?.context("--out is missing")?;
    let zipped = args.switch("--gzip");
    args.finish()?;
    to_file(&recipe, &out, zipped)?;
    println!("{} and {}", out.display(), truth_beside(&out).display());
    Ok(())
}

/// FILE.truth.json
pub fn truth_beside(log: &Path) -> PathBuf {
    let mut name = log.as_os_str().to_owned();
    name.push(".truth.json");
    name.into()
}

pub fn to_file(recipe: &Recipe, out: &Path, zipped: bool) -> Result<()> {
    let file = BufWriter::with_capacity(
        1 << 20,
        File::create(out).with_context(|| format!("cannot write {}", out.display()))?,
    );
    let truth = if zipped {
        let mut encoder = GzEncoder::new(file, Compression::fast());
        let truth = generate(recipe, &mut encoder)?;
        encoder.finish()?.flush()?;
        truth
    } else {
        let mut file = file;
        let truth = generate(recipe, &mut file)?;
        file.flush()?;
        truth
    };
    fs::write(truth_beside(out), format!("{truth:#}\n"))?;
    Ok(())
}

/// The logs that the page can open by itself: about an hour each, small, with something to find.
fn samples() -> Result<()> {
    let folder = root().join("public/samples");
    fs::create_dir_all(&folder)?;
    for (name, kind, lines) in [
        ("haproxy-tcp.log", Kind::HaproxyTcp, 140),
        ("haproxy-http.log", Kind::HaproxyHttp, 130),
        ("avi-l7.jsonl", Kind::AviL7, 45),
        ("access.log", Kind::Combined, 60),
        ("paloalto-traffic.log", Kind::Traffic, 115),
    ] {
        let recipe = Recipe { kind, lines, seed: 7, damaged: 0, begin: BEGIN + 9 * HOUR, span: HOUR };
        let mut text = Vec::new();
        generate(&recipe, &mut text)?;
        fs::write(folder.join(name), &text)?;
        println!("public/samples/{name}: {lines} lines, {} bytes", text.len());
    }
    let text = nevisproxy::log(7, BEGIN + 9 * HOUR);
    fs::write(folder.join("navajo.log"), &text)?;
    println!("public/samples/navajo.log: {} bytes", text.len());
    Ok(())
}

/// Writes the log and returns its truth.
pub fn generate(recipe: &Recipe, out: &mut impl Write) -> io::Result<Value> {
    match recipe.kind {
        Kind::HaproxyTcp => run(&haproxy::tcp::Tcp, recipe, out),
        Kind::HaproxyHttp => run(&haproxy::http::Http, recipe, out),
        Kind::AviL7 => run(&avi::Avi { brief: recipe.span < DAY }, recipe, out),
        Kind::Combined => run(&access::Combined, recipe, out),
        Kind::Traffic => run(&paloalto::Traffic::default(), recipe, out),
        Kind::NProxyOp => run(&nproxyop::Summaries, recipe, out),
    }
}

fn run<F: Format>(format: &F, recipe: &Recipe, out: &mut impl Write) -> io::Result<Value> {
    let mut world = World::new(recipe.seed, recipe.begin, recipe.span, recipe.lines);
    let mut scribe = Scribe {
        out,
        truth: Truth::default(),
        line: Vec::new(),
        // Of its own, so that more damage does not change the rest of the log.
        harm: Random::new(recipe.seed ^ 0xdead),
        damaged: if format.can_be_damaged() { recipe.damaged } else { 0 },
    };
    let mut events = format.events(&world.incident);
    events.truncate(recipe.lines as usize);
    let requests = recipe.lines - events.len() as u64;
    let mut events = events.into_iter().peekable();

    // Requests in flight lie in a slab; the heap orders them by end, then by age.
    let mut ending: BinaryHeap<Reverse<(i64, u64, usize)>> = BinaryHeap::new();
    let mut slab: Vec<Option<Request<F::Detail>>> = Vec::new();
    let mut free: Vec<usize> = Vec::new();
    for number in 0..=requests {
        let start = if number < requests { world.next_start() } else { i64::MAX };
        while let Some(&Reverse((end, _, slot))) = ending.peek().filter(|Reverse((end, _, _))| *end <= start) {
            ending.pop();
            while let Some((_, event)) = events.next_if(|(instant, _)| *instant <= end) {
                scribe.event(&event)?;
            }
            let request = slab[slot].take().expect("what ends has begun");
            free.push(slot);
            scribe.request(format, &world, &request)?;
            world.in_flight.change(&request.place, -1);
        }
        if number == requests {
            break;
        }
        let request = format.draw(&mut world, start);
        world.in_flight.change(&request.place, 1);
        let slot = free.pop().unwrap_or_else(|| {
            slab.push(None);
            slab.len() - 1
        });
        ending.push(Reverse((request.end, number, slot)));
        slab[slot] = Some(request);
    }
    for (_, event) in events {
        scribe.event(&event)?;
    }
    Ok(scribe.truth.into_json(&world))
}

/// Writes lines, damages a few, and keeps count.
struct Scribe<'a, W> {
    out: &'a mut W,
    truth: Truth,
    line: Vec<u8>,
    harm: Random,
    damaged: u64,
}

impl<W: Write> Scribe<'_, W> {
    fn request<F: Format>(&mut self, format: &F, world: &World, request: &Request<F::Detail>) -> io::Result<()> {
        self.line.clear();
        let facts = format.write(world, request, &mut self.line);
        if self.harm.below(1_000_000) < self.damaged {
            self.damage();
            self.truth.unparsed += 1;
        } else {
            self.truth.request(&facts);
        }
        self.end_line()
    }

    fn event(&mut self, event: &[u8]) -> io::Result<()> {
        self.line.clear();
        self.line.extend(event);
        self.truth.events += 1;
        self.end_line()
    }

    /// Cuts the line inside its date, or overwrites what comes after. Every format has `2026` early in its date.
    fn damage(&mut self) {
        let date = self.line.windows(4).position(|text| text == b"2026").unwrap_or(0);
        self.line.truncate(date + self.harm.below(4) as usize);
        if self.harm.chance(0.5) {
            let junk = 20 + self.harm.below(100);
            self.line.extend((0..junk).map(|_| *self.harm.pick(b"#%&?*@^~")));
        }
    }

    fn end_line(&mut self) -> io::Result<()> {
        self.line.push(b'\n');
        self.truth.lines += 1;
        self.truth.bytes += self.line.len() as u64;
        self.out.write_all(&self.line)
    }
}

#[cfg(test)]
mod engine_tests;
#[cfg(test)]
mod tests;
