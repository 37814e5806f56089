//! The tree of a search: what was typed, with the place of every part, before values are understood.
//!
//! Values stay text here, because what `5xx` or `10.0.0.0/8` means depends on the field's kind; [`super::check`] says.

use crate::record::{Field, Key, Kind};

/// A range of bytes of the search text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The text it covers; empty where it does not fit `text`.
    pub fn of<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    pub fn is_empty(&self) -> bool {
        self.start >= self.end
    }
}

/// What a condition is about: a field, or a key that has no column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Name {
    Field(Field),
    Key(Key),
}

impl Name {
    /// By name or alias, or as an export calls a time (`total_time_ms`); case does not matter.
    pub fn find(name: &str) -> Option<Name> {
        let exported = || {
            let (name, unit) = name.split_at_checked(name.len().checked_sub(3)?)?;
            let field = Field::find(name).filter(|_| unit.eq_ignore_ascii_case("_ms"))?;
            (field.kind() == Kind::Duration).then_some(field)
        };
        let field = Field::find(name).or_else(exported).map(Name::Field);
        field.or_else(|| Key::find(name).map(Name::Key))
    }

    pub fn name(self) -> &'static str {
        match self {
            Name::Field(field) => field.name(),
            Name::Key(key) => key.name(),
        }
    }

    pub fn kind(self) -> Kind {
        match self {
            Name::Field(field) => field.kind(),
            Name::Key(key) => key.kind(),
        }
    }

    pub fn field(self) -> Option<Field> {
        match self {
            Name::Field(field) => Some(field),
            Name::Key(_) => None,
        }
    }
}

impl From<Key> for Name {
    fn from(key: Key) -> Name {
        Name::Key(key)
    }
}

impl From<Field> for Name {
    fn from(field: Field) -> Name {
        Name::Field(field)
    }
}

/// An operator between a field and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Equal,
    NotEqual,
    Contains,
    NotContains,
    StartsWith,
    EndsWith,
    Matches,
    NotMatches,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    In,
    NotIn,
}

impl Op {
    /// In the order in which the help lists them.
    pub const ALL: [Op; 14] = [
        Op::Equal,
        Op::NotEqual,
        Op::Contains,
        Op::NotContains,
        Op::StartsWith,
        Op::EndsWith,
        Op::Matches,
        Op::NotMatches,
        Op::Greater,
        Op::GreaterEqual,
        Op::Less,
        Op::LessEqual,
        Op::In,
        Op::NotIn,
    ];

    /// As written in a search.
    pub fn symbol(self) -> &'static str {
        match self {
            Op::Equal => "=",
            Op::NotEqual => "!=",
            Op::Contains => "~=",
            Op::NotContains => "!~=",
            Op::StartsWith => "^=",
            Op::EndsWith => "$=",
            Op::Matches => "=~",
            Op::NotMatches => "!=~",
            Op::Greater => ">",
            Op::GreaterEqual => ">=",
            Op::Less => "<",
            Op::LessEqual => "<=",
            Op::In => "in",
            Op::NotIn => "not in",
        }
    }

    pub fn is_order(self) -> bool {
        matches!(self, Op::Greater | Op::GreaterEqual | Op::Less | Op::LessEqual)
    }

    /// True for the operators that look inside a text.
    pub fn is_part(self) -> bool {
        matches!(self, Op::Contains | Op::NotContains | Op::StartsWith | Op::EndsWith) || self.is_pattern()
    }

    /// True where the value is a regular expression.
    pub fn is_pattern(self) -> bool {
        matches!(self, Op::Matches | Op::NotMatches)
    }

    /// True for the operators that exclude: they also match entries without the field.
    pub fn is_negative(self) -> bool {
        matches!(self, Op::NotEqual | Op::NotContains | Op::NotMatches | Op::NotIn)
    }

    /// The operator that selects exactly the other entries, where there is one.
    pub fn opposite(self) -> Option<Op> {
        Some(match self {
            Op::Equal => Op::NotEqual,
            Op::NotEqual => Op::Equal,
            Op::Contains => Op::NotContains,
            Op::NotContains => Op::Contains,
            Op::Matches => Op::NotMatches,
            Op::NotMatches => Op::Matches,
            Op::In => Op::NotIn,
            Op::NotIn => Op::In,
            _ => return None,
        })
    }
}

/// A value as it was typed, without its quotes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Value {
    pub text: String,
    /// With the quotes, if it had any.
    pub span: Span,
}

/// What a part of a search asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// An empty search: every entry.
    All,
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    /// Free text, in lower case.
    Text(String),
    /// `field op value`; `sign` is where the operator stands. `None` where the value is missing, which is an error.
    Compare {
        field: Name,
        op: Op,
        sign: Span,
        value: Option<Value>,
    },
    /// `field in (…)`, or with `negated` `field not in (…)`.
    In {
        field: Name,
        values: Vec<Value>,
        negated: bool,
    },
    /// `exists(field)`, or `missing(field)`.
    Exists {
        field: Name,
        exists: bool,
    },
    /// A part with an error that leaves nothing to ask for, as it was typed.
    Broken(String),
}

/// A part of a search and where it stands (brackets and a leading `-` included).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub expr: Expr,
    pub span: Span,
}

impl Node {
    pub fn new(expr: Expr, span: Span) -> Self {
        Self { expr, span }
    }

    /// The terms that all must hold: what the page shows as chips.
    pub fn terms(&self) -> &[Node] {
        match &self.expr {
            Expr::All => &[],
            Expr::And(terms) => terms,
            _ => std::slice::from_ref(self),
        }
    }

    /// The same tree with every place set to 0, so that searches can be compared by what they mean.
    pub fn without_spans(&self) -> Node {
        let bare = |value: &Value| Value { text: value.text.clone(), span: Span::default() };
        let all = |nodes: &[Node]| nodes.iter().map(Node::without_spans).collect();
        let expr = match &self.expr {
            Expr::And(nodes) => Expr::And(all(nodes)),
            Expr::Or(nodes) => Expr::Or(all(nodes)),
            Expr::Not(node) => Expr::Not(Box::new(node.without_spans())),
            Expr::Compare { field, op, value, .. } => {
                Expr::Compare { field: *field, op: *op, sign: Span::default(), value: value.as_ref().map(bare) }
            }
            Expr::In { field, values, negated } => {
                Expr::In { field: *field, values: values.iter().map(bare).collect(), negated: *negated }
            }
            other => other.clone(),
        };
        Node::new(expr, Span::default())
    }
}
