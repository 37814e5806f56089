//! What the pieces of a log format are called, and what each becomes: HAProxy's variables (`%ci`), its sample expressions
//! (`%[ssl_fc_sni]`), and the keys that people give them in JSON.

use crate::record::Field;

/// How the text of a piece is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Take {
    Text(Field),
    /// A number, with or without sign; `+` where the session was still open.
    Int(Field),
    Length(Field),
    /// Milliseconds; -1 where the phase was not reached.
    Timer(Field),
    /// The time from the handshake on; its rest is not the request's.
    Total(Sum),
    /// `%ft`: `~` at its end where the client spoke TLS.
    Frontend,
    /// `10.0.1.2:33313` in one.
    Client,
    Retries,
    State,
    Date(Date),
    /// The milliseconds of a date that has none.
    Millis,
    Request,
    /// Path and query.
    Target,
    HttpVersion,
    /// `{a|b}`, of the request or the response.
    Block(Field),
    /// One quoted text for each captured header.
    List,
    /// No field has it: for the opened log.
    Other,
}

/// Which sum a total is: of all phases of a request (`%Ta`), or of a connection (`%Tt`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sum {
    Active,
    Whole,
}

/// The date of the request counts before that of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Date {
    Accept,
    Request,
    /// Seconds since the epoch.
    Epoch,
}

/// Names are HAProxy's, with case: `%Tr` and `%TR` are two timers (configuration manual 8.2.6).
const VARIABLES: &[(&str, Take)] = &[
    ("B", Take::Length(Field::ResponseLength)),
    ("CC", Take::Text(Field::CapturedRequestCookie)),
    ("CS", Take::Text(Field::CapturedResponseCookie)),
    ("H", Take::Text(Field::ServiceEngine)),
    ("HM", Take::Text(Field::Method)),
    ("HP", Take::Text(Field::UriPath)),
    ("HPO", Take::Text(Field::UriPath)),
    ("HQ", Take::Text(Field::UriQuery)),
    ("HU", Take::Target),
    ("HV", Take::HttpVersion),
    ("ID", Take::Text(Field::TransactionId)),
    ("ST", Take::Int(Field::ResponseCode)),
    ("T", Take::Date(Date::Accept)),
    ("TR", Take::Timer(Field::RequestTime)),
    ("Ta", Take::Total(Sum::Active)),
    ("Tc", Take::Timer(Field::ConnectTime)),
    ("Td", Take::Timer(Field::DataTransferTime)),
    ("Tl", Take::Date(Date::Accept)),
    ("Tq", Take::Timer(Field::RequestTime)),
    ("Tr", Take::Timer(Field::AppResponseTime)),
    ("Ts", Take::Date(Date::Epoch)),
    ("Tt", Take::Total(Sum::Whole)),
    ("Tw", Take::Timer(Field::QueueTime)),
    ("U", Take::Length(Field::RequestLength)),
    ("ac", Take::Int(Field::Actconn)),
    ("b", Take::Text(Field::PoolName)),
    ("bc", Take::Int(Field::Beconn)),
    ("bi", Take::Text(Field::ServerConnIp)),
    ("bp", Take::Int(Field::ServerConnPort)),
    ("bq", Take::Int(Field::BackendQueue)),
    ("ci", Take::Text(Field::ClientIp)),
    ("cp", Take::Int(Field::ClientPort)),
    ("f", Take::Frontend),
    ("fc", Take::Int(Field::Feconn)),
    ("fi", Take::Text(Field::VsIp)),
    ("fp", Take::Int(Field::VsPort)),
    ("ft", Take::Frontend),
    ("hr", Take::Block(Field::CapturedRequestHeaders)),
    ("hrl", Take::List),
    ("hs", Take::Block(Field::CapturedResponseHeaders)),
    ("hsl", Take::List),
    ("ms", Take::Millis),
    ("pid", Take::Int(Field::ProcessId)),
    ("r", Take::Request),
    ("rc", Take::Retries),
    ("s", Take::Text(Field::ServerName)),
    ("sc", Take::Int(Field::SrvConn)),
    ("si", Take::Text(Field::ServerIp)),
    ("sp", Take::Int(Field::ServerPort)),
    ("sq", Take::Int(Field::SrvQueue)),
    ("sslc", Take::Text(Field::SslCipher)),
    ("sslv", Take::Text(Field::SslVersion)),
    ("t", Take::Date(Date::Accept)),
    ("tr", Take::Date(Date::Request)),
    ("trg", Take::Date(Date::Request)),
    ("trl", Take::Date(Date::Request)),
    ("ts", Take::State),
    ("tsc", Take::State),
    // Known, but without a field: log counter, requests of the process, other timers.
    ("Th", Take::Other),
    ("Ti", Take::Other),
    ("Tu", Take::Other),
    ("OG", Take::Other),
    ("lc", Take::Other),
    ("rt", Take::Other),
    // Names of HAProxy 1.4, accepted until 2.6.
    ("Bi", Take::Text(Field::ServerConnIp)),
    ("Bp", Take::Int(Field::ServerConnPort)),
    ("Ci", Take::Text(Field::ClientIp)),
    ("Cp", Take::Int(Field::ClientPort)),
    ("Fi", Take::Text(Field::VsIp)),
    ("Fp", Take::Int(Field::VsPort)),
    ("Si", Take::Text(Field::ServerIp)),
    ("Sp", Take::Int(Field::ServerPort)),
    ("cc", Take::Text(Field::CapturedRequestCookie)),
    ("cs", Take::Text(Field::CapturedResponseCookie)),
    ("st", Take::Int(Field::ResponseCode)),
];

