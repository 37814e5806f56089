//! An anonymised export holds none of what it hides, whatever the format of the log, of the export, and the number of shards;
//! and it is still a log.

use crate::engine_in_memory::{Engine, view};
use hopscope::engine::Sizes;
use hopscope::protocol::{ExportFormat, ExportSpec, Exported, Hidden, Secret, Sort, View};
use hopscope::record::{Field, Kind};
use hopscope::text::net::parse_ip;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::Path;

const SECRET: Secret = Secret(*b"not so very new!");
const FORMATS: [ExportFormat; 3] = [ExportFormat::Csv, ExportFormat::JsonLines, ExportFormat::Raw];

/// Fields that hold nothing but what is hidden.
const HIDDEN: &[Field] = &[
    Field::ClientIp,
    Field::SourceIp,
    Field::VsIp,
    Field::ServerIp,
    Field::ServerConnIp,
    Field::SrcNatIp,
    Field::DstNatIp,
    Field::IcapServer,
    Field::Host,
    Field::SniHostname,
    Field::DnsFqdn,
    Field::ServiceEngine,
    Field::SrcHost,
    Field::DstHost,
    Field::DeviceSerial,
    Field::UserId,
    Field::DstUser,
    Field::SipFrom,
    Field::SipTo,
    Field::SipContact,
    Field::SessionId,
    Field::ClientSession,
    Field::SslSessionId,
    Field::ServerSslSessionId,
    Field::PersistentSession,
    Field::SamlSession,
    Field::SipCallId,
    Field::CapturedRequestCookie,
    Field::CapturedResponseCookie,
];

/// Values that stay: nobody's, no address, masked before. `admin` is named in a sentence of another log only ("User admin
/// logged in"), where no parser sees a name.
const STAY: &[&str] =
    &["-", "any", "unknown", "<NULL>", "localhost", "unix:1", "unix:2", "unix:3", "X.X.X.23", "admin"];

/// Every sample, and the logs of all golden tests.
fn logs() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut logs = Vec::new();
    let mut folders = vec![root.join("public/samples"), root.join("tests/golden")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            let is_log = ["log", "json", "jsonl", "csv"].iter().any(|end| name.ends_with(&format!(".{end}")));
            if path.is_dir() {
                folders.push(path);
            } else if is_log {
                logs.push((name, std::fs::read(path).unwrap()));
            }
        }
    }
    logs.sort();
    assert!(logs.len() > 30, "{}", logs.len());
    logs
}

fn spec(format: ExportFormat, anonymise: Option<Secret>) -> ExportSpec {
    let raw = format == ExportFormat::Raw;
    let columns = Field::ALL.iter().filter(|field| field.kind() != Kind::Body && !raw).map(|field| *field as u16);
    ExportSpec { format, columns: columns.collect(), raw: !raw, safe: false, anonymise }
}

/// In the order of the file.
fn in_order() -> View {
    View { sort: Sort { field: Field::Line as u16, descending: false }, ..view("") }
}

fn small(shards: usize, name: &str, text: &[u8]) -> Engine {
    let engine = Engine::new(shards, Sizes { first: 700, piece: 3_000, block: 2_000 });
    engine.add(name, text);
    engine
}

fn export(engine: &Engine, format: ExportFormat, anonymise: Option<Secret>) -> Vec<u8> {
    engine.export(&in_order(), &spec(format, anonymise), 50).0
}

/// What the fields of the rows hold, as JSON lines have it.
fn objects(engine: &Engine, anonymise: Option<Secret>) -> Vec<Value> {
    let bytes = export(engine, ExportFormat::JsonLines, anonymise);
    bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty()).map(|l| serde_json::from_slice(l).unwrap()).collect()
}

fn is_special(address: &str) -> bool {
    let Some(key) = parse_ip(address.as_bytes()) else { return false };
    let v6 = Ipv6Addr::from_bits(key.0);
    v6.to_ipv4_mapped().map_or(v6.is_loopback() || v6.is_unspecified(), |v4: Ipv4Addr| {
        v4.is_unspecified() || v4 == Ipv4Addr::LOCALHOST || v4.is_broadcast()
    })
}

/// Everything in the text that is an address of version 4, found without the code under test.
fn addresses_of(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for word in text.split(|c: char| !c.is_ascii_digit() && c != '.') {
        if let Ok(address) = word.trim_matches('.').parse::<Ipv4Addr>() {
            let address = address.to_string();
            // Versions of browsers look like addresses, and stay.
            if !is_special(&address) && !address.ends_with(".0.0.0") {
                found.insert(address);
            }
        }
    }
    found
}

