//! Typed values out of a rendered mapping, with findings at their places.

use serde_json::Value as Json;

use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::nodes::Dict;
use crate::text::Location;
use crate::yaml::{Mapping, Node};

/// Reads the values of one mapping.
pub(super) struct Reader<'a> {
    code: Code,
    rendered: &'a Dict,
    written: &'a Mapping,
    pub(super) findings: &'a mut Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        code: Code,
        rendered: &'a Dict,
        written: &'a Mapping,
        findings: &'a mut Vec<Diagnostic>,
    ) -> Self {
        Self {
            code,
            rendered,
            written,
            findings,
        }
    }

    /// Returns a value and its node, unless it is missing or empty.
    pub(super) fn get(&self, key: &str) -> Option<(&'a Json, &'a Node)> {
        let value = self.rendered.get(key).filter(|value| !value.is_null())?;
        Some((value, self.written.get(key)?))
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.written.get(key).is_some()
    }

    /// Returns the place of a key.
    pub(super) fn key(&self, key: &str) -> Option<Location> {
        Some(self.written.entry(key)?.key.location)
    }

    /// Reports that a value is not what it must be.
    pub(super) fn wrong(&mut self, key: &str, wanted: &str, node: &Node) {
        self.wrong_with(key, wanted, node, None);
    }

    fn wrong_with(&mut self, key: &str, wanted: &str, node: &Node, help: Option<String>) {
        let message = format!("`{key}` must be {wanted}, not {}", shown(node));
        let mut finding = Diagnostic::error(self.code, message).at(node.location);
        finding.help = help;
        self.findings.push(finding);
    }

    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        let (value, node) = self.get(key)?;
        match value {
            Json::String(text) => Some(text.clone()),
            _ => {
                self.wrong(key, "a text", node);
                None
            }
        }
    }

    pub(super) fn flag(&mut self, key: &str) -> Option<bool> {
        let (value, node) = self.get(key)?;
        if value.as_bool().is_none() {
            self.wrong(key, "true or false", node);
        }
        value.as_bool()
    }

    pub(super) fn dict(&mut self, key: &str) -> Option<Dict> {
        let (value, node) = self.get(key)?;
        if !value.is_object() {
            self.wrong(key, "a mapping", node);
        }
        value.as_object().cloned()
    }

    /// Reads a list of texts.
    pub(super) fn texts(&mut self, key: &str) -> Option<Vec<String>> {
        let (value, node) = self.get(key)?;
        let items = match value {
            Json::Array(items) => items,
            Json::String(text) => {
                let help = format!("write `{key}: [\"{text}\"]`");
                self.wrong_with(key, "a list of texts", node, Some(help));
                return None;
            }
            _ => {
                self.wrong(key, "a list of texts", node);
                return None;
            }
        };
        let mut texts = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            match item.as_str() {
                Some(text) => texts.push(text.to_owned()),
                None => {
                    let item = node
                        .as_seq()
                        .and_then(|items| items.get(index))
                        .unwrap_or(node);
                    self.wrong(key, "a list of texts", item);
                }
            }
        }
        Some(texts)
    }

    /// Warns of keys that nothing reads.
    pub(super) fn unknown_keys(&mut self, known: &[&str], place: &str) {
        for entry in self.written {
            let Some(key) = entry.key.as_str() else {
                continue;
            };
            if !known.contains(&key) {
                self.findings
                    .push(unknown_key(key, known, place, entry.key.location));
            }
        }
    }
}

/// Warns of a key that nothing reads.
pub(super) fn unknown_key(key: &str, known: &[&str], place: &str, at: Location) -> Diagnostic {
    let message = format!("{place} has no key `{key}`");
    let finding = Diagnostic::warning(Code::UnknownKey, message).at(at);
    let near = |key: &str| did_you_mean(key, known.iter().copied()).map(str::to_owned);
    let respelled = [key.replace('_', "-"), key.replace('-', "_")];
    let same = respelled
        .into_iter()
        .find(|it| it != key && known.contains(&it.as_str()));
    match same.or_else(|| near(key)) {
        Some(name) => finding.help(format!("write `{name}`")),
        None => finding.help("remove it; dsql does not read it"),
    }
}

/// Describes a value for a message.
pub(super) fn shown(node: &Node) -> String {
    match node.as_str() {
        Some(text) if text.chars().count() <= 60 && !text.contains('\n') => {
            format!("the text `{text}`")
        }
        Some(_) => "a text".to_owned(),
        None => node.kind().to_owned(),
    }
}
