//! Entries of `semantic_models:`, `metrics:` and `saved_queries:`.

use std::collections::BTreeMap;

use super::reader::Reader;
use super::shape::{Absent, Field, GRAINS, Shape, take};
use crate::nodes::{Dict, ResourceType};
use crate::text::Location;
use crate::yaml::{Node, Value};

use Absent::{Is, Null, Wrong};
use Shape::{
    Bool, Computed, Expression, Filter, Integer, Meta, Named, NamedList, Number, Record, Records,
    Text, Texts, Window, Word,
};

/// A resource of the semantic layer as declared.
#[derive(Debug, Clone)]
pub(in crate::parse) struct SemanticDef {
    pub(in crate::parse) resource_type: ResourceType,
    pub(in crate::parse) name: String,
    pub(in crate::parse) location: Location,
    /// What the kind alone has, in the manifest's form.
    pub(in crate::parse) fields: Dict,
    /// Where `model` of a semantic model stands.
    pub(in crate::parse) model_location: Location,
    pub(in crate::parse) meta: Dict,
    pub(in crate::parse) tags: Vec<String>,
    pub(in crate::parse) config: Dict,
    /// The measures that are metrics, too (`create_metric: true`), by name.
    pub(in crate::parse) metrics_of_measures: Vec<String>,
    /// Where values stand, by JSON pointer.
    pub(in crate::parse) places: BTreeMap<String, Location>,
}

