//! Python's values on minijinja's [`Value`](minijinja::Value): what templates of dbt see and change.
//!
//! `None`, truth values, numbers, strings and tuples are minijinja's own; lists, dicts and sets
//! are the mutable objects here, shared by reference. Every operator, conversion and method of a
//! template goes through this folder, so that results and messages are Python's.

mod attribute;
mod class;
mod compare;
mod dict;
mod iterate;
mod key;
mod list;
mod namespace;
mod nesting;
mod operators;
mod range;
mod set;
mod slice;
mod text;
mod tuple;

pub use attribute::{attribute, call_method, item};
pub(crate) use class::Class;
pub use compare::{contains, equal, ordered, sort, sort_pairs};
pub(crate) use dict::updates;
pub use dict::{Dict, entries, lookup};
pub use iterate::collect;
pub(crate) use iterate::{Items, items, valid};
pub use key::{Key, hashable};
pub use list::List;
pub use namespace::Namespace;
pub use operators::{add, div, floor_div, modulo, mul, negative, positive, pow, sub};
pub use range::Range;
pub use set::Set;
pub use slice::slice;
pub use text::{is_printable, markup, repr, text, write_repr, write_string, write_text};
