//! Help while typing: what the place of the cursor asks for, and which fields and operators fit there.
//!
//! Values are not known here: the page asks the engine for the most seen ones and joins them.

use super::ast::{Name, Op, Span};
use super::check::operators;
use super::lex;
use super::parse::{Ending, parse};
use crate::record::{Field, Key, Kind};
use crate::text::sort;

/// More than this many suggestions are never shown.
pub const MOST: usize = 8;

/// What could stand at the cursor. `span` is what a chosen suggestion replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    None,
    Field { typed: String, span: Span },
    Operator { field: Name, typed: String, span: Span },
    Value { field: Name, op: Op, typed: String, span: Span },
}

/// Looks at the text before the cursor (a byte position).
pub fn wanted(text: &str, cursor: usize) -> Wanted {
    let mut cursor = cursor.min(text.len());
    while !text.is_char_boundary(cursor) {
        cursor -= 1;
    }
    let before = &text[..cursor];
    match parse(before).end {
        Ending::Phrase => Wanted::None,
        Ending::Name(span) => {
            let more = text[cursor..].find(|c| !lex::is_name(c)).unwrap_or(text.len() - cursor);
            Wanted::Field { typed: span.of(before).to_owned(), span: Span::new(span.start, cursor + more) }
        }
        Ending::Value { field, op, typed, span } => {
            let end = value_end(text, span.start, cursor, op);
            Wanted::Value { field, op, typed, span: Span::new(span.start, end) }
        }
        Ending::Closed => closed(before),
    }
}

/// Where the value that the cursor stands in ends.
fn value_end(text: &str, start: usize, cursor: usize, op: Op) -> usize {
    if !text[start..].starts_with('"') {
        return start + lex::bare(&text[start..], matches!(op, Op::In | Op::NotIn)).max(cursor - start);
    }
    // While the closing quote is not typed yet, the next quote may belong to another term.
    match text[cursor..].find('"') {
        Some(close) if !text[cursor..cursor + close].contains(lex::is_sign) => cursor + close + 1,
        _ => cursor,
    }
}

/// Behind a field and a blank, or the beginning of an operator, an operator is wanted; else a new term.
fn closed(before: &str) -> Wanted {
    let cursor = before.len();
    let unsigned = before.trim_end_matches(['!', '~', '^', '$']);
    let word = unsigned.trim_end();
    if word.len() < cursor
        && let Ending::Name(name) = parse(word).end
        && let Some(field) = Name::find(name.of(word))
        && !is_call(&word[..name.start])
    {
        let span = Span::new(unsigned.len(), cursor);
        return Wanted::Operator { field, typed: before[unsigned.len()..].to_owned(), span };
    }
    let fresh = before.is_empty() || before.ends_with(|c| lex::is_blank(c) || c == '(' || c == '-');
    if fresh { Wanted::Field { typed: String::new(), span: Span::new(cursor, cursor) } } else { Wanted::None }
}

/// True behind `exists(` and `missing(`, where a name stands alone.
fn is_call(before: &str) -> bool {
    let before = before.trim_end().to_ascii_lowercase();
    before.ends_with("exists(") || before.ends_with("missing(")
}

/// A field that fits what is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldHint {
    pub field: Field,
    /// The alias through which it was found, where its own name does not fit.
    pub alias: Option<&'static str>,
    /// The letters of the name that were typed, for highlighting.
    pub matched: Option<Span>,
}

/// A column is named like the key that it sums up, without its dot: `icap_action` of `icap_log.action`.
fn without_dot(name: &str) -> String {
    name.replace("_log.", "_")
}

/// Fields of `present` (those that occur in the loaded logs) that fit, best first.
pub fn fields(typed: &str, present: &[Field]) -> Vec<FieldHint> {
    let typed = without_dot(&typed.to_ascii_lowercase());
    let mut found: Vec<(u8, FieldHint)> = Vec::new();
    for field in present.iter().copied().filter(|field| field.kind() != Kind::Body) {
        let spec = field.spec();
        let in_name = spec.name.find(&typed);
        let alias = |test: &dyn Fn(&str) -> bool| spec.aliases.iter().copied().find(|alias| test(alias));
        let exact = alias(&|alias| alias == typed);
        let begins = alias(&|alias| alias.starts_with(&typed));
        let inside = alias(&|alias| alias.contains(&typed));
        let (rank, alias) = match in_name {
            Some(0) if spec.name == typed => (0, None),
            _ if exact.is_some() => (0, exact),
            Some(0) => (1, None),
            _ if begins.is_some() => (2, begins),
            Some(at) if spec.name.as_bytes()[at - 1] == b'_' => (3, None),
            Some(_) => (4, None),
            None if spec.label.to_ascii_lowercase().contains(&typed) => (4, None),
            None if inside.is_some() => (5, inside),
            None => continue,
        };
        let matched = in_name.filter(|_| !typed.is_empty()).map(|at| Span::new(at, at + typed.len()));
        found.push((rank, FieldHint { field, alias, matched }));
    }
    sort::by_key(&mut found, |(rank, _)| *rank);
    found.into_iter().take(MOST).map(|(_, hint)| hint).collect()
}

