//! One entry in depth: plain words, timing, fields, raw line.

use serde::{Deserialize, Serialize};

/// Plain words for what an entry's codes mean.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The code that is explained (`sH--`, `504`), shown as a badge.
    pub badge: String,
    /// One sentence: "The server did not answer in time".
    pub title: String,
    /// One plain paragraph: what happened, with this entry's names and times, and what it means.
    pub paragraph: String,
    /// The code letter by letter.
    pub letters: Vec<Letter>,
    /// What to check next, where the manuals say so.
    pub next: Vec<String>,
}

/// One letter (or group) of a code and what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub code: String,
    pub meaning: String,
}
