//! The columns of a relation within a query.

use std::collections::BTreeSet;
use std::sync::Arc;

use sqlparser::ast::{Ident, TableAlias};

use super::flow::{Flow, Influence, Made};
use super::meaning::{Meaning, Rows};
use super::same_rows::SameRows;
use crate::sql::types::{SqlType, common};
use crate::text::Span;

/// A column of a relation within a query.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) quoted: bool,
    pub(super) is_named: bool,
    pub(super) flow: Flow,
    pub(super) place: Span,
}

impl Named {
    pub(super) fn is(&self, name: &str) -> bool {
        is_same(&self.name, name)
    }

    /// Gives it another name.
    pub(super) fn renamed(mut self, name: &Ident, place: Span) -> Self {
        if !self.is(&name.value) {
            self.flow = self.flow.then(Made::Rename);
        }
        self.name.clone_from(&name.value);
        self.quoted = name.quote_style.is_some();
        self.is_named = true;
        self.place = place;
        self
    }
}

/// There may be more columns than those that are listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Open {
    /// Those of a relation that is read, under their names.
    Read {
        read: usize,
        /// What it is that is read.
        meaning: Meaning,
        /// Names that do not come.
        without: Vec<String>,
    },
    /// Nobody knows which.
    Opaque { place: Span, reason: String },
}

/// What a relation within a query has.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    pub(super) columns: Vec<Named>,
    pub(super) open: Vec<Open>,
    pub(super) influences: BTreeSet<Influence>,
    /// Whether there is one row at the most.
    pub(super) is_single: bool,
    /// Columns that tell the rows apart, in lower case: one set for each way.
    pub(super) keys: Vec<Vec<String>>,
    /// Whether it is a relation that is read, as it is.
    pub(super) is_read: bool,
    /// The relation whose rows these are, each once, if it is known that it is so.
    pub(super) same_rows: Option<SameRows>,
    /// A star that takes in all columns of a relation that is read.
    pub(super) star: Option<Span>,
    pub(super) rows: Rows,
    /// By what its rows are sorted, as it means.
    pub(super) order: Vec<Meaning>,
}

impl Shape {
    /// A relation of whose columns nothing is known.
    pub(super) fn opaque(place: Span, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self {
            rows: Rows::of(Meaning::text("opaque", &reason)),
            open: vec![Open::Opaque { place, reason }],
            ..Self::default()
        }
    }

