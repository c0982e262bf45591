//! SQL text, read by an engine's grammar.
//!
//! In: SQL and a [`Grammar`]. Out: whether it reads, and the columns that a query gives. Knows no
//! nodes and no Jinja; the only place that names sqlparser. What cannot be told is none: nothing
//! here guesses.

mod columns;
mod grammar;

pub use columns::{Lookup, OutputColumn, output_columns};
pub use grammar::{Grammar, SyntaxError, statements};
