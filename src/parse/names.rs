//! Database, schema and alias of a node, by the `generate_…_name` macros.

use crate::jinja::python::text;
use std::collections::HashMap;
use std::sync::Arc;

use super::Stage;
use crate::adapters::Relation;
use crate::diagnostics::Diagnostic;
use crate::jinja::context::{ParseContext, Project, from_json, node_relation};
use crate::jinja::macros::MacroEntry;
use crate::jinja::{Arguments, Engine, Scope, Value};
use crate::nodes::{Node, ResourceType};

const COMPONENTS: [&str; 3] = ["database", "schema", "alias"];

/// The macros that name the relations of each package's nodes.
#[derive(Debug)]
pub(super) struct Generators(HashMap<String, [Option<Generator>; 3]>);

#[derive(Debug)]
struct Generator {
    entry: Arc<MacroEntry>,
    is_built_in: bool,
}

impl Generators {
    /// Finds the macros of some packages.
    pub(super) fn of<'a>(packages: impl Iterator<Item = &'a str>, engine: &Engine) -> Self {
        let generator = |package: &str, component| {
            let entry = generator(engine, component, package)?;
            Some(Generator {
                entry: entry.clone(),
                is_built_in: built_in(engine, entry, component),
            })
        };
        let of = |package: &str| COMPONENTS.map(|component| generator(package, component));
        Self(packages.map(|it| (it.to_owned(), of(it))).collect())
    }
}

/// Sets database, schema, alias and relation name of a node with a merged configuration.
pub(super) fn name(node: &mut Arc<Node>, stage: &Stage<'_>) -> Result<(), Diagnostic> {
    let (engine, project) = (stage.engine, stage.project);
    let generators = stage.generators.0.get(&node.package_name);
    // Where `+schema: null` clears the schema of stored failures, they are in the target's, though
    // the configuration has its default again.
    let cleared = |key: &str| {
        node.resource_type == ResourceType::Test
            && node
                .unrendered_config
                .get(key)
                .is_some_and(|it| it.is_null())
    };
    let custom = |key: &str| {
        let set = node.config.get(key).filter(|it| !it.is_null());
        set.filter(|_| !cleared(key)).cloned()
    };
    let wanted = COMPONENTS.map(custom);
    let generators = generators.into_iter().flatten();
    for ((component, custom), generator) in COMPONENTS.into_iter().zip(wanted).zip(generators) {
        let Some(Generator { entry, is_built_in }) = generator else {
            continue;
        };
        let generated = match is_built_in {
            true => default_name(
                component,
                custom.as_ref().and_then(|it| it.as_str()),
                node,
                project,
            ),
            false => {
                let custom = custom.as_ref().map_or(Value::from(()), from_json);
                call(entry, custom, node, engine, project)?
            }
        };
        let node = Arc::make_mut(node);
        match component {
            "database" => node.database = generated,
            "schema" => node.schema = generated.unwrap_or_default(),
            _ => node.alias = generated.unwrap_or_default(),
        }
    }
    let it = Arc::make_mut(node);
    if it.resource_type == ResourceType::Snapshot {
        let set = |key: &str| {
            it.config
                .str(key)
                .filter(|it| !it.is_empty())
                .map(str::to_owned)
        };
        let (database, schema) = (set("target_database"), set("target_schema"));
        it.database = database.or(it.database.take());
        it.schema = schema.unwrap_or(std::mem::take(&mut it.schema));
    }
    it.relation_name =
        has_relation(it, project).then(|| node_relation(it, project.quoting).render());
    Ok(())
}

/// Tells whether a node becomes a table or view. As in dbt, the flag names the relation of each
/// test, that of one whose configuration keeps nothing, too.
fn has_relation(node: &Node, project: &Project) -> bool {
    match node.resource_type {
        ResourceType::Model => !node.is_ephemeral(),
        ResourceType::Seed | ResourceType::Snapshot => true,
        ResourceType::Test => {
            node.config.bool("store_failures") == Some(true) || project.base.stores_failures()
        }
        _ => false,
    }
}

/// The installed package's own macro for its nodes, else the root project's or the built-in one.
fn generator<'a>(
    engine: &'a Engine,
    component: &str,
    package: &str,
) -> Option<&'a Arc<MacroEntry>> {
    let macros = engine.macros();
    let own = macros.find_generate_name(component, Some(package));
    own.or_else(|| macros.find_generate_name(component, None))
}

/// Tells whether neither the macro nor what it dispatches to is overridden: then its result is
/// known without rendering it for every node.
fn built_in(engine: &Engine, entry: &MacroEntry, component: &str) -> bool {
    let macros = engine.macros();
    let name = format!("generate_{component}_name");
    let is_ours = |entry: &MacroEntry| {
        macros
            .settings()
            .internal
            .contains(&entry.node.package_name)
    };
    let root = macros.settings().root.clone();
    is_ours(entry)
        && macros
            .dispatch(&root, &name, Some("dbt"))
            .is_ok_and(|it| is_ours(it))
}

/// What the built-in macros give.
fn default_name(
    component: &str,
    custom: Option<&str>,
    node: &Node,
    project: &Project,
) -> Option<String> {
    let custom = custom.map(str::trim);
    match (component, custom) {
        ("database", custom) => Some(custom.unwrap_or(&project.default_database).to_owned()),
        ("schema", None) => Some(project.default_schema.clone()),
        ("schema", Some(custom)) => Some(format!("{}_{custom}", project.default_schema)),
        (_, Some(custom)) if !custom.is_empty() => Some(custom.to_owned()),
        _ => {
            let version = node.as_model().and_then(|model| model.version.as_ref());
            Some(match version {
                Some(version) => {
                    let version = super::python::python_str(version).replace('.', "_");
                    format!("{}_v{version}", node.name)
                }
                None => node.name.clone(),
            })
        }
    }
}

fn call(
    entry: &MacroEntry,
    custom: Value,
    node: &Arc<Node>,
    engine: &Engine,
    project: &Arc<Project>,
) -> Result<Option<String>, Diagnostic> {
    let relation = default_relation(node, project);
    let context = ParseContext::settled(project.clone(), node.clone(), relation);
    let model = from_json(&serde_json::to_value(&**node).unwrap_or_default());
    let scope = Scope {
        package: Arc::from(project.name.as_str()),
        globals: Arc::new(context),
        lenient: false,
    };
    let arguments = Arguments {
        positional: vec![custom, model],
        keywords: Vec::new(),
    };
    let named = engine.call_macro(&entry.node.unique_id, &arguments, &scope);
    let named = named.map_err(|error| {
        let place = node.patch_location.unwrap_or(node.location);
        let diagnostic = error.into_diagnostic();
        diagnostic.label(
            place,
            format!("while naming the relation of {}", node.unique_id),
        )
    })?;
    Ok((!named.is_none()).then(|| text(&named).trim().to_owned()))
}

/// The relation that `this` means before names are generated.
pub(super) fn default_relation(node: &Node, project: &Project) -> Relation {
    node_relation(node, project.quoting)
}
