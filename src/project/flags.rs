//! `flags:` of `dbt_project.yml`, and `config:` of `profiles.yml` in older projects.

use std::path::Path;

use serde_json::{Value as Json, json};

use super::reader::{shown, unknown_key};
use super::{Options, PROFILES_FILE, PROJECT_FILE, profile, project_dir};
use crate::diagnostics::{Code, Diagnostic};
use crate::events::Warnings;
use crate::invocation::{FLAGS, Kind};
use crate::nodes::Dict;
use crate::system::System;
use crate::text::Texts;
use crate::yaml::{self, Entry, Node};

/// Flags of the command line that a project can set too.
const OF_THE_COMMAND_LINE: &[&str] = &[
    "cache_selected_only",
    "debug",
    "fail_fast",
    "indirect_selection",
    "log_format",
    "log_format_file",
    "log_level",
    "log_level_file",
    "partial_parse",
    "populate_cache",
    "printer_width",
    "send_anonymous_usage_stats",
    "static_parser",
    "use_colors",
    "use_colors_file",
    "use_experimental_parser",
    "version_check",
    "warn_error",
    "warn_error_options",
    "write_json",
];

/// Flags that are set where nobody can see them.
const NOT_OF_A_PROJECT: &[&str] = &["strict_mode"];

/// Reads the flags that the project sets, for what neither the command line nor the environment
/// says. They are needed before the project is loaded; whatever else is wrong with the files is
/// told then.
pub fn project_flags(
    system: &dyn System,
    options: &Options,
    texts: &mut Texts,
) -> (Dict, Vec<Diagnostic>) {
    let mut findings = Vec::new();
    let root = project_dir(system, options, &mut Vec::new());
    let project = root
        .as_deref()
        .and_then(|root| read(system, &root.join(PROJECT_FILE), texts));
    let own = project
        .as_ref()
        .and_then(|it| it.as_map()?.entry("flags").cloned());
    let paths = profile::places(system, options, root.as_deref().unwrap_or(Path::new("")));
    let profiles = paths.iter().find(|path| system.is_file(path));
    let profiles = profiles.and_then(|path| read(system, path, texts));
    let older = profiles
        .as_ref()
        .and_then(|it| it.as_map()?.entry("config").cloned());
    let older = older.filter(|entry| entry.value.as_map().is_some_and(|it| !it.is_empty()));
    let entry = match (own, older) {
        (Some(own), Some(older)) => {
            let message = format!("flags are set in {PROJECT_FILE} and in {PROFILES_FILE}");
            findings.push(
                Diagnostic::error(Code::InvalidFlag, message)
                    .at(older.key.location)
                    .label(own.key.location, "these stay")
                    .help("move what `config` says to `flags`, and remove `config`"),
            );
            own
        }
        (Some(own), None) => own,
        (None, Some(older)) => {
            let message = format!("`config` in {PROFILES_FILE} is deprecated");
            findings.push(
                Diagnostic::warning(Code::DeprecatedKey, message)
                    .at(older.key.location)
                    .help(format!("move it to `flags` in {PROJECT_FILE}")),
            );
            older
        }
        (None, None) => return (Dict::new(), findings),
    };
    (flags(&entry.value, &mut findings), findings)
}

fn read(system: &dyn System, path: &Path, texts: &mut Texts) -> Option<Node> {
    let folder = path.parent()?;
    let shown = path.strip_prefix(folder).ok()?;
    let file = super::read_text(system, path, shown, texts, &mut Vec::new())?;
    yaml::parse(file, texts.content(file)).0
}

fn flags(node: &Node, findings: &mut Vec<Diagnostic>) -> Dict {
    let known: Vec<&str> = FLAGS
        .iter()
        .filter(|flag| match flag.kind {
            Kind::Behavior(_) => !NOT_OF_A_PROJECT.contains(&flag.name),
            _ => OF_THE_COMMAND_LINE.contains(&flag.name),
        })
        .map(|flag| flag.name)
        .collect();
    let mut flags = Dict::new();
    for entry in node.as_map().into_iter().flatten() {
        let Some(name) = entry.key.as_str() else {
            continue;
        };
        if !known.contains(&name) {
            findings.push(unknown_key(name, &known, "`flags`", entry.key.location));
            continue;
        }
        if name == "warn_error_options" {
            findings.extend(older_warning_keys(&entry.value));
        }
        if let Some(value) = value(name, entry, findings) {
            flags.insert(name.to_owned(), value);
        }
    }
    flags
}

/// Tells of `include` and `exclude` in the options for warnings.
pub fn older_warning_keys(options: &Node) -> Vec<Diagnostic> {
    let older = [("include", "error"), ("exclude", "warn")];
    let keys = older.into_iter().filter_map(|(old, name)| {
        let entry = options.as_map()?.entry(old)?;
        let message = format!("`{old}` in `warn_error_options` is an older name of `{name}`");
        let finding = Diagnostic::warning(Code::DeprecatedKey, message).at(entry.key.location);
        Some(finding.help(format!("write `{name}`")))
    });
    keys.collect()
}

fn value(name: &str, entry: &Entry, findings: &mut Vec<Diagnostic>) -> Option<Json> {
    let kind = FLAGS.iter().find(|flag| flag.name == name)?.kind;
    let value = entry.value.to_json();
    if value.is_null() {
        return None;
    }
    let wanted = match kind {
        Kind::Switch(_) | Kind::On | Kind::Behavior(_) if value.is_boolean() => return Some(value),
        Kind::Switch(_) | Kind::On | Kind::Behavior(_) => "true or false".to_owned(),
        Kind::Number(_) if value.is_i64() => return Some(value),
        Kind::Number(_) => "a whole number".to_owned(),
        Kind::Choice(choices, _) => {
            let word = value.as_str().map(str::to_lowercase);
            match word.filter(|word| choices.contains(&word.as_str())) {
                Some(word) => return Some(json!(word)),
                None => format!("one of {}", choices.join(", ")),
            }
        }
        Kind::Text if name == "warn_error_options" => match Warnings::new(false, &value) {
            Ok(_) => return Some(value),
            Err(problem) => {
                let message = format!("the flag `{name}` cannot be read: {problem}");
                let finding = Diagnostic::warning(Code::InvalidFlag, message);
                let help = "write `{error: all, warn: [NothingToDo], silence: [Deprecations]}`; \
                            it is ignored as it is";
                findings.push(finding.at(entry.value.location).help(help));
                return None;
            }
        },
        Kind::Text | Kind::List | Kind::Words(_) | Kind::Pairs | Kind::Reports => {
            return Some(value);
        }
    };
    let message = format!(
        "the flag `{name}` must be {wanted}, not {}",
        shown(&entry.value)
    );
    // dbt goes on without such flags.
    let finding = Diagnostic::warning(Code::InvalidFlag, message).at(entry.value.location);
    findings.push(finding.help("mend it; it is ignored as it is"));
    None
}
