//! Search text to tree. Lenient: there is always a tree, with the faults beside it, so that the page can show chips and
//! help while a search is half typed; a search with faults does not run.
//!
//! `or` binds weakest, then `and` (or nothing) between terms, then `NOT` or a leading `-`.

use super::ast::{Expr, Name, Node, Op, Span};
use super::error::{Fix, QueryError};
use super::lex;
use super::term::in_list;
use crate::text::sort;

/// Brackets and negations deeper than this are refused: the tree is walked recursively, and the stack of a worker is
/// small.
const DEEPEST: usize = 40;

/// A search as read.
#[derive(Clone, Debug)]
pub struct Query {
    pub root: Node,
    /// In the order of their places.
    pub errors: Vec<QueryError>,
    /// What stands at the very end of the text, for the help while typing.
    pub(super) end: Ending,
}

/// What the text of a search ends with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Ending {
    /// Nothing that could be continued, or a blank.
    #[default]
    Closed,
    /// A word that could be the beginning of a field's name.
    Name(Span),
    /// The beginning of a value, perhaps empty; the span has the opening quote in it.
    Value { field: Name, op: Op, typed: String, span: Span },
    /// Inside quotes that belong to no field.
    Phrase,
}

/// Reads a search.
pub fn parse(text: &str) -> Query {
    let mut parser = Parser { text, at: 0, depth: 0, errors: Vec::new(), end: Ending::Closed };
    let root = parser.either();
    sort::by_key(&mut parser.errors, |error| error.span.start);
    Query { root, errors: parser.errors, end: parser.end }
}

/// Where reading stands. What single terms look like is in [`super::term`].
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// Brackets and negations that are open.
    depth: usize,
    pub(super) errors: Vec<QueryError>,
    pub(super) end: Ending,
}

impl<'a> Parser<'a> {
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn blanks(&mut self) -> usize {
        let skipped = self.rest().find(|c| !lex::is_blank(c)).unwrap_or(self.rest().len());
        self.at += skipped;
        if skipped > 0 {
            self.end = Ending::Closed;
        }
        skipped
    }

    pub(super) fn finished(&self) -> bool {
        self.at >= self.text.len()
    }

    pub(super) fn error(&mut self, span: Span, message: impl Into<String>) {
        self.errors.push(QueryError::new(span, message));
    }

    pub(super) fn here(&self) -> Span {
        Span::new(self.at, self.at)
    }

    /// Terms with `or` between them, to the end or to a closing bracket.
    fn either(&mut self) -> Node {
        let mut nodes = Vec::new();
        let mut connector: Option<Span> = None;
        loop {
            let node = self.all(connector.is_none() && nodes.is_empty());
            match (node.expr == Expr::All, connector) {
                (true, Some(span)) => {
                    let word = span.of(self.text);
                    self.error(self.here(), format!("Expected a term after `{word}`."));
                }
                (true, None) => {}
                (false, _) => nodes.push(node),
            }
            let word = lex::keyword(self.rest());
            if !word.eq_ignore_ascii_case("or") {
                break;
            }
            let span = Span::new(self.at, self.at + word.len());
            if nodes.is_empty() && connector.is_none() {
                self.error(span, format!("Expected a term before `{word}`."));
            }
            self.at = span.end;
            connector = Some(span);
        }
        join(nodes, Expr::Or, self.here())
    }

    /// Terms that all must hold, to an `or`, a closing bracket or the end.
    fn all(&mut self, first: bool) -> Node {
        let mut nodes: Vec<Node> = Vec::new();
        loop {
            self.blanks();
            if self.finished() {
                break;
            }
            if self.rest().starts_with(')') {
                if self.depth > 0 {
                    break;
                }
                let span = Span::new(self.at, self.at + 1);
                let fix = Fix::new("Remove `)`".to_owned(), span, "");
                self.errors.push(QueryError::new(span, "No `(` opens this `)`.").fix(fix));
                self.at += 1;
                self.end = Ending::Closed;
                continue;
            }
            let word = lex::keyword(self.rest());
            // Before the first term, `or` and `and` in small letters are words like others.
            let connects = !nodes.is_empty() || !first || word.chars().all(|c| c.is_ascii_uppercase());
            if connects && word.eq_ignore_ascii_case("or") {
                break;
            }
            if connects && word.eq_ignore_ascii_case("and") {
                let start = self.at;
                self.at += word.len();
                if nodes.is_empty() {
                    self.error(Span::new(start, self.at), format!("Expected a term before `{word}`."));
                }
                self.blanks();
                let more = !self.finished() && !self.rest().starts_with(')');
                if !more || lex::keyword(self.rest()).eq_ignore_ascii_case("or") {
                    self.error(self.here(), format!("Expected a term after `{word}`."));
                }
                continue;
            }
            nodes.push(self.term());
        }
        join(nodes, Expr::And, self.here())
    }

