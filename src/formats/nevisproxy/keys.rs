//! `key=value` pairs as nevisProxy writes them, and which fields they are.
//!
//! ```text
//! reqF="GET /a HTTP/1.1" reqDecF=<NULL> ipF=::1 … invS=/htt/* (LuaFilter) >Shop cR=1 usrID=cn=Jo Doe,dc=ex Event=GW01 …
//! 'GET /a' invS='/htt/* (LuaFilter) >Shop' sC='200' bS='199' dTF='110 dTFrs='1' rmIP='::1' …
//! ```
//!
//! Values hold blanks, `=` and quotes, and a closing quote may be missing: a value ends where the next known key begins.

use super::request;
use crate::record::{Field, Row};
use crate::text::{Cursor, Span, bytes, number};

/// A key that nevisProxy writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    RequestFront,
    RequestDecrypted,
    RequestBack,
    Client,
    /// `sCF`, and `sC`, which is the client's or the backend's by the line it stands on.
    Status(Side),
    Bytes,
    Address,
    AddressIp,
    Time(Field),
    Chain,
    Concurrent,
    User,
    Event,
    Session,
    Cookie,
    SslSession,
    Transaction,
    ParsedUri,
}

/// Which side of the proxy a status belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Front,
    Back,
    Line,
}

/// Every key by its names.
const KEYS: &[(&[&[u8]], Key)] = &[
    (&[b"reqF"], Key::RequestFront),
    (&[b"reqDecF"], Key::RequestDecrypted),
    (&[b"reqB"], Key::RequestBack),
    (&[b"ipF", b"rmIP", b"remoteIP"], Key::Client),
    (&[b"sCF"], Key::Status(Side::Front)),
    (&[b"sCB"], Key::Status(Side::Back)),
    (&[b"sC"], Key::Status(Side::Line)),
    (&[b"bSF", b"bS"], Key::Bytes),
    (&[b"adrB", b"inetA"], Key::Address),
    (&[b"ipB"], Key::AddressIp),
    (&[b"dTF"], Key::Time(Field::TotalTime)),
    (&[b"dTFrs"], Key::Time(Field::FrontendIoTime)),
    (&[b"dTP"], Key::Time(Field::ProxyTime)),
    (&[b"dTB"], Key::Time(Field::BackendTime)),
    (&[b"dTcB"], Key::Time(Field::ConnectTime)),
    (&[b"dTsB"], Key::Time(Field::BackendSendTime)),
    (&[b"dTr1B"], Key::Time(Field::AppResponseTime)),
    (&[b"dTr2B"], Key::Time(Field::DataTransferTime)),
    (&[b"dT"], Key::Time(Field::FilterTime)),
    (&[b"invS"], Key::Chain),
    (&[b"cR"], Key::Concurrent),
    (&[b"usrID"], Key::User),
    (&[b"Event"], Key::Event),
    (&[b"clID"], Key::Session),
    (&[b"cookie"], Key::Cookie),
    (&[b"sslID"], Key::SslSession),
    (&[b"trID", b"trId", b"triID"], Key::Transaction),
    (&[b"parsedRequestUri"], Key::ParsedUri),
];

/// Names of up to eight letters as words, each with its place in [`KEYS`], at its [`slot`] or behind it. A line has
/// thirty `=`: comparing each name with all others took a third of the time of reading it, halving the names a tenth.
const NAMES: [(u64, u8); SLOTS] = {
    let mut names = [(0, 0); SLOTS];
    let mut index = 0;
    while index < KEYS.len() {
        let mut nth = 0;
        while nth < KEYS[index].0.len() {
            let name = KEYS[index].0[nth];
            nth += 1;
            if name.len() > 8 {
                continue;
            }
            let mut at = slot(word(name));
            while names[at].0 != 0 {
                at = (at + 1) % SLOTS;
            }
            names[at] = (word(name), index as u8);
        }
        index += 1;
    }
    names
};

/// About four for each name.
const SLOTS: usize = 128;

