//! Custom log formats: HAProxy's own documented formats, compiled, must read the golden lines as the built-in parser
//! does; formats of people must give what was put in.

use crate::corpora;
use hopscope::formats::haproxy::custom::{CustomFormat, HTTP, HTTP_CLF, HTTPS, TCP, TCP_CLF};
use hopscope::formats::{Context, parse_entry};
use hopscope::record::{Field, Row, Value};
use proptest::prelude::*;
use std::path::Path;

fn golden(name: &str) -> Vec<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/haproxy").join(name);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()
}

/// Every field but the name of the layout, as text.
fn fields(row: &Row, line: &[u8]) -> Vec<(Field, String)> {
    let shown = |field: Field| match row.get(field, line)? {
        Value::Int(number) => Some(number.to_string()),
        Value::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
    };
    let all = Field::ALL.iter().copied().filter(|field| *field != Field::Format);
    all.filter_map(|field| Some((field, shown(field)?))).collect()
}

fn custom(format: &CustomFormat, line: &[u8]) -> Option<Vec<(Field, String)>> {
    let mut row = Row::new();
    format.parse(line, &mut Context::new(2026), &mut row).ok()?;
    Some(fields(&row, line))
}

fn one(directive: &str, line: &str, field: Field) -> Option<String> {
    let format = CustomFormat::compile(directive).unwrap_or_else(|error| panic!("{directive}: {error}"));
    let fields = custom(&format, line.as_bytes()).unwrap_or_else(|| panic!("{directive} does not read {line}"));
    fields.into_iter().find(|(known, _)| *known == field).map(|(_, value)| value)
}

/// Compares all lines of one layout.
/// Returns how many lines were compared, and how many the format refused.
fn compare(format: &str, layout: &[u8], log_type: &str, lines: &[Vec<u8>]) -> (usize, usize) {
    let compiled = CustomFormat::compile(format).expect(format);
    let (mut compared, mut refused) = (0, 0);
    for line in lines {
        let mut row = Row::new();
        if parse_entry(line, &mut None, &mut Context::new(2026), &mut row).is_err()
            || row.get_text(Field::Format, line) != Some(layout)
            || row.get_text(Field::LogType, line) != Some(log_type.as_bytes())
        {
            continue;
        }
        let built_in = fields(&row, line);
        match custom(&compiled, line) {
            Some(custom) => {
                assert_eq!(custom, built_in, "{}", String::from_utf8_lossy(line));
                compared += 1;
            }
            None => refused += 1,
        }
    }
    (compared, refused)
}

#[test]
fn documented_formats_read_the_golden_lines_as_the_built_in_parser_does() {
    let (tcp, http, clf) = (golden("tcp.log"), golden("http.log"), golden("clf.log"));
    let counts = [
        compare(TCP, b"haproxy-tcp", "tcp", &tcp),
        compare(HTTP, b"haproxy-http", "http", &http),
        compare(HTTPS, b"haproxy-https", "http", &http),
        compare(HTTP_CLF, b"haproxy-clf", "http", &clf),
        compare(TCP_CLF, b"haproxy-clf", "tcp", &clf),
    ];
    // The one line refused is of a customised format.
    assert_eq!(counts, [(20, 0), (10, 1), (2, 0), (3, 0), (1, 0)]);
}

#[test]
fn real_lines_are_read_as_the_built_in_parser_does() {
    let Some(http) = corpora::lines("haproxy/raravena80/haproxy.log.gz") else { return };
    assert_eq!(compare(HTTP, b"haproxy-http", "http", &http), (17_211, 0));
    let Some(tcp) = corpora::lines("haproxy/epartington/tcplog.log") else { return };
    assert_eq!(compare(TCP, b"haproxy-tcp", "tcp", &tcp), (100, 0));
    let Some(run) = corpora::lines("haproxy/genuine-2.6.12/run1.rfc5424.log") else { return };
    let counts = [(TCP, "haproxy-tcp", "tcp"), (HTTP, "haproxy-http", "http"), (HTTPS, "haproxy-https", "http")]
        .map(|(format, layout, kind)| compare(format, layout.as_bytes(), kind, &run));
    assert_eq!(counts, [(24, 0), (31, 0), (2, 0)]);
}