    /// One term at a place that is neither blank nor the end.
    fn term(&mut self) -> Node {
        let start = self.at;
        if self.depth >= DEEPEST {
            let span = Span::new(start, self.text.len());
            self.error(span, format!("More than {DEEPEST} brackets or negations inside each other."));
            self.at = self.text.len();
            return Node::new(Expr::Broken(span.of(self.text).to_owned()), span);
        }
        let rest = self.rest();
        let word = lex::keyword(rest);
        if rest.starts_with('(') {
            self.depth += 1;
            let node = self.group();
            self.depth -= 1;
            node
        } else if let Some(after) = rest.strip_prefix('-').filter(|after| can_be_negated(after)) {
            self.at = self.text.len() - after.len();
            self.not(start)
        } else if word == "NOT" || (word.eq_ignore_ascii_case("not") && formal(&rest[word.len()..])) {
            self.at += word.len();
            self.blanks();
            if self.finished() || self.rest().starts_with(')') {
                self.error(self.here(), format!("Expected a term after `{word}`."));
                return Node::new(Expr::Broken(word.to_owned()), Span::new(start, start + word.len()));
            }
            self.not(start)
        } else {
            self.atom()
        }
    }

    fn not(&mut self, start: usize) -> Node {
        self.depth += 1;
        let inner = self.term();
        self.depth -= 1;
        let span = Span::new(start, inner.span.end);
        Node::new(Expr::Not(Box::new(inner)), span)
    }

    fn group(&mut self) -> Node {
        let start = self.at;
        self.at += 1;
        self.end = Ending::Closed;
        let mut node = self.either();
        let empty = node.expr == Expr::All;
        if self.rest().starts_with(')') {
            self.at += 1;
            self.end = Ending::Closed;
            if empty {
                self.error(Span::new(start, self.at), "Expected a term between `(` and `)`.");
            }
        } else {
            self.unclosed(start, "(");
        }
        node.span = Span::new(start, self.at);
        if empty {
            node.expr = Expr::Broken(node.span.of(self.text).to_owned());
        }
        node
    }

    pub(super) fn unclosed(&mut self, start: usize, what: &str) {
        let closing = if what == "\"" { "\"" } else { ")" };
        let fix = Fix::new(format!("Add `{closing}` at the end"), self.here(), closing);
        let message = format!("Expected `{closing}` to close this `{what}`, found the end of the search.");
        self.errors.push(QueryError::new(Span::new(start, start + 1), message).fix(fix));
    }
}

/// One node of several; the node itself where there is one.
fn join(mut nodes: Vec<Node>, expr: fn(Vec<Node>) -> Expr, here: Span) -> Node {
    match nodes.len() {
        0 => Node::new(Expr::All, here),
        1 => nodes.remove(0),
        _ => {
            let span = Span::new(nodes[0].span.start, nodes[nodes.len() - 1].span.end);
            Node::new(expr(nodes), span)
        }
    }
}

/// A leading `-` negates words, phrases and brackets; `--`, `->` and a `-` alone are text.
fn can_be_negated(after: &str) -> bool {
    after.starts_with(|c: char| !lex::is_blank(c) && !lex::is_sign(c) && c != '-' && c != ')')
}

