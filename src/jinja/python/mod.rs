//! Python's values on minijinja's [`Value`]: what templates of dbt see and change.
//!
//! `None`, truth values, numbers, strings and tuples are minijinja's own; lists, dicts and sets
//! are the mutable objects here, shared by reference. Every operator, conversion and method of a
//! template goes through this folder, so that results and messages are Python's.

mod dict;
mod key;
mod list;
mod set;

pub use dict::Dict;
pub use key::Key;
pub use list::List;
pub use set::Set;
