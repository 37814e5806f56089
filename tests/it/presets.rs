//! Ready searches against a plain count of the lines they mean.

use crate::corpora;
use crate::engine_in_memory::{Engine, view};
use hopscope::query::presets::{PRESETS, matching};

/// Whether HAProxy counts the session as an error, and whether `halog -e` does; `None` for other lines.
fn judged(line: &str) -> Option<(bool, bool)> {
    let (_, rest) =
        line.split_once("] ").filter(|(date, _)| date.len() > 24 && date.ends_with(|c: char| c.is_ascii_digit()))?;
    let words: Vec<&str> = rest.split(' ').collect();
    let http = words.get(2)?.split('/').count() == 5;
    let at = if http { 7 } else { 4 };
    let code: i32 = if http { words[3].parse().ok()? } else { 0 };
    let (state, retries) = (words[at].as_bytes()[0], words[at + 1].rsplit('/').next()?);
    let error = retries.starts_with('+') || (state == b'-' && retries != "0") || !b"-L".contains(&state) || code >= 500;
    Some((error, http && !(0..500).contains(&code)))
}

fn check(text: &str) -> (u64, u64) {
    let engine = Engine::open(2, &[("a.log", text.as_bytes())]);
    let found: Vec<u64> = PRESETS.iter().map(|preset| engine.summary(&view(preset.query)).total).collect();
    let judged: Vec<_> = text.lines().filter_map(judged).collect();
    let wanted = (
        judged.iter().filter(|(error, _)| *error).count() as u64,
        judged.iter().filter(|(_, halog)| *halog).count() as u64,
    );
    assert_eq!((found[0], found[1]), wanted);
    wanted
}

#[test]
fn ready_searches_select_what_their_tool_does() {
    let http = check(include_str!("../../public/samples/haproxy-http.log"));
    let tcp = check(include_str!("../../public/samples/haproxy-tcp.log"));
    assert!(http.0 > http.1 && http.1 > 0 && tcp.0 > 0 && tcp.1 == 0, "{http:?} {tcp:?}");
    // Lines of other families are none of HAProxy's.
    let access = Engine::open(1, &[("access.log", include_bytes!("../../public/samples/access.log"))]);
    assert!(PRESETS.iter().all(|preset| access.summary(&view(preset.query)).total == 0));
}

#[test]
fn real_lines_have_the_errors_that_halog_counts() {
    let Some(lines) = corpora::lines("haproxy/raravena80/haproxy.log.gz") else { return };
    let text = lines.join(&b'\n');
    let engine = Engine::open(2, &[("a.log", &text)]);
    assert_eq!(engine.summary(&view(PRESETS[1].query)).total, 50);
}

#[test]
fn they_are_found_by_any_of_their_words() {
    let names = |typed: &str| matching(typed).map(|preset| preset.name).collect::<Vec<_>>();
    assert_eq!(names("err"), ["HAProxy errors"]);
    assert_eq!(names("HA"), ["HAProxy errors", "halog -e"]);
    assert_eq!((names("h").len(), names("zz").len(), names("").len()), (0, 0, 0));
}
