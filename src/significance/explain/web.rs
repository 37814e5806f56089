//! Entries of web servers in plain words: what a status means for whom, what an error message points at.

use crate::protocol::Explanation;
use crate::record::Field;
use crate::show;
use crate::significance::{Facts, web};

/// (code, title, what it means, what to check next)
type Words = (i64, &'static str, &'static str, &'static [&'static str]);

/// Statuses (RFC 9110, and nginx's own).
const CODES: &[Words] = &[
    (
        400,
        "The request could not be read",
        "The request was malformed, or its headers were too large.",
        &[
            "Bytes such as \\x16\\x03 in the request are TLS that was sent to a plain port.",
            "A large cookie is the usual cause of headers that are too large.",
        ],
    ),
    (
        401,
        "Not authenticated",
        "The client sent no credentials, or wrong ones. A first request without them is normal.",
        &["Look for a request of the same client with a user name right after it."],
    ),
    (
        403,
        "Forbidden",
        "The server understood the request and refused it.",
        &["The error log names the rule or the file permission at the same second."],
    ),
    (
        404,
        "Not found",
        "Nothing is there under this path.",
        &["The referer says which page holds the link; without one it is often a scanner."],
    ),
    (405, "Method not allowed", "The path exists, but not for this method.", &[]),
    (
        408,
        "The client did not send its request in time",
        "The connection was open, the request did not come.",
        &["Browsers open connections in advance: a 408 without a request is usually harmless."],
    ),
    (
        413,
        "The request body was too large",
        "The server accepts no body of that size.",
        &["nginx: client_max_body_size; Apache: LimitRequestBody."],
    ),
    (
        414,
        "The URI was too long",
        "The server accepts no URI of that length.",
        &["A redirect loop may have made it grow."],
    ),
    (
        429,
        "Too many requests",
        "The client was slowed down by a limit.",
        &["Compare with the limits of the server and what is before it."],
    ),
    (
        444,
        "Closed without an answer",
        "nginx closed the connection by a rule (return 444).",
        &["Look for return 444 in the configuration."],
    ),
    (
        494,
        "The request headers were too large",
        "nginx answered 400 to the client.",
        &["large_client_header_buffers; a large cookie is the usual cause."],
    ),
    (
        495,
        "The client's certificate was not accepted",
        "nginx answered 400 to the client.",
        &["The certificate may be expired or of another authority."],
    ),
    (
        496,
        "The client sent no certificate",
        "nginx answered 400 to the client.",
        &["The server asks for a client certificate (ssl_verify_client on)."],
    ),
    (
        497,
        "Plain HTTP on an HTTPS port",
        "nginx answered 400 to the client.",
        &["A link or a proxy says http where it means https."],
    ),
    (
        499,
        "The client went away",
        "The client closed the connection before the answer was ready; nothing was sent.",
        &[
            "Its own time-out may be shorter than the server takes: compare the duration with that of requests that ended well.",
            "A load balancer before it may have given up.",
        ],
    ),
    (
        500,
        "The application failed",
        "An unexpected fault while the request was handled.",
        &["The error log of the same second says where."],
    ),
    (
        502,
        "No valid answer from the server behind",
        "The server behind refused the connection, closed it, or answered something that is no HTTP.",
        &["The error log of the same second names the server and the reason."],
    ),
    (
        503,
        "Not available",
        "The server is overloaded, in maintenance, or has no server behind it.",
        &["The error log says whether a limit or a missing server is the reason."],
    ),
    (
        504,
        "The server behind did not answer in time",
        "The connection was accepted, the answer did not come.",
        &["nginx: proxy_read_timeout; Apache: ProxyTimeout. Compare them with how long the application needs."],
    ),
];

/// Explains one entry.
pub(super) fn explain(facts: &impl Facts) -> Explanation {
    let text = |field: Field| facts.text(field).map(|text| String::from_utf8_lossy(text).into_owned());
    if text(Field::LogType).as_deref() == Some("error") {
        let message = text(Field::Message).unwrap_or_default();
        let event = web::rule(message.as_bytes()).and_then(|rule| rule.split_once(": "));
        let title = match event {
            Some((category, event)) if event != "see the message" => format!("{category}: {event}"),
            Some((category, _)) => category.to_owned(),
            None => "Message of the web server".to_owned(),
        };
        let badge = text(Field::ErrorCode).or_else(|| text(Field::Severity)).unwrap_or_else(|| "error".into());
        let paragraph = if message.is_empty() { message } else { format!("The server says: {message}") };
        return Explanation { badge, title, paragraph, ..Explanation::default() };
    }
    let Some(code) = facts.int(Field::ResponseCode) else { return Explanation::default() };
    let took = facts.int(Field::TotalTime).map(|time| format!(" It took {}.", show::duration(time)));
    let server = facts.int(Field::ServerResponseCode).filter(|own| *own != code);
    let server = server.map(|own| format!(" The server behind had answered {own}."));
    let more = [took, server].into_iter().flatten().collect::<String>();
    let words = CODES.iter().find(|words| words.0 == code);
    let (title, meaning, next) = match (words, code) {
        (Some((_, title, meaning, next)), _) => (*title, *meaning, *next),
        (None, 100..=199) => {
            ("Interim answer", "The connection goes on in another protocol, or the answer follows.", &[][..])
        }
        (None, 200..=299) => ("Answered", "The request was understood and answered.", &[][..]),
        (None, 304) => ("Not modified", "The client's copy is still good; nothing was sent again.", &[][..]),
        (None, 300..=399) => ("Redirected", "The client was told to ask elsewhere.", &[][..]),
        (None, 400..=499) => ("Refused", "The fault is with the request, says the server.", &[][..]),
        (None, 500..=599) => ("The server failed", "The fault is with the server or with what is behind it.", &[][..]),
        (None, _) => ("No status", "The connection ended before there was one.", &[][..]),
    };
    Explanation {
        badge: code.to_string(),
        title: title.into(),
        paragraph: format!("{meaning}{more}"),
        letters: Vec::new(),
        next: next.iter().map(|next| (*next).to_owned()).collect(),
    }
}
