//! The tree of a search with its values understood, and what can be asked of it.

use super::key::KeyTest;
use super::predicate::{IpPredicate, NumberPredicate, TextPredicate};
use crate::record::Field;
use crate::text::fold::Needle;
use std::cell::RefCell;

/// A search that can run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// Every entry.
    All,
    And(Vec<Checked>),
    Or(Vec<Checked>),
    Not(Box<Checked>),
    /// The raw text of the entry, or its significance, contains it.
    Text(Needle),
    Number {
        field: Field,
        test: NumberPredicate,
    },
    Word {
        field: Field,
        test: TextPredicate,
    },
    Ip {
        field: Field,
        test: IpPredicate,
    },
    /// The entry has the field, or has it not.
    Exists {
        field: Field,
        exists: bool,
    },
    /// A value of the key passes: read from the text of the entry.
    Key(KeyTest),
}

impl Checked {
    /// Settles times that count back from the newest entry.
    pub fn resolve(&mut self, newest: i64) {
        self.each_leaf(&mut |leaf| {
            if let Checked::Number { test, .. } = leaf {
                test.resolve(newest);
            }
        });
    }

    /// True where the answer depends on the newest entry.
    pub fn is_relative(&self) -> bool {
        self.any_leaf(&|leaf| matches!(leaf, Checked::Number { test, .. } if test.is_relative()))
    }

    /// True where answering needs the raw text of entries.
    pub fn reads_text(&self) -> bool {
        self.any_leaf(&|leaf| matches!(leaf, Checked::Text(_) | Checked::Key(_)))
    }

    /// The tests of keys that have no column.
    pub fn key_tests(&self) -> Vec<KeyTest> {
        self.leaves(|leaf| match leaf {
            Checked::Key(test) => Some(test.clone()),
            _ => None,
        })
    }

    /// The words and phrases whose answer needs the raw text of entries.
    pub fn words(&self) -> Vec<Needle> {
        self.leaves(|leaf| match leaf {
            Checked::Text(needle) => Some(needle.clone()),
            _ => None,
        })
    }

    /// The fields that are tested. A key has no column and so no field.
    pub fn fields(&self) -> Vec<Field> {
        self.leaves(Checked::field)
    }

    /// What `take` takes from the leaves, in their order.
    fn leaves<T>(&self, take: impl Fn(&Checked) -> Option<T>) -> Vec<T> {
        let taken = RefCell::new(Vec::new());
        self.any_leaf(&|leaf| {
            taken.borrow_mut().extend(take(leaf));
            false
        });
        taken.into_inner()
    }

    fn each_leaf(&mut self, visit: &mut dyn FnMut(&mut Checked)) {
        match self {
            Checked::And(parts) | Checked::Or(parts) => parts.iter_mut().for_each(|part| part.each_leaf(visit)),
            Checked::Not(part) => part.each_leaf(visit),
            leaf => visit(leaf),
        }
    }

    /// The field that a leaf tests.
    pub fn field(&self) -> Option<Field> {
        match self {
            Checked::Number { field, .. }
            | Checked::Word { field, .. }
            | Checked::Ip { field, .. }
            | Checked::Exists { field, .. } => Some(*field),
            _ => None,
        }
    }

    /// True where a leaf finds entries without the field, too.
    pub fn holds_without_value(&self) -> bool {
        match self {
            Checked::Number { test, .. } => test.holds_without_value(),
            Checked::Word { test, .. } => test.holds_without_value(),
            Checked::Ip { test, .. } => test.holds_without_value(),
            Checked::Exists { exists, .. } => !exists,
            _ => false,
        }
    }

    /// True where the test holds for a leaf.
    pub fn any_leaf(&self, test: &dyn Fn(&Checked) -> bool) -> bool {
        match self {
            Checked::And(parts) | Checked::Or(parts) => parts.iter().any(|part| part.any_leaf(test)),
            Checked::Not(part) => part.any_leaf(test),
            leaf => test(leaf),
        }
    }
}
