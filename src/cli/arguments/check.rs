//! Options that contradict each other.

use crate::invocation::{Command, DRAWN, FLAGS, FOUND, Invocation, Kind, TOLD};
use crate::system::{System, TIME_VARIABLE, set_time};

const EXCLUSIVE: &[(&str, &str)] = &[
    ("warn_error", "warn_error_options"),
    ("select", "inline"),
    ("models", "select"),
    ("models", "resource_types"),
    ("selector", "inline"),
];

/// Finds the first reason not to run.
pub(super) fn check(invocation: &Invocation, system: &dyn System) -> Result<(), String> {
    let long = |name: &str| name.replace('_', "-");
    for (first, second) in EXCLUSIVE {
        if invocation.is_given(first) && invocation.is_given(second) {
            let (first, second) = (long(first), long(second));
            return Err(format!(
                "the argument '--{first}' cannot be used with '--{second}'"
            ));
        }
    }
    if invocation.on("static") {
        return Err(
            "'--static' is not supported yet: there is no site to write; leave it out, and \
             `docs generate` writes catalog.json and manifest.json"
                .to_owned(),
        );
    }
    if invocation.command == Command::Rollback && invocation.number("to").is_none() {
        return Err("the version to go back to is missing: write `--to N`".to_owned());
    }
    for flag in FLAGS {
        let Kind::Words(known) = flag.kind else {
            continue;
        };
        let words = invocation.list(flag.name);
        if let Some(word) = words.iter().find(|word| !known.contains(&word.as_str())) {
            let (long, known) = (flag.long(), known.join(", "));
            return Err(format!(
                "invalid value '{word}' for '--{long}'\n  [possible values: {known}]"
            ));
        }
    }
    if let Some(time) = system.env(TIME_VARIABLE) {
        set_time(&time)?;
    }
    let kept = invocation.text("partial_parse_file_path");
    let kept = kept.map(|path| system.current_dir().join(path));
    if let Some(path) = kept.filter(|path| !system.is_file(path)) {
        return Err(format!(
            "invalid value '{}' for '--partial-parse-file-path'\n  there is no such file",
            path.display()
        ));
    }
    let outputs: &[&str] = match invocation.command {
        Command::SourceFreshness => return Ok(()),
        Command::List => &["json", "name", "path", "selector", "text"],
        Command::Check => FOUND,
        Command::Lineage => DRAWN,
        Command::Impact => TOLD,
        _ => &["json", "text"],
    };
    match invocation.text("output") {
        Some(output) if !outputs.contains(&output) => Err(format!(
            "invalid value '{output}' for '--output'\n  [possible values: {}]",
            outputs.join(", ")
        )),
        _ => Ok(()),
    }
}
