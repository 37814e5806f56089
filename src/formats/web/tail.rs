//! What is put behind the combined format: times, sizes, upstream, identifiers.
//!
//! ```text
//! … "curl/8.5.0" 1042                                                 Apache: %D, where the source tells
//! … "curl/8.5.0" 532 4821 1042                                        Apache: %I %O %D
//! … "curl/8.5.0" "203.0.113.9" 0.042 0.040                            nginx: X-Forwarded-For, request and upstream time
//! … "curl/8.5.0" rt=0.042 uct="0.001" uht="0.040" urt="0.041"         nginx, named
//! … "curl/8.5.0" 532 0.042 [shop-web-80] [] 10.2.3.4:8080 2326 0.041 200 7f0c…   Kubernetes ingress
//! ```
//!
//! The line does not name its fields unless it is written with names, so a piece is taken for what only it can be. The
//! rest is kept for the opened log.

use super::access::{Layout, Line};
use super::shapes::{duration, is_cache, is_cipher, is_host, is_id, is_seconds, pair};
use super::upstream::{self, Upstream};
use super::{Extras, LONE, head, names, quoted};
use crate::record::{Field, Reason, Reject, Row, Span};
use crate::text::net::parse_ip;
use crate::text::{Cursor, number};

/// More pieces than any log has; what follows them is not read.
const MOST: usize = 48;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Bare,
    Quoted,
    /// `[shop-web-80]`, `(0 s)`
    Bracketed,
}

/// One piece of a tail: `"…"`, `[…]`, a word, or a list as nginx writes it (`0.001, 0.040 : 0.002`).
#[derive(Clone, Copy, Debug)]
struct Piece {
    shape: Shape,
    /// Name of `name=value`.
    name: Span,
    value: Span,
    closed: bool,
}

/// Reads everything behind the user agent, or behind the size where there is none.
pub(super) fn read(cursor: &mut Cursor, line: &mut Line, row: &mut Row, extras: &mut Extras) -> Result<(), Reject> {
    let text = cursor.text;
    let mut pieces = [None; MOST];
    let mut count = 0;
    while count < MOST
        && let Some(piece) = piece(cursor)
    {
        line.cut |= !piece.closed;
        if names::is_nevisproxy(piece.name.of(text)) {
            return Err(Reject::at(Reason::UnknownFormat, 0));
        }
        pieces[count] = Some(piece);
        count += 1;
    }
    if !cursor.rest().trim_ascii().is_empty() {
        extras.add("tail", cursor.rest());
    }
    let pieces = pieces[..count].iter().flatten().copied();
    let mut tail = Tail { text, upstream: Upstream::default(), total: None, ends: false };
    if is_ingress(pieces.clone(), text) {
        line.layout = Layout::Ingress;
        tail.read_ingress(pieces, row, extras);
    } else if is_traefik(pieces.clone(), text) {
        line.layout = Layout::Traefik;
        tail.read_traefik(pieces, row, extras);
    } else {
        tail.read_any(pieces, line.micros, row, extras);
    }
    tail.set(line, row);
    Ok(())
}

/// Steps over the next piece.
fn piece(cursor: &mut Cursor) -> Option<Piece> {
    let text = cursor.text;
    while matches!(cursor.peek(), Some(b' ' | b',' | b'|' | b'\t')) {
        cursor.at += 1;
    }
    let start = cursor.at;
    let bare = Piece { shape: Shape::Bare, name: Span::NONE, value: Span::NONE, closed: true };
    match cursor.peek()? {
        b'"' => {
            let quoted = quoted::eat(cursor)?;
            Some(Piece { shape: Shape::Quoted, value: quoted.inner, closed: quoted.closed, ..bare })
        }
        open @ (b'[' | b'(') => {
            cursor.at += 1;
            let value = cursor.until(if open == b'[' { b']' } else { b')' });
            let closed = !cursor.at_end();
            cursor.at += usize::from(closed);
            Some(Piece { shape: Shape::Bracketed, value, closed, ..bare })
        }
        _ => {
            let name = cursor.rest().iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte));
            let end = start + name.count();
            let named = match text.get(end) {
                Some(b'=') => end > start,
                Some(b':') => names::find(&text[start..end]).is_some() && text.get(end + 1) != Some(&b'/'),
                _ => false,
            };
            if named {
                cursor.at = end + 1;
                let name = Span::new(start, end);
                if cursor.peek() == Some(b'"') {
                    let quoted = quoted::eat(cursor)?;
                    return Some(Piece { shape: Shape::Quoted, name, value: quoted.inner, closed: quoted.closed });
                }
                return Some(Piece { name, value: list(cursor), ..bare });
            }
            Some(Piece { value: list(cursor), ..bare })
        }
    }
}

