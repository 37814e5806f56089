//! Request lines: `GET /a?b HTTP/1.1` of NProxyOp and IsiwebOp, `GET /a?b` without version of NavajoOp.

use crate::record::{Field, Row};
use crate::text::Span;

/// The parts of a request line; a part that is not there has length 0.
struct Parts {
    method: Span,
    host: Span,
    uri: Span,
    path: Span,
    query: Span,
    version: Span,
}

fn split(request: Span, text: &[u8]) -> Option<Parts> {
    let bytes = request.of(text);
    let start = request.start as usize;
    let method = memchr::memchr(b' ', bytes)?;
    let rest = &bytes[method + 1..];
    let version = memchr::memrchr(b' ', rest).filter(|blank| rest[blank + 1..].starts_with(b"HTTP/"));
    let (first, last) = (start + method + 1, start + method + 1 + version.unwrap_or(rest.len()));
    let target = &text[first..last];

    let scheme = memchr::memmem::find(&target[..target.len().min(12)], b"://").filter(|_| target[0] != b'/');
    let (mut host, mut uri) = (Span::NONE, Span::new(first, last));
    if let Some(scheme) = scheme {
        let name = first + scheme + 3;
        let path = memchr::memchr2(b'/', b'?', &text[name..last]).map_or(last, |found| name + found);
        (host, uri) = (Span::new(name, path), Span::new(path, last));
    }
    let query = memchr::memchr(b'?', uri.of(text)).map_or(last, |found| uri.start as usize + found);
    Some(Parts {
        method: Span::new(start, start + method),
        host,
        uri,
        path: Span::new(uri.start as usize, query),
        query: Span::new((query + 1).min(last), last),
        version: version.map_or(Span::NONE, |_| Span::new(last + 6, start + bytes.len())),
    })
}

/// What the client asked for.
pub(super) fn set_front(request: Span, text: &[u8], row: &mut Row) {
    let Some(parts) = split(request, text) else {
        row.text(Field::Uri, request);
        return;
    };
    row.text(Field::Method, parts.method);
    row.text(Field::Host, parts.host);
    row.text(Field::Uri, parts.uri);
    row.text(Field::UriPath, parts.path);
    row.text(Field::UriQuery, parts.query);
    row.text(Field::HttpVersion, parts.version);
}

/// What the backend was asked for. Several calls are listed, `"GET /a HTTP/1.1","GET /b HTTP/1.1"`: the last one counts.
pub(super) fn set_back(request: Span, text: &[u8], row: &mut Row) {
    let before = memchr::memmem::rfind(request.of(text), b"\",\"").map_or(0, |found| found as u32 + 3);
    let request = Span { start: request.start + before, len: request.len - before };
    if let Some(parts) = split(request, text) {
        row.text(Field::RewrittenPath, parts.path);
        row.text(Field::RewrittenQuery, parts.query);
    }
}

/// The request line of a call to the backend, on a line of its own.
pub(super) fn set_backend(request: Span, text: &[u8], row: &mut Row) {
    if let Some(parts) = split(request, text) {
        row.text(Field::Method, parts.method);
        row.text(Field::RewrittenPath, parts.path);
        row.text(Field::RewrittenQuery, parts.query);
    }
}
