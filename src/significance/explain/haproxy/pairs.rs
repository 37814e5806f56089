//! The words for HAProxy's termination states: two characters, who and in which phase (configuration manual, 8.5
//! "Session state at disconnection").
//!
//! In texts `{server}`, `{backend}`, `{frontend}`, `{status}`, `{bytes}`, `{total}`, `{queue}` and `{waited}` stand for
//! the entry's own values; `{waited}` is the time in the phase in which it ended, and `{so}` what HAProxy did about it.

/// A pair of characters of the termination state.
pub(super) struct Pair {
    /// Who, phase; `*` for any phase.
    pub(super) state: [u8; 2],
    pub(super) title: &'static str,
    pub(super) text: &'static str,
    pub(super) next: &'static [&'static str],
}

const fn pair(state: &'static [u8; 2], title: &'static str, text: &'static str, next: &'static [&'static str]) -> Pair {
    Pair { state: *state, title, text, next }
}

const RESPONSE_TIME: &str =
    "Look at the response times of {server} around this moment: impatient clients follow slow servers.";
const SHOW_ERRORS: &str =
    "If it was no rule: \"show errors\" on the statistics socket keeps the last invalid request and response.";
const LISTENING: &str =
    "Check that the service on {server} runs, and whether a firewall between HAProxy and it rejects.";
const CHECKS: &str = "Give the server a health check (\"check\"), so that HAProxy stops choosing it while it is down.";
pub(super) const LIMITS: &str =
    "Compare the connection counters of this entry with maxconn and with ulimit -n of the process.";

/// Of TCP sessions where they read otherwise than [`PAIRS`].
pub(super) const TCP_PAIRS: &[Pair] = &[
    pair(
        b"CD",
        "The client broke off",
        "The client closed or reset the connection after {total}, before {server} was done; {bytes} had been sent to it.",
        &[
            "Single ones are normal. Many at once, or always after the same time, point to a time-out in the client or on the way.",
        ],
    ),
    pair(
        b"cD",
        "Idle until the client-side time-out",
        "Nothing came from the client for as long as \"timeout client\" allows, so HAProxy closed the connection after {total}; {bytes} had been sent to the client. For a session that is allowed to be idle this is harmless.",
        &[
            "If such sessions should live longer, raise \"timeout client\" and \"timeout server\" together, or send keep-alives more often than that.",
        ],
    ),
    pair(
        b"sD",
        "Idle until the server-side time-out",
        "{server} sent nothing for as long as \"timeout server\" allows, so HAProxy closed the connection after {total}; {bytes} had been sent to the client.",
        &[
            "If such sessions should live longer, raise \"timeout server\" and \"timeout client\" together.",
            "Otherwise see what {server} was busy with.",
        ],
    ),
    pair(
        b"PR",
        "Refused by a rule",
        "HAProxy refused the connection by one of its own rules (tcp-request … reject) on {frontend}, before a server was chosen.",
        &["Look for \"tcp-request connection\" and \"tcp-request content\" rules in this frontend."],
    ),
    pair(
        b"SD",
        "The server broke off",
        "{server} closed or reset the connection during the transfer, after {total} and {bytes}.",
        &["Look at the log of {server} for that moment: a crash, a restart, or its own limit."],
    ),
];

pub(super) const PAIRS: &[Pair] = &[
    pair(
        b"LR",
        "HAProxy answered itself",
        "HAProxy answered {status} itself, as it is told to: a redirect, a return rule, statistics or another service of its own. No server was asked.",
        &[],
    ),
    pair(
        b"LH",
        "HAProxy answered itself",
        "HAProxy replaced the response of {server} by one of its own ({status}), as a rule tells it to.",
        &[],
    ),
    pair(
        b"LC",
        "HAProxy redirected to the server",
        "The server has \"redir\" set: HAProxy answered {status} and sent the client there instead of connecting.",
        &[],
    ),
    pair(b"L*", "HAProxy answered itself", "HAProxy handled this itself; no server was asked.", &[]),
    pair(
        b"CC",
        "The client gave up while HAProxy was connecting",
        "HAProxy was still connecting to {server} when the client went away after {total}. The server, or a firewall before it, does not accept quickly.",
        &[LISTENING, "Set \"timeout connect\" well below the patience of clients."],
    ),
    pair(
        b"CH",
        "The client gave up waiting",
        "{server} had accepted the connection, but before its response headers came the client went away, after waiting {waited}.",
        &[RESPONSE_TIME, "Stopped page loads and time-outs of clients look the same."],
    ),
    pair(
        b"CQ",
        "The client gave up in the queue",
        "The request waited {queue} for a free server in {backend}; then the client went away.",
        &[
            "Every server was at its maxconn: see why they answer slowly, or add servers.",
            "\"timeout queue\" decides how long HAProxy lets clients wait.",
        ],
    ),
    pair(
        b"CR",
        "The client broke off before its request was complete",
        "The client closed the connection after {total}, before it had sent a whole request{so}. Port scans, probes and browsers that connect in advance do that.",
        &["\"option http-ignore-probes\" leaves connections without any request out of the log."],
    ),
    pair(
        b"CT",
        "The client left the tarpit",
        "HAProxy held this request back on purpose (tarpit), and the client closed the connection after {total}.",
        &[],
    ),
    pair(
        b"CD",
        "The client broke off during the transfer",
        "The client closed or reset the connection while data was on its way, after {total} and {bytes}.",
        &[
            "Single ones are normal. Many at once, or always at the same size, point to a fault on the way to the client.",
        ],
    ),
    pair(
        b"CL",
        "The client broke off at the very end",
        "The client went away while the last bytes were still being sent to it, after {total} and {bytes}.",
        &[],
    ),
    pair(b"C*", "The client broke off", "The client closed the connection after {total}.", &[]),
    pair(
        b"cR",
        "The client did not send its request in time",
        "The client was connected for {total} but did not send a whole request{so}. The limit is \"timeout http-request\", else \"timeout client\".",
        &[
            "Browsers that connect in advance do this; \"option http-ignore-probes\" leaves them out of the log.",
            "Many from few addresses may be an attack by slow requests.",
        ],
    ),
    pair(
        b"cH",
        "The client sent its request body too slowly",
        "The request headers had come, but then the client sent nothing more for as long as \"timeout client\" allows, {waited} after they were passed on.",
        &[
            "Look for lost packets on the way to the client; large uploads over poor lines need a longer \"timeout client\".",
        ],
    ),
    pair(
        b"cQ",
        "The client side timed out in the queue",
        "The request waited {queue} for a free server in {backend}, longer than \"timeout client\" allows.",
        &["\"timeout queue\" should be shorter than \"timeout client\"."],
    ),
    pair(
        b"cC",
        "The client side timed out while HAProxy was connecting",
        "\"timeout client\" ran out after {total}, while HAProxy was still connecting to {server}.",
        &["\"timeout connect\" should be shorter than \"timeout client\"."],
    ),
    pair(
        b"cD",
        "The client stopped taking or sending data",
        "During the transfer the client neither took nor sent anything for as long as \"timeout client\" allows; HAProxy closed the connection after {total} and {bytes}.",
        &[
            "Look for lost packets on the way to the client.",
            "If it holds long idle connections on purpose (WebSocket), set \"timeout tunnel\".",
        ],
    ),
    pair(
        b"c*",
        "The client side timed out",
        "The client was silent for as long as \"timeout client\" allows; HAProxy closed the connection after {total}.",
        &[],
    ),
    pair(
        b"SC",
        "The server could not be reached",
        "{server} refused the connection or could not be reached, {waited} after HAProxy first tried{so}.",
        &[LISTENING, CHECKS],
    ),
    pair(
        b"SH",
        "The server closed without an answer",
        "{server} accepted the connection but closed it after {waited}, before its response headers were complete{so}.",
        &[
            "Look at the log of {server} for that moment: a crash, a restart, or a keep-alive time-out shorter than HAProxy's.",
        ],
    ),
    pair(
        b"SD",
        "The server broke off during the transfer",
        "{server} closed or reset the connection before its response was complete, after {total} and {bytes}. The client may have got a part only.",
        &["Look at the log of {server} for that moment: a crash, a restart, or its own limit."],
    ),
    pair(
        b"S*",
        "The server broke off",
        "{server} closed or reset the connection after {total}.",
        &["Look at the log of {server} for that moment."],
    ),
    pair(
        b"sQ",
        "No server became free in time",
        "Every server of {backend} was busy: the request waited {queue} in the queue, longer than \"timeout queue\" allows{so}.",
        &[
            "See why the servers answer slowly, raise their maxconn if they can take more, or add servers.",
            "\"timeout queue\" (else \"timeout connect\") is the limit that ran out.",
        ],
    ),
    pair(
        b"sC",
        "The server did not accept the connection in time",
        "HAProxy tried for {waited} to connect to {server} and got neither an acceptance nor a refusal within \"timeout connect\"{so}.",
        &["No refusal means that packets get lost: a host that is down, or a firewall that drops.", CHECKS],
    ),
    pair(
        b"sH",
        "The server did not answer in time",
        "{server} accepted the connection but sent no response headers for {waited} (timeout server){so}. The application, or something it was waiting for, was stuck.",
        &[
            "Look at {server} for that moment: slow queries, locks, exhausted pools, memory.",
            "Only where requests may take that long: raise \"timeout server\".",
        ],
    ),
    pair(
        b"sD",
        "The server stopped sending",
        "{server} had begun to answer, then sent nothing for as long as \"timeout server\" allows; HAProxy closed the connection after {total} and {bytes}.",
        &["Look at {server} for that moment, and for lost packets between HAProxy and it."],
    ),
    pair(
        b"s*",
        "The server side timed out",
        "{server} was silent for as long as \"timeout server\" allows; HAProxy closed the connection after {total}.",
        &[],
    ),
    pair(
        b"PR",
        "Refused: denied by a rule, or not a valid request",
        "HAProxy refused this request on {frontend} and answered {status} itself: a rule denies it, or it is not valid HTTP. No server was asked.",
        &["Look for \"http-request deny\" and filter rules in this frontend.", SHOW_ERRORS],
    ),
    pair(
        b"PT",
        "Held back in the tarpit",
        "A rule put this client into the tarpit: HAProxy kept it waiting for {total} and then answered {status}. No server was asked.",
        &["Look for \"http-request tarpit\" rules in this frontend."],
    ),
    pair(
        b"PH",
        "The response of the server was refused",
        "{server} answered, but HAProxy did not pass it on{so}: the response was not valid HTTP, or a rule denies it.",
        &[
            "\"show errors\" on the statistics socket keeps the last invalid response.",
            "Look for \"http-response deny\" rules.",
        ],
    ),
    pair(
        b"PD",
        "Invalid data in the transfer",
        "HAProxy stopped the transfer after {total} and {bytes}: the chunks or the length of the body were not valid.",
        &[SHOW_ERRORS],
    ),
    pair(
        b"PC",
        "HAProxy had no room for another connection",
        "HAProxy could not open a connection to {server}, because a limit of its own process was reached{so}.",
        &[LIMITS],
    ),
    pair(b"P*", "Stopped by HAProxy", "HAProxy stopped this by one of its own limits or rules.", &[SHOW_ERRORS]),
    pair(
        b"RC",
        "HAProxy ran out of resources while connecting",
        "HAProxy had no memory, no sockets or no free source port left to connect to {server}{so}.",
        &[
            LIMITS,
            "Many connections to one server use up the source ports: give it more source addresses (\"source\").",
        ],
    ),
    pair(
        b"R*",
        "HAProxy ran out of resources",
        "HAProxy had no memory, no sockets or no free source ports left{so}.",
        &[LIMITS],
    ),
    pair(
        b"I*",
        "Internal error of HAProxy",
        "HAProxy found a fault of its own and stopped this session.",
        &["This should never happen: update HAProxy and report it with this line."],
    ),
    pair(
        b"D*",
        "Ended because the server went down",
        "HAProxy closed this session on purpose, because {server} was found to be down (on-marked-down shutdown-sessions).",
        &["Look for \"server down\" events around this moment."],
    ),
    pair(
        b"U*",
        "Ended because an active server came back",
        "HAProxy closed this session on the backup server {server} on purpose, because an active server is up again (on-marked-up shutdown-backup-sessions).",
        &[],
    ),
    pair(
        b"K*",
        "Ended by an administrator",
        "An administrator closed this session on {server} (\"shutdown session\" on the statistics socket), after {total}.",
        &[],
    ),
];
