//! Searches changed by click: chips taken off, turned round and replaced, filters added. Text in, text out.
//!
//! What was typed is kept as it was typed; only the terms in question change.

use super::ast::{Expr, Name, Node, Op, Span, Value};
use super::parse::parse;
use super::print::{quote, quote_value};
use super::values;
use crate::record::{Field, Kind};

/// How a chip is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermKind {
    /// Free text that must occur.
    Text,
    /// A condition on a field that must hold.
    Include,
    /// Anything that must not hold.
    Exclude,
    /// Terms with `or` between them, or in brackets.
    Group,
}

/// One of the terms that all must hold: a chip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub span: Span,
    pub kind: TermKind,
    pub field: Option<Name>,
    pub op: Option<Op>,
    /// The value without quotes, the free text, or all that stands in brackets.
    pub value: String,
}

/// The terms of a search, in their order.
pub fn terms(text: &str) -> Vec<Term> {
    parse(text).root.terms().iter().map(|node| term(node, text)).collect()
}

fn term(node: &Node, text: &str) -> Term {
    let source = node.span.of(text);
    let (inner, negated) = match &node.expr {
        Expr::Not(inner) => (inner.as_ref(), true),
        _ => (node, false),
    };
    let (field, op, value) = match &inner.expr {
        Expr::Text(phrase) => (None, None, phrase.clone()),
        Expr::Compare { field, op, value, .. } => {
            (Some(*field), Some(*op), value.as_ref().map_or(String::new(), |value| value.text.clone()))
        }
        Expr::In { field, values, negated } => {
            let values: Vec<&str> = values.iter().map(|value| value.text.as_str()).collect();
            (Some(*field), Some(if *negated { Op::NotIn } else { Op::In }), values.join(", "))
        }
        Expr::Exists { field, exists } => (Some(*field), None, if *exists { "exists" } else { "missing" }.to_owned()),
        _ => (None, None, source.to_owned()),
    };
    let excludes = match &inner.expr {
        Expr::Exists { exists, .. } => !exists,
        _ => op.is_some_and(Op::is_negative),
    };
    let kind = match &inner.expr {
        _ if excludes != negated => TermKind::Exclude,
        Expr::Text(_) => TermKind::Text,
        Expr::And(_) | Expr::Or(_) | Expr::Not(_) => TermKind::Group,
        _ => TermKind::Include,
    };
    Term { span: node.span, kind, field, op, value }
}

/// Each term as it was typed, so that any of them can stand beside any other.
fn pieces(text: &str) -> Vec<String> {
    parse(text).root.terms().iter().map(|node| piece(node, text)).collect()
}

fn piece(node: &Node, text: &str) -> String {
    let source = node.span.of(text);
    // What stands in brackets or quotes of its own means the same everywhere.
    let bare = !source.starts_with(['"', '(']);
    match &node.expr {
        // A word such as `not` or `>5` would mean something else beside another neighbour.
        Expr::Text(_) if bare && node.to_string().starts_with('"') => quote(source),
        Expr::Not(inner) if bare && inner.span.start > node.span.start => {
            format!("{}{}", Span::new(node.span.start, inner.span.start).of(text), piece(inner, text))
        }
        // A date would take a time of day from the word behind it.
        Expr::Compare { field, value: Some(value), .. } if bare && field.kind() == Kind::Time => {
            let typed = value.span.of(text);
            let date = !typed.contains(['"', ':']) && !typed.starts_with('-');
            let before = Span::new(node.span.start, value.span.start).of(text);
            if date { format!("{before}{}", quote(typed)) } else { source.to_owned() }
        }
        // Without brackets of its own: they are not part of its first term.
        Expr::Or(nodes) if nodes[0].span.start == node.span.start => {
            // A last word with a bracket of its own (`a OR b(`) would take ours.
            Some(format!("({source})")).filter(|text| parse(text).errors.is_empty()).unwrap_or(format!("({node})"))
        }
        _ => source.to_owned(),
    }
}

/// The search without a term.
pub fn remove_term(text: &str, index: usize) -> String {
    replace_term(text, index, "")
}

