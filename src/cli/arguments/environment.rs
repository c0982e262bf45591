//! Flags from environment variables: `DBT_ENGINE_…` wins over `DBT_…`, an empty one is unset.

use serde_json::{Value, json};

use crate::invocation::{Flag, Kind};
use crate::system::System;

/// Returns what the environment says about a flag.
pub(super) fn value(flag: &Flag, system: &dyn System) -> Result<Option<Value>, String> {
    if flag.name == "print"
        && let Some((name, text)) = first(&["DBT_NO_PRINT".to_owned()], system)
    {
        return truth(&name, &text).map(|no| Some(json!(!no)));
    }
    let Some(env) = flag.env else { return Ok(None) };
    let names = [format!("DBT_ENGINE_{env}"), format!("DBT_{env}")];
    let Some((name, text)) = first(&names, system) else {
        return Ok(None);
    };
    let value = match flag.kind {
        Kind::Switch(_) | Kind::On | Kind::Behavior(_) => json!(truth(&name, &text)?),
        Kind::Text => json!(text),
        Kind::Choice(choices, _) => {
            let lower = text.to_lowercase();
            if !choices.contains(&lower.as_str()) {
                let choices = choices.join(", ");
                return Err(format!("'{text}' in {name} is none of: {choices}"));
            }
            json!(lower)
        }
        Kind::Number(_) => match text.trim().parse::<i64>() {
            Ok(number) => json!(number),
            Err(_) => return Err(format!("'{text}' in {name} is not a whole number")),
        },
        // Reports have no variable.
        Kind::Pairs | Kind::Reports => return Ok(None),
        Kind::List => json!(text.split_whitespace().collect::<Vec<_>>()),
        Kind::Words(_) => json!(text.to_lowercase().split_whitespace().collect::<Vec<_>>()),
    };
    Ok(Some(value))
}

fn first(names: &[String], system: &dyn System) -> Option<(String, String)> {
    let set = |name: &String| system.env(name).filter(|text| !text.is_empty());
    names
        .iter()
        .find_map(|name| Some((name.clone(), set(name)?)))
}

/// Reads a truth value as click does.
fn truth(name: &str, text: &str) -> Result<bool, String> {
    match text.trim().to_lowercase().as_str() {
        "1" | "true" | "t" | "yes" | "y" | "on" => Ok(true),
        "0" | "false" | "f" | "no" | "n" | "off" | "" => Ok(false),
        _ => Err(format!("'{text}' in {name} is neither true nor false")),
    }
}
