//! The words for HAProxy's codes letter by letter, and for its events.

use super::pairs::LIMITS;

/// Who ended the session, or why: the first character.
pub(super) fn who(letter: u8) -> &'static str {
    match letter {
        b'-' => "ended normally",
        b'C' => "aborted by the client",
        b'c' => "client-side time-out",
        b'S' => "aborted or refused by the server",
        b's' => "server-side time-out",
        b'P' => "stopped by HAProxy: a rule, a limit or invalid data",
        b'L' => "handled by HAProxy itself",
        b'R' => "a resource of HAProxy was exhausted",
        b'I' => "internal error found by HAProxy",
        b'D' => "closed because the server went down",
        b'U' => "closed because an active server came back",
        b'K' => "closed by an administrator",
        _ => "not a known letter",
    }
}

/// What it was doing then: the second character.
pub(super) fn phase(letter: u8) -> &'static str {
    match letter {
        b'R' => "while waiting for the request",
        b'Q' => "while waiting in the queue",
        b'C' => "while connecting to the server",
        b'H' => "while waiting for response headers",
        b'D' => "during the transfer of data",
        b'L' => "while sending the last data to the client",
        b'T' => "while held in the tarpit",
        b'-' => "after everything had been transferred",
        _ => "not a known letter",
    }
}

/// The persistence cookie that the client sent: the third character.
pub(super) fn client_cookie(letter: u8) -> &'static str {
    match letter {
        b'N' => "the client sent no persistence cookie",
        b'I' => "the client's cookie named no known server",
        b'D' => "the client's cookie named a server that is down",
        b'V' => "the client's cookie named a valid server",
        b'E' => "the client's cookie had expired (maxidle)",
        b'O' => "the client's cookie was too old (maxlife)",
        b'U' => "the client's cookie was not used: a rule chose the server",
        b'-' => "no persistence cookie is configured",
        _ => "not a known letter",
    }
}

/// What happened to the cookie in the response: the fourth character.
pub(super) fn server_cookie(letter: u8) -> &'static str {
    match letter {
        b'N' => "no cookie was put into the response",
        b'I' => "HAProxy put a cookie into the response",
        b'U' => "HAProxy updated the cookie in the response",
        b'P' => "the server's own cookie was passed on",
        b'R' => "HAProxy rewrote the server's cookie",
        b'D' => "HAProxy removed the server's cookie",
        b'-' => "the response's cookie was not touched",
        _ => "not a known letter",
    }
}

/// Both cookie letters, where the manual says what the pair means.
pub(super) fn cookies(pair: &[u8]) -> Option<&'static str> {
    Some(match pair {
        b"--" => "no persistence cookie",
        b"NN" => "no cookie came, none was set: the server was reached without persistence",
        b"NI" => "a new visitor: no cookie came, one was set",
        b"II" => "the cookie named no known server, so a new one was set: an old name, or two sites share a cookie",
        b"VN" => "the cookie named a valid server and was left as it is",
        b"VU" => "the cookie was valid and its date was renewed",
        b"VI" => "the cookie was valid, but its server could not be reached: another one took over",
        b"EI" => "the cookie had expired, so a new one was set",
        b"OI" => "the cookie was too old, so a new one was set",
        b"DI" => "the cookie's server is down, so another one was chosen and set",
        _ => return None,
    })
}

/// What an event means: kind, badge, title, text, next. Texts hold the same places as those of the pairs.
pub(super) type Event = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

