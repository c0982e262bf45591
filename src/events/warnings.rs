//! Warnings under dbt's names, and what becomes of each: `--warn-error`, `--warn-error-options`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::diagnostics::{self, Code, Diagnostic, Severity, did_you_mean};

/// dbt's name and code of an event.
pub type EventName = (&'static str, &'static str);

/// A template calls `exceptions.warn()`.
pub const JINJA_LOG_WARNING: EventName = ("JinjaLogWarning", "I061");
/// The types of a snapshot's points in time differ.
pub const SNAPSHOT_TIMESTAMP_WARNING: EventName = ("SnapshotTimestampWarning", "Q043");
/// A test has ended.
pub const LOG_TEST_RESULT: EventName = ("LogTestResult", "Q007");

/// A macro gives the age of a source in the form of older projects.
pub const COLLECT_FRESHNESS_RETURN_SIGNATURE: EventName =
    ("CollectFreshnessReturnSignature", "D012");
/// A part of the catalog could not be had.
pub const CATALOG_GENERATION_ERROR: EventName = ("CatalogGenerationError", "E040");
/// Nothing limits what a batch reads. dbt tells it in a way that is never an error.
const UNFILTERED_MICROBATCH: EventName = ("MicrobatchModelNoEventTimeInputs", "I074");
/// The semantic layer is odd; dbt never makes an error of it.
const SEMANTIC_VALIDATION_FAILURE: EventName = ("SemanticValidationFailure", "I070");

/// What stands for all deprecations.
const DEPRECATIONS: &str = "Deprecations";
/// What stands for all warnings.
const ALL: [&str; 2] = ["all", "*"];

/// Returns dbt's name for a warning; what dbt does not warn of is a `Finding`.
pub fn event_name(finding: &Diagnostic) -> EventName {
    let says = |word: &str| finding.message.contains(word);
    let is_elsewhere = finding
        .help
        .as_deref()
        .is_some_and(|it| it.starts_with("move it under"));
    match finding.code {
        Code::UserWarning => JINJA_LOG_WARNING,
        Code::NothingSelected => ("NoNodesForSelectionCriteria", "M030"),
        Code::NothingToDo => ("NothingToDo", "Q035"),
        Code::UnusedConfig => ("UnusedResourceConfigPath", "I051"),
        Code::UnusedProperties if says("overrides") => ("UnusedTables", "I056"),
        Code::UnusedProperties if says("no macro of") => ("MacroNotFoundForPatch", "I059"),
        Code::UnusedProperties if is_elsewhere => ("WrongResourceSchemaFile", "I057"),
        Code::UnusedProperties => ("NoNodeForYamlKey", "I058"),
        Code::UnresolvedRef
        | Code::UnresolvedSource
        | Code::UnresolvedFunction
        | Code::DisabledTarget => ("NodeNotFoundOrDisabled", "I060"),
        Code::DeprecatedModel => ("DeprecatedModel", "I065"),
        Code::DeprecatedRef if says("will be") => ("UpcomingReferenceDeprecation", "I066"),
        Code::DeprecatedRef => ("DeprecatedReference", "I067"),
        Code::BrokenContract => ("UnversionedBreakingChange", "I071"),
        Code::StateIsTarget => ("WarnStateTargetEqual", "I072"),
        Code::SeedNotCompared if says("has moved") => ("SeedExceedsLimitAndPathChanged", "I054"),
        Code::SeedNotCompared if says("and was not") => ("SeedIncreased", "I052"),
        Code::SeedNotCompared => ("SeedExceedsLimitSamePath", "I053"),
        Code::UnfilteredMicrobatch => UNFILTERED_MICROBATCH,
        Code::InvalidMacroAnnotation => ("InvalidMacroAnnotation", "I076"),
        Code::InvalidSemantics => SEMANTIC_VALIDATION_FAILURE,
        Code::DuplicateYamlKey => ("DuplicateYAMLKeysDeprecation", "D024"),
        Code::UnknownKey => ("CustomKeyInObjectDeprecation", "D027"),
        Code::DeprecatedKey if says("under `config`") => {
            ("PropertyMovedToConfigDeprecation", "D030")
        }
        Code::DeprecatedKey if says("under `arguments`") => {
            ("MissingArgumentsPropertyInGenericTestDeprecation", "D039")
        }
        Code::DeprecatedKey if says("`require_generic_test_arguments_property`") => {
            ("ArgumentsPropertyInGenericTestDeprecation", "D038")
        }
        Code::DeprecatedKey if says("`warn_error_options`") => {
            ("WEOIncludeExcludeDeprecation", "D031")
        }
        Code::DeprecatedKey if says("`source-paths`") => ("ConfigSourcePathDeprecation", "D003"),
        Code::DeprecatedKey if says("`data-paths`") => ("ConfigDataPathDeprecation", "D004"),
        Code::DeprecatedKey if says("`log-path`") => ("ConfigLogPathDeprecation", "D010"),
        Code::DeprecatedKey if says("`target-path`") => ("ConfigTargetPathDeprecation", "D011"),
        Code::DeprecatedKey if says("`metricflow_time_spine`") => {
            ("MFTimespineWithoutYamlConfigurationDeprecation", "D018")
        }
        Code::DeprecatedKey if says("`cumulative_type_params`") => {
            ("MFCumulativeTypeParamsDeprecation", "D019")
        }
        Code::DeprecatedKey => ("ProjectFlagsMovedDeprecation", "D013"),
        Code::DeprecatedOption if says("`--output`") => {
            ("CustomOutputPathInSourceFreshnessDeprecation", "D029")
        }
        Code::DeprecatedOption if says("`--select`") => ("ModelParamUsageDeprecation", "D032"),
        Code::DeprecatedOption if says("DBT_ENGINE_") => {
            ("EnvironmentVariableNamespaceDeprecation", "D036")
        }
        Code::DeprecatedOption => ("SourceFreshnessProjectHooksNotRun", "D017"),
        Code::DeprecatedMacro if says("`modules.itertools`") => {
            ("ModulesItertoolsUsageDeprecation", "D034")
        }
        Code::DeprecatedMacro if says("microbatch") => {
            ("MicrobatchMacroOutsideOfBatchesDeprecation", "D020")
        }
        Code::DeprecatedMacro if says("materialization") => {
            ("PackageMaterializationOverrideDeprecation", "D016")
        }
        Code::DeprecatedMacro => COLLECT_FRESHNESS_RETURN_SIGNATURE,
        Code::UnexpectedBlock => ("UnexpectedJinjaBlockDeprecation", "D023"),
        Code::InvalidName if says("exposure") => ("ExposureNameDeprecation", "D007"),
        Code::InvalidName => ("ResourceNamesWithSpacesDeprecation", "D015"),
        Code::DuplicateName => ("DuplicateNameDistinctNodeTypesDeprecation", "D040"),
        Code::RedirectedPackage => ("PackageRedirectDeprecation", "D001"),
        Code::UnpinnedPackage => ("DepsUnpinned", "M029"),
        Code::SecretInLock => ("DepsScrubbedPackageName", "M035"),
        _ => ("Finding", "Z050"),
    }
}

