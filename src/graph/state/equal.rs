//! Python's idea of equal values.

use serde_json::Value;

/// Compares two values: whole numbers equal those with a point, dictionaries have no order.
pub(super) fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            let same = |(key, value)| b.get(key).is_some_and(|other| equal(value, other));
            a.len() == b.len() && a.iter().all(same)
        }
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::equal;
    use serde_json::json;

    #[test]
    fn numbers_and_dictionaries_compare_as_in_python() {
        for (a, b, expected) in [
            (json!(1), json!(1.0), true),
            (json!(1), json!("1"), false),
            (json!({"a": 1, "b": [2]}), json!({"b": [2.0], "a": 1}), true),
            (json!([1, 2]), json!([2, 1]), false),
            (json!({}), json!(null), false),
        ] {
            assert_eq!(equal(&a, &b), expected, "{a} {b}");
        }
    }
}