/// True where `value` stands in the text as a word, or anywhere where it is long.
fn holds(text: &str, value: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(value).any(|(at, _)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + value.len()..].chars().next());
        value.len() >= 8
            || !(is_word(before) && is_word(value.chars().next())
                || is_word(after) && is_word(value.chars().next_back()))
    })
}

/// Values of a log that must not be in its export, by the field that has them.
fn originals(engine: &Engine, text: &str) -> BTreeMap<String, &'static str> {
    let mut originals = BTreeMap::new();
    for object in objects(engine, None) {
        for field in HIDDEN {
            let Some(value) = object.get(field.name()).and_then(Value::as_str) else { continue };
            // The name of a captured cookie stays.
            let value = value.split_once('=').filter(|_| field.name().ends_with("cookie")).map_or(value, |pair| pair.1);
            let short = value.len() < 3 || value.len() < 8 && value.bytes().all(|byte| byte.is_ascii_digit());
            if !short && !is_special(value) && !STAY.contains(&value) {
                originals.insert(value.to_owned(), field.name());
            }
        }
    }
    originals.extend(addresses_of(text).into_iter().map(|address| (address, "address")));
    originals
}

#[test]
fn none_of_the_originals_is_left() {
    let mut count = BTreeMap::new();
    let mut left = Vec::new();
    for (name, text) in logs() {
        let (one, many) = (small(1, &name, &text), small(3, &name, &text));
        let originals = originals(&one, &String::from_utf8_lossy(&text));
        // In what no parser understands nobody knows a user's name: only what is seen by its looks is replaced.
        for (search, is_read) in [("log_type!=unparsed", true), ("log_type=unparsed", false)] {
            let view = View { query: search.to_owned(), ..in_order() };
            for format in FORMATS {
                let export = |engine: &Engine, secret| engine.export(&view, &spec(format, secret), 50).0;
                let bytes = export(&one, Some(SECRET));
                if export(&many, None) == export(&one, None) && bytes != export(&many, Some(SECRET)) {
                    left.push(format!("{name} {format:?} is another with other shards"));
                }
                let written = String::from_utf8_lossy(&bytes);
                for (value, field) in originals.iter().filter(|(_, field)| is_read || **field == "address") {
                    *count.entry(*field).or_insert(0) += 1;
                    if let Some(line) = written.lines().find(|line| holds(line, value)) {
                        left.push(format!("{name} {format:?} {field} {value}\n      in {line}"));
                    }
                }
            }
        }
    }
    assert!(left.is_empty(), "{} left:\n{}", left.len(), left.join("\n"));
    assert!(count["client_ip"] > 100 && count["user_id"] > 20 && count["host"] > 20, "{count:?}");
}

