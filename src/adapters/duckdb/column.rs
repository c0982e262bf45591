//! Columns as dbt-duckdb sees them.

use std::collections::HashSet;

use super::native::{DataType, Kind};
use super::type_name::{quoted_if_needed, type_name};
use crate::adapters::{Column, TypeNames};

/// DuckDB's names of numbers.
pub static TYPE_NAMES: TypeNames = TypeNames {
    integers: &[
        "tinyint",
        "smallint",
        "integer",
        "bigint",
        "hugeint",
        "utinyint",
        "usmallint",
        "uinteger",
        "ubigint",
        "int1",
        "int2",
        "int4",
        "int8",
        "short",
        "int",
        "signed",
        "long",
    ],
    floats: &["real", "float", "float4", "float8", "double"],
    quote: '"',
};

/// Makes the columns that stand for one column of a query: the fields of a struct one by one,
/// under names with points, anything else as it is. A list of structs counts as a struct, as
/// dbt-duckdb looks at the first word of the type alone.
pub(super) fn flatten(name: &str, data_type: &DataType, keywords: &HashSet<String>) -> Vec<Column> {
    let mut inner = data_type;
    while let Kind::List(element) | Kind::Array(element, _) = &inner.kind {
        inner = element;
    }
    match &inner.kind {
        Kind::Struct(fields) if fields.iter().all(|(field, _)| !field.is_empty()) => {
            let field = |(field, data_type): &(String, DataType)| {
                let name = format!("{name}.{}", quoted_if_needed(field, keywords));
                flatten(&name, data_type, keywords)
            };
            fields.iter().flat_map(field).collect()
        }
        _ => vec![Column::new(
            name,
            type_name(data_type, keywords),
            &TYPE_NAMES,
        )],
    }
}