/// Where a name is looked for first.
#[inline(always)]
const fn slot(word: u64) -> usize {
    (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 57) as usize % SLOTS
}

/// The place of a name of up to eight letters in [`KEYS`].
#[inline(always)]
fn index_of(word: u64) -> Option<usize> {
    let mut at = slot(word);
    while NAMES[at].0 != 0 {
        if NAMES[at].0 == word {
            return Some(usize::from(NAMES[at].1));
        }
        at = (at + 1) % SLOTS;
    }
    None
}

/// A name of up to eight letters as a number; no two have the same.
const fn word(name: &[u8]) -> u64 {
    let (mut word, mut at) = (0, 0);
    while at < name.len() {
        word = word << 8 | name[at] as u64;
        at += 1;
    }
    word
}

/// The known key right before `equals`, not before `from`: its place in [`KEYS`], and where it begins.
#[inline(always)]
fn key_before(text: &[u8], from: usize, equals: usize) -> Option<(usize, usize)> {
    // Nearly every key is short and has a blank before it.
    if let Some(blank) = bytes::find_back(text, equals, b' ').filter(|blank| (from..equals - 2).contains(blank))
        && let Some(word) = bytes::word(text, equals - 8)
        && let Some(index) = index_of(word.swap_bytes() & ((1 << (8 * (equals - blank - 1))) - 1))
    {
        return Some((index, blank + 1));
    }
    any_key_before(text, from, equals)
}

#[inline(never)]
fn any_key_before(text: &[u8], from: usize, equals: usize) -> Option<(usize, usize)> {
    // Letter by letter backwards: the word of the name comes out at the same time.
    let (mut start, mut word) = (equals, 0);
    while start > from && text[start - 1].is_ascii_alphanumeric() {
        start -= 1;
        let place = equals - start - 1;
        if place < 8 {
            word |= u64::from(text[start]) << (8 * place);
        }
    }
    let len = equals - start;
    if len < 2 || !(start == 0 || matches!(text[start - 1], b' ' | b'(')) {
        return None;
    }
    let index = match len {
        2..=8 => index_of(word)?,
        _ => KEYS.iter().position(|(names, _)| names.contains(&&text[start..equals]))?,
    };
    Some((index, start))
}

/// One key with its value, quotes taken off.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) key: Key,
    pub(super) name: Span,
    pub(super) value: Span,
}

/// The pairs of `text` from `at` on.
pub(super) struct Pairs<'t> {
    text: &'t [u8],
    /// The key that was found last: its name and where its value begins.
    next: Option<(Key, Span, usize)>,
    /// One bit for each key that was found.
    seen: u64,
}

impl<'t> Pairs<'t> {
    pub(super) fn new(text: &'t [u8], at: usize) -> Self {
        let mut seen = 0;
        Self { text, next: find_key(text, at, &mut seen), seen }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.next.is_none()
    }

    /// Where the first key begins, else the end.
    pub(super) fn start(&self) -> usize {
        self.next.map_or(self.text.len(), |(_, name, _)| name.start as usize)
    }
}

impl Iterator for Pairs<'_> {
    type Item = Pair;

    fn next(&mut self) -> Option<Pair> {
        let (key, name, value) = self.next?;
        // What a client sent in quotes may look like a key.
        let quoted = self.text.get(value) == Some(&b'"');
        let search = if quoted { closing(self.text, value + 1) } else { value };
        self.next = find_key(self.text, search, &mut self.seen);
        let end = self.next.map_or(self.text.len(), |(_, name, _)| name.start as usize);
        Some(Pair { key, name, value: bare(self.text, value, end) })
    }
}

/// The end of a text in `"`: the first that a blank or the end follows.
fn closing(text: &[u8], from: usize) -> usize {
    let quotes = memchr::memchr_iter(b'"', &text[from..]).map(|found| from + found);
    let end = |at: &usize| matches!(text.get(at + 1), None | Some(b' ')) && text[at - 1] != b'\\';
    quotes.into_iter().find(end).map_or(from, |at| at + 1)
}

