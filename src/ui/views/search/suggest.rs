//! Suggestions while typing: fields, then their operators, then the values of the logs shown with count and share.

use super::state::Search;
use super::values::{self, Offer};
use crate::protocol::RowMark;
use crate::query::complete::{self, MOST, Wanted};
use crate::query::presets;
use crate::query::{Name, Span};
use crate::record::{Field, Key, Kind};
use crate::show;
use crate::text::few::Few;
use crate::ui::widgets::{Mark, ShareBar, Show, follow, hear, live};
use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// One suggestion: what it shows, and what it makes of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub label: String,
    /// Beside the label: what the field is.
    pub note: String,
    /// For values.
    pub figures: Option<Figures>,
    pub mark: RowMark,
    /// Replaces this part of the text …
    pub span: Span,
    /// … by this.
    pub with: String,
    /// How far before the end of it the cursor then stands.
    pub back: usize,
    /// The text is then a whole filter.
    pub complete: bool,
    /// It is what has been typed already.
    pub exact: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    pub count: u64,
    pub total: u64,
    /// Count of the most frequent value.
    pub most: u64,
}

#[derive(Clone, Copy)]
pub struct Suggest {
    search: Search,
    /// The user wants the list, where there is something in it.
    wanted: RwSignal<bool>,
    pub items: RwSignal<Vec<Item>>,
    pub heading: RwSignal<String>,
    pub active: RwSignal<Option<usize>>,
}

impl Suggest {
    pub fn new(search: Search) -> Self {
        let suggest = Self {
            search,
            wanted: RwSignal::new(false),
            items: RwSignal::default(),
            heading: RwSignal::default(),
            active: RwSignal::default(),
        };
        values::follow(suggest, search);
        suggest
    }

    pub fn is_open(self) -> bool {
        self.wanted.get() && !self.items.with(Vec::is_empty) && self.search.fault.with(Option::is_none)
    }

    pub fn is_wanted(self) -> bool {
        self.wanted.get()
    }

    pub fn open(self) {
        self.wanted.set(true);
    }

    pub fn close(self) {
        self.wanted.set(false);
        self.active.set(None);
    }

    /// Lists other suggestions; one that has been typed in full is chosen.
    pub fn list(self, heading: String, items: Vec<Item>) {
        let exact = items.iter().position(|item| item.exact && item.complete);
        self.heading.set(heading);
        self.items.set(items);
        self.active.set(exact);
    }

    pub fn step(self, by: isize) {
        let count = self.items.with_untracked(Vec::len) as isize;
        let now = self.active.get_untracked().map_or(if by > 0 { -1 } else { count }, |at| at as isize);
        let next = now + by;
        self.active.set((0..count).contains(&next).then_some(next as usize));
    }

    /// Enter: takes the chosen one; a whole filter is applied at once. False where none is chosen.
    pub fn take_active(self) -> bool {
        match self.active.get_untracked() {
            Some(at) if untrack(|| self.is_open()) => {
                self.take(at, true);
                true
            }
            _ => false,
        }
    }

    /// Tab: writes out the chosen one, else the first.
    pub fn complete(self) -> bool {
        let at = self.active.get_untracked().unwrap_or(0);
        let fresh = self.items.with_untracked(|items| items.get(at).is_some_and(|item| !item.exact));
        if fresh {
            self.take(at, false);
        }
        fresh
    }

    pub fn take(self, at: usize, apply: bool) {
        let Some(item) = self.items.with_untracked(|items| items.get(at).cloned()) else { return };
        let text = self.search.draft.get_untracked();
        let (text, end) = complete::accept(&text, item.span, &item.with);
        self.search.type_in(&text);
        self.search.put_cursor(&text[..end - item.back]);
        if item.complete && apply {
            self.search.submit();
            self.close();
        }
        self.search.focus();
    }
}

/// What the place of the cursor asks for.
pub fn offer(search: Search, text: &str) -> Offer {
    match complete::wanted(text, cursor(search, text)) {
        Wanted::Field { typed, span } => match Name::find(&typed) {
            // What is a name of its own may also be the beginning of longer ones.
            Some(Name::Key(key)) if key.kind() == Kind::List && !complete::inner_keys(key).is_empty() => {
                keys(complete::inner_keys(key), span)
            }
            Some(name) => operators(name, "", Span::new(span.end, span.end)),
            None => fields(search, &typed, span),
        },
        Wanted::Operator { field, typed, span } => operators(field, &typed, span),
        Wanted::Value { field: Name::Field(field), op, typed, span } if !op.is_pattern() => {
            Offer::Values { field, op, typed, span }
        }
        // A value is no pattern, and nobody counts the values of a key that has no column.
        Wanted::Value { .. } => Offer::nothing(),
        Wanted::None => Offer::nothing(),
    }
}

/// Byte position of the cursor; browsers count in UTF-16 units.
fn cursor(search: Search, text: &str) -> usize {
    let input = search.input.get_untracked();
    let units = input.and_then(|input| input.selection_start().ok().flatten()).unwrap_or(u32::MAX) as usize;
    let mut seen = 0;
    for (at, letter) in text.char_indices() {
        if seen >= units {
            return at;
        }
        seen += letter.len_utf16();
    }
    text.len()
}

