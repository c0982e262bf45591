//! `semantic_manifest.json`: the semantic layer in the form of dbt-semantic-interfaces, whose
//! objects have fewer keys than those of the manifest, and another order.

use serde_json::{Map, Value as Json, json};

use crate::nodes::{Node, ResourceType, Resources, Semantic};

/// The version of dbt-semantic-interfaces whose form it is: major, minor, patch.
const VERSION: [&str; 3] = ["0", "9", "0"];
/// The model that is a time spine without being declared as one.
const LEGACY_TIME_SPINE: &str = "metricflow_time_spine";

/// A key of an object, and what lies below it.
enum Key {
    /// As it is.
    Is(&'static str),
    /// An object or null.
    Object(&'static str, &'static [Key]),
    /// A list of objects, or null.
    Objects(&'static str, &'static [Key]),
}

use Key::{Is, Object, Objects};

const CONFIG: Key = Object("config", &[Is("meta")]);

const ENTITY: &[Key] = &[
    Is("name"),
    Is("description"),
    Is("type"),
    Is("role"),
    Is("expr"),
    Is("metadata"),
    Is("label"),
    CONFIG,
];

const MEASURE: &[Key] = &[
    Is("name"),
    Is("agg"),
    Is("description"),
    Is("create_metric"),
    Is("expr"),
    Is("agg_params"),
    Is("metadata"),
    Is("non_additive_dimension"),
    Is("agg_time_dimension"),
    Is("label"),
    CONFIG,
];

const DIMENSION: &[Key] = &[
    Is("name"),
    Is("description"),
    Is("type"),
    Is("is_partition"),
    Is("type_params"),
    Is("expr"),
    Is("metadata"),
    Is("label"),
    CONFIG,
];

const SEMANTIC_MODEL: &[Key] = &[
    Is("name"),
    Is("defaults"),
    Is("description"),
    Is("node_relation"),
    Is("primary_entity"),
    Objects("entities", ENTITY),
    Objects("measures", MEASURE),
    Objects("dimensions", DIMENSION),
    Is("label"),
    Is("metadata"),
    CONFIG,
];

const TYPE_PARAMS: &[Key] = &[
    Is("measure"),
    Is("numerator"),
    Is("denominator"),
    Is("expr"),
    Is("window"),
    Is("grain_to_date"),
    Is("metrics"),
    Is("conversion_type_params"),
    Object(
        "cumulative_type_params",
        &[Is("window"), Is("grain_to_date"), Is("period_agg")],
    ),
    Is("input_measures"),
];

const METRIC: &[Key] = &[
    Is("name"),
    Is("description"),
    Is("type"),
    Object("type_params", TYPE_PARAMS),
    Is("filter"),
    Is("metadata"),
    Is("label"),
    CONFIG,
    Is("time_granularity"),
];

const QUERY_PARAMS: &[Key] = &[
    Is("metrics"),
    Is("group_by"),
    Is("order_by"),
    Is("limit"),
    Is("where"),
];

const EXPORT: &[Key] = &[
    Is("name"),
    Object("config", &[Is("export_as"), Is("schema_name"), Is("alias")]),
];

const SAVED_QUERY: &[Key] = &[
    Is("name"),
    Object("query_params", QUERY_PARAMS),
    Is("description"),
    Is("metadata"),
    Is("label"),
    Objects("exports", EXPORT),
    Is("tags"),
];

/// Makes the file.
pub fn semantic_manifest(resources: &Resources) -> Json {
    let all = |kind: ResourceType, keys: &'static [Key]| -> Vec<Json> {
        let each = resources.semantic_of(kind);
        each.map(|(_, it)| picked(&whole(it), keys)).collect()
    };
    json!({
        "semantic_models": all(ResourceType::SemanticModel, SEMANTIC_MODEL),
        "metrics": all(ResourceType::Metric, METRIC).into_iter().map(lowered).collect::<Vec<_>>(),
        "project_configuration": project_configuration(resources),
        "saved_queries": all(ResourceType::SavedQuery, SAVED_QUERY),
    })
}

fn whole(it: &Semantic) -> Json {
    serde_json::to_value(it).unwrap_or_default()
}

/// Writes units of time of a metric in lower case, which may be written as one likes.
fn lowered(mut metric: Json) -> Json {
    let lower = |unit: &mut Json| {
        if let Some(text) = unit.as_str() {
            *unit = text.to_lowercase().into();
        }
    };
    if let Some(unit) = metric.pointer_mut("/type_params/cumulative_type_params/grain_to_date") {
        lower(unit);
    }
    let inputs = metric.pointer_mut("/type_params/metrics");
    for input in inputs.and_then(Json::as_array_mut).into_iter().flatten() {
        if let Some(unit) = input.get_mut("offset_to_grain") {
            lower(unit);
        }
    }
    metric
}

fn picked(value: &Json, keys: &[Key]) -> Json {
    let Some(value) = value.as_object() else {
        return Json::Null;
    };
    let field = |key: &str| value.get(key).cloned().unwrap_or_default();
    let pair = |key: &Key| match key {
        Is(key) => ((*key).to_owned(), field(key)),
        Object(key, keys) => ((*key).to_owned(), picked(&field(key), keys)),
        Objects(key, keys) => {
            let items = field(key);
            let items = items.as_array().map(|items| {
                let items = items.iter().map(|item| picked(item, keys));
                items.collect::<Vec<_>>()
            });
            ((*key).to_owned(), json!(items))
        }
    };
    Json::Object(keys.iter().map(pair).collect::<Map<_, _>>())
}

fn project_configuration(resources: &Resources) -> Json {
    let [major, minor, patch] = VERSION;
    let spines = resources.nodes.values().filter_map(|it| time_spine(it));
    json!({
        "time_spine_table_configurations": legacy_time_spines(resources),
        "metadata": null,
        "dsi_package_version": {
            "major_version": major, "minor_version": minor, "patch_version": patch,
        },
        "time_spines": spines.collect::<Vec<_>>(),
    })
}

fn time_spine(node: &Node) -> Option<Json> {
    let spine = node.as_model()?.time_spine.as_ref()?;
    let name = spine.get("standard_granularity_column")?;
    let column = node.columns.get(name.as_str()?)?;
    Some(json!({
        "node_relation": {
            "alias": node.alias, "schema_name": node.schema, "database": node.database,
            "relation_name": node.relation_name,
        },
        "primary_column": {"name": name, "time_granularity": column.granularity},
        "custom_granularities": spine.get("custom_granularities"),
    }))
}

/// The model of dbt's older convention, where it is not declared as a time spine.
fn legacy_time_spines(resources: &Resources) -> Vec<Json> {
    let any = resources.semantic_of(ResourceType::SemanticModel).next();
    let mut nodes = resources.nodes.values();
    let legacy = any.and_then(|_| nodes.find(|it| is_legacy_time_spine(it)));
    legacy
        .map(|it| json!({"location": it.relation_name, "column_name": "date_day", "grain": "day"}))
        .into_iter()
        .collect()
}

/// Tells whether a model is a time spine by its name alone.
pub fn is_legacy_time_spine(node: &Node) -> bool {
    node.name == LEGACY_TIME_SPINE && node.as_model().is_some_and(|it| it.time_spine.is_none())
}
