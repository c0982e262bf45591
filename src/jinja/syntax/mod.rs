//! The text of a template → tree.
//!
//! In: text. Out: [`Tree`], with the span of its bytes at every node, or one [`SyntaxError`]. The
//! grammar and the words of the messages are those of Jinja2 with the tags of dbt's environment;
//! nothing here knows values of a context. Read `tree.rs` first, then `statements.rs`.

mod advice;
mod error;
mod escapes;
mod expressions;
mod lexer;
mod numbers;
mod parser;
mod primary;
mod signature;
mod statements;
mod tags;
mod token;
mod tree;
mod walk;

pub(crate) use error::SyntaxError;
pub(crate) use escapes::normalize_newlines;
pub(crate) use lexer::string_length;
pub(crate) use parser::parse;
pub(crate) use token::is_space;
pub(crate) use tree::*;
pub(crate) use walk::{Part, walk, walk_parts};
