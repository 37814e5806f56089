//! `option tcplog`: databases, caches, mail and a directory behind one balancer.

use super::super::time::{self, put};
use super::super::world::{Incident, Place, World};
use super::super::{Facts, Format, Request};
use super::{NO_SERVER, NOSRV, is_significant, prefix, server_events};

pub struct Tcp;

struct Service {
    frontend: &'static str,
    tls: bool,
    backend: &'static str,
    /// Number of the first server in the count of connections.
    first: u8,
    servers: &'static [&'static str],
    weight: u32,
    /// How long a session lasts: median in milliseconds, and spread.
    lasts: (f64, f64),
    bytes: (f64, f64),
}

const SERVICES: &[Service] = &[
    Service {
        frontend: "ft_mysql",
        tls: false,
        backend: "bk_mysql",
        first: 0,
        servers: &["db1", "db2", "db3"],
        weight: 46,
        lasts: (180.0, 4.0),
        bytes: (5200.0, 3.5),
    },
    Service {
        frontend: "ft_redis",
        tls: false,
        backend: "bk_redis",
        first: 3,
        servers: &["redis1", "redis2"],
        weight: 30,
        lasts: (12.0, 3.0),
        bytes: (640.0, 3.0),
    },
    Service {
        frontend: "ft_smtps",
        tls: true,
        backend: "bk_smtp",
        first: 5,
        servers: &["mx1", "mx2"],
        weight: 12,
        lasts: (900.0, 2.5),
        bytes: (420.0, 1.8),
    },
    Service {
        frontend: "ft_ldaps",
        tls: true,
        backend: "bk_ldap",
        first: 7,
        servers: &["ldap1", "ldap2"],
        weight: 12,
        lasts: (60.0, 3.0),
        bytes: (1800.0, 2.0),
    },
];
/// The service and the server that the incident is about.
const SICK: (usize, u8) = (0, 1);

pub struct Detail {
    server: &'static str,
    queue: i32,
    connect: i32,
    total: i32,
    bytes: u64,
    termination: &'static str,
    retries: u8,
    redispatched: bool,
    waiting: (u32, u32),
}

impl Format for Tcp {
    type Detail = Detail;

    fn draw(&self, world: &mut World, start: i64) -> Request<Detail> {
        let weights = std::array::from_fn::<_, 4, _>(|n| (SERVICES[n].weight, n));
        let sickness = world.incident.sickness(start);
        let again = world.retries(start);
        let retry = world.random.chance(again);
        let usual = world.random.weighted(&weights);
        let number = if retry { SICK.0 } else { usual };
        let service = &SERVICES[number];
        let mut server = world.random.below(service.servers.len() as u64) as u8;
        if retry {
            server = SICK.1;
        }
        let (client, port) = (world.draw_client(), world.draw_port());
        let is_down = number == SICK.0 && world.incident.is_down(start);
        if is_down && server == SICK.1 {
            server = (server + 1) % service.servers.len() as u8;
        }
        let mut detail = session(world, service, server);
        if number == SICK.0 && server == SICK.1 && sickness > 0.0 {
            fall_ill(world, service, sickness, &mut detail);
        } else if is_down {
            crowd(world, 6.0, &mut detail);
        }
        let chosen = service.servers.iter().position(|name| *name == detail.server);
        let chosen = chosen.map_or(NO_SERVER, |at| service.first + at as u8);
        let place = Place { frontend: number as u8, backend: number as u8, server: chosen };
        Request { start, end: start + i64::from(detail.total), place, client, port, detail }
    }

    fn write(&self, world: &World, request: &Request<Detail>, line: &mut Vec<u8>) -> Facts {
        let (service, detail) = (&SERVICES[usize::from(request.place.frontend)], &request.detail);
        let refused = detail.termination == "PR";
        let backend = if refused { service.frontend } else { service.backend };
        let count = &world.in_flight;
        prefix(line, request.end);
        put(line, format_args!("{}:{} [", world.client(request.client), request.port));
        time::bracket(line, request.start);
        let server_count =
            if request.place.server == NO_SERVER { 0 } else { count.server[usize::from(request.place.server)] };
        put(
            line,
            format_args!(
                "] {}{} {backend}/{} {}/{}/{} {} {} {}/{}/{}/{}/{}{} {}/{}",
                service.frontend,
                if service.tls { "~" } else { "" },
                detail.server,
                detail.queue,
                detail.connect,
                detail.total,
                detail.bytes,
                detail.termination,
                count.process,
                count.frontend[usize::from(request.place.frontend)],
                if refused { 0 } else { count.backend[usize::from(request.place.backend)] },
                server_count,
                if detail.redispatched { "+" } else { "" },
                detail.retries,
                detail.waiting.0,
                detail.waiting.1,
            ),
        );
        let idle_close = detail.termination == "cD" && detail.bytes > 0;
        Facts {
            start: request.start,
            client: request.client,
            frontend: Some(service.frontend),
            backend: Some(backend),
            server: Some(detail.server),
            termination_state: Some(detail.termination),
            response_code: None,
            response_length: detail.bytes,
            total_time: Some(detail.total as u32),
            significant: is_significant(
                detail.termination,
                detail.retries,
                detail.redispatched,
                None,
                detail.total,
                idle_close,
            ),
        }
    }

