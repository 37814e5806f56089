//! Reports beside those of HAProxy's halog: what it printed of a corpus, and what it prints now where it is installed.

use crate::corpora;
use crate::engine_in_memory::{Engine, view};
use crate::reports::{draw, figure, groups, log_of, name, report, rows, silences};
use hopscope::protocol::{Figure, Range, Report, ReportKind, Reported, View};
use hopscope::record::Field;
use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

/// What halog prints of a log, without the head of its table; `None`, said on stderr, where it is not installed.
fn halog(log: &[u8], args: &[&str]) -> Option<Vec<Vec<String>>> {
    let mut command = Command::new("halog");
    let child = command.arg("-q").args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = child else {
        eprintln!("skipped: halog is not installed");
        return None;
    };
    let mut input = child.stdin.take().unwrap();
    let log = log.to_vec();
    let writing = std::thread::spawn(move || input.write_all(&log));
    let output = child.wait_with_output().unwrap().stdout;
    writing.join().unwrap().unwrap();
    Some(words(&String::from_utf8(output).unwrap()))
}

fn words(table: &str) -> Vec<Vec<String>> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_whitespace().map(str::to_owned).collect()).collect()
}

/// What it printed of the corpus.
fn printed(name: &str) -> Vec<Vec<String>> {
    let lines = corpora::lines(&format!("haproxy/raravena80/halog/{name}.txt")).unwrap_or_default();
    words(&lines.iter().map(|line| String::from_utf8_lossy(line).into_owned() + "\n").collect::<String>())
}

fn corpus() -> Option<Engine> {
    let log = corpora::read("haproxy/raravena80/haproxy.log.gz")?;
    Some(Engine::open(2, &[("haproxy.log", &log)]))
}

fn int(text: &str) -> i64 {
    text.parse().unwrap()
}

/// Whole ms, as halog counts; 0 where there is no number.
fn ms(micros: Option<i64>) -> i64 {
    micros.unwrap_or(0) / 1000
}

/// `-srv`: requests, those without an error, and the mean times, of each backend and server.
fn compare_servers(found: &Reported, printed: &[Vec<String>]) {
    let mut ours = BTreeMap::new();
    for row in &rows(found) {
        let get = |of| figure(row, of);
        let logs = get(Figure::Logs).unwrap();
        let finished = logs - get(Figure::Unfinished).unwrap_or(0);
        let numbers = [logs, finished, ms(get(Figure::Connect)), ms(get(Figure::App))];
        ours.insert(format!("{}/{}", name(row, 1), name(row, 0)), numbers);
    }
    let theirs = printed.iter().map(|row| (row[0].clone(), [7, 8, 10, 11].map(|at| row[at].clone())));
    let theirs: BTreeMap<_, _> =
        theirs.map(|(name, [all, ok, ct, rt])| (name, [all, ok, ct, rt].map(|n| int(&n)))).collect();
    assert_eq!(ours, theirs);
}

/// `-pct`, column by column.
fn compare_percentiles(found: &Reported, printed: &[Vec<String>]) {
    assert_eq!(rows(found).len(), printed.len());
    for (row, theirs) in rows(found).iter().zip(printed) {
        let get = |of| figure(row, of).unwrap();
        assert_eq!(format!("{:.1}", get(Figure::Percentile) as f64 / 10.0), theirs[0]);
        let ours = [Figure::Client, Figure::Connect, Figure::App, Figure::Data].map(|of| get(of) / 1000);
        let theirs: Vec<i64> = theirs[1..].iter().map(|number| int(number)).collect();
        assert_eq!([&[get(Figure::Logs)], &ours[..]].concat(), theirs);
    }
}

/// `-ad -ac`, of one day: (ms of the day, ms of silence, logs).
fn compare_silences(engine: &Engine, period: Option<Range>, log: &[u8], silence: i64, least: u64) -> Option<usize> {
    let theirs = halog(log, &["-ad", &silence.to_string(), "-ac", &least.to_string()])?;
    let found = report(engine, &View { period, ..view("") }, silences(silence, least));
    let ours: Vec<[i64; 3]> = rows(&found)
        .iter()
        .map(|row| [Figure::To, Figure::Silence, Figure::Logs].map(|of| figure(row, of).unwrap()))
        .map(|[to, silence, logs]| [to.rem_euclid(86_400_000_000) / 1000, silence / 1000, logs])
        .collect();
    let theirs: Vec<[i64; 3]> = theirs.iter().map(|row| [1, 2, 3].map(|at| int(&row[at]))).collect();
    assert_eq!(ours, theirs);
    Some(ours.len())
}

