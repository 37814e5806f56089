//! Conditions on one field or key: every operator of its kind, with values that the rows have and values that are nearly those.

use super::evaluate::{Filter, How, Meaning, Of};
use super::invent::{Part, Vocabulary};
use super::random::Random;
use super::rows::Value;
use super::typed::{Typed, address, any_case, network, number, written, written_time};
use hopscope::record::Kind;

/// Operators of texts: sign, what it asks, whether it is negated. Behind the third, those of a part of a text.
const SIGNS: [(&str, How, bool); 9] = [
    ("=", How::Equal, false),
    ("==", How::Equal, false),
    ("!=", How::Equal, true),
    ("~=", How::Contains, false),
    ("!~=", How::Contains, true),
    ("^=", How::Starts, false),
    ("!^=", How::Starts, true),
    ("$=", How::Ends, false),
    ("!$=", How::Ends, true),
];

impl<'a> Vocabulary<'a> {
    pub fn ask(&self, of: Of, kind: Kind, name: &str, random: &mut Random) -> Part {
        if random.percent(6) {
            let blank = if random.percent(20) { " " } else { "" };
            return match random.below(2) {
                0 => (format!("exists({blank}{name}{blank})"), Filter::Exists(of)),
                _ => (format!("MISSING({name}{blank})"), Filter::Not(Box::new(Filter::Exists(of)))),
            };
        }
        match kind {
            Kind::Ip => self.ask_address(of, name, random),
            Kind::Time | Kind::Duration | Kind::Bytes | Kind::Int | Kind::Bool => {
                self.ask_number(of, kind, name, random)
            }
            _ => self.ask_text(of, kind, name, random),
        }
    }

