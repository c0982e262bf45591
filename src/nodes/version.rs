//! Versions of models: texts or numbers.

use std::cmp::Ordering;

use serde_json::Value;

/// Writes a version as it stands in names: `2`, `2.5`, `beta`.
pub fn version_text(version: &Value) -> String {
    match version {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Tells which of two versions is older: by number where both are numbers, else by text.
pub fn compare_versions(one: &Value, other: &Value) -> Ordering {
    let (one, other) = (version_text(one), version_text(other));
    match (one.trim().parse::<f64>(), other.trim().parse::<f64>()) {
        (Ok(one), Ok(other)) => one.partial_cmp(&other).unwrap_or(Ordering::Equal),
        _ => one.cmp(&other),
    }
}

/// Tells whether two versions are the same: `2` is `2.0`, and is not `"2"`.
pub fn same_version(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn versions_are_ordered_by_number_or_by_text() {
        assert_eq!(compare_versions(&json!(10), &json!("9")), Ordering::Greater);
        assert_eq!(compare_versions(&json!("b"), &json!(9)), Ordering::Greater);
        assert_eq!(compare_versions(&json!(2.0), &json!(2)), Ordering::Equal);
        assert!(same_version(&json!(2.0), &json!(2)));
        assert!(!same_version(&json!("2"), &json!(2)));
    }
}