    fn events(&self, incident: &Incident) -> Vec<(i64, Vec<u8>)> {
        server_events("bk_mysql/db2", 2, incident)
    }
}

/// A session on an ordinary day.
fn session(world: &mut World, service: &Service, server: u8) -> Detail {
    let lasts = world.draw_ms(service.lasts.0, service.lasts.1);
    // HAProxy counts one millisecond of queue on nearly every TCP session, and the TLS handshake.
    let queue = if service.tls { 18 + world.random.below(30) as i32 } else { 1 };
    let connect = world.random.weighted(&[(80, 0), (17, 1), (3, 2)]);
    let mut detail = Detail {
        server: service.servers[usize::from(server)],
        queue,
        connect,
        total: queue + connect + lasts,
        bytes: world.random.long_tailed(service.bytes.0, service.bytes.1) as u64 + 40,
        termination: world.random.weighted(&[
            (96_800, "--"),
            (2000, "cD"),
            (900, "CD"),
            (90, "SD"),
            (40, "SC"),
            (30, "sC"),
            (140, "PR"),
        ]),
        retries: 0,
        redispatched: false,
        waiting: (0, 0),
    };
    match detail.termination {
        "cD" => detail.total += 30_000 + (world.random.below(5) as i32) * 30_000,
        "CD" => detail.bytes = if world.random.chance(0.3) { 0 } else { detail.bytes / 3 },
        "SC" => no_connection(&mut detail, 3003 + world.random.below(9) as i32, 3),
        "sC" => no_connection(&mut detail, 5001, 0),
        "PR" => (detail.server, detail.queue, detail.connect, detail.total, detail.bytes) = (NOSRV, -1, -1, 0, 0),
        _ if world.random.chance(0.0008) => {
            (detail.retries, detail.connect, detail.total) = (1, connect + 1001, detail.total + 1001)
        }
        _ => {}
    }
    detail
}

fn no_connection(detail: &mut Detail, total: i32, retries: u8) {
    (detail.connect, detail.total, detail.bytes, detail.retries) = (-1, detail.queue + total, 0, retries);
}

/// What the slow server does to a session: refused connections, time-outs, retries elsewhere, long answers.
fn fall_ill(world: &mut World, service: &Service, sickness: f64, detail: &mut Detail) {
    let healthy = ((1.0 - sickness) * 100.0) as u32 + 12;
    let fate = world.random.weighted(&[
        (healthy, "slow"),
        (22, "sC"),
        (16, "SC"),
        (14, "+"),
        (10, "SD"),
        (8, "CD"),
        (8, "cD"),
    ]);
    (detail.termination, detail.retries, detail.redispatched) = ("--", 0, false);
    let jitter = world.random.below(40) as i32;
    match fate {
        "sC" => no_connection(detail, 5001 + jitter / 20, 0),
        "SC" => no_connection(detail, 3004 + jitter, 3),
        "+" => {
            let other = (SICK.1 + 1) % service.servers.len() as u8;
            (detail.server, detail.retries, detail.redispatched) = (service.servers[usize::from(other)], 3, true);
            (detail.connect, detail.total) = (3001 + jitter / 10, detail.total + 3001 + jitter / 10);
        }
        _ => {
            let extra = world.draw_ms(900.0 + 5000.0 * sickness, 2.0);
            detail.connect = world.random.weighted(&[(5, 3), (3, 1001), (2, 3003)]) + jitter;
            detail.total = detail.queue + detail.connect + extra;
        }
    }
    match fate {
        "sC" | "SC" => detail.termination = fate,
        "SD" => (detail.termination, detail.bytes) = (fate, detail.bytes / 4),
        "CD" => (detail.termination, detail.bytes) = (fate, 0),
        "cD" => (detail.termination, detail.bytes, detail.total) = (fate, 0, detail.total + 30_000),
        _ => {}
    }
    let most = (sickness * 30.0) as u64 + 1;
    detail.waiting = (world.random.below(most) as u32, 0);
    // TCP calls an abort in the queue CD; a session that waited for this server waited before it connected.
    if detail.connect >= 0 {
        let wait = detail.waiting.0 as i32 * 45;
        (detail.queue, detail.total) = (detail.queue + wait, detail.total + wait);
    }
}

/// The others carry more while one is out; a few give up in the queue.
fn crowd(world: &mut World, most: f64, detail: &mut Detail) {
    if detail.termination == "PR" {
        return;
    }
    let ahead = world.random.long_tailed(most, 2.0) as u32;
    detail.waiting = (0, ahead);
    let wait = ahead as i32 * 30;
    if world.random.chance(0.04) {
        *detail = Detail {
            server: NOSRV,
            queue: 5001,
            connect: -1,
            total: 5000,
            bytes: 0,
            termination: "sQ",
            retries: 0,
            redispatched: false,
            waiting: detail.waiting,
        };
    } else {
        (detail.queue, detail.total) = (detail.queue + wait, detail.total + wait);
    }
}
