//! `compile`: SQL as it goes to the database.

use std::sync::Arc;

use super::inline::{inline, result_id};
use super::watch::Watch;
use super::{
    Exit, Product, Ready, Surroundings, artifacts, columns, described, execution, nothing_to_do,
    planned,
};
use crate::adapters::RelationCache;
use crate::artifacts::NodeResult;
use crate::diagnostics::Diagnostic;
use crate::events::Status;
use crate::execute;
use crate::invocation::Invocation;
use crate::jinja::context::Names;
use crate::nodes::Node;
use crate::plan::Plan;
use crate::text::Texts;

/// What a manifest says of columns beyond properties, if nobody asks.
const NOTHING: (bool, bool) = (false, false);

/// Compiles what is selected, or the SQL of `--inline`.
pub(super) fn compile(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    texts: &mut Texts,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let execution = Arc::new(execution(invocation, ready, around));
    if invocation.text("inline").is_some() {
        let Some(node) = inline(invocation, ready, texts, findings) else {
            return (Exit::CouldNotRun, Product::None);
        };
        let mut watch = Watch::start(&*around.system);
        return match compiled_alone(&execution, &node) {
            Ok(node) => {
                watch.execute();
                let result = NodeResult {
                    compiled: node.compiled.clone(),
                    ..watch.result(result_id(&node), Status::Success)
                };
                let elapsed = result.execution_time;
                let results = vec![result];
                let written =
                    artifacts::results(invocation, ready, results, elapsed, around, findings);
                let code = node.compiled.as_ref().map(|it| it.code.clone());
                let sql = code.unwrap_or_default();
                let shown = (node.name.clone(), node.unique_id.to_string(), sql);
                (
                    Exit::Done.if_written(written),
                    Product::Compiled(vec![shown]),
                )
            }
            Err(failure) => {
                findings.push(failure.into_diagnostic(&node));
                (Exit::CouldNotRun, Product::None)
            }
        };
    }
    let Some(plan) = planned(invocation, ready, true, findings) else {
        artifacts::parsed(invocation, ready, around, findings);
        return (Exit::CouldNotRun, Product::None);
    };
    compiled(invocation, ready, around, (&execution, &plan), findings)
}

/// Compiles what is planned.
pub(super) fn compiled(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    (execution, plan): (&Arc<execute::Execution>, &Plan),
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    if plan.steps.is_empty() {
        let exit = nothing_to_do(ready, findings);
        let nothing = execute::RunOutcome::nothing();
        let written = artifacts::run(invocation, ready, &nothing, around, findings);
        return (exit.if_written(written), Product::None);
    }
    let outcome = match execute::execute(execution, plan) {
        Ok(outcome) => outcome,
        Err(failure) => {
            findings.push(failure.into_finding());
            return (Exit::CouldNotRun, Product::None);
        }
    };
    let wanted = invocation.on("write_json") || described::asked(invocation, ready) != NOTHING;
    let nodes = wanted.then(|| columns::columns(ready, execution, &outcome.compiled, around));
    let of = (&outcome, nodes.as_ref());
    let mut written = artifacts::run_with(invocation, ready, of, around, findings);
    if let Some(nodes) = nodes.filter(|_| invocation.on("write_json")) {
        let nodes = columns::as_json(&nodes);
        let nodes = nodes.iter().map(|(id, it)| (id, it.as_slice()));
        written &= columns::write(nodes, ready, around, findings);
    }
    // As in dbt, a node that does not compile ends the command.
    let exit = if written && outcome.success() {
        Exit::Done
    } else {
        Exit::CouldNotRun
    };
    // SQL is printed when somebody asked for certain nodes.
    let asked = !invocation.list("select").is_empty();
    let sql = plan.steps.iter().filter(|_| asked).filter_map(|step| {
        let node = outcome.compiled.get(&step.node)?;
        let code = node.compiled.as_ref()?.code.clone();
        Some((node.name.clone(), node.unique_id.to_string(), code))
    });
    (exit, Product::Compiled(sql.collect()))
}

fn compiled_alone(
    execution: &execute::Execution,
    node: &Arc<Node>,
) -> Result<Arc<Node>, execute::Failure> {
    let cache = Arc::new(RelationCache::default());
    let session = execution.session(&cache, "inline")?;
    Ok(execution
        .compiler
        .compile(node, &session, Names::default())?)
}
