//! Indexes that a model's configuration asks for.

use md5::{Digest, Md5};
use serde_json::Value;

use super::profile::{python_repr, python_text};

/// An entry of `indexes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The columns, or expressions.
    pub columns: Vec<String>,
    /// Whether no two rows may be alike in them.
    pub unique: bool,
}

/// An entry of `indexes` that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Could not parse index config: at path [{path}]: {message}")]
pub struct IndexError {
    path: String,
    message: String,
}

impl Index {
    /// Checks an entry, and fills in what it leaves out.
    pub fn parse(raw: &Value) -> Result<Self, IndexError> {
        let Value::Object(entries) = raw else {
            return Err(wrong_type("", raw, "object"));
        };
        let columns = entries.get("columns").map(names).transpose()?;
        let unique = match entries.get("unique") {
            None => false,
            Some(Value::Bool(unique)) => *unique,
            Some(other) => return Err(wrong_type("'unique'", other, "boolean")),
        };
        let unknown = entries.keys();
        let unknown = unknown.filter(|key| !matches!(key.as_str(), "columns" | "unique"));
        let unknown: Vec<String> = unknown.map(|key| format!("'{key}'")).collect();
        if !unknown.is_empty() {
            let were = if unknown.len() == 1 { "was" } else { "were" };
            let unknown = unknown.join(", ");
            return Err(IndexError {
                path: String::new(),
                message: format!(
                    "Additional properties are not allowed ({unknown} {were} unexpected)"
                ),
            });
        }
        let columns = columns.ok_or_else(|| IndexError {
            path: String::new(),
            message: "'columns' is a required property".to_owned(),
        })?;
        Ok(Self { columns, unique })
    }

    /// Makes the name of the index (`index.render(relation)`): another one in each run, as `now` is
    /// a part of it, so that an index is made anew while the old one is still there.
    pub fn name(&self, relation: &str, now: &str) -> String {
        let unique = python_text(&self.unique.into());
        let parts = self.columns.iter().map(String::as_str);
        let parts: Vec<_> = parts.chain([relation, &unique, now]).collect();
        format!("{:x}", Md5::digest(parts.join("_")))
    }
}

fn names(columns: &Value) -> Result<Vec<String>, IndexError> {
    let items = columns.as_array();
    let items = items.ok_or_else(|| wrong_type("'columns'", columns, "array"))?;
    let name = |(at, item): (usize, &Value)| match item.as_str() {
        Some(name) => Ok(name.to_owned()),
        None => Err(wrong_type(&format!("'columns'][{at}"), item, "string")),
    };
    items.iter().enumerate().map(name).collect()
}

fn wrong_type(path: &str, value: &Value, wanted: &str) -> IndexError {
    IndexError {
        path: path.to_owned(),
        message: format!("{} is not of type '{wanted}'", python_repr(value)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn entries_are_checked_as_in_dbt() {
        let index = |columns: &[&str], unique| Index {
            columns: columns.iter().map(|&it| it.to_owned()).collect(),
            unique,
        };
        assert_eq!(Index::parse(&json!({"columns": []})), Ok(index(&[], false)));
        let both = json!({"unique": true, "columns": ["a", "b"]});
        assert_eq!(Index::parse(&both), Ok(index(&["a", "b"], true)));
        let cases = [
            (
                json!({"columns": "a"}),
                "at path ['columns']: 'a' is not of type 'array'",
            ),
            (
                json!({"columns": ["a", 1]}),
                "at path ['columns'][1]: 1 is not of type 'string'",
            ),
            (
                json!({"unique": true}),
                "at path []: 'columns' is a required property",
            ),
            (
                json!({"columns": ["a"], "unique": null}),
                "at path ['unique']: None is not of type 'boolean'",
            ),
            (
                json!({"columns": ["a"], "type": "hash"}),
                "at path []: Additional properties are not allowed ('type' was unexpected)",
            ),
            (
                json!({"one": 1, "two": 2}),
                "at path []: Additional properties are not allowed ('one', 'two' were unexpected)",
            ),
            (json!("a"), "at path []: 'a' is not of type 'object'"),
        ];
        for (raw, expected) in cases {
            let error = Index::parse(&raw).map_err(|it| it.to_string());
            assert_eq!(
                error,
                Err(format!("Could not parse index config: {expected}"))
            );
        }
    }
}