/// Sample expressions that say the same in every configuration; header names are those of [`header`].
const SAMPLES: &[(&str, Take)] = &[
    ("src", Take::Text(Field::ClientIp)),
    ("src_port", Take::Int(Field::ClientPort)),
    ("dst", Take::Text(Field::VsIp)),
    ("dst_port", Take::Int(Field::VsPort)),
    ("fe_name", Take::Frontend),
    ("be_name", Take::Text(Field::PoolName)),
    ("srv_name", Take::Text(Field::ServerName)),
    ("bc_dst", Take::Text(Field::ServerIp)),
    ("bc_dst_port", Take::Int(Field::ServerPort)),
    ("bc_src", Take::Text(Field::ServerConnIp)),
    ("bc_src_port", Take::Int(Field::ServerConnPort)),
    ("ssl_fc_sni", Take::Text(Field::SniHostname)),
    ("req.ssl_sni", Take::Text(Field::SniHostname)),
    ("ssl_fc_protocol", Take::Text(Field::SslVersion)),
    ("ssl_fc_cipher", Take::Text(Field::SslCipher)),
    ("ssl_fc", Take::Int(Field::Tls)),
    ("method", Take::Text(Field::Method)),
    ("capture.req.method", Take::Text(Field::Method)),
    ("path", Take::Text(Field::UriPath)),
    ("query", Take::Text(Field::UriQuery)),
    ("pathq", Take::Target),
    ("url", Take::Target),
    ("capture.req.uri", Take::Target),
    ("capture.req.ver", Take::HttpVersion),
    ("req.ver", Take::HttpVersion),
    ("status", Take::Int(Field::ResponseCode)),
    ("txn.status", Take::Int(Field::ResponseCode)),
    ("unique-id", Take::Text(Field::TransactionId)),
    ("hostname", Take::Text(Field::ServiceEngine)),
    ("bytes_in", Take::Length(Field::RequestLength)),
    ("bytes_out", Take::Length(Field::ResponseLength)),
    ("txn.sess_term_state", Take::State),
];

/// Keys that people give values in JSON, beside HAProxy's own names and the fields'.
const KEYS: &[(&str, Take)] = &[
    ("accept_date", Take::Date(Date::Accept)),
    ("request_date", Take::Date(Date::Request)),
    ("time_local", Take::Date(Date::Accept)),
    ("datetime", Take::Date(Date::Accept)),
    ("@timestamp", Take::Date(Date::Accept)),
    ("timestamp", Take::Date(Date::Accept)),
    ("time", Take::Date(Date::Accept)),
    ("date", Take::Date(Date::Accept)),
    ("client", Take::Client),
    ("src", Take::Text(Field::ClientIp)),
    ("remote_addr", Take::Text(Field::ClientIp)),
    ("frontend", Take::Frontend),
    ("frontend_name", Take::Frontend),
    ("fe_name", Take::Frontend),
    ("http_request", Take::Request),
    ("request", Take::Request),
    ("request_line", Take::Request),
    ("http_method", Take::Text(Field::Method)),
    ("request_method", Take::Text(Field::Method)),
    ("request_uri", Take::Target),
    ("http_uri", Take::Target),
    ("uri", Take::Target),
    ("url", Take::Target),
    ("http_version", Take::HttpVersion),
    ("http_status", Take::Int(Field::ResponseCode)),
    ("status_code", Take::Int(Field::ResponseCode)),
    ("http_status_code", Take::Int(Field::ResponseCode)),
    ("term_state", Take::State),
    ("termination_state", Take::State),
    ("session_state", Take::State),
    ("time_active", Take::Total(Sum::Active)),
    ("time_total", Take::Total(Sum::Whole)),
    ("total_time", Take::Total(Sum::Whole)),
    ("time_request", Take::Timer(Field::RequestTime)),
    ("time_queue", Take::Timer(Field::QueueTime)),
    ("time_connect", Take::Timer(Field::ConnectTime)),
    ("time_response", Take::Timer(Field::AppResponseTime)),
    ("time_server_response", Take::Timer(Field::AppResponseTime)),
    ("time_data", Take::Timer(Field::DataTransferTime)),
    ("bytes_read", Take::Length(Field::ResponseLength)),
    ("bytes_uploaded", Take::Length(Field::RequestLength)),
    ("retries", Take::Retries),
    ("user_agent", Take::Text(Field::UserAgent)),
    ("http_user_agent", Take::Text(Field::UserAgent)),
    ("http_referer", Take::Text(Field::Referer)),
    ("x_forwarded_for", Take::Text(Field::Xff)),
    ("http_host", Take::Text(Field::Host)),
    ("hostname", Take::Text(Field::ServiceEngine)),
    ("ssl_ciphers", Take::Text(Field::SslCipher)),
    ("sni", Take::Text(Field::SniHostname)),
];

