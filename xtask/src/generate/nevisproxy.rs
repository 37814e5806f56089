//! An hour of a `navajo.log`: the certificate of the authentication service expires, logins fail until it is renewed, and
//! whoever is logged in goes on working. A sample, not a log of any size: a request is several lines, and their sum is
//! the story.

use super::random::Random;
use super::time::{HOUR, blanks};

/// Local time is one hour east of UTC; the ids hold UTC.
const EAST: i64 = HOUR;
const USERS: &[&str] = &["a.keller", "m.rossi", "j.doe", "s.lind", "t.brun", "k.aydin"];
const SHOP: &[(&str, &str)] = &[
    ("GET", "/shop/"),
    ("GET", "/shop/cart"),
    ("POST", "/shop/cart"),
    ("GET", "/shop/search?q=lamp"),
    ("GET", "/shop/orders"),
];
const CHAIN: &str = "/* (SessionManagement) /shop/* (Authentication) /shop/* (HeaderDelegation)";

struct Log {
    random: Random,
    /// Instant, order of writing, line.
    lines: Vec<(i64, usize, String)>,
    counter: u32,
    expired: i64,
    renewed: i64,
}

/// What a request is and how it ends.
struct Request {
    start: i64,
    client: String,
    user: Option<&'static str>,
    method: &'static str,
    uri: &'static str,
    chain: String,
    status: u32,
    events: &'static str,
    backend: Option<Backend>,
    /// Milliseconds for the client and in the proxy.
    io: i64,
    proxy: i64,
}

struct Backend {
    uri: &'static str,
    name: &'static str,
    port: u16,
    ip: &'static str,
    status: Option<u32>,
    /// Milliseconds to connect, to send, until the headers, until the end.
    times: [i64; 4],
}

/// The log of the hour that begins at `begin`.
pub fn log(seed: u64, begin: i64) -> Vec<u8> {
    let (expired, renewed) = (begin + HOUR * 42 / 100, begin + HOUR * 66 / 100);
    let mut log = Log { random: Random::new(seed), lines: Vec::new(), counter: 0x10d5, expired, renewed };
    log.housekeeping(begin);
    let mut now = begin as f64;
    let mut traced = false;
    loop {
        // Who cannot log in tries again.
        let failing = (expired..renewed).contains(&(now as i64));
        now += log.random.exponential(if failing { 20_000.0 } else { 36_000.0 });
        let start = now as i64;
        if start >= begin + HOUR {
            break;
        }
        let request = log.draw(start);
        let failed = request.backend.as_ref().is_some_and(|backend| backend.status.is_none());
        log.write(&request, failed && !traced);
        traced |= failed;
    }
    log.lines.sort_by_key(|(instant, order, _)| (*instant, *order));
    log.lines.into_iter().flat_map(|(.., line)| (line + "\n").into_bytes()).collect()
}

impl Log {
    /// Lines that belong to no request.
    fn housekeeping(&mut self, begin: i64) {
        for quarter in 0..4 {
            let at = begin + quarter * HOUR / 4 + 1_204;
            let (sessions, memory) = (180 + self.random.below(60), 58 + self.random.below(6));
            self.line(
                at,
                "NPReaperOp",
                4,
                "",
                "6-INFO",
                &format!("local session store: {sessions} sessions, 3 timed out"),
            );
            self.line(at + 2, "NavajoReso", 4, "", "6-INFO", &format!("memory of the system: {memory} % used"));
        }
        let lapse = "certificate of auth1.example.net:8991 expires within an hour";
        self.line(self.expired - HOUR * 2 / 5, "IW4Esau4Co", 5, "", "5-NOTICE", lapse);
        let back = "auth1.example.net:8991 answers again, new certificate accepted";
        self.line(self.renewed, "IW4Esau4Co", 5, "", "5-NOTICE", back);
    }

