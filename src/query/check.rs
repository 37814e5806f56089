//! From the tree of a search to one that can run: each value by the kind of its field, or a located error that says what
//! fits.

use super::Checked;
use super::ast::{Expr, Name, Node, Op, Span, Value};
use super::error::{Fix, QueryError};
use super::key::{KeyTest, Test};
use super::parse::{Query, parse};
use super::predicate::{Bound, IpPredicate, IpTest, NumberPredicate, NumberRange, TextPredicate, TextTest};
use super::print::quote_value;
use super::values;
use crate::lookup;
use crate::record::{Field, Kind};
use crate::text::fold::Needle;
use crate::text::net::{IpKey, Network, parse_ip};
use crate::text::sort;

/// The operators that go with a kind, in the order in which the help lists them.
pub fn operators(kind: Kind) -> &'static [Op] {
    use Op::*;
    match kind {
        Kind::Time | Kind::Duration | Kind::Bytes | Kind::Int => {
            &[Equal, NotEqual, Greater, GreaterEqual, Less, LessEqual, In, NotIn]
        }
        Kind::Bool => &[Equal, NotEqual, In, NotIn],
        Kind::Enum | Kind::EnumCase | Kind::Text | Kind::List => {
            &[Equal, NotEqual, Contains, NotContains, StartsWith, EndsWith, Matches, NotMatches, In, NotIn]
        }
        Kind::Ip => &Op::ALL,
        Kind::Body => &[],
    }
}

/// Text to a search that can run, or all that is wrong with it. Times without a zone are UTC.
pub fn compile(text: &str) -> Result<Checked, Vec<QueryError>> {
    check(&parse(text), 0)
}

/// Types the values of a search. `zone`, in seconds east of UTC, is that of times which name none.
pub fn check(query: &Query, zone: i32) -> Result<Checked, Vec<QueryError>> {
    let mut checker = Checker { zone, errors: query.errors.clone() };
    let checked = checker.node(&query.root);
    if checker.errors.is_empty() {
        return Ok(checked);
    }
    sort::by_key(&mut checker.errors, |error| error.span.start);
    Err(checker.errors)
}

struct Checker {
    zone: i32,
    errors: Vec<QueryError>,
}

/// What the raw text holds; a network alone also means the addresses inside it, in whatever field they stand.
fn free_text(text: &str) -> Checked {
    let written = Checked::Text(Needle::folded(text));
    let Some(network) = Network::parse(text.as_bytes()) else { return written };
    let inside = |field: Field| {
        let tests = vec![IpTest::Between(network.first, network.last)];
        Checked::Ip { field, test: IpPredicate { tests, negated: false } }
    };
    let addresses = Field::ALL.iter().copied().filter(|field| field.kind() == Kind::Ip).map(inside);
    Checked::Or(addresses.chain([written]).collect())
}

impl Checker {
    fn node(&mut self, node: &Node) -> Checked {
        match &node.expr {
            // A broken part has its error from the parser: the search does not run.
            Expr::All | Expr::Broken(_) => Checked::All,
            Expr::And(nodes) => Checked::And(nodes.iter().map(|node| self.node(node)).collect()),
            Expr::Or(nodes) => Checked::Or(nodes.iter().map(|node| self.node(node)).collect()),
            Expr::Not(node) => Checked::Not(Box::new(self.node(node))),
            Expr::Text(text) => free_text(text),
            Expr::Exists { field: Name::Key(key), exists } => {
                let test = Checked::Key(KeyTest { key: *key, test: None, text: String::new() });
                if *exists { test } else { Checked::Not(Box::new(test)) }
            }
            Expr::Exists { field: Name::Field(field), exists } => {
                self.is_column((*field).into(), node.span);
                Checked::Exists { field: *field, exists: *exists }
            }
            Expr::Compare { field, op, sign, value } => {
                if self.is_column(*field, node.span) && self.allows(*field, *op, *sign) {
                    self.leaf(Place { field: *field, op: *op, sign: *sign }, value.as_slice())
                } else {
                    Checked::All
                }
            }
            Expr::In { field, values, negated } => {
                let op = if *negated { Op::NotIn } else { Op::In };
                let place = Place { field: *field, op, sign: node.span };
                if self.is_column(*field, node.span) { self.leaf(place, values) } else { Checked::All }
            }
        }
    }

    fn is_column(&mut self, field: Name, span: Span) -> bool {
        let column = field.kind() != Kind::Body;
        if !column {
            let message = format!("`{}` is no column: search its words as free text.", field.name());
            self.errors.push(QueryError::new(span, message));
        }
        column
    }

