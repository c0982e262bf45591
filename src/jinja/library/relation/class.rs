//! `api.Relation`: makes relations, and holds the names of their types.

use std::sync::Arc;

use minijinja::value::Tuple;
use minijinja::{Error, State, Value};

use super::change::{create, kind};
use super::parts::Parts;
use crate::adapters::{Quoting, RelationKind};
use crate::jinja::library::arguments::bind;
use crate::jinja::library::object::{PythonObject, not_implemented, python_object};
use crate::jinja::python::{List, collect, text};

/// Makes `api.Relation`; relations that it creates are written as `quoting` says.
pub(crate) fn relation_class(quoting: Quoting) -> Value {
    Value::from_object(RelationClass { quoting })
}

#[derive(Debug)]
struct RelationClass {
    quoting: Quoting,
}

const TYPES: [(&str, &str); 8] = [
    ("Table", "table"),
    ("View", "view"),
    ("CTE", "cte"),
    ("MaterializedView", "materialized_view"),
    ("Ephemeral", "ephemeral"),
    ("External", "external"),
    ("PointerTable", "pointer_table"),
    ("Function", "function"),
];

/// Looks up what the class holds: the names of types.
pub(super) fn constant(name: &str) -> Option<Value> {
    match name {
        "get_relation_type" => Some(Value::from_object(RelationTypes)),
        "Ephemeral" => None,
        _ => type_named(name),
    }
}

fn type_named(name: &str) -> Option<Value> {
    let (_, word) = TYPES.iter().find(|(known, _)| *known == name)?;
    Some(Value::from(*word))
}

/// Calls a class method.
pub(super) fn method(name: &str, args: &[Value], quoting: Quoting) -> Result<Value, Error> {
    match name {
        "create" => create(args, quoting),
        "add_ephemeral_prefix" => {
            let [name] = bind(name, ["name"], 1, args)?;
            let name = text(&name.unwrap_or_default());
            Ok(Value::from(format!("__dbt__cte__{name}")))
        }
        "get_default_quote_policy" | "get_default_include_policy" => {
            bind(name, [], 0, args)?;
            Ok(Parts::policy([true; 3]).into())
        }
        "scd_args" => {
            let [key, updated_at] = bind(name, ["primary_key", "updated_at"], 2, args)?;
            let key = key.unwrap_or_default();
            let mut names = match key.as_str() {
                Some(_) => vec![key],
                None => collect(&key)?,
            };
            names.extend(updated_at);
            Ok(List::value(names))
        }
        _ => Err(not_implemented()),
    }
}

impl PythonObject for RelationClass {
    const TYPE: &'static str = "RelationProxy";
    const METHODS: &'static [&'static str] = &[
        "create",
        "add_ephemeral_prefix",
        "get_default_quote_policy",
        "get_default_include_policy",
        "scd_args",
    ];

    fn str(&self) -> String {
        "<class 'dbt.adapters.duckdb.relation.DuckDBRelation'>".to_owned()
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        constant(name)
    }

    fn method(self: &Arc<Self>, _: &mut State, name: &str, args: &[Value]) -> Result<Value, Error> {
        method(name, args, self.quoting)
    }
}
python_object!(RelationClass);

/// `relation.get_relation_type`: the types of relations.
#[derive(Debug)]
struct RelationTypes;

impl PythonObject for RelationTypes {
    const TYPE: &'static str = "EnumMeta";

    fn str(&self) -> String {
        "<enum 'RelationType'>".to_owned()
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        type_named(name)
    }

    fn invoke(self: &Arc<Self>, _: &mut State, args: &[Value]) -> Result<Value, Error> {
        let [value] = bind("RelationType", ["value"], 1, args)?;
        let value = value.unwrap_or_default();
        Ok(Value::from(kind(&value)?.map(RelationKind::as_str)))
    }

    fn method(self: &Arc<Self>, _: &mut State, name: &str, _: &[Value]) -> Result<Value, Error> {
        match name {
            "__iter__" => Ok(Value::from(Tuple::from(
                TYPES.map(|(_, word)| Value::from(word)),
            ))),
            _ => Err(not_implemented()),
        }
    }
}
python_object!(RelationTypes);
