//! Reports: exact with any number of shards and pieces, and equal to what counting one log after the other gives.

use crate::engine_in_memory::{Engine, view};
use hopscope::engine::Sizes;
use hopscope::protocol::{CellValue, Figure, FromHub, Range, Report, ReportKind, Reported, Significance, ToHub, View};
use hopscope::record::Field;
use std::collections::BTreeMap;
use std::fmt::Write;

const TCP: &[u8] = include_bytes!("../../public/samples/haproxy-tcp.log");
const HTTP: &[u8] = include_bytes!("../../public/samples/haproxy-http.log");
const AVI: &[u8] = include_bytes!("../../public/samples/avi-l7.jsonl");
const NAVAJO: &[u8] = include_bytes!("../../public/samples/navajo.log");
const TRAFFIC: &[u8] = include_bytes!("../../public/samples/paloalto-traffic.log");

pub fn groups(by: Field) -> Report {
    Report {
        kind: ReportKind::Groups,
        by: by as u16,
        sort: Figure::Logs,
        descending: true,
        limit: 200,
        silence: 1_000_000,
        least: 1,
    }
}

/// Silences of so many milliseconds that at least so many logs came behind.
pub fn silences(silence: i64, least: u64) -> Report {
    let (kind, sort, silence) = (ReportKind::Silences, Figure::From, silence * 1000);
    Report { kind, sort, descending: false, silence, least, ..groups(Field::ServerName) }
}

pub fn report(engine: &Engine, view: &View, report: Report) -> Reported {
    let messages = engine.send(ToHub::Report { id: 1, view: view.clone(), report }, Vec::new());
    let found = messages.into_iter().find_map(|message| match message {
        FromHub::Reported(found) => Some(*found),
        _ => None,
    });
    found.expect("an answer")
}

/// A row of a report: its names and numbers.
#[derive(Debug)]
pub struct Row<'a> {
    columns: &'a [Figure],
    names: &'a [Option<CellValue>],
    pub numbers: Vec<Option<i64>>,
}

pub fn rows(found: &Reported) -> Vec<Row<'_>> {
    let (fields, columns) = (found.fields.len(), found.columns.len());
    let count = found.numbers.len() / columns;
    assert_eq!((found.names.len(), found.numbers.len()), (count * fields, count * columns));
    let row = |at: usize| Row {
        columns: &found.columns,
        names: &found.names[at * fields..][..fields],
        numbers: found.numbers[at * columns..][..columns].iter().map(|n| Some(*n).filter(|n| *n != i64::MIN)).collect(),
    };
    (0..count).map(row).collect()
}

/// A number of a row.
pub fn figure(row: &Row, figure: Figure) -> Option<i64> {
    row.columns.iter().position(|column| *column == figure).and_then(|at| row.numbers[at])
}

pub fn name(row: &Row, at: usize) -> String {
    match row.names.get(at).cloned().flatten() {
        Some(CellValue::Text(text)) => text,
        Some(CellValue::Int(number)) => number.to_string(),
        None => String::new(),
    }
}

/// Numbers below `below`, the same for the same seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % below) as i64
    }
}

/// A request as it was drawn, times in ms.
#[derive(Clone, Debug)]
pub struct Drawn {
    backend: String,
    server: String,
    path: String,
    /// ms of the day
    at: i64,
    /// TR, Tw, Tc, Tr, Ta
    times: [i64; 5],
    status: i64,
    bytes: i64,
    pub redispatched: bool,
    queues: [i64; 2],
}

impl Drawn {
    fn unfinished(&self) -> bool {
        self.times.contains(&-1)
    }
}

/// Servers of the same names in two backends; some requests fail, wait, or go to another server; pauses between.
pub fn draw(seed: u64, count: usize) -> Vec<Drawn> {
    let mut dice = Dice(seed);
    let mut at = 36_000_000;
    let mut one = || {
        at += if dice.roll(50) == 0 { 800 + dice.roll(4_000) } else { dice.roll(3) };
        let app = dice.roll(40) * dice.roll(40);
        let queue = if dice.roll(9) == 0 { dice.roll(300) } else { 0 };
        let (times, status) = match dice.roll(20) {
            0 => ([0, queue, -1, -1, queue + 3_000], 503),
            1 => ([-1, -1, -1, -1, dice.roll(9)], 400),
            2 => ([1, queue, 1, app, queue + app + 2], 500),
            _ => ([dice.roll(3), queue, 1, app, queue + app + 4], 200),
        };
        Drawn {
            backend: format!("be{}", dice.roll(2)),
            server: if times[0] < 0 { "<NOSRV>".into() } else { format!("web{}", dice.roll(3)) },
            path: format!("/p/{}", dice.roll(20) * dice.roll(20)),
            at,
            times,
            status,
            bytes: 100 + dice.roll(9_000),
            redispatched: times[1] > 200,
            queues: if queue > 0 { [dice.roll(5), dice.roll(9)] } else { [0; 2] },
        }
    };
    (0..count).map(|_| one()).collect()
}

