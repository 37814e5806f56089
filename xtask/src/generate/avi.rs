//! Avi's application (L7) logs as JSON lines: two virtual services, with reasons for significance, header texts at some
//! entries and ICAP scans at uploads.

use super::requests::{self, API, Ask, WEB};
use super::time::{self, put};
use super::world::{Place, World};
use super::{Facts, Format, Request};

pub struct Avi {
    /// Only the fields that somebody looks at, as when a client asks the API for chosen columns.
    pub brief: bool,
}

struct Service {
    uuid: &'static str,
    address: &'static str,
    host: &'static str,
    pool: &'static str,
    pool_uuid: &'static str,
    first: u8,
    servers: &'static [(&'static str, &'static str)],
    pages: &'static [(u32, &'static str, &'static str)],
    weight: u32,
    answers: (f64, f64),
    kind: &'static str,
}

const SERVICES: &[Service] = &[
    Service {
        uuid: "virtualservice-7f6b1c52-3e0a-4d6c-9a51-0c3f5be2d8a4",
        address: "203.0.113.10",
        host: "shop.example.com",
        pool: "shop-web",
        pool_uuid: "pool-1b9e4f0d-55aa-4c1e-8f10-6f3a2f0b9c11",
        first: 0,
        servers: &[("web-01", "10.10.1.11"), ("web-02", "10.10.1.12"), ("web-03", "10.10.1.13")],
        pages: WEB,
        weight: 55,
        answers: (42.0, 2.2),
        kind: "text/html",
    },
    Service {
        uuid: "virtualservice-c04d1a77-91b2-4be5-8a33-d1e5a60f7b92",
        address: "203.0.113.11",
        host: "api.example.com",
        pool: "orders-api",
        pool_uuid: "pool-8c2d7a61-0e4b-49f5-b7d3-3c9a1e5f4d22",
        first: 3,
        servers: &[("api-01", "10.10.2.21"), ("api-02", "10.10.2.22")],
        pages: API,
        weight: 45,
        answers: (26.0, 2.2),
        kind: "application/json",
    },
];
const SICK: (usize, u8) = (1, 1);
const COUNTRIES: &[&str] = &["US", "CH", "DE", "FR", "GB", "JP", "BR", "Internal", "Unknown"];
const PATIENCE: i32 = 10_000;
/// From here on Avi calls a request slow (its thresholds can be set).
const SLOW: i32 = 2500;

#[derive(Clone, Copy, PartialEq)]
enum Scan {
    Passed,
    Modified,
    Blocked,
}

pub struct Detail {
    ask: Ask,
    code: i32,
    server_code: Option<i32>,
    client_rtt: i32,
    server_rtt: i32,
    app: i32,
    data: i32,
    total: i32,
    bytes: u64,
    reasons: Vec<(&'static str, &'static str)>,
    scan: Option<Scan>,
    with_headers: bool,
    number: u64,
}

impl Format for Avi {
    type Detail = Detail;

    fn draw(&self, world: &mut World, start: i64) -> Request<Detail> {
        let sickness = world.incident.sickness(start);
        let again = world.retries(start);
        let retry = world.random.chance(again);
        let usual = world.random.weighted(&[(SERVICES[0].weight, 0), (SERVICES[1].weight, 1)]);
        let number = if retry { SICK.0 } else { usual };
        let service = &SERVICES[number];
        let mut server = world.random.below(service.servers.len() as u64) as u8;
        if retry {
            server = SICK.1;
        }
        if number == SICK.0 && world.incident.is_down(start) {
            server = 0;
        }
        let (client, port) = (world.draw_client(), world.draw_port());
        let mut detail = answered(world, service);
        if number == SICK.0 && server == SICK.1 && sickness > 0.0 {
            fall_ill(world, sickness, &mut detail);
        }
        scan(world, &mut detail);
        detail.reasons = reasons(&detail);
        let place = Place { frontend: number as u8, backend: number as u8, server: service.first + server };
        Request { start, end: start + i64::from(detail.total), place, client, port, detail }
    }

