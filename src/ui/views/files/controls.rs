//! How a file is to be read: format, zone, clock and year, each with what is taken while nothing is set.

use crate::protocol::{Origin, Settings, SourceId, SourceProgress};
use crate::show;
use crate::text::decimal;
use crate::ui::App;
use crate::ui::widgets::{input, select};
use crate::ui::zone::ZONES;
use leptos::prelude::*;

/// One file. Only its dialog changes its settings, so they are kept there while it is open.
#[derive(Clone, Copy)]
pub(super) struct OneFile {
    pub(super) app: App,
    pub(super) id: SourceId,
    pub(super) source: Memo<SourceProgress>,
    pub(super) settings: RwSignal<Settings>,
}

impl OneFile {
    /// Reads the file again where this makes a difference.
    pub(super) fn change(self, edit: impl FnOnce(&mut Settings)) {
        let old = self.settings.get_untracked();
        let mut new = old.clone();
        edit(&mut new);
        if new != old {
            self.settings.set(new.clone());
            self.app.reread(self.id, new);
        }
    }

    pub(super) fn format(self, name: &str) -> AnyView {
        let now = self.settings.get_untracked().format.map_or(0, |format| usize::from(format) + 1);
        let mut choices = vec!["Detect for each log".to_owned()];
        choices.extend(self.app.formats.get_untracked());
        let chosen = move |at: usize| self.change(|settings| settings.format = at.checked_sub(1).map(|at| at as u8));
        let hint = move || match self.settings.get().format {
            Some(_) => "Other lines count as unparsed",
            None => "",
        };
        select(
            "Format",
            format!("Format of {name}"),
            choices,
            now,
            Box::new(chosen),
            Box::new(move || hint().to_owned()),
        )
    }

    pub(super) fn zone(self, name: &str) -> AnyView {
        let zone = |at: usize| ZONES.get(at.wrapping_sub(1)).map(|minutes| minutes * 60);
        let now = self.settings.get_untracked().zone;
        let now = (1..=ZONES.len()).find(|at| now.is_some() && zone(*at) == now).unwrap_or(0);
        let mut choices = vec!["As logged".to_owned()];
        choices.extend(ZONES.iter().map(|minutes| show::zone_name(minutes * 60)));
        let chosen = move |at: usize| self.change(|settings| settings.zone = zone(at));
        let source = self.source;
        let hint = move || match source.with(|source| source.stamps.zone) {
            None => stamps_say("zone", source),
            Some((zone, Origin::Assumed)) => format!("{}, assumed", show::zone_name(zone)),
            Some((zone, Origin::Told)) => format!("{}, from its ids", show::zone_name(zone)),
            Some((_, Origin::Set)) => "For stamps without zone".to_owned(),
        };
        select("Time zone", format!("Time zone of {name}"), choices, now, Box::new(chosen), Box::new(hint))
    }

    pub(super) fn offset(self, name: &str) -> AnyView {
        let now = seconds(self.settings.get_untracked().offset);
        let entered = move |text: &str| {
            let offset = micros(text);
            if let Some(offset) = offset {
                self.change(|settings| settings.offset = offset);
            }
            offset.is_some()
        };
        let hint = || "Seconds, added to every time".to_owned();
        let expects = "A number of seconds, like -1.5";
        input("Clock offset", format!("Clock offset of {name}"), (now, "0", expects), Box::new(entered), Box::new(hint))
    }

    pub(super) fn year(self, name: &str) -> AnyView {
        let now = self.settings.get_untracked().year.map_or(String::new(), |year| year.to_string());
        let entered = move |text: &str| {
            let year = match text {
                "" => None,
                text => match text.parse() {
                    Ok(year @ 1970..=2200) => Some(year),
                    _ => return false,
                },
            };
            self.change(|settings| settings.year = year);
            true
        };
        let source = self.source;
        let hint = move || match source.with(|source| source.stamps.year) {
            None => stamps_say("year", source),
            Some((year, Origin::Assumed)) => format!("{year}, from the file's date"),
            Some((year, Origin::Told)) => format!("{year}, from its dated logs"),
            Some((_, Origin::Set)) => "Of the first stamp without year".to_owned(),
        };
        input(
            "Year",
            format!("Year of {name}"),
            (now, "From the file", "A year, like 2026"),
            Box::new(entered),
            Box::new(hint),
        )
    }
}

/// The stamps looked at have it. Nothing is said of a file in which no log was found.
fn stamps_say(what: &str, source: Memo<SourceProgress>) -> String {
    let timed = source.with(|source| source.times.is_some());
    if timed { format!("Stamps say the {what}") } else { String::new() }
}

/// `-1.5` as microseconds; nothing is 0. Thirty years either way are enough for a clock.
fn micros(text: &str) -> Option<i64> {
    match text {
        "" => Some(0),
        text => decimal::scaled(text, 1_000_000).filter(|micros| micros.abs() < 1_000_000_000_000_000),
    }
}

/// The same as it is entered.
fn seconds(micros: i64) -> String {
    if micros == 0 {
        return String::new();
    }
    let (whole, part) = (micros.abs() / 1_000_000, micros.abs() % 1_000_000);
    let part = format!(".{part:06}");
    format!("{}{whole}{}", if micros < 0 { "-" } else { "" }, part.trim_end_matches('0').trim_end_matches('.'))
}
