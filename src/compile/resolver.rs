//! `ref()` and `source()` of templates that run, and the `graph` they see.

use crate::jinja::library::errors::raise;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use serde_json::{Value as Json, json};

use super::paths::{Subfolder, target_path};
use super::{Deferral, NodeFiles};
use crate::adapters::agate::{Seed, SeedError, date_time_tz};
use crate::adapters::{Adapter, EventTimeFilter, Quoting, Relation, RelationKind, SourceError};
use crate::diagnostics::Diagnostic;
use crate::events::{Event, Sink};
use crate::graph::{Found, Lookup};
use crate::invocation::Window;
use crate::jinja::context::{Exists, Operation, Target, from_json, node_relation, source_relation};
use crate::jinja::{Error, Value};
use crate::nodes::{
    Column, Node, RefArgs, ResourceType, Resources, UniqueId, compare_versions, version_text,
};
use crate::system::System;
use crate::text::Texts;

/// Answers from the resolved graph.
pub struct Resolver {
    /// All resources, references resolved.
    pub resources: Arc<Resources>,
    /// The engine.
    pub adapter: Arc<dyn Adapter>,
    /// Names.
    pub lookup: Lookup,
    /// How the project writes names.
    pub quoting: Quoting,
    /// Where news go.
    pub sink: Arc<dyn Sink>,
    /// Rows that relations are cut to (`--empty` is 0).
    pub limit: Option<u64>,
    /// The span of time from which rows are taken (`--sample`).
    pub sample: Option<Window>,
    /// Relations of an earlier run.
    pub deferral: Option<Deferral>,
    /// Files.
    pub system: Arc<dyn System>,
    /// Folder of the root project.
    pub project_root: PathBuf,
    /// Target folder, relative to the project or absolute.
    pub target: String,
    /// The `graph` variable, made when it is first asked for.
    pub graph: OnceLock<Value>,
    /// Who has written which file below `target/run`.
    pub files: NodeFiles,
    /// Nodes for which SQL was written there.
    pub written: Mutex<HashSet<UniqueId>>,
    /// The texts of the project's files.
    pub texts: Texts,
    /// Reads a seed's file.
    #[allow(clippy::type_complexity, reason = "one callback")]
    pub read_seed: Box<dyn Fn(&Node) -> Result<Seed, SeedError> + Send + Sync>,
}

impl Operation for Resolver {
    fn reference(
        &self,
        package: &str,
        node: Option<&Node>,
        args: &RefArgs,
        exists: Exists<'_>,
    ) -> Result<Target, Error> {
        let found = self.lookup.reference(args, package);
        let Found::One(id) = found else {
            let reason = match found {
                Found::Disabled(_) => "is disabled",
                Found::Ambiguous(_) => "is in several packages",
                _ => "was not found",
            };
            return Err(not_found(
                node,
                "node",
                &args.name,
                args.package.as_deref(),
                reason,
            ));
        };
        let Some(target) = self.resources.nodes.get(&id) else {
            return Err(not_found(node, "node", &args.name, None, "was not found"));
        };
        match node {
            Some(node) if !node.depends_on.nodes.contains(&id) => {
                return Err(unforeseen(node, args));
            }
            None if target.is_ephemeral() => {
                let message = format!(
                    "Operations can not ref() ephemeral nodes, but {} is ephemeral",
                    target.name
                );
                return Err(raise("CompilationError", message));
            }
            _ => {}
        }
        if let (Some(node), None) = (node, &args.version) {
            self.tell_newer(node, target);
        }
        if target.is_ephemeral() {
            let mut relation = cte_relation(target);
            relation.limit = self.limit;
            relation.event_time_filter = self.node_filter(node, target);
            return Ok(Target::Ephemeral(id, relation));
        }
        let mut relation = node_relation(target, self.quoting);
        if let Some(deferral) = &self.deferral
            && let Some(deferred) = deferral.reference(target, &relation, exists)?
        {
            relation = deferred;
        }
        relation.limit = self.limit;
        relation.event_time_filter = self.node_filter(node, target);
        Ok(Target::Relation(relation))
    }

