//! Secrets for DuckDB's secret manager.

use serde_json::{Map, Value};

use super::escape;
use crate::adapters::profile::{Reader, python_text};

/// One entry of `secrets`, or what one of `filesystems` stands for. It is never printed: neither are
/// its values.
#[derive(Clone, PartialEq)]
pub struct Secret {
    /// Name; given by place where the profile has none.
    pub(super) name: Option<String>,
    /// The key of the profile that it is written under.
    key: &'static str,
    persistent: bool,
    parameters: Vec<(String, Value)>,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secret")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Secret {
    /// Reads an entry of a profile.
    pub(super) fn read(at: &Reader<'_>) -> Option<Self> {
        if !at.value().is_object() {
            at.wrong("", "must be a mapping with `type`");
            return None;
        }
        // `type` and `provider` come first, `scope` last, as dbt-duckdb writes them.
        let mut parameters = vec![("type".to_owned(), at.required_text("type")?.into())];
        let provider = at.text("provider");
        parameters.extend(provider.map(|it| ("provider".to_owned(), it.into())));
        let own = ["type", "persistent", "name", "provider", "scope"];
        let others = at
            .items()
            .filter(|(key, value)| !own.contains(key) && !value.is_null());
        parameters.extend(others.map(|(key, value)| (key.to_owned(), value.clone())));
        let scopes = match at.get("scope") {
            Some(Value::Array(scopes)) => scopes.clone(),
            scope => scope.cloned().into_iter().collect(),
        };
        parameters.extend(scopes.into_iter().map(|scope| ("scope".to_owned(), scope)));
        Some(Self {
            name: at.text("name"),
            key: "secrets",
            persistent: at.truth("persistent").unwrap_or(false),
            parameters,
        })
    }

    /// Makes the secret that `use_credential_provider: aws` stands for.
    pub(super) fn aws_credential_chain() -> Self {
        let parameter = |(key, value): (&str, &str)| (key.to_owned(), value.into());
        let parameters = [("type", "s3"), ("provider", "credential_chain")];
        Self {
            name: None,
            key: "use_credential_provider",
            persistent: false,
            parameters: parameters.map(parameter).into(),
        }
    }

    /// Makes the secret that an entry of `filesystems` stands for.
    pub(super) fn of_filesystem(kind: &str, options: Map<String, Value>) -> Self {
        let kind = ("type".to_owned(), kind.into());
        Self {
            name: None,
            key: "filesystems",
            persistent: false,
            parameters: std::iter::once(kind).chain(options).collect(),
        }
    }

    /// Says where in the profile it is written.
    pub(super) fn place(&self) -> String {
        let name = self.name.as_deref().unwrap_or_default();
        let number = name.rsplit('_').next().unwrap_or_default();
        match self.key {
            "secrets" => format!("the entry `{name}` of `secrets`"),
            "filesystems" => format!("entry {number} of `filesystems`"),
            key => format!("`{key}`"),
        }
    }

    /// Writes the statement that creates the secret.
    pub(super) fn sql(&self) -> String {
        let persistent = if self.persistent { " PERSISTENT" } else { "" };
        let name = self.name.as_deref().unwrap_or_default();
        let parameters = self.parameters.iter();
        let parameters: Vec<_> = parameters
            .map(|(key, value)| parameter(key, value))
            .collect();
        format!(
            "CREATE OR REPLACE{persistent} SECRET {name} ({})",
            parameters.join(", ")
        )
    }
}

fn parameter(key: &str, value: &Value) -> String {
    let text = |value: &Value| format!("'{}'", escape(&python_text(value)));
    match value {
        Value::Object(items) => {
            let item =
                |(key, value): (&String, &Value)| format!("'{}': {}", escape(key), text(value));
            let items: Vec<_> = items.iter().map(item).collect();
            format!("{key} map {{{}}}", items.join(", "))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(text).collect();
            format!("{key} array [{}]", items.join(", "))
        }
        // Words, not texts.
        _ if matches!(key, "type" | "provider" | "extra_http_headers") => {
            format!("{key} {}", python_text(value))
        }
        _ => format!("{key} {}", text(value)),
    }
}