    fn write(&self, world: &World, request: &Request<Detail>, line: &mut Vec<u8>) -> Facts {
        let (service, detail) = (&SERVICES[usize::from(request.place.frontend)], &request.detail);
        let server = service.servers[usize::from(request.place.server - service.first)];
        let significant = !detail.reasons.is_empty();

        put(line, format_args!("{{\"adf\":{significant},\"significant\":0"));
        if significant {
            text(line, "significance", &joined(&detail.reasons, ", ", |(_, words)| words));
        }
        put(line, format_args!(",\"udf\":false"));
        text(line, "virtualservice", service.uuid);
        text(line, "report_timestamp", &format!("{}000+00:00", time::iso(request.end).trim_end_matches('Z')));
        asker(line, world, request);
        let (path, query) = detail.ask.uri(service.pages);
        asked(line, service, detail, &path, &query);
        answer(line, service, detail, server);
        if !self.brief {
            the_rest(line, request, service);
        }
        if detail.with_headers {
            headers(line, detail, service, &path);
        }
        if let Some(scan) = detail.scan {
            icap(line, scan, detail, service, &path);
        }
        if significant {
            put(
                line,
                format_args!(",\"significant_log\":[\"{}\"]", joined(&detail.reasons, "\",\"", |(name, _)| name)),
            );
        }
        line.push(b'}');
        Facts {
            start: request.start,
            client: request.client,
            frontend: Some(service.uuid),
            backend: Some(service.pool),
            server: Some(server.0),
            termination_state: None,
            response_code: Some(detail.code),
            response_length: detail.bytes,
            total_time: Some(detail.total as u32),
            significant,
        }
    }
}

/// Who asked.
fn asker(line: &mut Vec<u8>, world: &World, request: &Request<Detail>) {
    let (client, agent) = (world.client(request.client), request.detail.ask.agent());
    text(line, if client.contains(':') { "client_ip6" } else { "client_ip" }, client);
    text(line, "client_location", COUNTRIES[request.client as usize % COUNTRIES.len()]);
    put(line, format_args!(",\"client_src_port\":{},\"client_dest_port\":443", request.port));
    put(line, format_args!(",\"client_rtt\":{}", request.detail.client_rtt));
    text(line, "user_agent", agent.text);
    text(line, "client_device", agent.device);
    text(line, "client_browser", agent.browser);
    text(line, "client_os", agent.system);
}

/// What for.
fn asked(line: &mut Vec<u8>, service: &Service, detail: &Detail, path: &str, query: &str) {
    text(line, "ssl_version", "TLSv1.2");
    text(line, "ssl_cipher", "ECDHE-RSA-AES256-GCM-SHA384 kx:ECDH auth:RSA enc:AESGCM256 mac:AEAD PFS:True");
    text(line, "http_version", if detail.ask.agent == 6 { "1.1" } else { "2.0" });
    text(line, "method", detail.ask.method);
    text(line, "host", service.host);
    text(line, "uri_path", path);
    if !query.is_empty() {
        text(line, "uri_query", query);
    }
    put(line, format_args!(",\"request_length\":{}", 280 + detail.number % 700));
}

/// Who answered, what, and how long it took.
fn answer(line: &mut Vec<u8>, service: &Service, detail: &Detail, (server, address): (&str, &str)) {
    text(line, "pool_name", service.pool);
    text(line, "server_ip", address);
    text(line, "server_name", server);
    put(line, format_args!(",\"server_rtt\":{}", detail.server_rtt));
    if let Some(code) = detail.server_code {
        put(line, format_args!(",\"server_response_code\":{code},\"server_response_length\":{}", detail.bytes));
        put(line, format_args!(",\"app_response_time\":{},\"data_transfer_time\":{}", detail.app, detail.data));
    }
    put(line, format_args!(",\"total_time\":{},\"response_code\":{}", detail.total, detail.code));
    put(line, format_args!(",\"response_length\":{}", detail.bytes));
    text(line, "response_content_type", if detail.code == 200 { service.kind } else { "text/html" });
}

