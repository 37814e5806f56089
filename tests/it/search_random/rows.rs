//! Logs of every family, and their rows as an evaluator wants them: each field a list of values, none where there is none.

use super::evaluate::Of;
use crate::engine_in_memory::{Engine, view};
use hopscope::engine::Sizes;
use hopscope::protocol::{CellValue, RowView};
use hopscope::query::Name;
use hopscope::record::{Field, Key, Kind};
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

macro_rules! files {
    ($($path:literal)*) => { &[$(($path, include_str!(concat!("../../../", $path)))),*] };
}

const FILES: &[(&str, &str)] = files! {
    "public/samples/access.log" "public/samples/avi-l7.jsonl" "public/samples/haproxy-http.log"
    "public/samples/haproxy-tcp.log" "public/samples/navajo.log" "public/samples/paloalto-traffic.log"
    "tests/golden/avi/connections.log" "tests/golden/avi/lines.log"
    "tests/golden/haproxy/clf.log" "tests/golden/haproxy/events.log" "tests/golden/haproxy/forms.log"
    "tests/golden/haproxy/http-damaged.log" "tests/golden/haproxy/tcp-damaged.log" "tests/golden/haproxy/http.log" "tests/golden/haproxy/tcp.log"
    "tests/golden/nevisproxy/access.log" "tests/golden/nevisproxy/trace.log" "tests/golden/paloalto/damaged.log"
    "tests/golden/paloalto/traffic.log" "tests/golden/paloalto/types.log" "tests/golden/web/access.log"
    "tests/golden/web/error.log" "tests/golden/web/tails.log" "tests/golden/web/access-damaged.log" "tests/golden/web/error-damaged.log"
};

/// Entries with keys that have no column, of every kind.
fn keys() -> String {
    let entry = |nth: usize| {
        let colour = ["Blue", "green", "dark blue", "BLUE, light"][nth % 4];
        let rules: Vec<String> = (0..nth % 3)
            .map(|rule| format!("{{\"rule_id\":{},\"rule_name\":\"Rule {colour}\"}}", 941_100 + 7 * nth + rule))
            .collect();
        let colour = if nth.is_multiple_of(5) { String::new() } else { format!(",\"tenant_colour\":\"{colour}\"") };
        format!(
            "{{\"adf\":false,\"report_timestamp\":\"2026-11-20T23:10:{nth:02}.000000Z\",\"client_ip\":\"192.0.2.{nth}\",\
             \"method\":\"GET\",\"uri_path\":\"/{nth}\",\"response_code\":200,\"waf_log\":{{\"status\":\"FLAGGED\",\
             \"latency_request_body_phase\":{},\"rules_configured\":{},\"rule_logs\":[{}]}}{colour}}}\n",
            nth * 150,
            nth.is_multiple_of(2),
            rules.join(",")
        )
    };
    (1..40).map(entry).collect()
}

/// One value of a field.
#[derive(Clone, Debug)]
pub struct Value {
    pub text: String,
    pub lower: String,
    pub number: Option<i64>,
    pub address: Option<u128>,
}

impl Value {
    fn text(text: &str) -> Self {
        Self { text: text.to_owned(), lower: text.to_lowercase(), number: None, address: address(text) }
    }

    fn number(number: i64) -> Self {
        Self { text: String::new(), lower: String::new(), number: Some(number), address: None }
    }
}

/// An address as a number, version 4 where IPv6 maps it.
pub fn address(text: &str) -> Option<u128> {
    let text = text.split('%').next().unwrap_or_default();
    let text = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    Some(match text.parse().ok()? {
        IpAddr::V4(v4) => u128::from(v4.to_ipv6_mapped()),
        IpAddr::V6(v6) => u128::from(v6),
    })
}

/// One entry.
pub struct Row {
    /// Where it begins: file and byte.
    pub place: (u32, u64),
    /// As it stands in the file, in lower case.
    pub raw: String,
    /// Values of the fields that it has; the first are those of every other.
    fields: Vec<Vec<Value>>,
    /// For each field, where its values are: a filter asks most fields of most rows in vain.
    of_field: Vec<u8>,
    keys: HashMap<String, Vec<Value>>,
    /// Of all fields.
    pub addresses: Vec<u128>,
}

impl Row {
    pub fn values(&self, of: &Of) -> &[Value] {
        match of {
            Of::Field(field) => &self.fields[usize::from(self.of_field[*field as usize])],
            Of::Key(key) => self.keys.get(key).map_or(&[], Vec::as_slice),
        }
    }