pub fn log_of(all: &[Drawn]) -> Vec<u8> {
    let mut log = String::new();
    for (port, drawn) in all.iter().enumerate() {
        let Drawn { backend, server, path, at, times: [tr, tw, tc, app, ta], status, bytes, queues: [sq, bq], .. } =
            drawn;
        let (seconds, plus) = (at / 1000, if drawn.redispatched { "+" } else { "" });
        let stamp = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        let state = if drawn.unfinished() { "SC--" } else { "----" };
        writeln!(
            log,
            "Nov 21 {stamp} lb haproxy[7]: 10.0.0.9:{} [21/Nov/2026:{stamp}.{:03}] fe {backend}/{server} {tr}/{tw}/{tc}/{app}/{ta} {status} {bytes} - - {state} 9/1/0/0/{plus}1 {sq}/{bq} \"GET {path} HTTP/1.1\"",
            1_024 + port % 60_000,
            at % 1000,
        )
        .unwrap();
    }
    log.into_bytes()
}

/// Sorted; nearest rank.
fn p95(values: &mut [i64]) -> Option<i64> {
    values.sort_unstable();
    values.get((values.len() * 95).div_ceil(100).checked_sub(1)?).copied()
}

fn mean(values: &[i64]) -> Option<i64> {
    (!values.is_empty()).then(|| values.iter().sum::<i64>() / values.len() as i64)
}

/// Of one timer, µs, of those that reached it.
fn timer<'a>(drawn: impl IntoIterator<Item = &'a &'a Drawn>, at: usize) -> Vec<i64> {
    drawn.into_iter().map(|drawn| drawn.times[at] * 1000).filter(|time| *time >= 0).collect()
}

#[test]
fn any_number_of_shards_and_any_pieces_give_the_same_tables() {
    let files: [(&str, &[u8]); 5] =
        [("tcp.log", TCP), ("http.log", HTTP), ("avi.jsonl", AVI), ("navajo.log", NAVAJO), ("traffic.log", TRAFFIC)];
    let log = log_of(&draw(1, 3_000));
    for files in [&files[..], &[("drawn.log", &log)]] {
        let open = |shards, sizes| {
            let engine = Engine::new(shards, sizes);
            files.iter().for_each(|(name, bytes)| engine.add(name, bytes));
            engine
        };
        let whole = open(1, Sizes::default());
        let (from, to) = whole.summary(&view("")).extent.unwrap();
        let period = Some(Range { from: from + (to - from) / 3, to: from + (to - from) / 2 });
        let views = [
            view(""),
            View { brush: period, significance: Significance::Significant, ..view("") },
            View { period, ..view("total_time>1ms") },
        ];
        let by = |by: Field, sort, descending| Report { sort, descending, ..groups(by) };
        let silences = |silence, least| Report {
            kind: ReportKind::Silences,
            sort: Figure::Silence,
            silence,
            least,
            ..groups(Field::ServerName)
        };
        let reports = [
            groups(Field::ServerName),
            by(Field::UriPath, Figure::Total, true),
            by(Field::ClientIp, Figure::TotalP95, false),
            by(Field::ResponseCode, Figure::Bytes, true),
            by(Field::Application, Figure::Spent, false),
            Report { kind: ReportKind::Timers, ..groups(Field::ServerName) },
            Report { kind: ReportKind::Queues, sort: Figure::ServerPeak, ..groups(Field::PoolName) },
            silences(500_000, 1),
            silences(3_000_000, 2),
        ];
        let mut rows = 0;
        for (view, of) in views.iter().flat_map(|view| reports.map(|report| (view, report))) {
            let expected = report(&whole, view, of);
            rows += self::rows(&expected).len();
            for (shards, first, piece) in [(2, 700, 1_300), (3, 64, 977), (5, 1 << 20, 1 << 20)] {
                let parts = open(shards, Sizes { first, piece, block: piece });
                assert_eq!(report(&parts, view, of), expected, "{shards} shards, {of:?} {view:?}");
            }
        }
        assert!(rows > 500, "the test compares nothing: {rows}");
    }
}

