//! HAProxy itself, where it is installed: it is driven on loopback with every format it can write, and what the parsers
//! read is compared with what was done.

use hopscope::formats::haproxy::custom::CustomFormat;
use hopscope::formats::{Context, parse_entry};
use hopscope::record::{Field, Row, Value};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

/// A format of people, as text and as JSON.
const TEXT: &str = r#"client=%ci:%cp t=%Ts.%ms %ft>%b/%s code=%ST times=%TR/%Tw/%Tc/%Tr/%Ta sent=%B got=%U why=%tsc ua="%[capture.req.hdr(1)]" %{+Q}r"#;
const JSON: &str = r#"{"time":"%t","ci":"%ci","cp":%cp,"ft":"%ft","b":"%b","s":"%s","TR":%TR,"Tw":%Tw,"Tc":%Tc,"Tr":%Tr,"Ta":"%Ta","ST":%ST,"B":%B,"tsc":"%tsc","rc":"%rc","r":"%r"}"#;

/// Structured data before a usual line, and what stands for the usual line of a connection that failed.
const DATA: &str = r#"[x@1 got="%U" id="%pid"]"#;
const ERROR: &str = "%ci:%cp failed on %f: %[fc_err]";

const CAPTURES: &str = " capture request header Host len 64\n capture request header User-Agent len 64\n";

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that was free a moment ago.
fn port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A server that answers every request with the status that its path names, and the bytes it was asked for.
fn serve() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let mut request = Vec::new();
                let mut buffer = [0; 4096];
                while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                    match stream.read(&mut buffer) {
                        Ok(read @ 1..) => request.extend_from_slice(&buffer[..read]),
                        _ => return,
                    }
                }
                // `/404/12`: status, length of the body.
                let request = String::from_utf8_lossy(&request).into_owned();
                let mut path = request.split(' ').nth(1).unwrap_or_default().split('/').skip(1);
                let (status, length) = (path.next().unwrap_or("200"), path.next().and_then(|n| n.parse().ok()));
                let body = "x".repeat(length.unwrap_or(5));
                let head =
                    format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
                let _ = stream.write_all(format!("{head}{body}").as_bytes());
            });
        }
    });
    port
}

/// What was done on one connection.
struct Done {
    frontend: &'static str,
    /// Port of the client.
    port: u16,
    path: &'static str,
    status: i64,
    received: i64,
}

fn ask(frontend: &'static str, port: u16, path: &'static str) -> Done {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let own = stream.local_addr().unwrap().port();
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: agent \"7\"\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let status = String::from_utf8_lossy(answer.get(9..12).unwrap_or_default()).parse().unwrap_or(-1);
    Done { frontend, port: own, path, status, received: answer.len() as i64 }
}

/// Every value of a row as text, by the name of its field.
fn read(line: &[u8], format: Option<&CustomFormat>) -> Option<BTreeMap<&'static str, String>> {
    let (mut row, mut context) = (Row::new(), Context::new(2026));
    match format {
        Some(format) => format.parse(line, &mut context, &mut row).ok()?,
        None => drop(parse_entry(line, &mut None, &mut context, &mut row).ok()?),
    }
    let value = |field: Field| match row.get(field, line)? {
        Value::Int(number) => Some(number.to_string()),
        Value::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
    };
    Some(Field::ALL.iter().filter_map(|field| Some((field.name(), value(*field)?))).collect())
}

