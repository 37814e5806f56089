//! The values of a key that has no column, wherever it stands in an entry: `waf_log.rule_logs.rule_id` leads through
//! messages and lists of messages.

use super::json::{self, Body, End};
use super::table::Table;
use crate::record::{Key, plain};
use memchr::memmem;

/// Lists inside lists are followed no deeper.
const DEEPEST: usize = 8;

/// Whether a key of an entry is the one that is looked for.
type Same = fn(&str, &str) -> bool;

/// Calls `each` with every value, as text without quotes; of a nested message its JSON without blanks.
pub(super) fn each_value(entry: &[u8], table: Option<&Table>, key: Key, each: &mut dyn FnMut(&str)) {
    // What no document names may be written in any way.
    let (key, same): (_, Same) = match key.as_extra() {
        Some(key) => (key, |found, wanted| plain(found) == wanted),
        None => (key.name(), |found, wanted| found == wanted),
    };
    if let Some(record) = table.and_then(|table| table.record(entry)) {
        read(&record.body, key, same, false, each);
        return;
    }
    // Most entries do not have the key, and need not be read. A key may be written with escapes.
    let last = key.rsplit('.').next().unwrap_or(key);
    let in_capitals = same("A", "a");
    if !in_capitals && memmem::find(entry, last.as_bytes()).is_none() && memmem::find(entry, b"\\u").is_none() {
        return;
    }
    let is_wrapped = Body::find(entry).is_some_and(|body| !read(&body, key, same, true, each));
    if is_wrapped && let Some(body) = Body::unwrapped(entry) {
        read(&body, key, same, false, each);
    }
}

/// False where the object only wraps the entry.
fn read(body: &Body, key: &str, same: Same, unwrap: bool, each: &mut dyn FnMut(&str)) -> bool {
    let (first, rest) = split(key);
    let mut found = Vec::new();
    let end = json::pairs(&body.text, unwrap, |key, value| {
        if same(key, first) {
            found.push(value);
        }
    });
    if matches!(end, End::Wrapper) {
        return false;
    }
    found.into_iter().for_each(|value| follow(value, rest, same, 0, each));
    true
}

/// The first key and those behind it.
fn split(key: &str) -> (&str, &str) {
    key.split_once('.').unwrap_or((key, ""))
}

fn follow(value: &str, key: &str, same: Same, depth: usize, each: &mut dyn FnMut(&str)) {
    match value.as_bytes().first() {
        Some(b'[') if depth < DEEPEST => json::elements(value, |element| follow(element, key, same, depth + 1, each)),
        _ if key.is_empty() => give(value, each),
        Some(b'{') => {
            let (first, rest) = split(key);
            json::pairs(value, false, |key, value| {
                if same(key, first) {
                    follow(value, rest, same, depth, each);
                }
            });
        }
        _ => {}
    }
}

fn give(value: &str, each: &mut dyn FnMut(&str)) {
    match json::string(value) {
        Some(text) if text.is_empty() => {}
        Some(text) => each(&text),
        None if value == "null" => {}
        None => each(&json::compact(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(entry: &str, key: &str) -> Vec<String> {
        let mut found = Vec::new();
        let key = Key::find(key).or_else(|| Key::find(&format!("extra.{key}"))).expect(key);
        each_value(entry.as_bytes(), None, key, &mut |value| found.push(value.to_owned()));
        found
    }

    #[test]
    fn dots_lead_through_messages_and_lists() {
        let entry = r#"{"adf":true,"waf_log":{"status":"FLAGGED","latency_request_body_phase":"12","rule_logs":
            [{"rule_id":"941100","tags":["a","b"],"matches":[{"match_element":"ARGS:q"}]},{"rule_id":"\u0039"}]},
            "cipher_bytes":null,"spdy_version":"","pool":{"val":"p"},"x":{"y":[{"z":1},{"z":[2,[3]]}]}}"#;
        assert_eq!(values(entry, "waf_log.rule_logs.rule_id"), ["941100", "9"]);
        assert_eq!(values(entry, "waf_log.rule_logs.tags"), ["a", "b"]);
        assert_eq!(values(entry, "waf_log.rule_logs.matches.match_element"), ["ARGS:q"]);
        assert_eq!(values(entry, "waf_log.rule_logs.matches"), [r#"{"match_element":"ARGS:q"}"#]);
        assert_eq!(values(entry, "x.y.z"), ["1", "2", "3"]);
        for none in ["cipher_bytes", "spdy_version", "waf_log.rule_id", "waf_log.status.x", "oauth_log"] {
            assert!(values(entry, none).is_empty(), "{none}");
        }
        assert_eq!(values(r#"{"count":1,"results":[{"adf":true,"cipher_bytes":"00"}"#, "cipher_bytes"), ["00"]);
        assert_eq!(values(r#"{"w\u0061f_log":{"status":"X"}"#, "waf_log.status"), ["X"]);
        let newer = r#"{"adf":true,"api_Log":{"APIs":[{"api-id":"x"},{"api-id":7}]}}"#;
        assert_eq!(values(newer, "api_log.apis.api_id"), ["x", "7"]);
        assert!(values(&"[".repeat(100_000), "waf_log").is_empty());
    }
}
