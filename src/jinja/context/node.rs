//! Names that the templates of nodes see in every phase.

use std::sync::Arc;

use super::json::from_json;
use super::project::Project;
use crate::jinja::Value;
use crate::jinja::library::{self, NodeFacts};
use crate::jinja::python::List;
use crate::nodes::{Node, ResourceType};

/// Names that reading and running share, those of the project aside.
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
    "graph",
    "load_agate_table",
    "load_result",
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
    Some(match name {
        "api" => library::api(),
        "column" => library::column_class(),
        "defer_relation" => Value::from(()),
        "exceptions" => library::exceptions(project.base.sink.clone(), node.map(NodeFacts::of)),
        "pre_hooks" => hooks(node, "pre-hook"),
        "post_hooks" => hooks(node, "post-hook"),
        "selected_resources" => project.selected_resources(),
        "sql_now" => Value::from("now()"),
        "try_or_compiler_error" => library::try_or_compiler_error(),
        "validation" => library::validation(),
        _ => return project.get(name, package, strict),
    })
}

/// Lists the names of a phase: the shared ones, its own, and those that were added to a context.
pub(super) fn names(own: &[&str], added: &[(String, Value)]) -> Vec<String> {
    let added = added.iter().map(|(name, _)| name.as_str());
    let own = own.iter().copied().chain(added).map(str::to_owned);
    let known = NAMES.iter().copied().chain(Project::names());
    let known = known.map(str::to_owned).chain(own);
    known.chain(library::global_names()).collect()
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
