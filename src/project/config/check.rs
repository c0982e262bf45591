//! Whether a merged configuration holds what its keys need.

use serde_json::Value;

use super::fields::{Field, Fields, Kind};
use super::node_color::is_color;
use crate::invocation::moment;
use crate::nodes::{BatchSize, Config, Dict, ResourceType};

/// Lists what is wrong with what was set, as key and message.
pub(super) fn check(resource_type: ResourceType, set: &Dict) -> Vec<(&'static str, String)> {
    let fields = Fields::of(resource_type);
    let mut wrong = Vec::new();
    for field in fields.iter() {
        if let Some(value) = set.get(field.name)
            && let Err(wanted) = fits(field.kind, value)
        {
            wrong.push((field.name, must_be(field.name, &wanted, value)));
        }
    }
    wrong.extend(node_color(set));
    wrong.extend(incremental_contract(set));
    wrong
}

/// Words what a value must be and is not.
pub(super) fn must_be(key: &str, wanted: &str, found: &Value) -> String {
    // A key within it is wrong: saying what the whole is would not help.
    match wanted.starts_with('`') && (wanted.contains(" as ") || wanted.contains(" with ")) {
        true => format!("`{key}` must have {wanted}"),
        false if found.is_object() && wanted.starts_with("a dictionary") => {
            format!("`{key}` must be {wanted}")
        }
        false => format!("`{key}` must be {wanted}, not {}", describe(found)),
    }
}

fn describe(value: &Value) -> String {
    match value {
        Value::Null => "empty".to_owned(),
        Value::Bool(_) | Value::Number(_) => format!("`{value}`"),
        Value::String(text) if text.len() <= 60 => format!("the text `{text}`"),
        Value::String(_) => "a text".to_owned(),
        Value::Array(items) => match items.iter().find(|item| !item.is_string()) {
            Some(odd) => format!("a list with {}", describe(odd)),
            None => "a list".to_owned(),
        },
        Value::Object(_) => "a dictionary".to_owned(),
    }
}

fn fits(kind: Kind, value: &Value) -> Result<(), String> {
    let (fits, wanted) = match kind {
        Kind::Any | Kind::Hooks | Kind::ModelFreshness | Kind::SourceFreshness => return Ok(()),
        Kind::Bool => (value.is_boolean(), "true or false"),
        Kind::OptionalBool => (value.is_boolean() || value.is_null(), "true or false"),
        Kind::Text => (value.is_string(), "a text"),
        Kind::OptionalText => (value.is_string() || value.is_null(), "a text"),
        Kind::OptionalSwitch => (value.is_string() || value.is_null(), "a text"),
        Kind::OptionalInteger => (value.is_i64() || value.is_null(), "a whole number"),
        Kind::Dict => (value.is_object(), "a dictionary"),
        Kind::Texts => (are_texts(value), "a list of texts"),
        Kind::OptionalTextOrTexts => (
            value.is_string() || value.is_null() || are_texts(value),
            "a text or a list of texts",
        ),
        Kind::Word(words) => return one_of(words, value),
        Kind::OptionalWord(_) if value.is_null() => return Ok(()),
        Kind::OptionalWord(words) => return one_of(words, value),
        Kind::Severity => {
            let word = value.as_str().map(str::to_ascii_lowercase);
            (
                matches!(word.as_deref(), Some("warn" | "error")),
                "`warn` or `error`",
            )
        }
        Kind::Fixed(word) => {
            let fixed = value.as_str().is_some_and(|it| it.is_empty() || it == word);
            return if fixed {
                Ok(())
            } else {
                Err(format!("`{word}`"))
            };
        }
        Kind::Record(fields) => return record_fits(fields, value),
    };
    if fits { Ok(()) } else { Err(wanted.to_owned()) }
}

fn record_fits(fields: &[Field], value: &Value) -> Result<(), String> {
    let Some(record) = value.as_object() else {
        return Err("a dictionary".to_owned());
    };
    for field in fields {
        if let Some(value) = record.get(field.name) {
            fits(field.kind, value)
                .map_err(|wanted| format!("a dictionary with `{}` as {wanted}", field.name))?;
        }
    }
    Ok(())
}

fn are_texts(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|items| items.iter().all(Value::is_string))
}

fn one_of(words: &[&str], value: &Value) -> Result<(), String> {
    if value.as_str().is_some_and(|word| words.contains(&word)) {
        return Ok(());
    }
    let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    Err(format!("one of {}", words.join(", ")))
}

/// dbt's documentation site breaks on colours that browsers do not know.
fn node_color(set: &Dict) -> Option<(&'static str, String)> {
    let color = set.get("docs")?.get("node_color")?.as_str()?;
    let fits = color.is_empty() || is_color(color);
    let message = || {
        format!("`docs.node_color` must be a colour of HTML or `#` and hex digits, not `{color}`")
    };
    (!fits).then(|| ("docs", message()))
}

