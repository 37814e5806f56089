//! The end of an HTTP line: captured headers, the request in quotes, and the TLS fields of `option httpslog`.
//!
//! HAProxy writes `"`, `#`, `{`, `|`, `}` and what is not printable as `#XX` in captures, and `"`, `#` and what is not
//! printable in the request. Shippers may add a backslash before quotes.

use super::parts::{Layout, Stop};
use crate::formats::request_line;
use crate::record::{Field, Sink, Span};
use crate::text::Cursor;

/// `{shop.example|curl/8.5} {nginx} `: one block for the request, one for the response, each only where that side has
/// captures. A single block is taken for the request's, which is the usual one.
pub(super) fn read_captures(cursor: &mut Cursor, row: &mut impl Sink) -> Result<(), Stop> {
    for (nth, field) in [Field::CapturedRequestHeaders, Field::CapturedResponseHeaders].into_iter().enumerate() {
        if !cursor.eat(b'{') {
            return Ok(());
        }
        let start = cursor.at;
        let end = memchr::memchr_iter(b'}', cursor.rest())
            .map(|found| start + found)
            .find(|end| matches!(cursor.text.get(end + 1), None | Some(b' ')));
        let block = Span::new(start, end.unwrap_or(cursor.text.len()));
        let (text, bytes) = (cursor.text, block.of(cursor.text));
        // A single block may be the response's after all, where `nginx/1.28.0` is no user agent.
        let sure = end.is_some_and(|end| nth == 0 && text[end + 1..].starts_with(b" {"));
        if bytes.iter().any(|byte| *byte != b'|') {
            set_decoded(field, block, text, row);
        }
        let Some(end) = end else { return Err(Stop::Cut(Layout::Http)) };
        set_known(nth == 0, sure, block, text, row);
        cursor.at = end + 1;
        if !cursor.eat(b' ') {
            return Err(Stop::Cut(Layout::Http));
        }
    }
    Ok(())
}

/// Captures have no names in the line. Those that cannot be anything else fill the field they belong to.
pub(super) fn set_known(of_request: bool, sure: bool, block: Span, text: &[u8], row: &mut impl Sink) {
    let mut at = block.start as usize;
    let mut hosts = 0;
    let mut host = Span::NONE;
    for capture in block.of(text).split(|byte| *byte == b'|') {
        let span = Span::new(at, at + capture.len());
        at += capture.len() + 1;
        if of_request && is_host(capture) {
            hosts += 1;
            host = span;
        } else if of_request && (capture.starts_with(b"Mozilla/") || sure && is_product(capture)) {
            set_decoded(Field::UserAgent, span, text, row);
        } else if !of_request && is_media_type(capture) {
            row.text(Field::ResponseContentType, span);
        }
    }
    if hosts == 1 {
        row.text(Field::Host, host);
    }
}

/// `shop.example.net`, `shop.example.net:8443`, `localhost:8888`; not an address, which may be anybody's, and not a
/// version or a file name.
pub(super) fn is_host(capture: &[u8]) -> bool {
    // Where the last label begins, and where the name ends.
    let (mut top, mut end) = (0, capture.len());
    for (at, byte) in capture.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => {}
            b'.' if at > top => top = at + 1,
            b':' => {
                end = at;
                break;
            }
            _ => return false,
        }
    }
    let port = capture.get(end + 1..).is_none_or(|port| !port.is_empty() && port.iter().all(u8::is_ascii_digit));
    let (name, last) = (&capture[..end], &capture[top..end]);
    let top_level = last.len() >= 2 && (last.iter().all(u8::is_ascii_alphabetic) || last.starts_with(b"xn--"));
    port && (top > 0 && top_level || name == b"localhost")
}

/// `curl/8.5.0`, `ExampleShop/8.14.2 (Android 16; okhttp 5.1)`: a name, a slash, a version.
fn is_product(capture: &[u8]) -> bool {
    let Some(slash) = memchr::memchr(b'/', capture).filter(|slash| *slash > 0) else { return false };
    let name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    capture[..slash].iter().all(name)
        && capture.get(slash + 1).is_some_and(u8::is_ascii_digit)
        && !is_media_type(capture)
}