    fn allows(&mut self, field: Name, op: Op, sign: Span) -> bool {
        let allowed = operators(field.kind());
        let fits = allowed.contains(&op);
        if !fits {
            let symbols: Vec<&str> = allowed.iter().filter(|op| **op != Op::NotIn).map(|op| op.symbol()).collect();
            let message = format!("`{}` does not go with `{}`; use {}.", op.symbol(), field.name(), symbols.join(" "));
            self.errors.push(QueryError::new(sign, message));
        }
        fits
    }

    fn leaf(&mut self, place: Place, values: &[Value]) -> Checked {
        let negated = place.op.is_negative();
        match place.field {
            Name::Field(field) => match self.test(place, values, negated) {
                Test::Word(test) => Checked::Word { field, test },
                Test::Ip(test) => Checked::Ip { field, test },
                Test::Number(test) => Checked::Number { field, test },
            },
            // Of several values any may pass; to exclude is that none does.
            Name::Key(key) => {
                // To exclude is to turn round what is included, so both are scanned for once.
                let op = if negated { place.op.opposite().unwrap_or(place.op) } else { place.op };
                let text = values.iter().fold(op.symbol().to_owned(), |text, value| text + "\0" + &value.text);
                let test = Checked::Key(KeyTest { key, test: Some(self.test(place, values, false)), text });
                if negated { Checked::Not(Box::new(test)) } else { test }
            }
        }
    }

    fn test(&mut self, place: Place, values: &[Value], negated: bool) -> Test {
        match place.field.kind() {
            kind @ (Kind::Enum | Kind::EnumCase | Kind::Text | Kind::List | Kind::Body) => {
                let test = text_test(place.op, kind == Kind::EnumCase);
                let needles = values.iter().map(|value| self.needle(test, place, value)).collect();
                Test::Word(TextPredicate { test, needles, negated, list: kind == Kind::List })
            }
            Kind::Ip => {
                let tests = values.iter().filter_map(|value| self.address(place, value)).collect();
                Test::Ip(IpPredicate { tests, negated })
            }
            _ => {
                let ranges = values.iter().filter_map(|value| self.range(place, value)).collect();
                Test::Number(NumberPredicate { ranges, negated })
            }
        }
    }

    /// Reports a value of the wrong sort; gives `None` for brevity where it is called.
    fn misfit<T>(&mut self, what: &str, place: Place, value: &Value) -> Option<T> {
        let name = place.field.name();
        let where_to = match place.op {
            Op::In | Op::NotIn => format!("stand in `{name} {} (…)`", place.op.symbol()),
            _ => format!("follow `{name}{}`", place.op.symbol()),
        };
        self.errors.push(QueryError::new(value.span, format!("{what} must {where_to}, found `{}`.", value.text)));
        None
    }

    /// What a text is compared to. A pattern that is none is a fault; where nobody is there to judge it, it is taken as it is.
    fn needle(&mut self, test: TextTest, place: Place, value: &Value) -> Needle {
        if let TextTest::Matches { .. } = test {
            if let Some((wrong, why)) = lookup::fault(&value.text) {
                let within = |quote: usize| {
                    let start = value.span.start + quote;
                    Span::new(start + wrong.start, start + wrong.end)
                };
                let span = match (value.span.end - value.span.start).checked_sub(value.text.len()) {
                    Some(0) => within(0),
                    Some(2) => within(1),
                    // Something is escaped, and stands elsewhere than in the value.
                    _ => value.span,
                };
                self.errors.push(QueryError::new(span, format!("`{}` is no pattern: {why}.", value.text)));
            }
            return Needle::exact(&value.text);
        }
        match place.field.kind() {
            Kind::EnumCase => Needle::exact(&value.text),
            Kind::Ip => Needle::folded(value.text.trim()),
            _ => Needle::folded(&value.text),
        }
    }

