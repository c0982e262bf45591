//! What a query gives: its columns, with the columns that they come of, how they are made, and their types.
//!
//! In: SQL, a grammar, and a [`Catalog`] that knows relations. Out: an [`Analysis`]. Every fact is proven,
//! or unknown with a reason; nothing here guesses. Read `query.rs` for how a query is walked, `scope.rs` for
//! what a name means.

mod arity;
mod columns_call;
mod conditions;
mod expression;
mod flow;
mod functions;
mod grouping;
mod joins;
mod masks;
mod keys;
mod mistake;
mod names;
mod pairs;
mod meaning;
mod pivots;
mod query;
mod rows;
mod same_rows;
mod scope;
mod shape;
mod stars;
mod tables;

use std::collections::BTreeSet;
use std::sync::Arc;

use borsh::{BorshDeserialize, BorshSerialize};
use sqlparser::ast::{Expr, Spanned, Statement};
use sqlparser::tokenizer::Location;

pub use flow::{By, Influence, Made, Source};
pub(super) use functions::aggregates;
pub use meaning::{Meaning, QueryMeaning, RowPart, Written};
pub use mistake::{Clause, Instead, Mistake, MistakeKind, Mixing};
pub use same_rows::SameRows;

use super::content::{Fact, Names, content};
use super::grammar::{Grammar, leniently_parsed};
use super::types::SqlType;
use crate::text::{LineColumn, LineIndex, Span};
use query::Env;
use shape::{Open, Shape};

/// Knows relations by their names.
pub trait Catalog {
    /// Finds a relation by the parts of its name as it is written, without quotes.
    fn relation(&self, parts: &[String]) -> Option<Known>;

    /// Tells whether it is asked what the query means.
    fn compares(&self) -> bool {
        false
    }

    /// Tells whether a function masks what it is given, beside those that are known to; its name is in lower case.
    fn masks(&self, _function: &str) -> bool {
        false
    }

    /// Names what a relation is, whatever it is called.
    fn identity(&self, _parts: &[String]) -> Option<String> {
        None
    }

    /// Tells whether a relation is that which the query makes, as it was before.
    fn is_own(&self, _parts: &[String]) -> bool {
        false
    }

    /// Tells whether it is asked what kinds of logic stand in the query.
    fn wants_content(&self) -> bool {
        false
    }

    /// Finds the relation for which a common table expression stands.
    fn stand_in(&self, _name: &str) -> Option<Known> {
        None
    }
}

/// What is known of a relation.
#[derive(Debug, Clone, Default, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Known {
    /// Its columns, in order.
    pub columns: Arc<[KnownColumn]>,
    /// Whether these are all of them.
    pub is_complete: bool,
    /// Columns that tell its rows apart, in lower case: one set for each way.
    pub keys: Arc<[Vec<String>]>,
    /// Whether it has one row at the most.
    pub is_single: bool,
}

/// A column of a relation.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct KnownColumn {
    /// Its name.
    pub name: Arc<str>,
    /// Its type.
    pub sql_type: SqlType,
}

/// A relation that a query reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The parts of its name, without quotes.
    pub parts: Vec<String>,
    /// Where it stands first.
    pub place: Span,
    /// Whether the catalogue knows it.
    pub is_known: bool,
}

/// The call of a function that stands alone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Call {
    /// What is called, in lower case.
    pub name: String,
    /// The types of its arguments, where all are plain values; none for those that are not known.
    pub arguments: Option<Vec<Option<String>>>,
    /// Whether it is called for a window.
    pub is_window: bool,
}

/// A column that a query gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name: as it is written, or what the engine calls it.
    pub name: String,
    /// Whether the name is in quotes.
    pub quoted: bool,
    /// Whether it has a name in the text.
    pub is_named: bool,
    /// Its type.
    pub sql_type: SqlType,
    /// How it is made, from the relations that are read up to here.
    pub made: Made,
    /// The columns that it comes of.
    pub sources: Vec<Source>,
    /// Whether these are all of them.
    pub is_known: bool,
    /// Where it stands in the text.
    pub place: Span,
}

