//! `config.materialized:incremental`, `config.meta.owner:finance`: nodes and sources by a value of
//! their configuration.

use serde_json::Value;

use super::super::{Criteria, Scope};
use super::filter;
use crate::diagnostics::Diagnostic;
use crate::graph::Index;
use crate::nodes::{Config, Resource, ResourceType};

pub(super) fn search(scope: &Scope<'_>, criteria: &Criteria) -> Result<Vec<Index>, Diagnostic> {
    let wanted = criteria.value.as_str();
    let any_case = criteria.arguments == ["severity"];
    Ok(filter(scope, |it| {
        let found = match it {
            Resource::Node(node) if node.resource_type == ResourceType::Function => None,
            Resource::Exposure(_) | Resource::UnitTest(_) | Resource::Semantic(_) => None,
            it => descend(it.config(), &criteria.arguments),
        };
        match found {
            Some(Value::Array(values)) => values.iter().any(|it| equals(it, wanted, any_case)),
            Some(value) => equals(value, wanted, any_case),
            None => false,
        }
    }))
}

fn descend<'a>(config: &'a Config, path: &[String]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    // Hooks answer to both spellings.
    let value = config
        .get(first)
        .or_else(|| config.get(&first.replace('_', "-")))?;
    rest.iter().try_fold(value, |value, key| value.get(key))
}

fn equals(value: &Value, wanted: &str, any_case: bool) -> bool {
    match value {
        Value::String(text) if any_case => text.eq_ignore_ascii_case(wanted),
        Value::String(text) => text == wanted,
        Value::Bool(truth) => wanted.eq_ignore_ascii_case(&truth.to_string()),
        _ => false,
    }
}