fn is_media_type(capture: &[u8]) -> bool {
    const KINDS: [&[u8]; 7] = [b"text/", b"application/", b"image/", b"audio/", b"video/", b"font/", b"multipart/"];
    KINDS.iter().any(|kind| capture.starts_with(kind))
}

/// Sets text with `#XX` read as the byte it stands for; most has none and stays where it is.
pub(super) fn set_decoded(field: Field, span: Span, text: &[u8], row: &mut impl Sink) {
    let bytes = span.of(text);
    if memchr::memchr(b'#', bytes).is_none() {
        row.text(field, span);
        return;
    }
    row.owned(field, &decoded(bytes), span);
}

/// `#22` is a quote.
pub(super) fn decoded(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).filter(|_| byte == b'#').and_then(hex_byte);
        decoded.push(hex.unwrap_or(byte));
        at += if hex.is_some() { 3 } else { 1 };
    }
    decoded
}

fn hex_byte(two: &[u8]) -> Option<u8> {
    let digit = |byte: u8| (byte as char).to_digit(16);
    Some((digit(two[0])? * 16 + digit(two[1])?) as u8)
}

/// The request line, after text that a customised format may have put before it.
pub(super) fn read(cursor: &mut Cursor, row: &mut impl Sink) -> Result<Layout, Stop> {
    let mut first = None;
    while let Some(found) = memchr::memchr(b'"', cursor.rest()) {
        let escaped = found > 0 && cursor.rest()[found - 1] == b'\\';
        let start = cursor.at + found + 1;
        cursor.at = start;
        let quote = memchr::memchr(b'"', cursor.rest()).map(|found| start + found);
        let Some(quote) = quote else {
            set_request(Span::new(start, cursor.text.len()), true, cursor.text, row);
            return Err(Stop::Cut(Layout::Http));
        };
        cursor.at = quote + 1;
        let request = Span::new(start, quote - usize::from(escaped && quote > start));
        if is_request(request.of(cursor.text)) {
            set_request(request, false, cursor.text, row);
            return Ok(read_tls(cursor, row));
        }
        first = first.or(Some(request));
    }
    // Quoted text of a customised format, but no request that can be read.
    match first {
        Some(request) => {
            row.text(Field::Uri, request);
            Ok(Layout::Http)
        }
        None => Err(Stop::Cut(Layout::Http)),
    }
}

fn is_request(request: &[u8]) -> bool {
    let method = request.split(|byte| *byte == b' ').next().unwrap_or_default();
    let upper = |byte: &u8| byte.is_ascii_uppercase() || matches!(byte, b'-' | b'_');
    request == b"<BADREQ>" || (method.len() > 1 && method.len() < request.len() && method.iter().all(upper))
}

/// `GET /index.html?a=b HTTP/1.1`, `<BADREQ>`.
pub(super) fn set_request(request: Span, cut: bool, text: &[u8], row: &mut impl Sink) {
    request_line::set(request, cut, text, row, set_decoded);
}

/// ` 0/0000000000000000/0/0/0 shop.example/TLSv1.3/TLS_AES_256_GCM_SHA384` after the request.
fn read_tls(cursor: &mut Cursor, row: &mut impl Sink) -> Layout {
    if !cursor.eat(b' ') {
        return Layout::Http;
    }
    let errors = cursor.token().of(cursor.text);
    let numbers = errors.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'/');
    if !numbers || memchr::memchr_iter(b'/', errors).count() != 4 || !cursor.eat(b' ') {
        return Layout::Http;
    }
    set_tls(cursor, row);
    Layout::Https
}

/// `shop.example/TLSv1.3/TLS_AES_256_GCM_SHA384`; `-` where the client named no host, `(NONE)` without cipher.
pub(super) fn set_tls(cursor: &mut Cursor, row: &mut impl Sink) {
    let token = cursor.token();
    let mut at = token.start as usize;
    let fields = [Field::SniHostname, Field::SslVersion, Field::SslCipher];
    for (field, part) in fields.into_iter().zip(token.of(cursor.text).splitn(3, |byte| *byte == b'/')) {
        if !matches!(part, b"-" | b"(NONE)") {
            row.text(field, Span::new(at, at + part.len()));
        }
        at += part.len() + 1;
    }
}