#[test]
fn groups_are_those_of_counting_log_after_log() {
    let all = draw(2, 6_000);
    let engine = Engine::open(3, &[("drawn.log", &log_of(&all))]);
    let redispatched = all.iter().filter(|drawn| drawn.redispatched).count();
    assert!(redispatched > 50);
    for by in [Field::ServerName, Field::UriPath] {
        let is_server = by == Field::ServerName;
        let mut expected: BTreeMap<(String, String), Vec<&Drawn>> = BTreeMap::new();
        // Who was sent on to another server is not that server's fault.
        for drawn in all.iter().filter(|drawn| !is_server || !drawn.redispatched) {
            let key = match is_server {
                true => (drawn.server.clone(), drawn.backend.clone()),
                false => (drawn.path.clone(), String::new()),
            };
            expected.entry(key).or_default().push(drawn);
        }
        let found = report(&engine, &view(""), groups(by));
        assert_eq!(found.apart, if is_server { redispatched as u64 } else { 0 });
        assert_eq!((found.logs + found.apart, found.without), (all.len() as u64, 0));
        assert_eq!((found.found, rows(&found).len()), (expected.len() as u64, expected.len().min(200)), "{by:?}");
        let mut last = i64::MAX;
        for row in &rows(&found) {
            let drawn = &expected[&(name(row, 0), name(row, 1))];
            let get = |of| figure(row, of);
            let logs = get(Figure::Logs).unwrap();
            assert!(logs <= last);
            last = logs;
            assert_eq!(logs as usize, drawn.len());
            let count = |is: &dyn Fn(&Drawn) -> bool| Some(drawn.iter().filter(|drawn| is(drawn)).count() as i64);
            assert_eq!(get(Figure::Unfinished), count(&Drawn::unfinished));
            assert_eq!(get(Figure::Errors), count(&|drawn| drawn.status >= 500 || drawn.unfinished()));
            for (at, of, high) in [
                (2, Figure::Connect, Figure::ConnectP95),
                (3, Figure::App, Figure::AppP95),
                (4, Figure::Total, Figure::TotalP95),
            ] {
                let mut times = timer(drawn.iter(), at);
                assert_eq!(get(of), mean(&times), "{of:?} {row:?}");
                assert_eq!(get(high), p95(&mut times), "{high:?} {row:?}");
            }
            assert_eq!(get(Figure::Spent), Some(timer(drawn.iter(), 4).iter().sum()));
            assert_eq!(get(Figure::Bytes), Some(drawn.iter().map(|drawn| drawn.bytes).sum()));
        }
    }
}

