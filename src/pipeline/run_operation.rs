//! `run-operation`: a call of one macro.

use std::sync::Arc;

use super::{Exit, Product, Ready, Surroundings, artifacts, execution};
use crate::adapters::RelationCache;
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
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
            let written =
                artifacts::manifest(invocation, ready, &ready.resources, around, findings);
            (Exit::Done.if_written(written.well()), Product::None)
        }
        Err(error) => {
            // The failure is told; what the connection says to the rollback changes nothing.
            let _ = session.connection().rollback();
            findings.push(execute::Failure::from(error).into_finding());
            (Exit::Failed, Product::None)
        }
    }
}
