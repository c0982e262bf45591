//! Methods of `adapter` that need no database.

use crate::jinja::library::arguments::bind;
use crate::jinja::library::errors::raise;
use crate::jinja::library::number::type_name;
use crate::jinja::library::object::{bound_method, not_implemented};
use md5::{Digest, Md5};
use minijinja::value::ValueKind;
use std::collections::HashSet;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::{constraints, engine, index};
use crate::diagnostics::{Code, Diagnostic};
use crate::events::Event;
use crate::jinja::context::project::Project;
use crate::jinja::library;
use crate::jinja::python::{Dict, List, text};
use crate::jinja::{Error, Session, State, Value};

/// Looks up an attribute that is no method of every adapter. `adapter` is the object itself.
pub(super) fn attribute(
    project: &Project,
    name: &str,
    adapter: impl FnOnce() -> Value,
) -> Option<Value> {
    match name {
        "behavior" => Some(behavior()),
        "Relation" => library::api(project.quoting).get_attr(name).ok(),
        _ => {
            let method = engine::find(project.adapter.as_ref(), name)?;
            Some(bound_method(adapter(), method.name))
        }
    }
}

/// Calls a method.
pub(super) fn method(
    project: &Project,
    state: &mut State,
    name: &str,
    args: &[Value],
) -> Result<Value, Error> {
    let adapter = project.adapter.as_ref();
    Ok(match name {
        "type" => Value::from(adapter.name()),
        "has_connection" => Value::from(adapter.capabilities().connects),
        "is_built_in_macro" => {
            let [name] = bind(name, ["macro_name"], 1, args)?;
            let session = Session::of(state).ok_or_else(not_implemented)?;
            let macros = session.macros();
            let found = macros.find_by_name(&word(name), None);
            Value::from(found.is_some_and(|it| macros.is_built_in(it)))
        }
        "dispatch" => {
            let names = ["macro_name", "macro_namespace", "packages"];
            let [macro_name, namespace, packages] = bind("dispatch", names, 1, args)?;
            if packages.is_some_and(|packages| !packages.is_none()) {
                return Err(raise(
                    "CompilationError",
                    "adapter.dispatch has no argument `packages`: name one `macro_namespace`",
                ));
            }
            let macro_name = word(macro_name);
            let namespace = namespace.filter(|it| !it.is_none());
            let wrong = namespace.as_ref().filter(|it| it.as_str().is_none());
            if let Some(wrong) = wrong {
                let message = format!(
                    "In adapter.dispatch, got a <class '{}'> macro_namespace argument \
                     (\"{wrong}\"), but macro_namespace should be None or a string.",
                    type_name(wrong)
                );
                return Err(raise("CompilationError", message));
            }
            let namespace = namespace.map(|it| text(&it));
            let session = Session::of(state).ok_or_else(not_implemented)?;
            return session.dispatch(&macro_name, namespace.as_deref());
        }
        "quote" => {
            let [identifier] = bind("quote", ["identifier"], 1, args)?;
            Value::from(adapter.quote(&word(identifier)))
        }
        "quote_as_configured" => {
            let [identifier, key] = bind(name, ["identifier", "quote_key"], 2, args)?;
            let identifier = word(identifier);
            let part = ["database", "schema", "identifier"]
                .iter()
                .position(|it| *it == word_of(&key));
            let quoted = part.is_some_and(|part| project.quoting.quote[part]);
            Value::from(if quoted {
                adapter.quote(&identifier)
            } else {
                identifier
            })
        }
        "quote_seed_column" => {
            let [column, config] = bind(name, ["column", "quote_config"], 2, args)?;
            let config = config.filter(|it| !it.is_none());
            if let Some(wrong) = config.as_ref().filter(|it| it.kind() != ValueKind::Bool) {
                let class = type_name(wrong);
                let message = format!(
                    "The seed configuration value of \"quote_columns\" has an invalid type \
                     <class '{class}'>"
                );
                return Err(raise("CompilationError", message));
            }
            let plain = config.is_some_and(|it| !it.is_true());
            let column = word(column);
            Value::from(if plain {
                column
            } else {
                adapter.quote(&column)
            })
        }
        "convert_type" => {
            let [table, column] = bind(name, ["agate_table", "col_idx"], 2, args)?;
            library::convert_type(&table.unwrap_or_default(), &column.unwrap_or_default())?
        }
        "convert_datetimes_to_strs" => {
            let [table] = bind(name, ["table"], 1, args)?;
            library::datetimes_to_texts(&table.unwrap_or_default())
        }
        "batch_id_for_model" => {
            let [model] = bind(name, ["model"], 1, args)?;
            Value::from(batch_id(&model.unwrap_or_default()))
        }
        "get_temp_relation_path" => temp_path(project, args)?,
        "build_catalog_relation" => Value::from(()),
        "get_catalog_integration" => {
            let [catalog] = bind(name, ["name"], 1, args)?;
            let message = format!("Catalog not found. Received: {}", word(catalog));
            return Err(raise("DbtConfigError", message));
        }
        "render_raw_columns_constraints" => constraints::render_columns(adapter, args)?,
        "render_raw_model_constraints" => constraints::render_model(adapter, args)?,
        "get_seed_file_path" => seed_file_path(args)?,
        "parse_index" => index::parse_index(&project.base.system, args)?,
        "standardize_grants_dict" => {
            let [table] = bind(name, ["grants_table"], 1, args)?;
            grants(&table.unwrap_or_default())?
        }
        "get_hard_deletes_behavior" => hard_deletes(state, args)?,
        "warn_once" => {
            let [message] = bind(name, ["msg"], 1, args)?;
            warn_once(project, word(message));
            Value::from(())
        }
        _ => return Err(not_implemented()),
    })
}

