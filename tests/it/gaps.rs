//! Silences in which lines were probably lost: found where lines are taken away, and nowhere else.

use crate::engine_in_memory::{Engine, view};
use hopscope::engine::Sizes;
use hopscope::protocol::{Gap, GapSign, Range, ToHub, View};
use std::fmt::Write;

const SECOND: i64 = 1_000_000;
/// 18 November 2026, 10:00, µs.
const TEN: i64 = 1_794_996_000 * SECOND;

/// A session every 97 to 1,100 ms over an hour, but for those in `lost` (seconds after ten).
fn hour(lost: std::ops::Range<u64>) -> String {
    let (mut text, mut ms, mut state) = (String::new(), 0u64, 7u64);
    while ms < 3_600_000 {
        let (minute, second, milli) = (ms / 60_000, ms / 1_000 % 60, ms % 1_000);
        if !lost.contains(&(ms / 1_000)) {
            let stamp = format!("18/Nov/2026:10:{minute:02}:{second:02}.{milli:03}");
            _ = writeln!(text, "203.0.113.7:40122 [{stamp}] fe be/db 0/0/7 3 -- 4/1/1/0/0 0/0");
        }
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ms += 97 + (state >> 33) % 1_000;
    }
    text
}

#[test]
fn lines_taken_away_leave_a_gap_for_any_number_of_shards() {
    let (whole, broken) = (hour(0..0), hour(1_200..1_290));
    for shards in [1, 2, 5] {
        let files: [(&str, &[u8]); 2] = [("a.log", whole.as_bytes()), ("b.log", broken.as_bytes())];
        let engine = Engine::open(shards, &files);
        // One of two sources is silent while the other goes on; what is searched for has no part in it.
        for view in [
            view(""),
            view("client_ip=1.2.3.4"),
            View { brush: Some(Range { from: TEN, to: TEN + SECOND }), ..view("") },
        ] {
            let gaps = engine.summary(&view).gaps;
            assert_eq!(gaps.len(), 1, "{gaps:?}");
            let gap = gaps[0];
            let near = |time: i64, wanted: i64| (time - (TEN + wanted * SECOND)).abs() < 2 * SECOND;
            assert!(gap.source == 1 && near(gap.range.from, 1_200) && near(gap.range.to, 1_290), "{gap:?}");
            assert!(
                (120..180).contains(&gap.expected) && matches!(gap.sign, GapSign::Silence(other) if other < 3 * SECOND),
                "{gap:?}"
            );
        }
    }
}

/// Logs of two firewalls, each with numbers of its own, but for the numbers in `lost`.
fn firewall(lost: &[u64]) -> Vec<String> {
    let text = std::fs::read_to_string("public/samples/paloalto-traffic.log").unwrap();
    let first = text.lines().next().unwrap();
    let second = &first.replace("012801096514", "012801096999");
    assert_ne!(first, second);
    let line = |nth: u64| {
        let (line, number) = if nth % 4 == 3 { (second.as_str(), 900_000 + nth / 4) } else { (first, nth - nth / 4) };
        let at = format!("2026/11/18 {:02}:{:02}:{:02}", 9 + nth / 3600, nth / 60 % 60, nth % 60);
        let stamp = timed(line, &at);
        stamp.replace(own_number(line), &(7_470_815_214_340_000_000 + number).to_string())
    };
    (0..4_000).filter(|nth| !lost.contains(nth)).map(line).collect()
}

/// The sequence number of a line of the sample.
fn own_number(line: &str) -> &str {
    line.split(',').find(|cell| cell.len() == 19 && cell.bytes().all(|b| b.is_ascii_digit())).unwrap()
}

/// The line with this time in place of all of its own.
fn timed(line: &str, at: &str) -> String {
    let is_time = |cell: &str| cell.len() == 19 && cell.contains('/') && cell.contains(':');
    line.split(',').map(|cell| if is_time(cell) { at } else { cell }).collect::<Vec<_>>().join(",")
}

