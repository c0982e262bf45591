//! Files that the `external` materialization writes and reads.

use crate::jinja::library::arguments::bind;
use crate::jinja::python::text;
use std::path::Path;

use crate::jinja::context::json::{from_json, to_json};
use crate::jinja::python::Dict;
use crate::jinja::{Error, Value};

/// `external_write_options`: the options of `copy … to`, with the format found in the file's name.
/// What is found is written back into the given dict, as dbt-duckdb does.
pub(super) fn write_options(args: &[Value]) -> Result<Value, Error> {
    let names = ["write_location", "rendered_options"];
    let [location, options] = bind("external_write_options", names, 2, args)?;
    let location = text(&location.unwrap_or_default());
    let options = options.unwrap_or_default();
    let mut known = to_json(&options).as_object().cloned().unwrap_or_default();
    if !known.contains_key("format") {
        let (format, compression) = format_of(&location, known.contains_key("delimiter"));
        known.insert("format".to_owned(), format.into());
        if let Some(compression) = compression {
            known.entry("compression").or_insert(compression.into());
        }
    }
    if known.get("format").is_some_and(|format| format == "csv") {
        known.entry("header").or_insert(1.into());
    }
    if let Some(columns) = known.get("partition_by").and_then(|it| it.as_str())
        && columns.contains(',')
        && !columns.starts_with('(')
    {
        let columns = format!("({columns})");
        known.insert("partition_by".to_owned(), columns.into());
    }
    if let Some(dict) = options.downcast_object_ref::<Dict>() {
        for (key, value) in &known {
            dict.insert(key.as_str(), from_json(value));
        }
    }
    let quoted = ["delimiter", "quote", "escape", "null"];
    let written = known.iter().map(|(key, value)| {
        let value = text(&from_json(value));
        match quoted.contains(&key.to_lowercase().as_str()) && !value.starts_with('\'') {
            true => format!("{key} '{value}'"),
            false => format!("{key} {value}"),
        }
    });
    Ok(Value::from(written.collect::<Vec<_>>().join(", ")))
}

fn format_of(location: &str, has_delimiter: bool) -> (String, Option<&'static str>) {
    let suffix = |path: &Path| {
        path.extension()
            .map(|it| it.to_string_lossy().to_lowercase())
    };
    let path = Path::new(location);
    let mut format = suffix(path);
    let compression = match format.as_deref() {
        Some("gz") => Some("gzip"),
        Some("zst") => Some("zstd"),
        _ => None,
    };
    if compression.is_some() {
        format = suffix(&path.with_extension(""));
    }
    match format {
        Some(format) => (format, compression),
        None if has_delimiter => ("csv".to_owned(), None),
        None => ("parquet".to_owned(), None),
    }
}

/// `external_read_location`: the file itself, or a pattern over its partitions.
pub(super) fn read_location(args: &[Value]) -> Result<Value, Error> {
    let names = ["write_location", "rendered_options"];
    let [location, options] = bind("external_read_location", names, 2, args)?;
    let location = text(&location.unwrap_or_default());
    let options = to_json(&options.unwrap_or_default());
    let set = |key: &str| options.get(key).filter(|value| from_json(value).is_true());
    let partitions = set("partition_by").map(|it| text(&from_json(it)));
    if partitions.is_none() && set("per_thread_output").is_none() {
        return Ok(Value::from(location));
    }
    let depth = 1 + partitions.map_or(0, |columns| columns.split(',').count());
    let format = options.get("format").map(|it| text(&from_json(it)));
    let format = format.unwrap_or_else(|| "parquet".to_owned());
    Ok(Value::from(format!(
        "{location}{}.{format}",
        "/*".repeat(depth)
    )))
}