    fn draw(&mut self, start: i64) -> Request {
        let failing = (self.expired..self.renewed).contains(&start);
        let client = format!("203.0.113.{}", 20 + self.random.below(40));
        let user = *self.random.pick(USERS);
        let (io, proxy) = (self.random.below(4) as i64, 1 + self.random.below(5) as i64);
        let login = self.random.chance(if failing { 0.55 } else { 0.2 });
        if login {
            let auth = |status, connect, answer| {
                let times = [connect, i64::from(answer > 0), answer, 0];
                Some(Backend {
                    uri: "/nevisauth/services/AuthConnector",
                    name: "auth1.example.net",
                    port: 8991,
                    ip: "10.12.40.21",
                    status,
                    times,
                })
            };
            let wrong = self.random.chance(0.15);
            let (status, events, backend) = match (failing, wrong) {
                (true, _) => (502, "<NULL>", auth(None, 12 + self.random.below(9) as i64, 0)),
                (false, true) => (200, "AU07,AU04", auth(Some(200), 3, 55)),
                (false, false) => (302, "AU05", auth(Some(200), 3, 70 + self.random.below(60) as i64)),
            };
            let chain = "/* (SessionManagement) /auth/* (Authentication) >LoginRenderer".to_owned();
            let user = (status == 302).then_some(user);
            return Request {
                start,
                client,
                user,
                method: "POST",
                uri: "/auth/login",
                chain,
                status,
                events,
                backend,
                io,
                proxy,
            };
        }
        let (method, uri) = *self.random.pick(SHOP);
        let second = self.random.chance(0.5);
        let (name, ip) =
            if second { ("shop-be2.example.net", "10.12.30.12") } else { ("shop-be1.example.net", "10.12.30.11") };
        let wait = self.random.long_tailed(60.0, 2.0) as i64;
        let body = self.random.below(9) as i64;
        // Status, events, whether a backend was asked, servlet.
        let (status, events, asked, servlet) = self.random.weighted(&[
            (90, (200, "<NULL>", true, "ShopConnector")),
            (4, (404, "<NULL>", true, "ShopConnector")),
            (3, (403, "AS09", false, "DefaultServlet")),
            (3, (200, "GW02", true, "ShopConnector")),
        ]);
        let times = [i64::from(second), 0, wait, body];
        let backend = asked.then_some(Backend { uri, name, port: 8443, ip, status: Some(status), times });
        let chain = format!("{CHAIN} >{servlet}");
        Request { start, client, user: Some(user), method, uri, chain, status, events, backend, io, proxy }
    }

