//! What the user chose and the browser keeps: never anything from a log, but for searches (those with a name, and the last
//! one of a set of files) and notes.

use crate::protocol::RulesText;
use crate::text::{decimal, number};
use crate::ui::reactive::effect;
use crate::ui::zone::{self, Zone};
use leptos::prelude::*;
use web_sys::Storage;

/// Settings as signals; a change is stored at once.
#[derive(Clone, Copy)]
pub struct Settings {
    /// `light` or `dark`; `None` follows the system.
    pub theme: RwSignal<Option<&'static str>>,
    pub rail_shown: RwSignal<bool>,
    /// Width of the rail in pixels where the user dragged it.
    pub rail_width: RwSignal<Option<f64>>,
    /// Single keys (`/`, `J`, `E` …) act as shortcuts.
    pub single_keys: RwSignal<bool>,
    /// The zone that times are shown in.
    pub zone: RwSignal<Zone>,
    /// What makes a log significant ([`RulesText`]).
    pub rules: RwSignal<String>,
    /// Networks with names, as they were typed.
    pub ip_groups: RwSignal<String>,
}

impl Settings {
    pub fn load() -> Self {
        let theme = match stored("theme").as_deref() {
            Some("light") => Some("light"),
            Some("dark") => Some("dark"),
            _ => None,
        };
        let rules = stored("rules").filter(|line| line.split(';').count() == 6);
        let settings = Self {
            theme: RwSignal::new(theme),
            rail_shown: RwSignal::new(stored("rail").as_deref() != Some("off")),
            rail_width: RwSignal::new(stored("rail-width").and_then(|text| decimal::read(&text))),
            single_keys: RwSignal::new(stored("single-keys").as_deref() != Some("off")),
            zone: RwSignal::new(match stored("zone").as_deref() {
                Some("local") => None,
                minutes => Some(minutes.and_then(|text| number::int(text.as_bytes())).unwrap_or(0)),
            }),
            ip_groups: RwSignal::new(stored("ip-groups").unwrap_or_default()),
            rules: RwSignal::new(rules.unwrap_or_else(|| RulesText::PRESETS[0].1.to_owned())),
        };
        settings.keep();
        settings
    }

    fn keep(self) {
        effect(move || {
            let theme = self.theme.get();
            store("theme", theme);
            let root = document().document_element();
            match (root, theme) {
                (Some(root), Some(theme)) => drop(root.set_attribute("data-theme", theme)),
                (Some(root), None) => drop(root.remove_attribute("data-theme")),
                (None, _) => {}
            }
        });
        effect(move || store("rail", (!self.rail_shown.get()).then_some("off")));
        effect(move || store("rail-width", self.rail_width.get().map(|width| width.to_string()).as_deref()));
        effect(move || store("single-keys", (!self.single_keys.get()).then_some("off")));
        zone::show_in(self.zone);
        effect(move || {
            let zone = self.zone.get().map_or("local".to_owned(), |minutes| minutes.to_string());
            store("zone", (zone != "0").then_some(&zone));
        });
        effect(move || self.ip_groups.with(|text| keep("ip-groups", text)));
        effect(move || {
            let rules = self.rules.get();
            store("rules", self.has_own_rules().then_some(&rules));
        });
    }

    /// The rules are not those of the start.
    pub fn has_own_rules(self) -> bool {
        self.rules.with(|rules| rules != RulesText::PRESETS[0].1)
    }

    /// True where the page is dark now, by choice or by the system.
    pub fn is_dark(self) -> bool {
        match self.theme.get() {
            Some(theme) => theme == "dark",
            None => {
                window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|media| media.matches())
            }
        }
    }
}

/// Absent where the browser refuses storage: then nothing is kept.
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

pub fn stored(key: &str) -> Option<String> {
    storage()?.get_item(&format!("hopscope.{key}")).ok().flatten()
}

/// Keeps a text; an empty one is nothing to be kept.
pub fn keep(key: &str, value: &str) {
    store(key, (!value.is_empty()).then_some(value));
}

fn store(key: &str, value: Option<&str>) {
    let Some(storage) = storage() else { return };
    let key = format!("hopscope.{key}");
    let _ = match value {
        Some(value) => storage.set_item(&key, value),
        None => storage.remove_item(&key),
    };
}
