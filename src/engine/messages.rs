//! The messages inside an entry, part by part: each scan of Avi's `icap_log`, each rule of its `waf_log`, what authentication said.

use crate::formats::avi::json::{list, pairs, string};
use crate::protocol::{Message, Part};

/// What the documents call the messages of Avi that most often matter.
const TITLES: [(&str, &str); 12] = [
    ("icap_log", "ICAP"),
    ("waf_log", "WAF"),
    ("datascript_error_trace", "DataScript"),
    ("saml_log", "SAML"),
    ("jwt_log", "JWT"),
    ("oauth_log", "OAuth"),
    ("ntlm_log", "NTLM"),
    ("bot_management_log", "Bot"),
    ("dns_request", "DNS request"),
    ("dns_response", "DNS response"),
    ("sip_log", "SIP"),
    ("oob_log", "Out of band"),
];
/// What lies deeper is left out: it stands in the raw line.
const DEEPEST: usize = 8;

/// Those of the further fields of an entry that are objects of JSON.
pub fn messages(extras: &[(String, String)]) -> Vec<Message> {
    let objects = extras.iter().filter(|(_, text)| text.trim_start().starts_with('{'));
    let read = |(name, text): &(String, String)| {
        let title = TITLES.iter().find(|(key, _)| key == name).map_or(name.as_str(), |(_, title)| title);
        let mut parts = vec![Part { title: title.to_owned(), values: Vec::new() }];
        read_object(text.trim_start(), name, 0, 0, &mut parts);
        parts.retain(|part| !part.values.is_empty());
        Message { title: title.to_owned(), parts }
    };
    objects.map(read).filter(|message| !message.parts.is_empty()).collect()
}

/// Adds what an object says to part number `at`, and a part for each object of its lists. `path`: the keys down to it.
fn read_object(text: &str, path: &str, depth: usize, at: usize, parts: &mut Vec<Part>) {
    let mut lists = Vec::new();
    pairs(text, false, |key, value| {
        let path = format!("{path}.{key}");
        match value.as_bytes().first() {
            // `{"val": "ICAP-POOL", "crc32": 1799851903}` is a name.
            Some(b'{') if depth < DEEPEST && string(value).is_none() => {
                read_object(value, &path, depth + 1, at, parts);
            }
            Some(b'[') if depth < DEEPEST && value[1..].trim_start().starts_with('{') => {
                lists.push((path, list(value)));
            }
            Some(b'[') => {
                let texts = list(value).into_iter().filter_map(string);
                parts[at].values.extend(texts.map(|text| (path.clone(), text.into_owned())));
            }
            _ => {
                let said = string(value).map_or_else(|| value.to_owned(), |text| text.into_owned());
                parts[at].values.push((path, said));
            }
        }
    });
    for (path, objects) in lists {
        let count = objects.len();
        for (nth, object) in objects.into_iter().enumerate() {
            parts.push(Part { title: format!("{} {} of {count}", one_of(&path), nth + 1), values: Vec::new() });
            read_object(object, &path, depth + 1, parts.len() - 1, parts);
        }
    }
}

/// `icap_log.request_logs`: `Request`
fn one_of(path: &str) -> String {
    let name = path.rsplit('.').next().unwrap_or(path);
    let name = name.strip_suffix("_logs").unwrap_or(name);
    let one = ["ch", "sh", "ss", "x"].iter().find_map(|end| name.strip_suffix("es").filter(|one| one.ends_with(end)));
    let plural = name.strip_suffix('s').filter(|one| !one.ends_with(['s', 'u']));
    let name = one.or(plural).unwrap_or(name).replace('_', " ");
    let mut letters = name.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str, text: &str) -> Vec<(String, Vec<String>)> {
        let found = messages(&[(name.to_owned(), text.to_owned())]);
        let values = |part: &Part| part.values.iter().map(|(key, text)| format!("{key}={text}")).collect();
        found.iter().flat_map(|message| message.parts.iter().map(|part| (part.title.clone(), values(part)))).collect()
    }

    #[test]
    fn every_scan_of_icap_is_a_part() {
        let log = r#"{"action":"ICAP_BLOCKED","request_logs":[
            {"icap_method":"ICAP_METHOD_RESPMOD","latency":"12","pool_name":{"val":"scanners","crc32":4711}},
            {"icap_method":"ICAP_METHOD_REQMOD","opswat_log":{"reason":"Infected","violations":[{"file_name":"a.doc"}]},
             "icap_headers_received_from_server":"ISTag: \"7\"\r\nX-Response-Info: Blocked\r\n"}]}"#;
        let part = |title: &str, values: &[&str]| (title.to_owned(), values.iter().map(|v| (*v).to_owned()).collect());
        assert_eq!(
            told("icap_log", log),
            [
                part("ICAP", &["icap_log.action=ICAP_BLOCKED"]),
                part(
                    "Request 1 of 2",
                    &[
                        "icap_log.request_logs.icap_method=ICAP_METHOD_RESPMOD",
                        "icap_log.request_logs.latency=12",
                        "icap_log.request_logs.pool_name=scanners",
                    ]
                ),
                part(
                    "Request 2 of 2",
                    &[
                        "icap_log.request_logs.icap_method=ICAP_METHOD_REQMOD",
                        "icap_log.request_logs.opswat_log.reason=Infected",
                        "icap_log.request_logs.icap_headers_received_from_server=ISTag: \"7\"\r\nX-Response-Info: Blocked\r\n",
                    ]
                ),
                part("Violation 1 of 1", &["icap_log.request_logs.opswat_log.violations.file_name=a.doc"]),
            ]
        );
    }

    #[test]
    fn lists_of_words_are_values_and_what_is_no_object_is_no_message() {
        let waf = r#"{"status":"FLAGGED","rule_logs":[{"rule_id":"942100","tags":["attack-sqli","OWASP_CRS"]}]}"#;
        let found = told("waf_log", waf);
        assert_eq!(found[1].1[1..], ["waf_log.rule_logs.tags=attack-sqli", "waf_log.rule_logs.tags=OWASP_CRS"]);
        assert!(told("significant_log", r#"["ADF_WAF_MATCH"]"#).is_empty());
        assert!(told("x", "{}").is_empty() && told("x", "{broken").is_empty() && told("x", "{\"a\":").is_empty());
        let two = told("x", r#"{"a":{"l":[{"x":1}]},"b":{"y":2}}"#);
        let parts =
            [("x".to_owned(), vec!["x.b.y=2".to_owned()]), ("L 1 of 1".to_owned(), vec!["x.a.l.x=1".to_owned()])];
        assert_eq!(two, parts);
        assert_eq!(
            ["a.matches", "rule_logs", "b.addresses", "status"].map(one_of),
            ["Match", "Rule", "Address", "Status"]
        );
        let deep = format!("{}1{}", "{\"a\":".repeat(400), "}".repeat(400));
        assert_eq!(told("x", &deep).len(), 1, "as it stands");
    }
}