    /// The value of some row, if one is found soon.
    fn some_value(&self, of: &Of, random: &mut Random) -> Option<&'a Value> {
        let start = random.below(self.rows.len());
        let rows = self.rows[start..].iter().chain(&self.rows[..start]);
        let values = rows.map(|row| row.values(of)).find(|values| !values.is_empty())?;
        Some(&values[random.below(values.len())])
    }

    fn ask_text(&self, of: Of, kind: Kind, name: &str, random: &mut Random) -> Part {
        let value = |how: How, random: &mut Random| {
            let text = self.some_value(&of, random).map_or("x", |value| &value.text);
            let count = text.chars().count();
            let text: String = match how {
                How::Equal => text.to_owned(),
                How::Contains => part(text, 12, random),
                How::Starts => text.chars().take(1 + random.below(count.min(30))).collect(),
                How::Ends => text.chars().skip(count.saturating_sub(1 + random.below(30))).collect(),
            };
            let text = any_case(&near(&text, random), random);
            let meaning = if kind == Kind::EnumCase {
                Meaning::Exact(how, text.clone())
            } else {
                Meaning::Text(how, text.to_lowercase())
            };
            (text, meaning)
        };
        if random.percent(15) {
            let values: Vec<_> = (0..1 + random.below(3)).map(|_| value(How::Equal, random)).collect();
            let (texts, meanings): (Vec<String>, Vec<Meaning>) = values.into_iter().unzip();
            let texts = texts.iter().map(|text| written(text, true, random)).collect();
            return list(of, name, texts, meanings, random);
        }
        let (sign, how, not) = random.one_of(&SIGNS);
        let (text, meaning) = value(how, random);
        let (sign, text) = perhaps_pattern(sign, how, not, text, random);
        let text = written(&text, false, random);
        (signed(name, sign, &text, random), Filter::Is { of, not, meanings: vec![meaning] })
    }

    fn ask_address(&self, of: Of, name: &str, random: &mut Random) -> Part {
        let near_address = |random: &mut Random| {
            let found = (0..20).find_map(|_| self.some_value(&of, random)?.address);
            let found = found.unwrap_or(0xffff_0a00_0001);
            let far = random.below(300) as u128;
            match random.below(4) {
                0 => found.saturating_add(far),
                1 => found.saturating_sub(far),
                _ => found,
            }
        };
        let value = |random: &mut Random| {
            let one = near_address(random);
            match random.below(8) {
                0..3 => (address(one, random), Meaning::Address(one, one)),
                3..6 => {
                    let (text, first, last) = network(one, random);
                    (text, Meaning::Address(first, last))
                }
                6 => {
                    let other = near_address(random);
                    let text = format!("{}..{}", address(one.min(other), random), address(one.max(other), random));
                    (text, Meaning::Address(one.min(other), one.max(other)))
                }
                // Masked, as some write addresses.
                _ => {
                    let masked = any_case(random.one_of(&["X.X.X.23", "x.x.x.77", "X.X.X.2"]), random);
                    (masked.clone(), Meaning::Text(How::Equal, masked.to_lowercase()))
                }
            }
        };
        let (sign, how, not) = random.one_of(&SIGNS[3..]);
        let (text, not, meaning) = match random.below(10) {
            0..3 => {
                let text = self.some_value(&of, random).map_or("10.", |value| &value.text);
                let count = text.chars().count();
                let text: String = match how {
                    How::Starts => text.chars().take(1 + random.below(count)).collect(),
                    How::Ends => text.chars().skip(random.below(count)).collect(),
                    _ => part(text, 6, random),
                };
                let typed = any_case(&text, random);
                let (sign, typed) = perhaps_pattern(sign, how, not, typed, random);
                (
                    signed(name, sign, &written(&typed, false, random), random),
                    not,
                    Meaning::Text(how, text.to_lowercase()),
                )
            }
            3..5 => {
                let one = near_address(random);
                let typed = written(&address(one, random), false, random);
                let (sign, meaning) = match random.below(4) {
                    0 => (">", Meaning::Address(one.saturating_add(1), u128::MAX)),
                    1 => (">=", Meaning::Address(one, u128::MAX)),
                    2 => ("<", Meaning::Address(0, one.saturating_sub(1))),
                    _ => ("<=", Meaning::Address(0, one)),
                };
                (signed(name, sign, &typed, random), false, meaning)
            }
            5 | 6 => {
                let values: Vec<_> = (0..1 + random.below(3)).map(|_| value(random)).collect();
                let (texts, meanings): (Vec<String>, Vec<Meaning>) = values.into_iter().unzip();
                let texts = texts.iter().map(|text| written(text, true, random)).collect();
                return list(of, name, texts, meanings, random);
            }
            _ => {
                let (typed, meaning) = value(random);
                let typed = written(&typed, false, random);
                let not = random.percent(40);
                (signed(name, if not { "!=" } else { "=" }, &typed, random), not, meaning)
            }
        };
        (text, Filter::Is { of, not, meanings: vec![meaning] })
    }

    fn ask_number(&self, of: Of, kind: Kind, name: &str, random: &mut Random) -> Part {
        let write = if kind == Kind::Time { written_time } else { written };
        let near_number = |random: &mut Random| {
            let found = self.some_value(&of, random).and_then(|value| value.number).unwrap_or(5);
            match (random.below(8), kind) {
                (_, Kind::Bool) => found,
                (0, _) => found.saturating_add(1),
                (1, _) => found.saturating_sub(1),
                (2, Kind::Time) => found + 60_000_000,
                (3, Kind::Time) => found - 1_000_000,
                (2, _) => found / 10 * 10,
                (3, _) => found.saturating_add(found / 8),
                _ => found,
            }
        };
        // A time before the newest entry.
        let back = |random: &mut Random| {
            let (text, micros) = random.one_of(&[
                ("-15m", 900_000_000),
                ("-90s", 90_000_000),
                ("-1.5h", 5_400_000_000),
                ("-2d", 172_800_000_000),
                ("-36h", 129_600_000_000),
                ("-3w", 1_814_400_000_000),
                ("-250ms", 250_000),
            ]);
            Typed { text: text.to_owned(), first: self.newest - micros, last: self.newest - micros }
        };
        let end = |random: &mut Random| match kind {
            Kind::Time if random.percent(25) => back(random),
            _ => number(kind, near_number(random), random),
        };
        let value = |random: &mut Random| -> (String, Meaning) {
            let one = near_number(random);
            match random.below(6) {
                0 if kind == Kind::Int && (10..1_000_000_000).contains(&one) => {
                    let open = 1 + random.below(one.ilog10() as usize) as u32;
                    let (first, x) = (one / 10i64.pow(open), if random.percent(20) { "X" } else { "x" });
                    let text = format!("{first}{}", x.repeat(open as usize));
                    (text, Meaning::Number(first * 10i64.pow(open), (first + 1) * 10i64.pow(open) - 1))
                }
                1 | 2 if kind != Kind::Bool => {
                    let (from, to) = (end(random), end(random));
                    let (from, to) =
                        if from.first <= to.last && from.first <= to.first { (from, to) } else { (to, from) };
                    match random.below(4) {
                        0 => (format!("{}..", from.text), Meaning::Number(from.first, i64::MAX)),
                        1 => (format!("..{}", to.text), Meaning::Number(i64::MIN, to.last)),
                        _ => (format!("{}..{}", from.text, to.text), Meaning::Number(from.first, to.last)),
                    }
                }
                _ => {
                    let typed = number(kind, one, random);
                    (typed.text, Meaning::Number(typed.first, typed.last))
                }
            }
        };
        let (text, not, meaning) = match random.below(10) {
            0..4 if kind != Kind::Bool => {
                let Typed { text, first, .. } = end(random);
                let (sign, meaning) = match random.below(4) {
                    0 => (">", Meaning::Number(first.saturating_add(1), i64::MAX)),
                    1 => (">=", Meaning::Number(first, i64::MAX)),
                    2 => ("<", Meaning::Number(i64::MIN, first.saturating_sub(1))),
                    _ => ("<=", Meaning::Number(i64::MIN, first)),
                };
                (signed(name, sign, &write(&text, false, random), random), false, meaning)
            }
            4 | 5 => {
                let values: Vec<_> = (0..1 + random.below(3)).map(|_| value(random)).collect();
                let (texts, meanings): (Vec<String>, Vec<Meaning>) = values.into_iter().unzip();
                let texts = texts.iter().map(|text| write(text, true, random)).collect();
                return list(of, name, texts, meanings, random);
            }
            _ => {
                let (typed, meaning) = value(random);
                let not = random.percent(40);
                let sign = if not { "!=" } else { "=" };
                (signed(name, sign, &write(&typed, false, random), random), not, meaning)
            }
        };
        (text, Filter::Is { of, not, meanings: vec![meaning] })
    }
}

