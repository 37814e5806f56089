//! Goes once through a text, from left to right, and replaces what must not be known.
//!
//! Where the parser knows what stands, that decides; else what a thing looks like, or the key before it. In doubt more is
//! masked than must be: a credential ends where nothing of it can follow.

mod looks;

use super::decode::Plain;
use super::fields::{Keyword, What, keyword};
use super::names::{self, MASK};
use super::{Changes, Keyed};
use crate::protocol::Hidden;
use crate::record::Kind;
use std::ops::Range;

/// A part of the text of which the parser knows what it is.
pub struct Region {
    pub range: Range<usize>,
    pub what: What,
    /// What stands for it.
    pub by: Option<(Hidden, String)>,
}

/// A value of the entry that is replaced wherever it stands.
pub struct Known {
    pub plain: Vec<u8>,
    pub hidden: Hidden,
    pub by: String,
}

pub struct Walk<'a> {
    keyed: &'a Keyed,
    known: &'a [Known],
    regions: &'a [Region],
    text: &'a [u8],
    plain: Plain,
    /// Of each plain byte the region that holds it, from 1.
    owner: Vec<u16>,
    /// How deep the quote that is open here stands in other quotes.
    open: Option<usize>,
    out: Vec<u8>,
    /// Up to here the text is written.
    copied: usize,
    changes: &'a mut Changes,
}

/// `text` with all that is replaced. Of regions that overlap the last one counts.
pub fn walk<'a>(
    keyed: &'a Keyed,
    known: &'a [Known],
    regions: &'a [Region],
    text: &'a [u8],
    changes: &'a mut Changes,
) -> Vec<u8> {
    let plain = Plain::new(text);
    let mut owner = vec![0; plain.len()];
    for (nth, region) in regions.iter().enumerate() {
        let (from, to) = (plain.find(region.range.start), plain.find(region.range.end));
        owner[from..to.max(from)].fill(nth as u16 + 1);
    }
    let out = Vec::with_capacity(text.len());
    let mut walk = Walk { keyed, known, regions, text, plain, owner, open: None, out, copied: 0, changes };
    let mut at = 0;
    while at < walk.plain.len() {
        at = walk.step(at).unwrap_or_else(|| {
            walk.quote(at);
            at + 1
        });
    }
    walk.out.extend_from_slice(&text[walk.copied..]);
    walk.out
}

