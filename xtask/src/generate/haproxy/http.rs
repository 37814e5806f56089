//! `option httplog`: a shop with a web site, an API, static files, a login and reports.

use super::super::requests::{self, API, Ask, LOGIN, REPORTS, STATIC, WEB};
use super::super::time::{self, put};
use super::super::world::{Incident, Place, World};
use super::super::{Facts, Format, Request};
use super::{NO_SERVER, NOSRV, is_significant, prefix, server_events};

pub struct Http;

struct Frontend {
    name: &'static str,
    tls: bool,
    /// Host and user agent of the request, type of the answer.
    captures: bool,
}

const FRONTENDS: &[Frontend] = &[
    Frontend { name: "http-in", tls: false, captures: false },
    Frontend { name: "https-in", tls: true, captures: true },
    Frontend { name: "intranet", tls: true, captures: false },
];

struct Backend {
    name: &'static str,
    frontend: u8,
    host: &'static str,
    first: u8,
    servers: &'static [&'static str],
    pages: &'static [(u32, &'static str, &'static str)],
    weight: u32,
    /// Time until the answer's headers, then size of the answer: median and spread.
    answers: (f64, f64),
    bytes: (f64, f64),
    kind: &'static str,
}

const BACKENDS: &[Backend] = &[
    Backend {
        name: "be_web",
        frontend: 1,
        host: "www.example.com",
        first: 0,
        servers: &["web1", "web2", "web3", "web4"],
        pages: WEB,
        weight: 300,
        answers: (38.0, 2.4),
        bytes: (14_000.0, 1.8),
        kind: "text/html",
    },
    Backend {
        name: "be_api",
        frontend: 1,
        host: "api.example.com",
        first: 4,
        servers: &["api1", "api2", "api3"],
        pages: API,
        weight: 330,
        answers: (24.0, 2.2),
        bytes: (1900.0, 2.2),
        kind: "application/json",
    },
    Backend {
        name: "be_static",
        frontend: 1,
        host: "static.example.com",
        first: 7,
        servers: &["cdn1", "cdn2"],
        pages: STATIC,
        weight: 220,
        answers: (1.4, 2.0),
        bytes: (22_000.0, 3.0),
        kind: "image/webp",
    },
    Backend {
        name: "be_login",
        frontend: 2,
        host: "login.example.com",
        first: 9,
        servers: &["auth1", "auth2"],
        pages: LOGIN,
        weight: 60,
        answers: (90.0, 1.7),
        bytes: (3000.0, 1.5),
        kind: "text/html",
    },
    Backend {
        name: "be_reports",
        frontend: 2,
        host: "reports.example.com",
        first: 11,
        servers: &["rep1"],
        pages: REPORTS,
        weight: 8,
        answers: (1800.0, 2.2),
        bytes: (90_000.0, 4.0),
        kind: "text/csv",
    },
];
const SICK: (usize, u8) = (1, 1);
/// `timeout server` and `timeout queue` of this balancer.
const PATIENCE: i32 = 10_000;
const QUEUE_PATIENCE: i32 = 5000;

pub struct Detail {
    ask: Ask,
    /// Answered by HAProxy itself: no backend was chosen.
    local: bool,
    bad_request: bool,
    server: &'static str,
    /// TR, Tw, Tc, Tr, Ta
    timers: [i32; 5],
    code: i32,
    bytes: u64,
    termination: &'static str,
    retries: u8,
    redispatched: bool,
    waiting: (u32, u32),
}

impl Format for Http {
    type Detail = Detail;

    fn draw(&self, world: &mut World, start: i64) -> Request<Detail> {
        let weights = std::array::from_fn::<_, 5, _>(|n| (BACKENDS[n].weight, n));
        let sickness = world.incident.sickness(start);
        let again = world.retries(start);
        let retry = world.random.chance(again);
        let usual = world.random.weighted(&weights);
        let number = if retry { SICK.0 } else { usual };
        let backend = &BACKENDS[number];
        let mut server = world.random.below(backend.servers.len() as u64) as u8;
        if retry {
            server = SICK.1;
        }
        let (client, port) = (world.draw_client(), world.draw_port());
        let is_down = number == SICK.0 && world.incident.is_down(start);
        if is_down && server == SICK.1 {
            server = (server + 1) % backend.servers.len() as u8;
        }
        let mut detail = answered(world, backend, server);
        let mut frontend = backend.frontend;
        if world.random.chance(0.07) {
            frontend = redirected(world, frontend, &mut detail);
        } else if number == SICK.0 && server == SICK.1 && sickness > 0.0 {
            fall_ill(world, backend, sickness, &mut detail);
        } else if is_down {
            crowd(world, &mut detail);
        }
        let chosen = backend.servers.iter().position(|name| *name == detail.server);
        let place =
            Place { frontend, backend: number as u8, server: chosen.map_or(NO_SERVER, |at| backend.first + at as u8) };
        Request { start, end: start + i64::from(detail.timers[4]), place, client, port, detail }
    }