/// Something that is not known, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unknown {
    /// Where it stands in the text.
    pub place: Span,
    /// A clause.
    pub reason: String,
}

/// What a query gives.
#[derive(Debug, Clone, Default)]
pub struct Analysis {
    /// The relations that it reads, in the order in which they come.
    pub reads: Vec<Read>,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// Whether these are all of them.
    pub is_complete: bool,
    /// Columns that say which rows there are.
    pub influences: BTreeSet<Influence>,
    /// What is not known, in order.
    pub unknowns: BTreeSet<Unknown>,
    /// Columns that tell the rows apart, in lower case: one set for each way.
    pub keys: Vec<Vec<String>>,
    /// Whether there is one row at the most.
    pub is_single: bool,
    /// The relation whose rows these are, each once, if it is known that it is so.
    pub same_rows: Option<SameRows>,
    /// The star that takes in whatever columns a relation has that is read, so that they become columns here.
    pub star: Option<Span>,
    /// Functions that are called, and where, if it is known what the engine takes.
    pub calls: Vec<(Call, Span)>,
    /// What is wrong, in the order in which it is found.
    pub mistakes: Vec<Mistake>,
    /// What it means, if that was asked.
    pub meaning: QueryMeaning,
    /// What kinds of logic stand in it, where the catalogue asks.
    pub content: Vec<Fact>,
}

/// Analyzes a text that is one query. Text that the grammar does not read, and statements that are no query,
/// are unknown.
pub fn analyze(grammar: Grammar, sql: &str, catalog: &dyn Catalog) -> Analysis {
    let mut analyzer = Analyzer {
        grammar,
        catalog,
        sql,
        lines: LineIndex::new(sql),
        is_partial: false,
        meanings: Names::new(),
        done: Analysis::default(),
        compares: catalog.compares(),
    };
    let whole = Span::new(0, sql.trim_end().len());
    let read = leniently_parsed(grammar, sql);
    match read.as_ref().map(|it| it.statements.as_slice()) {
        Ok([Statement::Query(query)]) => {
            let mut shape = analyzer.query(query, &Env::default());
            if let Ok(read) = &read {
                analyzer.leave_out(&read.left_out, &mut shape);
            }
            analyzer.finish(shape);
            if catalog.wants_content() {
                let meanings = std::mem::take(&mut analyzer.meanings);
                analyzer.done.content = content(query, &meanings, catalog, &|it| analyzer.span(it));
            }
        }
        Ok([]) => analyzer.unknown(whole, "there is no statement"),
        Ok([_]) => analyzer.unknown(whole, "the statement is no query"),
        Ok(_) => analyzer.unknown(whole, "there are several statements"),
        Err(error) => {
            let place = analyzer.place_in(&error.0).unwrap_or(whole);
            let message = bare(&error.0);
            analyzer.unknown(place, &format!("the text is not read: {message}"));
            analyzer.mistake(place, MistakeKind::Unread(message.to_owned()));
        }
    }
    if analyzer.is_partial {
        let is_certain = |it: &Mistake| !matches!(it.kind, MistakeKind::UnusedCte { .. });
        analyzer.done.mistakes.retain(is_certain);
    }
    analyzer.done
}

/// Takes off what the parser says of itself, and the place, which is told elsewhere.
fn bare(error: &str) -> &str {
    let error = error.strip_prefix("sql parser error: ").unwrap_or(error);
    error.rsplit_once(" at Line: ").map_or(error, |it| it.0)
}

/// Returns the name by which a [`Catalog`] is asked for a relation that is one word in SQL: a file in quotes, a
/// call of a function.
pub fn relation_name(grammar: Grammar, relation: &str) -> Option<String> {
    struct Any;
    impl Catalog for Any {
        fn relation(&self, _: &[String]) -> Option<Known> {
            Some(Known::default())
        }
    }
    let sql = format!("select * from {relation}");
    let analysis = analyze(grammar, &sql, &Any);
    let [read] = <[Read; 1]>::try_from(analysis.reads).ok()?;
    let [name] = <[String; 1]>::try_from(read.parts).ok()?;
    Some(name)
}