/// What stands in every full entry and seldom matters.
fn the_rest(line: &mut Vec<u8>, request: &Request<Detail>, service: &Service) {
    let (detail, number) = (&request.detail, request.detail.number);
    text(line, "service_engine", if number.is_multiple_of(2) { "se-005056a1b2c3" } else { "se-005056d4e5f6" });
    put(line, format_args!(",\"vcpu_id\":{},\"log_id\":{}", number % 4, number % 1_000_000));
    text(line, "sni_hostname", service.host);
    text(line, "pool", service.pool_uuid);
    text(line, "server_conn_src_ip", "10.10.0.5");
    put(line, format_args!(",\"server_dest_port\":8080,\"server_src_port\":{}", 20_000 + number % 40_000));
    let last = detail.total - detail.client_rtt;
    let mut data = 0;
    if detail.server_code.is_some() {
        data = detail.data;
        let first = detail.server_rtt + detail.app;
        put(line, format_args!(",\"server_response_time_first_byte\":{first}"));
        put(line, format_args!(",\"server_response_time_last_byte\":{}", first + data));
    }
    put(line, format_args!(",\"response_time_first_byte\":{},\"response_time_last_byte\":{last}", last - data));
    put(line, format_args!(",\"cacheable\":{},\"compression_percentage\":0", detail.ask.method == "GET"));
    text(line, "compression", "NO_COMPRESSION_CAN_BE_COMPRESSED");
    text(line, "client_insights", "INSIGHTS_DISABLED");
    put(line, format_args!(",\"request_headers\":3,\"response_headers\":12"));
    let state = if detail.server_code.is_some() { "SEND_RESPONSE_BODY_TO_CLIENT" } else { "READ_SERVER_RESP_HDR" };
    text(line, "request_state", &format!("AVI_HTTP_REQUEST_STATE_{state}"));
    text(line, "vs_ip", service.address);
    text(line, "request_id", &format!("{:03x}-{:04x}-{:04x}", number % 4096, number / 4096 % 65_536, request.port));
    put(line, format_args!(",\"servers_tried\":1,\"server_connection_reused\":{}", !number.is_multiple_of(3)));
}

/// A member after the first. Nothing written here needs escapes but line ends in headers, which are written escaped.
fn text(line: &mut Vec<u8>, name: &str, value: &str) {
    put(line, format_args!(",\"{name}\":\"{value}\""));
}

fn joined(
    reasons: &[(&'static str, &'static str)],
    between: &str,
    part: fn((&'static str, &'static str)) -> &'static str,
) -> String {
    reasons.iter().map(|reason| part(*reason)).collect::<Vec<_>>().join(between)
}

fn answered(world: &mut World, service: &Service) -> Detail {
    let ask = requests::draw(&mut world.random, service.pages);
    let (client_rtt, server_rtt) = (world.draw_ms(18.0, 2.2), world.random.below(3) as i32);
    let (app, data) = (world.draw_ms(service.answers.0, service.answers.1), world.draw_ms(2.0, 3.0));
    let code =
        world.random.weighted(&[(9000, 200), (300, 304), (240, 404), (150, 302), (90, 401), (60, 403), (25, 500)]);
    Detail {
        ask,
        code,
        server_code: Some(code),
        client_rtt,
        server_rtt,
        app,
        data,
        total: client_rtt + server_rtt + app + data,
        bytes: world.random.long_tailed(6000.0, 2.6) as u64 + 150,
        reasons: Vec::new(),
        scan: None,
        with_headers: world.random.chance(0.12),
        number: world.random.below(1 << 40),
    }
}

fn fall_ill(world: &mut World, sickness: f64, detail: &mut Detail) {
    let healthy = ((1.0 - sickness) * 100.0) as u32 + 20;
    match world.random.weighted(&[(healthy, 0), (40, 504), (16, 502), (24, 1)]) {
        504 => {
            (detail.code, detail.server_code, detail.total, detail.bytes) =
                (504, None, detail.client_rtt + PATIENCE, 312)
        }
        502 => {
            (detail.code, detail.server_code, detail.total, detail.bytes) =
                (502, None, detail.client_rtt + detail.app, 308)
        }
        _ => {
            detail.app = world.draw_ms(800.0 + 5000.0 * sickness, 1.8);
            detail.total = detail.client_rtt + detail.server_rtt + detail.app + detail.data;
        }
    }
}

/// Uploads pass a virus scanner, which costs time and now and then refuses one.
fn scan(world: &mut World, detail: &mut Detail) {
    if detail.ask.method == "GET" || detail.server_code.is_none() || !world.random.chance(0.35) {
        return;
    }
    let scan = world.random.weighted(&[(80, Scan::Passed), (8, Scan::Modified), (12, Scan::Blocked)]);
    detail.total += 40;
    if scan == Scan::Blocked {
        (detail.code, detail.server_code, detail.bytes) = (403, None, 402);
        detail.total = detail.client_rtt + 41;
    }
    detail.scan = Some(scan);
}

