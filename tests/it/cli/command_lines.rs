//! `command_lines/dbt.txt`: what dsql makes of command lines and variables, compared with dbt.

use std::collections::BTreeMap;

use dsql::system::MemorySystem;
use serde_json::Value;

use crate::support::data_files::root;

/// Flags by lower-case names, or none for a mistake.
type Flags = Option<BTreeMap<String, Value>>;

/// Values that are written in YAML and read later.
const YAML: &[&str] = &["args", "sqlparse", "vars", "warn_error_options"];

#[test]
fn flags_are_dbts() {
    let text = std::fs::read_to_string(root().join("tests/command_lines/dbt.txt")).unwrap();
    let lines: Vec<&str> = text.lines().filter(|it| !it.starts_with('#')).collect();
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in lines
        .split(|line| line.is_empty())
        .filter(|it| !it.is_empty())
    {
        count += 1;
        let expected = case[case.len() - 1].trim();
        let expected = expected.strip_prefix("dsql ").unwrap_or(expected);
        let actual = shown(case[0]);
        if actual != expected {
            wrong.push(format!(
                "{}\n    {actual}\n    expected {expected}",
                case[0]
            ));
        }
    }
    assert!(count > 150, "{count} cases");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Writes the flags that differ from those of the command alone.
fn shown(line: &str) -> String {
    let words = shell_words(line);
    let is_variable = |word: &&String| word.starts_with("DBT_");
    let (variables, words): (Vec<_>, Vec<_>) = words.iter().partition(is_variable);
    let mut system = MemorySystem::default();
    for variable in variables {
        let (name, value) = variable.split_once('=').expect(line);
        system = system.with_env(name, value);
    }
    let Some(mut flags) = read(&words, &system) else {
        return "error".to_owned();
    };
    let which = flags["which"].as_str().expect(line).to_owned();
    let group = match which.as_str() {
        "generate" | "serve" => Some("docs"),
        "freshness" => Some("source"),
        _ => None,
    };
    let mut alone: Vec<String> = group.map(str::to_owned).into_iter().collect();
    alone.push(which.clone());
    alone.extend((which == "run-operation").then(|| "m".to_owned()));
    let alone = read(&alone.iter().collect::<Vec<_>>(), &MemorySystem::default());
    let alone = alone.expect(line);
    flags.retain(|name, value| {
        name != "invocation_command" && name != "macro" && alone.get(name) != Some(value)
    });
    for (name, value) in &mut flags {
        if YAML.contains(&name.as_str()) {
            *value = "given".into();
        }
    }
    let flags = flags
        .iter()
        .map(|(name, value)| format!("\"{name}\": {}", spaced(value)));
    format!("{{{}}}", flags.collect::<Vec<_>>().join(", "))
}

fn read(words: &[&String], system: &MemorySystem) -> Flags {
    let words = std::iter::once("dsql".into()).chain(words.iter().map(|it| it.as_str().into()));
    let words: Vec<std::ffi::OsString> = words.collect();
    let invocation = dsql::cli::invocation(&words, system).ok()?;
    let flags = invocation.flags().into_iter();
    Some(flags.map(|(name, it)| (name.to_lowercase(), it)).collect())
}

/// Writes a value as Python does.
fn spaced(value: &Value) -> String {
    value.to_string().replace("\",\"", "\", \"")
}

fn shell_words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut quoted, mut begun) = (false, false);
    for letter in line.chars() {
        match letter {
            '"' => {
                quoted = !quoted;
                begun = true;
            }
            ' ' if !quoted => {
                words.push(String::new());
                begun = false;
            }
            letter => {
                words.last_mut().expect("a word").push(letter);
                begun = true;
            }
        }
    }
    debug_assert!(begun || words.len() > 1);
    words
}