#[test]
fn what_haproxy_itself_writes_is_what_was_done() {
    if !Command::new("haproxy").arg("-v").stdout(Stdio::null()).status().is_ok_and(|status| status.success()) {
        eprintln!("skipped: haproxy is not installed");
        return;
    }
    let log = UdpSocket::bind("127.0.0.1:0").unwrap();
    log.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let (server, dead, syslog) = (serve(), port(), log.local_addr().unwrap().port());
    const FRONTENDS: [(&str, &str, &str); 14] = [
        // (frontend, syslog format, how it logs)
        ("f_tcp", "rfc3164", "mode tcp\n option tcplog\n default_backend b_tcp"),
        ("f_tcp_dead", "rfc5424", "mode tcp\n option tcplog\n default_backend b_tcp_dead"),
        ("f_tcp_asap", "raw", "mode tcp\n option tcplog\n option logasap\n default_backend b_tcp"),
        ("f_http", "rfc5424", "option httplog\n default_backend b_http"),
        ("f_http_dead", "iso", "option httplog\n default_backend b_dead"),
        ("f_https", "local", "option httpslog\n default_backend b_http"),
        ("f_clf", "timed", "option httplog clf\n default_backend b_http"),
        ("f_default", "priority", "default_backend b_http"),
        ("f_text", "rfc3164", "log-format TEXT\n default_backend b_http"),
        ("f_json", "short", "log-format JSON\n default_backend b_http"),
        ("f_deny", "rfc3164", "option httplog\n http-request deny deny_status 403 if TRUE"),
        ("f_data", "rfc5424", "log-format-sd DATA\n option httplog\n default_backend b_http"),
        ("f_proxy_own", "rfc3164", "error-log-format ERROR\n default_backend b_http"),
        ("f_proxy", "rfc3164", "option httplog\n default_backend b_http"),
    ];
    let ports = FRONTENDS.map(|_| port());
    let mut config = "global\n maxconn 100\n log-send-hostname edge1\ndefaults\n mode http\n retries 1\n \
                      timeout connect 300ms\n timeout client 2s\n timeout server 2s\n"
        .to_owned();
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\\\""));
    for ((name, syslog_format, how), port) in FRONTENDS.into_iter().zip(ports) {
        let how = how.replace("TEXT", &quoted(TEXT)).replace("JSON", &quoted(JSON));
        let how = how.replace("DATA", &quoted(DATA)).replace("ERROR", &quoted(ERROR));
        let accept = if name.starts_with("f_proxy") { " accept-proxy" } else { "" };
        // Only HTTP has headers to capture.
        let capture = if how.starts_with("mode tcp") { "" } else { CAPTURES };
        config += &format!(
            "frontend {name}\n bind 127.0.0.1:{port}{accept}\n {how}\n{capture} \
             log 127.0.0.1:{syslog} len 4096 format {syslog_format} local0\n"
        );
    }
    let config = config
        + &format!(
            "backend b_http\n server s1 127.0.0.1:{server}\nbackend b_tcp\n mode tcp\n server s1 127.0.0.1:{server}\n\
             backend b_dead\n server d1 127.0.0.1:{dead}\nbackend b_tcp_dead\n mode tcp\n server d1 127.0.0.1:{dead}\n\
             backend b_watched\n log 127.0.0.1:{syslog} format rfc3164 local0\n server w1 127.0.0.1:{dead} check inter 100ms fall 1\n"
        );
    let file = env::temp_dir().join(format!("hopscope-haproxy-{}.cfg", std::process::id()));
    fs::write(&file, config).unwrap();
    let child = Command::new("haproxy")
        .arg("-db")
        .arg("-f")
        .arg(&file)
        .env("TZ", "UTC")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut running = Running(child);
    let begun = Instant::now();
    let last = ports[ports.len() - 1];
    while TcpStream::connect(("127.0.0.1", last)).is_err() {
        if running.0.try_wait().unwrap().is_some() || begun.elapsed() > Duration::from_secs(10) {
            let mut said = String::new();
            let _ = running.0.kill();
            running.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            panic!("haproxy does not start: {said}");
        }
        thread::sleep(Duration::from_millis(50));
    }

    let mut done = Vec::new();
    for ((name, ..), port) in FRONTENDS.into_iter().zip(ports).filter(|((name, ..), _)| !name.starts_with("f_proxy")) {
        done.push(ask(name, port, "/200/5?a=b"));
        if !name.starts_with("f_tcp") {
            done.push(ask(name, port, "/404/70000"));
        }
    }
    let [own_port, garbage_port] = [ports[ports.len() - 2], last].map(|port| {
        let mut garbage = TcpStream::connect(("127.0.0.1", port)).unwrap();
        garbage.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        garbage.local_addr().unwrap().port()
    });

    // Everything that comes until it is quiet; on a busy machine a line may come later than that, or be lost: then it is asked
    // for again.
    let (mut lines, mut quiet, mut buffer) = (Vec::<Vec<u8>>::new(), 0, [0; 65_536]);
    let holds = |line: &Vec<u8>, word: &str| memchr::memmem::find(line, word.as_bytes()).is_some();
    let came = |lines: &[Vec<u8>], done: &Done| {
        lines.iter().any(|line| holds(line, &done.port.to_string()) && holds(line, done.frontend))
    };
    while quiet < 5 || !done.iter().all(|done| came(&lines, done)) {
        assert!(begun.elapsed() < Duration::from_secs(60), "haproxy logs too little: {} lines", lines.len());
        match log.recv(&mut buffer) {
            Ok(length) => {
                lines.push(buffer[..length].trim_ascii_end().to_vec());
                quiet = 0;
            }
            Err(_) => quiet += 1,
        }
        if quiet % 25 == 24 {
            for lost in done.iter_mut().filter(|done| !came(&lines, done)) {
                let at = FRONTENDS.iter().position(|(name, ..)| *name == lost.frontend).unwrap();
                *lost = ask(lost.frontend, ports[at], lost.path);
            }
        }
    }
    drop(running);
    let _ = fs::remove_file(&file);

    let text = CustomFormat::compile(&format!("{CAPTURES} log-format {}", quoted(TEXT))).unwrap();
    let json = CustomFormat::compile(&format!("log-format {}", quoted(JSON))).unwrap();
    let data = CustomFormat::compile(&format!("log-format-sd {}\noption httplog", quoted(DATA))).unwrap();
    let failed = CustomFormat::compile(&format!("error-log-format {}", quoted(ERROR))).unwrap();
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            let row = read(line, None).or_else(|| read(line, Some(&text))).or_else(|| read(line, Some(&failed)));
            row.unwrap_or_else(|| panic!("not read: {}", String::from_utf8_lossy(line)))
        })
        .collect();
    let get = |row: &BTreeMap<&'static str, String>, name: &str| row.get(name).cloned().unwrap_or_default();
    let mut compared = 0;
    for done in &done {
        let of = |row: &&BTreeMap<&'static str, String>| {
            get(row, "client_port") == done.port.to_string() && get(row, "virtualservice") == done.frontend
        };
        let row = rows.iter().find(of).unwrap_or_else(|| panic!("no row of {} {}", done.frontend, done.path));
        let dead = done.frontend.ends_with("dead");
        let tcp = done.frontend.starts_with("f_tcp");
        let deny = done.frontend == "f_deny";
        let mut expected = vec![("client_ip", "127.0.0.1".to_owned())];
        if done.frontend == "f_default" {
            expected.push(("event_kind", "connect".into()));
        } else {
            expected.push((
                "pool_name",
                match (tcp, dead, deny) {
                    (_, _, true) => "f_deny",
                    (true, true, _) => "b_tcp_dead",
                    (true, false, _) => "b_tcp",
                    (false, true, _) => "b_dead",
                    (false, false, _) => "b_http",
                }
                .to_owned(),
            ));
            expected.push((
                "server_name",
                match (dead, deny) {
                    (_, true) => "<NOSRV>",
                    (true, _) => "d1",
                    (false, _) => "s1",
                }
                .to_owned(),
            ));
            expected.push(("log_type", if tcp { "tcp" } else { "http" }.to_owned()));
            let state = match (tcp, dead, deny) {
                (true, true, _) => "SC",
                (true, false, _) => "--",
                (false, true, _) => "SC--",
                (false, _, true) => "PR--",
                _ => "----",
            };
            expected.push(("termination_state", state.to_owned()));
            let retries = if dead { "1" } else { "0" };
            if done.frontend != "f_text" {
                expected.push(("retries", retries.to_owned()));
            }
            // Logged as soon as possible: before the bytes were counted.
            if done.frontend == "f_tcp_asap" {
                expected.push(("interim", "1".to_owned()));
            } else if tcp {
                expected.push(("response_length", done.received.to_string()));
            } else {
                // In HTTP it counts its own form of the headers, which is a little shorter than what it sends.
                let length: i64 = get(row, "response_length").parse().unwrap();
                assert!((done.received - 64..=done.received).contains(&length), "{length} of {}", done.received);
            }
            if !tcp {
                expected.push(("response_code", done.status.to_string()));
                expected.push(("method", "GET".to_owned()));
                expected.push(("uri", done.path.to_owned()));
                expected.push(("http_version", "1.1".to_owned()));
            }
            if done.frontend == "f_text" {
                let named = read(&lines[rows.iter().position(|other| other == row).unwrap()], Some(&text)).unwrap();
                assert_eq!(get(&named, "user_agent"), "agent \"7\"");
            }
            if matches!(done.frontend, "f_http" | "f_https" | "f_http_dead" | "f_deny" | "f_clf") {
                expected.push(("host", "shop.example".to_owned()));
            }
        }
        for (name, value) in expected {
            assert_eq!(get(row, name), value, "{name} of {} {}: {row:?}", done.frontend, done.path);
            compared += 1;
        }
        // In UTC, as it was started.
        if done.frontend != "f_default" {
            let start: i64 = get(row, "start_time").parse().unwrap();
            assert!((0..60_000_000).contains(&(micros_now() - start)), "{start}");
            compared += 1;
        }
    }
    for (format, frontend) in [(&text, "f_text"), (&json, "f_json"), (&data, "f_data"), (&failed, "f_proxy_own")] {
        let of = lines
            .iter()
            .filter(|line| read(line, Some(format)).is_some_and(|row| get(&row, "virtualservice") == frontend));
        assert_eq!(of.count(), if frontend == "f_proxy_own" { 1 } else { 2 }, "{frontend}");
    }
    let asked = format!("GET {} HTTP/1.1", done[0].path).len();
    for line in &lines {
        let Some(row) = read(line, Some(&data)).filter(|row| get(row, "virtualservice") == "f_data") else { continue };
        assert!(get(&row, "request_length").parse::<usize>().unwrap() > asked, "{row:?}");
    }
    let own = lines.iter().filter_map(|line| read(line, Some(&failed)));
    assert!(own.into_iter().any(|row| get(&row, "client_port") == own_port.to_string()));
    let events: Vec<_> = rows.iter().map(|row| get(row, "event_kind")).filter(|kind| !kind.is_empty()).collect();
    assert!(events.iter().any(|kind| kind == "server down"), "{events:?}");
    assert!(events.iter().any(|kind| kind == "no server available"), "{events:?}");
    // A system gives a port that is free to the next who asks: it alone names no connection.
    let garbage = garbage_port.to_string();
    let mut errors =
        rows.iter().filter(|row| get(row, "client_port") == garbage && get(row, "virtualservice") == "f_proxy");
    assert_eq!(get(errors.next().expect("a connection error"), "event_kind"), "connection error");
    assert_eq!(compared, 212);
}

fn micros_now() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros() as i64
}
