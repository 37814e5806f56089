//! The request line of HTTP as every family logs it: `GET /index.html?a=b HTTP/1.1`, `GET https://shop.example/p HTTP/2.0`,
//! `OPTIONS * HTTP/1.0`, `CONNECT h:443 HTTP/1.1`, a name without version, or no request at all.

use crate::record::{Field, Sink, Span};

/// How a family sets text of which it may have escaped some characters.
pub trait SetText<S>: Fn(Field, Span, &[u8], &mut S) + Copy {}

impl<S, F: Fn(Field, Span, &[u8], &mut S) + Copy> SetText<S> for F {}

/// The characters that escapes of any family begin with.
const ESCAPES: (u8, u8) = (b'#', b'\\');

/// Sets method, target and version. `cut`: the line ends within the request, so its last word may not be whole.
pub fn set<S: Sink>(request: Span, cut: bool, text: &[u8], row: &mut S, set_text: impl SetText<S>) {
    let bytes = request.of(text);
    let start = request.start as usize;
    let Some(blank) = memchr::memchr(b' ', bytes) else {
        if !cut {
            set_text(Field::Uri, request, text, row);
        }
        return;
    };
    row.text(Field::Method, Span::new(start, start + blank));
    let target = &bytes[blank + 1..];
    let end = if cut { memchr::memchr(b' ', target) } else { memchr::memrchr(b' ', target) };
    let version = end.map(|end| &target[end + 1..]).unwrap_or_default();
    let end = end.filter(|_| cut || version.starts_with(b"HTTP/")).unwrap_or(target.len());
    if !cut && version.len() > 5 && end < target.len() {
        let at = start + blank + 1 + end + 1;
        row.text(Field::HttpVersion, Span::new(at + 5, at + version.len()));
    }
    let target = Span::new(start + blank + 1, start + blank + 1 + end);
    if &bytes[..blank] == b"CONNECT" {
        row.text(Field::Host, target);
        row.text(Field::Uri, target);
    } else {
        set_target(target, text, row, set_text);
    }
}

/// What is requested: host of an absolute URI, path, query.
pub fn set_target<S: Sink>(target: Span, text: &[u8], row: &mut S, set_text: impl SetText<S>) {
    let bytes = target.of(text);
    let (start, end) = (target.start as usize, target.start as usize + bytes.len());
    let mut path = start;
    if !bytes.starts_with(b"/")
        && let Some(scheme) = memchr::memmem::find(&bytes[..bytes.len().min(12)], b"://")
    {
        let host = start + scheme + 3;
        path = memchr::memchr2(b'/', b'?', &text[host..end]).map_or(end, |found| host + found);
        row.text(Field::Host, Span::new(host, path));
    }
    let whole = Span::new(path, end);
    let parts = || {
        let query = memchr::memchr(b'?', &text[path..end]).map_or(end, |found| path + found);
        (Span::new(path, query), Span::new((query + 1).min(end), end))
    };
    if memchr::memchr2(ESCAPES.0, ESCAPES.1, whole.of(text)).is_none() {
        row.divided(Field::Uri, whole, |row| {
            let (path, query) = parts();
            row.text(Field::UriPath, path);
            row.text(Field::UriQuery, query);
        });
        return;
    }
    let (path, query) = parts();
    set_text(Field::Uri, whole, text, row);
    set_text(Field::UriPath, path, text, row);
    set_text(Field::UriQuery, query, text, row);
}
