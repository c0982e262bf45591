//! Generic data tests of models, seeds, snapshots and sources.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};
use rayon::prelude::*;
use serde_json::Value as Json;

use super::data_test::{self, Declared as Test, Target};
use super::patches::{AllDeclared, Declared};
use super::properties::ColumnDef;
use super::raw::{RawNode, fqn, no_checksum};
use super::{Stage, assemble, node};
use crate::diagnostics::Diagnostic;
use crate::jinja::context::{YamlContext, to_json};
use crate::jinja::{Origin, Scope, Template};
use crate::nodes::{
    DataTest, Details, Dict, Macro, Node, ResourceType, Resources, UniqueId, version_text,
};
use crate::yaml;

type Macros = IndexMap<UniqueId, Arc<Macro>>;

/// One declared test with what it stands under.
struct Job<'a> {
    file: &'a Declared<'a>,
    test: &'a yaml::Node,
    target: Target<'a>,
    /// `models.orders`, `sources.raw`.
    file_key_name: String,
    column: Option<String>,
    tags: Vec<String>,
    attached: Option<UniqueId>,
    group: Option<String>,
}

/// Reads all declared tests.
pub(super) fn read(
    resources: &mut Resources,
    declared: &AllDeclared<'_>,
    stage: &Stage<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let read = read_some(resources, declared, stage);
    assemble::nodes(resources, read, diagnostics);
}

/// Reads the tests that some files declare.
pub(super) fn read_some(
    resources: &Resources,
    declared: &AllDeclared<'_>,
    stage: &Stage<'_>,
) -> Vec<(Option<Node>, Vec<Diagnostic>)> {
    let jobs = jobs(declared, stage, resources).into_par_iter();
    jobs.map(|job| run(&job, &resources.macros, stage))
        .collect()
}

fn jobs<'a>(
    declared: &'a AllDeclared<'a>,
    stage: &Stage<'_>,
    resources: &Resources,
) -> Vec<Job<'a>> {
    let attachable = attachable(resources);
    let mut jobs = Vec::new();
    for (file, patch) in declared.each(|it| &it.patches) {
        if !patch.kind.is_testable() {
            continue;
        }
        let package = &stage.packages[file.package].name;
        let version = patch.version.as_ref().map(|it| &it.v);
        let name = match version {
            Some(version) => format!("{}.v{}", patch.name, version_text(version)),
            None => patch.name.clone(),
        };
        let attached = attachable.get(&(package.to_string(), name.clone()));
        let attached = attached
            .or_else(|| attachable.get(&(String::new(), name)))
            .copied();
        let job = |test: &'a yaml::Node, column: Option<&ColumnDef>| Job {
            file,
            test,
            target: Target::Node(&patch.name, version),
            file_key_name: format!("{}.{}", patch.kind.key(), patch.name),
            column: column.map(|column| quoted(column, patch.quote_columns)),
            tags: column
                .map(|column| column.column.tags.clone())
                .unwrap_or_default(),
            attached: attached.map(|node| node.unique_id.clone()),
            group: attached.and_then(|node| node.group.clone()),
        };
        for column in &patch.columns {
            jobs.extend(column.data_tests.iter().map(|test| job(test, Some(column))));
        }
        jobs.extend(patch.data_tests.iter().map(|test| job(test, None)));
    }
    for (file, source) in declared.each(|it| &it.sources) {
        for table in &source.tables {
            let job = |test: &'a yaml::Node, column: Option<&ColumnDef>| {
                let tags = source.shared.tags.iter().chain(&table.shared.tags);
                let own = column
                    .map(|column| column.column.tags.as_slice())
                    .unwrap_or_default();
                Job {
                    file,
                    test,
                    target: Target::Source(&source.name, &table.name),
                    file_key_name: format!("sources.{}", source.name),
                    column: column.map(|column| quoted(column, table.quote_columns)),
                    tags: tags.chain(own).cloned().collect(),
                    attached: None,
                    group: None,
                }
            };
            jobs.extend(table.data_tests.iter().map(|test| job(test, None)));
            for column in &table.columns {
                jobs.extend(column.data_tests.iter().map(|test| job(test, Some(column))));
            }
        }
    }
    jobs
}

/// Nodes that tests can be attached to, by package and name, and by name alone.
fn attachable(resources: &Resources) -> HashMap<(String, String), &Node> {
    let mut found = HashMap::new();
    let disabled = resources.disabled.values().flatten();
    // dbt does not find versions that are disabled.
    let disabled = disabled.filter(|node| node.version().is_none());
    for node in resources.nodes.values().chain(disabled) {
        if node.resource_type.is_refable() {
            for package in [&*node.package_name, ""] {
                let key = (package.to_owned(), node.search_name());
                found.entry(key).or_insert(&**node);
            }
        }
    }
    found
}

fn quoted(column: &ColumnDef, quote_columns: Option<bool>) -> String {
    let quote = column.column.quote.or(quote_columns).unwrap_or(false);
    let name = &column.column.name;
    if quote {
        format!("\"{name}\"")
    } else {
        name.clone()
    }
}

