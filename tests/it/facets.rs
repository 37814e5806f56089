//! Every number of the page against a count by hand. Requests are invented as values, written down as HAProxy HTTP lines, and
//! counted from the values: tiles, distributions, bars and the switch must say the same under any filter and any selection
//! of time, whatever the number of shards and the pieces.

use crate::engine::tiny;
use crate::engine_in_memory::{Engine, view};
use crate::search_random::random::Random;
use hopscope::engine::Sizes;
use hopscope::protocol::{CellValue, Distribution, Range, Significance, Summary, View};
use hopscope::record::Field;
use std::collections::BTreeMap;
use std::fmt::Write;

const REQUESTS: usize = 6_000;
const QUESTIONS: usize = 120;
/// 2026-11-18T10:00:00Z
const START: i64 = 1_794_996_000_000_000;
const MS: i64 = 1_000;

/// A request, as it was.
struct Request {
    time: i64,
    client: u8,
    port: u16,
    method: &'static str,
    path: usize,
    server: Option<usize>,
    status: i64,
    bytes: i64,
    state: &'static str,
    queue: i64,
    connect: i64,
    response: i64,
    total: i64,
    retries: u8,
}

impl Request {
    fn invent(nth: usize, random: &mut Random) -> Self {
        let silent = random.percent(4);
        let server = (!random.percent(3)).then(|| random.below(5));
        let method = random.one_of(&["GET", "GET", "GET", "POST", "DELETE"]);
        let status = match (server, silent) {
            (None, _) => 503,
            (_, true) => 504,
            _ => random.one_of(&[200, 200, 200, 200, 204, 302, 404, 500]),
        };
        let state = match status {
            503 => "sQ--",
            504 => "sH--",
            _ => random.one_of(&["----", "----", "----", "cD--", "LR--"]),
        };
        let queue = if random.percent(10) { random.below(9_000) as i64 } else { 0 };
        let connect = if server.is_some() { random.below(30) as i64 } else { -1 };
        let response = if server.is_some() && !silent { 1 + random.below(400) as i64 } else { -1 };
        let rest = random.below(50) as i64;
        Self {
            time: START + nth as i64 * 700 * MS + random.below(600) as i64 * MS,
            client: random.below(40) as u8,
            port: 1_024 + random.below(60_000) as u16,
            method,
            path: random.below(60),
            server,
            status,
            bytes: random.below(200_000) as i64,
            state,
            queue,
            connect,
            response,
            total: queue + connect.max(0) + response.max(0) + rest,
            retries: if random.percent(2) { 1 } else { 0 },
        }
    }

    fn line(&self, text: &mut String) {
        let time = chrono::DateTime::from_timestamp_micros(self.time).unwrap().format("%d/%b/%Y:%H:%M:%S%.3f");
        let Self { client, port, method, path, status, bytes, state, queue, connect, response, total, retries, .. } =
            self;
        let server = self.server_name();
        let line = format!(
            "Nov 18 10:00:00 lb haproxy[7]: 192.0.2.{client}:{port} [{time}] fe be/{server} \
             0/{queue}/{connect}/{response}/{total} {status} {bytes} - - {state} 9/9/9/9/{retries} 0/0 \"{method} /p/{path} HTTP/1.1\"",
        );
        writeln!(text, "{line}").unwrap();
    }

    fn server_name(&self) -> String {
        self.server.map_or("<NOSRV>".to_owned(), |server| format!("web{server}"))
    }

    /// The rules that hold at the start, for a request of HAProxy.
    fn is_significant(&self) -> bool {
        self.status >= 400 || !self.state.starts_with(['-', 'L']) || self.retries > 0 || self.total >= 5_000
    }

    fn value(&self, field: Field) -> Option<CellValue> {
        let text = |text: String| Some(CellValue::Text(text));
        match field {
            Field::ClientIp => text(format!("192.0.2.{}", self.client)),
            Field::Method => text(self.method.to_owned()),
            Field::UriPath => text(format!("/p/{}", self.path)),
            Field::ServerName => text(self.server_name()),
            Field::TerminationState => text(self.state.to_owned()),
            Field::ResponseCode => Some(CellValue::Int(self.status)),
            _ => panic!("{field:?} is not invented"),
        }
    }

    /// Microseconds, or bytes; absent where the log has -1.
    fn measure(&self, field: Field) -> Option<i64> {
        let value = match field {
            Field::TotalTime => self.total * MS,
            Field::ResponseLength => self.bytes,
            _ => panic!("{field:?} is not measured"),
        };
        (value >= 0).then_some(value)
    }
}

