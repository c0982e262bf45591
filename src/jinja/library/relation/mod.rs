//! Relations as templates see them: dbt's `BaseRelation`.

mod change;
mod class;
mod function;
mod parts;

use std::cmp::Ordering;
use std::sync::Arc;

use minijinja::{Error, State, Value};

pub(crate) use class::relation_class;
pub(crate) use parts::{Parts, is_part};

use super::arguments::bind;
use super::object::{PythonObject, lookup, python_object};
use crate::adapters::{Quoting, Relation, RelationKind};
use crate::jinja::python::{Dict, List, text};

/// A relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RelationObject(pub(super) Relation);

/// Makes a relation as a value.
pub fn relation(relation: Relation) -> Value {
    Value::from_object(RelationObject(relation))
}

/// Takes a relation out of a value.
pub fn relation_of(value: &Value) -> Option<Relation> {
    Some(value.downcast_object_ref::<RelationObject>()?.0.clone())
}

/// Makes the information schema of the database that a relation is in.
pub fn information_schema(of: Relation) -> Value {
    relation(of.information_schema(None))
}

/// The attributes that are methods.
const METHODS: &[&str] = &[
    "add_ephemeral_prefix",
    "create",
    "get",
    "get_default_include_policy",
    "get_default_quote_policy",
    "get_function_config",
    "get_function_macro_name",
    "include",
    "incorporate",
    "information_schema",
    "information_schema_only",
    "matches",
    "quote",
    "quoted",
    "render",
    "render_event_time_filtered",
    "render_limited",
    "replace",
    "replace_path",
    "scd_args",
    "to_dict",
    "without_identifier",
];

impl RelationObject {
    fn class_name(&self) -> &'static str {
        // dbt has a class of its own for these, and nothing else is called so without quotes.
        match (self.0.identifier.as_deref(), self.0.quote[2]) {
            (Some("INFORMATION_SCHEMA"), false) => "InformationSchema",
            _ => "DuckDBRelation",
        }
    }

    fn is_kind(&self, kind: RelationKind) -> Value {
        Value::from(self.0.kind == Some(kind))
    }
}

impl PythonObject for RelationObject {
    const TYPE: &'static str = "DuckDBRelation";
    const METHODS: &'static [&'static str] = METHODS;

    fn str(&self) -> String {
        self.0.to_string()
    }

    fn repr(&self) -> String {
        format!("<{} {}>", self.class_name(), self.0.render())
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        let it = &self.0;
        let kind = it.kind.map(RelationKind::as_str);
        Some(match name {
            "database" => Value::from(it.database.clone()),
            "schema" => Value::from(it.schema.clone()),
            "identifier" | "table" | "name" => Value::from(it.identifier.clone()),
            "type" => Value::from(kind),
            "path" => Parts::path(it).into(),
            "quote_policy" => Parts::policy(it.quote).into(),
            "include_policy" => Parts::policy(it.include).into(),
            "quote_character" => Value::from(it.quote_character),
            "limit" => Value::from(it.limit),
            "external" => Value::from(it.rendered.clone()),
            "is_table" => self.is_kind(RelationKind::Table),
            "is_view" => self.is_kind(RelationKind::View),
            "is_cte" => self.is_kind(RelationKind::Cte),
            "is_materialized_view" => self.is_kind(RelationKind::MaterializedView),
            "is_function" => self.is_kind(RelationKind::Function),
            "is_pointer" | "can_be_renamed" | "can_be_replaced" | "dbt_created"
            | "require_alias" => Value::from(false),
            "catalog" | "event_time_filter" => Value::from(()),
            "renameable_relations" | "replaceable_relations" => List::value([]),
            "information_schema_view" => Value::from(it.suffix.clone()),
            _ => return class::constant(name),
        })
    }

    fn method(self: &Arc<Self>, _: &mut State, name: &str, args: &[Value]) -> Result<Value, Error> {
        let none = || bind(name, [], 0, args);
        match name {
            "render" => none().map(|_| Value::from(self.0.render())),
            "render_limited" => none().map(|_| Value::from(self.0.limited())),
            "render_event_time_filtered" => {
                let [rendered] = bind(name, ["rendered"], 0, args)?;
                let rendered = rendered.filter(Value::is_true);
                let rendered = rendered.map_or_else(|| self.0.render(), |it| text(&it));
                Ok(Value::from(self.0.filtered(&rendered)))
            }
            "information_schema" => {
                let [view] = bind(name, ["view_name"], 0, args)?;
                // An undefined name counts as none.
                let view = view.and_then(|view| view.as_str().map(str::to_owned));
                Ok(relation(self.0.information_schema(view.as_deref())))
            }
            "information_schema_only" => {
                none()?;
                Ok(relation(self.0.information_schema(None)))
            }
            "get" => {
                let [key, default] = bind(name, ["key", "default"], 1, args)?;
                let key = key.unwrap_or_default();
                if key.as_str() == Some("metadata") {
                    return Ok(Dict::value([("type", Value::from(self.class_name()))]));
                }
                let found = key.as_str().and_then(|key| lookup(self, key));
                Ok(found.or(default).unwrap_or(Value::from(())))
            }
            "quoted" => {
                let [identifier] = bind(name, ["identifier"], 1, args)?;
                let identifier = text(&identifier.unwrap_or_default());
                Ok(Value::from(self.0.quoted(&identifier)))
            }
            "get_function_config" => function::config(args),
            "get_function_macro_name" => function::macro_name(args),
            "matches" => change::matches(&self.0, args),
            "to_dict" => Ok(change::to_dict(&self.0, args)),
            _ => match change::change(&self.0, name, args)? {
                Some(changed) => Ok(relation(changed)),
                None => class::method(
                    name,
                    args,
                    Quoting {
                        character: self.0.quote_character,
                        ..Quoting::default()
                    },
                ),
            },
        }
    }

    fn order(&self, other: &Self) -> Option<Ordering> {
        Some(match self == other {
            true => Ordering::Equal,
            // A relation is in no order with others, but never equal to one that differs.
            false => self.repr().cmp(&other.repr()).then(Ordering::Less),
        })
    }
}

python_object!(RelationObject);
