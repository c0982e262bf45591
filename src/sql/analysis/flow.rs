//! How a value comes of columns.

use std::rc::Rc;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::meaning::Meaning;
use crate::sql::types::SqlType;

/// How a value is made of a column; of two steps the later one in this list counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Made {
    /// It is the column.
    Identity,
    /// It is the column under another name.
    Rename,
    /// It is the column in another type.
    Cast,
    /// It is calculated of it.
    Expression,
    /// It is calculated of many of its rows, which become one.
    Aggregate,
    /// It is calculated of many of its rows, which stay.
    Window,
    /// The column says which value it is, and is no part of it.
    Condition,
}

impl Made {
    /// Returns its word, as in `column_lineage.json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Rename => "rename",
            Self::Cast => "cast",
            Self::Expression => "expression",
            Self::Aggregate => "aggregate",
            Self::Window => "window",
            Self::Condition => "condition",
        }
    }
}

/// A column of which a value comes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    /// Its relation, by its place in [`Analysis::reads`](super::Analysis).
    pub read: usize,
    /// Its name.
    pub column: Arc<str>,
    /// How the value is made of it.
    pub made: Made,
    /// Whether the value tells nobody the column's, as it is masked on the way.
    pub masked: bool,
}

/// How a column says which rows there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// In WHERE, HAVING, QUALIFY.
    Filter,
    /// In the condition of a join.
    Join,
    /// In GROUP BY.
    Group,
    /// In DISTINCT ON.
    Distinct,
    /// In ORDER BY.
    Sort,
}

impl By {
    /// Returns its word, as in `column_lineage.json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Filter => "filter",
            Self::Join => "join",
            Self::Group => "group",
            Self::Distinct => "distinct",
            Self::Sort => "sort",
        }
    }
}

/// A column that says which rows there are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Influence {
    /// Its relation, by its place in [`Analysis::reads`](super::Analysis).
    pub read: usize,
    /// Its name.
    pub column: Arc<str>,
    /// How.
    pub by: By,
}

/// A value: of what it comes.
#[derive(Debug, Clone)]
pub(super) struct Flow {
    pub(super) made: Made,
    pub(super) sources: Rc<[Source]>,
    pub(super) sql_type: SqlType,
    /// Whether all sources are known.
    pub(super) is_known: bool,
    /// What it means; of constants it is told by those who compare.
    pub(super) meaning: Meaning,
}

impl Flow {
    /// A value that comes of nothing.
    pub(super) fn constant(sql_type: SqlType) -> Self {
        Self {
            made: Made::Expression,
            sources: Rc::default(),
            sql_type,
            is_known: true,
            meaning: Meaning::default(),
        }
    }

    /// A value of which nothing is known.
    pub(super) fn unknown() -> Self {
        Self {
            is_known: false,
            ..Self::constant(SqlType::Unknown)
        }
    }

    /// A column of a relation.
    pub(super) fn column(read: usize, column: Arc<str>, sql_type: SqlType) -> Self {
        let made = Made::Identity;
        let source = Source {
            read,
            column,
            made,
            masked: false,
        };
        Self {
            made,
            sources: Rc::new([source]),
            sql_type,
            is_known: true,
            meaning: Meaning::default(),
        }
    }

    /// The value, which means this.
    pub(super) fn meant(mut self, meaning: Meaning) -> Self {
        self.meaning = meaning;
        self
    }

    /// The value, which tells nobody those that it comes of.
    pub(super) fn masked(mut self) -> Self {
        let sources = self.sources.iter().map(|it| Source {
            masked: true,
            ..it.clone()
        });
        self.sources = sources.collect();
        self
    }

    /// The value, made into something in one more step.
    pub(super) fn then(mut self, made: Made) -> Self {
        if matches!(
            made,
            Made::Cast | Made::Expression | Made::Aggregate | Made::Window
        ) {
            self.meaning = Meaning::of(made.as_str(), [self.meaning]);
        }
        if made <= self.made && self.sources.iter().all(|it| it.made >= made) {
            return self;
        }
        let sources = self.sources.iter().map(|it| Source {
            made: it.made.max(made),
            ..it.clone()
        });
        self.sources = sources.collect();
        self.made = match made {
            Made::Condition => self.made,
            made => self.made.max(made),
        };
        self
    }

    /// The value in a type.
    pub(super) fn typed(mut self, sql_type: SqlType) -> Self {
        self.sql_type = sql_type;
        self
    }

    /// A value that is made of several others, of a type that nothing tells.
    pub(super) fn of(made: Made, parts: impl IntoIterator<Item = Self>) -> Self {
        let mut sources: Vec<Source> = Vec::new();
        let (mut all_made, mut is_known) = (made, true);
        let mut meanings = Vec::new();
        for part in parts {
            meanings.push(part.meaning);
            let part = part.then(made);
            let only_conditions = !part.sources.is_empty()
                && part.sources.iter().all(|it| it.made == Made::Condition);
            if !only_conditions {
                all_made = all_made.max(part.made);
            }
            is_known &= part.is_known;
            sources.extend(part.sources.iter().cloned());
        }
        if all_made == Made::Condition {
            all_made = Made::Expression;
        }
        // What is part of the value counts, if it is a condition, too.
        let rank = |it: &Source| match it.made {
            Made::Condition => 0,
            made => 1 + made as u8,
        };
        sources.sort_by(|one, two| {
            let name = |it: &Source| (it.read, it.column.clone());
            name(one).cmp(&name(two)).then(rank(two).cmp(&rank(one)))
        });
        sources.dedup_by(|later, kept| {
            let is_same = later.read == kept.read && later.column == kept.column;
            if is_same && later.made != Made::Condition {
                // It is told on one of the ways.
                kept.masked &= later.masked;
            }
            is_same
        });
        Self {
            made: all_made,
            sources: sources.into(),
            sql_type: SqlType::Unknown,
            is_known,
            meaning: Meaning::of("of", meanings),
        }
    }

    /// Lists the columns as such that say which rows there are.
    pub(super) fn influences(&self, by: By) -> impl Iterator<Item = Influence> + '_ {
        self.sources.iter().map(move |it| Influence {
            read: it.read,
            column: it.column.clone(),
            by,
        })
    }
}
