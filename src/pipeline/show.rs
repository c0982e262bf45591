//! `show`: the first rows of a model, a seed or a query.

use std::sync::Arc;

use serde_json::json;

use super::inline::{inline, result_id};
use super::watch::Watch;
use super::{Exit, Product, Ready, Surroundings, artifacts, execution, nothing_to_do, planned};
use crate::adapters::{Adapter, RelationCache, Response, Table};
use crate::artifacts::NodeResult;
use crate::diagnostics::{Code, Diagnostic};
use crate::events::Status;
use crate::execute;
use crate::invocation::Invocation;
use crate::jinja::context::{Names, RunContext};
use crate::jinja::{Arguments, Value, python};
use crate::nodes::{Compiled, Dict, Node, Resource, ResourceType};
use crate::text::Texts;

/// Shows what is selected, or the result of `--inline`.
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
        if plan.steps.is_empty() {
            return (nothing_to_do(ready, findings), Product::None);
        }
        let nodes = plan
            .steps
            .iter()
            .filter_map(|step| ready.resources.nodes.get(&step.node));
        nodes.cloned().collect()
    };
    let limit = limit(invocation);
    let mut shown = Vec::new();
    let mut results = Vec::new();
    for mut node in nodes {
        let mut watch = Watch::start(&*around.system);
        match rows(&execution, &mut node, limit, &mut watch) {
            Ok((sent, response, table)) => {
                let result = watch.result(result_id(&node), Status::Success);
                results.push(NodeResult {
                    adapter_response: whole(&response),
                    compiled: Some(Arc::new(sent)),
                    relation_name: node.relation_name.clone(),
                    ..result
                });
                shown.push((
                    node.name.clone(),
                    node.unique_id.to_string(),
                    Arc::new(table),
                ));
            }
            Err(failure) => {
                findings.push(failure.into_diagnostic(&node));
                return (Exit::CouldNotRun, Product::Shown(shown));
            }
        }
    }
    let elapsed = results.iter().map(|it| it.execution_time).sum();
    let written = artifacts::results(invocation, ready, results, elapsed, around, findings);
    (Exit::Done.if_written(written), Product::Shown(shown))
}

/// Returns what the database answered with all its parts, as dbt does here.
fn whole(response: &Response) -> Dict {
    let parts = json!({
        "_message": response.message, "code": response.code,
        "rows_affected": response.rows_affected, "query_id": null,
    });
    parts.as_object().cloned().unwrap_or_default()
}

/// Sends the SQL of `--inline-direct` as it is.
pub(super) fn direct(
    invocation: &Invocation,
    adapter: &dyn Adapter,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    // dbt's name of it.
    let name = "direct-query";
    let sql = invocation.text("inline_direct").unwrap_or_default();
    let answer = adapter
        .connect("show")
        .and_then(|mut connection| connection.execute(sql, true, limit(invocation)));
    match answer {
        Ok((_, table)) => {
            let shown = (name.to_owned(), name.to_owned(), Arc::new(table));
            (Exit::Done, Product::Shown(vec![shown]))
        }
        Err(error) => {
            findings.push(execute::Failure::refused(error, sql).into_finding());
            (Exit::CouldNotRun, Product::None)
        }
    }
}

/// Rows of a seed that `--show` prints.
const OF_A_SEED: usize = 10;

/// Reads the first rows of the seeds that a run has loaded. What cannot be read is not shown.
pub(super) fn seeds(outcome: &execute::RunOutcome, ready: &Ready) -> Product {
    let loaded = outcome
        .results
        .iter()
        .filter(|it| it.status == Status::Success);
    let nodes = loaded.filter_map(|it| ready.resources.nodes.get(&it.unique_id));
    let seeds = nodes.filter(|it| it.resource_type == ResourceType::Seed);
    let Ok(mut connection) = ready.adapter.connect("show") else {
        return Product::None;
    };
    let rows = seeds.filter_map(|seed| {
        let sql = format!("select * from {}", seed.relation_name.as_ref()?);
        let (_, table) = connection.execute(&sql, true, Some(OF_A_SEED)).ok()?;
        Some((format!("{}.{}", seed.schema, seed.alias), Arc::new(table)))
    });
    Product::Seeded(rows.collect())
}

/// Returns the number of rows to show; none for all.
fn limit(invocation: &Invocation) -> Option<usize> {
    let limit = invocation.number("limit");
    limit.and_then(|it| usize::try_from(it).ok())
}

/// Reads the first rows of a node's query; none where that cannot be. Returns the node as compiled, too.
pub(super) fn rows_of(
    execution: &execute::Execution,
    mut node: Arc<Node>,
    most: usize,
    around: &Surroundings,
) -> Option<(Table, Arc<Node>)> {
    let mut watch = Watch::start(&*around.system);
    let (_, _, table) = rows(execution, &mut node, Some(most), &mut watch).ok()?;
    Some((table, node))
}

/// Runs a node's query through `get_show_sql`, which limits it.
pub(super) fn rows(
    execution: &execute::Execution,
    node: &mut Arc<Node>,
    limit: Option<usize>,
    watch: &mut Watch<'_>,
) -> Result<(Compiled, Response, Table), execute::Failure> {
    let cache = Arc::new(RelationCache::default());
    let session = execution.session(&cache, "show")?;
    session.take_up(&node.unique_id, Some(Resource::Node(node)))?;
    let sql = match (node.resource_type, &node.relation_name) {
        (ResourceType::Seed, Some(relation)) => format!("select * from {relation}"),
        _ => {
            *node = execution
                .compiler
                .compile(node, &session, Names::default())?;
            node.compiled
                .as_ref()
                .map(|it| it.code.clone())
                .unwrap_or_default()
        }
    };
    let package = Arc::from(node.package_name.as_str());
    let context = RunContext::new(session.clone(), Some(node.clone()), package);
    let text = |value: &str| Value::from(value);
    let limit = limit.map_or(Value::from(()), Value::from);
    let sql_header = node.config.str("sql_header").map_or(Value::from(()), text);
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
    watch.execute();
    let commented = session.commented(&sql);
    let sent = session.connection().execute(&commented, true, None);
    let (response, table) = sent.map_err(|error| execute::Failure::refused(error, &commented))?;
    let before = node.compiled.as_deref().cloned().unwrap_or_default();
    Ok((
        Compiled {
            code: sql,
            ..before
        },
        response,
        table,
    ))
}