/// Fields of the logs shown first, then all others.
fn fields(search: Search, typed: &str, span: Span) -> Offer {
    if typed.is_empty() {
        return Offer::nothing();
    }
    let uniques: Few<Field, u64> = search.app.summary.with_untracked(|summary| {
        let tiles = summary.iter().flat_map(|summary| &summary.tiles);
        tiles.filter_map(|tile| Some((Field::from_index(tile.field.into())?, tile.unique))).collect()
    });
    let (present, others): (Vec<Field>, Vec<Field>) = Field::ALL.iter().partition(|field| uniques.get(field).is_some());
    let found = complete::fields(typed, &present).into_iter().chain(complete::fields(typed, &others));
    // They are about sessions of HAProxy.
    let ready = presets::matching(typed).filter(|_| uniques.get(&Field::TerminationState).is_some());
    let ready = ready.map(|preset| Item {
        label: preset.name.to_owned(),
        note: preset.note.to_owned(),
        figures: None,
        mark: RowMark::Fine,
        span,
        with: preset.query.to_owned(),
        back: 0,
        complete: true,
        exact: false,
    });
    let items = found.take(MOST).map(|hint| {
        let name = hint.alias.unwrap_or(hint.field.name());
        let unique = uniques.get(&hint.field).map(|unique| format!(", {}", show::count(*unique, "value", "values")));
        Item {
            label: name.to_owned(),
            note: format!("{}{}", hint.field.label(), unique.unwrap_or_default()),
            figures: None,
            mark: RowMark::Fine,
            span,
            with: name.to_owned(),
            back: 0,
            complete: false,
            exact: false,
        }
    });
    let mut items: Vec<Item> = items.collect();
    let room = MOST - items.len();
    items.extend(complete::keys(typed).into_iter().take(room).map(|key| key_item(key, span)));
    Offer::Items("Fields".to_owned(), items.into_iter().chain(ready).collect())
}

/// A key without a column.
fn key_item(key: Key, span: Span) -> Item {
    let name = key.name().to_owned();
    Item {
        label: name.clone(),
        note: "Avi, read from the logs".to_owned(),
        figures: None,
        mark: RowMark::Fine,
        span,
        with: name,
        back: 0,
        complete: false,
        exact: false,
    }
}

fn keys(found: Vec<Key>, span: Span) -> Offer {
    Offer::Items("Fields".to_owned(), found.into_iter().map(|key| key_item(key, span)).collect())
}

fn operators(field: Name, typed: &str, span: Span) -> Offer {
    let items = complete::operator_hints(field, typed).into_iter().map(|hint| {
        let (insert, back) = hint.insert();
        Item {
            label: hint.op.symbol().to_owned(),
            note: hint.help.to_owned(),
            figures: None,
            mark: RowMark::Fine,
            span,
            with: insert.to_owned(),
            back,
            complete: false,
            exact: false,
        }
    });
    let heading = match field {
        Name::Field(field) => format!("{}: {}", field.label(), field.help()),
        Name::Key(key) => format!("{}: read from the text of the logs", key.name()),
    };
    Offer::Items(heading, items.collect())
}

#[component]
pub fn List(search: Search, suggest: Suggest) -> impl IntoView {
    let left = move || {
        search.draft.track();
        let input = search.input.get_untracked();
        let offset = input.map_or(0, |input| input.offset_left());
        format!("{}px", (offset - 12).clamp(0, 520))
    };
    view! {
        <Show when=move || suggest.is_open()>
            // A press must not take the focus from the input.
            <div class="pop sug" style:left=follow(left) on:mousedown=hear(|event: MouseEvent| event.prevent_default())>
                <div class="hd">
                    <span class="cut">{live(move || suggest.heading.get())}</span>
                    <span>{live(move || has_figures(suggest).then_some("logs, share"))}</span>
                </div>
                <div id="suggestions" role="listbox" aria-label="Suggestions">
                    {live(move || {
                        let items = suggest.items.get();
                        items
                            .into_iter()
                            .enumerate()
                            .map(|(at, item)| view! { <Row suggest=suggest at=at item=item /> })
                            .collect_view()
                    })}
                </div>
                <div class="ft">
                    <span><kbd>"↑"</kbd>" "<kbd>"↓"</kbd>" choose"</span>
                    <span><kbd>"Enter"</kbd>" add filter"</span>
                    <span><kbd>"Tab"</kbd>" complete"</span>
                    <span><kbd>"Esc"</kbd>" close"</span>
                </div>
            </div>
        </Show>
    }
}

fn has_figures(suggest: Suggest) -> bool {
    suggest.items.with(|items| items.iter().any(|item| item.figures.is_some()))
}

#[component]
fn Row(suggest: Suggest, at: usize, item: Item) -> impl IntoView {
    let on = move || suggest.active.get() == Some(at);
    let label = show::visible(&item.label).into_owned();
    let name = label.clone();
    let right = match item.figures {
        Some(Figures { count, total, most }) => view! {
            <ShareBar part=count whole=most />
            <span class="num">{show::integer(count)}</span>
            <span class="num sub">{show::share(count, total)}</span>
        }
        .into_any(),
        None => view! { <span class="mut">{item.note.clone()}</span> }.into_any(),
    };
    view! {
        <div
            class="opt"
            class:value=item.figures.is_some()
            class:on=follow(on)
            id=format!("suggestion-{at}")
            role="option"
            aria-label=name
            aria-selected=follow(move || on().to_string())
            on:click=hear(move |_| suggest.take(at, true))
        >
            <span><Mark mark=item.mark /></span>
            <span class="mono cut">{label}</span>
            {right}
        </div>
    }
}