/// What becomes of a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It stops the run.
    Error,
    /// It is told.
    Warning,
    /// It is not told.
    Silence,
}

/// Which warnings are errors, and which are not told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Warnings {
    error_all: bool,
    error: Vec<String>,
    warn: Vec<String>,
    silence: Vec<String>,
    /// Whether each deprecation is told, and not each kind once.
    all_deprecations: bool,
}

impl Warnings {
    /// Reads the options: `error` (or `include`), `warn` (or `exclude`) and `silence`. `Err` says
    /// what is wrong with them.
    pub fn new(warn_error: bool, options: &Value) -> Result<Self, String> {
        let mut warnings = Self {
            error_all: warn_error,
            ..Self::default()
        };
        let fields = match options {
            Value::Null => return Ok(warnings),
            Value::Object(fields) => fields,
            _ => return Err("expected a mapping with `error`, `warn` and `silence`".to_owned()),
        };
        for (pair, list) in [
            (["error", "include"], &mut warnings.error),
            (["warn", "exclude"], &mut warnings.warn),
            (["silence", "silence"], &mut warnings.silence),
        ] {
            let [name, older] = pair;
            if name != older && fields.contains_key(name) && fields.contains_key(older) {
                return Err(format!(
                    "`{name}` and `{older}` mean the same, and both are here"
                ));
            }
            match fields.get(name).or_else(|| fields.get(older)) {
                None | Some(Value::Null) => {}
                Some(Value::String(word)) if name == "error" && ALL.contains(&word.as_str()) => {
                    warnings.error_all = true;
                }
                Some(Value::Array(names)) => *list = names_of(names)?,
                Some(_) => return Err(format!("`{name}` must be a list of names of events")),
            }
        }
        let known = ["error", "include", "warn", "exclude", "silence"];
        if let Some(name) = fields.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(format!("`{name}` is none of `error`, `warn` and `silence`"));
        }
        let deprecations = |list: &[String]| list.iter().any(|name| name == DEPRECATIONS);
        let excepted =
            warnings.error_all || deprecations(&warnings.error) || deprecations(&warnings.silence);
        if !warnings.warn.is_empty() && !excepted {
            return Err("`warn` names exceptions: `error` must be `all` then".to_owned());
        }
        Ok(warnings)
    }

    /// Tells each deprecation if `all`, else each kind once.
    #[must_use]
    pub fn telling_all_deprecations(self, all: bool) -> Self {
        Self {
            all_deprecations: all,
            ..self
        }
    }

    /// Returns the options as dbt writes them into `run_results.json`.
    pub fn to_json(&self, warn_error: bool) -> Value {
        let error = match self.error_all && !warn_error {
            true => json!("all"),
            false => json!(self.error),
        };
        json!({"error": error, "warn": self.warn, "silence": self.silence})
    }

    /// Returns what becomes of an event. A name counts more than `Deprecations`, and that more than
    /// `all`; on the same level silence counts most, then warning.
    pub fn fate(&self, (name, code): EventName) -> Fate {
        let lists = [
            (&self.silence, Fate::Silence),
            (&self.warn, Fate::Warning),
            (&self.error, Fate::Error),
        ];
        let mut words = vec![name];
        if code.starts_with('D') {
            words.push(DEPRECATIONS);
        }
        for word in words {
            let named = lists
                .iter()
                .find(|(list, _)| list.iter().any(|it| it == word));
            if let Some((_, fate)) = named {
                return *fate;
            }
        }
        let spared = [UNFILTERED_MICROBATCH, SEMANTIC_VALIDATION_FAILURE];
        if self.error_all && spared.iter().all(|it| it.0 != name) {
            Fate::Error
        } else {
            Fate::Warning
        }
    }

    /// Makes errors of warnings, and takes silent ones out; of the deprecations that stay warnings
    /// the first of each kind stays, and says how many there are.
    pub fn judge(&self, findings: &mut Vec<Diagnostic>) {
        findings.retain_mut(|finding| {
            if finding.severity != Severity::Warning {
                return true;
            }
            let fate = self.fate(event_name(finding));
            if fate == Fate::Error {
                finding.severity = Severity::Error;
            }
            fate != Fate::Silence
        });
        if !self.all_deprecations {
            fold_deprecations(findings);
        }
    }
}

