//! One client log of Avi as a row: every key to its field, then what follows from several keys together.

use super::{
    connection,
    json::{self, Body, End},
    keys::{self, Sign, Take},
    nested,
};
use crate::{
    record::{Field, Kind, Reason, Reject, Row, Span, Value},
    significance::avi_events,
    text::{Clock, decimal, number},
};
use std::borrow::Cow;

/// Reads an entry's object into `row`. `Ok(false)` where the object only wraps the entry (with `unwrap`).
pub fn read(entry: &[u8], body: &Body, unwrap: bool, clock: &mut Clock, row: &mut Row) -> Result<bool, Reject> {
    read_seen(entry, body, unwrap, Seen::default(), clock, row)
}

/// The same where something is known about the entry: the columns of its table.
pub fn read_seen(
    entry: &[u8],
    body: &Body,
    unwrap: bool,
    seen: Seen,
    clock: &mut Clock,
    row: &mut Row,
) -> Result<bool, Reject> {
    let mut reader = Reader { body, clock, row, seen, later: Later::default() };
    let end = json::pairs(&body.text, unwrap, |key, value| reader.pair(key, value));
    if let End::Wrapper = end {
        return Ok(false);
    }
    let layout = reader.seen.layout();
    match (&end, layout) {
        (End::Damaged(fault), _) if reader.seen.any() => Err(Reject::at(Reason::BadJson, body.column(*fault))),
        (End::Cut(fault), None) if reader.seen.any() => Err(Reject::at(Reason::CutShort, body.column(*fault))),
        (End::Damaged(_) | End::Cut(_), None) => Err(Reject::at(Reason::UnknownFormat, 0)),
        (_, None) => Err(Reject::at(Reason::NotALog, 0)),
        (end, Some(layout)) => {
            if !matches!(end, End::Whole) {
                reader.row.flag(Field::Truncated, true);
            }
            reader.finish(entry, layout);
            Ok(true)
        }
    }
}

/// What the keys so far say about the kind of entry.
#[derive(Clone, Default)]
pub struct Seen {
    avi: u8,
    http: u8,
    connection: u8,
    event: bool,
    time: bool,
    icap: bool,
    dns: bool,
    sip: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    Http,
    Connection,
    /// An `icap_log` message alone.
    Icap,
}

impl Seen {
    /// Before the names of a table's columns are seen.
    pub fn of_table() -> Self {
        Self { time: true, ..Self::default() }
    }

    /// True where the keys are those of a client log.
    pub fn is_log(&self) -> bool {
        self.layout().is_some()
    }

    pub fn sign(&mut self, sign: Sign) {
        let bump = |count: &mut u8| *count = count.saturating_add(1);
        match sign {
            Sign::None => {}
            Sign::Avi => bump(&mut self.avi),
            Sign::Http => bump(&mut self.http),
            Sign::AviHttp => {
                bump(&mut self.avi);
                bump(&mut self.http);
            }
            Sign::Connection => bump(&mut self.connection),
            Sign::Event => self.event = true,
        }
    }

    fn any(&self) -> bool {
        self.avi > 0 || self.connection > 0
    }

    /// `None` for what is no client log: an event of the controller (`event_id`, `obj_type`), a count by group
    /// (`{"virtualservice": "…", "count": 12}`), one line of a pretty-printed entry.
    fn layout(&self) -> Option<Layout> {
        if self.event || !self.any() {
            return None;
        }
        match (self.http, self.connection) {
            (0, 0) if self.time && self.avi > 1 => Some(Layout::Http),
            (0, 0) => self.icap.then_some(Layout::Icap),
            (0, _) if self.avi + self.connection > 1 => Some(Layout::Connection),
            (1.., _) if self.avi > 0 && self.avi + self.http > 2 => Some(Layout::Http),
            _ => None,
        }
    }
}

