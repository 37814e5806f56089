//! Filters by chance: a tree, and the text that asks for it, made side by side so that no parser stands between them.

use super::conditions::{near, part};
use super::evaluate::{Filter, Meaning, Of};
use super::random::Random;
use super::rows::Row;
use super::typed::{any_case, network, quoted};
use hopscope::record::{Field, Key, Kind};

/// What filters are made of, taken from the rows once.
pub struct Vocabulary<'a> {
    pub rows: &'a [Row],
    /// Newest start time.
    pub newest: i64,
    /// Fields that some row has.
    fields: Vec<Field>,
    /// Free words, and conditions on keys. Each is looked for in all text, so they are not made anew for every filter.
    words: Vec<Part>,
    keys: Vec<Part>,
}

/// A part of a filter and its text.
pub type Part = (String, Filter);

/// What a text is, for what can be written around it.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    /// A free word.
    Word,
    /// A field with its value.
    Formal,
    Not,
    And,
    Or,
}

/// Brackets and negations inside each other, at most.
const DEEPEST: usize = 4;
const WORDS: usize = 1_500;
const KEYS: usize = 600;

impl<'a> Vocabulary<'a> {
    pub fn new(rows: &'a [Row], newest: i64) -> Self {
        let has = |field: &Field| rows.iter().any(|row| !row.values(&Of::Field(*field)).is_empty());
        let fields = Field::ALL.iter().copied().filter(|field| field.kind() != Kind::Body && has(field)).collect();
        let mut vocabulary = Self { rows, newest, fields, words: Vec::new(), keys: Vec::new() };
        let mut random = Random::new(1);
        vocabulary.words = (0..WORDS).map(|_| vocabulary.word(&mut random)).collect();
        let mut names: Vec<&String> = rows.iter().flat_map(Row::keys).collect();
        names.sort();
        names.dedup();
        vocabulary.keys = (0..KEYS).map(|nth| vocabulary.key(names[nth % names.len()], &mut random)).collect();
        vocabulary
    }

    /// A search and its meaning. Lines are named, so that steps of requests are not left out.
    pub fn filter(&self, random: &mut Random) -> Part {
        let (text, filter, shape) = self.tree(DEEPEST, random);
        let line = |first, last| Filter::Is {
            of: Of::Field(Field::Line),
            not: false,
            meanings: vec![Meaning::Number(first, last)],
        };
        match shape {
            Shape::Or if random.percent(50) => {
                (format!("line<1 OR {text}"), Filter::Any(vec![line(i64::MIN, 0), filter]))
            }
            Shape::Or => (format!("line>=1 ({text})"), Filter::All(vec![line(1, i64::MAX), filter])),
            _ => (format!("{text} line>=1"), Filter::All(vec![filter, line(1, i64::MAX)])),
        }
    }

    fn tree(&self, deepest: usize, random: &mut Random) -> (String, Filter, Shape) {
        let parts = |random: &mut Random| {
            let count = 2 + random.below(2);
            let parts: Vec<_> = (0..count).map(|_| self.tree(deepest - 1, random)).collect();
            parts
        };
        // A word or a key alone would soon be asked for again.
        let first = if deepest == DEEPEST { 2 } else { 0 };
        match first + random.below(if deepest == 0 { 8 } else { 14 - first }) {
            0 => {
                let (text, filter) = random.pick(&self.words).clone();
                (text, filter, Shape::Word)
            }
            1 => {
                let (text, filter) = random.pick(&self.keys).clone();
                (text, filter, Shape::Formal)
            }
            2..8 => {
                let (text, filter) = self.condition(random);
                (text, filter, Shape::Formal)
            }
            8 | 9 => self.not(deepest, random),
            10 | 11 => {
                let parts = parts(random);
                let mut text = String::new();
                for (nth, (part, _, shape)) in parts.iter().enumerate() {
                    if nth > 0 {
                        text += random.one_of(&[" ", " ", "  ", " AND ", " and "]);
                    }
                    let bracket = *shape == Shape::Or || random.percent(10);
                    text += &if bracket { bracketed(part, random) } else { part.clone() };
                }
                (text, Filter::All(parts.into_iter().map(|(_, filter, _)| filter).collect()), Shape::And)
            }
            _ => {
                let parts = parts(random);
                let mut text = String::new();
                for (nth, (part, ..)) in parts.iter().enumerate() {
                    if nth > 0 {
                        text += random.one_of(&[" OR ", " or ", " Or "]);
                    }
                    text += &if random.percent(20) { bracketed(part, random) } else { part.clone() };
                }
                (text, Filter::Any(parts.into_iter().map(|(_, filter, _)| filter).collect()), Shape::Or)
            }
        }
    }

