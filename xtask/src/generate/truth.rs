//! What is true of a generated log, counted while it is written and kept beside it as JSON. Counts are over requests
//! (connections for TCP): lines of server events and damaged lines have numbers of their own.

use super::time;
use super::world::World;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// What one request adds. Names of fields are those of the search language; None where the format has no such field.
pub struct Facts {
    /// Milliseconds since 1970, UTC.
    pub start: i64,
    pub client: u32,
    pub frontend: Option<&'static str>,
    pub backend: Option<&'static str>,
    pub server: Option<&'static str>,
    pub termination_state: Option<&'static str>,
    pub response_code: Option<i32>,
    pub response_length: u64,
    /// Milliseconds.
    pub total_time: Option<u32>,
    pub significant: bool,
}

type Counts<K> = HashMap<K, u64>;

#[derive(Default)]
pub struct Truth {
    pub lines: u64,
    pub bytes: u64,
    pub events: u64,
    pub unparsed: u64,
    requests: u64,
    significant: u64,
    span: Option<(i64, i64)>,
    clients: Vec<u64>,
    frontends: Counts<&'static str>,
    backends: Counts<&'static str>,
    servers: Counts<&'static str>,
    terminations: Counts<&'static str>,
    codes: Counts<i32>,
    response_length: u64,
    total_times: Vec<u32>,
}

fn add<K: std::hash::Hash + Eq>(counts: &mut Counts<K>, key: Option<K>) {
    if let Some(key) = key {
        *counts.entry(key).or_default() += 1;
    }
}

fn object<K: ToString>(counts: &Counts<K>) -> Value {
    // serde_json keeps the keys of an object sorted.
    Value::Object(counts.iter().map(|(key, count)| (key.to_string(), json!(count))).collect::<Map<_, _>>())
}

impl Truth {
    pub fn request(&mut self, facts: &Facts) {
        self.requests += 1;
        self.significant += u64::from(facts.significant);
        let (first, last) = self.span.unwrap_or((facts.start, facts.start));
        self.span = Some((first.min(facts.start), last.max(facts.start)));
        let client = facts.client as usize;
        if self.clients.len() <= client {
            self.clients.resize(client + 1, 0);
        }
        self.clients[client] += 1;
        add(&mut self.frontends, facts.frontend);
        add(&mut self.backends, facts.backend);
        add(&mut self.servers, facts.server);
        add(&mut self.terminations, facts.termination_state);
        add(&mut self.codes, facts.response_code);
        self.response_length += facts.response_length;
        self.total_times.extend(facts.total_time);
    }

    pub fn into_json(mut self, world: &World) -> Value {
        self.total_times.sort_unstable();
        let mut top: Vec<_> = self.clients.iter().enumerate().filter(|(_, count)| **count > 0).collect();
        let distinct = top.len();
        // Equal counts stand in the order of their text, so that there is one right answer.
        top.sort_by(|(a, many), (b, few)| {
            few.cmp(many).then_with(|| world.client(*a as u32).cmp(world.client(*b as u32)))
        });
        let top: Vec<_> =
            top.iter().take(10).map(|(client, count)| json!([world.client(*client as u32), count])).collect();
        json!({
            "lines": self.lines,
            "bytes": self.bytes,
            "total": self.lines,
            "requests": self.requests,
            "events": self.events,
            "unparsed": self.unparsed,
            "significant": self.significant,
            "first_start_time": self.span.map(|(first, _)| time::iso(first)),
            "last_start_time": self.span.map(|(_, last)| time::iso(last)),
            "termination_state": object(&self.terminations),
            "response_code": object(&self.codes),
            "frontend": object(&self.frontends),
            "backend": object(&self.backends),
            "server": object(&self.servers),
            "response_code_500_and_above": self.codes.iter().filter(|(code, _)| **code >= 500).map(|(_, count)| count).sum::<u64>(),
            "client_ip_distinct": distinct,
            "client_ip_top_10": top,
            "response_length_sum": self.response_length,
            "total_time": {
                "count": self.total_times.len(),
                "p50": nearest_rank(&self.total_times, 50),
                "p90": nearest_rank(&self.total_times, 90),
                "p99": nearest_rank(&self.total_times, 99),
                "max": self.total_times.last(),
            },
        })
    }
}

/// The smallest value with at least `percent` of all values at or below it.
fn nearest_rank(sorted: &[u32], percent: usize) -> Option<u32> {
    sorted.get((sorted.len() * percent).div_ceil(100).checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_the_nearest() {
        let values: Vec<u32> = (1..=10).collect();
        assert_eq!([50, 90, 99].map(|percent| nearest_rank(&values, percent)), [Some(5), Some(9), Some(10)]);
        assert_eq!(nearest_rank(&[7], 50), Some(7));
        assert_eq!(nearest_rank(&[], 50), None);
    }
}