    fn address(&mut self, place: Place, value: &Value) -> Option<IpTest> {
        let Place { field, op, sign } = place;
        let text = value.text.trim();
        if op.is_part() {
            let test = text_test(op, false);
            return Some(IpTest::Text(test, self.needle(test, place, value)));
        }
        let key = parse_ip(text.as_bytes());
        if op.is_order() {
            let Some(key) = key else { return self.misfit("An address", place, value) };
            return Some(match op {
                Op::Greater => IpTest::Between(IpKey(key.0.saturating_add(1)), IpKey::HIGHEST),
                Op::GreaterEqual => IpTest::Between(key, IpKey::HIGHEST),
                Op::Less => IpTest::Between(IpKey::LOWEST, IpKey(key.0.saturating_sub(1))),
                _ => IpTest::Between(IpKey::LOWEST, key),
            });
        }
        if let Some(key) = key {
            return Some(IpTest::Between(key, key));
        }
        if let Some(network) = Network::parse(text.as_bytes()) {
            return Some(IpTest::Between(network.first, network.last));
        }
        if let Some((first, last)) = text.split_once("..")
            && let (Some(first), Some(last)) = (parse_ip(first.as_bytes()), parse_ip(last.as_bytes()))
        {
            return Some(IpTest::Between(first, last));
        }
        // Masked addresses (`X.X.X.23`) stay text; half an address or a bad network is a slip.
        if text.contains('/') {
            return self.misfit("A network such as 10.0.0.0/8", place, value);
        }
        if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            let mut error = QueryError::new(value.span, format!("`{}` is not a whole address.", value.text));
            if op == Op::Equal {
                let label = format!("Use `{}^={text}` (starts with)", field.name());
                error = error.fix(Fix::new(
                    label,
                    Span::new(sign.start, value.span.end),
                    format!("^={}", quote_value(text)),
                ));
            }
            self.errors.push(error);
            return None;
        }
        Some(IpTest::Text(TextTest::Equals, Needle::folded(text)))
    }

    fn range(&mut self, place: Place, value: &Value) -> Option<NumberRange> {
        let Place { field, op, sign } = place;
        let text = value.text.trim();
        let kind = field.kind();
        let (lowest, highest) = (Bound::At(NumberRange::LOWEST), Bound::At(i64::MAX));
        let Some((first, last)) = self.number(kind, text) else {
            if !op.is_order() {
                if kind == Kind::Int
                    && let Some((first, last)) = values::class(text)
                {
                    return Some(NumberRange::new(first, last));
                }
                if kind != Kind::Bool
                    && let Some((from, to)) = text.split_once("..")
                {
                    let end = |text: &str, open| {
                        if text.is_empty() { Some((open, open)) } else { self.number(kind, text) }
                    };
                    if let (false, Some(from), Some(to)) = (text == "..", end(from, lowest), end(to, highest)) {
                        return self.ordered(from.0, to.1, value);
                    }
                }
            }
            return self.misfit(wanted(kind), place, value);
        };
        let after = |bound| match bound {
            Bound::At(micros) => Bound::At(micros.saturating_add(1)),
            Bound::BeforeNewest(micros) => Bound::BeforeNewest(micros - 1),
        };
        let before = |bound| match bound {
            Bound::At(micros) => Bound::At(micros - 1),
            Bound::BeforeNewest(micros) => Bound::BeforeNewest(micros.saturating_add(1)),
        };
        if kind == Kind::Time && !op.is_order() && matches!(first, Bound::BeforeNewest(_)) {
            // "15 minutes before the newest" as a single microsecond is never what is meant.
            let message = format!("`{text}` is one moment: only an order or a range can be asked of it.");
            let mut error = QueryError::new(value.span, message);
            if op == Op::Equal {
                let (label, span) = (format!("Use `{}>={text}`", field.name()), Span::new(sign.start, value.span.end));
                error = error.fix(Fix::new(label, span, format!(">={text}")));
            }
            self.errors.push(error);
            return None;
        }
        let (first, last) = match op {
            // A time names a stretch; for an order, its first moment counts.
            Op::Greater => (after(first), highest),
            Op::GreaterEqual => (first, highest),
            Op::Less => (lowest, before(first)),
            Op::LessEqual => (lowest, first),
            _ => (first, last),
        };
        Some(NumberRange { first, last })
    }

    /// A range whose ends are the wrong way round holds nothing, which nobody asks for.
    fn ordered(&mut self, first: Bound, last: Bound, value: &Value) -> Option<NumberRange> {
        let backwards = match (first, last) {
            (Bound::At(first), Bound::At(last)) => first > last,
            (Bound::BeforeNewest(first), Bound::BeforeNewest(last)) => first < last,
            _ => false,
        };
        if !backwards {
            return Some(NumberRange { first, last });
        }
        let mut error = QueryError::new(value.span, format!("The range `{}` ends before it begins.", value.text));
        if let Some((from, to)) = value.text.trim().split_once("..") {
            let swapped = format!("{to}..{from}");
            error = error.fix(Fix::new(format!("Did you mean `{swapped}`?"), value.span, quote_value(&swapped)));
        }
        self.errors.push(error);
        None
    }

    fn number(&self, kind: Kind, text: &str) -> Option<(Bound, Bound)> {
        let one = |value: i64| (Bound::At(value), Bound::At(value));
        match kind {
            Kind::Time => values::time(text, self.zone),
            Kind::Duration => values::duration(text).map(one),
            Kind::Bytes => values::bytes(text).map(one),
            Kind::Bool => values::boolean(text).map(one),
            _ => values::int(text).map(one),
        }
    }
}