    fn source(
        &self,
        package: &str,
        node: Option<&Node>,
        source: &str,
        table: &str,
    ) -> Result<Target, Error> {
        let found = self.lookup.source(source, table, package);
        let id = match &found {
            Found::One(id) => id,
            other => {
                let disabled = matches!(other, Found::Disabled(_));
                let reason = if disabled {
                    "is disabled"
                } else {
                    "was not found"
                };
                let name = format!("{source}.{table}");
                return Err(not_found(node, "source", &name, None, reason));
            }
        };
        let found = self.resources.sources.get(id);
        let found = found.ok_or_else(|| not_found(node, "source", table, None, "was not found"))?;
        let mut relation = source_relation(found, self.quoting);
        relation.rendered = match self.adapter.source_sql(found) {
            Ok(sql) => sql,
            Err(error @ SourceError::Plugin(_)) => {
                let message = format!("source '{source}.{table}': {error}; {}", error.help());
                return Err(raise("DbtRuntimeError", message));
            }
            // It has been an error when the project was read.
            Err(_) => None,
        };
        relation.limit = self.limit;
        let event_time = found.config.str("event_time");
        let quoted = found.quoting.get("column") == Some(&json!(true));
        relation.event_time_filter = self.filter(node, event_time, &found.columns, quoted);
        Ok(Target::Relation(relation))
    }

    fn function(
        &self,
        own: &str,
        node: Option<&Node>,
        package: Option<&str>,
        name: &str,
    ) -> Result<Relation, Error> {
        let found = self.lookup.function(name, package, own);
        let target = match &found {
            Found::One(id) => self.resources.nodes.get(id),
            _ => None,
        };
        let reason = match found {
            Found::Disabled(_) => "is disabled",
            _ => "was not found",
        };
        let target = target.ok_or_else(|| not_found(node, "function", name, package, reason))?;
        let mut relation = node_relation(target, self.quoting);
        relation.kind = Some(RelationKind::Function);
        Ok(relation)
    }

    fn deferred(&self, node: &Node) -> Option<Relation> {
        self.deferral.as_ref()?.relation(node)
    }

    fn graph(&self) -> Value {
        self.graph
            .get_or_init(|| from_json(&graph(&self.resources)))
            .clone()
    }

    fn write(&self, node: &Node, payload: &str) -> Result<(), Error> {
        let path = target_path(&self.target, Subfolder::Run, node);
        self.files
            .write(node, (&self.project_root, &path), payload, &*self.system)
            .map_err(|error| raise("RuntimeError", error.to_string()))?;
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.insert(node.unique_id.clone());
        Ok(())
    }

    fn written(&self, node: &Node) -> Option<String> {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let here = written.contains(&node.unique_id);
        here.then(|| target_path(&self.target, Subfolder::Run, node))
    }

    fn seed(&self, node: &Node) -> Result<Seed, SeedError> {
        (self.read_seed)(node)
    }

    fn explain_seed(&self, node: &Node, adapter: &dyn Adapter, message: &str) -> Vec<Diagnostic> {
        let Ok(seed) = self.seed(node) else {
            return Vec::new();
        };
        let file = node.location.file;
        let findings = adapter.explain_load(&seed, file, message);
        if !findings.is_empty() {
            self.texts.bring_in(file, seed.text());
        }
        findings
    }
}

impl Resolver {
    fn node_filter(&self, node: Option<&Node>, target: &Node) -> Option<EventTimeFilter> {
        self.filter(
            node,
            target.config.str("event_time"),
            &target.columns,
            false,
        )
    }

    /// Keeps the rows of a node's batch and of the sample, where there is one and the column with
    /// the time is known. `quoted` is what holds for columns that do not say it.
    fn filter(
        &self,
        node: Option<&Node>,
        event_time: Option<&str>,
        columns: &IndexMap<String, Column>,
        quoted: bool,
    ) -> Option<EventTimeFilter> {
        let node = node.filter(|it| {
            let kind = it.resource_type;
            matches!(kind, ResourceType::Model | ResourceType::Snapshot)
        })?;
        let span = match (node.batch.as_deref(), self.sample) {
            (Some(batch), Some(sample)) => sample.within(batch.start, batch.end),
            (Some(batch), None) => Window {
                start: batch.start,
                end: batch.end,
            },
            (None, sample) => sample?,
        };
        let name = event_time.filter(|name| !name.is_empty())?;
        let column = columns.values().find(|it| it.name == name);
        let printed = |at: DateTime<Utc>| date_time_tz(&at.fixed_offset(), ' ');
        Some(EventTimeFilter {
            field_name: match column.and_then(|it| it.quote).unwrap_or(quoted) {
                true => format!("\"{name}\""),
                false => name.to_owned(),
            },
            start: printed(span.start),
            end: printed(span.end),
        })
    }

