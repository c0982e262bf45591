//! One key's value from two places → one value.

use serde_json::{Map, Value, json};

use super::fields::{Field, Kind, Merge, record};
use super::freshness;
use crate::nodes::Dict;

/// Joins a nearer value to a farther one and brings it into dbt's form; the error says what the
/// value has to be.
pub(super) fn merge(field: &Field, before: &Value, new: &Value) -> Result<Value, String> {
    let joined = match field.merge {
        Merge::Clobber => new.clone(),
        Merge::Append => Value::Array([listed(before), listed(new)].concat()),
        Merge::Update => {
            let mut joined = dict(before)?.clone();
            joined.extend(dict(new)?.clone());
            Value::Object(joined)
        }
        Merge::KeyAppend => Value::Object(append_by_key(dict(before)?, dict(new)?)),
    };
    normalize(field, joined)
}

/// Joins the arguments of a further `config()` call of one file to those before, as dbt does
/// before it knows the resource type.
pub fn merge_call(all: &mut Dict, call: &Dict) {
    for (key, new) in call {
        let before = all.get(key);
        let joined = match key.as_str() {
            "pre-hook" | "pre_hook" | "post-hook" | "post_hook" | "tags" | "packages" => {
                before.map(|before| Value::Array([listed(before), listed(new)].concat()))
            }
            "quoting"
            | "column_types"
            | "meta"
            | "docs"
            | "contract"
            | "snapshot_meta_column_names" => {
                before.and_then(Value::as_object).and_then(|before| {
                    let mut joined = before.clone();
                    joined.extend(new.as_object()?.clone());
                    Some(Value::Object(joined))
                })
            }
            "grants" => before
                .and_then(Value::as_object)
                .and_then(|before| Some(Value::Object(append_kept(before, new.as_object()?)))),
            _ => None,
        };
        all.insert(key.clone(), joined.unwrap_or_else(|| new.clone()));
    }
}

fn listed(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        one => vec![one.clone()],
    }
}

fn dict(value: &Value) -> Result<&Dict, String> {
    value.as_object().ok_or_else(|| "a dictionary".to_owned())
}

/// `+key` joins to what is there, `key` replaces it; all values become lists.
fn append_by_key(before: &Dict, new: &Dict) -> Dict {
    let mut joined: Dict = before
        .iter()
        .map(|(key, value)| (key.clone(), Value::Array(listed(value))))
        .collect();
    for (key, value) in new {
        let bare = key.trim_start_matches('+');
        let mut items = match joined.get(bare) {
            Some(Value::Array(items)) if key.starts_with('+') => items.clone(),
            _ => Vec::new(),
        };
        items.extend(listed(value));
        joined.insert(bare.to_owned(), Value::Array(items));
    }
    joined
}

/// As `append_by_key`, but `+` stays for the merge with other places.
fn append_kept(before: &Dict, new: &Dict) -> Dict {
    let mut joined = before.clone();
    for (key, value) in new {
        let mut items = match joined.get(key) {
            Some(before) if key.starts_with('+') => listed(before),
            _ => Vec::new(),
        };
        items.extend(listed(value));
        joined.insert(key.clone(), Value::Array(items));
    }
    joined
}

/// Brings a value into the form in which dbt stores it.
fn normalize(field: &Field, value: Value) -> Result<Value, String> {
    match field.kind {
        Kind::Hooks => match value {
            Value::Array(hooks) => hooks.iter().map(hook).collect(),
            _ => Err("a list of hooks".to_owned()),
        },
        Kind::Record(fields) => Ok(record(fields, dict(&value)?)),
        Kind::OptionalSwitch => Ok(match value {
            Value::Bool(true) => json!("on"),
            Value::Bool(false) => json!("off"),
            other => other,
        }),
        Kind::OptionalInteger => integer(value),
        // A text is a list of one; dbt makes a list of its letters where it does not append.
        Kind::Texts => Ok(Value::Array(listed(&value))),
        Kind::ModelFreshness => freshness::model(value),
        Kind::SourceFreshness => freshness::source_freshness(value),
        _ => Ok(value),
    }
}

/// Reads a hook: SQL, JSON with `sql`, or a dictionary with `sql`.
fn hook(value: &Value) -> Result<Value, String> {
    let wrong = || {
        "SQL, or a dictionary with `sql` as a text and `transaction` as true or false".to_owned()
    };
    let given = match value {
        Value::Object(given) => given.clone(),
        Value::String(text) => match serde_json::from_str(text) {
            Ok(Value::Object(given)) => given,
            Ok(_) => return Err(wrong()),
            Err(_) => Map::from_iter([("sql".to_owned(), value.clone())]),
        },
        _ => return Err(wrong()),
    };
    let sql = given
        .get("sql")
        .filter(|it| it.is_string())
        .ok_or_else(wrong)?;
    let transaction = given.get("transaction").cloned().unwrap_or(json!(true));
    if !transaction.is_boolean() {
        return Err(wrong());
    }
    let index = given.get("index").cloned().unwrap_or(Value::Null);
    Ok(json!({"sql": sql, "transaction": transaction, "index": index}))
}

/// Reads what Python's `int` reads.
fn integer(value: Value) -> Result<Value, String> {
    let wrong = || "a whole number".to_owned();
    match &value {
        Value::Null => Ok(value),
        Value::Bool(flag) => Ok(json!(i64::from(*flag))),
        Value::Number(number) if number.is_f64() => {
            let whole = number.as_f64().map(f64::trunc).ok_or_else(wrong)?;
            #[allow(clippy::cast_possible_truncation)]
            Ok(json!(whole as i64))
        }
        Value::Number(_) => Ok(value),
        Value::String(text) => {
            let whole: i64 = text.trim().parse().map_err(|_| wrong())?;
            Ok(json!(whole))
        }
        _ => Err(wrong()),
    }
}
