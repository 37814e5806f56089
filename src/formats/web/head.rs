//! What stands before the date of an access log: collector's prefix, virtual host, client, user.
//!
//! ```text
//! 198.51.100.7 - frank
//! shop.example:443 198.51.100.7 - -
//! 203.0.113.9, 10.0.0.2 - -
//! "203.0.113.9, 10.0.0.2" 10.2.1.185 - DOM\\bob
//! <190>Nov 18 10:22:00 web1 nginx: 198.51.100.7 - -
//! ```

use super::{Extras, quoted};
use crate::record::{Field, Row, Span};
use crate::text::net::parse_ip;
use crate::text::{Cursor, number, syslog};

/// Reads `text[begin..end]`; true where it names a virtual host.
pub(super) fn read(text: &[u8], begin: usize, end: usize, row: &mut Row, extras: &mut Extras) -> bool {
    let text = &text[..end];
    let mut cursor = Cursor::new(text, body(text, begin, row));
    cursor.skip_blanks();
    let quoted = quoted::eat(&mut cursor).map(|quoted| quoted.inner);
    cursor.skip_blanks();
    let list = quoted.unwrap_or_else(|| addresses(&mut cursor));
    let bytes = list.of(text);
    let first = Span { len: memchr::memchr(b',', bytes).unwrap_or(bytes.len()) as u32, ..list };
    if first.len < list.len || quoted.is_some() {
        row.text(Field::Xff, quoted::unless_none(list, text));
    }

    let before = cursor.at;
    cursor.skip_blanks();
    let second = cursor.token();
    let third = cursor.rest().trim_ascii_start();
    let is_address = parse_ip(second.of(text)).is_some();
    let unless_dash = |span: Span| quoted::unless_none(span, text);
    let mut named = false;
    if is_address && (parse_ip(first.of(text)).is_some() || quoted.is_some() || first.len < list.len) {
        set_client(first, text, row);
        row.text(Field::SourceIp, second);
    } else if is_address && first.of(text) == b"-" {
        set_client(second, text, row);
    } else if is_address || second.of(text) != b"-" && third.starts_with(b"- ") && is_name(first.of(text)) {
        named = set_host(first, text, row);
        set_client(second, text, row);
    } else {
        set_client(first, text, row);
        cursor.at = before;
    }

    // `ident user`, or one of them; a user may hold blanks.
    let rest = trimmed(Span::new(cursor.at, end), text);
    let (ident, user) = match memchr::memchr(b' ', rest.of(text)) {
        Some(blank) => {
            let start = rest.start as usize;
            (Span::new(start, start + blank), trimmed(Span::new(start + blank, end), text))
        }
        None => (Span::NONE, rest),
    };
    extras.add("ident", unless_dash(ident).of(text));
    let bare = match user.of(text) {
        [b'"', inner @ .., b'"'] => Span::new(user.start as usize + 1, user.start as usize + 1 + inner.len()),
        _ => user,
    };
    quoted::set(Field::UserId, unless_dash(bare), text, row);
    named
}

/// True for a word that may be the name of a virtual host.
fn is_name(word: &[u8]) -> bool {
    word != b"-" && parse_ip(word).is_none()
}

/// Without the blanks around it.
fn trimmed(span: Span, text: &[u8]) -> Span {
    let bytes = span.of(text);
    let start = span.start as usize + (bytes.len() - bytes.trim_ascii_start().len());
    Span::new(start, start + bytes.trim_ascii().len())
}

/// `198.51.100.7 TLSv1.3 TLS_AES_256_GCM_SHA384 ` or `198.51.100.7 - frank ` behind the date, up to the request.
pub(super) fn read_behind(cursor: &mut Cursor, row: &mut Row) {
    let text = cursor.text;
    let mut nth = 0;
    while !matches!(cursor.peek(), None | Some(b'"')) {
        let word = quoted::unless_none(cursor.token(), text);
        match nth {
            0 => set_client(word, text, row),
            _ if is_protocol(word.of(text)) => row.text(Field::SslVersion, word),
            2 if row.cell(Field::SslVersion).is_some() => row.text(Field::SslCipher, word),
            2 => row.text(Field::UserId, word),
            _ => {}
        }
        nth += 1;
        cursor.skip_blanks();
    }
}

/// `TLSv1.3`, `SSLv3`
pub(super) fn is_protocol(word: &[u8]) -> bool {
    matches!(word, [b'T', b'L', b'S', b'v', b'1'..=b'9', ..] | [b'S', b'S', b'L', b'v', b'1'..=b'9', ..])
}

