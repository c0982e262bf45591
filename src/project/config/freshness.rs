//! The `freshness` of models and sources in dbt's form.

use serde_json::{Value, json};

use crate::nodes::Dict;

const PERIODS: &[&str] = &["minute", "hour", "day"];

/// Reads a model's `freshness`; without `build_after` there is none.
pub(super) fn model(value: Value) -> Result<Value, String> {
    let Some(given) = value.as_object().and_then(|it| it.get("build_after")) else {
        return Ok(Value::Null);
    };
    let given = given
        .as_object()
        .ok_or("a dictionary with `build_after: {count, period}`")?;
    let (count, period) = (count(given)?, word(given, "period", PERIODS)?);
    if count.is_null() != period.is_null() {
        return Err("`build_after` with both `count` and `period`".to_owned());
    }
    let updates_on = match word(given, "updates_on", &["all", "any"])? {
        Value::Null => json!("any"),
        word => word,
    };
    Ok(json!({"build_after": {"count": count, "period": period, "updates_on": updates_on}}))
}

/// Brings a source's `freshness` into dbt's form, with all of its keys; the error says what it has
/// to be.
pub fn source_freshness(value: Value) -> Result<Value, String> {
    let wrong = "a dictionary with `warn_after`, `error_after` and `filter`";
    let given = match value {
        Value::Null => return Ok(Value::Null),
        Value::Object(given) => given,
        _ => return Err(wrong.to_owned()),
    };
    let filter = given.get("filter").cloned().unwrap_or(Value::Null);
    if !filter.is_null() && !filter.is_string() {
        return Err(wrong.to_owned());
    }
    let (warn, error) = (
        threshold(&given, "warn_after")?,
        threshold(&given, "error_after")?,
    );
    Ok(json!({"warn_after": warn, "error_after": error, "filter": filter}))
}

fn threshold(given: &Dict, key: &str) -> Result<Value, String> {
    match given.get(key) {
        None => Ok(json!({"count": null, "period": null})),
        Some(Value::Null) => Ok(Value::Null),
        Some(Value::Object(time)) => {
            Ok(json!({"count": count(time)?, "period": word(time, "period", PERIODS)?}))
        }
        Some(_) => Err(format!("`{key}` with `count` and `period`")),
    }
}

fn count(given: &Dict) -> Result<Value, String> {
    match given.get("count") {
        None | Some(Value::Null) => Ok(Value::Null),
        Some(Value::Number(number)) if number.is_i64() => Ok(json!(number)),
        Some(Value::String(text)) if text.trim().parse::<i64>().is_ok() => {
            Ok(json!(text.trim().parse::<i64>().unwrap_or_default()))
        }
        Some(_) => Err("`count` as a whole number".to_owned()),
    }
}

fn word(given: &Dict, key: &str, words: &[&str]) -> Result<Value, String> {
    match given.get(key) {
        None | Some(Value::Null) => Ok(Value::Null),
        Some(Value::String(word)) if words.contains(&word.as_str()) => Ok(json!(word)),
        Some(_) => Err(format!("`{key}` as one of {}", words.join(", "))),
    }
}
