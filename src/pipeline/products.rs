//! What commands show: lists, compiled SQL, rows, plans.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::{Exit, Ready, Surroundings, execution, facts, planned, selected};
use crate::adapters::agate::{self, SeedConfig};
use crate::adapters::{RelationCache, Table};
use crate::diagnostics::{Code, Diagnostic};
use crate::execute;
use crate::invocation::Invocation;
use crate::jinja::context::{RunContext, from_json};
use crate::jinja::{Arguments, python};
use crate::nodes::{Node, ResourceType, Resources};
use crate::plan::Plan;
use crate::system::System;
use crate::text::Texts;

/// What is to be shown.
#[derive(Debug)]
pub enum Product {
    /// Nothing besides events and findings.
    None,
    /// Resources, in dbt's order.
    Listed(Vec<Listed>),
    /// Compiled SQL: name of the node or `inline`, unique id, SQL.
    Compiled(Vec<(String, Option<String>, String)>),
    /// Rows of a query: name of the node or `inline`, unique id, rows.
    Shown(Vec<(String, Option<String>, Arc<Table>)>),
    /// What would be done.
    Planned(Plan),
    /// Facts about set-up and connection, by name, and whether each is well.
    Debugged(Vec<(String, String, bool)>),
}

/// One resource of a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Name as in `--output name`.
    pub name: String,
    /// Selector as in `--output selector` and text.
    pub selector: String,
    /// File, as in `--output path`.
    pub path: String,
    /// All keys, as in `--output json`.
    pub json: Json,
}

/// Counts resources in dbt's words and order: `models`, `seeds` …
pub(super) fn counts(resources: &Resources) -> Vec<(usize, &'static str)> {
    let of = |kind: ResourceType| {
        resources
            .nodes
            .values()
            .filter(|node| node.resource_type == kind)
            .count()
    };
    let counted = [
        (of(ResourceType::Model), "model"),
        (of(ResourceType::Analysis), "analysis"),
        (of(ResourceType::Seed), "seed"),
        (of(ResourceType::Snapshot), "snapshot"),
        (of(ResourceType::Operation), "operation"),
        (of(ResourceType::Test), "data test"),
        (resources.sources.len(), "source"),
        (resources.exposures.len(), "exposure"),
        (resources.macros.len(), "macro"),
        (resources.groups.len(), "group"),
    ];
    counted
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .collect()
}

/// Counts what ran: `2 view models`, `4 data tests` …
pub(super) fn ran(plan: &Plan, resources: &Resources) -> Vec<(usize, String)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let hooks = plan.on_run_start.iter().chain(&plan.on_run_end);
    let steps = plan
        .steps
        .iter()
        .filter(|step| step.visible)
        .map(|step| &step.node);
    for node in steps.chain(hooks).filter_map(|id| resources.nodes.get(id)) {
        let kind = match node.resource_type {
            ResourceType::Model => format!("{} model", node.config.materialized()),
            ResourceType::Test => "data test".to_owned(),
            ResourceType::Operation => "project hook".to_owned(),
            kind => kind.as_str().to_owned(),
        };
        *counts.entry(kind).or_default() += 1;
    }
    counts
        .into_iter()
        .map(|(kind, count)| (count, kind))
        .collect()
}

