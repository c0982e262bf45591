//! A node's configuration: what was set, over the defaults of its resource type.

use serde_json::Value;

use super::Dict;

/// A hook's SQL and whether it runs inside the node's transaction.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Hook {
    /// The template.
    pub sql: String,
    /// Whether it runs inside the transaction.
    pub transaction: bool,
    /// Place in the list.
    pub index: Option<usize>,
}

/// Merged configuration. Only keys that something set are stored; `defaults` holds the rest.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    set: Dict,
    defaults: &'static Dict,
}

impl Config {
    /// Makes a configuration over the defaults of a resource type.
    pub fn new(set: Dict, defaults: &'static Dict) -> Self {
        Self { set, defaults }
    }

    /// Returns a value: the set one, else the default.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.set.get(key).or_else(|| self.defaults.get(key))
    }

    /// Tells whether a key is one of dbt's, which always has a value.
    pub fn is_known(&self, key: &str) -> bool {
        self.defaults.contains_key(key)
    }

    /// Returns what was set, without defaults.
    pub fn set_values(&self) -> &Dict {
        &self.set
    }

    /// Returns what was set, to be changed.
    pub fn set_values_mut(&mut self) -> &mut Dict {
        &mut self.set
    }

    /// Lists all keys with their values: the defaults' keys first, in dbt's order.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        let known = self
            .defaults
            .iter()
            .map(|(key, value)| (key, self.set.get(key).unwrap_or(value)));
        known.chain(
            self.set
                .iter()
                .filter(|(key, _)| !self.defaults.contains_key(*key)),
        )
    }

    /// Returns a text.
    pub fn str(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Value::as_str)
    }

    /// Returns a truth value.
    pub fn bool(&self, key: &str) -> Option<bool> {
        self.get(key).and_then(Value::as_bool)
    }

    /// Returns a list of texts; a single text counts as a list of one.
    pub fn strings(&self, key: &str) -> Vec<&str> {
        match self.get(key) {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// Returns a dictionary.
    pub fn dict(&self, key: &str) -> Option<&Dict> {
        self.get(key).and_then(Value::as_object)
    }

    /// Returns `materialized`.
    pub fn materialized(&self) -> &str {
        self.str("materialized").unwrap_or_default()
    }

    /// Tells whether the resource takes part at all.
    pub fn enabled(&self) -> bool {
        self.bool("enabled").unwrap_or(true)
    }

    /// Tells whether there is a hook, before or after.
    pub fn has_hooks(&self) -> bool {
        let keys = ["pre-hook", "post-hook"];
        keys.iter().any(|key| !self.hooks(key).is_empty())
    }

    /// Returns the hooks under `pre-hook` or `post-hook`.
    pub fn hooks(&self, key: &str) -> Vec<Hook> {
        let hooks = self
            .get(key)
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        hooks
            .iter()
            .filter_map(|hook| {
                Some(Hook {
                    sql: hook.get("sql")?.as_str()?.to_owned(),
                    transaction: hook
                        .get("transaction")
                        .and_then(Value::as_bool)
                        .unwrap_or(true),
                    index: None,
                })
            })
            .collect()
    }
}