fn word(value: Option<Value>) -> String {
    word_of(&value)
}

fn word_of(value: &Option<Value>) -> String {
    value.as_ref().map(text).unwrap_or_default()
}

/// Behaviour flags that macros ask for; all are off, as in a project that sets none.
fn behavior() -> Value {
    let flags = [
        "enable_truthy_nulls_equals_macro",
        "require_batched_execution_for_custom_microbatch_strategy",
    ];
    let off = || {
        Dict::value([
            ("no_warn", Value::from(false)),
            ("setting", Value::from(false)),
        ])
    };
    library::falsy_namespace(flags.into_iter().map(|flag| (flag, off())))
}

/// Names a table for rows on their way, where there are no temporary ones: the same all through a
/// run, and another in the next.
fn temp_path(project: &Project, args: &[Value]) -> Result<Value, Error> {
    let [model, batch] = bind("get_temp_relation_path", ["model", "batch_id"], 1, args)?;
    let model = model.unwrap_or_default();
    let identifier = text(&model.get_attr("identifier")?);
    let run = format!("{}{identifier}", project.base.invocation_id);
    let run = format!("{:x}", Md5::digest(run));
    let mut identifier = format!("{identifier}__{}", &run[..12]);
    if let Some(batch) = batch.filter(Value::is_true) {
        identifier = format!("{identifier}__{}", text(&batch));
    }
    Ok(Dict::value([
        ("database", model.get_attr("database")?),
        ("schema", Value::from("dbt_temp")),
        ("identifier", Value::from(identifier)),
    ]))
}

/// Names a batch by its start, for what must not be shared by batches; empty outside of one.
fn batch_id(model: &Value) -> String {
    let part = |of: &Value, key: &str| of.get_attr(key).ok().filter(Value::is_true);
    let start = part(model, "batch").and_then(|batch| part(&batch, "event_time_start"));
    let start = start.map(|it| text(&it)).unwrap_or_default();
    start.replace(['-', ':', '+'], "").replace(' ', "_")
}

fn seed_file_path(args: &[Value]) -> Result<Value, Error> {
    let [model] = bind("get_seed_file_path", ["model"], 1, args)?;
    let model = model.unwrap_or_default();
    let part = |key: &str| model.get_attr(key).map(|it| text(&it)).unwrap_or_default();
    let path = std::path::Path::new(&part("root_path")).join(part("original_file_path"));
    Ok(Value::from(path.to_string_lossy().into_owned()))
}

fn grants(table: &Value) -> Result<Value, Error> {
    let rows = table.get_attr("rows")?;
    let mut granted: Vec<(String, Vec<Value>)> = Vec::new();
    for row in rows.try_iter()? {
        let privilege = text(&row.get_attr("privilege_type")?);
        let grantee = row.get_attr("grantee")?;
        match granted.iter_mut().find(|(known, _)| *known == privilege) {
            Some((_, grantees)) => grantees.push(grantee),
            None => granted.push((privilege, vec![grantee])),
        }
    }
    Ok(Dict::value(
        granted
            .into_iter()
            .map(|(privilege, it)| (privilege, List::value(it))),
    ))
}

fn hard_deletes(state: &mut State, args: &[Value]) -> Result<Value, Error> {
    let [config] = bind("get_hard_deletes_behavior", ["config"], 1, args)?;
    let config = config.unwrap_or_default();
    let mut part = |key: &str| {
        let found = config.call_method(state, "get", &[Value::from(key)]);
        found.ok().filter(|it| !it.is_undefined())
    };
    let invalidate = part("invalidate_hard_deletes").filter(|it| !it.is_none());
    let mode = part("hard_deletes").filter(|it| !it.is_none());
    match (invalidate, mode) {
        (Some(_), Some(_)) => Err(raise(
            "DbtValidationError",
            "You cannot set both the invalidate_hard_deletes and hard_deletes config properties on \
             the same snapshot.",
        )),
        (Some(invalidate), None) if invalidate.is_true() => Ok(Value::from("invalidate")),
        (_, None) => Ok(Value::from("ignore")),
        (_, Some(mode)) => match mode.as_str() {
            Some("ignore" | "invalidate" | "new_record") => Ok(mode),
            _ => Err(raise(
                "DbtValidationError",
                "Invalid setting for property hard_deletes.",
            )),
        },
    }
}

fn warn_once(project: &Project, message: String) {
    static SEEN: OnceLock<Mutex<HashSet<String>>> = OnceLock::new();
    let seen = SEEN.get_or_init(Mutex::default);
    if seen
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(message.clone())
    {
        let warning = Diagnostic::warning(Code::UserWarning, message);
        project
            .base
            .sink
            .emit(Event::Finding(std::sync::Arc::new(warning)));
    }
}