/// Values that only count together with others.
#[derive(Default)]
struct Later<'t> {
    report: Option<i64>,
    start: Option<i64>,
    significance: Option<&'t str>,
    significant_log: Option<&'t str>,
    ip6: [Option<(Field, &'t str)>; 5],
}

struct Reader<'r, 't> {
    body: &'t Body<'t>,
    clock: &'r mut Clock,
    row: &'r mut Row,
    seen: Seen,
    later: Later<'t>,
}

impl<'t> Reader<'_, 't> {
    fn pair(&mut self, key: &str, value: &'t str) {
        let Some((take, sign)) = keys::find(key) else { return };
        // An empty value is an absent one: exports write every column.
        if matches!(value, "null" | "\"\"") {
            return;
        }
        self.seen.sign(sign);
        let span = self.body.span(value);
        match take {
            Take::Text(field) => text(self.row, self.body, field, value),
            Take::Int(field) => int(self.row, field, value, span, 1),
            Take::Ms(field) => int(self.row, field, value, span, 1000),
            Take::Bool(field) => {
                if let Some(value) = boolean(value) {
                    self.row.int(field, i64::from(value), span);
                }
            }
            Take::Ip6(field) => {
                if let Some(slot) = self.later.ip6.iter_mut().find(|slot| slot.is_none()) {
                    *slot = Some((field, value));
                }
            }
            Take::Report => {
                self.later.report = time(self.clock, value);
                self.seen.time |= self.later.report.is_some();
                if let Some(time) = self.later.report {
                    self.row.int(Field::ReportTimestamp, time, span);
                }
            }
            Take::Start => self.later.start = time(self.clock, value),
            Take::Ended => {
                if boolean(value) == Some(false) {
                    self.row.int(Field::Interim, 1, span);
                }
            }
            Take::Significance => self.later.significance = Some(value),
            Take::SignificantLog => self.later.significant_log = Some(value),
            Take::HttpVersion => self.http_version(value),
            Take::Icap => {
                self.seen.icap = true;
                nested::icap(self.row, self.body, value);
            }
            Take::Waf => nested::waf(self.row, self.body, value),
            Take::DnsText(field) => {
                self.seen.dns = true;
                text(self.row, self.body, field, value);
            }
            Take::DnsIps => connection::dns_ips(self.row, self.body, value),
            Take::DnsRequest => {
                self.seen.dns = true;
                connection::dns_request(self.row, self.body, value);
            }
            Take::DnsResponse => {
                self.seen.dns = true;
                connection::dns_response(self.row, self.body, value);
            }
            Take::Protocol => connection::protocol(self.row, self.body, value),
            Take::Sip => {
                self.seen.sip = true;
                connection::sip(self.row, self.body, value);
            }
            Take::Other => {}
        }
    }

    /// `1.1`; other writers of the same name put `HTTP/` before it.
    fn http_version(&mut self, value: &'t str) {
        let version = json::unquoted(value);
        let version = version.strip_prefix("HTTP/").unwrap_or(version);
        plain(self.row, self.body, Field::HttpVersion, version);
    }

    fn finish(mut self, entry: &[u8], layout: Layout) {
        self.times();
        self.addresses(entry);
        self.uri(entry);
        self.tls(entry);
        self.names();
        self.significance();
        self.rules(entry);
        let (format, log_type) = match layout {
            Layout::Http => ("avi-l7", "http"),
            Layout::Icap => ("avi-icap", "http"),
            Layout::Connection if self.seen.dns => ("avi-l4", "dns"),
            Layout::Connection if self.seen.sip => ("avi-l4", "sip"),
            Layout::Connection => ("avi-l4", "tcp"),
        };
        self.row.word(Field::LogType, log_type.as_bytes());
        self.row.word(Field::Format, format.as_bytes());
    }

    /// The log's stamp is the end; only connection logs say when they began.
    fn times(&mut self) {
        let total = self.row.get_int(Field::TotalTime);
        let end = self.later.report.or_else(|| Some(self.later.start?.saturating_add(total?)));
        let start = self.later.start.or_else(|| Some(end?.saturating_sub(total.unwrap_or(0))));
        for (field, time) in [(Field::StartTime, start), (Field::EndTime, end)] {
            if let Some(time) = time {
                self.row.int(field, time, Span::NONE);
            }
        }
    }

    fn addresses(&mut self, entry: &[u8]) {
        for (field, value) in self.later.ip6.into_iter().flatten() {
            if self.row.get_text(field, entry).is_none_or(|v4| v4 == b"0.0.0.0") {
                text(self.row, self.body, field, value);
            }
        }
    }

    fn uri(&mut self, entry: &[u8]) {
        let Some(path) = self.row.cell(Field::UriPath).map(|cell| cell.span) else { return };
        let Some(query) = self.row.get_text(Field::UriQuery, entry) else {
            match self.row.get(Field::UriPath, entry) {
                Some(Value::Text(text)) if text != path.of(entry) => {
                    let owned = text.to_vec();
                    self.row.owned(Field::Uri, &owned, path);
                }
                _ => self.row.text(Field::Uri, path),
            }
            return;
        };
        let uri = [self.row.get_text(Field::UriPath, entry).unwrap_or_default(), query].join(&b'?');
        self.row.owned(Field::Uri, &uri, path);
    }

    /// `ECDHE-RSA-AES256-SHA kx:ECDH auth:RSA enc:AES256 mac:SHA1 PFS:True`
    fn tls(&mut self, entry: &[u8]) {
        if self.row.cell(Field::SslVersion).is_some() {
            self.row.flag(Field::Tls, true);
        }
        let Some(cell) = self.row.cell(Field::SslCipher).copied() else { return };
        let Some(start) = memchr::memchr(b' ', cell.span.of(entry)) else { return };
        let mut at = cell.span.start as usize + start;
        for word in cell.span.of(entry)[start..].split(|byte| *byte == b' ') {
            let value = |name: &[u8]| word.starts_with(name).then(|| Span::new(at + name.len(), at + word.len()));
            if let Some(span) = value(b"auth:") {
                self.row.text(Field::SslAuth, span);
            } else if let Some(span) = value(b"enc:") {
                self.row.text(Field::SslEncryption, span);
            } else if let Some(span) = value(b"PFS:") {
                self.row.int(Field::Pfs, i64::from(span.of(entry).eq_ignore_ascii_case(b"true")), span);
            }
            at += word.len() + 1;
        }
    }

    /// The API names things by identifier unless the name was streamed too.
    fn names(&mut self) {
        for (name, uuid) in [(Field::VirtualService, Field::VsUuid), (Field::PoolName, Field::PoolUuid)] {
            if let (None, Some(cell)) = (self.row.cell(name), self.row.cell(uuid)) {
                let span = cell.span;
                self.row.text(name, span);
            }
        }
    }

    /// The log's own text; without it, its enums put into words.
    fn significance(&mut self) {
        let mut list = Vec::new();
        let mut add = |item: &str| {
            if !item.is_empty() {
                if !list.is_empty() {
                    list.push(Kind::LIST_SEPARATOR);
                }
                list.extend_from_slice(item.as_bytes());
            }
        };
        let source = if let Some(value) = self.later.significance {
            let text = json::string(value).unwrap_or_default();
            if text.contains(',') {
                avi_events::events().split(&text, &mut add)
            } else {
                add(&text)
            }
            value
        } else if let Some(value) = self.later.significant_log {
            json::elements(value, |name| add(&avi_events::text_of(&json::string(name).unwrap_or_default())));
            value
        } else {
            return;
        };
        self.row.owned(Field::Significance, &list, self.body.span(source));
    }

    /// Policy rules, and why a full log was written.
    fn rules(&mut self, entry: &[u8]) {
        const RULES: [Field; 4] =
            [Field::NetworkSecurityRule, Field::HttpSecurityRule, Field::HttpRequestRule, Field::HttpResponseRule];
        let rules: Vec<&[u8]> = RULES.iter().filter_map(|field| self.row.get_text(*field, entry)).collect();
        let joined = rules.join(&Kind::LIST_SEPARATOR);
        self.row.owned(Field::PolicyRule, &joined, Span::NONE);

        let set = |field| self.row.get_int(field) == Some(1);
        let has = |field| self.row.cell(field).is_some();
        let reasons = [
            (set(Field::Significant), "significant"),
            (set(Field::Udf) || has(Field::ClientLogFilter), "filter"),
            (!joined.is_empty(), "policy"),
            (has(Field::DatascriptLog), "datascript"),
        ];
        let reasons = reasons.iter().filter(|(applies, _)| *applies).map(|(_, reason)| reason.as_bytes());
        self.row.list(Field::LoggedBy, reasons, Span::NONE);
    }
}

