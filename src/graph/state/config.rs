//! Configurations as written.

use serde_json::{Map, Value as Json};

use super::Pair;
use super::equal::equal;
use crate::nodes::ResourceType;

/// What makes a data test another one.
const OF_TESTS: &[&str] = &[
    "severity",
    "where",
    "limit",
    "fail_calc",
    "warn_if",
    "error_if",
    "store_failures",
    "store_failures_as",
];

/// What is no configuration of its own: places are compared elsewhere, the rest builds nothing.
const NOT_OF_NODES: &[&str] = &["alias", "schema", "database", "tags", "group"];

/// Tells whether the configuration is the same.
pub(super) fn same(pair: &Pair<'_>) -> bool {
    match pair.resource.resource_type() {
        ResourceType::SemanticModel | ResourceType::SavedQuery => pair.same(&["config"]),
        ResourceType::Test => OF_TESTS.iter().all(|key| same_key(pair, key)),
        ResourceType::Source | ResourceType::Exposure => same_but(pair, &[]),
        ResourceType::Metric => same_but(pair, &["group"]),
        _ => same_but(pair, NOT_OF_NODES),
    }
}

/// Tells whether a key is written on both sides in the same way, or on none.
pub(super) fn same_key(pair: &Pair<'_>, key: &str) -> bool {
    match (written(&pair.new, key), written(pair.old, key)) {
        (Some(new), Some(old)) => equal(new, old),
        (None, None) => true,
        _ => false,
    }
}

fn same_but(pair: &Pair<'_>, without: &[&str]) -> bool {
    let keys = [&pair.new, pair.old].into_iter().filter_map(all_written);
    let mut keys = keys.flat_map(Map::keys);
    keys.all(|key| without.contains(&key.as_str()) || same_key(pair, key))
}

fn all_written(side: &Json) -> Option<&Map<String, Json>> {
    side.get("unrendered_config")?.as_object()
}

fn written<'a>(side: &'a Json, key: &str) -> Option<&'a Json> {
    all_written(side)?.get(key)
}
