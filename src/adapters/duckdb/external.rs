//! Files that external models write and read.

use serde_json::Value;

use crate::adapters::profile::python_text;
use crate::nodes::Dict;

/// Completes the options of `COPY … TO` from the name of the file, and writes them
/// (`external_write_options`).
pub(super) fn write_options(location: &str, options: &mut Dict) -> String {
    if !options.contains_key("format") {
        let (compression, extension) = extensions(location);
        let format = match extension.as_str() {
            "" if options.contains_key("delimiter") => "csv",
            "" => "parquet",
            extension => extension,
        };
        options.insert("format".to_owned(), format.into());
        // DuckDB itself looks at the extension, but not in upper case.
        if let Some(compression) = compression.filter(|_| !extension.is_empty())
            && !options.contains_key("compression")
        {
            options.insert("compression".to_owned(), compression.into());
        }
    }
    if options.get("format").and_then(Value::as_str) == Some("csv") {
        options.entry("header").or_insert_with(|| 1.into());
    }
    if let Some(Value::String(columns)) = options.get_mut("partition_by")
        && columns.contains(',')
        && !columns.starts_with('(')
    {
        *columns = format!("({columns})");
    }
    let option = |(key, value): (&String, &Value)| {
        let text = python_text(value);
        let is_text = ["delimiter", "quote", "escape", "null"].contains(&&*key.to_lowercase());
        if is_text && !text.starts_with('\'') {
            format!("{key} '{text}'")
        } else {
            format!("{key} {text}")
        }
    };
    options.iter().map(option).collect::<Vec<_>>().join(", ")
}

/// Returns what to read to get back what was written: a pattern, where one file became many
/// (`external_read_location`).
pub(super) fn read_location(location: &str, options: &Dict) -> String {
    let is_set = |key: &str| match options.get(key) {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(_) => true,
    };
    if !is_set("partition_by") && !is_set("per_thread_output") {
        return location.to_owned();
    }
    let mut parts = vec![location, "*"];
    if is_set("partition_by") {
        let columns = options.get("partition_by").map(python_text);
        let count = columns.unwrap_or_default().split(',').count();
        parts.extend(std::iter::repeat_n("*", count));
    }
    let format = options.get("format").map(python_text);
    format!(
        "{}.{}",
        parts.join("/"),
        format.as_deref().unwrap_or("parquet")
    )
}

/// Returns the compression that a file's name tells, and the extension before it, in lower case.
fn extensions(location: &str) -> (Option<&'static str>, String) {
    let (root, extension) = split_extension(location);
    let compression = match extension.to_lowercase().as_str() {
        "gz" => "gzip",
        "zst" => "zstd",
        other => return (None, other.to_owned()),
    };
    let (_, extension) = split_extension(root);
    (Some(compression), extension.to_lowercase())
}

/// Splits off what stands behind the last point of a file's name, unless the name starts with it.
fn split_extension(path: &str) -> (&str, &str) {
    let file = path.rsplit('/').next().unwrap_or(path);
    let visible = file.trim_start_matches('.');
    match visible.rsplit_once('.') {
        Some((_, extension)) => (&path[..path.len() - extension.len() - 1], extension),
        None => (path, ""),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(location: &str, options: Value) -> (String, String) {
        let Value::Object(mut options) = options else {
            unreachable!()
        };
        let sql = write_options(location, &mut options);
        (sql, read_location(location, &options))
    }

    #[test]
    fn options_follow_the_name() {
        let both = |sql: &str, read: &str| (sql.to_owned(), read.to_owned());
        assert_eq!(written("a/b", json!({})), both("format parquet", "a/b"));
        assert_eq!(
            written("a/b.CSV.GZ", json!({"delimiter": "|"})),
            both(
                "delimiter '|', format csv, compression gzip, header 1",
                "a/b.CSV.GZ"
            )
        );
        assert_eq!(
            written("a.x/b", json!({"delimiter": "','"})),
            both("delimiter ',', format csv, header 1", "a.x/b")
        );
        assert_eq!(
            written("out", json!({"partition_by": "a, b", "format": "parquet"})),
            both("partition_by (a, b), format parquet", "out/*/*/*.parquet")
        );
        assert_eq!(
            written("out", json!({"per_thread_output": true})),
            both("per_thread_output True, format parquet", "out/*.parquet")
        );
    }
}
