//! Options that work, but are to go: those of `source freshness`.

use crate::diagnostics::{Code, Diagnostic};
use crate::invocation::{Command, Invocation};
use crate::nodes::{ResourceType, Resources};

/// Says which of them are given.
pub(super) fn find(invocation: &Invocation, resources: &Resources) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    if invocation.command != Command::SourceFreshness {
        return findings;
    }
    if let Some(path) = invocation.text("output") {
        let message = format!("`--output` of `source freshness` is deprecated: it is `{path}`");
        let help = "leave it out, and take `sources.json` from the target folder; `--target-path` \
                    says which that is";
        findings.push(Diagnostic::warning(Code::DeprecatedOption, message).help(help));
    }
    let mut nodes = resources.nodes.values();
    let runs_hooks = invocation.on("source_freshness_run_project_hooks");
    if !runs_hooks && nodes.any(|it| it.resource_type == ResourceType::Operation) {
        let message = "`source freshness` leaves out the hooks of the project, as the flag \
                       `source_freshness_run_project_hooks` says; later versions of dbt run them";
        let help = "remove the flag, or set it to true";
        findings.push(Diagnostic::warning(Code::DeprecatedOption, message).help(help));
    }
    findings
}