    fn write(&self, world: &World, request: &Request<Detail>, line: &mut Vec<u8>) -> Facts {
        let (frontend, detail) = (&FRONTENDS[usize::from(request.place.frontend)], &request.detail);
        let backend = &BACKENDS[usize::from(request.place.backend)];
        let backend_name = if detail.local { frontend.name } else { backend.name };
        let count = &world.in_flight;
        let [request_time, queue, connect, answer, total] = detail.timers;
        prefix(line, request.end);
        put(line, format_args!("{}:{} [", world.client(request.client), request.port));
        time::bracket(line, request.start);
        let plus = if detail.redispatched { "+" } else { "" };
        put(
            line,
            format_args!(
                "] {}{} {backend_name}/{} {request_time}/{queue}/{connect}/{answer}/{total} {} {} - - {} {}/{}/{}/{}/{plus}{} {}/{}",
                frontend.name,
                if frontend.tls { "~" } else { "" },
                detail.server,
                detail.code,
                detail.bytes,
                detail.termination,
                count.process,
                count.frontend[usize::from(request.place.frontend)],
                if detail.local { 0 } else { count.backend[usize::from(request.place.backend)] },
                if detail.server == NOSRV { 0 } else { count.server[usize::from(request.place.server)] },
                detail.retries,
                detail.waiting.0,
                detail.waiting.1,
            ),
        );
        if frontend.captures && !detail.bad_request {
            let kind = if answer >= 0 && detail.code == 200 { backend.kind } else { "" };
            // Captures are cut at a length; the separator and the braces are ours.
            let agent = detail.ask.agent().text;
            put(line, format_args!(" {{{}|{}}} {{{kind}}}", backend.host, &agent[..agent.len().min(40)]));
        }
        if detail.bad_request {
            line.extend(b" \"<BADREQ>\"");
        } else {
            put(line, format_args!(" \"{} ", detail.ask.method));
            detail.ask.write_uri(backend.pages, line);
            line.extend(b" HTTP/1.1\"");
        }
        Facts {
            start: request.start,
            client: request.client,
            frontend: Some(frontend.name),
            backend: Some(backend_name),
            server: Some(detail.server),
            termination_state: Some(detail.termination),
            response_code: Some(detail.code),
            response_length: detail.bytes,
            total_time: Some(total as u32),
            significant: is_significant(
                detail.termination,
                detail.retries,
                detail.redispatched,
                Some(detail.code),
                total,
                false,
            ),
        }
    }

    fn events(&self, incident: &Incident) -> Vec<(i64, Vec<u8>)> {
        server_events("be_api/api2", 2, incident)
    }
}

/// A request on an ordinary day.
fn answered(world: &mut World, backend: &Backend, server: u8) -> Detail {
    let ask = requests::draw(&mut world.random, backend.pages);
    let request_time = world.random.weighted(&[(90, 0), (6, 1), (3, 12), (1, 140)]);
    let connect = world.random.weighted(&[(70, 0), (26, 1), (4, 2)]);
    let answer = world.draw_ms(backend.answers.0, backend.answers.1);
    let bytes = world.random.long_tailed(backend.bytes.0, backend.bytes.1) as u64 + 180;
    let data = (bytes / 60_000) as i32 + world.random.below(3) as i32;
    let mut detail = Detail {
        ask,
        local: false,
        bad_request: false,
        server: backend.servers[usize::from(server)],
        timers: [request_time, 0, connect, answer, request_time + connect + answer + data],
        code: world.random.weighted(&[
            (8700, 200),
            (420, 304),
            (260, 404),
            (180, 201),
            (120, 302),
            (110, 401),
            (60, 403),
            (40, 500),
            (20, 422),
        ]),
        bytes,
        termination: if backend.name == "be_web" {
            world.random.weighted(&[(60, "--VN"), (30, "--NI"), (10, "--EU")])
        } else {
            "----"
        },
        retries: 0,
        redispatched: false,
        waiting: (0, 0),
    };
    if detail.code != 200 || ask.method == "HEAD" {
        detail.bytes = 190 + detail.bytes % 397;
    }
    match world.random.below(10_000) {
        // The client went away while it was being answered, or never finished asking.
        0..60 => (detail.termination, detail.bytes) = ("CD--", detail.bytes / 3),
        60..95 => {
            let waited = answer / 2;
            (detail.termination, detail.code, detail.bytes) = ("CH--", -1, 0);
            (detail.timers[3], detail.timers[4]) = (-1, request_time + connect + waited);
        }
        95..105 => refuse(&mut detail, "PR--", 403, 193, 0),
        105..115 => refuse(&mut detail, "cR--", 408, 212, PATIENCE),
        115..121 => refuse(&mut detail, "CR--", 400, 187, 0),
        121..125 => no_answer(&mut detail, "SH--", 502, 15),
        _ => {}
    }
    detail
}

