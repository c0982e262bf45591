//! `run-operation`: a call of one macro.

use std::sync::Arc;

use super::watch::Watch;
use super::{Exit, Product, Ready, Surroundings, artifacts, execution};
use crate::adapters::RelationCache;
use crate::artifacts::NodeResult;
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::events::Status;
use crate::execute;
use crate::invocation::Invocation;
use crate::jinja::Arguments;
use crate::jinja::context::{RunContext, from_json};

/// Calls the macro with the arguments of `--args`.
pub(super) fn run_operation(
    invocation: &Invocation,
    ready: &Ready,
    around: &Surroundings,
    findings: &mut Vec<Diagnostic>,
) -> (Exit, Product) {
    let name = invocation.text("macro").unwrap_or_default();
    let (package, short) = match name.split_once('.') {
        Some((package, short)) => (Some(package), short),
        None => (None, name),
    };
    let Some(entry) = ready.engine.macros().find_by_name(short, package) else {
        let known = ready.resources.macros.values().map(|it| it.name.as_str());
        let near = did_you_mean(short, known);
        let message = format!("dbt could not find a macro with the name '{name}' in any package");
        let finding = Diagnostic::error(Code::UndefinedName, message);
        findings.push(match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("name a macro of the project, or `package.macro`"),
        });
        return (Exit::CouldNotRun, Product::None);
    };
    let keywords = invocation
        .dict("args")
        .iter()
        .map(|(name, value)| (name.clone(), from_json(value)))
        .collect();
    let arguments = Arguments {
        positional: Vec::new(),
        keywords,
    };
    let mut watch = Watch::start(&*around.system);
    let execution = execution(invocation, ready, around);
    let cache = Arc::new(RelationCache::default());
    let session = match execution.session(&cache, &format!("macro_{short}")) {
        Ok(session) => session,
        Err(error) => {
            findings.push(error.into_finding());
            return (Exit::CouldNotRun, Product::None);
        }
    };
    let package: Arc<str> = Arc::from(entry.node.package_name.as_str());
    let context = RunContext::new(session.clone(), None, package);
    watch.execute();
    let called = ready
        .engine
        .call_macro(&entry.node.unique_id, &arguments, &context.scope());
    // dbt leaves the transaction of an operation open unless the macro commits. Where the macro has
    // failed that is told, and what the connection says to the end changes nothing.
    let ended = session.connection().rollback();
    let failure = match (called, ended) {
        (Err(error), _) => Some(execute::Failure::from(error)),
        (Ok(_), Err(error)) => Some(execute::Failure::from(error)),
        (Ok(_), Ok(_)) => None,
    };
    let (status, exit) = match failure {
        Some(_) => (Status::Error, Exit::Failed),
        None => (Status::Success, Exit::Done),
    };
    findings.extend(failure.map(execute::Failure::into_finding));
    let result = NodeResult {
        failures: Some(i64::from(status == Status::Error)),
        ..watch.result(entry.node.unique_id.clone(), status)
    };
    let elapsed = result.execution_time;
    let written = artifacts::results(invocation, ready, vec![result], elapsed, around, findings);
    (exit.if_written(written), Product::None)
}
