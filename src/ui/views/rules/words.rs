//! The rules in force for each family, in plain words; and thresholds as they are typed.

use crate::protocol::RulesText;
use crate::query;

/// Families in the order of the settings, each with the rules that nobody can change.
pub const FAMILIES: [(&str, &str); 5] = [
    ("nevisProxy", "Level ERROR or worse\nAn event that means failure, as AU07 or GW01\n"),
    ("HAProxy", "Server down, failed health check, connection error, alert\n"),
    (
        "Palo Alto",
        "Session blocked, or ended by threat, policy or resources\nThreat blocked, or of severity medium or higher\n\
         System event of severity medium or higher; failed change, login, tunnel or TLS",
    ),
    ("Avi", "The log's own word (adf) decides. A log without it:\nICAP blocked, modified or failed\n"),
    ("Web", "Another server had to be tried\nError log of level warn or worse\n"),
];

/// What each preset takes, in their order; then what is said of rules that are none of them.
pub const PRESETS: [&str; 4] = [
    "4xx and 5xx, what did not end normally, and what is slow.",
    "What option log-separate-errors raises. Nothing by time.",
    "What halog -e selects: HTTP with status 5xx or none. Nothing by time.",
    "Rules of your own.",
];

/// `5 s`, `500 ms`; nothing for no limit.
pub fn limit(micros: &str) -> String {
    // Digits are all that is needed: whole seconds end in six zeros.
    match (micros.strip_suffix("000000"), micros.strip_suffix("000")) {
        (Some(seconds), _) => format!("{seconds} s"),
        (_, Some(millis)) => format!("{millis} ms"),
        _ if micros.is_empty() => String::new(),
        _ => format!("{micros} µs"),
    }
}

/// The same as typed. A number alone means nothing: searches count milliseconds, people mean seconds.
pub fn parse_limit(text: &str) -> Option<String> {
    match text {
        "" | "off" => Some(String::new()),
        text if text.ends_with(char::is_alphabetic) => {
            query::duration(text).filter(|time| *time > 0).map(|time| time.to_string())
        }
        _ => None,
    }
}

/// What makes a log of this family significant, a line for each rule.
pub fn in_force(family: usize, rules: &str) -> String {
    let (name, own) = FAMILIES[family];
    let haproxy = name == "HAProxy";
    let part = |part| RulesText::part(rules, part);
    let mut says = String::new();
    let ended = match part(RulesText::SESSIONS) {
        "0" => "Session did not end normally (the idle time-out of TCP, cD, is normal)\n",
        "1" => "Session did not end normally, the idle time-out of TCP (cD) too\n",
        _ => "",
    };
    if haproxy && !ended.is_empty() {
        says += ended;
        says += "Connection tried again, or another server taken\n";
    }
    says += own;
    if name == "Palo Alto" {
        return says;
    }
    says += "Response code 400 or higher";
    if haproxy {
        says += ", or none (-1)";
    }
    if !part(RulesText::EXCLUDED).is_empty() {
        says += ", but not ";
        says += part(RulesText::EXCLUDED);
    }
    let times = [
        (RulesText::TOTAL_TIME, "\nTotal time of ", " or more"),
        (RulesText::APP_RESPONSE, "\nApp response of ", " or more"),
        (RulesText::CLIENT_RTT, "\nClient RTT over ", ""),
        (RulesText::SERVER_RTT, "\nServer RTT over ", ""),
    ];
    for (at, from, more) in &times[..if name == "Avi" { 4 } else { 2 }] {
        if !part(*at).is_empty() {
            says = says + from + &limit(part(*at)) + more;
        }
    }
    says
}
