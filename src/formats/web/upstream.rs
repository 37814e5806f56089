//! What nginx logs of the server behind it. A value is a list where several servers were tried (`,`) or an internal
//! redirect asked again (`:`): `10.0.0.1:80, 10.0.0.2:80 : 10.0.0.3:80`, `0.001, 0.040 : 0.002`, `502, 200`.

use crate::record::{Field, Row, Span};
use crate::text::{Cursor, net::parse_ip, number};

/// Where the values stand.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Upstream {
    pub(super) address: Span,
    pub(super) status: Span,
    pub(super) length: Span,
    /// From the begin of connecting until connected, until the headers, until the last byte.
    pub(super) connect: Span,
    pub(super) header: Span,
    pub(super) response: Span,
}

impl Upstream {
    pub(super) fn set(&self, text: &[u8], total: Option<i64>, row: &mut Row) {
        if let Some(status) =
            last(self.status, text).and_then(|span| Some((number::int(span.of(text)).filter(|n| *n >= 0)?, span)))
        {
            row.int(Field::ServerResponseCode, status.0, status.1);
        }
        if let Some(length) =
            last(self.length, text).and_then(|span| Some((number::int(span.of(text)).filter(|n| *n >= 0)?, span)))
        {
            row.int(Field::ServerResponseLength, length.0, length.1);
        }
        set_address(self.address, text, row);
        let tried = parts(self.address.of(text)).count();
        if tried > 1 {
            row.int(Field::ServersTried, tried as i64, self.address);
        }

        let [connect, header, response] = [self.connect, self.header, self.response].map(|span| micros(span.of(text)));
        if let Some(header) = header {
            row.int(Field::ServerFirstByte, header, self.header);
        }
        if let Some(response) = response {
            row.int(Field::ServerLastByte, response, self.response);
        }
        if let Some(connect) = connect {
            row.int(Field::ConnectTime, connect, self.connect);
        }
        // nginx counts each of its times from the begin of connecting. What was waited for servers that failed is in the
        // last one.
        let app = if tried > 1 { response.or(header) } else { header.or(response) };
        if let Some(app) = app {
            row.int(Field::AppResponseTime, (app - connect.unwrap_or(0)).max(0), Span::NONE);
        }
        if let (Some(header), Some(total)) = (header.filter(|_| tried <= 1), total) {
            row.int(Field::DataTransferTime, (total - header).max(0), Span::NONE);
        }
    }
}

/// The elements of a list.
fn parts(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    list.split(|byte| matches!(byte, b',' | b' ')).filter(|part| !matches!(*part, b"" | b":" | b"-"))
}

fn last(list: Span, text: &[u8]) -> Option<Span> {
    let bytes = list.of(text);
    let part = parts(bytes).last()?;
    let start = list.start as usize + (part.as_ptr() as usize - bytes.as_ptr() as usize);
    Some(Span::new(start, start + part.len()))
}

/// The sum of a list of seconds in microseconds; `None` where it holds anything else, or nothing.
pub(super) fn micros(list: &[u8]) -> Option<i64> {
    let mut sum = None;
    for part in parts(list) {
        let mut cursor = Cursor::new(part, 0);
        let seconds = cursor.number().filter(|seconds| (0..1_000_000_000).contains(seconds))?;
        let mut value = seconds * 1_000_000;
        if cursor.eat(b'.') {
            let mut scale = 1_000_000;
            for digit in cursor.rest() {
                scale /= 10;
                value += i64::from(digit.checked_sub(b'0').filter(|digit| *digit <= 9)?) * scale;
            }
        } else if !cursor.at_end() {
            return None;
        }
        sum = Some(sum.unwrap_or(0) + value);
    }
    sum
}

/// `10.0.0.1:8080`, `unix:/run/app.sock`, `http://10.0.0.1:8080/path`, or a list of them.
pub(super) fn is_address(text: &[u8]) -> bool {
    let one = |part: &[u8]| part.starts_with(b"unix:") || address(part).is_some_and(|(.., port)| port.is_some());
    parts(text).count() > 0 && parts(text).all(one)
}

/// Sets address and port of the last server of the list; what is no address is its name.
pub(super) fn set_address(list: Span, text: &[u8], row: &mut Row) {
    let Some(span) = last(list, text) else { return };
    let part = span.of(text);
    let Some((from, len, port)) = address(part) else {
        row.text(Field::ServerName, span);
        return;
    };
    let start = span.start as usize + from;
    let field = if parse_ip(&part[from..from + len]).is_some() { Field::ServerIp } else { Field::ServerName };
    row.text(field, Span::new(start, start + len));
    if let Some((port, at, end)) = port {
        row.int(Field::ServerPort, port, Span::new(span.start as usize + at, span.start as usize + end));
    }
}

/// A port, and where it stands.
type Port = (i64, usize, usize);

/// Where the address begins, how long it is, and its port: what is left without scheme and path.
fn address(part: &[u8]) -> Option<(usize, usize, Option<Port>)> {
    let from = memchr::memmem::find(part, b"://").map_or(0, |scheme| scheme + 3);
    let end = memchr::memchr(b'/', &part[from..]).map_or(part.len(), |slash| from + slash);
    let text = &part[from..end];
    if text.starts_with(b"unix:") {
        return None;
    }
    let (end, port) = match super::head::split_port(text) {
        Some((colon, port)) => (colon, Some((port, from + colon + 1, from + text.len()))),
        None => (text.len(), None),
    };
    let brackets = usize::from(text[..end].len() > 1 && text.starts_with(b"[") && text[..end].ends_with(b"]"));
    let name = &text[brackets..end - brackets];
    let known = parse_ip(name).is_some() || port.is_some() && !name.is_empty();
    known.then_some((from + brackets, name.len(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_several_servers_add_up() {
        assert_eq!(micros(b"0.042"), Some(42_000));
        assert_eq!(micros(b"0.001, 0.040 : 0.002"), Some(43_000));
        assert_eq!(micros(b"-, 1.5"), Some(1_500_000));
        for bad in [&b""[..], b"-", b"0.0x", b"-1.0", b"1e3", b"1:2"] {
            assert_eq!(micros(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_last_server_is_the_one_that_answered() {
        let cases = [
            ("10.0.0.1:80, 10.0.0.2:8080", "10.0.0.2", Some(8080)),
            ("http://[2001:db8::7]:81/path", "2001:db8::7", Some(81)),
            ("http://web-1:3000/", "web-1", Some(3000)),
            ("unix:/run/app.sock", "unix:/run/app.sock", None),
        ];
        for (text, expected, port) in cases {
            let mut row = Row::new();
            assert!(is_address(text.as_bytes()), "{text}");
            set_address(Span::new(0, text.len()), text.as_bytes(), &mut row);
            let name = [Field::ServerIp, Field::ServerName].iter().find_map(|f| row.get_text(*f, text.as_bytes()));
            assert_eq!(name, Some(expected.as_bytes()), "{text}");
            assert_eq!(row.get_int(Field::ServerPort), port, "{text}");
        }
        assert!(!is_address(b"shop.example") && !is_address(b"-"));
    }
}