/// `ls`.
pub(super) fn list(
    invocation: &Invocation,
    ready: &Ready,
    _around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let Some(found) = selected(invocation, ready, findings) else {
        return (Exit::CouldNotRun, Product::None);
    };
    let kinds = facts::resource_types(invocation);
    let mut listed: Vec<Listed> = Vec::new();
    for index in found {
        let id = ready.graph.id(index);
        let resources = &ready.resources;
        if let Some(node) = resources.nodes.get(id) {
            if kinds.contains(&node.resource_type) {
                listed.push(Listed {
                    name: node.search_name(),
                    selector: node.fqn.join("."),
                    path: node.original_file_path.clone(),
                    json: serde_json::to_value(&**node).unwrap_or_default(),
                });
            }
        } else if let Some(source) = resources.sources.get(id) {
            if kinds.contains(&ResourceType::Source) {
                listed.push(Listed {
                    name: format!("{}.{}", source.source_name, source.name),
                    selector: format!(
                        "source:{}.{}.{}",
                        source.package_name, source.source_name, source.name
                    ),
                    path: source.original_file_path.clone(),
                    json: serde_json::to_value(&**source).unwrap_or_default(),
                });
            }
        } else if let Some(exposure) = resources.exposures.get(id)
            && kinds.contains(&ResourceType::Exposure)
        {
            listed.push(Listed {
                name: exposure.name.clone(),
                selector: format!("exposure:{}.{}", exposure.package_name, exposure.name),
                path: exposure.original_file_path.clone(),
                json: serde_json::to_value(&**exposure).unwrap_or_default(),
            });
        }
    }
    // dbt's order.
    let id = |it: &Listed| {
        it.json
            .get("unique_id")
            .and_then(Json::as_str)
            .map(str::to_owned)
    };
    listed.sort_by_key(id);
    (Exit::Done, Product::Listed(listed))
}

