//! Values that nobody may see: replaced in whatever leaves dsql as text.

use crate::system::System;

const PREFIX: &str = "DBT_ENV_SECRET";
const MASK: &str = "*****";

/// Secret values, the longest first, so that one inside another leaves no rest.
#[derive(Debug, Clone, Default)]
pub struct Secrets(Vec<String>);

impl Secrets {
    /// Takes the values of `DBT_ENV_SECRET…` variables.
    pub fn of(system: &dyn System) -> Self {
        let variables = system.envs().into_iter();
        let mut secrets = Self::default();
        secrets.add(
            variables
                .filter(|(name, _)| name.starts_with(PREFIX))
                .map(|(_, value)| value),
        );
        secrets
    }

    /// Adds values; blank ones are no secrets.
    pub fn add(&mut self, values: impl IntoIterator<Item = String>) {
        self.0
            .extend(values.into_iter().filter(|value| !value.trim().is_empty()));
        self.0
            .sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        self.0.dedup();
    }

    /// Replaces the values in a text.
    pub fn scrub(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.0 {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), MASK);
            }
        }
        text
    }

    /// Tells whether a value may be in one of the texts of what is written as JSON.
    pub fn may_be_in_json(&self, written: &str) -> bool {
        let is_in = |secret: &String| {
            let secret = serde_json::Value::from(secret.as_str()).to_string();
            // Between the quotes is what any text has that it is in.
            written.contains(&secret[1..secret.len() - 1])
        };
        self.0.iter().any(is_in)
    }

    /// Replaces the values in all texts of a JSON value, names included.
    pub fn scrub_json(&self, value: &mut serde_json::Value) {
        use serde_json::Value;
        match value {
            _ if self.0.is_empty() => {}
            Value::String(text) => *text = self.scrub(text),
            Value::Array(items) => items.iter_mut().for_each(|it| self.scrub_json(it)),
            Value::Object(fields) => {
                let entries = std::mem::take(fields).into_iter();
                *fields = entries
                    .map(|(name, mut value)| {
                        self.scrub_json(&mut value);
                        (self.scrub(&name), value)
                    })
                    .collect();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::MemorySystem;

    #[test]
    fn secrets_are_masked_everywhere() {
        let system = MemorySystem::default()
            .with_env("DBT_ENV_SECRET_A", "abc")
            .with_env("DBT_ENV_SECRET_B", "abcdef\"")
            .with_env("DBT_ENV_SECRET_EMPTY", "")
            .with_env("OTHER", "x");
        let mut secrets = Secrets::of(&system);
        secrets.add(["token".to_owned()]);
        assert_eq!(secrets.scrub("x abc abcdef\" token"), "x ***** ***** *****");
        let mut value = serde_json::json!({"abc": ["token", 1, {"sql": "abcdef\""}]});
        assert!(secrets.may_be_in_json(&value.to_string()));
        secrets.scrub_json(&mut value);
        let scrubbed = value.to_string();
        assert_eq!(scrubbed, r#"{"*****":["*****",1,{"sql":"*****"}]}"#);
        assert!(!secrets.may_be_in_json(&scrubbed));
        let mut quoted = Secrets::default();
        quoted.add(["a\"\nb".to_owned()]);
        assert!(quoted.may_be_in_json(&serde_json::json!(["xa\"\nby"]).to_string()));
    }
}