/// The search with another text in place of a term.
pub fn replace_term(text: &str, index: usize, with: &str) -> String {
    let mut pieces = pieces(text);
    match pieces.get_mut(index) {
        Some(piece) => *piece = with.trim().to_owned(),
        None => return text.to_owned(),
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces.join(" ")
}

/// The search with a term turned round: it then selects exactly the other entries.
pub fn invert_term(text: &str, index: usize) -> String {
    let root = parse(text).root;
    let Some(node) = root.terms().get(index) else { return text.to_owned() };
    let expr = match node.expr.clone() {
        Expr::Not(inner) => inner.expr,
        Expr::Compare { field, op, sign, value } => match op.opposite() {
            Some(op) => Expr::Compare { field, op, sign, value },
            None => Expr::Not(Box::new(node.clone())),
        },
        Expr::In { field, values, negated } => Expr::In { field, values, negated: !negated },
        Expr::Exists { field, exists } => Expr::Exists { field, exists: !exists },
        _ => Expr::Not(Box::new(node.clone())),
    };
    let bracket = matches!(expr, Expr::And(_) | Expr::Or(_));
    let inverted = Node::new(expr, node.span).to_string();
    replace_term(text, index, &if bracket { format!("({inverted})") } else { inverted })
}

/// One term that holds where either of two does. Alternatives that one of them has already stand beside the other.
pub fn either(one: &str, other: &str) -> String {
    let open = |text: &str| {
        let term = pieces(text).join(" ");
        let is_or = matches!(parse(text).root.terms(), [node] if matches!(node.expr, Expr::Or(_)));
        let inside = term.strip_prefix('(').and_then(|term| term.strip_suffix(')')).filter(|_| is_or);
        inside.filter(|inside| parse(inside).errors.is_empty()).map_or(term.clone(), str::to_owned)
    };
    format!("({} OR {})", open(one), open(other))
}

/// The search without the terms in which texts or addresses stand, which may be somebody's data: numbers, times and which
/// fields there are tell nothing of anybody.
pub fn without_values(text: &str) -> String {
    let query = parse(text);
    let kept = query.root.terms().iter().filter(|node| tells_nothing(node)).map(|node| piece(node, text));
    kept.collect::<Vec<_>>().join(" ")
}

fn tells_nothing(node: &Node) -> bool {
    match &node.expr {
        Expr::All | Expr::Exists { .. } => true,
        Expr::And(nodes) | Expr::Or(nodes) => nodes.iter().all(tells_nothing),
        Expr::Not(node) => tells_nothing(node),
        Expr::Compare { field, .. } | Expr::In { field, .. } => {
            matches!(field.kind(), Kind::Int | Kind::Bytes | Kind::Duration | Kind::Time | Kind::Bool)
        }
        Expr::Text(_) | Expr::Broken(_) => false,
    }
}

/// The search with a zone behind every time that names none, so that it means the same everywhere. `zone` says which, of a
/// moment read as if it were UTC.
pub fn zoned(text: &str, zone: impl Fn(i64) -> String) -> String {
    let query = parse(text);
    let mut times = Vec::new();
    gather_times(&query.root, &mut times);
    let mut zoned = text.to_owned();
    for value in times.into_iter().rev() {
        let ends: Vec<String> = value
            .text
            .split("..")
            .map(|end| match (values::moment(end, 0), values::moment(end, 60)) {
                (Some(moment), other) if other != Some(moment) => format!("{end}{}", zone(moment)),
                _ => end.to_owned(),
            })
            .collect();
        let named = ends.join("..");
        if named != value.text {
            zoned.replace_range(value.span.start..value.span.end, &quote_value(&named));
        }
    }
    zoned
}

fn gather_times<'n>(node: &'n Node, times: &mut Vec<&'n Value>) {
    match &node.expr {
        Expr::And(nodes) | Expr::Or(nodes) => nodes.iter().for_each(|node| gather_times(node, times)),
        Expr::Not(node) => gather_times(node, times),
        Expr::Compare { field, value: Some(value), .. } if field.kind() == Kind::Time => times.push(value),
        Expr::In { field, values, .. } if field.kind() == Kind::Time => times.extend(values),
        _ => {}
    }
}

/// `field op value`, quoted as needed.
pub fn filter_term(field: impl Into<Name>, op: Op, value: &str) -> String {
    let field = field.into();
    let value = Value { text: value.to_owned(), span: Span::default() };
    let expr = match op {
        Op::In | Op::NotIn => Expr::In { field, values: vec![value], negated: op == Op::NotIn },
        _ => Expr::Compare { field, op, sign: Span::default(), value: Some(value) },
    };
    Node::new(expr, Span::default()).to_string()
}

