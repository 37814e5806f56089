//! Where the time went: client, balancer and server, what passed between them, and the phases to scale.

use super::super::bars::class;
use super::super::value::plain;
use super::{int_of, text_of};
use crate::protocol::{LogDetail, Phases, RowMark, Slot};
use crate::record::Field;
use crate::show;
use crate::ui::widgets::{Glyph, Icon};
use leptos::prelude::*;
use std::sync::Arc;

/// How a kind of log calls its phases: (slot, name, name in the log).
type Names = &'static [(Slot, &'static str, &'static str)];

const HAPROXY_HTTP: Names = &[
    (Slot::Client, "Client request", "TR"),
    (Slot::Queue, "Queue", "Tw"),
    (Slot::Connect, "Server connect", "Tc"),
    (Slot::App, "App response", "Tr"),
    (Slot::NoResponse, "No response", "Tr"),
    (Slot::Data, "Data transfer", "Td"),
];
const HAPROXY_TCP: Names = &[
    (Slot::Queue, "Queue", "Tw"),
    (Slot::Connect, "Server connect", "Tc"),
    (Slot::NoResponse, "No response", ""),
    (Slot::Data, "Data transfer", ""),
];
const AVI: Names = &[
    (Slot::Client, "Client RTT", ""),
    (Slot::Queue, "ICAP scan", ""),
    (Slot::Connect, "Server RTT", ""),
    (Slot::App, "App response", ""),
    (Slot::NoResponse, "No response", ""),
    (Slot::Data, "Data transfer", ""),
];

struct Kind {
    names: Names,
    balancer: &'static str,
    total: &'static str,
    http: bool,
}

fn kind(detail: &LogDetail) -> Kind {
    let http = int_of(detail, Field::ResponseCode).is_some() || text_of(detail, Field::Method).is_some();
    let haproxy = text_of(detail, Field::TerminationState).is_some();
    match (haproxy, http) {
        (true, true) => Kind { names: HAPROXY_HTTP, balancer: "HAProxy", total: "Ta", http },
        (true, false) => Kind { names: HAPROXY_TCP, balancer: "HAProxy", total: "Tt", http },
        (false, _) => Kind { names: AVI, balancer: "load balancer", total: "", http },
    }
}

#[component]
pub fn Timing(detail: Arc<LogDetail>, mark: RowMark) -> impl IntoView {
    let phases = detail.phases;
    if phases.total.is_none() {
        return ().into_any();
    }
    let kind = kind(&detail);
    view! {
        <figure class="e2e" role="group" aria-label="End-to-end timing">
            {hops(&detail, &kind, mark)}
            {legend(phases, &kind)}
            {scale(phases)}
        </figure>
    }
    .into_any()
}

/// Joins what is there.
fn joined(parts: &[Option<String>], between: &str) -> String {
    parts.iter().flatten().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(between)
}

fn hops(detail: &LogDetail, kind: &Kind, mark: RowMark) -> AnyView {
    let phases = detail.phases;
    let text = |field: Field| text_of(detail, field).map(plain);
    let number = |field: Field| int_of(detail, field).map(|value| value.to_string());
    let with_port = |address: Option<String>, port: Option<String>| {
        address.map(|address| match port {
            Some(port) if address.contains(':') => format!("[{address}]:{port}"),
            Some(port) => format!("{address}:{port}"),
            None => address,
        })
    };
    let client = with_port(text(Field::ClientIp), number(Field::ClientPort)).unwrap_or_default();
    let client_is = joined(&[text(Field::ClientBrowser), text(Field::ClientOs)], " · ");
    let balancer = joined(&[text(Field::ServiceEngine), text(Field::VirtualService)], " / ");
    let balancer = if balancer.is_empty() { "Load balancer".to_owned() } else { balancer };
    let address = with_port(text(Field::VsIp), number(Field::VsPort));
    let pool = text(Field::PoolName).unwrap_or_default();
    let server = joined(&[text(Field::PoolName), text(Field::ServerName)], "/");
    let server = if server.is_empty() { "none".to_owned() } else { server };
    let server_at = with_port(text(Field::ServerIp), number(Field::ServerPort)).unwrap_or_default();

    let status = int_of(detail, Field::ResponseCode);
    let method = text(Field::Method).unwrap_or_else(|| "Request".to_owned());
    let up = match (kind.http, phases.client) {
        (true, Some(time)) if kind.total == "Ta" => format!("{method} read in {}", show::duration(time)),
        (true, Some(time)) => format!("{method}, RTT {}", show::duration(time)),
        (true, None) => method,
        (false, Some(time)) => format!("RTT {}", show::duration(time)),
        (false, None) => "connection".to_owned(),
    };
    let from = if phases.server_silent { kind.balancer } else { "server" };
    let down = match (status, int_of(detail, Field::ResponseLength)) {
        (Some(status), _) if status < 0 => "0 no response sent".to_owned(),
        (Some(status), _) => format!("{status} from {from}"),
        (None, Some(length)) => format!("{} to client", show::bytes(length)),
        (None, None) => String::new(),
    };
    let reached = phases.connect.is_some() || phases.app.is_some();
    let sent = match phases.connect {
        Some(time) if kind.total.is_empty() => format!("RTT {}", show::duration(time)),
        Some(time) => format!("connected in {}", show::duration(time)),
        None if reached => String::new(),
        None if phases.server_silent => "not sent".to_owned(),
        None => String::new(),
    };
    let answered = match (phases.server_silent, int_of(detail, Field::ServerResponseCode).or(status)) {
        (true, _) => "0 no response".to_owned(),
        (false, Some(code)) => match phases.app {
            Some(time) => format!("{code} in {}", show::duration(time)),
            None => code.to_string(),
        },
        (false, None) => "closed normally".to_owned(),
    };
    let answered = if !kind.http && !phases.server_silent { String::new() } else { answered };
    let server_mark = match (phases.server_silent, mark) {
        (true, RowMark::Fine) => RowMark::Fine,
        (true, _) => RowMark::Error,
        (false, mark) => mark,
    };
    view! {
        <div class="hop">
            {node(Glyph::Client, "Client".to_owned(), client, client_is)}
            {lane(up, down, status.is_some_and(|status| status < 0), mark)}
            {node(Glyph::Balancer, balancer, address.clone().unwrap_or(pool.clone()), if address.is_some() { pool } else { String::new() })}
            {lane(sent, answered, phases.server_silent, server_mark)}
            {node(Glyph::Server, "Server".to_owned(), server, server_at)}
        </div>
    }
    .into_any()
}

