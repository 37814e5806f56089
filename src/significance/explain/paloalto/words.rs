//! The words for PAN-OS's codes: actions, end reasons, applications that are none, session stages.

/// What a code means.
pub(super) struct Word {
    pub(super) code: &'static str,
    /// One sentence about an entry whose main matter it is.
    pub(super) title: &'static str,
    /// What happened; `{client}` and the like are this entry's values.
    pub(super) text: &'static str,
    /// Beside the code in the list of codes.
    pub(super) short: &'static str,
    pub(super) next: &'static [&'static str],
}

const LOOK_AT_RULE: &str = "Look at the rule {rule}: is this traffic meant to pass?";
const LOOK_AT_THREAT: &str = "Look in the threat log for the same session ID and moment: it names the threat.";
const LOOK_AT_SERVER: &str = "Check that {server} listens on that port and that the answers come back the same way.";

/// Why a session ended, the strongest first: where several apply PAN-OS logs the first of them.
pub(super) const END_REASONS: &[Word] = &[
    Word {
        code: "threat",
        title: "The firewall cut the session: a threat was found",
        text: "The session from {client} to {server} was allowed and then ended by a threat profile with a reset, drop \
               or block action.",
        short: "a threat was found and the session was reset, dropped or blocked",
        next: &[LOOK_AT_THREAT],
    },
    Word {
        code: "policy-deny",
        title: "The session matched a rule that denies or drops",
        text: "A rule ({rule}) with a deny or drop action applied to the session from {client} to {server}. Where the \
               action says allow, it was allowed first and denied once the application or the URL was known.",
        short: "a rule with a deny or drop action applied",
        next: &[LOOK_AT_RULE],
    },
    Word {
        code: "decrypt-cert-validation",
        title: "The firewall ended the session: certificate not accepted",
        text: "Decryption applies to the session from {client} to {server}, and the server's certificate was refused: \
               expired, untrusted, revoked, of unknown status, or a client certificate was asked for.",
        short: "the server's certificate was not accepted by the decryption profile",
        next: &[
            "Check the certificate of {server}: validity, issuer, chain.",
            "Look in the decryption log for the same session.",
        ],
    },
    Word {
        code: "decrypt-unsupport-param",
        title: "The firewall ended the session: TLS parameters not supported",
        text: "Decryption applies to the session from {client} to {server}, and version, cipher or extension of the TLS \
               handshake are not supported or not permitted.",
        short: "version, cipher or extension of TLS is not supported for decryption",
        next: &["Compare what {server} offers with the protocol settings of the decryption profile."],
    },
    Word {
        code: "decrypt-error",
        title: "The firewall ended the session: decryption failed",
        text: "Decryption applies to the session from {client} to {server} and failed: no resources or key module, an \
               SSH error, or a TLS alert that is not about certificate or parameters.",
        short: "decryption failed, also for want of resources",
        next: &["Check the firewall's decryption resources, and the decryption log for the same session."],
    },
    Word {
        code: "tcp-rst-from-client",
        title: "The client reset the connection",
        text: "{client} ended the connection to {server} with a TCP reset. Many programs close so; it is a fault only \
               where little or nothing was transferred.",
        short: "the client sent a TCP reset",
        next: &[],
    },
    Word {
        code: "tcp-rst-from-server",
        title: "The server reset the connection",
        text: "{server} ended the connection from {client} with a TCP reset. Without data before it, nothing listens on \
               the port or the server refused.",
        short: "the server sent a TCP reset",
        next: &[],
    },
    Word {
        code: "resources-unavailable",
        title: "The firewall dropped the session: resources exhausted",
        text: "The session from {client} to {server} was dropped by a limit of the system: too many packets out of order \
               in one flow or in all, or another limit that is reported under this name.",
        short: "a limit of the firewall was reached, such as packets out of order",
        next: &["Check the firewall's session and buffer use at that moment, and the path for packets out of order."],
    },
    Word {
        code: "tcp-fin",
        title: "The connection was closed normally",
        text: "{client} or {server} closed the connection with a TCP FIN.",
        short: "one side or both closed the connection normally",
        next: &[],
    },
    Word {
        code: "tcp-reuse",
        title: "The connection was replaced by a new one",
        text: "A new connection between {client} and {server} used the same ports, so the firewall closed this session.",
        short: "the ports were used again and the old session was closed",
        next: &[],
    },
    Word {
        code: "decoder",
        title: "A new connection began inside the session",
        text: "The firewall found a new connection inside the protocol (a proxy request, for example) and ended the one \
               before it.",
        short: "a new connection was found inside the protocol and the former one ended",
        next: &[],
    },
    Word {
        code: "aged-out",
        title: "The session timed out",
        text: "Nothing came for as long as the firewall keeps an idle session. For UDP and ICMP that is the normal end.",
        short: "no packet came within the session time-out",
        next: &[],
    },
    Word {
        code: "unknown",
        title: "The reason for the end is not known",
        text: "The session ended in a way that has no reason of its own: cleared by an administrator, for example, or \
               cut by a restart.",
        short: "ended for another reason, such as clearing the session",
        next: &[],
    },
    Word {
        code: "n/a",
        title: "The session was logged before its end",
        text: "There is no end reason: the log is not about the end of a session, or comes from a release before 6.1.",
        short: "not the log of a session's end, or of a release before 6.1",
        next: &[],
    },
];