/// Leaves the first deprecation of each kind.
fn fold_deprecations(findings: &mut Vec<Diagnostic>) {
    let kind = |finding: &Diagnostic| {
        // A slip is no deprecation, though dbt has a name for it among them.
        let slips = [Code::UnknownKey, Code::DuplicateYamlKey];
        let (name, code) = event_name(finding);
        let is_deprecation = code.starts_with('D') && !slips.contains(&finding.code);
        (finding.severity == Severity::Warning && is_deprecation).then_some(name)
    };
    if findings.iter().filter(|it| kind(it).is_some()).count() < 2 {
        return;
    }
    diagnostics::sort(findings);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in findings.iter().filter_map(kind) {
        *counts.entry(name).or_default() += 1;
    }
    findings.retain_mut(|finding| {
        let Some(name) = kind(finding) else {
            return true;
        };
        let Some(count) = counts.remove(name) else {
            return false;
        };
        if count > 1 {
            let more = count - 1;
            finding.notes.push(format!(
                "{more} more like it: `--show-all-deprecations` shows each"
            ));
        }
        true
    });
}

fn names_of(names: &[Value]) -> Result<Vec<String>, String> {
    let known = || KNOWN.iter().copied().chain([DEPRECATIONS]);
    let name = |name: &Value| {
        let text = name.as_str().unwrap_or_default();
        if known().any(|it| it == text) {
            return Ok(text.to_owned());
        }
        let near = did_you_mean(text, known()).map(|it| format!("; did you mean `{it}`?"));
        let near = near.unwrap_or_default();
        Err(format!("{name} is not the name of a warning of dbt{near}"))
    };
    names.iter().map(name).collect()
}