fn reasons(detail: &Detail) -> Vec<(&'static str, &'static str)> {
    let mut reasons = Vec::new();
    match detail.code {
        400..=499 => reasons.push(("ADF_RESPONSE_CODE_4XX", "Request ended abnormally: response code 4xx")),
        500..=599 => reasons.push(("ADF_RESPONSE_CODE_5XX", "Request ended abnormally: response code 5xx")),
        _ => {}
    }
    match (detail.code, detail.server_code) {
        (504, None) => {
            reasons.push(("ADF_SERVER_CONN_TIMEDOUT", "Connection closed abnormally: server connection timed out"))
        }
        (502, None) => {
            reasons.push(("ADF_SERVER_SENT_RESET", "Connection closed abnormally: server aborted connection"))
        }
        _ => {}
    }
    if detail.total >= SLOW {
        reasons.push(("ADF_CLIENT_HIGH_RESPONSE_TIME", "Request abnormal event: high total time"));
    }
    if detail.server_code.is_some() && detail.app >= SLOW {
        reasons.push(("ADF_SERVER_HIGH_RESPONSE_TIME", "Request abnormal event: high app response time"));
    }
    match detail.scan {
        Some(Scan::Blocked) => reasons.push(("ADF_ICAP_BLOCKED", "ICAP Error: blocked")),
        Some(Scan::Modified) => reasons.push(("ADF_ICAP_MODIFIED", "ICAP Error: modified")),
        _ => {}
    }
    reasons
}

fn headers(line: &mut Vec<u8>, detail: &Detail, service: &Service, path: &str) {
    let (agent, host) = (detail.ask.agent().text, service.host);
    let asked = format!(
        r"Host: {host}\r\nUser-Agent: {agent}\r\nAccept: */*\r\nAccept-Encoding: gzip, br\r\nCookie: session=3f9a{:06x}\r\n",
        detail.number % 0xff_ffff
    );
    text(line, "all_request_headers", &asked);
    text(line, "headers_sent_to_server", &format!(r"{asked}X-Forwarded-Proto: https\r\nX-Original-Path: {path}\r\n"));
    let answer = format!(r"Content-Type: {}\r\nContent-Length: {}\r\nServer: nginx\r\n", service.kind, detail.bytes);
    if detail.server_code.is_some() {
        text(line, "headers_received_from_server", &answer);
    }
    text(line, "all_response_headers", &format!(r"{answer}Strict-Transport-Security: max-age=31536000\r\n"));
}

fn icap(line: &mut Vec<u8>, scan: Scan, detail: &Detail, service: &Service, path: &str) {
    let (action, code, info) = match scan {
        Scan::Passed => ("ICAP_PASSED", 204, "Allowed"),
        Scan::Modified => ("ICAP_MODIFIED", 200, "Allowed"),
        Scan::Blocked => ("ICAP_BLOCKED", 200, "Blocked"),
    };
    put(line, format_args!(",\"icap_log\":{{\"action\":\"{action}\",\"request_logs\":[{{\"action\":\"{action}\""));
    text(line, "icap_method", "ICAP_METHOD_REQMOD");
    put(line, format_args!(",\"icap_response_code\":{code},\"http_method\":\"HTTP_METHOD_{}\"", detail.ask.method));
    text(line, "icap_absolute_uri", "icap://10.10.9.40:1344/reqmod");
    text(
        line,
        "icap_headers_sent_to_server",
        &format!(
            r"REQMOD icap://10.10.9.40:1344/reqmod ICAP/1.0\r\nHost: {}\r\nX-Request-Path: {path}\r\nAllow: 204\r\n",
            service.host
        ),
    );
    text(line, "icap_headers_received_from_server", &format!(r"ICAP/1.0 {code} OK\r\nX-Response-Info: {info}\r\n"));
    put(
        line,
        format_args!(
            ",\"icap_server_ip\":\"10.10.9.40\",\"icap_server_port\":1344,\"source_port\":{}",
            30_000 + detail.number % 20_000
        ),
    );
    text(line, "pool_name", "icap-scanners");
    put(line, format_args!(",\"latency\":\"{}\",\"complete_body_sent\":true", 31 + detail.number % 9));
    text(line, "vendor", "ICAP_VENDOR_OPSWAT");
    if scan == Scan::Blocked {
        put(
            line,
            format_args!(
                ",\"http_response_code\":403,\"opswat_log\":{{\"reason\":\"Infected\",\"threat_id\":\"EICAR-Test-File\",\"violations\":[{{\"file_name\":\"upload.zip\",\"threat_name\":\"EICAR-Test-File\",\"resolution\":\"ICAP_FILE_NOT_REPAIRED\"}}]}}"
            ),
        );
    }
    line.extend(b"}]}");
}