/// The search with one more filter. A filter that is there already is not added again; its opposite gives way to it.
pub fn append_filter(text: &str, field: impl Into<Name>, op: Op, value: &str) -> String {
    let field = field.into();
    let added = filter_term(field, op, value);
    let query = parse(text);
    if !query.errors.is_empty() {
        return format!("{} {added}", text.trim_end());
    }
    for (index, node) in query.root.terms().iter().enumerate() {
        let (inner, negated) = match &node.expr {
            Expr::Not(inner) => (inner.as_ref(), true),
            _ => (node, false),
        };
        let Expr::Compare { field: have, op: have_op, value: Some(have_value), .. } = &inner.expr else { continue };
        let same_case = field.kind() == Kind::EnumCase;
        let same = if same_case { have_value.text == value } else { same_folded(&have_value.text, value) };
        if *have != field || !same {
            continue;
        }
        // `-x=1` is `x!=1`.
        let have_op = if negated { have_op.opposite() } else { Some(*have_op) };
        if have_op == Some(op) {
            return text.to_owned();
        }
        if have_op.is_some() && have_op == op.opposite() {
            return replace_term(text, index, &added);
        }
    }
    append_term(text, &added)
}

fn same_folded(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// The search with one more term, which all entries must match too.
pub fn append_term(text: &str, term: &str) -> String {
    let mut pieces = pieces(text);
    pieces.push(term.trim().to_owned());
    pieces.retain(|piece| !piece.is_empty());
    pieces.join(" ")
}

/// The search without its filters on the field; `None` where it has none that stand by themselves.
pub fn without_field(query: &str, field: Field) -> Option<String> {
    let tree = parse(query).root;
    let (mine, others): (Vec<&Node>, Vec<&Node>) = tree.terms().iter().partition(|term| is_about(term, field));
    let texts: Vec<&str> = others.iter().map(|term| term.span.of(query)).collect();
    (!mine.is_empty()).then(|| texts.join(" "))
}

fn is_about(term: &Node, wanted: Field) -> bool {
    match &term.expr {
        Expr::Compare { field, .. } | Expr::In { field, .. } | Expr::Exists { field, .. } => {
            field.field() == Some(wanted)
        }
        Expr::Not(inner) => is_about(inner, wanted),
        Expr::Or(terms) => terms.iter().all(|term| is_about(term, wanted)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Field;

    #[test]
    fn terms_are_chips() {
        let text = "iPhone client_ip^=\"10.30.\" -x method!=GET (a or b) missing(xff) not status=404 method in (A, B)";
        let terms = terms(text);
        let kinds: Vec<TermKind> = terms.iter().map(|term| term.kind).collect();
        use TermKind::*;
        assert_eq!(kinds, [Text, Include, Exclude, Exclude, Group, Exclude, Exclude, Include]);
        assert_eq!(terms[1].span.of(text), "client_ip^=\"10.30.\"");
        assert_eq!(
            (terms[1].field, terms[1].op, terms[1].value.as_str()),
            (Some(Field::ClientIp.into()), Some(Op::StartsWith), "10.30.")
        );
        assert_eq!(terms[4].span.of(text), "(a or b)");
        assert_eq!(terms[7].value, "A, B");
        assert!(super::terms("  ").is_empty());
    }

    #[test]
    fn terms_are_removed_and_replaced() {
        assert_eq!(remove_term("a AND  b and c", 1), "a c");
        assert_eq!(remove_term("a", 0), "");
        assert_eq!(remove_term("a or b", 0), "");
        assert_eq!(remove_term("a", 7), "a");
        assert_eq!(remove_term("method \"x\" >5", 1), "method \">5\"");
        assert_eq!(remove_term("not a method=GET", 1), "\"not\" method=GET");
        assert_eq!(remove_term("NOT not a method=GET", 1), "NOT \"not\" method=GET");
        assert_eq!(remove_term("time=2024-01-03 a 13:15", 1), "time=\"2024-01-03\" 13:15");
        assert_eq!(replace_term("a b c", 1, " status=5 "), "a status=5 c");
    }

    #[test]
    fn times_get_the_zone_they_are_typed_in_unless_they_name_one() {
        let cases = [
            ("start_time>=2024-07-03 13:15", "start_time>=\"2024-07-03 13:15+02:00\""),
            ("a time=2024-01-03 b", "a time=2024-01-03+01:00 b"),
            ("time=\"2024-01-03 13:15..2024-01-03Z\"", "time=\"2024-01-03 13:15+01:00..2024-01-03Z\""),
            (
                "(time=2024-01-03..2024-07-04 or x) NOT time in (2024-07-03, -15m)",
                "(time=2024-01-03+01:00..2024-07-04+02:00 or x) NOT time in (2024-07-03+02:00, -15m)",
            ),
            ("time>-15m host=2024-01-03 2024-01-03", "time>-15m host=2024-01-03 2024-01-03"),
            ("time>2024-01-03 13:15:00.5-03:00", "time>2024-01-03 13:15:00.5-03:00"),
        ];
        let summer = crate::query::moment("2024-04-01", 0).unwrap();
        let zone = |moment| if moment > summer { "+02:00".to_owned() } else { "+01:00".to_owned() };
        for (text, expected) in cases {
            assert_eq!(zoned(text, zone), expected, "{text}");
        }
    }

    #[test]
    fn a_search_without_values_keeps_what_tells_nothing_of_anybody() {
        let text = "alice client_ip=10.0.0.7 resp_code>=500 exists(xff) (total_time>2s or retries>0) (retries>0 or bob) -user_id=eve";
        assert_eq!(without_values(text), "resp_code>=500 exists(xff) (total_time>2s or retries>0)");
        assert_eq!(without_values("NOT resp_code in (200, 304) method=GET"), "NOT resp_code in (200, 304)");
        assert_eq!(without_values("alice or resp_code=500"), "");
    }

    #[test]
    fn terms_are_turned_round_and_back() {
        let pairs = [
            ("a", "-a"),
            ("method=GET", "method!=GET"),
            ("uri~=x", "uri!~=x"),
            ("uri^=x", "-uri^=x"),
            ("status>5", "-response_code>5"),
            ("method in (A, B)", "method not in (A, B)"),
            ("exists(xff)", "missing(xff)"),
            ("(a OR b)", "-(a OR b)"),
        ];
        for (one, other) in pairs {
            assert_eq!(invert_term(&format!("x {one} y"), 1), format!("x {other} y"));
            let back = invert_term(&format!("x {other} y"), 1);
            let expected = format!("x {one} y").replace("status", "response_code");
            assert_eq!(back, expected);
        }
        assert_eq!(invert_term("a or b", 0), "-(a OR b)");
    }

    #[test]
    fn terms_are_joined_by_or() {
        assert_eq!(either("status=504", "status=502"), "(status=504 OR status=502)");
        assert_eq!(either("(a OR b)", "-c"), "(a OR b OR -c)");
        assert_eq!(either("a or b", "(c or (d e))"), "(a or b OR c or (d e))");
        assert_eq!(either("(a) or (b)", "c"), "((a) or (b) OR c)");
        assert_eq!(either("-(a or b)", "NOT c"), "(-(a or b) OR NOT c)");
        assert_eq!(either("start_time>=2026-11-18", "10:00"), "(start_time>=\"2026-11-18\" OR 10:00)");
        for (one, other) in [("b(", "a)"), ("\"or\"", "uri=~(x|y)"), ("(a OR b(", "c")] {
            let joined = either(one, other);
            assert_eq!(parse(&joined).root.terms().len(), 1, "{joined}");
        }
    }

    #[test]
    fn filters_are_added_once_and_replace_their_opposite() {
        let add = |text: &str, op, value: &str| append_filter(text, Field::Method, op, value);
        assert_eq!(add("", Op::Equal, "GET"), "method=GET");
        assert_eq!(add("x", Op::Equal, "a b"), "x method=\"a b\"");
        assert_eq!(add("Request = get x", Op::Equal, "GET"), "Request = get x");
        assert_eq!(add("y method!=get x", Op::Equal, "GET"), "y method=GET x");
        assert_eq!(add("y -method=get x", Op::Equal, "GET"), "y method=GET x");
        assert_eq!(add("method=GET x", Op::NotEqual, "GET"), "method!=GET x");
        assert_eq!(add("method=GET", Op::NotEqual, "PUT"), "method=GET method!=PUT");
        assert_eq!(add("a or b", Op::Equal, "GET"), "(a or b) method=GET");
        assert_eq!(add("(a) or (b)", Op::Equal, "GET"), "((a) or (b)) method=GET");
        assert_eq!(add("(a or b)", Op::Equal, "GET"), "(a or b) method=GET");
        let state = |text: &str| append_filter(text, Field::TerminationState, Op::Equal, "cD--");
        assert_eq!(state("termination_state!=CD--"), "termination_state!=CD-- termination_state=cD--");
    }

    #[test]
    fn only_the_filters_on_the_field_go() {
        let query = "response_code=504 confirm NOT response_code>=600 (method=GET or method=PUT)";
        let rest = without_field(query, Field::ResponseCode).expect("there are two");
        assert_eq!(rest, "confirm (method=GET or method=PUT)");
        assert_eq!(without_field(&rest, Field::Method).as_deref(), Some("confirm"));
        assert_eq!(without_field("confirm", Field::Method), None);
        assert_eq!(without_field("method=GET or confirm", Field::Method), None);
    }
}
