//! Selectors: selections with a name, in `selectors.yml`.
//!
//! In: the file, rendered. Out: [`Selectors`], each with its [`Spec`] and the form in which it
//! stands in the manifest; mistakes are diagnostics. Read `definition.rs` for what can be said.

mod definition;
mod manifest;

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::{IndirectSelection, Spec};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::nodes::Dict;
use crate::text::Location;
use crate::yaml::Node;
use definition::Definitions;

/// Named selections, in the order of the file.
#[derive(Debug, Clone, Default)]
pub struct Selectors {
    all: IndexMap<String, Selector>,
}

#[derive(Debug, Clone)]
struct Selector {
    spec: Spec,
    /// Whether it counts where nothing is selected.
    default: Option<Location>,
    json: Json,
}

/// Keys of one selector.
const KEYS: &[&str] = &["name", "definition", "description", "default"];

impl Selectors {
    /// Reads the file; `indirect` counts where a definition does not say otherwise.
    pub fn read(file: &Node, indirect: IndirectSelection) -> (Self, Vec<Diagnostic>) {
        let mut selectors = Self::default();
        let mut findings = Vec::new();
        if file.is_null() {
            return (selectors, findings);
        }
        let list = file.get("selectors");
        let Some(items) = list.and_then(Node::as_seq) else {
            let place = list.map_or(file.location, |it| it.location);
            findings.push(
                error("selectors.yml must hold a list `selectors`", place)
                    .help("write `selectors:`, and `- name: …` with a `definition` below it"),
            );
            return (selectors, findings);
        };
        unknown_keys(
            file,
            &["selectors", "version"],
            "selectors.yml",
            &mut findings,
        );
        for item in items {
            selectors.add(item, indirect, &mut findings);
        }
        (selectors, findings)
    }

    fn add(&mut self, item: &Node, indirect: IndirectSelection, findings: &mut Vec<Diagnostic>) {
        let Some(name) = item.get("name").and_then(Node::as_str) else {
            let place = item.get("name").unwrap_or(item).location;
            let finding = error("a selector needs a `name` that is a text", place);
            findings.push(finding.help("write `- name: nightly`"));
            return;
        };
        unknown_keys(item, KEYS, "a selector", findings);
        let default = item.get("default").filter(|it| !it.is_null());
        if let Some(wrong) = default.filter(|it| it.as_bool().is_none()) {
            let message = format!("`default` must be true or false, not {}", wrong.kind());
            findings.push(error(message, wrong.location));
        }
        let default = default
            .filter(|it| it.as_bool() == Some(true))
            .map(|it| it.location);
        let earlier = self.all.iter().find(|(_, it)| it.default.is_some());
        if let (Some(here), Some((other, it))) = (default, earlier)
            && let Some(there) = it.default
        {
            let message = format!("`{name}` and `{other}` are both the default selector");
            findings.push(
                error(message, here)
                    .label(there, "the first one")
                    .help("leave `default: true` with one of them"),
            );
        }
        let Some(definition) = item.get("definition") else {
            let message = format!("the selector `{name}` has no `definition`");
            findings.push(
                error(message, item.location).help(
                    "write `definition: tag:nightly`, or a mapping with `method` and `value`",
                ),
            );
            return;
        };
        let mut definitions = Definitions {
            earlier: self,
            indirect,
            findings,
        };
        let Some(spec) = definitions.root(definition) else {
            return;
        };
        let json = manifest::selector(item, definition, self);
        let selector = Selector {
            spec,
            default,
            json,
        };
        self.all.insert(name.to_owned(), selector);
    }

    /// Finds a selector by name.
    pub fn get(&self, name: &str) -> Result<&Spec, Diagnostic> {
        self.all.get(name).map(|it| &it.spec).ok_or_else(|| {
            let message = format!("there is no selector `{name}` in selectors.yml");
            let finding = Diagnostic::error(Code::InvalidSelector, message);
            finding.help(self.known(name))
        })
    }

    /// Returns the selector that counts where nothing is selected, with its name.
    pub fn default_selector(&self) -> Option<(&str, &Spec)> {
        let (name, it) = self.all.iter().find(|(_, it)| it.default.is_some())?;
        Some((name, &it.spec))
    }

    /// Returns the form of the manifest.
    pub fn to_json(&self) -> Dict {
        let all = self.all.iter();
        all.map(|(name, it)| (name.clone(), it.json.clone()))
            .collect()
    }

    /// Says which selectors there are.
    fn known(&self, wanted: &str) -> String {
        let names = || self.all.keys().map(String::as_str);
        match did_you_mean(wanted, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if self.all.is_empty() => "there are none: write one".to_owned(),
            None => format!("there are: {}", names().collect::<Vec<_>>().join(", ")),
        }
    }
}

fn error(message: impl Into<String>, place: Location) -> Diagnostic {
    Diagnostic::error(Code::InvalidSelector, message).at(place)
}

/// Warns of keys that nobody reads.
fn unknown_keys(node: &Node, known: &[&str], place: &str, findings: &mut Vec<Diagnostic>) {
    let Some(mapping) = node.as_map() else { return };
    for entry in mapping {
        let Some(key) = entry.key.as_str().filter(|it| !known.contains(it)) else {
            continue;
        };
        let message = format!("{place} has no key `{key}`");
        let finding = Diagnostic::warning(Code::UnknownKey, message).at(entry.key.location);
        findings.push(match did_you_mean(key, known.iter().copied()) {
            Some(near) => finding.help(format!("write `{near}`")),
            None => finding.help("remove it; dsql does not read it"),
        });
    }
}
