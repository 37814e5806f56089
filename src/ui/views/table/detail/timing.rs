//! Where the time went: the hops, the phases with the names the log gives them, and the same to scale.

use super::{hops, int_of, text_of};
use crate::protocol::{LogDetail, Phases, RowMark, Slot};
use crate::record::Field;
use crate::show;
use crate::ui::names::phase_class;
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

const WEB: Names =
    &[(Slot::Connect, "Server connect", ""), (Slot::App, "App response", ""), (Slot::Data, "Data transfer", "")];

const FIREWALL: Names = &[(Slot::Data, "Session duration", "elapsed")];

const NEVISPROXY: Names = &[
    (Slot::Connect, "Backend connect", "dTcB"),
    (Slot::App, "App response", "dTr1B"),
    (Slot::Data, "Data transfer", "dTr2B"),
];

pub(super) struct Kind {
    names: Names,
    pub balancer: &'static str,
    pub total: &'static str,
    pub http: bool,
}

fn kind(detail: &LogDetail) -> Kind {
    let http = int_of(detail, Field::ResponseCode).is_some() || text_of(detail, Field::Method).is_some();
    let haproxy = text_of(detail, Field::TerminationState).is_some();
    if text_of(detail, Field::Format).is_some_and(|format| format.starts_with("web-")) {
        return Kind { names: WEB, balancer: "web server", total: "time", http };
    }
    if text_of(detail, Field::Format).is_some_and(|format| format.starts_with("nevisproxy-")) {
        return Kind { names: NEVISPROXY, balancer: "nevisProxy", total: "dTF", http };
    }
    if text_of(detail, Field::Format).is_some_and(|format| format.starts_with("paloalto-")) {
        return Kind { names: FIREWALL, balancer: "firewall", total: "", http: false };
    }
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
            {hops::hops(&detail, &kind, mark)}
            {legend(phases, &kind)}
            {scale(phases)}
        </figure>
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
                <i class=phase_class(*slot)></i>
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
            view! { <i class=phase_class(slot) style=format!("flex:{time} 0 0;min-width:2px") title=title></i> }
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