#[test]
fn a_server_without_backend_is_not_the_one_of_a_backend() {
    // The same name with and without a backend, in files that different shards hold.
    let http = |at: u32| {
        format!(
            "Nov 21 10:00:00 lb haproxy[7]: 10.0.0.9:4000 [21/Nov/2026:10:00:{at:02}.000] fe be0/web1 0/0/1/{at}/{at} 200 9 - - ---- 9/1/0/0/0 0/0 \"GET / HTTP/1.1\"\n"
        )
    };
    let event = "Nov 21 10:00:00 lb haproxy[7]: Server be1/web2 is DOWN. 1 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.\n";
    let first: String = (0..40).map(http).collect();
    let second: String = (0..40).map(|at| http(at).replace("be0/web1", "be1/web1")).collect();
    let third: String = (0..40).map(|at| format!(r#"{{"adf":true,"vs_name":"v","server_name":"web1","response_code":200,"client_ip":"10.0.0.1","method":"GET","uri_path":"/","total_time":{at},"report_timestamp":"2026-11-21T10:00:{at:02}Z"}}"#) + "\n").collect();
    let files = [
        ("a.log", first.as_bytes()),
        ("b.log", second.as_bytes()),
        ("c.jsonl", third.as_bytes()),
        ("d.log", event.as_bytes()),
    ];
    let whole = report(&Engine::open(1, &files), &view(""), groups(Field::ServerName));
    assert_eq!(rows(&whole).len(), 3, "{whole:?}");
    for shards in 2..6 {
        let parts = Engine::new(shards, Sizes { first: 300, piece: 900, block: 900 });
        files.iter().for_each(|(name, bytes)| parts.add(name, bytes));
        assert_eq!(report(&parts, &view(""), groups(Field::ServerName)), whole, "{shards} shards");
    }
}

#[test]
fn many_groups_are_ordered_over_all_of_them() {
    // As many paths as logs, the slowest of them last.
    let mut all = draw(3, 1_000);
    for (at, drawn) in all.iter_mut().enumerate() {
        drawn.path = format!("/{at}");
        drawn.times = [0, 0, 0, at as i64, at as i64];
    }
    let engine = Engine::open(2, &[("drawn.log", &log_of(&all))]);
    for descending in [true, false] {
        let found = report(&engine, &view(""), Report { sort: Figure::Total, descending, ..groups(Field::UriPath) });
        assert_eq!((found.found, rows(&found).len()), (1_000, 200));
        let names: Vec<String> = rows(&found).iter().map(|row| name(row, 0)).collect();
        let expected = (0..200).map(|at| format!("/{}", if descending { 999 - at } else { at }));
        assert_eq!(names, expected.collect::<Vec<_>>());
    }
}

#[test]
fn percentiles_are_those_of_the_requests_that_reached_every_phase() {
    let all = draw(4, 3_000);
    let engine = Engine::open(3, &[("drawn.log", &log_of(&all))]);
    let found = report(&engine, &view(""), Report { kind: ReportKind::Timers, ..groups(Field::ServerName) });
    let finished: Vec<&Drawn> = all.iter().filter(|drawn| !drawn.unfinished()).collect();
    assert_eq!((found.logs, found.apart), (finished.len() as u64, (all.len() - finished.len()) as u64));
    assert_eq!(rows(&found).len(), 72);
    let timers = [(0, Figure::Client), (1, Figure::Queue), (2, Figure::Connect), (3, Figure::App), (4, Figure::Total)];
    for (at, of) in timers {
        let mut times = timer(finished.iter(), at);
        times.sort_unstable();
        for row in &rows(&found) {
            let percent = figure(row, Figure::Percentile).unwrap();
            let rank = (times.len() as i64 * percent / 1000).max(1);
            assert_eq!(figure(row, Figure::Logs), Some(rank));
            assert_eq!(figure(row, of), Some(times[rank as usize - 1]), "{percent} {of:?}");
        }
    }
}

#[test]
fn queues_have_their_peaks_and_when_they_were() {
    let all = draw(5, 5_000);
    let engine = Engine::open(3, &[("drawn.log", &log_of(&all))]);
    let found = report(
        &engine,
        &view(""),
        Report { kind: ReportKind::Queues, sort: Figure::BackendPeak, ..groups(Field::PoolName) },
    );
    let queued = |drawn: &&Drawn| drawn.queues != [0, 0];
    assert_eq!(found.logs, all.iter().filter(queued).count() as u64);
    assert_eq!(rows(&found).len(), 2);
    let midnight = 1_795_219_200_000_000;
    for row in &rows(&found) {
        let of: Vec<&Drawn> = all.iter().filter(queued).filter(|drawn| drawn.backend == name(row, 0)).collect();
        let get = |of| figure(row, of);
        for (queue, count, peak, at) in [
            (0, Figure::ServerQueued, Figure::ServerPeak, Figure::ServerPeakAt),
            (1, Figure::BackendQueued, Figure::BackendPeak, Figure::BackendPeakAt),
        ] {
            let most = of.iter().map(|drawn| drawn.queues[queue]).max().unwrap();
            let first = of.iter().filter(|drawn| drawn.queues[queue] == most).map(|drawn| drawn.at).min().unwrap();
            assert_eq!(get(count), Some(of.iter().filter(|drawn| drawn.queues[queue] > 0).count() as i64));
            assert_eq!((get(peak), get(at)), (Some(most), Some(midnight + first * 1000)));
        }
        let mut times = timer(of.iter(), 1);
        assert_eq!((get(Figure::Queue), get(Figure::QueueP95)), (mean(&times), p95(&mut times)));
    }
}

#[test]
fn silences_are_the_gaps_between_requests() {
    let all = draw(6, 2_000);
    let mut log = log_of(&all);
    // What the balancer says of itself does not end a silence.
    log.extend_from_slice(b"Nov 21 09:00:00 lb haproxy[7]: Server be0/web0 is DOWN, reason: Layer4 timeout. 1 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.\n");
    let engine = Engine::open(3, &[("drawn.log", &log)]);
    for (silence, least) in [(1_000, 1), (900, 2), (3_000, 1)] {
        let found = report(&engine, &view(""), silences(silence, least));
        let mut times: Vec<i64> = all.iter().map(|drawn| drawn.at).collect();
        times.sort_unstable();
        let midnight = 1_795_219_200_000;
        let hole = |pair: &[i64]| {
            let logs = times.iter().filter(|time| **time == pair[1]).count() as i64;
            let numbers = [midnight + pair[0], midnight + pair[1], pair[1] - pair[0]].map(|ms| Some(ms * 1000));
            (pair[1] - pair[0] >= silence && logs >= least as i64)
                .then(|| [numbers.to_vec(), vec![Some(logs)]].concat())
        };
        let expected: Vec<_> = times.windows(2).filter_map(hole).collect();
        assert!(expected.len() < 200 && !expected.is_empty());
        assert_eq!(rows(&found).iter().map(|row| row.numbers.clone()).collect::<Vec<_>>(), expected);
        assert_eq!(found.columns, [Figure::From, Figure::To, Figure::Silence, Figure::Logs]);
        assert_eq!((found.logs, found.others), (all.len() as u64, 1));
    }
}