fn run(job: &Job<'_>, macros: &Macros, stage: &Stage<'_>) -> (Option<Node>, Vec<Diagnostic>) {
    let nested = stage.project.base.flags["REQUIRE_GENERIC_TEST_ARGUMENTS_PROPERTY"] == true;
    let read = data_test::read(job.test, job.target, job.column.as_deref(), nested);
    let mut declared = match read {
        Ok(declared) => declared,
        Err(diagnostic) => return (None, vec![diagnostic]),
    };
    let package = &stage.packages[job.file.package];
    let mut findings = std::mem::take(&mut declared.deprecated);
    let config = match render_config(&declared, &package.name, stage) {
        Ok(config) => config,
        Err(diagnostic) => {
            findings.push(diagnostic);
            return (None, findings);
        }
    };
    let raw = raw_node(job, &declared, &config, stage);
    let (node, diagnostics) = node::read(raw, None, Some(&config), stage);
    let node = node.map(|mut node| {
        node.group = job.group.clone().or(node.group);
        node.description = declared.description.clone();
        if let Some(own) = own_macro(&node, stage) {
            note_own_macro(&mut node, &own);
            forget_hidden_macros(&mut node, &own, macros);
        }
        node
    });
    findings.extend(diagnostics);
    (node, findings)
}

/// Finds the macro that the test's bare name has for the node's package, whatever package the test
/// names: dbt looks there before it renders the test.
fn own_macro(node: &Node, stage: &Stage<'_>) -> Option<UniqueId> {
    let test = node.as_generic_test()?;
    let name = format!("test_{}", test.name);
    let macros = stage.engine.macros();
    let own = macros.find_by_bare_name(&node.package_name, &name, test.namespace.as_deref())?;
    Some(own.node.unique_id.clone())
}

/// Lists the macro of the test before all others.
fn note_own_macro(node: &mut Node, own: &UniqueId) {
    let macros = &mut node.depends_on.macros;
    macros.retain(|it| it != own);
    macros.insert(0, own.clone());
}

/// Forgets macros that dbt does not see while it reads: it sees what the macro of the test's bare name
/// and `get_where_subquery` depend on, not what an argument calls, and not the test that another
/// package has under the same name.
fn forget_hidden_macros(node: &mut Node, own: &UniqueId, macros: &Macros) {
    let is_root = |id: &UniqueId| {
        let name_of = macros.get(id).map(|it| it.name.as_str());
        id == own || name_of == Some("get_where_subquery")
    };
    let called = &mut node.depends_on.macros;
    if called.iter().all(is_root) {
        return;
    }
    let mut seen: IndexSet<UniqueId> = called.iter().filter(|it| is_root(it)).cloned().collect();
    let mut at = 0;
    while let Some(id) = seen.get_index(at) {
        let next = macros.get(id).map(|it| it.depends_on.clone());
        seen.extend(next.unwrap_or_default());
        at += 1;
    }
    called.retain(|it| seen.contains(it));
}

/// Renders texts of a test's configuration as values.
fn render_config(test: &Test, package: &str, stage: &Stage<'_>) -> Result<Dict, Diagnostic> {
    let mut config = Dict::new();
    for (key, value) in &test.config {
        let value = match value {
            Json::String(text) if text.contains('{') => {
                let context = YamlContext::new(stage.project.clone(), package.into());
                let scope = Scope {
                    package: package.into(),
                    globals: std::sync::Arc::new(context),
                    lenient: false,
                };
                let origin = Origin::Within(test.location);
                let template = Template {
                    name: &test.full_name,
                    text,
                    origin,
                };
                let value = stage.engine.evaluate(template, &scope);
                to_json(&value.map_err(|error| error.into_diagnostic())?)
            }
            other => other.clone(),
        };
        config.insert(key.clone(), value);
    }
    Ok(config)
}

fn raw_node(job: &Job<'_>, test: &Test, config: &Dict, stage: &Stage<'_>) -> RawNode {
    let package = &stage.packages[job.file.package];
    let file = &job.file.file.original_file_path;
    // dbt's fqn of a test leaves out the first folder of the properties file, and the file.
    let below = file.split_once('/').map_or("", |(_, below)| below);
    let mut tags: Vec<String> = job.tags.clone();
    match config.get("tags") {
        Some(Json::String(tag)) => tags.push(tag.clone()),
        Some(Json::Array(more)) => {
            tags.extend(more.iter().filter_map(Json::as_str).map(str::to_owned));
        }
        _ => {}
    }
    tags.sort();
    tags.dedup();
    RawNode {
        package: job.file.package,
        resource_type: ResourceType::Test,
        name: test.full_name.clone(),
        hash: Some(test.hash()),
        path: format!("{}.sql", test.short_name),
        original_file_path: file.clone(),
        fqn: fqn(&package.name, below, &[&test.full_name]),
        checksum: no_checksum(),
        raw_code: test.raw_code(config).into(),
        location: test.location,
        language: "sql",
        details: Details::DataTest {
            generic: Some(Box::new(DataTest {
                name: test.name.clone(),
                kwargs: test.kwargs.clone(),
                namespace: test.namespace.clone(),
                version: job.target.version().cloned(),
                column_name: job.column.clone(),
                file_key_name: Some(job.file_key_name.clone()),
                attached_node: job.attached.clone(),
            })),
        },
        tags,
        row: None,
    }
}
