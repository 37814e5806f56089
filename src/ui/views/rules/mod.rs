//! What makes a log significant: the button beside the switch, and the panel that shows the rules and changes them.

mod words;

use crate::protocol::RulesText;
use crate::ui::reactive::memo;
use crate::ui::widgets::{Choice, Glyph, Icon, Popover, Segmented, each, follow, hear, input, live, opener};
use crate::ui::{App, use_app};
use leptos::prelude::*;
use words::{FAMILIES, in_force, limit, parse_limit};

#[component]
pub fn RulesButton() -> impl IntoView {
    let app = use_app();
    let open = app.rules_open;
    view! {
        <span class="rules" class:on=follow(move || app.settings.has_own_rules())>
            {opener(
                open,
                "Significance rules",
                Some("What makes a log significant (Shift S)"),
                "btn icon",
                view! { <Icon glyph=Glyph::Sliders /> },
            )}
            <Popover open=open label="Significance rules" class="rules-panel">
                {panel(app)}
            </Popover>
        </span>
    }
}

fn panel(app: App) -> AnyView {
    // The fields are made anew where others than their own words change them, not under the hands of who types.
    let anew = RwSignal::new(0u32);
    let at = move || {
        let own = words::PRESETS.len() - 1;
        app.settings.rules.with(|now| RulesText::PRESETS.iter().position(|(_, preset)| preset == now)).unwrap_or(own)
    };
    let choices = RulesText::PRESETS.iter().map(|(name, _)| Choice::text(name)).collect();
    let choose = move |at: usize| {
        app.judge(RulesText::PRESETS[at].1.to_owned());
        anew.update(|anew| *anew += 1);
    };
    let choose = Callback::new(choose);
    let presets = view! {
        <Segmented
            label="Preset"
            choices=choices
            selected=Signal::derive(at)
            on_select=choose
            small=true
        />
    };
    let reset =
        view! { <button type="button" class="btn q sm" on:click=hear(move |_| choose.run(0))>"Reset rules"</button> };
    let set = each(move || vec![anew.get()], |anew| *anew, move |_| fields(app));
    // Each a view of its own, as others are: one of them all would be compiled for this place alone.
    let parts = [
        view! { <div class="rules-top">{vec![presets.into_any(), reset.into_any()]}</div> }.into_any(),
        view! { <p class="sub">{live(move || words::PRESETS[at()])}</p> }.into_any(),
        view! { <div class="rules-set">{set}</div> }.into_any(),
        families(app),
    ];
    Vec::from(parts).into_any()
}

fn fields(app: App) -> Vec<AnyView> {
    let part = |part| app.settings.rules.with_untracked(|line| RulesText::part(line, part).to_owned());
    let time = |name, at| field(app, (name, at), (limit(&part(at)), "off", "With unit: 5 s, 500 ms"), parse_limit);
    let excluded = (part(RulesText::EXCLUDED), "404, 401, 4xx", "Codes or classes: 404, 4xx, -1 for none");
    vec![
        time("Total time", RulesText::TOTAL_TIME),
        time("App response", RulesText::APP_RESPONSE),
        time("Client RTT", RulesText::CLIENT_RTT),
        time("Server RTT", RulesText::SERVER_RTT),
        field(app, ("Excluded response codes", RulesText::EXCLUDED), excluded, RulesText::codes),
    ]
}

/// `read` gives what is typed as that part of the rules; `None` where it means nothing.
fn field(
    app: App,
    (name, part): (&'static str, usize),
    texts: (String, &'static str, &'static str),
    read: fn(&str) -> Option<String>,
) -> AnyView {
    let entered = move |text: &str| {
        let text = read(text);
        if let Some(text) = &text {
            app.judge(app.settings.rules.with_untracked(|line| RulesText::with(line, part, text)));
        }
        text.is_some()
    };
    input(name, name.to_owned(), texts, Box::new(entered), Box::new(String::new))
}

/// What is in force for each family that the loaded logs have.
fn families(app: App) -> AnyView {
    let present = memo(move || {
        app.progress.with(|progress| progress.sources.iter().fold(0, |all, source| all | source.families))
    });
    let shown = move || {
        let present = present.get();
        let family = |(at, (name, _)): (usize, &(&'static str, &str))| {
            let says = app.settings.rules.with(|rules| in_force(at, rules));
            (present >> at & 1 == 1).then(|| view! { <dt>{*name}</dt><dd>{says}</dd> })
        };
        FAMILIES.iter().enumerate().filter_map(family).collect::<Vec<_>>()
    };
    view! { <dl class="rules-list" role="group" aria-label="Rules in force">{live(shown)}</dl> }.into_any()
}
