//! `compile`: SQL as it goes to the database.

use std::sync::Arc;

use super::inline::inline;
use super::{Exit, Product, Ready, Surroundings, artifacts, execution, nothing_to_do, planned};
use crate::adapters::RelationCache;
use crate::diagnostics::Diagnostic;
use crate::execute;
use crate::invocation::Invocation;
use crate::jinja::context::Names;
use crate::nodes::Node;
use crate::plan::Plan;
use crate::text::Texts;

/// Compiles what is selected, or the SQL of `--inline`.
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
                Product::Compiled(vec![(node.name.clone(), node.unique_id.to_string(), sql)]),
            ),
            Err(failure) => {
                findings.push(failure.into_diagnostic(&node));
                (Exit::CouldNotRun, Product::None)
            }
        };
    }
    let Some(plan) = planned(invocation, ready, true, findings) else {
        return (Exit::CouldNotRun, Product::None);
    };
    compiled(invocation, ready, around, (&execution, &plan), findings)
}

/// Compiles what is planned.
pub(super) fn compiled(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    (execution, plan): (&execute::Execution, &Plan),
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
    let written = artifacts::run(invocation, ready, &outcome, around, findings);
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
) -> Result<String, execute::Failure> {
    let cache = Arc::new(RelationCache::default());
    let session = execution.session(&cache, "inline")?;
    let node = execution
        .compiler
        .compile(node, &session, Names::default())?;
    Ok(node
        .compiled
        .as_ref()
        .map(|compiled| compiled.code.clone())
        .unwrap_or_default())
}