/// A word and, after a comma or a colon by itself, the words that belong to it: `0.001, 0.040 : 0.002`.
fn list(cursor: &mut Cursor) -> Span {
    let start = cursor.at;
    loop {
        cursor.token();
        let more = cursor.text[start..cursor.at].ends_with(b",") && cursor.rest().len() > 1;
        if cursor.rest().starts_with(b" : ") {
            cursor.at += 3;
        } else if more {
            cursor.at += 1;
        } else {
            return Span::new(start, cursor.at);
        }
    }
}

struct Tail<'a> {
    text: &'a [u8],
    upstream: Upstream,
    /// Microseconds, and where they stand.
    total: Option<(i64, Span)>,
    /// The total time is nginx's: its stamp is that of the end.
    ends: bool,
}

impl Tail<'_> {
    /// `532 0.042 [shop-web-80] [] 10.2.3.4:8080 2326 0.041 200 7f0c…`
    fn read_ingress(&mut self, pieces: impl Iterator<Item = Piece>, row: &mut Row, extras: &mut Extras) {
        for (nth, piece) in pieces.enumerate() {
            let value = quoted::unless_none(piece.value, self.text);
            match nth {
                0 => set_int(Field::RequestLength, value, self.text, row),
                1 => self.set_total(value, true),
                2 => row.text(Field::PoolName, value),
                3 => extras.add("alternative_upstream", value.of(self.text)),
                4 => self.upstream.address = value,
                5 => self.upstream.length = value,
                6 => self.upstream.response = value,
                7 => self.upstream.status = value,
                8 => row.text(Field::RequestId, value),
                _ => extras.add("tail", value.of(self.text)),
            }
        }
    }

    /// `262 "Host-host-1" "http://172.19.0.3:5601" 2ms`
    fn read_traefik(&mut self, pieces: impl Iterator<Item = Piece>, row: &mut Row, extras: &mut Extras) {
        for (nth, piece) in pieces.enumerate() {
            let value = quoted::unless_none(piece.value, self.text);
            match nth {
                0 => extras.add("request_count", value.of(self.text)),
                1 => row.text(Field::VirtualService, value),
                2 => self.upstream.address = value,
                3 => self.total = duration(value.of(self.text)).map(|total| (total, value)),
                _ => extras.add("tail", value.of(self.text)),
            }
        }
    }

    fn read_any(&mut self, pieces: impl Iterator<Item = Piece>, micros: bool, row: &mut Row, extras: &mut Extras) {
        let mut seconds = Numbers::default();
        let mut ints = Numbers::default();
        for piece in pieces {
            let value = quoted::unless_none(piece.value, self.text);
            if value.len == 0 {
                continue;
            }
            if piece.name.len > 0 {
                self.read_named(piece.name, value, row, extras);
            } else if is_seconds(value.of(self.text)) {
                seconds.push(value);
            } else if number::int(value.of(self.text)).is_some() && piece.shape != Shape::Bracketed {
                ints.push(value);
            } else if !self.read_value(piece.shape, value, row) {
                extras.add("tail", value.of(self.text));
            }
        }
        self.read_seconds(seconds, extras);
        self.read_ints(ints, micros, row, extras);
    }

    /// `rt=0.042`, `uct="0.001"`, `D=1042`
    fn read_named(&mut self, name: Span, value: Span, row: &mut Row, extras: &mut Extras) {
        use names::Name;
        let bytes = value.of(self.text);
        let known = names::find(name.of(self.text));
        match known {
            Some(Name::Total) if is_seconds(bytes) => self.set_total(value, true),
            Some(Name::Total) if duration(bytes).is_some() => self.total = duration(bytes).map(|total| (total, value)),
            Some(Name::Micros) if number::int(bytes).is_some() => {
                self.total = number::int(bytes).map(|total| (total, value));
            }
            Some(Name::Connect) => self.upstream.connect = value,
            Some(Name::Header) => self.upstream.header = value,
            Some(Name::Response) => self.upstream.response = value,
            Some(Name::Address) => self.upstream.address = value,
            Some(Name::Status) => self.upstream.status = value,
            Some(Name::Cache) => set_cache(value, self.text, row),
            Some(Name::Int(field)) if number::int(bytes).is_some() => set_int(field, value, self.text, row),
            Some(Name::Text(field)) => quoted::set(field, value, self.text, row),
            _ => extras.add(&String::from_utf8_lossy(name.of(self.text)), bytes),
        }
    }

    /// A piece that can only be one thing; false where it is none.
    fn read_value(&mut self, shape: Shape, value: Span, row: &mut Row) -> bool {
        let bytes = value.of(self.text);
        let unset = |field: Field, row: &Row| row.cell(field).is_none();
        if shape != Shape::Bracketed
            && bytes.split(|byte| *byte == b',').all(|part| parse_ip(part.trim_ascii()).is_some())
        {
            if unset(Field::Xff, row) {
                row.text(Field::Xff, value);
                return true;
            }
            return false;
        }
        if let Some((seconds, total)) = pair(bytes)
            && total / 1_000_000 == seconds
        {
            // `**0/1042**`: %T and %D.
            self.total = Some((total, value));
        } else if let Some(total) = duration(bytes) {
            self.total = Some((total, value));
        } else if head::is_protocol(bytes) && unset(Field::SslVersion, row) {
            // `TLSv1.3` or `TLSv1.3/TLS_AES_256_GCM_SHA384`
            let slash = memchr::memchr(b'/', bytes).unwrap_or(bytes.len());
            row.text(Field::SslVersion, Span { len: slash as u32, ..value });
            let (start, end) = (value.start as usize, value.start as usize + bytes.len());
            row.text(Field::SslCipher, Span::new((start + slash + 1).min(end), end));
        } else if is_cipher(bytes) && unset(Field::SslCipher, row) {
            row.text(Field::SslCipher, value);
        } else if is_cache(bytes) {
            set_cache(value, self.text, row);
        } else if is_id(bytes) && unset(Field::RequestId, row) {
            row.text(Field::RequestId, value);
        } else if upstream::is_address(bytes) && self.upstream.address.len == 0 {
            self.upstream.address = value;
        } else if is_host(bytes) && unset(Field::Host, row) {
            row.text(Field::Host, value);
        } else {
            return false;
        }
        true
    }

    /// nginx's times: `$request_time`, then `$upstream_response_time`; of four, those of connecting and of the headers
    /// stand between. A request takes as long as its upstream or longer, whichever is written first.
    fn read_seconds(&mut self, seconds: Numbers, extras: &mut Extras) {
        match *seconds.get() {
            [] => {}
            [total] => self.set_total(total, true),
            [first, second] => {
                let micros = |span: Span| upstream::micros(span.of(self.text)).unwrap_or(0);
                let (total, response) = if micros(first) >= micros(second) { (first, second) } else { (second, first) };
                self.set_total(total, true);
                self.upstream.response = response;
            }
            [total, connect, header, response] => {
                self.set_total(total, true);
                self.upstream = Upstream { connect, header, response, ..self.upstream };
            }
            [total, ..] => {
                self.set_total(total, true);
                self.keep(&seconds, extras);
            }
        }
    }

    /// Numbers whose meaning the line does not tell.
    fn keep(&self, numbers: &Numbers, extras: &mut Extras) {
        numbers.get().iter().for_each(|number| extras.add("tail", number.of(self.text)));
    }

    /// Apache's numbers: `%D`; `%I %O`, with `%D` before or behind; `%T %D`. Beside times of nginx, `$request_length`, or
    /// the status of the upstream where that is named. A number alone may be `%D`, but `%T` (seconds) or a size as well:
    /// it is a time only where the whole source says so.
    fn read_ints(&mut self, ints: Numbers, alone_is_micros: bool, row: &mut Row, extras: &mut Extras) {
        let value = |span: Span| number::int(span.of(self.text)).unwrap_or(0);
        let body = row.get_int(Field::ResponseLength).unwrap_or(0);
        // What was sent is the body and its headers.
        let sent = |span: Span| value(span).checked_sub(body).is_some_and(|headers| (20..65_536).contains(&headers));
        let (received, output, micros) = match *ints.get() {
            [status] if self.upstream.address.len > 0 && row.get_int(Field::ResponseCode) == Some(value(status)) => {
                self.upstream.status = status;
                return;
            }
            [length] if self.total.is_some() && self.upstream.address.len == 0 => (Some(length), None, None),
            [_] if self.total.is_some() => return self.keep(&ints, extras),
            [number] if !alone_is_micros => return extras.add(LONE, number.of(self.text)),
            [micros] => (None, None, Some(micros)),
            [seconds, micros] if value(micros) / 1_000_000 == value(seconds) && self.total.is_none() => {
                (None, None, Some(micros))
            }
            [received, output] if sent(output) => (Some(received), Some(output), None),
            [received, output, micros] if sent(output) => (Some(received), Some(output), Some(micros)),
            [micros, received, output] if sent(output) => (Some(received), Some(output), Some(micros)),
            _ => return self.keep(&ints, extras),
        };
        if let Some(received) = received.filter(|received| value(*received) >= 0) {
            set_int(Field::RequestLength, received, self.text, row);
        }
        if let Some(output) = output {
            set_int(Field::ResponseLength, output, self.text, row);
        }
        if let Some(micros) = micros.filter(|micros| self.total.is_none() && value(*micros) >= 0) {
            self.total = Some((value(micros), micros));
        }
    }

    fn set_total(&mut self, span: Span, ends: bool) {
        if let Some(total) = upstream::micros(span.of(self.text)) {
            self.total = Some((total, span));
            self.ends = ends;
        }
    }

    /// Sets the times: Apache's stamp is that of the begin, nginx's that of the end.
    fn set(self, line: &Line, row: &mut Row) {
        // Longer than 285 years is no time.
        if let Some((total, span)) = self.total.filter(|(total, _)| (0..1 << 53).contains(total)) {
            row.int(Field::TotalTime, total, span);
            let start = if self.ends { line.stamped - total } else { line.stamped };
            row.int(Field::StartTime, start, line.stamp);
            row.int(Field::EndTime, start + total, if self.ends { line.stamp } else { Span::NONE });
        }
        self.upstream.set(self.text, self.total.map(|total| total.0), row);
    }
}

