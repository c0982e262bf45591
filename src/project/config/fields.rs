//! What dbt knows about each key of a configuration: its kind, its default, how it is merged.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::nodes::{Dict, ResourceType};

/// How a nearer value joins a farther one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Merge {
    /// It replaces it.
    Clobber,
    /// Lists are joined, the farther one first.
    Append,
    /// Dictionaries are joined, the nearer one wins.
    Update,
    /// As `Update`, but every value is a list, and `+key` joins the lists.
    KeyAppend,
}

/// What a value has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Anything.
    Any,
    Bool,
    OptionalBool,
    Text,
    OptionalText,
    /// Text, where YAML's `on` and `off` mean the words.
    OptionalSwitch,
    OptionalInteger,
    Dict,
    /// A list of texts.
    Texts,
    /// A text, a list of texts or nothing.
    OptionalTextOrTexts,
    /// One of these words.
    Word(&'static [&'static str]),
    /// One of these words, or nothing.
    OptionalWord(&'static [&'static str]),
    /// `warn` or `error`, in any case.
    Severity,
    /// Hooks: texts or dictionaries with `sql`.
    Hooks,
    /// A dictionary of which only these keys are kept.
    Record(&'static [Field]),
    /// When a model is stale.
    ModelFreshness,
    /// When a source is stale.
    SourceFreshness,
    /// This word, which it is by default already.
    Fixed(&'static str),
}

/// One key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) merge: Merge,
    /// The default as JSON.
    pub(super) default: &'static str,
}

const fn field(name: &'static str, kind: Kind, merge: Merge, default: &'static str) -> Field {
    Field {
        name,
        kind,
        merge,
        default,
    }
}

use Merge::{Append, Clobber, KeyAppend, Update};

const DOCS: &[Field] = &[
    field("show", Kind::Bool, Clobber, "true"),
    field("node_color", Kind::OptionalText, Clobber, "null"),
];

const CONTRACT: &[Field] = &[
    field("enforced", Kind::Bool, Clobber, "false"),
    field("alias_types", Kind::Bool, Clobber, "true"),
];

const SNAPSHOT_COLUMNS: &[Field] = &[
    field("dbt_valid_to", Kind::OptionalText, Clobber, "null"),
    field("dbt_valid_from", Kind::OptionalText, Clobber, "null"),
    field("dbt_scd_id", Kind::OptionalText, Clobber, "null"),
    field("dbt_updated_at", Kind::OptionalText, Clobber, "null"),
    field("dbt_is_deleted", Kind::OptionalText, Clobber, "null"),
];

/// Keys of nodes and data tests.
const NODE_AND_TEST: &[Field] = &[
    field("enabled", Kind::Bool, Clobber, "true"),
    field("alias", Kind::OptionalText, Clobber, "null"),
    field("schema", Kind::OptionalText, Clobber, "null"),
    field("database", Kind::OptionalText, Clobber, "null"),
    field("tags", Kind::Texts, Append, "[]"),
    field("meta", Kind::Dict, Update, "{}"),
    field("group", Kind::OptionalText, Clobber, "null"),
    field("static_analysis", Kind::OptionalSwitch, Clobber, "null"),
];