/// Where values stand: behind which operator of which field.
#[derive(Clone, Copy)]
struct Place {
    field: Name,
    op: Op,
    sign: Span,
}

fn text_test(op: Op, exactly: bool) -> TextTest {
    match op {
        Op::Matches | Op::NotMatches => TextTest::Matches { exactly },
        Op::Contains | Op::NotContains => TextTest::Contains,
        Op::StartsWith => TextTest::StartsWith,
        Op::EndsWith => TextTest::EndsWith,
        _ => TextTest::Equals,
    }
}

fn wanted(kind: Kind) -> &'static str {
    match kind {
        Kind::Time => "A time such as 2024-01-03 13:15 or -15m",
        Kind::Duration => "A number or a duration such as 500ms or 1.5s",
        Kind::Bytes => "A number or a size such as 10KB or 1MiB",
        Kind::Bool => "`true` or `false`",
        _ => "A number",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(text: &str) -> Vec<(usize, usize, String)> {
        let errors = compile(text).expect_err(text);
        errors.into_iter().map(|error| (error.span.start, error.span.end, error.message)).collect()
    }

    fn number(text: &str) -> NumberPredicate {
        match compile(text) {
            Ok(Checked::Number { test, .. }) => test,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn orders_become_ranges() {
        let range = |first, last| vec![NumberRange::new(first, last)];
        assert_eq!(number("response_code>500").ranges, range(501, i64::MAX));
        assert_eq!(number("response_code>=500").ranges, range(500, i64::MAX));
        assert_eq!(number("response_code<500").ranges, range(NumberRange::LOWEST, 499));
        assert_eq!(number("response_code<=500").ranges, range(NumberRange::LOWEST, 500));
        assert_eq!(number("response_code=5xx").ranges, range(500, 599));
        assert_eq!(number("response_code=500..").ranges, range(500, i64::MAX));
        assert_eq!(number("total_time=100..1.5s").ranges, range(100_000, 1_500_000));
        assert_eq!(number("response_code not in (404, 5xx)").ranges.len(), 2);
        assert!(number("response_code not in (404, 5xx)").negated);
    }

    #[test]
    fn times_may_count_back_from_the_newest_entry() {
        let test = number("start_time>=-15m");
        assert_eq!(test.ranges[0].first, Bound::BeforeNewest(900_000_000));
        let mut checked = compile("a (b OR NOT start_time>=-15m)").unwrap();
        assert!(checked.is_relative() && checked.reads_text());
        checked.resolve(0);
        assert!(!checked.is_relative());
        let fix = &compile("time = -15m").unwrap_err()[0].fixes[0];
        assert_eq!(fix.apply("time = -15m"), "time >=-15m");
    }

    #[test]
    fn values_must_fit_their_field() {
        let cases: &[(&str, usize, usize, &str)] = &[
            ("response_code>=abc", 15, 18, "A number must follow `response_code>=`, found `abc`."),
            (
                "x total_time>1y",
                13,
                15,
                "A number or a duration such as 500ms or 1.5s must follow `total_time>`, found `1y`.",
            ),
            ("tls=maybe", 4, 9, "`true` or `false` must follow `tls=`, found `maybe`."),
            ("method>GET", 6, 7, "`>` does not go with `method`; use = != ~= !~= ^= $= =~ !=~ in."),
            ("status ~= 5", 7, 9, "`~=` does not go with `response_code`; use = != > >= < <= in."),
            (
                "client_ip=10.0.0.0/40",
                10,
                21,
                "A network such as 10.0.0.0/8 must follow `client_ip=`, found `10.0.0.0/40`.",
            ),
            ("client_ip=10.30.", 10, 16, "`10.30.` is not a whole address."),
            ("client_ip>abc", 10, 13, "An address must follow `client_ip>`, found `abc`."),
            ("response_code in (404, x)", 23, 24, "A number must stand in `response_code in (…)`, found `x`."),
            ("response_code=599..500", 14, 22, "The range `599..500` ends before it begins."),
            ("all_request_headers~=x", 0, 22, "`all_request_headers` is no column: search its words as free text."),
            ("response_code=..", 14, 16, "A number must follow `response_code=`, found `..`."),
        ];
        for (text, start, end, message) in cases {
            assert_eq!(errors(text), [(*start, *end, (*message).to_owned())], "{text}");
        }
        let fix = &compile("client_ip=10.30.").unwrap_err()[0].fixes[0];
        assert_eq!(fix.apply("client_ip=10.30."), "client_ip^=10.30.");
    }
}
