//! Tree to search text, in one normal form: what is printed reads back as the same tree.

use std::fmt::{self, Display, Formatter};

use super::ast::{Expr, Node};
use super::lex;
use crate::record::Kind;

/// In quotes, whatever it holds.
pub fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A value as it can stand behind an operator: bare where that reads back as the same, else in quotes.
pub fn quote_value(value: &str) -> String {
    let strange = |c: char| lex::is_blank(c) || c.is_control() || matches!(c, '"' | '(' | ')' | ',' | '\\');
    if value.is_empty() || value.starts_with(lex::is_sign) || value.contains(strange) {
        quote(value)
    } else {
        value.to_owned()
    }
}

/// Free text as it can stand as a term.
fn quote_text(text: &str) -> String {
    let word = ["or", "and", "not", "in"].contains(&text);
    if word || text.starts_with('-') || text.contains(lex::is_sign) { quote(text) } else { quote_value(text) }
}

impl Display for Node {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.expr {
            Expr::All => Ok(()),
            Expr::And(nodes) => list(f, nodes, " ", |inner| matches!(inner, Expr::And(_) | Expr::Or(_))),
            Expr::Or(nodes) => list(f, nodes, " OR ", |inner| matches!(inner, Expr::Or(_))),
            Expr::Not(node) => match node.expr {
                Expr::And(_) | Expr::Or(_) | Expr::Not(_) => write!(f, "-({node})"),
                _ => write!(f, "-{node}"),
            },
            Expr::Text(text) => f.write_str(&quote_text(text)),
            Expr::Compare { field, op, value, .. } => {
                // A bare date would take a time of day from the word behind it.
                let print = if field.kind() == Kind::Time { quote } else { quote_value };
                let value = value.as_ref().map_or(String::new(), |value| print(&value.text));
                write!(f, "{}{}{value}", field.name(), op.symbol())
            }
            Expr::In { field, values, negated } => {
                let values: Vec<String> = values.iter().map(|value| quote_value(&value.text)).collect();
                let not = if *negated { "not " } else { "" };
                write!(f, "{} {not}in ({})", field.name(), values.join(", "))
            }
            Expr::Exists { field, exists } => {
                write!(f, "{}({})", if *exists { "exists" } else { "missing" }, field.name())
            }
            Expr::Broken(text) => f.write_str(text),
        }
    }
}

fn list(f: &mut Formatter<'_>, nodes: &[Node], between: &str, bracket: fn(&Expr) -> bool) -> fmt::Result {
    for (i, node) in nodes.iter().enumerate() {
        if i > 0 {
            f.write_str(between)?;
        }
        if bracket(&node.expr) {
            write!(f, "({node})")?;
        } else {
            write!(f, "{node}")?;
        }
    }
    Ok(())
}