#[test]
fn what_is_written_is_read_again_as_the_same_logs() {
    let kept =
        [Field::Format, Field::LogType, Field::ResponseCode, Field::TerminationState, Field::Method, Field::PoolName];
    let mut wrong = Vec::new();
    for (name, text) in logs() {
        let engine = small(2, &name, &text);
        let again = |secret| small(2, &name, &export(&engine, ExportFormat::Raw, secret));
        let of = |engine: &Engine| {
            let mut found: BTreeMap<String, usize> = BTreeMap::new();
            for object in objects(engine, None) {
                let values = kept.map(|field| object.get(field.name()).map(Value::to_string).unwrap_or_default());
                *found.entry(values.join(" ")).or_default() += 1;
            }
            found
        };
        let (before, after) = (of(&again(None)), of(&again(Some(SECRET))));
        let gone: Vec<_> = before.iter().filter(|(key, count)| after.get(*key) != Some(count)).collect();
        let new: Vec<_> = after.iter().filter(|(key, count)| before.get(*key) != Some(count)).collect();
        if before != after {
            wrong.push(format!("{name}\n  gone {gone:#?}\n  new {new:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The first part of an export: as many rows as the dialog tries.
fn first(engine: &Engine, spec: &ExportSpec) -> Exported {
    engine.export_part(&in_order(), spec, None, 200)
}

#[test]
fn a_value_has_one_pseudonym_in_all_formats_and_with_another_secret_another() {
    for (name, text) in logs().into_iter().filter(|(name, _)| name.starts_with("public/samples/")) {
        let engine = small(3, &name, &text);
        let (before, after) = (objects(&engine, None), objects(&engine, Some(SECRET)));
        let other = objects(&engine, Some(Secret([0; 16])));
        let csv = export(&engine, ExportFormat::Csv, Some(SECRET));
        let records: Vec<_> = csv::Reader::from_reader(csv.as_slice()).into_records().map(Result::unwrap).collect();
        let names = csv::Reader::from_reader(csv.as_slice()).headers().unwrap().clone();
        let raw = String::from_utf8_lossy(&export(&engine, ExportFormat::Raw, Some(SECRET))).into_owned();
        let mut pseudonyms: BTreeMap<(String, String), String> = BTreeMap::new();
        assert!(before.len() == after.len() && before.len() == records.len());
        let mut others = 0;
        for nth in 0..before.len() {
            for field in HIDDEN {
                let value =
                    |objects: &[Value]| objects[nth].get(field.name()).and_then(Value::as_str).map(str::to_owned);
                let (Some(original), Some(pseudonym)) = (value(&before), value(&after)) else { continue };
                if original == pseudonym {
                    continue;
                }
                others += usize::from(value(&other) != Some(pseudonym.clone()));
                let at = names.iter().position(|name| name == field.name()).unwrap();
                assert_eq!(records[nth][at], pseudonym);
                assert!(raw.contains(&pseudonym), "{pseudonym} in {name}");
                let kind = if field.kind() == Kind::Ip { "address" } else { field.name() };
                let known = pseudonyms.entry((kind.to_owned(), original)).or_insert(pseudonym.clone());
                assert_eq!(*known, pseudonym);
            }
        }
        let distinct: BTreeSet<_> = pseudonyms.iter().map(|((kind, _), pseudonym)| (kind, pseudonym)).collect();
        assert_eq!(distinct.len(), pseudonyms.len(), "two values, two pseudonyms");
        assert!(pseudonyms.len() > 3 && others > 10, "{name}: {pseudonyms:?}");
    }
}

#[test]
fn the_first_part_tells_what_it_changed_and_what_nobody_read() {
    let text = include_bytes!("../golden/haproxy/http-damaged.log");
    let raw = spec(ExportFormat::Raw, Some(SECRET));
    let (one, many) = (first(&small(1, "a.log", text), &raw), first(&small(3, "a.log", text), &raw));
    assert_eq!(one.changes, many.changes);
    let kinds: BTreeSet<_> = one.changes.iter().map(|change| change.hidden).collect();
    assert!(kinds.contains(&Hidden::Address) && kinds.contains(&Hidden::Host), "{:?}", one.changes);
    let written = String::from_utf8_lossy(&one.bytes);
    assert!(one.changes.iter().all(|change| written.contains(&change.to)), "{:?}", one.changes);
    let unread = small(1, "a.log", text).summary(&View { query: "log_type=unparsed".to_owned(), ..in_order() }).total;
    assert!(unread > 2 && one.unread == unread && many.unread == unread, "{unread} {} {}", one.unread, many.unread);
    let plain = first(&small(1, "a.log", text), &spec(ExportFormat::Raw, None));
    assert!(plain.changes.is_empty() && plain.unread == 0);
}

#[test]
fn json_stays_json() {
    let avi = br#"{"virtualservice":"virtualservice-1","report_timestamp":"2026-11-20T22:58:59.936191+00:00","client_ip":"198.51.100.23","method":"GET","uri_path":"/a","uri_query":"t=s3cret","user_id":4711,"persistent_session_id": 9223372036854775809,"total_time":3,"response_code":200,"jwt_log":{"token_payload":{"sub":"ana"}},"all_request_headers":"Host: shop.com\r\nCookie: a=\"s3cret\"; b=s3cret\r\n","saml_log":{"saml_attribute_lists":[{"attr_name":"mail","attr_values":["ana@mail.example"]}]}}"#;
    let engine = small(1, "avi.jsonl", &[avi.as_slice(), b"\n"].concat());
    let bytes = export(&engine, ExportFormat::Raw, Some(SECRET));
    let read: Value = serde_json::from_slice(&bytes).unwrap();
    for (key, begins) in [("user_id", "user-"), ("persistent_session_id", "session-"), ("uri_query", "t=***")] {
        assert!(read[key].as_str().unwrap().starts_with(begins), "{read}");
    }
    assert_eq!((&read["jwt_log"]["token_payload"], &read["uri_path"]), (&Value::from("***"), &Value::from("/a")));
    let headers = read["all_request_headers"].as_str().unwrap();
    assert!(headers.starts_with("Host: host-") && headers.ends_with("\r\nCookie: ***\r\n"), "{headers}");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(
        !["s3cret", "ana", "4711", "shop.com", "9223372036854775809"].iter().any(|value| text.contains(value)),
        "{text}"
    );
}
