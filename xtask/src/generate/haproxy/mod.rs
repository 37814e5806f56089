//! HAProxy's two classic formats, as they stand in a file that rsyslog wrote.

pub mod http;
pub mod tcp;

use super::time::{self, put};
use super::world::Incident;

const NOSRV: &str = "<NOSRV>";
/// The place of "no server" in the count of connections.
const NO_SERVER: u8 = 31;
const TAG: &str = "lb01 haproxy[11994]: ";

/// HAProxy writes a line when the request ends; syslog stamps it then.
fn prefix(line: &mut Vec<u8>, end: i64) {
    time::syslog(line, end);
    line.push(b' ');
    line.extend(TAG.as_bytes());
}

/// The state lines of the server that fails: its checks, its going and its coming back.
fn server_events(server: &str, left: u32, incident: &Incident) -> Vec<(i64, Vec<u8>)> {
    let second = |n: i64| n * time::SECOND;
    let others = left + 1;
    [
        (incident.down - second(4), format!("Health check for server {server} failed, reason: Layer4 timeout, check duration: 2001ms, status: 2/3 UP.")),
        (incident.down - second(2), format!("Health check for server {server} failed, reason: Layer4 timeout, check duration: 2001ms, status: 1/3 UP.")),
        (incident.down, format!("Server {server} is DOWN, reason: Layer4 timeout, check duration: 2002ms. {left} active and 0 backup servers left. 11 sessions active, 0 requeued, 0 remaining in queue.")),
        (incident.up - second(2), format!("Health check for server {server} succeeded, reason: Layer4 check passed, check duration: 1ms, status: 1/2 DOWN.")),
        (incident.up, format!("Server {server} is UP, reason: Layer4 check passed, check duration: 1ms. {others} active and 0 backup servers online. 0 sessions requeued, 0 total in queue.")),
    ]
    .into_iter()
    .map(|(instant, text)| {
        let mut line = Vec::new();
        prefix(&mut line, instant);
        put(&mut line, format_args!("{text}"));
        (instant, line)
    })
    .collect()
}

/// Whether an entry is significant by HAProxy's own signs: somebody ended it early, it was retried, it failed, it was slow.
fn is_significant(
    termination: &str,
    retries: u8,
    redispatched: bool,
    code: Option<i32>,
    total: i32,
    idle_close: bool,
) -> bool {
    let ended_early = !matches!(termination.as_bytes()[0], b'-' | b'L') && !idle_close;
    // An idle time-out waits by definition: its length says nothing.
    let slow = total >= 5000 && !idle_close;
    ended_early || retries > 0 || redispatched || code.is_some_and(|code| code == -1 || code >= 400) || slow
}