pub(super) const EVENTS: &[Event] = &[
    (
        "server down",
        "DOWN",
        "{server} of {backend} went down",
        "It counts as down, so HAProxy sends it no further requests.",
        &[
            "The message says which layer failed: 4 means that no connection came about, 7 that the answer was wrong or late.",
        ],
    ),
    ("server up", "UP", "{server} of {backend} is up again", "HAProxy sends it requests again.", &[]),
    (
        "server maintenance",
        "MAINT",
        "{server} of {backend} was put into maintenance",
        "It was taken out of service on purpose.",
        &[],
    ),
    (
        "server stopping",
        "STOP",
        "{server} of {backend} is stopping",
        "Its check says that it takes no new visitors; those it has may finish.",
        &[],
    ),
    ("drain", "DRAIN", "{server} of {backend} is drained", "It gets no new visitors; those it has may finish.", &[]),
    (
        "server address changed",
        "IP",
        "{server} of {backend} has another address",
        "Its name resolves to another address now.",
        &[],
    ),
    (
        "no server available",
        "DOWN",
        "{backend} has no server left",
        "Every server of this backend is down or in maintenance: HAProxy answers 503 to everything that goes there.",
        &["Look for \"server down\" events just before."],
    ),
    (
        "connect failed",
        "ERR",
        "HAProxy could not open a connection for {backend}",
        "The system refused: no free port, no memory, or a wrong source address.",
        &[LIMITS],
    ),
    (
        "health check",
        "CHECK",
        "A health check of {server} succeeded",
        "The state of the check changed (option log-health-checks).",
        &[],
    ),
    (
        "health check failed",
        "CHECK",
        "A health check of {server} failed",
        "After \"fall\" failures in a row the server counts as down.",
        &[],
    ),
    (
        "connect",
        "CONN",
        "A client connected",
        "HAProxy logs no more than this where neither tcplog nor httplog is set: no times, no outcome.",
        &["Set \"option tcplog\" or \"option httplog\" in the frontend or the defaults."],
    ),
    ("connection error", "ERR", "The connection failed before there was a session", "", &[]),
    ("proxy started", "START", "{frontend} started", "HAProxy was started or reloaded.", &[]),
    (
        "proxy stopping",
        "STOP",
        "A proxy is stopping",
        "HAProxy was stopped or reloaded; sessions may finish until then.",
        &[],
    ),
    (
        "proxy stopped",
        "STOP",
        "{frontend} stopped",
        "HAProxy was stopped or reloaded. The message counts the connections it had.",
        &[],
    ),
    ("proxy paused", "PAUSE", "{frontend} is paused", "It accepts no connections until it is resumed.", &[]),
    ("proxy resumed", "RESUME", "{frontend} accepts connections again", "", &[]),
    ("state dump", "DUMP", "State of a server or proxy", "HAProxy was asked for it by a SIGHUP.", &[]),
    (
        "spoe",
        "SPOE",
        "An agent handled a message",
        "The fields are those of the stream processing offload engine.",
        &[],
    ),
];

const NO_HEADER: &str =
    "The listener expects a PROXY protocol or NetScaler header before anything else; what came was none.";
const TLS: &str = "The client and HAProxy did not agree on TLS: no version or cipher in common, a client that does not trust the certificate, or no TLS at all.";
const CERTIFICATE: &str = "A certificate was not accepted: expired, of an unknown authority, or not for this name.";
const SOCKS: &str = "The connection to the server goes through a SOCKS4 proxy, which refused it or broke off.";
const EXHAUSTED: &str = "HAProxy reached a limit of its own or of the system.";

/// What a connection error means, by words of its message (HAProxy adds messages with every version), and what to check.
pub(super) fn connection_error(message: &str) -> (&'static str, &'static [&'static str]) {
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if says(&["PROXY protocol", "NetScaler"]) {
        (
            NO_HEADER,
            &[
                "Let only balancers reach this port, or set the header on the balancer before HAProxy; health checks must send it, too.",
            ],
        )
    } else if says(&["certificate", "CA chain"]) {
        (CERTIFICATE, &["Check the certificates and their authorities (\"ca-file\", \"verify\")."])
    } else if says(&["SSL", "TLS"]) {
        (
            TLS,
            &[
                "Port scans and probes cause single ones. Many from one client: compare \"ssl-min-ver\" and ciphers with what it can do.",
            ],
        )
    } else if says(&["SOCKS4"]) {
        (SOCKS, &[])
    } else if says(&["maxconn", "Too many", "Out of", "exhausted", "in use", "Can't bind"]) {
        (EXHAUSTED, &[LIMITS])
    } else {
        ("The connection ended before HAProxy could serve it.", &[])
    }
}