    /// Finds the columns of a name.
    pub(super) fn find<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Named> + 's {
        self.columns.iter().filter(move |it| it.is(name))
    }

    /// Finds a column among those that are not listed. None if it may be of several relations, or of none.
    pub(super) fn find_open(&self, name: &str) -> Option<Flow> {
        let is_out = |without: &[String]| without.iter().any(|it| it.eq_ignore_ascii_case(name));
        let open = self.open.iter().filter(|it| match it {
            Open::Read { without, .. } => !is_out(without),
            Open::Opaque { .. } => true,
        });
        let reads = open.map(|it| match it {
            Open::Read { read, meaning, .. } => Some((*read, *meaning)),
            Open::Opaque { .. } => None,
        });
        let reads: Vec<(usize, Meaning)> = reads.collect::<Option<_>>()?;
        match reads.as_slice() {
            [] => None,
            [(read, meaning)] => {
                let flow = Flow::column(*read, Arc::from(name), SqlType::Unknown);
                Some(flow.meant(meaning.column(name)))
            }
            _ => None,
        }
    }

    /// Gives all columns another meaning.
    pub(super) fn mean(&mut self, other: impl Fn(Meaning) -> Meaning) {
        for column in &mut self.columns {
            column.flow.meaning = other(column.flow.meaning);
        }
        for open in &mut self.open {
            if let Open::Read { meaning, .. } = open {
                *meaning = other(*meaning);
            }
        }
        for key in &mut self.rows.keys {
            *key = key.iter().map(|it| other(*it)).collect();
        }
    }

    /// Tells whether a column of one may mean what a column of the other does.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let opens = |it: &Self| -> Vec<Meaning> {
            let opens = it.open.iter().filter_map(|it| match it {
                Open::Read { meaning, .. } => Some(*meaning),
                Open::Opaque { .. } => None,
            });
            opens.collect()
        };
        let columns =
            |it: &Self| -> Vec<Meaning> { it.columns.iter().map(|it| it.flow.meaning).collect() };
        let shares = |one: Vec<Meaning>, two: Vec<Meaning>| one.iter().any(|it| two.contains(it));
        shares(opens(self), opens(other)) || shares(columns(self), columns(other))
    }

    /// Takes columns out.
    pub(super) fn leave_out(&mut self, names: &[String]) {
        let is_out = |name: &str| names.iter().any(|it| it.eq_ignore_ascii_case(name));
        self.columns.retain(|it| !is_out(&it.name));
        self.leave_out_hidden(names);
    }

    /// Takes columns out of those that are not listed.
    pub(super) fn leave_out_hidden(&mut self, names: &[String]) {
        for open in &mut self.open {
            if let Open::Read { without, .. } = open {
                without.extend(names.iter().cloned());
            }
        }
    }

    /// Gives columns the names of an alias: `as t(a, b)`.
    pub(super) fn aliased(mut self, alias: &TableAlias, place: impl Fn(&Ident) -> Span) -> Self {
        if alias.columns.is_empty() {
            return self;
        }
        self.keys.clear();
        if !self.open.is_empty() {
            // Which of them gets which name depends on those that are not known.
            let names = alias.columns.iter().map(|it| Named {
                name: it.name.value.clone(),
                quoted: it.name.quote_style.is_some(),
                is_named: true,
                flow: Flow::unknown(),
                place: place(&it.name),
            });
            self.columns = names.collect();
            return self;
        }
        for (column, name) in self.columns.iter_mut().zip(&alias.columns) {
            *column = column.clone().renamed(&name.name, place(&name.name));
            if let Some(written) = &name.data_type {
                column.flow.sql_type = SqlType::from(written);
            }
        }
        self
    }

    /// Puts another relation's rows below, column by column.
    pub(super) fn union(mut self, mut other: Self, by_name: bool) -> Self {
        self.influences.append(&mut other.influences);
        self.is_single = false;
        self.same_rows = None;
        self.keys.clear();
        self.star = self.star.or(other.star);
        self.rows = Rows::of(Meaning::of(
            "union",
            [self.rows.whole(), other.rows.whole()],
        ));
        let is_plain = self.open.is_empty() && other.open.is_empty();
        if by_name || !is_plain {
            // Where stars hide columns their order is not known; unions of such agree in names.
            for known in &mut self.columns {
                if other.find(&known.name).next().is_some() {
                    continue;
                }
                if !other.open.is_empty() {
                    let hidden = other.find_open(&known.name);
                    known.flow = both(&known.flow, hidden.unwrap_or_else(Flow::unknown));
                } else if !by_name {
                    // Which column stands beside it is not known.
                    known.flow.sql_type = SqlType::Unknown;
                }
            }
            for mut column in other.columns {
                let known = self.columns.iter_mut().find(|it| it.is(&column.name));
                match known {
                    Some(known) => known.flow = both(&known.flow, column.flow),
                    None => {
                        if !self.open.is_empty() {
                            let hidden = self.find_open(&column.name);
                            column.flow = both(&hidden.unwrap_or_else(Flow::unknown), column.flow);
                        } else if !by_name {
                            column.flow.sql_type = SqlType::Unknown;
                        }
                        self.columns.push(column);
                    }
                }
            }
        } else {
            for (known, column) in self.columns.iter_mut().zip(other.columns) {
                known.flow = both(&known.flow, column.flow);
            }
        }
        for open in other.open {
            if !self.open.contains(&open) {
                self.open.push(open);
            }
        }
        self
    }
}

/// Compares names, whose case says nothing.
pub(super) fn is_same(one: &str, two: &str) -> bool {
    let is_plain = one.is_ascii() && two.is_ascii();
    one.eq_ignore_ascii_case(two) || !is_plain && one.to_lowercase() == two.to_lowercase()
}

/// A value that is one or the other.
fn both(one: &Flow, two: Flow) -> Flow {
    let sql_type = common(&one.sql_type, &two.sql_type);
    Flow::of(Made::Identity, [one.clone(), two]).typed(sql_type)
}