/// The next known key at or after `from`: after a blank or a bracket, `=` right behind it. What was seen before is part of
/// a value: `usrID=Jo cR=7`.
fn find_key(text: &[u8], from: usize, seen: &mut u64) -> Option<(Key, Span, usize)> {
    let mut at = from;
    loop {
        let equals = bytes::find(text, at, b'=');
        if equals >= text.len() {
            return None;
        }
        at = equals + 1;
        let Some((index, start)) = key_before(text, from, equals) else { continue };
        let first = *seen & (1 << index) == 0;
        *seen |= 1 << index;
        if first {
            return Some((KEYS[index].1, Span::new(start, equals), at));
        }
    }
}

/// A value without blanks around it, its quotes, and the bracket of `(cR=1)`.
fn bare(text: &[u8], start: usize, end: usize) -> Span {
    let mut value = &text[start.min(end)..end];
    // Most are bare, with the blank before the next key behind them.
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'<' | b'>' | b'/');
    if let [first, inner @ .., b' '] = value
        && plain(first)
        && plain(inner.last().unwrap_or(first))
    {
        return Span::new(start, end - 1);
    }
    let mut at = start + (value.len() - value.trim_ascii_start().len());
    value = value.trim_ascii();
    if let [rest @ .., b'('] = value {
        value = rest.trim_ascii_end();
    }
    match value {
        [quote @ (b'\'' | b'"'), rest @ ..] => {
            at += 1;
            value = if let [inside @ .., last] = rest
                && last == quote
            {
                inside
            } else {
                rest
            };
        }
        [rest @ .., b')'] if !rest.contains(&b'(') => value = rest,
        _ => {}
    }
    Span::new(at, at + value.len())
}

/// True where nothing is known: `<NULL>`, `-`, no text.
pub(super) fn is_absent(value: &[u8]) -> bool {
    matches!(value, b"<NULL>" | b"-" | b"")
}

/// Sets the fields of a pair. `back`: the line is about a call to a backend.
pub(super) fn set(pair: &Pair, back: bool, text: &[u8], row: &mut Row) {
    let value = pair.value.of(text);
    if is_absent(value) {
        return;
    }
    match pair.key {
        Key::RequestFront => request::set_front(pair.value, text, row),
        Key::RequestBack => request::set_back(pair.value, text, row),
        Key::RequestDecrypted => row.text(Field::DecryptedUri, pair.value),
        Key::Client => row.text(Field::ClientIp, pair.value),
        Key::Status(side) => {
            let front = side == Side::Front || side == Side::Line && !back;
            let field = if front { Field::ResponseCode } else { Field::ServerResponseCode };
            if let Some((status, span)) = last(pair.value, text).and_then(|span| Some((number(span, text)?, span))) {
                row.int(field, status, span);
            }
            count_calls(side, value, row);
        }
        Key::Bytes => set_int(Field::ResponseLength, pair.value, text, row),
        Key::Address => set_address(pair.value, text, row),
        Key::AddressIp => {
            if let Some(ip) = last(pair.value, text) {
                row.text(Field::ServerIp, ip);
            }
        }
        Key::Time(field) => {
            if let Some(millis) = sum(value) {
                row.int(field, millis * 1000, pair.value);
            }
        }
        Key::Chain => set_chain(pair.value, text, row),
        Key::Concurrent => set_int(Field::Actconn, pair.value, text, row),
        Key::User => row.text(Field::UserId, pair.value),
        Key::Event => {
            row.list(Field::Events, value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii), pair.value);
        }
        Key::Session => row.text(Field::ClientSession, pair.value),
        Key::SslSession => row.text(Field::SslSessionId, pair.value),
        Key::Transaction => row.text(Field::TransactionId, pair.value),
        // The value of a session cookie logs its holder in: it stays in the line. The parsed URI is shown with the rest.
        Key::Cookie | Key::ParsedUri => {}
    }
}

