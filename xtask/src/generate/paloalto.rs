//! Traffic logs of a Palo Alto firewall (PAN-OS 9.0, syslog): staff browse, a shop talks to its payment provider, the
//! internet knocks at closed ports. In the middle a change of the rules cuts off the payments: first their port is in no
//! rule any more, then a rule lets them in and denies them once it knows the application.

use super::time::{self, put};
use super::world::{Incident, Place, World};
use super::{Facts, Format, Request};
use std::cell::Cell;

#[derive(Default)]
pub struct Traffic {
    /// Number of the log on the firewall.
    sequence: Cell<u64>,
}

/// One kind of traffic.
struct Service {
    weight: u32,
    rule: &'static str,
    apps: &'static [&'static str],
    zones: (&'static str, &'static str),
    protocol: &'static str,
    ports: &'static [u16],
    category: &'static str,
    /// The last byte of the destinations runs up to this.
    hosts: u64,
    /// Network of the destinations, by version of the client's address.
    nets: (&'static str, &'static str),
    country: &'static str,
    bytes: (f64, f64),
    lasts: (f64, f64),
}

const PAYMENT: usize = 2;
const KNOCKING: usize = 3;

const SERVICES: &[Service] = &[
    Service {
        weight: 52,
        rule: "allow-web",
        apps: &["ssl", "ssl", "ms-office365-base", "web-browsing"],
        zones: ("trust", "untrust"),
        protocol: "tcp",
        ports: &[443, 443, 443, 80],
        category: "business-and-economy",
        hosts: 60,
        nets: ("203.0.113.", "2001:db8:f00::"),
        country: "United States",
        bytes: (24_000.0, 4.0),
        lasts: (6_000.0, 4.0),
    },
    Service {
        weight: 24,
        rule: "allow-dns",
        apps: &["dns"],
        zones: ("trust", "untrust"),
        protocol: "udp",
        ports: &[53],
        category: "any",
        hosts: 2,
        nets: ("198.51.100.5", "2001:db8:f53::5"),
        country: "Switzerland",
        bytes: (180.0, 1.5),
        lasts: (400.0, 1.5),
    },
    Service {
        weight: 14,
        rule: "allow-payment",
        apps: &["ssl"],
        zones: ("dmz", "untrust"),
        protocol: "tcp",
        ports: &[8443],
        category: "financial-services",
        hosts: 3,
        nets: ("198.51.100.8", "2001:db8:f80::8"),
        country: "Germany",
        bytes: (5_200.0, 1.8),
        lasts: (2_400.0, 2.0),
    },
    Service {
        weight: 10,
        rule: "interzone-default",
        apps: &["not-applicable"],
        zones: ("untrust", "dmz"),
        protocol: "tcp",
        ports: &[22, 23, 445, 3389, 8080],
        category: "any",
        hosts: 9,
        nets: ("192.0.2.20", "2001:db8:d30::20"),
        country: "Switzerland",
        bytes: (60.0, 1.1),
        lasts: (0.0, 1.0),
    },
];

pub struct Detail {
    service: usize,
    app: &'static str,
    rule: &'static str,
    action: &'static str,
    reason: &'static str,
    host: u64,
    port: u16,
    sent: u64,
    received: u64,
    session: u32,
    nat_port: u16,
}

impl Detail {
    /// Nothing came back.
    fn drop(&mut self, rule: &'static str, app: &'static str) {
        (self.rule, self.app, self.action, self.reason) = (rule, app, "drop", "policy-deny");
        (self.sent, self.received, self.session) = (66, 0, 0);
    }
}

impl Format for Traffic {
    type Detail = Detail;

    fn draw(&self, world: &mut World, start: i64) -> Request<Detail> {
        let weights = std::array::from_fn::<_, 4, _>(|n| (SERVICES[n].weight, n));
        let again = world.retries(start);
        let number = if world.random.chance(again) { PAYMENT } else { world.random.weighted(&weights) };
        let service = &SERVICES[number];
        let (client, port) = (world.draw_client(), world.draw_port());
        let at = world.random.below(service.ports.len() as u64) as usize;
        let bytes = world.random.long_tailed(service.bytes.0, service.bytes.1) as u64 + 40;
        let sent = bytes / (2 + world.random.below(8));
        let reason = match service.protocol {
            "udp" => "aged-out",
            _ => world.random.weighted(&[
                (70, "tcp-fin"),
                (14, "tcp-rst-from-client"),
                (9, "tcp-rst-from-server"),
                (7, "aged-out"),
            ]),
        };
        let mut detail = Detail {
            service: number,
            app: service.apps[at.min(service.apps.len() - 1)],
            rule: service.rule,
            action: "allow",
            reason,
            host: world.random.below(service.hosts),
            port: service.ports[at],
            sent,
            received: bytes - sent,
            session: world.random.below(400_000) as u32 + 1,
            nat_port: world.draw_port(),
        };
        let mut lasts = world.draw_ms(service.lasts.0, service.lasts.1);
        if number == KNOCKING {
            detail.drop(service.rule, "not-applicable");
            lasts = 0;
        } else if number == PAYMENT && world.incident.sickness(start) > 0.0 {
            detail.drop("interzone-default", "not-applicable");
            lasts = 0;
        } else if number == PAYMENT && world.incident.is_down(start) {
            (detail.reason, detail.received) = ("policy-deny", 1_200);
            lasts = world.draw_ms(700.0, 1.3);
        } else if service.protocol == "tcp" {
            match world.random.weighted(&[(955, 0), (25, 1), (12, 2), (8, 3)]) {
                1 => {
                    (detail.app, detail.reason) = ("incomplete", "aged-out");
                    (detail.sent, detail.received) = (198, 0);
                    lasts = 6_000;
                }
                2 if number != PAYMENT => detail.reason = "threat",
                3 if number != PAYMENT => (detail.action, detail.app, detail.port) = ("reset-both", "bittorrent", 6881),
                _ => {}
            }
        }
        if detail.action == "reset-both" {
            (detail.rule, detail.reason) = ("block-p2p", "policy-deny");
        }
        let place = Place { frontend: 0, backend: number as u8, server: 0 };
        Request { start, end: start + i64::from(lasts), place, client, port, detail }
    }