/// True where more than free text follows: then `not` in small letters is an operator, else a word.
fn formal(after: &str) -> bool {
    let rest = after.trim_start();
    let call = |name: &str| rest.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name));
    let list = || {
        lex::name(rest).is_ok_and(|(after, name)| {
            Name::find(name).is_some() && (in_list(after).1.is_some() || lex::sign(after.trim_start()).is_ok())
        })
    };
    rest.starts_with('(') || call("exists(") || call("missing(") || list()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The normal form of a search without faults.
    fn normal(text: &str) -> String {
        let query = parse(text);
        assert_eq!(query.errors, [], "{text}");
        query.root.to_string()
    }

    fn faults(text: &str) -> Vec<(usize, usize, String)> {
        parse(text).errors.into_iter().map(|error| (error.span.start, error.span.end, error.message)).collect()
    }

    #[test]
    fn searches_have_one_normal_form() {
        let cases = [
            ("", ""),
            ("  iPhone  ", "iphone"),
            ("iphone client_ip^=\"10.30.\"", "iphone client_ip^=10.30."),
            ("resp_code >= 500", "response_code>=500"),
            ("Request==GET", "method=GET"),
            ("\"Connection setup failed\"", "\"connection setup failed\""),
            ("a or b and c", "a OR b c"),
            ("(a or b) c", "(a OR b) c"),
            ("NOT a -b -\"c d\" -(e f)", "-a -b -\"c d\" -(e f)"),
            ("not found", "\"not\" found"),
            ("not method=GET", "-method=GET"),
            ("not(a b)", "-(a b)"),
            ("or", "\"or\""),
            ("method in (GET,\"a b\" , HEAD)", "method in (GET, \"a b\", HEAD)"),
            ("method NOT IN (GET)", "method not in (GET)"),
            ("method in", "method \"in\""),
            ("Exists( src ) missing(xff)", "exists(client_ip) missing(xff)"),
            ("uri!^=/a", "-uri^=/a"),
            ("termination_state=sH--", "termination_state=sH--"),
            ("start_time>=2024-01-03 13:15 x", "start_time>=\"2024-01-03 13:15\" x"),
            ("time=2024-01-03 13:15..2024-01-03 13:16", "start_time=\"2024-01-03 13:15..2024-01-03 13:16\""),
            ("http://x?y=z", "\"http://x?y=z\""),
            ("\"a=b\" <<<<< a->b -> --", "\"a=b\" \"<<<<<\" \"a->b\" \"->\" \"--\""),
            ("/x(1) (y)", "\"/x(1)\" y"),
        ];
        for (text, expected) in cases {
            assert_eq!(normal(text), expected, "{text}");
        }
    }

    #[test]
    fn faults_say_what_was_expected_and_where() {
        let cases: &[(&str, usize, usize, &str)] = &[
            ("resp_cod=5", 0, 8, "No field named `resp_cod`."),
            ("a client-ip=10.0.0.1", 2, 11, "No field named `client-ip`."),
            ("response_code>=", 15, 15, "Expected a value after `response_code>=`."),
            ("response_code >=  ", 16, 16, "Expected a value after `response_code >=`."),
            ("status= method=GET", 7, 7, "Expected a value after `status=`."),
            ("(status=) x", 8, 8, "Expected a value after `status=`."),
            ("a)", 1, 2, "No `(` opens this `)`."),
            ("x (a", 2, 3, "Expected `)` to close this `(`, found the end of the search."),
            ("host=\"a", 5, 6, "Expected `\"` to close this `\"`, found the end of the search."),
            ("a or", 4, 4, "Expected a term after `or`."),
            ("OR a", 0, 2, "Expected a term before `OR`."),
            ("a AND", 5, 5, "Expected a term after `AND`."),
            ("()", 0, 2, "Expected a term between `(` and `)`."),
            ("method in ()", 11, 11, "Expected a value after `method in (`."),
            ("method in (GET HEAD)", 15, 15, "Expected `,` or `)` after `GET`."),
            ("exists(foo)", 7, 10, "No field named `foo`."),
            ("exists()", 7, 7, "Expected the name of a field after `exists(`."),
            (
                "method=(GET)",
                7,
                12,
                "Expected a value after `method=`, found `(`; quote it if it is part of the value.",
            ),
        ];
        for (text, start, end, message) in cases {
            assert_eq!(faults(text), [(*start, *end, (*message).to_owned())], "{text}");
        }
    }

    #[test]
    fn fixes_lead_to_a_search_without_faults() {
        let cases = [
            ("resp_cod=5", 0, "resp_code=5"),
            ("x a=b", 0, "x \"a=b\""),
            ("client-ip = 1.2.3.4", 0, "client_ip = 1.2.3.4"),
            ("host=\"a", 0, "host=\"a\""),
            ("(a b", 0, "(a b)"),
            ("method in (GET HEAD)", 0, "method in (GET, HEAD)"),
            ("method = (GET)", 0, "method in (GET)"),
        ];
        for (text, which, expected) in cases {
            let fixed = parse(text).errors[0].fixes[which].apply(text);
            assert_eq!(fixed, expected, "{text}");
            assert_eq!(parse(&fixed).errors, [], "{fixed}");
        }
    }

    #[test]
    fn depth_is_limited() {
        for text in ["(".repeat(10_000), "-(".repeat(10_000), "NOT ".repeat(10_000)] {
            assert!(!parse(&text).errors.is_empty());
        }
    }
}
