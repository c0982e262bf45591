//! What templates find in their context, apart from the project: values, functions, filters.
//!
//! Nothing here knows macros or connections. In: minijinja values. Out: values that behave
//! as Python's objects do under dbt. Start with `object.rs`, the shape all objects have.

pub mod arguments;
mod base;
mod column;
pub mod datetime;
pub mod decimal;
pub mod errors;
pub(crate) mod entities;
mod exceptions;
mod filters;
pub mod itertools;
pub mod documents;
mod json;
mod modules;
pub(crate) mod number;
pub(crate) mod object;
mod objects;
pub(crate) mod named_tuple;
pub mod pytz;
pub mod re;
mod relation;
mod row;
pub(crate) mod strings;
pub(crate) mod table;
mod tests;
mod yaml;

pub use arguments::{Arguments, bind};
pub use base::{global, global_names};
pub use column::{column, column_class, column_of};
pub use errors::{Raised, class_of, raise};
pub use exceptions::{NodeFacts, exceptions, try_or_compiler_error, validation};
pub use modules::{api, datetime_utc, modules};
pub use objects::{constant, falsy_namespace, is_truthy, nested, result, tuple};
pub use relation::{information_schema, relation, relation_of};
pub use row::row;
pub(crate) use row::row_lacks;
pub use table::{agate_table, cell_of, convert_type, datetimes_to_texts, table_matrix, table_of};
pub use yaml::from_node;

pub use super::python::{repr, text as to_text};

/// Adds filters, tests and the methods of texts and numbers to an environment.
pub(super) fn install(environment: &mut minijinja::Environment<'_>) {
    filters::install(environment);
    tests::install(environment);
    environment.set_unknown_method_callback(|_, value, name, args| {
        strings::call_method(value, name, args)
    });
}