#[test]
fn a_directive_is_read_however_it_is_quoted() {
    let line = "10.0.1.2:33313 GET \"be 1\" 7/ms";
    for directive in [
        r#"%ci:%cp %HM \"be %ac\" %Ta/ms"#,
        r#"log-format %ci:%cp\ %HM\ \"be\ %ac\"\ %Ta/ms"#,
        r#"    log-format "%ci:%cp %HM \"be %ac\" %Ta/ms"  # a comment"#,
        r#"log-format '%ci:%cp %HM "be %ac" %Ta/ms'"#,
        "frontend fe\n  bind :80\n  log-format '%ci:%cp %HM \"be %ac\" %Ta/ms'\n  default_backend be",
    ] {
        let directive = if directive.starts_with('%') { &directive.replace('\\', "") } else { directive };
        assert_eq!(one(directive, line, Field::Actconn).as_deref(), Some("1"), "{directive}");
        assert_eq!(one(directive, line, Field::TotalTime).as_deref(), Some("7000"), "{directive}");
        assert_eq!(one(directive, line, Field::ClientIp).as_deref(), Some("10.0.1.2"), "{directive}");
    }
}

#[test]
fn formats_of_people_give_what_was_put_in() {
    let cases: &[(&str, &str, Field, Option<&str>)] = &[
        ("%ci %[ssl_fc_sni] %s", "::1 shop.example web-1", Field::SniHostname, Some("shop.example")),
        ("%{+Q}[req.hdr(User-Agent)] %ST", "\"a \"b\" c\" 200", Field::UserAgent, Some("a \"b\" c")),
        ("%[req.hdr(host),lower]%HU %ST", "shop.example/a?b 200", Field::UriPath, Some("/a")),
        ("%[src,crc32] %ST", "12345 200", Field::ClientIp, None),
        ("%Ts.%ms %ST", "1794997286.767 200", Field::StartTime, Some("1794997286767000")),
        ("[%T] %ms %ST", "[18/Nov/2026:10:22:00 +0100] 725 200", Field::StartTime, Some("1794993720725000")),
        ("%{+E}o %ci|%b|%s|%Tq", "10.0.0.1|be|s1|-1", Field::RequestTime, None),
        ("{%hr} %ST", "{{a|b}} 200", Field::CapturedRequestHeaders, Some("a|b")),
        ("%ci %B%% %rc", "10.0.0.1 +12% +3", Field::Redispatched, Some("1")),
        ("%ci %B%% %rc", "10.0.0.1 +12% +3", Field::Interim, Some("1")),
        (
            r#"{"c":"%ci","r":"%r","st":%ST}"#,
            r#"{"c":"10.0.0.1","r":"GET /"a","b" HTTP/1.1","st":200}"#,
            Field::Uri,
            Some("/\"a\",\"b\""),
        ),
        (
            "%{+json}o %(client)ci %(code:sint)ST %(why)tsc",
            r#"{"client":"10.0.0.1","code":503,"why":"sH--"}"#,
            Field::ResponseCode,
            Some("503"),
        ),
        (
            "%{+json}o %(client)ci %(code)ST",
            r#"<134>Nov 18 10:24:14 e haproxy[1]: {"client": "10.0.0.1", "code": 503}"#,
            Field::ServiceEngine,
            Some("e"),
        ),
        (
            "capture request header X-Tenant len 9\ncapture request header Host len 64\nlog-format '%ST %hr'",
            "200 {acme|shop}",
            Field::Host,
            Some("shop"),
        ),
        (
            "%ci %ST %{+Q}r",
            r#"{"log":"<134>Nov 18 10:24:14 edge1 haproxy[1]: 10.0.0.1 503 \"GET / HTTP/1.1\"\n","stream":"stdout"}"#,
            Field::Method,
            Some("GET"),
        ),
        (
            r#"log-format-sd "[x@1 bytes=\"%B\" status=\"%ST\" req=\"%{+E}r\"]""#,
            r#"<134>1 2026-11-21T02:01:30.181080+00:00 lb01 haproxy 11994 - [x@1 bytes="12" status="200" req="GET /a\"b\" HTTP/1.1"] Connect from be"#,
            Field::UriPath,
            Some("/a\"b\""),
        ),
        (
            "log-format-sd '[x@1 bytes=\"%B\"]'\nlog-format '%ci %b'",
            r#"<134>1 2026-11-21T02:01:30.181080+00:00 lb01 haproxy 11994 - [x@1 bytes="12"] 10.0.0.1 be"#,
            Field::PoolName,
            Some("be"),
        ),
        (
            "log-format-sd '[x@1 bytes=\"%B\"]'\nlog-format '%ci %b'",
            r#"<134>1 2026-11-21T02:01:30.181080+00:00 lb01 haproxy 11994 - [x@1 bytes="12"] 10.0.0.1 be"#,
            Field::ServiceEngine,
            Some("lb01"),
        ),
        (
            "option httplog",
            "1.2.3.4:5 [18/Nov/2026:10:22:01.000] fe be/s 0/0/0/1/1 200 5 - - ---- 1/1/0/0/0 0/0 \"GET / HTTP/1.1\"",
            Field::Method,
            Some("GET"),
        ),
    ];
    for (directive, line, field, expected) in cases {
        assert_eq!(one(directive, line, *field).as_deref(), *expected, "{directive} on {line}");
    }
    let format = CustomFormat::compile("%ci %[var(txn.tenant)] %lc").unwrap();
    let extras = format.extras(b"10.0.0.1 acme 17");
    assert_eq!(extras, [("[var(txn.tenant)]", "acme"), ("lc", "17")].map(|(a, b)| (a.to_owned(), b.to_owned())));
}

