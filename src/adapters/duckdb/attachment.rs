//! Databases attached beside the one of `path`.

use serde_json::Value;

use super::escape;
use crate::adapters::profile::{Reader, python_text};

/// One entry of `attach`.
#[derive(Debug, Clone, PartialEq)]
pub struct Attachment {
    /// File or URL.
    pub path: String,
    /// Name in SQL, DuckDB's choice if none.
    pub alias: Option<String>,
    /// Whether DuckLake keeps it.
    pub is_ducklake: bool,
    /// Words in the parentheses of `ATTACH`.
    options: Vec<String>,
}

impl Attachment {
    /// Reads an entry of a profile.
    pub(super) fn read(at: &Reader<'_>) -> Option<Self> {
        if !at.value().is_object() {
            at.wrong("", "must be a mapping with `path`");
            return None;
        }
        Some(Self {
            path: at.required_text("path")?,
            alias: at.text("alias"),
            is_ducklake: at.truth("is_ducklake").unwrap_or(false),
            options: options(at),
        })
    }

    /// Tells whether nothing is written to it.
    pub(super) fn is_read_only(&self) -> bool {
        self.options.iter().any(|it| it == "READ_ONLY")
    }

    /// Writes the statement that attaches the database.
    pub(super) fn sql(&self) -> String {
        let mut sql = format!("ATTACH IF NOT EXISTS '{}'", escape(&self.path));
        if let Some(alias) = &self.alias {
            sql += &format!(" AS {alias}");
        }
        if !self.options.is_empty() {
            sql += &format!(" ({})", self.options.join(", "));
        }
        sql
    }
}

/// Gathers `type`, `secret` and `read_only`, which may stand in `options` as well but not in
/// both places, and all other options.
fn options(at: &Reader<'_>) -> Vec<String> {
    let mut words = [
        at.text("type").map(|kind| format!("TYPE {kind}")),
        at.text("secret").map(|secret| format!("SECRET {secret}")),
        (at.truth("read_only") == Some(true)).then(|| "READ_ONLY".to_owned()),
    ];
    let mut others = Vec::new();
    at.section("options", |options| {
        for (word, key) in words.iter_mut().zip(["type", "secret", "read_only"]) {
            if word.is_some() && options.get(key).is_some() {
                options.wrong(key, "is set beside `options` too: keep one of them");
            }
            // Words in SQL, not texts.
            let found = options.get(key).and_then(|value| match value {
                Value::String(word) => Some(format!("{} {word}", key.to_uppercase())),
                value => option(key, value),
            });
            *word = word.take().or(found);
        }
        let rest = options.items();
        let rest = rest.filter(|(key, _)| !matches!(*key, "type" | "secret" | "read_only"));
        others.extend(rest.filter_map(|(key, value)| option(key, value)));
        Some(())
    });
    words.into_iter().flatten().chain(others).collect()
}

fn option(key: &str, value: &Value) -> Option<String> {
    let name = key.to_uppercase();
    match value {
        Value::Null | Value::Bool(false) => None,
        Value::Bool(true) => Some(name),
        Value::String(text) if is_quoted(text) => Some(format!("{name} {text}")),
        Value::String(text) => Some(format!("{name} '{}'", escape(text))),
        _ => Some(format!("{name} {}", python_text(value))),
    }
}

fn is_quoted(text: &str) -> bool {
    let text = text.trim();
    let quoted = |quote| text.starts_with(quote) && text.ends_with(quote);
    text.len() >= 2 && (quoted('\'') || quoted('"'))
}
