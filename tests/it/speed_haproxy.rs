//! How fast HAProxy lines are parsed, for people: `cargo test --release --test it -- --ignored --nocapture speed`.
//! It asserts nothing about time.

use hopscope::formats::{Context, parse_entry};
use hopscope::record::{Field, Row};
use hopscope::significance::{Limits, RowFacts, Verdict, judge};
use std::{hint::black_box, time::Instant};

/// Lines of one layout with changing addresses, times and counters.
fn lines(rows: usize, of: impl Fn(usize) -> String) -> Vec<u8> {
    let mut text = Vec::new();
    for row in 0..rows {
        let (second, milli) = (row / 997 % 60, row % 1000);
        let stamp = format!("[18/Nov/2026:10:{:02}:{second:02}.{milli:03}]", row / 60_000 % 60);
        let client = format!("198.51.{}.{}:{}", row % 100, row % 251, 1024 + row % 60_000);
        let line = format!("Nov 18 10:21:27 edge1 haproxy[2201]: {client} {stamp} {}\n", of(row));
        text.extend_from_slice(line.as_bytes());
    }
    text
}

/// Seconds this thread was on a processor: a busy machine does not count. Wall clock where Linux does not say.
fn seconds(since: Instant) -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = stat.split(' ').next().and_then(|nanos| nanos.parse::<f64>().ok());
    nanos.map_or_else(|| since.elapsed().as_secs_f64(), |nanos| nanos / 1e9)
}

fn measure(name: &str, text: &[u8]) {
    let (mut row, mut context, mut last, mut verdict) = (Row::new(), Context::new(2026), None, Verdict::default());
    let (mut best, began) = ([f64::MAX; 2], Instant::now());
    for _ in 0..5 {
        for (way, best) in best.iter_mut().enumerate() {
            let start = seconds(began);
            let (mut count, mut sum) = (0usize, 0i64);
            let mut begin = 0;
            for end in memchr::memchr_iter(b'\n', text) {
                let line = &text[std::mem::replace(&mut begin, end + 1)..end];
                parse_entry(line, &mut last, &mut context, &mut row).expect("a whole line");
                sum = sum.wrapping_add(row.get_int(Field::TotalTime).unwrap_or(0));
                if way == 1 {
                    judge(&RowFacts { row: &row, entry: line }, &Limits::default(), &mut verdict);
                    count += usize::from(verdict.significant);
                }
            }
            black_box((count, sum));
            *best = best.min(seconds(began) - start);
        }
    }
    let rate = |seconds: f64| text.len() as f64 / seconds / 1e6;
    eprintln!("{name}: {:.0} MB/s parsed, {:.0} MB/s parsed and judged", rate(best[0]), rate(best[1]));
}

#[test]
#[ignore = "a measurement, not a test"]
fn speed() {
    let tcp = |row: usize| {
        let total = row % 9000;
        format!("fe_mysql be_mysql/db-{:02} 1/{}/{total} {} -- 42/17/17/9/0 0/0", row % 8, row % 7, row * 37 % 100_000)
    };
    measure("TCP", &lines(300_000, tcp));
    let http = |row: usize| {
        let rest = "42/17/17/9/0 0/0 {shop.example.com|Mozilla/5.0 (X11; Linux x86_64)} {}";
        format!(
            "fe_https~ be_web/web-{:02} 3/0/1/{}/{} 200 {row} - - --VN {rest} \"GET /item/{row}?a=b HTTP/1.1\"",
            row % 8,
            row % 90,
            row % 90 + 9
        )
    };
    measure("HTTP", &lines(300_000, http));
}