/// A request that called more than one backend lists them all: `sCB=200,<NULL>,302`.
fn count_calls(side: Side, value: &[u8], row: &mut Row) {
    let calls = 1 + memchr::memchr_iter(b',', value).count();
    if side == Side::Back && calls > 1 {
        row.int(Field::BackendCalls, calls as i64, Span::NONE);
    }
}

/// The last element of a list that is there: the call whose answer was used.
fn last(value: Span, text: &[u8]) -> Option<Span> {
    let mut end = value.start as usize + value.len as usize;
    for element in value.of(text).rsplit(|byte| *byte == b',') {
        let start = end - element.len();
        let inner = element.trim_ascii();
        if !is_absent(inner) {
            let at = start + (element.len() - element.trim_ascii_start().len());
            return Some(Span::new(at, at + inner.len()));
        }
        end = start.saturating_sub(1);
    }
    None
}

/// The calls of one request follow each other: their times add up.
fn sum(value: &[u8]) -> Option<i64> {
    let mut elements = value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii).filter(|element| !is_absent(element));
    let first = millis(elements.next()?)?;
    elements.try_fold(first, |sum, element| sum.checked_add(millis(element)?))
}

fn millis(text: &[u8]) -> Option<i64> {
    number::int(text).filter(|millis| (0..1_000_000_000_000).contains(millis))
}

fn number(span: Span, text: &[u8]) -> Option<i64> {
    number::int(span.of(text)).filter(|number| *number >= 0)
}

fn set_int(field: Field, span: Span, text: &[u8], row: &mut Row) {
    if let Some(value) = number(span, text) {
        row.int(field, value, span);
    }
}

/// `shop.example:443`, `shop.example:443 (192.0.2.7)`, or a list of such.
fn set_address(value: Span, text: &[u8], row: &mut Row) {
    let Some(span) = last(value, text) else { return };
    let mut cursor = Cursor::new(&text[..(span.start + span.len) as usize], span.start as usize);
    let address = cursor.token();
    cursor.skip_blanks();
    if cursor.eat(b'(') {
        row.text(Field::ServerIp, cursor.until(b')'));
    }
    let start = address.start as usize;
    let bytes = address.of(text);
    let colon = memchr::memrchr(b':', bytes);
    let port = colon.and_then(|colon| number::int(&bytes[colon + 1..])).filter(|port| (0..=65_535).contains(port));
    let name = match colon.filter(|_| port.is_some()) {
        Some(colon) => Span::new(start, start + colon),
        None => address,
    };
    let name = match name.of(text) {
        [b'[', .., b']'] => Span { start: name.start + 1, len: name.len - 2 },
        _ => name,
    };
    row.text(Field::ServerName, name);
    if let Some((port, colon)) = port.zip(colon) {
        row.int(Field::ServerPort, port, Span::new(start + colon + 1, start + bytes.len()));
    }
}

/// `/shop/* (Filter) /shop/api/* (Other) >Servlet`: the filters, outermost first, and the servlet; for a call to a
/// backend the servlet alone.
fn set_chain(value: Span, text: &[u8], row: &mut Row) {
    let bytes = value.of(text);
    let start = value.start as usize;
    let arrow = memchr::memrchr(b'>', bytes);
    if arrow.is_none() && !bytes.contains(&b'(') {
        row.text(Field::Servlet, value);
        return;
    }
    let chain = &bytes[..arrow.unwrap_or(bytes.len())];
    let filters = memchr::memchr_iter(b'(', chain).filter_map(|open| {
        let name = &chain[open + 1..];
        Some(&name[..memchr::memchr(b')', name)?])
    });
    row.list(Field::FilterChain, filters, value);
    if let Some(arrow) = arrow {
        let servlet = bytes[arrow + 1..].trim_ascii_end();
        let blanks = servlet.len() - servlet.trim_ascii_start().len();
        row.text(Field::Servlet, Span::new(start + arrow + 1 + blanks, start + arrow + 1 + servlet.len()));
    }
}
