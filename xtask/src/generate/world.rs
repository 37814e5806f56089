//! What all formats share: who the clients are, when requests begin, how bad the incident is at a moment, and how many
//! requests are in flight where.

use super::random::Random;
use super::time::{DAY, SECOND};
use std::net::{Ipv4Addr, Ipv6Addr};

/// In the middle of every log one server grows slow, is taken out, and comes back.
#[derive(Clone, Copy)]
pub struct Incident {
    pub begin: i64,
    pub down: i64,
    pub up: i64,
}

impl Incident {
    fn within(begin: i64, span: i64) -> Self {
        let at = |share: f64| begin + (span as f64 * share) as i64;
        // An hour and a half of a day; of an hour, enough for a small log to show it.
        let [begin, down, up] = if span >= DAY { [0.44, 0.50, 0.53] } else { [0.42, 0.56, 0.66] };
        Self { begin: at(begin), down: at(down), up: at(up) }
    }

    /// 0 when all is well, up to 1 while the slow server is still in use.
    pub fn sickness(&self, instant: i64) -> f64 {
        if !(self.begin..self.down).contains(&instant) {
            return 0.0;
        }
        let grown = (instant - self.begin) as f64 / (self.down - self.begin) as f64;
        (grown * 2.0).min(1.0)
    }

    /// Whether the server is out, and the others carry its share.
    pub fn is_down(&self, instant: i64) -> bool {
        (self.down..self.up).contains(&instant)
    }
}

/// Requests in flight: in the process, and by frontend, backend and server.
#[derive(Default)]
pub struct InFlight {
    pub process: u32,
    pub frontend: [u32; 8],
    pub backend: [u32; 8],
    pub server: [u32; 32],
}

impl InFlight {
    pub fn change(&mut self, place: &Place, by: i32) {
        let counters = [
            &mut self.process,
            &mut self.frontend[usize::from(place.frontend)],
            &mut self.backend[usize::from(place.backend)],
            &mut self.server[usize::from(place.server)],
        ];
        for counter in counters {
            *counter = counter.wrapping_add_signed(by);
        }
    }
}

/// Where a request goes, as indexes into the tables of its format.
#[derive(Clone, Copy, Default)]
pub struct Place {
    pub frontend: u8,
    pub backend: u8,
    pub server: u8,
}

pub struct World {
    pub random: Random,
    pub incident: Incident,
    pub in_flight: InFlight,
    clients: Vec<String>,
    /// Sums of the weights up to each client.
    popularity: Vec<u64>,
    mean_gap: f64,
    /// Whether the log is long enough for night and noon to show.
    diurnal: bool,
    now: f64,
}

impl World {
    pub fn new(seed: u64, begin: i64, span: i64, lines: u64) -> Self {
        let mut random = Random::new(seed);
        let count = (lines / 4).clamp(50, 20_000);
        let clients = addresses(&mut random, count as usize);
        // Zipf's law: the n-th is about 1/n as busy as the first; the head is flattened a little.
        let popularity = (0..count)
            .scan(0, |sum, rank| {
                *sum += 1_000_000_000 / (rank + 8);
                Some(*sum)
            })
            .collect();
        Self {
            random,
            incident: Incident::within(begin, span),
            in_flight: InFlight::default(),
            clients,
            popularity,
            mean_gap: span as f64 / lines as f64,
            diurnal: span >= DAY,
            now: begin as f64,
        }
    }

    pub fn client(&self, client: u32) -> &str {
        &self.clients[client as usize]
    }

    pub fn draw_client(&mut self) -> u32 {
        let total = *self.popularity.last().expect("there are clients");
        let at = self.random.below(total);
        self.popularity.partition_point(|sum| *sum <= at) as u32
    }

    pub fn draw_port(&mut self) -> u16 {
        (1024 + self.random.below(64_512)) as u16
    }

    /// Of the requests of this moment, the share that is made again because the slow server failed the first.
    pub fn retries(&self, instant: i64) -> f64 {
        let most = if self.diurnal { 0.12 } else { 0.5 };
        most * self.incident.sickness(instant)
    }

    /// When the next request begins: noon is four times as busy as midnight, and who gets an error tries again.
    pub fn next_start(&mut self) -> i64 {
        let day = (self.now / DAY as f64).fract();
        let noon = 1.0 - (2.0 * day - 1.0).abs();
        let usual = if self.diurnal { 0.4 + 1.2 * noon * noon * (3.0 - 2.0 * noon) } else { 0.85 };
        let again = self.retries(self.now as i64);
        let rate = usual / (1.0 - again);
        self.now += self.random.exponential(self.mean_gap / rate);
        self.now as i64
    }

    /// Milliseconds, at least 0.
    pub fn draw_ms(&mut self, median: f64, spread: f64) -> i32 {
        self.random.long_tailed(median, spread).min((2 * 3600 * SECOND) as f64) as i32
    }
}

/// Distinct addresses, from the blocks set aside for examples and from 10/8, busy and idle ones mixed.
fn addresses(random: &mut Random, count: usize) -> Vec<String> {
    let mut all: Vec<String> = (0..count)
        .map(|n| {
            let low = n / 4;
            match (n % 4, low / 254) {
                (0, block @ 0..3) => {
                    let [a, b, c] = [[192, 0, 2], [198, 51, 100], [203, 0, 113]][block];
                    Ipv4Addr::new(a, b, c, (low % 254 + 1) as u8).to_string()
                }
                (1, _) => {
                    let net = (low / 200) as u16;
                    Ipv6Addr::new(0x2001, 0xdb8, 0x10 + net % 40, 0x100 + net, 0, 0, 0, low as u16 + 1).to_string()
                }
                _ => Ipv4Addr::new(10, (n / 60_000) as u8 + 20, (n / 250 % 240) as u8, (n % 250 + 1) as u8).to_string(),
            }
        })
        .collect();
    for at in (1..all.len()).rev() {
        all.swap(at, random.below(at as u64 + 1) as usize);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn clients_are_distinct_and_unevenly_busy() {
        let mut world = World::new(3, 0, DAY, 1_000_000);
        assert_eq!(world.clients.iter().collect::<HashSet<_>>().len(), 20_000);
        let draws: Vec<u32> = (0..10_000).map(|_| world.draw_client()).collect();
        let first = draws.iter().filter(|client| **client == 0).count();
        assert!((50..400).contains(&first), "{first}");
    }

    #[test]
    fn a_day_of_requests_takes_about_a_day() {
        let mut world = World::new(3, 0, DAY, 10_000);
        let last = (0..10_000).map(|_| world.next_start()).last().unwrap();
        assert!((DAY * 8 / 10..DAY * 11 / 10).contains(&last), "{last}");
    }
}
