//! The form of the answers: `tests/phases/README.md` describes it.

use serde_json::{Map, Value as Json};

use super::project::{Outcome, model_name};
use crate::support::sections::Sections;

/// What dbt makes of a case.
#[derive(Debug)]
pub enum Answer {
    /// It cannot be read.
    ParseError,
    /// It is switched off.
    Disabled,
    /// What parsing finds; compiled code, or none where compiling fails.
    Parsed(Map<String, Json>, Option<String>),
}

impl Answer {
    /// Reads the sections behind a case's template.
    pub fn read(case: &Sections) -> Result<Self, String> {
        let mut parsed = Map::new();
        let mut compiled = None;
        for (head, text) in &case.rest {
            match head.as_str() {
                "parse error" => return Ok(Self::ParseError),
                "parsed" if text == "disabled: true" => return Ok(Self::Disabled),
                "parsed" => parsed = facts(text)?,
                "compiled" => compiled = Some(text.clone()),
                "compile error" => {}
                _ => return Err(format!("unknown section `{head}`")),
            }
        }
        match case.rest.is_empty() {
            true => Err("no answer".to_owned()),
            false => Ok(Self::Parsed(parsed, compiled)),
        }
    }

    /// Compares it with what dsql makes of the case.
    pub fn compare(&self, case: &Sections, outcome: &Outcome) -> Result<(), String> {
        let model = model_name(&case.name);
        let id = format!("model.corpus.{model}");
        let node = &outcome.manifest["nodes"][&id];
        let unparsed = outcome.unparsed.get(&model).map(|it| it.join("\n"));
        let (expected, compiled) = match (self, unparsed) {
            (Self::ParseError, Some(_)) => return Ok(()),
            (Self::ParseError, None) => return Err("is read without an error".to_owned()),
            (_, Some(reasons)) => return Err(format!("cannot be read: {reasons}")),
            (Self::Disabled, None) => {
                return match &outcome.manifest["disabled"][&id] {
                    Json::Null => Err("is not disabled".to_owned()),
                    _ => Ok(()),
                };
            }
            (Self::Parsed(..), None) if node.is_null() => return Err("is disabled".to_owned()),
            (Self::Parsed(expected, compiled), None) => (expected, compiled),
        };
        let plain = &outcome.manifest["nodes"]["model.corpus.plain_text"];
        let found = parsed(node, plain, &case.text);
        let mut wrong = differences(expected, &found);
        let failed = outcome.uncompiled.get(&model);
        match (compiled, outcome.compiled.get(&model)) {
            (Some(expected), Some(found)) if expected == found => {}
            (Some(expected), Some(found)) => wrong.push(format!(
                "--- compiled, expected\n{expected}\n--- compiled, found\n{found}"
            )),
            (Some(_), None) => wrong.push(format!("cannot be compiled: {failed:?}")),
            (None, Some(found)) => wrong.push(format!("is compiled without an error:\n{found}")),
            (None, None) => {}
        }
        match wrong.is_empty() {
            true => Ok(()),
            false => Err(wrong.join("\n")),
        }
    }
}

fn facts(text: &str) -> Result<Map<String, Json>, String> {
    let fact = |line: &str| {
        let (key, value) = line.split_once(": ")?;
        Some((key.to_owned(), serde_json::from_str(value).ok()?))
    };
    let line = |line: &str| fact(line).ok_or_else(|| format!("cannot be read: {line}"));
    text.lines().map(line).collect()
}

/// Tells what parsing found, as far as it is not what a model of plain text has.
fn parsed(node: &Json, plain: &Json, template: &str) -> Map<String, Json> {
    let mut found = Map::new();
    let mut add = |key: &str, value: Json, usual: bool| {
        if !usual {
            found.insert(key.to_owned(), value);
        }
    };
    add(
        "raw_code",
        node["raw_code"].clone(),
        node["raw_code"] == template,
    );
    for key in ["refs", "sources", "metrics"] {
        let value = match key {
            "sources" => sorted(&node[key]),
            _ => node[key].clone(),
        };
        add(key, value, node[key].as_array().is_none_or(Vec::is_empty));
    }
    for (key, value) in node["depends_on"].as_object().into_iter().flatten() {
        let empty = value.as_array().is_none_or(Vec::is_empty);
        add(&format!("depends_on.{key}"), sorted(value), empty);
    }
    let config = node["config"].as_object().into_iter().flatten();
    let changed: Map<String, Json> = config
        .filter(|(key, value)| plain["config"].get(*key).unwrap_or(&Json::Null) != *value)
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    add("config", changed.clone().into(), changed.is_empty());
    let name = node["name"].as_str().unwrap_or_default();
    let usual = plain["relation_name"].as_str().unwrap_or_default();
    let usual = usual.replace("plain_text", name);
    add(
        "relation_name",
        node["relation_name"].clone(),
        node["relation_name"] == usual,
    );
    found
}

fn sorted(list: &Json) -> Json {
    let mut items = list.as_array().cloned().unwrap_or_default();
    items.sort_by_key(Json::to_string);
    items.into()
}

fn differences(expected: &Map<String, Json>, found: &Map<String, Json>) -> Vec<String> {
    let keys = expected
        .keys()
        .chain(found.keys().filter(|key| !expected.contains_key(*key)));
    let differing = keys.filter(|key| expected.get(*key) != found.get(*key));
    let shown = |value: Option<&Json>| value.map_or("-".to_owned(), Json::to_string);
    differing
        .map(|key| {
            let (expected, found) = (shown(expected.get(key)), shown(found.get(key)));
            format!("{key}: expected {expected}\n{key}: found    {found}")
        })
        .collect()
}