const VALUES: [Field; 6] =
    [Field::ClientIp, Field::Method, Field::UriPath, Field::ServerName, Field::TerminationState, Field::ResponseCode];
const MEASURES: [Field; 1] = [Field::ResponseLength];

type Test = Box<dyn Fn(&Request) -> bool>;

/// A condition as text, and as what it means.
fn condition(random: &mut Random) -> (String, Test) {
    match random.below(8) {
        0 => {
            let status = random.one_of(&[200, 302, 404, 503, 504]);
            (format!("resp_code={status}"), Box::new(move |request| request.status == status))
        }
        1 => {
            let status = random.one_of(&[300, 400, 500]);
            (format!("status>={status}"), Box::new(move |request| request.status >= status))
        }
        2 => {
            let server = random.below(5);
            (format!("server_name!=web{server}"), Box::new(move |request| request.server != Some(server)))
        }
        3 => {
            let client = random.below(5) as u8 * 8;
            let test = move |request: &Request| request.client / 8 == client / 8;
            (format!("client_ip=192.0.2.{client}/29"), Box::new(test))
        }
        4 => {
            let digit = random.below(6);
            let test = move |request: &Request| request.path.to_string().starts_with(&digit.to_string());
            (format!("uri_path^=/p/{digit}"), Box::new(test))
        }
        5 => {
            let most = random.one_of(&[20, 200, 5_000]);
            (format!("total_time>{most}"), Box::new(move |request| request.total > most))
        }
        6 => {
            let methods = [random.one_of(&["GET", "POST"]), random.one_of(&["DELETE", "PUT"])];
            let text = format!("method in ({}, {})", methods[0], methods[1]);
            (text, Box::new(move |request| methods.contains(&request.method)))
        }
        _ => ("termination_state^=s".to_owned(), Box::new(|request| request.state.starts_with('s'))),
    }
}

fn filter(random: &mut Random, depth: usize) -> (String, Test) {
    let two = |random: &mut Random| (filter(random, depth - 1), filter(random, depth - 1));
    match random.below(if depth == 0 { 1 } else { 4 }) {
        0 => condition(random),
        1 => {
            let ((a, is_a), (b, is_b)) = two(random);
            (format!("({a} {b})"), Box::new(move |request| is_a(request) && is_b(request)))
        }
        2 => {
            let ((a, is_a), (b, is_b)) = two(random);
            (format!("({a} OR {b})"), Box::new(move |request| is_a(request) || is_b(request)))
        }
        _ => {
            let (a, is_a) = filter(random, depth - 1);
            (format!("NOT ({a})"), Box::new(move |request| !is_a(request)))
        }
    }
}

fn percentile(sorted: &[i64], percent: usize) -> i64 {
    sorted[(sorted.len() * percent).div_ceil(100).max(1) - 1]
}

fn distribution_is(found: &Distribution, mut values: Vec<i64>, told: &str) {
    values.sort_unstable();
    assert_eq!((found.count, found.sum), (values.len() as u64, values.iter().sum()), "{told}");
    assert_eq!(found.classes.iter().map(|(_, count)| count).sum::<u64>(), found.count, "{told}");
    if values.is_empty() {
        return;
    }
    let ranks = [50, 90, 95, 99].map(|percent| percentile(&values, percent));
    assert_eq!([found.p50, found.p90, found.p95, found.p99], ranks, "{told}");
    assert_eq!((found.min, found.max), (values[0], values[values.len() - 1]), "{told}");
}