fn look<'t>(table: &'t [(&str, Take)], name: &str) -> Option<&'t Take> {
    table.iter().find(|(known, _)| *known == name).map(|(_, take)| take)
}

/// Names of all variables.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    VARIABLES.iter().map(|(name, _)| *name)
}

/// `ci` of `%ci`.
pub(super) fn variable(name: &str) -> Option<Take> {
    look(VARIABLES, name).copied()
}

/// `ssl_fc_sni` of `%[ssl_fc_sni]`; a converter that changes more than case makes another value of it.
pub(super) fn sample(expression: &str) -> Take {
    let mut parts = expression.split(',').map(str::trim);
    let fetch = parts.next().unwrap_or_default();
    if !parts.all(|converter| matches!(converter, "lower" | "upper" | "url_dec" | "json" | "ltrim" | "rtrim")) {
        return Take::Other;
    }
    if let Some(take) = look(SAMPLES, fetch) {
        return *take;
    }
    const FETCHES: [&str; 8] =
        ["req.hdr(", "req.fhdr(", "hdr(", "res.hdr(", "res.fhdr(", "shdr(", "capture.req.hdr(", "capture.res.hdr("];
    let name = FETCHES.iter().find_map(|start| fetch.strip_prefix(start)?.strip_suffix(')'));
    let of_response = fetch.starts_with("res.") || fetch.starts_with("shdr(");
    name.and_then(|name| header(name.split(',').next().unwrap_or_default().trim_matches(['"', '\'']), of_response))
        .map_or(Take::Other, Take::Text)
}

/// The field of a header.
pub(super) fn header(name: &str, of_response: bool) -> Option<Field> {
    let fields: &[(&str, Field)] = match of_response {
        true => &[("content-type", Field::ResponseContentType), ("etag", Field::Etag)],
        false => &[
            ("host", Field::Host),
            ("user-agent", Field::UserAgent),
            ("referer", Field::Referer),
            ("x-forwarded-for", Field::Xff),
            ("x-request-id", Field::RequestId),
            ("content-type", Field::RequestContentType),
        ],
    };
    fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, field)| *field)
}

/// True for the timers' own names and those that say the same.
pub(super) fn is_timer(key: &str) -> bool {
    matches!(key, "Tw" | "Tc" | "Tt" | "Ta" | "Tr" | "TR" | "Tq" | "Td") || key.starts_with("time_")
}

/// What the value of a JSON key is: a variable's name, a usual one, or a field's.
pub(super) fn key(name: &str) -> Option<Take> {
    if let Some(take) = variable(name) {
        return Some(take);
    }
    let lower = name.to_ascii_lowercase();
    if let Some(take) = look(KEYS, &lower) {
        return Some(*take);
    }
    let field = Field::find(&lower)?;
    use crate::record::Kind;
    match field.kind() {
        Kind::Int => Some(Take::Int(field)),
        Kind::Bytes => Some(Take::Length(field)),
        Kind::Duration => Some(Take::Timer(field)),
        Kind::Enum | Kind::EnumCase | Kind::Text | Kind::Ip => Some(Take::Text(field)),
        Kind::Time | Kind::Bool | Kind::List | Kind::Body => None,
    }
}
