//! The frame of the page.

use super::client::Client;
use super::state::App;
use super::views::{
    Histogram,
    bookmarks::BookmarksButton,
    export::{ExportButton, ExportDialog},
    files::Files,
    help::Help,
    intake::Intake,
    intake::Picker,
    ip_groups::IpGroupsDialog,
    loading::Loading,
    notes::Notes,
    rules::RulesButton,
    saved::SavedButton,
    search::SearchBar,
    start::Start,
    status::Status,
    switch::Switch,
    ticket::TicketButton,
    top::Top,
    work::Work,
};
use super::{bookmarks, carried, keys, lookup, open, resume, shortcuts, sync};
use crate::protocol::FromHub;
use crate::show;
use crate::ui::reactive::{effect, memo};
use crate::ui::widgets::{Show, live};
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;

/// Who has files at hand from the start is not kept waiting.
const REHEARSAL: Duration = Duration::from_millis(200);

pub fn mount() {
    let Some(root) = document().get_element_by_id("app") else { return };
    root.set_text_content(None);
    let handle = mount_to(root.unchecked_into(), Root);
    // The page lives as long as its document.
    handle.forget();
}

#[component]
fn Root() -> impl IntoView {
    let slot: Rc<Cell<Option<App>>> = Rc::default();
    let listener = slot.clone();
    let client = Client::start(move |message| {
        if let Some(app) = listener.get() {
            hear(app, message);
        }
    });
    let app = App::new(client);
    slot.set(Some(app));
    provide_context(app);
    app.recall_rules();
    let picker = Picker::create();
    keys::listen(app);
    shortcuts::register(app, picker);
    sync::follow(app);
    lookup::follow(app);
    bookmarks::follow(app);
    resume::follow(app);
    open::expose(app);
    follow_size(app);
    announce_totals(app);
    let empty = memo(move || app.is_empty());
    super::views::table::provide_link(app);
    carried::follow_address(app, super::views::table::use_link());
    view! {
        <Top picker=picker />
        <div class="above">
            <Loading />
            <Notes />
        </div>
        <Show
            when=move || !empty.get()
            fallback=move || view! { <Start picker=picker /> }
        >
            <div class="qbar">
                <SearchBar />
                <Switch />
                <RulesButton />
                <SavedButton />
                <BookmarksButton />
                <TicketButton />
                <ExportButton />
            </div>
            <Histogram />
            <Work />
        </Show>
        <Status />
        <Intake picker=picker />
        <Help />
        <IpGroupsDialog />
        <Files />
        <ExportDialog />
        <div class="vh" aria-live="polite">{live(move || app.announce.get())}</div>
    }
}

/// What the hub says unasked.
fn hear(app: App, message: FromHub) {
    match message {
        FromHub::Progress(progress) => app.progressed(progress),
        FromHub::Ready { formats, .. } => {
            app.formats.set(formats);
            set_timeout(move || app.rehearse(), REHEARSAL);
        }
        FromHub::Failed { message, .. } => app.failure.set(Some(message)),
        _ => {}
    }
}

fn follow_size(app: App) {
    let measure = move || {
        let side = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64());
        if let Some(width) = side(window().inner_width()) {
            app.width.set(width);
        }
        if let Some(height) = side(window().inner_height()) {
            app.height.set(height);
        }
    };
    measure();
    let handle = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || handle.remove());
}

/// Says the total 300 ms after it settled.
fn announce_totals(app: App) {
    let total = memo(move || app.summary.with(|summary| summary.as_ref().map(|summary| summary.total)));
    effect(move || {
        let Some(now) = total.get() else { return };
        let say = move || {
            if total.get_untracked() == Some(now) {
                app.announce.set(show::logs(now));
            }
        };
        set_timeout(say, Duration::from_millis(300));
    });
}