/// Text, escapes resolved.
pub fn text(row: &mut Row, body: &Body, field: Field, value: &str) {
    match json::string(value) {
        Some(Cow::Borrowed(text)) => plain(row, body, field, text),
        Some(Cow::Owned(text)) => row.owned(field, text.as_bytes(), body.span(value)),
        None => {}
    }
}

/// Text that needs no unescaping.
fn plain(row: &mut Row, body: &Body, field: Field, text: &str) {
    match body.place(text) {
        (span, true) => row.text(field, span),
        (span, false) => row.owned(field, text.as_bytes(), span),
    }
}

/// A number: `12`, `"12"`, `1.5`; what is none is no value.
pub fn int(row: &mut Row, field: Field, value: &str, span: Span, scale: i64) {
    let digits = json::unquoted(value);
    let number = match number::int(digits.as_bytes()) {
        Some(number) => number.checked_mul(scale),
        None => decimal::scaled(digits, scale),
    };
    if let Some(number) = number {
        row.int(field, number, span);
    }
}

/// `true` in answers of the API, `1` in streams, `"True"` in what came from a CSV export.
pub fn boolean(value: &str) -> Option<bool> {
    match json::unquoted(value) {
        "true" | "True" | "1" => Some(true),
        "false" | "False" | "0" => Some(false),
        _ => None,
    }
}

/// `"2020-11-05T20:17:15.698573+00:00"`; also a number of seconds, milli-, micro- or nanoseconds since 1970.
fn time(clock: &mut Clock, value: &str) -> Option<i64> {
    let value = json::unquoted(value);
    if let Some((time, zone, _)) = clock.iso(value.as_bytes()) {
        return Some(clock.utc_unless_zoned(time, zone));
    }
    // Now is 1.8e9 s: each unit has its own range of digits.
    match number::int(value.as_bytes())? {
        seconds @ 100_000_000..100_000_000_000 => Some(seconds * 1_000_000),
        millis @ 100_000_000_000..100_000_000_000_000 => Some(millis * 1000),
        micros @ 100_000_000_000_000..100_000_000_000_000_000 => Some(micros),
        nanos @ 100_000_000_000_000_000.. => Some(nanos / 1000),
        _ => None,
    }
}