/// Keys without a column that fit, those first that begin as typed: whole, or behind a dot.
pub fn keys(typed: &str) -> Vec<Key> {
    let typed = typed.to_ascii_lowercase();
    let rank = |key: &Key| match key.name().find(&typed) {
        Some(0) => Some(0),
        Some(at) if key.name().as_bytes()[at - 1] == b'.' => Some(1),
        Some(_) => Some(2),
        None => without_dot(key.name()).starts_with(&typed).then_some(3),
    };
    let mut found: Vec<(u8, Key)> = Key::all().filter_map(|key| Some((rank(&key)?, key))).collect();
    sort::by_key(&mut found, |(rank, key)| (*rank, key.name().len()));
    found.into_iter().take(MOST).map(|(_, key)| key).collect()
}

/// Keys inside the message that a key names, and the key itself.
pub fn inner_keys(of: Key) -> Vec<Key> {
    let inside = |key: &Key| key.name().strip_prefix(of.name()).is_some_and(|rest| rest.starts_with('.'));
    let mut found: Vec<Key> = Key::all().filter(inside).take(MOST - 1).collect();
    if !found.is_empty() {
        found.insert(0, of);
    }
    found
}

/// An operator that goes with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperatorHint {
    pub op: Op,
    /// What it asks, in a word or two.
    pub help: &'static str,
}

impl OperatorHint {
    /// What is put into the search, and how far before its end the cursor then stands.
    pub fn insert(&self) -> (&'static str, usize) {
        match self.op {
            Op::In => (" in ()", 1),
            Op::NotIn => (" not in ()", 1),
            op => (op.symbol(), 0),
        }
    }
}

/// Operators of a field that begin as typed. The rarest give way where there would be too many.
pub fn operator_hints(field: impl Into<Name>, typed: &str) -> Vec<OperatorHint> {
    let kind = field.into().kind();
    let all = operators(kind);
    let rare = |op: Op| match op {
        Op::NotIn | Op::NotMatches => true,
        Op::In | Op::Matches => kind == Kind::Ip,
        _ => false,
    };
    let fits = all.iter().filter(|op| op.symbol().starts_with(typed));
    let fits = fits.filter(|op| !typed.is_empty() || all.len() <= MOST || !rare(**op));
    fits.take(MOST).map(|op| OperatorHint { op: *op, help: help(*op, kind) }).collect()
}

fn help(op: Op, kind: Kind) -> &'static str {
    match op {
        Op::Equal if kind == Kind::Ip => "is, or lies in a network",
        Op::Equal if kind == Kind::List => "any is",
        Op::NotEqual if kind == Kind::List => "none is",
        Op::Equal => "is",
        Op::NotEqual => "is not, or is missing",
        Op::Contains => "contains",
        Op::NotContains => "does not contain, or is missing",
        Op::StartsWith => "starts with",
        Op::EndsWith => "ends with",
        Op::Matches => "matches a pattern: ^/api/v[0-9]+/",
        Op::NotMatches => "does not match, or is missing",
        Op::Greater if kind == Kind::Time => "after",
        Op::GreaterEqual if kind == Kind::Time => "at or after",
        Op::Less if kind == Kind::Time => "before",
        Op::LessEqual if kind == Kind::Time => "at or before",
        Op::Greater => "more than",
        Op::GreaterEqual => "at least",
        Op::Less => "less than",
        Op::LessEqual => "at most",
        Op::In => "any of",
        Op::NotIn => "none of, or is missing",
    }
}

