//! Client, balancer and server, and what passed between them.

use super::super::value::plain;
use super::timing::Kind;
use super::{int_of, text_of};
use crate::protocol::{LogDetail, RowMark};
use crate::record::Field;
use crate::show;
use crate::ui::widgets::{Glyph, Icon};
use leptos::prelude::*;

/// Joins what is there.
fn joined(parts: &[Option<String>], between: &str) -> String {
    parts.iter().flatten().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(between)
}

pub fn hops(detail: &LogDetail, kind: &Kind, mark: RowMark) -> AnyView {
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
    let known = |field: Field| text(field).filter(|name| name != "Unrecognized");
    let client_is = joined(&[known(Field::ClientBrowser), known(Field::ClientOs)], " · ");
    let balancer = joined(&[text(Field::ServiceEngine), text(Field::VirtualService)], " / ");
    let (web, nevis) = (kind.balancer == "web server", kind.balancer == "nevisProxy");
    let firewall = kind.balancer == "firewall";
    let balancer = match balancer.is_empty() {
        true if web => "Web server".to_owned(),
        true if nevis => "nevisProxy".to_owned(),
        _ if firewall => "Firewall".to_owned(),
        true => "Load balancer".to_owned(),
        false => balancer,
    };
    let address = with_port(text(Field::VsIp), number(Field::VsPort));
    let pool = text(Field::PoolName).unwrap_or_default();
    let server = joined(&[text(Field::PoolName), text(Field::ServerName)], "/");
    let server_at = with_port(text(Field::ServerIp), number(Field::ServerPort)).unwrap_or_default();
    let (server, server_at) = match server.is_empty() {
        // A firewall knows servers by their addresses.
        true if firewall && !server_at.is_empty() => (server_at, String::new()),
        true => ("none".to_owned(), server_at),
        false => (server, server_at),
    };

    let status = int_of(detail, Field::ResponseCode);
    let method = text(Field::Method).unwrap_or_else(|| "Request".to_owned());
    let length = int_of(detail, Field::ResponseLength);
    // What a firewall stops came from the client all the same.
    let stops = |action: &String| action == "deny" || action.starts_with("drop") || action.starts_with("reset");
    let stopped = firewall && length == Some(0) && text(Field::Action).as_ref().is_some_and(stops);
    // A firewall counts packets, too.
    let sized = |bytes: i64, packets: Field| {
        let packets = int_of(detail, packets).and_then(|packets| u64::try_from(packets).ok()).filter(|_| firewall);
        let packets = packets.map(|packets| format!(" in {}", show::count(packets, "packet", "packets")));
        show::bytes(bytes) + &packets.unwrap_or_default()
    };
    let bytes_up = int_of(detail, Field::RequestLength).filter(|_| firewall);
    let bytes_up = bytes_up.map(|bytes| sized(bytes, Field::PacketsSent));
    let up = match (kind.http, phases.client) {
        _ if stopped && bytes_up.is_some() => bytes_up.clone().unwrap_or_default(),
        (true, Some(time)) if kind.total == "Ta" => format!("{method} read in {}", show::duration(time)),
        (true, Some(time)) => format!("{method}, RTT {}", show::duration(time)),
        (true, None) => method,
        (false, Some(time)) => format!("RTT {}", show::duration(time)),
        (false, None) => "connection".to_owned(),
    };
    // Avi and nevisProxy note the server's own status: without one the server did not answer, whatever the client was told.
    let own = int_of(detail, Field::ServerResponseCode).filter(|code| *code > 0);
    let reached = phases.connect.is_some() || phases.app.is_some();
    // A web server or proxy that names no server behind it answered by itself.
    let alone = (web || nevis) && !reached && server == "none" && server_at.is_empty();
    let notes_status = kind.total.is_empty() && kind.http || nevis && !alone;
    let silent = phases.server_silent || notes_status && own.is_none();
    // Of nevisProxy's lines only the summary would name a server: without one the others say nothing of it.
    let unknown = nevis && alone && text(Field::Format).as_deref() != Some("nevisproxy-summary");
    // `<NOSRV>`, `<STATS>`: HAProxy answered by itself, and nothing went to a server.
    let nobody = text(Field::ServerName).is_some_and(|name| name.starts_with('<'));
    let from = if silent || alone || nobody { kind.balancer } else { "server" };
    let down = match (status, length) {
        _ if stopped => String::new(),
        (Some(status), _) if status < 0 => "0 no response sent".to_owned(),
        (Some(status), _) if unknown => format!("{status} to client"),
        (Some(status), _) => format!("{status} from {from}"),
        (None, Some(length)) => format!("{} to client", sized(length, Field::PacketsReceived)),
        (None, None) => String::new(),
    };
    let sent = match phases.connect {
        _ if nobody => if kind.http { "not sent" } else { "not connected" }.to_owned(),
        Some(time) if kind.total.is_empty() => format!("RTT {}", show::duration(time)),
        Some(time) => format!("connected in {}", show::duration(time)),
        None if stopped => "stopped".to_owned(),
        None if firewall => bytes_up.map(|bytes| format!("{bytes} to server")).unwrap_or_default(),
        None if reached => String::new(),
        None if silent && !kind.http => "not connected".to_owned(),
        None if silent => "not sent".to_owned(),
        None => String::new(),
    };
    let answered = match (silent, own.or(status)) {
        _ if nobody => String::new(),
        (true, _) => "0 no response".to_owned(),
        (false, Some(code)) => match phases.app {
            Some(time) => format!("{code} in {}", show::duration(time)),
            None => code.to_string(),
        },
        (false, None) => "closed normally".to_owned(),
    };
    let answered = if !kind.http && !silent { String::new() } else { answered };
    let client_mark = if kind.http { mark } else { RowMark::Fine };
    let server_mark = match (silent, mark) {
        _ if nobody => RowMark::Fine,
        (true, RowMark::Fine) => RowMark::Fine,
        (true, _) => RowMark::Error,
        (false, mark) => mark,
    };
    view! {
        <div class="hop">
            {node(Glyph::Client, "Client".to_owned(), client, client_is)}
            {lane(up, down, stopped || status.is_some_and(|status| status < 0), client_mark)}
            {node(Glyph::Balancer, balancer, address.clone().unwrap_or(pool.clone()), if address.is_some() { pool } else { String::new() })}
            {(!alone).then(|| lane(sent, answered, silent || stopped || nobody, server_mark))}
            {(!alone).then(|| node(Glyph::Server, "Server".to_owned(), server, server_at))}
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