#[test]
fn numbers_that_are_left_out_are_told_for_any_number_of_shards() {
    let broken = firewall(&[400, 401, 402, 403, 404, 1_000, 2_003]);
    let text = broken.join("\n");
    // The second file has what the first one lacks at one place.
    let rest = firewall(&[]).into_iter().skip(1_000).take(1).collect::<String>();
    for shards in [1, 2, 5] {
        let sizes = Sizes { first: 700, piece: 40_000, block: 900 };
        let engine = Engine::new(shards, sizes);
        engine.add("fw.log", text.as_bytes());
        let gaps = || {
            let numbers = |gap: &Gap| match gap.sign {
                GapSign::Number(first) => (first - 7_470_815_214_340_000_000, gap.expected),
                _ => panic!("{gap:?}"),
            };
            let mut gaps: Vec<_> = engine.summary(&view("")).gaps.iter().map(numbers).collect();
            gaps.sort();
            gaps
        };
        assert_eq!(gaps(), [(300, 4), (750, 1), (900_100, 1), (900_500, 1)], "{shards} shards");
        engine.add("rest.log", rest.as_bytes());
        assert_eq!(gaps(), [(300, 4), (900_100, 1), (900_500, 1)], "{shards} shards");
        engine.send(ToHub::Show { source: 0, visible: false }, Vec::new());
        assert_eq!(gaps(), []);
    }
    // Every third log was thrown away on purpose.
    let some: String = firewall(&[]).chunks(3).flat_map(|lines| [lines[0].as_str(), "\n"]).collect();
    assert_eq!(Engine::open(2, &[("some.log", some.as_bytes())]).summary(&view("")).gaps, []);
}

/// An hour of a proxy that numbers its entries, some of which have a second line; it was started again after the 20,000th.
fn counted(lost: impl Fn(u32) -> bool) -> String {
    let line = |n: u32| {
        let (process, counter) = if n < 20_000 { (1521, (n + 9_000) % 10_000) } else { (77, (n - 20_000) % 10_000) };
        let (minute, second, milli) = (n / 500, n % 500 * 12 / 100, n % 500 * 120 % 1_000);
        let more = if n.is_multiple_of(7) { "\n  and another line" } else { "" };
        format!(
            "{counter:04} 2026 11 18 09:{minute:02}:{second:02}.{milli:03} isi3web    Http       {process:05}.1401 6-INFO  :  message {n}{more}\n"
        )
    };
    (0..29_000).filter(|n| !lost(*n)).map(line).collect()
}

#[test]
fn entries_that_a_line_counter_left_out_are_told_for_any_number_of_shards() {
    let found = |shards: usize, text: &str| {
        let engine = Engine::new(shards, Sizes { first: 700, piece: 90_000, block: 900 });
        engine.add("navajo.log", text.as_bytes());
        let gaps = engine.summary(&view("")).gaps;
        let numbers = |gap: &Gap| match gap.sign {
            GapSign::Counter(first) => Some((first, gap.expected)),
            // Five minutes without a log are a silence as well.
            GapSign::Silence(_) if gap.expected > 2_000 => None,
            _ => panic!("{gap:?}"),
        };
        gaps.iter().filter_map(numbers).collect::<Vec<_>>()
    };
    // At the place where the counter begins anew, and over it.
    let broken = counted(|n| n == 300 || (995..1_003).contains(&n) || (25_000..27_500).contains(&n));
    for shards in [1, 2, 5] {
        assert_eq!(found(shards, &counted(|_| false)), []);
        assert_eq!(found(shards, &broken), [(9_300, 1), (9_995, 8), (5_000, 2_500)], "{shards} shards");
        assert_eq!(found(shards, &counted(|n| n.is_multiple_of(3))), [], "a part was taken on purpose");
    }
}

#[test]
fn the_samples_have_no_gaps() {
    for name in ["haproxy-tcp.log", "haproxy-http.log", "avi-l7.jsonl", "paloalto-traffic.log"] {
        let text = std::fs::read(format!("public/samples/{name}")).unwrap();
        assert_eq!(Engine::open(2, &[(name, &text)]).summary(&view("")).gaps, [], "{name}");
    }
}