    fn not(&self, deepest: usize, random: &mut Random) -> (String, Filter, Shape) {
        let (text, filter, shape) = self.tree(deepest - 1, random);
        let bracket = matches!(shape, Shape::And | Shape::Or) || random.percent(20);
        let inner = if bracket { bracketed(&text, random) } else { text };
        let text = match random.below(3) {
            // A second `-` would be text, as is `not` before a word.
            0 if !inner.starts_with('-') => format!("-{inner}"),
            1 if bracket || shape == Shape::Formal => format!("not {inner}"),
            _ => format!("NOT {inner}"),
        };
        (text, Filter::Not(Box::new(filter)), Shape::Not)
    }

    /// A free word, phrase or network.
    fn word(&self, random: &mut Random) -> Part {
        let row = random.pick(self.rows);
        if random.percent(8) && !row.addresses.is_empty() {
            let (text, first, last) = network(random.one_of(&row.addresses), random);
            return (text.clone(), Filter::Network(first, last, text));
        }
        let reasons = row.values(&Of::Field(Field::Significance));
        let from = if !reasons.is_empty() && random.percent(20) { &random.pick(reasons).lower } else { &row.raw };
        let word = near(&part(from.trim_end(), 10, random).replace('\n', " "), random);
        // What looks like a network would mean its addresses.
        let word = if word.contains('/') && word.contains(['.', ':']) { word.replace('/', "-") } else { word };
        let word = any_case(if word.is_empty() { "a" } else { &word }, random);
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '/' | '-' | '%');
        let operator = ["or", "and", "not", "in"].iter().any(|operator| word.eq_ignore_ascii_case(operator));
        let bare = word.chars().all(plain) && !word.starts_with('-') && !operator && random.percent(70);
        let text = if bare { word.clone() } else { quoted(&word, random) };
        (text, Filter::Word(word.to_lowercase()))
    }

    /// A condition on a field that the rows have, or seldom on one that none has.
    fn condition(&self, random: &mut Random) -> Part {
        let field = *if random.percent(97) { random.pick(&self.fields) } else { random.pick(Field::ALL) };
        if field.kind() == Kind::Body {
            return self.condition(random);
        }
        let spec = field.spec();
        let name = match random.below(3) {
            0 if !spec.aliases.is_empty() => random.one_of(spec.aliases).to_owned(),
            1 if field.kind() == Kind::Duration => format!("{}_ms", spec.name),
            _ => spec.name.to_owned(),
        };
        let name = if random.percent(10) { name.to_uppercase() } else { name };
        self.ask(Of::Field(field), field.kind(), &name, random)
    }

    fn key(&self, path: &str, random: &mut Random) -> Part {
        match Key::find(path) {
            Some(key) => self.ask(Of::Key(path.to_owned()), key.kind(), path, random),
            None => self.ask(Of::Key(path.to_owned()), Kind::List, &format!("extra.{path}"), random),
        }
    }
}

fn bracketed(text: &str, random: &mut Random) -> String {
    if random.percent(20) { format!("( {text} )") } else { format!("({text})") }
}