/// Further keys of models, seeds, snapshots, analyses and hooks.
const NODE: &[Field] = &[
    field("materialized", Kind::Text, Clobber, r#""view""#),
    field("incremental_strategy", Kind::OptionalText, Clobber, "null"),
    field("batch_size", Kind::Any, Clobber, "null"),
    field("lookback", Kind::Any, Clobber, "1"),
    field("begin", Kind::Any, Clobber, "null"),
    field("persist_docs", Kind::Dict, Clobber, "{}"),
    field("post-hook", Kind::Hooks, Append, "[]"),
    field("pre-hook", Kind::Hooks, Append, "[]"),
    field("quoting", Kind::Dict, Update, "{}"),
    field("column_types", Kind::Dict, Update, "{}"),
    field("full_refresh", Kind::OptionalBool, Clobber, "null"),
    field("unique_key", Kind::OptionalTextOrTexts, Clobber, "null"),
    field(
        "on_schema_change",
        Kind::OptionalText,
        Clobber,
        r#""ignore""#,
    ),
    field(
        "on_configuration_change",
        Kind::Word(&["apply", "continue", "fail"]),
        Clobber,
        r#""apply""#,
    ),
    field("grants", Kind::Dict, KeyAppend, "{}"),
    field("packages", Kind::Texts, Append, "[]"),
    field(
        "docs",
        Kind::Record(DOCS),
        Update,
        r#"{"show": true, "node_color": null}"#,
    ),
    field(
        "contract",
        Kind::Record(CONTRACT),
        Update,
        r#"{"enforced": false, "alias_types": true}"#,
    ),
    field("event_time", Kind::Any, Clobber, "null"),
    field("concurrent_batches", Kind::Any, Clobber, "null"),
];

const MODEL: &[Field] = &[
    field(
        "access",
        Kind::Word(&["private", "protected", "public"]),
        Clobber,
        r#""protected""#,
    ),
    field("freshness", Kind::ModelFreshness, Clobber, "null"),
];

const FUNCTION: &[Field] = &[
    field("materialized", Kind::Text, Clobber, r#""function""#),
    field(
        "type",
        Kind::Word(&["scalar", "aggregate", "table"]),
        Clobber,
        r#""scalar""#,
    ),
    field(
        "volatility",
        Kind::OptionalWord(&["deterministic", "stable", "non-deterministic"]),
        Clobber,
        "null",
    ),
    field("runtime_version", Kind::OptionalText, Clobber, "null"),
    field("entry_point", Kind::OptionalText, Clobber, "null"),
];

const SEED: &[Field] = &[
    field("materialized", Kind::Fixed("seed"), Clobber, r#""seed""#),
    field("delimiter", Kind::Text, Clobber, r#"",""#),
    field("quote_columns", Kind::OptionalBool, Clobber, "null"),
];

const SNAPSHOT: &[Field] = &[
    field("materialized", Kind::Text, Clobber, r#""snapshot""#),
    field("strategy", Kind::OptionalText, Clobber, "null"),
    field("target_schema", Kind::OptionalText, Clobber, "null"),
    field("target_database", Kind::OptionalText, Clobber, "null"),
    field("updated_at", Kind::OptionalText, Clobber, "null"),
    field("check_cols", Kind::OptionalTextOrTexts, Clobber, "null"),
    field(
        "snapshot_meta_column_names",
        Kind::Record(SNAPSHOT_COLUMNS),
        Clobber,
        r#"{"dbt_valid_to": null, "dbt_valid_from": null, "dbt_scd_id": null,
            "dbt_updated_at": null, "dbt_is_deleted": null}"#,
    ),
    field("dbt_valid_to_current", Kind::OptionalText, Clobber, "null"),
];

const TEST: &[Field] = &[
    field(
        "schema",
        Kind::OptionalText,
        Clobber,
        r#""dbt_test__audit""#,
    ),
    field("materialized", Kind::Fixed("test"), Clobber, r#""test""#),
    field("severity", Kind::Severity, Clobber, r#""ERROR""#),
    field("store_failures", Kind::OptionalBool, Clobber, "null"),
    field("store_failures_as", Kind::OptionalText, Clobber, "null"),
    field("where", Kind::OptionalText, Clobber, "null"),
    field("limit", Kind::OptionalInteger, Clobber, "null"),
    field("fail_calc", Kind::Text, Clobber, r#""count(*)""#),
    field("warn_if", Kind::Text, Clobber, r#""!= 0""#),
    field("error_if", Kind::Text, Clobber, r#""!= 0""#),
];

const SOURCE: &[Field] = &[
    field("enabled", Kind::Bool, Clobber, "true"),
    field("event_time", Kind::Any, Clobber, "null"),
    field(
        "freshness",
        Kind::SourceFreshness,
        Clobber,
        r#"{"warn_after": {"count": null, "period": null},
            "error_after": {"count": null, "period": null}, "filter": null}"#,
    ),
    field("loaded_at_field", Kind::OptionalText, Clobber, "null"),
    field("loaded_at_query", Kind::OptionalText, Clobber, "null"),
    field("meta", Kind::Dict, Update, "{}"),
    field("tags", Kind::Texts, Clobber, "[]"),
    field("static_analysis", Kind::OptionalSwitch, Clobber, "null"),
];

const EXPOSURE: &[Field] = &[
    field("enabled", Kind::Bool, Clobber, "true"),
    field("tags", Kind::Texts, Clobber, "[]"),
    field("meta", Kind::Dict, Clobber, "{}"),
];

/// Keys of semantic models and metrics.
const SEMANTIC: &[Field] = &[
    field("enabled", Kind::Bool, Clobber, "true"),
    field("group", Kind::OptionalText, Clobber, "null"),
    field("meta", Kind::Dict, Update, "{}"),
];

const CACHE: &[Field] = &[field("enabled", Kind::Bool, Clobber, "false")];

/// Further keys of saved queries.
const SAVED_QUERY: &[Field] = &[
    field("export_as", Kind::OptionalText, Clobber, "null"),
    field("schema", Kind::OptionalText, Clobber, "null"),
    field(
        "cache",
        Kind::Record(CACHE),
        Clobber,
        r#"{"enabled": false}"#,
    ),
];

const UNIT_TEST: &[Field] = &[
    field("tags", Kind::Texts, Append, "[]"),
    field("meta", Kind::Dict, Update, "{}"),
    field("enabled", Kind::Bool, Clobber, "true"),
    field("static_analysis", Kind::OptionalSwitch, Clobber, "null"),
];

const GROUP: &[Field] = &[field("meta", Kind::Dict, Update, "{}")];

/// The keys of one resource type and their defaults.
pub(super) struct Fields {
    all: Vec<Field>,
    defaults: Dict,
}

impl Fields {
    /// Joins lists; a later field replaces an earlier one of its name in place.
    fn new(lists: &[&[Field]]) -> Self {
        let mut all: Vec<Field> = Vec::new();
        for field in lists.iter().copied().flatten() {
            match all.iter_mut().find(|it| it.name == field.name) {
                Some(earlier) => *earlier = *field,
                None => all.push(*field),
            }
        }
        let default = |field: &Field| serde_json::from_str(field.default).unwrap_or(Value::Null);
        let defaults = all
            .iter()
            .map(|it| (it.name.to_owned(), default(it)))
            .collect();
        Self { all, defaults }
    }

    /// Returns the keys with their kinds for a resource type.
    pub(super) fn of(resource_type: ResourceType) -> &'static Self {
        static MODELS: LazyLock<Fields> =
            LazyLock::new(|| Fields::new(&[NODE_AND_TEST, NODE, MODEL]));
        static SEEDS: LazyLock<Fields> =
            LazyLock::new(|| Fields::new(&[NODE_AND_TEST, NODE, SEED]));
        static SNAPSHOTS: LazyLock<Fields> =
            LazyLock::new(|| Fields::new(&[NODE_AND_TEST, NODE, SNAPSHOT]));
        static FUNCTIONS: LazyLock<Fields> =
            LazyLock::new(|| Fields::new(&[NODE_AND_TEST, NODE, FUNCTION]));
        static TESTS: LazyLock<Fields> = LazyLock::new(|| Fields::new(&[NODE_AND_TEST, TEST]));
        static SOURCES: LazyLock<Fields> = LazyLock::new(|| Fields::new(&[SOURCE]));
        static EXPOSURES: LazyLock<Fields> = LazyLock::new(|| Fields::new(&[EXPOSURE]));
        static UNIT_TESTS: LazyLock<Fields> = LazyLock::new(|| Fields::new(&[UNIT_TEST]));
        static SEMANTICS: LazyLock<Fields> = LazyLock::new(|| Fields::new(&[SEMANTIC]));
        static SAVED_QUERIES: LazyLock<Fields> =
            LazyLock::new(|| Fields::new(&[SEMANTIC, SAVED_QUERY]));
        static GROUPS: LazyLock<Fields> = LazyLock::new(|| Fields::new(&[GROUP]));
        static OTHERS: LazyLock<Fields> = LazyLock::new(|| Fields::new(&[NODE_AND_TEST, NODE]));
        match resource_type {
            ResourceType::Model => &MODELS,
            ResourceType::Seed => &SEEDS,
            ResourceType::Snapshot => &SNAPSHOTS,
            ResourceType::Function => &FUNCTIONS,
            ResourceType::Test => &TESTS,
            ResourceType::Source => &SOURCES,
            ResourceType::Exposure => &EXPOSURES,
            ResourceType::UnitTest => &UNIT_TESTS,
            ResourceType::SemanticModel | ResourceType::Metric => &SEMANTICS,
            ResourceType::SavedQuery => &SAVED_QUERIES,
            ResourceType::Group => &GROUPS,
            _ => &OTHERS,
        }
    }

    /// Finds a key.
    pub(super) fn get(&self, name: &str) -> Option<&Field> {
        self.all.iter().find(|it| it.name == name)
    }

    /// Lists the keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Field> {
        self.all.iter()
    }
}

/// Returns the configuration of a resource for which nothing is set.
pub fn defaults(resource_type: ResourceType) -> &'static Dict {
    &Fields::of(resource_type).defaults
}

/// Fills a record's missing keys with their defaults and drops unknown ones.
pub(super) fn record(fields: &[Field], given: &Dict) -> Value {
    let default = |field: &Field| serde_json::from_str(field.default).unwrap_or(json!(null));
    let value = |field: &Field| {
        given
            .get(field.name)
            .cloned()
            .unwrap_or_else(|| default(field))
    };
    Value::Object(
        fields
            .iter()
            .map(|it| (it.name.to_owned(), value(it)))
            .collect(),
    )
}