/// Other letters count as none: what stands behind one is looked at once more, not once less.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl Walk<'_> {
    /// Replaces what begins at `at`; where to go on, or `None` where nothing begins there.
    fn step(&mut self, at: usize) -> Option<usize> {
        let region = self.region(at);
        if let Some((hidden, by)) = region.and_then(|region| region.by.clone()) {
            let owner = self.owner[at];
            let end = at + self.owner[at..].iter().take_while(|one| **one == owner).count();
            // Of one that something before it reached into, the rest is dropped.
            let whole = at == 0 || self.owner[at - 1] != owner || self.copied <= self.plain.start(at - 1);
            let by = if whole { self.quoted(at, by) } else { String::new() };
            return Some(self.put(at..end, hidden, by));
        }
        let what = region.map_or(What::Text, |region| region.what);
        let byte = self.plain.get(at);
        let is_start = at == 0 || !is_word(self.plain.get(at - 1)) || self.owner[at] != self.owner[at - 1];
        if what != What::Kept
            && let Some(end) = self.known(at)
        {
            return Some(end);
        }
        let first = at == 0 || self.owner[at] != self.owner[at - 1];
        if what == What::Headers && (first || matches!(self.plain.get(at - 1), b'|' | b'{')) {
            let end = self.until(at, |byte| matches!(byte, b'|' | b'}'));
            let part = &self.plain.bytes[at..end];
            if names::is_host(names::port(part).0) {
                let by = names::host(self.keyed, part);
                return Some(self.put(at..end, Hidden::Host, by));
            }
        }
        match byte {
            b'?' => return self.query(at + 1),
            _ if what == What::Query && first => return self.query(at),
            b':' if self.plain.bytes[at..].starts_with(b"://") => return self.authority(at + 3),
            b':' | b'=' => {
                if let Some(end) = self.keyed_value(at) {
                    return Some(end);
                }
                if byte == b'=' && what == What::Headers {
                    let end = self.until(at + 1, |byte| matches!(byte, b'|' | b';' | b'}'));
                    return Some(self.put(at + 1..end, Hidden::Credential, MASK.to_owned()));
                }
            }
            _ => {}
        }
        let address = self.address_v4(at).or_else(|| self.address_v6(at));
        address.or_else(|| {
            let found = is_start.then(|| self.mail(at).or_else(|| self.token(at)))?;
            found.or_else(|| if self.region(at).is_none() { self.loose(at) } else { None })
        })
    }

    /// As JSON wants it: a number behind a key becomes a text.
    fn quoted(&self, at: usize, by: String) -> String {
        let blanks = self.plain.bytes[..at].iter().rev().take_while(|byte| **byte == b' ').count();
        let Some(quote) = (at - blanks).checked_sub(2).filter(|quote| self.plain.bytes[*quote..].starts_with(b"\":"))
        else {
            return by;
        };
        let quote = String::from_utf8_lossy(&self.text[self.plain.start(quote)..self.plain.start(quote + 1)]);
        [&quote, by.as_str(), &quote].concat()
    }

    fn region(&self, at: usize) -> Option<&Region> {
        self.regions.get(usize::from(*self.owner.get(at)?).checked_sub(1)?)
    }

    /// Where the region ends that holds `at`; of what stands in none, or in a mere name, the text.
    fn limit(&self, at: usize) -> usize {
        match self.region(at) {
            Some(region) if region.what != What::Kept => self.plain.find(region.range.end),
            _ => self.plain.len(),
        }
    }

    /// The first such byte from `at` on within the region that holds `at`.
    fn until(&self, at: usize, ends: impl Fn(u8) -> bool) -> usize {
        let limit = self.limit(at);
        (at..limit).find(|at| ends(self.plain.get(*at)) && !self.plain.is_number(*at)).unwrap_or(limit)
    }

    /// Writes what stands for `range`; where to go on.
    fn put(&mut self, range: Range<usize>, hidden: Hidden, by: String) -> usize {
        let (from, to) = (self.plain.start(range.start), self.plain.start(range.end));
        self.out.extend_from_slice(&self.text[self.copied..from.max(self.copied)]);
        self.out.extend_from_slice(by.as_bytes());
        self.copied = to.max(self.copied);
        self.changes.add(hidden, &self.text[from..to], &by);
        range.end
    }

    /// A quote opens or closes what is in quotes.
    fn quote(&mut self, at: usize) {
        if self.plain.get(at) == b'"' && !self.plain.is_number(at) {
            let width = self.plain.width(at);
            match self.open {
                None => self.open = Some(width),
                Some(open) if width <= open => self.open = None,
                Some(_) => {}
            }
        }
    }

    /// True where the quotes end that are open; where none are, at any quote.
    fn closes(&self, at: usize) -> bool {
        self.plain.get(at) == b'"'
            && !self.plain.is_number(at)
            && self.open.is_none_or(|open| self.plain.width(at) <= open)
    }

    fn is_space(&self, at: usize) -> bool {
        let byte = self.plain.get(at);
        (byte.is_ascii_whitespace() || byte == Kind::LIST_SEPARATOR) && !self.plain.is_number(at)
    }

    fn known(&mut self, at: usize) -> Option<usize> {
        let rest = &self.plain.bytes[at..];
        let apart = |a: u8, b: u8| !(is_word(a) && is_word(b));
        let found = self.known.iter().find(|known| {
            let len = known.plain.len();
            // A long one is no word that other words are made of.
            let is_long = len >= 8;
            rest.starts_with(&known.plain)
                && (is_long || at == 0 || apart(self.plain.get(at - 1), rest[0]))
                && (is_long || apart(rest[len - 1], self.plain.get(at + len)))
        })?;
        let (end, hidden, by) = (at + found.plain.len(), found.hidden, found.by.clone());
        Some(self.put(at..end, hidden, by))
    }

    /// Parameters of a query: their names stay. What has no name may be anything.
    fn query(&mut self, mut at: usize) -> Option<usize> {
        let begin = at;
        loop {
            let limit = self.limit(at);
            let in_headers = self.region(at).is_some_and(|region| region.what == What::Headers);
            let ends = |at: usize| {
                let ends = match self.plain.get(at) {
                    b'&' | b'<' | b'>' => true,
                    b'|' | b'}' => in_headers,
                    b'\'' => {
                        !matches!(self.plain.get(at + 1), b'&' | b'%' | b'+' | b'=' | b'\'')
                            && !is_word(self.plain.get(at + 1))
                    }
                    _ => self.is_space(at) || self.closes(at),
                };
                ends && !self.plain.is_number(at)
            };
            let end = (at..limit).find(|at| ends(*at)).unwrap_or(limit);
            let equals = self.plain.bytes[at..end].iter().position(|byte| *byte == b'=');
            let from = equals.map_or(at, |equals| at + equals + 1);
            if from < end && !names::is_nobody(&self.plain.bytes[from..end]) {
                self.put(from..end, Hidden::Credential, MASK.to_owned());
            }
            at = end;
            if self.plain.get(at) != b'&' || at == limit {
                return (at > begin).then_some(at);
            }
            at += 1;
        }
    }

    /// What stands behind `://`: user and password are masked, the host replaced.
    fn authority(&mut self, at: usize) -> Option<usize> {
        let limit = self.limit(at);
        let is_end = |byte: u8| {
            byte.is_ascii_whitespace()
                || matches!(
                    byte,
                    b'/' | b'?'
                        | b'#'
                        | b'"'
                        | b'\''
                        | b'<'
                        | b'>'
                        | b'|'
                        | b','
                        | b';'
                        | b'('
                        | b')'
                        | b'{'
                        | b'}'
                        | b'\\'
                )
        };
        let end = (at..limit).find(|at| is_end(self.plain.get(*at))).unwrap_or(limit);
        let mut from = at;
        if let Some(sign) = self.plain.bytes[at..end].iter().rposition(|byte| *byte == b'@') {
            from = self.put(at..at + sign, Hidden::Credential, MASK.to_owned()) + 1;
        }
        // `fastcgi://unix:/run/php.sock`
        let host = &self.plain.bytes[from..end];
        if names::is_nobody(names::port(host).0)
            || matches!(host, b"unix:" | b"unix")
            || self.region(from).is_some_and(|region| region.by.is_some())
        {
            return (from > at).then_some(from);
        }
        let by = names::host(self.keyed, host);
        Some(self.put(from..end, Hidden::Host, by))
    }

    /// The value behind a key that tells what it is; `at` is the `:` or `=` between them.
    fn keyed_value(&mut self, at: usize) -> Option<usize> {
        let plain = &self.plain;
        let back = |at: usize, is: &dyn Fn(u8) -> bool| {
            at - plain.bytes[..at].iter().rev().take(40).take_while(|byte| is(**byte)).count()
        };
        let key_end = back(at, &|byte| matches!(byte, b' ' | b'"' | b'\''));
        let key_start = back(key_end, &|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        let key = &plain.bytes[key_start..key_end];
        // `"host":{"name":"edge1"}`
        let is_name = key == b"name" && plain.bytes[..key_start].ends_with(b"host\":{\"");
        let keyword = keyword(if is_name { b"host" } else { key })?;
        // As the key is quoted, so is what replaces more than a text.
        let quotes = plain.bytes[key_end..at].iter().take_while(|byte| matches!(byte, b'"' | b'\'')).count();
        let quotes = &self.text[plain.start(key_end)..plain.start(key_end + quotes)];
        let (limit, mut from) = (self.limit(at), at + 1);
        while from < limit && matches!(plain.get(from), b' ' | b'\t' | b'>') {
            from += 1;
        }
        let secret = matches!(keyword, Keyword::Line | Keyword::Word);
        let (limit, region) = (self.limit(from), self.region(from));
        if !secret && region.is_some_and(|region| region.by.is_some() || region.what == What::Kept) {
            return None;
        }
        let (first, width) = (plain.get(from), plain.width(from));
        let (to, bare) = match first {
            b'"' | b'\'' if !plain.is_number(from) => {
                // In a cell in quotes each quote is written twice.
                let twice = first == b'"' && self.open == Some(width) && plain.get(from + 1) == b'"';
                from += if twice { 2 } else { 1 };
                let closes = |at: &usize| {
                    plain.get(*at) == first
                        && !plain.is_number(*at)
                        && plain.width(*at) <= width
                        && (!twice || plain.get(at + 1) == b'"')
                };
                ((from..limit).find(closes).unwrap_or(limit), false)
            }
            b'{' | b'[' if secret => (self.bracket(from, limit), true),
            b'{' | b'[' => return None,
            _ => (self.bare_end(key_start, at, from, limit, keyword == Keyword::Line), !quotes.is_empty()),
        };
        let to = match keyword {
            // `inetA='shop-be1.example.net:8443 (10.12.30.11)'`
            Keyword::Host => (from..to).find(|at| self.is_space(*at)).unwrap_or(to),
            _ => from + plain.bytes[from..to].trim_ascii_end().len(),
        };
        let value = &self.text[plain.start(from)..plain.start(to)];
        if names::is_nobody(&plain.bytes[from..to]) || bare && !secret {
            return None;
        }
        let what = match keyword {
            Keyword::User => What::User,
            Keyword::Session => What::Session,
            Keyword::Host => What::Host,
            Keyword::Line | Keyword::Word => What::Text,
        };
        let (hidden, mut by) =
            names::replaced(self.keyed, what, value).unwrap_or((Hidden::Credential, MASK.to_owned()));
        if bare {
            let quotes = String::from_utf8_lossy(quotes);
            by = [&quotes, by.as_str(), &quotes].concat();
        }
        (at + 1..from).for_each(|at| self.quote(at));
        Some(self.put(from..to, hidden, by))
    }

    /// Where a value in no quotes ends.
    fn bare_end(&self, key: usize, sign: usize, from: usize, limit: usize, line: bool) -> usize {
        let plain = &self.plain;
        // `%3A` may have been a line of its own, but stands in a word here.
        let in_word = plain.is_number(sign);
        let apostrophe = key > 0 && plain.get(key - 1) == b'\'';
        let is_pair = |at: usize| {
            let name = plain.bytes[at + 1..limit].iter().take_while(|byte| is_word(**byte)).count();
            name > 0 && plain.get(at + 1 + name) == b'='
        };
        let ends = |at: usize| match plain.get(at) {
            b'\n' | b'\r' | Kind::LIST_SEPARATOR => !plain.is_number(at),
            b'"' if line => self.open.is_some() && self.closes(at),
            b'"' | b'\'' if !line => true,
            b'\'' => apostrophe,
            b'>' if plain.get(from) == b'<' => false,
            b',' | b';' | b'&' | b'|' | b')' | b']' | b'}' | b'>' => !line,
            // `cookie=a=1; b=2 sslID=…`: what follows the cookies has a key of its own.
            _ if !self.is_space(at) => false,
            _ => {
                !line || in_word || plain.get(sign) == b'=' && !matches!(plain.get(at - 1), b';' | b',') && is_pair(at)
            }
        };
        let mut at = from;
        while at < limit && !ends(at) {
            at += 1;
            // In a cell in quotes each quote is written twice.
            while line && at + 1 < limit && self.open.is_some() && self.closes(at) && self.closes(at + 1) {
                at += 2;
            }
        }
        at
    }

    /// Where the object or list ends that begins at `from`.
    fn bracket(&self, from: usize, limit: usize) -> usize {
        let (mut depth, mut quoted) = (0, None);
        for at in from..limit {
            let (byte, width) = (self.plain.get(at), self.plain.width(at));
            match (byte, quoted) {
                (b'"' | b'\'', None) => quoted = Some((byte, width)),
                (_, Some((quote, open))) if byte == quote && width <= open => quoted = None,
                (b'{' | b'[', None) => depth += 1,
                (b'}' | b']', None) => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return at + 1;
            }
        }
        limit
    }
}
