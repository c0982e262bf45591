//! Relations as templates see them: dbt's `BaseRelation`.

mod change;
mod class;
mod parts;

use std::cmp::Ordering;
use std::sync::Arc;

use minijinja::{Error, State, Value};

pub(crate) use class::relation_class;
pub(crate) use parts::{Parts, is_part};

use super::arguments::bind;
use super::errors::raise;
use super::object::{PythonObject, lookup, python_object};
use crate::adapters::{Relation, RelationKind};
use crate::jinja::python::{Dict, List, text};

/// A relation, or a view of a database's information schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RelationObject {
    pub(super) relation: Relation,
    /// `Some` for an information schema, with the view's name if there is one.
    pub(super) information_schema: Option<Option<String>>,
}

/// Makes a relation as a value.
pub fn relation(relation: Relation) -> Value {
    RelationObject::plain(relation).into()
}

/// Takes a relation out of a value.
pub fn relation_of(value: &Value) -> Option<Relation> {
    let object = value.downcast_object_ref::<RelationObject>()?;
    Some(object.relation.clone())
}

/// Makes the information schema of the database that a relation is in.
pub fn information_schema(relation: Relation) -> Value {
    RelationObject::plain(relation)
        .information_schema(None)
        .into()
}

impl From<RelationObject> for Value {
    fn from(object: RelationObject) -> Self {
        Self::from_object(object)
    }
}

/// The attributes that are methods.
const METHODS: &[&str] = &[
    "add_ephemeral_prefix",
    "create",
    "get",
    "get_default_include_policy",
    "get_default_quote_policy",
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
    pub(super) fn plain(relation: Relation) -> Self {
        Self {
            relation,
            information_schema: None,
        }
    }

    fn with(&self, relation: Relation) -> Self {
        Self {
            relation,
            information_schema: self.information_schema.clone(),
        }
    }

    /// Writes the name, without a limit.
    fn name(&self) -> String {
        let unlimited = Relation {
            limit: None,
            ..self.relation.clone()
        };
        match &self.information_schema {
            Some(Some(view)) => format!("{}.{view}", unlimited.render()),
            _ => unlimited.render(),
        }
    }

    fn limited(&self) -> String {
        match self.relation.limit {
            None => self.name(),
            Some(0) => format!("(select * from {} where false limit 0)", self.name()),
            Some(limit) => format!("(select * from {} limit {limit})", self.name()),
        }
    }

    fn information_schema(&self, view: Option<String>) -> Self {
        let own = &self.relation;
        let mut relation = Relation::new(own.database.as_deref(), None, Some("INFORMATION_SCHEMA"));
        relation.kind = Some(RelationKind::View);
        relation.quote = [own.quote[0], own.quote[1], false];
        relation.include = [own.database.is_some(), false, true];
        Self {
            relation,
            information_schema: Some(view),
        }
    }

    fn class_name(&self) -> &'static str {
        match self.information_schema {
            Some(_) => "InformationSchema",
            None => "DuckDBRelation",
        }
    }

    fn is_kind(&self, kind: RelationKind) -> Value {
        Value::from(self.relation.kind == Some(kind))
    }
}

impl PythonObject for RelationObject {
    const TYPE: &'static str = "DuckDBRelation";
    const METHODS: &'static [&'static str] = METHODS;

    fn str(&self) -> String {
        match self.relation.kind {
            Some(RelationKind::Function) => self.name(),
            _ => self.limited(),
        }
    }

    fn repr(&self) -> String {
        format!("<{} {}>", self.class_name(), self.name())
    }

    fn attribute(self: &Arc<Self>, name: &str) -> Option<Value> {
        let it = &self.relation;
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
            "information_schema_view" => Value::from(self.information_schema.clone().flatten()),
            _ => return class::constant(name),
        })
    }

    fn method(self: &Arc<Self>, _: &mut State, name: &str, args: &[Value]) -> Result<Value, Error> {
        let none = || bind(name, [], 0, args);
        match name {
            "render" => none().map(|_| Value::from(self.name())),
            "render_limited" => none().map(|_| Value::from(self.limited())),
            "render_event_time_filtered" => {
                let [rendered] = bind(name, ["rendered"], 0, args)?;
                let rendered = rendered.filter(Value::is_true);
                Ok(rendered.unwrap_or_else(|| Value::from(self.name())))
            }
            "information_schema" => {
                let [view] = bind(name, ["view_name"], 0, args)?;
                // An undefined name counts as none.
                let view = view.and_then(|view| view.as_str().map(str::to_owned));
                Ok(self.information_schema(view).into())
            }
            "information_schema_only" => {
                none()?;
                Ok(self.information_schema(None).into())
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
                let quote = self.relation.quote_character;
                let identifier = text(&identifier.unwrap_or_default());
                Ok(Value::from(format!("{quote}{identifier}{quote}")))
            }
            "matches" => change::matches(&self.relation, args),
            "to_dict" => Ok(change::to_dict(&self.relation, args)),
            _ => match change::change(&self.relation, name, args)? {
                Some(relation) => Ok(self.with(relation).into()),
                None => class::method(name, args, [true; 3]),
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

/// Raises dbt's `CompilationError`.
fn compilation_error(message: String) -> Error {
    raise("CompilationError", message)
}
