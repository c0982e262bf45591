//! Names that the templates of nodes see in every phase.

use std::sync::Arc;

use serde_json::Value as Json;

use super::calls::compilation_error;
use super::json::from_json;
use super::project::{Project, empty_dict};
use crate::jinja::library::arguments::bind;
use crate::jinja::library::object::{function, not_implemented};
use crate::jinja::library::{self, NodeFacts};
use crate::jinja::python::{Dict, List, text};
use crate::jinja::{Session, Value};
use crate::nodes::{Batch, Node, ResourceType};

/// Names of reading and of running, those of the project aside.
pub(super) const NAMES: &[&str] = &[
    "adapter",
    "api",
    "column",
    "compiled_code",
    "config",
    "database",
    "defer_relation",
    "exceptions",
    "execute",
    "function",
    "graph",
    "load_agate_table",
    "load_result",
    "metric",
    "model",
    "post_hooks",
    "pre_hooks",
    "ref",
    "render",
    "schema",
    "selected_resources",
    "source",
    "sql",
    "sql_now",
    "store_raw_result",
    "store_result",
    "submit_python_job",
    "this",
    "try_or_compiler_error",
    "validation",
    "write",
];

/// Looks up what is the same while a node is read and while it runs. `strict`: see
/// [`Project::get`].
pub(super) fn get(
    name: &str,
    node: Option<&Node>,
    project: &Arc<Project>,
    package: &Arc<str>,
    strict: bool,
) -> Option<Value> {
    if name == "row"
        && let Some(row) = node.and_then(|it| it.row.clone())
    {
        return Some(library::row(row));
    }
    Some(match name {
        "api" => library::api(project.adapter.quoting()),
        "column" => library::column_class(),
        "defer_relation" => Value::from(()),
        "exceptions" => {
            let base = &project.base;
            let node = node.map(NodeFacts::of);
            library::exceptions(base.sink.clone(), base.warnings.clone(), node)
        }
        "pre_hooks" => hooks(node, "pre-hook"),
        "post_hooks" => hooks(node, "post-hook"),
        "metric" => unsupported("metric", "metrics are not read yet"),
        "render" => render(),
        "selected_resources" => project.selected_resources(),
        "sql_now" => Value::from("now()"),
        "try_or_compiler_error" => library::try_or_compiler_error(),
        "validation" => library::validation(),
        _ => return project.get(name, package, strict),
    })
}

/// Lists all names, with those that were added to a context.
pub(super) fn names(added: &[(String, Value)]) -> Vec<String> {
    let known = NAMES.iter().copied().chain(Project::names());
    let added = added.iter().map(|(name, _)| name.clone());
    let known = known.map(str::to_owned).chain(added);
    known.chain(library::global_names()).collect()
}

/// Makes `model`: the node as in the manifest, without what is not set.
pub(super) fn model(node: Option<&Node>) -> Value {
    let Some(node) = node else {
        return empty_dict();
    };
    let mut json = serde_json::to_value(node).unwrap_or_default();
    drop_unset(&mut json, |_| true);
    for path in ["/contract", "/docs", "/config/docs"] {
        if let Some(it) = json.pointer_mut(path) {
            drop_unset(it, |_| true);
        }
    }
    for path in ["/columns", "/refs", "/config/pre-hook", "/config/post-hook"] {
        for it in json.pointer_mut(path).map(children).into_iter().flatten() {
            drop_unset(it, |_| true);
        }
    }
    if let Some(config) = json.get_mut("config") {
        drop_unset(config, |key| node.config.is_known(key));
    }
    if let (Json::Object(model), Some(compiled)) = (&mut json, &node.compiled) {
        model.insert("compiled_sql".to_owned(), compiled.code.as_str().into());
    }
    let model = from_json(&json);
    let dict = model.downcast_object_ref::<Dict>();
    if let (Some(batch), Some(dict)) = (&node.batch, dict) {
        dict.insert("batch", batch_value(batch));
    }
    model
}

fn batch_value(batch: &Batch) -> Value {
    Dict::value([
        ("id", Value::from(batch.id())),
        ("event_time_start", library::datetime_utc(batch.start)),
        ("event_time_end", library::datetime_utc(batch.end)),
    ])
}

/// Makes a function that says why it does nothing.
pub(super) fn unsupported(name: &'static str, reason: &'static str) -> Value {
    function(name, move |_, _| {
        Err(compilation_error(format!(
            "{name}() cannot be used: {reason}"
        )))
    })
}

/// Makes `render`, which renders a text in the same context.
fn render() -> Value {
    function("render", |state, args| {
        let [string] = bind("render", ["string"], 1, args)?;
        let session = Session::of(state).ok_or_else(not_implemented)?;
        let rendered = session.render(state, &text(&string.unwrap_or_default()))?;
        Ok(Value::from(rendered))
    })
}

fn drop_unset(json: &mut Json, known: impl Fn(&str) -> bool) {
    if let Json::Object(entries) = json {
        entries.retain(|key, value| !(value.is_null() && known(key)));
    }
}

fn children(json: &mut Json) -> Vec<&mut Json> {
    match json {
        Json::Array(items) => items.iter_mut().collect(),
        Json::Object(entries) => entries.values_mut().collect(),
        _ => Vec::new(),
    }
}

/// Lists a node's hooks as dictionaries.
fn hooks(node: Option<&Node>, key: &str) -> Value {
    let Some(node) = node else {
        return Value::from(());
    };
    if matches!(
        node.resource_type,
        ResourceType::Test | ResourceType::Operation
    ) {
        return List::value([]);
    }
    let hooks = node.config.hooks(key);
    let hooks = hooks.iter().map(|hook| {
        from_json(&serde_json::json!({"sql": hook.sql, "transaction": hook.transaction}))
    });
    List::value(hooks)
}