    /// Tells of a version that is newer than the latest.
    fn tell_newer(&self, node: &Node, target: &Node) {
        let Some(version) = target.version() else {
            return;
        };
        let nodes = self.resources.nodes.values();
        let versions = nodes.filter(|it| it.name == target.name);
        let versions = versions.filter_map(|it| it.version());
        let newest = versions.reduce(|one, other| match compare_versions(one, other).is_lt() {
            true => other,
            false => one,
        });
        let Some(newest) = newest.filter(|it| compare_versions(it, version).is_gt()) else {
            return;
        };
        self.sink.emit(Event::NewerVersion {
            node: node.name.clone(),
            package: target.package_name.clone(),
            model: target.name.clone(),
            version: version_text(version),
            newest: version_text(newest),
        });
    }
}

/// Makes the relation of what goes in front of a query.
pub(super) fn cte_relation(node: &Node) -> Relation {
    let name = format!("{}{}", super::EPHEMERAL_PREFIX, node.cte_name());
    let mut relation = Relation::new(None, None, Some(&name));
    relation.kind = Some(RelationKind::Cte);
    relation.quote = [false; 3];
    relation
}

fn graph(resources: &Resources) -> Json {
    let map = |entries: Vec<(String, Json)>| Json::Object(entries.into_iter().collect());
    fn each<'a, T: serde::Serialize + 'a>(
        entries: impl IntoIterator<Item = (&'a crate::nodes::UniqueId, &'a Arc<T>)>,
    ) -> Vec<(String, Json)> {
        let entry = |(id, it): (&crate::nodes::UniqueId, &Arc<T>)| {
            (
                id.to_string(),
                serde_json::to_value(&**it).unwrap_or_default(),
            )
        };
        entries.into_iter().map(entry).collect()
    }
    let semantic = |kind| each(resources.semantic_of(kind));
    json!({
        "exposures": map(each(&resources.exposures)),
        "functions": map(each(resources.functions())),
        "groups": map(each(&resources.groups)),
        "metrics": map(semantic(ResourceType::Metric)),
        "nodes": map(each(resources.plain_nodes())),
        "sources": map(each(&resources.sources)),
        "semantic_models": map(semantic(ResourceType::SemanticModel)),
        "saved_queries": map(semantic(ResourceType::SavedQuery)),
    })
}

pub(super) fn not_found(
    node: Option<&Node>,
    kind: &str,
    name: &str,
    package: Option<&str>,
    reason: &str,
) -> Error {
    let who = match node {
        Some(node) => format!(
            "{} '{}' ({})",
            title(node.resource_type),
            node.unique_id,
            node.original_file_path
        ),
        None => "The operation".to_owned(),
    };
    let package = package
        .map(|it| format!("in package or project '{it}' "))
        .unwrap_or_default();
    let message = format!("{who} depends on a {kind} named '{name}' {package}which {reason}");
    raise("TargetNotFoundError", message)
}

fn title(kind: ResourceType) -> &'static str {
    match kind {
        ResourceType::Model => "Model",
        ResourceType::Test => "Test",
        ResourceType::UnitTest => "Unit_Test",
        ResourceType::Snapshot => "Snapshot",
        ResourceType::Analysis => "Analysis",
        ResourceType::Operation => "Operation",
        ResourceType::Function => "Function",
        _ => "Node",
    }
}

/// A `ref()` that the parse phase did not see cannot be an edge of the graph.
pub(super) fn unforeseen(node: &Node, args: &RefArgs) -> Error {
    let mut call = args
        .package
        .iter()
        .chain([&args.name])
        .map(|part| format!("'{part}'"));
    let call = call.by_ref().collect::<Vec<_>>().join(", ");
    let message = format!(
        "dbt was unable to infer all dependencies for the model \"{}\".\nThis typically happens \
         when ref() is placed within a conditional block.\n\nTo fix this, add the following hint \
         to the top of the model \"{}\":\n\n-- depends_on: {{{{ ref({call}) }}}}",
        node.name, node.name
    );
    raise("CompilationError", message)
}