    fn write(&self, world: &World, request: &Request<Detail>, line: &mut Vec<u8>) -> Facts {
        let (detail, service) = (&request.detail, &SERVICES[request.detail.service]);
        let client = world.client(request.client);
        let is_v6 = client.contains(':');
        let is_out = service.zones.0 != "untrust";
        prefix(line, request.end);
        put(line, format_args!("TRAFFIC,{},2304,", if detail.session == 0 { "drop" } else { "end" }));
        time::slashed(line, request.end);
        let net = if is_v6 { service.nets.1 } else { service.nets.0 };
        put(line, format_args!(",{client},{net}{},", detail.host));
        let is_translated = is_out && !is_v6 && detail.session != 0;
        match is_translated {
            true => put(line, format_args!("198.51.100.2,{net}{},", detail.host)),
            false => put(line, format_args!("0.0.0.0,0.0.0.0,")),
        }
        let (from, to) = service.zones;
        let interface = |zone: &str| match zone {
            "trust" => "ethernet1/2",
            "dmz" => "ethernet1/3",
            _ => "ethernet1/1",
        };
        put(line, format_args!("{},,,{},vsys1,{from},{to},", detail.rule, detail.app));
        // What is dropped has no way out.
        let out = if detail.session == 0 { "" } else { interface(to) };
        put(line, format_args!("{},{out},to-syslog,", interface(from)));
        time::slashed(line, request.end);
        put(line, format_args!(",{},1,{},{},", detail.session, request.port, detail.port));
        match is_translated {
            true => put(line, format_args!("{},{},0x400000,", detail.nat_port, detail.port)),
            false => put(line, format_args!("0,0,{},", if is_v6 { "0x2000000" } else { "0x0" })),
        }
        let packets = |bytes: u64| bytes.div_ceil(900);
        let (sent, received) = (packets(detail.sent), packets(detail.received));
        let elapsed = request.end / time::SECOND - request.start / time::SECOND;
        put(line, format_args!("{},{},{},", service.protocol, detail.action, detail.sent + detail.received));
        put(line, format_args!("{},{},{},", detail.sent, detail.received, sent + received));
        time::slashed(line, request.start);
        let sequence = self.sequence.get() + 1;
        self.sequence.set(sequence);
        let category = if detail.session == 0 { "any" } else { service.category };
        put(line, format_args!(",{elapsed},{category},0,{},0x0,", 7_470_815_214_340_870_000 + sequence));
        put(line, format_args!("{},{},0,", if is_out { "Switzerland" } else { "Romania" }, service.country));
        put(
            line,
            format_args!("{sent},{received},{},0,0,0,0,,fw-edge-1,from-policy,,,0,,0,,N/A,0,0,0,0,", detail.reason),
        );
        put(line, format_args!("5e0a1c34-7f1c-4b9a-9a0e-{:012},0", detail.rule.len()));
        let ended = matches!(detail.reason, "threat" | "policy-deny");
        Facts {
            start: request.start / time::SECOND * time::SECOND,
            client: request.client,
            frontend: Some("vsys1"),
            backend: None,
            server: None,
            termination_state: None,
            response_code: None,
            response_length: detail.received,
            total_time: Some(elapsed as u32 * 1000),
            significant: ended || detail.action != "allow",
        }
    }

    /// What administrators changed.
    fn events(&self, incident: &Incident) -> Vec<(i64, Vec<u8>)> {
        let commits = [
            (
                incident.begin,
                "Commit job 4711 succeeded. Rules tidied: service tcp-8443 removed from rule allow-payment",
            ),
            (incident.down, "Commit job 4712 succeeded. Rule allow-payment: any service, application payment-gateway"),
            (incident.up, "Commit job 4713 succeeded. Rule allow-payment: service tcp-8443, application ssl"),
        ];
        let event = |(instant, text): (i64, &str)| {
            let mut line = Vec::new();
            prefix(&mut line, instant);
            put(&mut line, format_args!("SYSTEM,general,2304,"));
            time::slashed(&mut line, instant);
            put(
                &mut line,
                format_args!(",,general,,0,0,general,informational,\"{text}, by admin\",0,0x0,0,0,0,0,,fw-edge-1"),
            );
            (instant, line)
        };
        commits.into_iter().map(event).collect()
    }
}

/// Up to the serial number: `<14>Nov 18 09:00:21 fw-edge-1 1,2026/11/18 09:00:21,012801096514,`
fn prefix(line: &mut Vec<u8>, instant: i64) {
    put(line, format_args!("<14>"));
    time::syslog(line, instant);
    put(line, format_args!(" fw-edge-1 1,"));
    time::slashed(line, instant);
    put(line, format_args!(",012801096514,"));
}
