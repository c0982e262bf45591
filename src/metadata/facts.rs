//! What is said of an object beyond what dbt has a word for: in its `meta`, in its configuration, or in words that mean it.

use serde_json::Value as Json;

use crate::nodes::{Resource, Source};

/// Says why an object is there: `meta: {purpose: …}`.
pub fn purpose(of: Resource<'_>) -> Option<String> {
    said(of, "purpose").or_else(|| said(of, "why"))
}

/// Says which system an object comes from: `meta: {source: …}`, or of a source its `loader`.
pub fn origin(of: Resource<'_>) -> Option<String> {
    let loader = || match of {
        Resource::Source(it) => Some(it.loader.clone()).filter(|it| !it.trim().is_empty()),
        _ => None,
    };
    let named = said(of, "source").or_else(|| said(of, "system"));
    named.or_else(loader)
}

/// Says when an object is made anew: `meta: {refresh: …}`, or the freshness that is asked of it.
pub fn refresh(of: Resource<'_>) -> Option<String> {
    said(of, "refresh").or_else(|| match of {
        Resource::Source(source) => freshness(source),
        Resource::Node(node) => {
            let after = node.config.dict("freshness")?.get("build_after")?;
            Some(format!("built after {}", span(after)?))
        }
        _ => None,
    })
}

/// Returns what the nearest `meta` says under a key, else what the configuration says.
pub fn said(of: Resource<'_>, key: &str) -> Option<String> {
    let metas = of.metas().into_iter().filter_map(|it| it.get(key));
    let mut all = metas.chain(of.config().get(key));
    all.find_map(words)
}

fn words(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.trim().to_owned()).filter(|it| !it.is_empty()),
        Json::Number(number) => Some(number.to_string()),
        Json::Array(all) => {
            let all: Vec<String> = all.iter().filter_map(words).collect();
            Some(all.join(", ")).filter(|it| !it.is_empty())
        }
        _ => None,
    }
}

fn freshness(source: &Source) -> Option<String> {
    let rules = [("warn_after", "warned of"), ("error_after", "refused")];
    let freshness = source.freshness.as_ref()?;
    let limits = rules.into_iter().filter_map(|(rule, said)| {
        source.freshness_limit(rule)?;
        Some(format!("{said} after {}", span(freshness.get(rule)?)?))
    });
    let limits: Vec<String> = limits.collect();
    Some(limits.join(", ")).filter(|it| !it.is_empty())
}

/// Writes `{count: 12, period: hour}` for people.
fn span(rule: &Json) -> Option<String> {
    let count = rule.get("count")?.as_i64()?;
    let period = rule.get("period")?.as_str()?;
    let plural = if count == 1 { "" } else { "s" };
    Some(format!("{count} {period}{plural}"))
}
