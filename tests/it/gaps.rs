//! Silences in which lines were probably lost: found where lines are taken away, and nowhere else.

use crate::engine_in_memory::{Engine, view};
use hopscope::protocol::{Range, View};
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
            assert!((120..180).contains(&gap.expected) && gap.other < 3 * SECOND, "{gap:?}");
        }
    }
}

#[test]
fn the_samples_have_no_gaps() {
    for name in ["haproxy-tcp.log", "haproxy-http.log", "avi-l7.jsonl"] {
        let text = std::fs::read(format!("public/samples/{name}")).unwrap();
        assert_eq!(Engine::open(2, &[(name, &text)]).summary(&view("")).gaps, [], "{name}");
    }
}
