//! What the settings that guard the writes of an incremental model need; dbt knows none of them.

use serde_json::Value;

use super::check::Incomplete;
use crate::nodes::Config;

const ABSENT: &[&str] = &["ignore", "delete", "soft_delete"];
/// Configurations of a merge that say the same in other words.
const MERGES: &[&str] = &[
    "merge_clauses",
    "merge_update_condition",
    "merge_insert_condition",
    "merge_update_set_expressions",
    "merge_on_using_columns",
    "merge_returning_columns",
];

/// Finds the first thing that an incremental model with a guarded write lacks or has too much.
pub fn check_writes(config: &Config, language: &str) -> Option<Incomplete> {
    let set = |key: &str| config.get(key).filter(|it| is_given(it));
    let strategy = config.str("incremental_strategy").unwrap_or("default");
    if strategy == "microbatch" {
        return None;
    }
    let absent = match config.get("when_not_matched_by_source") {
        None | Some(Value::Null) => "ignore",
        Some(Value::String(word)) if ABSENT.contains(&word.as_str()) => word.as_str(),
        Some(other) => {
            let message = format!(
                "`when_not_matched_by_source` must be `ignore`, `delete` or `soft_delete`, not {}",
                shown(other)
            );
            let help = "write one of the three words";
            return Some(Incomplete::new("when_not_matched_by_source", message, help));
        }
    };
    let versions = strategy == "scd2";
    let guard = match () {
        () if set("updated_at").is_some() => "updated_at",
        () if set("deduplicate").is_some() => "deduplicate",
        () if absent != "ignore" => "when_not_matched_by_source",
        () if set("batch_id_column").is_some() => "batch_id_column",
        () if versions => "incremental_strategy",
        () => return None,
    };
    if language == "python" {
        let message = format!("`{guard}` is for models in SQL");
        let help = "write the model in SQL, or let a model in SQL read this one";
        return Some(Incomplete::new(guard, message, help));
    }
    for key in ["updated_at", "deduplicate"] {
        let value = set(key).filter(|it| key != "deduplicate" || !it.is_boolean());
        if value.is_some_and(|it| !names_columns(it)) {
            let message = format!("`{key}` must be a column or a list of columns");
            let help = "write the name of a column, such as `updated_at`";
            return Some(Incomplete::new(key, message, help));
        }
    }
    if versions && set("updated_at").is_none() {
        let message = "the strategy `scd2` needs `updated_at`";
        let help = "set `updated_at` to the column with the time of a row's last change";
        return Some(Incomplete::new("updated_at", message, help));
    }
    if guard != "batch_id_column" && set("unique_key").is_none() {
        let message = match versions {
            true => "the strategy `scd2` needs `unique_key`".to_owned(),
            false => format!("`{guard}` needs `unique_key`"),
        };
        let help = "set `unique_key` to the column, or the list of columns, that tells rows apart";
        return Some(Incomplete::new("unique_key", message, help));
    }
    if strategy != "append" && set("batch_id_column").is_some() {
        let message = "`batch_id_column` is for the strategy `append`";
        let help = "remove it, or set `incremental_strategy` to `append`";
        return Some(Incomplete::new("batch_id_column", message, help));
    }
    if absent != "ignore" && ["append", "insert_overwrite"].contains(&strategy) {
        let message = format!("the strategy `{strategy}` has no `when_not_matched_by_source`");
        let help = "remove it, or set `incremental_strategy` to `merge`";
        return Some(Incomplete::new("when_not_matched_by_source", message, help));
    }
    let predicates = set("predicates").or_else(|| set("incremental_predicates"));
    let reads_source = predicates.is_some_and(|it| it.to_string().contains("DBT_INTERNAL_SOURCE"));
    if absent != "ignore" && reads_source {
        let message = "with `when_not_matched_by_source`, `incremental_predicates` are about rows of \
                       the table alone";
        let help = "write them with `DBT_INTERNAL_DEST`";
        return Some(Incomplete::new("incremental_predicates", message, help));
    }
    let twice = MERGES.iter().find(|key| set(key).is_some());
    twice.map(|key| {
        let message = format!("`{guard}` and `{key}` both say what a merge does");
        Incomplete::new(key, message, "remove one of them")
    })
}

fn is_given(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => true,
    }
}

fn names_columns(value: &Value) -> bool {
    match value {
        Value::String(_) => true,
        Value::Array(items) => items.iter().all(Value::is_string),
        _ => false,
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}