/// Makes a node of `--inline` SQL, with its own references resolved.
fn inline(
    invocation: &Invocation,
    ready: &Ready,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> Option<Arc<Node>> {
    let sql = invocation.text("inline")?;
    let file = texts.add("--inline", sql);
    let (node, found) =
        crate::parse::inline(file, sql, &ready.project, &ready.facts, &ready.engine);
    findings.extend(found);
    let (node, found) = crate::graph::resolve_one(node?, &ready.resources, &ready.facts.name);
    findings.extend(found);
    (!findings.iter().any(Diagnostic::is_error)).then_some(node)
}

/// `compile`.
pub(super) fn compile(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let execution = execution(invocation, ready, around);
    if invocation.text("inline").is_some() {
        let Some(node) = inline(invocation, ready, texts, findings) else {
            return (Exit::CouldNotRun, Product::None);
        };
        return match compiled_alone(&execution, &node) {
            Ok(sql) => (
                Exit::Done,
                Product::Compiled(vec![("inline".to_owned(), None, sql)]),
            ),
            Err(failure) => {
                findings.push(failure.into_diagnostic(&node));
                (Exit::Failed, Product::None)
            }
        };
    }
    let Some(plan) = planned(invocation, ready, true, findings) else {
        return (Exit::CouldNotRun, Product::None);
    };
    let outcome = match execute::execute(&execution, &plan) {
        Ok(outcome) => outcome,
        Err(failure) => {
            findings.push(failure.into_finding());
            return (Exit::CouldNotRun, Product::None);
        }
    };
    super::artifacts::run(invocation, ready, &outcome, around, findings);
    let exit = if outcome.success() {
        Exit::Done
    } else {
        Exit::Failed
    };
    // SQL is printed when somebody asked for certain nodes.
    let asked = !invocation.list("select").is_empty();
    let sql = plan.steps.iter().filter(|_| asked).filter_map(|step| {
        let node = outcome.compiled.get(&step.node)?;
        let code = node.compiled.as_ref()?.code.clone();
        Some((node.name.clone(), Some(node.unique_id.to_string()), code))
    });
    (exit, Product::Compiled(sql.collect()))
}

fn compiled_alone(
    execution: &execute::Execution,
    node: &Arc<Node>,
) -> Result<String, execute::Failure> {
    let cache = Arc::new(RelationCache::default());
    let session = execution.session(&cache, "inline")?;
    let node = execution.compiler.compile(node, &session, Vec::new())?;
    Ok(node
        .compiled
        .as_ref()
        .map(|compiled| compiled.code.clone())
        .unwrap_or_default())
}

/// `show`.
pub(super) fn show(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let execution = execution(invocation, ready, around);
    let nodes: Vec<Arc<Node>> = if invocation.text("inline").is_some() {
        match inline(invocation, ready, texts, findings) {
            Some(node) => vec![node],
            None => return (Exit::CouldNotRun, Product::None),
        }
    } else {
        if invocation.list("select").is_empty() {
            findings.push(
                Diagnostic::error(Code::InvalidSelector, "nothing is named to be shown")
                    .help("name a model with `--select`, or a query with `--inline`"),
            );
            return (Exit::CouldNotRun, Product::None);
        }
        let Some(plan) = planned(invocation, ready, true, findings) else {
            return (Exit::CouldNotRun, Product::None);
        };
        let nodes = plan
            .steps
            .iter()
            .filter_map(|step| ready.resources.nodes.get(&step.node));
        nodes.cloned().collect()
    };
    let inline = invocation.text("inline").is_some();
    let limit = invocation
        .number("limit")
        .and_then(|it| usize::try_from(it).ok());
    let mut shown = Vec::new();
    for node in nodes {
        match rows(&execution, &node, limit) {
            Ok(table) => {
                let name = if inline {
                    "inline".to_owned()
                } else {
                    node.name.clone()
                };
                let id = (!inline).then(|| node.unique_id.to_string());
                shown.push((name, id, Arc::new(table)));
            }
            Err(failure) => {
                findings.push(failure.into_diagnostic(&node));
                return (Exit::Failed, Product::Shown(shown));
            }
        }
    }
    (Exit::Done, Product::Shown(shown))
}

/// Runs a node's query through `get_show_sql`, which limits it.
fn rows(
    execution: &execute::Execution,
    node: &Arc<Node>,
    limit: Option<usize>,
) -> Result<Table, execute::Failure> {
    let cache = Arc::new(RelationCache::default());
    let session = execution.session(&cache, "show")?;
    let (node, sql) = match (node.resource_type, &node.relation_name) {
        (ResourceType::Seed, Some(relation)) => (node.clone(), format!("select * from {relation}")),
        _ => {
            let node = execution.compiler.compile(node, &session, Vec::new())?;
            let sql = node
                .compiled
                .as_ref()
                .map(|it| it.code.clone())
                .unwrap_or_default();
            (node, sql)
        }
    };
    let package = Arc::from(node.package_name.as_str());
    let context = RunContext::new(session.clone(), Some(node.clone()), package);
    let text = |value: &str| crate::jinja::Value::from(value);
    let limit = limit.map_or(crate::jinja::Value::from(()), crate::jinja::Value::from);
    let sql_header = node
        .config
        .str("sql_header")
        .map_or(crate::jinja::Value::from(()), text);
    let arguments = Arguments {
        positional: vec![text(&sql), sql_header, limit],
        keywords: Vec::new(),
    };
    let id = session.engine.macros().find_by_name("get_show_sql", None);
    let id = id.map(|entry| entry.node.unique_id.clone());
    let sql = match id {
        Some(id) => python::text(
            &session
                .engine
                .call_macro(&id, &arguments, &context.scope())?,
        ),
        None => sql,
    };
    let (_, table) = session.connection().execute(&sql, true, None)?;
    Ok(table)
}

/// `run-operation`.
pub(super) fn run_operation(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let name = invocation.text("macro").unwrap_or_default();
    let (package, short) = match name.split_once('.') {
        Some((package, short)) => (Some(package), short),
        None => (None, name),
    };
    let Some(entry) = ready.engine.macros().find_by_name(short, package) else {
        let known = ready.resources.macros.values().map(|it| it.name.as_str());
        let near = crate::diagnostics::did_you_mean(short, known);
        let message = format!("dbt could not find a macro with the name '{name}' in any package");
        let finding = Diagnostic::error(Code::UndefinedName, message);
        findings.push(match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("name a macro of the project, or `package.macro`"),
        });
        return (Exit::Failed, Product::None);
    };
    let (arguments, found) = match invocation.text("args") {
        Some(text) => crate::project::parse_vars(text, texts),
        None => Default::default(),
    };
    let wrong = found.iter().any(Diagnostic::is_error);
    findings.extend(found);
    if wrong {
        return (Exit::CouldNotRun, Product::None);
    }
    let keywords = arguments
        .iter()
        .map(|(name, value)| (name.clone(), from_json(value)))
        .collect();
    let arguments = Arguments {
        positional: Vec::new(),
        keywords,
    };
    let execution = execution(invocation, ready, around);
    let cache = Arc::new(RelationCache::default());
    let session = match execution.session(&cache, "macro") {
        Ok(session) => session,
        Err(error) => {
            findings.push(execute::Failure::from(error).into_finding());
            return (Exit::CouldNotRun, Product::None);
        }
    };
    let package: Arc<str> = Arc::from(entry.node.package_name.as_str());
    let context = RunContext::new(session.clone(), None, package);
    let called = ready
        .engine
        .call_macro(&entry.node.unique_id, &arguments, &context.scope());
    match called {
        Ok(_) => {
            // dbt leaves the transaction of an operation open unless the macro commits.
            let ended = session.connection().rollback();
            if let Err(error) = ended {
                findings.push(execute::Failure::from(error).into_finding());
                return (Exit::Failed, Product::None);
            }
            super::artifacts::manifest(invocation, ready, &ready.resources, around, findings);
            (Exit::Done, Product::None)
        }
        Err(error) => {
            // The failure is told; what the connection says to the rollback changes nothing.
            let _ = session.connection().rollback();
            findings.push(execute::Failure::from(error).into_finding());
            (Exit::Failed, Product::None)
        }
    }
}