    /// The first value of a number field.
    pub fn number(&self, field: Field) -> Option<i64> {
        self.values(&Of::Field(field)).first()?.number
    }

    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.keys.keys()
    }
}

/// The files in an engine with so many shards, in pieces so small that each shard has some of every larger file.
pub fn engine(shards: usize) -> Engine {
    let engine = Engine::new(shards, Sizes { first: 4_000, piece: 9_000, block: 9_000 });
    FILES.iter().for_each(|(name, text)| engine.add(name, text.as_bytes()));
    engine.add("keys.jsonl", keys().as_bytes());
    engine
}

/// All rows, as the engine shows them.
pub fn rows(engine: &Engine) -> Vec<Row> {
    let keys = keys();
    let texts: Vec<&str> = FILES.iter().map(|(_, text)| *text).chain([keys.as_str()]).collect();
    let places: Vec<(u32, u64)> = {
        let found = engine.found("", 0).expect("all rows");
        found.iter().map(|position| (position.source, position.offset)).collect()
    };
    let shown = engine.rows(&view(""), 0, 1 << 20, Field::ALL, false);
    assert_eq!(shown.rows.len(), places.len());
    // By file and line here, by file and byte there: the same order.
    let by_line: BTreeMap<(u32, u64), _> = shown.rows.iter().map(|row| ((row.source, row.line), row)).collect();
    let mut by_byte = places.clone();
    by_byte.sort_unstable();
    assert_eq!(by_line.len(), by_byte.len());
    let entries = by_byte.iter().enumerate().map(|(nth, (source, start))| {
        let text = texts[*source as usize];
        let end = by_byte.get(nth + 1).filter(|next| next.0 == *source).map_or(text.len(), |next| next.1 as usize);
        &text[*start as usize..end]
    });
    let row = |((place, row), entry): ((&(u32, u64), &&RowView), &str)| {
        let (mut fields, mut of_field, mut addresses) = (vec![Vec::new()], vec![0; Field::COUNT], Vec::new());
        for (field, cell) in Field::ALL.iter().zip(&row.cells) {
            if let Some(cell) = cell {
                let values = values(*field, cell);
                addresses.extend(values.iter().filter_map(|value| value.address).filter(|_| field.kind() == Kind::Ip));
                of_field[*field as usize] = u8::try_from(fields.len()).expect("no entry has so many fields");
                fields.push(values);
            }
        }
        let mut keys = HashMap::new();
        if row.cells[Field::Format as usize].as_ref().is_some_and(is_avi) {
            let entry = serde_json::from_str(entry).expect("an entry of JSON");
            walk("", &entry, &mut keys);
        }
        Row { place: *place, raw: entry.to_lowercase(), fields, of_field, keys, addresses }
    };
    by_byte.iter().zip(by_line.values()).zip(entries).map(row).collect()
}

fn values(field: Field, cell: &CellValue) -> Vec<Value> {
    match cell {
        CellValue::Int(number) => vec![Value::number(*number)],
        CellValue::Text(text) if field.kind() == Kind::List => text.split("; ").map(Value::text).collect(),
        CellValue::Text(text) => vec![Value::text(text)],
    }
}

fn is_avi(format: &CellValue) -> bool {
    matches!(format, CellValue::Text(format) if format.starts_with("avi-"))
}

/// The values of keys that have no column, by their dotted paths.
fn walk(path: &str, value: &serde_json::Value, keys: &mut HashMap<String, Vec<Value>>) {
    let text = match value {
        // A text that Avi keeps in a dictionary.
        serde_json::Value::Object(object) if object.contains_key("crc32") => return walk(path, &object["val"], keys),
        serde_json::Value::Object(object) => {
            for (key, value) in object {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                walk(&path, value, keys);
            }
            return;
        }
        serde_json::Value::Array(elements) => {
            return elements.iter().for_each(|element| walk(path, element, keys));
        }
        serde_json::Value::Null => return,
        serde_json::Value::String(text) if text.is_empty() => return,
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let number = match Key::find(path).map_or(Kind::List, Key::kind) {
        Kind::Bool => Some(i64::from(text.eq_ignore_ascii_case("true"))),
        Kind::Duration => text.parse::<i64>().ok().map(|ms| ms * 1000),
        Kind::Int => text.parse().ok(),
        _ => None,
    };
    let known = !matches!(Name::find(path), Some(Name::Field(_)));
    if known {
        keys.entry(path.to_owned()).or_default().push(Value { number, ..Value::text(&text) });
    }
}
