//! What templates find in their context, apart from the project: values, functions, filters.
//!
//! Nothing here knows nodes, macros or connections. In: minijinja values. Out: values that behave
//! as Python's objects do under dbt. Start with `object.rs`, the shape all objects have.

pub mod arguments;
mod column;
pub mod datetime;
pub mod decimal;
pub mod errors;
pub(crate) mod number;
pub(crate) mod object;
pub mod pytz;
pub mod re;
mod relation;
