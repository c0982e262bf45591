//! Sources, exposures and the semantic layer.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::equal::equal;
use super::{Pair, Rules, config};
use crate::nodes::ResourceType;

/// Tells whether a source is the same.
pub(super) fn same_source(pair: &Pair<'_>, rules: Rules) -> bool {
    same_source_place(pair, rules)
        && config::same(pair)
        && pair.same(&["fqn", "quoting", "freshness", "loaded_at_field", "external"])
}

/// Tells whether a source stands for the same table.
pub(super) fn same_source_place(pair: &Pair<'_>, rules: Rules) -> bool {
    let place = match rules.unrendered_places {
        true => ["unrendered_database", "unrendered_schema"],
        false => ["database", "schema"],
    };
    pair.same(&place) && pair.same(&["identifier"])
}

/// Tells whether an exposure is the same.
pub(super) fn same_exposure(pair: &Pair<'_>) -> bool {
    const KEYS: &[&str] = &[
        "fqn",
        "type",
        "owner",
        "maturity",
        "url",
        "description",
        "label",
    ];
    fn needs(side: &Json) -> BTreeSet<&str> {
        let nodes = side["depends_on"]["nodes"].as_array();
        nodes
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .collect()
    }
    pair.same(KEYS) && needs(&pair.new) == needs(pair.old) && config::same(pair)
}

/// Tells whether a semantic model, metric or saved query is the same. dbt does not look at a
/// metric's filter and parameters.
pub(super) fn same_semantic(pair: &Pair<'_>) -> bool {
    match pair.resource.resource_type() {
        ResourceType::SemanticModel => pair.same(&[
            "model",
            "description",
            "defaults",
            "entities",
            "dimensions",
            "measures",
            "config",
            "primary_entity",
            "group",
        ]),
        ResourceType::Metric => pair.same(&["type", "description", "label"]) && config::same(pair),
        _ => {
            let asked = |side: &Json| side["query_params"].clone();
            equal(&asked(&pair.new), &asked(pair.old))
                && pair.same(&["description", "label", "config", "group", "tags"])
                && same_exports(&pair.new["exports"], &pair.old["exports"])
        }
    }
}

fn same_exports(new: &Json, old: &Json) -> bool {
    const KEYS: [&str; 3] = ["export_as", "schema", "alias"];
    let list = |it: &Json| it.as_array().cloned().unwrap_or_default();
    let (new, old) = (list(new), list(old));
    let written = |it: &Json, key: &str| it["unrendered_config"][key].clone();
    new.len() == old.len()
        && new.iter().zip(&old).all(|(new, old)| {
            let mut keys = KEYS.iter();
            new["name"] == old["name"] && keys.all(|key| written(new, key) == written(old, key))
        })
}
