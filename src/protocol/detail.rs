//! One entry in depth: plain words, timing, fields, raw line.

use super::{CellValue, SourceId};
use serde::{Deserialize, Serialize};

/// Everything the expanded row shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LogDetail {
    pub source: SourceId,
    pub line: u64,
    /// Byte offset in the text of the source.
    pub offset: u64,
    /// The entry as it stands in the file, bytes that are no UTF-8 replaced; cut at 64 KiB.
    pub raw: String,
    pub raw_cut: bool,
    /// All fields, in table order.
    pub fields: Vec<DetailField>,
    /// The entry does not say why it is significant: the rules here do.
    pub judged: bool,
    /// What the entry has beyond the table of fields: (name, text).
    pub extras: Vec<(String, String)>,
    pub headers: Vec<HeaderBlock>,
    /// What `extras` has in JSON, part by part.
    pub messages: Vec<Message>,
    pub explanation: Explanation,
    pub phases: Phases,
}

/// One field of the entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DetailField {
    /// Index in the table of fields.
    pub field: u16,
    pub value: CellValue,
    /// Where it stands in `raw`: UTF-8 byte range of that string; empty where it is derived.
    pub span: (u32, u32),
}

/// A message inside the entry, such as Avi's `icap_log`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub title: String,
    /// Itself, then each object of its lists.
    pub parts: Vec<Part>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub title: String,
    /// Keys from the entry inwards with dots between them, as a search names them, and what stands there.
    pub values: Vec<(String, String)>,
}

/// Header lines of one side: "Request headers", "Headers sent to server" …
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderBlock {
    pub title: String,
    pub text: String,
}

/// The five slots of time in wire order, and the time spent waiting for a server that never answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Slot {
    #[default]
    Client,
    Queue,
    Connect,
    App,
    /// Waiting for a response that never came.
    NoResponse,
    Data,
}

impl Slot {
    pub const ALL: [Slot; 6] = [Slot::Client, Slot::Queue, Slot::Connect, Slot::App, Slot::NoResponse, Slot::Data];
}

/// Where the time of one entry went, microseconds. `None`: not logged or never reached, which is not 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phases {
    pub client: Option<i64>,
    pub queue: Option<i64>,
    pub connect: Option<i64>,
    pub app: Option<i64>,
    pub no_response: Option<i64>,
    pub data: Option<i64>,
    pub total: Option<i64>,
    /// The server sent nothing: the return arrow is dashed with 0.
    pub server_silent: bool,
    /// What stands as queue is a scan by ICAP.
    pub scanned: bool,
    /// The session was still open: the real total is larger.
    pub interim: bool,
}

impl Phases {
    pub fn get(&self, slot: Slot) -> Option<i64> {
        match slot {
            Slot::Client => self.client,
            Slot::Queue => self.queue,
            Slot::Connect => self.connect,
            Slot::App => self.app,
            Slot::NoResponse => self.no_response,
            Slot::Data => self.data,
        }
    }
}

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
