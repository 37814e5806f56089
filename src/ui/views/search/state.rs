//! What the search bar holds: the terms that are chips, the text being typed, and what is wrong with it.
//!
//! The applied search is `App::query`; it follows from the chips that are on. Filters that come from elsewhere (a click
//! on a value) change `App::query`, and the chips follow it.

use super::history::History;
use crate::query::{Fix, QueryError};
use crate::ui::App;
use crate::ui::filter;
use crate::ui::lookup;
use crate::ui::reactive::effect;
use leptos::html;
use leptos::prelude::*;

/// One chip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub id: u32,
    pub text: String,
    /// Switched off: kept, but not applied.
    pub off: bool,
}

/// What does not run, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub text: String,
    pub errors: Vec<QueryError>,
    /// The chip that is being edited; `None`: the input.
    pub chip: Option<u32>,
}

#[derive(Clone, Copy)]
pub struct Search {
    pub app: App,
    pub terms: RwSignal<Vec<Term>>,
    pub draft: RwSignal<String>,
    pub fault: RwSignal<Option<Fault>>,
    /// The chip that is being edited.
    pub editing: RwSignal<Option<u32>>,
    pub focused: RwSignal<bool>,
    pub input: NodeRef<html::Input>,
    /// Searches applied before, newest last.
    pub history: StoredValue<History>,
    next_id: StoredValue<u32>,
}

impl Search {
    pub fn new(app: App) -> Self {
        let search = Self {
            app,
            terms: RwSignal::default(),
            draft: RwSignal::default(),
            fault: RwSignal::default(),
            editing: RwSignal::default(),
            focused: RwSignal::default(),
            input: NodeRef::new(),
            history: StoredValue::new(History::default()),
            next_id: StoredValue::new(0),
        };
        effect(move || search.follow(&app.query.get()));
        search
    }

    fn term(self, text: String) -> Term {
        let id = self.next_id.get_value();
        self.next_id.set_value(id + 1);
        Term { id, text, off: false }
    }

    /// Takes over a search that did not come from the chips.
    fn follow(self, query: &str) {
        let terms = self.terms.get_untracked();
        if joined(&terms) == query {
            return;
        }
        let mut old = terms;
        let mut new = Vec::new();
        for text in filter::terms(query) {
            // A term that stays keeps its chip, and with it the focus.
            match old.iter().position(|term| !term.off && term.text == text) {
                Some(at) => new.push(old.remove(at)),
                None => new.push(self.term(text)),
            }
        }
        new.extend(old.into_iter().filter(|term| term.off));
        self.terms.set(new);
    }

    /// Makes the chips that are on the search.
    fn apply(self) {
        let query = joined(&self.terms.get_untracked());
        self.app.query.set(query);
    }

    /// What is typed becomes chips, if it is right.
    pub fn submit(self) {
        let draft = self.draft.get_untracked();
        let text = draft.trim();
        if text.is_empty() {
            return;
        }
        if lookup::is_awaited(self.app, text, move || self.submit()) {
            return;
        }
        if let Some(errors) = filter::errors(text) {
            self.fault.set(Some(Fault { text: text.to_owned(), errors, chip: None }));
            return;
        }
        let text = &filter::zoned(text);
        let new: Vec<Term> = filter::terms(text).into_iter().map(|text| self.term(text)).collect();
        self.terms.update(|terms| {
            for term in new {
                if !terms.iter().any(|old| old.text == term.text && !old.off) {
                    terms.push(term);
                }
            }
        });
        self.history.update_value(|history| history.add(text));
        self.type_in("");
        self.apply();
    }

    /// Changes what is typed, and looks for faults that no further typing can mend.
    pub fn type_in(self, text: &str) {
        self.draft.set(text.to_owned());
        lookup::foresee(self.app, text);
        let errors = filter::errors_so_far(text);
        self.fault.set(errors.map(|errors| Fault { text: text.to_owned(), errors, chip: None }));
    }

