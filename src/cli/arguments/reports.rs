//! `--output` of commands with results: reports for those who run dsql in their pipelines.

use serde_json::{Value, json};

use crate::invocation::{Command, Invocation};

const FORMS: &str = "\n  [possible values: github, junit FILE]";

/// Reads what stands behind each `--output`: `github`, `junit FILE`; of `source freshness`, the path
/// of the results, too, as in dbt.
pub(super) fn read(invocation: &mut Invocation) -> Result<(), String> {
    let given = invocation.value("output").clone();
    let Some(occurrences) = given.as_array() else {
        return Ok(());
    };
    let path_allowed = invocation.command == Command::SourceFreshness;
    let (mut reports, mut path) = (Vec::new(), Value::Null);
    for words in occurrences {
        let words: Vec<&str> = words
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        match words[..] {
            ["github"] => reports.push(json!({"format": "github"})),
            ["junit", file] if !file.is_empty() => {
                reports.push(json!({"format": "junit", "file": file}));
            }
            ["junit", ..] => {
                return Err(
                    "'--output junit' needs a file: '--output junit results.xml'".to_owned(),
                );
            }
            ["github", rest, ..] => {
                return Err(format!(
                    "'--output github' writes to the standard output: leave '{rest}' out"
                ));
            }
            [file] if path_allowed => path = json!(file),
            [other, ..] => return Err(format!("invalid value '{other}' for '--output'{FORMS}")),
            [] => {}
        }
    }
    // What a template sees of it is what dbt has there.
    let output = match path_allowed {
        true => path,
        false => json!("text"),
    };
    invocation.give("output", output);
    if !reports.is_empty() {
        invocation.give("reports", json!(reports));
    }
    Ok(())
}