/// Now and then the pattern that asks the same.
fn perhaps_pattern(
    sign: &'static str,
    how: How,
    not: bool,
    text: String,
    random: &mut Random,
) -> (&'static str, String) {
    // What stands for bytes that are no text is no part of it to a pattern.
    if random.percent(75) || text.contains('\u{fffd}') {
        return (sign, text);
    }
    let mut pattern = String::from(if matches!(how, How::Equal | How::Starts) { "^" } else { "" });
    for c in text.chars() {
        match random.below(8) {
            1 if c.is_ascii_alphanumeric() => pattern += &format!("(?:{c}|{c})"),
            2 if c.is_ascii_alphanumeric() => pattern += &format!("[{c}]"),
            _ if r".+*?()|[]{}^$\".contains(c) => pattern.extend(['\\', c]),
            _ => pattern.push(c),
        }
    }
    if matches!(how, How::Equal | How::Ends) {
        pattern.push('$');
    }
    (if not { "!=~" } else { "=~" }, pattern)
}

fn signed(name: &str, sign: &str, value: &str, random: &mut Random) -> String {
    let mut blank = || if random.percent(15) { " " } else { "" };
    format!("{name}{}{sign}{}{value}", blank(), blank())
}

fn list(of: Of, name: &str, texts: Vec<String>, meanings: Vec<Meaning>, random: &mut Random) -> Part {
    let not = random.percent(40);
    let word = random.one_of(if not { &["not in ", "NOT IN ", "not in"] } else { &["in ", "IN ", "in"] });
    let comma = random.one_of(&[", ", ",", " , "]);
    (format!("{name} {word}({})", texts.join(comma)), Filter::Is { of, not, meanings })
}

/// Some characters in a row of a text.
pub fn part(text: &str, most: usize, random: &mut Random) -> String {
    let count = text.chars().count();
    let start = random.below(count);
    text.chars().skip(start).take(1 + random.below(most)).collect()
}

/// The text itself, or one that is nearly it.
pub fn near(text: &str, random: &mut Random) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    if chars.is_empty() || random.percent(60) {
        return text.to_owned();
    }
    let at = random.below(chars.len());
    let other = random.one_of(&['a', 'E', '1', '.', '-', ' ', '"', '\\', '(', ')', ',', 'ü', '/', '=']);
    match random.below(4) {
        0 => drop(chars.remove(at)),
        1 => chars[at] = other,
        2 => chars.insert(at, other),
        _ => chars.push(other),
    }
    chars.into_iter().collect()
}