/// `debug`.
pub(super) fn debug(ready: &Ready, around: &Surroundings) -> (Exit, Product) {
    let mut facts = Vec::new();
    let mut fact = |name: &str, text: String, well: bool| facts.push((name.to_owned(), text, well));
    let project = &ready.project;
    let shown = |path: &std::path::Path| path.display().to_string();
    fact("dsql", env!("CARGO_PKG_VERSION").to_owned(), true);
    fact("dbt", crate::artifacts::DBT_VERSION.to_owned(), true);
    let (engine, version) = crate::adapters::embedded();
    fact(engine, version, true);
    fact("project", shown(&project.root().root), true);
    let profile = project
        .profile
        .path
        .as_deref()
        .map_or("built in".to_owned(), shown);
    fact("profiles.yml", profile, true);
    fact("profile", project.profile.name.clone(), true);
    fact("target", project.profile.target_name.clone(), true);
    for key in ["path", "database", "schema"] {
        if let Some(text) = project.profile.credentials.get(key).and_then(Json::as_str) {
            fact(key, text.to_owned(), true);
        }
    }
    let connected = ready
        .adapter
        .connect("debug")
        .and_then(|mut connection| connection.execute("select 1 as id", true, None));
    let well = connected.is_ok();
    let text = connected.map_or_else(|error| error.to_string(), |_| "OK".to_owned());
    fact("connection", text, well);
    let _ = around;
    (
        if well { Exit::Done } else { Exit::Failed },
        Product::Debugged(facts),
    )
}

/// Reads a seed's file into rows.
pub(super) fn read_seed(node: &Node, system: &dyn System) -> Result<Table, String> {
    let crate::nodes::Details::Seed { root_path } = &node.details else {
        return Err("can only load_agate_table for seeds".to_owned());
    };
    let path = std::path::Path::new(root_path).join(&node.original_file_path);
    let bytes = system.read(&path).map_err(|error| error.to_string())?;
    let delimiter = node
        .config
        .str("delimiter")
        .and_then(|it| it.chars().next())
        .unwrap_or(',');
    let typed = node.config.dict("column_types");
    let typed: Vec<String> = typed
        .into_iter()
        .flat_map(|it| it.keys().cloned())
        .collect();
    let config = SeedConfig {
        delimiter,
        typed_columns: &typed,
    };
    let read = agate::read_seed(node.location.file, &bytes, config);
    let seed = read.map_err(|findings| located(&findings, &bytes, &node.original_file_path))?;
    Ok(seed.table().clone())
}

/// Writes findings in a seed's file as lines of `file:line:column: message`.
fn located(findings: &[Diagnostic], bytes: &[u8], path: &str) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines = crate::text::LineIndex::new(&text);
    let line = |finding: &Diagnostic| {
        let start = finding.location().map_or(0, |it| it.span.start as usize);
        let at = lines.line_column(&text, start);
        let help = finding
            .help
            .as_ref()
            .map(|help| format!(" ({help})"))
            .unwrap_or_default();
        format!(
            "{path}:{}:{}: {}{help}",
            at.line, at.column, finding.message
        )
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}