    /// Ends the editing of a chip with this text; an empty one removes it.
    pub fn commit(self, id: u32, text: &str) {
        let text = text.trim();
        let later = text.to_owned();
        if lookup::is_awaited(self.app, text, move || self.commit(id, &later)) {
            return;
        }
        if let Some(errors) = filter::errors(text) {
            self.fault.set(Some(Fault { text: text.to_owned(), errors, chip: Some(id) }));
            return;
        }
        let parts = filter::terms(&filter::zoned(text));
        self.terms.update(|terms| {
            let Some(at) = terms.iter().position(|term| term.id == id) else { return };
            let mut parts = parts.into_iter();
            match parts.next() {
                Some(first) => terms[at].text = first,
                None => drop(terms.remove(at)),
            }
            let more: Vec<Term> = parts.map(|text| self.term(text)).collect();
            terms.splice(at + 1..at + 1, more);
        });
        self.leave_chip();
        self.apply();
    }

    /// Ends the editing of a chip without a change.
    pub fn leave_chip(self) {
        self.fault.set(None);
        self.editing.set(None);
    }

    pub fn fix(self, fix: &Fix) {
        let Some(fault) = self.fault.get_untracked() else { return };
        let text = fix.apply(&fault.text);
        match fault.chip {
            Some(id) => self.commit(id, &text),
            None => {
                self.type_in(&text);
                self.focus();
            }
        }
    }

    pub fn remove(self, id: u32) {
        self.terms.update(|terms| terms.retain(|term| term.id != id));
        self.leave_chip();
        self.apply();
    }

    pub fn toggle(self, id: u32) {
        self.change(id, |term| term.off = !term.off);
    }

    pub fn invert(self, id: u32) {
        self.change(id, |term| term.text = filter::inverted(&term.text));
    }

    /// Puts the chip a place to the left or right.
    pub fn shift(self, id: u32, by: isize) {
        self.terms.update(|terms| {
            let Some(at) = terms.iter().position(|term| term.id == id) else { return };
            if let Some(to) = at.checked_add_signed(by).filter(|to| *to < terms.len()) {
                let term = terms.remove(at);
                terms.insert(to, term);
            }
        });
        self.apply();
    }

    /// Makes one chip of this and the one before: either is to hold. False where there is none before.
    pub fn join(self, id: u32) -> bool {
        let joined = self.terms.try_update(|terms| {
            let at = terms.iter().position(|term| term.id == id)?.checked_sub(1)?;
            let second = terms.remove(at + 1);
            terms[at].text = filter::either(&terms[at].text, &second.text);
            Some(())
        });
        self.apply();
        joined.flatten().is_some()
    }

    fn change(self, id: u32, change: impl FnOnce(&mut Term)) {
        self.terms.update(|terms| {
            if let Some(term) = terms.iter_mut().find(|term| term.id == id) {
                change(term);
            }
        });
        self.apply();
    }

    pub fn clear(self) {
        self.terms.set(Vec::new());
        self.leave_chip();
        self.type_in("");
        self.apply();
        self.focus();
    }

    /// Puts the cursor behind this part of the text, once the input shows it.
    pub fn put_cursor(self, before: &str) {
        let units = before.encode_utf16().count() as u32;
        let text = self.draft.get_untracked();
        let put = move || {
            // Whoever has typed on meanwhile has the cursor where it is to be.
            if let Some(input) = self.input.get_untracked().filter(|input| input.value() == text) {
                let _ = input.set_selection_range(units, units);
            }
        };
        request_animation_frame(put);
    }

    pub fn focus(self) {
        if let Some(input) = self.input.get_untracked() {
            let _ = input.focus();
        }
    }
}

/// The chips that are on, as one search.
fn joined(terms: &[Term]) -> String {
    let texts: Vec<&str> = terms.iter().filter(|term| !term.off).map(|term| term.text.as_str()).collect();
    filter::join(&texts)
}
