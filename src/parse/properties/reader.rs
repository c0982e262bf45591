//! Takes keys out of one mapping, noting those of the wrong shape and those nobody takes.

use std::collections::{HashMap, HashSet};

use serde_json::Value as Json;

use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::nodes::Dict;
use crate::text::Location;
use crate::yaml::{Mapping, Node, Value};

/// Where the keys of a configuration stand.
pub(in crate::parse) type Places = HashMap<String, Location>;

/// A mapping being read. Every `take_*` marks its key as known.
pub(super) struct Reader<'a> {
    node: &'a Node,
    map: Option<&'a Mapping>,
    /// What the mapping is, for messages: `models`, `columns` …
    what: &'a str,
    known: HashSet<&'static str>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(node: &'a Node, what: &'a str, diagnostics: &'a mut Vec<Diagnostic>) -> Self {
        let map = node.as_map();
        if map.is_none() {
            let message = format!(
                "an entry of `{what}` must be a mapping, not {}",
                node.kind()
            );
            let help = "write `- name: …` and its keys below";
            diagnostics.push(
                Diagnostic::error(Code::InvalidProperty, message)
                    .at(node.location)
                    .help(help),
            );
        }
        Self {
            node,
            map,
            what,
            known: HashSet::new(),
            diagnostics,
        }
    }

    pub(super) fn location(&self) -> Location {
        self.node.location
    }

    /// Returns the mapping as it stands in the file.
    pub(super) fn node(&self) -> &'a Node {
        self.node
    }

    pub(super) fn what(&self) -> &'a str {
        self.what
    }

    /// Gives the list of findings out, for reading what lies deeper.
    pub(super) fn diagnostics(&mut self) -> &mut Vec<Diagnostic> {
        self.diagnostics
    }

    /// Takes a value as it is; null counts as absent.
    pub(super) fn take(&mut self, key: &'static str) -> Option<&'a Node> {
        self.take_even_null(key).filter(|node| !node.is_null())
    }

    pub(super) fn take_even_null(&mut self, key: &'static str) -> Option<&'a Node> {
        self.known.insert(key);
        self.map?.get(key)
    }

    /// Takes the `name`, which must be there.
    pub(super) fn take_name(&mut self) -> Option<(String, Location)> {
        self.map?;
        match self.take("name") {
            Some(node) => {
                let name = self.text(node, "name")?;
                Some((name, node.location))
            }
            None => {
                let message = format!("an entry of `{}` has no `name`", self.what);
                let keys = self.map?.iter().filter_map(|it| it.key.as_str());
                match did_you_mean("name", keys) {
                    Some(near) => {
                        let help = format!("write `name:` in place of `{near}:`");
                        self.error(self.node.location, message, &help);
                    }
                    None => self.error(self.node.location, message, "add `name: …`"),
                }
                None
            }
        }
    }

    /// Takes a text.
    pub(super) fn take_text(&mut self, key: &'static str) -> Option<String> {
        let node = self.take(key)?;
        self.text(node, key)
    }

    /// Reads a text. As in dbt, what YAML takes for a number, a date or a truth value is none.
    pub(super) fn text(&mut self, node: &Node, key: &str) -> Option<String> {
        if let Some(text) = node.as_str() {
            return Some(text.to_owned());
        }
        let message = format!("`{key}` must be a string, not {}", node.kind());
        let mut finding = Diagnostic::error(Code::InvalidProperty, message).at(node.location);
        if !matches!(node.value, Value::Null | Value::Seq(_) | Value::Map(_)) {
            finding.help = Some(format!("put it in quotes: \"{}\"", node.value.to_text()));
        }
        self.diagnostics.push(finding);
        None
    }

    /// Takes what stands in SQL: a text; numbers and truth values as Python prints them.
    pub(super) fn take_expression(&mut self, key: &'static str) -> Option<String> {
        let node = self.take(key)?;
        self.expression(node, key)
    }

    pub(super) fn expression(&mut self, node: &Node, key: &str) -> Option<String> {
        match node.to_json() {
            Json::Number(number) => Some(number.to_string()),
            Json::Bool(truth) => Some(if truth { "True" } else { "False" }.to_owned()),
            _ => self.text(node, key),
        }
    }

    /// Takes a day or a point in time, as ISO text.
    pub(super) fn take_date(&mut self, key: &'static str) -> Option<(String, Location)> {
        let node = self.take(key)?;
        let text = match (&node.value, node.to_json()) {
            (Value::String(_) | Value::Date(_) | Value::Timestamp(..), Json::String(text)) => text,
            _ => {
                self.wrong(node, key, "a date");
                return None;
            }
        };
        Some((text, node.location))
    }

    pub(super) fn take_bool(&mut self, key: &'static str) -> Option<bool> {
        let node = self.take(key)?;
        let value = node.as_bool();
        if value.is_none() {
            self.wrong(node, key, "`true` or `false`");
        }
        value
    }

    pub(super) fn take_dict(&mut self, key: &'static str) -> Dict {
        self.take_optional_dict(key).unwrap_or_default()
    }

    pub(super) fn take_optional_dict(&mut self, key: &'static str) -> Option<Dict> {
        let node = self.take(key)?;
        match node.to_json() {
            Json::Object(dict) => Some(dict),
            _ => {
                self.wrong(node, key, "a mapping");
                None
            }
        }
    }

    pub(super) fn take_list(&mut self, key: &'static str) -> &'a [Node] {
        match self.take(key) {
            Some(node) => node.as_seq().unwrap_or_else(|| {
                self.wrong(node, key, "a list");
                &[]
            }),
            None => &[],
        }
    }

    /// Takes a list of texts; a single text counts as a list of one.
    pub(super) fn take_texts(&mut self, key: &'static str) -> Vec<String> {
        let Some(node) = self.take(key) else {
            return Vec::new();
        };
        match node.as_seq() {
            Some(items) => items
                .iter()
                .filter_map(|item| self.text(item, key))
                .collect(),
            None => self.text(node, key).into_iter().collect(),
        }
    }

    /// Takes data tests under either of their names.
    pub(super) fn take_data_tests(&mut self) -> Vec<Node> {
        let (old, new) = (self.take("tests"), self.take("data_tests"));
        if let (Some(old), Some(_)) = (old, new) {
            let message = "`tests` and `data_tests` are both here".to_owned();
            self.error(
                old.location,
                message,
                "move all of them under `data_tests:`",
            );
        }
        self.known.extend(["tests", "data_tests"]);
        let key = if new.is_some() { "data_tests" } else { "tests" };
        self.take_list(key).to_vec()
    }

    /// Moves a key into the `config` block, where dbt keeps it; both at once is an error.
    pub(super) fn move_into_config(&mut self, key: &'static str, config: &mut Dict) {
        let Some(node) = self.take_even_null(key) else {
            return;
        };
        if config.contains_key(key) {
            let message = format!("`{key}` is both here and under `config`");
            self.error(node.location, message, "keep the one under `config:`");
            return;
        }
        config.insert(key.to_owned(), node.to_json());
    }

    /// Tells where the values of `config` stand, and those of keys beside it that dbt moves there.
    pub(super) fn places(&self, beside: &[&str]) -> Places {
        let beside = beside.iter().filter_map(|key| {
            let value = self.map?.get(key)?;
            Some(((*key).to_owned(), value.location))
        });
        let config = self.map.and_then(|map| map.get("config")?.as_map());
        let within = config.into_iter().flat_map(Mapping::iter);
        let within = within.filter_map(|it| Some((it.key.as_str()?.to_owned(), it.value.location)));
        beside.chain(within).collect()
    }

    /// Returns the entries that nobody took.
    pub(super) fn rest(&mut self) -> Dict {
        let Some(map) = self.map else {
            return Dict::new();
        };
        let known = &self.known;
        let rest = map.iter().filter_map(|entry| {
            let key = entry.key.as_str()?;
            (!known.contains(key)).then(|| (key.to_owned(), entry.value.to_json()))
        });
        rest.collect()
    }

    /// Warns of keys that nobody took.
    pub(super) fn finish(self) {
        let Some(map) = self.map else { return };
        for entry in map.iter() {
            let Some(key) = entry.key.as_str() else {
                continue;
            };
            if self.known.contains(key) {
                continue;
            }
            let near = did_you_mean(key, self.known.iter().copied());
            let message = format!("`{key}` is not a key of an entry of `{}`", self.what);
            let help = near.map_or_else(
                || "move keys of your own under `config: meta:`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            self.diagnostics.push(
                Diagnostic::warning(Code::UnknownKey, message)
                    .at(entry.key.location)
                    .help(help),
            );
        }
    }

    pub(super) fn error(&mut self, at: Location, message: String, help: &str) {
        self.diagnostics.push(
            Diagnostic::error(Code::InvalidProperty, message)
                .at(at)
                .help(help),
        );
    }

    pub(super) fn wrong(&mut self, node: &Node, key: &str, expected: &str) {
        let message = format!("`{key}` must be {expected}, not {}", node.kind());
        let mut finding = Diagnostic::error(Code::InvalidProperty, message).at(node.location);
        finding.help = match expected {
            "a list" => Some(format!("write `{key}:` and below it one `- …` for each")),
            "a mapping" => Some(format!(
                "write `{key}:` and below it one `key: value` a line"
            )),
            _ => None,
        };
        self.diagnostics.push(finding);
    }
}