/// The search with a suggestion in place of `span`, and where the cursor then stands.
pub fn accept(text: &str, span: Span, insert: &str) -> (String, usize) {
    let (Some(before), Some(after)) = (text.get(..span.start), text.get(span.end..)) else {
        return (text.to_owned(), text.len());
    };
    (format!("{before}{insert}{after}"), before.len() + insert.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` is the cursor.
    fn at(marked: &str) -> Wanted {
        let cursor = marked.find('|').unwrap();
        wanted(&marked.replace('|', ""), cursor)
    }

    fn field(typed: &str, start: usize, end: usize) -> Wanted {
        Wanted::Field { typed: typed.to_owned(), span: Span::new(start, end) }
    }

    fn operator(typed: &str, start: usize, end: usize) -> Wanted {
        Wanted::Operator { field: Field::Method.into(), typed: typed.to_owned(), span: Span::new(start, end) }
    }

    fn value(op: Op, typed: &str, start: usize, end: usize) -> Wanted {
        Wanted::Value { field: Field::Method.into(), op, typed: typed.to_owned(), span: Span::new(start, end) }
    }

    #[test]
    fn the_place_of_the_cursor_says_what_is_wanted() {
        assert_eq!(at("|"), field("", 0, 0));
        assert_eq!(at("meth|"), field("meth", 0, 4));
        assert_eq!(at("x -me|thod=GET"), field("me", 3, 9));
        assert_eq!(at("(a or me|"), field("me", 6, 8));
        assert_eq!(at("exists(me|)"), field("me", 7, 9));
        assert_eq!(at("method=GET |"), field("", 11, 11));
        assert_eq!(at("method |"), operator("", 7, 7));
        assert_eq!(at("method!|"), operator("!", 6, 7));
        assert_eq!(at("method !~|"), operator("!~", 7, 9));
        assert_eq!(at("method=|"), value(Op::Equal, "", 7, 7));
        assert_eq!(at("method >= |"), value(Op::GreaterEqual, "", 10, 10));
        assert_eq!(at("method=G|ET x"), value(Op::Equal, "G", 7, 10));
        assert_eq!(at("method=\"G E|T\" x"), value(Op::Equal, "G E", 7, 13));
        assert_eq!(at("method=\"G| uri=\"/a\""), value(Op::Equal, "G", 7, 9));
        assert_eq!(at("method in (|"), value(Op::In, "", 11, 11));
        assert_eq!(at("method in (GET, P|)"), value(Op::In, "P", 16, 17));
        assert_eq!(at("method not in (GET, |"), value(Op::NotIn, "", 20, 20));
        for none in ["\"meth|", "method=\"GET\"|", "nofield=|", "/path|", "exists(method)|", "method in (GET)|"] {
            assert_eq!(at(none), Wanted::None, "{none}");
        }
    }

    #[test]
    fn names_that_begin_as_typed_come_first() {
        let names = |typed: &str, present: &[Field]| -> Vec<&str> {
            fields(typed, present).iter().map(|hint| hint.field.name()).collect()
        };
        let found = names("server", Field::ALL);
        assert_eq!(found[0], "server_name", "an exact alias");
        assert!(found[1].starts_with("server_") && found.len() == MOST);
        assert_eq!(names("IP", &[Field::ServerIp, Field::Method, Field::ClientIp]), ["server_ip", "client_ip"]);
        assert_eq!(names("resp_code", Field::ALL)[0], "response_code");
        assert_eq!(fields("resp_code", Field::ALL)[0].alias, Some("resp_code"));
        assert_eq!(names("operating", Field::ALL), ["client_os"]);
        assert_eq!(names("", &[Field::AllRequestHeaders, Field::Uri]), ["uri"]);
        assert_eq!(fields("code", &[Field::ResponseCode])[0].matched, Some(Span::new(9, 13)));
        assert!(names("zzz", Field::ALL).is_empty());
        // What the column and the key of the log are called leads to both.
        let keys = |typed: &str| keys(typed).into_iter().map(Key::name).collect::<Vec<_>>();
        for typed in ["icap_act", "icap_log.act"] {
            assert_eq!(names(typed, Field::ALL), ["icap_action"], "{typed}");
            assert_eq!(keys(typed), ["icap_log.action"], "{typed}");
        }
    }

    #[test]
    fn operators_follow_the_kind() {
        let symbols = |field, typed: &str| -> Vec<&str> {
            operator_hints(field, typed).iter().map(|hint| hint.op.symbol()).collect()
        };
        assert_eq!(symbols(Field::Tls, ""), ["=", "!=", "in", "not in"]);
        assert_eq!(symbols(Field::Method, "!"), ["!=", "!~=", "!=~"]);
        assert_eq!(symbols(Field::ResponseCode, ">"), [">", ">="]);
        assert_eq!(symbols(Field::Method, ""), ["=", "!=", "~=", "!~=", "^=", "$=", "=~", "in"]);
        assert_eq!(symbols(Field::Method, "=").last(), Some(&"=~"));
        assert_eq!(symbols(Field::ClientIp, "").len(), MOST);
        assert!(symbols(Field::AllRequestHeaders, "").is_empty());
        let list = operator_hints(Field::Method, "in")[0];
        let (text, back) = list.insert();
        let (text, end) = accept("method ", Span::new(6, 7), text);
        assert_eq!((text.as_str(), end - back), ("method in ()", 11));
    }
}
