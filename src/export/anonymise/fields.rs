//! The one table of what is done with a field, beside the table of fields itself.

use crate::record::{Field, Kind};

/// What the values of a field are to somebody who must not know them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// An address, and a host's name where the log has that instead.
    Address,
    Host,
    /// A server, a pool, a frontend: a name of the configuration, which stays, unless it is that of a host.
    Server,
    User,
    Session,
    /// An identifier that several lines share. It stays, but for the addresses that it holds as hex digits.
    Id,
    /// A captured cookie: its name stays.
    Cookie,
    /// Captured headers, `|` between them: whatever they are.
    Headers,
    /// A query without its path.
    Query,
    /// Text in which anything may stand.
    Text,
    /// Names of the configuration and words of the log, which say what happened where. Only what is an address or a
    /// credential whatever stands around it is replaced.
    Kept,
}

pub fn what(field: Field) -> What {
    match field {
        Field::Host
        | Field::SniHostname
        | Field::DnsFqdn
        | Field::ServiceEngine
        | Field::SrcHost
        | Field::DstHost
        | Field::DeviceSerial => What::Host,
        Field::IcapServer => What::Address,
        Field::ServerName | Field::PoolName | Field::VirtualService => What::Server,
        Field::UserId | Field::DstUser | Field::SipFrom | Field::SipTo | Field::SipContact => What::User,
        Field::SessionId
        | Field::ClientSession
        | Field::SslSessionId
        | Field::ServerSslSessionId
        | Field::PersistentSession
        | Field::SamlSession
        | Field::SipCallId => What::Session,
        Field::TransactionId | Field::RequestId => What::Id,
        Field::CapturedRequestCookie | Field::CapturedResponseCookie => What::Cookie,
        Field::CapturedRequestHeaders | Field::CapturedResponseHeaders => What::Headers,
        Field::UriQuery | Field::RewrittenQuery => What::Query,
        // Names of files hold names of hosts, commands of administrators anything.
        Field::Source | Field::Command => What::Text,
        field => match field.kind() {
            Kind::Ip => What::Address,
            Kind::Text | Kind::List | Kind::Body => What::Text,
            _ => What::Kept,
        },
    }
}

/// What stands behind a key in text: `Cookie: …`, `"token": "…"`, `usrID=…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyword {
    /// A credential that goes on to the end of the line.
    Line,
    /// A credential of one word.
    Word,
    User,
    Session,
    Host,
}

/// Names that end so are those of credentials: `Proxy-Authorization`, `http_cookie`, `client_secret`.
const LINES: [&str; 9] = [
    "authorization",
    "cookie",
    "cookies",
    "cookie2",
    "sslkey",
    "tokenpayload",
    "samlattributes",
    "samlattributelists",
    "attrvalues",
];
const WORDS: [&str; 14] = [
    "token",
    "password",
    "passwd",
    "passphrase",
    "passwort",
    "pwd",
    "secret",
    "apikey",
    "privatekey",
    "credential",
    "credentials",
    "assertion",
    "samlrequest",
    "samlresponse",
];
const USERS: [&str; 12] = [
    "user",
    "usrid",
    "userid",
    "username",
    "login",
    "loginid",
    "uid",
    "srcuser",
    "dstuser",
    "remoteuser",
    "authuser",
    "email",
];
const SESSIONS: [&str; 8] =
    ["clid", "sslid", "session", "sessionid", "sslsessionid", "sid", "persistentsessionid", "samlauthsessionid"];
const HOSTS: [&str; 12] = [
    "serviceengine",
    "host",
    "hostname",
    "forwardedhost",
    "sni",
    "snihostname",
    "servername",
    "adrb",
    "ineta",
    "fqdn",
    "dnsfqdn",
    "machinename",
];

/// What stands behind this key, small letters; `-` and `_` in it do not matter.
pub fn keyword(key: &[u8]) -> Option<Keyword> {
    let name: Vec<u8> = key.iter().copied().filter(|byte| !matches!(byte, b'-' | b'_')).collect();
    let ends = |names: &[&str]| names.iter().any(|one| name.ends_with(one.as_bytes()));
    let is = |names: &[&str]| names.iter().any(|one| name.strip_prefix(b"x").unwrap_or(&name) == one.as_bytes());
    let lists: [(bool, Keyword); 6] = [
        (ends(&LINES), Keyword::Line),
        (ends(&WORDS), Keyword::Word),
        (is(&USERS), Keyword::User),
        (is(&SESSIONS) || name.ends_with(b"sessid") || name.ends_with(b"sessionid"), Keyword::Session),
        (is(&HOSTS), Keyword::Host),
        (name == b"jwt", Keyword::Word),
    ];
    lists.into_iter().find_map(|(found, keyword)| found.then_some(keyword))
}