/// A promise about columns cannot be kept by a table that silently keeps its old ones.
fn incremental_contract(set: &Dict) -> Option<(&'static str, String)> {
    let enforced = set.get("contract")?.get("enforced")?.as_bool()?;
    let incremental = set.get("materialized")?.as_str()? == "incremental";
    let change = set
        .get("on_schema_change")
        .and_then(Value::as_str)
        .unwrap_or("ignore");
    let fits = matches!(change, "append_new_columns" | "fail");
    let message = || {
        format!(
            "`on_schema_change` must be `append_new_columns` or `fail` in an incremental model \
             with an enforced contract, not `{change}`"
        )
    };
    (enforced && incremental && !fits).then(|| ("on_schema_change", message()))
}

/// What the configuration of a snapshot or of a microbatch model lacks, or has too much.
pub struct Incomplete {
    /// The key that is missing or wrong.
    pub key: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to type.
    pub help: &'static str,
}

impl Incomplete {
    /// Says what a key lacks.
    pub(super) fn new(key: &'static str, message: impl Into<String>, help: &'static str) -> Self {
        Self {
            key,
            message: message.into(),
            help,
        }
    }
}

/// Finds the first thing that a snapshot lacks or has too much. A strategy of the user's own has
/// needs that only its macro knows.
pub fn check_snapshot(config: &Config) -> Option<Incomplete> {
    let is_given = |key: &str| match config.get(key) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(_) => true,
    };
    let problem = |key, message: &str, help| {
        Some(Incomplete {
            key,
            message: message.to_owned(),
            help,
        })
    };
    if !is_given("strategy") {
        let help = "add `strategy: timestamp` with `updated_at`, or `strategy: check` with \
                    `check_cols`";
        return problem("strategy", "a snapshot needs `strategy`", help);
    }
    if !is_given("unique_key") {
        let help = "set `unique_key` to the column, or the list of columns, that tells rows apart";
        return problem("unique_key", "a snapshot needs `unique_key`", help);
    }
    const COLUMNS: &str = "set `check_cols` to `all` or a list of columns";
    match config.str("strategy") {
        Some("check") if !is_given("check_cols") => {
            let message = "a snapshot with the strategy `check` needs `check_cols`";
            return problem("check_cols", message, COLUMNS);
        }
        Some("check") => {
            if let Some(columns) = config.str("check_cols").filter(|it| *it != "all") {
                let message =
                    format!("`check_cols` must be `all` or a list of columns, not `{columns}`");
                return problem("check_cols", &message, COLUMNS);
            }
        }
        Some("timestamp") if !is_given("updated_at") => {
            let message = "a snapshot with the strategy `timestamp` needs `updated_at`";
            let help = "set `updated_at` to the column with the time of a row's last change";
            return problem("updated_at", message, help);
        }
        Some("timestamp") if is_given("check_cols") => {
            let message = "a snapshot with the strategy `timestamp` has no `check_cols`";
            let help = "remove `check_cols`, or set `strategy` to `check`";
            return problem("check_cols", message, help);
        }
        _ => {}
    }
    if !matches!(config.materialized(), "" | "snapshot") {
        let message = format!(
            "a snapshot cannot be materialized as `{}`",
            config.materialized()
        );
        return problem("materialized", &message, "remove `materialized`");
    }
    None
}

/// Finds the first thing that a model with the strategy `microbatch` lacks.
pub fn check_microbatch(config: &Config) -> Option<Incomplete> {
    let problem = |key, message: &str, help| {
        let message = format!("a microbatch model needs {message}");
        Some(Incomplete { key, message, help })
    };
    let set = |key: &str| config.get(key).filter(|it| !it.is_null());
    match set("event_time") {
        Some(Value::String(_)) => {}
        _ => {
            let help = "set `event_time` to the column that says when a row happened";
            return problem("event_time", "`event_time`, the name of a column", help);
        }
    }
    if !matches!(set("begin"), Some(Value::String(text)) if moment(text).is_some()) {
        let help = "set `begin` to the first moment that is to be built, such as '2024-01-01'";
        return problem("begin", "`begin`, a day or a time", help);
    }
    if config
        .str("batch_size")
        .and_then(BatchSize::parse)
        .is_none()
    {
        let help = "set `batch_size` to `hour`, `day`, `month` or `year`";
        return problem("batch_size", "`batch_size`, one of four words", help);
    }
    if set("lookback").is_some_and(|it| !it.is_i64()) {
        let help = "set `lookback` to how many batches are built again, such as 3";
        return problem("lookback", "a whole number as `lookback`", help);
    }
    if set("concurrent_batches").is_some_and(|it| !it.is_boolean()) {
        let help = "set `concurrent_batches` to true or false";
        return problem(
            "concurrent_batches",
            "a truth value as `concurrent_batches`",
            help,
        );
    }
    None
}