/// What the rule or the threat profile did.
pub(super) const ACTIONS: &[Word] = &[
    Word {
        code: "allow",
        title: "The session was allowed",
        text: "The rule {rule} allowed the session from {client} to {server}.",
        short: "allowed by the rule",
        next: &[],
    },
    Word {
        code: "deny",
        title: "The session was denied",
        text: "The rule {rule} denied the session from {client} to {server}; how it was refused is the application's own \
               deny action.",
        short: "denied by the rule, in the way that fits the application",
        next: &[LOOK_AT_RULE],
    },
    Word {
        code: "drop",
        title: "The session was dropped silently",
        text: "The rule {rule} dropped the session from {client} to {server}. The client was told nothing: to it this \
               looks like a time-out.",
        short: "dropped, nobody was told",
        next: &[LOOK_AT_RULE],
    },
    Word {
        code: "drop-icmp",
        title: "The session was dropped, and the client told so",
        text: "The rule {rule} dropped the session from {client} to {server} and sent an ICMP unreachable message.",
        short: "dropped, with an ICMP unreachable message to the client",
        next: &[LOOK_AT_RULE],
    },
    Word {
        code: "reset-both",
        title: "The firewall reset both sides",
        text: "The firewall ended the session between {client} and {server} and sent a TCP reset to both.",
        short: "ended by the firewall with a TCP reset to both sides",
        next: &[LOOK_AT_RULE],
    },
    Word {
        code: "reset-client",
        title: "The firewall reset the client's side",
        text: "The firewall ended the session from {client} to {server} and sent a TCP reset to the client. The final \
               action counts this as allowed, as the usual table for firewall teams does; yet it was the firewall that \
               ended the session.",
        short: "ended by the firewall with a TCP reset to the client",
        next: &[LOOK_AT_RULE],
    },
    Word {
        code: "reset-server",
        title: "The firewall reset the server's side",
        text: "The firewall ended the session from {client} to {server} and sent a TCP reset to the server. The final \
               action counts this as allowed, as the usual table for firewall teams does; yet it was the firewall that \
               ended the session.",
        short: "ended by the firewall with a TCP reset to the server",
        next: &[LOOK_AT_RULE],
    },
    Word {
        code: "alert",
        title: "Seen and let through",
        text: "The firewall logged this between {client} and {server} and let it pass.",
        short: "logged and let through",
        next: &[],
    },
    Word {
        code: "drop-all-packets",
        title: "All packets of the session were dropped",
        text: "The firewall dropped this and every further packet between {client} and {server}.",
        short: "this and all later packets of the session were dropped",
        next: &[],
    },
    Word {
        code: "drop-all",
        title: "All packets of the session were dropped",
        text: "The firewall dropped this and every further packet between {client} and {server}.",
        short: "this and all later packets of the session were dropped",
        next: &[],
    },
    Word {
        code: "random-drop",
        title: "Packets were dropped at random",
        text: "A flood was found, and the firewall dropped a part of the packets to {server} until it was over.",
        short: "a part of the packets was dropped against a flood",
        next: &[],
    },
    Word {
        code: "block-url",
        title: "The URL was blocked",
        text: "URL filtering blocked the request of {client}: its category is not allowed.",
        short: "blocked by URL filtering",
        next: &["Check the category of the URL: a wrong one can be reported to the vendor."],
    },
    Word {
        code: "block-ip",
        title: "The address was blocked for a while",
        text: "The firewall blocks further traffic of {client} for some time.",
        short: "the source is blocked for some time",
        next: &[],
    },
    Word {
        code: "sinkhole",
        title: "The name was answered with a sinkhole address",
        text: "{client} asked for a name that is known as malicious and got the address of a sinkhole instead.",
        short: "a malicious name was answered with a harmless address",
        next: &["Look for {client} connecting to the sinkhole address: it is likely infected."],
    },
    Word {
        code: "block-continue",
        title: "The user was shown a warning page",
        text: "URL filtering stopped the request of {client} with a page on which the user may choose to go on.",
        short: "stopped by a page that lets the user go on",
        next: &[],
    },
    Word {
        code: "continue",
        title: "The user went on after a warning",
        text: "{client} had been shown a warning page and chose to go on.",
        short: "the user chose to go on after a warning page",
        next: &[],
    },
    Word {
        code: "block-override",
        title: "The user was asked for a password",
        text: "URL filtering stopped the request of {client} with a page that asks for an override password.",
        short: "stopped by a page that asks for a password",
        next: &[],
    },
    Word {
        code: "override",
        title: "The user went on with a password",
        text: "{client} gave the override password and went on.",
        short: "the user gave the override password",
        next: &[],
    },
    Word {
        code: "override-lockout",
        title: "Too many wrong override passwords",
        text: "{client} gave too many wrong override passwords and is locked out for a while.",
        short: "too many wrong override passwords",
        next: &[],
    },
];