/// Refused before a backend was chosen; a request that could not be read has no request line.
fn refuse(detail: &mut Detail, termination: &'static str, code: i32, bytes: u64, total: i32) {
    detail.bad_request = termination != "PR--";
    let request_time = if detail.bad_request { -1 } else { detail.timers[0] };
    (detail.local, detail.server, detail.termination) = (true, NOSRV, termination);
    (detail.code, detail.bytes, detail.timers) = (code, bytes, [request_time, -1, -1, -1, total.max(request_time)]);
}

/// The server was reached but sent no headers.
fn no_answer(detail: &mut Detail, termination: &'static str, code: i32, waited: i32) {
    let reached: i32 = detail.timers[..3].iter().sum();
    (detail.termination, detail.code, detail.bytes) = (termination, code, 230 + code as u64 % 7);
    (detail.timers[3], detail.timers[4]) = (-1, reached + waited);
}

/// Who came without TLS is sent there by HAProxy itself.
fn redirected(world: &mut World, frontend: u8, detail: &mut Detail) -> u8 {
    if detail.bad_request || detail.local {
        return frontend;
    }
    (detail.local, detail.server, detail.termination, detail.code) = (true, NOSRV, "LR--", 302);
    (detail.bytes, detail.timers) = (110 + world.random.below(60), [detail.timers[0], -1, -1, -1, detail.timers[0]]);
    0
}

/// What the slow server does: it answers late or not at all, people leave, and the queue before it grows.
fn fall_ill(world: &mut World, backend: &Backend, sickness: f64, detail: &mut Detail) {
    if detail.local {
        return;
    }
    let healthy = ((1.0 - sickness) * 120.0) as u32 + 16;
    let fate = world.random.weighted(&[
        (healthy, "slow"),
        (26, "sH--"),
        (16, "CH--"),
        (14, "sQ--"),
        (6, "SH--"),
        (6, "sC--"),
        (5, "+"),
        (5, "sD--"),
    ]);
    let most = (sickness * 40.0) as u64 + 1;
    detail.waiting = (world.random.below(most) as u32, 0);
    detail.timers[1] = detail.waiting.0 as i32 * 60;
    let jitter = world.random.below(9) as i32;
    let slow = world.draw_ms(700.0 + 5500.0 * sickness, 1.9).min(PATIENCE - 100);
    // Whatever became of it on an ordinary day, today the server decides.
    detail.termination = "----";
    if detail.code == -1 {
        (detail.code, detail.bytes) = (200, 1900);
    }
    match fate {
        "sH--" => no_answer(detail, fate, 504, PATIENCE + jitter),
        "SH--" => no_answer(detail, fate, 502, slow),
        "CH--" => {
            no_answer(detail, fate, -1, slow);
            detail.bytes = 0;
        }
        "sQ--" => {
            detail.timers = [detail.timers[0], QUEUE_PATIENCE + 1, -1, -1, detail.timers[0] + QUEUE_PATIENCE + 1];
            (detail.server, detail.termination, detail.code, detail.bytes) = (NOSRV, fate, 503, 222);
            detail.waiting = (0, detail.waiting.0);
        }
        "sC--" => {
            let waited: i32 = detail.timers[..2].iter().sum();
            (detail.timers[2], detail.timers[3], detail.timers[4]) = (-1, -1, waited + 3001 * 3 + jitter);
            (detail.termination, detail.code, detail.bytes, detail.retries) = (fate, 503, 222, 3);
        }
        "+" => {
            detail.server = backend.servers[usize::from(SICK.1 + 1) % backend.servers.len()];
            (detail.retries, detail.redispatched) = (2, true);
            detail.timers[2] += 3002;
            detail.timers[4] += 3002 + detail.timers[1];
        }
        _ => {
            detail.timers[3] = slow;
            detail.timers[4] = detail.timers[..4].iter().sum::<i32>() + jitter;
            if fate == "sD--" {
                (detail.termination, detail.bytes) = (fate, detail.bytes / 2);
                detail.timers[4] += PATIENCE;
            }
        }
    }
}

/// The others carry more while one is out.
fn crowd(world: &mut World, detail: &mut Detail) {
    if detail.local {
        return;
    }
    let ahead = world.random.long_tailed(8.0, 2.2) as u32;
    detail.waiting = (0, ahead);
    if world.random.chance(0.06) {
        detail.timers = [detail.timers[0], QUEUE_PATIENCE, -1, -1, detail.timers[0] + QUEUE_PATIENCE];
        (detail.server, detail.termination, detail.code, detail.bytes) = (NOSRV, "sQ--", 503, 222);
    } else {
        let wait = ahead as i32 * 35;
        (detail.timers[1], detail.timers[4]) = (wait, detail.timers[4] + wait);
    }
}
