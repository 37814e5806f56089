//! Asks the program that knows what no log says: patterns, user agents, countries. Natively it is linked in; in a browser it is
//! unpacked when it is first needed, and [`install`] then says how to ask it. Until then nothing is known.

use hopscope_lookup::{Subject, wire};
use std::cell::RefCell;
use std::ops::Range;

/// Texts of one question, at most: they are copied from one memory to the other.
const BATCH: usize = 4096;

/// Puts a packed question about the subject with that number; gives the packed answer.
pub type Way = Box<dyn Fn(u32, &[u8]) -> Vec<u8>>;

thread_local! {
    static WAY: RefCell<Option<Way>> = const { RefCell::new(None) };
}

/// From now on questions are answered.
pub fn install(way: Way) {
    WAY.set(Some(way));
}

#[cfg(not(target_arch = "wasm32"))]
fn ask(subject: Subject, texts: &[&[u8]]) -> Vec<Vec<u8>> {
    let question = wire::pack(texts);
    hopscope_lookup::answer(subject, &wire::unpack(&question))
}

#[cfg(target_arch = "wasm32")]
fn ask(subject: Subject, texts: &[&[u8]]) -> Vec<Vec<u8>> {
    WAY.with_borrow(|way| {
        let Some(way) = way else { return Vec::new() };
        let answer = way(subject.number(), &wire::pack(texts));
        wire::unpack(&answer).into_iter().map(<[u8]>::to_vec).collect()
    })
}

/// Where a pattern is wrong, and why; nothing where it is well, or nobody is there to ask.
pub fn fault(pattern: &str) -> Option<(Range<usize>, String)> {
    let parts = ask(Subject::Fault, &[pattern.as_bytes()]);
    let [start, end, why] = parts.as_slice() else { return None };
    let place = |text: &[u8]| std::str::from_utf8(text).ok()?.parse::<usize>().ok();
    Some((place(start)?..place(end)?, String::from_utf8_lossy(why).into_owned()))
}

/// In which of the texts the pattern is found.
pub fn matches(pattern: &[u8], exactly: bool, texts: &[&[u8]]) -> Vec<bool> {
    let subject = if exactly { Subject::MatchesExactly } else { Subject::Matches };
    let mut found = Vec::with_capacity(texts.len());
    for batch in texts.chunks(BATCH) {
        let mut question = vec![pattern];
        question.extend(batch);
        let answer = ask(subject, &question);
        found.extend(answer.into_iter().flatten().map(|found| found == 1));
    }
    found.resize(texts.len(), false);
    found
}

/// Browser, operating system and device of each `User-Agent` header: three texts for each.
pub fn agents(headers: &[&[u8]]) -> Vec<Vec<u8>> {
    batches(Subject::Agents, headers)
}

/// Country of each address, two letters; empty where none is known.
pub fn countries(addresses: &[&[u8]]) -> Vec<Vec<u8>> {
    batches(Subject::Countries, addresses)
}

fn batches(subject: Subject, texts: &[&[u8]]) -> Vec<Vec<u8>> {
    texts.chunks(BATCH).flat_map(|batch| ask(subject, batch)).collect()
}
