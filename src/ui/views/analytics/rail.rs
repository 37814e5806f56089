//! The rail: header with the field finder, then the tiles in the order of the design.

use super::end_to_end::{EndToEndTile, has_time};
use super::number_tile::NumberTile;
use super::order::{self, Order};
use super::stands_out::StandsOut;
use super::tile::{TileValues, ValueTile, figures};
use super::{Opened, frame::Frame};
use crate::record::Field;
use crate::ui::App;
use crate::ui::names::title;
use crate::ui::reactive::memo;
use crate::ui::state::use_app;
use crate::ui::widgets::{Glyph, Icon, Show, each, follow, hear, live};
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// Below this width the rail lies over the table, behind a button.
pub fn is_narrow(app: App) -> bool {
    app.width.get() < 1280.0
}

/// One place of the rail.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Place {
    Values(Field),
    Numbers(Field),
    /// What is known of the encryption stands together.
    Ssl(Vec<Field>),
}

impl Place {
    fn name(&self) -> &'static str {
        match self {
            Place::Values(field) | Place::Numbers(field) => title(*field),
            Place::Ssl(_) => "SSL",
        }
    }

    /// The field that it is ordered by.
    fn field(&self) -> &'static str {
        match self {
            Place::Values(field) | Place::Numbers(field) => field.name(),
            Place::Ssl(_) => SSL[0].name(),
        }
    }

    fn answers(&self, find: &str) -> bool {
        let of = |field: &Field| title(*field).to_lowercase().contains(find) || field.name().contains(find);
        match self {
            Place::Values(field) | Place::Numbers(field) => of(field),
            Place::Ssl(fields) => "ssl tls".contains(find) || fields.iter().any(of),
        }
    }

    fn view(self) -> AnyView {
        match self {
            Place::Values(field) => view! { <ValueTile field=field /> }.into_any(),
            Place::Numbers(field) => view! { <NumberTile field=field /> }.into_any(),
            Place::Ssl(fields) => view! { <SslTile fields=fields /> }.into_any(),
        }
    }
}

const SSL: [Field; 4] = [Field::SslVersion, Field::Pfs, Field::SslAuth, Field::SslEncryption];

/// The tiles there are figures for, in the summary's order.
fn places(app: App) -> Memo<Vec<Place>> {
    memo(move || {
        app.rail.with(|summary| {
            let tiles = summary.as_ref().map_or(&[][..], |summary| &summary.tiles);
            let field = |index: u16| Field::from_index(usize::from(index));
            let known = |f: &Field| tiles.iter().any(|tile| tile.field == *f as u16);
            let ssl: Vec<Field> = SSL.into_iter().filter(known).collect();
            let mut places = Vec::with_capacity(tiles.len());
            for tile in tiles {
                let Some(field) = field(tile.field) else { continue };
                let place = match &tile.distribution {
                    _ if ssl.contains(&field) => Place::Ssl(ssl.clone()),
                    Some(_) => Place::Numbers(field),
                    None => Place::Values(field),
                };
                if !places.contains(&place) {
                    places.push(place);
                }
            }
            app.tiles.with(|order| order::arrange(&mut places, Place::field, order));
            places
        })
    })
}

#[component]
pub fn Rail() -> impl IntoView {
    let app = use_app();
    let find = RwSignal::new(String::new());
    let places = places(app);
    let sought = memo(move || find.get().trim().to_lowercase());
    let found = memo(move || {
        let find = sought.get();
        places.get().into_iter().filter(|place| place.answers(&find)).collect::<Vec<_>>()
    });
    let order = Order::new(app, memo(move || found.with(|places| places.iter().map(Place::field).collect())));
    let has_time = has_time();
    let fits = move |name: &str| name.to_lowercase().contains(&sought.get());
    let nothing = move || {
        found.with(Vec::is_empty) && !sought.get().is_empty() && !fits("What stands out") && !fits("End to end")
    };
    // Esc goes one step back: first the field finder, then the rail over the table.
    let on_key = move |event: KeyboardEvent| {
        let finding = !find.with(String::is_empty);
        if event.key() == "Escape" && (finding || is_narrow(app)) {
            event.stop_propagation();
            match finding {
                true => find.set(String::new()),
                false => app.rail_over.set(false),
            }
        }
    };
    view! {
        <aside class="rail" on:keydown=hear(on_key) class:overlaid=follow(move || is_narrow(app)) role="region" aria-label="Log analytics">
            <super::grip::Grip />
            <div class="rh">
                <h2>"Log analytics"</h2>
                <Show when=move || app.rail.with(|summary| summary.as_ref().is_some_and(|s| s.so_far))>
                    <span class="mut">"so far"</span>
                </Show>
                <label class="ff">
                    <Icon glyph=Glyph::Search />
                    <input
                        type="text"
                        aria-label="Find a field"
                        placeholder="Find a field"
                        spellcheck="false"
                        autocomplete="off"
                        prop:value=find
                        on:input=hear(move |event| find.set(event_target_value(&event)))
                    />
                </label>
                <RailButton />
            </div>
            <div class="tiles">
                <Show when=move || fits("What stands out")>
                    <StandsOut />
                </Show>
                <Show when=move || has_time.get() && fits("End to end")>
                    <EndToEndTile />
                </Show>
                {each(move || found.get(), Clone::clone, move |place| order.movable(place.field(), place.view()))}
                <Show when=nothing>
                    <p class="tile-note">"No field of that name in the logs shown."</p>
                </Show>
                {live(move || order.reset())}
            </div>
        </aside>
    }
}

/// Version, forward secrecy, authentication and encryption.
#[component]
fn SslTile(fields: Vec<Field>) -> impl IntoView {
    let fields = StoredValue::new(fields);
    let body = move || {
        let parts = fields.get_value().into_iter().map(|field| {
            view! {
                <div class="tile-part">
                    <h4>
                        {title(field)} <button
                            type="button"
                            class="btn q icon sm"
                            aria-label=format!("Open {}", title(field))
                            on:click=hear(move |_| use_app().opened.set(Some(Opened::Field(field))))
                        >
                            <Icon glyph=Glyph::Open />
                        </button>
                    </h4>
                    <TileValues field=field tile=figures(field) />
                </div>
            }
        });
        parts.collect_view()
    };
    let name = Place::Ssl(Vec::new()).name();
    view! {
        <Frame title=name note=String::new() place=SSL[0]>
            {live(body)}
        </Frame>
    }
}

/// Shows or hides the rail: in its header, and beside the view tabs while it is hidden or lies over the table.
#[component]
pub fn RailButton(#[prop(optional)] with_text: bool) -> impl IntoView {
    let app = use_app();
    let shown = move || rail_is_shown(app);
    let toggle = move |_| match is_narrow(app) {
        true => app.rail_over.update(|over| *over = !*over),
        false => app.settings.rail_shown.update(|shown| *shown = !*shown),
    };
    view! {
        <button
            type="button"
            class=if with_text { "btn q sm" } else { "btn q icon sm" }
            aria-label=follow(move || if shown() { "Hide analytics" } else { "Show analytics" })
            aria-pressed=follow(move || shown().to_string())
            on:click=hear(toggle)
        >
            <Icon glyph=Glyph::Rail />
            {with_text.then_some("Analytics")}
        </button>
    }
}

/// True where the rail, or the list in its place, is on the page.
pub fn rail_is_shown(app: App) -> bool {
    match is_narrow(app) {
        true => app.rail_over.get(),
        false => app.settings.rail_shown.get(),
    }
}