/// An analysis that goes on.
struct Analyzer<'a> {
    grammar: Grammar,
    catalog: &'a dyn Catalog,
    sql: &'a str,
    lines: LineIndex,
    /// Whether something is passed over that may read relations.
    is_partial: bool,
    /// Columns by the places of names that mean them.
    meanings: Names,
    done: Analysis,
    compares: bool,
}

impl Analyzer<'_> {
    fn finish(&mut self, shape: Shape) {
        self.done.is_complete = shape.open.is_empty();
        for open in &shape.open {
            let (place, reason) = match open {
                Open::Read { read, .. } => {
                    let read = &self.done.reads[*read];
                    let name = read.parts.join(".");
                    (read.place, format!("the columns of {name} are not known"))
                }
                Open::Opaque { place, reason } => (*place, reason.clone()),
            };
            self.unknown(place, &reason);
        }
        self.done.influences = shape.influences;
        self.done.star = shape.star;
        self.done.keys = shape.keys;
        self.done.is_single = shape.is_single;
        self.done.same_rows = shape.same_rows;
        self.done.meaning.rows = shape.rows.whole();
        self.done.meaning.columns = shape.columns.iter().map(|it| it.flow.meaning).collect();
        let columns = shape.columns.into_iter().map(|it| Column {
            name: it.name,
            quoted: it.quoted,
            is_named: it.is_named,
            sql_type: it.flow.sql_type,
            made: it.flow.made,
            sources: it.flow.sources.to_vec(),
            is_known: it.flow.is_known,
            place: it.place,
        });
        self.done.columns = columns.collect();
    }

    fn unknown(&mut self, place: Span, reason: &str) {
        let reason = reason.to_owned();
        self.done.unknowns.insert(Unknown { place, reason });
    }

    /// Whether it is known what the engine takes.
    fn is_tried(&self) -> bool {
        matches!(self.grammar, Grammar::DuckDb | Grammar::Postgres)
    }

    fn mistake(&mut self, place: Span, kind: MistakeKind) {
        let mistake = Mistake { place, kind };
        if !self.done.mistakes.contains(&mistake) {
            self.done.mistakes.push(mistake);
        }
    }

    /// Translates a place of the parser.
    fn span(&self, span: sqlparser::tokenizer::Span) -> Span {
        Span::new(self.offset(span.start), self.offset(span.end))
    }

    /// Returns where something stands, with the parentheses that close what is open in it.
    fn place(&self, of: &impl Spanned) -> Span {
        let mut place = self.span(of.span());
        loop {
            let text = self.sql.get(place.range()).unwrap_or_default();
            let count = |letter: char| text.matches(letter).count();
            let rest = self.sql.get(place.range().end..).unwrap_or_default();
            let closing = rest.len() - rest.trim_start().len();
            if count('(') <= count(')') || !rest[closing..].starts_with(')') {
                return place;
            }
            place = Span::new(place.range().start, place.range().end + closing + 1);
        }
    }

    /// Returns where expressions stand, of those of which the parser says it.
    fn places<const N: usize>(&self, of: [&Expr; N]) -> Span {
        let is_there = |it: &&Expr| it.span() != sqlparser::tokenizer::Span::empty();
        let places = of.into_iter().filter(is_there).map(|it| self.place(it));
        places.reduce(Span::to).unwrap_or_default()
    }

    fn offset(&self, at: Location) -> usize {
        let number = |it: u64| usize::try_from(it).unwrap_or(usize::MAX);
        let (line, column) = (number(at.line), number(at.column));
        self.lines.offset(self.sql, LineColumn { line, column })
    }

    /// Finds the place that the parser names at the end of its words.
    fn place_in(&self, error: &str) -> Option<Span> {
        let (_, place) = error.rsplit_once("Line: ")?;
        let (line, column) = place.split_once(", Column: ")?;
        let at = self.offset(Location {
            line: line.trim().parse().ok()?,
            column: column.trim().parse().ok()?,
        });
        let rest = &self.sql[at..];
        let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
        Some(Span::new(at, at + word))
    }
}
