//! Networks that the user gives names: the button in the tiles about addresses, and the dialog.

use crate::record::Field;
use crate::text::ip_groups::IpGroups;
use crate::ui::App;
use crate::ui::widgets::{Dialog, follow, hear, live};
use leptos::prelude::*;

const EXAMPLE: &str = "10.30.0.0/16, 192.0.2.7 = Zurich office\n2001:db8::/32 = Data centre";

/// Opens the dialog, in tiles where groups are of use.
pub fn button(app: App, field: Field) -> Option<AnyView> {
    let of_use = matches!(field, Field::ClientIp | Field::ClientGroup);
    let open = move |_| app.groups_open.set(true);
    of_use.then(|| {
        view! {
            <button type="button" class="lnk tile-more" aria-haspopup="dialog" on:click=hear(open)>"IP groups"</button>
        }
        .into_any()
    })
}

#[component]
pub fn IpGroupsDialog() -> impl IntoView {
    let app = crate::ui::use_app();
    view! { <Dialog open=app.groups_open label="IP groups">{editor(app)}</Dialog> }
}

fn editor(app: App) -> AnyView {
    let text = RwSignal::new(app.settings.ip_groups.get_untracked());
    let wrong = Signal::derive(move || text.with(|text| IpGroups::read(text).1));
    let apply = move |_| {
        app.settings.ip_groups.set(text.get_untracked());
        app.groups_open.set(!wrong.with_untracked(Vec::is_empty));
    };
    let faults = move || {
        let line = |(line, what): (usize, String)| view! { <li>{format!("Line {line}: {what}.")}</li> };
        wrong.get().into_iter().take(5).map(line).collect_view()
    };
    let parts = [
        view! {
            <p class="sub">
                "A line for each group: networks or addresses, =, and a name. The first group that holds a client's address is its
                IP group, a tile and the field " <code>"client_group"</code> ". Kept in this browser only."
            </p>
        }
        .into_any(),
        view! {
            <textarea
                class="groups-text"
                aria-label="IP groups, a line for each"
                aria-invalid=follow(move || (!wrong.with(Vec::is_empty)).then_some("true"))
                rows="8"
                spellcheck="false"
                placeholder=EXAMPLE
                prop:value=text
                on:input=hear(move |event| text.set(event_target_value(&event)))
            ></textarea>
        }
        .into_any(),
        view! { <ul class="groups-faults" role="alert">{live(faults)}</ul> }.into_any(),
        view! { <button type="button" class="btn primary sm" on:click=hear(apply)>"Apply"</button> }.into_any(),
    ];
    view! { <div class="groups">{Vec::from(parts)}</div> }.into_any()
}