/// Names in the application column that are no application.
pub(super) const APPLICATIONS: &[Word] = &[
    Word {
        code: "incomplete",
        title: "The TCP handshake was not finished, or no data followed",
        text: "Either the handshake between {client} and {server} did not finish, or it did and no data followed from \
               which an application could be told. So this is not really an application's traffic.",
        short: "the TCP handshake did not finish, or no data followed it",
        next: &[LOOK_AT_SERVER, "Compare packets sent and received: with none received the server never answered."],
    },
    Word {
        code: "insufficient-data",
        title: "Too little data to tell the application",
        text: "The handshake between {client} and {server} finished and some data followed, too little to match any \
               application.",
        short: "handshake and some data, too little to tell the application",
        next: &[],
    },
    Word {
        code: "unknown-tcp",
        title: "The application is not known (TCP)",
        text: "Data was seen between {client} and {server}, but it matches no application: an application of your own \
               without a signature, or an unusual port.",
        short: "TCP data that matches no application",
        next: &["If it is an application of your own, define a custom application or an application override."],
    },
    Word {
        code: "unknown-udp",
        title: "The application is not known (UDP)",
        text: "UDP data was seen between {client} and {server}, but it matches no application.",
        short: "UDP data that matches no application",
        next: &["If it is an application of your own, define a custom application or an application override."],
    },
    Word {
        code: "unknown-p2p",
        title: "Peer-to-peer traffic of an unknown kind",
        text: "The traffic between {client} and {server} looks like peer-to-peer, by its pattern only.",
        short: "looks like peer-to-peer traffic",
        next: &[],
    },
    Word {
        code: "not-applicable",
        title: "Dropped before the application was known: no rule allows the port",
        text: "The firewall discarded the traffic from {client} to {server} before it looked at the application, because \
               no rule allows that port or service.",
        short: "dropped before identification: no rule allows the port or service",
        next: &["Look at the service of the rules for this destination: is the port in any of them?"],
    },
    Word {
        code: "non-syn-tcp",
        title: "A TCP packet that belongs to no known connection",
        text: "A packet from {client} to {server} came without a handshake before it: the answers take another way, or \
               the session was forgotten after a restart or time-out.",
        short: "TCP without a handshake before it",
        next: &["Check for asymmetric routing between {client} and {server}."],
    },
];

/// Stages of the session tracker: they are shown by `show session id` and come up in messages.
pub(super) const STAGES: &[(&str, &str)] = &[
    ("appid policy lookup deny", "the session matched a security policy with a deny or drop action"),
    ("mitigation tdb", "the session ended because a threat was detected"),
    ("resource limit", "the session was dropped by a limit of the system, such as packets out of order"),
    ("host service", "traffic to the firewall itself, for a service that is not allowed or not enabled"),
];

/// Kinds of a traffic log.
pub(super) const SUBTYPES: &[(&str, &str)] = &[
    ("start", "written when the session began: bytes and duration are not final"),
    ("end", "written when the session ended"),
    ("drop", "dropped before the application was known, by a rule for any application"),
    ("deny", "denied once the application was known, or by a rule that names it"),
];