#[test]
fn a_mistake_is_named_with_its_place() {
    for (directive, message) in [
        ("%ci %zz", "%zz is no name of a log format. (at character 5)"),
        ("%ci %[src", "An expression is not closed. (at character 6)"),
        ("%{+Q ci", "A bracket is not closed. (at character 2)"),
        ("log-format \"plain\"", "The format has no values. (at character 13)"),
        ("mode http", "There is no log-format here: it holds names such as %ci. (at character 1)"),
    ] {
        assert_eq!(CustomFormat::compile(directive).unwrap_err().to_string(), message, "{directive}");
    }
}

#[test]
fn a_line_of_another_format_is_refused() {
    let format = CustomFormat::compile(TCP).unwrap();
    for line in [
        "",
        "Server be/s1 is DOWN",
        "1.2.3.4:5 [18/Nov/2026:10:22:01.000] fe be/s 0/0/0/1/1 200 5 - - ---- 1/1/0/0/0 0/0 \"GET / HTTP/1.1\"",
        "192.0.2.7 - - [18/Nov/2026:10:22:00 +0000] \"GET / HTTP/1.1\" 200 12",
    ] {
        assert_eq!(custom(&format, line.as_bytes()), None, "{line}");
    }
}

#[test]
fn every_cut_keeps_only_what_the_whole_line_says() {
    for (format, file) in [(TCP, "tcp.log"), (HTTP, "http.log")] {
        let format = CustomFormat::compile(format).unwrap();
        let line = &golden(file)[0];
        let whole = custom(&format, line).unwrap();
        let mut kept = 0;
        for end in 0..line.len() {
            let Some(fields) = custom(&format, &line[..end]) else { continue };
            kept += 1;
            for field in fields {
                // A cut request is kept as far as it goes; a line cut among its timers could be TCP.
                let of_request = matches!(field.0, Field::Uri | Field::UriPath | Field::UriQuery | Field::Host);
                let about = matches!(field.0, Field::Truncated | Field::LogType);
                assert!(about || of_request || whole.contains(&field), "{field:?} in a line cut at {end}");
            }
        }
        assert!(kept > 50, "{kept}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn any_directive_compiles_or_is_refused(text in "[%{}\\[\\]()+Qo a-zT:/\"'\\\\-]{0,40}", line in any::<Vec<u8>>()) {
        if let Ok(format) = CustomFormat::compile(&text) {
            custom(&format, &line);
            format.extras(&line);
        }
    }

    #[test]
    fn damaged_lines_are_read_or_refused(nth in 0usize..100, at in any::<prop::sample::Index>(), bytes in prop::collection::vec(any::<u8>(), 0..5)) {
        for (format, file) in [(TCP, "tcp.log"), (HTTP, "http.log"), (HTTPS, "http.log"), (HTTP_CLF, "clf.log"), (TCP_CLF, "clf.log")] {
            let lines = golden(file);
            let mut line = lines[nth % lines.len()].clone();
            let at = at.index(line.len());
            line.splice(at..(at + bytes.len()).min(line.len()), bytes.clone());
            custom(&CustomFormat::compile(format).unwrap(), &line);
        }
    }
}

/// Every field and every extra by name of one line.
fn read(format: &CustomFormat, line: &str) -> Vec<(String, String)> {
    let fields = custom(format, line.as_bytes()).unwrap_or_else(|| panic!("not read: {line}"));
    let named = fields.into_iter().map(|(field, value)| (field.name().to_owned(), value));
    named.chain(format.extras(line.as_bytes())).collect()
}

fn has(read: &[(String, String)], name: &str, value: &str) -> bool {
    read.iter().any(|(known, found)| known == name && found == value)
}

#[test]
fn captures_in_lists_have_the_names_that_were_given() {
    let line = r#"198.51.100.35 - - [18/Nov/2026:10:22:00 +0000] "GET /a HTTP/1.1" 200 1088 "" "" 47318 725 "fe" "be" "web-1" 0 0 0 44 51 ---- 1 1 0 0 0 0 0 "" "" "shop.example" "ac#22me" "" "nginx" "text/html" "#;
    let all =
        CustomFormat::with_captures("option httplog clf", "Host|X-Tenant|Referer", "Server|Content-Type").unwrap();
    let found = read(&all, line);
    for (name, value) in
        [("host", "shop.example"), ("X-Tenant", "ac\"me"), ("Server", "nginx"), ("response_content_type", "text/html")]
    {
        assert!(has(&found, name, value), "{name}: {found:?}");
    }
    assert!(!found.iter().any(|(name, _)| name == "referer"), "empty: {found:?}");
    // Names of responses alone are those of the last ones.
    let responses = CustomFormat::with_captures("option httplog clf", "", "Server|Content-Type").unwrap();
    let found = read(&responses, line);
    assert!(has(&found, "Server", "nginx") && has(&found, "response_content_type", "text/html"), "{found:?}");
    assert!(!has(&found, "host", "shop.example"), "{found:?}");
    // Lists in the middle of a line, one side after the other.
    let middle =
        "capture request header Host len 9\ncapture response header Server len 9\nlog-format '%{+Q}o %hrl %ST %hsl %B'";
    let found = read(&CustomFormat::compile(middle).unwrap(), r#""shop.example" 200 "nginx" 12"#);
    for (name, value) in
        [("host", "shop.example"), ("Server", "nginx"), ("response_code", "200"), ("response_length", "12")]
    {
        assert!(has(&found, name, value), "{name}: {found:?}");
    }
}

#[test]
fn a_block_alone_is_the_responses_where_only_these_are_captured() {
    let config = "capture response header Server len 9\nlog-format '%ST %hr %hs %{+Q}r'";
    let found = read(&CustomFormat::compile(config).unwrap(), "200 {nginx} \"GET / HTTP/1.1\"");
    assert!(has(&found, "Server", "nginx") && has(&found, "captured_response_headers", "nginx"), "{found:?}");
    assert!(!found.iter().any(|(name, _)| name == "captured_request_headers"), "{found:?}");
    let found = read(&CustomFormat::compile(config).unwrap(), "200 {shop} {} \"GET / HTTP/1.1\"");
    assert!(has(&found, "captured_request_headers", "shop"), "{found:?}");
}

const TWO: &str = r#"global
  log stdout format raw local0
defaults
  mode http
  option httplog
  log-format "%ci:%cp %ft %ST %B"
frontend www
  bind :80
  capture request header Host len 64
frontend api
  bind :81
  capture request header X-Tenant len 64
  log-format "%ci:%cp %ft {%[capture.req.hdr(0)]} %B %ST"
  error-log-format "%ci failed: %[fc_err]"
backend be
  server s1 127.0.0.1:8080
log-profile steps
  on accept format "accepted %ci by %f"
"#;

#[test]
fn a_configuration_may_have_a_format_for_each_frontend() {
    let format = CustomFormat::compile(TWO).unwrap();
    let cases = [
        ("10.0.0.1:4000 www 200 5120", "response_code", "200"),
        ("10.0.0.1:4000 www~ 200 5120", "response_length", "5120"),
        ("10.0.0.1:4000 api {acme} 5120 503", "response_code", "503"),
        ("10.0.0.1:4000 api {acme} 5120 503", "response_length", "5120"),
        ("10.0.0.1 failed: 7", "[fc_err]", "7"),
        ("10.0.0.1 failed: 7", "client_ip", "10.0.0.1"),
        ("accepted 10.0.0.1 by www", "virtualservice", "www"),
    ];
    for (line, name, value) in cases {
        let found = read(&format, line);
        assert!(has(&found, name, value), "{name} of {line}: {found:?}");
        assert_eq!(format.miss(line.as_bytes()), None, "{line}");
    }
    assert!(format.miss(b"10.0.0.1:4000 www OK 5120").is_some());
    // Of two that fit, the frontend's own: the same values in another order.
    let swapped = "frontend a\n log-format '%f %ST %B'\nfrontend b\n log-format '%f %B %ST'";
    let format = CustomFormat::compile(swapped).unwrap();
    assert!(has(&read(&format, "a 200 9"), "response_code", "200"));
    assert!(has(&read(&format, "b 9 200"), "response_code", "200"));
    let reversed = "frontend b\n log-format '%f %B %ST'\nfrontend a\n log-format '%f %ST %B'";
    assert!(has(&read(&CustomFormat::compile(reversed).unwrap(), "a 200 9"), "response_code", "200"));
}