/// One address, or several with commas after all but the last.
fn addresses(cursor: &mut Cursor) -> Span {
    let mut list = cursor.token();
    while list.of(cursor.text).ends_with(b",") {
        cursor.skip_blanks();
        if cursor.at_end() {
            break;
        }
        cursor.token();
        list = Span::new(list.start as usize, cursor.at);
    }
    list
}

/// An address with or without port, a name, or `unix:`.
pub(super) fn set_client(client: Span, text: &[u8], row: &mut Row) {
    let bytes = client.of(text);
    if bytes == b"-" {
        return;
    }
    set_split(client, split_port(bytes), text, row);
}

/// As Apache 2.4 writes its clients in error logs: the last colon counts, with IPv6 too (`2001:db8::7:51212`).
pub(super) fn set_client_with_port(client: Span, text: &[u8], row: &mut Row) {
    let bytes = client.of(text);
    let colon = memchr::memrchr(b':', bytes).filter(|colon| parse_ip(&bytes[..*colon]).is_some());
    let port = colon.and_then(|colon| Some((colon, number::int(&bytes[colon + 1..])?)));
    set_split(client, port.filter(|(_, port)| (0..=65_535).contains(port)), text, row);
}

fn set_split(client: Span, split: Option<(usize, i64)>, text: &[u8], row: &mut Row) {
    let bytes = client.of(text);
    match split {
        Some((colon, port)) => {
            let (start, end) = (client.start as usize, client.start as usize + bytes.len());
            row.text(Field::ClientIp, bare(Span::new(start, start + colon), text));
            row.int(Field::ClientPort, port, Span::new(start + colon + 1, end));
        }
        None => row.text(Field::ClientIp, bare(client, text)),
    }
}

/// `[2001:db8::1]` without its brackets.
fn bare(address: Span, text: &[u8]) -> Span {
    match address.of(text) {
        [b'[', inner @ .., b']'] => Span { start: address.start + 1, len: inner.len() as u32 },
        _ => address,
    }
}

/// `10.0.0.1:80`, `[::1]:80`, `shop.example:443`: where the colon stands, and the port. Several colons are an IPv6
/// address.
pub(super) fn split_port(text: &[u8]) -> Option<(usize, i64)> {
    let colon = memchr::memrchr(b':', text).filter(|colon| *colon > 0)?;
    let one = memchr::memchr(b':', text) == Some(colon) || text[colon - 1] == b']';
    let port = number::int(&text[colon + 1..]).filter(|port| (0..=65_535).contains(port) && one)?;
    Some((colon, port))
}

/// The server's name (`%v`), with its port (`%v:%p`).
fn set_host(name: Span, text: &[u8], row: &mut Row) -> bool {
    let start = name.start as usize;
    let mut host = name;
    if let Some((colon, port)) = split_port(name.of(text)) {
        host = Span::new(start, start + colon);
        row.int(Field::VsPort, port, Span::new(start + colon + 1, start + name.len as usize));
    }
    row.text(Field::VirtualService, host);
    row.text(Field::Host, host);
    true
}

/// Where the web server's own text begins: behind what a collector put before it, which it sets.
fn body(text: &[u8], begin: usize, row: &mut Row) -> usize {
    let head = &text[begin.min(text.len())..];
    let stamped = match head {
        [b'<', ..] => true,
        [b'A'..=b'Z', b'a'..=b'z', b'a'..=b'z', b' ', ..] => true,
        [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'-', ..] => true,
        [b'[', b'p', b'o', b'd', b'/', ..] => true,
        // `nginx_1  | `, `nginx[812]: `
        _ => memchr::memchr2_iter(b'|', b']', head).any(|at| {
            let (before, after) = head.split_at(at);
            before.ends_with(b" ") && after.starts_with(b"| ") || after.starts_with(b"]: ")
        }),
    };
    if !stamped {
        return begin;
    }
    let (prefix, bodies) = syslog::header(text, begin);
    if let Some(severity) = prefix.severity_name() {
        row.owned(Field::Severity, severity, Span::NONE);
    }
    // A word without a tag behind it belongs to the message.
    if prefix.process.len > 0 {
        row.text(Field::ServiceEngine, prefix.host);
        row.text(Field::ProcessName, prefix.process);
        if let Some(pid) = number::int(prefix.pid.of(text)) {
            row.int(Field::ProcessId, pid, prefix.pid);
        }
    }
    bodies[0].min(text.len())
}