fn node(glyph: Glyph, title: String, first: String, second: String) -> AnyView {
    let second =
        (!second.is_empty()).then(|| view! { <div class="mono mut cut" title=second.clone()>{second.clone()}</div> });
    view! {
        <div class="nd">
            <Icon glyph=glyph />
            <div class="cut">
                <div class="b cut" title=title.clone()>{title.clone()}</div>
                <div class="mono cut" title=first.clone()>{first.clone()}</div>
                {second}
            </div>
        </div>
    }
    .into_any()
}

/// Two arrows between two nodes: what went up, what came back.
fn lane(up: String, down: String, silent: bool, mark: RowMark) -> AnyView {
    let (class, back) = match mark {
        RowMark::Error => ("lt err", "ln-back err"),
        RowMark::Warning => ("lt warn", "ln-back warn"),
        RowMark::Fine => ("lt", "ln-back"),
    };
    view! {
        <div class="ln">
            <div class="lt cut" title=up.clone()>{up.clone()}</div>
            <svg class="ln-lines" aria-hidden="true">
                <line x1="0" y1="6" x2="100%" y2="6"></line>
                <line class=back x1="0" y1="16" x2="100%" y2="16" stroke-dasharray=silent.then_some("3 4")></line>
            </svg>
            <svg class="ah r" viewBox="0 0 7 10" aria-hidden="true"><path d="M0 .8 6.5 5 0 9.2z"></path></svg>
            <svg class=format!("ah l {back}") viewBox="0 0 7 10" aria-hidden="true">
                <path d="M7 .8.5 5 7 9.2z"></path>
            </svg>
            <div class=format!("{class} cut") title=down.clone()>{down.clone()}</div>
        </div>
    }
    .into_any()
}

/// One line of phases with the log's own names. What a format does not log is –, never 0.
fn legend(phases: Phases, kind: &Kind) -> AnyView {
    let silent = phases.no_response.is_some();
    let cells = kind.names.iter().filter_map(|(slot, name, raw)| {
        let skipped = match slot {
            Slot::NoResponse => !silent,
            Slot::App => silent,
            // An ICAP scan is named only where there was one.
            Slot::Queue => kind.total.is_empty() && phases.queue.is_none(),
            _ => false,
        };
        if skipped {
            return None;
        }
        let time = phases.get(*slot).map_or("–".to_owned(), show::duration);
        Some(view! {
            <div class="pc">
                <i class=class(*slot)></i>
                <span class="pn">{*name}</span>
                <span class="mono mut">{*raw}</span>
                <b>{time}</b>
            </div>
        })
    });
    let cells: Vec<_> = cells.collect();
    let total = show::duration(phases.total.unwrap_or(-1));
    let more = if phases.interim { "+ still open" } else { "" };
    view! {
        <div class="phs">
            {cells}
            <div class="pc">
                <span class="pn">"Total"</span>
                <span class="mono mut">{kind.total}</span>
                <b>{total}{more}</b>
            </div>
        </div>
    }
    .into_any()
}

/// The phases to scale; time that none of them accounts for is grey.
fn scale(phases: Phases) -> AnyView {
    let parts: Vec<_> = Slot::ALL
        .into_iter()
        .filter_map(|slot| phases.get(slot).filter(|time| *time > 0).map(|time| (slot, time)))
        .collect();
    let known: i64 = parts.iter().map(|(_, time)| time).sum();
    let rest = phases.total.unwrap_or(0) - known;
    let rest = (rest > 999).then(|| {
        let title = format!("Not accounted for: {}", show::duration(rest));
        view! { <i class="p-rest" style=format!("flex:{rest} 0 0") title=title></i> }
    });
    let parts: Vec<_> = parts
        .into_iter()
        .map(|(slot, time)| {
            let title = show::duration(time);
            view! { <i class=class(slot) style=format!("flex:{time} 0 0;min-width:2px") title=title></i> }
        })
        .collect();
    view! {
        <div class="scale" role="img" aria-label="Share of total time">
            {parts}
            {rest}
        </div>
    }
    .into_any()
}
