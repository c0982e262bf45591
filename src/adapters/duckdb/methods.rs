//! The methods of `adapter` that only dbt-duckdb has.

use serde_json::{Value, json};

use super::{DuckDb, escape, external};
use crate::adapters::profile::python_text;
use crate::adapters::{AdapterError, Argument, Connection, Method};

/// The methods, sorted.
pub(super) const ALL: &[Method] = &[
    method("catalog_supports_foreign_keys", &["database"]),
    method("disable_transactions", &[]),
    method("escape_sql_string", &["value"]),
    method("existing_key_constraint_types", &["relation"]),
    method("external_read_location", LOCATION_AND_OPTIONS),
    method("external_root", &[]),
    method("external_write_options", LOCATION_AND_OPTIONS),
    method("get_binding_char", &[]),
    method("is_ducklake", &["relation"]),
    method("is_motherduck", &[]),
    method("location_exists", &["location"]),
    method("store_relation", STORE_RELATION),
    method("use_ducklake_table_workarounds", &["relation"]),
    method("valid_incremental_strategies", &[]),
];

const LOCATION_AND_OPTIONS: &[&str] = &["write_location", "rendered_options"];
const STORE_RELATION: &[&str] = &[
    "plugin_name",
    "relation",
    "column_list",
    "path",
    "format",
    "config",
];

const fn method(name: &'static str, parameters: &'static [&'static str]) -> Method {
    Method { name, parameters }
}

impl DuckDb {
    /// Calls a method with its arguments in order.
    pub(super) fn call_method(
        &self,
        connection: Option<&mut dyn Connection>,
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
                let found = connection.map(|it| it.execute(&sql, false, None));
                found.is_some_and(|it| it.is_ok()).into()
            }
            "catalog_supports_foreign_keys" => {
                let database = text(arguments, 0)?;
                let answer = connection.map(|it| self.keys.are_supported(it, &database));
                answer.transpose()?.unwrap_or_default().into()
            }
            "existing_key_constraint_types" => {
                let Some(Argument::Relation(relation)) = arguments.first() else {
                    return Err(needs("a relation"));
                };
                let answer = connection.map(|it| self.keys.existing(it, relation));
                json!(answer.transpose()?.unwrap_or_default())
            }
            "store_relation" if connection.is_none() => Value::Null,
            "store_relation" => {
                let plugin = text(arguments, 0)?;
                let plugin = plugin.split('|').next().unwrap_or_default();
                return Err(wrong(&format!(
                    "cannot hand the file over: the plugin `{plugin}` is Python, which dsql does not \
                     load; take `plugin` or `glue_register` out of the model's config"
                )));
            }
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