const NAME: Field = Field("name", Text, Wrong);
const DESCRIPTION: Field = Field("description", Text, Null);
const LABEL: Field = Field("label", Text, Null);
const EXPR: Field = Field("expr", Expression, Null);
const CONFIG: Field = Field("config", Meta, Is(r#"{"meta": {}}"#));
const METADATA: Field = Field("metadata", Computed, Null);

const AGGREGATIONS: &[&str] = &[
    "sum",
    "min",
    "max",
    "count_distinct",
    "sum_boolean",
    "average",
    "percentile",
    "median",
    "count",
];

const INPUT_MEASURE: &[Field] = &[
    NAME,
    Field("filter", Filter, Null),
    Field("alias", Text, Null),
    Field("join_to_timespine", Bool, Is("false")),
    Field("fill_nulls_with", Integer, Null),
];

const INPUT_METRIC: &[Field] = &[
    NAME,
    Field("filter", Filter, Null),
    Field("alias", Text, Null),
    Field("offset_window", Window, Null),
    Field("offset_to_grain", Text, Null),
];

const CONSTANT_PROPERTY: &[Field] = &[
    Field("base_property", Text, Wrong),
    Field("conversion_property", Text, Wrong),
];

const CONVERSION: &[Field] = &[
    Field("base_measure", Named(INPUT_MEASURE), Wrong),
    Field("conversion_measure", Named(INPUT_MEASURE), Wrong),
    Field("entity", Text, Wrong),
    Field(
        "calculation",
        Word(&["conversions", "conversion_rate"]),
        Is(r#""conversion_rate""#),
    ),
    Field("window", Window, Null),
    Field("constant_properties", Records(CONSTANT_PROPERTY), Null),
];

const CUMULATIVE: &[Field] = &[
    Field("window", Window, Null),
    Field("grain_to_date", Text, Null),
    Field(
        "period_agg",
        Word(&["first", "last", "average"]),
        Is(r#""first""#),
    ),
    Field("metric", Computed, Null),
];

const TYPE_PARAMS: &[Field] = &[
    Field("measure", Named(INPUT_MEASURE), Null),
    Field("input_measures", Computed, Is("[]")),
    Field("numerator", Named(INPUT_METRIC), Null),
    Field("denominator", Named(INPUT_METRIC), Null),
    EXPR,
    Field("window", Window, Null),
    Field("grain_to_date", Word(GRAINS), Null),
    Field("metrics", NamedList(INPUT_METRIC), Is("[]")),
    Field("conversion_type_params", Record(CONVERSION), Null),
    Field("cumulative_type_params", Record(CUMULATIVE), Null),
    Field("metric_aggregation_params", Computed, Null),
];

const METRIC: &[Field] = &[
    Field("description", Text, Is(r#""""#)),
    Field("label", Text, Wrong),
    Field(
        "type",
        Word(&["simple", "ratio", "cumulative", "derived", "conversion"]),
        Wrong,
    ),
    Field("type_params", Record(TYPE_PARAMS), Wrong),
    Field("filter", Filter, Null),
    METADATA,
    Field("time_granularity", Text, Null),
];

const DEFAULTS: &[Field] = &[Field("agg_time_dimension", Text, Null)];

const ENTITY: &[Field] = &[
    NAME,
    Field(
        "type",
        Word(&["foreign", "natural", "primary", "unique"]),
        Wrong,
    ),
    DESCRIPTION,
    LABEL,
    Field("role", Text, Null),
    EXPR,
    CONFIG,
];

const AGG_PARAMS: &[Field] = &[
    Field("percentile", Number, Null),
    Field("use_discrete_percentile", Bool, Is("false")),
    Field("use_approximate_percentile", Bool, Is("false")),
];

const NON_ADDITIVE_DIMENSION: &[Field] = &[
    NAME,
    Field("window_choice", Word(AGGREGATIONS), Wrong),
    Field("window_groupings", Texts, Is("[]")),
];

const MEASURE: &[Field] = &[
    NAME,
    Field("agg", Word(AGGREGATIONS), Wrong),
    DESCRIPTION,
    LABEL,
    Field("create_metric", Bool, Is("false")),
    EXPR,
    Field("agg_params", Record(AGG_PARAMS), Null),
    Field(
        "non_additive_dimension",
        Record(NON_ADDITIVE_DIMENSION),
        Null,
    ),
    Field("agg_time_dimension", Text, Null),
    CONFIG,
];

const VALIDITY: &[Field] = &[
    Field("is_start", Bool, Is("false")),
    Field("is_end", Bool, Is("false")),
];

const DIMENSION_PARAMS: &[Field] = &[
    Field("time_granularity", Word(GRAINS), Wrong),
    Field("validity_params", Record(VALIDITY), Null),
];

const DIMENSION: &[Field] = &[
    NAME,
    Field("type", Word(&["categorical", "time"]), Wrong),
    DESCRIPTION,
    LABEL,
    Field("is_partition", Bool, Is("false")),
    Field("type_params", Record(DIMENSION_PARAMS), Null),
    EXPR,
    METADATA,
    CONFIG,
];

const SEMANTIC_MODEL: &[Field] = &[
    Field("model", Text, Wrong),
    Field("node_relation", Computed, Null),
    DESCRIPTION,
    LABEL,
    Field("defaults", Record(DEFAULTS), Null),
    Field("entities", Records(ENTITY), Is("[]")),
    Field("measures", Records(MEASURE), Is("[]")),
    Field("dimensions", Records(DIMENSION), Is("[]")),
    METADATA,
    Field("primary_entity", Text, Null),
];

const QUERY_PARAMS: &[Field] = &[
    Field("metrics", Texts, Is("[]")),
    Field("group_by", Texts, Is("[]")),
    Field("where", Filter, Null),
    Field("order_by", Texts, Is("[]")),
    Field("limit", Integer, Null),
];

const EXPORT: &[Field] = &[NAME, Field("config", Shape::Dict, Is("{}"))];

const SAVED_QUERY: &[Field] = &[
    Field("query_params", Record(QUERY_PARAMS), Wrong),
    Field("exports", Records(EXPORT), Is("[]")),
    DESCRIPTION,
    LABEL,
    METADATA,
];

/// Reads one entry.
pub(super) fn read(reader: &mut Reader<'_>, kind: ResourceType) -> Option<SemanticDef> {
    let (name, location) = reader.take_name()?;
    if kind == ResourceType::Metric {
        check_name(reader, &name, location)?;
    }
    let mut places = BTreeMap::new();
    note_places(reader.node(), "", &mut places);
    let model_location = reader.take("model").map_or(location, |it| it.location);
    let fields = take(
        reader,
        match kind {
            ResourceType::SemanticModel => SEMANTIC_MODEL,
            ResourceType::Metric => METRIC,
            _ => SAVED_QUERY,
        },
    );
    let (mut meta, mut tags) = (Dict::new(), Vec::new());
    if kind == ResourceType::Metric {
        meta = reader.take_dict("meta");
    }
    if kind != ResourceType::SemanticModel {
        tags = reader.take_texts("tags");
    }
    let config = reader.take_dict("config");
    let mut fields = fields?;
    let metrics_of_measures = created_metrics(&mut fields);
    Some(SemanticDef {
        resource_type: kind,
        name,
        location,
        fields,
        model_location,
        meta,
        tags,
        config,
        metrics_of_measures,
        places,
    })
}

/// Notes where each value below a node stands.
fn note_places(node: &Node, pointer: &str, places: &mut BTreeMap<String, Location>) {
    let mut note = |key: &dyn std::fmt::Display, value: &Node| {
        let pointer = format!("{pointer}/{key}");
        note_places(value, &pointer, places);
        places.insert(pointer, value.location);
    };
    match &node.value {
        Value::Map(map) => map.iter().for_each(|it| {
            if let Some(key) = it.key.as_str() {
                note(&key, &it.value);
            }
        }),
        Value::Seq(items) => items.iter().enumerate().for_each(|(at, it)| note(&at, it)),
        _ => {}
    }
}

/// dbt's rules for the name of a metric.
fn check_name(reader: &mut Reader<'_>, name: &str, location: Location) -> Option<()> {
    let plain = |it: char| it.is_alphanumeric() || it == '_';
    let good = name.starts_with(|it: char| it.is_ascii_alphabetic())
        && name.chars().all(plain)
        && name.chars().count() <= 250;
    if !good {
        let message = format!("`{name}` is not a name for a metric");
        let help = "begin with a letter; go on with letters, digits and `_`, 250 at the most";
        reader.error(location, message, help);
    }
    good.then_some(())
}

/// Takes `create_metric` of the measures out; the manifest always says false.
fn created_metrics(fields: &mut Dict) -> Vec<String> {
    let measures = fields.get_mut("measures").and_then(|it| it.as_array_mut());
    let mut names = Vec::new();
    for measure in measures.into_iter().flatten() {
        if measure["create_metric"] == true {
            measure["create_metric"] = false.into();
            names.extend(measure["name"].as_str().map(str::to_owned));
        }
    }
    names
}