/// All that a summary says of these requests: those of the table, and those of the bars (whatever is selected).
fn summary_is(found: &Summary, shown: &[&Request], bars: &[&Request], told: &str) {
    assert_eq!(found.total, shown.len() as u64, "{told}");
    for field in VALUES {
        let mut counts: BTreeMap<String, (CellValue, u64, u64)> = BTreeMap::new();
        for request in shown {
            let value = request.value(field).unwrap();
            let entry = counts.entry(format!("{value:?}")).or_insert((value, 0, 0));
            entry.1 += 1;
            entry.2 += u64::from(request.is_significant());
        }
        let Some(tile) = found.tiles.iter().find(|tile| tile.field == field as u16) else {
            assert!(shown.is_empty(), "no tile {field:?}, {told}");
            continue;
        };
        assert_eq!((tile.logs, tile.unique), (shown.len() as u64, counts.len() as u64), "{field:?}, {told}");
        assert_eq!(tile.top.len(), counts.len(), "{field:?}, {told}");
        assert!(tile.top.windows(2).all(|pair| pair[0].count >= pair[1].count), "{field:?}, {told}");
        for top in &tile.top {
            let wanted = counts.get(&format!("{:?}", top.value)).map(|(_, count, significant)| (*count, *significant));
            assert_eq!(Some((top.count, top.significant)), wanted, "{field:?} {:?}, {told}", top.value);
        }
    }
    for field in MEASURES {
        let values: Vec<_> = shown.iter().filter_map(|request| request.measure(field)).collect();
        let tile = found.tiles.iter().find(|tile| tile.field == field as u16);
        match tile.and_then(|tile| tile.distribution.as_ref()) {
            Some(found) => distribution_is(found, values, &format!("{field:?}, {told}")),
            None => assert!(values.is_empty(), "no tile {field:?}, {told}"),
        }
    }
    let totals = shown.iter().filter_map(|request| request.measure(Field::TotalTime)).collect();
    distribution_is(&found.end_to_end.total, totals, told);

    let histogram = &found.histogram;
    let mut bins = vec![(0, 0); histogram.bins.len()];
    for request in bars {
        let bin = &mut bins[((request.time - histogram.start) / histogram.step) as usize];
        match request.is_significant() {
            true => bin.0 += 1,
            false => bin.1 += 1,
        }
    }
    let found: Vec<_> = histogram.bins.iter().map(|bin| (bin.significant, bin.other)).collect();
    assert_eq!(found, bins, "{told}");
}

#[test]
fn every_number_is_that_of_a_count_by_hand() {
    let mut random = Random::new(20_261_118);
    let requests: Vec<_> = (0..REQUESTS).map(|nth| Request::invent(nth, &mut random)).collect();
    let mut log = String::new();
    requests.iter().for_each(|request| request.line(&mut log));
    let last = requests.iter().map(|request| request.time).max().unwrap();
    let engines = [(1, Sizes::default()), (2, tiny(900, 30_000, 30_000)), (7, tiny(64, 7_777, 5_000))];
    let engines = engines.map(|(shards, sizes)| {
        let engine = Engine::new(shards, sizes);
        engine.add("invented.log", log.as_bytes());
        (shards, engine)
    });
    let (mut some, mut brushed) = (0, 0);
    for nth in 0..QUESTIONS {
        let (query, is_found) =
            if nth == 0 { (String::new(), Box::new(|_: &Request| true) as Test) } else { filter(&mut random, 2) };
        let span = |random: &mut Random| {
            let from = START + random.below((last - START) as usize) as i64;
            Range { from, to: from + 1 + random.below((last - from + 2) as usize) as i64 }
        };
        let period = random.percent(30).then(|| span(&mut random));
        let brush = random.percent(60).then(|| span(&mut random));
        let significance = random.one_of(&[
            Significance::All,
            Significance::All,
            Significance::Significant,
            Significance::NonSignificant,
        ]);
        let view = View { query, period, brush, significance, ..view("") };
        let told = format!("{view:?}");
        let within = |range: Option<Range>, request: &Request| range.is_none_or(|range| range.contains(request.time));
        let matching: Vec<_> = requests.iter().filter(|r| is_found(r) && within(period, r)).collect();
        let selected: Vec<_> = matching.iter().copied().filter(|r| within(brush, r)).collect();
        let switched = |r: &&Request| match significance {
            Significance::All => true,
            Significance::Significant => r.is_significant(),
            Significance::NonSignificant => !r.is_significant(),
        };
        let shown: Vec<_> = selected.iter().copied().filter(switched).collect();
        // The bars keep what lies outside of the selection.
        let drawn: Vec<_> = matching.iter().copied().filter(switched).collect();
        for (shards, engine) in &engines {
            let told = format!("{shards} shards, {told}");
            let summary = engine.summary(&view);
            let significant = selected.iter().filter(|request| request.is_significant()).count() as u64;
            assert_eq!(summary.matching, matching.len() as u64, "{told}");
            assert_eq!(
                (summary.counts.all, summary.counts.significant),
                (selected.len() as u64, significant),
                "{told}"
            );
            summary_is(&summary, &shown, &drawn, &told);
        }
        some += usize::from(!shown.is_empty() && shown.len() < REQUESTS);
        brushed += usize::from(selected.len() < matching.len());
    }
    assert!(some > QUESTIONS / 2 && brushed > QUESTIONS / 4, "{some} and {brushed} of {QUESTIONS} are worth asking");
}
