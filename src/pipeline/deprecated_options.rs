//! Options and variables that work, but are to go.

use crate::diagnostics::{Code, Diagnostic};
use crate::invocation::{Command, FLAGS, Invocation};
use crate::nodes::{ResourceType, Resources};
use crate::system::System;

/// What variables of dbt begin with.
const PREFIX: &str = "DBT_ENGINE_";
/// Variables of dbt that stand for no option.
const NO_OPTIONS: &[&str] = &[
    "ARTIFACT_STATE_PATH",
    "DEFER_TO_STATE",
    "DOWNLOAD_DIR",
    "FAVOR_STATE_MODE",
    "HOST",
    "INVOCATION_ENV",
    "NO_PRINT",
    "PACKAGE_HUB_URL",
    "PARTIAL_PARSE_FILE_DIFF",
    "PP_FILE_DIFF_TEST",
    "PP_TEST",
    "RECORDED_FILE_PATH",
    "SQLPARSE",
    "TEST_STATE_MODIFIED",
];

/// Says which of them are given on the command line and in the environment.
pub(super) fn asked(invocation: &Invocation, system: &dyn System) -> Vec<Diagnostic> {
    let words = || invocation.typed.split_whitespace();
    let older = ["--models", "--model", "-m"];
    let options = older
        .into_iter()
        .filter(|it| words().any(|word| word == *it));
    let options = options.map(|option| {
        let message = format!("`{option}` is an older name of `--select`");
        Diagnostic::warning(Code::DeprecatedOption, message).help("write `--select` or `-s`")
    });
    let is_known = |name: &str| {
        let mut flags = FLAGS.iter().filter_map(|flag| flag.env);
        NO_OPTIONS.contains(&name) || flags.any(|it| it == name)
    };
    let variables = system.envs().into_iter().filter_map(|(variable, _)| {
        let name = variable.strip_prefix(PREFIX)?;
        let message = format!(
            "the variable {variable} is none of dbt's, which keeps names with {PREFIX} for itself"
        );
        let finding = Diagnostic::warning(Code::DeprecatedOption, message);
        (!is_known(name)).then(|| finding.help("give it another name"))
    });
    options.chain(variables).collect()
}

/// Says which options of `source freshness` are given.
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