#[test]
fn servers_clients_and_paths_of_the_corpus_are_those_of_halog() {
    let Some(engine) = corpus() else { return };
    compare_servers(&report(&engine, &view(""), groups(Field::ServerName)), &printed("srv"));
    let found = report(&engine, &view(""), groups(Field::ServerName));
    assert_eq!((found.logs, found.apart), (17_211, 0));
    // Its errors of a URL are requests with a phase unreached, those of a search (-e) responses from 500 on.
    let errors: i64 = rows(&found).iter().filter_map(|row| figure(row, Figure::Errors)).sum();
    let failed = report(&engine, &view("status>=500"), groups(Field::ServerName));
    assert_eq!(failed.logs as i64, int(&printed("e-c")[0][0]));
    assert!(errors >= failed.logs as i64, "{errors}");
    for (by, table) in [(Field::ClientIp, "ic"), (Field::Uri, "uc")] {
        let found = report(&engine, &view(""), Report { limit: 1_000, ..groups(by) });
        let mut ours: BTreeMap<String, [i64; 4]> = BTreeMap::new();
        for row in &rows(&found) {
            let get = |of| figure(row, of).unwrap_or(0);
            // halog cuts a target where its parameters begin, and keeps the host of those that name one.
            let name = name(row, 0).split(['?', ';']).next().unwrap().to_owned();
            let sums = ours.entry(name).or_default();
            let logs = get(Figure::Logs);
            let finished = logs - get(Figure::Unfinished);
            let numbers = [logs, get(Figure::Unfinished), get(Figure::App) * finished, get(Figure::Bytes)];
            sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
        }
        assert_eq!(found.found as usize, rows(&found).len(), "all of them are shown");
        // It groups an absolute target apart from the path that it names: `GET http://host/` from `/`.
        let mut theirs: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
        for row in printed(table) {
            let target =
                row[8].strip_prefix("http://").map_or(row[8].as_str(), |host| &host[host.find('/').unwrap()..]);
            theirs.entry(target.to_owned()).or_default().push(row);
        }
        for (target, rows) in theirs {
            let [logs, errors, app, bytes] = ours.remove(&target).unwrap_or_else(|| panic!("{target}"));
            let sum = |at: usize| rows.iter().map(|row| int(&row[at])).sum::<i64>();
            assert_eq!([logs, bytes], [sum(0), sum(7)], "{target}");
            // Of clients halog looks at TR alone, whatever the heads say: at -1 for an error, and as the time.
            assert!(errors >= sum(1), "{target}");
            if by == Field::Uri {
                assert_eq!(errors, sum(1), "{target}");
                // Mean time of those without an error, of which ours was rounded down to whole µs.
                let finished = (logs - errors).max(1);
                let means = [app, app + finished].map(|sum| sum / finished / 1000);
                assert!(rows.len() > 1 || means.contains(&sum(5)), "{target}");
            }
        }
        assert!(ours.is_empty(), "{ours:?}");
    }
}

#[test]
fn percentiles_of_the_corpus_are_those_of_halog() {
    let Some(engine) = corpus() else { return };
    let found = report(&engine, &view(""), Report { kind: ReportKind::Timers, ..groups(Field::ServerName) });
    compare_percentiles(&found, &printed("pct"));
}

#[test]
fn silences_of_each_day_of_the_corpus_are_those_of_halog() {
    let Some(log) = corpora::read("haproxy/raravena80/haproxy.log.gz") else { return };
    let engine = Engine::open(2, &[("haproxy.log", &log)]);
    // 2012-02-01T00:00:00Z. halog knows no days: of a longer log it takes all as one.
    let first = 1_328_054_400_000_000i64;
    let mut compared = 0;
    for day in 2..=17 {
        let from = first + (day - 1) * 86_400_000_000;
        let date = format!("[{day:02}/Feb/");
        let of_day = log.split_inclusive(|byte| *byte == b'\n');
        let of_day: Vec<u8> =
            of_day.filter(|line| line.windows(date.len()).any(|w| w == date.as_bytes())).flatten().copied().collect();
        for (silence, least) in [(300_000, 1), (1_000, 2)] {
            let period = Some(Range { from, to: from + 86_400_000_000 });
            let Some(rows) = compare_silences(&engine, period, &of_day, silence, least) else { return };
            compared += rows;
        }
    }
    assert!(compared > 500, "{compared}");
}

#[test]
fn what_is_drawn_is_reported_as_halog_does_now() {
    let all = draw(7, 8_000);
    // halog charges a request that was sent on to the server that it ended on: we charge it to none.
    let charged: Vec<_> = all.iter().filter(|drawn| !drawn.redispatched).cloned().collect();
    let (log, of_charged) = (log_of(&all), log_of(&charged));
    let engine = Engine::open(3, &[("drawn.log", &log)]);
    let Some(servers) = halog(&of_charged, &["-srv"]) else { return };
    let found = report(&engine, &view(""), groups(Field::ServerName));
    assert_eq!(found.apart as usize, all.len() - charged.len());
    compare_servers(&found, &servers);
    let found = report(&engine, &view(""), Report { kind: ReportKind::Timers, ..groups(Field::ServerName) });
    compare_percentiles(&found, &halog(&log, &["-pct"]).unwrap());
    let queues = report(&engine, &view(""), Report { kind: ReportKind::Queues, ..groups(Field::PoolName) });
    assert_eq!(queues.logs as i64, int(&halog(&log, &["-Q", "-c"]).unwrap()[0][0]));
    let of_server: i64 = rows(&queues).iter().filter_map(|row| figure(row, Figure::ServerQueued)).sum();
    assert_eq!(of_server, int(&halog(&log, &["-QS", "-c"]).unwrap()[0][0]));
    for (silence, least) in [(900, 1), (900, 2), (4_000, 1)] {
        assert!(compare_silences(&engine, None, &log, silence, least).unwrap() > 3);
    }
}
