//! Combined access logs, as Apache writes them: no durations, stamped with the start, written at the end.

use super::requests::{self, Ask, STATIC, WEB};
use super::time::{self, put};
use super::world::{Place, World};
use super::{Facts, Format, Request};

pub struct Combined;

pub struct Detail {
    ask: Ask,
    is_static: bool,
    code: i32,
    bytes: u64,
    user: Option<&'static str>,
}

impl Format for Combined {
    type Detail = Detail;

    fn draw(&self, world: &mut World, start: i64) -> Request<Detail> {
        let (client, port) = (world.draw_client(), 0);
        let is_static = world.random.chance(0.55);
        let ask = requests::draw(&mut world.random, if is_static { STATIC } else { WEB });
        let trouble = world.incident.sickness(start) * if is_static { 0.0 } else { 0.35 };
        let code = if world.random.chance(trouble) {
            world.random.weighted(&[(5, 503), (4, 504), (2, 500)])
        } else {
            world.random.weighted(&[(8700, 200), (600, 304), (300, 404), (150, 302), (80, 403), (30, 500)])
        };
        let bytes = if code == 304 { 0 } else { world.random.long_tailed(9000.0, 3.0) as u64 + 120 };
        let user = world.random.weighted(&[(96, None), (2, Some("alice")), (1, Some("bob")), (1, Some("svc-backup"))]);
        let lasts = world.draw_ms(if code >= 500 { 4000.0 } else { 40.0 }, 2.5);
        Request {
            start,
            end: start + i64::from(lasts),
            place: Place::default(),
            client,
            port,
            detail: Detail { ask, is_static, code, bytes, user },
        }
    }

    fn write(&self, world: &World, request: &Request<Detail>, line: &mut Vec<u8>) -> Facts {
        let detail = &request.detail;
        put(line, format_args!("{} - {} [", world.client(request.client), detail.user.unwrap_or("-")));
        time::bracket_seconds(line, request.start);
        put(line, format_args!(" +0000] \"{} ", detail.ask.method));
        detail.ask.write_uri(if detail.is_static { STATIC } else { WEB }, line);
        let referer = if detail.is_static { "https://www.example.com/" } else { "-" };
        put(line, format_args!(" HTTP/1.1\" {} ", detail.code));
        match detail.bytes {
            0 => line.push(b'-'),
            bytes => put(line, format_args!("{bytes}")),
        }
        put(line, format_args!(" \"{referer}\" \"{}\"", detail.ask.agent().text));
        Facts {
            start: request.start / time::SECOND * time::SECOND,
            client: request.client,
            frontend: None,
            backend: None,
            server: None,
            termination_state: None,
            response_code: Some(detail.code),
            response_length: detail.bytes,
            total_time: None,
            significant: detail.code >= 400,
        }
    }
}
