//! Names that pieces of a log format are given: `rt=0.042 urt="0.041" cs=HIT`. They are custom, these are the usual ones.

use crate::record::Field;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// The whole time; seconds with decimals, or a number with its unit.
    Total,
    /// The whole time in microseconds (Apache's `%D`).
    Micros,
    /// nginx's times towards the upstream.
    Connect,
    Header,
    Response,
    Address,
    Status,
    Cache,
    Int(Field),
    Text(Field),
}

const NAMES: &[(&str, Name)] = &[
    ("rt", Name::Total),
    ("request_time", Name::Total),
    ("reqtime", Name::Total),
    ("response_time", Name::Total),
    ("duration", Name::Total),
    ("time", Name::Total),
    ("took", Name::Total),
    ("d", Name::Micros),
    ("micros", Name::Micros),
    ("usec", Name::Micros),
    ("uct", Name::Connect),
    ("upstream_connect_time", Name::Connect),
    ("uht", Name::Header),
    ("upstream_header_time", Name::Header),
    ("urt", Name::Response),
    ("upstream_response_time", Name::Response),
    ("upstream_time", Name::Response),
    ("ua", Name::Address),
    ("uaddr", Name::Address),
    ("upstream", Name::Address),
    ("upstream_addr", Name::Address),
    ("us", Name::Status),
    ("upstream_status", Name::Status),
    ("cs", Name::Cache),
    ("ucs", Name::Cache),
    ("cache", Name::Cache),
    ("upstream_cache_status", Name::Cache),
    ("rl", Name::Int(Field::RequestLength)),
    ("request_length", Name::Int(Field::RequestLength)),
    ("pid", Name::Int(Field::ProcessId)),
    ("id", Name::Text(Field::RequestId)),
    ("rid", Name::Text(Field::RequestId)),
    ("reqid", Name::Text(Field::RequestId)),
    ("req_id", Name::Text(Field::RequestId)),
    ("request_id", Name::Text(Field::RequestId)),
    ("x_request_id", Name::Text(Field::RequestId)),
    ("x-request-id", Name::Text(Field::RequestId)),
    ("trace_id", Name::Text(Field::TransactionId)),
    ("traceid", Name::Text(Field::TransactionId)),
    ("host", Name::Text(Field::Host)),
    ("http_host", Name::Text(Field::Host)),
    ("vhost", Name::Text(Field::Host)),
    ("sn", Name::Text(Field::VirtualService)),
    ("server_name", Name::Text(Field::VirtualService)),
    ("xff", Name::Text(Field::Xff)),
    ("x_forwarded_for", Name::Text(Field::Xff)),
    ("http_x_forwarded_for", Name::Text(Field::Xff)),
    ("x-forwarded-for", Name::Text(Field::Xff)),
    ("ssl", Name::Text(Field::SslVersion)),
    ("ssl_protocol", Name::Text(Field::SslVersion)),
    ("tls", Name::Text(Field::SslVersion)),
    ("cipher", Name::Text(Field::SslCipher)),
    ("ssl_cipher", Name::Text(Field::SslCipher)),
];

/// True for the names of the ids that nevisProxy writes.
pub(super) fn is_nevisproxy(name: &[u8]) -> bool {
    [&b"triid"[..], b"trid", b"clid"].iter().any(|id| id.eq_ignore_ascii_case(name))
}

/// Case does not matter.
pub(super) fn find(name: &[u8]) -> Option<Name> {
    NAMES.iter().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name)).map(|(_, meaning)| *meaning)
}