/// Events of dbt that warn.
const KNOWN: &[&str] = &[
    "AdapterDeprecationWarning",
    "AdapterEventWarning",
    "ArgumentsPropertyInGenericTestDeprecation",
    "BehaviorChangeEvent",
    "CatalogGenerationError",
    "CollectFreshnessReturnSignature",
    "ConfigDataPathDeprecation",
    "ConfigLogPathDeprecation",
    "ConfigSourcePathDeprecation",
    "ConfigTargetPathDeprecation",
    "ConstraintNotEnforced",
    "ConstraintNotSupported",
    "CustomKeyInConfigDeprecation",
    "CustomKeyInObjectDeprecation",
    "CustomOutputPathInSourceFreshnessDeprecation",
    "CustomTopLevelKeyDeprecation",
    "DeprecatedModel",
    "DeprecatedReference",
    "DeprecationsSummary",
    "DepsScrubbedPackageName",
    "DepsUnpinned",
    "DuplicateNameDistinctNodeTypesDeprecation",
    "DuplicateYAMLKeysDeprecation",
    "EnvironmentVariableNamespaceDeprecation",
    "EnvironmentVariableRenamed",
    "ExposureNameDeprecation",
    "FreshnessConfigProblem",
    "GenericJSONSchemaValidationDeprecation",
    "GetMetaKeyWarning",
    "InternalDeprecation",
    "InvalidConcurrentBatchesConfig",
    "InvalidMacroAnnotation",
    "InvalidValueForField",
    "JinjaLogWarning",
    "LogBatchResult",
    "LogFreshnessResult",
    "LogModelResult",
    "LogNodeResult",
    "LogSeedResult",
    "LogSnapshotResult",
    "LogTestResult",
    "MFCumulativeTypeParamsDeprecation",
    "MFTimespineWithoutYamlConfigurationDeprecation",
    "MacroNotFoundForPatch",
    "MetricAttributesRenamed",
    "MicrobatchMacroOutsideOfBatchesDeprecation",
    "MicrobatchModelNoEventTimeInputs",
    "MissingArgumentsPropertyInGenericTestDeprecation",
    "MissingPlusPrefixDeprecation",
    "ModelParamUsageDeprecation",
    "ModulesItertoolsUsageDeprecation",
    "NoNodeForYamlKey",
    "NoNodesForSelectionCriteria",
    "NoNodesSelected",
    "NodeNotFoundOrDisabled",
    "NothingToDo",
    "PackageInstallPathDeprecation",
    "PackageMaterializationOverrideDeprecation",
    "PackageNodeDependsOnRootProjectNode",
    "PackageRedirectDeprecation",
    "ProjectFlagsMovedDeprecation",
    "PropertyMovedToConfigDeprecation",
    "ResourceNamesWithSpacesDeprecation",
    "RunResultWarning",
    "RunResultWarningMessage",
    "SeedExceedsLimitAndPathChanged",
    "SeedExceedsLimitChecksumChanged",
    "SeedExceedsLimitSamePath",
    "SeedIncreased",
    "SemanticValidationFailure",
    "SnapshotTimestampWarning",
    "SourceFreshnessProjectHooksNotRun",
    "SourceOverrideDeprecation",
    "SpacesInResourceNameDeprecation",
    "TestsConfigDeprecation",
    "UnexpectedJinjaBlockDeprecation",
    "UnsupportedConstraintMaterialization",
    "UnusedResourceConfigPath",
    "UnusedTables",
    "UnversionedBreakingChange",
    "UpcomingReferenceDeprecation",
    "ValidationWarning",
    "WEOIncludeExcludeDeprecation",
    "WarnLevel",
    "WarnStateTargetEqual",
    "WrongResourceSchemaFile",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn fate(options: Value, event: EventName) -> Fate {
        let warnings = Warnings::new(false, &options);
        warnings
            .unwrap_or_else(|error| panic!("{options}: {error}"))
            .fate(event)
    }

    #[test]
    fn names_count_more_than_kinds() {
        let nothing = ("NothingToDo", "Q035");
        let moved = ("ProjectFlagsMovedDeprecation", "D013");
        for (options, event, expected) in [
            (json!({}), nothing, Fate::Warning),
            (json!({"error": "all"}), nothing, Fate::Error),
            (
                json!({"include": "*", "exclude": ["NothingToDo"]}),
                nothing,
                Fate::Warning,
            ),
            (
                json!({"error": "all", "silence": ["NothingToDo"]}),
                nothing,
                Fate::Silence,
            ),
            (json!({"error": ["NothingToDo"]}), nothing, Fate::Error),
            (
                json!({"error": ["NothingToDo"]}),
                JINJA_LOG_WARNING,
                Fate::Warning,
            ),
            (json!({"error": ["Deprecations"]}), moved, Fate::Error),
            (json!({"error": ["Deprecations"]}), nothing, Fate::Warning),
            (
                json!({"error": "all", "silence": ["Deprecations"]}),
                moved,
                Fate::Silence,
            ),
            (
                json!({"silence": ["Deprecations"], "warn": ["ProjectFlagsMovedDeprecation"]}),
                moved,
                Fate::Warning,
            ),
        ] {
            assert_eq!(
                fate(options.clone(), event),
                expected,
                "{options} {event:?}"
            );
        }
    }

    #[test]
    fn wrong_options_are_refused() {
        for (options, expected) in [
            (json!(["all"]), "a mapping"),
            (json!({"error": "some"}), "a list"),
            (
                json!({"error": ["NothingTodo"]}),
                "did you mean `NothingToDo`?",
            ),
            (json!({"error": [], "include": []}), "mean the same"),
            (json!({"warn": ["NothingToDo"]}), "must be `all`"),
            (json!({"warning": []}), "none of"),
        ] {
            let error = Warnings::new(false, &options).expect_err("an error");
            assert!(error.contains(expected), "{options}: {error}");
        }
    }
}
