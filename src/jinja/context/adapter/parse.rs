//! `adapter` while parsing: what needs a database answers with nothing.

use crate::jinja::library;
use crate::jinja::library::object::{PythonObject, python_object};
use std::sync::Arc;

use super::{METHODS, engine, plain};
use crate::adapters::Table;
use crate::jinja::context::project::Project;
use crate::jinja::python::List;
use crate::jinja::{Error, State, Value};

/// Makes `adapter` for the parse phase.
pub(in crate::jinja::context) fn parse_adapter(project: Arc<Project>) -> Value {
    Value::from_object(ParseAdapter { project })
}

#[derive(Debug)]
struct ParseAdapter {
    project: Arc<Project>,
}

impl PythonObject for ParseAdapter {
    const TYPE: &'static str = "ParseDatabaseWrapper";
    const METHODS: &'static [&'static str] = METHODS;

    fn str(&self) -> String {
        "<adapter>".to_owned()
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        plain::attribute(&self.project, name, || Value::from_dyn_object(self.clone()))
    }

    fn method(
        self: &Arc<Self>,
        state: &mut State,
        name: &str,
        args: &[Value],
    ) -> Result<Value, Error> {
        let none = || Value::from(());
        let nothing = || library::agate_table(Table::default());
        Ok(match name {
            "execute" | "get_partitions_metadata" => library::tuple([Value::from(""), nothing()]),
            "add_query" => library::tuple([none(), none()]),
            "check_schema_exists" | "already_exists" => Value::from(false),
            "get_columns_in_relation"
            | "get_columns_in_table"
            | "get_column_schema_from_query"
            | "get_missing_columns" => List::value([]),
            "assert_valid_snapshot_target_given_strategy"
            | "create_schema"
            | "drop_relation"
            | "drop_schema"
            | "expand_target_column_types"
            | "get_hard_deletes_behavior"
            | "get_incremental_strategy_macro"
            | "get_relation"
            | "rename_relation"
            | "run_sql_for_tests"
            | "truncate_relation"
            | "valid_snapshot_target" => none(),
            "ensure_transaction" | "commit" | "commit_staging" | "cache_added"
            | "cache_dropped" | "cache_renamed" => Value::from(""),
            _ => {
                let adapter = self.project.adapter.as_ref();
                return match engine::find(adapter, name) {
                    Some(method) => engine::call(adapter, None, method, args),
                    None => plain::method(&self.project, state, name, args),
                };
            }
        })
    }
}
python_object!(ParseAdapter);
