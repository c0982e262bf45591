//! SQL text, read by an engine's grammar.
//!
//! In: SQL and a [`Grammar`]. Out: whether it reads, and what a query gives: columns, of what they come, and
//! their types ([`Analysis`]), and what kinds of logic stand in it ([`Fact`]). Knows no nodes and no Jinja; the only place that names sqlparser. What cannot
//! be told is unknown: nothing here guesses.

mod analysis;
mod children;
mod columns;
mod content;
mod grammar;
mod mend;
mod types;

pub use analysis::{
    Analysis, By, Call, Catalog, Clause, Column, Influence, Instead, Known, KnownColumn, Made,
    Meaning, Mistake, MistakeKind, Mixing, QueryMeaning, Read, RowPart, SameRows, Source, Unknown,
    Written, analyze, relation_name,
};
pub use columns::{Lookup, OutputColumn, column_names, output_columns};
pub use content::{Fact, FactKind, Term};
pub use grammar::{Grammar, SyntaxError, statements};
pub use types::SqlType;
