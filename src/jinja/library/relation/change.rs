//! New relations out of old ones, and questions about names.

use minijinja::{Error, Value};

use super::parts::{PARTS, Parts};
use super::relation;
use crate::adapters::{Quoting, Relation, RelationKind};
use crate::jinja::library::arguments::{Arguments, bind};
use crate::jinja::library::errors::{raise, type_error};
use crate::jinja::python::{Dict, entries, text};

/// Makes a changed relation; `None` if `name` is no method that changes one.
pub(super) fn change(
    old: &Relation,
    name: &str,
    args: &[Value],
) -> Result<Option<Relation>, Error> {
    let mut new = old.clone();
    match name {
        "quote" | "include" => {
            let flags = bind(name, PARTS, 0, args)?;
            let policy = if name == "quote" {
                &mut new.quote
            } else {
                &mut new.include
            };
            for (flag, value) in policy.iter_mut().zip(flags) {
                if let Some(value) = value.filter(|value| !value.is_none()) {
                    *flag = value.is_true();
                }
            }
        }
        "without_identifier" => {
            bind(name, [], 0, args)?;
            new = old.without_identifier();
        }
        "replace_path" => {
            let args = Arguments::new(args);
            for (key, value) in args.keywords {
                set_part(&mut new, &key, &value)?;
            }
        }
        "replace" | "incorporate" => {
            let args = Arguments::new(args);
            for (key, value) in args.keywords {
                set_field(&mut new, &key, &value, name == "incorporate")?;
            }
        }
        _ => return Ok(None),
    }
    Ok(Some(new))
}

/// Sets a part of the name.
pub(super) fn set_part(new: &mut Relation, part: &str, value: &Value) -> Result<(), Error> {
    let name = match value.as_str() {
        Some(name) => Some(name.to_owned()),
        None if value.is_none() => None,
        None => {
            return Err(raise(
                "CompilationError",
                format!("Got an invalid path {part}: {}", text(value)),
            ));
        }
    };
    match part {
        "database" => new.database = name,
        "schema" => new.schema = name,
        "identifier" => new.identifier = name,
        _ => return Err(unexpected(part)),
    }
    Ok(())
}

/// Sets a field of a relation by dbt's name for it. `merge`: parts that are not given stay.
pub(super) fn set_field(
    new: &mut Relation,
    key: &str,
    value: &Value,
    merge: bool,
) -> Result<(), Error> {
    let given = |value: &Value| match value.downcast_object_ref::<Parts>() {
        Some(parts) => PARTS
            .into_iter()
            .map(str::to_owned)
            .zip(parts.values.clone())
            .collect::<Vec<_>>(),
        None => entries(value)
            .into_iter()
            .map(|(key, value)| (text(&key), value))
            .collect(),
    };
    match key {
        "path" => {
            if !merge {
                (new.database, new.schema, new.identifier) = (None, None, None);
            }
            for (part, value) in given(value) {
                // Keys that are no parts are lost in dbt when it merges.
                if !merge || PARTS.contains(&part.as_str()) {
                    set_part(new, &part, &value)?;
                }
            }
        }
        "quote_policy" | "include_policy" => {
            let policy = if key == "quote_policy" {
                &mut new.quote
            } else {
                &mut new.include
            };
            if !merge {
                *policy = [true; 3];
            }
            for (part, value) in given(value) {
                if let Some(at) = PARTS.iter().position(|name| *name == part) {
                    policy[at] = value.is_true();
                }
            }
        }
        "type" => new.kind = kind(value)?,
        "limit" => new.limit = value.as_usize().map(|limit| limit as u64),
        "quote_character" => {
            new.quote_character = value
                .as_str()
                .and_then(|it| it.chars().next())
                .unwrap_or('"');
        }
        "external" => new.rendered = value.as_str().map(str::to_owned),
        "dbt_created"
        | "event_time_filter"
        | "require_alias"
        | "catalog"
        | "catalog_name"
        | "renameable_relations"
        | "replaceable_relations" => {}
        _ if merge => {}
        _ => return Err(unexpected(key)),
    }
    Ok(())
}

fn unexpected(name: &str) -> Error {
    type_error(format!(
        "DuckDBRelation.__init__() got an unexpected keyword argument '{name}'"
    ))
}

/// Reads the type of a relation.
pub(super) fn kind(value: &Value) -> Result<Option<RelationKind>, Error> {
    match value.as_str() {
        Some(word) => match RelationKind::parse(word) {
            Some(kind) => Ok(Some(kind)),
            None => Err(raise(
                "ValidationError",
                format!("'{word}' is not a valid RelationType"),
            )),
        },
        None if value.is_none() || value.is_undefined() => Ok(None),
        None => Err(raise(
            "ValidationError",
            format!("'{}' is not a valid RelationType", text(value)),
        )),
    }
}

/// Tells whether a relation has the given name; one that differs only in case is an error.
pub(super) fn matches(it: &Relation, args: &[Value]) -> Result<Value, Error> {
    let wanted = bind("matches", PARTS, 0, args)?;
    let wanted = wanted.map(|part| part.filter(|part| !part.is_none()).map(|part| text(&part)));
    if wanted.iter().all(Option::is_none) {
        let message = "Tried to match relation, but no search path was passed!";
        return Err(raise("DbtRuntimeError", message));
    }
    let [database, schema, identifier] = &wanted;
    it.matches([
        database.as_deref(),
        schema.as_deref(),
        identifier.as_deref(),
    ])
    .map(Value::from)
    .map_err(|error| raise("ApproximateMatchError", error.to_string()))
}

/// Lists the fields of a relation.
pub(super) fn to_dict(it: &Relation, args: &[Value]) -> Value {
    let omit_none = Arguments::new(args)
        .take("omit_none")
        .is_none_or(|it| it.is_true());
    let parts = |values: [Value; 3]| {
        let pairs = PARTS.into_iter().zip(values);
        Dict::value(pairs.filter(|(_, value)| !(omit_none && value.is_none())))
    };
    let none = || Value::from(());
    let all = [
        ("path", parts(it.parts().map(Value::from))),
        ("type", Value::from(it.kind.map(RelationKind::as_str))),
        ("quote_character", Value::from(it.quote_character)),
        ("include_policy", parts(it.include.map(Value::from))),
        ("quote_policy", parts(it.quote.map(Value::from))),
        ("dbt_created", Value::from(it.dbt_created)),
        ("limit", Value::from(it.limit)),
        ("event_time_filter", none()),
        ("require_alias", Value::from(false)),
        ("catalog", none()),
        ("external", Value::from(it.rendered.clone())),
    ];
    Dict::value(
        all.into_iter()
            .filter(|(_, value)| !(omit_none && value.is_none())),
    )
}

/// Makes a relation out of the arguments of `create`, written as `quoting` says.
pub(super) fn create(args: &[Value], quoting: Quoting) -> Result<Value, Error> {
    let names = ["database", "schema", "identifier", "type"];
    let mut args = Arguments::new(args);
    let mut new = Relation::new(None, None, None).written(quoting);
    if args.positional.len() > names.len() {
        let given = args.positional.len();
        return Err(type_error(format!(
            "create() takes from 1 to 5 positional arguments but {} were given",
            given + 1
        )));
    }
    for (at, name) in names.into_iter().enumerate() {
        let Some(value) = args.positional.get(at).cloned().or_else(|| args.take(name)) else {
            continue;
        };
        match name {
            "type" => new.kind = kind(&value)?,
            _ => set_part(&mut new, name, &value)?,
        }
    }
    for (key, value) in &args.keywords {
        set_field(&mut new, key, value, true)?;
    }
    Ok(relation(new))
}