    /// The lines of a request; `traced`: with every step, as one sets it for the address of a tester.
    fn write(&mut self, request: &Request, traced: bool) {
        self.counter += 1;
        let thread = 1 + self.random.below(3) as usize;
        let id = format!("0a0c1422-05f1-0c0a0a14-{:x}-{:08x}", request.start, self.counter);
        let back: i64 = request.backend.as_ref().map_or(0, |backend| backend.times.iter().sum());
        let total = request.io + request.proxy + back;
        let (ready, end) = (request.start + request.proxy, request.start + total);
        let user = request.user.unwrap_or("<NULL>");
        let session =
            request.user.map_or("<NULL>".to_owned(), |user| format!("05f10c0a0a14{:x}+Uvp4sHE2=", hash(user)));
        let client = &request.client;
        let (method, uri, chain) = (request.method, request.uri, &request.chain);
        let mut say =
            |at: i64, group: &str, level: &str, message: &str| self.line(at, group, thread, &id, level, message);
        if traced {
            say(request.start, "NavajoOp", "7-DBG_LO", &format!(">>>>> '{method} {uri}' rmIP='{client}' trID='{id}'"));
            for header in [
                "Host: shop.example.com",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            ] {
                say(request.start, "NavajoOp", "9-DBG_HI", &format!(">>> {header}"));
            }
            for filter in ["SessionManagement", "Authentication"] {
                say(request.start + 1, "NavajoOp", "8-DBG_ME", &format!(">>>>>>>>>>>>>>>>>> (filter '{filter}')"));
            }
        }
        if let Some(backend) = &request.backend {
            let Backend { uri, name, port, ip, status, times } = backend;
            let failed = status.is_none();
            if failed {
                let expired =
                    format!("handshake with {name}:{port} failed: the certificate has expired\n{CERTIFICATE}");
                say(ready + times[0], "OpenSSLHan", "3-ERROR", &expired);
                let lost = format!("no connection to {name}:{port}, authentication of {client} cannot go on");
                say(ready + times[0], "IW4Esau4Co", "3-ERROR", &lost);
            }
            if traced {
                let call =
                    format!("====> 'POST {uri} HTTP/1.1' invS='AuthConnector' inetA='{name}:{port}' trId='{id}'");
                say(ready, "IsiwebOp", "7-DBG_LO", &call);
            }
            if failed || traced {
                let [connect, send, first, body] = times;
                let status = status.map_or("<NULL>".to_owned(), |status| status.to_string());
                let answer = format!(
                    "<==== 'POST {uri} HTTP/1.1' invS='AuthConnector' inetA='{name}:{port} ({ip})' trId='{id}' sC='{status}' \
                     dTB='{back}' dTcB='{connect}' dTsB='{send}' dTr1B='{first}' dTr2B='{body}' usrID='{user}'"
                );
                say(ready + back, "IsiwebOp", "6-INFO", &answer);
            }
        }
        if traced {
            for (filter, before) in [("Authentication", 2), ("SessionManagement", 1)] {
                let took = (total - before).max(0);
                let leave = format!("<<<<<<<<<<<<<<<<< (remoteIP '{client}' filter '{filter}' dT='{took}')");
                say(end - 1, "NavajoOp", "7-DBG_LO", &leave);
            }
        }
        let bytes = match request.status {
            302 => 0,
            400.. => 512,
            _ => 4_000 + (hash(uri) % 20_000),
        };
        let (status, events, io) = (request.status, request.events, request.io);
        if status >= 400 || traced {
            let event = if events == "<NULL>" { String::new() } else { format!(" Event='{events}'") };
            let answer = format!(
                "<<<<< '{method} {uri}' invS='{chain}' sC='{status}' bS='{bytes}' dTF='{total}' dTFrs='{io}' rmIP='{client}'{event} \
                 clID='{session}' trID='{id}' (cR=1)"
            );
            say(end, "NavajoOp", "6-INFO", &answer);
        }
        let none = || "<NULL>".to_owned();
        let [b_req, b_adr, b_ip, b_status, b_total, b_connect, b_send, b_first, b_body] = match &request.backend {
            None => std::array::from_fn(|_| none()),
            Some(b) => {
                let ms = |n: usize| if n > 1 && b.status.is_none() { none() } else { b.times[n].to_string() };
                [
                    format!("\"{method} {} HTTP/1.1\"", b.uri),
                    format!("{}:{}", b.name, b.port),
                    b.ip.to_owned(),
                    b.status.map_or_else(none, |status| status.to_string()),
                    back.to_string(),
                    ms(0),
                    ms(1),
                    ms(2),
                    ms(3),
                ]
            }
        };
        let summary = format!(
            "reqF=\"{method} {uri} HTTP/1.1\" reqDecF=<NULL> ipF={client} sCF={status} bSF={bytes} dTF={total} reqB={b_req} \
             adrB={b_adr} ipB={b_ip} sCB={b_status} dTB={b_total} dTcB={b_connect} dTsB={b_send} dTr1B={b_first} dTr2B={b_body} \
             dTFrs={io} invS={chain} cR=1 usrID={user} Event={events} clID={session} cookie=<NULL> sslID=<NULL> trID={id}"
        );
        say(end, "NProxyOp", "6-INFO", &summary);
    }

    fn line(&mut self, at: i64, group: &str, thread: usize, id: &str, level: &str, message: &str) {
        let thread = 140_139_697_183_344 + thread as u64 * 8_392_704;
        let dot = if id.is_empty() { "" } else { "." };
        let stamp = blanks(at + EAST);
        let line = format!("{stamp} isi3web    {group:<10} 01521.{thread}{dot}{id} {level:<8}:  {message}");
        self.lines.push((at, self.lines.len(), line));
    }
}

/// The same number for the same text.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2, |sum, byte| (sum * 31 + u64::from(byte)) % 0xffff_fffb)
}

const CERTIFICATE: &str = "Certificate:
    Data:
        Version: 3 (0x2)
        Issuer: CN = Example Internal CA 2
        Validity
            Not Before: Nov 18 09:25:12 2025 GMT
            Not After : Nov 18 09:25:12 2026 GMT
        Subject: CN = auth1.example.net";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::time::BEGIN;

    #[test]
    fn the_story_is_in_the_log() {
        let text = String::from_utf8(log(7, BEGIN + 9 * HOUR)).unwrap();
        let count = |what: &str| text.lines().filter(|line| line.contains(what)).count();
        assert!((90..200).contains(&count(" NProxyOp ")), "{}", count(" NProxyOp "));
        assert!((15..60).contains(&count("sCF=502")));
        assert_eq!(count("Not After"), count("sCF=502"));
        assert!(text.starts_with("2026 11 18 10:00:01.204 isi3web    NPReaperOp 01521."));
        let stamps: Vec<&str> = text.lines().filter(|line| line.starts_with("2026 ")).map(|line| &line[..23]).collect();
        assert!(stamps.is_sorted() && stamps.len() > 150);
    }
}