/// Up to eight pieces of one kind, in their order.
#[derive(Default)]
struct Numbers {
    spans: [Span; 8],
    count: usize,
}

impl Numbers {
    fn push(&mut self, span: Span) {
        if let Some(place) = self.spans.get_mut(self.count) {
            *place = span;
            self.count += 1;
        }
    }

    fn get(&self) -> &[Span] {
        &self.spans[..self.count]
    }
}

fn set_cache(value: Span, text: &[u8], row: &mut Row) {
    let hit = matches!(value.of(text), b"HIT" | b"hit" | b"STALE" | b"UPDATING" | b"REVALIDATED");
    row.int(Field::CacheHit, i64::from(hit), value);
}

fn set_int(field: Field, span: Span, text: &[u8], row: &mut Row) {
    if let Some(value) = number::int(span.of(text)).filter(|value| *value >= 0) {
        row.int(field, value, span);
    }
}

fn is_ingress(mut pieces: impl Iterator<Item = Piece>, text: &[u8]) -> bool {
    let mut next = |shape: Shape, test: fn(&[u8]) -> bool| {
        pieces.next().is_some_and(|piece| piece.shape == shape && piece.name.len == 0 && test(piece.value.of(text)))
    };
    next(Shape::Bare, |value| number::int(value).is_some())
        && next(Shape::Bare, is_seconds)
        && next(Shape::Bracketed, |_| true)
}

fn is_traefik(mut pieces: impl Iterator<Item = Piece>, text: &[u8]) -> bool {
    let mut next = |shape: Shape, test: fn(&[u8]) -> bool| {
        pieces.next().is_some_and(|piece| piece.shape == shape && piece.name.len == 0 && test(piece.value.of(text)))
    };
    next(Shape::Bare, |value| number::int(value).is_some())
        && next(Shape::Quoted, |_| true)
        && next(Shape::Quoted, |_| true)
        && next(Shape::Bare, |value| duration(value).is_some())
}
