//! nevisProxy's summaries, one `NProxyOp` line a request: what stays in a `navajo.log` of production, of any size. (The
//! sample, where requests have their steps, is `nevisproxy.rs`.)

use super::requests::{self, Ask, WEB};
use super::time::{self, HOUR, put};
use super::world::{Place, World};
use super::{Facts, Format, Request};

pub struct Summaries;

pub struct Detail {
    ask: Ask,
    code: i32,
    event: Option<&'static str>,
    bytes: u64,
    user: u32,
    thread: u64,
    /// Milliseconds for the client, to connect, until the headers, until the end.
    times: [u32; 4],
}

/// Name, address and port.
const SERVERS: &[(&str, &str, u16)] = &[
    ("shop-be1.example.net", "10.12.30.11", 8443),
    ("shop-be2.example.net", "10.12.30.12", 8443),
    ("shop-be3.example.net", "10.12.30.13", 8443),
    ("auth1.example.net", "10.12.40.21", 8991),
];
/// The one that grows slow.
const SICK: u8 = 1;

impl Format for Summaries {
    type Detail = Detail;

    /// Whatever is no header goes on with the message before it: a damaged line would be no entry of its own.
    fn can_be_damaged(&self) -> bool {
        false
    }

    fn draw(&self, world: &mut World, start: i64) -> Request<Detail> {
        let client = world.draw_client();
        let ask = requests::draw(&mut world.random, WEB);
        let server = world.random.weighted(&[(30, 0u8), (30, SICK), (30, 2), (10, 3)]);
        let sick = server == SICK && !world.incident.is_down(start);
        let trouble = if sick { world.incident.sickness(start) * 0.4 } else { 0.0 };
        let code = if world.random.chance(trouble) {
            world.random.weighted(&[(4, 502), (3, 504)])
        } else {
            world.random.weighted(&[(9000, 200), (500, 304), (250, 404), (300, 302), (60, 403), (10, 500)])
        };
        let event = match code {
            403 => Some("AS09"),
            200 => world.random.weighted(&[(990, None), (5, Some("GW02")), (5, Some("AU05"))]),
            _ => None,
        };
        let answer = world.draw_ms(if code >= 500 { 6_000.0 } else { 45.0 }, 2.4) as u32;
        let mut below = |end: u64| world.random.below(end) as u32;
        let times = [below(6), below(3), answer, below(9)];
        let (user, thread) = (below(4_000), u64::from(below(48)));
        let bytes = if code == 304 { 0 } else { world.random.long_tailed(9_000.0, 3.0) as u64 + 120 };
        let place = Place { server, ..Place::default() };
        let end = start + i64::from(times.iter().sum::<u32>());
        Request { start, end, place, client, port: 0, detail: Detail { ask, code, event, bytes, user, thread, times } }
    }

    fn write(&self, world: &World, request: &Request<Detail>, line: &mut Vec<u8>) -> Facts {
        let Detail { ask, code, event, bytes, user, thread, times: [io, connect, first, body] } = &request.detail;
        let (name, ip, port) = SERVERS[usize::from(request.place.server)];
        let (total, back) = (io + connect + first + body, connect + first + body);
        let client = world.client(request.client);
        let id = format!("0a0c1422-05f1-0c0a0a14-{:x}-{:08x}", request.start, request.client);
        let thread = 140_139_697_183_344 + thread * 8_392_704;
        // Stamped at its end, an hour east of UTC; the id holds the start.
        put(
            line,
            format_args!(
                "{} isi3web    NProxyOp   01521.{thread}.{id} 6-INFO  :  reqF=\"{} ",
                time::blanks(request.end + HOUR),
                ask.method
            ),
        );
        ask.write_uri(WEB, line);
        put(
            line,
            format_args!(
                " HTTP/1.1\" reqDecF=<NULL> ipF={client} sCF={code} bSF={bytes} dTF={total} reqB=\"{} ",
                ask.method
            ),
        );
        ask.write_uri(WEB, line);
        put(
            line,
            format_args!(
                " HTTP/1.1\" adrB={name}:{port} ipB={ip} sCB={code} dTB={back} dTcB={connect} dTsB=0 dTr1B={first} dTr2B={body} \
                 dTFrs={io} invS=/* (SessionManagement) /shop/* (Authentication) >ShopConnector cR=1 usrID=u{user:04} \
                 Event={} clID=05f10c0a0a14{user:x}+Uvp4sHE2= cookie=<NULL> sslID=<NULL> trID={id}",
                event.unwrap_or("<NULL>")
            ),
        );
        Facts {
            start: request.start,
            client: request.client,
            frontend: None,
            backend: None,
            server: None,
            termination_state: None,
            response_code: Some(*code),
            response_length: *bytes,
            total_time: Some(total),
            significant: *code >= 400 || matches!(event, Some("GW02" | "AS09")) || total >= 5_000,
        }
    }
}
