//! What is known by its looks: addresses, e-mail addresses, tokens, and where no parser read the text, hosts and users.

use super::{Walk, is_word};
use crate::export::anonymise::fields::What;
use crate::export::anonymise::names::{self, MASK};
use crate::protocol::Hidden;

impl Walk<'_> {
    pub(super) fn address_v4(&mut self, at: usize) -> Option<usize> {
        let plain = &self.plain;
        if !plain.get(at).is_ascii_digit() || at > 0 && plain.get(at - 1).is_ascii_digit() {
            return None;
        }
        let run = &plain.bytes[at..plain.len().min(at + 16)];
        let len = run.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
        // Of more than four numbers the first four.
        let fourth =
            run[..len].iter().enumerate().filter(|(_, byte)| **byte == b'.').nth(3).map_or(len, |(dot, _)| dot);
        if run.get(fourth).is_some_and(u8::is_ascii_digit) || self.is_version(at, &run[..fourth]) {
            return None;
        }
        let by = names::address(self.keyed, &run[..fourth])?;
        Some(self.put(at..at + fourth, Hidden::Address, by))
    }

    /// `Chrome/141.0.0.0`: the product of a user agent has a capital letter and no version behind the first number.
    fn is_version(&self, at: usize, number: &[u8]) -> bool {
        let word = self.plain.bytes[..at].iter().rev().skip(1).take_while(|byte| byte.is_ascii_alphabetic()).count();
        at > word
            && self.plain.get(at - 1) == b'/'
            && self.text[self.plain.start(at - 1 - word)].is_ascii_uppercase()
            && number.ends_with(b".0.0.0")
    }

    pub(super) fn address_v6(&mut self, at: usize) -> Option<usize> {
        let plain = &self.plain;
        let before = if at == 0 { 0 } else { plain.get(at - 1) };
        let begins = match plain.get(at) {
            b':' => plain.get(at + 1) == b':' && before != b':',
            byte => byte.is_ascii_hexdigit(),
        };
        if !begins || is_word(before) {
            return None;
        }
        let run = plain.bytes[at..].iter().take(64);
        let mut len = run.take_while(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')).count();
        let colons = |len: usize| plain.bytes[at..at + len].iter().filter(|byte| **byte == b':').count();
        // A port, a full stop: what is too much behind an address is left out, group by group.
        while len > 1 && colons(len) > 1 {
            if !is_word(plain.get(at + len))
                && let Some(by) = names::address(self.keyed, &plain.bytes[at..at + len])
            {
                return Some(self.put(at..at + len, Hidden::Address, by));
            }
            let cut = plain.bytes[at..at + len].iter().rposition(|byte| matches!(byte, b':' | b'.'))?;
            // A group behind `::` leaves that.
            let is_pair = cut > 0 && plain.get(at + cut - 1) == b':';
            len = if is_pair && cut + 1 < len { cut + 1 } else { cut };
        }
        None
    }

    /// `ana@mail.example`: a user.
    pub(super) fn mail(&mut self, at: usize) -> Option<usize> {
        let count = |at: usize, most: usize, signs: &[u8]| {
            let bytes = self.plain.bytes[at..].iter().take(most);
            bytes.take_while(|byte| byte.is_ascii_alphanumeric() || signs.contains(byte)).count()
        };
        let sign = at + count(at, 65, b"._+-");
        if sign == at || self.plain.get(sign) != b'@' {
            return None;
        }
        let domain = &self.plain.bytes[sign + 1..sign + 1 + count(sign + 1, 255, b".-")];
        let len = domain.len() - domain.iter().rev().take_while(|byte| matches!(byte, b'.' | b'-')).count();
        let end = sign + 1 + len;
        domain[..len].contains(&b'.').then_some(())?;
        let (hidden, by) = names::replaced(self.keyed, What::User, &self.plain.bytes[at..end])?;
        Some(self.put(at..end, hidden, by))
    }

    /// Where no parser says what stands, what looks like the name of a host is one, and `corp\ana` is a user.
    pub(super) fn loose(&mut self, at: usize) -> Option<usize> {
        let before = if at == 0 { 0 } else { self.plain.get(at - 1) };
        let count = |at: usize| {
            let bytes = self.plain.bytes[at..].iter().take(255);
            bytes.take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')).count()
        };
        let (len, sign) = (count(at), at + count(at));
        if self.plain.get(sign) == b'\\' && len > 0 && count(sign + 1) > 0 && before != b'\\' {
            let end = sign + 1 + count(sign + 1);
            let (hidden, by) = names::replaced(self.keyed, What::User, &self.plain.bytes[at..end])?;
            return Some(self.put(at..end, hidden, by));
        }
        let name = &self.plain.bytes[at..sign];
        let name = name.strip_suffix(b".").unwrap_or(name);
        // Files have such names too, but stand behind a path; keys of JSON before a colon.
        let is_key = self.plain.bytes[sign..].starts_with(b"\":");
        if matches!(before, b'/' | b'.' | b'-') || is_key || !names::is_host(name) {
            return None;
        }
        let (end, by) = (at + name.len(), names::host(self.keyed, name));
        Some(self.put(at..end, Hidden::Host, by))
    }

    /// `Bearer …` and a JSON Web Token, with nothing before them that says so.
    pub(super) fn token(&mut self, at: usize) -> Option<usize> {
        let rest = &self.plain.bytes[at..];
        let schemes: [&[u8]; 5] = [b"bearer ", b"basic ", b"digest ", b"negotiate ", b"ntlm "];
        let skip = schemes.iter().find(|scheme| rest.starts_with(scheme)).map_or(0, |scheme| scheme.len());
        let of_token =
            |byte: &&u8| is_word(**byte) || **byte >= 0x80 || matches!(byte, b'+' | b'/' | b'=' | b'.' | b'~' | b'-');
        let len = rest[skip..].iter().take_while(of_token).count();
        let is_token = if skip > 0 { len >= 6 } else { len >= 20 && rest.starts_with(b"eyj") };
        is_token.then(|| self.put(at + skip..at + skip + len, Hidden::Credential, MASK.to_owned()))
    }
}
