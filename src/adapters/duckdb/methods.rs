//! The methods of `adapter` that only dbt-duckdb has.

use serde_json::{Value, json};

use super::{DuckDb, escape, external};
use crate::adapters::profile::python_text;
use crate::adapters::{AdapterError, Argument, Connection};

/// Names of the methods, sorted.
pub(super) const NAMES: &[&str] = &[
    "catalog_supports_foreign_keys",
    "disable_transactions",
    "escape_sql_string",
    "existing_key_constraint_types",
    "external_read_location",
    "external_root",
    "external_write_options",
    "get_binding_char",
    "is_ducklake",
    "is_motherduck",
    "location_exists",
    "parse_index",
    "store_relation",
    "use_ducklake_table_workarounds",
    "valid_incremental_strategies",
];

impl DuckDb {
    /// Calls a method with its arguments in order.
    pub(super) fn call_method(
        &self,
        connection: &mut dyn Connection,
        name: &str,
        arguments: &mut [Argument],
    ) -> Result<Value, AdapterError> {
        let wrong = |message: &str| AdapterError::Method {
            method: name.to_owned(),
            message: message.to_owned(),
        };
        let needs = |it| wrong(&format!("needs {it}"));
        let text = |arguments: &[Argument], at: usize| match arguments.get(at) {
            Some(Argument::Value(value)) => Ok(python_text(value)),
            _ => Err(needs("a text")),
        };
        Ok(match name {
            "is_motherduck" => false.into(),
            "disable_transactions" => self.credentials.disable_transactions.into(),
            "external_root" => self.credentials.external_root.clone().into(),
            "get_binding_char" => "?".into(),
            "valid_incremental_strategies" => {
                json!(["append", "delete+insert", "merge", "microbatch"])
            }
            "is_ducklake" => self.is_ducklake(arguments).into(),
            // DuckLake needs none since DuckDB 1.5.3.
            "use_ducklake_table_workarounds" => false.into(),
            "escape_sql_string" => escape(&text(arguments, 0)?).into(),
            "external_write_options" => {
                let location = text(arguments, 0)?;
                let Some(Argument::Value(Value::Object(options))) = arguments.get_mut(1) else {
                    return Err(needs("a location and options"));
                };
                external::write_options(&location, options).into()
            }
            "external_read_location" => {
                let location = text(arguments, 0)?;
                let Some(Argument::Value(Value::Object(options))) = arguments.get(1) else {
                    return Err(needs("a location and options"));
                };
                external::read_location(&location, options).into()
            }
            "location_exists" => {
                let sql = format!("select 1 from '{}' where 1=0", text(arguments, 0)?);
                connection.execute(&sql, false, None).is_ok().into()
            }
            "catalog_supports_foreign_keys" => {
                let database = text(arguments, 0)?;
                self.keys.are_supported(connection, &database)?.into()
            }
            "existing_key_constraint_types" => {
                let Some(Argument::Relation(relation)) = arguments.first() else {
                    return Err(needs("a relation"));
                };
                json!(self.keys.existing(connection, relation)?)
            }
            "parse_index" => match arguments.first() {
                Some(Argument::Value(index)) => parse_index(index, wrong)?,
                _ => return Err(needs("a mapping")),
            },
            "store_relation" => return Err(wrong("needs a plugin, which is Python")),
            _ => return Err(wrong("is not a method of this adapter")),
        })
    }

    fn is_ducklake(&self, arguments: &[Argument]) -> bool {
        let database = match arguments.first() {
            Some(Argument::Relation(relation)) => relation.database.as_ref(),
            _ => None,
        };
        database.is_some_and(|it| self.credentials.ducklakes.contains(it))
    }
}

/// Checks an entry of `indexes`, and fills in what it leaves out.
fn parse_index(index: &Value, wrong: impl Fn(&str) -> AdapterError) -> Result<Value, AdapterError> {
    let entries = match index {
        Value::Null => return Ok(Value::Null),
        Value::Object(entries) => entries,
        _ => return Err(wrong("an index is a mapping with `columns`")),
    };
    let columns = entries.get("columns").and_then(Value::as_array);
    let columns = columns.filter(|columns| columns.iter().all(Value::is_string));
    let Some(columns) = columns else {
        return Err(wrong("`columns` of an index must be a list of names"));
    };
    let unique = match entries.get("unique") {
        None => false,
        Some(Value::Bool(unique)) => *unique,
        Some(_) => return Err(wrong("`unique` of an index must be `true` or `false`")),
    };
    let known = |key: &&String| matches!(key.as_str(), "columns" | "unique");
    if let Some(unknown) = entries.keys().find(|key| !known(key)) {
        return Err(wrong(&format!("an index has no `{unknown}`")));
    }
    Ok(json!({"columns": columns, "unique": unique}))
}
