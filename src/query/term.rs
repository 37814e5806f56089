//! One term of a search: a word, a phrase, `field op value`, `field in (…)`, `exists(field)`.

use super::ast::{Expr, Name, Node, Op, Span, Value};
use super::error::{Fix, QueryError, nearest_names};
use super::lex::{self, Sign};
use super::parse::{Ending, Parser};
use super::print;
use crate::record::Kind;

impl Parser<'_> {
    pub(super) fn atom(&mut self) -> Node {
        let start = self.at;
        let rest = self.rest();
        if let Some((phrase, len, closed)) = lex::quoted(rest) {
            self.at += len;
            self.end = if closed { Ending::Closed } else { Ending::Phrase };
            if !closed {
                self.unclosed(start, "\"");
            }
            return Node::new(Expr::Text(phrase.to_lowercase()), Span::new(start, self.at));
        }
        for (call, exists) in [("exists(", true), ("missing(", false)] {
            if rest.get(..call.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(call)) {
                return self.exists(call, exists);
            }
        }
        if let Ok((after, name)) = lex::name(rest) {
            let name_span = Span::new(start, start + name.len());
            let gap = after.len() - after.trim_start().len();
            let sign_at = name_span.end + gap;
            if let Ok((after_sign, sign)) = lex::sign(&self.text[sign_at..]) {
                self.at = self.text.len() - after_sign.len();
                return self.comparison(name_span, sign);
            }
            let (negated, list_at) = in_list(after);
            if let Some(list_at) = list_at {
                self.at = name_span.end + list_at;
                return self.list(name_span, negated);
            }
        }
        // `client-ip=…` can only be meant as a field; other words with `-` are text.
        if let Ok((after, name)) = lex::dashed_name(rest)
            && Name::find(&name.replace('-', "_")).is_some()
            && let Ok((after_sign, sign)) = lex::sign(after.trim_start())
        {
            self.at = self.text.len() - after_sign.len();
            return self.comparison(Span::new(start, start + name.len()), sign);
        }
        if let Some(node) = self.colon(start) {
            return node;
        }
        // At least one character, whatever it is: nothing may stand still.
        let first = rest.chars().next().map_or(0, char::len_utf8);
        self.at += lex::bare(rest, false).max(first);
        let span = Span::new(start, self.at);
        let is_name = matches!(lex::name(span.of(self.text)), Ok(("", _)));
        self.end = if is_name { Ending::Name(span) } else { Ending::Closed };
        Node::new(Expr::Text(span.of(self.text).to_lowercase()), span)
    }

    /// `status:504`, as other search languages write it: a field is meant, and no line has that text.
    fn colon(&mut self, start: usize) -> Option<Node> {
        let rest = self.rest();
        let (after, name) = lex::name(rest).ok()?;
        let field = Name::find(name).filter(|_| after.starts_with(':'))?;
        let len = lex::bare(rest, false);
        let value = rest.get(name.len() + 1..len).filter(|value| !value.is_empty())?;
        let span = Span::new(start, start + len);
        let text = span.of(self.text);
        self.at = span.end;
        self.end = Ending::Closed;
        let message = format!("`{text}` names a field, and `:` is no operator.");
        let meant = format!("{}={value}", field.name());
        let error = QueryError::new(span, message)
            .fix(Fix::new(format!("Did you mean `{meant}`?"), span, meant.clone()))
            .fix(Fix::new(format!("Search for the text `\"{text}\"`"), span, format!("\"{text}\"")));
        self.errors.push(error);
        Some(Node::new(Expr::Broken(text.to_owned()), span))
    }

    /// `exists(field)`; stands at its first letter.
    fn exists(&mut self, call: &str, exists: bool) -> Node {
        let start = self.at;
        self.at += call.len();
        self.blanks();
        let name = lex::name(self.rest()).map_or("", |(_, name)| name);
        let name_span = Span::new(self.at, self.at + name.len());
        self.at = name_span.end;
        self.end = Ending::Name(name_span);
        self.blanks();
        let field = Name::find(name);
        if name.is_empty() {
            self.error(name_span, format!("Expected the name of a field after `{call}`."));
        } else if field.is_none() {
            self.unknown(name_span, None);
        }
        if self.rest().starts_with(')') {
            self.at += 1;
            self.end = Ending::Closed;
        } else if field.is_some() {
            let fix = Fix::new("Add `)`".to_owned(), self.here(), ")");
            let message = format!("Expected `)` after `{call}{name}`.");
            self.errors.push(QueryError::new(self.here(), message).fix(fix));
        }
        let span = Span::new(start, self.at);
        let broken = || Expr::Broken(span.of(self.text).to_owned());
        Node::new(field.map_or_else(broken, |field| Expr::Exists { field, exists }), span)
    }

    /// `field op value`; stands behind the operator.
    fn comparison(&mut self, name_span: Span, sign: Sign) -> Node {
        let field = Name::find(name_span.of(self.text));
        let gap = self.text[name_span.end..].len() - self.text[name_span.end..].trim_start().len();
        let operator = Span::new(name_span.end + gap, self.at);
        let op = match sign {
            Sign::Known(op) | Sign::Negated(op) => op,
        };
        let value = self.value(field, op);
        let span = Span::new(name_span.start, value.as_ref().map_or(operator.end, |value| value.span.end));
        let Some(field) = field else {
            self.end = Ending::Closed;
            self.unknown(name_span, Some(span));
            return Node::new(Expr::Broken(span.of(self.text).to_owned()), span);
        };
        let typed = Span::new(name_span.start, operator.end).of(self.text);
        match &value {
            None => {
                self.error(Span::new(operator.end, operator.end), format!("Expected a value after `{typed}`."));
            }
            Some(value) if value.span.of(self.text).starts_with('(') && !op.is_pattern() => {
                let list = if op == Op::NotEqual { " not in " } else { " in " };
                let label = format!("Use `{}{list}(…)`", field.name());
                let message =
                    format!("Expected a value after `{typed}`, found `(`; quote it if it is part of the value.");
                let fix = Fix::new(label, Span::new(name_span.end, value.span.start), list);
                self.errors.push(QueryError::new(value.span, message).fix(fix));
            }
            Some(_) => {}
        }
        let node = Node::new(Expr::Compare { field, op, sign: operator, value }, span);
        match sign {
            Sign::Negated(_) => Node::new(Expr::Not(Box::new(node)), span),
            _ => node,
        }
    }

    /// The value behind an operator; `None`, and nothing read, where another term or the end follows.
    fn value(&mut self, field: Option<Name>, op: Op) -> Option<Value> {
        let before = self.at;
        let gap = self.blanks();
        let rest = self.rest();
        let is_term = || {
            gap > 0
                && (lex::begins_comparison(rest, |name| Name::find(name).is_some())
                    || matches!(lex::keyword(rest), "OR" | "AND" | "NOT"))
        };
        if rest.is_empty() {
            if let Some(field) = field {
                self.end = Ending::Value { field, op, typed: String::new(), span: self.here() };
            }
            return None;
        }
        if rest.starts_with(')') || is_term() {
            self.at = before;
            return None;
        }
        Some(self.word(field, op, false))
    }

    /// A quoted or bare value, here.
    fn word(&mut self, field: Option<Name>, op: Op, in_list: bool) -> Value {
        let start = self.at;
        let quoted = lex::quoted(self.rest());
        let (text, open) = match quoted {
            Some((text, len, closed)) => {
                self.at += len;
                if !closed {
                    self.unclosed(start, "\"");
                }
                (text, !closed)
            }
            None => {
                self.at += lex::bare(self.rest(), in_list);
                if field.is_some_and(|field| field.kind() == Kind::Time) {
                    self.time_of_day(start, in_list);
                }
                (self.text[start..self.at].to_owned(), true)
            }
        };
        let span = Span::new(start, self.at);
        self.end = match field {
            Some(field) if open => Ending::Value { field, op, typed: text.clone(), span },
            _ => Ending::Closed,
        };
        Value { text, span }
    }

    /// A bare date may be followed by a blank and a time of day, both ends of a range too.
    fn time_of_day(&mut self, start: usize, in_list: bool) {
        let ends_with_date = |text: &str| {
            let shape = |(i, b): (usize, &u8)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() };
            text.len() >= 10 && text.as_bytes()[text.len() - 10..].iter().enumerate().all(shape)
        };
        while ends_with_date(&self.text[start..self.at])
            && let Some(after) = self.rest().strip_prefix(' ')
            && let Some(colon) = after.find(|c: char| !c.is_ascii_digit())
            && (1..=2).contains(&colon)
            && after[colon..].starts_with(':')
        {
            self.at += 1 + lex::bare(after, in_list);
        }
    }

    /// `field in (…)`; stands at the `(`.
    fn list(&mut self, name_span: Span, negated: bool) -> Node {
        let field = Name::find(name_span.of(self.text));
        let open = self.at;
        let op = if negated { Op::NotIn } else { Op::In };
        self.at += 1;
        let mut values: Vec<Value> = Vec::new();
        loop {
            self.blanks();
            if self.finished() || self.rest().starts_with(')') {
                break;
            }
            if self.rest().starts_with(',') {
                self.error(self.here(), "Expected a value before `,`.");
                self.at += 1;
                continue;
            }
            values.push(self.word(field, op, true));
            let word_end = self.at;
            let end = std::mem::take(&mut self.end);
            self.blanks();
            if let Some(after) = self.rest().strip_prefix(',') {
                self.at = self.text.len() - after.len();
            } else if self.finished() && word_end == self.at {
                self.end = end;
            } else if !self.finished() && !self.rest().starts_with(')') {
                let last = Span::new(values[values.len() - 1].span.start, word_end).of(self.text);
                let fix = Fix::new("Add `,`".to_owned(), Span::new(word_end, word_end), ",");
                let message = format!("Expected `,` or `)` after `{last}`.");
                self.errors.push(QueryError::new(self.here(), message).fix(fix));
            }
        }
        let typed = Span::new(name_span.start, open + 1).of(self.text);
        if values.is_empty() {
            self.error(self.here(), format!("Expected a value after `{typed}`."));
        }
        if self.rest().starts_with(')') {
            self.at += 1;
            self.end = Ending::Closed;
        } else {
            if let (Some(field), Ending::Closed) = (field, &self.end) {
                self.end = Ending::Value { field, op, typed: String::new(), span: self.here() };
            }
            self.unclosed(open, "(");
        }
        let span = Span::new(name_span.start, self.at);
        let Some(field) = field else {
            self.end = Ending::Closed;
            self.unknown(name_span, Some(span));
            return Node::new(Expr::Broken(span.of(self.text).to_owned()), span);
        };
        Node::new(Expr::In { field, values, negated }, span)
    }

    /// No such field: offer near names, else to search the term as text.
    fn unknown(&mut self, name: Span, term: Option<Span>) {
        let typed = name.of(self.text);
        let mut error = QueryError::new(name, format!("No field named `{typed}`."));
        for near in nearest_names(typed) {
            error = error.fix(Fix::new(format!("Did you mean `{near}`?"), name, near));
        }
        if let Some(term) = term.filter(|_| error.fixes.len() < 2) {
            let quoted = print::quote(term.of(self.text));
            error = error.fix(Fix::new(format!("Search the text {quoted}"), term, quoted));
        }
        // A key of a log that no document names.
        let extra = format!("extra.{typed}");
        if error.fixes.len() < 2 && Name::find(&extra).is_some_and(|name| name.name() == extra) {
            error = error.fix(Fix::new(format!("Search the key `{extra}`"), name, extra));
        }
        self.errors.push(error);
    }
}

/// Where ` in (` or ` not in (` leads from the end of a name to the `(`.
pub(super) fn in_list(after: &str) -> (bool, Option<usize>) {
    let mut rest = after.trim_start();
    if rest.len() == after.len() {
        return (false, None);
    }
    let negated = lex::keyword(rest).eq_ignore_ascii_case("not");
    if negated {
        rest = rest[3..].trim_start();
    }
    if !lex::keyword(rest).eq_ignore_ascii_case("in") {
        return (negated, None);
    }
    rest = rest[2..].trim_start();
    (negated, rest.starts_with('(').then(|| after.len() - rest.len()))
}
